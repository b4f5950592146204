package localdb

import (
	"cmp"
	"slices"
	"sync"

	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/record"
)

// tails are the ends of a hub's log, family by family, in memory: what changed
// last is what every device asks for, and each looks through all of its family to
// find its own. They hold what After would read, are kept up by Play under the
// store's mu, and are forgotten wherever what the view holds is not known.
type tails struct {
	mu sync.RWMutex
	by map[record.Family]*tail
}

// Bounds of one tail.
const (
	tailRecords = 8192
	tailBytes   = 8 << 20
)

// tail is every record of a family that changed behind from, in order.
type tail struct {
	from  uint64
	list  []record.Record // one that changed again is empty here
	at    map[record.Ref]uint64
	bytes int
}

func (ts *tails) forget() {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.by = nil
}

// after is Store.After; ok is false where it goes back further than the tail, cold
// where there is none.
func (ts *tails) after(f record.Family, seq uint64, limit int) (out []record.Record, ok, cold bool) {
	ts.mu.RLock()
	defer ts.mu.RUnlock()
	t := ts.by[f]
	if t == nil || seq < t.from {
		return nil, false, t == nil
	}
	for i := t.behind(seq); i < len(t.list) && (limit <= 0 || len(out) < limit); i++ {
		if t.list[i].Kind != "" {
			out = append(out, t.list[i])
		}
	}
	return out, true, false
}

// begin makes a tail of records in order, which are all behind from.
func (ts *tails) begin(f record.Family, from uint64, list []record.Record) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.by == nil {
		ts.by = map[record.Family]*tail{}
	}
	t := &tail{from: from, at: map[record.Ref]uint64{}}
	for i := range list {
		t.add(&list[i])
	}
	ts.by[f] = t
}

// add takes in what was played.
func (ts *tails) add(rs []record.Record) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	for i := range rs {
		f := rs[i].Kind.Family()
		if t := ts.by[f]; t != nil && !t.add(&rs[i]) {
			delete(ts.by, f)
		}
	}
}

// behind is the place of the first record behind seq.
func (t *tail) behind(seq uint64) int {
	i, _ := slices.BinarySearchFunc(t.list, seq+1, func(r record.Record, seq uint64) int { return cmp.Compare(r.Seq, seq) })
	return i
}

// add takes a record in; false where it is not behind all that are here.
func (t *tail) add(r *record.Record) bool {
	if last := len(t.list) - 1; r.Seq <= t.from || last >= 0 && r.Seq <= t.list[last].Seq {
		return false
	}
	if was, ok := t.at[r.Ref()]; ok {
		i := t.behind(was - 1)
		t.bytes -= sizeInTail(&t.list[i])
		t.list[i] = record.Record{Seq: was}
	}
	t.list = append(t.list, *r)
	t.at[r.Ref()] = r.Seq
	t.bytes += sizeInTail(r)
	for len(t.list) > tailRecords || t.bytes > tailBytes {
		first := &t.list[0]
		if first.Kind != "" {
			delete(t.at, first.Ref())
			t.bytes -= sizeInTail(first)
		}
		t.from = first.Seq
		*first = record.Record{}
		t.list = t.list[1:]
	}
	return true
}

func sizeInTail(r *record.Record) int { return len(r.Body) + len(r.Unknown) + 300 }

// warmTail reads a family's tail from the view.
func (s *Store) warmTail(f record.Family) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []record.Record
	from, size := uint64(0), 0
	err := s.read(func(txn *badger.Txn) error {
		m, err := metaOf(txn)
		if err != nil {
			return err
		}
		prefix := orderPrefix(f)
		it := txn.NewIterator(badger.IteratorOptions{Prefix: prefix, Reverse: true})
		defer it.Close()
		for it.Seek(orderKey(f, 1<<64-1)); it.ValidForPrefix(prefix); it.Next() {
			r, err := ordered(txn, &m, it.Item())
			if err != nil {
				return err
			}
			if size += sizeInTail(&r); len(list) == tailRecords || size > tailBytes {
				from = r.Seq
				return nil
			}
			list = append(list, r)
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.Reverse(list)
	s.replica.tails.begin(f, from, list)
	return nil
}
