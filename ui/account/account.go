// Package account tells at a terminal what became of an import, in the words of a
// language or in JSON for a program, so that a PC's command and the hub's tell it
// alike. It knows imports and words. It must not know a store, nor a toolkit.
package account

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/faellesskabsby/vejviser/localdb/interchange"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/go-json-experiment/json"
)

// Teller tells of one import: what a program reads on Out, what people read on Err.
type Teller struct {
	Say      *say.Speaker
	Out, Err io.Writer
	JSON     bool
}

func (t *Teller) tell(format string, args ...any) { fmt.Fprintf(t.Err, format+"\n", args...) }

func (t *Teller) line(v any) error {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err == nil {
		_, err = fmt.Fprintf(t.Out, "%s\n", b)
	}
	return err
}

// FileRefused is the line of a file that could not be read at all.
func (t *Teller) FileRefused(f *interchange.FileError) error {
	return t.line(map[string]any{"file": f.File, "line": 0, "field": "", "reason": f.Reason})
}

// Columns says how the headings were understood, before a row is read.
func (t *Teller) Columns(cols []interchange.Column) {
	for _, c := range cols {
		switch {
		case c.Field == "":
			t.tell("  %s", t.Say.T("vejvis.column_unused", "heading", c.Heading))
		case c.Sure:
			t.tell("  %s → %s", c.Heading, c.Field)
		default:
			t.tell("  %s → %s %s", c.Heading, c.Field, t.Say.T("vejvis.column_guess"))
		}
	}
}

// Progress says every tenth of a long import; a short one says nothing.
func (t *Teller) Progress() func(done, total int64) {
	last := int64(0)
	return func(done, total int64) {
		if total < 8<<20 || done*10/total == last {
			return
		}
		last = done * 10 / total
		t.tell("  %d %%", last*10)
	}
}

// Account tells what became of the rows.
func (t *Teller) Account(a interchange.Account, dry bool) error {
	if t.JSON {
		for _, r := range a.Refusals {
			if err := t.line(map[string]any{"file": r.File, "line": r.Line, "field": r.Field, "reason": r.Reason}); err != nil {
				return err
			}
		}
		if err := t.line(struct {
			Rows      int `json:"rows"`
			Added     int `json:"added"`
			Updated   int `json:"updated"`
			Unchanged int `json:"unchanged"`
			Refused   int `json:"refused"`
		}{a.Rows, a.Added, a.Updated, a.Unchanged, a.Refused}); err != nil {
			return err
		}
	} else {
		for _, r := range a.Refusals {
			t.tell("%s", t.refusal(r))
		}
		t.notes(a.Notes)
		if dry {
			t.tell("%s", t.Say.T("vejvis.dry_run"))
		}
		// The line on stdout is the same in every language: scripts read it.
		fmt.Fprintf(t.Out, "added %d, updated %d, unchanged %d, refused %d\n", a.Added, a.Updated, a.Unchanged, a.Refused)
		t.tell("%s", t.Say.T("vejvis.account",
			"added", t.Say.Int(a.Added), "updated", t.Say.Int(a.Updated), "unchanged", t.Say.Int(a.Unchanged), "refused", t.Say.Int(a.Refused)))
	}
	return nil
}

func (t *Teller) refusal(r interchange.Refusal) string {
	where := r.File
	if r.Line > 0 {
		where += ":" + fmt.Sprint(r.Line)
	}
	text := Reason(t.Say, r.Reason)
	if r.Detail != "" {
		text += " (" + r.Detail + ")"
	}
	if name := cmp.Or(r.Heading, r.Field); name != "" { // the heading as the file has it
		text = name + ": " + text
	}
	return where + ": " + text
}

// Reason is the text of a reason code: an import's own, or a record's.
func Reason(s *say.Speaker, code string) string {
	for _, subject := range []string{"import.", "reasons.", "privacy."} {
		if s.Has(subject + code) {
			return s.T(subject + code)
		}
	}
	return code
}

// notes says what was handled on the way, many of a kind as one line.
func (t *Teller) notes(ns []interchange.Refusal) {
	const each = 5
	count := map[string]int{}
	for _, n := range ns {
		if count[n.Reason]++; count[n.Reason] <= each {
			t.tell("%s", t.refusal(n))
		}
	}
	for _, code := range slices.Sorted(maps.Keys(count)) {
		if n := count[code]; n > each {
			t.tell("%s", t.Say.T("vejvis.more_notes", "n", t.Say.Int(n-each), "reason", Reason(t.Say, code)))
		}
	}
}
