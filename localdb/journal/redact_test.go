package journal_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/journal/journaltest"
)

// blank takes the words out of every operation named so.
func blank(name string) func(*journal.Op) bool {
	return func(o *journal.Op) bool {
		if o.ID != name {
			return false
		}
		o.ID = "gone"
		return true
	}
}

func redactable(t testing.TB, fs journal.FS) (*journal.Journal, journal.Options) {
	o := options(t, t.TempDir(), fs)
	o.SegmentSize = 500
	j := openJournal(t, o)
	for i := range 9 {
		if _, err := j.Append(op(fmt.Sprint("n", i)), op(fmt.Sprint("m", i))); err != nil {
			t.Fatal(err)
		}
	}
	return j, o
}

// What is taken out is in no frame any more; everything else is where it was, and the
// journal goes on.
func TestWhatIsRedactedIsGoneAndNothingElse(t *testing.T) {
	j, o := redactable(t, nil)
	before, _ := read(t, j)
	if n, err := j.Redact(blank("n4")); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if n, err := j.Redact(blank("n4")); n != 0 || err != nil {
		t.Error(n, err)
	}
	if _, err := j.Append(op("later")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		after, a := read(t, j)
		if !a.Whole() || len(a.Damage) > 0 || len(after) != len(before)+1 {
			t.Fatalf("%+v, %d of %d", a, len(after), len(before))
		}
		for seq, was := range before {
			if now := after[seq]; (now != was) != strings.Contains(was, "n4") {
				t.Errorf("%d: %s is %s", seq, was, now)
			}
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		j = openJournal(t, o)
	}
}

func TestRedactingLeavesDamageAsItIs(t *testing.T) {
	j, o := redactable(t, nil)
	names, err := filepath.Glob(filepath.Join(j.Dir(), "*.jnl"))
	if err != nil || len(names) < 3 {
		t.Fatal(names, err)
	}
	b, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	b[40] ^= 1
	if err := os.WriteFile(names[0], b, 0o600); err != nil {
		t.Fatal(err)
	}
	count := func() int {
		ops := 0
		a, err := j.Read(0, func(o []journal.Op) error { ops += len(o); return nil })
		if err != nil || len(a.Damage) != 1 || a.Missing != 1 {
			t.Fatalf("%+v %v", a, err)
		}
		return ops
	}
	before := count()
	if n, err := j.Redact(func(o *journal.Op) bool { o.Body = []byte(`null`); return true }); n != before || err != nil {
		t.Errorf("%d of %d: %v", n, before, err)
	}
	if after := count(); after != before {
		t.Errorf("%d, then %d", before, after)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	j = openJournal(t, o)
	count()
}

// Whatever the disk refuses while words are taken out, no operation is lost, and
// trying again takes them out.
func TestRedactingLosesNothingWhenTheDiskRefuses(t *testing.T) {
	for n := 1; ; n++ {
		fs := &journaltest.FS{Short: true}
		j, o := redactable(t, fs)
		before, _ := read(t, j)
		fs.Arm(n)
		_, err := j.Redact(blank("n4"))
		failed := fs.Failed()
		fs.Arm(0)
		if err == nil && len(failed) > 0 {
			t.Logf("call %d %v: it did not matter", n, failed)
		}
		for range 2 {
			after, a := read(t, j)
			if !a.Whole() || len(after) != len(before) {
				t.Fatalf("call %d %v: %+v", n, failed, a)
			}
			for seq, was := range before {
				if now := after[seq]; now != was && !strings.Contains(was, "n4") {
					t.Fatalf("call %d %v: %s is %s", n, failed, was, now)
				}
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
			j = openJournal(t, o)
		}
		if _, err := j.Redact(blank("n4")); err != nil {
			t.Fatal(err)
		}
		if left, err := j.Redact(blank("n4")); left != 0 || err != nil {
			t.Fatal(left, err)
		}
		if len(failed) == 0 {
			if n < 8 {
				t.Errorf("only %d calls", n)
			}
			return
		}
	}
}
