package localdb

import (
	"context"
	"errors"
	"fmt"

	"github.com/dgraph-io/badger/v4"
)

// schema is the shape of the view that this program writes.
const schema = 1

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
