package match

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

// text is everything a record says that may be shown as a word.
func text(c *directory.Community) string {
	s := []string{c.Name, c.Category, c.Summary, c.Description, strings.Join(c.Activities, " ")}
	if c.Organiser != nil {
		s = append(s, c.Organiser.Name)
	}
	for _, p := range c.Places {
		s = append(s, p.City)
		if !p.Confidential {
			s = append(s, p.Name, p.Address, p.HousingArea)
		}
	}
	return danish.Lower(strings.Join(s, "\n"))
}

// untrue checks a reason against its record, by other means than the index.
func untrue(c *directory.Community, r Reason) string {
	if r.Fact != Met {
		return ""
	}
	all := text(c)
	switch r.Kind {
	case ReasonWord:
		if !strings.Contains(all, danish.Lower(r.Value)) {
			return "the record does not say so"
		}
	case ReasonKind(WishWeekday):
		d, _ := strconv.Atoi(r.Value)
		for _, s := range c.Schedule {
			if s.Weekday == d || strings.Contains(s.RRule, "FREQ=DAILY") || strings.Contains(s.RRule, []string{"", "MO", "TU", "WE", "TH", "FR", "SA", "SU"}[d]) {
				return ""
			}
		}
		if len(c.Schedule) > 0 || !strings.Contains(all, weekdayNames[d]) {
			return "not on that day"
		}
	case ReasonKind(WishTime):
		for _, s := range c.Schedule {
			h, err := strconv.Atoi(strings.Split(s.From+":", ":")[0])
			day := s.Weekday >= 6 || strings.Contains(s.RRule, "SA") || strings.Contains(s.RRule, "SU") || strings.Contains(s.RRule, "FREQ=DAILY")
			in := map[string]bool{"morning": err == nil && h < 9, "forenoon": h >= 9 && h < 12, "afternoon": h >= 12 && h < 17, "evening": h >= 17,
				"daytime": err == nil && h < 17, "weekend": day, "weekday": !day || s.RRule != ""}
			if in[r.Value] {
				return ""
			}
		}
		if len(c.Schedule) > 0 || !strings.Contains(all, "dag") {
			return "not at that time"
		}
	case ReasonKind(WishPrice):
		if c.Price == nil {
			if !containsAny(all, "gratis", "koster", "uden beregning", "kr") {
				return "no price is stated"
			}
			return ""
		}
		if (r.Value == "free") != (c.Price.Kind == directory.PriceFree || c.Price.DKK == 0) {
			return "another price"
		}
	case ReasonKind(WishAccompaniment):
		if c.Accompaniment != nil && c.Accompaniment.Offered != nil && !*c.Accompaniment.Offered {
			return "accompaniment is not offered"
		}
	case ReasonKind(WishRoom):
		if c.Capacity == nil || c.Capacity.Free == nil || *c.Capacity.Free <= 0 {
			return "no room"
		}
	case ReasonKind(WishLanguage):
		if !slices.Contains(c.Languages, r.Value) {
			return "not in that language"
		}
	case ReasonKind(WishAcross):
		if c.OpenAcrossHousingAreas == nil || !*c.OpenAcrossHousingAreas {
			return "not open across"
		}
	case ReasonKind(WishArea):
		for _, p := range c.Places {
			for _, n := range []string{p.City, shortCity(p.City), p.Postcode, p.Municipality, p.HousingArea} {
				if danish.Fold(danish.Lower(strings.TrimSpace(n))) == danish.Fold(danish.Lower(r.Value)) {
					return ""
				}
			}
		}
		return "elsewhere"
	case ReasonKind(WishAge):
		if a := c.Audience; a != nil && ((a.MinAge != nil && int(r.Number) < *a.MinAge) || (a.MaxAge != nil && int(r.Number) > *a.MaxAge)) {
			return "another age"
		}
	}
	return ""
}

func checkReasons(t interface {
	Helper()
	Errorf(string, ...any)
}, byID map[string]*directory.Community, text string, res Result) {
	t.Helper()
	for _, h := range res.Hits {
		if len(h.Reasons) > maxReasons {
			t.Errorf("%q: %d reasons for %s", text, len(h.Reasons), h.Name)
		}
		if h.Score < 0 || h.Score > 1 || h.Score != h.Score {
			t.Errorf("%q: score %v", text, h.Score)
		}
		for _, r := range h.Reasons {
			if why := untrue(byID[h.ID], r); why != "" {
				t.Errorf("%q: %s: %+v: %s", text, h.Name, r, why)
			}
		}
	}
}

func TestEveryReasonIsTrueOfItsRecord(t *testing.T) {
	cs := load(t, "communities-1k.jsonl")
	byID := map[string]*directory.Community{}
	for _, c := range cs {
		byID[c.ID] = c
	}
	x := Build(cs)
	wishes := []Wish{{Kind: WishPrice, Value: "free"}, {Kind: WishTime, Value: "evening"}, {Kind: WishRoom}, {Kind: WishLanguage, Value: "en"},
		{Kind: WishAccompaniment}, {Kind: WishAge, Number: 70}, {Kind: WishArea, Value: "Viby"}, {Kind: WishWeekday, Value: "3"}}
	for i, q := range queries(t) {
		res := x.Search(context.Background(), Query{Text: q.Query, Filters: wishes[i%len(wishes) : i%len(wishes)+1], Limit: 40, Today: today})
		checkReasons(t, byID, q.Query, res)
	}
}

// anyCommunity draws a record in any state.
func anyCommunity(t *rapid.T, i int) *directory.Community {
	words := rapid.SampledFrom([]string{"gåtur", "Strikkecafé", "kor", "på tirsdag kl. 10", "Det koster ikke noget", "for kvinder", "mandag aften", "æøå", "\xff", "", "fodbold for børn", "senior", "💛", "Ringsted Syd", "8210", strings.Repeat("ord ", 50)})
	say := func(label string) string {
		return strings.Join(rapid.SliceOfN(words, 0, 4).Draw(t, label), ". ")
	}
	c := &directory.Community{ID: fmt.Sprint(i), Name: say("name"), Description: say("description"), Category: say("category")}
	c.Activities = rapid.SliceOfN(words, 0, 3).Draw(t, "activities")
	for range rapid.IntRange(0, 2).Draw(t, "slots") {
		c.Schedule = append(c.Schedule, directory.Slot{Weekday: rapid.IntRange(-1, 9).Draw(t, "weekday"),
			From:  rapid.SampledFrom([]string{"", "10:00", "25:99", "19:30", "x"}).Draw(t, "from"),
			RRule: rapid.SampledFrom([]string{"", "FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=DAILY", "BYDAY=", "BYDAY=1XX", "RRULE:FREQ=MONTHLY;BYDAY=2TU"}).Draw(t, "rrule")})
	}
	if rapid.Bool().Draw(t, "priced") {
		c.Price = &directory.Price{Kind: rapid.SampledFrom([]directory.PriceKind{"", "free", "month", "year", "odd"}).Draw(t, "kind"), DKK: rapid.Float64().Draw(t, "dkk")}
	}
	if rapid.Bool().Draw(t, "aged") {
		c.Audience = &directory.Audience{MinAge: num(rapid.IntRange(-5, 500).Draw(t, "min")), Gender: directory.Gender(rapid.SampledFrom([]string{"", "women", "men", "?"}).Draw(t, "gender"))}
	}
	if rapid.Bool().Draw(t, "placed") {
		c.Places = []directory.Place{{City: say("city"), HousingArea: rapid.SampledFrom([]string{"", "Ringsted Syd"}).Draw(t, "area"), Lat: deg(rapid.Float64().Draw(t, "lat")), Lon: deg(rapid.Float64().Draw(t, "lon")), Confidential: rapid.Bool().Draw(t, "secret")}}
	}
	if rapid.Bool().Draw(t, "room") {
		c.Capacity = &directory.Capacity{Free: num(rapid.IntRange(-3, 9).Draw(t, "free"))}
	}
	c.Status = directory.Status(rapid.SampledFrom([]string{"", "active", "paused", "closed", "?"}).Draw(t, "status"))
	return c
}

func TestAnyDirectoryAnyTextTrueReasonsSameAnswers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 12).Draw(t, "n")
		cs := make([]*directory.Community, n)
		byID := map[string]*directory.Community{}
		for i := range cs {
			cs[i] = anyCommunity(t, i)
			byID[cs[i].ID] = cs[i]
		}
		q := Query{Text: rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"gåtur tirsdag gratis", "kor for kvinder på 70", "ringsted syd", "fodbo", "stikkecafe", "ikke noget med kor "})).Draw(t, "text"),
			Limit: rapid.IntRange(-1, 30).Draw(t, "limit"), Today: directory.Day(rapid.SampledFrom([]string{"", "2026-11-23", "x"}).Draw(t, "today"))}
		if rapid.Bool().Draw(t, "filtered") {
			q.Filters = []Wish{{Kind: WishKind(rapid.SampledFrom([]string{"price", "time", "weekday", "age", "odd", "distance", "area", "topic"}).Draw(t, "wish")), Value: rapid.SampledFrom([]string{"", "free", "evening", "2", "99", "kor"}).Draw(t, "value"), Number: rapid.Float64().Draw(t, "number")}}
			q.Origin = &Point{55.4, 11.8}
		}
		x := Build(cs)
		a := x.Search(context.Background(), q)
		checkReasons(t, byID, q.Text, a)
		if b := Build(cs).Search(context.Background(), q); !reflect.DeepEqual(a, b) {
			t.Errorf("another answer after building again:\n%+v\n%+v", a, b)
		}
	})
}

func TestSearchIsSafeForMany(t *testing.T) {
	x := Build(town())
	want := search(x, "gåtur formiddag")
	done := make(chan Result)
	for range 8 {
		go func() {
			for range 20 {
				search(x, "strikkecafe tirsdag")
			}
			done <- search(x, "gåtur formiddag")
		}()
	}
	for range 8 {
		if got := <-done; !reflect.DeepEqual(got, want) {
			t.Errorf("another answer beside others: %v", ids(got))
		}
	}
}

func TestACancelledSearchIsEmpty(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if res := Build(town()).Search(ctx, Query{Text: "gåtur"}); len(res.Hits) != 0 || res.Weak {
		t.Errorf("%+v", res)
	}
}

func FuzzSearch(f *testing.F) {
	for _, s := range []string{"gåtur formiddag", "min mor på 78", "\xff\xfe", strings.Repeat("strikkecafe ", 200), strings.Repeat("x", 5000), "ﷺ 💛 9"} {
		f.Add(s)
	}
	cs := town()
	byID := map[string]*directory.Community{}
	for _, c := range cs {
		byID[c.ID] = c
	}
	x := Build(cs)
	f.Fuzz(func(t *testing.T, s string) {
		checkReasons(t, byID, s, search(x, s))
	})
}
