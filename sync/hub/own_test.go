package hub

import (
	"bytes"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// Whoever brings a code that another desk gave out learns nothing of that desk: what
// comes back is the same as for a code that nobody knows.
func TestACodeDoesNotTellWhoseVejvisningItIs(t *testing.T) {
	r := newRig(t, func(r *rig) { r.opt = func(o *Options) { o.Limits = roomy } })
	owner, finder := r.join(protocol.Desk, "MAERKEHUS", "Lindeby"), r.join(protocol.Desk, "Bakkeby Jobcenter", "Lindeby")
	guide := r.join(protocol.Guide, "Projektet", "Lindeby")
	ref, unknown := newReferral(t, ""), newReferral(t, "")
	if got := states(owner.push(owner.op(protocol.OpReferral, ref))); got != "accepted" {
		t.Fatal(got)
	}
	before := finder.session.Position.Seq
	ins := map[string]string{}
	for name, code := range map[string]referral.Code{"known": ref.Code, "unknown": unknown.Code} {
		e := event(code, referral.Welcomed)
		a := finder.push(finder.op(protocol.OpEvent, e))[0]
		if a.State != protocol.Accepted || a.Code != "" {
			t.Errorf("%s: %+v", name, a)
		}
		ls, _ := finder.changes(before, "")
		for _, l := range ls {
			if l.Record != nil && l.Record.ID == e.ID {
				ins[name] = l.Record.In[0]
				if len(l.Record.In) != 1 {
					t.Errorf("%s: %v", name, l.Record.In)
				}
			}
		}
	}
	if ins["known"] != "o-bakkeby-jobcenter" || ins["unknown"] != ins["known"] {
		t.Error(ins)
	}
	r.pass(2 * manifestAge)
	finder.login()
	if bytes.Contains(bytes.ToUpper(finder.everything()), []byte("MAERKEHUS")) { // and digests are of what is sent
		t.Error("a desk is told of another organisation")
	}
	if !bytes.Contains(bytes.ToUpper(guide.everything()), []byte("MAERKEHUS")) {
		t.Error("the search would not have found it")
	}
	if ls, _ := owner.changes(0, ""); kindsOf(ls)["event"] != 1 {
		t.Error("the owner does not hear of it:", kindsOf(ls))
	}
	r.restart()
	finder.login()
	finder.everything()
}

// A machine that makes codes up, or a typist who is far off, cannot fill the hub.
func TestOneDeviceTellsOfFewCodesThatNobodyKnows(t *testing.T) {
	r := newRig(t, func(r *rig) { r.opt = func(o *Options) { o.Limits = roomy } })
	desk := r.join(protocol.Desk, "Lindeby Bibliotek")
	ref := newReferral(t, "")
	desk.push(desk.op(protocol.OpReferral, ref))
	var ops []protocol.Op
	refused := 0
	send := func() {
		for _, a := range desk.push(ops...) {
			if a.State == protocol.Refused {
				refused++
			}
		}
		ops = nil
	}
	for i := range unknownBurst + 50 {
		ops = append(ops, desk.op(protocol.OpEvent, event(newReferral(t, "").Code, referral.Welcomed)))
		if len(ops) == 150 || i == unknownBurst+49 {
			send()
		}
	}
	if refused < 45 || refused > 50 {
		t.Error(refused, "refused")
	}
	if got := states(desk.push(desk.op(protocol.OpEvent, event(ref.Code, referral.Welcomed)))); got != "accepted" {
		t.Error("of a code that is known:", got)
	}
	r.pass(24 * 3600 * 1e9)
	desk.login()
	if got := states(desk.push(desk.op(protocol.OpEvent, event(newReferral(t, "").Code, referral.Welcomed)))); got != "accepted" {
		t.Error("a day later:", got)
	}
}
