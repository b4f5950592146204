package hub

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/localdb/readiness"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
)

// creation makes the edit by which a record comes to be.
func creation(t testing.TB, k record.Kind, id string, v any) localdb.Edit {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]jsontext.Value
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	e := localdb.Edit{Kind: k, ID: id, Create: true}
	for name, value := range all {
		if name != "id" {
			e.Fields = append(e.Fields, localdb.FieldEdit{Name: name, From: jsontext.Value("null"), To: value})
		}
	}
	return e
}

func newCheck(organisation, next string) readiness.Check {
	return readiness.Check{ID: uuid.NewString(), Organisation: organisation, On: "2026-11-24", Answers: map[string]int{"time": 2}, NextStep: next}
}

func newAgreement(organisation string) readiness.Agreement {
	return readiness.Agreement{ID: readiness.AgreementID(record.Organisation(organisation)), Organisation: organisation, Goal: 10, NextTalk: "2027-01-15"}
}

// Everything is refused that the table does not name.
func TestEachRoleEditsTheKindsThatAreItsAndNoOther(t *testing.T) {
	r := newRig(t)
	org := "Lindeby Bibliotek"
	ms := map[protocol.Role]*machine{}
	for _, role := range protocol.Roles {
		ms[role] = r.join(role, org, "Lindeby")
	}
	make := map[record.Kind]func() localdb.Edit{
		record.Community: func() localdb.Edit { c := community("Kor", "Lindeby"); return creation(t, "", c.ID, c) },
		record.Ambassador: func() localdb.Edit {
			id := uuid.NewString()
			return creation(t, record.Ambassador, id, directory.Ambassador{ID: id, Name: "Mette"})
		},
		record.Volunteer: func() localdb.Edit {
			id := uuid.NewString()
			return creation(t, record.Volunteer, id, directory.Volunteer{ID: id, Phone: "00 00 00 00", ConsentOn: "2026-11-01"})
		},
		record.Meeting: func() localdb.Edit {
			id := uuid.NewString()
			return creation(t, record.Meeting, id, directory.Meeting{ID: id, On: "2026-11-01", Area: "Lindeby"})
		},
		record.Session: func() localdb.Edit {
			id := uuid.NewString()
			return creation(t, record.Session, id, practice.Session{ID: id, Community: uuid.NewString(), On: "2026-11-01", Came: 3, Area: "Lindeby"})
		},
		record.Readiness: func() localdb.Edit { c := newCheck(org, ""); return creation(t, record.Readiness, c.ID, c) },
		record.Agreement: func() localdb.Edit {
			a := newAgreement(org + " " + uuid.NewString()[:4])
			return creation(t, record.Agreement, a.ID, a)
		},
		record.Device:    func() localdb.Edit { return localdb.Edit{Kind: record.Device, ID: uuid.NewString(), Create: true} },
		record.Referral:  func() localdb.Edit { return localdb.Edit{Kind: record.Referral, ID: uuid.NewString(), Create: true} },
		record.Card:      func() localdb.Edit { return localdb.Edit{Kind: record.Card, ID: uuid.NewString(), Create: true} },
		record.Aggregate: func() localdb.Edit { return localdb.Edit{Kind: record.Aggregate, ID: uuid.NewString(), Create: true} },
		"hologram":       func() localdb.Edit { return localdb.Edit{Kind: "hologram", ID: uuid.NewString(), Create: true} },
	}
	want := map[protocol.Role]string{
		protocol.Kiosk: "", protocol.Desk: "session readiness", protocol.Coordinator: "readiness agreement",
		protocol.Guide: "community ambassador volunteer meeting session readiness agreement",
	}
	for role, m := range ms {
		for kind, edit := range make {
			a := m.push(m.op(protocol.OpEdit, edit()))[0]
			may := strings.Contains(" "+want[role]+" ", " "+string(kind)+" ")
			switch {
			case may && a.State != protocol.Accepted:
				t.Errorf("%s %s: %+v", role, kind, a)
			case !may && (a.State != protocol.Refused || a.Code != protocol.RefusedRole && a.Code != protocol.RefusedUnknown):
				t.Errorf("%s %s: %+v", role, kind, a)
			}
		}
	}
}

// A desk writes of its own organisation alone; a number of a person goes nowhere.
func TestADeskWritesOfItsOwnOrganisationAlone(t *testing.T) {
	r := newRig(t)
	mine, other := r.join(protocol.Desk, "Lindeby Bibliotek"), r.join(protocol.Desk, "Bakkeby Jobcenter")
	guide := r.join(protocol.Guide, "Projektet")
	own := newCheck("Lindeby Bibliotek", "Vi mødes om fredagen")
	foreign := newCheck("Bakkeby Jobcenter", "")
	cpr := newCheck("Lindeby Bibliotek", "ring til 070761-4285")
	if got := states(mine.push(mine.op(protocol.OpEdit, creation(t, record.Readiness, own.ID, own)), mine.op(protocol.OpEdit, creation(t, record.Readiness, foreign.ID, foreign)),
		mine.op(protocol.OpEdit, creation(t, record.Readiness, cpr.ID, cpr)))); got != "accepted refused:role refused:cpr" {
		t.Error(got)
	}
	to, from := jsontext.Value(`"Ny tekst"`), jsontext.Value(`"Vi mødes om fredagen"`)
	change := localdb.Edit{Kind: record.Readiness, ID: own.ID, Fields: []localdb.FieldEdit{{Name: "next_step", From: from, To: to}}}
	if got := states(other.push(other.op(protocol.OpEdit, change))); got != "refused:gone" { // to another desk it is not there
		t.Error(got)
	}
	move := localdb.Edit{Kind: record.Readiness, ID: own.ID, Fields: []localdb.FieldEdit{{Name: "organisation", From: jsontext.Value(`"Lindeby Bibliotek"`), To: jsontext.Value(`"Bakkeby Jobcenter"`)}}}
	if got := states(mine.push(mine.op(protocol.OpEdit, move))); got != "refused:role" {
		t.Error(got)
	}
	// Two who change the same member: both values are kept, and guides are asked.
	late := change
	late.Fields = []localdb.FieldEdit{{Name: "next_step", From: from, To: jsontext.Value(`"Noget andet"`)}}
	if got := states(mine.push(mine.op(protocol.OpEdit, change))) + " " + states(guide.push(guide.op(protocol.OpEdit, late))); got != "accepted conflict" {
		t.Fatal(got)
	}
	ls, _ := guide.changes(0, "")
	var c localdb.Conflict
	for _, l := range ls {
		if l.Record != nil && l.Record.Kind == record.Conflict {
			if err := json.Unmarshal(l.Record.Body, &c); err != nil {
				t.Fatal(err)
			}
		}
	}
	if c.Kind != record.Readiness || c.Community != own.ID || string(c.Kept) != string(to) {
		t.Fatalf("%+v", c)
	}
	res := localdb.Resolution{Conflict: c.ID, Kind: c.Kind, Community: c.Community, Field: c.Field, From: c.Kept, To: c.Other}
	if got := states(guide.push(guide.op(protocol.OpResolve, res))); got != "accepted" {
		t.Error(got)
	}
	rec, err := r.hub.store.Record(record.Readiness, own.ID)
	if err != nil || !strings.Contains(string(rec.Body), "Noget andet") {
		t.Errorf("%s %v", rec.Body, err)
	}
	// An agreement is one for each organisation, whoever makes it.
	a := newAgreement("Lindeby Bibliotek")
	wrong := creation(t, record.Agreement, uuid.NewString(), a)
	coord := r.join(protocol.Coordinator, "Kommunen")
	if got := states(coord.push(coord.op(protocol.OpEdit, wrong), coord.op(protocol.OpEdit, creation(t, record.Agreement, a.ID, a)))); got != "refused:malformed accepted" {
		t.Error(got)
	}
}

// A volunteer is where their ambassador is, and goes where they go.
func TestAVolunteerIsSeenWhereTheirAmbassadorIs(t *testing.T) {
	r := newRig(t)
	lindeby, bakkeby := r.join(protocol.Guide, "Projektet", "Lindeby"), r.join(protocol.Guide, "Projektet", "Bakkeby")
	desk := r.join(protocol.Desk, "Lindeby Bibliotek")
	all := r.join(protocol.Guide, "Projektet")
	id := uuid.NewString()
	if got := states(all.push(all.op(protocol.OpEdit, creation(t, record.Ambassador, id, directory.Ambassador{ID: id, Name: "Mette", Areas: []string{"Lindeby"}})),
		all.op(protocol.OpEdit, creation(t, record.Volunteer, id, directory.Volunteer{ID: id, Phone: "00 00 00 00", ConsentOn: "2026-11-01"})))); got != "accepted accepted" {
		t.Fatal(got)
	}
	sees := func(m *machine) int {
		ls, _ := m.changes(0, "")
		return kindsOf(ls)[record.Volunteer]
	}
	if sees(lindeby) != 1 || sees(bakkeby) != 0 || sees(desk) != 0 {
		t.Error(sees(lindeby), sees(bakkeby), sees(desk))
	}
	move := localdb.Edit{Kind: record.Ambassador, ID: id, Fields: []localdb.FieldEdit{{Name: "areas", From: jsontext.Value(`["Lindeby"]`), To: jsontext.Value(`["Bakkeby"]`)}}}
	if got := states(all.push(all.op(protocol.OpEdit, move))); got != "accepted" {
		t.Fatal(got)
	}
	if sees(lindeby) != 0 || sees(bakkeby) != 1 {
		t.Error("after moving:", sees(lindeby), sees(bakkeby))
	}
}

// A program of version 1 has the feeds and the kinds of its time, and its digests are
// of just those: it goes on working beside a newer hub and newer machines.
func TestAProgramOfVersion1HasWhatItKnows(t *testing.T) {
	r := newRig(t, func(r *rig) { r.opt = func(o *Options) { o.Limits = roomy } })
	desk, guide := r.join(protocol.Desk, "Lindeby Bibliotek", "Lindeby"), r.join(protocol.Guide, "Projektet", "Lindeby")
	ref := newReferral(t, "")
	c, _ := newCard(t, ref.Code, "2027-01-01")
	s := practice.Session{ID: uuid.NewString(), Community: uuid.NewString(), On: "2026-11-01", Came: 3, Area: "Lindeby"}
	if got := states(desk.push(desk.op(protocol.OpReferral, ref), desk.op(protocol.OpEvent, event(ref.Code, referral.Shown)),
		desk.op(protocol.OpCard, c), desk.op(protocol.OpEdit, creation(t, record.Session, s.ID, s)))); got != "accepted accepted accepted accepted" {
		t.Fatal(got)
	}
	id := uuid.NewString()
	if got := states(guide.push(guide.op(protocol.OpEdit, creation(t, record.Ambassador, id, directory.Ambassador{ID: id, Name: "Mette", Areas: []string{"Lindeby"}})),
		guide.op(protocol.OpEdit, creation(t, record.Volunteer, id, directory.Volunteer{ID: id, ConsentOn: "2026-11-01"})))); got != "accepted accepted" {
		t.Fatal(got)
	}
	for _, m := range []*machine{desk, guide} {
		new := m.everything()
		m.version = "1"
		m.login()
		old := m.everything() // holds digests, chunks, buckets and roots against one another
		for _, k := range []string{"card", "session", "volunteer"} {
			if strings.Contains(string(old), `"kind":"`+k+`"`) {
				t.Errorf("%s in version 1: %s", must(r, m).Role, k)
			}
		}
		if !strings.Contains(string(new), `"kind":"card"`) || !strings.Contains(string(old), `"kind":"referral"`) || !strings.Contains(string(old), `"kind":"ambassador"`) {
			t.Error("the search would not have found it")
		}
		for _, f := range m.feeds {
			if family, _ := f.Split(); family == record.Progress {
				t.Error("version 1 has", f)
			}
		}
		if code, _, _ := m.do(http.MethodGet, protocol.PathManifest+"?feed=org", nil, nil); code != http.StatusNotFound {
			t.Error("version 1 may ask for org:", code)
		}
	}
	if err := r.hub.sweepManifests(context.Background()); err != nil {
		t.Error(err)
	}
}
