package hub

import (
	"context"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// flood has many desks tell as many events of one code as each may.
func flood(t *testing.T, desks []*machine, code referral.Code) {
	t.Helper()
	for _, m := range desks {
		var ops []protocol.Op
		for range maxEvents {
			ops = append(ops, m.op(protocol.OpEvent, event(code, referral.Welcomed)))
		}
		for _, a := range m.push(ops...) {
			if a.State != protocol.Accepted {
				t.Fatal(a)
			}
		}
	}
}

func (r *rig) desks(n int) []*machine {
	var ms []*machine
	for range n {
		ms = append(ms, r.join(protocol.Desk, "B"))
	}
	return ms
}

func (r *rig) live(f record.Feed, k record.Kind) (n int) {
	r.t.Helper()
	err := r.hub.store.EachRecord(context.Background(), f, func(x record.Record) error {
		if x.Kind == k {
			n++
		}
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

func TestOneDeviceTellsOnlySoManyEventsOfOneCode(t *testing.T) {
	r := newRig(t)
	a, b := r.join(protocol.Desk, "A"), r.join(protocol.Desk, "B")
	ref := newReferral(t, "")
	flood(t, []*machine{b}, ref.Code)
	if got := states(b.push(b.op(protocol.OpEvent, event(ref.Code, referral.Welcomed)))); got != "refused:malformed" {
		t.Error("one more:", got)
	}
	if got := states(a.push(a.op(protocol.OpReferral, ref), a.op(protocol.OpEvent, event(ref.Code, referral.Welcomed)))); got != "accepted accepted" {
		t.Error("another desk:", got)
	}
}

// However many events others tell of a code, its referral is taken, sees them all,
// and grows old as any other.
func TestNoFloodOfEventsKeepsAReferralOutOrForEver(t *testing.T) {
	r := newRig(t)
	a := r.join(protocol.Desk, "A")
	many := r.desks(log.MaxBatch/maxEvents + 1)
	late, before, plain := newReferral(t, ""), newReferral(t, ""), newReferral(t, "")
	flood(t, many, late.Code)
	if got := states(a.push(a.op(protocol.OpReferral, late), a.op(protocol.OpReferral, before), a.op(protocol.OpReferral, plain))); got != "accepted accepted accepted" {
		t.Fatal(got)
	}
	flood(t, many, before.Code)
	all := 2 * len(many) * maxEvents
	if n := r.live(record.FeedOf(record.Cases, record.Organisation("A")), record.Event); n != all {
		t.Errorf("%d of %d events reached the referral's organisation", n, all)
	}
	r.pass(26 * 31 * 24 * time.Hour)
	if err := r.hub.retire(context.Background()); err != nil {
		t.Error(err)
	}
	if rs, es := r.live("case", record.Referral), r.live("case", record.Event); rs != 0 || es != 0 {
		t.Errorf("after 26 months: %d referrals, %d events", rs, es)
	}
}
