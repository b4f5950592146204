package example

import (
	"fmt"
	"slices"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/localdb/readiness"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// Work is what the desks and guides of Humlekær have done: it is no directory, and
// enters a store as what people do.
type Work struct {
	Volunteers []*directory.Volunteer
	Meetings   []*directory.Meeting
	Sessions   []*practice.Session
	Checks     []*readiness.Check
	Agreements []*readiness.Agreement
}

// Recorder takes what people do; *localdb.Store is one.
type Recorder interface {
	Volunteers() ([]directory.Volunteer, error)
	Meetings() ([]directory.Meeting, error)
	Sessions() ([]practice.Session, error)
	ReadinessChecks() ([]readiness.Check, error)
	Agreements() ([]readiness.Agreement, error)
	EditVolunteer(before, after *directory.Volunteer) error
	EditMeeting(before, after *directory.Meeting) error
	EditSession(before, after *practice.Session) error
	EditReadiness(before, after *readiness.Check) error
	EditAgreement(before, after *readiness.Agreement) error
}

// Works gives what was done, as it is on Base, in the order of the files.
func Works() (w Work, err error) {
	communities, err := sourceIDs()
	if err != nil {
		return w, err
	}
	if w.Volunteers, err = read[directory.Volunteer]("volunteers.jsonl"); err == nil {
		w.Meetings, err = read[directory.Meeting]("meetings.jsonl")
	}
	if err == nil {
		w.Sessions, err = read[practice.Session]("sessions.jsonl")
	}
	if err == nil {
		w.Checks, err = read[readiness.Check]("readiness.jsonl")
	}
	if err == nil {
		w.Agreements, err = read[readiness.Agreement]("agreements.jsonl")
	}
	if err != nil {
		return w, err
	}
	for _, v := range w.Volunteers {
		v.ID = idOf("ambassador/" + v.ID)
	}
	for _, m := range w.Meetings {
		m.ID = idOf("meeting/" + m.ID)
		for i, key := range m.Came {
			m.Came[i] = idOf("ambassador/" + key)
		}
	}
	for _, s := range w.Sessions {
		ref := []string{s.Community}
		if err := resolve(ref, communities); err != nil {
			return w, fmt.Errorf("example: session %s: %w", s.ID, err)
		}
		s.ID, s.Community = idOf("session/"+s.ID), ref[0]
		s.Organisation, s.Area = Organisation, Municipality
	}
	for _, c := range w.Checks {
		c.ID = idOf("readiness/" + c.ID)
	}
	for _, a := range w.Agreements {
		a.ID = readiness.AgreementID(record.Organisation(a.Organisation))
	}
	return w, nil
}

// sourceIDs gives the id of every community by its source id.
func sourceIDs() (map[string]string, error) {
	cs, err := Communities()
	ids := make(map[string]string, len(cs))
	for _, c := range cs {
		ids[c.SourceID] = c.ID
	}
	return ids, err
}

// MoveTo carries the days of what was done from Base to another day, in place: a
// session and a meeting by whole weeks, with its practice ground, everything else by
// the exact number of days. An invalid day moves nothing.
func (w *Work) MoveTo(today directory.Day) {
	if !today.Valid() {
		return
	}
	days := Base.DaysUntil(today)
	weeks := weekMover(days)
	for _, v := range w.Volunteers {
		v.ConsentOn = v.ConsentOn.AddDays(days)
	}
	for _, m := range w.Meetings {
		m.On = weeks(m.On)
	}
	for _, s := range w.Sessions {
		s.On = weeks(s.On)
	}
	for _, c := range w.Checks {
		c.On = c.On.AddDays(days)
	}
	for _, a := range w.Agreements {
		a.From, a.NextTalk = a.From.AddDays(days), a.NextTalk.AddDays(days)
	}
}

// Record does what was done in a store, as it is on a day. What is there already
// stays as it is.
func Record(s Recorder, today directory.Day) error {
	w, err := Works()
	if err != nil {
		return err
	}
	w.MoveTo(today)
	if err := recordAll(s.Volunteers, s.EditVolunteer, w.Volunteers, func(v *directory.Volunteer) string { return v.ID }); err != nil {
		return err
	}
	if err := recordAll(s.Meetings, s.EditMeeting, w.Meetings, func(m *directory.Meeting) string { return m.ID }); err != nil {
		return err
	}
	if err := recordAll(s.Sessions, s.EditSession, w.Sessions, func(x *practice.Session) string { return x.ID }); err != nil {
		return err
	}
	if err := recordAll(s.ReadinessChecks, s.EditReadiness, w.Checks, func(c *readiness.Check) string { return c.ID }); err != nil {
		return err
	}
	return recordAll(s.Agreements, s.EditAgreement, w.Agreements, func(a *readiness.Agreement) string { return a.ID })
}

// recordAll records the records of one kind that are not there.
func recordAll[T any](list func() ([]T, error), edit func(before, after *T) error, all []*T, id func(*T) string) error {
	have, err := list()
	if err != nil {
		return err
	}
	for _, x := range all {
		if slices.ContainsFunc(have, func(h T) bool { return id(&h) == id(x) }) {
			continue
		}
		if err := edit(nil, x); err != nil {
			return fmt.Errorf("example: %s: %w", id(x), err)
		}
	}
	return nil
}
