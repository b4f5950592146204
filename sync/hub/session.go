package hub

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// Bounds of what is kept for those who have not shown who they are.
const (
	nonceLife = time.Minute
	maxNonces = 20000
)

// sessions holds challenges and tokens, in memory alone: after a restart, and on
// another node, a device gets a new token. Of a token only its hash is kept.
type sessions struct {
	now  func() time.Time
	rand io.Reader

	mu     sync.Mutex
	nonces map[string]challenge
	tokens map[[32]byte]session
}

type challenge struct {
	device string
	until  time.Time
}

type session struct {
	device string
	until  time.Time
}

func newSessions(now func() time.Time, rand io.Reader) *sessions {
	return &sessions{now: now, rand: rand, nonces: map[string]challenge{}, tokens: map[[32]byte]session{}}
}

func (s *sessions) random() (string, error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(s.rand, b); err != nil {
		return "", fmt.Errorf("hub: randomness: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// nonce gives a challenge for a device, known or not.
func (s *sessions) nonce(device string) (string, error) {
	n, err := s.random()
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.nonces) >= maxNonces {
		s.sweepLocked()
		if len(s.nonces) >= maxNonces {
			return "", errBusy
		}
	}
	s.nonces[n] = challenge{device, s.now().Add(nonceLife)}
	return n, nil
}

// answer uses a challenge up, and says whether it was this device's and in time.
func (s *sessions) answer(nonce, device string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.nonces[nonce]
	delete(s.nonces, nonce)
	return ok && a.device == device && s.now().Before(a.until)
}

// open gives a device a token.
func (s *sessions) open(device string) (string, error) {
	t, err := s.random()
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[sha256.Sum256([]byte(t))] = session{device, s.now().Add(protocol.TokenLife)}
	return t, nil
}

// device gives whose token it is; "" where it is nobody's, or too old.
func (s *sessions) device(token string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	x, ok := s.tokens[sha256.Sum256([]byte(token))]
	if !ok || !s.now().Before(x.until) {
		return ""
	}
	return x.device
}

func (s *sessions) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.tokens)
}

func (s *sessions) sweep() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweepLocked()
}

func (s *sessions) sweepLocked() {
	now := s.now()
	for k, a := range s.nonces {
		if !now.Before(a.until) {
			delete(s.nonces, k)
		}
	}
	for k, x := range s.tokens {
		if !now.Before(x.until) {
			delete(s.tokens, k)
		}
	}
}
