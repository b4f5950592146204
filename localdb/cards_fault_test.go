package localdb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/journal/journaltest"
)

func init() { children["card"] = childCard }

// childCard keeps a card, opens it and erases it, and is killed on the way.
func childCard(args []string) {
	o := made(args[0])
	var n int
	fmt.Sscan(args[1], &n)
	o.at = killAt("", n)
	s, err := Open(context.Background(), o)
	must(err)
	c := newCard(nil)
	fmt.Println("code", c.Code)
	must(s.KeepCard(c))
	i, err := s.CardOf(c.Code)
	must(err)
	fmt.Println("kept", i.ID)
	must(s.EraseCard(i.ID))
	fmt.Println("erased", i.ID)
	must(s.Close())
}

// Wherever a kill comes: a card that was acknowledged is readable, one that was
// erased is not, and no key is left of one that is not here.
func TestAKillLeavesACardWholeOrGone(t *testing.T) {
	for n := 1; n < 60; n++ {
		dir := t.TempDir()
		out, killed := run(t, "card", dir, fmt.Sprint(n))
		s := openAt(t, made(dir))
		all, err := s.Cards()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out, "erased ") && len(all) > 0 {
			t.Errorf("%s\nit is back", out)
		}
		for _, i := range all {
			if c, err := s.OpenCard(i.ID, "call"); err != nil || c.FirstName != cardName {
				t.Errorf("%s\n%v", out, err)
			}
		}
		if got := keysOn(t, s); len(got) != len(all) || len(got) > 0 && !strings.HasSuffix(got[0], keySuffix) {
			t.Errorf("%s\n%d cards, keys %v", out, len(all), got)
		}
		verified(t, s)
		if !killed {
			t.Logf("killed at each of %d steps", n-1)
			return
		}
	}
	t.Error("it never got to its end")
}

// Every call of the disk fails in its turn while cards are kept and erased.
func TestACardIsNeverHalfThereWhenTheDiskRefuses(t *testing.T) {
	modes := [][2]bool{{false, true}} // sticky, short
	if *everyRefusal {
		modes = append(modes, [2]bool{false, false}, [2]bool{true, false}, [2]bool{true, true})
	}
	for _, mode := range modes {
		for n := 1; ; n++ {
			if !refuseCard(t, &journaltest.FS{Sticky: mode[0], Short: mode[1]}, n) {
				if n < 15 {
					t.Errorf("only %d calls", n)
				}
				break
			}
		}
	}
}

func refuseCard(t *testing.T, fs *journaltest.FS, n int) bool {
	t.Helper()
	dir := t.TempDir()
	s := openAt(t, made(dir))
	old := kept(t, s)
	closeStore(t, s)
	s = openAt(t, Options{Dir: dir, fs: fs})
	c := newCard(t)
	fs.Arm(n)
	keptErr := s.KeepCard(c)
	erasedErr := s.EraseCard(old.ID)
	failed := fs.Failed()
	fs.Arm(0)
	for _, err := range []error{keptErr, erasedErr} {
		if k := MessageKey(err); err != nil && (!errors.Is(err, journaltest.ErrRefused) || k != "store.not_saved" && k != "store.unexpected" && k != "store.disk_full") {
			t.Fatalf("call %d %v: %s %v", n, failed, k, err)
		}
	}
	for when := range 2 {
		i, err := s.CardOf(c.Code)
		if err != nil || (i != nil) != (keptErr == nil) {
			t.Fatalf("call %d %v, look %d: kept %v, there %v %v", n, failed, when, keptErr, i, err)
		}
		if i != nil {
			if one, err := s.OpenCard(i.ID, "call"); err != nil || one.FirstName != cardName {
				t.Fatalf("call %d %v, look %d: %v", n, failed, when, err)
			}
		}
		one, err := s.OpenCard(old.ID, "call")
		if erasedErr == nil && !errors.Is(err, ErrNotFound) {
			t.Fatalf("call %d %v, look %d: it was erased: %v %v", n, failed, when, one, err)
		}
		if erasedErr != nil && err != nil && !errors.Is(err, ErrNotFound) && !errors.Is(err, card.ErrKeyGone) {
			t.Fatalf("call %d %v, look %d: %v", n, failed, when, err)
		}
		if when == 0 {
			closeStore(t, s)
			s = openAt(t, Options{Dir: dir})
		}
	}
	if err := s.EraseCard(old.ID); err != nil {
		t.Fatalf("call %d %v: tried again: %v", n, failed, err)
	}
	want := 0
	if keptErr == nil {
		want = 1
	}
	if got := keysOn(t, s); len(got) != want {
		t.Fatalf("call %d %v: keys %v", n, failed, got)
	}
	verified(t, s)
	closeStore(t, s)
	return len(failed) > 0
}
