package faults_test

import (
	"math/rand/v2"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// Fault 1. The program is killed at random moments: while it opens, acts,
// imports, closes. Whatever it acknowledged is there at the next start, and
// that start succeeds.
func TestNothingAcknowledgedIsLostByAKill(t *testing.T) {
	lives(t, *kills, func(t *testing.T, harms int, r *rand.Rand) {
		l := newLife(t, "kill -9", t.TempDir(), r)
		for i := range harms {
			l.kill()
			if i == harms-1 || r.IntN(5) > 0 { // else killed twice before anybody looks
				l.back()
			}
		}
		l.dumped()
	})
}

func (l *life) kill() {
	l.t.Helper()
	r := l.start()
	m := l.moment()
	there := l.until(r, m)
	_ = r.cmd.Process.Kill()
	err := r.wait()
	if failed := r.failure(there, err); failed != "" {
		l.told(1, 1)
		l.t.Errorf("a start after a kill (%s): %s", m, failed)
		return
	}
	l.told(1, 0)
}

// failure says how a driver failed by itself, "" where it did not.
func (r *running) failure(there bool, err error) string {
	r.heard.mu.Lock()
	defer r.heard.mu.Unlock()
	trouble, _ := r.cmd.Stderr.(*strings.Builder)
	if r.heard.failed != "" {
		return r.heard.failed
	}
	if !there || r.died() {
		return "it died: " + err.Error() + "\n" + firstLines(trouble.String())
	}
	return ""
}

// died says that the process ended otherwise than well or by our kill.
func (r *running) died() bool {
	st, ok := r.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return !ok || !(st.Exited() && st.ExitStatus() == 0 || st.Signaled() && st.Signal() == syscall.SIGKILL)
}

// dump gives what vejvis dump writes.
func (l *life) dump() string {
	l.t.Helper()
	path, err := vejvis()
	if err != nil {
		l.t.Fatal(err)
	}
	out, err := exec.Command(path, "--data", l.dir, "dump").Output()
	if err != nil {
		l.t.Errorf("vejvis dump: %v", err)
	}
	return string(out)
}

// dumped looks for everything that is certain in the dump: what a data-subject
// request reads is all there is.
func (l *life) dumped() {
	l.t.Helper()
	dump := l.dump()
	for kind, m := range l.ledger.certain {
		for id := range m {
			if !strings.Contains(dump, id) {
				l.t.Errorf("the dump lacks %s %s", kind, id)
			}
		}
	}
}
