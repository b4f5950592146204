package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/sync/log"
)

// filling is one log that many tests begin with a copy of.
var filling struct {
	sync.Once
	dir string
	all []log.Record
	s   log.State
}

// filled gives a copy of it in dir, and what is in it.
func filled(t testing.TB, dir string) ([]log.Record, log.State) {
	t.Helper()
	filling.Do(func() {
		var err error
		if filling.dir, err = os.MkdirTemp("", "vejviser-log"); err != nil {
			t.Fatal(err)
		}
		filling.all, filling.s = fill(t, filling.dir)
	})
	if err := os.CopyFS(dir, os.DirFS(filling.dir)); err != nil {
		t.Fatal(err)
	}
	return filling.all, filling.s
}

// fill makes a log with a snapshot, a journal behind it, tables in its view
// and tombstones, and gives what is in it.
func fill(t testing.TB, dir string) (all []log.Record, s log.State) {
	t.Helper()
	o := options(dir)
	o.trim = 600 << 10
	l := openLog(t, o)
	value := strings.Repeat("gåtur ", 400)
	for i := range 300 {
		batch := []log.Entry{
			{Key: fmt.Sprint("a.", i%130), Value: []byte(fmt.Sprint(i, value)), Op: "op"},
			{Key: fmt.Sprint("b.", i), Value: []byte(fmt.Sprint(i)), Op: "op", Tombstone: i%10 == 0},
		}
		if _, err := l.Append(context.Background(), batch); err != nil {
			t.Fatal(err)
		}
	}
	all, s = everything(t, l)
	closeLog(t, l)
	return all, s
}

func everything(t testing.TB, l *Log) (all []log.Record, s log.State) {
	t.Helper()
	s, err := l.State(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range l.Read(context.Background(), s.Floor) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all, s
}

func sameRecords(a, b []log.Record) error {
	if len(a) != len(b) {
		return fmt.Errorf("%d records, %d before", len(b), len(a))
	}
	for i := range a {
		if x, y := a[i], b[i]; x.Seq != y.Seq || x.Key != y.Key || x.Op != y.Op || x.Tombstone != y.Tombstone || string(x.Value) != string(y.Value) {
			return fmt.Errorf("%s at %d is %s at %d", x.Key, x.Seq, y.Key, y.Seq)
		}
	}
	return nil
}

// copyDir copies a log; running says that it is to look like one that was killed.
func copyDir(t testing.TB, from string, running bool) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "log")
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	if running {
		name := filepath.Join(to, stateName)
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(strings.Replace(string(b), `"running":false`, `"running":true`, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

func files(t testing.TB, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && d.Name() != "log.lock" && d.Name() != "LOCK" {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// damage does to a file what disks and people do, and says what.
func damage(t testing.TB, name string, rnd *rand.Rand) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	how := "removed"
	switch kind := rnd.IntN(4); {
	case kind == 0 || len(b) == 0:
		err = os.Remove(name)
	case kind == 1:
		at := rnd.IntN(len(b))
		b[at] ^= 1 << rnd.IntN(8)
		how, err = fmt.Sprint("a bit of byte ", at), os.WriteFile(name, b, 0o600)
	case kind == 2:
		at := rnd.IntN(len(b))
		clear(b[at:min(len(b), at+4096)])
		how, err = fmt.Sprint("zeros from ", at), os.WriteFile(name, b, 0o600)
	case kind == 3:
		at := rnd.IntN(len(b))
		how, err = fmt.Sprint("cut at ", at), os.WriteFile(name, b[:at], 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Base(filepath.Dir(name)) + "/" + filepath.Base(name) + ": " + how
}

// Of snapshot, journal, view and state any one file may be damaged in any way:
// the log opens, has everything, is the same log, and keeps what comes next.
func TestNothingIsLostWhenOneFileIsDamaged(t *testing.T) {
	rounds := 8
	if wholeRig {
		rounds = 400
	}
	base := filepath.Join(t.TempDir(), "log")
	all, was := filled(t, base)
	rebuilt, worst := 0, time.Duration(0)
	for round := range rounds {
		rnd := rand.New(rand.NewPCG(uint64(round), 1))
		dir := copyDir(t, base, true)
		names := files(t, dir)
		what := fmt.Sprintf("round %d, %s", round, damage(t, names[round%len(names)], rnd))
		for again := range 2 {
			begun := time.Now()
			l, err := Open(context.Background(), options(dir))
			if err != nil {
				t.Fatalf("%s, start %d: %v", what, again, err)
			}
			worst = max(worst, time.Since(begun))
			if again == 0 && l.Rebuilt() != "" {
				rebuilt++
			}
			got, s := everything(t, l)
			if err := sameRecords(all, got[:min(len(got), len(all))]); err != nil || s.Epoch != was.Epoch || s.Floor != was.Floor {
				t.Fatalf("%s, start %d: %v, %+v, was %+v", what, again, err, s, was)
			}
			first, err := l.Append(context.Background(), []log.Entry{{Key: fmt.Sprint("after.", again), Op: "op", Expect: log.At(0)}})
			if err != nil || first <= was.Head {
				t.Fatalf("%s, start %d: %d, %v", what, again, first, err)
			}
			closeLog(t, l)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d files damaged one at a time, 0 starts failed, 0 of %d records lost, %d views rebuilt, longest start %v", rounds, rounds*len(all), rebuilt, worst)
}

// Where view and journal are damaged at once, acknowledged batches are lost. The
// log does not pass over that: it is another one from then on.
func TestALossMakesAnotherLog(t *testing.T) {
	t.Run("in the middle", func(t *testing.T) {
		lose(t, func(b []byte) []byte {
			b[len(b)-9000] ^= 1 // some batches behind the snapshot, and not the last
			return b
		})
	})
	t.Run("at the end", func(t *testing.T) {
		lose(t, func(b []byte) []byte { return b[:len(b)-6000] })
	})
}

func lose(t *testing.T, spoil func(journal []byte) []byte) {
	base := filepath.Join(t.TempDir(), "log")
	all, was := filled(t, base)
	dir := copyDir(t, base, true)
	for _, name := range files(t, dir) {
		rel, _ := filepath.Rel(dir, name)
		if strings.HasPrefix(rel, viewPrefix) {
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
		}
		if filepath.Ext(name) == ".jnl" {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, spoil(b), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	var epoch uint64
	for range 2 {
		l := openLog(t, options(dir))
		got, s := everything(t, l)
		if s.Epoch == was.Epoch || epoch != 0 && s.Epoch != epoch || s.Floor < was.Head {
			t.Errorf("%+v, was %+v", s, was)
		}
		epoch = s.Epoch
		if err := l.read(context.Background(), was.Head-1, func(log.Record) error { return nil }); !errors.Is(err, log.ErrBelowFloor) {
			t.Errorf("a reader of the log as it was: %v", err)
		}
		for _, r := range all {
			if _, err := l.Last(context.Background(), r.Key); err != nil && !errors.Is(err, log.ErrNotFound) {
				t.Errorf("%s: %v", r.Key, err)
			} else if err == nil {
				got = append(got, r)
			}
		}
		if len(got) < len(all)-8 {
			t.Errorf("%d of %d are left", len(got), len(all))
		}
		closeLog(t, l)
	}
}

func TestAFullDiskIsSaidAndNothingElseStops(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	all, _ := filled(t, dir)
	left := uint64(1 << 40)
	o := options(dir)
	o.free = func(string) (uint64, error) { return left, nil }
	l := openLog(t, o)
	left = 64<<20 - 1
	ctx := context.Background()
	_, err := l.Append(ctx, []log.Entry{{Key: "a", Op: "op"}})
	for i, err := range []error{err, l.Purge(ctx, 1), l.Erase(ctx, "a.1")} {
		if !errors.Is(err, log.ErrFull) {
			t.Errorf("call %d: %v", i, err)
		}
	}
	if got, _ := everything(t, l); sameRecords(all, got) != nil {
		t.Error(sameRecords(all, got))
	}
	left = 1 << 40
	if _, err := l.Append(ctx, []log.Entry{{Key: "a", Op: "op"}}); err != nil {
		t.Errorf("there is room again: %v", err)
	}
	closeLog(t, l)
	left = 96<<20 - 1
	if l, err := Open(ctx, o); !errors.Is(err, log.ErrFull) {
		t.Errorf("opened on a full disk: %v, %v", l, err)
	}
	left = 96 << 20
	closeLog(t, openLog(t, o))
}

func TestAnotherKeyAndAnotherProgramAreRefusedAndHarmNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	all, was := filled(t, dir)
	o := options(dir)
	o.Key = []byte(strings.Repeat("x", 32))
	if _, err := Open(context.Background(), o); !errors.Is(err, ErrKey) {
		t.Errorf("another key: %v", err)
	}
	o.Key = o.Key[:31]
	if _, err := Open(context.Background(), o); err == nil {
		t.Error("a short key")
	}
	l := openLog(t, options(dir))
	if _, err := Open(context.Background(), options(dir)); !errors.Is(err, ErrInUse) {
		t.Errorf("twice: %v", err)
	}
	if got, s := everything(t, l); sameRecords(all, got) != nil || s != was {
		t.Errorf("%v, %+v", sameRecords(all, got), s)
	}
	if l.Rebuilt() != "" {
		t.Error(l.Rebuilt())
	}
	closeLog(t, l)
}
