package journal_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"pgregory.net/rapid"

	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/journal/journaltest"
)

var storeKey = bytes.Repeat([]byte{7}, 32)

func options(t testing.TB, dir string, fs journal.FS) journal.Options {
	aead, err := journal.NewAEAD(storeKey)
	if err != nil {
		t.Fatal(err)
	}
	return journal.Options{Dir: dir, FS: fs, AEAD: aead, Rand: rand.Reader}
}

func openJournal(t testing.TB, o journal.Options) *journal.Journal {
	t.Helper()
	j, err := journal.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func op(name string) journal.Op {
	return journal.Op{Kind: "test", ID: name, V: 1, Body: jsontext.Value(`{"marker":"Sortesol"}`)}
}

// read gives the ids in the journal by sequence.
func read(t testing.TB, j *journal.Journal) (map[uint64]string, journal.Account) {
	t.Helper()
	got := map[uint64]string{}
	last := uint64(0)
	a, err := j.Read(0, func(ops []journal.Op) error {
		for _, o := range ops {
			if o.Counter <= last {
				t.Fatalf("sequence %d after %d", o.Counter, last)
			}
			last = o.Counter
			got[o.Counter] = o.ID
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got, a
}

func TestAnActIsAllOrNothingAndInOrder(t *testing.T) {
	dir := t.TempDir()
	j := openJournal(t, options(t, dir, nil))
	if seq, err := j.Append(op("a")); err != nil || seq != 1 {
		t.Fatal(seq, err)
	}
	if seq, err := j.Append(op("b"), op("c")); err != nil || seq != 2 {
		t.Fatal(seq, err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	j = openJournal(t, options(t, dir, nil))
	defer j.Close()
	if seq, err := j.Append(op("d")); err != nil || seq != 4 {
		t.Fatal(seq, err)
	}
	got, a := read(t, j)
	want := map[uint64]string{1: "a", 2: "b", 3: "c", 4: "d"}
	if fmt.Sprint(got) != fmt.Sprint(want) || !a.Whole() || len(a.Damage) > 0 {
		t.Errorf("%v, %+v", got, a)
	}
}

// Every changing call fails once, alone and with all after it, with half a
// write and with none: what was not acknowledged is never there, what was
// acknowledged always is, and no sequence is given twice.
func TestActIsNotAcknowledgedWhenTheDiskRefuses(t *testing.T) {
	for _, mode := range []struct{ sticky, short bool }{{false, false}, {false, true}, {true, false}, {true, true}} {
		refusals := 0
		for n := 1; ; n++ {
			dir := t.TempDir()
			fs := &journaltest.FS{Sticky: mode.sticky, Short: mode.short}
			o := options(t, dir, fs)
			o.SegmentSize = 400 // several segments
			j := openJournal(t, o)
			fs.Arm(n)
			acked, used := map[uint64]string{}, map[uint64]bool{}
			for i := range 12 {
				name := fmt.Sprint("op", i)
				seq, err := j.Append(op(name))
				if err == nil {
					if used[seq] {
						t.Fatalf("call %d: sequence %d given twice", n, seq)
					}
					acked[seq], used[seq] = name, true
					continue
				}
				refusals++
				var ae *journal.AppendError
				if !errors.As(err, &ae) || !errors.Is(err, journaltest.ErrRefused) {
					t.Fatalf("call %d: %v", n, err)
				}
			}
			reached := len(fs.Failed()) > 0
			fs.Arm(0)
			if mode.sticky { // the disk is well again: the journal goes on
				seq, err := j.Append(op("after"))
				if err != nil || used[seq] {
					t.Fatalf("call %d (%v): after the disk is well: %d, %v", n, fs.Failed(), seq, err)
				}
				acked[seq] = "after"
			}
			check := func(when string, j *journal.Journal) {
				if got, a := read(t, j); fmt.Sprint(got) != fmt.Sprint(acked) || !a.Whole() {
					t.Fatalf("%s, call %d %+v: got %v, acknowledged %v, %+v", when, n, mode, got, acked, a)
				}
			}
			check("at once", j)
			if n%2 == 0 { // a clean stop, or a kill
				if err := j.Close(); err != nil {
					t.Fatal(err)
				}
			}
			j = openJournal(t, options(t, dir, nil))
			check("after a start", j)
			if seq, err := j.Append(op("again")); err != nil || used[seq] {
				t.Fatalf("call %d: next start gives %d again, %v", n, seq, err)
			}
			j.Close()
			if !reached {
				break
			}
		}
		if refusals == 0 {
			t.Error("nothing was refused", mode)
		}
	}
}

func TestOneDamagedFrameCostsNoOther(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp("", "journal")
		if err != nil {
			rt.Fatal(err)
		}
		defer os.RemoveAll(dir)
		j := openJournal(t, options(t, dir, nil))
		var ends []int64
		name := ""
		for i := range 10 {
			if _, err := j.Append(op(fmt.Sprint(i))); err != nil {
				rt.Fatal(err)
			}
			name, _ = lastSegment(dir)
			st, err := os.Stat(name)
			if err != nil {
				rt.Fatal(err)
			}
			ends = append(ends, st.Size())
		}
		if err := j.Close(); err != nil {
			rt.Fatal(err)
		}
		b, err := os.ReadFile(name)
		if err != nil {
			rt.Fatal(err)
		}
		at := rapid.IntRange(0, len(b)-1).Draw(rt, "at")
		b[at] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
		if err := os.WriteFile(name, b, 0o600); err != nil {
			rt.Fatal(err)
		}
		hit, _ := slices.BinarySearch(ends, int64(at)+1)
		o := options(t, dir, nil)
		o.AtLeast = 10
		j = openJournal(t, o)
		defer j.Close()
		got, a := read(t, j)
		if len(got) != 9 || got[uint64(hit+1)] != "" || a.Whole() {
			rt.Fatalf("frame %d damaged: %v %+v", hit+1, got, a)
		}
		if seq, err := j.Append(op("next")); err != nil || seq <= 10 {
			rt.Fatalf("%d %v", seq, err)
		}
		if got, _ := read(t, j); len(got) != 10 {
			rt.Fatalf("%d frames", len(got))
		}
	})
}

// A journal cut at any byte opens, holds every whole frame, and never gives a
// sequence again, although nothing else remembers them.
func TestJournalOpensAfterAnyTruncation(t *testing.T) {
	dir := t.TempDir()
	j := openJournal(t, options(t, dir, nil))
	for i := range 3 {
		if _, err := j.Append(op(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	name, _ := lastSegment(dir)
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	frame := len(whole) / 3
	high, err := os.ReadFile(filepath.Join(dir, "outbox.high"))
	if err != nil {
		t.Fatal(err)
	}
	for cut := 0; cut <= len(whole); cut += 3 {
		d := t.TempDir()
		for n, b := range map[string][]byte{filepath.Base(name): whole[:cut], "outbox.high": high} {
			if err := os.WriteFile(filepath.Join(d, n), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		j := openJournal(t, options(t, d, nil))
		if got, _ := read(t, j); len(got) != cut/frame {
			t.Fatalf("cut at %d: %v", cut, got)
		}
		if seq, err := j.Append(op("new")); err != nil || seq <= 3 {
			t.Fatalf("cut at %d: sequence %d, %v", cut, seq, err)
		}
		if got, a := read(t, j); len(got) != cut/frame+1 || len(a.Damage) > 0 {
			t.Fatalf("cut at %d: %v %+v", cut, got, a)
		}
		j.Close()
	}
}

func TestAFullDiskDoesNotKeepTheJournalFromEndingWell(t *testing.T) {
	dir := t.TempDir()
	fs := &journaltest.FS{Sticky: true}
	j := openJournal(t, options(t, dir, fs))
	if _, err := j.Append(op("a")); err != nil {
		t.Fatal(err)
	}
	fs.Arm(1)
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	j = openJournal(t, options(t, dir, nil))
	defer j.Close()
	if seq, err := j.Append(op("b")); err != nil || seq < 2 {
		t.Error(seq, err)
	}
	if got, a := read(t, j); len(got) != 2 || !a.Whole() {
		t.Errorf("%v %+v", got, a)
	}
}

// The store that knew how far the journal went may be lost together with the
// journal's end.
func TestALostTailIsSeenWhereNothingElseRemembers(t *testing.T) {
	for _, stop := range []string{"closed", "killed"} {
		for name, harm := range map[string]func(string) error{
			"cut": func(name string) error {
				st, err := os.Stat(name)
				return errors.Join(err, os.Truncate(name, st.Size()/3))
			},
			"gone": os.Remove,
		} {
			dir := t.TempDir()
			j := openJournal(t, options(t, dir, nil))
			for i := range 3 {
				if _, err := j.Append(op(fmt.Sprint(i))); err != nil {
					t.Fatal(err)
				}
			}
			if stop == "closed" {
				j.Close()
			}
			segment, _ := lastSegment(dir)
			if err := harm(segment); err != nil {
				t.Fatal(err)
			}
			for range 2 { // also at the start after the next act
				j := openJournal(t, options(t, dir, nil))
				if _, a := read(t, j); a.Missing != 1 {
					t.Errorf("%s, then %s: %+v", stop, name, a)
				}
				if a, err := j.Read(3, func([]journal.Op) error { return nil }); err != nil || !a.Whole() {
					t.Errorf("%s, then %s: who has the first three misses nothing: %+v %v", stop, name, a, err)
				}
				if seq, err := j.Append(op("next")); err != nil || seq <= 3 {
					t.Errorf("%s, then %s: %d %v", stop, name, seq, err)
				}
				j.Close()
			}
		}
	}
}

func TestAMissingSegmentIsSeen(t *testing.T) {
	dir := t.TempDir()
	o := options(t, dir, nil)
	o.SegmentSize = 1
	j := openJournal(t, o)
	for i := range 4 {
		if _, err := j.Append(op(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	j.Close()
	_, all := lastSegment(dir)
	for i, name := range all {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		os.Remove(name)
		o.AtLeast = 4
		j := openJournal(t, o)
		if got, a := read(t, j); len(got) != 3 || a.Missing != 1 {
			t.Errorf("segment %d gone: %v %+v", i, got, a)
		}
		j.Close()
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnotherKeyOpensNothing(t *testing.T) {
	dir := t.TempDir()
	j := openJournal(t, options(t, dir, nil))
	if _, err := j.Append(op("a")); err != nil {
		t.Fatal(err)
	}
	j.Close()
	o := options(t, dir, nil)
	o.AEAD, _ = journal.NewAEAD(bytes.Repeat([]byte{8}, 32))
	j = openJournal(t, o)
	defer j.Close()
	if got, a := read(t, j); len(got) != 0 || a.Sealed != 1 {
		t.Errorf("%v %+v", got, a)
	}
	name, _ := lastSegment(dir)
	b, err := os.ReadFile(name)
	if err != nil || bytes.Contains(b, []byte("Sortesol")) {
		t.Error("the journal is readable without the key", err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0xF5, 'V', 'J', 1, 0, 0, 0, 4})
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "outbox-00000000000000000001.jnl"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		j := openJournal(t, options(t, dir, nil))
		defer j.Close()
		read(t, j)
		if _, err := j.Append(op("a")); err != nil {
			t.Fatal(err)
		}
		if got, _ := read(t, j); !slices.Contains(slices.Collect(func(yield func(string) bool) {
			for _, v := range got {
				if !yield(v) {
					return
				}
			}
		}), "a") {
			t.Fatal("the act is not there")
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	j := openJournal(b, options(b, b.TempDir(), nil))
	defer j.Close()
	for b.Loop() {
		if _, err := j.Append(op("x")); err != nil {
			b.Fatal(err)
		}
	}
}

// lastSegment names the newest segment, and all of them.
func lastSegment(dir string) (string, []string) {
	all, _ := filepath.Glob(filepath.Join(dir, "*.jnl"))
	slices.Sort(all)
	return all[len(all)-1], all
}
