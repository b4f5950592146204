package referral

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"pgregory.net/rapid"
)

func TestEverySingleWrongSymbolAndEverySwapIsCaught(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code, err := Draw(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ParseCode(string(code)); err != nil || got != code {
			t.Fatalf("%s was read as %s, %v", code, got, err)
		}
		symbols := []byte(code[:4] + code[5:])
		i := rapid.IntRange(0, 7).Draw(t, "at")
		wrong := slices.Clone(symbols)
		wrong[i] = alphabet[rapid.IntRange(0, 30).Draw(t, "symbol")]
		if string(wrong) != string(symbols) {
			if _, err := ParseCode(string(wrong)); reason(err) != ReasonCheck {
				t.Fatalf("%s for %s passed", wrong, code)
			}
		}
		if i < 7 && symbols[i] != symbols[i+1] {
			swapped := slices.Clone(symbols)
			swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
			if _, err := ParseCode(string(swapped)); reason(err) != ReasonCheck {
				t.Fatalf("%s for %s passed", swapped, code)
			}
		}
	})
}

func reason(err error) string {
	var ce *CodeError
	if errors.As(err, &ce) {
		return ce.Reason
	}
	return ""
}

func TestACodeIsReadAsPeopleTypeIt(t *testing.T) {
	code, err := Draw(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := string(code)
	for _, typed := range []string{s, s[:4] + s[5:], " " + s[:4] + " – " + s[5:] + ".", s[:2] + " " + s[2:4] + " " + s[5:]} {
		if got, err := ParseCode(typed); err != nil || got != code {
			t.Errorf("%q: %s %v", typed, got, err)
		}
	}
	for typed, want := range map[string]string{"": ReasonLength, "K7M4": ReasonLength, "0000-0000": ReasonSymbol} {
		if _, err := ParseCode(typed); reason(err) != want {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

func events(kinds ...Kind) []Event {
	var out []Event
	for i, k := range kinds {
		out = append(out, Event{ID: fmt.Sprintf("%03d", i), Kind: k, On: directory.Day(fmt.Sprintf("2026-11-%02d", i+1))})
	}
	return out
}

func TestALifeRunsAsPeopleLiveIt(t *testing.T) {
	for _, kinds := range [][]Kind{
		{Shown, Welcomed, StillComing, StillComing},
		{Shown, AccompanimentWanted, Arranged, CarriedOut, CarriedOut, Welcomed, CarriedOut, StillComing},
		{Shown, AccompanimentWanted, Arranged, FellThrough, AccompanimentWanted, Arranged, CarriedOut, Welcomed},
		{Shown, Unknown, Welcomed},
		{Shown, NoRoom}, {Shown, DidNotWant, Welcomed},
	} {
		if l := StateOf(Referral{}, events(kinds...)); len(l.Odd) > 0 || l.State != State(kinds[len(kinds)-1]) {
			t.Errorf("%v: %s, odd %v", kinds, l.State, l.Odd)
		}
	}
}

func TestWhatIsImpossibleIsRefused(t *testing.T) {
	for _, c := range []struct {
		life []Kind
		kind Kind
	}{{nil, Welcomed}, {[]Kind{Shown}, CarriedOut}, {[]Kind{Shown}, Shown}, {[]Kind{Shown}, StillComing}, {[]Kind{Shown}, Arranged}} {
		var not *NotNowError
		if err := Allowed(StateOf(Referral{}, events(c.life...)), c.kind); !errors.As(err, &not) || not.Kind != c.kind {
			t.Errorf("%v then %s: %v", c.life, c.kind, err)
		}
	}
}

func TestNothingIsMarkedByItselfAndNoEventIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 12).Draw(t, "n")
		var evs []Event
		for i := range n {
			evs = append(evs, Event{ID: fmt.Sprintf("%02d", i), Kind: rapid.SampledFrom(Kinds).Draw(t, "kind"),
				On: directory.Day(fmt.Sprintf("2026-11-%02d", rapid.IntRange(1, 6).Draw(t, "day"))), Late: rapid.IntRange(0, 9).Draw(t, "late") == 0})
		}
		a := StateOf(Referral{}, evs)
		if len(a.Events)+len(a.Odd) != n {
			t.Fatalf("%d events went in, %d+%d came out", n, len(a.Events), len(a.Odd))
		}
		if len(a.Events) > 0 && a.State != State(a.Events[len(a.Events)-1].Kind) {
			t.Fatalf("state %s is nobody's word", a.State)
		}
		b := StateOf(Referral{}, rapid.Permutation(evs).Draw(t, "order"))
		if a.State != b.State || !slices.EqualFunc(a.Odd, b.Odd, func(x, y Event) bool { return x.ID == y.ID }) {
			t.Fatalf("another order gives another life: %v, %v", a, b)
		}
	})
}

func FuzzParseCode(f *testing.F) {
	f.Add("K7M4-QXR9")
	f.Fuzz(func(t *testing.T, s string) {
		if c, err := ParseCode(s); err == nil {
			if d, err := ParseCode(string(c)); err != nil || d != c {
				t.Fatalf("%q gives %q, which is not a code", s, c)
			}
		}
	})
}
