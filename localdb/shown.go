package localdb

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/localdb/readiness"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// Ambassadors gives all ambassadors in id order, with what was changed here and
// waits on top; likewise the ones below.
func (s *Store) Ambassadors() ([]directory.Ambassador, error) {
	if err := s.leased(); err != nil {
		return nil, err
	}
	return shown[directory.Ambassador](s, record.Ambassador)
}

// Volunteers gives how ambassadors are reached, in id order.
func (s *Store) Volunteers() ([]directory.Volunteer, error) {
	if err := s.leased(); err != nil {
		return nil, err
	}
	return shown[directory.Volunteer](s, record.Volunteer)
}

// Meetings gives the network meetings, the latest first.
func (s *Store) Meetings() ([]directory.Meeting, error) {
	if err := s.leased(); err != nil {
		return nil, err
	}
	out, err := shown[directory.Meeting](s, record.Meeting)
	slices.SortStableFunc(out, func(a, b directory.Meeting) int { return cmp.Compare(b.On, a.On) })
	return out, err
}

// Sessions gives the times that practice grounds were held, the latest first.
func (s *Store) Sessions() ([]practice.Session, error) {
	if err := s.leased(); err != nil {
		return nil, err
	}
	out, err := shown[practice.Session](s, record.Session)
	slices.SortStableFunc(out, func(a, b practice.Session) int { return cmp.Compare(b.On, a.On) })
	return out, err
}

// ReadinessChecks gives the self-checks, the latest first.
func (s *Store) ReadinessChecks() ([]readiness.Check, error) {
	out, err := shown[readiness.Check](s, record.Readiness)
	slices.SortStableFunc(out, func(a, b readiness.Check) int { return cmp.Compare(b.On, a.On) })
	return out, err
}

// Agreements gives what organisations have agreed to, by organisation.
func (s *Store) Agreements() ([]readiness.Agreement, error) {
	out, err := shown[readiness.Agreement](s, record.Agreement)
	slices.SortStableFunc(out, func(a, b readiness.Agreement) int { return cmp.Compare(a.Organisation, b.Organisation) })
	return out, err
}

func shown[T any](s *Store, k record.Kind) (out []T, err error) {
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	err = s.healed(func(txn *badger.Txn) error {
		out = nil
		return eachShown(txn, k, func(id string, body []byte) error {
			var v T
			if err := json.Unmarshal(body, &v, trusted); err != nil {
				return fmt.Errorf("%w: %s %q: %w", ErrDamaged, k, id, err)
			}
			out = append(out, v)
			return nil
		})
	})
	return out, err
}

// eachShown calls fn with every record of a kind as a person is to see it, in id
// order: what is there, with the edits that lie upon it, and without what was
// erased here. body is valid only during the call.
func eachShown(txn *badger.Txn, k record.Kind, fn func(id string, body []byte) error) error {
	m, err := metaOf(txn)
	if err != nil {
		return err
	}
	edits, made, err := editsUpon(txn, &m, k)
	if err != nil {
		return err
	}
	erased, err := erasedOf(txn, k)
	if err != nil {
		return err
	}
	give := func(id string, body []byte) error {
		if erased[id] {
			return nil
		}
		if body, err = withEdits(body, edits[id], m.Enrolled); err != nil || body == nil {
			return err
		}
		return fn(id, body)
	}
	prefix := confirmedPrefix(m.Gen, k)
	err = eachRecord(txn, prefix, func(key []byte, _ int, body []byte) error {
		id := string(key[len(prefix):])
		for len(made) > 0 && made[0] < id {
			if err := give(made[0], nil); err != nil {
				return err
			}
			made = made[1:]
		}
		if len(made) > 0 && made[0] == id {
			made = made[1:]
		}
		return give(id, body)
	})
	for _, id := range made {
		if err == nil {
			err = give(id, nil)
		}
	}
	return err
}

// editsUpon gives the edits that lie upon records of a kind, and their ids in order.
func editsUpon(txn *badger.Txn, m *meta, k record.Kind) (edits map[string][]onTop, ids []string, err error) {
	edits = map[string][]onTop{}
	if m.EditedElse == 0 {
		return edits, nil, nil
	}
	prefix := onTopKey(record.Ref{Kind: k})
	err = eachJSON(txn, prefix, func(key []byte, on []onTop) error {
		id := string(key[len(prefix):])
		edits[id], ids = on, append(ids, id)
		return nil
	})
	return edits, ids, err
}

// shownBody gives one record as eachShown does, nil where there is none.
func shownBody(txn *badger.Txn, r record.Ref) ([]byte, error) {
	m, err := metaOf(txn)
	if err != nil {
		return nil, err
	}
	if erased, err := erasedOf(txn, r.Kind); err != nil || erased[r.ID] {
		return nil, err
	}
	var edits []onTop
	_, b, err := getValue(txn, onTopKey(r))
	if err == nil {
		err = json.Unmarshal(b, &edits, trusted)
	}
	if err != nil && !errors.Is(err, badger.ErrKeyNotFound) {
		return nil, err
	}
	_, body, err := getValue(txn, confirmedKey(m.Gen, r.Kind, r.ID))
	if err != nil && !errors.Is(err, badger.ErrKeyNotFound) {
		return nil, err
	}
	return withEdits(body, edits, m.Enrolled)
}

// withEdits gives a record as it is with the edits upon it; nil where it is not
// there, or goes.
func withEdits(body []byte, edits []onTop, enrolled bool) ([]byte, error) {
	for _, o := range edits {
		// As for communities: where there is no hub, an import that came later is newer.
		var err error
		if body, _, err = o.Edit.Apply(body, enrolled); err != nil {
			return nil, err
		}
	}
	return body, nil
}
