package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEveryThingIsMadeOfIdsOfASearchAndOfAll(t *testing.T) {
	d := exampleDesk(t)
	ids := d.ids("gåtur", "2")
	out := filepath.Join(t.TempDir(), "ting.pdf")
	for _, args := range [][]string{
		append([]string{"postcard", "--four", "--name", "Karen", "--address", "Karen,Eksempelvej 4,4100 Ringsted"}, ids...),
		{"poster", "--query", "gåtur", "--limit", "1", "--a3"}, {"month", "--all", "--from", "2026-12-01", "--to", "2026-12-03"}, {"booklet", "--query", "spise sammen", "--limit", "4", "--folded", "--language", "en"},
	} {
		args = append(args, "--out", out, "--date", "2026-11-23", "--colour", "#8A1C3A")
		d.ok(args...)
		first, err := os.ReadFile(out)
		if err != nil || !bytes.HasPrefix(first, []byte("%PDF-")) {
			t.Fatalf("%v: %v", args, err)
		}
		d.ok(args...)
		if again, _ := os.ReadFile(out); !bytes.Equal(first, again) {
			t.Errorf("%v: other bytes", args)
		}
		if bytes.Contains(first, []byte("Karen")) {
			t.Error("a name stands in the file beside the page")
		}
		os.Remove(out)
	}
	logo := filepath.Join(t.TempDir(), "logo.png")
	if err := os.WriteFile(logo, []byte("no picture"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		want int
		args []string
		says string
	}{
		{2, []string{"poster", "--out", out}, "vejvis poster"}, {2, []string{"poster", "--out", out, "--all", ids[0]}, ""}, {2, []string{"booklet", "--all"}, "booklet"},
		{2, []string{"poster", "--out", out, "--colour", "rød", ids[0]}, "rød"}, {1, []string{"poster", "--out", out, "--logo", logo, ids[0]}, "logo.png"},
		{1, []string{"postcard", "--out", out, "--text", "ring 070761-4285", ids[0]}, ""}, {2, []string{"month", "--out", out, "--all", "--from", "i morgen"}, "i morgen"},
		{1, []string{"poster", "--out", out, "--query", "qwxqwx"}, ""},
	} {
		if got, _, errs := d.run(x.args...); got != x.want || !strings.Contains(errs, x.says) {
			t.Errorf("%v ended with %d: %s", x.args, got, errs)
		}
	}
}
