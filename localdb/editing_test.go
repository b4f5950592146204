package localdb

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/localdb/readiness"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// sort is one kind of record that people edit, as a test needs it.
type sort struct {
	kind record.Kind
	feed record.Feed
	// fresh makes a new one, and gives its id.
	fresh func(s *Store, text string) (string, error)
	// write changes the text of one; here is false where it is not shown.
	write func(s *Store, id, text string) (here bool, err error)
	// remove takes one away.
	remove func(s *Store, id string) error
	// texts gives the text of each that is shown.
	texts func(s *Store) (map[string]string, error)
	field string
}

// sortOf makes a sort of typed functions.
func sortOf[T any](k record.Kind, f record.Feed, field string, made func() *T, id func(*T) *string, text func(*T) *string,
	edit func(s *Store, before, after *T) error, list func(s *Store) ([]T, error)) sort {
	find := func(s *Store, want string) (*T, error) {
		all, err := list(s)
		for i := range all {
			if *id(&all[i]) == want {
				return &all[i], err
			}
		}
		return nil, err
	}
	return sort{
		kind: k, feed: f, field: field,
		fresh: func(s *Store, v string) (string, error) {
			x := made()
			*text(x) = v
			err := edit(s, nil, x)
			return *id(x), err
		},
		write: func(s *Store, which, v string) (bool, error) {
			before, err := find(s, which)
			if before == nil || err != nil {
				return false, err
			}
			after := *before
			*text(&after) = v
			return true, edit(s, before, &after)
		},
		remove: func(s *Store, which string) error {
			before, err := find(s, which)
			if before == nil || err != nil {
				return err
			}
			return edit(s, before, nil)
		},
		texts: func(s *Store) (map[string]string, error) {
			all, err := list(s)
			out := map[string]string{}
			for i := range all {
				out[*id(&all[i])] = *text(&all[i])
			}
			return out, err
		},
	}
}

var organisations = 0

// sorts are all kinds but community, which has tests of its own.
var sorts = []sort{
	sortOf(record.Ambassador, "staff", "name", func() *directory.Ambassador { return &directory.Ambassador{} },
		func(x *directory.Ambassador) *string { return &x.ID }, func(x *directory.Ambassador) *string { return &x.Name }, (*Store).EditAmbassador, (*Store).Ambassadors),
	sortOf(record.Volunteer, "tip", "note", func() *directory.Volunteer {
		return &directory.Volunteer{ID: uuid.NewString(), Phone: "00 00 00 00", ConsentOn: "2026-11-23", ConsentHow: "spoken"}
	}, func(x *directory.Volunteer) *string { return &x.ID }, func(x *directory.Volunteer) *string { return &x.Note }, (*Store).EditVolunteer, (*Store).Volunteers),
	sortOf(record.Meeting, "tip", "about", func() *directory.Meeting { return &directory.Meeting{On: "2026-11-23"} },
		func(x *directory.Meeting) *string { return &x.ID }, func(x *directory.Meeting) *string { return &x.About }, (*Store).EditMeeting, (*Store).Meetings),
	sortOf(record.Session, "case/o-a", "area", func() *practice.Session {
		return &practice.Session{Community: uuid.NewString(), On: "2026-11-23", Came: 4, Organisation: "A"}
	}, func(x *practice.Session) *string { return &x.ID }, func(x *practice.Session) *string { return &x.Area }, (*Store).EditSession, (*Store).Sessions),
	sortOf(record.Readiness, "org", "next_step", func() *readiness.Check {
		return &readiness.Check{On: "2026-11-23", Organisation: "A", Answers: map[string]int{"time": 2}}
	}, func(x *readiness.Check) *string { return &x.ID }, func(x *readiness.Check) *string { return &x.NextStep }, (*Store).EditReadiness, (*Store).ReadinessChecks),
	sortOf(record.Agreement, "org", "note", func() *readiness.Agreement {
		organisations++
		return &readiness.Agreement{Organisation: fmt.Sprint("Hus ", organisations), Goal: 10}
	}, func(x *readiness.Agreement) *string { return &x.ID }, func(x *readiness.Agreement) *string { return &x.Note }, (*Store).EditAgreement, (*Store).Agreements),
}

var allFeeds = []record.Feed{"dir", "staff", "case/o-a", "tip", "org"}

func TestEveryKindIsEditedWithAndWithoutAHub(t *testing.T) {
	for _, hub := range []bool{false, true} {
		s := openAt(t, made(t.TempDir()))
		l := newLog()
		if hub {
			if err := s.Enrol(enrolment1()); err != nil {
				t.Fatal(err)
			}
			l.bring(t, s, allFeeds...)
		}
		for _, k := range sorts {
			one, err := k.fresh(s, "den første")
			other, err2 := k.fresh(s, "den anden")
			if err := errors.Join(err, err2); err != nil || one == "" || one == other {
				t.Fatalf("%s: %q %q %v", k.kind, one, other, err)
			}
			if here, err := k.write(s, one, "rettet"); !here || err != nil {
				t.Fatalf("%s: %v", k.kind, err)
			}
			if err := k.remove(s, other); err != nil {
				t.Fatalf("%s: %v", k.kind, err)
			}
			for range 2 {
				if got, err := k.texts(s); err != nil || !reflect.DeepEqual(got, map[string]string{one: "rettet"}) {
					t.Errorf("%s: %v %v", k.kind, got, err)
				}
				s = withoutView(t, s)
			}
		}
		st, err := s.Status()
		if err != nil || st.Ambassadors != 1 || st.Volunteers != 1 || st.Meetings != 1 || st.Sessions != 1 || st.Readiness != 1 || st.Agreements != 1 {
			t.Errorf("%+v %v", st, err)
		}
		l.sameAsHub(t, s, allFeeds...) // nothing of it is confirmed
		verified(t, s)
	}
}

func TestNothingChangedIsNoEditOfAnyKind(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	for _, k := range sorts {
		id, err := k.fresh(s, "ens")
		if err != nil {
			t.Fatal(err)
		}
		before := len(outbox(t, s))
		if here, err := k.write(s, id, "ens"); !here || err != nil || len(outbox(t, s)) != before {
			t.Errorf("%s: %v", k.kind, err)
		}
	}
}

func TestNoKindTakesACPRNumber(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	for _, k := range sorts {
		var cpr *CPRError
		if _, err := k.fresh(s, "070761-4285"); !errors.As(err, &cpr) {
			t.Errorf("%s: %v", k.kind, err)
		}
	}
	v := &directory.Volunteer{ID: uuid.NewString(), ConsentOn: "2026-11-23", Phone: "070761-4285"}
	var cpr *CPRError
	if err := s.EditVolunteer(nil, v); !errors.As(err, &cpr) {
		t.Errorf("as a phone: %v", err)
	}
	v.Phone = "+45 0707614285" // ten digits and no line between them: a phone
	if err := s.EditVolunteer(nil, v); err != nil {
		t.Error(err)
	}
	r := newReferral(t)
	for _, e := range []referral.Event{
		{Code: r.Code, On: r.At, Kind: referral.Arranged, Plan: &referral.Plan{On: r.At, Where: "ved indgangen, 070761-4285"}},
		{Code: r.Code, On: r.At, Kind: referral.AccompanimentWanted, Wanted: &referral.Wanted{Area: "070761-4285"}},
	} {
		if err := s.RecordEvent(e); !errors.As(err, &cpr) {
			t.Errorf("%s: %v", e.Kind, err)
		}
		if err := s.RecordReferralWith(r, []referral.Event{e}); !errors.As(err, &cpr) {
			t.Errorf("%s: %v", e.Kind, err)
		}
	}
	for _, e := range []referral.Event{
		{Code: r.Code, On: r.At, Kind: referral.Welcomed, Plan: &referral.Plan{On: r.At}},
		{Code: r.Code, On: r.At, Kind: referral.Shown, Wanted: &referral.Wanted{}},
		{Code: r.Code, On: r.At, Kind: referral.Welcomed, Instead: []string{uuid.NewString()}},
		{Code: r.Code, On: r.At, Kind: referral.Arranged, Plan: &referral.Plan{On: r.At, Where: string(make([]rune, 121))}},
	} {
		if e.Plan != nil && e.Plan.Where != "" {
			e.Plan.Where = fmt.Sprintf("%0121d", 0)
		}
		if err := s.RecordEvent(e); directory.Problems(err) == nil {
			t.Errorf("%+v: %v", e, err)
		}
	}
	if n := len(outbox(t, s)); n != 1 {
		t.Errorf("%d operations", n)
	}
}

func TestWhatWasSaidAtTheDeskIsOneAct(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	r := newReferral(t)
	r.Depth = referral.Accompanied
	w := &referral.Wanted{Area: "  Benløse ", Languages: []string{"so"}, Times: []string{"forenoon"}, Considerations: []string{"quiet"}, Gender: "female"}
	if err := s.RecordReferralWith(r, []referral.Event{{Kind: referral.AccompanimentWanted, Wanted: w}, {Kind: referral.Shown}}); err != nil {
		t.Fatal(err)
	}
	if w.Area != "  Benløse " {
		t.Error("the caller's was changed")
	}
	_, evs, err := s.Referral(r.Code)
	if err != nil || len(evs) != 2 || evs[0].Kind != referral.Shown || evs[1].Wanted == nil || evs[1].Wanted.Area != "Benløse" || evs[1].Referral != r.ID || evs[1].On != r.At {
		t.Errorf("%+v %v", evs, err)
	}
	p := &referral.Plan{With: uuid.NewString(), Where: "ved bibliotekets  indgang", On: r.At, At: "10:15", To: r.Communities[0]}
	if err := s.RecordEvent(referral.Event{Code: r.Code, Kind: referral.Arranged, On: r.At, Plan: p}); err != nil {
		t.Fatal(err)
	}
	s = withoutView(t, s)
	_, evs, err = s.Referral(r.Code)
	if err != nil || len(evs) != 3 || evs[2].Plan == nil || evs[2].Plan.Where != "ved bibliotekets indgang" || evs[2].Plan.With != p.With {
		t.Errorf("%+v %v", evs, err)
	}
}

func TestWhoseAndWhereFollowsFromTheDesk(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	c := community(1)
	c.Places[0].Municipality = "Ringsted"
	if err := errors.Join(s.EditCommunity(nil, c), s.SetSetting(SettingOrganisation, "Ringsted Bibliotek")); err != nil {
		t.Fatal(err)
	}
	x := &practice.Session{Community: c.ID, On: "2026-11-23"}
	check := &readiness.Check{On: "2026-11-23", Answers: map[string]int{"tools": 3}}
	a, again := &readiness.Agreement{Goal: 4}, &readiness.Agreement{Goal: 5}
	if err := errors.Join(s.EditSession(nil, x), s.EditReadiness(nil, check), s.EditAgreement(nil, a)); err != nil {
		t.Fatal(err)
	}
	if err := s.EditAgreement(nil, again); !errors.Is(err, ErrDuplicate) {
		t.Errorf("a second agreement: %v", err)
	}
	if err := s.EditAgreement(a, nil); err != nil { // they begin anew
		t.Error(err)
	}
	if err := s.EditAgreement(nil, again); err != nil {
		t.Error(err)
	}
	if x.Organisation != "Ringsted Bibliotek" || x.Area != "Ringsted" || check.Organisation != x.Organisation ||
		a.ID != readiness.AgreementID("o-ringsted-bibliotek") || a.ID != again.ID {
		t.Errorf("%+v %+v %+v", x, check, a)
	}
	if all, err := s.Agreements(); err != nil || len(all) != 1 {
		t.Errorf("one organisation has %d agreements: %v", len(all), err)
	}
}

// What another machine made of a record is beneath, what a person here wrote on top,
// until the hub has answered; a refused edit is lifted off, and a conflict can be
// settled.
func TestEditsOfEveryKindMerge(t *testing.T) {
	for _, k := range sorts {
		t.Run(string(k.kind), func(t *testing.T) {
			s := enrolled(t, made(t.TempDir()))
			l := newLog()
			id, err := k.fresh(s, "vores")
			if err != nil {
				t.Fatal(err)
			}
			op := outbox(t, s)[0]
			var e Edit
			if err := json.Unmarshal(op.Body, &e); err != nil || e.Kind != k.kind || !e.Create {
				t.Fatalf("%+v %v", e, err)
			}
			text := func(want string) {
				t.Helper()
				got, err := k.texts(s)
				if v, here := got[id]; err != nil || (v != want) || here != (want != "") {
					t.Fatalf("%v, not %q: %v", got, want, err)
				}
				verified(t, s)
			}
			body, _, err := e.Apply(nil, false)
			if err != nil {
				t.Fatal(err)
			}
			if body, err = CheckRecord(k.kind, id, body); err != nil {
				t.Fatal(err)
			}
			_, token := k.feed.Split()
			seq := l.put(k.kind, id, jsontext.Value(body), token).Seq
			if err := s.Settle([]Fate{{Counter: op.Counter, State: FateAccepted, Seq: seq, Epoch: 7}}); err != nil {
				t.Fatal(err)
			}
			text("vores") // nothing flickers
			l.bring(t, s, allFeeds...)
			text("vores")
			if here, err := k.write(s, id, "vores nye"); !here || err != nil {
				t.Fatal(err)
			}
			theirs := func(v string) uint64 {
				ms, err := membersOf(body)
				if err != nil {
					t.Fatal(err)
				}
				q, err := jsontext.AppendQuote(nil, v)
				if err != nil {
					t.Fatal(err)
				}
				b, err := ms.with(k.field, q).object()
				if err != nil {
					t.Fatal(err)
				}
				return l.put(k.kind, id, jsontext.Value(b), token).Seq
			}
			theirs("deres")
			l.play(t, s, allFeeds...)
			text("vores nye")
			l.sameAsHub(t, s, allFeeds...)
			s = withoutView(t, s)
			l.play(t, s, allFeeds...)
			text("vores nye")
			// the hub refuses it: what is there is shown, and Retry lays it on again
			counter := outbox(t, s)[0].Counter
			if err := s.Settle([]Fate{{Counter: counter, State: FateRefused, Code: "role"}}); err != nil {
				t.Fatal(err)
			}
			text("deres")
			if rs, err := s.Refused(); err != nil || len(rs) != 1 || rs[0].Of != k.kind {
				t.Errorf("%+v %v", rs, err)
			}
			if err := s.Retry(counter); err != nil {
				t.Fatal(err)
			}
			text("vores nye")
			// the hub keeps theirs and says so
			counter = outbox(t, s)[0].Counter
			seq = theirs("deres")
			x := Conflict{Kind: k.kind, Community: id, Field: k.field, Kept: jsontext.Value(`"deres"`), Other: jsontext.Value(`"vores nye"`)}
			x.ID = uuid.NewString()
			l.put(record.Conflict, x.ID, x)
			if err := s.Settle([]Fate{{Counter: counter, State: FateConflicted, Seq: seq, Epoch: 7, Conflict: x.ID}}); err != nil {
				t.Fatal(err)
			}
			l.play(t, s, allFeeds...)
			text("deres")
			xs, err := s.Conflicts()
			if err != nil || len(xs) != 1 || xs[0].Kind != k.kind {
				t.Fatalf("%+v %v", xs, err)
			}
			if err := s.Resolve(xs[0], true); err != nil {
				t.Fatal(err)
			}
			text("vores nye")
			if xs, err := s.Conflicts(); err != nil || len(xs) != 0 {
				t.Errorf("%+v %v", xs, err)
			}
			// a restored hub has nothing of the resolution: it waits again
			counter = outbox(t, s)[0].Counter
			if err := s.Settle([]Fate{{Counter: counter, State: FateAccepted, Seq: l.seq + 1, Epoch: 7}}); err != nil {
				t.Fatal(err)
			}
			if n, err := s.GiveBack(counter-1, 8); err != nil || n != 1 || len(outbox(t, s)) != 1 {
				t.Errorf("%d given back: %v", n, err)
			}
			text("vores nye")
			if err := s.Settle([]Fate{{Counter: counter, State: FateRefused}}); err != nil {
				t.Fatal(err)
			}
			if err := s.Discard(counter); err != nil {
				t.Fatal(err)
			}
			text("deres")
			l.remove(record.Record{Kind: k.kind, ID: id})
			l.play(t, s, allFeeds...)
			text("")
			l.sameAsHub(t, s, allFeeds...)
			verified(t, s)
		})
	}
}
