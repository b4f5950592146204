package match

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

const today = directory.Day("2026-11-23")

func yes() *bool             { b := true; return &b }
func num(n int) *int         { return &n }
func deg(f float64) *float64 { return &f }

// town is a handful of communities, each written by hand.
func town() []*directory.Community {
	at := func(name, area string, lat, lon float64) []directory.Place {
		return []directory.Place{{Name: name, City: "Ringsted", Postcode: "4100", Municipality: "Ringsted", HousingArea: area, Lat: deg(lat), Lon: deg(lon), Accessibility: []string{"wheelchair"}}}
	}
	assured := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	return []*directory.Community{
		{ID: "walk", Name: "Gå-glad Ringsted Syd", Description: "Vi går en god tur sammen i to tempi.", Activities: []string{"gåtur"}, Category: "Natur og friluftsliv",
			Places: at("Beboerhuset", "Ringsted Syd", 55.43, 11.79), Schedule: []directory.Slot{{Weekday: 2, From: "10:00", To: "11:30"}},
			Price: &directory.Price{Kind: directory.PriceFree}, Accompaniment: &directory.Accompaniment{Offered: yes()}, Capacity: &directory.Capacity{Free: num(5)}, AssuredAt: assured},
		{ID: "walk2", Name: "Vandrelauget", Description: "Lange vandreture hver måned.", Schedule: []directory.Slot{{Weekday: 7, From: "10:00"}},
			Price: &directory.Price{Kind: directory.PricePerTime, DKK: 30}},
		{ID: "knit", Name: "Strikkecaféen", Activities: []string{"strik", "hækling"}, Schedule: []directory.Slot{{Weekday: 2, From: "19:00"}}, Places: at("Biblioteket", "Benløseparken", 55.45, 11.78)},
		{ID: "eat", Name: "Langbordet", Description: "Vi laver mad og spiser sammen ved lange borde. Det koster ikke noget. Vi mødes torsdag kl. 18.", Activities: []string{"fællesspisning"}},
		{ID: "loss", Name: "Livet efter tabet", Activities: []string{"sorg"}, Considerations: []string{"grief"}, Audience: &directory.Audience{MinAge: num(18)}},
		{ID: "it", Name: "It-caféen", Description: "Få hjælp til MitID og digital post.", Activities: []string{"it", "MitID"}, Schedule: []directory.Slot{{RRule: "FREQ=WEEKLY;BYDAY=WE", From: "10:00"}}},
		{ID: "foot", Name: "Fodbold for drenge og piger", Activities: []string{"fodbold"}, Audience: &directory.Audience{MinAge: num(6), MaxAge: num(12)}, Capacity: &directory.Capacity{Free: num(0)}},
		{ID: "ladies", Name: "Kvindefodbold", Activities: []string{"fodbold"}, Audience: &directory.Audience{Gender: directory.GenderWomen, MinAge: num(18)}},
		{ID: "choir", Name: "Koret Klang", Description: "Vi synger sammen.", Activities: []string{"kor", "sang"}, Status: directory.StatusPaused},
		{ID: "choir2", Name: "Mandagskoret", Activities: []string{"kor"}, Schedule: []directory.Slot{{Weekday: 1, From: "19:00"}}},
		{ID: "gone", Name: "Kor der var engang", Activities: []string{"kor"}, Status: directory.StatusClosed},
		{ID: "safe", Name: "Kvindecaféen", Description: "Ring og hør, hvor vi mødes.", Places: []directory.Place{{City: "Ringsted", Address: "Hemmeligvej 7", Confidential: true, Lat: deg(55.44), Lon: deg(11.79)}}},
	}
}

func search(x *Index, text string, filters ...Wish) Result {
	return x.Search(context.Background(), Query{Text: text, Filters: filters, Today: today})
}

func ids(r Result) []string {
	var out []string
	for _, h := range r.Hits {
		out = append(out, h.ID)
	}
	return out
}

func TestPeopleFindWhatTheyMean(t *testing.T) {
	x := Build(town())
	for text, want := range map[string]string{
		"gåtur": "walk", "gatur": "walk", "traveture": "walk", "jeg vil gerne ud at gå med nogen": "walk",
		"gåtur søndag": "walk2", "strikk": "knit", "strikekcafe": "knit", "hækler": "knit", "nemid": "it", "hjælp til computeren": "it",
		"min mand er død": "loss", "jeg spiser altid alene": "eat", "min søn på 9 vil spille fodbold": "foot",
		"fodbold for kvinder": "ladies", "synge": "choir2", "kor mandag": "choir2", "langbordet": "eat", "noget gratis om tirsdagen": "walk",
	} {
		res := search(x, text)
		if len(res.Hits) == 0 || res.Hits[0].ID != want {
			t.Errorf("%q finds %v, want %s first", text, ids(res), want)
		}
		if res.Weak {
			t.Errorf("%q: a wrong \"no good match\"", text)
		}
	}
}

func TestNothingFitsIsSaid(t *testing.T) {
	x := Build(town())
	for _, text := range []string{"bilforsikring", "pasfoto", "tandlæge", "xqzw", "fornyelse af kørekort", "kørekort", "nyt pas", "frisør", "skattevæsenet"} {
		if res := search(x, text); !res.Weak || res.Total != 0 {
			t.Errorf("%q: weak %v, total %d, %v", text, res.Weak, res.Total, ids(res))
		}
	}
}

func TestTheCounterIsNeverBlank(t *testing.T) {
	x := Build(town())
	res := search(x, "")
	if len(res.Hits) != 10 || res.Weak || res.Total != x.Len() {
		t.Fatalf("%d hits, weak %v, total %d of %d", len(res.Hits), res.Weak, res.Total, x.Len())
	}
	if res.Hits[0].ID != "walk" {
		t.Errorf("first stands %s, not what is confirmed, open and soon", res.Hits[0].ID)
	}
	if res := Build(nil).Search(context.Background(), Query{Text: "kor"}); len(res.Hits) != 0 || !res.Weak {
		t.Errorf("an empty directory answers %+v", res)
	}
}

func TestAFilterSinksWhatMissesItAndHidesNothing(t *testing.T) {
	x := Build(town())
	res := search(x, "kor", Wish{Kind: WishWeekday, Value: "1"})
	if len(res.Hits) == 0 || res.Hits[0].ID != "choir2" {
		t.Fatalf("found %v", ids(res))
	}
	res = x.Search(context.Background(), Query{Filters: []Wish{{Kind: WishPrice, Value: "free"}}, Limit: 50, Today: today})
	if len(res.Hits) != x.Len() {
		t.Errorf("%d of %d are shown", len(res.Hits), x.Len())
	}
	if last := res.Hits[len(res.Hits)-1]; last.ID != "walk2" {
		t.Errorf("last stands %s, not the one that is known to cost", last.ID)
	}
	if got := ids(res)[:2]; !slices.Contains(got, "walk") || !slices.Contains(got, "eat") {
		t.Errorf("first stand %v", got)
	}
}

func TestClosedIsNotFoundAndPausedSinks(t *testing.T) {
	x := Build(town())
	got := ids(search(x, "kor"))
	if slices.Contains(got, "gone") {
		t.Error("a closed community is found")
	}
	if a, b := slices.Index(got, "choir2"), slices.Index(got, "choir"); a < 0 || b < a {
		t.Errorf("order %v", got)
	}
}

func TestFullSinksWhereRoomIsWished(t *testing.T) {
	x := Build(town())
	res := search(x, "fodbold", Wish{Kind: WishRoom})
	if got := ids(res); len(got) < 2 || got[len(got)-1] != "foot" {
		t.Errorf("order %v", got)
	}
}

func TestWhatIsNotWantedSinks(t *testing.T) {
	x := Build(town())
	got := ids(search(x, "noget om tirsdagen men ikke noget med strik "))
	if len(got) == 0 || got[0] != "walk" {
		t.Errorf("order %v", got)
	}
	if i := slices.Index(got, "knit"); i >= 0 && i < len(got)-3 {
		t.Errorf("strik stands at %d", i)
	}
}

func TestADroppedChipStaysDropped(t *testing.T) {
	x := Build(town())
	res := x.Search(context.Background(), Query{Text: "gåtur om formiddagen gratis", Dropped: map[string]bool{"price:free": true}, Today: today})
	for _, w := range res.Wishes {
		if w.Key() == "price:free" {
			t.Error("the wish is back")
		}
	}
	if len(res.Wishes) != 1 || len(res.Hits) == 0 || res.Hits[0].ID != "walk" {
		t.Errorf("%v, %v", res.Wishes, ids(res))
	}
}

func TestAConfidentialPlaceGivesNothingAway(t *testing.T) {
	x := Build(town())
	q := Query{Text: "kvindecaféen", Origin: &Point{55.44, 11.79}, Today: today}
	res := x.Search(context.Background(), q)
	if len(res.Hits) == 0 || res.Hits[0].ID != "safe" || res.Hits[0].Km != -1 {
		t.Errorf("%+v", res.Hits)
	}
	if got := ids(search(x, "hemmeligvej")); slices.Contains(got, "safe") {
		t.Error("found by its address")
	}
}

func TestNearerComesFirst(t *testing.T) {
	near := &directory.Community{ID: "near", Name: "Skakklubben Øst", Places: []directory.Place{{Lat: deg(55.44), Lon: deg(11.79)}}}
	far := &directory.Community{ID: "far", Name: "Skakklubben Vest", Places: []directory.Place{{Lat: deg(55.60), Lon: deg(11.40)}}}
	x := Build([]*directory.Community{far, near})
	res := x.Search(context.Background(), Query{Text: "skak", Origin: &Point{55.44, 11.79}, Today: today})
	if got := ids(res); !slices.Equal(got, []string{"near", "far"}) || res.Hits[0].Km > 0.01 {
		t.Errorf("order %v, %.2f km", got, res.Hits[0].Km)
	}
}

func TestOneClubDoesNotFillTheList(t *testing.T) {
	var cs []*directory.Community
	for i := range 12 {
		cs = append(cs, &directory.Community{ID: fmt.Sprint("a", i), Name: fmt.Sprintf("Fodbold hold %d", i), Organiser: &directory.OrganiserRef{Name: "Storklubben"}})
	}
	for i := range 12 {
		cs = append(cs, &directory.Community{ID: fmt.Sprint("b", i), Name: fmt.Sprintf("Fodbold for alle %d", i), Organiser: &directory.OrganiserRef{Name: fmt.Sprintf("Forening %d", i)}})
	}
	res := search(Build(cs), "fodbold")
	n := 0
	for i, h := range res.Hits {
		if strings.HasPrefix(h.ID, "a") {
			n++
		}
		if i > 0 && h.Score > res.Hits[i-1].Score {
			t.Error("scores rise down the list")
		}
	}
	if n > varietyClub {
		t.Errorf("%d of one club among the first ten", n)
	}
}

func TestReasonsStandInTheirOrder(t *testing.T) {
	x := Build(town())
	res := search(x, "gåtur formiddag gratis", Wish{Kind: WishLanguage, Value: "ar"})
	got := res.Hits[0].Reasons
	want := []Reason{
		{Kind: ReasonWord, Fact: Met, Value: "gåtur"},
		{Kind: "time", Fact: Met, Value: "forenoon", Wish: "time:forenoon"},
		{Kind: "price", Fact: Met, Value: "free", Wish: "price:free"},
		{Kind: "language", Fact: NotStated, Value: "ar", Wish: "language:ar"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("reasons %+v", got)
	}
}

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
			if s.Weekday == d || strings.Contains(s.RRule, []string{"", "MO", "TU", "WE", "TH", "FR", "SA", "SU"}[d]) {
				return ""
			}
		}
		if len(c.Schedule) > 0 || !strings.Contains(all, weekdayNames[d]) {
			return "not on that day"
		}
	case ReasonKind(WishTime):
		for _, s := range c.Schedule {
			h, err := strconv.Atoi(strings.Split(s.From+":", ":")[0])
			day := s.Weekday >= 6 || strings.Contains(s.RRule, "SA") || strings.Contains(s.RRule, "SU")
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
			RRule: rapid.SampledFrom([]string{"", "FREQ=WEEKLY;BYDAY=MO,WE", "BYDAY=", "BYDAY=1XX", "RRULE:FREQ=MONTHLY;BYDAY=2TU"}).Draw(t, "rrule")})
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
