// Package sealed is a stream of bytes in sealed chunks: each is authenticated
// by its place, and the last one is marked, so that no chunk can be lost, moved,
// added or cut off unseen. It knows ciphers. It must not know what is inside,
// nor where the key comes from.
package sealed

import (
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// ChunkSize is how many bytes of the stream one chunk holds at most.
const ChunkSize = 64 << 10

// ErrDamaged means that the stream is not the one that was written.
var ErrDamaged = errors.New("sealed: damaged")

// NonceSize is the length of the nonce that begins a stream: four bytes less
// than the cipher's, which count the chunks.
func NonceSize(aead cipher.AEAD) int { return aead.NonceSize() - 4 }

// Writer seals a stream. A chunk on the disk is its length in four bytes, big
// endian, and the sealed bytes.
type Writer struct {
	w     io.Writer
	aead  cipher.AEAD
	nonce []byte
	n     uint32
	buf   []byte
	out   []byte
}

// NewWriter writes to w. nonce has NonceSize bytes and is never used twice with
// the same key; the caller stores it in front of the stream.
func NewWriter(w io.Writer, aead cipher.AEAD, nonce []byte) *Writer {
	return &Writer{w: w, aead: aead, nonce: slices.Clone(nonce)}
}

func (w *Writer) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		if len(w.buf) == ChunkSize {
			if err := w.chunk(w.buf, 0); err != nil {
				return n - len(p), err
			}
			w.buf = w.buf[:0]
		}
		k := min(len(p), ChunkSize-len(w.buf))
		w.buf, p = append(w.buf, p[:k]...), p[k:]
	}
	return n, nil
}

// Close writes the last chunk. It does not close what is beneath.
func (w *Writer) Close() error { return w.chunk(w.buf, 1) }

func (w *Writer) chunk(b []byte, last byte) error {
	w.out = binary.BigEndian.AppendUint32(w.out[:0], uint32(len(b)+w.aead.Overhead()))
	nonce := binary.BigEndian.AppendUint32(slices.Clone(w.nonce), w.n)
	w.n++
	w.out = w.aead.Seal(w.out, nonce, b, []byte{last})
	_, err := w.w.Write(w.out)
	return err
}

// Size is how long a stream is that was sealed to n bytes, its nonce not counted.
func Size(aead cipher.AEAD, n int64) int64 {
	each := int64(4 + aead.Overhead())
	whole := n / (ChunkSize + each)
	return whole*ChunkSize + max(0, n-whole*(ChunkSize+each)-each)
}

// Reader opens what Writer sealed. It gives io.EOF only behind the last chunk;
// a stream that ends before is ErrDamaged.
type Reader struct {
	r     io.Reader
	aead  cipher.AEAD
	nonce []byte
	n     uint32
	buf   []byte // of plain, what was not given yet
	ended bool

	sealed, plain []byte
}

// NewReader reads from r, which stands behind the nonce.
func NewReader(r io.Reader, aead cipher.AEAD, nonce []byte) *Reader {
	return &Reader{r: r, aead: aead, nonce: slices.Clone(nonce)}
}

func (r *Reader) Read(p []byte) (int, error) {
	for len(r.buf) == 0 {
		if r.ended {
			return 0, io.EOF
		}
		if err := r.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.buf)
	r.buf = r.buf[n:]
	return n, nil
}

func (r *Reader) next() error {
	var size [4]byte
	if _, err := io.ReadFull(r.r, size[:]); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, notEOF(err))
	}
	n := int(binary.BigEndian.Uint32(size[:]))
	if n > ChunkSize+r.aead.Overhead() || n < r.aead.Overhead() {
		return fmt.Errorf("%w: a chunk of %d bytes", ErrDamaged, n)
	}
	r.sealed = slices.Grow(r.sealed[:0], n)[:n]
	b := r.sealed
	if _, err := io.ReadFull(r.r, b); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, notEOF(err))
	}
	nonce := binary.BigEndian.AppendUint32(slices.Clone(r.nonce), r.n)
	r.n++
	plain, err := r.aead.Open(r.plain[:0], nonce, b, []byte{0})
	if err != nil {
		plain, err = r.aead.Open(r.plain[:0], nonce, b, []byte{1})
		r.ended = true
	}
	if err != nil {
		return fmt.Errorf("%w: chunk %d does not open", ErrDamaged, r.n-1)
	}
	r.buf, r.plain = plain, plain
	return nil
}

// notEOF keeps a stream that was cut off from looking as if it had ended.
func notEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
