package print

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/faellesskabsby/vejviser/localdb/clean"
	"golang.org/x/text/unicode/bidi"
)

// The characters that lead text to its place and are never drawn (UAX #9).
const (
	leftMark   = '\u200e'
	rightMark  = '\u200f'
	isolate    = '\u2066' // from left to right, until
	isolateEnd = '\u2069'
)

func guides(r rune) bool {
	return r == leftMark || r == rightMark || r == isolate || r == isolateEnd
}

// right says whether a character belongs to a script from right to left.
func right(r rune) bool {
	if r < 0x590 {
		return false
	}
	p, _ := bidi.LookupRune(r)
	return p.Class() == bidi.R || p.Class() == bidi.AL
}

// left says whether a character is a letter of any other script, or a digit.
func left(r rune) bool {
	p, _ := bidi.LookupRune(r)
	return p.Class() == bidi.L || p.Class() == bidi.EN
}

// directed makes a paragraph ready to be put in order: it begins with a mark of its
// direction where it has letters from right to left, and in a paragraph of that
// direction each piece of the other – a telephone number, a date, a street – is
// set apart. Without that, Unicode's own rules print 12 34 56 78 as 78 56 34 12.
func (s *setter) directed(text []rune, heavy []bool) ([]rune, []bool) {
	found := false
	for _, r := range text {
		found = found || right(r)
	}
	switch {
	case !found:
		return text, heavy
	case !s.rtl:
		return append([]rune{leftMark}, text...), append([]bool{heavy[0]}, heavy...)
	}
	out, bolds := make([]rune, 0, len(text)+8), make([]bool, 0, len(text)+8)
	put := func(r rune, h bool) { out, bolds = append(out, r), append(bolds, h) }
	put(rightMark, heavy[0])
	depth := 0
	for i := 0; i < len(text); i++ {
		r := text[i]
		switch {
		case r == isolate:
			depth++
		case r == isolateEnd && depth == 0:
			continue
		case r == isolateEnd:
			depth--
		case depth == 0 && (left(r) || r == '+' && i+1 < len(text) && left(text[i+1])):
			end := endOfLeft(text, i)
			put(isolate, heavy[i])
			for ; i < end; i++ {
				put(text[i], heavy[i])
			}
			i--
			put(isolateEnd, heavy[i])
			continue
		}
		put(r, heavy[i])
	}
	for ; depth > 0; depth-- {
		put(isolateEnd, bolds[len(bolds)-1])
	}
	return out, bolds
}

// endOfLeft is where a piece from left to right ends that begins at from: behind its
// last letter, digit or closing bracket.
func endOfLeft(text []rune, from int) int {
	end, open := from+1, 0
	for i := from; i < len(text) && !right(text[i]) && !guides(text[i]); i++ {
		switch p, _ := bidi.LookupRune(text[i]); {
		case left(text[i]), p.Class() == bidi.NSM && end == i:
			end = i + 1
		case text[i] == '(':
			open++
		case text[i] == ')' && open > 0:
			open--
			end = i + 1
		}
	}
	return end
}

// tidy is clean.Line for what the program itself has said: it keeps the marks that
// set a value apart in a text from right to left, which the gate drops.
func tidy(s string, max int) string {
	if !strings.ContainsRune(s, isolate) {
		return clean.Line(s, max)
	}
	var out strings.Builder
	for len(s) > 0 {
		at := strings.IndexFunc(s, func(r rune) bool { return r == isolate || r == isolateEnd })
		piece := s
		if at >= 0 {
			piece = s[:at]
		}
		tidied := clean.Line(piece, max)
		before, after := edgeSpaces(piece)
		if tidied == "" {
			after = ""
		}
		out.WriteString(before + tidied + after)
		if at < 0 {
			break
		}
		const mark = len(string(isolate))
		out.WriteString(s[at : at+mark])
		s = s[at+mark:]
	}
	if all := strings.TrimSpace(out.String()); len([]rune(all)) <= max {
		return all
	}
	return clean.Line(out.String(), max)
}

// edgeSpaces is the space that a piece of text begins and ends with, which the gate
// takes off the ends of a line; one that does not break stays so.
func edgeSpaces(s string) (before, after string) {
	space := func(r rune) string {
		switch {
		case r == '\u00a0':
			return "\u00a0"
		case unicode.IsSpace(r):
			return " "
		}
		return ""
	}
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	return space(first), space(last)
}

// at is where something of width w stands that a sheet from left to right has at x:
// a sheet from right to left is its mirror image, letters and codes excepted.
func (p *paper) at(x, w float64) float64 {
	if p.set.rtl {
		return p.w - x - w
	}
	return x
}
