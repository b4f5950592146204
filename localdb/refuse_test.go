package localdb

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb/journal/journaltest"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

var everyRefusal = flag.Bool("faults.refusals", false, "let every call of the disk fail in each way, not in one")

// acts are one of each kind, with how to see that it is there.
func acts(s *Store) (do map[string]func() error, there func(s *Store) (map[string]bool, error)) {
	r := newReferral(nil)
	first := newReferral(nil)
	e := referral.Event{ID: uuid.Must(uuid.NewV7()).String(), Code: first.Code, Referral: first.ID, Kind: referral.Welcomed, On: first.At}
	g := Suggestion{ID: uuid.Must(uuid.NewV7()).String(), Community: uuid.NewString(), Text: "Der er flyttet"}
	do = map[string]func() error{
		"1 referral":   func() error { return s.RecordReferral(r) },
		"2 another":    func() error { return s.RecordReferral(first) },
		"3 event":      func() error { return s.RecordEvent(e) },
		"4 suggestion": func() error { return s.Suggest(g) },
		"5 gap":        func() error { return s.RecordGap(match.Gap{Wishes: []string{"topic"}, Area: "Benløse"}) },
		"6 setting":    func() error { return s.SetSetting(SettingDesk, "Infostanderen") },
		"7 import": func() error {
			return s.Import(context.Background(), func(tx *ImportTx) error { return tx.Put(community(1)) })
		},
		"8 draft": func() error { return s.SaveDraft(Draft{Layout: "a4"}) },
	}
	return do, func(s *Store) (map[string]bool, error) {
		one, _, _ := s.Referral(r.Code) // where it is not there, it has no id
		another, events, _ := s.Referral(first.Code)
		gs, err := s.Suggestions()
		gaps, err2 := s.Gaps()
		desk, err3 := s.Setting(SettingDesk)
		st, err4 := s.Status()
		draft, err5 := s.LoadDraft()
		return map[string]bool{
			"1 referral": one.ID == r.ID, "2 another": another.ID == first.ID,
			"3 event":      slices.ContainsFunc(events, func(have referral.Event) bool { return have.ID == e.ID }),
			"4 suggestion": len(gs) == 1, "5 gap": len(gaps) == 1, "6 setting": desk != "", "7 import": st.Communities == 1, "8 draft": draft != nil,
		}, errors.Join(err, err2, err3, err4, err5)
	}
}

// Fault 5. Every changing call of the disk under journal, settings, draft and
// snapshot fails in its turn, alone or with all after it, having written nothing
// or half: what was acknowledged is there, now and after the next start, what
// was refused is not, and the error is one that a person can be told.
func TestActIsNotAcknowledgedWhenTheDiskRefuses(t *testing.T) {
	modes := []journaltest.FS{{Short: true}}
	if *everyRefusal {
		modes = append(modes, journaltest.FS{}, journaltest.FS{Sticky: true}, journaltest.FS{Sticky: true, Short: true})
	}
	refusals := 0
	for i := range modes {
		for n := 1; ; n++ {
			fs := &journaltest.FS{Sticky: modes[i].Sticky, Short: modes[i].Short}
			failed, refused := refuseNth(t, fs, n)
			refusals += refused
			if len(failed) == 0 {
				if n < 25 {
					t.Errorf("only %d calls", n)
				}
				t.Logf("sticky %v, short %v: each of %d calls failed once", fs.Sticky, fs.Short, n-1)
				break
			}
		}
	}
	t.Logf("%d acts refused, none of them there; all others there", refusals)
}

// refuseNth does one act of each kind while the n-th call fails.
func refuseNth(t *testing.T, fs *journaltest.FS, n int) (failed []string, refused int) {
	t.Helper()
	dir := t.TempDir()
	closeStore(t, openAt(t, made(dir)))
	s := openAt(t, Options{Dir: dir, fs: fs})
	do, there := acts(s)
	fs.Arm(n)
	want := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(do)) {
		err := do[name]()
		if want[name] = err == nil; err == nil {
			continue
		}
		refused++
		if k := MessageKey(err); !errors.Is(err, journaltest.ErrRefused) || k != "store.not_saved" && k != "store.unexpected" && k != "store.disk_full" {
			t.Fatalf("call %d %v: %s: %s %v", n, fs.Failed(), name, k, err)
		}
	}
	failed = fs.Failed()
	fs.Arm(0)
	for when := range 2 {
		got, err := there(s)
		if !want["8 draft"] {
			delete(got, "8 draft") // it replaces a file: once renamed it is there, whether or not the folder can be flushed
			delete(want, "8 draft")
		}
		if !want["7 import"] && slices.Contains(failed, "remove") { // the disk would not even let it be undone; it is there as a whole or not at all
			delete(got, "7 import")
			delete(want, "7 import")
		}
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("call %d %v, looked at for the %d. time:\nanswered %v\nthere    %v %v", n, failed, when+1, want, got, err)
		}
		if when == 0 {
			closeStore(t, s)
			s = openAt(t, Options{Dir: dir})
		}
	}
	if rep, err := s.Verify(t.Context(), false); err != nil || !rep.OK {
		t.Fatalf("call %d %v: %+v %v", n, failed, rep, err)
	}
	closeStore(t, s)
	return failed, refused
}
