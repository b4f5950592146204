package localdb

import (
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/cespare/xxhash/v2"
	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// maxTurned is how many communities are remembered as changed; more are found by
// reading all.
const maxTurned = 2000

// turns remembers which communities changed between two states of a directory
// that changes in place, so that a search is brought up to date without reading
// all of it.
type turns struct {
	mu   sync.Mutex
	list []turn
	ids  int
}

type turn struct {
	from, to uint64
	ids      []string
}

func (t *turns) add(before, after *meta, ids map[string]bool) {
	if before.Turn == after.Turn && before.Gen == after.Gen {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if before.Gen != after.Gen || len(ids) > maxTurned {
		t.list, t.ids = nil, 0
		return
	}
	t.list = append(t.list, turn{before.Turn, after.Turn, slices.Collect(maps.Keys(ids))})
	for t.ids += len(ids); t.ids > maxTurned; {
		t.ids -= len(t.list[0].ids)
		t.list = t.list[1:]
	}
}

// between gives the communities that changed from one state to another; ok is
// false where that is not remembered.
func (t *turns) between(from, to uint64) (ids map[string]bool, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.IndexFunc(t.list, func(x turn) bool { return x.from == from })
	if i < 0 {
		return nil, false
	}
	ids = map[string]bool{}
	for ; i < len(t.list) && t.list[i].from == from; i++ {
		for _, id := range t.list[i].ids {
			ids[id] = true
		}
		if from = t.list[i].to; from == to {
			return ids, true
		}
	}
	return nil, false
}

// renewTurned brings a search up to date by the communities that are remembered
// as changed; nil where too many are, or they are not.
func (s *Store) renewTurned(old *Search, now searchState) (*Search, error) {
	if old == nil || old.made.program != now.program || old.made.gen != now.gen || now.size != old.made.size {
		return nil, nil
	}
	ids, ok := s.turns.between(old.made.at, now.at)
	if !ok || len(ids)*renewShare > old.Index.Len() {
		return nil, nil
	}
	var d difference
	fresh := &Search{made: now, kept: old.kept, later: maps.Clone(old.later)}
	if fresh.later == nil {
		fresh.later = map[string]uint64{}
	}
	err := s.healed(func(txn *badger.Txn) error {
		d = difference{}
		m, err := metaOf(txn)
		if err != nil {
			return err
		}
		for id := range ids {
			c, stamp, err := stamped(txn, directoryKey(m.Gen, dirCommunity, id))
			if err != nil {
				return err
			}
			if fresh.later[id] = stamp; c == nil {
				d.removed = append(d.removed, id)
			} else {
				d.changed = append(d.changed, c)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(d.changed, func(a, b *directory.Community) int { return compareDays(directory.Day(a.ID), directory.Day(b.ID)) })
	slices.Sort(d.removed)
	fresh.Index = old.Index.Update(d.changed, d.removed)
	s.unkept.Store(fresh) // written when the store is closed
	return fresh, nil
}

// stamped reads a community and its stamp; nil where it is gone.
func stamped(txn *badger.Txn, key []byte) (c *directory.Community, stamp uint64, err error) {
	item, err := txn.Get(key)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	err = item.Value(func(val []byte) error {
		version, body, err := decodeValue(key, val)
		if err != nil {
			return err
		}
		stamp = xxhash.Sum64(val[8:])
		c, err = decodeCommunity(version, body)
		return err
	})
	return c, stamp, err
}

// stamps gives the stamps of the records a search was made of.
func (x *Search) stamps() map[string]uint64 {
	out := stampsOf(x.kept)
	for id, stamp := range x.later {
		if stamp == 0 {
			delete(out, id)
		} else {
			out[id] = stamp
		}
	}
	return out
}

// compact writes the later stamps into the others.
func (x *Search) compact() *Search {
	if len(x.later) == 0 {
		return x
	}
	all := x.stamps()
	y := &Search{Index: x.Index, made: x.made}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		y.kept = binary.AppendUvarint(y.kept, uint64(len(id)))
		y.kept = append(y.kept, id...)
		y.kept = binary.LittleEndian.AppendUint64(y.kept, all[id])
	}
	return y
}
