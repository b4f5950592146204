package match

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
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
