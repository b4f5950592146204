package localdb

import (
	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// Release forgets acknowledged operations that the hub has in a backup: those at
// or below durable. Segments of the journal that hold nothing else go; settings,
// enrolment and what is not settled are carried over first.
func (s *Store) Release(durable record.Position) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	if durable.Epoch == 0 {
		return nil
	}
	released := 0
	err := s.change(func(c *changes) error {
		return eachKey(c.txn, []byte(spaceKept), func(key []byte) error {
			done, err := c.release(seqOf(key), durable)
			if done {
				released++
			}
			return err
		})
	})
	if err != nil {
		return s.met(err)
	}
	s.o.at("released")
	if released == 0 {
		return nil
	}
	return s.trimJournal()
}

func (c *changes) release(counter uint64, durable record.Position) (bool, error) {
	_, b, err := c.get(seqKey(spaceKept, counter))
	if b == nil || err != nil {
		return false, err
	}
	var x settled
	if err := json.Unmarshal(b, &x, trusted); err != nil {
		return false, err
	}
	if x.Fate.Epoch != durable.Epoch || x.Fate.Seq > durable.Seq {
		return false, nil
	}
	if c.m.Epoch == durable.Epoch && x.Fate.Seq > c.m.Seq {
		return false, nil // what the log made of it is not here yet: it shows, or hides, what the log will
	}
	op, err := c.op(counter)
	if op == nil || err != nil {
		return false, err
	}
	return true, c.forget(op)
}

// carryAtMost is how many operations are written a second time so that the
// segments they are in can go.
const carryAtMost = 100

// turnAfter is from which size on, in bytes, a segment is ended so that what is in
// it can go: weeks of a small desk, not years.
const turnAfter = 32 << 10

// carryInOneAct keeps an act well below what one frame may hold.
const carryInOneAct = 8

// trimJournal removes the segments that nobody needs. Whatever of them is still
// needed is first written again; until that is on the disk, and the view's own
// files are, nothing is removed. Callers hold s.mu.
func (s *Store) trimJournal() error {
	if s.view.Load().memory {
		return nil
	}
	if err := s.journal.Turn(turnAfter); err != nil {
		return named(err)
	}
	upTo := s.journal.Full()
	if upTo == 0 {
		return nil
	}
	var ops []journal.Op
	many := false
	err := s.read(func(txn *badger.Txn) error {
		kept, err := s.carried(txn, func(op *journal.Op) bool { return op.Counter <= upTo })
		if many = len(kept) > carryAtMost; many || err != nil {
			return err
		}
		err = s.standing(txn, newInJournal(), func(op journal.Op) { ops = append(ops, op) })
		ops = append(ops, kept...)
		return err
	})
	if err != nil || many {
		return err
	}
	for len(ops) > 0 {
		n := min(len(ops), carryInOneAct)
		if _, err := s.journal.Append(ops[:n]...); err != nil {
			return named(err)
		}
		if err := s.apply(s.view.Load(), ops[:n]); err != nil {
			return err
		}
		ops = ops[n:]
	}
	s.o.at("carried over")
	if err := s.view.Load().db.Sync(); err != nil {
		return err
	}
	return named(s.journal.LetGo(upTo))
}
