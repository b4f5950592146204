package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb"
)

// A store that people open by PIN is opened for a script by a file with one, or with
// the recovery words; without, it is said what is needed.
func TestScriptsOpenASharedStoreByPINOrRecoveryWords(t *testing.T) {
	d := newDesk(t)
	d.ok("init")
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: d.dir})
	if err != nil {
		t.Fatal(err)
	}
	_, words, err := s.AddPerson("Mette", "guide", []byte("481973"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	file := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if code, _, errs := d.run("status"); code != 1 || !strings.Contains(errs, "--pin-file") {
		t.Error(code, errs)
	}
	right := file("pin", "481973")
	for _, args := range [][]string{{"--pin-file", right}, {"--pin-file", right, "--person", "mette"}} {
		if out := d.ok(append([]string{"status", "--json"}, args...)...); !strings.Contains(out, `"key":"pin"`) {
			t.Error(out)
		}
	}
	if out := d.ok("status", "--json", "--passphrase-file", file("words", strings.ToUpper(words))); !strings.Contains(out, `"key":"recovery"`) {
		t.Error(out)
	}
	if code, _, errs := d.run("status", "--pin-file", file("pin", "481974")); code != 1 || !strings.Contains(errs, "9 forsøg") {
		t.Error(code, errs)
	}
	if code, _, errs := d.run("status", "--pin-file", right, "--person", "Bo"); code != 1 || !strings.Contains(errs, "--person") {
		t.Error(code, errs)
	}
	if code, _, errs := d.run("status", "--pin-file", "/findes/ikke"); code != 1 || !strings.Contains(errs, "findes ikke") {
		t.Error(code, errs)
	}
}
