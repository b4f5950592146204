package localdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// An import of ambassadors is newer than an edit without a hub, as with communities,
// and an erased ambassador does not come back with it.
func TestAnErasedAmbassadorIsGoneFromRegisterSnapshotAndDump(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	put := func() {
		t.Helper()
		if err := s.Import(t.Context(), func(tx *ImportTx) error {
			return errors.Join(tx.PutAmbassador(&directory.Ambassador{Name: cardName}), tx.PutAmbassador(&directory.Ambassador{Name: "Bente"}))
		}); err != nil {
			t.Fatal(err)
		}
	}
	put()
	put() // two snapshots
	all, err := s.Ambassadors()
	if err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	i := slices.IndexFunc(all, func(a directory.Ambassador) bool { return a.Name == cardName })
	gone, stays := all[i], all[1-i]
	edited := gone
	edited.Areas = []string{"Benløse"}
	if err := errors.Join(s.EditAmbassador(&gone, &edited),
		s.EditVolunteer(nil, &directory.Volunteer{ID: gone.ID, Phone: cardPhone, Note: cardName + " har bil", ConsentOn: "2026-11-23"})); err != nil {
		t.Fatal(err)
	}
	if where := holding(everything(t, s), []byte(cardName)); len(where) < 4 {
		t.Errorf("the search sees only %v", where)
	}
	if err := s.EraseAmbassador(gone.ID); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		as, err := s.Ambassadors()
		vs, err2 := s.Volunteers()
		if err := errors.Join(err, err2); err != nil || len(as) != 1 || as[0].ID != stays.ID || len(vs) != 0 {
			t.Errorf("%+v %+v %v", as, vs, err)
		}
		if where := holding(everything(t, s), []byte(cardName), []byte(cardPhone)); len(where) > 0 {
			t.Errorf("still in %v", where)
		}
		verified(t, s)
		s = withoutView(t, s)
	}
	if err := s.EraseAmbassador(gone.ID); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	put()
	if as, err := s.Ambassadors(); err != nil || len(as) != 1 {
		t.Errorf("the import brought them back: %+v %v", as, err)
	}
}

// Whoever withdraws is in no journal, also not in that of a machine which had changed
// something of them, sent or not; what was changed of others stays.
func TestAnAmbassadorWhomTheLogErasedIsInNoJournal(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	l := newLog()
	l.bring(t, s, allFeeds...)
	a, b := &directory.Ambassador{Name: cardName}, &directory.Ambassador{Name: "Bente"}
	if err := errors.Join(s.EditAmbassador(nil, a), s.EditAmbassador(nil, b)); err != nil {
		t.Fatal(err)
	}
	if err := s.EditVolunteer(nil, &directory.Volunteer{ID: a.ID, Phone: cardPhone, ConsentOn: "2026-11-23"}); err != nil {
		t.Fatal(err)
	}
	ops := outbox(t, s)
	seq := l.put(record.Ambassador, a.ID, a).Seq
	if err := s.Settle([]Fate{{Counter: ops[0].Counter, State: FateAccepted, Seq: seq, Epoch: 7}}); err != nil {
		t.Fatal(err)
	}
	l.play(t, s, allFeeds...)
	l.remove(record.Record{Kind: record.Ambassador, ID: a.ID})
	l.play(t, s, allFeeds...)
	for range 2 {
		if where := holding(everything(t, s), []byte(cardName), []byte(cardPhone)); len(where) > 0 {
			t.Errorf("still in %v", where)
		}
		as, err := s.Ambassadors()
		vs, err2 := s.Volunteers()
		if err := errors.Join(err, err2); err != nil || len(as) != 1 || as[0].Name != "Bente" || len(vs) != 0 || len(outbox(t, s)) != 1 {
			t.Errorf("%+v %+v %v", as, vs, err)
		}
		l.sameAsHub(t, s, allFeeds...)
		verified(t, s)
		s = withoutView(t, s)
		l.play(t, s, allFeeds...)
	}
}

func init() { children["withdraw"] = childWithdraw }

func childWithdraw(args []string) {
	o := Options{Dir: args[0]}
	var n int
	fmt.Sscan(args[1], &n)
	armed := false
	kill := killAt("", n)
	o.at = func(step string) {
		if armed {
			kill(step)
		}
	}
	s, err := Open(context.Background(), o)
	must(err)
	armed = true
	must(s.EraseAmbassador(args[2]))
	fmt.Println("erased")
	must(s.Close())
}

func TestAnErasureOfAnAmbassadorGoesOnAfterAKill(t *testing.T) {
	for n := 1; ; n++ {
		dir := t.TempDir()
		s := openAt(t, made(dir))
		a := &directory.Ambassador{Name: cardName}
		if err := errors.Join(s.Import(t.Context(), func(tx *ImportTx) error { return tx.PutAmbassador(a) }),
			s.EditVolunteer(nil, &directory.Volunteer{ID: a.ID, Phone: cardPhone, ConsentOn: "2026-11-23"})); err != nil {
			t.Fatal(err)
		}
		closeStore(t, s)
		out, killed := run(t, "withdraw", dir, fmt.Sprint(n), a.ID)
		s = openAt(t, Options{Dir: dir})
		as, err := s.Ambassadors()
		if err != nil || killed && len(as) == 1 && strings.Contains(out, "killed at act applied") {
			t.Fatalf("%s\n%+v %v", out, as, err)
		}
		if where := holding(everything(t, s), []byte(cardName), []byte(cardPhone)); len(as) == 0 && len(where) > 0 {
			t.Errorf("%s\nstill in %v", out, where)
		}
		verified(t, s)
		if !killed {
			if n < 6 {
				t.Errorf("only %d steps", n)
			}
			return
		}
	}
}

// A view that was set aside holds what it held: it does not outlast an erasure, done
// here or told by the log.
func TestNoViewThatWasSetAsideOutlastsAnErasure(t *testing.T) {
	id := "0190a000-0000-7000-8000-0000000000a1"
	for name, erase := range map[string]func(*testLog, record.Record, *Store) error{
		"here": func(_ *testLog, _ record.Record, s *Store) error { return s.EraseAmbassador(id) },
		"at the hub": func(l *testLog, r record.Record, s *Store) error {
			l.remove(r)
			l.play(t, s, "dir", "staff")
			return nil
		},
	} {
		l := newLog()
		r := l.put(record.Ambassador, id, directory.Ambassador{ID: id, Name: cardName}, "ringsted")
		dir := t.TempDir()
		s := enrolled(t, made(dir))
		l.bring(t, s, "dir", "staff")
		if as, err := s.Ambassadors(); err != nil || len(as) != 1 {
			t.Fatal(as, err)
		}
		closeStore(t, s)
		if err := errors.Join(os.Remove(filepath.Join(dir, viewName, "MANIFEST")), os.Remove(filepath.Join(dir, stateName))); err != nil {
			t.Fatal(err)
		}
		s = openAt(t, Options{Dir: dir})
		if n := len(setAside(t, dir)); n != 1 {
			t.Fatalf("%s: %d views were set aside", name, n)
		}
		if err := erase(l, r, s); err != nil {
			t.Fatal(err)
		}
		if names := setAside(t, dir); len(names) != 0 {
			t.Errorf("%s: still here: %v", name, names)
		}
		closeStore(t, s)
	}
}

// What the log took away is in the snapshot until that is written anew; a kill before
// then does not leave it there.
func TestASnapshotForgetsWhoIsGoneAlsoAfterAKill(t *testing.T) {
	l := newLog()
	id := "0190a000-0000-7000-8000-0000000000a1"
	r := l.put(record.Ambassador, id, directory.Ambassador{ID: id, Name: cardName}, "ringsted")
	dir := t.TempDir()
	s := enrolled(t, made(dir))
	l.bring(t, s, allFeeds...)
	l.remove(r)
	l.play(t, s, allFeeds...)
	s.replica.gone = false // what a program that was killed knew
	closeStore(t, s)
	s = openAt(t, Options{Dir: dir})
	if where := holding(everything(t, s), []byte(cardName)); len(where) == 0 {
		t.Fatal("it is in no snapshot: this test shows nothing")
	}
	l.community(7)
	l.play(t, s, allFeeds...)
	if where := holding(everything(t, s), []byte(cardName)); len(where) > 0 {
		t.Errorf("still in %v", where)
	}
	if s.replica.gone {
		t.Error("the snapshot would be written again and again")
	}
}

func setAside(t testing.TB, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, badPrefix+"*"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// What was set aside goes after a week, whatever it was.
func TestAViewThatWasSetAsideGoesAfterAWeek(t *testing.T) {
	dir := t.TempDir()
	closeStore(t, openAt(t, made(dir)))
	old := time.Now().UTC().Add(-8 * 24 * time.Hour).Format(badTime)
	young := time.Now().UTC().Add(-6 * 24 * time.Hour).Format(badTime)
	for _, name := range []string{old, old + badFresh, young, young + badFresh} {
		if err := os.Mkdir(filepath.Join(dir, badPrefix+name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	closeStore(t, openAt(t, Options{Dir: dir}))
	if names := setAside(t, dir); len(names) != 2 || strings.Contains(strings.Join(names, " "), old) {
		t.Error(names)
	}
}
