package counter

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/ui/say"
)

// sentences are said as people say them at a desk, whole and with what is
// beside the point; none of them stands in a list of the search.
var sentences = []string{
	"jeg er lige flyttet hertil og kender ingen, vil gerne ud at gå om formiddagen",
	"min mand døde i foråret, og dagene er så lange",
	"hun er gået ned med stress og vil gerne ud i naturen, men ikke for mange mennesker",
	"min mor på 78 vil gerne spise sammen med nogen, hun går med rollator",
	"han vil gerne spille skak eller kort, men ikke noget med sport",
	"jeg vil gerne øve mit dansk, og det må ikke koste noget",
	"vores søn på 9 er ikke så god til fodbold, findes der noget andet efter skole",
	"jeg har fået ny hofte og vil gerne i gang igen, helst i varmt vand",
	"har angst og tør ikke gå alene derhen første gang",
	"alene med to børn og ikke mange penge, gerne noget i weekenden",
}

// TestScreensOfTenSentences types them at the counter of the example
// municipality and leaves pictures of what comes, for a desk worker to judge.
func TestScreensOfTenSentences(t *testing.T) {
	if os.Getenv("VEJVISER_SCREENS") == "" {
		t.Skip("VEJVISER_SCREENS names no folder for the pictures; make screens does")
	}
	d := openDesk(t, "da")
	for i, s := range sentences {
		d.page.NewCitizen()
		d.typed(s)
		d.picture(fmt.Sprintf("sentence-%02d", i+1))
		if len(d.page.views) < 3 && !d.page.result.Weak {
			t.Errorf("%q: %d hits", s, len(d.page.views))
		}
		var hits []string
		for _, v := range d.page.views[:min(3, len(d.page.views))] {
			var tags []string
			for _, g := range v.tags {
				tags = append(tags, g.text)
			}
			hits = append(hits, fmt.Sprintf("%s (%s) [%.2f: %s]", v.name, v.line, v.hit.Score, strings.Join(tags, ", ")))
		}
		var chips []string
		for _, w := range d.page.result.Wishes {
			chips = append(chips, say.In("da").Wish(w))
		}
		t.Logf("%q, %s, read as [%s]:\n    %s", s, d.page.search.Count(), strings.Join(chips, ", "), strings.Join(hits, "\n    "))
	}
}
