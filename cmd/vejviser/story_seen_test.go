package main

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/readiness"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// What only some may read, one marker each.
const (
	seenStaff   = "Zazabine"          // an ambassador
	seenPhone   = "00 00 00 97"       // their phone
	seenNote    = "Maerkenote"        // what a guide noted about them
	seenCitizen = "Zebedaeus"         // the first name on a contact card
	seenCall    = "00 00 00 53"       // the phone on it
	seenElse    = "Bakkeby Jobcenter" // another organisation, on the page of readiness
	seenReady   = "Maerkeparat"       // the next step of another organisation
	seenMeeting = "Maerkenetvaerk"    // what ambassadors met about
)

// plantSeen fills a store with one of each, as if a hub had sent more than it does,
// and gives the code of a vejvisning.
func plantSeen(t *testing.T, s *localdb.Store) referral.Code {
	t.Helper()
	today := directory.DayOf(time.Now())
	id := uuid.NewString()
	code, err := referral.Draw(rand.Reader)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(err)
	community := ""
	must(s.EditCommunity(nil, &directory.Community{Name: "Gå-glad"}))
	must(s.EachCommunity(func(c *directory.Community) error { community = c.ID; return nil }))
	must(s.EditAmbassador(nil, &directory.Ambassador{ID: id, Name: seenStaff}))
	must(s.EditVolunteer(nil, &directory.Volunteer{ID: id, Phone: seenPhone, Note: seenNote, ConsentOn: today, ConsentHow: "spoken"}))
	must(s.EditMeeting(nil, &directory.Meeting{ID: uuid.NewString(), On: today, About: seenMeeting}))
	must(s.RecordReferral(referral.Referral{ID: uuid.NewString(), Code: code, At: today, Organisation: "Lindeby Bibliotek",
		Depth: referral.Guided, Communities: []string{community}, Origin: referral.AskedFor, ShownBy: referral.ByProfessional}, referral.AccompanimentWanted))
	must(s.KeepCard(card.Card{Info: card.Info{Code: code, DeleteBy: today.AddDays(20),
		Consent: card.Consent{Text: "1", Language: "da", How: "spoken", At: time.Now()}}, FirstName: seenCitizen, Phone: seenCall}))
	must(s.EditReadiness(nil, &readiness.Check{ID: uuid.NewString(), Organisation: seenElse, On: today, Answers: map[string]int{"time": 2}, NextStep: seenReady}))
	return code
}

// Every page of every role, on a store that holds all there is: nobody reads on the
// screen what is another role's, and a contact card is read by nobody who did not
// press for it.
func TestNoPageShowsARoleWhatIsAnothers(t *testing.T) {
	a, settle := screenless(t, t.TempDir())
	a.args.example = false
	t.Cleanup(func() { a.end() })
	a.begin()
	settle("the pages", func() bool { return a.shell != nil && a.library.finder() != nil })
	if err := a.store.Enrol(localdb.Enrolment{Hub: "https://hub.invalid", HubKey: make([]byte, 32), Seed: make([]byte, 32),
		Device: "0190a000-0000-7000-8000-0000000000d1", Role: "guide", Organisation: "Lindeby Bibliotek"}); err != nil {
		t.Fatal(err)
	}
	code := plantSeen(t, a.store)
	for _, x := range []struct {
		role         string
		read, hidden []string
	}{
		{"guide", []string{seenStaff, string(code), seenElse}, []string{seenCitizen, seenCall}},
		{"desk", []string{string(code)}, []string{seenCitizen, seenCall, seenPhone, seenNote, seenMeeting, seenReady, seenElse}},
		{"coordinator", []string{seenElse}, []string{seenCitizen, seenCall, seenPhone, seenNote, seenMeeting, seenStaff, string(code)}},
	} {
		if err := a.store.Renamed(x.role, "Lindeby Bibliotek", nil, ""); err != nil {
			t.Fatal(err)
		}
		settle("the pages of a "+x.role, func() bool { return a.role == x.role })
		var all strings.Builder
		for _, page := range append(append([]string{}, sees["guide"]...), atFoot...) {
			if !a.shell.Has(page) {
				continue
			}
			a.shell.GoNamed(page)
			rested := false
			time.AfterFunc(200*time.Millisecond, func() { a.do(func() { rested = true }) })
			settle("the page to rest", func() bool { return rested })
			text := strings.NewReplacer("\u200a", "", "\u2009", "", "\u00a0", " ").Replace(seen(a))
			all.WriteString(text)
			for _, m := range x.hidden {
				if page == "sync" && m == string(code) {
					continue // what was done on this PC and is not sent stands there with its code
				}
				if strings.Contains(text, m) {
					t.Errorf("%s, %s: %q can be read", x.role, page, m)
				}
			}
		}
		for _, m := range x.read {
			if !strings.Contains(all.String(), m) {
				t.Errorf("a %s cannot read %q anywhere: the test says nothing of it\n%s", x.role, m, all.String())
			}
		}
	}
}
