package match

import (
	"context"
	"slices"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// village is where meaning is tried out: several of each kind.
func village() []*directory.Community {
	one := func(id, name string, activities ...string) *directory.Community {
		return &directory.Community{ID: id, Name: name, Activities: activities}
	}
	cs := []*directory.Community{
		one("knit1", "Strikkecaféen", "strik"), one("knit2", "Masker på tværs", "strik"), one("knit3", "Garnlauget", "strik"), one("knit4", "Pinde og snak", "strik"),
		one("sing1", "Fællessang på torsdage", "sang"), one("sing2", "Sangaften", "sang"),
		one("grief", "Sorggruppen", "sorg"), one("grief2", "Efterladte mødes", "sorg"),
		one("walk", "Gåholdet", "gåtur"), one("walk2", "Søndagsturen", "gåtur"),
		one("coffee", "Kaffestuen", "kaffe", "samvær"),
		one("ladies", "Kvindegymnastik", "gymnastik"), one("gym", "Gymnastik for alle", "gymnastik"), one("gym2", "Stræk og bøj", "gymnastik"),
		one("ears", "Hørecaféen", "hørelse"), one("quiet", "Læsekredsen", "bøger"),
		one("chess", "Skakklubben", "skak"),
	}
	for _, c := range cs {
		switch c.ID {
		case "ladies":
			c.Audience = &directory.Audience{Gender: directory.GenderWomen}
		case "quiet", "chess":
			c.Considerations = []string{"hearing"}
		}
	}
	return cs
}

func TestEachOfTwoTopicsStandsAmongTheFirstThree(t *testing.T) {
	x := Build(village())
	for text, topics := range map[string][]string{
		"jeg kan godt lide strik og sang ": {"knit", "sing"}, "enten strik eller sang ": {"knit", "sing"}, "gå tur og drikke kaffe ": {"walk", "coff"},
	} {
		res := search(x, text)
		if res.Weak || len(res.Hits) < 3 {
			t.Fatalf("%q: weak %v, found %v", text, res.Weak, ids(res))
		}
		for _, topic := range topics {
			if !slices.ContainsFunc(ids(res)[:3], func(id string) bool { return id[:4] == topic }) {
				t.Errorf("%q: nothing of %s among the first three of %v", text, topic, ids(res))
			}
		}
	}
}

func TestWordsAroundATopicTakeNothingFromIt(t *testing.T) {
	x := Build(village())
	plain := search(x, "skak ").Hits[0]
	for _, text := range []string{
		"min nabo siger at der er nogen her i byen som spiller skak ", "goddag, jeg ville bare høre om der findes noget skak ",
		"min mand er lige gået på pension og elsker skak ", "jeg har spillet skak i mange år derhjemme i Odense ",
	} {
		res := search(x, text)
		if len(res.Hits) == 0 || res.Hits[0].ID != plain.ID || res.Weak {
			t.Errorf("%q finds %v, weak %v", text, ids(res), res.Weak)
		}
	}
}

func TestAMisspeltCompoundIsHeardByItsParts(t *testing.T) {
	x := Build(village())
	for text, want := range map[string]string{"strikekluub": "knit", "sorgrgupe": "grie", "skakkulb": "ches", "gåtursgrupe": "walk"} {
		res := search(x, text+" ")
		if len(res.Hits) == 0 || res.Weak || res.Hits[0].ID[:min(4, len(want))] != want {
			t.Errorf("%q finds %v, weak %v", text, ids(res), res.Weak)
		}
	}
}

func TestAnErrandAloneFitsNothing(t *testing.T) {
	x := Build(village())
	for _, text := range []string{"pasfoto", "jeg skal have en ny recept", "hvor betaler jeg min parkeringsbøde", "åbningstider på genbrugspladsen", "tid hos tandlægen"} {
		res := search(x, text)
		if !res.Weak || res.Total > 0 || !res.Errand {
			t.Errorf("%q: weak %v, total %d, errand %v, %v", text, res.Weak, res.Total, res.Errand, ids(res))
		}
		if g := Gaps(res, Query{Text: text}); g != nil {
			t.Errorf("%q leaves a need behind: %+v", text, g)
		}
	}
	if res := search(x, "jeg skal have nyt pas, og så vil jeg gerne spille skak "); res.Weak || res.Hits[0].ID != "chess" {
		t.Errorf("an errand on the way hides chess: %v", ids(res))
	}
}

func TestWhatIsForWomenStandsBehindWhereAManAsks(t *testing.T) {
	x := Build(village())
	res := search(x, "min mand vil gerne gå til gymnastik ")
	at := slices.Index(ids(res), "ladies")
	if at < 0 {
		t.Fatal("it is hidden")
	}
	if other := slices.Index(ids(res), "gym2"); at < other {
		t.Errorf("a club for women stands before others for a man: %v", ids(res))
	}
}

func TestWhatTakesTheSameIntoAccountFollowsFewAnswers(t *testing.T) {
	x := Build(village())
	res := search(x, "jeg hører dårligt ")
	got := ids(res)
	if len(got) < 3 || got[0] != "ears" || !slices.Contains(got, "quiet") || !slices.Contains(got, "chess") {
		t.Fatalf("found %v", got)
	}
	for _, h := range res.Hits[1:] {
		if h.Score >= floor || len(h.Reasons) == 0 {
			t.Errorf("%s has the score %.2f and %d reasons", h.ID, h.Score, len(h.Reasons))
		}
	}
	if res.Total != 1 {
		t.Errorf("%d are said to fit", res.Total)
	}
}

func TestATextThatIsDoneClosesWhatIsNotWanted(t *testing.T) {
	x := Build(village())
	q := Query{Text: "strik eller skak, men ikke skak", Today: today}
	open := x.Search(context.Background(), q)
	q.Done = true
	done := x.Search(context.Background(), q)
	rank := func(r Result) int { return slices.Index(ids(r), "chess") }
	if rank(done) >= 0 && rank(done) <= rank(open) {
		t.Errorf("chess stands %d, and %d when the text is done", rank(open), rank(done))
	}
}

func TestATownIsNoHouse(t *testing.T) {
	at := []directory.Place{{City: "Aarhus C", Municipality: "Aarhus"}}
	x := Build([]*directory.Community{
		{ID: "town", Name: "Skak i Aarhus", Places: at}, {ID: "house", Name: "Beboerhuset", Places: at},
	})
	for _, h := range search(x, "hus ").Hits {
		if h.ID == "town" && h.Score >= floor {
			t.Errorf("a house finds Aarhus: %.2f", h.Score)
		}
	}
}
