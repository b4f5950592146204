package localdb

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// The last day runs by itself: at the start, when asked, and where neither ran.
func TestACardIsNeverGivenBehindItsDay(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, directory.Copenhagen)
	clock := func() time.Time { return now }
	o := made(dir)
	o.Now = clock
	s := openAt(t, o)
	c := newCard(t)
	c.DeleteBy = "2026-11-25"
	if err := s.KeepCard(c); err != nil {
		t.Fatal(err)
	}
	later := newCard(t)
	later.DeleteBy = "2026-12-20"
	if err := s.KeepCard(later); err != nil {
		t.Fatal(err)
	}
	i, err := s.CardOf(c.Code)
	if err != nil {
		t.Fatal(err)
	}
	now = now.AddDate(0, 0, 2) // its last day
	if n, err := s.ExpireCards(); n != 0 || err != nil {
		t.Error(n, err)
	}
	if _, err := s.OpenCard(i.ID, "call"); err != nil {
		t.Error(err)
	}
	now = now.AddDate(0, 0, 1)
	over := func() {
		t.Helper()
		if got, err := s.CardOf(c.Code); got != nil || err != nil {
			t.Errorf("%+v %v", got, err)
		}
		if _, err := s.OpenCard(i.ID, "call"); !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
		if all, err := s.Cards(); len(all) != 1 || all[0].Code != later.Code || err != nil {
			t.Errorf("%+v %v", all, err)
		}
		if ks, err := s.CardKeysToSend(); len(ks) != 1 || err != nil {
			t.Errorf("%v %v", ks, err)
		}
		var dump bytes.Buffer
		if err := s.Dump(&dump); err != nil || strings.Count(dump.String(), `"kind":"card_opened"`) != 1 {
			t.Errorf("%v", err)
		}
	}
	over() // nothing has run
	if n, err := s.ExpireCards(); n != 1 || err != nil {
		t.Error(n, err)
	}
	over()
	if got := keysOn(t, s); len(got) != 1 {
		t.Errorf("%v", got)
	}
	now = now.AddDate(0, 0, -3) // the clock is set back
	over()
	s = openAgainAt(t, s, clock)
	over()
	now = now.AddDate(0, 2, 0) // the program did not run for two months
	s = openAgainAt(t, s, clock)
	if got := keysOn(t, s); len(got) != 0 {
		t.Errorf("the start left %v", got)
	}
	if all, err := s.Cards(); len(all) != 0 || err != nil {
		t.Errorf("%v %v", all, err)
	}
	verified(t, s)
}

// A hub ends what it has by itself: a machine whose card it took in, and never gave
// back, because it may not see it, has nothing to tell.
func TestTheHubIsNotToldOfADayThatItKnows(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, directory.Copenhagen)
	o := made(t.TempDir())
	o.Now = func() time.Time { return now }
	s := enrolled(t, o)
	taken, waits := kept(t, s), kept(t, s)
	if err := s.Settle([]Fate{{Counter: outbox(t, s)[0].Counter, State: FateAccepted, Seq: 3, Epoch: 7}}); err != nil {
		t.Fatal(err)
	}
	now = now.AddDate(0, 0, 120)
	if err := s.KeepLease(0); err != nil {
		t.Fatal(err)
	}
	if n, err := s.ExpireCards(); n != 2 || err != nil {
		t.Error(n, err)
	}
	for range 2 {
		ops := outbox(t, s)
		if len(ops) != 1 || ops[0].Kind != opErase || !strings.Contains(string(ops[0].Body), waits.ID) {
			t.Errorf("%+v", ops)
		}
		if got, err := s.CardOf(taken.Code); got != nil || err != nil || len(keysOn(t, s)) != 0 {
			t.Errorf("%+v %v %v", got, keysOn(t, s), err)
		}
		verified(t, s)
		s = openAgainAt(t, s, o.Now)
	}
}

func openAgainAt(t *testing.T, s *Store, now func() time.Time) *Store {
	t.Helper()
	dir := s.o.Dir
	closeStore(t, s)
	return openAt(t, Options{Dir: dir, Now: now})
}

// A clock that jumps ten years ahead hides cards and destroys none, until it has
// gone on from there.
func TestAClockThatJumpsDestroysNoCard(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, directory.Copenhagen)
	clock := func() time.Time { return now }
	o := made(t.TempDir())
	o.Now = clock
	s := openAt(t, o)
	i := kept(t, s)
	if _, err := s.ExpireCards(); err != nil {
		t.Fatal(err)
	}
	right := now
	for _, wrong := range []int{10, -10} {
		now = right.AddDate(wrong, 0, 0)
		s = openAgainAt(t, s, clock)
		if got, err := s.CardOf(i.Code); (got != nil) != (wrong < 0) || err != nil {
			t.Errorf("%+v %v", got, err)
		}
		if n, err := s.ExpireCards(); n != 0 || err != nil || len(keysOn(t, s)) != 1 {
			t.Errorf("%d years: %d %v", wrong, n, err)
		}
		now = right
		if c, err := s.OpenCard(i.ID, "call"); err != nil || c.FirstName != cardName {
			t.Errorf("%d years and back: %v", wrong, err)
		}
	}
	now = right.AddDate(10, 0, 0)
	for range 10 {
		if _, err := s.ExpireCards(); err != nil {
			t.Fatal(err)
		}
		now = now.AddDate(0, 0, 1)
	}
	if got := keysOn(t, s); len(got) != 0 {
		t.Errorf("the clock was right, and %v is left", got)
	}
}
