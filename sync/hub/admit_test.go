package hub

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
)

func TestAPushWhoseReplyWasLostIsTakenOnce(t *testing.T) {
	r := newRig(t)
	desk := r.join(protocol.Desk, "Lindeby Bibliotek")
	ref := newReferral(t, "")
	ops := []protocol.Op{desk.op(protocol.OpReferral, ref), desk.op(protocol.OpEvent, event(ref.Code, referral.Shown))}
	if got := states(desk.push(ops...)); got != "accepted accepted" {
		t.Fatal(got)
	}
	head := r.hub.Position()
	for range 3 {
		if got := states(desk.push(ops...)); got != "duplicate duplicate" {
			t.Fatal(got)
		}
	}
	r.restart()
	desk.login()
	if got := states(desk.push(ops...)); got != "duplicate duplicate" {
		t.Fatal("after a restart:", got)
	}
	if r.hub.Position() != head {
		t.Error("a repeat was stored:", r.hub.Position(), head)
	}
	// A part of them again, with something new behind.
	more := desk.op(protocol.OpEvent, event(ref.Code, referral.Welcomed))
	if got := states(desk.push(ops[1], more)); got != "duplicate accepted" {
		t.Error(got)
	}
	ls, _ := desk.changes(0, "")
	if n := kindsOf(ls); n[record.Referral] != 1 || n[record.Event] != 2 {
		t.Error(n)
	}
}

// An answer that is told again does not say that what it made lies deeper in the log
// than it does: a device forgets what a backup up to there has.
func TestAnAnswerToldAgainIsNoOlderThanWhatItTellsOf(t *testing.T) {
	r := newRig(t)
	c := community("Gåklubben", "Lindeby")
	r.put(c)
	a, b := r.join(protocol.Guide, "Fællesskabsby"), r.join(protocol.Guide, "Fællesskabsby")
	a.push(a.op(protocol.OpEdit, fieldEdit(c.ID, "summary", nil, "Vi går tur.")))
	ops := []protocol.Op{b.op(protocol.OpEdit, fieldEdit(c.ID, "summary", nil, "Vi går langt.")), b.op(protocol.OpReferral, newReferral(t, ""))}
	first := b.push(ops...)
	again := b.push(ops...)
	if states(first) != "conflict accepted" || states(again) != "conflict duplicate" {
		t.Fatal(states(first), states(again))
	}
	if again[0].Seq < first[0].Seq || again[0].Conflict != first[0].Conflict {
		t.Errorf("%+v, then %+v", first[0], again[0])
	}
}

// A machine that was enrolled anew before it heard what became of its operations
// tells them again, as another device. They are in the log, so they are not refused.
func TestWhatAMachineDidBeforeItWasEnrolledAnewIsTakenOnce(t *testing.T) {
	r := newRig(t)
	before := r.join(protocol.Desk, "Lindeby Bibliotek")
	ref := newReferral(t, "Lindeby Bibliotek")
	ops := []protocol.Op{before.op(protocol.OpReferral, ref), before.op(protocol.OpEvent, event(ref.Code, referral.Shown)),
		before.op(protocol.OpSuggestion, localdb.Suggestion{ID: uuid.NewString(), Community: uuid.NewString(), Text: "Nyt telefonnummer."})}
	if got := states(before.push(ops...)); got != "accepted accepted accepted" {
		t.Fatal(got)
	}
	after := r.join(protocol.Desk, "Lindeby Bibliotek")
	for i := range ops {
		ops[i].Signature = sign(after, &ops[i])
	}
	if got := states(after.push(ops...)); got != "accepted accepted accepted" {
		t.Error("as another device:", got)
	}
	ls, _ := after.changes(0, "")
	if n := kindsOf(ls); n[record.Referral] != 1 || n[record.Event] != 1 {
		t.Error(n)
	}
	after.counter = 3
	if got := states(after.push(after.op(protocol.OpReferral, ref))); got != "refused:taken" {
		t.Error("another operation with its id:", got)
	}
}

func TestARefusalIsRememberedUntilTheDeviceHasIt(t *testing.T) {
	r := newRig(t)
	desk := r.join(protocol.Desk, "Lindeby Bibliotek")
	bad := newReferral(t, "")
	bad.Depth = "none"
	ops := []protocol.Op{desk.op(protocol.OpReferral, bad), desk.op(protocol.OpReferral, newReferral(t, ""))}
	want := "refused:malformed accepted"
	if as := desk.push(ops...); states(as) != want || as[0].Field != "depth" {
		t.Fatal(states(as), as)
	}
	if as := desk.push(ops...); states(as) != "refused:malformed duplicate" || as[0].Field != "depth" {
		t.Error("told again:", states(as))
	}
	if code, out := desk.tryPush(); code != http.StatusOK || out.Counter != 2 {
		t.Error(code, out.Counter)
	}
}

// What is wrong with an operation is its own fate and never the others'.
func TestWhatIsWrongWithOneOperationHoldsUpNoOther(t *testing.T) {
	r := newRig(t)
	desk := r.join(protocol.Desk, "Lindeby Bibliotek")
	good := func() protocol.Op { return desk.op(protocol.OpReferral, newReferral(t, "")) }
	first, unsigned := good(), good()
	unsigned.Body = jsontext.Value(strings.Replace(string(unsigned.Body), `"guided"`, `"postcard"`, 1))
	tip := func(text string, confirmed bool) protocol.Op {
		return desk.op(protocol.OpSuggestion, localdb.Suggestion{ID: uuid.NewString(), Community: uuid.NewString(), Text: text, Confirmed: confirmed})
	}
	got := states(desk.push(first, unsigned, desk.op("dance", struct{}{}), desk.op(protocol.OpEdit, localdb.Edit{ID: uuid.NewString(), Create: true}),
		tip("Ring til 070761-4285", true), tip("12.11.25-1430", false), tip("12.11.25-1430", true), desk.op(protocol.OpReferral, struct {
			ID int `json:"id"`
		}{7}), good()))
	if got != "accepted refused:signature refused:unknown refused:role refused:cpr refused:cpr accepted refused:malformed accepted" {
		t.Error(got)
	}
}

func TestAnEventFindsTheReferralsOrganisationWhicheverComesFirst(t *testing.T) {
	r := newRig(t)
	a, b := r.join(protocol.Desk, "Lindeby Bibliotek"), r.join(protocol.Desk, "Sundhedscenter")
	ref := newReferral(t, "")
	if got := states(b.push(b.op(protocol.OpEvent, event(ref.Code, referral.Welcomed)))); got != "accepted" {
		t.Fatal(got)
	}
	if ls, _ := a.changes(0, ""); kindsOf(ls)[record.Event] != 0 {
		t.Error("an event without its referral reached another organisation")
	}
	a.push(a.op(protocol.OpReferral, ref))
	if ls, _ := a.changes(0, ""); kindsOf(ls)[record.Event] != 1 || kindsOf(ls)[record.Referral] != 1 {
		t.Error("the organisation of the referral:", kindsOf(ls))
	}
	if ls, _ := b.changes(0, ""); kindsOf(ls)[record.Event] != 1 || kindsOf(ls)[record.Referral] != 0 {
		t.Error("the organisation of the event:", kindsOf(ls))
	}
}

// Referral and event at the same moment from two places: neither plan sees the other.
func TestAReferralAndItsEventAtTheSameMomentFindEachOther(t *testing.T) {
	r := newRig(t)
	a, b := r.join(protocol.Desk, "Lindeby Bibliotek"), r.join(protocol.Desk, "Sundhedscenter")
	for range 10 {
		ref := newReferral(t, "")
		x, y := a.op(protocol.OpReferral, ref), b.op(protocol.OpEvent, event(ref.Code, referral.Welcomed))
		var both sync.WaitGroup
		both.Go(func() { a.tryPush(x) })
		both.Go(func() { b.tryPush(y) })
		both.Wait()
	}
	if ls, _ := a.changes(0, ""); kindsOf(ls)[record.Event] != 10 {
		t.Error(kindsOf(ls))
	}
}

// edit makes an edit of one member.
func fieldEdit(id, name string, from, to any) localdb.Edit {
	f, _ := json.Marshal(from)
	v, _ := json.Marshal(to)
	return localdb.Edit{ID: id, Fields: []localdb.FieldEdit{{Name: name, From: f, To: v}}}
}

func (r *rig) member(id, name string) string {
	r.t.Helper()
	rec, err := r.hub.store.Record(record.Community, id)
	if err != nil {
		r.t.Fatal(err)
	}
	return string(memberOf(rec.Body, name))
}

func TestEditsOfDifferentMembersBothStandAndOfTheSameBothAreKept(t *testing.T) {
	r := newRig(t)
	c := community("Gåklubben", "Lindeby")
	r.put(c)
	a, b := r.join(protocol.Guide, "Fællesskabsby"), r.join(protocol.Guide, "Fællesskabsby")
	a.push(a.op(protocol.OpEdit, fieldEdit(c.ID, "summary", nil, "Vi går tur.")))
	if got := states(b.push(b.op(protocol.OpEdit, fieldEdit(c.ID, "category", nil, "motion")))); got != "accepted" {
		t.Error("another member:", got)
	}
	if got := states(b.push(b.op(protocol.OpEdit, fieldEdit(c.ID, "summary", nil, "Vi går tur.")))); got != "accepted" {
		t.Error("the same value:", got)
	}
	as := b.push(b.op(protocol.OpEdit, fieldEdit(c.ID, "summary", nil, "Vi går langt.")))
	if states(as) != "conflict" || as[0].Conflict == "" {
		t.Fatal("another value:", as)
	}
	if r.member(c.ID, "summary") != `"Vi går tur."` || r.member(c.ID, "category") != `"motion"` {
		t.Error(r.member(c.ID, "summary"), r.member(c.ID, "category"))
	}
	rec, err := r.hub.store.Record(record.Conflict, as[0].Conflict)
	var x localdb.Conflict
	if err != nil || json.Unmarshal(rec.Body, &x) != nil || string(x.Kept) != `"Vi går tur."` || string(x.Other) != `"Vi går langt."` || x.KeptBy.Device != a.id || x.OtherBy.Device != b.id {
		t.Fatalf("%v %+v", err, x)
	}
	// A person chooses the other one.
	res := localdb.Resolution{Conflict: x.ID, Community: c.ID, Field: "summary", From: x.Kept, To: x.Other}
	if got := states(a.push(a.op(protocol.OpResolve, res))); got != "accepted" {
		t.Error(got)
	}
	if r.member(c.ID, "summary") != `"Vi går langt."` {
		t.Error(r.member(c.ID, "summary"))
	}
	if rec, err = r.hub.store.Record(record.Conflict, x.ID); err != nil || !rec.Deleted {
		t.Error("the conflict stays:", err)
	}
	// Somebody else settles it as well: nothing more happens.
	if got := states(b.push(b.op(protocol.OpResolve, res))); got != "accepted" {
		t.Error(got)
	}
}

// An edit that is told again, by a machine that was enrolled anew, neither asks once
// more what somebody settled nor brings back what somebody removed.
func TestAnEditThatIsToldAgainUndoesNothing(t *testing.T) {
	r := newRig(t)
	c := community("Gåklubben", "Lindeby")
	r.put(c)
	a, b := r.join(protocol.Guide, "Fællesskabsby"), r.join(protocol.Guide, "Fællesskabsby")
	a.push(a.op(protocol.OpEdit, fieldEdit(c.ID, "summary", nil, "Vi går tur.")))
	lost := b.op(protocol.OpEdit, fieldEdit(c.ID, "summary", nil, "Vi går langt."))
	made := fieldEdit(uuid.NewString(), "name", nil, "Madklubben")
	made.Create = true
	created := b.op(protocol.OpEdit, made)
	as := b.push(lost, created)
	if got := states(as); got != "conflict accepted" {
		t.Fatal(got)
	}
	got := states(a.push(a.op(protocol.OpResolve, localdb.Resolution{Conflict: as[0].Conflict, Community: c.ID, Field: "summary",
		From: jsontext.Value(`"Vi går tur."`), To: jsontext.Value(`"Vi går tur."`)}), a.op(protocol.OpEdit, localdb.Edit{ID: made.ID, Remove: true})))
	if got != "accepted accepted" {
		t.Fatal(got)
	}
	b = r.join(protocol.Guide, "Fællesskabsby")
	lost.Signature, created.Signature = sign(b, &lost), sign(b, &created)
	if got := states(b.push(lost, created)); got != "conflict refused:gone" {
		t.Error(got)
	}
	for _, ref := range []record.Ref{{Kind: record.Conflict, ID: as[0].Conflict}, {Kind: record.Community, ID: made.ID}} {
		if rec, err := r.hub.store.Record(ref.Kind, ref.ID); err != nil || !rec.Deleted {
			t.Errorf("%s is there again, %v", ref.Kind, err)
		}
	}
}

func TestAnEditOfWhatIsGoneOrElsewhereIsRefusedAlike(t *testing.T) {
	r := newRig(t)
	here, there := community("Gåklubben", "Lindeby"), community("Madklubben", "Bakkeby")
	r.put(here, there)
	g := r.join(protocol.Guide, "Fællesskabsby", "Lindeby")
	as := g.push(
		g.op(protocol.OpEdit, fieldEdit(there.ID, "summary", nil, "x")),
		g.op(protocol.OpEdit, fieldEdit(uuid.NewString(), "summary", nil, "x")),
		g.op(protocol.OpEdit, fieldEdit(here.ID, "name", "Gåklubben", "")),
		g.op(protocol.OpEdit, localdb.Edit{ID: here.ID, Remove: true}),
		g.op(protocol.OpEdit, fieldEdit(here.ID, "summary", nil, "x")),
	)
	if got := states(as); got != "refused:gone refused:gone refused:malformed accepted refused:gone" {
		t.Error(got)
	}
}

func TestACommunityThatMovesAwayLeavesTheDevicesOfItsOldTown(t *testing.T) {
	r := newRig(t)
	c := community("Gåklubben", "Lindeby")
	r.put(c)
	kiosk := r.join(protocol.Kiosk, "Lindeby Bibliotek", "Lindeby")
	ls, tr := kiosk.changes(0, "")
	if kindsOf(ls)[record.Community] != 1 || len(tr.Roots) != 2 {
		t.Fatal(kindsOf(ls), tr)
	}
	moved := *c
	moved.Places = community("", "Bakkeby").Places
	r.put(&moved)
	ls, _ = kiosk.changes(tr.Next.Seq, "")
	if len(ls) != 1 || ls[0].Leave == nil || ls[0].Leave.ID != c.ID {
		t.Errorf("%+v", ls)
	}
}

// The hub failing on one operation is that operation's fate: it is said, and the
// others go on.
func TestAnOperationTheHubFailsOnIsSetAside(t *testing.T) {
	r := newRig(t)
	g := r.join(protocol.Guide, "Fællesskabsby")
	d, _, err := r.hub.device(g.id)
	if err != nil {
		t.Fatal(err)
	}
	poison := g.op(protocol.OpReferral, newReferral(t, ""))
	ops := []protocol.Op{g.op(protocol.OpReferral, newReferral(t, "")), poison, g.op(protocol.OpReferral, newReferral(t, ""))}
	ops[0].Counter, ops[1].Counter, ops[2].Counter = 1, 2, 3
	for i := range ops {
		ops[i].Signature = sign(g, &ops[i])
	}
	failing = func(op protocol.Op) {
		if op.ID == poison.ID {
			panic("a fault of ours")
		}
	}
	defer func() { failing = nil }()
	out, err := r.hub.Push(context.Background(), g.id, d, protocol.Push{Epoch: g.epoch, Ops: ops})
	if err != nil || states(out.Answers) != "accepted refused:poison accepted" {
		t.Error(states(out.Answers), err)
	}
}
