package keys

import (
	"crypto/rand"
	_ "embed"
	"fmt"
	"io"
	"math/big"
	"strings"
	"unicode"
)

// recoveryWords is how many words the way back has: 54 bits, each guess at which
// costs most of a second and 256 MiB.
const recoveryWords = 6

//go:embed words.txt
var wordFile string

// drawWords draws the recovery words: plain Danish ones without æ, ø and å, so
// that any keyboard types them.
func drawWords(r io.Reader) (string, error) {
	list := strings.Fields(wordFile)
	most := big.NewInt(int64(len(list)))
	out := make([]string, recoveryWords)
	for i := range out {
		n, err := rand.Int(r, most)
		if err != nil {
			return "", fmt.Errorf("keys: randomness: %w", err)
		}
		out[i] = list[n.Int64()]
	}
	return strings.Join(out, " "), nil
}

// asWords forgives what does not matter in typed recovery words: capitals, and
// what stands between them.
func asWords(typed []byte) []byte {
	words := strings.FieldsFunc(strings.ToLower(string(typed)), func(r rune) bool { return !unicode.IsLetter(r) })
	return []byte(strings.Join(words, " "))
}
