package interchange

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

var scraps = []string{"", "Navn", "Åben klub", "tirsdag kl. 10-12", "hver anden onsdag", "gratis", "30 kr. pr. gang", "250 kr/år", "60+", "18-30 år", "ja", "nej", "x", "4100 Ringsted", "4100", "20001",
	"-1", "=1+1", "'=1", "da; en", "dansk/engelsk", "1", "2", "uuid", "5462dd01-f55d-5bc3-8a9a-d2470e33389e", "på pause", "lukket", "070761-4285", "2026-09-01", "1.9.2026", "99,5", "200", "\"", "a\nb", ";", "\t", "<p>Hej</p>", "a; b; c",
	"Første gang. Du får kaffe. Så går vi. Og hjem.", "55,44", "100", "forening", "kvinder", "kørestol", "begyndere", "RRULE:FREQ=MONTHLY|BYDAY=2TU kl. 10"}

// mangledTable draws a CSV file of known and unknown headings, with cells of
// every kind and bytes knocked out of it.
func mangledTable(t *rapid.T) string {
	heads := append(Fields(), "Noter", "Formand", "", "Navn", "bekræftet")
	comma := rapid.SampledFrom([]string{";", ",", "\t"}).Draw(t, "comma")
	cell := rapid.OneOf(rapid.SampledFrom(scraps), rapid.StringN(0, 12, 40))
	write := func(cells []string) string {
		for i, c := range cells {
			if strings.ContainsAny(c, "\";,\t\n") && rapid.Bool().Draw(t, "quoted") {
				cells[i] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
		}
		return strings.Join(cells, comma)
	}
	out := []string{write(append([]string{"Navn"}, rapid.SliceOfN(rapid.SampledFrom(heads), 0, 12).Draw(t, "heads")...))}
	for range rapid.IntRange(0, 8).Draw(t, "rows") {
		out = append(out, write(rapid.SliceOfN(cell, 0, 14).Draw(t, "row")))
	}
	text := []byte(strings.Join(out, rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end")))
	for range rapid.IntRange(0, 2).Draw(t, "broken") {
		if len(text) > 0 {
			text[rapid.IntRange(0, len(text)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		}
	}
	return string(text)
}

func mangledLines(t *rapid.T) string {
	members := []string{`"name":"A"`, `"name":""`, `"name":"B"`, `"id":"1"`, `"id":"5462dd01-f55d-5bc3-8a9a-d2470e33389e"`, `"source_id":"7"`, `"source":"s"`, `"price":{"kind":"free"}`, `"price":{"dkk":-1}`, `"price":null`, `"audience":{}`, `"places":[]`, `"places":[{"confidential":true}]`,
		`"places":[{"postcode":"4100"}]`, `"schedule":[{"weekday":2,"from":"10:00"}]`, `"schedule":[{}]`, `"assured_at":"2026-01-01T00:00:00Z"`, `"organization":{"name":"O"}`, `"schedules":[{"byday":"monday"}]`, `"x":[1,{"y":"070761-4285"}]`, `"status":"paused"`, `"status":"inactive"`, `"minimum_age":-3`, `"services":[{"name":"S"}]`}
	var out []string
	for range rapid.IntRange(0, 8).Draw(t, "lines") {
		out = append(out, "{"+strings.Join(rapid.SliceOfN(rapid.SampledFrom(members), 0, 5).Draw(t, "members"), ",")+"}")
	}
	text := []byte(strings.Join(out, "\n"))
	for range rapid.IntRange(0, 3).Draw(t, "broken") {
		if len(text) > 0 {
			text[rapid.IntRange(0, len(text)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		}
	}
	return string(text)
}

// checkImport imports a file twice and holds the account to its promises. It
// gives a complaint, or nothing.
func checkImport(path string) (string, error) {
	m := newMemory()
	var last Account
	for turn := range 2 {
		im, err := Plan(context.Background(), []string{path}, Options{Today: today})
		if err != nil {
			if _, ok := err.(*FileError); ok {
				return "", nil
			}
			return "", err
		}
		a, err := im.Run(context.Background(), m, nil)
		if err != nil {
			return "", err
		}
		if a.Rows != a.Added+a.Updated+a.Unchanged+a.Refused || a.Refused != len(a.Refusals) {
			return fmt.Sprintf("turn %d: %v, %d refusals", turn, counts(a), len(a.Refusals)), nil
		}
		if turn == 1 && (a.Rows != last.Rows || a.Refused != last.Refused || a.Added > 0) {
			return fmt.Sprintf("a second import: %v, then %v", counts(last), counts(a)), nil
		}
		if turn == 1 && a.Updated > 0 && !hasTwice(a) {
			return fmt.Sprintf("a second import changed something: %v, then %v", counts(last), counts(a)), nil
		}
		last = a
	}
	for _, c := range m.byID {
		if _, v, err := findCPR(c, today); err != nil || v != 0 {
			return fmt.Sprintf("a CPR number was kept: %+v", c), err
		}
		if err := c.Validate(); err != nil {
			return err.Error(), nil
		}
	}
	return "", nil
}

// hasTwice says whether rows of one file contradict each other: then each import plays them all again.
func hasTwice(a Account) bool {
	for _, n := range a.Notes {
		if n.Reason == "twice" {
			return true
		}
	}
	return false
}

func TestEveryRowIsAccountedFor(t *testing.T) {
	dir := t.TempDir()
	for _, x := range []struct {
		name string
		draw func(*rapid.T) string
	}{{"a.csv", mangledTable}, {"a.jsonl", mangledLines}, {"a.json", mangledLines}} {
		t.Run(x.name, rapid.MakeCheck(func(t *rapid.T) {
			path := filepath.Join(dir, x.name)
			if err := os.WriteFile(path, []byte(x.draw(t)), 0o600); err != nil {
				t.Fatal(err)
			}
			if said, err := checkImport(path); err != nil || said != "" {
				b, _ := os.ReadFile(path)
				t.Fatalf("%s %v\n%q", said, err, b)
			}
		}))
	}
}

func FuzzLine(f *testing.F) {
	f.Add([]byte(`{"name":"A","price":{"kind":"free"}}`))
	f.Add([]byte(`{"organization":{"name":"O"},"schedules":[{"freq":"WEEKLY","byday":"TH"}]}`))
	fuzzFile(f, "a.jsonl")
}

func FuzzTable(f *testing.F) {
	f.Add([]byte("Navn;Hvornår;Pris\nA;tirsdag kl. 10-12;gratis\n"))
	f.Add([]byte("name,age\n\"A\n\",60+\n"))
	fuzzFile(f, "a.csv")
}

func fuzzFile(f *testing.F, name string) {
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(dir, fmt.Sprint(os.Getpid())+name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if said, err := checkImport(path); err != nil || said != "" {
			t.Fatalf("%s %v", said, err)
		}
	})
}

func FuzzWords(f *testing.F) {
	for _, s := range scraps {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		slots, _ := readSchedule(s)
		for i := range slots {
			c := directory.Community{Name: "A", Schedule: slots[i : i+1]}
			c.Normalize()
			for _, p := range directory.Problems(c.Validate()) {
				if p.Reason != "too_long" && p.Reason != "no_time" && p.Reason != "too_many" && p.Field != "schedule[0].valid_from" && p.Field != "schedule[0].valid_to" && p.Reason != "not_a_day" && p.Reason != "never_occurs" {
					t.Errorf("%q gives %+v: %v", s, slots[i], p)
				}
			}
		}
		readPrice(s)
		readAges(s)
		readDay(s)
		fieldFor(s)
		if unguard(guard(s)) != s {
			t.Errorf("%q", s)
		}
	})
}

func BenchmarkImport20k(b *testing.B) {
	path := data(b, "directory", "communities-20k.jsonl")
	for b.Loop() {
		if a := take(b, newMemory(), Options{}, path); a.Added != 20000 {
			b.Fatal(counts(a))
		}
	}
}
