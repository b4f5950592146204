package conversation

import (
	"strings"
	"testing"
)

// lists gives the parts of an arena, so that languages can be held against each other.
func lists(a Arena) map[string][]string {
	var avoid []string
	for _, x := range a.Avoid {
		avoid = append(avoid, x.Say, x.Why)
	}
	return map[string][]string{
		"ready": a.Ready, "openings": a.Openings, "follow_ups": a.FollowUps, "listening": a.Listening, "closing": a.Closing, "showing": a.Showing,
		"accompany": a.Accompany, "welcome": a.Welcome, "avoid": avoid, "when_no": a.WhenNo,
	}
}

func TestEveryArenaIsCompleteInEveryLanguage(t *testing.T) {
	base, err := Arenas("da")
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range Languages {
		arenas, err := Arenas(lang)
		if err != nil {
			t.Fatal(err)
		}
		entries, err := files.ReadDir(lang)
		if err != nil || len(entries) != len(IDs) {
			t.Errorf("%s has %d files for %d arenas (%v)", lang, len(entries), len(IDs), err)
		}
		for i, a := range arenas {
			if a.Title == "" || a.When == "" {
				t.Errorf("%s/%s has no title or situation", lang, a.ID)
			}
			want := lists(base[i])
			for part, texts := range lists(a) {
				if len(texts) < 2 || len(texts) != len(want[part]) {
					t.Errorf("%s/%s: %s has %d texts, Danish has %d, at least 2 are needed", lang, a.ID, part, len(texts), len(want[part]))
				}
				for _, s := range texts {
					if strings.TrimSpace(s) != s || s == "" {
						t.Errorf("%s/%s: %s has an empty or untrimmed text %q", lang, a.ID, part, s)
					}
				}
			}
		}
	}
}

// The citizen is never labelled: in what is to be said and in the advice, none
// of these words stands. They may stand among the sentences to avoid.
func TestNoTextLabelsTheCitizen(t *testing.T) {
	labels := map[string][]string{
		"da": {"ensom", "udsat", "sårbar", "isoleret", "svag", "borgeren", "patient", "klient", "sagen", "!"},
		"en": {"lonely", "vulnerable", "isolated", "citizen", "patient", "client", "the case", "!"},
	}
	for lang, words := range labels {
		arenas, err := Arenas(lang)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range arenas {
			for part, texts := range lists(a) {
				if part == "avoid" {
					continue
				}
				for _, s := range append(texts, a.Title, a.When) {
					for _, w := range words {
						if strings.Contains(strings.ToLower(s), w) {
							t.Errorf("%s/%s: %s says %q in %q", lang, a.ID, part, w, s)
						}
					}
				}
			}
		}
	}
}

func TestSentencesAreShort(t *testing.T) {
	for _, lang := range Languages {
		arenas, err := Arenas(lang)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range arenas {
			for part, texts := range lists(a) {
				for _, s := range texts {
					for sentence := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(".?:", r) }) {
						if n := len(strings.Fields(sentence)); n > 26 {
							t.Errorf("%s/%s: %s has a sentence of %d words: %q", lang, a.ID, part, n, sentence)
						}
					}
				}
			}
		}
	}
}
