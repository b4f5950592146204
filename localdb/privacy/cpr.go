package privacy

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// Verdict says what to do with a text.
type Verdict int

// The verdicts, from harmless to certain.
const (
	Pass Verdict = iota // nothing that looks like a CPR number
	Ask                 // may be one: ask the person once; where nobody can be asked, stop
	Stop                // is one: keep nothing
)

// Finding says what was found, and where in the text (byte offsets, for a mark
// on the screen). With Pass the offsets are 0.
type Finding struct {
	Verdict    Verdict
	Start, End int
}

// candidate is a date, an optional separator and four more signs: DD[sep]MM[sep]YY
// with the same separator twice or none, then SSSS, or the digit, two letters
// and digit of a health e-CPR. The last separator may have spaces around it, as
// people write it. It is anchored, and tried only where a digit begins, so that
// no text makes it slow.
var candidate = regexp.MustCompile(`^(\d\d)([ ./-]?)(\d\d)([ ./-]?)(\d\d)( {0,2}[./-]? {0,2})(\d\d\d\d|\d[A-Za-z][A-Za-z]\d)`)

const (
	window  = 24 // bytes that a candidate may take
	context = 24 // bytes before it that are read for a word such as "cpr"
)

// CheckCPR looks for a Danish CPR number in free text, by the rule and the test
// vectors of findings/reliability §4.6. It tolerates every digit of Unicode,
// odd dashes and spaces, and invisible characters between the digits. Modulus
// 11 only ever raises certainty: numbers without it have been in use since 2007.
func CheckCPR(text string, today directory.Day) Finding {
	if !mayHold(text) {
		return Finding{}
	}
	s, at := normalise(text)
	var found Finding
	for i := 0; i < len(s); i++ {
		if !digit(s[i]) || i > 0 && (digit(s[i-1]) || s[i-1] == '+') {
			continue
		}
		m := candidate.FindStringSubmatchIndex(s[i:min(len(s), i+window)])
		if m == nil || m[1]+i < len(s) && wordByte(s[i+m[1]-1], s[i+m[1]]) {
			continue
		}
		v := judge(s, i, s[i:i+m[1]], m, today)
		if v > found.Verdict {
			found = Finding{v, at[i], at[i+m[1]]}
		}
		if found.Verdict == Stop {
			return found
		}
	}
	return found
}

// mayHold is the quick no: a text with fewer than seven digits holds no number.
func mayHold(text string) bool {
	n := 0
	for _, r := range text {
		if r >= '0' && r <= '9' || r > 127 && unicode.Is(unicode.Nd, r) {
			if n++; n >= 7 {
				return true
			}
		}
	}
	return false
}

func digit(b byte) bool { return b >= '0' && b <= '9' }

// wordByte says that the sign after a candidate belongs to it, so that it is
// part of something longer.
func wordByte(last, next byte) bool {
	if digit(last) {
		return digit(next)
	}
	return digit(next) || next >= 'a' && next <= 'z' || next >= 'A' && next <= 'Z'
}

// judge weighs one candidate by findings/reliability §4.6.
func judge(s string, at int, match string, m []int, today directory.Day) Verdict {
	group := func(n int) string { return match[m[2*n]:m[2*n+1]] }
	if group(2) != group(4) {
		return Pass
	}
	day, month, year := number(group(1)), number(group(3)), number(group(5))
	serial := group(7)
	if day > 60 {
		day -= 60 // a replacement number
	}
	if !existsInSomeCentury(day, month, year) {
		return Pass
	}
	before := strings.ToLower(s[max(0, at-context):at])
	health := !digit(serial[1])
	undotted := group(2) == ""
	if holdsAny(before, "cpr", "personnummer", "personnr") || undotted && strings.TrimSpace(group(6)) == "-" && !health {
		// Said to be one, or DDMMYY-SSSS, which is written for nothing else: any
		// century will do, because old numbers are in circulation as examples.
		return Stop
	}
	if !bornInLifetime(day, month, year, serial[0], today) {
		return Pass
	}
	switch {
	case undotted && group(6) == "" && holdsAny(before, "p-nr", "p-nummer", "p nr", "produktionsenhed"):
		return Ask // said to be the number of a workplace, which has the same ten digits
	case health, day == 1 && month == 1, modulus11(group(1) + group(3) + group(5) + serial):
		return Stop
	}
	return Ask
}

func number(two string) int { return int(two[0]-'0')*10 + int(two[1]-'0') }

func holdsAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// existsInSomeCentury says whether the date is one in 18yy, 19yy or 20yy.
func existsInSomeCentury(day, month, yy int) bool {
	leap := 2000 + yy // of the three, only 2000 is a leap year among the hundreds
	return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(month, leap)
}

// bornInLifetime says whether the date exists in the century that the seventh
// digit gives, is not to come, and is at most 125 years ago.
func bornInLifetime(day, month, yy int, seventh byte, today directory.Day) bool {
	year := century(yy, int(seventh-'0')) + yy
	if day > daysIn(month, year) {
		return false
	}
	now, err := today.Time()
	if err != nil {
		return true // without a day, rather one question too many
	}
	born := directory.Day(fmt.Sprintf("%04d-%02d-%02d", year, month, day))
	return born <= today && now.Year()-year <= 125
}

// century gives the century of birth from the seventh digit (cpr.dk).
func century(yy, seventh int) int {
	switch {
	case seventh <= 3:
		return 1900
	case seventh == 4 || seventh == 9:
		if yy <= 36 {
			return 2000
		}
		return 1900
	case yy <= 57:
		return 2000
	default:
		return 1800
	}
}

func daysIn(month, year int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

var weights = [10]int{4, 3, 2, 7, 6, 5, 4, 3, 2, 1}

func modulus11(ten string) bool {
	sum := 0
	for i := range weights {
		sum += weights[i] * int(ten[i]-'0')
	}
	return sum%11 == 0
}

// normalise turns every digit into ASCII, every dash into "-", every space into
// " " and drops invisible characters; at gives the byte offset in the text of
// each byte of the result, and of its end.
func normalise(text string) (string, []int) {
	var b strings.Builder
	at := make([]int, 0, len(text)+1)
	put := func(r rune, pos int) {
		n := b.Len()
		b.WriteRune(r)
		for range b.Len() - n {
			at = append(at, pos)
		}
	}
	for pos, r := range text {
		switch {
		case r < utf8.RuneSelf:
			if r == '\t' || r == '\n' || r == '\r' {
				r = ' '
			}
			put(r, pos)
		case unicode.Is(unicode.Nd, r):
			put('0'+rune(digitValue(r)), pos)
		case unicode.Is(unicode.Pd, r) || r == '\u2212':
			put('-', pos)
		case unicode.IsSpace(r):
			put(' ', pos)
		case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Mn, r):
			// zero width, soft hyphen, direction marks: not there for a reader
		default:
			put(r, pos)
		}
	}
	return b.String(), append(at, len(text))
}

// digitValue is the value of a decimal digit: the digits of a script follow one
// another, zero first, in blocks of ten.
func digitValue(r rune) int {
	n := 0
	for n < 9 && unicode.Is(unicode.Nd, r-rune(n)-1) {
		n++
	}
	if n == 9 && unicode.Is(unicode.Nd, r-10) {
		// blocks of digits that touch (mathematical digits): count from the first of them
		first := r
		for unicode.Is(unicode.Nd, first-1) {
			first--
		}
		return int(r-first) % 10
	}
	return n
}
