package hub

import (
	"fmt"
	"net/http"
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
