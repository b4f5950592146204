package hub

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// abreastLog lets two batches with cases in only when both are planned, so that
// neither plan knew of the other, and takes nothing more after them.
type abreastLog struct {
	log.Log
	mu      sync.Mutex
	waiting int
	both    chan struct{} // nil: everything passes
}

func (l *abreastLog) Append(ctx context.Context, batch []log.Entry) (uint64, error) {
	cases := slices.ContainsFunc(batch, func(e log.Entry) bool { return strings.HasPrefix(e.Key, string(record.Cases)+".") })
	l.mu.Lock()
	both := l.both
	if both == nil || !cases {
		l.mu.Unlock()
		return l.Log.Append(ctx, batch)
	}
	l.waiting++
	n := l.waiting
	l.mu.Unlock()
	if n > 2 {
		return 0, log.ErrFull
	}
	if n == 2 {
		close(both)
	}
	select {
	case <-both:
		return l.Log.Append(ctx, batch)
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func (l *abreastLog) hold(both chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.both, l.waiting = both, 0
}

// A referral and its event come at once from two machines, and the hub fails before
// it looks at the code again: the event still reaches who has the referral, when it
// is told again, at the hub's next start, and when it keeps house.
func TestAnEventReachesANarrowedGuideThoughTheHubFailedBetween(t *testing.T) {
	for name, heal := range map[string]func(*rig, *machine, protocol.Op){
		"told again": func(r *rig, desk *machine, op protocol.Op) {
			if got := states(desk.push(op)); got != "duplicate" {
				t.Error(got)
			}
		},
		"next start": func(r *rig, _ *machine, _ protocol.Op) {
			r.restart()
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			at := r.hub.Position().Seq
			go func() { done <- r.hub.Run(ctx) }()
			wait, stop := context.WithTimeout(ctx, 10*time.Second)
			if err := r.hub.tide.reach(wait, at+1); err != nil {
				t.Error("keeping house:", err)
			}
			stop()
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		},
		"keeping house": func(r *rig, _ *machine, _ protocol.Op) { r.hub.keepHouse(t.Context()) },
	} {
		t.Run(name, func(t *testing.T) {
			l := new(abreastLog)
			r := newRig(t, func(r *rig) { r.wrap = func(under log.Log) log.Log { l.Log = under; return l } })
			a := r.join(protocol.Desk, "Lindeby Bibliotek", "Lindeby")
			b := r.join(protocol.Desk, "Sundhedscenter", "Bakkeby")
			guide := r.join(protocol.Guide, "Fællesskabsby", "Lindeby")
			ref := newReferral(t, "")
			x, y := a.op(protocol.OpReferral, ref), b.op(protocol.OpEvent, event(ref.Code, referral.Welcomed))
			l.hold(make(chan struct{}))
			var both sync.WaitGroup
			for m, op := range map[*machine]protocol.Op{a: x, b: y} {
				both.Go(func() {
					if _, out := m.tryPush(op); states(out.Answers) != "accepted" {
						t.Error(states(out.Answers))
					}
				})
			}
			both.Wait()
			l.hold(nil)
			if ls, _ := guide.changes(0, ""); kindsOf(ls)[record.Referral] != 1 || kindsOf(ls)[record.Event] != 0 {
				t.Fatal("the hub did not fail between:", kindsOf(ls))
			}
			heal(r, b, y)
			guide.login()
			if ls, _ := guide.changes(0, ""); kindsOf(ls)[record.Referral] != 1 || kindsOf(ls)[record.Event] != 1 {
				t.Error("what the guide has:", kindsOf(ls))
			}
			at := r.hub.Position()
			if err := r.hub.widenLeft(t.Context()); err != nil || r.hub.Position() != at {
				t.Error("where nothing is left to do:", err, at, r.hub.Position())
			}
		})
	}
}
