package localdb

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// maxSuggestion is how long a suggestion may be, in characters.
const maxSuggestion = 1000

func (s *Store) newID() (string, error) {
	id, err := uuid.NewV7FromReader(s.o.Rand)
	if err != nil {
		return "", fmt.Errorf("localdb: randomness: %w", err)
	}
	return id.String(), nil
}

func (s *Store) now() time.Time { return s.o.Now().UTC().Round(0) }

// RecordReferral records a vejvisning together with its first event, shown, and
// what else was said at the desk: more, and where somebody is to go along,
// accompaniment_wanted. All of it is one act, so that no power cut parts it;
// each kind is recorded once, and all carry the same time. When it returns nil
// they are on the disk. It gives *directory.RefusedError (see
// directory.Problems) for what may not be recorded, and ErrDuplicate for an id
// or a code that is.
func (s *Store) RecordReferral(r referral.Referral, more ...referral.Kind) error {
	events := make([]referral.Event, len(more))
	for i, k := range more {
		events[i].Kind = k
	}
	return s.RecordReferralWith(r, events)
}

// RecordReferralWith is RecordReferral where what was said at the desk is more than
// its kind: what matters for who goes along (Wanted), say. The events get the
// code, the referral, its day and an id, where they have none.
func (s *Store) RecordReferralWith(r referral.Referral, more []referral.Event) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	if err := r.Validate(); err != nil {
		return err
	}
	for _, text := range []string{r.Organisation, r.Place, r.PassedOnFrom} {
		if err := guardText(text, directory.DayOf(s.o.Now())); err != nil {
			return err
		}
	}
	at := s.now()
	op, err := s.newOp(opReferral, at, r)
	if err != nil {
		return err
	}
	ops := []journal.Op{op}
	for _, e := range firstEvents(r, more) {
		e.Code, e.Referral, e.On = r.Code, r.ID, cmp.Or(e.On, r.At)
		if err := s.completeEvent(&e); err != nil {
			return err
		}
		if op, err = s.newOp(opEvent, at, e); err != nil {
			return err
		}
		ops = append(ops, op)
	}
	err = s.act(func(txn *badger.Txn) error {
		here, err := isHere(txn, record.Referral, r.ID)
		if err == nil && !here {
			here, err = codeTaken(txn, r.Code)
		}
		if err != nil || here {
			return errors.Join(err, errWhen(here, fmt.Errorf("%w: referral %s", ErrDuplicate, r.Code)))
		}
		return nil
	}, ops...)
	if err == nil {
		s.feed.send(Change{"referral", string(r.Code)})
	}
	return err
}

// firstEvents gives the events a vejvisning is recorded with: shown first, each
// kind once.
func firstEvents(r referral.Referral, more []referral.Event) []referral.Event {
	said := func(evs []referral.Event, k referral.Kind) int {
		return slices.IndexFunc(evs, func(e referral.Event) bool { return e.Kind == k })
	}
	out := []referral.Event{{Kind: referral.Shown}}
	if r.Depth == referral.Accompanied {
		wanted := referral.Event{Kind: referral.AccompanimentWanted}
		if i := said(more, wanted.Kind); i >= 0 {
			wanted = more[i]
		}
		out = append(out, wanted)
	}
	for _, e := range more {
		if said(out, e.Kind) < 0 {
			out = append(out, e)
		}
	}
	return out
}

// completeEvent gives an event its id and its one form, and holds it to the rules.
func (s *Store) completeEvent(e *referral.Event) (err error) {
	if e.ID == "" {
		if e.ID, err = s.newID(); err != nil {
			return err
		}
	}
	e.Normalize()
	if err := e.Validate(); err != nil {
		return err
	}
	return GuardEvent(e, directory.DayOf(s.o.Now()))
}

// RecordEvent records that something happened in a referral's life. An id is
// given to an event that has none. A valid code that is not known here is kept:
// the referral may be another machine's. It gives *CPRError for a meeting point
// with a CPR number. Whether the event fits now is the
// caller's question (referral.Allowed); one that does not is kept as odd.
func (s *Store) RecordEvent(e referral.Event) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	if err := s.completeEvent(&e); err != nil {
		return err
	}
	op, err := s.newOp(opEvent, s.now(), e)
	if err != nil {
		return err
	}
	err = s.act(func(txn *badger.Txn) error {
		if here, err := isHere(txn, record.Event, e.ID); err != nil || here {
			return errors.Join(err, errWhen(here, fmt.Errorf("%w: event %s", ErrDuplicate, e.ID)))
		}
		return nil
	}, op)
	if err == nil {
		s.feed.send(Change{"event", string(e.Code)})
	}
	return err
}

// Suggestion is a correction from a desk ("Meld fejl"), for those who may
// change the directory.
type Suggestion struct {
	ID        string    `json:"id"`        // UUID v7; given where it is empty
	Community string    `json:"community"` // id
	Field     string    `json:"field,omitzero"`
	Text      string    `json:"text"`
	At        time.Time `json:"at"`
	// Confirmed says that a person looked at what may be a CPR number and said
	// that it is none.
	Confirmed bool `json:"confirmed,omitzero"`
}

// Suggest records a suggestion. A text with a CPR number gives *CPRError, and
// nothing of it is kept.
func (s *Store) Suggest(g Suggestion) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	g.Text, g.Field = clean.Text(g.Text, 0), clean.Line(g.Field, 0)
	if g.At.IsZero() {
		g.At = s.now()
	}
	if err := s.checkSuggestion(g); err != nil {
		return err
	}
	if g.ID == "" {
		id, err := s.newID()
		if err != nil {
			return err
		}
		g.ID = id
	}
	op, err := s.newOp(opSuggestion, g.At, g)
	if err != nil {
		return err
	}
	err = s.act(func(txn *badger.Txn) error {
		if here, err := isHere(txn, record.Suggestion, g.ID); err != nil || here {
			return errors.Join(err, errWhen(here, fmt.Errorf("%w: suggestion %s", ErrDuplicate, g.ID)))
		}
		return nil
	}, op)
	if err == nil {
		s.feed.send(Change{"suggestion", g.ID})
	}
	return err
}

func (s *Store) checkSuggestion(g Suggestion) error {
	switch {
	case g.Community == "":
		return &directory.RefusedError{Field: "community", Reason: "empty"}
	case g.Text == "":
		return &directory.RefusedError{Field: "text", Reason: "empty"}
	case len([]rune(g.Text)) > maxSuggestion:
		return &directory.RefusedError{Field: "text", Reason: "too_long"}
	case len([]rune(g.Field)) > directory.MaxLine:
		return &directory.RefusedError{Field: "field", Reason: "too_long"}
	}
	today := directory.DayOf(s.o.Now())
	for _, text := range []string{g.Text, g.Field} {
		f := privacy.CheckCPR(text, today)
		if f.Verdict == privacy.Stop || f.Verdict == privacy.Ask && !g.Confirmed {
			return &CPRError{Ask: f.Verdict == privacy.Ask, Start: f.Start, End: f.End}
		}
	}
	return nil
}
