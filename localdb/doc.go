// Package localdb is what this machine knows and may do offline: one encrypted
// Badger store, and in front of it a journal.
//
// What a person does is acknowledged once its frame is appended to the journal
// and fsynced. Badger is the queryable view; it can always be rebuilt from the
// journal and the last snapshot, and from the hub where there is one, because
// Badger's own synchronous writes do nothing on Windows and a damaged table kills
// the process from inside (findings/reliability R1, R2).
//
// Where there is a hub, the view holds what its log has confirmed (Play, Fill,
// Arrive), and on top of that what was done here and waits (Outbox, Settle). A
// record that comes takes the place of the act that made it; an edit lies upon
// its record until the hub has answered. Nothing that is confirmed is ever
// changed by what waits: digests are over the confirmed alone. A hub's own store
// is the same, playing the same log (Options.Hub).
//
// In the data folder:
//
//	lock               held while a program has the store
//	keys.json          how the store key is wrapped (package keys)
//	journal/           what people did (package journal)
//	snapshot-….vjs     the directory as the last import left it, or what a hub gave
//	store/             the view; store.bad-… is one that was set aside
//	cards/             the keys of contact cards, one file each, and nowhere else
//	draft.sealed       the vejvisning being prepared, without the citizen
//	search.sealed        the search as it was last made; can always be made again
//	state.json         whether the last stop was clean
//	contact.json       how it went with the hub lately
//	highwater.json     how far the hub's log is known to have come (a hub)
//	rescue-….sealed    what a revoked machine had not sent, for the hub alone
//
// localdb knows neither sync nor ui. It names no citizen: no record it writes can
// hold a citizen's name, but for a contact card, which is sealed under a key of its
// own (cards.go) and gone with it (erase.go, expire.go). What was written of an
// ambassador who withdraws is taken out of view, journal and snapshots.
package localdb
