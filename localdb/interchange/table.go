package interchange

import (
	"context"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
)

// recordsOf gives the records of a table: a CSV file or a sheet. The number is
// the line at which the reading was given up, or 0.
type recordsOf interface {
	each(ctx context.Context, wrap func(io.Reader) io.Reader, fn func(record) error) (int, error)
}

// table is a list with a row of headings.
type table struct {
	name    string // file, and the sheet where there are several
	format  Format
	records recordsOf
	header  int // line of the headings
	cols    []Column
	notes   []Refusal // about the whole table
}

func (t *table) columns() []Column { return t.cols }

// errEnough ends the reading of a table's beginning.
type errEnough struct{}

func (errEnough) Error() string { return "enough" }

// headerWithin is how far down the headings may stand: people put a title over a list.
const headerWithin = 10

// plan reads the headings and a sample of each column.
func (t *table) plan(ctx context.Context, o Options) error {
	var first []record
	size := 0
	_, err := t.records.each(ctx, func(r io.Reader) io.Reader { return r }, func(rec record) error {
		first = append(first, rec)
		for _, c := range rec.cells {
			size += len(c)
		}
		if len(first) >= headerWithin+20 || size > maxLine || rec.problem != "" {
			return errEnough{}
		}
		return nil
	})
	if _, ok := err.(errEnough); err != nil && !ok {
		return err
	}
	at, best := 0, -1
	for i, rec := range first[:min(len(first), headerWithin)] {
		if n := sureHeadings(rec.cells, o.Mapping); n > best {
			at, best = i, n
		}
	}
	if len(first) == 0 {
		return nil
	}
	if first[at].problem != "" {
		t.header = first[at].line
		t.notes = append(t.notes, Refusal{t.name, first[at].line, "", first[at].problem, "", ""})
		return nil
	}
	t.header = first[at].line
	t.cols = understand(t.name, first[at].cells, o.Mapping)
	for i := range t.cols {
		for _, rec := range first[at+1:] {
			if i < len(rec.cells) && strings.TrimSpace(rec.cells[i]) != "" && privacy.CheckCPR(rec.cells[i], o.Today).Verdict == privacy.Pass {
				t.cols[i].Sample = cutText(strings.TrimSpace(t.plain(rec.cells[i])), 60)
				break
			}
		}
	}
	for _, c := range t.cols {
		switch {
		case c.Field == personField:
			t.notes = append(t.notes, Refusal{t.name, t.header, c.Heading, "person_left_out", "", c.Heading})
		case c.Field == "" && c.Heading != "" && !leftOut(c.Heading, o.Mapping):
			t.notes = append(t.notes, Refusal{t.name, t.header, c.Heading, "column_kept_beside", "", c.Heading})
		}
	}
	for i := range t.cols {
		if t.cols[i].Field == personField {
			t.cols[i].Field = ""
		}
	}
	return nil
}

// headings gives the heading under which a field stands in this file.
func (t *table) headings() map[string]string {
	out := map[string]string{}
	for _, c := range t.cols {
		if c.Field != "" && out[c.Field] == "" {
			out[c.Field] = c.Heading
		}
	}
	return out
}

// has says whether a column with the field was found.
func (t *table) has(field string) bool {
	for _, c := range t.cols {
		if c.Field == field {
			return true
		}
	}
	return false
}

func (t *table) rows(ctx context.Context, r *run) error {
	for _, n := range t.notes {
		r.note(n)
	}
	if len(t.cols) > 0 && !t.has("name") {
		r.note(Refusal{t.name, t.header, "name", "no_name_column", "", ""})
	}
	givenUp, err := t.records.each(ctx, func(in io.Reader) io.Reader { return r.reader(ctx, in) }, func(rec record) error {
		if rec.problem != "" && (rec.line != t.header || len(t.cols) == 0) {
			return r.take(refused(t.name, rec.line, "", rec.problem))
		}
		if rec.line <= t.header {
			return nil
		}
		return r.take(t.row(rec, r.o))
	})
	if givenUp > 0 {
		r.note(Refusal{File: t.name, Line: givenUp, Reason: "given_up"})
	}
	return err
}

// row makes a row of one record of the table.
func (t *table) row(rec record, o Options) *row {
	out := &row{file: t.name, line: rec.line, format: t.format}
	cells := map[string]string{}
	beside := map[string]string{}
	for i, raw := range rec.cells {
		v := clean.Text(t.plain(raw), 0)
		if i >= len(t.cols) {
			if v != "" {
				beside["?"+itoa(i+1)] = v
				out.note("", "cell_without_heading", v)
			}
			continue
		}
		col := t.cols[i]
		switch {
		case col.Field == "":
			if v != "" && keptBeside(col.Heading, o.Mapping) {
				beside[col.Heading] = v
			}
		case cells[col.Field] == "":
			cells[col.Field] = v
		case v != "" && v != cells[col.Field]:
			cells[col.Field] += "; " + v
		}
	}
	for _, c := range t.cols {
		if _, ok := cells[c.Field]; !ok && c.Field != "" {
			cells[c.Field] = "" // a short row: the cell is there, and empty
		}
	}
	compose(cells)
	c := new(directory.Community)
	headings := t.headings()
	out.headings = headings
	w := &cellWriter{c: c, row: out, cells: cells, headings: headings}
	w.all(nil, true)
	keepColumns(c, beside)
	out.fresh = c
	known := c.ID != "" || c.SourceID != ""
	out.onto = func(old *directory.Community) (*directory.Community, error) {
		m, err := copyOf(old)
		if err != nil {
			return nil, err
		}
		shown, err := publicCopy(old)
		if err != nil {
			return nil, err
		}
		again := &row{file: t.name, line: rec.line, format: t.format, headings: headings}
		w := &cellWriter{c: m, row: again, cells: cells, headings: headings}
		w.all(shown, known)
		keepColumns(m, beside)
		return m, nil
	}
	return out
}

// keepColumns keeps the cells of columns that we have no field for. Those of a
// confidential place are left out: nobody knows what stands in them.
func keepColumns(c *directory.Community, beside map[string]string) {
	if len(beside) == 0 {
		return
	}
	for _, p := range c.Places {
		if p.Confidential {
			return
		}
	}
	members := map[string]jsontext.Value{}
	if len(c.Unknown) > 0 {
		if json.Unmarshal(c.Unknown, &members) != nil {
			return
		}
	}
	kept := map[string]string{}
	if old, ok := members["imported"]; ok && json.Unmarshal(old, &kept) != nil {
		kept = map[string]string{}
	}
	for k, v := range beside {
		kept[k] = v
	}
	b, err := json.Marshal(kept, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return
	}
	members["imported"] = b
	if b, err = json.Marshal(members, json.Deterministic(true)); err == nil {
		c.Unknown = b
	}
}

// unguard takes the apostrophe of our CSV export away again.
func unguard(s string) string {
	if strings.HasPrefix(s, "'") && needsGuard(s[1:]) {
		return s[1:]
	}
	return s
}

// guard puts an apostrophe before a cell that a spreadsheet would run as a
// formula, phone numbers too (findings/reliability §3.3). unguard undoes it
// exactly: a text that begins with such apostrophes itself gets one more.
func guard(s string) string {
	if needsGuard(s) {
		return "'" + s
	}
	return s
}

func needsGuard(s string) bool {
	s = strings.TrimLeft(s, "'")
	if strings.HasPrefix(s, "\t") || strings.HasPrefix(s, "\r") {
		return true
	}
	for _, r := range s {
		switch r {
		case ' ', '\u00a0', '\n', '\u3000', '\u200b', '\ufeff', '\'':
			continue
		case '\t', '\r', '=', '+', '-', '@', '|', '%', '\u2212',
			'\uff1d', '\uff0b', '\uff0d', '\uff20', '\uff5c', '\uff05', '\ufe63', '\ufe62', '\ufe66', '\ufe6a', '\ufe6b':
			return true
		}
		return false
	}
	return false
}

// plain is the text of a cell: a CSV export guards its cells, a workbook need not.
func (t *table) plain(raw string) string {
	if t.format == CSV {
		return unguard(raw)
	}
	return raw
}
