package localdb

import (
	"context"
	"errors"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

func TestWhatIsRecordedIsThereAfterClosing(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, made(dir))
	ids := importN(t, s, 300)
	r := newReferral(t, ids[0], ids[1])
	r.Depth = referral.Accompanied
	for _, err := range []error{
		s.RecordReferral(r),
		s.RecordEvent(referral.Event{Code: r.Code, Kind: referral.Welcomed, On: r.At.AddDays(7)}),
		s.Suggest(Suggestion{Community: ids[0], Field: "schedule", Text: "De mødes nu kl. 11"}),
		s.SetSetting(SettingDesk, "Ringsted Bibliotek"),
		s.SaveDraft(Draft{Communities: ids[:2], Depth: referral.Guided}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for round := range 2 {
		if round == 1 {
			closeStore(t, s)
			s = openAt(t, Options{Dir: dir})
		}
		if n := countCommunities(t, s); n != 300 {
			t.Errorf("%d communities", n)
		}
		got, events, err := s.Referral(r.Code)
		if err != nil || got.ID != r.ID || len(events) != 3 || events[0].Kind != referral.Shown || events[2].Kind != referral.Welcomed {
			t.Errorf("referral %+v, events %+v, %v", got, events, err)
		}
		ws, err := s.Waiting()
		if err != nil || len(ws) != 5 || ws[0].Kind != "referral" || ws[0].Code != r.Code || len(ws[0].Communities) != 2 {
			t.Errorf("waiting %+v, %v", ws, err)
		}
		if g, err := s.Suggestions(); err != nil || len(g) != 1 || g[0].Text != "De mødes nu kl. 11" {
			t.Errorf("suggestions %+v, %v", g, err)
		}
		if v, err := s.Setting(SettingDesk); err != nil || v != "Ringsted Bibliotek" {
			t.Errorf("setting %q, %v", v, err)
		}
		if d, err := s.LoadDraft(); err != nil || d == nil || len(d.Communities) != 2 {
			t.Errorf("draft %+v, %v", d, err)
		}
		if c, err := s.Community(ids[7]); err != nil || c.Name != "Gåklubben nr. 7" {
			t.Errorf("community %+v, %v", c, err)
		}
		st, err := s.Status()
		if err != nil || st.Communities != 300 || st.Referrals != 1 || st.Waiting != 5 || st.Key != "file" {
			t.Errorf("status %+v, %v", st, err)
		}
		if rep, err := s.Verify(context.Background(), false); err != nil || !rep.OK {
			t.Errorf("verify %+v, %v", rep, err)
		}
	}
	if err := s.DropDraft(); err != nil {
		t.Error(err)
	}
	if d, err := s.LoadDraft(); err != nil || d != nil {
		t.Errorf("draft %+v after it was dropped, %v", d, err)
	}
}

func TestNothingIsRecordedTwice(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	r := newReferral(t)
	if err := s.RecordReferral(r); err != nil {
		t.Fatal(err)
	}
	if err := s.RecordReferral(r); !errors.Is(err, ErrDuplicate) {
		t.Errorf("the same id: %v", err)
	}
	other := newReferral(t)
	other.Code = r.Code
	if err := s.RecordReferral(other); !errors.Is(err, ErrDuplicate) {
		t.Errorf("the same code: %v", err)
	}
	e := referral.Event{ID: other.ID, Code: r.Code, Kind: referral.Welcomed, On: r.At}
	if err := s.RecordEvent(e); err != nil {
		t.Fatal(err)
	}
	if err := s.RecordEvent(e); !errors.Is(err, ErrDuplicate) {
		t.Errorf("the same event: %v", err)
	}
	if ws, err := s.Waiting(); err != nil || len(ws) != 3 {
		t.Errorf("%d waiting, %v", len(ws), err)
	}
}

func TestWhatMayNotBeRecordedIsRefusedAndLeavesNothing(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	bad := newReferral(t)
	bad.Depth = "sideways"
	if err := s.RecordReferral(bad); len(directory.Problems(err)) != 1 {
		t.Errorf("depth: %v", err)
	}
	var cpr *CPRError
	if err := s.Suggest(Suggestion{Community: "x", Text: "Ring til 070761-4285"}); !errors.As(err, &cpr) || cpr.Ask {
		t.Errorf("CPR number: %v", err)
	}
	ask := Suggestion{Community: "x", Text: "Mødes 121125 1430 første gang"}
	if err := s.Suggest(ask); !errors.As(err, &cpr) {
		t.Errorf("perhaps a CPR number: %v", err)
	} else if cpr.Ask {
		ask.Confirmed = true
		if err := s.Suggest(ask); err != nil {
			t.Errorf("confirmed: %v", err)
		}
	}
	for _, desk := range []string{"Skranken 070761-4285", ask.Text} {
		if err := s.SetSetting(SettingDesk, desk); !errors.As(err, &cpr) {
			t.Errorf("as the name of a desk, %q: %v", desk, err)
		}
	}
	if _, err := s.Community("nobody"); !errors.Is(err, ErrNotFound) {
		t.Errorf("unknown community: %v", err)
	}
	code := newReferral(t).Code
	if _, _, err := s.Referral(code); !errors.Is(err, ErrNotFound) {
		t.Errorf("unknown code: %v", err)
	}
	if err := s.SetSetting(SettingHub, "https://hub.example"); err != nil {
		t.Fatal(err)
	}
	if err := s.Import(context.Background(), func(*ImportTx) error { return nil }); !errors.Is(err, ErrEnrolled) {
		t.Errorf("import on an enrolled machine: %v", err)
	}
}

func TestNoStoreIsMadeUnlessAsked(t *testing.T) {
	if _, err := Open(context.Background(), Options{Dir: t.TempDir()}); !errors.Is(err, ErrNoStore) {
		t.Error(err)
	}
}

func TestWhatIsSaidAtTheDeskIsOneAct(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	r := newReferral(t)
	r.Depth = referral.Accompanied // says of itself that somebody is wanted
	if err := s.RecordReferral(r, referral.Shown, referral.AccompanimentWanted, referral.AccompanimentWanted); err != nil {
		t.Fatal(err)
	}
	got, evs, err := s.Referral(r.Code)
	if err != nil || len(evs) != 2 || evs[0].Kind != referral.Shown || evs[1].Kind != referral.AccompanimentWanted {
		t.Fatalf("%+v %v", evs, err)
	}
	if odd := referral.StateOf(got, evs).Odd; len(odd) != 0 {
		t.Errorf("born odd: %+v", odd)
	}
	frames := 0
	if _, err := s.journal.Read(0, func(ops []journal.Op) error {
		frames++
		if len(ops) != 3 {
			t.Errorf("%d operations in one act, want 3", len(ops))
		}
		return nil
	}); err != nil || frames != 1 {
		t.Errorf("%d acts, want 1: %v", frames, err)
	}
	bad := newReferral(t)
	if err := s.RecordReferral(bad, "danced"); len(directory.Problems(err)) == 0 {
		t.Errorf("an event nobody knows was recorded: %v", err)
	}
	if _, _, err := s.Referral(bad.Code); !errors.Is(err, ErrNotFound) {
		t.Errorf("half of an act was recorded: %v", err)
	}
}
