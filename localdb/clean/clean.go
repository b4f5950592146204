// Package clean is the one gate for text: whatever a person types, pastes or
// imports passes here before it is kept, shown or printed, so that hostile or
// damaged text (markup, control characters, stacked accents, a word a megabyte
// long) is inert everywhere behind it.
//
// It knows Unicode and nothing else: no fields, no records, no languages.
// The rules are those of findings/reliability §5.3 for fault 43:
//
//   - the result is valid UTF-8 in NFC; bytes that are not UTF-8 are dropped;
//   - control and format characters are dropped – bidi controls, zero-width
//     characters, soft hyphens – except the joiners U+200C and U+200D between
//     letters, where scripts need them, and the visible Arabic number signs;
//   - at most 4 combining marks follow each other;
//   - at most 60 characters stand without a place where a line may break; there
//     a space is put in;
//   - a length is counted in characters (runes) and never cuts a letter from
//     its marks.
//
// Cleaning clean text changes nothing, and costs no memory where the text is
// plain Latin, which nearly all of it is.
package clean

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/text/unicode/norm"
)

const (
	maxMarks = 4  // combining marks in a row
	maxRun   = 60 // runes without a break opportunity

	zwnj = '\u200c'
	zwj  = '\u200d'
)

// Line cleans text for one line: every kind of line break and tab becomes a
// space, spaces in a row become one, and none is left at the ends. max is the
// greatest length in runes; 0 or less means no limit.
func Line(s string, max int) string {
	if tidyLine(s, max) {
		return s
	}
	return settle(s, func(s string) string { return cut(wrap(limitMarks(norm.NFC.String(filter(s, false)))), max) })
}

// Exact cleans like Line but never puts a space in, for what must stay letter by
// letter: ids, web and mail addresses.
func Exact(s string, max int) string {
	if tidyLine(s, max) {
		return s
	}
	return settle(s, func(s string) string { return cut(limitMarks(norm.NFC.String(filter(s, false))), max) })
}

// Text cleans text of several lines: every kind of line break becomes "\n", at
// most one empty line stands between paragraphs, and none at the ends. max is
// as for Line.
func Text(s string, max int) string {
	if tidyLine(s, max) {
		return s
	}
	return settle(s, func(s string) string { return cut(wrap(limitMarks(norm.NFC.String(filter(s, true)))), max) })
}

// settle cleans until nothing changes any more. Once is enough for what people
// write; a joiner that a cut or a break leaves at an edge takes twice.
func settle(s string, once func(string) string) string {
	for range 4 {
		next := once(s)
		if next == s {
			break
		}
		s = next
	}
	return s
}

// tidyLine says whether s is one line of plain Latin text that both gates would
// leave as it is. It is the fast path: no allocation, one look at each byte.
func tidyLine(s string, max int) bool {
	if s == "" {
		return true
	}
	runes, run := 0, 0
	space := true // a space here would be the first, or follow another
	for _, r := range s {
		switch {
		case r == ' ':
			if space {
				return false
			}
			space, run = true, 0
			runes++
			continue
		case r > ' ' && r < 0x7f, // printable ASCII
			r >= 0xc0 && r <= 0x17f, // Latin letters, NFC as they stand: æ ø å ö ü é
			r == '–' || r == '’' || r == '”' || r == '“' || r == '€':
		default:
			return false // among them U+FFFD: a broken byte, or the character itself
		}
		space = false
		runes++
		if run++; run > maxRun {
			return false
		}
		if breaksAfter(r) {
			run = 0
		}
	}
	return !space && (max <= 0 || runes <= max)
}

// filter drops what may not stand in a text and settles white space.
func filter(s string, lines bool) string {
	var b strings.Builder
	b.Grow(len(s))
	var (
		last   rune // last rune written
		joiner rune // a joiner that waits for a letter
		spaces int  // pending: 0 none, 1 a space
		breaks int  // pending line breaks
	)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		switch {
		case r == utf8.RuneError && n == 1:
			continue
		case isLineBreak(r):
			if r == '\r' && i < len(s) && s[i] == '\n' {
				i++
			}
			joiner = 0
			if lines {
				breaks++
			} else {
				spaces = 1
			}
			continue
		case r == '\t' || unicode.Is(unicode.Zs, r) && !fixedSpace(r):
			joiner, spaces = 0, 1
			continue
		case fixedSpace(r) && last == 0:
			continue
		case r == zwj || r == zwnj:
			if spaces == 0 && breaks == 0 && isWord(last) {
				joiner = r
			}
			continue
		case dropped(r):
			continue
		}
		if last != 0 {
			switch {
			case breaks > 0:
				b.WriteString("\n\n"[:min(breaks, 2)])
			case spaces > 0:
				b.WriteByte(' ')
			}
		}
		if joiner != 0 && unicode.IsLetter(r) {
			b.WriteRune(joiner)
		}
		joiner, spaces, breaks = 0, 0, 0
		b.WriteRune(r)
		last = r
	}
	return strings.TrimRightFunc(b.String(), trailing)
}

// fixedSpace says whether r is a space that keeps two words on one line: the
// one kind that is kept as it is, but not at the ends.
func fixedSpace(r rune) bool { return r == '\u00a0' || r == '\u202f' }

// trailing says what may not stand at the end of a text.
func trailing(r rune) bool {
	return r == ' ' || r == '\n' || fixedSpace(r) || r == zwj || r == zwnj
}

// limitMarks keeps at most maxMarks combining marks in a row.
func limitMarks(s string) string {
	if !tooManyMarks(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	marks := 0
	for _, r := range s {
		if isMark(r) {
			if marks++; marks > maxMarks {
				continue
			}
		} else {
			marks = 0
		}
		b.WriteRune(r)
	}
	return b.String()
}

func tooManyMarks(s string) bool {
	marks := 0
	for _, r := range s {
		if !isMark(r) {
			marks = 0
			continue
		}
		if marks++; marks > maxMarks {
			return true
		}
	}
	return false
}

// wrap puts a space where more than maxRun runes would stand without a place
// to break. It never parts a letter from its marks.
func wrap(s string) string {
	if !needsWrap(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + len(s)/maxRun + 1)
	run := 0
	var joiner rune
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == zwj || r == zwnj {
			joiner = r
			i += size
			continue
		}
		n, runes := cluster(s[i:])
		if run > 0 && run+runes+joinerLen(joiner) > maxRun && !unicode.IsSpace(r) {
			b.WriteByte(' ') // the joiner goes: it would no longer stand between letters
			joiner, run = 0, 0
		}
		if joiner != 0 {
			b.WriteRune(joiner)
			run++
			joiner = 0
		}
		b.WriteString(s[i : i+n])
		i += n
		run += runes
		if unicode.IsSpace(r) || breaksAfter(r) {
			run = runes - 1 // marks on a hyphen stand after the place to break
		}
	}
	return b.String()
}

func joinerLen(j rune) int {
	if j == 0 {
		return 0
	}
	return 1
}

func needsWrap(s string) bool {
	run := 0
	for _, r := range s {
		if run++; run > maxRun {
			return true
		}
		if unicode.IsSpace(r) || breaksAfter(r) {
			run = 0
		}
	}
	return false
}

// cluster measures the first rune of s together with the marks on it.
func cluster(s string) (bytes, runes int) {
	for i, r := range s {
		if i > 0 && !isMark(r) {
			return i, runes
		}
		runes++
	}
	return len(s), runes
}

// cut shortens s to max runes without parting what belongs together.
func cut(s string, max int) string {
	if max <= 0 || utf8.RuneCountInString(s) <= max {
		return s
	}
	end, runes := 0, 0
	for g := graphemes.FromString(s); g.Next(); {
		n := utf8.RuneCountInString(g.Value())
		if runes+n > max {
			break
		}
		runes += n
		end += len(g.Value())
	}
	return strings.TrimRightFunc(s[:end], trailing)
}

func isLineBreak(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', 0x85, 0x2028, 0x2029:
		return true
	}
	return false
}

// dropped says which characters never stand in a text.
func dropped(r rune) bool {
	switch {
	case r < 0x20 || r >= 0x7f && r < 0xa0: // Cc
		return true
	case r < 0xad:
		return false
	case r == 0x034f, r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, // invisible though not Cf
		r >= 0x17b4 && r <= 0x17b5:
		return true
	case r&0xfffe == 0xfffe, r >= 0xfdd0 && r <= 0xfdef: // no characters at all
		return true
	case unicode.Is(unicode.Prepended_Concatenation_Mark, r): // visible, though Cf
		return false
	}
	return unicode.Is(unicode.Cf, r)
}

func isMark(r rune) bool { return r >= 0x300 && unicode.Is(unicode.M, r) }

// isWord says whether a joiner may follow r: a letter, or a mark on one.
func isWord(r rune) bool { return unicode.IsLetter(r) || isMark(r) }

// breaksAfter says whether a line may break after r, other than at white space.
func breaksAfter(r rune) bool {
	switch r {
	case '-', '/', '?', '&', '–', '—', '‐':
		return true
	}
	return r >= 0x2e80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}
