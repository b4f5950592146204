package localdb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// After gives up to limit records of a family that changed behind seq, in the
// order of the log, tombstones included. Only a hub's store keeps that order.
func (s *Store) After(ctx context.Context, f record.Family, seq uint64, limit int) ([]record.Record, error) {
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	out, ok, cold := s.replica.tails.after(f, seq, limit)
	if cold {
		if err := s.warmTail(f); err != nil && !isDamaged(err) {
			return nil, err
		}
		out, ok, _ = s.replica.tails.after(f, seq, limit)
	}
	if ok {
		return out, ctx.Err()
	}
	err := s.healed(func(txn *badger.Txn) error {
		out = nil
		m, err := metaOf(txn)
		if err != nil {
			return err
		}
		prefix := orderPrefix(f)
		it := txn.NewIterator(badger.IteratorOptions{Prefix: prefix})
		defer it.Close()
		for it.Seek(orderKey(f, seq+1)); it.Valid() && (limit <= 0 || len(out) < limit); it.Next() {
			r, err := ordered(txn, &m, it.Item())
			if err != nil {
				return err
			}
			out = append(out, r)
			if len(out)%256 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
		}
		return ctx.Err()
	})
	return out, err
}

// ordered gives the record that a key of the order index names.
func ordered(txn *badger.Txn, m *meta, item *badger.Item) (record.Record, error) {
	key := item.KeyCopy(nil)
	val, err := item.ValueCopy(nil)
	if err != nil {
		return record.Record{}, err
	}
	_, ref, err := decodeValue(key, val)
	if err != nil {
		return record.Record{}, err
	}
	kind, id, _ := strings.Cut(string(ref), "/")
	r, err := confirmedIn(txn, m.Gen, record.Kind(kind), id)
	if err != nil {
		return record.Record{}, fmt.Errorf("%w: order of the log: %w", ErrDamaged, err)
	}
	return r.Record, nil
}

// Record gives what is confirmed of one thing, its tombstone included, or
// ErrNotFound.
func (s *Store) Record(k record.Kind, id string) (record.Record, error) {
	if err := s.begin(); err != nil {
		return record.Record{}, err
	}
	defer s.end()
	var r recordEnvelope
	err := s.healed(func(txn *badger.Txn) error {
		m, err := metaOf(txn)
		if err == nil {
			r, err = confirmedIn(txn, m.Gen, k, id)
		}
		return err
	})
	return r.Record, err
}

// EachRecord calls fn with every live confirmed record of a feed, by kind and id;
// fn may keep them. With ErrDamaged the view was replaced, and is asked again.
func (s *Store) EachRecord(ctx context.Context, f record.Feed, fn func(record.Record) error) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	v := s.view.Load()
	err := v.db.View(func(txn *badger.Txn) error {
		return eachInFeed(ctx, txn, f, func(r *recordEnvelope) error {
			r.Body = slices.Clone(r.Body)
			return fn(r.Record)
		})
	})
	if isDamaged(err) && !v.memory {
		s.mu.Lock()
		if s.view.Load() == v {
			s.fallBack(err)
		}
		s.mu.Unlock()
	}
	return err
}

// ByCode gives the confirmed referrals and events of a code; see CardsByCode.
func (s *Store) ByCode(code referral.Code) (referrals, events []record.Record, err error) {
	if err := s.begin(); err != nil {
		return nil, nil, err
	}
	defer s.end()
	err = s.healed(func(txn *badger.Txn) (err error) {
		referrals, events, err = byCode(txn, code)
		return err
	})
	return referrals, events, err
}

func byCode(txn *badger.Txn, code referral.Code) (referrals, events []record.Record, err error) {
	m, err := metaOf(txn)
	if err != nil {
		return nil, nil, err
	}
	refs, err := keysUnder(txn, []byte(spaceCode+string(code)+"/"))
	if err != nil {
		return nil, nil, err
	}
	for _, ref := range refs {
		kind, id, _ := strings.Cut(ref, "/")
		if record.Kind(kind) == record.Card {
			continue
		}
		r, err := confirmedIn(txn, m.Gen, record.Kind(kind), id)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: code: %w", ErrDamaged, err)
		}
		switch r.Kind {
		case record.Referral:
			referrals = append(referrals, r.Record)
		case record.Event:
			events = append(events, r.Record)
		}
	}
	return referrals, events, nil
}

// CardsByCode gives the confirmed contact cards of a code, sealed.
func (s *Store) CardsByCode(code referral.Code) (cards []record.Record, err error) {
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	err = s.healed(func(txn *badger.Txn) error {
		cards = nil
		m, err := metaOf(txn)
		if err != nil {
			return err
		}
		ids, err := keysUnder(txn, codeKey(string(code), record.Card, ""))
		for _, id := range ids {
			r, err := confirmedIn(txn, m.Gen, record.Card, id)
			if err != nil {
				return fmt.Errorf("%w: code: %w", ErrDamaged, err)
			}
			cards = append(cards, r.Record)
		}
		return err
	})
	return cards, err
}

// Identify gives the community that is known by an identity, as
// ImportTx.Existing does; nil, nil where there is none.
func (s *Store) Identify(i directory.Identity) (*directory.Community, error) {
	if i.ID != "" {
		c, err := s.Community(i.ID)
		if !errors.Is(err, ErrNotFound) {
			return c, err
		}
	}
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	var id string
	err := s.healed(func(txn *badger.Txn) error {
		m, err := metaOf(txn)
		if err != nil {
			return err
		}
		for _, key := range identitiesOf(i) {
			if key[0] == 'n' && (i.SourceID != "" || i.ID != "") {
				continue
			}
			_, b, err := getValue(txn, identityKey(m.Gen, key))
			if errors.Is(err, badger.ErrKeyNotFound) {
				continue
			}
			id = string(b)
			return err
		}
		return nil
	})
	if err != nil || id == "" {
		return nil, err
	}
	c, err := s.Community(id)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return c, err
}

// Forget removes the tombstones up to a floor, behind which no device asks any
// more for what changed.
func (s *Store) Forget(ctx context.Context, floor uint64) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replica.tails.forget()
	return s.change(func(c *changes) error {
		return each(c.txn, []byte(spaceGone), func(key, val []byte) error {
			r, ok, err := decodeConfirmed(key, val)
			if err != nil || !ok || r.Seq > floor {
				return err
			}
			kind, id, _ := strings.Cut(string(key[len(spaceGone):]), "/")
			r.Kind, r.ID = record.Kind(kind), id
			return errors.Join(c.unbury(&r), ctx.Err())
		})
	})
}

// Reset empties what is confirmed, so that another log can be played from its
// beginning.
func (s *Store) Reset(ctx context.Context) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.view.Load()
	m := v.meta.Load()
	// The position goes first: a kill leaves a store that is played from the start.
	if err := v.update(nil, func(m *meta) { m.Epoch, m.Seq, m.Feeds = 0, 0, nil; m.turn(s) }); err != nil {
		return err
	}
	s.replica.forget()
	prefixes := []string{spaceConfirmed, spaceGone, spaceCode, spaceOrder}
	for _, space := range generational {
		prefixes = append(prefixes, string(seqKey(space, m.Gen)))
	}
	if err := v.emptySpaces(prefixes...); err != nil {
		return err
	}
	return ctx.Err()
}
