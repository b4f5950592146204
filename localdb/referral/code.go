package referral

import (
	"fmt"
	"io"
	"strings"
	"unicode"
)

// Code is what the citizen carries: eight symbols in two groups of four, such
// as "K7M4-QXRF". Seven are random, the last checks them. It names nobody: no
// list ties it to a person.
type Code string

// alphabet holds the 31 symbols of a code in the order of their values. 31 is a
// prime, so the check symbol catches every single wrong symbol and every swap
// of neighbours; 0 1 I L O are left out because they are misread.
const alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

const (
	codeLen    = 8 // symbols, without the hyphen
	maxTyped   = 64
	modulus    = len(alphabet)
	inverseOf8 = 4 // 8 · 4 ≡ 1 mod 31
)

// The reasons of a CodeError.
const (
	ReasonLength = "length" // not eight symbols
	ReasonSymbol = "symbol" // a character that no code holds, such as 0 or O
	ReasonCheck  = "check"  // the check symbol says that one was misread
)

// CodeError says why a text is not a code. Reason is one of ReasonLength,
// ReasonSymbol and ReasonCheck.
type CodeError struct{ Reason string }

func (e *CodeError) Error() string { return "not a referral code: " + e.Reason }

// Draw draws a new code. It reads random bytes from rand and uses each at most
// once; every code is equally likely, because a byte that would favour some
// symbols is thrown away.
func Draw(rand io.Reader) (Code, error) {
	var values [codeLen]int
	var buf [16]byte
	for n := 0; n < codeLen-1; {
		if _, err := io.ReadFull(rand, buf[:]); err != nil {
			return "", fmt.Errorf("referral: drawing a code: %w", err)
		}
		for _, b := range buf {
			if v := int(b & 31); v < modulus && n < codeLen-1 {
				values[n] = v
				n++
			}
		}
	}
	values[codeLen-1] = checkValue(values)
	return format(values), nil
}

// ParseCode reads a code as people type it, read it out or paste it: in any
// case, with or without spaces, hyphens and dashes of any kind, and with a full
// stop or comma after it, and from an address that ends in it, as a scanner types
// one. It gives the code as it is printed, or a *CodeError.
func ParseCode(s string) (Code, error) {
	if i := strings.LastIndexAny(strings.TrimRight(s, "/ "), "/="); i >= 0 {
		s = strings.TrimRight(s, "/ ")[i+1:]
	}
	var values [codeLen]int
	n, seen := 0, 0
	for _, r := range s {
		if ignored(r) {
			continue
		}
		if seen++; seen > maxTyped {
			break
		}
		v := value(r)
		if v < 0 {
			return "", &CodeError{Reason: ReasonSymbol}
		}
		if n < codeLen {
			values[n] = v
		}
		n++
	}
	if n != codeLen {
		return "", &CodeError{Reason: ReasonLength}
	}
	if weighted(values)%modulus != 0 {
		return "", &CodeError{Reason: ReasonCheck}
	}
	return format(values), nil
}

// Valid says whether c is a code in the form in which it is printed and stored.
func (c Code) Valid() bool {
	parsed, err := ParseCode(string(c))
	return err == nil && parsed == c
}

func format(values [codeLen]int) Code {
	var b [codeLen + 1]byte
	for i, v := range values {
		at := i
		if i >= codeLen/2 {
			at++
		}
		b[at] = alphabet[v]
	}
	b[codeLen/2] = '-'
	return Code(b[:])
}

// weighted is Σ i·vᵢ for i = 1…8, which is a multiple of 31 in every code.
func weighted(values [codeLen]int) int {
	sum := 0
	for i, v := range values {
		sum += (i + 1) * v
	}
	return sum
}

// checkValue is the eighth value that makes the weighted sum of the first seven
// a multiple of 31.
func checkValue(values [codeLen]int) int {
	values[codeLen-1] = 0
	rest := weighted(values) % modulus
	return (modulus - rest) * inverseOf8 % modulus
}

// value is the value of a symbol, or -1. Full-width forms, as some input
// methods write them, count as their plain ones.
func value(r rune) int {
	if r >= '！' && r <= '～' {
		r -= '！' - '!'
	}
	if r >= 'a' && r <= 'z' {
		r -= 'a' - 'A'
	}
	if r >= unicode.MaxASCII {
		return -1
	}
	return strings.IndexByte(alphabet, byte(r))
}

// ignored says which characters may stand anywhere around the symbols: spaces,
// every dash, invisible characters, and the full stop or comma of a sentence.
func ignored(r rune) bool {
	return unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Cf) ||
		r == '\u2212' || r == '_' || r == '.' || r == ','
}
