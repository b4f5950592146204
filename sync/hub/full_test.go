package hub

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
)

// faulty is a real log that fails when it is told to: before it stores, or after.
type faulty struct {
	log.Log
	full  atomic.Bool
	room  atomic.Int32 // batches until it is full, where it is above 0
	doubt atomic.Int32 // the next so many batches end unknown, stored or not in turn
}

func (f *faulty) Append(ctx context.Context, batch []log.Entry) (uint64, error) {
	if f.full.Load() {
		return 0, log.ErrFull
	}
	if f.room.Load() > 0 && f.room.Add(-1) == 0 {
		f.full.Store(true)
	}
	if n := f.doubt.Load(); n > 0 {
		f.doubt.Add(-1)
		if n%2 == 0 {
			return 0, log.ErrUnknown
		}
		if _, err := f.Log.Append(ctx, batch); err != nil {
			return 0, err
		}
		return 0, log.ErrUnknown
	}
	return f.Log.Append(ctx, batch)
}

func faultyRig(t *testing.T) (*rig, *faulty) {
	f := new(faulty)
	r := newRig(t, func(r *rig) { r.wrap = func(l log.Log) log.Log { f.Log = l; return f } })
	return r, f
}

func TestAFullDiskIsSaidAndReadsGoOn(t *testing.T) {
	r, f := faultyRig(t)
	r.put(community("Gåklubben", "Lindeby"))
	m := r.join(protocol.Desk, "Lindeby Bibliotek")
	op := m.op(protocol.OpReferral, newReferral(t, ""))
	f.full.Store(true)
	if code, _ := m.tryPush(op); code != http.StatusInsufficientStorage {
		t.Error(code)
	}
	ls, tr := m.changes(0, "")
	if kindsOf(ls)[record.Community] != 1 || kindsOf(ls)[record.Referral] != 0 || len(tr.Roots) == 0 {
		t.Error(kindsOf(ls))
	}
	f.full.Store(false)
	if got := states(m.push(op)); got != "accepted" {
		t.Error(got)
	}
}

// A disk that fills in the middle of a push: what was stored is said to be, and the
// rest is to come again. Nothing is refused that a person would have to look at.
func TestAPushThatIsTakenInPartIsAnsweredInPart(t *testing.T) {
	r, f := faultyRig(t)
	m := r.join(protocol.Desk, "Lindeby Bibliotek")
	var ops []protocol.Op
	for range protocol.MaxOps {
		ops = append(ops, m.op(protocol.OpReferral, newReferral(t, "")))
	}
	f.room.Store(2)
	as := m.push(ops...)
	n := 0
	for _, a := range as {
		if a.State == protocol.Accepted {
			n++
		} else if a.State != protocol.Later {
			t.Fatal(a)
		}
	}
	if n != 2*groupOps || as[n-1].State != protocol.Accepted {
		t.Error(n, "taken")
	}
	f.full.Store(false)
	if got := m.push(ops[n:]...); got[len(got)-1].State != protocol.Accepted {
		t.Error(got[len(got)-1])
	}
	if ls, _ := m.changes(0, ""); kindsOf(ls)[record.Referral] != protocol.MaxOps {
		t.Error(kindsOf(ls))
	}
}

// As much as a push may hold at all.
func TestTheLargestPushIsTaken(t *testing.T) {
	r := newRig(t)
	g := r.join(protocol.Guide, "Fællesskabsby")
	var ops []protocol.Op
	for range 25 {
		e := fieldEdit(uuid.NewString(), "name", nil, "Gåklubben")
		e.Create = true
		e.Fields = append(e.Fields, localdb.FieldEdit{Name: "x_large", From: jsontext.Value("null"), To: jsontext.Value(`"` + strings.Repeat("a ", 140<<10) + `"`)})
		ops = append(ops, g.op(protocol.OpEdit, e))
	}
	for _, a := range g.push(ops...) {
		if a.State != protocol.Accepted {
			t.Fatal(a)
		}
	}
	n := 0
	for after := uint64(0); ; {
		ls, tr := g.changes(after, "")
		n += kindsOf(ls)[record.Community]
		if after = tr.Next.Seq; after == tr.Head {
			break
		}
	}
	if n != 25 {
		t.Error(n)
	}
}

// A batch of which nobody knows whether it was stored is stored once.
func TestABatchInDoubtIsStoredOnce(t *testing.T) {
	r, f := faultyRig(t)
	m := r.join(protocol.Desk, "Lindeby Bibliotek")
	for i := range 6 {
		f.doubt.Store(int32(i))
		a, b := newReferral(t, ""), newReferral(t, "")
		if got := states(m.push(m.op(protocol.OpReferral, a), m.op(protocol.OpReferral, b))); got != "accepted accepted" {
			t.Fatal(i, got)
		}
		ls, _ := m.changes(0, "")
		if n := kindsOf(ls)[record.Referral]; n != 2*(i+1) {
			t.Error(i, n)
		}
	}
}

func TestALongPollBringsNewsAtOnceAndNothingElseWakesIt(t *testing.T) {
	r := newRig(t)
	kiosk, desk := r.join(protocol.Kiosk, "Lindeby Bibliotek"), r.join(protocol.Desk, "Lindeby Bibliotek")
	type got struct {
		ls   []protocol.Line
		tr   *protocol.Trailer
		took time.Duration
	}
	poll := func(wait string) <-chan got {
		c := make(chan got, 1)
		after := r.hub.Position().Seq
		go func() {
			start := time.Now()
			ls, tr := kiosk.changes(after, "&wait="+wait)
			c <- got{ls, tr, time.Since(start)}
		}()
		time.Sleep(100 * time.Millisecond)
		return c
	}
	news := poll("20")
	desk.push(desk.op(protocol.OpReferral, newReferral(t, ""))) // none of the kiosk's business
	select {
	case g := <-news:
		t.Error("woken by what is not its own:", g.ls)
	case <-time.After(300 * time.Millisecond):
	}
	r.put(community("Gåklubben", "Lindeby"))
	if g := <-news; kindsOf(g.ls)[record.Community] != 1 || g.took > 5*time.Second {
		t.Error(g)
	}
	if g := <-poll("1"); len(g.ls) != 0 || g.tr == nil || g.took < 900*time.Millisecond {
		t.Error("nothing new:", g)
	}
	stopped := poll("20")
	r.hub.Wake()
	if g := <-stopped; g.tr == nil || g.took > 5*time.Second {
		t.Error("a hub that stops lets nobody wait:", g)
	}
}
