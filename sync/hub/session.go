package hub

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/google/uuid"
)

// Bounds of what is kept for those who have not shown who they are.
const (
	nonceLife = time.Minute
	maxNonces = 20000
)

// sessions makes challenges and tokens, and knows its own again. Both are sealed
// under the hub's secret and say themselves whose they are and until when, so that
// any node of a cluster knows what another gave: a device that speaks to them by
// turns, request by request, must not have to begin anew each time. Nothing is kept
// but the challenges that were answered here, until they are too old: a challenge is
// good once at each node.
type sessions struct {
	now    func() time.Time
	rand   io.Reader
	epoch  func() uint64 // of the log: a token ends with it
	nonces cipher.AEAD
	tokens cipher.AEAD

	mu       sync.Mutex
	answered map[string]time.Time
	opened   map[string]time.Time // devices that got a token here, and until when it is good
}

func newSessions(h *Hub) (*sessions, error) {
	s := &sessions{now: h.o.Now, rand: h.o.Rand, epoch: func() uint64 { return h.tide.now().Epoch },
		answered: map[string]time.Time{}, opened: map[string]time.Time{}}
	var err error
	if s.nonces, err = h.id.sealFor("vejviser hub nonce v1"); err != nil {
		return nil, err
	}
	s.tokens, err = h.id.sealFor("vejviser hub token v1")
	return s, err
}

// sealFor gives what seals one use under the hub's secret.
func (i *identity) sealFor(use string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, i.Secret, nil, use, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// seal says whose something is and until when, for this hub alone to read.
func (s *sessions) seal(with cipher.AEAD, device string, until time.Time) (string, error) {
	id, err := uuid.Parse(device)
	if err != nil {
		return "", notFound
	}
	b := make([]byte, with.NonceSize(), 64)
	if _, err := io.ReadFull(s.rand, b); err != nil {
		return "", fmt.Errorf("hub: randomness: %w", err)
	}
	plain := binary.BigEndian.AppendUint64(id[:], uint64(until.UnixMilli()))
	return base64.RawURLEncoding.EncodeToString(with.Seal(b, b, plain, s.bound())), nil
}

// unseal gives whose something is; "" where this hub never gave it, or it is too old.
func (s *sessions) unseal(with cipher.AEAD, text string) (device string, until time.Time) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) < with.NonceSize() {
		return "", until
	}
	plain, err := with.Open(nil, b[:with.NonceSize()], b[with.NonceSize():], s.bound())
	if err != nil || len(plain) != 24 {
		return "", until
	}
	until = time.UnixMilli(int64(binary.BigEndian.Uint64(plain[16:])))
	if !s.now().Before(until) {
		return "", until
	}
	return uuid.UUID(plain[:16]).String(), until
}

// bound is what both end with: the epoch of the log.
func (s *sessions) bound() []byte { return binary.BigEndian.AppendUint64(nil, s.epoch()) }

// nonce gives a challenge for a device, known or not.
func (s *sessions) nonce(device string) (string, error) {
	return s.seal(s.nonces, device, s.now().Add(nonceLife))
}

// fits says whether a challenge is this device's and in time.
func (s *sessions) fits(nonce, device string) bool {
	_, ok := s.challenge(nonce, device)
	return ok
}

func (s *sessions) challenge(nonce, device string) (until time.Time, ok bool) {
	whose, until := s.unseal(s.nonces, nonce)
	id, err := uuid.Parse(device)
	return until, err == nil && whose == id.String()
}

// answer uses a challenge up, and says whether it was this device's and in time. It
// is for a device that has signed it: what strangers send must take up no room here.
func (s *sessions) answer(nonce, device string) bool {
	until, ok := s.challenge(nonce, device)
	if !ok {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.answered) >= maxNonces {
		s.sweepLocked()
	}
	if _, used := s.answered[nonce]; used || len(s.answered) >= maxNonces {
		return false
	}
	s.answered[nonce] = until
	return true
}

// open gives a device a token.
func (s *sessions) open(device string) (string, error) {
	until := s.now().Add(protocol.TokenLife)
	t, err := s.seal(s.tokens, device, until)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opened[device] = until
	return t, nil
}

// device gives whose token it is; "" where it is nobody's, or too old.
func (s *sessions) device(token string) string {
	device, _ := s.unseal(s.tokens, token)
	return device
}

func (s *sessions) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.opened)
}

func (s *sessions) sweep() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweepLocked()
}

func (s *sessions) sweepLocked() {
	now := s.now()
	for _, m := range []map[string]time.Time{s.answered, s.opened} {
		for k, until := range m {
			if !now.Before(until) {
				delete(m, k)
			}
		}
	}
}
