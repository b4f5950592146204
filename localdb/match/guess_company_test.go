package match

import (
	"context"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// TestALifeThatIsToldMeetsNoSilence: where somebody tells of themselves and
// nothing of it is known, company is shown, and no good match claimed.
func TestALifeThatIsToldMeetsNoSilence(t *testing.T) {
	café := &directory.Community{ID: "a", Name: "Åben café", Activities: []string{"samvær", "kaffe"}}
	chess := &directory.Community{ID: "b", Name: "Skakklubben", Activities: []string{"skak"}}
	x := Build([]*directory.Community{café, chess})
	r := x.Search(context.Background(), Query{Text: "jeg har kørt vognmandsforretning i tredive år og nu glaskører jeg bare", Done: true, Today: today})
	if !r.Weak || len(r.Hits) == 0 || r.Hits[0].ID != "a" {
		t.Errorf("%+v", r)
	}
	r = x.Search(context.Background(), Query{Text: "jeg skal have fornyet mit kørekort på mandag morgen", Done: true, Today: today})
	if !r.Errand || len(r.Hits) > 0 {
		t.Errorf("an errand is sent on: %+v", r)
	}
}

// TestSomethingForSaleIsAnErrand whatever else is named with it.
func TestSomethingForSaleIsAnErrand(t *testing.T) {
	x := Build([]*directory.Community{{ID: "a", Name: "Fotoklub", Activities: []string{"foto"}}})
	if r := x.Search(context.Background(), Query{Text: "kamera til salg", Done: true, Today: today}); !r.Weak || !r.Errand {
		t.Errorf("%+v", r)
	}
	if r := x.Search(context.Background(), Query{Text: "kamera", Done: true, Today: today}); r.Weak {
		t.Errorf("%+v", r)
	}
}
