package faults_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb/faults"
)

// Fault 12. The process that looks at the store before it is opened dies or
// hangs: the store is made again from journal and snapshot.
func TestACheckThatDiesOrHangsIsContained(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"dies", "hangs"} {
		if how == "hangs" && *kills <= 100 {
			continue // half a minute: with make faults
		}
		l := newLife(t, "the check "+how, t.TempDir(), draw(t.Name(), 0))
		l.session(100*time.Millisecond, true)
		l.looks.env = []string{checkEnv + "=" + how}
		s, err := l.looks.look(l.dir)
		l.told(1, 0)
		if err != nil {
			table.Add(faults.Row{Harm: l.harm, Failed: 1})
			t.Fatal(err)
		}
		if d := l.ledger.settle(s); s.Rebuilt == "" || len(d.lost)+len(d.wrong) > 0 {
			t.Errorf("a check that %s: rebuilt %q, %s", how, s.Rebuilt, d)
		}
		table.Add(faults.Row{Harm: l.harm, Acknowledged: l.ledger.acknowledged(), Rebuilt: 1, Back: []time.Duration{s.Back}})
	}
}

// Fault 13. Another program opens the same store: it is told so in words, and
// the first is not disturbed.
func TestASecondProgramIsToldAndTheFirstGoesOn(t *testing.T) {
	t.Parallel()
	l := newLife(t, "second program", t.TempDir(), draw(t.Name(), 0))
	r := l.start()
	<-r.heard.open
	for _, args := range [][]string{{"status"}, {"verify", "--repair"}, {"init", "--example"}, {"dump"}} {
		l.refusedWith("store.in_use", args...)
	}
	before := l.ledger.acknowledged()
	time.Sleep(100 * time.Millisecond)
	r.in.Close()
	if err := r.wait(); err != nil || l.ledger.acknowledged() <= before {
		t.Errorf("the first was disturbed: %v", err)
	}
	l.told(4, 0)
	if s := l.back(); s.Rebuilt != "" || !s.Report.OK {
		t.Errorf("%s %+v", s.Rebuilt, s.Report)
	}
}

// refusedWith calls vejvis and wants exit 1, the words of key, and where the
// folder matters its path. It gives what was said.
func (l *life) refusedWith(key string, args ...string) string {
	l.t.Helper()
	path, err := vejvis()
	if err != nil {
		l.t.Fatal(err)
	}
	cmd := exec.Command(path, append([]string{"--data", l.dir}, args...)...)
	cmd.Env = append(os.Environ(), append([]string{"LANG=da_DK.UTF-8"}, l.looks.env...)...)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		l.t.Errorf("vejvis %s ended with %v: %s", args[0], err, out)
	}
	if want := translations.For("da").T(key, "path", l.dir); !strings.Contains(string(out), want) {
		l.t.Errorf("vejvis %s: %q is not in %q", args[0], want, out)
	}
	return string(out)
}

// Fault 14. The disk may not be written to: the folder is named, nothing is
// touched, and when it may be written to again everything is there.
func TestAReadOnlyDiskIsNamedAndNothingIsTouched(t *testing.T) {
	t.Parallel()
	d := disk(t, diskSize)
	l := newLife(t, "read-only disk", filepath.Join(d.Dir, "data"), draw(t.Name(), 0))
	l.session(100*time.Millisecond, true)
	if err := d.ReadOnly(true); err != nil {
		t.Fatal(err)
	}
	before := l.bytes()
	for _, args := range [][]string{{"status"}, {"verify"}} {
		path, err := vejvis()
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(path, append([]string{"--data", l.dir}, args...)...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), l.dir) {
			t.Errorf("vejvis %s: %v %s", args[0], err, out)
		}
	}
	if !maps.Equal(before, l.bytes()) {
		t.Error("something was changed")
	}
	l.told(2, 0)
	if err := d.ReadOnly(false); err != nil {
		t.Fatal(err)
	}
	l.back()
}

// bytes reads every file of the store.
func (l *life) bytes() map[string]string {
	l.t.Helper()
	names, err := faults.Files(l.dir)
	if err != nil {
		l.t.Fatal(err)
	}
	files := map[string]string{}
	for _, name := range names {
		b, err := os.ReadFile(filepath.Join(l.dir, name))
		if err != nil {
			l.t.Fatal(err)
		}
		files[name] = string(b)
	}
	return files
}

// Fault 16. A backup program copies the folder while it is in use: who uses it
// is not disturbed, and the copy opens with everything that was acknowledged
// before it was begun.
func TestACopyTakenInUseHarmsNobodyAndHoldsTheJournal(t *testing.T) {
	t.Parallel()
	l := newLife(t, "copied in use", t.TempDir(), draw(t.Name(), 0))
	r := l.start()
	<-r.heard.open
	for i := range *copies {
		time.Sleep(time.Duration(l.rand.IntN(120)) * time.Millisecond)
		c := newLife(t, "the copy", t.TempDir(), l.rand)
		before := l.ledger.clone()
		if err := faults.Copy(l.dir, c.dir); err != nil {
			t.Fatal(err)
		}
		s, err := c.looks.look(c.dir)
		row := faults.Row{Harm: c.harm, Times: 1, Acknowledged: before.acknowledged()}
		if err != nil {
			row.Failed++
			t.Errorf("copy %d: %v", i, err)
		} else {
			row.Back = []time.Duration{s.Back}
			if s.Rebuilt != "" {
				row.Rebuilt = 1
			}
			for kind, have := range s.byKind() {
				for id := range before.certain[kind] {
					if _, ok := have[id]; !ok {
						row.Lost++
						t.Errorf("copy %d lacks %s %s", i, kind, id)
					}
				}
			}
		}
		table.Add(row)
	}
	r.in.Close()
	if err := r.wait(); err != nil {
		t.Errorf("who used it was disturbed: %v %s", err, r.heard.failed)
	}
	l.told(*copies, 0)
	if s := l.back(); s.Rebuilt != "" || !s.Report.OK {
		t.Errorf("the original was harmed: %s %+v", s.Rebuilt, s.Report)
	}
}

// Fault 40. The key is missing, another, damaged, or the keyring does not
// answer: words say so, no new key is made, not one byte is touched, and with
// the key back everything is there.
func TestWithoutTheRightKeyNothingIsTouched(t *testing.T) {
	t.Parallel()
	base := newLife(t, "no key", t.TempDir(), draw(t.Name(), 0))
	base.session(100*time.Millisecond, true)
	other := newLife(t, "", t.TempDir(), base.rand)
	other.session(20*time.Millisecond, false)
	secret := func(l *life) string { return filepath.Join(l.dir, "store.key") }
	wrapped := func(l *life) string { return filepath.Join(l.dir, "keys.json") }
	for _, c := range []struct {
		name, words string
		spoil       func(l *life) error
		slow        bool
	}{
		{"the key file is gone", "store.key_missing", func(l *life) error { return os.Remove(secret(l)) }, false},
		{"the key file is another's", "store.key_wrong", func(l *life) error {
			b, err := os.ReadFile(secret(other))
			return errors.Join(err, os.WriteFile(secret(l), b, 0o600))
		}, false},
		{"the key file has a flipped bit", "store.key_wrong", func(l *life) error {
			b, err := os.ReadFile(secret(l))
			b[3] ^= 1
			return errors.Join(err, os.WriteFile(secret(l), b, 0o600))
		}, false},
		{"keys.json is gone", "store.key_missing", func(l *life) error { return os.Remove(wrapped(l)) }, false},
		{"keys.json is cut", "store.key_missing", func(l *life) error { return os.Truncate(wrapped(l), 40) }, false},
		{"keys.json is another's", "store.key_wrong", func(l *life) error {
			b, err := os.ReadFile(wrapped(other))
			return errors.Join(err, os.WriteFile(wrapped(l), b, 0o600))
		}, false},
		{"there is no keyring", "store.keyring_unavailable", func(l *life) error { return inKeyring(l, "unix:path="+filepath.Join(l.dir, "no-bus")) }, false},
		{"the keyring hangs", "store.keyring_unavailable", func(l *life) error { return inKeyring(l, hangingBus(l.t)) }, true},
	} {
		if c.slow && *kills <= 100 {
			continue // five seconds a call: with make faults
		}
		l := newLife(t, "no key", filepath.Join(t.TempDir(), "data"), base.rand)
		if err := faults.Copy(base.dir, l.dir); err != nil {
			t.Fatal(err)
		}
		l.ledger = base.ledger.clone()
		whole := l.bytes()
		if err := c.spoil(l); err != nil {
			t.Fatal(err)
		}
		spoilt := l.bytes()
		l.refusedWith(c.words, "init")
		if *kills > 100 {
			l.refusedWith(c.words, "status")
			l.refusedWith(c.words, "verify", "--repair")
		}
		if after := l.bytes(); !maps.Equal(spoilt, after) {
			t.Errorf("%s: %s changed", c.name, changed(spoilt, after))
		}
		for _, name := range []string{"store.key", "keys.json"} { // the key is back
			if err := os.WriteFile(filepath.Join(l.dir, name), []byte(whole[name]), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		l.looks.env = nil
		l.told(1, 0)
		l.back()
	}
}

// changed names the files that differ.
func changed(a, b map[string]string) (names []string) {
	for name := range a {
		if a[name] != b[name] {
			names = append(names, name)
		}
	}
	for name := range b {
		if _, ok := a[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// inKeyring makes keys.json say that the key is in the keyring, and lets the
// session's bus be at address.
func inKeyring(l *life, address string) error {
	l.looks.env = []string{"DBUS_SESSION_BUS_ADDRESS=" + address, "PATH=" + l.dir}
	name := filepath.Join(l.dir, "keys.json")
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	in := bytes.Replace(b, []byte(`"kind": "file"`), []byte(`"kind": "keyring"`), 1)
	if bytes.Equal(in, b) {
		return fmt.Errorf("keys.json is not as expected: %s", b)
	}
	return os.WriteFile(name, in, 0o600)
}

// hangingBus is a message bus that takes every call and never answers.
func hangingBus(t *testing.T) (address string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "bus") // a socket's path has to be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	path := filepath.Join(dir, "bus")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { c.Close() })
		}
	}()
	return "unix:path=" + path
}
