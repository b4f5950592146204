package hub

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/client"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// What somebody had recorded on a machine that was revoked is not lost: the file that
// it left is taken in once, and the account says what became of each operation.
func TestWhatARevokedMachineLeftIsTakenInOnce(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	pc, guide := r.pc(t, protocol.Desk, "Lindeby Bibliotek"), r.pc(t, protocol.Guide, "Projektet")
	sent, kept := newReferral(t, "Lindeby Bibliotek"), newReferral(t, "Lindeby Bibliotek")
	if err := pc.s.RecordReferral(*sent); err != nil {
		t.Fatal(err)
	}
	pc.sync()
	if err := pc.s.RecordReferral(*kept); err != nil { // and its first event
		t.Fatal(err)
	}
	if err := pc.s.RecordEvent(*event(sent.Code, referral.Welcomed)); err != nil {
		t.Fatal(err)
	}
	e, err := pc.s.Enrolment()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.hub.Revoke(ctx, e.Device); err != nil {
		t.Fatal(err)
	}
	err = pc.c.Sync(ctx, nil)
	var gone *client.RevokedError
	if !errors.As(err, &gone) || gone.Rescue == "" {
		t.Fatal(err)
	}
	sealed, err := os.ReadFile(gone.Rescue)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.hub.Rescue(ctx, sealed)
	if err != nil || got.Device != e.Device || got.Taken != 3 || got.Known != 0 || len(got.Refused) != 0 {
		t.Errorf("%+v %v", got, err)
	}
	if got, err = r.hub.Rescue(ctx, sealed); err != nil || got.Taken != 0 || got.Known != 3 || len(got.Refused) != 0 {
		t.Errorf("the same file again: %+v %v", got, err)
	}
	guide.sync()
	for _, c := range []struct {
		code referral.Code
		n    int
	}{{sent.Code, 2}, {kept.Code, 1}} {
		if _, evs, err := guide.s.Referral(c.code); err != nil || len(evs) != c.n {
			t.Errorf("%s: %v %v", c.code, evs, err)
		}
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := r.hub.Rescue(ctx, sealed); !errors.Is(err, ErrRescue) {
		t.Error(err)
	}
	if _, err := newRig(t).hub.Rescue(ctx, nil); !errors.Is(err, ErrRescue) {
		t.Error(err)
	}
}

// What the hub had refused is refused again, with the reason, and what the machine had
// put aside before the hub saw it is taken.
func TestARescueFileSaysWhyWhatWasRefusedIs(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	pc := r.pc(t, protocol.Desk, "Lindeby Bibliotek")
	pc.sync()
	aside := newReferral(t, "Lindeby Bibliotek")
	if err := pc.s.RecordReferral(*aside); err != nil {
		t.Fatal(err)
	}
	ops, err := pc.s.Outbox(ctx, 0)
	if err != nil || len(ops) != 2 {
		t.Fatal(len(ops), err)
	}
	var fates []localdb.Fate
	for _, o := range ops { // as the client does with one on which the hub fails
		fates = append(fates, localdb.Fate{Counter: o.Counter, State: string(protocol.Refused), Code: protocol.RefusedPoison})
	}
	if err := pc.s.Settle(fates); err != nil {
		t.Fatal(err)
	}
	later := newReferral(t, "Lindeby Bibliotek")
	if err := pc.s.RecordReferral(*later); err != nil {
		t.Fatal(err)
	}
	pc.sync()
	e, err := pc.s.Enrolment()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.hub.Revoke(ctx, e.Device); err != nil {
		t.Fatal(err)
	}
	var gone *client.RevokedError
	if err := pc.c.Sync(ctx, nil); !errors.As(err, &gone) {
		t.Fatal(err)
	}
	sealed, err := os.ReadFile(gone.Rescue)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.hub.Rescue(ctx, sealed)
	if err != nil || got.Taken != 2 || got.Known != 0 || len(got.Refused) != 0 {
		t.Errorf("%+v %v", got, err)
	}
	if got, err = r.hub.Rescue(ctx, sealed); err != nil || got.Taken != 0 || got.Known != 2 {
		t.Errorf("again: %+v %v", got, err)
	}
	if rs, _, err := r.hub.store.ByCode(aside.Code); err != nil || len(rs) != 1 {
		t.Error(rs, err)
	}
}

// A backup is from before a machine was taken away, or from before it was enrolled:
// a hub that comes back from it lets it in as little.
func TestWhoWasRevokedStaysRevokedThroughABackup(t *testing.T) {
	r := newRig(t)
	early := r.join(protocol.Desk, "Lindeby Bibliotek")
	stays := r.join(protocol.Guide, "Projektet")
	backup := r.backup()
	late := r.join(protocol.Desk, "Lindeby Bibliotek")
	for _, m := range []*machine{early, late} {
		if err := r.hub.Revoke(context.Background(), m.id); err != nil {
			t.Fatal(err)
		}
	}
	r.revocations = filepath.Join(r.dir, revocationsName)
	if err := r.restore(backup); err != nil {
		t.Fatal(err)
	}
	for what, m := range map[string]*machine{"enrolled before the backup": early, "enrolled after it": late} {
		if code := m.tryLogin(); code != 403 { // signed by the hub, so that it wipes itself
			t.Errorf("%s: %d", what, code)
		}
	}
	stays.login()
	r.restart()
	stays.login()
}

// A machine that is to do another work has at its next contact what that work needs,
// and no more what it needed before.
func TestARoleThatIsLoweredTakesItsRecordsAway(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	r.put(community("Gåklubben", "Lindeby"))
	pc, desk := r.pc(t, protocol.Guide, "Lindeby Bibliotek"), r.pc(t, protocol.Desk, "Lindeby Bibliotek")
	ref := newReferral(t, "Lindeby Bibliotek")
	if err := desk.s.RecordReferral(*ref); err != nil {
		t.Fatal(err)
	}
	if err := pc.s.EditAmbassador(nil, &directory.Ambassador{Name: "Mette"}); err != nil {
		t.Fatal(err)
	}
	desk.sync()
	pc.sync()
	if _, _, err := pc.s.Referral(ref.Code); err != nil {
		t.Fatal(err)
	}
	e, err := pc.s.Enrolment()
	if err != nil {
		t.Fatal(err)
	}
	waiting := newReferral(t, "Lindeby Bibliotek") // done as a guide, sent as a kiosk
	if err := pc.s.RecordReferral(*waiting); err != nil {
		t.Fatal(err)
	}
	if err := r.hub.SetRole(ctx, e.Device, "boss"); !errors.Is(err, ErrBadRole) {
		t.Error(err)
	}
	if err := r.hub.SetRole(ctx, e.Device, protocol.Kiosk); err != nil {
		t.Fatal(err)
	}
	pc.sync()
	if e, err = pc.s.Enrolment(); err != nil || e.Role != "kiosk" {
		t.Errorf("%+v %v", e, err)
	}
	if _, _, err := pc.s.Referral(ref.Code); !errors.Is(err, localdb.ErrNotFound) {
		t.Error("it knows a vejvisning still:", err)
	}
	if as, err := pc.s.Ambassadors(); err != nil || len(as) != 0 {
		t.Error(as, err)
	}
	if st, err := pc.s.Status(); err != nil || st.Communities != 1 || st.Refused != 2 {
		t.Errorf("%+v %v", st, err)
	}
	if l, err := pc.s.Lease(); err != nil || !l.Bound || l.Over || l.Days != defaultLeaseKiosk {
		t.Errorf("%+v %v", l, err)
	}
	if err := r.hub.SetRole(ctx, e.Device, protocol.Guide); err != nil {
		t.Fatal(err)
	}
	pc.sync()
	if _, _, err := pc.s.Referral(ref.Code); err != nil {
		t.Error("it has nothing to work with:", err)
	}
	if l, err := pc.s.Lease(); err != nil || l.Days != defaultLease {
		t.Errorf("%+v %v", l, err)
	}
}

// A machine and its copy do different things, and the hub heard of one of them: the
// other is stopped before it sends anything, also where the counters alone look right.
func TestACopyIsToldApartByWhatTookItsCounter(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	pc := r.pc(t, protocol.Desk, "Lindeby Bibliotek")
	pc.sync()
	pc.c.Close()
	if err := pc.s.Close(); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(copied, os.DirFS(pc.dir)); err != nil {
		t.Fatal(err)
	}
	var last error
	for _, dir := range []string{pc.dir, copied} {
		s, err := localdb.Open(ctx, localdb.Options{Dir: dir, Now: r.now})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.RecordReferral(*newReferral(t, "Lindeby Bibliotek")); err != nil {
			t.Fatal(err)
		}
		c, err := client.New(client.Options{Store: s, Now: r.now})
		if err != nil {
			t.Fatal(err)
		}
		last = c.Sync(ctx, nil)
		if dir == pc.dir && last != nil {
			t.Fatal(last)
		}
		c.Close()
		if dir == pc.dir {
			pc.s = s
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if client.ProblemOf(last) != client.Cloned {
		t.Error(last)
	}
}
