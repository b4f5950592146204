package localdb

import (
	"context"
	"time"

	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/record"
)

// replica is what is known in memory of what is confirmed: digests of the feeds
// that were asked for, and while buckets are filled, which ids are in them. It
// is guarded by the store's writing lock and can be forgotten at any time.
type replica struct {
	hub     bool // digests are of what a hub gives in each feed
	digests map[record.Feed]*record.Digests
	public  map[record.Feed]*record.Digests // as Public: of a hub's feeds of the directory
	held    map[record.Family]*heldIDs
	tails   *tails // has a lock of its own
	changed int    // records since the last snapshot
	filled  bool   // something was filled in since the last Arrive
	gone    bool   // something that is not public went and is still in the snapshot
	kept    time.Time
}

// heldIDs are the ids of one family by fine bucket.
type heldIDs [record.Buckets]map[record.Ref]bool

func (r *replica) forget() {
	r.digests, r.public, r.held = nil, nil, nil
	r.tails.forget()
}

// add keeps the digests up.
func (r *replica) add(sums []sum) {
	r.changed += len(sums)
	for i := range sums {
		x := &sums[i]
		keepUp(r.digests, x, record.Sum, r.hub)
		keepUp(r.public, x, publicSum, r.hub)
	}
}

// keepUp adds a record to the digests of the feeds that carry it, or takes it away.
func keepUp(digests map[record.Feed]*record.Digests, x *sum, of func(*record.Record) record.Digest, hub bool) {
	if len(digests) == 0 {
		return
	}
	family := x.rec.Kind.Family()
	var d record.Digest
	known := false
	for _, token := range append([]string{""}, x.rec.In...) {
		f := record.FeedOf(family, token)
		ds := digests[f]
		if ds == nil {
			continue
		}
		if own := hub && f.Own(); own || !known {
			given := x.rec
			if own {
				given = f.Given(given)
			}
			d, known = of(&given), !own
		}
		b := record.Bucket(x.rec.ID)
		if x.minus {
			ds[b] = ds[b].Sub(d)
		} else {
			ds[b] = ds[b].Add(d)
		}
	}
}

// Digests gives the digests of what is confirmed of a feed, bucket by bucket, and
// the position they are of: at a hub of the records as it gives them, see
// record.Feed.Given, which are those that a device has.
func (s *Store) Digests(ctx context.Context, f record.Feed) (record.Digests, record.Position, error) {
	return s.digestsOf(ctx, f, false)
}

func (s *Store) digestsOf(ctx context.Context, f record.Feed, public bool) (record.Digests, record.Position, error) {
	if err := s.begin(); err != nil {
		return record.Digests{}, record.Position{}, err
	}
	defer s.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replica.hub = s.o.Hub
	kept, of := &s.replica.digests, record.Sum
	if family, _ := f.Split(); public && family == record.Directory {
		kept, of = &s.replica.public, publicSum
	}
	pos := s.view.Load().meta.Load().position()
	if d := (*kept)[f]; d != nil {
		return *d, pos, nil
	}
	d := new(record.Digests)
	err := s.read(func(txn *badger.Txn) error {
		return eachInFeed(ctx, txn, f, func(r *recordEnvelope) error {
			given := r.Record
			if s.o.Hub {
				given = f.Given(given)
			}
			b := record.Bucket(r.ID)
			d[b] = d[b].Add(of(&given))
			return nil
		})
	})
	if err != nil {
		return record.Digests{}, pos, s.met(err)
	}
	if *kept == nil {
		*kept = map[record.Feed]*record.Digests{}
	}
	(*kept)[f] = d
	return *d, pos, nil
}

// met replaces a view in which damage was met, and passes the error on: whoever
// asked asks again. Callers hold s.mu.
func (s *Store) met(err error) error {
	if isDamaged(err) && !s.view.Load().memory {
		s.fallBack(err)
	}
	return err
}

// eachInFeed calls fn with every live confirmed record of a feed, by kind and id.
func eachInFeed(ctx context.Context, txn *badger.Txn, f record.Feed, fn func(*recordEnvelope) error) error {
	m, err := metaOf(txn)
	if err != nil {
		return err
	}
	family, _ := f.Split()
	n := 0
	for _, k := range kindsOf(family) {
		err := eachConfirmed(txn, m.Gen, k, func(r recordEnvelope) error {
			if n++; n%1024 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			if !f.Has(k, r.In) && family != record.Admin {
				return nil
			}
			return fn(&r)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// holdIDs reads which ids of a family are here, by bucket.
func (s *Store) holdIDs(f record.Family) (*heldIDs, error) {
	if h := s.replica.held[f]; h != nil {
		return h, nil
	}
	h := new(heldIDs)
	err := s.read(func(txn *badger.Txn) error {
		m, err := metaOf(txn)
		if err != nil {
			return err
		}
		for _, k := range kindsOf(f) {
			ids, err := keysUnder(txn, confirmedPrefix(m.Gen, k))
			if err != nil {
				return err
			}
			for _, id := range ids {
				h.add(record.Ref{Kind: k, ID: id})
			}
		}
		bases, err := keysUnder(txn, append(seqKey(spaceBase, m.Gen), dirCommunity))
		for _, id := range bases {
			if f == record.Directory {
				h.add(record.Ref{Kind: record.Community, ID: id})
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if s.replica.held == nil {
		s.replica.held = map[record.Family]*heldIDs{}
	}
	s.replica.held[f] = h
	return h, nil
}

func (h *heldIDs) add(r record.Ref) {
	b := record.Bucket(r.ID)
	if h[b] == nil {
		h[b] = map[record.Ref]bool{}
	}
	h[b][r] = true
}

// empty says that nothing of the family is here.
func (h *heldIDs) empty() bool {
	for i := range h {
		if len(h[i]) > 0 {
			return false
		}
	}
	return true
}
