package hub

import (
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// The organisation that a referral names is what somebody typed on its machine.
func TestReferralStaysWithTheDeskThatMadeItWhateverOrganisationItNames(t *testing.T) {
	r := newRig(t)
	desk, other := r.join(protocol.Desk, "Lindeby Bibliotek"), r.join(protocol.Desk, "Lindeby Bib")
	guide := r.join(protocol.Guide, "Lindeby Kommune")
	seen := func(m *machine) int {
		ls, _ := m.changes(0, "")
		return kindsOf(ls)[record.Referral]
	}
	if got := states(desk.push(desk.op(protocol.OpReferral, newReferral(t, "Lindeby Bib")))); got != "accepted" {
		t.Fatal(got)
	}
	if own, theirs := seen(desk), seen(other); own != 1 || theirs != 0 {
		t.Errorf("a desk's referral: %d at its own desk, %d at the other organisation", own, theirs)
	}
	if got := states(guide.push(guide.op(protocol.OpReferral, newReferral(t, "Lindeby Bib")))); got != "accepted" {
		t.Fatal(got)
	}
	if theirs := seen(other); theirs != 1 {
		t.Errorf("a guide's referral for an organisation: %d there", theirs)
	}
}
