package localdb

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// Key spaces of the outbox. An operation is in o/ from the moment it was done
// until it need not be kept, and in one of w/, k/ and f/.
const (
	spaceOp       = "o/" // counter → operation
	spaceKept     = "k/" // counter → acknowledged: kept until the hub's backup has it
	spaceRefused  = "f/" // counter → refused: a person decides
	spaceOwnOnTop = "q/" // community, or kind and id of another → edits that lie upon it
)

// Words of a Fate's State, as on the wire.
const (
	FateAccepted   = "accepted"
	FateDuplicate  = "duplicate"
	FateConflicted = "conflict"
	FateRefused    = "refused"
	FateLater      = "later"
)

// Fate is what became of one operation. Seq is where in the log of Epoch it is;
// where the hub names none, behind what is here.
type Fate struct {
	Counter  uint64    `json:"counter"`
	State    string    `json:"state"`
	Seq      uint64    `json:"seq,omitzero"`
	Code     string    `json:"code,omitzero"`
	Field    string    `json:"field,omitzero"`
	Conflict string    `json:"conflict,omitzero"`
	Epoch    uint64    `json:"epoch,omitzero"`
	At       time.Time `json:"at"`
	Earlier  bool      `json:"earlier,omitzero"` // answered to the device of the same hub that this machine was before
}

// fates is the body of a fate operation.
type fates struct {
	Fates   []Fate   `json:"fates,omitempty"`
	Discard []uint64 `json:"discard,omitempty"`
	Again   *uint64  `json:"again,omitzero"` // acknowledged ones above it wait again, those at or below are in the log
	Epoch   uint64   `json:"epoch,omitzero"` // of that log; 0 is not known
}

// settled is an operation that has its answer: in k/ or f/.
type settled struct {
	Waiting Waiting `json:"waiting"`
	Fate    Fate    `json:"fate"`
}

// Outbox gives up to limit operations that wait, in the order of their counters.
// limit 0 is all.
func (s *Store) Outbox(ctx context.Context, limit int) ([]journal.Op, error) {
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	var out []journal.Op
	err := s.healed(func(txn *badger.Txn) error {
		out = nil
		it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte(spaceWaiting)})
		defer it.Close()
		for it.Rewind(); it.Valid() && (limit <= 0 || len(out) < limit); it.Next() {
			key := append([]byte(spaceOp), it.Item().Key()[len(spaceWaiting):]...)
			_, b, err := getValue(txn, key)
			if err != nil {
				return fmt.Errorf("%w: operation %d: %w", ErrDamaged, seqOf(key), err)
			}
			var op journal.Op
			if err := json.Unmarshal(b, &op, trusted); err != nil {
				return fmt.Errorf("%w: operation %d: %w", ErrDamaged, seqOf(key), err)
			}
			out = append(out, op)
		}
		return ctx.Err()
	})
	return out, err
}

// Settle keeps what became of operations: journalled with one fsync, so that it
// survives a rebuild. Fates of operations that are not here, and "later", change
// nothing.
func (s *Store) Settle(fs []Fate) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	news, err := s.news(fs)
	if err != nil || len(news) == 0 {
		return s.met(err)
	}
	s.o.at("settle")
	return s.fate(fates{Fates: news})
}

// news leaves out fates that change nothing.
func (s *Store) news(fs []Fate) (out []Fate, err error) {
	pos := s.view.Load().meta.Load().position()
	err = s.read(func(txn *badger.Txn) error {
		for _, f := range fs {
			if f.State == FateLater || f.State == "" {
				continue
			}
			if _, err := txn.Get(seqKey(spaceOp, f.Counter)); errors.Is(err, badger.ErrKeyNotFound) {
				continue
			} else if err != nil {
				return err
			}
			if f.At.IsZero() {
				f.At = s.now()
			}
			if f.Epoch == 0 {
				f.Epoch = pos.Epoch
			}
			if f.Seq == 0 {
				f.Seq = pos.Seq + 1
			}
			out = append(out, f)
		}
		return nil
	})
	return out, err
}

func (s *Store) fate(f fates) error {
	op, err := s.newOp(opFate, s.now(), f)
	if err != nil {
		return err
	}
	if err := s.actLocked(nil, op); err != nil {
		return err
	}
	s.feed.send(Change{Kind: "sync"})
	return nil
}

// fates applies what a fate operation says.
func (c *changes) fates(f fates) error {
	for _, one := range f.Fates {
		if err := c.fate(one); err != nil {
			return err
		}
	}
	for _, counter := range f.Discard {
		if err := c.discard(counter); err != nil {
			return err
		}
	}
	if f.Again != nil {
		if err := c.again(*f.Again, f.Epoch); err != nil {
			return err
		}
	}
	return c.settleEdits()
}

func (c *changes) fate(f Fate) error {
	op, err := c.op(f.Counter)
	if op == nil || err != nil {
		return err
	}
	x, err := readAct(*op)
	if err != nil {
		return err
	}
	for _, space := range []string{spaceWaiting, spaceKept, spaceRefused} {
		if err := c.drop(seqKey(space, f.Counter)); err != nil {
			return err
		}
	}
	w := x.waiting
	w.Kind, w.At = op.Kind, op.At
	b, err := json.Marshal(settled{w, f})
	if err != nil {
		return err
	}
	if !f.Earlier {
		c.m.Acked = max(c.m.Acked, f.Counter)
	}
	if f.State == FateRefused {
		c.put(seqKey(spaceRefused, f.Counter), 1, b)
		if x.edit != nil {
			return c.liftOff(f.Counter, x.edit.Ref())
		}
		return nil
	}
	c.put(seqKey(spaceKept, f.Counter), 1, b)
	if x.edit != nil {
		return c.editAccepted(f.Counter, x.edit.Ref(), f.Epoch, f.Seq)
	}
	if c.isOver(x.kind, f) {
		return c.hide(op)
	}
	return nil
}

// isOver says that the log will bring nothing more of an operation with this fate:
// it never does, or, where this is a replay, what it has of it is here or is gone again.
func (c *changes) isOver(k record.Kind, f Fate) bool {
	return c.notReceived(k) || f.Epoch == c.m.Epoch && f.Seq <= c.m.Seq
}

// notReceived says that the log will never bring a record of this kind here.
func (c *changes) notReceived(k record.Kind) bool {
	if len(c.m.Feeds) == 0 || k == "" {
		return false
	}
	for _, f := range c.m.Feeds {
		if family, _ := f.Split(); family == k.Family() {
			return false
		}
	}
	return true
}

// hideAccepted takes away what is acknowledged and never comes back, and what the
// log brought or has let go of since, by the position that was reached. Of what
// another log had taken, what this one lacks is given back and shown again then.
func (c *changes) hideAccepted() error {
	return eachKey(c.txn, []byte(spaceKept), func(key []byte) error {
		op, err := c.op(seqOf(key))
		if op == nil || err != nil {
			return err
		}
		x, err := readAct(*op)
		if err != nil || x.edit != nil {
			return err
		}
		if !c.notReceived(x.kind) {
			_, b, err := c.get(key)
			var done settled
			if err == nil {
				err = json.Unmarshal(b, &done, trusted)
			}
			if err != nil || done.Fate.Epoch == c.m.Epoch && done.Fate.Seq > c.m.Seq {
				return err
			}
		}
		return c.hide(op)
	})
}

// discard forgets an operation and what it showed.
func (c *changes) discard(counter uint64) error {
	op, err := c.op(counter)
	if op == nil || err != nil {
		return err
	}
	if err := c.hide(op); err != nil {
		return err
	}
	return c.forget(op)
}

// forget removes an operation from the outbox.
func (c *changes) forget(op *journal.Op) error {
	x, err := readAct(*op)
	if err != nil {
		return err
	}
	for _, space := range []string{spaceOp, spaceWaiting, spaceKept, spaceRefused} {
		if err := c.drop(seqKey(space, op.Counter)); err != nil {
			return err
		}
	}
	for _, k := range x.index {
		_, whose, err := c.get(k)
		if err != nil {
			return err
		}
		if len(whose) == 8 && binary.BigEndian.Uint64(whose) == op.Counter {
			if err := c.drop(k); err != nil {
				return err
			}
		}
	}
	return nil
}

// lacks says that a hub whose log is of this epoch, and which knows this device's
// operations up to after, may not have what it once acknowledged. What the same
// log took from the device that this machine was before is in it: it is not given
// back, since others may have corrected it.
func (f *Fate) lacks(after, epoch uint64) bool {
	return f.Counter > after && !(f.Earlier && f.Epoch == epoch)
}

// again lets acknowledged operations that the hub lacks wait once more. The others
// were in the backup that a hub of another epoch came from: they are in its log.
func (c *changes) again(after, epoch uint64) error {
	c.m.Acked = min(c.m.Acked, after)
	return eachKey(c.txn, []byte(spaceKept), func(key []byte) error {
		done, err := c.kept(key)
		if done == nil || err != nil {
			return err
		}
		if !done.Fate.lacks(after, epoch) {
			if epoch != 0 && done.Fate.Epoch != epoch {
				done.Fate.Epoch, done.Fate.Seq = epoch, 1 // where in it does not matter: a backup has it
				return c.keep(key, done)
			}
			return nil
		}
		counter := seqOf(key)
		op, err := c.op(counter)
		if op == nil || err != nil {
			return err
		}
		x, err := readAct(*op)
		if err != nil {
			return err
		}
		if err := c.drop(key); err != nil {
			return err
		}
		if x.edit != nil {
			if err := c.liftOff(counter, x.edit.Ref()); err != nil {
				return err
			}
		}
		return c.queue(*op, x)
	})
}

// earlier marks what was acknowledged to the device that this machine was before,
// and shows it until the log brings it again.
func (c *changes) earlier() error {
	return eachKey(c.txn, []byte(spaceKept), func(key []byte) error {
		done, err := c.kept(key)
		if done == nil || err != nil {
			return err
		}
		done.Fate.Earlier = true
		if err := c.keep(key, done); err != nil {
			return err
		}
		op, err := c.op(seqOf(key))
		if op == nil || err != nil {
			return err
		}
		x, err := readAct(*op)
		if err != nil || x.edit != nil || c.isOver(x.kind, done.Fate) {
			return err // an edit lies upon a community, of which none is here
		}
		return c.showUnlessThere(op, x)
	})
}

// kept reads an operation that was acknowledged, nil where there is none.
func (c *changes) kept(key []byte) (*settled, error) {
	_, b, err := c.get(key)
	if b == nil || err != nil {
		return nil, err
	}
	x := new(settled)
	if err := json.Unmarshal(b, x, trusted); err != nil {
		return nil, err
	}
	x.Fate.Counter = seqOf(key)
	return x, nil
}

func (c *changes) keep(key []byte, x *settled) error {
	b, err := json.Marshal(x)
	if err == nil {
		c.put(key, 1, b)
	}
	return err
}

// Known gives the counter up to which every operation has its answer.
func (s *Store) Known() (uint64, error) {
	if err := s.begin(); err != nil {
		return 0, err
	}
	defer s.end()
	var out uint64
	err := s.healed(func(txn *badger.Txn) error {
		m, err := metaOf(txn)
		if err != nil {
			return err
		}
		out = m.Acked
		it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte(spaceWaiting)})
		defer it.Close()
		if it.Rewind(); it.Valid() {
			out = min(out, seqOf(it.Item().Key())-1)
		}
		return nil
	})
	return out, err
}

// LastCounter is the highest counter that was ever given to an act here.
func (s *Store) LastCounter() uint64 { return s.journal.Last() }
