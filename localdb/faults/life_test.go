package faults_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/faults"
)

// life is one store, harmed again and again as a PC is over the years.
type life struct {
	t       *testing.T
	harm    string // the row in the table
	dir     string
	drives  program // the program that acts
	looks   program // the one that is started afterwards
	rand    *rand.Rand
	ledger  *ledger
	settled int // acknowledged when the table was last told
}

func newLife(t *testing.T, harm, dir string, r *rand.Rand) *life {
	return &life{t: t, harm: harm, dir: dir, drives: self(), looks: self(), rand: r, ledger: newLedger()}
}

// moment is when the harm comes.
type moment string

const (
	whileOpening   moment = "while it opens"
	whileActing    moment = "while it acts"
	whileImporting moment = "while it imports"
	whileClosing   moment = "while it closes"
	afterClosing   moment = "just after it closed"
)

// moment draws when the harm comes.
func (l *life) moment() moment {
	switch n := l.rand.IntN(20); {
	case n < 4:
		return whileOpening
	case n < 12:
		return whileActing
	case n < 16:
		return whileImporting
	case n < 19:
		return whileClosing
	default:
		return afterClosing
	}
}

// running is a driver at work.
type running struct {
	cmd   *exec.Cmd
	in    io.Closer
	heard *heard
	done  chan struct{} // closed when its output has ended
}

// heard is what a driver said.
type heard struct {
	mu        sync.Mutex
	lines     []line
	open      chan struct{}
	importing chan struct{} // a token whenever an import begins
	opened    bool
	closed    bool
	failed    string
}

// start starts a driver on the store.
func (l *life) start() *running {
	l.t.Helper()
	cmd := l.drives.child("drive", l.dir, strconv.FormatUint(l.rand.Uint64(), 10), strconv.Itoa(l.ledger.imports))
	var trouble strings.Builder
	cmd.Stderr = &trouble
	in, err := cmd.StdinPipe()
	if err != nil {
		l.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		l.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		l.t.Fatal(err)
	}
	r := &running{cmd, in, &heard{open: make(chan struct{}), importing: make(chan struct{}, 1)}, make(chan struct{})}
	go func() {
		defer close(r.done)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			said := parse(lines.Text())
			r.heard.line(said)
			l.ledger.hear(said)
		}
	}()
	return r
}

func (h *heard) line(said line) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch said.word {
	case saysOpen:
		h.opened = true
		close(h.open)
	case saysClosed:
		h.closed = true
	case saysFailed:
		h.failed = strings.Join(said.parts, " ")
	case saysBegin:
		if said.parts[0] == kindImport {
			select {
			case h.importing <- struct{}{}:
			default:
			}
		}
	default:
		h.lines = append(h.lines, said)
	}
}

// wait waits for the driver's end and gives how it ended.
func (r *running) wait() error {
	<-r.done
	return r.cmd.Wait()
}

// until waits for the moment; false is that the driver ended before.
func (l *life) until(r *running, m moment) bool {
	sleep := func(most int) { time.Sleep(time.Duration(l.rand.IntN(most*1000)) * time.Microsecond) }
	if m == whileOpening {
		sleep(90)
		return true
	}
	select {
	case <-r.heard.open:
	case <-r.done:
		return false
	}
	switch m {
	case whileActing:
		sleep(250)
	case whileImporting:
		select {
		case <-r.heard.importing:
		case <-r.done:
			return false
		}
		sleep(25)
	case whileClosing:
		sleep(80)
		r.in.Close()
		sleep(30)
	case afterClosing:
		sleep(80)
		r.in.Close()
		<-r.done
	}
	return true
}

// back starts the product again and holds what it finds against the ledger.
func (l *life) back(args ...string) *seen {
	l.t.Helper()
	s, err := l.looks.look(l.dir, args...)
	row := faults.Row{Harm: l.harm}
	if err != nil {
		row.Failed++
		table.Add(row)
		l.t.Errorf("%s: %v", l.harm, err)
		if s, err = l.looks.look(l.dir, args...); err != nil {
			l.t.Fatalf("%s: and the second start: %v", l.harm, err)
		}
		row = faults.Row{Harm: l.harm}
	}
	row.Back = []time.Duration{s.Back}
	d := l.ledger.settle(s)
	row.Lost, row.Wrong = len(d.lost), len(d.wrong)
	now := l.ledger.acknowledged()
	row.Acknowledged, l.settled = now-l.settled, now
	if s.Rebuilt != "" {
		row.Rebuilt = 1
		l.t.Logf("rebuilt: %.200s", s.Rebuilt)
	}
	if len(d.lost) > 0 && s.Report.Missing == 0 {
		row.Silent = len(d.lost)
	}
	table.Add(row)
	if len(d.lost)+len(d.wrong) > 0 {
		l.t.Errorf("%s: %s\nreport %+v", l.harm, d, s.Report)
	}
	if *slowest > 0 && s.Back > *slowest {
		l.t.Errorf("%s: back after %s", l.harm, s.Back)
	}
	return s
}

// told tells the table how often the harm was done, and that a start failed.
func (l *life) told(times, failed int) {
	table.Add(faults.Row{Harm: l.harm, Times: times, Failed: failed})
}

// lives runs n harms in lives of at most twenty, two at a time.
func lives(t *testing.T, n int, run func(t *testing.T, harms int, r *rand.Rand)) {
	t.Parallel()
	const most = 20
	for i := 0; i*most < n; i++ {
		harms := min(most, n-i*most)
		t.Run(fmt.Sprintf("life %d", i+1), func(t *testing.T) {
			t.Parallel()
			t.Logf("again with -faults.seed=%d", *seed)
			run(t, harms, draw(t.Name(), i))
		})
	}
}
