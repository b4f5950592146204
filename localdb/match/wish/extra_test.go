package wish

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/assets/words"
	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

func TestAnOrganisationAddsItsOwnWords(t *testing.T) {
	l := danish.Open()
	r := newReader(t)
	before := r.Rules.Len()
	own := "\xef\xbb\xbf# ord fra Sydskranken\r\n\r\nnede på kransen, kransen => værested^0.8, @group:residents?\r\n~kan du bare hjælpe => -\r\n"
	rules, err := r.Rules.With(l, []byte(own))
	if err != nil {
		t.Fatal(err)
	}
	if rules.Len() != before+3 || r.Rules.Len() != before {
		t.Errorf("%d phrases, and %d in the rules that must not change; there were %d", rules.Len(), r.Rules.Len(), before)
	}
	r.Rules = rules
	read := r.Read("jeg kommer nede på kransen ")
	if told(read.Wishes) != "group:residents?" || !slices.ContainsFunc(read.Terms, func(x Term) bool {
		return slices.Contains(x.Alts, Alt{"vaerested", 0.8})
	}) {
		t.Errorf("read as %+v", read)
	}
}

// Adding twice to the same rules must not write into one another.
func TestTwoListsDoNotMeet(t *testing.T) {
	l := danish.Open()
	base, err := ParseRules(l, "ensom => samvær")
	if err != nil {
		t.Fatal(err)
	}
	a, errA := base.With(l, []byte("ensom => kor"))
	b, errB := base.With(l, []byte("ensom => skak"))
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	first := base.byFirst
	for root := range first {
		if n := len(first[root]); n != 1 || len(a.byFirst[root]) != 2 || len(b.byFirst[root]) != 2 || a.byFirst[root][1].alts[0].Fold != "kor" {
			t.Errorf("lists run together: %d", n)
		}
	}
}

func TestABrokenListNamesItsLinesAndTheRemedy(t *testing.T) {
	base, err := ParseRules(danish.Open(), words.LayWords)
	if err != nil {
		t.Fatal(err)
	}
	_, err = base.With(danish.Open(), []byte(strings.Join([]string{
		"# egne ord", "ensom => samvær", "ensom", "=> kor", "ensom =>", "ensom => kor^2", "tæt på => @distance:langt",
		"ung => @group:taber", "ung => @alder:3", "ung => og", "",
	}, "\n")))
	want := []string{NoArrow, EmptyPhrase, EmptyItem, BadWeight, BadNumber, UnknownWish, UnknownWish, NoTopic}
	got := RuleErrors(err)
	if len(got) != len(want) {
		t.Fatalf("%d errors, want %d: %v", len(got), len(want), err)
	}
	for i, e := range got {
		if e.Number != i+3 || e.Reason != want[i] {
			t.Errorf("line %d, %s; want line %d, %s", e.Number, e.Reason, i+3, want[i])
		}
		if remedies[e.Reason] == "" || !strings.Contains(e.Error(), remedies[e.Reason]) {
			t.Errorf("%s has no remedy: %s", e.Reason, e)
		}
	}
}

func TestAListThatIsNoTextIsRefusedWhole(t *testing.T) {
	base, err := ParseRules(danish.Open(), "ensom => samvær")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		list   []byte
		number int
		reason string
	}{
		"another encoding": {[]byte("ensom => kor\ng\xe5tur => g\xe5tur\n"), 2, NotText},
		"far too long":     {bytes.Repeat([]byte("a"), MaxExtra+1), 0, TooLong},
	} {
		rules, err := base.With(danish.Open(), c.list)
		got := RuleErrors(err)
		if rules != nil || len(got) != 1 || got[0].Number != c.number || got[0].Reason != c.reason {
			t.Errorf("%s: %v, %v", name, rules, err)
		}
	}
}

func TestEveryReasonHasWordsForPeople(t *testing.T) {
	for _, lang := range translations.Languages {
		for reason := range remedies {
			if !translations.For(lang).Has("laywords." + reason) {
				t.Errorf("%s has no words for %s", lang, reason)
			}
		}
	}
}

func FuzzWith(f *testing.F) {
	for _, s := range []string{"ensom => samvær", "=a => -", "~ => ,", "a => b^0.5, @time:evening?", "\xff", "a=>@distance:1e309"} {
		f.Add([]byte(s))
	}
	base, err := ParseRules(danish.Open(), "ensom => samvær")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, list []byte) {
		rules, err := base.With(danish.Open(), list)
		if (rules == nil) == (err == nil) {
			t.Fatalf("%v and %v", rules, err)
		}
		if err != nil && len(RuleErrors(err)) == 0 {
			t.Fatalf("an error that says no line: %v", err)
		}
	})
}
