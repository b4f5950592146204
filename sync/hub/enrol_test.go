package hub

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

func (r *rig) tryEnrol(secret string) (int, http.Header) {
	r.t.Helper()
	m := &machine{t: r.t, r: r}
	b, err := json.Marshal(enrolment(newKey(r.t), secret))
	if err != nil {
		r.t.Fatal(err)
	}
	code, head, _ := m.do(http.MethodPost, protocol.PathDevices, nil, b)
	return code, head
}

func TestAnInvitationIsGoodOnceAndForAWhile(t *testing.T) {
	r := newRig(t)
	inv := r.invite(protocol.Desk, "Lindeby Bibliotek")
	if code, _ := r.tryEnrol(inv.Secret); code != 200 {
		t.Fatal(code)
	}
	if code, _ := r.tryEnrol(inv.Secret); code != 403 {
		t.Error("twice:", code)
	}
	late := r.invite(protocol.Desk, "Lindeby Bibliotek")
	r.pass(protocol.InvitationLife + time.Second)
	if code, _ := r.tryEnrol(late.Secret); code != 403 {
		t.Error("late:", code)
	}
}

// Many at once with one code: one device, whatever the order.
func TestACodeGivenToManyAtOnceMakesOneDevice(t *testing.T) {
	r := newRig(t)
	inv := r.invite(protocol.Desk, "Lindeby Bibliotek")
	var mu sync.Mutex
	var all sync.WaitGroup
	yes := 0
	for range 8 {
		all.Go(func() {
			if code, _ := r.tryEnrol(inv.Secret); code == 200 {
				mu.Lock()
				yes++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	ds, err := r.hub.Devices(context.Background())
	if err != nil || yes != 1 || len(ds) != 1 {
		t.Error(yes, len(ds), err)
	}
}

func TestAnEnrolmentWhoseReplyWasLostCanBeAskedForAgain(t *testing.T) {
	r := newRig(t)
	m := &machine{t: t, r: r, key: newKey(t)}
	q := enrolment(m.key, r.invite(protocol.Desk, "Lindeby Bibliotek").Secret)
	var a, b protocol.Enrolled
	m.post(protocol.PathDevices, q, &a)
	m.post(protocol.PathDevices, q, &b)
	if a.Device != b.Device || a.Device == "" {
		t.Error(a.Device, b.Device)
	}
}

func TestWhoeverGuessesCodesIsSlowedAndThenBurnsWhatTheyAreNearTo(t *testing.T) {
	r := newRig(t)
	inv := r.invite(protocol.Guide, "Fællesskabsby")
	half := inv.Secret[:5]
	refused, slowed := 0, 0
	for i := range 30 {
		code, head := r.tryEnrol(half + string("ABCDEFGHJK"[i%10]) + "0000")
		switch code {
		case 403:
			refused++
		case 429:
			slowed++
			if head.Get("Retry-After") == "" || len(head.Get("Retry-After")) > 3 {
				t.Error("Retry-After:", head.Get("Retry-After"))
			}
		default:
			t.Fatal(code)
		}
	}
	if refused < 5 || refused > 12 || slowed == 0 {
		t.Error("refused", refused, "slowed", slowed)
	}
	r.pass(2 * time.Minute) // the address may try again, and has the right code at last
	if code, _ := r.tryEnrol(inv.Secret); code != 403 {
		t.Error("an invitation outlived five wrong codes:", code)
	}
	// The hub never stored the code.
	err := r.hub.eachAdmin(context.Background(), record.Invitation, func(x record.Record) error {
		if string(x.Body) == "" || containsAny(string(x.Body)+x.ID, inv.Secret, half) {
			t.Error("the code is in the log")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func containsAny(s string, parts ...string) bool {
	for _, p := range parts {
		for i := 0; i+len(p) <= len(s); i++ {
			if s[i:i+len(p)] == p {
				return true
			}
		}
	}
	return false
}

func TestWhoeverHasNoKeyGetsNoSession(t *testing.T) {
	r := newRig(t)
	m := r.join(protocol.Desk, "Lindeby Bibliotek")
	thief := &machine{t: t, r: r, id: m.id, key: newKey(t)}
	if code := thief.tryLogin(); code != 404 {
		t.Error("another key:", code)
	}
	nobody := &machine{t: t, r: r, id: "0190a5c0-0000-7000-8000-000000000001", key: m.key}
	if code := nobody.tryLogin(); code != 404 {
		t.Error("another device:", code)
	}
	var n protocol.Nonce
	m.post(protocol.PathNonce, protocol.Device{Device: m.id}, &n)
	r.pass(2 * time.Minute)
	q := protocol.SessionRequest{Device: m.id, Nonce: n.Nonce}
	b, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	if code, _, _ := m.do(http.MethodPost, protocol.PathSession, nil, b); code != 401 {
		t.Error("an old nonce:", code)
	}
	r.pass(protocol.TokenLife)
	if code, _, _ := m.do(http.MethodGet, protocol.PathDigest+"?feed=dir", nil, nil); code != 401 {
		t.Error("an old token:", code)
	}
	m.login()
	if code, _, _ := m.do(http.MethodGet, protocol.PathDigest+"?feed=dir", nil, nil); code != 200 {
		t.Error("a new token:", code)
	}
}

func TestARevokedDeviceIsToldSoAtItsNextRequest(t *testing.T) {
	r := newRig(t)
	m := r.join(protocol.Desk, "Lindeby Bibliotek")
	if code, _, _ := m.do(http.MethodGet, protocol.PathDigest+"?feed=dir", nil, nil); code != 200 {
		t.Fatal(code)
	}
	if err := r.hub.Revoke(context.Background(), m.id); err != nil {
		t.Fatal(err)
	}
	told := func(code int, body []byte) {
		t.Helper()
		var no protocol.Revoked
		if code != 403 || json.Unmarshal(body, &no) != nil || no.Device != m.id || protocol.Verify(r.hub.id.public(), no.Text(), no.Signature) != nil {
			t.Errorf("%d %s", code, body)
		}
	}
	code, _, body := m.do(http.MethodGet, protocol.PathDigest+"?feed=dir", nil, nil)
	told(code, body)
	code, _, body = m.do(http.MethodPost, protocol.PathOps, map[string]string{"Content-Encoding": "gzip"}, packed(t, protocol.Push{Epoch: m.epoch}))
	told(code, body)
	if code := m.tryLogin(); code != 403 {
		t.Error("a new session:", code)
	}
	if err := r.hub.Revoke(context.Background(), "0190a5c0-0000-7000-8000-000000000001"); err != ErrNoDevice {
		t.Error(err)
	}
}
