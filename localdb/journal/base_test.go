package journal_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/journal/journaltest"
)

// letGo makes a journal of twelve acts in several segments, the first of which
// nobody needs.
func letGo(t *testing.T, dir string, fs journal.FS) (*journal.Journal, uint64) {
	t.Helper()
	o := options(t, dir, fs)
	o.SegmentSize = 370 // two frames
	j := openJournal(t, o)
	for i := range 12 {
		if _, err := j.Append(op(fmt.Sprint(i + 1))); err != nil {
			t.Fatal(err)
		}
	}
	full := j.Full()
	if full == 0 || full >= 12 {
		t.Fatal("nothing to let go:", full)
	}
	return j, full
}

func TestWhatWasLetGoIsNoLoss(t *testing.T) {
	dir := t.TempDir()
	j, full := letGo(t, dir, nil)
	if err := j.LetGo(full); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		seen := map[uint64]bool{}
		a, err := j.Read(0, readInto(seen))
		if err != nil || !a.Whole() || len(seen) != int(12-full) || !seen[12] {
			t.Errorf("%+v, %v, %v", a, seen, err)
		}
		if j.Last() != 12 {
			t.Error(j.Last())
		}
		j.Close()
		j = openJournal(t, options(t, dir, nil))
	}
	j.Close()
	// what is lost beyond it is seen all the same
	segments, err := filepath.Glob(filepath.Join(dir, "*.jnl"))
	if err != nil || len(segments) == 0 {
		t.Fatal(segments, err)
	}
	for _, name := range segments {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	j = openJournal(t, options(t, dir, nil))
	defer j.Close()
	if a, err := j.Read(0, readInto(map[uint64]bool{})); err != nil || a.Whole() {
		t.Errorf("%+v %v", a, err)
	}
	if seq, err := j.Append(op("next")); err != nil || seq <= 12 {
		t.Error(seq, err)
	}
}

func TestLettingGoMayFailAtEveryCall(t *testing.T) {
	for n := 1; ; n++ {
		dir := t.TempDir()
		fs := &journaltest.FS{Sticky: true}
		j, full := letGo(t, dir, fs)
		fs.Arm(n)
		err := j.LetGo(full)
		failed := len(fs.Failed()) > 0
		fs.Arm(0)
		if failed != (err != nil) || err != nil && !errors.Is(err, journaltest.ErrRefused) {
			t.Fatalf("call %d: %v", n, err)
		}
		for range 2 {
			seen := map[uint64]bool{}
			if a, err := j.Read(0, readInto(seen)); err != nil || !a.Whole() {
				t.Errorf("call %d: %+v %v", n, a, err)
			}
			for seq := full + 1; seq <= 12; seq++ {
				if !seen[seq] {
					t.Errorf("call %d: %d is gone", n, seq)
				}
			}
			j.Close()
			j = openJournal(t, options(t, dir, nil))
		}
		if err := j.LetGo(full); err != nil {
			t.Errorf("call %d: a second time: %v", n, err)
		}
		j.Close()
		if !failed {
			return
		}
	}
}
