package match

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// same compares everything that answers depend on.
func same(t interface{ Fatalf(string, ...any) }, got, want *Index) {
	for _, x := range []*Index{got, want} {
		x.surfaces.byLen()
		x.parts.byLen()
	}
	for _, p := range []struct {
		what string
		a, b any
	}{
		{"records", got.records, want.records}, {"spots", got.spots, want.spots}, {"labels", got.labels, want.labels},
		{"spelled", got.spelled, want.spelled}, {"terms of words", got.spelledT, want.spelledT}, {"terms", got.terms, want.terms},
		{"postings", got.posts, want.posts}, {"topics", got.topic, want.topic}, {"roots", got.roots, want.roots}, {"skeletons", got.skels, want.skels},
		{"compounds", got.partOf, want.partOf}, {"roots of parts", got.partRt, want.partRt}, {"surfaces", got.surfaces, want.surfaces},
		{"parts", got.parts, want.parts}, {"bases of parts", got.partBase, want.partBase}, {"names", got.names, want.names},
		{"areas", got.areas, want.areas}, {"categories", got.categories, want.categories}, {"places", got.places, want.places},
	} {
		if !reflect.DeepEqual(p.a, p.b) {
			t.Fatalf("%s differ:\n%.300v\n%.300v", p.what, p.a, p.b)
		}
	}
}

// drawn makes a small record out of few words, so that words, compounds and
// areas come and go.
func drawn(t *rapid.T, id string) *directory.Community {
	words := rapid.SliceOfN(rapid.SampledFrom([]string{"strik", "strikkecafé", "café", "fodbold", "kvindefodbold", "Kvinde", "have", "kolonihave", "forening", "haveforening",
		"gåtur", "tur", "svømning", "svømmehal", "hal", "kor", "mandskor", "syng", "it", "ællebælle", "Brætspil", "spilleaften", "aften", "tirsdag kl. 10", "xqz"}), 1, 8)
	c := &directory.Community{ID: id, Name: strings.Join(words.Draw(t, "name"), " "), Description: strings.Join(words.Draw(t, "description"), " ") + ". Og så."}
	if rapid.Bool().Draw(t, "active") {
		c.Activities = []string{rapid.SampledFrom([]string{"strik", "fodbold", "kor og sang", "Gåtur"}).Draw(t, "activity")}
	}
	if rapid.Bool().Draw(t, "placed") {
		c.Places = []directory.Place{{City: rapid.SampledFrom([]string{"Ringsted", "ringsted", "Viby J"}).Draw(t, "city"), HousingArea: rapid.SampledFrom([]string{"", "Benløseparken", "Frejasvej"}).Draw(t, "area"),
			Lat: deg(55 + rapid.Float64Range(0, 1).Draw(t, "lat")), Lon: deg(11.7), Accessibility: []string{"wheelchair"}}}
	}
	if rapid.Bool().Draw(t, "spoken") {
		c.Languages = []string{rapid.SampledFrom([]string{"da", "ar", "uk"}).Draw(t, "language")}
	}
	if rapid.IntRange(0, 9).Draw(t, "closed") == 0 {
		c.Status = directory.StatusClosed
	}
	return c
}

func TestAnUpdateAnswersAsARebuild(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := map[string]*directory.Community{}
		all := func() []*directory.Community {
			var out []*directory.Community
			for _, c := range now {
				out = append(out, c)
			}
			return out
		}
		for range rapid.IntRange(0, 12).Draw(t, "at first") {
			id := fmt.Sprint("c", rapid.IntRange(0, 20).Draw(t, "id"))
			now[id] = drawn(t, id)
		}
		x := Build(all())
		for range rapid.IntRange(1, 4).Draw(t, "updates") {
			var changed []*directory.Community
			var removed []string
			for range rapid.IntRange(0, 4).Draw(t, "changes") {
				id := fmt.Sprint("c", rapid.IntRange(0, 20).Draw(t, "id"))
				if rapid.IntRange(0, 3).Draw(t, "what") == 0 {
					if slices.ContainsFunc(changed, func(c *directory.Community) bool { return c.ID == id }) {
						continue
					}
					removed = append(removed, id)
					delete(now, id)
					continue
				}
				now[id] = drawn(t, id)
				changed = append(changed, now[id])
			}
			x = x.Update(changed, removed)
			same(t, x, Build(all()))
		}
	})
}

// TestAnUpdateOfTheDirectoryAnswersAsARebuild does the same with real words.
func TestAnUpdateOfTheDirectoryAnswersAsARebuild(t *testing.T) {
	cs := load(t, "communities-1k.jsonl")
	x := Build(cs[:900])
	x = x.Update(cs[900:], nil)
	same(t, x, Build(cs))
	moved := *cs[17]
	moved.Name, moved.Description = "Kvinder der bygger træskibe", "Vi bygger skibe på skibsværftet hver onsdag kl. 19."
	rest := slices.Concat(cs[:10], []*directory.Community{&moved}, cs[18:])
	var removed []string
	for _, c := range cs[10:17] {
		removed = append(removed, c.ID)
	}
	y := x.Update([]*directory.Community{&moved}, removed)
	same(t, y, Build(rest))
	if got := search(y, "skibsværft"); len(got.Hits) == 0 || got.Hits[0].ID != moved.ID {
		t.Errorf("found %v", ids(got))
	}
	if got := search(x, "skibsværft"); len(got.Hits) > 0 && got.Hits[0].ID == moved.ID {
		t.Error("the index before knows what came later")
	}
	for _, q := range queries(t)[:50] {
		if a, b := x.Search(context.Background(), Query{Text: q.Query, Today: today}), Build(cs).Search(context.Background(), Query{Text: q.Query, Today: today}); !reflect.DeepEqual(a, b) {
			t.Fatalf("%q: %v, %v", q.Query, ids(a), ids(b))
		}
	}
}
