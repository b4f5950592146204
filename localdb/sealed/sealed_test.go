package sealed_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"golang.org/x/crypto/chacha20poly1305"
	"pgregory.net/rapid"

	"github.com/faellesskabsby/vejviser/localdb/sealed"
)

// What was written is read again; with one bit changed, a piece left out, or
// bytes added inside, it is ErrDamaged and never a shorter stream.
func TestNoChangeToASealedStreamGoesUnseen(t *testing.T) {
	aead, err := chacha20poly1305.NewX(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	nonce := make([]byte, sealed.NonceSize(aead))
	rapid.Check(t, func(t *rapid.T) {
		plain := bytes.Repeat([]byte{7}, rapid.SampledFrom([]int{0, 1, 1000, sealed.ChunkSize, sealed.ChunkSize + 1, 3*sealed.ChunkSize - 5}).Draw(t, "size"))
		var out bytes.Buffer
		w := sealed.NewWriter(&out, aead, nonce)
		for b := plain; len(b) > 0; {
			n := min(len(b), rapid.IntRange(1, 100_000).Draw(t, "piece"))
			if _, err := w.Write(b[:n]); err != nil {
				t.Fatal(err)
			}
			b = b[n:]
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(sealed.NewReader(bytes.NewReader(out.Bytes()), aead, nonce))
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatal(len(got), err)
		}
		b := out.Bytes()
		at := rapid.IntRange(0, len(b)-1).Draw(t, "at")
		switch rapid.IntRange(0, 1).Draw(t, "damage") {
		case 0:
			b[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		case 1:
			b = b[:at]
		}
		if _, err := io.ReadAll(sealed.NewReader(bytes.NewReader(b), aead, nonce)); !errors.Is(err, sealed.ErrDamaged) {
			t.Fatal(err)
		}
	})
}

func TestTheSizeOfAStreamIsKnownFromItsLength(t *testing.T) {
	aead, err := chacha20poly1305.NewX(make([]byte, chacha20poly1305.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 1, 100, sealed.ChunkSize - 1, sealed.ChunkSize, sealed.ChunkSize + 1, 3*sealed.ChunkSize - 20, 3 * sealed.ChunkSize, 3*sealed.ChunkSize + 7} {
		var out bytes.Buffer
		nonce := make([]byte, sealed.NonceSize(aead))
		w := sealed.NewWriter(&out, aead, nonce)
		in := make([]byte, n)
		for i := range in {
			in[i] = byte(i * 7)
		}
		if _, err := w.Write(in); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if got := sealed.Size(aead, int64(out.Len())); got != int64(n) {
			t.Errorf("%d bytes: said to be %d", n, got)
		}
		back, err := io.ReadAll(sealed.NewReader(&out, aead, nonce))
		if err != nil || !bytes.Equal(back, in) {
			t.Errorf("%d bytes: %d came back, %v", n, len(back), err)
		}
	}
}
