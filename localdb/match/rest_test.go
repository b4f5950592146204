package match

import (
	"context"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// A community that asks newcomers to wait stands behind one that is as good, as long
// as the pause holds and no longer; so it does in an index that was kept.
func TestAPauseForNewcomersRanksBehindAsLongAsItHolds(t *testing.T) {
	club := func(id string, p *directory.Pause) *directory.Community {
		return &directory.Community{ID: "0190a000-0000-7000-8000-00000000000" + id, Name: "Lindeby kor " + id, Summary: "Vi synger sammen.", Welcome: &directory.Welcome{Pause: p}}
	}
	built := Build([]*directory.Community{club("1", &directory.Pause{From: "2026-11-01", To: "2027-02-01", Why: "full"}), club("2", nil)})
	kept, err := Load(built.Encode())
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []*Index{built, kept} {
		for day, first := range map[directory.Day]string{"2026-11-24": "2", "2027-02-01": "2", "2027-02-02": "1", "2026-10-31": "1"} {
			hits := x.Search(context.Background(), Query{Text: "kor", Today: day, Limit: 10}).Hits
			if len(hits) != 2 || hits[0].ID[35:] != first {
				t.Errorf("on %s: %v comes first, not %s", day, hits, first)
			}
		}
	}
}
