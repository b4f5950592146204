package wish

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/assets/words"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

func newReader(t testing.TB) *Reader {
	t.Helper()
	l := danish.Open()
	rules, err := ParseRules(l, words.Wishes, words.LayWords)
	if err != nil {
		t.Fatal(err)
	}
	rd := l.Reader()
	t.Cleanup(rd.Done)
	return &Reader{Danish: rd, Rules: rules, Places: NewGazetteer([]string{"Ringsted Syd", "Ringsted", "Benløseparken", "4100", "Strand"})}
}

// told writes wishes short: "time:forenoon price:free age:=78 group:seniors?".
func told(ws []Wish) string {
	var out []string
	for _, w := range ws {
		s := w.Key()
		if w.Number != 0 {
			s += fmt.Sprintf("=%g", w.Number)
		}
		if w.Soft {
			s += "?"
		}
		out = append(out, s)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestWishesAreReadFromWhatPeopleSay(t *testing.T) {
	r := newReader(t)
	for text, want := range map[string]string{
		"gåtur formiddag": "time:forenoon",
		"jeg er lige flyttet hertil og vil gerne møde nogen at gå tur med om formiddagen, det må ikke koste noget": "group:newcomers? price:free time:forenoon",
		"min mor på 78 sidder meget alene ":                  "age:=78 group:seniors?",
		"min søn på 9 vil gerne spille fodbold":              "age:=9 group:children?",
		"noget for mænd over 60 ":                            "age:=60 group:men",
		"jeg er 67 år og vil gerne danse":                    "age:=67",
		"klub for 60+ ":                                      "",
		"yoga tirsdag eller torsdag aften":                   "time:evening weekday:2 weekday:4",
		"strik i ringsted syd":                               "area:Ringsted Syd",
		"fællesspisning benløse":                             "",
		"fællesspisning benløsep":                            "area:Benløseparken",
		"vi går en tur på stranden":                          "",
		"jeg sidder i kørestol og vil gerne spise med andre": "accessibility:wheelchair",
		"jeg har angst og tør ikke komme alene men vil male": "accompaniment:? consideration:anxiety?",
		"det må ikke koste ret meget":                        "price:cheap",
		"har ikke råd til ret meget":                         "price:cheap",
		"noget på arabisk":                                   "language:ar",
		"kvindefodbold":                                      "group:women",
		"keramik i weekenden":                                "time:weekend",
		"efter arbejde":                                      "time:evening",
		"små grupper uden trapper":                           "accessibility:step_free consideration:small_groups?",
		"gåtur i nærheden":                                   "distance:=3",
		"en social øvebane":                                  "kind:practice_ground",
		"3 km væk":                                           "",
		"kl 10 ":                                             "",
		"hæklehold med ledige pladser ":                      "room:",
		"gåtur form":                                         "time:forenoon",
		"":                                                   "",
	} {
		read := r.Read(text)
		if got := told(read.Wishes); got != want {
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestNotIsUnderstood(t *testing.T) {
	r := newReader(t)
	for text, want := range map[string]string{
		"ikke noget med sport ":                         "sport",
		"gerne musik men ikke noget med sport og kor ":  "sport kor",
		"alt undtagen fodbold ":                         "fodbold",
		"jeg gider ikke fodbold ":                       "fodbold",
		"det må ikke koste noget ":                      "",
		"jeg tør ikke komme alene ":                     "",
		"jeg taler ikke så godt dansk ":                 "",
		"jeg kender ikke nogen her ":                    "",
		"uden trapper ":                                 "",
		"svømning for kvinder uden mænd ":               "mænd",
		"han kan ikke lide kor, men han elsker at male": "kor",
	} {
		var got []string
		for _, n := range r.Read(text).Not {
			got = append(got, n.Word)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: not wanted %q, want %q", text, s, want)
		}
	}
}

func TestBackgroundStandsBehindTheTopic(t *testing.T) {
	r := newReader(t)
	read := r.Read("jeg kender ingen og vil gerne spille skak")
	for _, term := range read.Terms {
		switch {
		case term.Word == "skak" && term.Weight != 1, term.Word == "kender ingen" && term.Weight >= 1:
			t.Errorf("%s weighs %g", term.Word, term.Weight)
		}
	}
	read = r.Read("jeg kender ingen her ")
	if !read.Strong() {
		t.Error("alone, background is the topic")
	}
}

func TestADroppedWishIsSearchedAsWords(t *testing.T) {
	r := newReader(t)
	r.Dropped = map[string]bool{"time:forenoon": true, "area:Ringsted": true}
	read := r.Read("formiddag i ringsted")
	if len(read.Wishes) != 0 {
		t.Errorf("still wished: %s", told(read.Wishes))
	}
	if len(read.Terms) != 2 {
		t.Errorf("%d terms, want both words", len(read.Terms))
	}
}

// Chips are read out loud at a desk: they say what a community should be.
func TestEveryWishOfTheListsIsOneThatScreensKnow(t *testing.T) {
	l := danish.Open()
	rules, err := ParseRules(l, words.Wishes, words.LayWords)
	if err != nil {
		t.Fatal(err)
	}
	if rules.Len() < 900 {
		t.Errorf("only %d phrases", rules.Len())
	}
	known := map[Kind][]string{
		Time: {"morning", "forenoon", "afternoon", "evening", "weekend", "weekday", "daytime"}, Weekday: {"1", "2", "3", "4", "5", "6", "7"},
		Price: {"free", "cheap"}, Group: append([]string{"women", "men"}, directory.Groups...),
		Accessibility: directory.Accessibilities, Consideration: directory.Considerations,
		Accompaniment: {""}, Room: {""}, Across: {""}, KindOf: {"practice_ground"}, Distance: {""},
	}
	for _, list := range rules.byFirst {
		for _, ru := range list {
			for _, w := range ru.wishes {
				if w.Kind == Language {
					if !translations.For("da").Has("words.language." + w.Value) {
						t.Errorf("no word for the language %s", w.Value)
					}
					continue
				}
				if !slices.Contains(known[w.Kind], w.Value) {
					t.Errorf("%v gives the unknown wish %s", ru.words, w.Key())
				}
			}
		}
	}
}

// Phrases are compared by root, so "unger" would be read as "unge".
func TestOneWordIsOneWish(t *testing.T) {
	rules, err := ParseRules(danish.Open(), words.Wishes)
	if err != nil {
		t.Fatal(err)
	}
	for root, list := range rules.byFirst {
		said := map[Kind]string{}
		for _, ru := range list {
			if len(ru.words) != 1 {
				continue
			}
			for _, w := range ru.wishes {
				if was, ok := said[w.Kind]; ok && was != w.Value {
					t.Errorf("%s is both %s and %s", root, was, w.Value)
				}
				said[w.Kind] = w.Value
			}
		}
	}
}

func TestABrokenRuleIsRefused(t *testing.T) {
	for _, line := range []string{"ensom", "ensom =>", "=> kor", "ensom => kor^2", "tæt på => @distance:langt"} {
		if _, err := ParseRules(danish.Open(), line); err == nil {
			t.Errorf("%q was taken", line)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"min mor på 78", "ikke noget med sport og kor", "gåtur form", "60+", "\xff", strings.Repeat("ikke ", 500)} {
		f.Add(s)
	}
	r := newReader(f)
	f.Fuzz(func(t *testing.T, s string) {
		read := r.Read(s)
		if len(read.Terms) > 4*maxWords {
			t.Fatalf("%d terms", len(read.Terms))
		}
		for _, w := range read.Wishes {
			if w.Kind == "" {
				t.Fatal("a wish without a kind")
			}
		}
	})
}
