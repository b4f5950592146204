package translations

import (
	"regexp"
	"slices"
	"testing"
)

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

func TestEveryLanguageHasTheSameKeysAndPlaceholders(t *testing.T) {
	base := For(Default)
	if len(base.Keys()) == 0 {
		t.Fatal("no texts")
	}
	for _, lang := range Languages {
		c := For(lang)
		for _, k := range base.Keys() {
			if !c.Has(k) {
				t.Errorf("%s lacks %s", lang, k)
				continue
			}
			if c.T(k) == "" {
				t.Errorf("%s: %s is empty", lang, k)
			}
			if a, b := marks(base.texts[k]), marks(c.texts[k]); !slices.Equal(a, b) {
				t.Errorf("%s: %s has the placeholders %v, want %v", lang, k, b, a)
			}
		}
		for _, k := range c.Keys() {
			if !base.Has(k) {
				t.Errorf("%s has %s, which Danish lacks", lang, k)
			}
		}
	}
}

func marks(x text) []string {
	m := placeholder.FindAllString(x.other, -1)
	slices.Sort(m)
	return slices.Compact(m)
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
}
