package interchange

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// The real directory of orservices: half of its links dangle, clock times stand
// in date columns and cells hold several ids. Every service comes in, and every
// row that cannot be used is named.
func TestRealDirectoryIsAccountedFor(t *testing.T) {
	path := data(t, "hsds", "orservices")
	m := newMemory()
	a := take(t, m, Options{}, path)
	t.Log("rows, added, updated, unchanged, refused:", counts(a))
	if counts(a) != [5]int{501, 501, 0, 0, 0} {
		t.Error(counts(a), a.Refusals)
	}
	if got := counts(take(t, m, Options{}, path)); got != [5]int{501, 0, 0, 501, 0} {
		t.Error("a second import:", got)
	}
	notes := map[string]int{}
	for _, n := range a.Notes {
		notes[n.Reason]++
		if n.File == "" {
			t.Error("a note without a file:", n)
		}
	}
	for _, k := range sorted(notes) {
		t.Log(k, notes[k])
	}
	for reason, want := range map[string]int{
		"no_organisation": 4, "several_organisations": 2, "organisation_without_service": 1, "table_not_used": 1,
		"time_in_date": 450 + 433, "shortened": 3, "time_as_note": 3,
	} {
		if notes[reason] != want {
			t.Errorf("%s: %d notes, want %d", reason, notes[reason], want)
		}
	}
	// Of 1,490 rows that put services at places, 698 dangle to services and 744 to places.
	dangling := map[string]int{}
	for _, n := range a.Notes {
		if filepath.Base(n.File) == "services_at_location.csv" {
			dangling[n.Reason]++
		}
	}
	if dangling["no_service"] != 698 || dangling["no_location"] != 744 {
		t.Error(dangling)
	}
	slots, words, paused := 0, 0, 0
	for _, c := range m.byID {
		for _, s := range c.Schedule {
			if s.Weekday > 0 || s.RRule != "" {
				slots++
			} else {
				words++
			}
		}
		if c.Status == directory.StatusPaused {
			paused++
		}
	}
	if slots != 1386 || words != 3 || paused != 13 {
		t.Errorf("%d slots, %d in words, %d paused", slots, words, paused)
	}
}

func TestOfficialExamplesComeIn(t *testing.T) {
	for _, x := range []struct {
		path []string
		rows int
	}{
		{[]string{"oruk-3.0", "examples", "service_full.json"}, 1},
		{[]string{"oruk-3.0", "examples", "service_list.json"}, 1},
		{[]string{"oruk-3.0", "examples", "service_at_location_full.json"}, 1},
		{[]string{"oruk-3.0", "examples", "organization_full.json"}, 1},
		{[]string{"hsds-3.0", "examples", "service_full.json"}, 1},
		{[]string{"hsds-3.0", "examples", "service_list.json"}, 1},
		{[]string{"hsds-3.0", "examples", "service_at_location_list.json"}, 1},
		{[]string{"hsds-3.0", "examples", "organization_full.json"}, 1},
		{[]string{"hsds-3.0", "examples", "csv"}, 1},
		{[]string{"oruk-3.0", "examples", "csv"}, 1},
	} {
		t.Run(strings.Join(x.path, "/"), func(t *testing.T) {
			m := newMemory()
			path := data(t, append([]string{"hsds"}, x.path...)...)
			a := take(t, m, Options{}, path)
			if a.Added != x.rows || a.Rows != x.rows {
				t.Fatal(counts(a), a.Refusals)
			}
			if got := take(t, m, Options{}, path); got.Unchanged != x.rows {
				t.Error("a second import:", counts(got))
			}
			for _, c := range m.byID {
				if c.Name != "Community Counselling" || c.ID != "ac148810-d857-441c-9679-408f346de14b" || !c.AssuredAt.IsZero() {
					t.Errorf("%s %q, assured %v", c.ID, c.Name, c.AssuredAt)
				}
			}
		})
	}
}

func TestServiceOfHSDS3IsUpgraded(t *testing.T) {
	m := newMemory()
	a := take(t, m, Options{}, data(t, "hsds", "oruk-3.0", "examples", "service_full.json"))
	for _, c := range m.byID {
		if c.Organiser == nil || c.Organiser.Name != "Example Organization Inc." {
			t.Error(c.Organiser)
		}
		if len(c.Places) != 1 || c.Places[0].Lat != nil || c.Places[0].Postcode != "" || !strings.Contains(string(c.Places[0].Unknown), "ABC 1234") {
			t.Errorf("%+v", c.Places)
		}
		// Thursdays and Fridays of one Saturday in 2005: they never come, and are kept beside.
		if len(c.Schedule) != 0 || !strings.Contains(string(c.Unknown), `"imported_schedule"`) {
			t.Errorf("%+v %s", c.Schedule, c.Unknown)
		}
		if c.Audience == nil || *c.Audience.MinAge != 12 || *c.Audience.MaxAge != 100 {
			t.Error(c.Audience)
		}
		if c.Contact == nil || c.Contact.Role != "Reception Manager" || strings.Contains(string(c.Unknown), "Ann Persona") {
			t.Error(c.Contact, string(c.Unknown))
		}
	}
	if !slices.ContainsFunc(a.Notes, func(n Refusal) bool { return n.Reason == "not_a_latitude" || n.Field == "places[0].lat" }) {
		t.Error("nothing says that latitude 100 was set aside:", a.Notes)
	}
}

// service gives a small package of services and a table beside.
func writePackage(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestOldPackagesAreUpgraded(t *testing.T) {
	dir := writePackage(t, map[string]string{
		"services.csv": "id,organization_id,name,description,status\n" +
			"1,9,Walkers,<p>Come &amp; walk</p><ul><li>slowly</li></ul>,inactive\n2,9,Gone,,defunct\n3,8,Odd,,perhaps\n4,,,,active\n",
		"organizations.csv":    "id,name,description\n9,Club,\n",
		"regular_schedule.csv": "id,service_id,weekday,opens_at,closes_at\n1,1,Monday,10:00,12:00\n2,1;2,Tuesday,09:00:00+01:00,10:00:00+01:00\n3,,Monday,1:00,2:00\n",
		"schedules.csv":        "id,service_id,valid_from,valid_to,freq,byday,opens_at\n1,1,8:30AM,5:30PM,,,\n",
	})
	// Only one table of schedules is read; the other is named.
	m := newMemory()
	a := take(t, m, Options{}, dir)
	if counts(a) != [5]int{4, 3, 0, 0, 1} || a.Refusals[0].Field != "name" || a.Refusals[0].Reason != "empty" || a.Refusals[0].Line != 5 {
		t.Fatal(counts(a), a.Refusals)
	}
	got := map[string]*directory.Community{}
	for _, c := range m.byID {
		got[c.SourceID] = c
	}
	if c := got["1"]; c.Status != directory.StatusPaused || c.Description != "Come & walk\n\n– slowly" || c.Source != "hsds" {
		t.Errorf("%+v", c)
	}
	if got["2"].Status != directory.StatusClosed || got["3"].Status != directory.StatusPaused || got["3"].Organiser != nil {
		t.Error(got["2"], got["3"])
	}
	var reasons []string
	for _, n := range a.Notes {
		reasons = append(reasons, n.Reason)
	}
	for _, want := range []string{"several_ids", "row_without_service", "unknown_status", "no_organisation", "table_not_used"} {
		if !slices.Contains(reasons, want) {
			t.Errorf("no note says %s: %v", want, reasons)
		}
	}
}

func TestExportedHSDSHoldsTogether(t *testing.T) {
	m := newMemory()
	take(t, m, Options{}, data(t, "directory", "communities-1k.jsonl"))
	secret := &directory.Community{Name: "Krisecenter", Places: []directory.Place{{Name: "Huset", Address: "Skjulvej 1", Postcode: "4100", City: "Ringsted", Confidential: true}}}
	secret.AssignID()
	if err := m.Put(secret); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "out")
	if err := ExportHSDS(context.Background(), dir, m.each); err != nil {
		t.Fatal(err)
	}
	type page struct {
		Total    int      `json:"total_items"`
		Size     int      `json:"size"`
		Empty    bool     `json:"empty"`
		Contents []object `json:"contents"`
	}
	read := func(name string) page {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte("Skjulvej")) {
			t.Errorf("%s holds a confidential address", name)
		}
		var p page
		if err := json.Unmarshal(b, &p); err != nil {
			t.Fatal(name, err)
		}
		if p.Total != len(p.Contents) || p.Size != p.Total || p.Empty {
			t.Error(name, p.Total, p.Size, len(p.Contents))
		}
		return p
	}
	services, orgs, terms := read("services.json"), read("organizations.json"), read("taxonomy_terms.json")
	if services.Total != 1001 {
		t.Error(services.Total)
	}
	ids := map[string]bool{}
	known := map[string]bool{}
	required := func(kind string, o object, keys ...string) {
		for _, k := range append(keys, "id") {
			if _, ok := o[k]; !ok {
				t.Errorf("%s %v has no %s", kind, o["id"], k)
			}
		}
		if uuid.Validate(o.str("id")) != nil {
			t.Errorf("%s: %q is no UUID", kind, o.str("id"))
		}
	}
	for _, o := range orgs.Contents {
		required("organization", o, "name", "description")
		known[o.str("id")] = true
	}
	for _, o := range terms.Contents {
		required("term", o, "name", "description")
		known[o.str("id")] = true
	}
	once := func(id string) {
		if ids[id] {
			t.Errorf("id %s twice", id)
		}
		ids[id] = true
	}
	for _, s := range services.Contents {
		required("service", s, "name", "status")
		once(s.str("id"))
		if !known[s.child("organization").str("id")] {
			t.Error("a dangling organization")
		}
		for _, sal := range s.list("service_at_locations") {
			required("service_at_location", sal)
			once(sal.str("id"))
			l := sal.child("location")
			required("location", l, "location_type")
			for _, x := range l.list("addresses") {
				required("address", x, "address_1", "city", "state_province", "postal_code", "country", "address_type")
			}
		}
		for _, x := range s.list("schedules") {
			required("schedule", x)
			once(x.str("id"))
			if f := x.str("freq"); f != "" && f != "WEEKLY" && f != "MONTHLY" {
				t.Error(f)
			}
		}
		for _, x := range s.list("attributes") {
			required("attribute", x)
			if !known[x.child("taxonomy_term").str("id")] || x.str("link_id") != s.str("id") {
				t.Error("a dangling attribute")
			}
		}
		for _, x := range s.list("phones") {
			required("phone", x, "number")
		}
	}
	a := take(t, m, Options{}, dir)
	if counts(a) != [5]int{1001, 0, 0, 1001, 0} {
		t.Error("our own export again:", counts(a), a.Refusals)
	}
	if c, _ := m.Existing(secret.Identity()); c.Places[0].Address != "Skjulvej 1" {
		t.Error("the import took a confidential address away")
	}
}
