package localdb

import (
	"errors"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// act is what an operation for the hub means to the view.
type act struct {
	kind    record.Kind // of the record that the log will have; "" for edits
	key     []byte      // where it is shown until then
	waiting Waiting
	index   [][]byte
	edit    *Edit // what lies upon a community until then
}

// readAct reads the body of an operation for the hub.
func readAct(op journal.Op) (x act, err error) {
	switch op.Kind {
	case opReferral:
		var r referral.Referral
		err = json.Unmarshal(op.Body, &r, trusted)
		x = act{kind: record.Referral, key: seqKey(spaceReferral, op.Counter),
			waiting: Waiting{ID: r.ID, Code: r.Code, Communities: r.Communities},
			index:   [][]byte{indexKey(indexReferralID, r.ID), indexKey(indexReferralCode, string(r.Code))}}
	case opEvent:
		var e referral.Event
		err = json.Unmarshal(op.Body, &e, trusted)
		x = act{kind: record.Event, key: eventKey(e.Code, op.Counter), waiting: Waiting{ID: e.ID, Code: e.Code},
			index: [][]byte{indexKey(indexEventID, e.ID)}}
	case opSuggestion:
		var g Suggestion
		err = json.Unmarshal(op.Body, &g, trusted)
		x = act{kind: record.Suggestion, key: seqKey(spaceSuggestion, op.Counter),
			waiting: Waiting{ID: g.ID, Communities: []string{g.Community}}, index: [][]byte{indexKey(indexSuggestionID, g.ID)}}
	case opGap:
		var g SearchGap
		err = json.Unmarshal(op.Body, &g, trusted)
		x = act{kind: record.Gap, key: seqKey(spaceGap, op.Counter), waiting: Waiting{ID: g.ID},
			index: [][]byte{indexKey(indexGapID, g.ID)}}
	case opEdit:
		e := new(Edit)
		err = json.Unmarshal(op.Body, e, trusted)
		x = act{waiting: waitingFor(op.ID, e.Ref()), edit: e}
	case opResolve:
		var r Resolution
		err = json.Unmarshal(op.Body, &r, trusted)
		e := r.edit()
		x = act{waiting: waitingFor(r.Conflict, e.Ref()), index: [][]byte{indexKey(indexResolved, r.Conflict)}, edit: e}
	case opClose:
		return readClosing(op.Body)
	case opCard:
		var k card.Sealed
		err = json.Unmarshal(op.Body, &k, trusted)
		x = act{kind: record.Card, key: seqKey(spaceCard, op.Counter), waiting: Waiting{ID: k.ID, Code: k.Code},
			index: [][]byte{indexKey(indexCardID, k.ID), indexKey(indexCardCode, string(k.Code))}}
	case opErase:
		var e Erasure
		err = json.Unmarshal(op.Body, &e, trusted)
		x = act{waiting: Waiting{ID: e.ID, Of: e.Kind}, index: [][]byte{indexKey(indexErased, string(e.Kind)+"/"+e.ID)}}
	case opLook:
		var l Look
		err = json.Unmarshal(op.Body, &l, trusted)
		x = act{waiting: Waiting{ID: op.ID, Code: l.Code}}
	}
	return x, err
}

// waitingFor is what waits where a record was edited.
func waitingFor(id string, of record.Ref) Waiting {
	if of.Kind == record.Community {
		return Waiting{ID: id, Communities: []string{of.ID}}
	}
	return Waiting{ID: id, Of: of.Kind}
}

// op gives an operation that is kept, or nil.
func (c *changes) op(counter uint64) (*journal.Op, error) {
	_, b, err := c.get(seqKey(spaceOp, counter))
	if b == nil || err != nil {
		return nil, err
	}
	op := new(journal.Op)
	if err := json.Unmarshal(b, op, trusted); err != nil {
		return nil, err
	}
	return op, nil
}

// isHere says that a record of this id was done here, or is confirmed.
func isHere(txn *badger.Txn, k record.Kind, id string) (bool, error) {
	if known(txn, ownIndex(k), id) {
		return true, nil
	}
	m, err := metaOf(txn)
	if err != nil {
		return false, err
	}
	_, err = txn.Get(confirmedKey(m.Gen, k, id))
	if errors.Is(err, badger.ErrKeyNotFound) {
		return false, nil
	}
	return err == nil, err
}

// codeTaken says that a referral with this code is here.
func codeTaken(txn *badger.Txn, code referral.Code) (bool, error) {
	if known(txn, indexReferralCode, string(code)) {
		return true, nil
	}
	rs, _, err := byCode(txn, code)
	return len(rs) > 0, err
}
