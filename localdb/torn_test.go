package localdb

import (
	"context"
	"errors"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/record"
)

func init() { children["torn"] = childTorn }

// large is a member near the size that a community may have.
func large(letter string) []byte {
	return []byte(`{"story":"` + strings.Repeat(letter, 240<<10) + `"}`)
}

func childTorn(args []string) {
	n, err := strconv.Atoi(args[1])
	must(err)
	s, err := Open(context.Background(), Options{Dir: args[0]})
	must(err)
	s.o.at = killAt("part written", n)
	id := community(0)
	id.AssignID()
	for _, letter := range []string{"b", "c"} {
		before, err := s.Community(id.ID)
		must(err)
		after, err := s.Community(id.ID)
		must(err)
		after.Unknown = large(letter)
		must(s.EditCommunity(before, after))
	}
	must(s.Close())
}

// An edit of a large community is more than one transaction of the view takes.
// Killed between the parts, it is shown and sent all the same, and taken back whole.
func TestALargeEditKilledBetweenItsPartsIsWhole(t *testing.T) {
	base := t.TempDir()
	s := enrolled(t, made(base))
	l := newLog()
	c := community(0)
	c.AssignID()
	c.Unknown = large("a")
	l.put(record.Community, c.ID, c, "ringsted")
	l.bring(t, s, "dir")
	closeStore(t, s)
	for n := 1; ; n++ {
		dir := filepath.Join(t.TempDir(), "data")
		copyAll(t, base, dir)
		_, killed := run(t, "torn", dir, strconv.Itoa(n))
		s := openAt(t, Options{Dir: dir})
		verified(t, s)
		l.play(t, s, "dir")
		ops := outbox(t, s)
		if len(ops) == 0 || !killed && len(ops) != 2 {
			t.Fatalf("killed at part %d: %v", n, kindsIn(ops))
		}
		want := large("bc"[len(ops)-1 : len(ops)])
		if got := communityOf(t, s, c.ID); string(got.Unknown) != string(want) {
			t.Errorf("killed at part %d, with %d edits: the last is not shown", n, len(ops))
		}
		var err error
		for _, op := range ops {
			err = errors.Join(err, s.Settle([]Fate{{Counter: op.Counter, State: FateRefused, Code: "role"}}))
		}
		if got := communityOf(t, s, c.ID); err != nil || string(got.Unknown) != string(c.Unknown) {
			t.Errorf("killed at part %d: refused, and what was there is not back: %v", n, err)
		}
		if left := s.view.Load().meta.Load().Edited; left != 0 {
			t.Errorf("killed at part %d: %d communities are taken for edited", n, left)
		}
		verified(t, s)
		closeStore(t, s)
		if !killed {
			if n < 3 {
				t.Error("too small to be written in parts")
			}
			return
		}
	}
}
