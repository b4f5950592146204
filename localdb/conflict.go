package localdb

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// Hand says whose value it is, without a name.
type Hand struct {
	Device       string    `json:"device,omitzero"`
	Role         string    `json:"role,omitzero"`
	Organisation string    `json:"organisation,omitzero"`
	At           time.Time `json:"at,omitzero"`
}

// Conflict is two values of one member of a community, or of a record of another
// kind: one stands, the other is kept until a person has looked.
type Conflict struct {
	ID        string         `json:"id"`
	Kind      record.Kind    `json:"kind,omitzero"` // "" is record.Community
	Community string         `json:"community"`     // id of the record
	Field     string         `json:"field"`
	Kept      jsontext.Value `json:"kept"`
	Other     jsontext.Value `json:"other"`
	KeptBy    Hand           `json:"kept_by"`
	OtherBy   Hand           `json:"other_by"`
}

// Resolution is what a person chose: To is the value that is to stand.
type Resolution struct {
	Conflict  string         `json:"conflict"`
	Kind      record.Kind    `json:"kind,omitzero"` // as the conflict's
	Community string         `json:"community"`
	Field     string         `json:"field"`
	From      jsontext.Value `json:"from"`
	To        jsontext.Value `json:"to"`
}

func (r *Resolution) edit() *Edit {
	e := &Edit{Kind: r.Kind, ID: r.Community}
	if !SameValue(r.From, r.To) {
		e.Fields = []FieldEdit{{r.Field, r.From, r.To}}
	}
	return e
}

// Conflicts gives the conflicts that no person has settled, by community and
// field. Where the lease is over it gives those of communities alone: the others
// hold what people are called and how they are reached.
func (s *Store) Conflicts() ([]Conflict, error) {
	locked := s.leased()
	if locked != nil && !errors.Is(locked, ErrLease) {
		return nil, locked
	}
	if err := s.begin(); err != nil {
		return nil, err
	}
	defer s.end()
	var out []Conflict
	err := s.healed(func(txn *badger.Txn) error {
		out = nil
		m, err := metaOf(txn)
		if err != nil {
			return err
		}
		return eachConfirmed(txn, m.Gen, record.Conflict, func(r recordEnvelope) error {
			var c Conflict
			if err := json.Unmarshal(r.Body, &c); err != nil {
				return fmt.Errorf("%w: conflict %q: %w", ErrDamaged, r.ID, err)
			}
			c.ID = r.ID
			if locked != nil && c.Kind != "" && c.Kind != record.Community {
				return nil
			}
			settled, err := beingResolved(txn, r.ID)
			if err == nil && !settled {
				out = append(out, c)
			}
			return err
		})
	})
	slices.SortStableFunc(out, func(a, b Conflict) int {
		if a.Community != b.Community {
			return compareDays(directory.Day(a.Community), directory.Day(b.Community))
		}
		return compareDays(directory.Day(a.Field), directory.Day(b.Field))
	})
	return out, err
}

// beingResolved says that a resolution of the conflict waits, or was taken.
func beingResolved(txn *badger.Txn, id string) (bool, error) {
	return unrefused(txn, indexKey(indexResolved, id))
}

// Resolve settles a conflict: the value that stands is kept, or with takeOther
// the other one takes its place. It is shown at once.
func (s *Store) Resolve(x Conflict, takeOther bool) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	r := Resolution{Conflict: x.ID, Kind: x.Kind, Community: x.Community, Field: x.Field, From: orNull(x.Kept), To: orNull(x.Kept)}
	if takeOther {
		r.To = orNull(x.Other)
	}
	if r.Conflict == "" || r.Community == "" || r.Field == "" {
		return &directory.RefusedError{Field: "conflict", Reason: "empty"}
	}
	op, err := s.newOp(opResolve, s.now(), r)
	if err != nil {
		return err
	}
	err = s.act(func(txn *badger.Txn) error {
		if done, err := beingResolved(txn, x.ID); err != nil || done {
			return errors.Join(err, errWhen(done, fmt.Errorf("%w: conflict %s", ErrDuplicate, x.ID)))
		}
		return nil
	}, op)
	if err == nil {
		s.feed.send(Change{"conflict", x.ID})
	}
	return err
}
