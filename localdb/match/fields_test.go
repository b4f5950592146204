package match

import (
	"context"
	"slices"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// street is a few communities whose words nobody says at a desk.
func street() []*directory.Community {
	return []*directory.Community{
		{ID: "knit", Name: "Strikkecaféen", Activities: []string{"strik", "håndarbejde"}},
		{ID: "fish", Name: "Å-holdet", Activities: []string{"fiskeri", "lystfiskeri"}},
		{ID: "choir", Name: "Mandagskoret", Activities: []string{"kor", "sang"}},
		{ID: "bingo", Name: "Fuldt hus", Activities: []string{"banko"}},
		{ID: "shop", Name: "Værkstedet", Activities: []string{"træarbejde", "værksted"}},
		{ID: "eat", Name: "Langbordet", Activities: []string{"fællesspisning"}},
		{ID: "walk", Name: "Gå-holdet", Activities: []string{"gåtur"}},
	}
}

// TestAnEverydayWordFindsWhatItPointsAt, though no record has it.
func TestAnEverydayWordFindsWhatItPointsAt(t *testing.T) {
	x := Build(street())
	for text, want := range map[string]string{
		"maskemarkør ": "knit",
		"gedde ":       "fish",
		"sopran ":      "choir",
		"høvlbænk ":    "shop",
		"hun råber, når pladen er fuld, og det elsker hun ": "bingo",
	} {
		r := search(x, text)
		if r.Weak || len(r.Hits) == 0 || r.Hits[0].ID != want {
			t.Errorf("%q: weak %v, %v", text, r.Weak, ids(r))
		}
	}
}

// TestAWordOfTheDirectoryGovernsAHint: the hint only widens what it finds.
func TestAWordOfTheDirectoryGovernsAHint(t *testing.T) {
	cs := append(street(), &directory.Community{ID: "own", Name: "Maskemarkør-klubben", Activities: []string{"maskemarkører"}})
	r := search(Build(cs), "maskemarkør ")
	if len(r.Hits) < 2 || r.Hits[0].ID != "own" || r.Hits[1].ID != "knit" {
		t.Errorf("%v", ids(r))
	}
}

// TestWordsTogetherDoNotSpeakAgainstATopic: what is said plainly is answered.
func TestWordsTogetherDoNotSpeakAgainstATopic(t *testing.T) {
	cs := append(street(), &directory.Community{ID: "band", Name: "Øvelokalet", Activities: []string{"musik", "sammenspil"}}, &directory.Community{ID: "mend", Name: "Reparationscaféen", Activities: []string{"reparation"}})
	if r := search(Build(cs), "hvor kan unge lave musik "); r.Weak || r.Hits[0].ID != "band" {
		t.Errorf("weak %v, %v", r.Weak, ids(r))
	}
}

func TestAnErrandIsNoHint(t *testing.T) {
	x := Build(street())
	for _, text := range []string{"bilforsikring ", "nummerplader ", "min opvaskemaskine er gået i stykker og jeg skal have en blikkenslager "} {
		if r := search(x, text); !r.Weak {
			t.Errorf("%q: %v is claimed to fit", text, ids(r))
		}
	}
}

// TestWhatIsNamedButNotOfferedIsNoGoodMatch: what is akin to it is shown all the same.
func TestWhatIsNamedButNotOfferedIsNoGoodMatch(t *testing.T) {
	cs := append(street(), &directory.Community{ID: "racket", Name: "Ketsjerklubben", Activities: []string{"ketsjer", "badminton"}})
	r := search(Build(cs), "squash ")
	if !r.Weak {
		t.Errorf("squash is claimed to be offered: %v", ids(r))
	}
}

// TestWhatIsNotWantedIsNotHintedAt either.
func TestWhatIsNotWantedIsNotHintedAt(t *testing.T) {
	r := search(Build(street()), "gider ikke strik og maskemarkører, men vil gerne fange en gedde ")
	if at := slices.Index(ids(r), "knit"); len(r.Hits) == 0 || r.Hits[0].ID != "fish" || (at >= 0 && r.Hits[at].Score > r.Hits[0].Score/2) {
		t.Errorf("%v", ids(r))
	}
}

// TestTheFirstTwoAreNotBothFull where something with room answers nearly as well.
func TestTheFirstTwoAreNotBothFull(t *testing.T) {
	full, room := &directory.Capacity{Free: num(0)}, &directory.Capacity{Free: num(3)}
	x := Build([]*directory.Community{{ID: "a", Name: "A", Capacity: full}, {ID: "b", Name: "B", Capacity: full}, {ID: "c", Name: "C", Capacity: room}})
	r := ranking{x: x, q: &Query{}}
	for score, want := range map[float64]uint32{0.6: 2, 0.3: 1} {
		list := []scored{{0, 0.8}, {1, 0.75}, {2, score}}
		if r.room(list); list[1].record != want {
			t.Errorf("with one with room at %.1f: %v", score, list)
		}
	}
}

// TestSmallChildrensOffersDoNotComeFirstWhereNoAgeIsTold: the children may be twelve.
func TestSmallChildrensOffersDoNotComeFirstWhereNoAgeIsTold(t *testing.T) {
	sunday := []directory.Slot{{Weekday: 7, From: "10:00"}}
	free := &directory.Price{Kind: directory.PriceFree}
	x := Build([]*directory.Community{
		{ID: "tots", Name: "Tumlesøndag", Activities: []string{"familie", "leg"}, Schedule: sunday, Price: free, Audience: &directory.Audience{MaxAge: num(6), Groups: []string{"families"}}},
		{ID: "hall", Name: "Søndag i hallen", Activities: []string{"spil"}, Schedule: sunday, Price: free, Audience: &directory.Audience{Groups: []string{"families"}}},
		{ID: "ball", Name: "Fodbold", Activities: []string{"fodbold"}, Schedule: sunday, Price: &directory.Price{Kind: directory.PriceYear, DKK: 900}, Audience: &directory.Audience{Groups: []string{"families"}}},
	})
	if got := ids(search(x, "alene med to børn og ikke mange penge, gerne noget i weekenden ")); len(got) < 2 || got[0] != "hall" {
		t.Errorf("%v", got)
	}
}

// TestSomethingElseForAChildIsNotHomework: what a child is sent to is no answer to
// "noget andet end fodbold".
func TestSomethingElseForAChildIsNotHomework(t *testing.T) {
	kids := &directory.Audience{MinAge: num(8), MaxAge: num(13), Groups: []string{"children"}}
	x := Build([]*directory.Community{
		{ID: "home", Name: "Lektiecaféen", Activities: []string{"lektier"}, Audience: kids},
		{ID: "scout", Name: "Flokken", Activities: []string{"spejder"}, Audience: kids},
		{ID: "foot", Name: "Drengefodbold", Activities: []string{"fodbold"}, Audience: kids},
	})
	got := ids(x.Search(context.Background(), Query{Text: "vores søn på 9 er ikke så god til fodbold, findes der noget andet efter skole", Done: true, Today: today}))
	if len(got) == 0 || got[0] != "scout" {
		t.Errorf("%v", got)
	}
}

// TestAPlaceToPractiseIsNotPushed on somebody who tells of their life and asks for no practice.
func TestAPlaceToPractiseIsNotPushed(t *testing.T) {
	x := Build([]*directory.Community{
		{ID: "practice", Name: "Øvebane", Activities: []string{"natur"}, Kind: directory.KindPracticeGround},
		{ID: "nature", Name: "Naturgruppen", Activities: []string{"natur"}},
	})
	if got := ids(search(x, "hun er gået ned med stress og vil gerne ud i naturen ")); len(got) != 2 || got[0] != "nature" {
		t.Errorf("%v", got)
	}
}
