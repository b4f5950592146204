package localdb

import (
	"errors"
	"fmt"

	"github.com/dgraph-io/badger/v4"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/localdb/readiness"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// Editable lists the kinds of record that people edit (Edit.Kind).
var Editable = []record.Kind{record.Community, record.Ambassador, record.Volunteer, record.Meeting, record.Session, record.Readiness, record.Agreement}

// ruled is a record that knows its rules.
type ruled interface {
	Normalize()
	Validate() error
}

// editable is a record of any kind but community: a pointer to T, which has an id.
type editable[T any] interface {
	*T
	ruled
}

// EditAmbassador records what a person changed in the register, as EditCommunity
// does: before is nil where the ambassador is new, after where they go. ErrDuplicate
// where one with this id is here already. Whoever withdraws is erased: see
// EraseAmbassador.
func (s *Store) EditAmbassador(before, after *directory.Ambassador) error {
	return editRecord(s, record.Ambassador, before, after, func(a *directory.Ambassador) *string { return &a.ID }, nil)
}

// EditVolunteer records how an ambassador is reached. Its id is the ambassador's.
func (s *Store) EditVolunteer(before, after *directory.Volunteer) error {
	return editRecord(s, record.Volunteer, before, after, func(v *directory.Volunteer) *string { return &v.ID }, nil)
}

// EditMeeting records a network meeting of ambassadors.
func (s *Store) EditMeeting(before, after *directory.Meeting) error {
	return editRecord(s, record.Meeting, before, after, func(m *directory.Meeting) *string { return &m.ID }, nil)
}

// EditSession records one time of a practice ground. Where it does not say whose
// it is it is this desk's, and where it does not say where, the practice ground's.
func (s *Store) EditSession(before, after *practice.Session) error {
	return editRecord(s, record.Session, before, after, func(x *practice.Session) *string { return &x.ID }, s.completeSession)
}

// EditReadiness records a self-check of a desk; of this one, where it does not say.
func (s *Store) EditReadiness(before, after *readiness.Check) error {
	return editRecord(s, record.Readiness, before, after, func(x *readiness.Check) *string { return &x.ID }, func(x *readiness.Check) error {
		return s.completeOrganisation(&x.Organisation)
	})
}

// EditAgreement records what an organisation has agreed to; this one, where it does
// not say. There is one an organisation: its id follows from that.
func (s *Store) EditAgreement(before, after *readiness.Agreement) error {
	return editRecord(s, record.Agreement, before, after, func(x *readiness.Agreement) *string { return &x.ID }, func(x *readiness.Agreement) error {
		if err := s.completeOrganisation(&x.Organisation); err != nil {
			return err
		}
		if x.ID == "" {
			x.ID = readiness.AgreementID(record.Organisation(x.Organisation))
		}
		return nil
	})
}

func (s *Store) completeOrganisation(name *string) (err error) {
	if *name == "" {
		*name, err = s.Organisation()
	}
	return err
}

func (s *Store) completeSession(x *practice.Session) error {
	if err := s.completeOrganisation(&x.Organisation); err != nil {
		return err
	}
	if x.Area != "" {
		return nil
	}
	c, err := s.Community(x.Community)
	if err == nil && len(c.Places) > 0 {
		x.Area = c.Places[0].Municipality
	}
	return nil // a practice ground that is not known here has no place that is
}

// editRecord is EditCommunity for the other kinds. complete says what follows from
// where this machine stands; nil is nothing.
func editRecord[T any, P editable[T]](s *Store, k record.Kind, before, after *T, id func(*T) *string, complete func(*T) error) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	if before == nil && after == nil {
		return nil
	}
	e := &Edit{Kind: k, Create: before == nil, Remove: after == nil}
	if before != nil {
		e.ID = *id(before)
	}
	if after != nil {
		P(after).Normalize()
		if complete != nil {
			if err := complete(after); err != nil {
				return err
			}
		}
		if err := s.nameRecord(before == nil, e.ID, id(after)); err != nil {
			return err
		}
		if err := P(after).Validate(); err != nil {
			return err
		}
		e.ID = *id(after)
		fields, err := between(before, after)
		if err != nil || len(fields) == 0 {
			return err
		}
		e.Fields = fields
	}
	if !e.Create {
		return s.recordEdit(e)
	}
	return s.recordEdit(e, func(txn *badger.Txn) error {
		body, err := shownBody(txn, e.Ref())
		if err != nil || body != nil {
			return errors.Join(err, errWhen(body != nil, fmt.Errorf("%w: %s %s", ErrDuplicate, e.Kind, e.ID)))
		}
		return nil
	})
}

// nameRecord gives a new record its id, and refuses another one for an old one.
func (s *Store) nameRecord(fresh bool, was string, id *string) (err error) {
	if fresh && *id == "" {
		*id, err = s.newID()
		return err
	}
	if !fresh && *id != was {
		return &directory.RefusedError{Field: "id", Reason: "not_allowed", Value: *id}
	}
	return nil
}

// between gives the members in which two records differ; before may be nil.
func between[T any](before, after *T) ([]FieldEdit, error) {
	var was, is []byte
	var err error
	if before != nil {
		if was, err = json.Marshal(before); err != nil {
			return nil, fmt.Errorf("localdb: encode: %w", err)
		}
	}
	if is, err = json.Marshal(after); err != nil {
		return nil, fmt.Errorf("localdb: encode: %w", err)
	}
	if len(is) > maxCommunity {
		return nil, &directory.RefusedError{Field: "record", Reason: "too_long"}
	}
	return differences(was, is)
}

// recordEdit guards an edit and records it, where before does not object.
func (s *Store) recordEdit(e *Edit, before ...func(*badger.Txn) error) error {
	if err := GuardEdit(e, directory.DayOf(s.o.Now())); err != nil {
		return err
	}
	op, err := s.newOp(opEdit, s.now(), e)
	if err != nil {
		return err
	}
	return s.act(func(txn *badger.Txn) error {
		for _, fn := range before {
			if err := fn(txn); err != nil {
				return err
			}
		}
		return nil
	}, op)
}

// CheckRecord holds the body of a record of an editable kind to the rules, as the
// edits of this package do, and gives it in its one form. A hub and its machines
// ask the same. Errors: *directory.RefusedError (directory.Problems), and JSON's.
func CheckRecord(k record.Kind, id string, body []byte) ([]byte, error) {
	switch k {
	case record.Community:
		return checkAs(body, func(x *directory.Community) { x.ID = id })
	case record.Ambassador:
		return checkAs(body, func(x *directory.Ambassador) { x.ID = id })
	case record.Volunteer:
		return checkAs(body, func(x *directory.Volunteer) { x.ID = id })
	case record.Meeting:
		return checkAs(body, func(x *directory.Meeting) { x.ID = id })
	case record.Session:
		return checkAs(body, func(x *practice.Session) { x.ID = id })
	case record.Readiness:
		return checkAs(body, func(x *readiness.Check) { x.ID = id })
	case record.Agreement:
		return checkAs(body, func(x *readiness.Agreement) { x.ID = id })
	}
	return nil, &directory.RefusedError{Field: "kind", Reason: "not_allowed", Value: string(k)}
}

func checkAs[T any, P editable[T]](body []byte, name func(*T)) ([]byte, error) {
	x := new(T)
	if err := json.Unmarshal(body, x); err != nil {
		return nil, err
	}
	name(x)
	P(x).Normalize()
	if err := P(x).Validate(); err != nil {
		return nil, err
	}
	return json.Marshal(x, json.Deterministic(true))
}
