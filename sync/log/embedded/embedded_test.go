package embedded

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/faellesskabsby/vejviser/localdb/badgerdir"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/log/logtest"
)

var testKey = bytes.Repeat([]byte{7}, 32)

// children are programs that a test starts in a process of its own, to be killed.
var children = map[string]func(args []string) error{}

func TestMain(m *testing.M) {
	badgerdir.IfAsked()
	if len(os.Args) > 2 && os.Args[1] == "--child" {
		if err := children[os.Args[2]](os.Args[3:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
		os.Exit(0)
	}
	code := m.Run()
	if filling.dir != "" {
		_ = os.RemoveAll(filling.dir)
	}
	if code == 0 {
		// Badger with encryption leaves its caches' goroutines (findings/reliability §5.2).
		if err := goleak.Find(goleak.IgnoreAnyFunction("github.com/dgraph-io/ristretto/v2.(*lfuPolicy[...]).processItems"),
			goleak.IgnoreAnyFunction("github.com/dgraph-io/ristretto/v2.(*Cache[...]).processItems")); err != nil {
			fmt.Fprintln(os.Stderr, "goroutines left:", err)
			code = 1
		}
	}
	os.Exit(code)
}

func options(dir string) Options { return Options{Dir: dir, Key: testKey} }

func openLog(t testing.TB, o Options) *Log {
	t.Helper()
	l, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func closeLog(t testing.TB, l *Log) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func child(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], append([]string{"--child"}, args...)...)
	cmd.Stderr = os.Stderr
	return cmd
}

func init() {
	children["serve"] = func(args []string) error {
		o := options(args[0])
		o.trim = 100 << 10 // snapshots all the time
		l, err := Open(context.Background(), o)
		if err != nil {
			return err
		}
		return logtest.Serve(l, args[1], os.Stdout)
	}
}

func TestEmbeddedKeepsTheContract(t *testing.T) {
	logtest.Run(t, func(t *testing.T) logtest.Opener {
		dir := filepath.Join(t.TempDir(), "log")
		plain := strings.Contains(t.Name(), "Erases") // so that bytes can be looked for in Badger's files
		return logtest.Opener{
			Open: func(t testing.TB) log.Log {
				o := options(dir)
				o.plain = plain
				return openLog(t, o)
			},
			Find: func(t testing.TB, marker string) int { return find(t, dir, marker) },
		}
	})
}

func TestLogSurvivesKillsUnderLoad(t *testing.T) {
	dir := t.TempDir()
	round := 0
	logtest.Kill(t, logtest.Opener{Open: func(t testing.TB) log.Log { return openLog(t, options(dir)) }},
		func() *exec.Cmd {
			round++
			return child("serve", dir, fmt.Sprint("r", round))
		}, 4)
}

// find counts a marker in every file of a log, in what its journal holds, and
// in its snapshots.
func find(t testing.TB, dir, marker string) (n int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		n += bytes.Count(b, []byte(marker))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	l := &Log{o: options(dir)}
	if err := l.o.fill(); err != nil {
		t.Fatal(err)
	}
	if err := l.keys(); err != nil {
		t.Fatal(err)
	}
	aead, err := l.journalSeal()
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "journal") // the log may be open
	if err := os.CopyFS(copied, os.DirFS(filepath.Join(dir, "journal"))); err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(journal.Options{Dir: copied, AEAD: aead, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	_, err = j.Read(0, func(ops []journal.Op) error {
		for i := range ops {
			if r, err := parsePut(&ops[i]); err == nil && strings.Contains(string(r.Value), marker) {
				n++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	at, err := snapshots(journal.OS{}, dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range at {
		_, err := l.readSnapshot(at, func(r log.Record) error {
			if strings.Contains(string(r.Value), marker) {
				n++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return n
}
