package interchange

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// open tells the format of a file or folder and plans its reading. The size is
// what progress counts.
func (im *Import) open(ctx context.Context, path string, info fs.FileInfo) ([]source, int64, error) {
	if info.IsDir() {
		if f := im.o.Format; f != Auto && f != "" && f != HSDS {
			return nil, 0, &FileError{path, "folder_not_hsds"}
		}
		return openFolder(path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	head, err := headOf(f)
	f.Close()
	if err != nil {
		return nil, 0, err
	}
	format := im.o.Format
	if format == "" {
		format = Auto
	}
	zipped := bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
	if zipped || format == XLSX {
		src, err := openZip(ctx, path, info.Size(), zipped, im.o)
		return src, info.Size(), err
	}
	if info.Size() > maxFile {
		return nil, 0, &FileError{path, "file_too_big"}
	}
	src, err := im.openText(ctx, path, format, head, int64(len(head)) == info.Size())
	return src, info.Size(), err
}

func (im *Import) openText(ctx context.Context, path string, format Format, head []byte, whole bool) ([]source, error) {
	ext := strings.ToLower(filepath.Ext(path))
	e, _ := encodingOf(head)
	peek := head
	if e != utf8Text {
		b, err := io.ReadAll(decoded(bytes.NewReader(head[:min(len(head), 256<<10)&^1]), e))
		if err != nil {
			return nil, &FileError{path, "not_text"}
		}
		peek = b
	}
	start := strings.TrimLeft(strings.TrimPrefix(string(peek[:min(len(peek), 4096)]), "\ufeff"), " \t\r\n")
	isJSON := strings.HasPrefix(start, "{") || strings.HasPrefix(start, "[")
	switch {
	case format == JSONL:
		if ext == ".json" && !looksLikeLines(peek, whole) {
			return []source{&jsonDocument{path, JSONL}}, nil
		}
		return []source{&jsonLines{path, JSONL}}, nil
	case format == CSV, format == Auto && !isJSON && ext != ".json" && ext != ".jsonl" && ext != ".ndjson":
		if bytes.Contains(peek[:min(len(peek), 4096)], []byte{0, 0, 0}) || bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")) || bytes.HasPrefix(head, []byte("%PDF")) {
			return nil, &FileError{path, "not_text"}
		}
		return openCSV(ctx, path, e, peek, im.o)
	case format == HSDS && !isJSON && ext == ".csv":
		return nil, &FileError{path, "hsds_needs_folder"}
	case ext == ".jsonl" || ext == ".ndjson" || looksLikeLines(peek, whole):
		return []source{&jsonLines{path, format}}, nil
	}
	return []source{&jsonDocument{path, format}}, nil
}

func openCSV(ctx context.Context, path string, e encoding, peek []byte, o Options) ([]source, error) {
	text := strings.TrimPrefix(string(peek[:min(len(peek), 64<<10)]), "\ufeff")
	t := &table{name: path, format: CSV, records: &csvFile{path: path, enc: e, comma: delimiterOf(text)}}
	// Excel writes which sign it parts with into a line of its own.
	if first, _, _ := strings.Cut(text, "\n"); strings.HasPrefix(strings.ToLower(first), "sep=") && len(strings.TrimSpace(first)) == 5 {
		t.records = &csvFile{path: path, enc: e, comma: first[4]}
	}
	if e == win1252 {
		t.notes = append(t.notes, Refusal{File: path, Reason: "read_as_windows_1252"})
	}
	if err := t.plan(ctx, o); err != nil {
		return nil, err
	}
	if t.header == 0 { // not even headings: nobody means to bring in nothing
		return nil, &FileError{path, "file_empty"}
	}
	return []source{t}, nil
}

// headOf reads the beginning of a file and goes back to its start.
func headOf(f *os.File) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	head := make([]byte, min(info.Size(), probe))
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return head[:n:n], nil
}
