package interchange

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

func only(t *testing.T, m *memory) *directory.Community {
	t.Helper()
	if len(m.byID) != 1 {
		t.Fatalf("%d communities, want one", len(m.byID))
	}
	for _, c := range m.byID {
		return c
	}
	return nil
}

func TestImportNeverMovesWhatAPersonConfirmed(t *testing.T) {
	m := newMemory()
	take(t, m, Options{}, file(t, "a.jsonl", `{"name":"Skak","source":"x","source_id":"1","assured_at":"2026-10-01T10:00:00Z","assured_by":"guide"}`))
	want := only(t, m).AssuredAt
	if want.IsZero() {
		t.Fatal("a restore lost the confirmation")
	}
	for _, next := range []string{
		`{"name":"Skak og te","source":"x","source_id":"1","assured_at":"2026-11-20T10:00:00Z","assured_by":"other"}`,
		`{"name":"Skak","source":"x","source_id":"1","assured_at":null}`,
		`{"name":"Skak nu","source":"x","source_id":"1"}`,
	} {
		take(t, m, Options{}, file(t, "b.jsonl", next))
		if c := only(t, m); !c.AssuredAt.Equal(want) || c.AssuredBy != "guide" {
			t.Errorf("after %s: %v %q", next, c.AssuredAt, c.AssuredBy)
		}
	}
	take(t, m, Options{Source: "x"}, file(t, "c.csv", "Navn;Kildens id;Bekræftet\nSkak csv;1;2026-11-22\n"))
	if c := only(t, m); !c.AssuredAt.Equal(want) || c.Name != "Skak csv" {
		t.Errorf("after CSV: %+v", c)
	}
	m = newMemory()
	take(t, m, Options{}, file(t, "c.csv", "Navn;Bekræftet\nNy;2026-11-22\n"))
	if c := only(t, m); !c.AssuredAt.IsZero() {
		t.Error("a CSV file claimed a confirmation", c.AssuredAt)
	}
	m = newMemory()
	a := take(t, m, Options{}, file(t, "d.jsonl", `{"name":"Skak","assured_at":"2036-10-01T10:00:00Z"}`))
	if c := only(t, m); !c.AssuredAt.IsZero() || a.Notes[0].Reason != "assured_in_future" {
		t.Error(c.AssuredAt, a.Notes)
	}
	_ = time.Now
}

func TestSourceIsTheTruthForWhatItCarriesOnly(t *testing.T) {
	m := newMemory()
	take(t, m, Options{}, file(t, "a.jsonl", `{"name":"Skak","source":"csv","source_id":"1","summary":"Kom","price":{"kind":"year","dkk":200},"welcome":{"greeter":"Bo"},"contact":{"phone":"00 00 00 00","email":"a@example.dk"},"extra":7,"languages":["da"]}`))
	take(t, m, Options{}, file(t, "b.csv", "Kildens id;Navn;Pris;Telefon\n1;Skak;gratis;\n"))
	c := only(t, m)
	if c.Summary != "Kom" || c.Price.Kind != directory.PriceFree || c.Welcome.Greeter != "Bo" || c.Contact.Phone != "" || c.Contact.Email != "a@example.dk" || !strings.Contains(string(c.Unknown), `"extra":7`) {
		t.Errorf("%+v %s", c, c.Unknown)
	}
	take(t, m, Options{}, file(t, "c.jsonl", `{"name":"Skak","source":"csv","source_id":"1","price":null,"languages":[]}`))
	c = only(t, m)
	if c.Price != nil || c.Languages != nil || c.Summary != "Kom" || c.Welcome == nil {
		t.Errorf("%+v", c)
	}
	// Known by its name only: another list's empty cell says nothing.
	m = newMemory()
	take(t, m, Options{}, file(t, "d.jsonl", `{"name":"Skak","contact":{"phone":"00 00 00 00"}}`))
	a := take(t, m, Options{}, file(t, "e.csv", "Navn;Telefon\nSkak;\n"))
	if c := only(t, m); a.Unchanged != 1 || c.Contact.Phone != "00 00 00 00" {
		t.Errorf("%v %+v", counts(a), c)
	}
}

func TestIdsAreKeptOrMadeTheSameEverywhere(t *testing.T) {
	m := newMemory()
	a := take(t, m, Options{Source: "by"}, file(t, "a.jsonl", `{"name":"A","id":"1234"}
{"name":"B","source_id":"77"}
{"name":"C","id":"5462DD01-F55D-5BC3-8A9A-D2470E33389E"}
{"name":"D"}
{"name":"D"}`))
	if counts(a) != [5]int{5, 4, 0, 1, 0} {
		t.Fatal(counts(a), a.Refusals)
	}
	var reasons []string
	for _, n := range a.Notes {
		reasons = append(reasons, n.Reason)
	}
	if !slices.Equal(reasons, []string{"id_moved", "twice"}) {
		t.Error(reasons)
	}
	again := newMemory()
	take(t, again, Options{Source: "by"}, file(t, "b.jsonl", `{"name":"B","source_id":"77"}`))
	if c, err := m.Existing(only(t, again).Identity()); err != nil || c == nil || c.ID != only(t, again).ID {
		t.Error("the same record got another id")
	}
	for _, c := range m.byID {
		if c.Name == "A" && (c.Source != "by" || c.SourceID != "1234") {
			t.Errorf("%+v", c)
		}
		if c.Name == "D" && c.Source != "" {
			t.Error("a record without a source id was given a source")
		}
	}
}

func TestDryRunCountsAndKeepsNothing(t *testing.T) {
	path := file(t, "a.jsonl", "{\"name\":\"A\"}\n{\"name\":\"A\",\"summary\":\"x\"}\n{\"name\":\"A\",\"summary\":\"x\"}\n{\"nam\":1}\n")
	m := newMemory()
	dry := take(t, m, Options{DryRun: true}, path)
	if m.puts != 0 {
		t.Error("a dry run put something")
	}
	if real := take(t, m, Options{}, path); counts(real) != counts(dry) || counts(real) != [5]int{4, 1, 1, 1, 1} {
		t.Error(counts(dry), counts(real))
	}
}

func TestConfidentialAddressesLeaveInNoExport(t *testing.T) {
	m := newMemory()
	for _, status := range []string{"active", "closed"} {
		take(t, m, Options{}, file(t, "a.jsonl", `{"name":"Krisecenter `+status+`","status":"`+status+`","places":[{"name":"Skjulhuset","address":"Skjulvej 1","postcode":"4100","city":"Ringsted","lat":55.123456,"lon":11.654321,"confidential":true,"imported_postcode":"Skjulkode"}],"welcome":{"where":"Ved døren på Skjulvej 1","first_time":["Ring først."]}}`))
	}
	before := m.export(t, JSONL)
	for _, f := range []Format{JSONL, CSV, XLSX} {
		b := m.export(t, f)
		path := file(t, "x."+string(f), string(b))
		if f != XLSX {
			for _, secret := range []string{"Skjul", "55.12", "11.65", "4100"} {
				if bytes.Contains(b, []byte(secret)) {
					t.Errorf("%s holds %q", f, secret)
				}
			}
		}
		if a := take(t, m, Options{}, path); f != CSV && a.Unchanged != 2 {
			t.Errorf("%s: %v", f, counts(a))
		}
		for _, c := range m.byID {
			if c.Places[0].Address != "Skjulvej 1" || !c.Places[0].Confidential || c.Welcome == nil || c.Welcome.Where == "" {
				t.Errorf("after %s: %+v %+v", f, c.Places, c.Welcome)
			}
		}
		fresh := newMemory()
		take(t, fresh, Options{}, path)
		if bytes.Contains(fresh.export(t, JSONL), []byte("Skjul")) {
			t.Errorf("%s holds the address", f)
		}
	}
	if !bytes.Equal(before, m.export(t, JSONL)) {
		t.Error("the imports changed something")
	}
}

func TestNoCellOfAnExportIsAFormula(t *testing.T) {
	for _, s := range []string{"=1+1", "+45 00 00 00 00", "-1", "@x", "|x", "%x", "\t=1", "\r=1", " =1", "＝1", "＋1", "－1", "＠1", "−1", "'=1", "''=1"} {
		g := guard(s)
		if !strings.HasPrefix(g, "'") || unguard(g) != s {
			t.Errorf("%q is written %q and read %q", s, g, unguard(g))
		}
	}
	for _, s := range []string{"", "Skak", "'t Hof", "10-12", "a=b"} {
		if guard(s) != s || unguard(s) != s {
			t.Errorf("%q: %q %q", s, guard(s), unguard(s))
		}
	}
	m := newMemory()
	c := &directory.Community{Name: "=HYPERLINK(1)", Summary: "'=1", Contact: &directory.Contact{Phone: "+45 00 00 00 00"}, Activities: []string{"@a", "b"}}
	c.AssignID()
	if err := m.Put(c); err != nil {
		t.Fatal(err)
	}
	b := m.export(t, CSV)
	if !bytes.Contains(b, []byte("'+45 00 00 00 00")) || !bytes.HasPrefix(b, []byte("\ufeffNavn;")) {
		t.Error(string(b))
	}
	for _, f := range []Format{CSV, XLSX} {
		path := file(t, "x."+string(f), string(m.export(t, f)))
		if a := take(t, m, Options{}, path); a.Unchanged != 1 {
			t.Error(f, counts(a))
		}
		fresh := newMemory()
		take(t, fresh, Options{}, path)
		if got := only(t, fresh); got.Name != c.Name || got.Summary != c.Summary || got.Contact.Phone != c.Contact.Phone {
			t.Errorf("%s: %+v", f, got)
		}
	}
}
