package faults_test

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/faults"
)

// diskSize leaves room for the guard of the store and for a life's records. The
// file behind it is sparse.
const diskSize = 512 << 20

// Fault 3. The power is cut under an ext4 file system of our own, at random
// moments: what was not flushed is gone, as on a PC whose plug is pulled.
func TestNothingAcknowledgedIsLostByAPowerCut(t *testing.T) {
	lives(t, *cuts, func(t *testing.T, harms int, r *rand.Rand) {
		d := disk(t, diskSize)
		l := newLife(t, "power cut", filepath.Join(d.Dir, "data"), r)
		for i := range harms {
			l.cut(d)
			if i == harms-1 || r.IntN(5) > 0 { // else cut twice before anybody looks
				l.back()
			}
		}
		l.dumped()
	})
}

func (l *life) cut(d *faults.Disk) {
	l.t.Helper()
	r := l.start()
	m := l.moment()
	there := l.until(r, m)
	r.heard.mu.Lock()
	failed := r.heard.failed
	r.heard.mu.Unlock()
	cut := time.Now().UnixNano()
	if err := d.Cut(); err != nil {
		l.t.Fatal(err)
	}
	_ = r.cmd.Process.Kill()
	err := r.wait() // after the cut it may die of anything
	if !there && failed == "" {
		failed = "it died: " + err.Error()
	}
	l.ledger.unsure(r.heard.lines, cut)
	if err := d.Back(); err != nil {
		l.t.Fatal(err)
	}
	if failed != "" {
		l.told(1, 1)
		l.t.Errorf("a start after a power cut (%s): %s", m, failed)
		return
	}
	l.told(1, 0)
}

// The cut is a cut: what was flushed is there, what was not is gone.
func TestTheCutDropsWhatWasNotFlushed(t *testing.T) {
	t.Parallel()
	d := disk(t, 64<<20)
	write := func(name string, flush bool) {
		f, err := os.Create(filepath.Join(d.Dir, name))
		if err == nil {
			_, err = f.WriteString("written")
		}
		if err == nil && flush {
			err = f.Sync()
		}
		if err = errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	write("flushed", true)
	write("not flushed", false)
	if err := errors.Join(d.Cut(), d.Back()); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(d.Dir, "flushed")); err != nil || string(b) != "written" {
		t.Errorf("%q %v", b, err)
	}
	if b, err := os.ReadFile(filepath.Join(d.Dir, "not flushed")); err == nil && len(b) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it survived: %q %v", b, err)
	}
}
