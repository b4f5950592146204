package hub

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

func (r *rig) backup() []byte {
	r.t.Helper()
	var b bytes.Buffer
	_, err := r.hub.Backup(context.Background(), func(rec Receipt, f io.Reader) error { return rec.Copy(&b, f) })
	if err != nil {
		r.t.Fatal(err)
	}
	return b.Bytes()
}

// restore makes another hub of a backup, in the place of this one.
func (r *rig) restore(backup []byte) error {
	r.t.Helper()
	dir := filepath.Join(r.t.TempDir(), "restored")
	erasures := filepath.Join(r.dir, erasuresName)
	if _, err := os.Stat(erasures); err != nil {
		erasures = ""
	}
	_, err := Restore(context.Background(), RestoreOptions{Dir: dir, Backup: bytes.NewReader(backup), Erasures: erasures, Revocations: r.revocations,
		Options: Options{Rand: rand.Reader, Now: r.now}, Log: func() (log.Log, error) { return r.open(r.t, dir), nil }})
	if err == nil {
		r.stop()
		r.dir = dir
		r.start()
	}
	return err
}

func TestAHubRestoredFromAnOlderCopyGetsBackWhatItLacks(t *testing.T) {
	r := newRig(t)
	r.put(community("Gåklubben", "Lindeby"))
	m := r.join(protocol.Desk, "Lindeby Bibliotek")
	before := m.op(protocol.OpReferral, newReferral(t, ""))
	m.push(before)
	backup := r.backup()
	_, tr := m.changes(0, "")
	if tr.Durable == 0 || tr.Durable > tr.Head {
		t.Error("durable:", tr.Durable, "of", tr.Head)
	}
	after := m.op(protocol.OpReferral, newReferral(t, ""))
	m.push(after)
	was := r.hub.Position()
	print := r.hub.Print()
	if err := r.restore(backup); err != nil {
		t.Fatal(err)
	}
	if r.hub.Position().Epoch == was.Epoch {
		t.Error("the epoch is the same")
	}
	if r.hub.Print() != print {
		t.Error("the hub is another one to its devices")
	}
	code, _, _ := m.do("GET", protocol.PathChanges+"?after="+protocol.FormatPosition(was), nil, nil)
	if code != 401 {
		t.Error("a token outlived its hub:", code)
	}
	m.login()
	if m.session.Counter != before.Counter {
		t.Error("the hub says it knows up to", m.session.Counter)
	}
	if code, _, body := m.do("GET", protocol.PathChanges+"?after="+protocol.FormatPosition(was), nil, nil); code != 409 || !strings.Contains(string(body), protocol.CodeEpoch) {
		t.Errorf("a position of the old epoch: %d %s", code, body)
	}
	if got := states(m.push(before, after)); got != "duplicate accepted" {
		t.Error(got)
	}
	ls, tr := m.changes(m.session.Floor, "")
	if kindsOf(ls)[record.Referral] != 2 || tr.Durable == 0 || tr.Durable >= tr.Next.Seq {
		t.Error("above the floor of the new epoch:", kindsOf(ls), tr)
	}
	if n := tr.Roots["case/o-lindeby-bibliotek"].Count; n != 2 {
		t.Error(n, "cases")
	}
	if err := r.restoreOnto(backup); !errors.Is(err, ErrNotEmpty) {
		t.Error("restored onto a hub:", err)
	}
}

// restoreOnto tries to restore where a hub is.
func (r *rig) restoreOnto(backup []byte) error {
	_, err := Restore(context.Background(), RestoreOptions{Dir: r.dir, Backup: bytes.NewReader(backup), Log: func() (log.Log, error) { return nil, io.EOF }})
	return err
}

func TestADamagedBackupIsRefusedBeforeAnythingIsWritten(t *testing.T) {
	r := newRig(t)
	r.put(community("Gåklubben", "Lindeby"), community("Madklubben", "Bakkeby"))
	b := r.backup()
	opened := false
	try := func(b []byte) error {
		dir := filepath.Join(t.TempDir(), "x")
		_, err := Restore(context.Background(), RestoreOptions{Dir: dir, Backup: bytes.NewReader(b),
			Log: func() (log.Log, error) { opened = true; return nil, io.EOF }})
		if _, serr := os.Stat(dir); serr == nil {
			t.Error("something was written")
		}
		return err
	}
	for cut := 0; cut < len(b); cut += 1 + len(b)/50 {
		if err := try(b[:cut]); err == nil {
			t.Error("cut at", cut)
		}
	}
	for at := 0; at < len(b); at += 1 + len(b)/50 {
		bad := bytes.Clone(b)
		bad[at] ^= 1
		if err := try(bad); err == nil {
			t.Error("a bit turned at", at)
		}
	}
	if opened {
		t.Error("a log was opened")
	}
}

func TestWhatWasErasedStaysErasedThroughABackup(t *testing.T) {
	r := newRig(t)
	m := r.join(protocol.Desk, "Lindeby Bibliotek")
	ref := newReferral(t, "")
	ref.Place = "MAERKESLET"
	m.push(m.op(protocol.OpReferral, ref))
	_, tr := m.changes(0, "")
	backup := r.backup()
	if err := r.hub.Erase(context.Background(), record.Ref{Kind: record.Referral, ID: ref.ID}); err != nil {
		t.Fatal(err)
	}
	gone := func(after uint64) {
		t.Helper()
		ls, _ := m.changes(after, "")
		for _, l := range ls {
			if l.Record != nil && l.Record.ID == ref.ID && (!l.Record.Deleted || len(l.Record.Body) > 0) {
				t.Errorf("%s", l.Record.Body)
			}
		}
	}
	ls, _ := m.changes(tr.Next.Seq, "")
	if len(ls) != 1 || ls[0].Record == nil || !ls[0].Record.Deleted {
		t.Errorf("the device is not told: %+v", ls)
	}
	gone(0)
	if err := r.restore(backup); err != nil {
		t.Fatal(err)
	}
	m.login()
	gone(m.session.Floor)
	rec, err := r.log.Last(context.Background(), "case.referral."+ref.ID)
	if err != nil || !rec.Tombstone || bytes.Contains(rec.Value, []byte("MAERKESLET")) {
		t.Errorf("%+v %v", rec, err)
	}
}

// An old copy of the log put in its place, without a restore: devices believe that
// they know what is lost, so the hub must not serve.
func TestALogThatWentBackInTimeIsRefused(t *testing.T) {
	r := newRig(t)
	r.put(community("Gåklubben", "Lindeby"))
	copyDir(t, filepath.Join(r.dir, "log"), filepath.Join(r.dir, "copy"), r)
	r.put(community("Madklubben", "Lindeby"))
	r.stop()
	if err := os.RemoveAll(filepath.Join(r.dir, "log")); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(r.dir, "copy"), filepath.Join(r.dir, "log")); err != nil {
		t.Fatal(err)
	}
	l := openLog(t, r.dir)
	r.log = l
	_, err := Open(context.Background(), r.options())
	var behind *BehindError
	if !errors.As(err, &behind) {
		t.Error(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	// No log at all: the directory must not begin anew in silence.
	if err := os.RemoveAll(filepath.Join(r.dir, "log")); err != nil {
		t.Fatal(err)
	}
	l = openLog(t, r.dir)
	r.log = l
	if _, err := Open(context.Background(), r.options()); !errors.Is(err, ErrNoLog) {
		t.Error(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// copyDir copies a log while its hub is stopped.
func copyDir(t *testing.T, from, to string, r *rig) {
	t.Helper()
	r.stop()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	r.start()
}

// A log that another hub's folder is laid over: its devices would not know it.
func TestALogOfAnotherHubIsRefused(t *testing.T) {
	r := newRig(t)
	r.stop()
	for _, name := range []string{identityName, "store"} {
		if err := os.RemoveAll(filepath.Join(r.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	l := openLog(t, r.dir)
	r.log = l
	if _, err := Open(context.Background(), r.options()); !errors.Is(err, ErrOtherHub) {
		t.Error(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// The hub's store is the log played: it can be lost.
func TestAHubThatLostItsStorePlaysTheLogAgain(t *testing.T) {
	r := newRig(t)
	r.put(community("Gåklubben", "Lindeby"))
	m := r.join(protocol.Desk, "Lindeby Bibliotek")
	m.push(m.op(protocol.OpReferral, newReferral(t, "")))
	was, wantTrailer := m.changes(0, "")
	r.stop()
	if err := os.RemoveAll(filepath.Join(r.dir, "store")); err != nil {
		t.Fatal(err)
	}
	r.start()
	m.login()
	ls, tr := m.changes(0, "")
	if len(ls) != len(was) || tr.Next != wantTrailer.Next || len(tr.Roots) == 0 {
		t.Fatal(len(ls), len(was), tr)
	}
	for f, root := range tr.Roots {
		if wantTrailer.Roots[f] != root {
			t.Error(f, "differs")
		}
	}
}

// A machine that was away until the tombstone was purged does not bring back what
// was erased, nor does it after a restart.
func TestWhatWasErasedIsNeverTakenInAgain(t *testing.T) {
	r := newRig(t)
	ref := newReferral(t, "Lindeby Bibliotek")
	desk := r.join(protocol.Desk, "Lindeby Bibliotek")
	op := desk.op(protocol.OpReferral, ref)
	desk.push(op)
	if err := r.hub.Erase(t.Context(), record.Ref{Kind: record.Referral, ID: ref.ID}); err != nil {
		t.Fatal(err)
	}
	r.pass((tombstoneDays + 1) * 24 * time.Hour)
	if err := r.hub.purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		again := r.join(protocol.Desk, "Lindeby Bibliotek")
		op.Signature = sign(again, &op)
		if got := states(again.push(op)); got != "refused:gone" {
			t.Error(got)
		}
		r.restart()
	}
}
