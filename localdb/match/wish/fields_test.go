package wish

import (
	"bytes"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/faellesskabsby/vejviser/assets/words"
	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

func testFields(t testing.TB) *Fields {
	t.Helper()
	b, err := os.ReadFile("testdata/fields.txt")
	if err != nil {
		t.Fatal(err)
	}
	fs, err := ParseFields(danish.Open(), string(b))
	if err != nil {
		t.Fatal(err)
	}
	return fs
}

// plainReader knows few rules: what it understands comes from the fields.
func plainReader(t testing.TB) *Reader {
	r := newReader(t)
	rules, err := ParseRules(danish.Open(), "mistet mand => sorg^0.9, @consideration:grief?")
	if err != nil {
		t.Fatal(err)
	}
	r.Rules, r.Fields = rules, testFields(t)
	return r
}

// pointed gives what the words of a text point at, nearest first, and how clearly.
func pointed(r *Reader, text string) (to string, clear float64, read Reading) {
	read = r.Read(text)
	for _, t := range read.Terms {
		if len(t.Hints) > 0 && t.Clear > clear {
			to, clear = t.Hints[0].Fold, t.Clear
		}
	}
	return to, clear, read
}

func TestEverydayWordsPointAtAKindOfOffer(t *testing.T) {
	r := plainReader(t)
	for text, want := range map[string]string{
		"strikkepinde ":               "strikning",
		"strikkepinden ":              "strikning", // another form
		"uldgarn ":                    "strikning", // the last part of a compound
		"har en masse garn liggende ": "strikning",
		"der er ret og vrang i det ":  "strikning",
		"en vaffel af garn og pinde ": "strikning", // two words against one
		"fluestang og line ":          "fiskeri",
		"zebra ":                      "",
		"min nabo ":                   "",
		"gider ikke garn ":            "", // not wanted
		"gider ikke garn, men gerne med en fluestang": "fiskeri",
	} {
		if got, _, _ := pointed(r, text); got != want {
			t.Errorf("%q points at %q, want %q", text, got, want)
		}
	}
}

// TestAWordOfSeveralMeaningsIsLessClear, and words together are clearer than one.
func TestAWordOfSeveralMeaningsIsLessClear(t *testing.T) {
	r := plainReader(t)
	_, one, _ := pointed(r, "strikkepinde ")
	_, many, _ := pointed(r, "line ")
	_, two, _ := pointed(r, "strikkepinde og uldgarn ")
	if many >= one || two <= one {
		t.Errorf("several meanings %.2f, one %.2f, two words %.2f", many, one, two)
	}
}

func TestAFieldTakesNothingFromWhatAPhraseHasSaid(t *testing.T) {
	r := plainReader(t)
	r.Fields = nil
	const text = "jeg har mistet min mand og har et garnnøgle "
	before := r.Read(text)
	r.Fields = testFields(t)
	after := r.Read(text)
	strong := func(read Reading) (out []string) {
		for _, t := range read.Terms {
			if len(t.Alts) > 0 {
				out = append(out, t.Word)
			}
		}
		return out
	}
	if a, b := strong(before), strong(after); !slices.Equal(a, b) || len(b) == 0 {
		t.Errorf("understood %q, without fields %q", b, a)
	}
}

func TestWordsForErrandsSpeakForNothing(t *testing.T) {
	r := plainReader(t)
	if _, _, read := pointed(r, "blikkenslager "); read.Errand < 0.5 {
		t.Errorf("a plumber is no errand: %.2f", read.Errand)
	}
	if to, _, read := pointed(r, "garn og pinde og blikkenslager "); to != "strikning" || read.Errand > 0 {
		t.Errorf("one word for an errand outweighs two for knitting: %q, %.2f", to, read.Errand)
	}
}

// TestTheBuiltInFieldsCanBeRead, every line of them.
func TestTheBuiltInFieldsCanBeRead(t *testing.T) {
	fs, err := ParseFields(danish.Open(), words.Fields+"\n"+words.Together)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseFields(danish.Open(), words.Together); err != nil {
		t.Error(err)
	}
	labels := []string{"alkoholiker", "narkoman", "dement", "autist", "invalid", "klient", "sindslidende", "fattig", "arbejdsloes", "gammel"}
	for _, f := range fs.of {
		if !f.errand && len(f.alts) == 0 {
			t.Error("a field looks for nothing")
		}
		for _, a := range f.alts {
			if slices.Contains(labels, a.Fold) {
				t.Errorf("%q can be seen on a card", a.Fold)
			}
		}
	}
}

// TestThePackedListsAreThoseOfTheText: what is packed is what is read from the
// text, and it is packed anew when the text changes.
func TestThePackedListsAreThoseOfTheText(t *testing.T) {
	rules, fields, err := ReadBuiltIn(danish.Open())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(rules.Pack(Print()), words.RulesPacked) || !bytes.Equal(fields.Pack(Print()), words.FieldsPacked) {
		t.Error("a list has changed: go run ./assets/words/gen -pack")
	}
	packedRules, err := OpenRules(rules.Pack(1), 1)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(packedRules.Pack(1), rules.Pack(1)) || packedRules.Len() != rules.Len() {
		t.Error("rules are others once they were packed")
	}
	packedFields, err := OpenFields(fields.Pack(1), 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []map[string][]vote{fields.words, fields.roots} {
		for w := range m {
			if !slices.Equal(packedFields.word(w), fields.word(w)) || !slices.Equal(packedFields.root(w), fields.root(w)) {
				t.Fatalf("%q points elsewhere once it was packed", w)
			}
		}
	}
	for w, turns := range fields.phrases {
		if got := packedFields.turns(w); len(got) != len(turns) || !slices.Equal(got[0].words, turns[0].words) {
			t.Fatalf("turns that begin with %q are others once they were packed", w)
		}
	}
}

// TestADamagedPackIsRefusedOrHarmless: it opens or it does not, and never panics.
func TestADamagedPackIsRefusedOrHarmless(t *testing.T) {
	fs := testFields(t)
	whole := fs.Pack(1)
	rules, err := ParseRules(danish.Open(), "ensom, helt alene => samvær^0.8, @price:free?\n=om aftenen => @time:evening")
	if err != nil {
		t.Fatal(err)
	}
	ruled := rules.Pack(1)
	if _, err := OpenFields(whole, 2); err == nil {
		t.Error("fields of other lists were taken")
	}
	sound := newReader(t)
	rapid.Check(t, func(t *rapid.T) {
		r := *sound
		b := slices.Clone(rapid.SampledFrom([][]byte{whole, ruled}).Draw(t, "pack"))
		for range rapid.IntRange(1, 4).Draw(t, "damages") {
			b[rapid.IntRange(8, len(b)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		}
		b = b[:rapid.IntRange(8, len(b)).Draw(t, "length")]
		if f, err := OpenFields(b, 1); err == nil {
			r.Fields = f
		}
		if rs, err := OpenRules(b, 1); err == nil {
			r.Rules = rs
		}
		r.Read("helt alene om aftenen med uldgarn, en fluestang og ret og vrang ")
	})
}

func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		if _, err := OpenRules(words.RulesPacked, Print()); err != nil {
			b.Fatal(err)
		}
		if _, err := OpenFields(words.FieldsPacked, Print()); err != nil {
			b.Fatal(err)
		}
	}
}

// TestGoingToSomethingIsNoWalk: "gå til gymnastik" is what one takes part in.
func TestGoingToSomethingIsNoWalk(t *testing.T) {
	r := newReader(t)
	for text, want := range map[string]bool{"min datter vil gerne gå til gymnastik ": false, "jeg vil gerne gå en tur ": true} {
		walk := slices.ContainsFunc(r.Read(text).Terms, func(t Term) bool {
			return t.Weight >= 1 && slices.ContainsFunc(t.Alts, func(a Alt) bool { return a.Fold == "gaatur" })
		})
		if walk != want {
			t.Errorf("%q: a walk: %v", text, walk)
		}
	}
}

// TestTheYoungAreShownAdviceOfTheirOwn where they have it hard.
func TestTheYoungAreShownAdviceOfTheirOwn(t *testing.T) {
	r := newReader(t)
	for text, want := range map[string]bool{"hun er 16 og har det skidt ": true, "hun er 46 og har det skidt ": false, "hun er 16 og vil gerne danse ": false} {
		got := slices.ContainsFunc(r.Read(text).Terms, func(t Term) bool { return len(t.Alts) > 0 && t.Alts[0].Fold == "ungdomsraadgivning" })
		if got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
