package main

import (
	"crypto/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// readPDF is the text of a sheet.
func readPDF(t *testing.T, pdf []byte) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext is not installed: assets/packaging/debian-packages.sh sheets does so")
	}
	name := filepath.Join(t.TempDir(), "sheet.pdf")
	if err := os.WriteFile(name, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-layout", name, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// The citizen's name goes to whoever they said yes to, and to nobody else.
func TestANameIsOnPaperOnlyForThoseTheCitizenSaidYesTo(t *testing.T) {
	a, settle := screenless(t, t.TempDir())
	t.Cleanup(func() { a.end() })
	a.begin()
	settle("the pages", func() bool { return a.shell != nil && a.library.finder() != nil })
	s := &sheets{a, a.store, "da", func(func()) {}}
	var community string
	if err := a.store.EachCommunity(func(c *directory.Community) error { community = c.ID; return nil }); err != nil {
		t.Fatal(err)
	}
	as, err := a.store.Ambassadors()
	if err != nil || len(as) == 0 {
		t.Fatal(len(as), err)
	}
	today := directory.DayOf(time.Now())
	for _, tell := range []struct{ host, companion bool }{{true, false}, {false, true}} {
		code, err := referral.Draw(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{
			a.store.RecordReferral(referral.Referral{ID: uuid.NewString(), Code: code, At: today, Organisation: "Lindeby Bibliotek",
				Depth: referral.Accompanied, Communities: []string{community}, Origin: referral.AskedFor, ShownBy: referral.ByProfessional}),
			a.store.RecordEvent(referral.Event{ID: uuid.NewString(), Code: code, Kind: referral.AccompanimentWanted, On: today}),
			a.store.RecordEvent(referral.Event{ID: uuid.NewString(), Code: code, Kind: referral.Arranged, On: today,
				Plan: &referral.Plan{With: as[0].ID, Where: "ved biblioteket", On: today.AddDays(2), At: "09:30", To: community}}),
			a.store.KeepCard(card.Card{FirstName: "Zazabine", Phone: "00000000", Info: card.Info{Code: code, DeleteBy: today.AddDays(60),
				Consent: card.Consent{Text: "2026-11", Language: "da", How: "spoken", At: time.Now(), TellHost: tell.host, TellCompanion: tell.companion}}}),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		briefing, err := s.makeBriefing(code)
		if err != nil {
			t.Fatal(err)
		}
		note, err := s.makeHostNote(code)
		if err != nil {
			t.Fatal(err)
		}
		b, n := readPDF(t, briefing), readPDF(t, note)
		if strings.Contains(b, "Zazabine") != tell.companion || strings.Contains(n, "Zazabine") != tell.host {
			t.Errorf("%+v: companion %v, host %v", tell, strings.Contains(b, "Zazabine"), strings.Contains(n, "Zazabine"))
		}
		if !strings.Contains(b, as[0].Name) || !strings.Contains(b, "ved biblioteket") {
			t.Errorf("the companion does not learn who and where:\n%s", b)
		}
	}
}
