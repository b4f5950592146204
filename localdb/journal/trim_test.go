package journal_test

import (
	"fmt"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/journal"
)

func readInto(seen map[uint64]bool) func([]journal.Op) error {
	return func(ops []journal.Op) error {
		for _, o := range ops {
			seen[o.Counter] = true
		}
		return nil
	}
}

func TestATrimmedJournalHoldsTheRestAndGivesNoSequenceAgain(t *testing.T) {
	for _, upTo := range []uint64{0, 1, 3, 4, 6} {
		dir := t.TempDir()
		o := options(t, dir, nil)
		o.SegmentSize = 370 // two frames
		j := openJournal(t, o)
		for i := range 6 {
			if _, err := j.Append(op(fmt.Sprint(i + 1))); err != nil {
				t.Fatal(err)
			}
		}
		before, err := j.Size()
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Trim(upTo); err != nil {
			t.Fatal(err)
		}
		if after, err := j.Size(); err != nil || upTo >= 3 && after >= before || upTo >= 6 && after != 0 {
			t.Errorf("up to %d: %d bytes, then %d, %v", upTo, before, after, err)
		}
		check := func(when string, last uint64) {
			t.Helper()
			seen := map[uint64]bool{}
			a, err := j.Read(upTo, readInto(seen))
			if err != nil || !a.Whole() {
				t.Fatalf("%s, up to %d: %+v, %v", when, upTo, a, err)
			}
			for seq := upTo + 1; seq <= last; seq++ {
				if !seen[seq] {
					t.Errorf("%s, up to %d: %d is gone", when, upTo, seq)
				}
			}
		}
		check("at once", 6)
		seq, err := j.Append(op("7"))
		if err != nil || seq != 7 {
			t.Fatal(seq, err)
		}
		check("and on", 7)
		if upTo == 6 {
			if err := j.Trim(7); err != nil {
				t.Fatal(err)
			}
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		o.AtLeast = upTo
		j = openJournal(t, o)
		if upTo != 6 {
			check("opened again", 7)
		}
		if seq, err := j.Append(op("8")); err != nil || seq != 8 {
			t.Fatalf("up to %d: %d, %v", upTo, seq, err)
		}
		j.Close()
	}
}

// A reader that begins behind the start sees that what it should begin with is gone.
func TestAMissingFirstSegmentIsSeenFromAnyPlace(t *testing.T) {
	dir := t.TempDir()
	o := options(t, dir, nil)
	o.SegmentSize = 1
	j := openJournal(t, o)
	defer j.Close()
	for i := range 5 {
		if _, err := j.Append(op(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Trim(3); err != nil { // stands for the loss
		t.Fatal(err)
	}
	for after, missing := range map[uint64]int{0: 1, 1: 1, 2: 1, 3: 0, 4: 0} {
		if a, err := j.Read(after, readInto(map[uint64]bool{})); err != nil || a.Missing != missing {
			t.Errorf("after %d: %+v, %v", after, a, err)
		}
	}
}
