package translations

import (
	"fmt"
	"strings"
	"unicode"
)

// Marks that keep a piece of text in its own direction (Unicode UAX #9). They are
// put around what is filled into a text from right to left, so that a telephone
// number, a date or a street is not turned around by what stands beside it.
const (
	isolate    = '\u2066' // from left to right, until
	isolateEnd = '\u2069'
)

// Int writes a whole number with the language's thousands separator.
func (c *Catalogue) Int(n int) string {
	s := fmt.Sprint(n)
	sep := "."
	switch c.lang {
	case "en", "so", "ar", "fa":
		sep = ","
	case "uk", "pl":
		sep = "\u00a0"
	}
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + sep + s[i:]
	}
	if neg {
		s = "-" + s
	}
	return s
}

// Decimal writes a number with one decimal, as the language does (1,2 / 1.2).
func (c *Catalogue) Decimal(v float64) string {
	s := fmt.Sprintf("%.1f", v)
	switch c.lang {
	case "en", "so", "ar", "fa":
		return s
	}
	return strings.Replace(s, ".", ",", 1)
}

func fill(s, lang string, args []any) string {
	if len(args) == 0 || !strings.Contains(s, "{") {
		return s
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		v := fmt.Sprint(args[i+1])
		if RightToLeft(lang) {
			v = isolated(v)
		}
		pairs = append(pairs, fmt.Sprintf("{%v}", args[i]), v)
	}
	return strings.NewReplacer(pairs...).Replace(s)
}

// isolated puts marks around a value that has letters or digits from left to
// right and none the other way; any other is at home in the text around it.
func isolated(v string) string {
	left := false
	for _, r := range v {
		if unicode.In(r, unicode.Arabic, unicode.Hebrew) {
			return v
		}
		left = left || unicode.IsLetter(r) || unicode.IsDigit(r)
	}
	if !left {
		return v
	}
	bare := strings.Map(func(r rune) rune {
		if r == isolate || r == isolateEnd {
			return -1
		}
		return r
	}, v)
	return string(isolate) + bare + string(isolateEnd)
}
