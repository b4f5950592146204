package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestASavedRunIsComparedWith judges the example, saves, and pairs with itself;
// then a set in the format of the development queries on a directory of its own.
func TestASavedRunIsComparedWith(t *testing.T) {
	dir := t.TempDir()
	saved := filepath.Join(dir, "run.json")
	o := options{file: "../testdata/humlekaer.jsonl", today: "2026-11-23", save: saved}
	var out strings.Builder
	if err := run(&out, o); err != nil {
		t.Fatal(err)
	}
	o.save, o.against = "", saved
	if err := run(&out, o); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"lay_word", "0 queries left out", "+0.000 [+0.000, +0.000]  better 0, worse 0"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}

	directory, queries := filepath.Join(dir, "communities-1k.jsonl"), filepath.Join(dir, "queries.jsonl")
	write(t, directory, `{"source":"t","source_id":"a","name":"Skak på torvet","activities":["skak"]}`+"\n")
	write(t, queries, `{"id":"1","query":"skak","class":"word","grades_1k":{"a":3},"grades_20k":{"a":3,"b":3}}`+"\n")
	out.Reset()
	if err := run(&out, options{file: queries, directory: directory, misses: 5}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "1.000 [1.000, 1.000]") {
		t.Error(out.String())
	}
	write(t, directory, "{")
	if err := run(&out, options{file: queries, directory: directory}); err == nil || !strings.Contains(err.Error(), "community 1") {
		t.Errorf("a broken directory: %v", err)
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
