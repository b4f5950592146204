package wish

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/assets/words"
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
		"kl 10 ":                                             "time:forenoon",
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

func TestTimesAndSumsAreReadFromSentences(t *testing.T) {
	r := newReader(t)
	for text, want := range map[string]string{
		"kan først efter kl. 17 ":                    "time:evening",
		"gåtur kl. 10.30 ":                           "time:forenoon",
		"noget kl 7 om aftenen ":                     "time:evening",
		"klokken otte om morgenen ":                  "time:morning",
		"før kl. 12 ":                                "time:forenoon",
		"efter kl 14 ":                               "time:afternoon time:evening",
		"før middag ":                                "time:forenoon",
		"midt på dagen ":                             "time:daytime",
		"når børnene er i skole ":                    "time:daytime",
		"mens ungerne er i skole ":                   "time:daytime",
		"efter arbejde ":                             "time:evening",
		"torsdag aften ":                             "time:evening weekday:4",
		"i weekenden ":                               "time:weekend",
		"helst ikke om aftenen ":                     "time:daytime",
		"jeg kan ikke i weekenden ":                  "time:weekday",
		"jeg kan ikke om mandagen ":                  "",
		"ikke om formiddagen ":                       "time:afternoon time:evening",
		"det må ikke koste noget, helst om aftenen ": "price:free time:evening",
		"højst 50 kr ":                               "price:cheap",
		"det må koste op til 100 kroner ":            "price:cheap",
		"det må koste 900 kr ":                       "",
		"har ikke råd ":                              "price:cheap",
		"billigt ":                                   "price:cheap",
		"for 2 uger siden ":                          "",
		"efter 20 minutter ":                         "",
		"jeg vil gerne have fri efter 16 og så spille kor ": "time:evening",
	} {
		if got := told(r.Read(text).Wishes); got != want {
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestWhomItIsForIsRead(t *testing.T) {
	r := newReader(t)
	for text, want := range map[string]string{
		"min datter er 17 ":                         "age:=17 group:children?",
		"min mand keder sig ":                       "group:men?",
		"min mand er død ":                          "consideration:grief?",
		"jeg er i tresserne ":                       "age:=65?",
		"en kvinde i 50'erne ":                      "age:=55? group:women?",
		"musik fra tresserne ":                      "",
		"jeg har boet her i 5 år ":                  "",
		"min mor døde for 10 år siden ":             "consideration:grief? group:seniors?",
		"jeg er i 60 års alderen ":                  "age:=60",
		"jeg er pensionist ":                        "group:seniors?",
		"ikke noget for børn ":                      "",
		"os to vil gerne danse ":                    "",
		"jeg taler kun arabisk ":                    "language:ar",
		"jeg forstår lidt dansk ":                   "consideration:new_to_danish?",
		"jeg går dårligt ":                          "consideration:limited_mobility?",
		"hun hører dårligt ":                        "consideration:hearing?",
		"jeg bliver hurtigt træt ":                  "consideration:fatigue?",
		"kan ikke lide store grupper ":              "consideration:small_groups?",
		"jeg har aldrig prøvet det før ":            "consideration:beginners?",
		"er der plads til en mere ":                 "room:",
		"jeg tør ikke komme alene ":                 "accompaniment:?",
		"ikke for langt væk ":                       "distance:=3",
		"i nærheden ":                               "distance:=3",
		"dans i ringsteds centrum ":                 "area:Ringsted",
		"kor i ringstd ":                            "area:Ringsted",
		"kor i benløse parken ":                     "area:Benløseparken",
		"I just moved here and want to meet people": "group:newcomers?",
		"something in the evening for free ":        "price:free time:evening",
	} {
		if got := told(r.Read(text).Wishes); got != want {
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
}

// Politeness weighs nothing: the same topics are left without it.
func TestPolitenessWeighsNothing(t *testing.T) {
	r := newReader(t)
	topics := func(text string) string {
		var out []string
		for _, x := range r.Read(text).Terms {
			if x.Weight >= 1 {
				out = append(out, x.Word)
			}
		}
		return strings.Join(out, " ")
	}
	for _, frame := range []string{
		"%s", "hej, jeg kunne godt tænke mig %s ", "ved du om der findes noget %s ", "goddag, har I noget med %s ", "jeg leder efter %s tak ",
		"kan du hjælpe mig med at finde %s ", "hi, I would like to find something with %s please ", "jeg har lyst til %s på forhånd tak ", "er der noget %s ",
	} {
		if got := topics(fmt.Sprintf(frame, "skak")); got != "skak" {
			t.Errorf(frame+": topics %q", "skak", got)
		}
	}
}

func TestEnglishWordsThatAreDanishToo(t *testing.T) {
	r := newReader(t)
	for text, want := range map[string]string{
		"I have two boys and we would like chess ": "chess",
		"it ": "it",
		"we would like to try it and have fun in the choir ": "choir fun",
	} {
		var got []string
		for _, x := range r.Read(text).Terms {
			if x.Weight >= 1 && x.Word != "boys" {
				got = append(got, x.Word)
			}
		}
		slices.Sort(got)
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: topics %q, want %q", text, s, want)
		}
	}
}

func TestWithoutAlcoholIsNoMinusForThoseWithout(t *testing.T) {
	read := newReader(t).Read("noget hyggeligt uden alkohol ")
	if len(read.Not) > 0 {
		t.Errorf("not wanted: %v", read.Not)
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
		"ikke noget for børn ":                          "børn",
		"ikke for langt væk ":                           "",
		"helst ikke om aftenen ":                        "",
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
	if rules.Len() < 2000 {
		t.Errorf("only %d phrases", rules.Len())
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
				if !w.known() {
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

// The version stands in the list, where people who change it see it.
func TestTheListSaysItsVersion(t *testing.T) {
	if !strings.Contains(words.LayWords, fmt.Sprintf("# version: %d\n", words.LayWordsVersion)) {
		t.Errorf("the list does not say version %d", words.LayWordsVersion)
	}
}

// What can be seen as a reason or a chip says what is offered, never what
// somebody is or suffers from in the words of others.
func TestNothingShownLabelsThePerson(t *testing.T) {
	rules, err := ParseRules(danish.Open(), words.Wishes, words.LayWords)
	if err != nil {
		t.Fatal(err)
	}
	labels := []string{"alkoholiker", "narkoman", "dement", "autist", "invalid", "taber", "klient", "bruger", "svag", "sindslidende", "psykopat",
		"overvaegtig", "fed", "fattig", "kriminel", "indvandrer", "fremmed", "analfabet", "spasser", "enspaender", "arbejdsloes", "gammel"}
	for _, list := range rules.byFirst {
		for _, ru := range list {
			for _, a := range ru.alts {
				if slices.Contains(labels, a.Fold) {
					t.Errorf("%v leads to %q", ru.words, a.Fold)
				}
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
	_, fields, err := BuiltIn(danish.Open())
	if err != nil {
		f.Fatal(err)
	}
	r.Fields = fields
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
