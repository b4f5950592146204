package say

import (
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/match"
)

// What a record does not meet is said with what it says instead: the value of
// such a reason is the record's own, and "ikke mandag" of a Monday is untrue.
func TestWhatIsNotMetIsNotDenied(t *testing.T) {
	da := In("da")
	for want, r := range map[string]match.Reason{
		"mandag i stedet": {Kind: "weekday", Fact: match.NotMet, Value: "1", Wish: "weekday:7"},
		"aften i stedet":  {Kind: "time", Fact: match.NotMet, Value: "evening", Wish: "time:morning"},
		"ligger i Beder":  {Kind: "area", Fact: match.NotMet, Value: "Beder", Wish: "area:Viby"},
	} {
		if got := da.Reason(r); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestNearSaysHowItDiffers(t *testing.T) {
	da := In("da")
	for want, n := range map[string]match.Near{
		"samme, men onsdag":             {Differs: match.Reason{Kind: "weekday", Fact: match.NotMet, Value: "3"}},
		"samme, men i Beder":            {Differs: match.Reason{Kind: "area", Fact: match.NotMet, Value: "Beder"}},
		"samme, men fyldt lige nu":      {Differs: match.Reason{Kind: "room", Fact: match.NotMet}},
		"samme, men 50 kr. pr. gang":    {Differs: match.Reason{Kind: "price", Fact: match.NotMet, Value: "per_time", Number: 50}},
		da.Distance(3) + " længere væk": {Further: 3, Differs: match.Reason{Kind: "distance", Fact: match.NotMet, Number: 5}},
	} {
		if got := da.Near(n); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
