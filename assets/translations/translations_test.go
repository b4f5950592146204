package translations

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// keysOf lists the keys of some subjects, all where there are none.
func keysOf(c *Catalogue, subjects []string) (out []string) {
	for _, k := range c.Keys() {
		if len(subjects) == 0 || slices.Contains(subjects, subjectOf(k)) {
			out = append(out, k)
		}
	}
	return out
}

func TestEveryLanguageHasTheSameKeysAndPlaceholders(t *testing.T) {
	base := For(Default)
	if len(base.Keys()) == 0 {
		t.Fatal("no texts")
	}
	for _, lang := range Sheets {
		c := For(lang)
		has := subjects(c)
		if slices.Contains(Languages, lang) {
			has = subjects(base)
		}
		for _, k := range keysOf(base, has) {
			if !c.Has(k) {
				t.Errorf("%s lacks %s", lang, k)
				continue
			}
			checkForms(t, lang, k, base.texts[k], c.texts[k])
		}
		for _, k := range c.Keys() {
			if !base.Has(k) {
				t.Errorf("%s has %s, which Danish lacks", lang, k)
			}
		}
	}
}

func subjects(c *Catalogue) (out []string) {
	for _, k := range c.Keys() {
		out = append(out, subjectOf(k))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// checkForms holds a text against the Danish one: every form of a plural is there,
// none is empty, and each has the same placeholders. A form for one number alone
// may write it as a word.
func checkForms(t *testing.T, lang, key string, base, own text) {
	t.Helper()
	if (base.forms == nil) != (own.forms == nil) {
		t.Errorf("%s: %s has a plural where Danish has none, or the other way round", lang, key)
		return
	}
	want := marks(base.whole(Default))
	if own.forms == nil {
		if own.plain == "" {
			t.Errorf("%s: %s is empty", lang, key)
		}
		if got := marks(own.plain); !slices.Equal(got, want) {
			t.Errorf("%s: %s has the placeholders %v, want %v", lang, key, got, want)
		}
		return
	}
	if got, all := slices.Sorted(maps.Keys(own.forms)), slices.Sorted(slices.Values(forms(lang))); !slices.Equal(got, all) {
		t.Errorf("%s: %s has the forms %v, want %v", lang, key, got, all)
	}
	for f, s := range own.forms {
		if s == "" {
			t.Errorf("%s: %s, form %s, is empty", lang, key, f)
		}
		got := marks(s)
		need := want
		if f == zero || f == one || f == two { // the number may be in the word
			without := func(m []string) []string {
				return slices.DeleteFunc(slices.Clone(m), func(x string) bool { return x == "{n}" })
			}
			got, need = without(got), without(want)
		}
		if !slices.Equal(got, need) {
			t.Errorf("%s: %s, form %s, has the placeholders %v, want %v", lang, key, f, got, need)
		}
	}
}

func marks(s string) []string {
	m := placeholder.FindAllString(s, -1)
	slices.Sort(m)
	return slices.Compact(m)
}

func TestALanguageIsOfferedOnlyWithItsWholeCatalogue(t *testing.T) {
	for _, lang := range Languages {
		if !slices.Contains(Sheets, lang) || !Speaks(lang, subjects(For(Default))...) {
			t.Errorf("%s is listed as complete and is not", lang)
		}
	}
	for _, lang := range Sheets {
		if !Speaks(lang, SheetSubjects...) {
			t.Errorf("%s cannot speak on a sheet", lang)
		}
		if OwnName(lang) == "" {
			t.Errorf("%s has no name", lang)
		}
		if known := lang == "da" || lang == "en"; known == slices.Contains(Unread, lang) {
			t.Errorf("%s: nobody says whether a native reader has seen it", lang)
		}
	}
	for _, lang := range Screens() {
		if RightToLeft(lang) {
			t.Errorf("%s cannot be laid out on a screen", lang)
		}
	}
}

// What a language of sheets lacks is said in Danish, and one can tell that it is.
func TestWhatALanguageLacksIsDanishAndCanBeTold(t *testing.T) {
	const key = "counter.language" // a desk's word
	if got, want := For("ar").T(key), For("da").T(key); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if For("ar").Has(key) {
		t.Error("nobody can tell that it is Danish")
	}
	if got := For("ar").T("sheet.no_such"); got != "«sheet.no_such»" {
		t.Error(got)
	}
	if got := For("xx").Lang(); got != Default {
		t.Error(got)
	}
}

func TestPluralsFollowTheRulesOfTheCLDR(t *testing.T) {
	names := map[plural.Form]string{plural.Zero: zero, plural.One: one, plural.Two: two, plural.Few: few, plural.Many: many, plural.Other: other}
	for _, lang := range Sheets {
		for n := range 1200 {
			want := names[plural.Cardinal.MatchPlural(language.MustParse(lang), n, 0, 0, 0, 0)]
			if got := form(lang, n); got != want {
				t.Errorf("%s %d: %s, want %s", lang, n, got, want)
			}
			if !slices.Contains(forms(lang), form(lang, n)) {
				t.Fatalf("%s %d: no text for %s", lang, n, form(lang, n))
			}
		}
	}
	if got := For("pl").N("words.fresh.days", 5); got != "5 dni" {
		t.Error(got)
	}
	if got := For("uk").N("words.fresh.days", 22); got != "22 дні" {
		t.Error(got)
	}
}

// A street, a number and a name keep their own direction inside a text from right
// to left; what is already in its direction is left alone.
func TestValuesKeepTheirDirectionInsideATextFromRightToLeft(t *testing.T) {
	got := For("ar").T("sheet.confirmed", "day", "12 34")
	if !strings.Contains(got, "\u206612 34\u2069") {
		t.Errorf("%q", got)
	}
	if got := For("ar").T("sheet.confirmed", "day", got); strings.Count(got, "\u2066") != 1 {
		t.Errorf("%q", got)
	}
	if got := For("da").T("sheet.confirmed", "day", "12 34"); strings.ContainsRune(got, isolate) {
		t.Errorf("%q", got)
	}
}

func TestCountsReadAsTheLanguageWritesThem(t *testing.T) {
	if got := For("da").Int(1043); got != "1.043" {
		t.Error(got)
	}
	if got := For("en").Int(-1234567); got != "-1,234,567" {
		t.Error(got)
	}
	if got := For("da").Decimal(1.25); got != "1,2" && got != "1,3" {
		t.Error(got)
	}
	if got := For("uk").Int(1043); got != "1\u00a0043" {
		t.Error(got)
	}
	if got := For("ar").Decimal(1.25); got != "1.2" && got != "1.3" {
		t.Error(got)
	}
}
