package papers

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

func TestMain(m *testing.M) {
	localdb.CheckIfAsked()
	os.Exit(m.Run())
}

const (
	walk   = "01936b1e-7f4a-7c3e-9b5a-0d2f6c1a8e11"
	jens   = "0190c000-0000-7000-8000-000000000001"
	monday = directory.Day("2026-11-23")
)

// desk is a store in which somebody is on the way to a walk, with Jens.
func desk(t *testing.T, consent *card.Consent) (*localdb.Store, referral.Code) {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 11, 23, 10, 0, 0, 0, directory.Copenhagen) }
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: t.TempDir(), Create: true, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.EditCommunity(nil, &directory.Community{ID: walk, Name: "Gå-glad", Schedule: []directory.Slot{{Weekday: 2, From: "10:00", To: "11:30"}}}))
	must(s.EditAmbassador(nil, &directory.Ambassador{ID: jens, Name: "Jens", Communities: []string{walk}}))
	code := referral.Code("K7M4-QXRF")
	must(s.RecordReferral(referral.Referral{ID: "0190a000-0000-7000-8000-000000000001", Code: code, At: monday, Depth: referral.Accompanied, Communities: []string{walk}, Wishes: []string{"walking"}}))
	must(s.RecordEvent(referral.Event{ID: "0190a000-0000-7000-8000-000000000002", Code: code, Kind: referral.AccompanimentWanted, On: monday, Wanted: &referral.Wanted{Considerations: []string{"hearing"}}}))
	if consent != nil {
		consent.Text, consent.Language, consent.How, consent.At = "2026-11", "da", "spoken", now()
		must(s.KeepCard(card.Card{Info: card.Info{Code: code, Consent: *consent, DeleteBy: "2027-01-31"}, FirstName: "Karen", Phone: "00000000"}))
	}
	return s, code
}

func arrange(t *testing.T, s *localdb.Store, code referral.Code) {
	t.Helper()
	if err := s.RecordEvent(referral.Event{ID: "0190a000-0000-7000-8000-000000000003", Code: code, Kind: referral.Arranged, On: monday,
		Plan: &referral.Plan{With: jens, Where: "Ved biblioteket", On: "2026-11-24", At: "09:30", To: walk}}); err != nil {
		t.Fatal(err)
	}
}

func TestNobodyIsNamedToWhomTheCitizenDidNotSayYes(t *testing.T) {
	for _, c := range []struct {
		consent         *card.Consent
		companion, host string
	}{
		{nil, "", ""}, {&card.Consent{}, "", ""}, {&card.Consent{TellCompanion: true}, "Karen", ""}, {&card.Consent{TellHost: true}, "", "Karen"},
	} {
		s, code := desk(t, c.consent)
		arrange(t, s, code)
		b, err := Briefing(s, code, "da", monday)
		if err != nil {
			t.Fatal(err)
		}
		h, err := HostNote(s, code, "da", monday)
		if err != nil {
			t.Fatal(err)
		}
		if b.FirstName != c.companion || h.FirstName != c.host || (b.Call != "") != (c.companion != "") {
			t.Errorf("%+v: the companion is told %q %q, the host %q", c.consent, b.FirstName, b.Call, h.FirstName)
		}
		if b.Companion != "Jens" || b.At != "09:30" || b.Where != "Ved biblioteket" || len(b.Considerations) != 1 || h.At != "10:00" || h.On != "2026-11-24" {
			t.Errorf("%+v\n%+v", b, h)
		}
	}
}

func TestNoSheetIsMadeOfAPlanThatFellThrough(t *testing.T) {
	s, code := desk(t, nil)
	if _, err := Briefing(s, code, "da", monday); !errors.Is(err, ErrNoPlan) {
		t.Error(err)
	}
	arrange(t, s, code)
	if err := s.RecordEvent(referral.Event{ID: "0190a000-0000-7000-8000-000000000004", Code: code, Kind: referral.FellThrough, On: monday}); err != nil {
		t.Fatal(err)
	}
	if _, err := HostNote(s, code, "da", monday); !errors.Is(err, ErrNoPlan) {
		t.Error(err)
	}
}

func TestAnAmbassadorsPageIsGatheredWithoutWhatLeft(t *testing.T) {
	s, _ := desk(t, nil)
	p, err := Ambassador(s, directory.Ambassador{Name: "Jens", Communities: []string{walk, "01936b1e-7f4a-7c3e-9b5a-0d2f6c1a8e99"}, Started: []string{walk}}, "da", time.Date(2026, 11, 23, 10, 0, 0, 0, directory.Copenhagen))
	if err != nil || len(p.Carries) != 1 || len(p.Started) != 1 || p.Started[0] != "Gå-glad" {
		t.Errorf("%+v %v", p, err)
	}
}
