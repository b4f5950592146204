package embedded

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/sync/log"
)

// killAt kills this process at a step, and says so in its last line.
func killAt(wanted string) func(string) {
	return func(step string) {
		if step != wanted {
			return
		}
		fmt.Println("killed at", step)
		p, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = p.Kill()
		}
		if err != nil {
			panic(err)
		}
		select {}
	}
}

func init() {
	children["append"] = func(args []string) error {
		return inLog(args, func(ctx context.Context, l *Log) error {
			_, err := l.Append(ctx, []log.Entry{{Key: "killed", Value: []byte("v"), Op: "op", Expect: log.At(0)}})
			return err
		})
	}
	children["erase"] = func(args []string) error {
		return inLog(args, func(ctx context.Context, l *Log) error { return l.Erase(ctx, "a.7") })
	}
	children["restore"] = func(args []string) error {
		return inLog(args, func(ctx context.Context, l *Log) error { return l.Restore(ctx, 4711, 9000, backup(3000)) })
	}
}

func inLog(args []string, fn func(context.Context, *Log) error) error {
	o := options(args[0])
	o.at = killAt(args[1])
	l, err := Open(context.Background(), o)
	if err != nil {
		return err
	}
	return fn(context.Background(), l)
}

func backup(n int) iter.Seq2[log.Record, error] {
	return func(yield func(log.Record, error) bool) {
		for i := range n {
			if !yield(log.Record{Key: fmt.Sprint("k.", i), Value: []byte("v"), Op: "op"}, nil) {
				return
			}
		}
	}
}

func killed(t *testing.T, dir, what, step string) {
	t.Helper()
	out, err := child(what, dir, step).Output()
	if err == nil || !strings.Contains(string(out), "killed at "+step) {
		t.Fatalf("%s was not killed at %s: %s %v", what, step, out, err)
	}
}

func TestABatchInTheJournalIsThereAfterAKill(t *testing.T) {
	base := filepath.Join(t.TempDir(), "log")
	all, was := filled(t, base)
	for _, step := range []string{"journalled", "shown"} {
		dir := copyDir(t, base, false)
		killed(t, dir, "append", step)
		l := openLog(t, options(dir))
		got, s := everything(t, l)
		if len(got) != len(all)+1 || got[len(all)].Key != "killed" || s.Head <= was.Head {
			t.Errorf("%s: %d records, %+v", step, len(got), s)
		}
		closeLog(t, l)
	}
}

func TestAnErasureThatWasKilledIsFinishedAtTheNextStart(t *testing.T) {
	base := filepath.Join(t.TempDir(), "log")
	all, _ := filled(t, base)
	for _, step := range []string{"erased in the view", "snapshot written", "rewritten"} {
		dir := copyDir(t, base, false)
		marker := ""
		for _, r := range all {
			if r.Key == "a.7" {
				marker = string(r.Value[:20])
			}
		}
		if find(t, dir, marker) == 0 {
			t.Fatal("the search does not find what is there")
		}
		killed(t, dir, "erase", step)
		l := openLog(t, options(dir))
		if _, err := l.Last(context.Background(), "a.7"); !errors.Is(err, log.ErrNotFound) {
			t.Errorf("%s: %v", step, err)
		}
		if got, _ := everything(t, l); len(got) != len(all)-1 {
			t.Errorf("%s: %d records of %d", step, len(got), len(all)-1)
		}
		closeLog(t, l)
		if n := find(t, dir, marker); n > 0 {
			t.Errorf("%s: it is there %d times", step, n)
		}
	}
}

func TestARestoreThatWasKilledIsWholeOrNothing(t *testing.T) {
	for _, step := range []string{"restored"} {
		dir := filepath.Join(t.TempDir(), "log")
		closeLog(t, openLog(t, options(dir)))
		killed(t, dir, "restore", step)
		l := openLog(t, options(dir))
		got, s := everything(t, l)
		if s.Epoch == 4711 && (len(got) != 3000 || s.Floor != 9000 || s.Head != 12000) || s.Epoch != 4711 && len(got) > 0 {
			t.Errorf("%s: %d records, %+v", step, len(got), s)
		}
		first, err := l.Append(context.Background(), []log.Entry{{Key: "next", Op: "op"}})
		if err != nil || first <= s.Head {
			t.Errorf("%s: %d follows %d, %v", step, first, s.Head, err)
		}
		closeLog(t, l)
	}
}
