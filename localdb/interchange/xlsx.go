package interchange

import (
	"archive/zip"
	"context"
	"encoding/binary"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Limits of what a zip may hold. They are read from its list of contents, which
// Go's reader holds it to, so a bomb is refused before anything is unpacked.
const (
	maxZip      = 64 << 20 // the file itself
	maxZipFiles = 4096
	maxUnzipped = 32 << 20 // a workbook (findings/reliability §3.3) …
	maxBook     = 128 << 20
	maxRatio    = 20      // … or this much of its packed size: text packs 5–10 times, a bomb 1,000 times
	maxXML      = 8 << 20 // above it a sheet is unpacked to a file and read from there, not from memory
	maxPackage  = 256 << 20
)

// openZip opens a workbook or a zipped HSDS package.
func openZip(ctx context.Context, name string, size int64, zipped bool, o Options) ([]source, error) {
	if !zipped {
		return nil, &FileError{name, "not_a_workbook"}
	}
	files, err := zipFiles(name, size)
	if err != nil {
		return nil, err
	}
	if _, book := files["xl/workbook.xml"]; book && o.Format != HSDS {
		if files["xl/vbaProject.bin"] > 0 && o.Format == CSV {
			return nil, &FileError{name, "not_text"}
		}
		return openWorkbook(ctx, name, files, o)
	}
	if o.Format == XLSX || o.Format == CSV || o.Format == JSONL {
		return nil, &FileError{name, "not_a_workbook"}
	}
	return openPackageZip(name, files)
}

// zipFiles lists the files of a zip with their unpacked sizes. Names that would
// leave the folder they are unpacked to are refused, and so is the whole zip.
func zipFiles(name string, size int64) (map[string]uint64, error) {
	if size > maxZip {
		return nil, &FileError{name, "file_too_big"}
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if n, err := zipCount(f, size); err != nil || n > maxZipFiles {
		return nil, &FileError{name, "zip_too_many_files"}
	}
	z, err := zip.NewReader(f, size)
	if err != nil {
		return nil, &FileError{name, "zip_broken"}
	}
	files := make(map[string]uint64, len(z.File))
	for _, e := range z.File {
		if !safeName(e.Name) {
			return nil, &FileError{name, "zip_bad_name"}
		}
		if e.Mode()&os.ModeSymlink != 0 {
			return nil, &FileError{name, "zip_bad_name"}
		}
		if _, twice := files[e.Name]; twice {
			return nil, &FileError{name, "zip_bad_name"}
		}
		files[e.Name] = e.UncompressedSize64
	}
	return files, nil
}

// zipCount reads the number of files from the end of a zip, before its list is
// read into memory.
func zipCount(f io.ReaderAt, size int64) (int, error) {
	n := min(size, 66<<10)
	tail := make([]byte, n)
	if _, err := f.ReadAt(tail, size-n); err != nil && err != io.EOF {
		return 0, err
	}
	at := strings.LastIndex(string(tail), "PK\x05\x06")
	if at < 0 || at+12 > len(tail) {
		return 0, io.ErrUnexpectedEOF
	}
	return int(binary.LittleEndian.Uint16(tail[at+10:])), nil
}

var dosNames = map[string]bool{"con": true, "prn": true, "aux": true, "nul": true}

// safeName says whether a name in a zip stays inside, on every system: zip
// slip, absolute paths, backslashes, drives and the devices of DOS do not.
func safeName(name string) bool {
	if name == "" || strings.ContainsAny(name, "\\:\x00") || strings.HasPrefix(name, "/") || !filepath.IsLocal(filepath.FromSlash(strings.TrimSuffix(name, "/"))) {
		return false
	}
	for _, part := range strings.Split(strings.TrimSuffix(name, "/"), "/") {
		base, _, _ := strings.Cut(strings.ToLower(part), ".")
		base = strings.TrimSpace(base)
		if part == ".." || dosNames[base] || len(base) == 4 && (strings.HasPrefix(base, "com") || strings.HasPrefix(base, "lpt")) && base[3] >= '0' && base[3] <= '9' {
			return false
		}
	}
	return path.Clean(name) != ".."
}

// sheet is one sheet of a workbook.
type sheet struct{ path, name string }

func openBook(name string) (*excelize.File, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	return excelize.OpenFile(name, excelize.Options{
		UnzipSizeLimit: bookLimit(info.Size()), UnzipXMLSizeLimit: maxXML,
		ShortDatePattern: "yyyy-mm-dd", LongDatePattern: "yyyy-mm-dd", LongTimePattern: "hh:mm",
	})
}

// bookLimit is how much a workbook of a size may unpack to. A real list of
// 20,000 communities passes 32 MiB; what is far denser than text is a bomb.
func bookLimit(size int64) int64 { return max(maxUnzipped, min(maxBook, size*maxRatio)) }

func openWorkbook(ctx context.Context, name string, files map[string]uint64, o Options) ([]source, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	limit := uint64(bookLimit(info.Size()))
	var sum uint64
	for _, n := range files {
		if sum += n; n > limit || sum > limit {
			return nil, &FileError{name, "workbook_too_big"}
		}
	}
	book, err := openBook(name)
	if err != nil {
		return nil, &FileError{name, "not_a_workbook"}
	}
	names := book.GetSheetList()
	if err := book.Close(); err != nil {
		return nil, err
	}
	var lists, others []*table
	for _, n := range names {
		t := &table{name: name, format: XLSX, records: &sheet{name, n}}
		if len(names) > 1 {
			t.name += " [" + n + "]"
		}
		if err := t.plan(ctx, o); err != nil {
			return nil, err
		}
		if t.has("name") {
			lists = append(lists, t)
		} else {
			others = append(others, t)
		}
	}
	if len(lists) == 0 && len(others) > 0 {
		lists, others = others[:1], others[1:]
	}
	var out []source
	for i, t := range lists {
		for _, x := range others {
			if i == 0 {
				t.notes = append(t.notes, Refusal{File: x.name, Reason: "sheet_not_a_list"})
			}
		}
		out = append(out, t)
	}
	return out, nil
}

func (s *sheet) each(ctx context.Context, wrap func(io.Reader) io.Reader, fn func(record) error) (int, error) {
	book, err := openBook(s.path)
	if err != nil {
		return 0, &FileError{s.path, "not_a_workbook"}
	}
	defer book.Close() // removes what was unpacked to files
	rows, err := book.Rows(s.name)
	if err != nil {
		return 0, &FileError{s.path, "not_a_workbook"}
	}
	defer rows.Close()
	for line := 1; rows.Next(); line++ {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		rec := record{line: line}
		cells, err := rows.Columns()
		switch {
		case err != nil:
			rec.problem = "row_broken"
		case len(cells) > maxColumns && !blank(cells[maxColumns:]):
			rec.problem = "too_many_columns"
		case blank(cells):
			continue
		default:
			rec.cells = cells[:min(len(cells), maxColumns)]
		}
		size := 0
		for _, c := range rec.cells {
			size += len(c)
		}
		if size > maxLine {
			rec.cells, rec.problem = nil, "line_too_long"
		}
		if err := fn(rec); err != nil {
			return 0, err
		}
		if wrap != nil {
			// The workbook is unpacked as a whole; progress counts its rows as bytes.
			if _, err := io.CopyN(io.Discard, wrap(zeros{}), int64(min(size/4+1, 512))); err != nil {
				return 0, err
			}
		}
	}
	if err := rows.Error(); err != nil {
		return 0, fn(record{line: 1, problem: "row_broken"})
	}
	return 0, nil
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }
