package directory

import (
	"bufio"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"pgregory.net/rapid"
)

func ptr[T any](v T) *T { return &v }

// refusals gives what Validate says as "field reason", in order.
func refusals(c Community) []string {
	var out []string
	for _, p := range Problems(c.Validate()) {
		out = append(out, p.Field+" "+p.Reason)
	}
	return out
}

func TestAFieldThatMayNotBeKeptIsNamed(t *testing.T) {
	for _, c := range []struct {
		want string
		c    Community
	}{
		{"name empty", Community{}},
		{"name too_long", Community{Name: strings.Repeat("ø", 121)}},
		{"description too_long", Community{Name: "x", Description: strings.Repeat("ø", 4001)}},
		{"id not_a_uuid", Community{Name: "x", ID: "17"}},
		{"id not_a_uuid", Community{Name: "x", ID: "urn:uuid:5462dd01-f55d-5bc3-8a9a-d2470e33389e"}},
		{"kind unknown_value", Community{Name: "x", Kind: "club"}},
		{"status unknown_value", Community{Name: "x", Status: "open"}},
		{"organiser.cvr not_a_cvr", Community{Name: "x", Organiser: &OrganiserRef{CVR: "1234567"}}},
		{"organiser.p_number not_a_p_number", Community{Name: "x", Organiser: &OrganiserRef{PNumber: "12345678"}}},
		{"places[1].postcode not_a_postcode", Community{Name: "x", Places: []Place{{}, {Postcode: "DK-4100"}}}},
		{"places[0].lat not_a_latitude", Community{Name: "x", Places: []Place{{Lat: ptr(100.0)}}}},
		{"places[0].lon not_a_longitude", Community{Name: "x", Places: []Place{{Lon: ptr(math.NaN())}}}},
		{"schedule[1].from not_a_time", Community{Name: "x", Schedule: []Slot{{Weekday: 1}, {Weekday: 1, From: "25:00"}}}},
		{"schedule[0].to ends_before_it_begins", Community{Name: "x", Schedule: []Slot{{Weekday: 1, From: "10:00", To: "10:00"}}}},
		{"schedule[0].weekday not_a_weekday", Community{Name: "x", Schedule: []Slot{{Weekday: 8}}}},
		{"schedule[0] no_time", Community{Name: "x", Schedule: []Slot{{From: "10:00"}}}},
		{"schedule[0].rrule bad_rule", Community{Name: "x", Schedule: []Slot{{RRule: "FREQ=SECONDLY"}}}},
		{"schedule[0].valid_from needs_first_day", Community{Name: "x", Schedule: []Slot{{RRule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"}}}},
		{"schedule[0] never_occurs", Community{Name: "x", Schedule: []Slot{{RRule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}}}},
		{"schedule[0] never_occurs", Community{Name: "x", Schedule: []Slot{{Weekday: 1, ValidFrom: "2026-11-24", ValidTo: "2026-11-25"}}}},
		{"schedule[0].valid_from not_a_day", Community{Name: "x", Schedule: []Slot{{Weekday: 1, ValidFrom: "0226-11-24"}}}},
		{"schedule[0].valid_to ends_before_it_begins", Community{Name: "x", Schedule: []Slot{{Weekday: 1, ValidFrom: "2026-11-24", ValidTo: "2026-01-01"}}}},
		{"schedule[0].exceptions[1] not_a_day", Community{Name: "x", Schedule: []Slot{{Weekday: 1, Exceptions: []Day{"2026-12-24", "jul"}}}}},
		{"price.kind unknown_value", Community{Name: "x", Price: &Price{Kind: "gratis"}}},
		{"price.dkk negative", Community{Name: "x", Price: &Price{DKK: -1}}},
		{"price.dkk too_large", Community{Name: "x", Price: &Price{DKK: 1_000_001}}},
		{"capacity.total too_large", Community{Name: "x", Capacity: &Capacity{Total: ptr(1_000_001)}}},
		{"price.dkk not_a_number", Community{Name: "x", Price: &Price{DKK: math.Inf(1)}}},
		{"audience.min_age not_an_age", Community{Name: "x", Audience: &Audience{MinAge: ptr(-1)}}},
		{"audience.max_age ages_reversed", Community{Name: "x", Audience: &Audience{MinAge: ptr(60), MaxAge: ptr(18)}}},
		{"audience.gender unknown_value", Community{Name: "x", Audience: &Audience{Gender: "k"}}},
		{"welcome.first_time too_many_sentences", Community{Name: "x", Welcome: &Welcome{FirstTime: []string{"a", "b", "c", "d"}}}},
		{"capacity.free negative", Community{Name: "x", Capacity: &Capacity{Free: ptr(-2)}}},
		{"practice.to ends_before_it_begins", Community{Name: "x", Practice: &Practice{From: "2026-12-01", To: "2026-11-01"}}},
		{"activities too_many", Community{Name: "x", Activities: make([]string, maxList+1)}},
	} {
		if got := refusals(c.c); len(got) != 1 || got[0] != c.want {
			t.Errorf("%v, want %s", got, c.want)
		}
	}
}

func TestWhatIsMerelyUnusualIsKept(t *testing.T) {
	for _, c := range []Community{
		{Name: "x", Schedule: []Slot{{Note: "efter aftale"}}},
		{Name: "x", Schedule: []Slot{{Weekday: 5, From: "20:00", To: "02:00"}}},
		{Name: "x", Schedule: []Slot{{Weekday: 5, From: "20:00", To: "00:00"}}},
		{Name: "x", Schedule: []Slot{{Weekday: 1, ValidFrom: "2019-01-01", ValidTo: "2019-06-30"}}},
		{Name: "x", Schedule: []Slot{{RRule: "FREQ=WEEKLY;BYDAY=MO;UNTIL=20190630"}}},
		{Name: "x", Languages: []string{"tlh"}, Considerations: []string{"allergi"}, Audience: &Audience{Groups: []string{"spejdere"}}},
		{Name: "x", Places: []Place{{}}, Price: &Price{}, Welcome: &Welcome{}, Contact: &Contact{}, Practice: &Practice{}},
	} {
		if got := refusals(c); got != nil {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestSeveralFaultsAreAllNamedInTheOrderOfTheRecord(t *testing.T) {
	c := Community{Kind: "x", Places: []Place{{Postcode: "1", Lat: ptr(91.0)}}, Price: &Price{DKK: -1}}
	want := []string{"name empty", "kind unknown_value", "places[0].postcode not_a_postcode", "places[0].lat not_a_latitude", "price.dkk negative"}
	for range 20 {
		if got := refusals(c); !slices.Equal(got, want) {
			t.Fatalf("%v", got)
		}
	}
	if got := Problems(fmt.Errorf("line 3: %w", c.Validate())); len(got) != len(want) {
		t.Errorf("behind another error %d of %d are found", len(got), len(want))
	}
	if Problems(nil) != nil || Problems(errors.New("other")) != nil {
		t.Error("problems where there are none")
	}
}

func TestEveryReasonHasItsWords(t *testing.T) {
	for _, lang := range translations.Languages {
		for _, r := range Reasons {
			if !translations.For(lang).Has("reasons." + r) {
				t.Errorf("%s has no words for %s", lang, r)
			}
		}
	}
}

func TestNormalizePutsRightWhatNeedsNoGuess(t *testing.T) {
	c := Community{
		ID: " 5462DD01-F55D-5BC3-8A9A-D2470E33389E ", Name: "  Ga\u030ature \u202e", Description: "Et\r\nto",
		Activities: []string{"sang", " sang ", ""},
		Organiser:  &OrganiserRef{CVR: "12 34 56 78"},
		Schedule:   []Slot{{Weekday: 1, From: "kl. 9.30", To: "24:00"}, {RRule: " rrule:freq=weekly; byday=tu ", From: "9:00", To: "ved frokost"}},
		Contact:    &Contact{Web: "https://example.dk/" + strings.Repeat("a", 80)},
		Unknown:    jsontext.Value(`{"ours":1}`),
	}
	c.Normalize()
	want := Community{
		ID: "5462dd01-f55d-5bc3-8a9a-d2470e33389e", Name: "Gåture", Description: "Et\nto", Activities: []string{"sang"},
		Organiser: &OrganiserRef{CVR: "12345678"},
		Schedule:  []Slot{{Weekday: 1, From: "09:30", To: "00:00"}, {RRule: "FREQ=WEEKLY;BYDAY=TU", From: "09:00", To: "ved frokost"}},
		Contact:   c.Contact, Unknown: jsontext.Value(`{"ours":1}`),
	}
	if a, b := marshal(t, c), marshal(t, want); a != b {
		t.Errorf("%s\nwant\n%s", a, b)
	}
	if want := "https://example.dk/" + strings.Repeat("a", 80); c.Contact.Web != want {
		t.Errorf("the address became %q", c.Contact.Web)
	}
	if got := refusals(c); !slices.Equal(got, []string{"schedule[1].to not_a_time"}) {
		t.Errorf("%v", got)
	}
}

type failer interface{ Fatal(...any) }

func marshal(t failer, c Community) string {
	b, err := json.Marshal(c, json.Deterministic(true))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// drawJSON draws a record as another program might write it, with members that
// we do not know in every part.
func drawJSON(t *rapid.T) string {
	more := func(part string) string {
		return fmt.Sprintf(`"x_%s":{"n":%d,"s":["æ"]}`, part, rapid.IntRange(0, 1<<30).Draw(t, part))
	}
	parts := []string{`"name":"Gåtur"`, more("top")}
	for _, p := range []struct{ name, before, known, after string }{
		{"organiser", "{", `"name":"Foreningen"`, "}"}, {"places", "[{", `"postcode":"4100"`, "}]"}, {"schedule", "[{", `"weekday":2`, "}]"},
		{"price", "{", `"kind":"free"`, "}"}, {"audience", "{", `"min_age":0`, "}"}, {"accompaniment", "{", `"offered":false`, "}"},
		{"welcome", "{", `"greeter":"værten"`, "}"}, {"capacity", "{", `"free":0`, "}"}, {"practice", "{", `"from":"2026-01-01"`, "}"}, {"contact", "{", `"role":"vært"`, "}"},
	} {
		if rapid.Bool().Draw(t, "has "+p.name) {
			parts = append(parts, fmt.Sprintf(`%q:%s%s,%s%s`, p.name, p.before, p.known, more(p.name), p.after))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func TestMembersWeDoNotKnowAreKeptAtEveryDepth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawJSON(t)
		var c Community
		if err := json.Unmarshal([]byte(in), &c); err != nil {
			t.Fatal(err)
		}
		c.Normalize()
		if err := c.Validate(); err != nil {
			t.Fatal(err)
		}
		var a, b any
		if err := errors.Join(json.Unmarshal([]byte(in), &a), json.Unmarshal([]byte(marshal(t, c)), &b)); err != nil {
			t.Fatal(err)
		}
		if x, y := fmt.Sprint(a), fmt.Sprint(b); x != y {
			t.Fatalf("%s\nbecame\n%s", x, y)
		}
	})
}

func TestNoRecordMakesTheRulesPanic(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"10:00", "2026-11-24", "FREQ=MONTHLY;BYDAY=9MO", "24:00", "9999-12-31", "0001-01-01"}))
	number := rapid.Int()
	rapid.Check(t, func(t *rapid.T) {
		c := Community{
			ID: text.Draw(t, "id"), Name: text.Draw(t, "name"), Organiser: &OrganiserRef{CVR: text.Draw(t, "cvr")},
			Places:   []Place{{Postcode: text.Draw(t, "postcode"), Lat: ptr(rapid.Float64().Draw(t, "lat"))}},
			Schedule: []Slot{{Weekday: number.Draw(t, "weekday"), From: text.Draw(t, "from"), To: text.Draw(t, "to"), RRule: text.Draw(t, "rrule"), ValidFrom: Day(text.Draw(t, "vf")), ValidTo: Day(text.Draw(t, "vt"))}},
			Audience: &Audience{MinAge: ptr(number.Draw(t, "min"))},
			Practice: &Practice{From: Day(text.Draw(t, "pf"))},
		}
		first := Problems(c.Validate())
		c.Normalize()
		c.AssignID()
		once := marshalOK(c)
		c.Normalize()
		if again := marshalOK(c); again != once {
			t.Fatalf("%s\nbecame\n%s", once, again)
		}
		for _, p := range append(first, Problems(c.Validate())...) {
			if !slices.Contains(Reasons, p.Reason) {
				t.Fatalf("%s is not among the reasons", p.Reason)
			}
		}
		c.Next(time.Unix(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "after"), 0), number.Draw(t, "n")%20)
	})
}

func marshalOK(c Community) string {
	b, err := json.Marshal(c, json.Deterministic(true))
	if err != nil {
		return err.Error() // NaN has no JSON; it says so alike both times
	}
	return string(b)
}

func TestTheSameCommunityIsKnownAgain(t *testing.T) {
	const given = "5462dd01-f55d-5bc3-8a9a-d2470e33389e"
	a := Community{ID: strings.ToUpper(given), Name: "Gåtur"}
	a.AssignID()
	if a.ID != given {
		t.Errorf("a given id became %s", a.ID)
	}
	id := func(c Community) string { c.AssignID(); return c.ID }
	pair := Community{Source: "kommunen", SourceID: "17", Name: "Gåtur"}
	if id(pair) != id(Community{Source: "kommunen", SourceID: "17", Name: "Et andet navn"}) {
		t.Error("the pair of source and source id does not decide")
	}
	if id(pair) == id(Community{Source: "foreningen", SourceID: "17", Name: "Gåtur"}) {
		t.Error("two sources share an id")
	}
	if got := id(pair); got != id(Community{ID: "{" + given + "}", Source: "kommunen", SourceID: "17"}) {
		t.Errorf("an id that is none counts: %s", got)
	}
	named := func(name, organiser, postcode string) string {
		return id(Community{Name: name, Organiser: &OrganiserRef{Name: organiser}, Places: []Place{{Postcode: postcode}}})
	}
	if named("Gåtur – ved søen", "Foreningen", "4100") != named("ga\u030atur, ved  SØEN", "foreningen", "4100") {
		t.Error("spelling decides")
	}
	if named("Gåtur", "Foreningen", "4100") == named("Gåtur", "Foreningen", "4173") {
		t.Error("the postcode does not decide")
	}
}

func TestAConfidentialAddressIsNowhereInWhatMayBeShown(t *testing.T) {
	c := Community{Name: "Samtalegruppe", Places: []Place{
		{Name: "Huset", Address: "Hemmelig Vej 7", Postcode: "4100", City: "Ringsted", HousingArea: "Skoven", Lat: ptr(55.4), Lon: ptr(11.8), Confidential: true, Unknown: jsontext.Value(`{"access_code":"Hemmelig"}`)},
		{Address: "Torvet 1", Postcode: "4100"},
	}, Welcome: &Welcome{Greeter: "Bo", Where: "Ved døren på Hemmelig Vej 7"}}
	if c.MeetingPoint() != "" {
		t.Error("where one meets may tell the address, and was said")
	}
	shown := *c.PublicPlace()
	if got := marshal(t, Community{Name: "x", Places: []Place{shown}}); strings.Contains(got, "Hemmelig") || strings.Contains(got, "4100") || strings.Contains(got, "55.4") {
		t.Error(got)
	}
	if c.Places[0].Address == "" {
		t.Error("showing a place took it out of the record")
	}
	kept, welcome := c.Places, c.Welcome
	c.ClearConfidential()
	if got := marshal(t, c); strings.Contains(got, "Hemmelig") || !strings.Contains(got, "Torvet 1") || !strings.Contains(got, "confidential") {
		t.Error(got)
	}
	if kept[0].Address == "" || welcome.Where == "" {
		t.Error("a copy that shares its parts lost them too")
	}
	open := Community{Places: []Place{{Address: "Torvet 1"}}, Welcome: &Welcome{Where: "I køkkenet"}}
	if open.ClearConfidential(); open.MeetingPoint() != "I køkkenet" || open.Welcome.Where == "" {
		t.Error("where one meets at an open place was taken away")
	}
	if (&Community{}).PublicPlace() != nil {
		t.Error("a place out of nothing")
	}
}

func TestFactsGrowOld(t *testing.T) {
	c := Community{}
	if got := c.Freshness("2026-11-23"); got != (Freshness{Stale: true}) {
		t.Errorf("never confirmed: %+v", got)
	}
	for assured, want := range map[string]Freshness{
		"2026-11-23 00:30": {Stated: true},
		"2026-11-22 23:30": {Stated: true, Days: 1},
		"2026-05-24 12:00": {Stated: true, Days: 183},
		"2026-05-23 12:00": {Stated: true, Days: 184, Stale: true},
		"2026-12-24 12:00": {Stated: true}, // a clock that runs ahead is no reason to doubt
	} {
		c.AssuredAt = at(assured).UTC()
		if got := c.Freshness("2026-11-23"); got != want {
			t.Errorf("%s: %+v, want %+v", assured, got, want)
		}
	}
}

func TestDaysAreCountedOverClockChanges(t *testing.T) {
	if d := Day("2026-03-28").AddDays(2); d != "2026-03-30" {
		t.Error(d)
	}
	if n := Day("2026-10-24").DaysUntil("2026-10-26"); n != 2 {
		t.Error(n)
	}
	if n := Day("2026-10-24").DaysUntil("2026-10-20"); n != -4 {
		t.Error(n)
	}
	if d := DayOf(time.Date(2026, 11, 23, 23, 30, 0, 0, time.UTC)); d != "2026-11-24" {
		t.Error(d)
	}
	for _, d := range []Day{"", "2026-02-30", "24-11-2026", "2026-11-24T10:00"} {
		if d.Valid() || d.AddDays(1) != d {
			t.Errorf("%q is a day", d)
		}
	}
}

func TestATestDirectoryIsWholeAndValid(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "directory", "communities-1k.jsonl"))
	if err != nil {
		t.Skip("the test directory is not here:", err)
	}
	defer f.Close()
	n := 0
	for lines := bufio.NewScanner(f); lines.Scan(); n++ {
		var c Community
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		c.Normalize()
		if err := c.Validate(); err != nil {
			t.Errorf("%s: %v", c.SourceID, err)
		}
		if os := c.Next(at("2026-11-23 12:00"), 3); len(c.Schedule) > 0 && len(os) != 3 {
			t.Errorf("%s meets %d times", c.SourceID, len(os))
		}
	}
	if n != 1000 {
		t.Errorf("%d records", n)
	}
}
