package hub

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/log/jetstream"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/nats-io/nats-server/v2/server"
)

// onNATS keeps the log of a rig on a NATS server: one node here; what three do when
// one is killed is sync/log/jetstream's to show.
func onNATS(t *testing.T) func(*rig) {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, NoLog: true, NoSigs: true,
		JetStream: true, StoreDir: t.TempDir(), JetStreamMaxStore: 1 << 30, SyncAlways: true})
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("it did not start")
	}
	return func(r *rig) {
		r.open = func(t testing.TB, dir string) log.Log {
			t.Helper()
			sum := sha256.Sum256([]byte(dir))
			l, err := jetstream.Open(context.Background(), jetstream.Options{URL: s.ClientURL(), Name: "t" + hex.EncodeToString(sum[:6]), Replicas: 1, MaxBytes: 64 << 20})
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
	}
}

// The same hub on a cluster's log: once, erased, backed up, restored, without its disk.
func TestAHubKeepsItsPromisesOnACluster(t *testing.T) {
	r := newRig(t, onNATS(t))
	r.put(community("Gåklubben", "Lindeby"), community("Madklubben", "Bakkeby"))
	desk, guide := r.join(protocol.Desk, "Lindeby Bibliotek"), r.join(protocol.Guide, "Fællesskabsby")
	ref := newReferral(t, "")
	ops := []protocol.Op{desk.op(protocol.OpReferral, ref), desk.op(protocol.OpEvent, event(ref.Code, referral.Shown))}
	if got := states(desk.push(ops...)); got != "accepted accepted" {
		t.Fatal(got)
	}
	r.stop()
	if err := os.RemoveAll(filepath.Join(r.dir, "store")); err != nil { // the node lost what it played
		t.Fatal(err)
	}
	r.start()
	desk.login()
	guide.login()
	if got := states(desk.push(ops...)); got != "duplicate duplicate" {
		t.Error(got)
	}
	if ls, tr := guide.changes(0, ""); kindsOf(ls)[record.Community] != 2 || kindsOf(ls)[record.Event] != 1 || len(tr.Roots) != 5 {
		t.Error(kindsOf(ls), tr)
	}
	backup := r.backup()
	late := desk.op(protocol.OpEvent, event(ref.Code, referral.Welcomed))
	desk.push(late)
	if err := r.hub.Erase(context.Background(), record.Ref{Kind: record.Referral, ID: ref.ID}); err != nil {
		t.Fatal(err)
	}
	if err := r.restore(backup); err != nil {
		t.Fatal(err)
	}
	desk.login()
	if got := states(desk.push(late)); got != "accepted" {
		t.Error("given back:", got)
	}
	ls, _ := desk.changes(desk.session.Floor, "")
	for _, l := range ls {
		if l.Record != nil && l.Record.ID == ref.ID && !l.Record.Deleted {
			t.Error("what was erased is back")
		}
	}
	if kindsOf(ls)[record.Event] != 2 {
		t.Error(kindsOf(ls))
	}
}

// twoNodes are two nodes of one hub on one log.
func twoNodes(t *testing.T) (a, b *rig) {
	t.Helper()
	on := onNATS(t)
	a = newRig(t, on)
	dir := filepath.Join(t.TempDir(), "second")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{identityName, "keys.json", "store.key"} {
		x, err := os.ReadFile(filepath.Join(a.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), x, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	first := a.dir
	b = newRig(t, on, func(r *rig) {
		open := r.open
		r.dir, r.open = dir, func(t testing.TB, _ string) log.Log { return open(t, first) }
	})
	return a, b
}

// Two nodes of one hub on one log: what one takes the other knows, and a device may
// ask whichever answers.
func TestTwoNodesOfAHubAreOneHub(t *testing.T) {
	a, b := twoNodes(t)
	desk := a.join(protocol.Desk, "Lindeby Bibliotek")
	op := desk.op(protocol.OpReferral, newReferral(t, ""))
	if got := states(desk.push(op)); got != "accepted" {
		t.Fatal(got)
	}
	seq := a.hub.Position().Seq
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := b.hub.tide.reach(ctx, seq); err != nil {
		t.Fatal(err)
	}
	desk.r = b
	desk.token = ""
	desk.login()
	if got := states(desk.push(op)); got != "duplicate" {
		t.Error("at the other node:", got)
	}
	if err := b.hub.Revoke(t.Context(), desk.id); err != nil {
		t.Fatal(err)
	}
	if err := a.hub.tide.reach(ctx, b.hub.Position().Seq); err != nil {
		t.Fatal(err)
	}
	desk.r, desk.token = a, ""
	if code := desk.tryLogin(); code != 403 {
		t.Error("revoked at the other node:", code)
	}
}

// Each node has its own keys of cards: one that lacks a key says so and gets it from a
// device, and an erasure at one node destroys it at all.
func TestTheKeyOfAnErasedCardGoesAtEveryNode(t *testing.T) {
	a, b := twoNodes(t)
	desk := a.join(protocol.Desk, "Lindeby Bibliotek")
	ref := newReferral(t, "")
	c, key := newCard(t, ref.Code, directory.DayOf(time.Now()).AddDays(30))
	if got := states(desk.push(desk.op(protocol.OpReferral, ref), desk.op(protocol.OpCard, c))); got != "accepted accepted" {
		t.Fatal(got)
	}
	if _, got := desk.keys(put(c.ID, key)); len(got.Kept) != 1 {
		t.Fatalf("%+v", got)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := b.hub.tide.reach(ctx, a.hub.Position().Seq); err != nil {
		t.Fatal(err)
	}
	desk.r, desk.token = b, ""
	desk.login()
	if _, got := desk.keys(want(c.ID)); len(got.Keys) != 0 || len(got.Lacks) != 1 {
		t.Errorf("%+v", got)
	}
	if _, got := desk.keys(put(c.ID, key)); len(got.Kept) != 1 || len(got.Lacks) != 0 {
		t.Errorf("%+v", got)
	}
	if got := states(desk.push(desk.op(protocol.OpErase, localdb.Erasure{Kind: record.Card, ID: c.ID}))); got != "accepted" {
		t.Fatal(got)
	}
	if err := a.hub.tide.reach(ctx, b.hub.Position().Seq); err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]*rig{"where it was erased": b, "at the other node": a} {
		if es, err := os.ReadDir(filepath.Join(r.dir, cardsName)); err != nil || len(es) != 0 {
			t.Errorf("%s: %v %v", name, es, err)
		}
		if gone, err := readErasures(filepath.Join(r.dir, erasuresName)); err != nil || len(gone) != 1 {
			t.Errorf("%s: %v %v", name, gone, err)
		}
	}
}
