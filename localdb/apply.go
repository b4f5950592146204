package localdb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// Kinds of operation in the journal. The first are for a hub, and are those of
// the wire; the others are this machine's own and never leave it.
const (
	opReferral   = "referral"
	opEvent      = "event"
	opSuggestion = "suggestion"
	opGap        = "gap"
	opEdit       = "edit"
	opResolve    = "resolve"
	opClose      = "close"
	opCard       = "card"
	opErase      = "erase"
	opLook       = "look"

	opSetting   = "setting"
	opFate      = "fate"      // what became of operations
	opEnrolment = "enrolment" // which hub, and as whom
	opAgain     = "again"     // an operation under its own counter, kept when an old segment goes
	opRetry     = "retry"     // a refused operation under a new counter
	opGone      = "gone"      // what was done has been erased
)

// opVersion is the version of the bodies that this program writes.
const opVersion = 1

// setting is the body of a setting operation.
type setting struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// What the index says: which counter an id or a code has.
const (
	indexReferralCode = 'c'
	indexReferralID   = 'r'
	indexEventID      = 'e'
	indexSuggestionID = 'g'
	indexGapID        = 'p'
	indexResolved     = 'v' // a conflict that a person has settled
	indexClosed       = 'k' // kind and id of a suggestion or a gap that a person has closed
	indexCardID       = 'a'
	indexCardCode     = 'o' // code of a card that was made here
	indexErased       = 'z' // kind and id of what a person has erased
)

// apply brings one act into the view: all of its operations with the sequence
// that is applied by then. An act that is there already is passed over, so that
// replay may run any number of times.
func (s *Store) apply(v *view, ops []journal.Op) error {
	last := ops[len(ops)-1].Counter
	if last <= v.meta.Load().Applied {
		return nil
	}
	for i := range ops {
		if err := s.beforeApply(v, &ops[i]); err != nil {
			return err
		}
	}
	before := v.meta.Load()
	var c *changes
	err := v.db.View(func(txn *badger.Txn) (err error) {
		if c, err = s.newChanges(txn); err != nil {
			return err
		}
		c.act = true
		for _, op := range ops {
			if err := c.apply(op); err != nil {
				return fmt.Errorf("localdb: operation %d (%s): %w", op.Counter, op.Kind, err)
			}
		}
		c.m.Applied = last
		return nil
	})
	if err != nil {
		return err
	}
	if err := v.write(c); err != nil {
		s.replica.forget()
		return err
	}
	s.written(v, c, before)
	return nil
}

// apply says what an operation changes in the view.
func (c *changes) apply(op journal.Op) error {
	if op.V > opVersion {
		return fmt.Errorf("%w: operation version %d", ErrNewer, op.V)
	}
	switch op.Kind {
	case opReferral, opEvent, opSuggestion, opGap, opEdit, opResolve, opClose, opCard, opLook:
		return c.did(op)
	case opErase:
		return c.erased(op)
	case opAgain:
		var inner journal.Op
		if err := json.Unmarshal(op.Body, &inner, trusted); err != nil {
			return err
		}
		return c.apply(inner)
	case opSetting:
		var st setting
		if err := json.Unmarshal(op.Body, &st, trusted); err != nil {
			return err
		}
		return c.setting(st)
	case opFate:
		var f fates
		if err := json.Unmarshal(op.Body, &f, trusted); err != nil {
			return err
		}
		return c.fates(f)
	case opRetry:
		var r retry
		if err := json.Unmarshal(op.Body, &r, trusted); err != nil {
			return err
		}
		return c.retry(r, op)
	case opEnrolment:
		return c.enrolled(op)
	case opGone:
		return nil
	default:
		return fmt.Errorf("%w: operation %q", ErrNewer, op.Kind)
	}
}

func (c *changes) setting(st setting) error {
	key := []byte(spaceSetting + st.Key)
	if st.Value == "" {
		return c.drop(key)
	}
	c.put(key, 1, []byte(st.Value))
	return nil
}

// taken are the indexes that a later operation may take over.
var taken = []byte{indexReferralCode, indexResolved, indexClosed, indexCardCode, indexErased}

// did brings in what a person did: the operation itself, that it waits, what it
// is found by, and what of it is shown. One that is there already, also under
// another counter (it was journalled again by an older program), keeps its place.
func (c *changes) did(op journal.Op) error {
	there, err := c.has(seqKey(spaceOp, op.Counter))
	if err != nil || there {
		return err
	}
	x, err := readAct(op)
	if err != nil {
		return err
	}
	for _, k := range x.index {
		if bytes.IndexByte(taken, k[2]) >= 0 {
			continue
		}
		if there, err := c.has(k); err != nil || there {
			return err
		}
	}
	return c.queue(op, x)
}

// queue writes an operation as one that waits.
func (c *changes) queue(op journal.Op, x act) error {
	b, err := json.Marshal(op)
	if err != nil {
		return err
	}
	w := x.waiting
	w.Kind, w.At = op.Kind, op.At
	wb, err := json.Marshal(w)
	if err != nil {
		return err
	}
	c.put(seqKey(spaceOp, op.Counter), op.V, b)
	c.put(seqKey(spaceWaiting, op.Counter), 1, wb)
	seq := binary.BigEndian.AppendUint64(nil, op.Counter)
	for _, k := range x.index {
		c.put(k, 1, seq)
	}
	return c.showUnlessThere(&op, x)
}

// showUnlessThere shows an operation, unless the log's record of it is here.
func (c *changes) showUnlessThere(op *journal.Op, x act) error {
	if x.kind != "" {
		confirmed, live, err := c.confirmed(x.kind, x.waiting.ID)
		if err != nil {
			return err
		}
		if live && confirmed.Seq > 0 {
			return nil
		}
	}
	return c.show(op)
}

// show puts what an operation shows where screens read it; hide takes it away.
func (c *changes) show(op *journal.Op) error {
	x, err := readAct(*op)
	if err != nil {
		return err
	}
	switch {
	case x.edit != nil:
		return c.layOn(op.Counter, *x.edit)
	case x.key != nil:
		c.put(x.key, op.V, op.Body)
	}
	return nil
}

func (c *changes) hide(op *journal.Op) error {
	x, err := readAct(*op)
	if err != nil {
		return err
	}
	switch {
	case x.edit != nil:
		return c.liftOff(op.Counter, x.edit.Ref())
	case x.key != nil:
		c.lost(x.kind, x.waiting.ID)
		return c.drop(x.key)
	}
	return nil
}

func eventKey(code referral.Code, seq uint64) []byte {
	return binary.BigEndian.AppendUint64(eventPrefix(code), seq)
}

func eventPrefix(code referral.Code) []byte { return []byte(spaceEvent + string(code) + "/") }

func known(txn *badger.Txn, what byte, id string) bool {
	_, err := txn.Get(indexKey(what, id))
	return err == nil
}

// act records operations: in the journal, fsynced, then in the view. From the
// journal's yes on it stands; a view that fails is replaced, and the journal
// replayed into the new one. before is asked under the lock whether it may be.
// Where the disk is nearly full the view goes on in memory: Badger would die of
// a full disk, the journal says no and loses nothing (findings/reliability §1.5).
func (s *Store) act(before func(*badger.Txn) error, ops ...journal.Op) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.actLocked(before, ops...)
}

func (s *Store) actLocked(before func(*badger.Txn) error, ops ...journal.Op) error {
	if before != nil {
		if err := s.read(before); err != nil {
			return err
		}
	}
	if !s.view.Load().memory {
		if err := s.room(); errors.Is(err, ErrDiskFull) {
			if s.o.Hub {
				return err
			}
			if s.fallBack(err); !s.view.Load().memory {
				return err
			}
		} else if err != nil {
			return err
		}
	}
	if _, err := s.journal.Append(ops...); err != nil {
		return named(err)
	}
	s.o.at("act journalled")
	if err := s.apply(s.view.Load(), ops); err != nil {
		s.fallBack(err)
	}
	s.o.at("act applied")
	return nil
}

// newOp makes an operation of a record.
func (s *Store) newOp(kind string, at time.Time, body any) (journal.Op, error) {
	id, err := s.newID()
	if err != nil {
		return journal.Op{}, err
	}
	b, err := json.Marshal(body)
	if err != nil {
		return journal.Op{}, fmt.Errorf("localdb: encode: %w", err)
	}
	return journal.Op{Device: s.key.Store, ID: id, Kind: kind, V: opVersion, At: at, Actor: s.o.Actor, Body: b}, nil
}
