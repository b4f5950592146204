package match

import (
	"context"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

func ownWords(t *testing.T, list string) *Words {
	t.Helper()
	w, err := ReadWords([]byte(list))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// What is said at one desk is understood there, and only where its list is given.
func TestAnOrganisationsOwnWordIsFoundAndNeverShown(t *testing.T) {
	x := Build([]*directory.Community{
		{ID: "1", Name: "Huset på hjørnet", Activities: []string{"værested"}},
		{ID: "2", Name: "Strik og snak", Activities: []string{"strik"}},
	})
	q := Query{Text: "kommer gerne ned på Fjerren", Today: "2026-11-23"}
	if got := x.Search(context.Background(), q); !got.Weak {
		t.Fatalf("found without the word: %+v", got.Hits)
	}
	q.Words = ownWords(t, "fjerren => værested")
	got := x.Search(context.Background(), q)
	if got.Weak || len(got.Hits) == 0 || got.Hits[0].ID != "1" {
		t.Fatalf("not found with it: %+v", got)
	}
	for _, r := range got.Hits[0].Reasons {
		if strings.Contains(strings.ToLower(r.Value), "fjer") {
			t.Errorf("the desk's word is shown as a reason: %+v", r)
		}
	}
	q.Text = "ikke noget med fjerren, men gerne strik"
	if got := x.Search(context.Background(), q); len(got.Hits) == 0 || got.Hits[0].ID != "2" {
		t.Errorf("what is not wanted comes first: %+v", got.Hits)
	}
}

func TestAPhraseOfFillersSaysNothing(t *testing.T) {
	for phrase, says := range map[string]bool{"jeg er": false, "123": false, "": false, "!!": false, "kransen": true, "nede på Kransen": true} {
		if _, got := Phrase(phrase); got != says {
			t.Errorf("%q says something: %v", phrase, got)
		}
	}
	if a, _ := Phrase("Nede på  KRANSEN!"); a != "nede paa kransen" {
		t.Errorf("compared as %q", a)
	}
}
