package localdb

import (
	"context"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/record"
)

// Arrive ends a filling: position and feeds are as given, what no feed carries
// is removed, and a snapshot is written, so that a view that is lost comes back
// without the hub. That of a first arrival is written beside what comes next:
// there is none that holds what should be gone, and a view that is lost until then
// comes from the hub as it just did.
func (s *Store) Arrive(ctx context.Context, to record.Position, feeds []record.Feed) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	s.importing.Lock()
	s.mu.Lock()
	defer s.mu.Unlock()
	first := s.view.Load().meta.Load().Epoch == 0
	err := s.arrive(ctx, to, feeds)
	sweep := func() {
		if err := s.sweepKeys(true); err != nil {
			s.o.Log.Warn("keys of contact cards that are gone stay for now", "err", err)
		}
	}
	switch {
	case err == nil && first && !s.o.Hub && !s.view.Load().memory && s.view.Load().meta.Load().Gen != 0:
		s.keepSnapshotLater()
		sweep()
		return nil
	case err == nil:
		err = named(s.keepSnapshot())
	}
	s.importing.Unlock()
	if err == nil {
		s.o.at("arrived and kept")
		sweep()
	}
	return err
}

// arrive is Arrive up to the snapshot. Callers hold s.importing and s.mu.
func (s *Store) arrive(ctx context.Context, to record.Position, feeds []record.Feed) error {
	if err := s.mayPlay(ctx); err != nil {
		return err
	}
	s.o.at("arrive")
	feeds = slices.Clone(feeds)
	slices.Sort(feeds)
	feeds = slices.Compact(feeds)
	strays, err := s.strays(ctx, to, feeds)
	if err != nil {
		return s.met(err)
	}
	err = s.change(func(c *changes) error {
		for _, ref := range strays.records {
			old, live, err := c.confirmed(ref.Kind, ref.ID)
			if err != nil {
				return err
			}
			if live {
				if err := c.remove(&old); err != nil {
					return err
				}
			}
		}
		for _, key := range strays.gone {
			if err := c.drop(key); err != nil {
				return err
			}
		}
		c.m.Epoch, c.m.Seq, c.m.Feeds = to.Epoch, to.Seq, feeds
		if err := c.hideAccepted(); err != nil {
			return err
		}
		return c.settleEdits()
	})
	if err != nil {
		return s.playFailed(err)
	}
	s.o.at("arrived")
	s.replica.held = nil
	s.hasArrived()
	if s.replica.filled {
		s.replica.filled = false
		s.feed.send(Change{Kind: "import"})
	}
	s.feed.send(Change{Kind: "sync"})
	s.noteHighWater(to)
	return nil
}

// strays are what no feed carries any more, and tombstones that have done their work.
type strays struct {
	records []record.Ref
	gone    [][]byte
}

func (s *Store) strays(ctx context.Context, to record.Position, feeds []record.Feed) (out strays, err error) {
	err = s.read(func(txn *badger.Txn) error {
		for _, f := range record.Families {
			if slices.Contains(feeds, record.FeedOf(f, "")) {
				continue // all of it
			}
			err := eachInFeed(ctx, txn, record.FeedOf(f, ""), func(r *recordEnvelope) error {
				if !record.Carries(feeds, r.Kind, r.In) {
					out.records = append(out.records, r.Ref())
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		if s.o.Hub {
			return nil
		}
		return each(txn, []byte(spaceGone), func(key, val []byte) error {
			r, _, err := decodeConfirmed(key, val)
			if err == nil && (r.Epoch != to.Epoch || r.Seq <= to.Seq) {
				out.gone = append(out.gone, slices.Clone(key))
			}
			return err
		})
	})
	return out, err
}
