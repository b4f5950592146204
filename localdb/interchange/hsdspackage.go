package interchange

import (
	"archive/zip"
	"context"
	"io"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
)

// tables names the files of HSDS CSV packages, 1.x to 3.x. A file that is not
// here is reported as not used; datapackage.json is not needed.
var tables = map[string]string{
	"services": "services", "service": "services",
	"organizations": "organizations", "organization": "organizations", "organisations": "organizations",
	"locations": "locations", "location": "locations",
	"services_at_location": "sal", "service_at_location": "sal", "services_at_locations": "sal", "service_at_locations": "sal",
	"physical_addresses": "addresses", "physical_address": "addresses", "addresses": "addresses", "address": "addresses",
	"phones": "phones", "phone": "phones", "contacts": "contacts", "contact": "contacts",
	"schedules": "schedules", "schedule": "schedules", "regular_schedules": "schedules", "regular_schedule": "schedules",
	"languages": "languages", "language": "languages",
	"service_attributes": "attributes", "attributes": "attributes", "attribute": "attributes", "services_taxonomy": "attributes", "service_taxonomy": "attributes",
	"taxonomy_terms": "terms", "taxonomy_term": "terms", "taxonomy": "terms", "taxonomies": "taxonomies",
	"accessibility_for_disabilities": "accessibility", "accessibility": "accessibility",
	"cost_options": "cost_options", "cost_option": "cost_options", "eligibility": "eligibility", "eligibilities": "eligibility",
	"organization_identifiers": "identifiers", "service_areas": "service_areas", "service_area": "service_areas",
	"required_documents": "required_documents", "required_document": "required_documents",
}

const maxSide = 64 << 20 // bytes of all tables but the services: they are held in memory

// hsdsPackage is an HSDS CSV package: a folder, or a zip of one.
type hsdsPackage struct {
	path  string
	files map[string]*csvFile // by table
	extra []string            // files that are not used
}

func (s *hsdsPackage) columns() []Column { return nil }

// openFolder opens the folder of an HSDS package, or of our own HSDS export.
func openFolder(folder string) ([]source, int64, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, 0, err
	}
	p := &hsdsPackage{path: folder, files: map[string]*csvFile{}}
	var size, side int64
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return nil, 0, err
		}
		if !info.Mode().IsRegular() { // no links out of the folder
			continue
		}
		full := filepath.Join(folder, e.Name())
		if !p.add(full, e.Name(), func() (io.ReadCloser, error) { return os.Open(full) }) {
			continue
		}
		size += info.Size()
		if tables[stem(e.Name())] != "services" {
			side += info.Size()
		}
	}
	if p.files["services"] == nil {
		for _, name := range []string{"services.json", "services.jsonl", "services.ndjson"} {
			full := filepath.Join(folder, name)
			if info, err := os.Stat(full); err == nil && info.Mode().IsRegular() {
				if name == "services.json" {
					return []source{&jsonDocument{full, HSDS}}, info.Size(), nil
				}
				return []source{&jsonLines{full, HSDS}}, info.Size(), nil
			}
		}
		return nil, 0, &FileError{folder, "folder_not_hsds"}
	}
	if side > maxSide || size-side > maxFile {
		return nil, 0, &FileError{folder, "file_too_big"}
	}
	return []source{p}, size, p.plan()
}

// openPackageZip opens a zipped package; the names were found safe. Nothing is
// unpacked to disk.
func openPackageZip(name string, files map[string]uint64) ([]source, error) {
	folder, found := "", false
	var sum uint64
	for n, size := range files {
		if sum += size; size > maxPackage || sum > maxPackage {
			return nil, &FileError{name, "file_too_big"}
		}
		if strings.HasSuffix(n, ".csv") && tables[stem(n)] == "services" {
			if dir := path.Dir(n); !found || len(dir) < len(folder) {
				folder, found = dir, true
			}
		}
	}
	if !found {
		return nil, &FileError{name, "folder_not_hsds"}
	}
	p := &hsdsPackage{path: name, files: map[string]*csvFile{}}
	var side uint64
	for _, n := range sorted(files) {
		if path.Dir(n) != folder || strings.HasSuffix(n, "/") {
			continue
		}
		if p.add(name+"/"+n, n, func() (io.ReadCloser, error) { return openInZip(name, n) }) && tables[stem(n)] != "services" {
			side += files[n]
		}
	}
	if side > maxSide {
		return nil, &FileError{name, "file_too_big"}
	}
	return []source{p}, p.plan()
}

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// inZip is a file in a zip; closing it closes the zip.
type inZip struct {
	io.ReadCloser
	zip *zip.ReadCloser
}

func (f *inZip) Close() error {
	err := f.ReadCloser.Close()
	if zerr := f.zip.Close(); err == nil {
		err = zerr
	}
	return err
}

func openInZip(name, file string) (io.ReadCloser, error) {
	z, err := zip.OpenReader(name)
	if err != nil {
		return nil, err
	}
	for _, e := range z.File {
		if e.Name == file {
			f, err := e.Open()
			if err != nil {
				z.Close()
				return nil, err
			}
			return &inZip{f, z}, nil
		}
	}
	z.Close()
	return nil, os.ErrNotExist
}

func stem(name string) string {
	base := strings.ToLower(path.Base(filepath.ToSlash(name)))
	return strings.TrimSuffix(base, ".csv")
}

// add takes a file of the package in, and says whether it is one of its tables.
func (s *hsdsPackage) add(full, name string, open func() (io.ReadCloser, error)) bool {
	if !strings.HasSuffix(strings.ToLower(name), ".csv") {
		return false
	}
	t, ok := tables[stem(name)]
	if !ok || s.files[t] != nil {
		s.extra = append(s.extra, full)
		return false
	}
	s.files[t] = &csvFile{path: full, open: open}
	return true
}

// plan tells the encoding and delimiter of each table.
func (s *hsdsPackage) plan() error {
	for _, f := range s.files {
		in, err := f.open()
		if err != nil {
			return err
		}
		head := make([]byte, 256<<10)
		n, err := io.ReadFull(in, head)
		in.Close()
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return &FileError{f.path, "zip_broken"}
		}
		head = head[:n]
		f.enc, _ = encodingOf(head)
		text := head
		if f.enc != utf8Text {
			if text, err = io.ReadAll(decoded(strings.NewReader(string(head[:n&^1])), f.enc)); err != nil {
				return &FileError{f.path, "not_text"}
			}
		}
		f.comma = delimiterOf(strings.TrimPrefix(string(text), "\ufeff"))
	}
	return nil
}

// tableRow is one row of a table with the line it stands on.
type tableRow struct {
	object
	file string
	line int
	used bool
}

// read gives the rows of a table to fn. Rows that cannot be read are given with
// their problem.
func (s *hsdsPackage) read(ctx context.Context, r *run, name string, fn func(row *tableRow, problem string) error) error {
	f := s.files[name]
	if f == nil {
		return nil
	}
	var heads []string
	givenUp, err := f.each(ctx, func(in io.Reader) io.Reader { return r.reader(ctx, in) }, func(rec record) error {
		if heads == nil && rec.problem == "" {
			for _, h := range rec.cells {
				heads = append(heads, strings.ToLower(strings.TrimSpace(h)))
			}
			return nil
		}
		row := &tableRow{object: object{}, file: f.path, line: rec.line}
		for i, c := range rec.cells {
			if i < len(heads) {
				row.object[heads[i]] = strings.TrimSpace(c)
			} else if strings.TrimSpace(c) != "" {
				row.object["column_"+itoa(i+1)] = strings.TrimSpace(c)
			}
		}
		for _, h := range heads[min(len(rec.cells), len(heads)):] {
			row.object[h] = ""
		}
		return fn(row, rec.problem)
	})
	if givenUp > 0 {
		r.note(Refusal{File: f.path, Line: givenUp, Reason: "given_up"})
	}
	return err
}
