package protocol

import (
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
)

// Invitation is what an administrator hands to a desk: a secret, good once and
// for InvitationLife, and the print of the hub's key, by which the device knows
// the hub. Written "K7M4Q-XR92F-3DTW-8ACE-M2Q7": letters and digits that are not
// mistaken for one another, in any case, with or without hyphens.
//
// A hub of version 1 wrote 8 symbols of the print; those are read as well.
type Invitation struct {
	Secret string // 10 symbols, 50 bits
	Print  string // 12 symbols, 60 bits of the hub's key
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// ErrInvitation says that a text is not an invitation.
var ErrInvitation = errors.New("protocol: not an invitation code")

// Lengths of a print, in symbols: of today, and of version 1.
const (
	printSymbols = 12
	printBefore  = 8
)

// KeyPrint gives the print of a hub's key.
func KeyPrint(key []byte) string {
	h := sha256.Sum256(key)
	return Symbols(h[:10])[:printSymbols]
}

// IsPrint says whether a print, of today or of version 1, is that of a key.
func IsPrint(print string, key []byte) bool {
	return len(print) >= printBefore && strings.HasPrefix(KeyPrint(key), print)
}

// Symbols writes bytes as symbols of five bits; whole groups of five bytes.
func Symbols(b []byte) string {
	var out strings.Builder
	acc, bits := 0, 0
	for _, c := range b {
		acc, bits = acc<<8|int(c), bits+8
		for bits >= 5 {
			bits -= 5
			out.WriteByte(crockford[acc>>bits&31])
			acc &= 1<<bits - 1
		}
	}
	return out.String()
}

func (i Invitation) String() string {
	if len(i.Secret) != 10 {
		return i.Secret + "-" + i.Print
	}
	out := i.Secret[:5] + "-" + i.Secret[5:]
	for part := range slices.Chunk([]byte(i.Print), 4) {
		out += "-" + string(part)
	}
	return out
}

// ParseInvitation reads an invitation as a person types it: O is 0, I and L are 1.
func ParseInvitation(s string) (Invitation, error) {
	var b strings.Builder
	for _, r := range strings.ToUpper(s) {
		switch r {
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		case '-', ' ', '\t', '\n', '\r', '\u00a0', '–':
			continue
		}
		if !strings.ContainsRune(crockford, r) {
			return Invitation{}, ErrInvitation
		}
		b.WriteRune(r)
	}
	if n := b.Len() - 10; n != printSymbols && n != printBefore {
		return Invitation{}, ErrInvitation
	}
	return Invitation{Secret: b.String()[:10], Print: b.String()[10:]}, nil
}
