// Package protocol is the wire between a hub and its devices: types, paths,
// headers and limits, documented so that somebody else could write either side.
// It knows JSON and signatures. It must not know how a hub keeps its log, how a
// device keeps its store, nor HTTP beyond names.
//
// # In short
//
// Everything is HTTPS to one address. Bodies are JSON (RFC 8259, UTF-8, no
// duplicate names), lines of JSON where said so (NDJSON, each ended by \n). A
// request carries Sync-Protocol and, but for the first four, a bearer token.
// Sequences belong to an epoch and have holes. No clock decides anything but the
// day on which a contact card goes.
//
//	GET  /v1/hub?nonce=N          Hub       who is there; signed, so that a login page is no hub
//	POST /v1/devices              Enrol → Enrolled
//	POST /v1/nonce                Device → Nonce
//	POST /v1/session              SessionRequest → Session (token, feeds, counter)
//	GET  /v1/manifest?feed=F      Manifest  signed: the buckets of a feed at one position
//	GET  /v1/chunk/SHA256[,SHA256…]  zstd bytes of NDJSON records; Range; immutable
//	GET  /v1/changes?after=E:S[&upto=S][&limit=N][&wait=25]&feeds=FP
//	                              zstd NDJSON: records, leaves, last a Trailer
//	GET  /v1/digest?feed=F        DigestReply: every fine bucket at the hub's position
//	GET  /v1/bucket?feed=F&n=N&i=I  zstd NDJSON: the records of one bucket now, then a Trailer
//	POST /v1/ops                  gzip Push → Pushed: an answer for each operation
//	POST /v1/card-keys            CardKeys → CardKeysReply   (desks and guides)
//	GET  /v1/figures              Figures   (coordinators)
//
// # Versions
//
// A device asks who is there in version 1, and speaks from then on the highest
// version that both know: the lower one of its own and Hub.Max. Version 2 added the
// feed of organisations (org) and the kinds card, session, volunteer, meeting,
// readiness and agreement; edits and conflicts of other kinds than communities, as
// bodies of version 2; the operations card, erase and look; the keys of cards; and
// Lease and Last in a session. To who speaks version 1 a hub gives the feeds and the
// kinds of version 1, and digests, manifests and roots of just those. Members that a
// program does not know it passes over, in messages, or keeps, in records.
//
// # Who has which feeds
//
//	kiosk        dir
//	desk         dir staff case/o-ORGANISATION org/o-ORGANISATION
//	guide        dir staff case tip org
//	coordinator  dir org
//
// Where a device is narrowed to municipalities, dir and tip are the feeds of those
// and of "-" (what names none), case and org of those. A record's tokens (In) say
// which feeds it is in; in case/o-ORGANISATION every record names that one alone, so
// that nobody learns from a code whose it is. Feeds are made of a device's role at
// every request: where an administrator gives it another, it hears 409 feeds, asks
// for a session, and loses what no feed of its carries any more.
//
// # Edits
//
// OpEdit is of a kind and an id, and of members with the value that was seen and the
// one that is wanted. Who may: desks session and readiness, of their own
// organisation; guides those, agreement, community, ambassador, volunteer and
// meeting; coordinators readiness and agreement; kiosks nothing. A member that
// somebody else changed meanwhile keeps its value, and both are in a conflict.
//
// # Contact cards
//
// A card is a record (OpCard) whose name and phone are sealed under 32 random bytes.
// That key is in no record, no log, no journal and no backup: each machine keeps it
// in a file, and it moves by /v1/card-keys alone – put by who made the card, after
// its push; wanted by who has the card and not the key. The hub answers for cards in
// the caller's feeds; of others it says nothing, as if there were none. What it names
// in Lacks a device puts again: a hub that was restored has no keys, and each node of
// a cluster has its own. What it names in Erased is to be destroyed at once.
//
// OpErase erases a card, or an ambassador with everything that was said of how they
// are reached: the hub writes it on a list that lies beside its log, destroys the
// key, takes the value out of the log and tells devices by a tombstone; with it they
// destroy the key. The list is replayed when a backup is restored, before anybody is
// answered. A card is erased by every machine on its own when its day is over. To
// tell of an erased card again is accepted and makes nothing; to edit an erased
// ambassador is refused (gone). OpLook says that somebody read a card, and why; it
// makes no record and stands in the hub's audit log.
//
// # Lease
//
// Session.Lease is for how many days after its last contact a device may show what is
// not public. A session is a contact, and so is a delta to the hub's head.
//
// Answers carry the hash of their body (HeaderBody). Whatever a device may not see
// is answered as if it were not there: 404, not_found. So is a session asked for by
// a device that the hub does not know – enrolled after the backup from which the
// hub was restored – or with a wrong signature: it must be enrolled anew. A push
// that is not packed is 415.
//
// # First sync, repair, and everything that is not a delta
//
// A device fetches the manifest of each of its feeds and the chunks of those
// buckets whose digest differs from its own; a chunk is checked by size and hash
// against the signed manifest before it is decoded; it is one zstd frame or
// several, one behind the other. Where the session allows it, one request names
// several chunks: they come one behind the other as named, Range is of the whole,
// each is checked like one that came alone, and the reply has no HeaderBody. Its
// position is then the
// lowest of all manifests used. The same is done after a change of epoch, below
// the floor (410), when its feeds changed (409), and to repair. See Manifest.
//
// # Two kinds of directory
//
// The directory leaves the hub whole for guides, who keep it, and public for every
// other role. In the public one a community that has a confidential place comes
// without that place's name, address, postcode, coordinates and members that the
// hub does not know, and without where one meets (welcome.where); that it is
// confidential, its city and its municipality stay. Feeds, ids, tokens and sequences
// are the same in both. Everything else follows the kind: bodies in chunks, changes
// and buckets, digests, the roots of manifests and trailers. A digest is over what
// the device holds. Chunks without such a community are the same in both kinds and
// have the same name; a chunk is given to a device whose own manifests may name it,
// and is not there for any other. What a device is given depends on its role alone
// and on nothing that it sends. A role of the other kind has other feeds (guides
// alone have tips), so the device fetches manifests, and where its digests differ,
// buckets: a machine that holds what it may no longer hold loses it in that round,
// also one that stands at the same position in the same feeds.
//
// # Delta
//
// changes gives everything after a position, each record once with its last
// value; a record that left the device's feeds comes as a leave. The trailer
// carries the next position and the root digest of each feed there, so that a
// device knows that it holds what the hub holds. With wait the hub holds the
// request until something changes or 25 seconds have passed.
//
// # Push
//
// Operations go in the order of the device's counter, at most 200 in a push, and
// each has an answer. The hub keeps, with the operations themselves and in one
// step with them, how far it knows the counter: a repeat is answered, not done.
// Counters have holes and only grow. A session tells the hub's counter: where it
// is below what the device has had acknowledged, the hub came back from a backup,
// and the device gives back what it kept; where it is above what the device ever
// gave, two machines use one identity, and the device must be enrolled anew. So
// too where a push brings under a counter that was taken another operation than
// the one that took it (409, cloned): the hub keeps which it was until Known
// passes it, and nothing at or below Known is ever sent again. Session.Last names the
// operation that took the counter, so that a copy is told apart before it sends.
// What a revoked device had not sent comes to the hub in a file that was sealed to its
// key, by an administrator's hand, unsigned and under the counters that it had.
//
// Suggestions and search gaps are closed by guides (OpClose). The hub lays down a
// tombstone, also where it does not know of one yet, so that the order in which a
// restored hub hears of both does not matter. Closing what is closed is accepted;
// so is telling again what was closed meanwhile.
package protocol
