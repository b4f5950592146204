package faults_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/faults"
)

// Faults 6 and 7. The disk fills up, a little or wholly, while the program
// saves; it ends and starts on the full disk; then there is room again. It never
// dies of it (Badger alone dies of SIGBUS), says that the disk is full where an
// act was refused, and shows everything that was acknowledged all the while.
func TestAFullDiskLosesNothingAndKillsNobody(t *testing.T) {
	t.Parallel()
	const mib = 1 << 20
	for name, create := range map[string]func(string, int64) (*faults.Disk, error){"ext4": faults.NewDisk, "memory": faults.NewMemoryDisk} {
		if name == "memory" && *fills == 1 {
			continue // the share that runs with the other tests: acts cost nothing there, and looking through them does
		}
		for i := range *fills {
			t.Run(fmt.Sprint(name, " ", i+1), func(t *testing.T) {
				d, err := create(t.TempDir(), 300*mib)
				if errors.Is(err, faults.ErrNotHere) {
					t.Skip("no disk of our own can be filled here; that takes Linux and root, as CI has:", err)
				}
				if err != nil {
					t.Fatal(err)
				}
				defer func() {
					if err := d.Close(); err != nil {
						t.Error(err)
					}
				}()
				r := draw(t.Name(), i)
				l := newLife(t, "disk full ("+name+")", filepath.Join(d.Dir, "data"), r)
				fill := func(left int64) {
					t.Helper()
					if err := d.Fill(left); err != nil {
						t.Fatal(err)
					}
				}
				lefts := []int64{90 * mib, 63 * mib, 20 * mib, 3 * mib, 200 << 10, 0}
				first := lefts[r.IntN(len(lefts))]
				l.fills(func() { fill(first) }, func() { fill(0) })
				for _, left := range []int64{0, lefts[r.IntN(len(lefts))]} { // it starts on the full disk
					fill(left)
					if s := l.back(); left < 60*mib && !s.Limited {
						t.Errorf("with %d KiB left the view is on the disk", left>>10)
					}
					l.fills(func() {}, func() {})
				}
				if l.ledger.words["store.disk_full"] == 0 {
					t.Error("nothing was refused: the disk was never full")
				}
				for word, n := range l.ledger.words {
					if word != "store.disk_full" && word != "store.closed" {
						t.Errorf("%d refusals in the words of %s", n, word)
					}
				}
				fill(1 << 40)
				if s := l.back(); s.Limited || !s.Report.OK {
					t.Errorf("with room again: limited %v, %+v", s.Limited, s.Report)
				}
				l.dumped()
			})
		}
	}
}

// fills lets the driver act, harms it twice while it does, and has it close.
func (l *life) fills(harms ...func()) {
	l.t.Helper()
	r := l.start()
	select {
	case <-r.heard.open:
	case <-r.done:
	}
	for _, harm := range harms {
		time.Sleep(time.Duration(80+l.rand.IntN(120)) * time.Millisecond)
		harm()
	}
	time.Sleep(150 * time.Millisecond)
	r.in.Close()
	err := r.wait()
	l.told(1, 0)
	if err != nil || !r.heard.closed {
		table.Add(faults.Row{Harm: l.harm, Failed: 1})
		l.t.Errorf("on a full disk it ended with %v, %s: %s", err, r.heard.failed, firstLines(fmt.Sprint(r.cmd.Stderr)))
	}
}
