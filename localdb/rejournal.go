package localdb

import (
	"encoding/binary"
	"slices"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/journal"
)

// inJournal is what the journal can give back.
type inJournal struct {
	counters map[uint64]bool   // of operations for a hub
	settings map[string]string // last value by key
	enrolled string            // the last enrolment
}

func newInJournal() *inJournal {
	return &inJournal{counters: map[uint64]bool{}, settings: map[string]string{}}
}

func (j *inJournal) add(op journal.Op) error {
	switch op.Kind {
	case opSetting:
		var st setting
		if err := json.Unmarshal(op.Body, &st, trusted); err != nil {
			return err
		}
		j.settings[st.Key] = st.Value
	case opEnrolment:
		j.enrolled = string(op.Body)
	case opAgain:
		var inner journal.Op
		if err := json.Unmarshal(op.Body, &inner, trusted); err != nil {
			return err
		}
		return j.add(inner)
	case opFate, opGone:
	default:
		j.counters[op.Counter] = true
	}
	return nil
}

func idOf(record []byte) (string, error) {
	var r struct {
		ID string `json:"id"`
	}
	err := json.Unmarshal(record, &r, trusted)
	return r.ID, err
}

// onlyInView gives operations for what the view has and the journal has lost: a
// view made again would lack it. An operation keeps its counter, because a hub
// may know it by that.
func (s *Store) onlyInView(have *inJournal) (ops []journal.Op, err error) {
	err = s.read(func(txn *badger.Txn) error {
		kept, err := s.carried(txn, func(op *journal.Op) bool { return !have.counters[op.Counter] })
		if err == nil {
			err = s.standing(txn, have, func(op journal.Op) { ops = append(ops, op) })
		}
		ops = append(ops, kept...)
		return err
	})
	return ops, err
}

// carried gives operations of the outbox, with their fates, as they are
// journalled a second time.
func (s *Store) carried(txn *badger.Txn, which func(*journal.Op) bool) (ops []journal.Op, err error) {
	var answered []Fate
	err = eachJSON(txn, []byte(spaceOp), func(_ []byte, op journal.Op) error {
		if !which(&op) {
			return nil
		}
		again, err := s.newOp(opAgain, op.At, op)
		if err != nil {
			return err
		}
		ops = append(ops, again)
		for _, space := range []string{spaceKept, spaceRefused} {
			if _, b, err := getValue(txn, seqKey(space, op.Counter)); err == nil {
				var x settled
				if err := json.Unmarshal(b, &x, trusted); err != nil {
					return err
				}
				answered = append(answered, x.Fate)
			}
		}
		return nil
	})
	if err != nil || len(answered) == 0 {
		return ops, err
	}
	op, err := s.newOp(opFate, s.now(), fates{Fates: answered})
	return append(ops, op), err
}

// standing gives operations for settings and enrolment that the journal does not
// have as they stand.
func (s *Store) standing(txn *badger.Txn, have *inJournal, fn func(journal.Op)) error {
	_, b, err := getValue(txn, enrolmentKey)
	if err == nil && have.enrolled != string(b) {
		var e enrolment
		if err := json.Unmarshal(b, &e, trusted); err != nil {
			return err
		}
		op, err := s.newOp(opEnrolment, s.now(), e)
		if err != nil {
			return err
		}
		op.Body = slices.Clone(b)
		fn(op)
	}
	return eachRecord(txn, []byte(spaceSetting), func(key []byte, _ int, value []byte) error {
		st := setting{string(key[len(spaceSetting):]), string(value)}
		if have.settings[st.Key] == st.Value {
			return nil
		}
		op, err := s.newOp(opSetting, s.now(), st)
		if err == nil {
			fn(op)
		}
		return err
	})
}

// rejournal records operations again, one by one: the view has them already.
func (s *Store) rejournal(ops []journal.Op) error {
	for i := range ops {
		one := ops[i : i+1]
		if _, err := s.journal.Append(one...); err != nil {
			return err
		}
		if err := s.apply(s.view.Load(), one); err != nil {
			return err
		}
	}
	return nil
}

// seqOf reads the sequence at the end of a key.
func seqOf(key []byte) uint64 { return binary.BigEndian.Uint64(key[len(key)-8:]) }
