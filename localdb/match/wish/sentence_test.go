package wish

import (
	"slices"
	"strings"
	"testing"
)

// topics writes what a text is about, by the words that were read as topics.
func topics(r *Reading) string {
	var out []string
	for i := range r.Terms {
		if t := &r.Terms[i]; t.Weight >= 1 {
			out = append(out, t.Word)
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// looksFor says whether a term looks for a word as well.
func looksFor(r *Reading, word string) bool {
	return slices.ContainsFunc(r.Terms, func(t Term) bool {
		return slices.ContainsFunc(t.Alts, func(a Alt) bool { return a.Fold == word })
	})
}

func TestWhoTellsAndWhoIsSpokenOfAreNoTopics(t *testing.T) {
	r := newReader(t)
	for text, want := range map[string]string{
		"min nabo siger der er noget keramik her":            "keramik",
		"lægen mener at jeg skal gå til yoga":                "yoga",
		"hendes søster vil gerne male":                       "male",
		"der kom en dame som spiller skak":                   "skak",
		"borgeren vil gerne spille skak":                     "skak",
		"vi er flyttet hertil fra Lundeborg og spiller skak": "skak",
		"min gamle far vil gerne spille skak":                "skak",
		"to veninder der vil spille skak":                    "skak",
		"datter på 13 vil gerne klatre":                      "klatre",
	} {
		read := r.Read(text + " ")
		if got := topics(&read); got != want {
			t.Errorf("%q is about %q, want %q", text, got, want)
		}
	}
}

func TestAPhraseIsHeardWhoeverSaysIt(t *testing.T) {
	r := newReader(t)
	for text, word := range map[string]string{
		"hun føler sig alene":                  "samvaer",
		"fordi jeg ikke tør gå ud":             "angst",
		"hans kone blev begravet, kone er død": "sorg",
		"de kender ikke nogen":                 "samvaer",
		"hukommelsesbesvær":                    "demens",
		"min mand døde i foråret":              "sorg",
		"når man ikke kan sove":                "mindfulness",
	} {
		if read := r.Read(text + " "); !looksFor(&read, word) {
			t.Errorf("%q does not look for %s: %+v", text, word, read.Terms)
		}
	}
}

func TestAFormIsHeardOnlyWhereItIsAskedFor(t *testing.T) {
	r := newReader(t)
	if read := r.Read("jeg vil gerne have hjælp til ansøgninger "); looksFor(&read, "frivilligcenter") {
		t.Error("who asks for help is heard as one who offers it")
	}
	if read := r.Read("jeg vil gerne hjælpe til "); !looksFor(&read, "frivilligcenter") {
		t.Error("who offers help is not heard")
	}
	if read := r.Read("en ung fyr "); looksFor(&read, "job") {
		t.Error("a fyr is heard as one who was fired")
	}
}

func TestAnErrandIsATopicThatNothingAnswers(t *testing.T) {
	r := newReader(t)
	read := r.Read("hvor fornyer jeg mit kørekort ")
	if !slices.ContainsFunc(read.Terms, func(t Term) bool { return t.Weight >= 1 && t.Fold == "" && len(t.Alts) == 0 }) {
		t.Errorf("no errand in %+v", read.Terms)
	}
	if read = r.Read("jeg har mistet kørekortet og vil spille skak "); topics(&read) != "skak" {
		t.Errorf("a lost licence is an errand: %q", topics(&read))
	}
}

func TestIllnessOfARelativeIsAboutThoseAroundToo(t *testing.T) {
	r := newReader(t)
	if read := r.Read("min kone har parkinson "); !looksFor(&read, "parkinson") || !looksFor(&read, "paaroerende") {
		t.Errorf("found %+v", read.Terms)
	}
	if read := r.Read("jeg har parkinson "); looksFor(&read, "paaroerende") {
		t.Errorf("somebody who is ill is taken for a carer: %+v", read.Terms)
	}
}

func TestTopicsStandTogetherOrApart(t *testing.T) {
	r := newReader(t)
	for text, want := range map[string]Joint{
		"skak": Together, "keramik skak": Together, "keramik og skak": And, "enten keramik eller skak": Or,
		"jeg er ensom og vil spille skak": Together,
	} {
		if read := r.Read(text + " "); read.Joined != want {
			t.Errorf("%q is joined %d, want %d", text, read.Joined, want)
		}
	}
}

func TestAgesOfAHomeAreNoWish(t *testing.T) {
	r := newReader(t)
	for text, want := range map[string]string{
		"alene med to drenge på 4 og 7 ":     "group:single_parents?",
		"enlig far med en datter på 3 ":      "group:single_parents?",
		"min søn på 9 vil spille fodbold ":   "age:=9 group:children?",
		"noget for både mænd og kvinder ":    "",
		"en kvinde der vil strikke ":         "group:women?",
		"noget for kvinder der vil strikke ": "group:women",
	} {
		read := r.Read(text)
		if got := told(read.Wishes); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestAnUnwantedWordThatEndsTheTextCountsWhenItIsDone(t *testing.T) {
	r := newReader(t)
	not := func(text string) string {
		var ws []string
		for _, n := range r.Read(text).Not {
			ws = append(ws, n.Word)
		}
		return strings.Join(ws, " ")
	}
	if got := not("motion men ikke fodbold"); got != "" {
		t.Errorf("%q is unwanted while it is being written", got)
	}
	r.Done = true
	if got := not("motion men ikke fodbold"); got != "fodbold" {
		t.Errorf("unwanted is %q", got)
	}
	for text, want := range map[string]string{"jeg kan ikke længere løbe": "løbe", "jeg kan ikke strikke mere": "strikke", "for gammel til håndbold": "håndbold"} {
		if got := not(text); got != want {
			t.Errorf("%q: unwanted is %q, want %q", text, got, want)
		}
	}
}
