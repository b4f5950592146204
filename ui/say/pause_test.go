package say

import (
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

func TestAPauseForNewcomersIsSaidInItsOwnWords(t *testing.T) {
	c := &directory.Community{Name: "Kor", Welcome: &directory.Welcome{Pause: &directory.Pause{From: "2026-11-01", To: "2027-02-01", Why: "full"}}}
	for lang, want := range map[string][2]string{
		"da": {"holder pause for nye til 1. feb.", "Der er fuldt lige nu."},
		"en": {"takes no newcomers until 1 Feb", "It is full just now."},
	} {
		s := In(lang)
		if got := s.Paused(c, "2026-11-24"); got != want[0] {
			t.Errorf("%s: %q", lang, got)
		}
		if got := s.WhyPaused(c, "2026-11-24"); got != want[1] {
			t.Errorf("%s: %q", lang, got)
		}
		if got := s.Paused(c, "2027-02-02") + s.WhyPaused(c, "2027-02-02"); got != "" {
			t.Errorf("%s, after it: %q", lang, got)
		}
	}
}

func TestEveryReasonForAPauseAndEveryPointOfAWelcomeHasWords(t *testing.T) {
	for _, lang := range []string{"da", "en"} {
		s := In(lang)
		for _, r := range directory.PauseReasons {
			for _, key := range []string{"welcome.pause_" + r, "welcome.form.why." + r} {
				if !s.Has(key) {
					t.Errorf("%s has no %s", lang, key)
				}
			}
		}
		for _, p := range directory.WelcomePoints {
			if !s.Has("welcome.point." + p) {
				t.Errorf("%s has no words for %s", lang, p)
			}
		}
	}
}
