package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/ui/say"
)

// Whoever repairs a store from which acts are gone for good is told so: the
// repair ends the alarm.
func TestARepairTellsWhatIsGone(t *testing.T) {
	d := exampleDesk(t)
	for range 3 {
		d.ok("refer", "--depth", "postcard", d.ids("kaffe", "1")[0])
	}
	segments, err := filepath.Glob(filepath.Join(d.dir, "journal", "*.jnl"))
	if err != nil || len(segments) == 0 {
		t.Fatal(segments, err)
	}
	last := segments[len(segments)-1]
	info, err := os.Stat(last)
	if err := errors.Join(err, os.RemoveAll(filepath.Join(d.dir, "store")), os.Truncate(last, info.Size()/2)); err != nil {
		t.Fatal(err)
	}
	gone := say.In("da").T("store.missing")
	if code, _, errs := d.run("verify"); code == 0 || !strings.Contains(errs, gone) {
		t.Errorf("verify ended with %d:\n%s", code, errs)
	}
	if code, _, errs := d.run("verify", "--repair"); code != 0 || !strings.Contains(errs, gone) {
		t.Errorf("verify --repair ended with %d:\n%s", code, errs)
	}
	if code, _, errs := d.run("verify", "--repair"); code != 0 || strings.Contains(errs, gone) {
		t.Errorf("told twice; it ended with %d:\n%s", code, errs)
	}
}
