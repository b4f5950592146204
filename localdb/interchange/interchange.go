// Package interchange brings directories in and out: the native JSON lines of
// DESIGN §4, CSV, XLSX, and Open Referral's HSDS (1.x and 2.x as CSV packages,
// 3.x and ORUK 3 as JSON).
//
// It knows the formats, and how a row becomes a Community. It must not know
// stores, screens or clocks: what it reads goes to a Target, and what it has to
// say goes into an Account of codes, for which the catalogue has the words.
//
// The rules that hold for every format:
//
//   - Every row is accounted for: Rows = Added + Updated + Unchanged + Refused.
//     The rows of an HSDS package are its services; what else it holds is kept
//     with a service or reported in Notes.
//   - The same file a second time changes nothing.
//   - The source is the truth for what it carries and for nothing else. What a
//     row does not carry is left as it is in the store. In CSV and XLSX a column
//     that is there is carried, so an empty cell clears – unless the record is
//     known by its name only, for then another list's gap says nothing. In JSON a
//     member that is there is carried and replaces the whole of what stood;
//     null, "" and [] clear.
//   - assured_at and assured_by of a record that is there are never moved. A
//     record that is new here brings them along from native JSON lines, which is
//     how a confirmed fact survives a restore; no other format may claim them.
//   - A row that may hold a CPR number, certain or not, is refused.
//   - Native lines are refused where a field is wrong. In the other formats a
//     field of a row that cannot be kept (a foreign postcode, a latitude of 100)
//     is set aside as an unknown member "imported_…" and reported.
//   - Confidential addresses are in no export, and an import of such an export
//     does not take them away from the store.
package interchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// Format names a format of file.
type Format string

// The formats. Auto is for imports only; HSDS is exported by ExportHSDS.
const (
	Auto  Format = "auto"
	JSONL Format = "jsonl"
	CSV   Format = "csv"
	XLSX  Format = "xlsx"
	HSDS  Format = "hsds"
)

// Limits that keep a hostile or mistaken file from filling the memory
// (findings/reliability §3.3, matrix row 41).
const (
	maxFile    = 1 << 30  // bytes of one text file
	maxLine    = 1 << 20  // bytes of one line or record
	maxValue   = 8 << 20  // bytes of one HSDS object
	maxColumns = 512      // of one table
	skipAhead  = 16 << 20 // how far the end of a line that is too long is looked for
	maxListed  = 100_000  // refusals and notes that are listed; all are counted
)

// Options say how to read. Source is the source of records that have a
// source_id and name none themselves; by default the format's name. Mapping
// gives the field for a heading of a CSV or XLSX file ("" leaves the column
// out). Today is needed to judge CPR numbers; without it rather too many rows
// are refused.
type Options struct {
	Format  Format
	Source  string
	DryRun  bool
	Today   directory.Day
	Mapping map[string]string
}

// Target is where records go, all or nothing; *localdb.ImportTx is one.
// Existing gives nil, nil where there is none, and sees what was Put before.
// A record that Put refuses is a *directory.RefusedError; other errors end the run.
type Target interface {
	Existing(directory.Identity) (*directory.Community, error)
	Put(*directory.Community) error
}

// Column says how one heading was understood. Field is "" where it is left out.
type Column struct {
	File, Heading, Field string
	Sure                 bool
	Sample               string
}

// Refusal points at one thing in a file. Line counts from 1 as a text editor or
// spreadsheet does; 0 is the whole file. Reason is a code of Reasons or of
// directory.Reasons. Detail is a short piece of what stood there, never
// anything that may be a CPR number. Heading is what the file itself has over
// the column, where it is a table and the field has one.
type Refusal struct {
	File          string
	Line          int
	Field, Reason string
	Detail        string
	Heading       string
}

// Account says what became of every row. Notes were handled, not refused.
type Account struct {
	Rows, Added, Updated, Unchanged, Refused int
	Refusals, Notes                          []Refusal
}

// FileError says that a whole file cannot be read. Reason is a code of Reasons.
type FileError struct{ File, Reason string }

func (e *FileError) Error() string { return fmt.Sprintf("interchange: %s: %s", e.File, e.Reason) }

// Import is a planned import: the files were found and their headings read.
type Import struct {
	o       Options
	sources []source
	total   int64
}

// source is one file, folder or sheet that gives rows.
type source interface {
	columns() []Column
	rows(ctx context.Context, r *run) error
}

// Plan looks at the files, finds their format and reads their headings. Nothing
// is imported yet. The error is a *FileError, or of the file system.
func Plan(ctx context.Context, paths []string, o Options) (*Import, error) {
	im := &Import{o: o}
	if len(paths) == 0 {
		return nil, errors.New("interchange: nothing to import")
	}
	for _, p := range paths {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		info, err := os.Stat(p)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() && !info.Mode().IsRegular() {
			return nil, &FileError{p, "not_a_file"}
		}
		src, size, err := im.open(ctx, p, info)
		if err != nil {
			return nil, err
		}
		im.sources = append(im.sources, src...)
		im.total += size
	}
	return im, nil
}

// Columns says how the headings of CSV and XLSX files were understood.
func (im *Import) Columns() []Column {
	var out []Column
	for _, s := range im.sources {
		out = append(out, s.columns()...)
	}
	return out
}

// Run reads the rows into the target. progress, which may be nil, is told the
// bytes read of the bytes there are. The account is right up to the point where
// an error (the context's, the target's, the disk's) ended the run.
func (im *Import) Run(ctx context.Context, t Target, progress func(done, total int64)) (Account, error) {
	r := &run{o: im.o, target: t, total: im.total, progress: progress, seen: map[string]int{}}
	if im.o.DryRun {
		r.target = newRehearsal(t)
	}
	for _, s := range im.sources {
		if err := s.rows(ctx, r); err != nil {
			return r.finish(), err
		}
		if err := ctx.Err(); err != nil {
			return r.finish(), err
		}
	}
	return r.finish(), nil
}

// Export writes every community as JSON lines, CSV or XLSX, without
// confidential addresses.
func Export(ctx context.Context, w io.Writer, f Format, each func(func(*directory.Community) error) error) error {
	public := func(fn func(*directory.Community) error) error {
		return each(func(c *directory.Community) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			p, err := publicCopy(c)
			if err != nil {
				return err
			}
			return fn(p)
		})
	}
	switch f {
	case JSONL:
		return exportJSONL(w, public)
	case CSV:
		return exportCSV(w, public)
	case XLSX:
		return exportXLSX(w, public)
	}
	return fmt.Errorf("interchange: no export to one %q file", f)
}
