package hub

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

// Whatever the parts are and however fast they are taken, what is sent is their
// bytes, in pieces that are no larger than they may be.
func TestABodyIsSentWholeInPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var body [][]byte
		for i := range rapid.IntRange(1, 6).Draw(t, "parts") {
			body = append(body, bytes.Repeat([]byte{byte(i + 1)}, rapid.IntRange(0, 300).Draw(t, "size")<<10))
		}
		most := piece
		var got []byte
		for p := range gathered(body, &most) {
			if len(p) == 0 || len(p) > most {
				t.Fatalf("a piece of %d bytes where %d are the most", len(p), most)
			}
			got = append(got, p...)
			most = rapid.SampledFrom([]int{piece, 2 * piece, largePiece}).Draw(t, "most")
		}
		if want := bytes.Join(body, nil); !bytes.Equal(got, want) {
			t.Fatalf("%d bytes were sent of %d", len(got), len(want))
		}
	})
}
