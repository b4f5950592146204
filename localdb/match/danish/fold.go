// Package danish knows how Danish words are written, bent and put together, as
// far as search needs it: folding of æ, ø, å and accents, base forms, the parts
// of compounds, words that carry no topic, and the distance between spellings.
//
// It is pure and knows no index, no records and no wishes. Its word lists come
// from assets/words and are opened once per process, in a few milliseconds.
package danish

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// accents maps letters with marks that Danish does not use to the letter meant.
var accents = map[rune]rune{
	'é': 'e', 'è': 'e', 'ê': 'e', 'ë': 'e', 'á': 'a', 'à': 'a', 'â': 'a', 'ã': 'a',
	'í': 'i', 'ì': 'i', 'î': 'i', 'ï': 'i', 'ó': 'o', 'ò': 'o', 'ô': 'o', 'õ': 'o',
	'ú': 'u', 'ù': 'u', 'û': 'u', 'ü': 'y', 'ñ': 'n', 'ç': 'c', 'š': 's', 'ž': 'z',
	'ö': 'ø', 'ä': 'æ', 'ð': 'd', 'þ': 't', 'ł': 'l',
	'ą': 'a', 'ă': 'a', 'ā': 'a', 'ć': 'c', 'č': 'c', 'ď': 'd', 'đ': 'd', 'ę': 'e', 'ě': 'e', 'ė': 'e', 'ē': 'e', 'ğ': 'g',
	'ı': 'i', 'ī': 'i', 'ń': 'n', 'ň': 'n', 'ő': 'ø', 'œ': 'ø', 'ō': 'o', 'ř': 'r', 'ś': 's', 'ş': 's', 'ș': 's', 'ß': 's',
	'ț': 't', 'ţ': 't', 'ť': 't', 'ů': 'u', 'ū': 'u', 'ű': 'y', 'ý': 'y', 'ÿ': 'y', 'ź': 'z', 'ż': 'z',
}

// Lower lower-cases and takes accents off, but keeps æ, ø and å. Combining
// marks are dropped, but for the ring that makes an å.
func Lower(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= utf8.RuneSelf || (c >= 'A' && c <= 'Z') {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch r = unicode.ToLower(r); {
		case r < utf8.RuneSelf:
			b.WriteByte(byte(r))
		case r == '\u030a' && strings.HasSuffix(b.String(), "a"): // a + combining ring
			head := b.String()[:b.Len()-1]
			b.Reset()
			b.WriteString(head + "å")
		case unicode.Is(unicode.Mn, r):
		default:
			if a, ok := accents[r]; ok {
				r = a
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Fold writes æ, ø and å as ae, oe and aa, which is how they are typed on other
// keyboards. It expects what Lower returned.
func Fold(s string) string {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			n++
		}
	}
	if n == 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + n)
	for _, r := range s {
		switch r {
		case 'æ':
			b.WriteString("ae")
		case 'ø':
			b.WriteString("oe")
		case 'å':
			b.WriteString("aa")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

var skeleton = strings.NewReplacer("ae", "a", "oe", "o", "aa", "a")

// Skeleton drops the second letter of what Fold wrote, so that "gatur" meets "gåtur".
func Skeleton(folded string) string {
	if !strings.Contains(folded, "ae") && !strings.Contains(folded, "oe") && !strings.Contains(folded, "aa") {
		return folded
	}
	return skeleton.Replace(folded)
}

// MaxWord is the longest word, in bytes, that is looked at; more is cut off, so
// that no text can make the work grow without bound.
const MaxWord = 64

// Words calls fn with each run of letters and digits. Combining marks belong to
// the word before them.
func Words(s string, fn func(word string)) {
	start := -1
	emit := func(end int) {
		if start >= 0 {
			fn(cut(s[start:end]))
			start = -1
		}
	}
	for i, r := range s {
		inside := unicode.IsLetter(r) || unicode.IsDigit(r) || (start >= 0 && unicode.Is(unicode.Mn, r))
		switch {
		case inside && start < 0:
			start = i
		case !inside:
			emit(i)
		}
	}
	emit(len(s))
}

func cut(w string) string {
	if len(w) <= MaxWord {
		return w
	}
	w = w[:MaxWord]
	for !utf8.ValidString(w) && len(w) > MaxWord-utf8.UTFMax {
		w = w[:len(w)-1]
	}
	return w
}
