package hub

import (
	"crypto/ed25519"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// enter tries an invitation, and gives the status.
func (r *rig) enter(secret string) int {
	r.t.Helper()
	m := &machine{t: r.t, r: r, key: newKey(r.t)}
	b, err := json.Marshal(enrolment(m.key, secret))
	if err != nil {
		r.t.Fatal(err)
	}
	code, _, _ := m.do(http.MethodPost, protocol.PathDevices, nil, b)
	return code
}

// Whatever strangers try, who holds an invitation gets in.
func TestWrongInvitationsOfOthersHoldNobodyUp(t *testing.T) {
	r := newRig(t)
	for i := range 2 * r.hub.o.Limits.WrongCodesAll {
		r.hub.limits.wrongCode(fmt.Sprintf("198.51.100.%d", i%250))
	}
	if code := r.enter("0000000000"); code != http.StatusTooManyRequests {
		t.Errorf("one more wrong invitation: %d", code)
	}
	if code := r.enter(r.invite(protocol.Desk, "X").Secret); code != http.StatusOK {
		t.Errorf("a right one: %d", code)
	}
}

// knock answers a challenge for a device with a key, and gives the status.
func (r *rig) knock(device string, key ed25519.PrivateKey) (status int, nonce string) {
	r.t.Helper()
	m := &machine{t: r.t, r: r}
	var n protocol.Nonce
	m.post(protocol.PathNonce, protocol.Device{Device: device}, &n)
	return r.knockWith(device, n.Nonce, key), n.Nonce
}

func (r *rig) knockWith(device, nonce string, key ed25519.PrivateKey) int {
	r.t.Helper()
	q := protocol.SessionRequest{Device: device, Nonce: nonce, Program: "test"}
	q.Signature = ed25519.Sign(key, q.Text(r.hub.Name()))
	b, err := json.Marshal(q)
	if err != nil {
		r.t.Fatal(err)
	}
	code, _, _ := (&machine{t: r.t, r: r}).do(http.MethodPost, protocol.PathSession, nil, b)
	return code
}

// Answers that nobody signed take up no room among the challenges that were used: a
// hub whose room is full refuses everybody.
func TestUnsignedAnswersTakeUpNoRoom(t *testing.T) {
	r := newRig(t)
	m := r.join(protocol.Desk, "X")
	used := func() int {
		r.hub.sessions.mu.Lock()
		defer r.hub.sessions.mu.Unlock()
		return len(r.hub.sessions.answered)
	}
	before := used()
	for range 20 {
		if code, _ := r.knock(m.id, newKey(t)); code != http.StatusNotFound {
			t.Fatal(code)
		}
	}
	if n := used(); n != before {
		t.Errorf("%d challenges are kept for strangers", n-before)
	}
	code, nonce := r.knock(m.id, m.key)
	if again := r.knockWith(m.id, nonce, m.key); code != http.StatusOK || again != http.StatusUnauthorized {
		t.Errorf("a signed answer: %d, the same again: %d", code, again)
	}
}

// The audit log tells that strangers knock, and is not filled by them.
func TestStrangersDoNotFillTheAuditLog(t *testing.T) {
	r := newRig(t)
	m := r.join(protocol.Desk, "X")
	for range 100 {
		r.knock(m.id, newKey(t))
	}
	if err := r.hub.audit.sync(); err != nil {
		t.Fatal(err)
	}
	n := 0
	files, err := filepath.Glob(filepath.Join(r.dir, "audit", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for l := range strings.Lines(string(b)) {
			if strings.Contains(l, "nobody") && strings.Contains(l, "refused") {
				n++
			}
		}
	}
	if n == 0 || n > 62 {
		t.Errorf("%d lines of 100 refused sessions", n)
	}
}
