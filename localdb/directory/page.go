package directory

import (
	"crypto/sha256"
	"strings"
)

// pageSymbols are those of the referral code: none is mistaken for another.
const pageSymbols = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// PageKey is the short name of a community's public page: ten symbols made from
// its id, the same on every machine, so that a sheet printed without a network
// leads to the page that the hub shows. Among 100,000 communities two share one
// in about six of a million directories.
func PageKey(id string) string {
	sum := sha256.Sum256([]byte("vejviser page " + strings.ToLower(id)))
	var v uint64
	for _, b := range sum[:8] {
		v = v<<8 | uint64(b)
	}
	out := make([]byte, 10)
	for i := range out {
		out[i] = pageSymbols[v%uint64(len(pageSymbols))]
		v /= uint64(len(pageSymbols))
	}
	return string(out)
}
