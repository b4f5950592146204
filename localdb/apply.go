package localdb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// Kinds of operation in the journal.
const (
	opReferral   = "referral"
	opEvent      = "event"
	opSuggestion = "suggestion"
	opSetting    = "setting"
	opGap        = "gap"
)

// opVersion is the version of the bodies that this program writes.
const opVersion = 1

// setting is the body of a setting operation.
type setting struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// What the index says: which sequence an id or a code has.
const (
	indexReferralCode = 'c'
	indexReferralID   = 'r'
	indexEventID      = 'e'
	indexSuggestionID = 'g'
	indexGapID        = 'p'
)

// apply brings one act into the view: all of its operations in one transaction
// with the sequence that is applied by then. An act that is there already is
// passed over, so that replay may run any number of times.
func (v *view) apply(ops []journal.Op) error {
	last := ops[len(ops)-1].Counter
	if last <= v.meta.Load().Applied {
		return nil
	}
	var entries []entry
	err := v.db.View(func(txn *badger.Txn) error {
		for _, op := range ops {
			es, err := entriesOf(txn, op)
			if err != nil {
				return fmt.Errorf("localdb: operation %d (%s): %w", op.Counter, op.Kind, err)
			}
			entries = append(entries, es...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.update(entries, func(m *meta) { m.Applied = last })
}

// entriesOf says what an operation changes in the view. One whose record came
// under another sequence already (it was journalled again by a repair) keeps
// its place.
func entriesOf(txn *badger.Txn, op journal.Op) ([]entry, error) {
	if op.V > opVersion {
		return nil, fmt.Errorf("%w: operation version %d", ErrNewer, op.V)
	}
	switch op.Kind {
	case opReferral:
		var r referral.Referral
		if err := json.Unmarshal(op.Body, &r, trusted); err != nil {
			return nil, err
		}
		if known(txn, indexReferralID, r.ID) {
			return nil, nil
		}
		return recorded(op, seqKey(spaceReferral, op.Counter), Waiting{ID: r.ID, Code: r.Code, Communities: r.Communities},
			indexKey(indexReferralID, r.ID), indexKey(indexReferralCode, string(r.Code)))
	case opEvent:
		var e referral.Event
		if err := json.Unmarshal(op.Body, &e, trusted); err != nil {
			return nil, err
		}
		if known(txn, indexEventID, e.ID) {
			return nil, nil
		}
		return recorded(op, eventKey(e.Code, op.Counter), Waiting{ID: e.ID, Code: e.Code}, indexKey(indexEventID, e.ID))
	case opSuggestion:
		var g Suggestion
		if err := json.Unmarshal(op.Body, &g, trusted); err != nil {
			return nil, err
		}
		if known(txn, indexSuggestionID, g.ID) {
			return nil, nil
		}
		return recorded(op, seqKey(spaceSuggestion, op.Counter), Waiting{ID: g.ID, Communities: []string{g.Community}}, indexKey(indexSuggestionID, g.ID))
	case opGap:
		var g SearchGap
		if err := json.Unmarshal(op.Body, &g, trusted); err != nil {
			return nil, err
		}
		if known(txn, indexGapID, g.ID) {
			return nil, nil
		}
		return recorded(op, seqKey(spaceGap, op.Counter), Waiting{ID: g.ID}, indexKey(indexGapID, g.ID))
	case opSetting:
		var st setting
		if err := json.Unmarshal(op.Body, &st, trusted); err != nil {
			return nil, err
		}
		key := []byte(spaceSetting + st.Key)
		if st.Value == "" {
			return []entry{{key: key}}, nil
		}
		return []entry{put(key, 1, []byte(st.Value))}, nil
	default:
		return nil, fmt.Errorf("%w: operation %q", ErrNewer, op.Kind)
	}
}

// recorded is the record itself, the index entries to find it by, and its place
// among what waits to be sent.
func recorded(op journal.Op, key []byte, w Waiting, index ...[]byte) ([]entry, error) {
	w.Kind, w.At = op.Kind, op.At
	wb, err := json.Marshal(w)
	if err != nil {
		return nil, err
	}
	seq := binary.BigEndian.AppendUint64(nil, op.Counter)
	entries := []entry{put(key, op.V, op.Body), put(seqKey(spaceWaiting, op.Counter), 1, wb)}
	for _, k := range index {
		entries = append(entries, put(k, 1, seq))
	}
	return entries, nil
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
	if err := s.read(before); err != nil {
		return err
	}
	if !s.view.Load().memory {
		if err := s.room(); errors.Is(err, ErrDiskFull) {
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
	if err := s.view.Load().apply(ops); err != nil {
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
