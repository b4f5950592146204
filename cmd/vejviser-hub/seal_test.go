package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A backup that was sealed shows nothing of the hub, and comes back with its key alone.
func TestASealedBackupComesBackWithItsKeyAlone(t *testing.T) {
	p := newPlace(t)
	p.ok("import", p.file("two.jsonl", two))
	dir := t.TempDir()
	out, key := filepath.Join(dir, "copy"), filepath.Join(dir, "key")
	if code, _, errs := p.run("backup", "--out", out, "--key-file", key); code != 1 || errs == "" {
		t.Error("a key file that is not there:", code, errs)
	}
	p.ok("backup", "--out", out, "--key-file", key, "--make-key")
	if st, err := os.Stat(key); err != nil || st.Mode().Perm() != 0o600 {
		t.Error(st, err)
	}
	if code, _, _ := p.run("backup", "--out", out, "--key-file", key, "--make-key"); code != 1 {
		t.Error("a key was written over")
	}
	b, err := os.ReadFile(out)
	if err != nil || !bytes.HasPrefix(b, []byte(sealedBackup)) || bytes.Contains(b, []byte{0x28, 0xb5, 0x2f, 0xfd}) {
		t.Error("it is not sealed:", err)
	}
	if status(t, p)["durable"] == 0.0 {
		t.Error("the hub does not know of it")
	}
	for _, c := range []struct {
		args []string
		says string
	}{
		{nil, "låst"},
		{[]string{"--key-file", p.file("other", strings.Repeat("x", 32))}, "passer ikke"},
		{[]string{"--key-file", p.file("short", "x")}, "for kort"},
	} {
		q := newPlace(t)
		if code, _, errs := q.run(append([]string{"restore", out}, c.args...)...); code != 1 || !strings.Contains(errs, c.says) {
			t.Errorf("%v: %d %s", c.args, code, errs)
		}
		if _, err := os.Stat(q.dir); err == nil {
			t.Error("something was written")
		}
	}
	cut := p.file("cut", string(b[:len(b)-10]))
	if code, _, errs := newPlace(t).run("restore", cut, "--key-file", key); code != 1 || errs == "" {
		t.Error("one that was cut off:", code, errs)
	}
	q := newPlace(t)
	q.ok("restore", out, "--key-file", key)
	if s := status(t, q); s["communities"] != 2.0 {
		t.Error(s)
	}
}
