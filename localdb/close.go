package localdb

import (
	"errors"
	"fmt"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// What a suggestion or a gap was closed as.
const (
	ClosedDone     = "done"     // what it asks for was done
	ClosedDeclined = "declined" // it was looked at, and stays as it is
)

// Closing ends a suggestion or a gap: somebody who keeps the directory has dealt
// with it, and nobody needs to see it any more.
type Closing struct {
	Kind    string `json:"kind"` // suggestion, gap
	ID      string `json:"id"`
	Outcome string `json:"outcome"` // ClosedDone, ClosedDeclined
}

// Check gives *directory.RefusedError for a closing that says something else.
func (x *Closing) Check() error {
	switch {
	case x.Kind != string(record.Suggestion) && x.Kind != string(record.Gap):
		return &directory.RefusedError{Field: "kind", Reason: "not_allowed", Value: x.Kind}
	case x.ID == "":
		return &directory.RefusedError{Field: "id", Reason: "empty"}
	case x.Outcome != ClosedDone && x.Outcome != ClosedDeclined:
		return &directory.RefusedError{Field: "outcome", Reason: "not_allowed", Value: x.Outcome}
	}
	return nil
}

// index is where it is noted that a closing waits, or was taken.
func (x *Closing) index() []byte { return indexKey(indexClosed, x.Kind+"/"+x.ID) }

// CloseSuggestion records that a suggestion was dealt with: outcome is ClosedDone
// or ClosedDeclined. It is out of Suggestions at once, here, and when the hub has
// it everywhere. One that is closed already is closed; ErrNotFound for one that
// is not known here.
func (s *Store) CloseSuggestion(id, outcome string) error {
	return s.close(Closing{string(record.Suggestion), id, outcome})
}

// CloseGap is CloseSuggestion for a search gap.
func (s *Store) CloseGap(id, outcome string) error {
	return s.close(Closing{string(record.Gap), id, outcome})
}

// errClosed says that there is nothing left to do.
var errClosed = errors.New("localdb: closed already")

func (s *Store) close(x Closing) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	if err := x.Check(); err != nil {
		return err
	}
	op, err := s.newOp(opClose, s.now(), x)
	if err != nil {
		return err
	}
	err = s.act(func(txn *badger.Txn) error {
		closed, err := beingClosed(txn, &x)
		if err != nil || closed {
			return errors.Join(err, errWhen(closed, errClosed))
		}
		k := record.Kind(x.Kind)
		if here, err := isHere(txn, k, x.ID); err != nil || here {
			return err
		}
		_, err = txn.Get(goneKey(k, x.ID))
		switch {
		case err == nil:
			return errClosed // somebody else was faster
		case errors.Is(err, badger.ErrKeyNotFound):
			return fmt.Errorf("%w: %s %s", ErrNotFound, x.Kind, x.ID)
		}
		return err
	}, op)
	if errors.Is(err, errClosed) {
		return nil
	}
	if err == nil {
		s.feed.send(Change{x.Kind, x.ID})
	}
	return err
}

// beingClosed says that a closing waits, or was taken: one that was refused
// closes nothing.
func beingClosed(txn *badger.Txn, x *Closing) (bool, error) { return unrefused(txn, x.index()) }

// unrefused says that the operation that an index names was not refused.
func unrefused(txn *badger.Txn, index []byte) (bool, error) {
	_, seq, err := getValue(txn, index)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = txn.Get(append([]byte(spaceRefused), seq...))
	if errors.Is(err, badger.ErrKeyNotFound) {
		return true, nil
	}
	return false, err
}

// closed gives the ids of a kind that are being closed.
func closed(txn *badger.Txn, k record.Kind) (map[string]bool, error) {
	prefix := indexKey(indexClosed, string(k)+"/")
	out := map[string]bool{}
	ids, err := keysUnder(txn, prefix)
	for _, id := range ids {
		if err != nil {
			break
		}
		var is bool
		if is, err = unrefused(txn, append(prefix[:len(prefix):len(prefix)], id...)); is {
			out[id] = true
		}
	}
	return out, err
}

// readClosing reads the body of a closing as an act.
func readClosing(body []byte) (x act, err error) {
	var cl Closing
	err = json.Unmarshal(body, &cl, trusted)
	return act{waiting: Waiting{ID: cl.ID}, index: [][]byte{cl.index()}}, err
}
