package match

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestWhatMissesOneWishIsNearAndSaysHow(t *testing.T) {
	x := Build(town())
	res := search(x, "gåtur onsdag")
	if len(res.Near) == 0 || res.Near[0].Hit.ID != "walk" && res.Near[0].Hit.ID != "walk2" {
		t.Fatalf("near %+v", res.Near)
	}
	for _, n := range res.Near {
		if want := map[string]string{"walk": "2", "walk2": "7"}[n.Hit.ID]; n.Differs.Kind != "weekday" || n.Differs.Fact != NotMet || n.Differs.Value != want {
			t.Errorf("%s differs by %+v", n.Hit.ID, n.Differs)
		}
	}
	res = search(x, "gåtur onsdag gratis")
	for _, n := range res.Near {
		if n.Hit.ID == "walk2" {
			t.Error("what costs and is on another day misses two wishes")
		}
	}
	for _, text := range []string{"gåtur", "xqzw onsdag", "", "kørekort gratis"} {
		if res := search(x, text); len(res.Near) != 0 {
			t.Errorf("%q: near %+v", text, res.Near)
		}
	}
	q := Query{Text: "strik", Filters: []Wish{{Kind: WishDistance, Number: 2}}, Origin: &Point{55.50, 11.78}, Today: today}
	res = x.Search(t.Context(), q)
	if len(res.Near) != 1 || res.Near[0].Hit.ID != "knit" || res.Near[0].Further < 3 || res.Near[0].Further > 4 {
		t.Errorf("near %+v", res.Near)
	}
}

func TestSearchGapHoldsNoWords(t *testing.T) {
	x := Build(town())
	area := []Wish{{Kind: WishArea, Value: "Ringsted Syd"}}
	res := search(x, "vandpolo om tirsdagen", area...)
	got := Gaps(res, Query{Text: "vandpolo om tirsdagen", Filters: area})
	if len(got) != 1 || got[0].Area != "Ringsted Syd" || !slices.Contains(got[0].Wishes, "topic") || !slices.Contains(got[0].Wishes, "weekday:2") {
		t.Errorf("gaps %+v of %+v", got, res)
	}
	if got := Gaps(search(x, "gåtur"), Query{}); got != nil {
		t.Errorf("a good match leaves %+v", got)
	}
	places := append(x.Areas(), x.names.spelled...)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.OneOf(rapid.StringMatching(`[a-zæøå]{3,9}`), rapid.SampledFrom([]string{"xqzw", "gratis", "onsdag", "min mor på 78", "kvinder", "Ringsted", "på arabisk", "angst", "Hansen", "12345678"})), 0, 6).Draw(t, "words")
		q := Query{Text: strings.Join(words, " "), Today: today}
		if rapid.Bool().Draw(t, "filter") {
			q.Filters = []Wish{{Kind: WishLanguage, Value: strings.Join(words, "")}, {Kind: WishTopic, Value: "Hansen"}}
		}
		for _, g := range Gaps(x.Search(t.Context(), q), q) {
			for _, w := range g.Wishes {
				if !IsGapWish(w) {
					t.Fatalf("%q is no fixed wish", w)
				}
			}
			if g.Area != "" && !slices.Contains(places, g.Area) {
				t.Fatalf("%q is no area of the directory", g.Area)
			}
		}
	})
}

func TestNearIsTheSameTwice(t *testing.T) {
	x := Build(load(t, "communities-1k.jsonl"))
	for _, text := range []string{"skak onsdag formiddag", "strik søndag gratis", "kor kørestol mandag"} {
		a, b := search(x, text), search(x, text)
		if !reflect.DeepEqual(a, b) {
			t.Errorf("%q: two answers", text)
		}
		t.Logf("%q: %d, near %+v", text, a.Total, a.Near)
	}
}
