package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

func TestFollowupSaysWhatIsDue(t *testing.T) {
	d := exampleDesk(t)
	ids := d.ids("gåtur", "1")
	before := map[string]bool{}
	for line := range strings.Lines(d.ok("followup", "--json")) {
		before[line] = true
	}
	code := strings.TrimSpace(d.ok(append([]string{"refer", "--depth", "accompanied", "--accompaniment"}, ids...)...))
	d.now = d.now.Add(24 * time.Hour)
	found := false
	for line := range strings.Lines(d.ok("followup", "--json")) {
		var x struct {
			Code, Task, On, State string
			Communities           []string
		}
		if err := json.Unmarshal([]byte(line), &x); err != nil {
			t.Fatal(err)
		}
		if x.Code == code {
			found = x.Task == "find_companion" && x.On == "2026-11-23" && x.State == "accompaniment_wanted" && len(x.Communities) == 1 && x.Communities[0] == ids[0]
		}
	}
	if !found {
		t.Error(d.ok("followup", "--json"))
	}
	if got := d.ok("followup"); !strings.Contains(got, code) || !strings.Contains(got, "find en") {
		t.Error(got)
	}
}

func TestSheetsForHelpersAreMadeFromTheCode(t *testing.T) {
	d := exampleDesk(t)
	ids := d.ids("gåtur", "2")
	code := strings.TrimSpace(d.ok(append([]string{"refer", "--depth", "accompanied", "--accompaniment"}, ids...)...))
	out := filepath.Join(t.TempDir(), "ark.pdf")
	if status, _, errs := d.run("briefing", "--out", out, code); status != 1 || !strings.Contains(errs, "ikke aftalt") {
		t.Errorf("%d %s", status, errs)
	}
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: d.dir, Now: func() time.Time { return d.now }})
	if err != nil {
		t.Fatal(err)
	}
	err = s.RecordEvent(referral.Event{ID: "01ff0000-0000-7000-8000-0000000000aa", Code: referral.Code(code), Kind: referral.Arranged, On: directory.DayOf(d.now), Plan: &referral.Plan{On: directory.DayOf(d.now), Where: "Ved døren"}})
	if cerr := s.Close(); err != nil || cerr != nil {
		t.Fatal(err, cerr)
	}
	for _, args := range [][]string{{"briefing", "--out", out, code}, {"welcome", "--out", out, "--code", code}, append([]string{"welcome", "--out", out}, ids...),
		append([]string{"welcome", "--out", out, "--slips", "3"}, ids...), append([]string{"handout", "--slip", "--code", code, "--out", out}, ids...)} {
		d.ok(args...)
		first, err := os.ReadFile(out)
		if err != nil || !bytes.HasPrefix(first, []byte("%PDF-")) {
			t.Fatalf("%v: %v", args, err)
		}
		d.ok(args...)
		if again, _ := os.ReadFile(out); !bytes.Equal(first, again) {
			t.Errorf("%v: other bytes", args)
		}
		os.Remove(out)
	}
	for _, args := range [][]string{{"briefing", code}, {"welcome", "--out", out}, {"welcome", "--out", out, "--code", code, ids[0]}, {"handout", "--slip", "--out", out, ids[0]}, {"followup", "x"}} {
		if status, _, _ := d.run(args...); status != 2 {
			t.Errorf("%v ended with %d", args, status)
		}
	}
}
