package localdb

import (
	"errors"
	"fmt"

	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/record"
)

// changes is what is about to be written to the view in one go: it is read
// through, so that a later step sees what an earlier one will write, and then
// given to view.update. Everything that acts, replays, plays or fills goes
// through it.
type changes struct {
	s      *Store
	txn    *badger.Txn
	m      meta // as it will be
	staged map[string]int
	list   []entry
	absent func(key []byte) bool // nil, or says which keys the view surely lacks
	sums   []sum
	seen   seen
	quiet  bool            // communities are told of later, all at once
	turned map[string]bool // communities that are not as they were
	went   bool            // something that is not public went
	act    bool            // half of it would be taken for the whole
	people []string        // ids of ambassadors that the log has taken away
	unmade []uint64        // counters of cards made here that the log has taken away
	cards  []string        // ids of contact cards that may be gone, whose keys then go as well
}

// sum is one record more or less in the digests.
type sum struct {
	rec   record.Record
	minus bool
}

// seen is what subscribers are told of.
type seen struct {
	communities map[string]bool
	others      map[Change]bool
}

func (n *seen) community(id string) {
	if n.communities == nil {
		n.communities = map[string]bool{}
	}
	n.communities[id] = true
}

func (n *seen) other(c Change) {
	if n.others == nil {
		n.others = map[Change]bool{}
	}
	n.others[c] = true
}

func (s *Store) newChanges(txn *badger.Txn) (*changes, error) {
	m, err := metaOf(txn)
	return &changes{s: s, txn: txn, m: m, staged: map[string]int{}}, err
}

// raw gives the whole value of a key as it will be; nil where there is none. It
// is valid until the transaction ends.
func (c *changes) raw(key []byte) ([]byte, error) {
	if i, ok := c.staged[string(key)]; ok {
		return c.list[i].val, nil
	}
	if c.absent != nil && c.absent(key) {
		return nil, nil
	}
	item, err := c.txn.Get(key)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return item.ValueCopy(nil)
}

// get gives version and body of a key as they will be; nil where there is none.
func (c *changes) get(key []byte) (version int, body []byte, err error) {
	val, err := c.raw(key)
	if val == nil || err != nil {
		return 0, nil, err
	}
	return decodeValue(key, val)
}

func (c *changes) has(key []byte) (bool, error) {
	val, err := c.raw(key)
	return val != nil, err
}

func (c *changes) set(e entry) {
	if i, ok := c.staged[string(e.key)]; ok {
		e.fresh = c.list[i].fresh
		c.list[i] = e
		return
	}
	e.fresh = c.absent != nil && c.absent(e.key)
	c.staged[string(e.key)] = len(c.list)
	c.list = append(c.list, e)
}

func (c *changes) put(key []byte, version int, body []byte) { c.set(put(key, version, body)) }

// drop deletes a key where it is there.
func (c *changes) drop(key []byte) error {
	there, err := c.has(key)
	if there {
		c.set(entry{key: key})
	}
	return err
}

// maxUpdate bounds what goes into one transaction of Badger: it takes 15 per cent
// of a memtable (findings/reliability §1.6).
const (
	maxUpdateBytes   = 900 << 10
	maxUpdateEntries = 4000
)

// write brings changes into the view: in one transaction, or where Badger's
// limit demands in several of which the last one carries what meta says. What is
// played or filled may be begun again; an act would be taken for done.
func (v *view) write(c *changes) error {
	list := c.list
	for {
		n, size := 0, 0
		for n < len(list) && n < maxUpdateEntries {
			size += len(list[n].key) + len(list[n].val) + 64
			if n > 0 && size > maxUpdateBytes {
				break
			}
			n++
		}
		if n == len(list) {
			return v.update(list, func(m *meta) {
				count, xor := m.Count, m.XOR
				*m = c.m
				m.Count, m.XOR = count, xor
			})
		}
		var torn func(*meta)
		if c.act {
			torn = func(m *meta) { m.Torn = true } // until the last part
		}
		if err := v.update(list[:n], torn); err != nil {
			return err
		}
		if c.s != nil {
			c.s.o.at("part written")
		}
		list = list[n:]
	}
}

// change works out changes and writes them, then keeps the digests and tells
// subscribers. Callers hold s.mu.
func (s *Store) change(work func(*changes) error) error {
	v := s.view.Load()
	before := v.meta.Load()
	var c *changes
	err := v.db.View(func(txn *badger.Txn) (err error) {
		if c, err = s.newChanges(txn); err != nil {
			return err
		}
		if err := work(c); err != nil {
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(c.list) == 0 && c.m.same(v.meta.Load()) {
		return nil
	}
	if err := v.write(c); err != nil {
		s.replica.forget() // what was written of it is not known
		return err
	}
	s.written(v, c, before)
	return nil
}

// written follows up on changes that are in the view, of which meta was before.
func (s *Store) written(v *view, c *changes, before *meta) {
	s.turns.add(before, v.meta.Load(), c.turned)
	s.replica.add(c.sums)
	s.replica.gone = s.replica.gone || c.went
	s.destroyKeysOf(v, c.cards)
	s.tell(&c.seen)
}

// manyChanges is from when on subscribers read all again instead of one by one.
const manyChanges = 50

func (s *Store) tell(n *seen) {
	if len(n.communities) > manyChanges {
		s.feed.send(Change{Kind: "import"})
	} else {
		for id := range n.communities {
			s.feed.send(Change{"community", id})
		}
	}
	for c := range n.others {
		s.feed.send(c)
	}
}

// eachKey calls fn with the keys under a prefix, as the view has them.
func eachKey(txn *badger.Txn, prefix []byte, fn func(key []byte) error) error {
	it := txn.NewIterator(badger.IteratorOptions{Prefix: prefix})
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		if err := fn(it.Item().KeyCopy(nil)); err != nil {
			return err
		}
	}
	return nil
}

// emptySpaces deletes everything under some prefixes, in as many transactions as
// it takes.
func (v *view) emptySpaces(prefixes ...string) error {
	for _, prefix := range prefixes {
		for {
			var batch []entry
			err := v.db.View(func(txn *badger.Txn) error {
				it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte(prefix)})
				defer it.Close()
				for it.Rewind(); it.Valid() && len(batch) < maxUpdateEntries; it.Next() {
					batch = append(batch, entry{key: it.Item().KeyCopy(nil)})
				}
				return nil
			})
			if err != nil {
				return fmt.Errorf("localdb: view: %w", err)
			}
			if len(batch) == 0 {
				break
			}
			if err := v.update(batch, nil); err != nil {
				return err
			}
		}
	}
	return nil
}
