package counter

import (
	"slices"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

func TestEveryWishThatIsRecordedIsInTheFixedList(t *testing.T) {
	check := func(id string) {
		if !slices.Contains(referral.Wishes, id) {
			t.Errorf("%q is not one of referral.Wishes, and would be dropped without a word", id)
		}
	}
	for _, x := range topics {
		check(x.id)
	}
	for _, m := range []map[string]string{considerationWish, groupWish} {
		for _, id := range m {
			check(id)
		}
	}
	for _, w := range []match.Wish{
		{Kind: match.WishPrice, Value: "free"}, {Kind: match.WishPrice, Value: "cheap"}, {Kind: match.WishTime, Value: "morning"},
		{Kind: match.WishTime, Value: "weekend"}, {Kind: match.WishDistance, Number: 2}, {Kind: match.WishRoom},
		{Kind: match.WishAccompaniment}, {Kind: match.WishAccessibility, Value: "lift"}, {Kind: match.WishLanguage, Value: "uk"},
	} {
		check(wishID(w))
	}
}

func TestWordsThatWereTypedAreNeverRecorded(t *testing.T) {
	got := WishIDs([]match.Wish{{Kind: match.WishTopic, Value: "Karen Hansens fødselsdag", Text: "Karen"}, {Kind: match.WishArea, Value: "Ringsted"}})
	if len(got) != 0 {
		t.Errorf("recorded %v", got)
	}
}
