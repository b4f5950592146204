package referral

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/faellesskabsby/vejviser/assets/translations"
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
	for _, typed := range []string{s, s[:4] + s[5:], " " + s[:4] + " – " + s[5:] + ".", s[:2] + " " + s[2:4] + " " + s[5:], "HTTPS://EKSEMPEL.DK/K/" + s, "https://eksempel.dk/?k=" + s[:4] + s[5:] + "/"} {
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

// TestAnyOrderOfTheSameEventsIsTheSameLife holds the life of a referral against
// what people did: whoever only does what is allowed has nothing odd, and
// machines that learn of it in another order, twice, or before the hub has
// confirmed it, see the same.
func TestAnyOrderOfTheSameEventsIsTheSameLife(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var evs []Event
		life := StateOf(Referral{}, nil)
		for i := range rapid.IntRange(0, 10).Draw(t, "steps") {
			kind := rapid.SampledFrom(Choices(life)).Draw(t, "kind")
			if err := Allowed(life, kind); err != nil {
				t.Fatal(err)
			}
			day := directory.Day("2026-11-01").AddDays(i / 2)
			evs = append(evs, Event{ID: fmt.Sprintf("%02d", i), Kind: kind, On: day})
			if life = StateOf(Referral{}, evs); len(life.Odd) > 0 || life.State != State(kind) {
				t.Fatalf("%s after %v: %+v", kind, evs, life)
			}
		}
		seen := slices.Concat(evs, rapid.SliceOf(rapid.SampledFrom(append(evs, Event{ID: "x", Kind: Shown, On: "2026-12-31"}))).Draw(t, "again"))
		for i := range seen {
			if seen[i].ID < "05" && rapid.Bool().Draw(t, "confirmed") {
				seen[i].Seq = uint64(100 + i%len(evs))
			}
		}
		a := StateOf(Referral{}, seen)
		b := StateOf(Referral{}, rapid.Permutation(seen).Draw(t, "order"))
		if !same(a.Events, b.Events) || !same(a.Odd, b.Odd) || a.State != b.State {
			t.Fatalf("%+v\n%+v", a, b)
		}
		ids := map[string]bool{}
		for _, e := range seen {
			ids[e.ID] = true
		}
		if len(a.Events)+len(a.Odd) != len(ids) {
			t.Fatalf("%d events became %d and %d odd", len(ids), len(a.Events), len(a.Odd))
		}
	})
}

func same(a, b []Event) bool {
	return slices.EqualFunc(a, b, func(x, y Event) bool { return x.ID == y.ID && x.Kind == y.Kind && x.Seq == y.Seq })
}

func TestTheHubsOrderDecidesWithinADay(t *testing.T) {
	evs := []Event{
		{ID: "a", Kind: StillComing, On: "2026-11-02", Seq: 9}, {ID: "b", Kind: Welcomed, On: "2026-11-02", Seq: 8},
		{ID: "c", Kind: Shown, On: "2026-11-02"},
	}
	if l := StateOf(Referral{}, evs); l.State != State(StillComing) || l.Odd != nil {
		t.Errorf("%+v", l)
	}
}

func TestAnEventThatDoesNotFitWaitsForAPersonOrForTheRest(t *testing.T) {
	evs := []Event{{ID: "1", Kind: Shown, On: "2026-11-02"}, {ID: "3", Kind: Arranged, On: "2026-11-04"}}
	if l := StateOf(Referral{}, evs); len(l.Odd) != 1 || l.State != State(Shown) {
		t.Errorf("%+v", l)
	}
	if l := StateOf(Referral{}, append(evs, Event{ID: "2", Kind: AccompanimentWanted, On: "2026-11-03"})); l.Odd != nil || l.State != State(Arranged) {
		t.Errorf("when the rest has come: %+v", l)
	}
	evs[1].Late = true
	if l := StateOf(Referral{}, evs); l.Odd != nil || l.State != State(Arranged) {
		t.Errorf("a person said so: %+v", l)
	}
}

func TestEverySymbolIsEquallyLikely(t *testing.T) {
	source := mathrand.NewChaCha8([32]byte{1})
	var count [modulus]int
	const codes = 20000
	for range codes {
		code, err := Draw(source)
		if err != nil {
			t.Fatal(err)
		}
		for i := range len(code) {
			if code[i] != '-' {
				count[value(rune(code[i]))]++
			}
		}
	}
	want := float64(codes*codeLen) / float64(modulus)
	for v, n := range count {
		if d := (float64(n) - want) / math.Sqrt(want); math.Abs(d) > 5 {
			t.Errorf("%c comes %d times, want about %.0f", alphabet[v], n, want)
		}
	}
}

func TestNoCodeIsDrawnFromABrokenSource(t *testing.T) {
	if code, err := Draw(iotest.ErrReader(io.ErrClosedPipe)); code != "" || !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("%q, %v", code, err)
	}
}

func TestOnlyWhatNamesNobodyIsRecorded(t *testing.T) {
	const id = "0190a6e0-7c1b-7c3e-8a9a-d2470e33389e"
	whole := func() Referral {
		return Referral{ID: id, Code: good, At: "2026-11-23", Depth: Guided, Communities: []string{id}, Wishes: []string{"walking"}}
	}
	if r := whole(); r.Validate() != nil {
		t.Error(r.Validate())
	}
	for want, change := range map[string]func(*Referral){
		"id not_a_uuid":            func(r *Referral) { r.ID = "1" },
		"code not_a_code":          func(r *Referral) { r.Code = "K7M4QXR9" },
		"at not_a_day":             func(r *Referral) { r.At = "" },
		"depth unknown_value":      func(r *Referral) { r.Depth = "" },
		"communities empty":        func(r *Referral) { r.Communities = nil },
		"communities[1] repeated":  func(r *Referral) { r.Communities = []string{id, id} },
		"communities too_many":     func(r *Referral) { r.Communities = slices.Repeat([]string{id}, maxCommunities+1) },
		"wishes[0] unknown_value":  func(r *Referral) { r.Wishes = []string{"vil gerne møde nogen efter skilsmissen"} },
		"wishes[1] repeated":       func(r *Referral) { r.Wishes = []string{"walking", "walking"} },
		"origin unknown_value":     func(r *Referral) { r.Origin = "x" },
		"shown_by unknown_value":   func(r *Referral) { r.ShownBy = "x" },
		"place too_long":           func(r *Referral) { r.Place = strings.Repeat("ø", 121) },
		"previous_code not_a_code": func(r *Referral) { r.PreviousCode = "x" },
		"follow_up_on too_early":   func(r *Referral) { r.FollowUpOn = "2026-11-22" },
		"follow_up_on not_a_day":   func(r *Referral) { r.FollowUpOn = "snart" },
	} {
		r := whole()
		change(&r)
		var got []string
		for _, p := range directory.Problems(r.Validate()) {
			got = append(got, p.Field+" "+p.Reason)
			if !slices.Contains(Reasons, p.Reason) {
				t.Errorf("%s is not among the reasons", p.Reason)
			}
		}
		if !slices.Contains(got, want) {
			t.Errorf("%v, want %s", got, want)
		}
	}
	if e := (Event{ID: id, Code: good, Kind: Welcomed, On: "2026-11-23"}); e.Validate() != nil {
		t.Error(e.Validate())
	}
	if e := (Event{ID: id, Code: good, Kind: "no_show", On: "2026-11-23"}); e.Validate() == nil {
		t.Error("nobody is ever marked as not having come")
	}
}

// good is a code made once; a code never changes its meaning.
const good = Code("2345-678K")

func TestACodeMeansTheSameForEver(t *testing.T) {
	for _, typed := range []string{"2345-678K", "2345 678k", "２３４５‐６７８Ｋ", "2345—678k.", "2 3 4 5 6 7 8 k", "2345\u00ad678K"} {
		if c, err := ParseCode(typed); c != good {
			t.Errorf("%q: %q %v", typed, c, err)
		}
	}
}

func TestEveryReasonHasItsWords(t *testing.T) {
	for _, lang := range translations.Languages {
		for _, r := range Reasons {
			if !translations.For(lang).Has("reasons." + r) {
				t.Errorf("%s has no words for %s", lang, r)
			}
		}
		for _, key := range []string{"not_now", "not_now_before_shown", "not_now_anyway"} {
			if !translations.For(lang).Has("privacy." + key) {
				t.Errorf("%s has no words for %s", lang, key)
			}
		}
	}
}

func TestTheWishesAreAFixedListWithWords(t *testing.T) {
	for _, lang := range translations.Languages {
		for _, w := range Wishes {
			if !translations.For(lang).Has("wish." + w) {
				t.Errorf("%s has no words for the wish %s", lang, w)
			}
		}
	}
	if n := len(slices.Compact(slices.Sorted(slices.Values(Wishes)))); n != len(Wishes) {
		t.Error("a wish is on the list twice")
	}
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
