package journal

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/crypto/chacha20poly1305"
)

// Op is one operation: what a person did, as it will one day be sent.
type Op struct {
	Device  string         `json:"device"`
	Counter uint64         `json:"counter"` // its sequence number, set by Append
	ID      string         `json:"id"`      // UUID v7
	Kind    string         `json:"kind"`
	V       int            `json:"v"` // version of Body
	At      time.Time      `json:"at"`
	Actor   string         `json:"actor,omitzero"`
	Body    jsontext.Value `json:"body"`
}

// ErrSeal means that a frame is whole but does not open with this key at this
// place: it was moved, changed on purpose, or belongs to another store.
var ErrSeal = errors.New("journal: the frame does not open with this key")

// NewAEAD makes the seal of a journal from the 32-byte store key.
func NewAEAD(storeKey []byte) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, storeKey, nil, "vejviser journal v1", chacha20poly1305.KeySize)
	if err != nil {
		return nil, err
	}
	return chacha20poly1305.NewX(key)
}

func seal(aead cipher.AEAD, rand io.Reader, ops []Op, seq, prev uint64) ([]byte, error) {
	plain, err := json.Marshal(ops)
	if err != nil {
		return nil, fmt.Errorf("journal: encode: %w", err)
	}
	if len(plain)+64 > maxPayload {
		return nil, fmt.Errorf("journal: %d bytes in one act, at most %d", len(plain), maxPayload-64)
	}
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(plain)+aead.Overhead())
	if _, err := io.ReadFull(rand, nonce); err != nil {
		return nil, fmt.Errorf("journal: randomness: %w", err)
	}
	return aead.Seal(nonce, nonce, plain, associated(seq, prev, len(ops))), nil
}

func open(aead cipher.AEAD, f frame) ([]Op, error) {
	n := aead.NonceSize()
	if len(f.payload) < n+aead.Overhead() {
		return nil, ErrSeal
	}
	plain, err := aead.Open(nil, f.payload[:n], f.payload[n:], associated(f.seq, f.prev, f.n))
	if err != nil {
		return nil, ErrSeal
	}
	var ops []Op
	if err := json.Unmarshal(plain, &ops); err != nil {
		return nil, fmt.Errorf("journal: decode: %w", err)
	}
	if len(ops) != f.n {
		return nil, ErrSeal
	}
	return ops, nil
}
