package localdb

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/journal"
)

// schema is the shape of the view that this program writes.
const schema = 2

// migration brings a view from one schema to the next. run may be killed at any
// moment and is then run again from the start, on what is there by then; the
// new number is written in a transaction of its own when it has returned.
type migration struct {
	to   int
	name string
	run  func(ctx context.Context, s *Store, v *view) error
}

// migrations are in order and never change once released.
var migrations = []migration{
	{1, "identity index", indexIdentities},
	{2, "outbox", fillOutbox},
}

func (s *Store) migrate(ctx context.Context, v *view) error {
	for _, m := range migrations {
		if v.meta.Load().Schema >= m.to {
			continue
		}
		s.o.at("migration " + m.name)
		if err := m.run(ctx, s, v); err != nil {
			return fmt.Errorf("localdb: migration %d (%s): %w", m.to, m.name, err)
		}
		s.o.at("migration done " + m.name)
		if err := v.update(nil, func(mt *meta) { mt.Schema = m.to }); err != nil {
			return err
		}
	}
	return nil
}

// indexIdentities builds the index by which an import knows a community again
// (DESIGN §4), from the records. Views before schema 1 had none.
func indexIdentities(ctx context.Context, s *Store, v *view) error {
	gen := v.meta.Load().Gen
	var last []byte
	for {
		batch, next, err := identityBatch(ctx, v, gen, last)
		if err != nil {
			return err
		}
		if len(batch) > 0 {
			s.o.at("migration step")
			if err := v.update(batch, nil); err != nil {
				return err
			}
		}
		if next == nil {
			return nil
		}
		last = next
	}
}

// identityBatch gives the missing index entries of up to 500 communities behind
// the key last, and the last key it looked at; nil when there are no more.
func identityBatch(ctx context.Context, v *view, gen uint64, last []byte) (batch []entry, next []byte, err error) {
	prefix := directoryPrefix(gen, dirCommunity)
	seen := map[string]bool{}
	err = v.db.View(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: prefix})
		defer it.Close()
		n := 0
		for it.Seek(append(append([]byte(nil), max(string(prefix), string(last))...), 0)); it.Valid(); it.Next() {
			if n++; n > 500 {
				return ctx.Err()
			}
			key := it.Item().KeyCopy(nil)
			version, record, err := getValue(txn, key)
			if err != nil {
				return err
			}
			c, err := decodeCommunity(version, record)
			if err != nil {
				return err
			}
			for _, i := range identitiesOf(c.Identity()) {
				k := identityKey(gen, i)
				if _, err := txn.Get(k); errors.Is(err, badger.ErrKeyNotFound) && !seen[i] {
					seen[i] = true
					batch = append(batch, put(k, 1, []byte(c.ID)))
				} else if err != nil && !errors.Is(err, badger.ErrKeyNotFound) {
					return err
				}
			}
			next = key
		}
		next = nil
		return nil
	})
	return batch, next, err
}

// fillOutbox puts beside what waits the operation itself, as it is to be sent.
// Views before schema 2 had it in the journal alone; where that has lost it, it
// is made again from the record.
func fillOutbox(ctx context.Context, s *Store, v *view) error {
	lacking := map[uint64]Waiting{}
	err := v.db.View(func(txn *badger.Txn) error {
		return eachJSON(txn, []byte(spaceWaiting), func(key []byte, w Waiting) error {
			if _, err := txn.Get(seqKey(spaceOp, seqOf(key))); errors.Is(err, badger.ErrKeyNotFound) {
				lacking[seqOf(key)] = w
			}
			return ctx.Err()
		})
	})
	if err != nil || len(lacking) == 0 {
		return err
	}
	var entries []entry
	put1 := func(op journal.Op) error {
		b, err := json.Marshal(op)
		if err == nil {
			entries = append(entries, put(seqKey(spaceOp, op.Counter), op.V, b))
			delete(lacking, op.Counter)
		}
		return err
	}
	if _, err = s.journal.Read(0, func(ops []journal.Op) error {
		for _, op := range ops {
			if _, ok := lacking[op.Counter]; ok {
				if err := put1(op); err != nil {
					return err
				}
			}
		}
		return ctx.Err()
	}); err != nil {
		return err
	}
	for counter, w := range lacking {
		op, err := s.opFromRecord(v, counter, w)
		if err == nil {
			err = put1(op)
		}
		if err != nil {
			return err
		}
	}
	s.o.at("migration step")
	return v.updateAll(entries)
}

// opFromRecord makes an operation again from what it showed.
func (s *Store) opFromRecord(v *view, counter uint64, w Waiting) (op journal.Op, err error) {
	key := seqKey(spaceReferral, counter)
	switch w.Kind {
	case opEvent:
		key = eventKey(w.Code, counter)
	case opSuggestion:
		key = seqKey(spaceSuggestion, counter)
	case opGap:
		key = seqKey(spaceGap, counter)
	}
	err = v.db.View(func(txn *badger.Txn) error {
		version, body, err := getValue(txn, key)
		if err != nil {
			return fmt.Errorf("%w: operation %d: %w", ErrDamaged, counter, err)
		}
		op = journal.Op{Device: s.key.Store, Counter: counter, ID: idFrom("operation", s.key.Store, strconv.FormatUint(counter, 10)),
			Kind: w.Kind, V: version, At: w.At, Actor: s.o.Actor, Body: body}
		return nil
	})
	return op, err
}
