package localdb

import (
	"errors"
	"fmt"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/faellesskabsby/vejviser/localdb/journal"
)

// RefusedOp is an operation that the hub did not take, and why.
type RefusedOp struct {
	Waiting
	Fate Fate
	Body jsontext.Value
}

// Refused gives what the hub refused and no person has decided about, oldest first.
func (s *Store) Refused() ([]RefusedOp, error) {
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	var out []RefusedOp
	err := s.healed(func(txn *badger.Txn) error {
		out = nil
		return eachJSON(txn, []byte(spaceRefused), func(key []byte, f settled) error {
			_, b, err := getValue(txn, append([]byte(spaceOp), key[len(spaceRefused):]...))
			if err != nil {
				return err
			}
			var op journal.Op
			if err := json.Unmarshal(b, &op, trusted); err != nil {
				return err
			}
			f.Waiting.Seq = op.Counter
			out = append(out, RefusedOp{f.Waiting, f.Fate, op.Body})
			return nil
		})
	})
	return out, err
}

// Retry lets a refused operation wait again, under a new counter: the hub has
// answered the old one for good.
func (s *Store) Retry(counter uint64) error {
	return s.decide(counter, func(old journal.Op) (journal.Op, error) {
		return s.newOp(opRetry, s.now(), retry{counter, old})
	})
}

// Discard forgets a refused operation and what it showed.
func (s *Store) Discard(counter uint64) error {
	return s.decide(counter, func(journal.Op) (journal.Op, error) {
		return s.newOp(opFate, s.now(), fates{Discard: []uint64{counter}})
	})
}

func (s *Store) decide(counter uint64, what func(journal.Op) (journal.Op, error)) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	var old *journal.Op
	err := s.read(func(txn *badger.Txn) error {
		c, err := s.newChanges(txn)
		if err != nil {
			return err
		}
		if there, err := c.has(seqKey(spaceRefused, counter)); err != nil || !there {
			return errors.Join(err, fmt.Errorf("%w: no refused operation %d", ErrNotFound, counter))
		}
		old, err = c.op(counter)
		return errors.Join(err, errWhen(old == nil, ErrNotFound))
	})
	if err != nil {
		return s.met(err)
	}
	op, err := what(*old)
	if err != nil {
		return err
	}
	if err := s.actLocked(nil, op); err != nil {
		return err
	}
	s.feed.send(Change{Kind: "sync"})
	return nil
}

// GiveBack holds what was acknowledged against what the hub says that it knows of
// this device: operations up to after, in a log of this epoch. Those above it wait
// again: the hub came back from a backup and no longer has them. It says how many.
// Those at or below it, where the epoch is another one, are in that backup, and
// Release lets go of them.
func (s *Store) GiveBack(after, epoch uint64) (int, error) {
	if err := s.begin(); err != nil {
		return 0, err
	}
	defer s.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	n, moved := 0, false
	err := s.read(func(txn *badger.Txn) error {
		n, moved = 0, false
		return eachJSON(txn, []byte(spaceKept), func(key []byte, x settled) error {
			x.Fate.Counter = seqOf(key)
			if x.Fate.lacks(after, epoch) {
				n++
			} else if epoch != 0 && x.Fate.Epoch != epoch {
				moved = true
			}
			return nil
		})
	})
	if err != nil {
		return 0, s.met(err)
	}
	if n == 0 && !moved && s.view.Load().meta.Load().Acked <= after {
		return 0, nil
	}
	return n, s.fate(fates{Again: &after, Epoch: epoch})
}

// retry is the body of a retry operation.
type retry struct {
	Counter uint64     `json:"counter"` // of the refused one
	Op      journal.Op `json:"op"`
}

func (c *changes) retry(r retry, as journal.Op) error {
	if old, err := c.op(r.Counter); err != nil {
		return err
	} else if old != nil {
		if err := c.discard(r.Counter); err != nil {
			return err
		}
	}
	op := r.Op
	op.Counter, op.ID = as.Counter, as.ID
	return c.did(op)
}
