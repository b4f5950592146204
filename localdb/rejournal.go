package localdb

import (
	"encoding/binary"
	"slices"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/faellesskabsby/vejviser/localdb/journal"
)

// journalled are the key spaces whose records came through the journal, with
// their kind of operation.
var journalled = []struct{ space, kind string }{
	{spaceReferral, opReferral}, {spaceEvent, opEvent}, {spaceSuggestion, opSuggestion}, {spaceGap, opGap},
}

// inJournal is what the journal can give back.
type inJournal struct {
	ids      map[string]bool   // of referrals, events, suggestions and gaps
	settings map[string]string // last value by key
}

func newInJournal() inJournal { return inJournal{map[string]bool{}, map[string]string{}} }

func (j inJournal) add(op journal.Op) error {
	if op.Kind == opSetting {
		var st setting
		if err := json.Unmarshal(op.Body, &st, trusted); err != nil {
			return err
		}
		j.settings[st.Key] = st.Value
		return nil
	}
	id, err := idOf(op.Body)
	j.ids[id] = true
	return err
}

func idOf(record []byte) (string, error) {
	var r struct {
		ID string `json:"id"`
	}
	err := json.Unmarshal(record, &r, trusted)
	return r.ID, err
}

// onlyInView gives operations for what the view shows and the journal has lost:
// a view made again would lack it.
func (s *Store) onlyInView(have inJournal) (ops []journal.Op, err error) {
	add := func(kind string, version int, body jsontext.Value) error {
		op, err := s.newOp(kind, s.now(), body)
		op.V = version
		ops = append(ops, op)
		return err
	}
	err = s.read(func(txn *badger.Txn) error {
		for _, j := range journalled {
			err := eachRecord(txn, []byte(j.space), func(_ []byte, version int, record []byte) error {
				id, err := idOf(record)
				if err != nil || have.ids[id] {
					return err
				}
				return add(j.kind, version, slices.Clone(record))
			})
			if err != nil {
				return err
			}
		}
		return eachRecord(txn, []byte(spaceSetting), func(key []byte, _ int, value []byte) error {
			st := setting{string(key[len(spaceSetting):]), string(value)}
			if have.settings[st.Key] == st.Value {
				return nil
			}
			body, err := json.Marshal(st)
			if err != nil {
				return err
			}
			return add(opSetting, opVersion, body)
		})
	})
	return ops, err
}

// rejournal records operations again under new sequences. The view keeps the
// records at their old place.
func (s *Store) rejournal(ops []journal.Op) error {
	for i := range ops {
		act := ops[i : i+1]
		if _, err := s.journal.Append(act...); err != nil {
			return err
		}
		if err := s.view.Load().apply(act); err != nil {
			return err
		}
	}
	return nil
}

// seqOf reads the sequence at the end of a key.
func seqOf(key []byte) uint64 { return binary.BigEndian.Uint64(key[len(key)-8:]) }
