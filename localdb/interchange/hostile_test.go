package interchange

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

func TestNumbersOfCitizensAreRefusedEverywhere(t *testing.T) {
	const cpr, maybe = "070761-4285", "121125 1430"
	for name, line := range map[string]string{
		"name": `{"name":"Hos ` + cpr + `"}`, "description": `{"name":"A","description":"ring ` + cpr + `"}`, "contact.email": `{"name":"A","contact":{"email":"0707614285@x.dk"}}`, "contact.phone": `{"name":"A","contact":{"phone":"` + cpr + `"}}`,
		"price.note": `{"name":"A","price":{"note":"` + maybe + `"}}`, "schedule[0].note": `{"name":"A","schedule":[{"weekday":1,"note":"` + cpr + `"}]}`,
		"welcome.first_time[0]": `{"name":"A","welcome":{"first_time":["` + cpr + `"]}}`, "unknown.x": `{"name":"A","unknown":{"x":"` + cpr + `"}}`, "n": `{"name":"A","n":707614285}`,
		"places[0].name": `{"name":"A","places":[{"name":"` + cpr + `"}]}`, "source_id": `{"name":"A","source":"x","source_id":"` + cpr + `"}`, "category": `{"name":"A","category":"070761‑4285"}`, "": `{"name":"A","` + cpr + `":"` + cpr + `"}`,
	} {
		m := newMemory()
		a := take(t, m, Options{}, file(t, "a.jsonl", line))
		if a.Refused != 1 || a.Refusals[0].Field != name || !strings.HasPrefix(a.Refusals[0].Reason, "cpr") || a.Refusals[0].Detail != "" || len(a.Notes) > 0 {
			t.Errorf("%s: %v %v %v", name, counts(a), a.Refusals, a.Notes)
		}
	}
	// What belongs to organisations looks like CPR numbers and is none.
	a := take(t, newMemory(), Options{}, file(t, "b.jsonl", `{"name":"A","source":"x","source_id":"0707614285","organiser":{"cvr":"07076142","p_number":"0707614285"},"contact":{"phone":"0707614285","web":"https://example.dk/070761-4285"}}`))
	if a.Added != 1 {
		t.Error(counts(a), a.Refusals)
	}
	// Written as one, but modulus 11 does not hold: a list's own numbering.
	if a := take(t, newMemory(), Options{}, file(t, "d.jsonl", `{"name":"A","source":"x","source_id":"070761-4286"}`)); a.Added != 1 {
		t.Error(counts(a), a.Refusals)
	}
	for _, content := range []string{"Navn;id\nA;" + cpr + "\n", "Navn;Noter\nA;" + cpr + "\n", "Navn;Pris\nA;spørg " + cpr + "\n", "Navn;Hvornår\nA;" + maybe + "\n", "Navn\nA;" + cpr + "\n", "Navn;CVR\nA;" + cpr + "\n"} {
		path := file(t, "c.csv", content)
		a := take(t, newMemory(), Options{}, path)
		if a.Refused != 1 {
			t.Errorf("%q: %v", content, counts(a))
		}
		im, err := Plan(t.Context(), []string{path}, Options{Today: today})
		if err != nil {
			t.Fatal(err)
		}
		if all := fmt.Sprint(a, im.Columns()); strings.Contains(all, cpr) || strings.Contains(all, maybe) {
			t.Errorf("%q is repeated: %s", content, all)
		}
	}
}

func TestBadLinesAreRefusedAndTheOthersGoOn(t *testing.T) {
	text := "\ufeff{\"name\":\"A\"}\r\n\r\n" + // 1
		"{\"name\": }\n" + // 3
		"{\"name\":\"B\xff\"}\n" + // 4
		"[1]\n" + // 5
		"{\"name\":\"C\",\"name\":\"D\"}\n" + // 6
		"{\"name\":\"E\",\"price\":\"gratis\"}\n" + // 7
		"{\"name\":\"F\",\"schedule\":[{\"weekday\":9}]}\n" + // 8
		"{\"summary\":\"x\"}\n" + // 9
		"{\"name\":\"" + strings.Repeat("x", maxLine) + "\"}\n" + // 10
		"null\n" + // 11
		"{\"name\":\"G\"}" // 12
	m := newMemory()
	a := take(t, m, Options{}, file(t, "a.jsonl", text))
	if counts(a) != [5]int{11, 2, 0, 0, 9} {
		t.Fatal(counts(a), a.Refusals)
	}
	for i, want := range []Refusal{
		{Line: 3, Reason: "not_json"}, {Line: 4, Reason: "not_utf8"}, {Line: 5, Reason: "not_an_object"}, {Line: 6, Reason: "member_twice"}, {Line: 7, Field: "price", Reason: "wrong_type"},
		{Line: 8, Field: "schedule[0].weekday", Reason: "not_a_weekday"}, {Line: 9, Field: "name", Reason: "empty"}, {Line: 10, Reason: "line_too_long"}, {Line: 11, Reason: "not_an_object"},
	} {
		got := a.Refusals[i]
		if got.Line != want.Line || got.Field != want.Field || got.Reason != want.Reason {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

func TestBrokenTablesAreRefusedByLine(t *testing.T) {
	text := "Navn;Om\nA;\"åben\nog videre\nB;god\nC;\xff\xfe\nÅ;ø\nD;" + strings.Repeat(";", 600) + "\n;kun om\nE;slut\n"
	m := newMemory()
	a := take(t, m, Options{}, file(t, "a.csv", text))
	got := map[int]string{}
	for _, r := range a.Refusals {
		got[r.Line] = r.Reason
	}
	// The quotation mark of line 2 is never closed: that line is refused, and the next ones are read by themselves.
	if got[2] != "quote_open" || got[5] != "not_utf8" || got[7] != "too_many_columns" || got[8] != "empty" || a.Added != 4 {
		t.Error(counts(a), a.Refusals)
	}
}

// measured runs fn and gives the memory that it allocated at most.
func measured(t *testing.T, fn func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	fn()
	runtime.ReadMemStats(&after)
	if mib := (after.TotalAlloc - before.TotalAlloc) >> 20; mib > 64 {
		t.Errorf("%d MiB were allocated in all, want at most 64", mib)
	}
}

func sparse(t *testing.T, name, start string, size int64) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), name)
	f, err := os.Create(p)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	block := []byte(strings.Repeat("a", 1<<20))
	if _, err := f.WriteString(start); err != nil {
		t.Fatal(err)
	}
	// The beginning is text; the rest is a hole, which no reader should come to.
	for range 24 {
		if _, err := f.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Truncate(size); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestGigabyteWithoutALineEndIsRefusedAtOnce(t *testing.T) {
	for name, start := range map[string]string{"a.jsonl": `{"name":"`, "b.json": `{"name":"`, "c.json": `[{"name":"`, "d.csv": "Navn;Om\nA;", "e.csv": "Navn", "f.csv": "Navn;Om\nA;\"", "g.json": "[[[["} {
		t.Run(name, func(t *testing.T) {
			path := sparse(t, name, start, 1<<30)
			measured(t, func() {
				a := take(t, newMemory(), Options{}, path)
				if a.Refused == 0 || a.Added > 0 {
					t.Error(counts(a))
				}
			})
		})
	}
	var fe *FileError
	if _, err := Plan(t.Context(), []string{sparse(t, "big.csv", "Navn\n", 1<<30+1)}, Options{Today: today}); !errors.As(err, &fe) || fe.Reason != "file_too_big" {
		t.Error(err)
	}
}

func zipped(t *testing.T, name string, files map[string]string) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), name)
	f, err := os.Create(p)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	for _, n := range sorted(files) {
		w, err := z.Create(n)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(files[n], "bomb") {
			block := make([]byte, 1<<20)
			for range 200 {
				if _, err := w.Write(block); err != nil {
					t.Fatal(err)
				}
			}
			continue
		}
		if _, err := io.WriteString(w, files[n]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestZipTricksAreRefused(t *testing.T) {
	good := map[string]string{"p/services.csv": "id,name,status\n1,A,active\n", "p/datapackage.json": "{}"}
	a := take(t, newMemory(), Options{}, zipped(t, "good.zip", good))
	if a.Added != 1 {
		t.Error(counts(a), a.Refusals)
	}
	for _, name := range []string{"../evil.csv", "/abs.csv", `..\win.csv`, "p/CON", "con.csv", "p/nul.txt", "C:/x.csv", "p/../../x", "lpt1.csv", "p/com9.x/y"} {
		files := map[string]string{name: "x", "services.csv": good["p/services.csv"]}
		var fe *FileError
		if _, err := Plan(t.Context(), []string{zipped(t, "bad.zip", files)}, Options{Today: today}); !errors.As(err, &fe) || fe.Reason != "zip_bad_name" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, files := range map[string]map[string]string{
		"bomb.xlsx": {"xl/workbook.xml": "<x/>", "xl/worksheets/sheet1.xml": "bomb"},
		"book.xlsx": {"xl/workbook.xml": "<x/>"},
		"bomb.zip":  {"services.csv": "bomb", "a.csv": "bomb"},
		"none.zip":  {"a.txt": "x"},
	} {
		path := zipped(t, name, files)
		measured(t, func() {
			var fe *FileError
			if _, err := Plan(t.Context(), []string{path}, Options{Today: today}); !errors.As(err, &fe) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	many := map[string]string{}
	for i := range 5000 {
		many[fmt.Sprintf("f%d", i)] = ""
	}
	var fe *FileError
	if _, err := Plan(t.Context(), []string{zipped(t, "many.zip", many)}, Options{Today: today}); !errors.As(err, &fe) || fe.Reason != "zip_too_many_files" {
		t.Error(err)
	}
}

// stopping is a target that cancels the run after some rows.
type stopping struct {
	*memory
	after  int
	cancel context.CancelFunc
}

func (s *stopping) Put(c *directory.Community) error {
	if s.after--; s.after == 0 {
		s.cancel()
	}
	return s.memory.Put(c)
}

func TestCancelledImportSaysSo(t *testing.T) {
	var text bytes.Buffer
	csv := bytes.NewBufferString("Navn\n")
	for i := range 20000 {
		fmt.Fprintf(&text, "{\"name\":\"Forening nummer %d\"}\n", i)
		fmt.Fprintf(csv, "Forening nummer %d\n", i)
	}
	for name, content := range map[string]string{"a.jsonl": text.String(), "a.csv": csv.String()} {
		ctx, cancel := context.WithCancel(t.Context())
		path := file(t, name, content)
		im, err := Plan(ctx, []string{path}, Options{Today: today})
		if err != nil {
			t.Fatal(err)
		}
		var done, total int64
		a, err := im.Run(ctx, &stopping{newMemory(), 50, cancel}, func(d, n int64) {
			if d < done || d > n {
				t.Errorf("progress %d of %d after %d", d, n, done)
			}
			done, total = d, n
		})
		if !errors.Is(err, context.Canceled) || a.Added < 50 || a.Added >= 20000 {
			t.Errorf("%s: %v %v", name, err, counts(a))
		}
		adds(t, a)
		if total == 0 {
			t.Error("no progress was told")
		}
	}
}

type failing struct{ *memory }

func (failing) Put(*directory.Community) error { return io.ErrShortWrite }

func TestErrorsOfTheTargetEndTheImport(t *testing.T) {
	im, err := Plan(t.Context(), []string{file(t, "a.jsonl", `{"name":"A"}`)}, Options{Today: today})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := im.Run(t.Context(), failing{newMemory()}, nil); !errors.Is(err, io.ErrShortWrite) {
		t.Error(err)
	}
}
