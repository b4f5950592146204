package match

import (
	"slices"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// A half-typed word is completed to topics, never to words that say little.
func TestAHalfTypedWordCompletesToTopicsAlone(t *testing.T) {
	cs := append(town(),
		&directory.Community{ID: "fits", Name: "Kom når det passer", Description: "Vi passer på hinanden, og alle kan komme forbi."},
		&directory.Community{ID: "water", Name: "Danskvand og saft", Description: "Vi smager på danskvand."},
		&directory.Community{ID: "talk", Name: "Danskhjælp", Activities: []string{"dansk"}},
		&directory.Community{ID: "cafe", Name: "Café Kaffekop", Description: "En café med kage.", Activities: []string{"café"}},
		&directory.Community{ID: "cards", Name: "Kortklubben", Activities: []string{"kortspil"}})
	x := Build(cs)
	for text, not := range map[string]string{"nyt pas": "fits", "pas": "fits", "lære dansk ": "water", "kørekort": "cards", "kørekort ": "cards", "hjælp til mitid": "cafe"} {
		if got := ids(search(x, text)); slices.Contains(got, not) {
			t.Errorf("%q finds %v", text, got)
		}
	}
	if got := ids(search(x, "it-café")); len(got) == 0 || got[0] != "it" {
		t.Errorf("it-café finds %v", got)
	}
	if got := search(x, "it-café"); len(got.Hits) > 1 && got.Hits[1].Score > 0.6*got.Hits[0].Score {
		t.Errorf("a plain café stands level with the one for computers: %+v", got.Hits)
	}
	if got := ids(search(x, "lære dansk ")); len(got) == 0 || got[0] != "talk" {
		t.Errorf("lære dansk finds %v", got)
	}
}
