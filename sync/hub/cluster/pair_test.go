package cluster

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// Machines that meet another node of the hub at each request are enrolled once,
// never go back, and hold what both nodes hold; also when one of them lost its disk.
func TestTwoNodesBehindAProxyAreOneHub(t *testing.T) {
	p := newPair(t, nil)
	p.fill(400)
	desk := p.pc(1, protocol.Desk, "Lindeby Bibliotek")
	guide := p.pc(0, protocol.Guide, "Fællesskabsby")
	back := watchPosition(desk, guide)
	for range 5 {
		for range 4 {
			desk.refer()
			guide.refer()
			desk.sync()
		}
		guide.sync()
	}
	desk.sync()
	if n := len(referrals(t, guide)); n != 40 {
		t.Errorf("the guide knows of %d", n)
	}
	p.abreast()
	for node := range p.node {
		desk.same(p, node)
		guide.same(p, node)
	}

	p.stop(1)
	p.lose(1)
	start := time.Now()
	p.start(1)
	t.Log("a node without its disk was back in", time.Since(start).Round(time.Millisecond))
	desk.refer()
	desk.sync()
	guide.sync()
	p.abreast()
	for node := range p.node {
		desk.same(p, node)
		guide.same(p, node)
	}
	if to := back(); to != "" {
		t.Error(to)
	}
	p.audit(desk, guide)
}

// behind is a log whose news do not come for a while, as where a node has fallen
// behind the others.
type behind struct {
	log.Log
	mu   sync.Mutex
	wait chan struct{}
}

func (b *behind) hold() (release func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	wait := make(chan struct{})
	b.wait = wait
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.wait = nil
		close(wait)
	}
}

func (b *behind) Wait(ctx context.Context, after uint64) error {
	for {
		if err := b.Log.Wait(ctx, after); err != nil {
			return err
		}
		b.mu.Lock()
		wait := b.wait
		b.mu.Unlock()
		if wait == nil {
			return nil
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// A node that is behind the one that answered before must not say that it knows
// less of a machine: the machine would send again what is known, and be told that it
// is a copy.
func TestANodeThatIsBehindTakesNoMachineForACopy(t *testing.T) {
	var late *behind
	p := newPair(t, func(i int, l log.Log) log.Log {
		b := &behind{Log: l}
		if i == 1 {
			late = b
		}
		return b
	})
	desk := p.pc(0, protocol.Desk, "Lindeby Bibliotek")
	desk.sync()
	p.abreast()
	release := late.hold()
	p.only.Store(1)
	for range 3 {
		desk.refer()
		desk.sync()
	}
	p.only.Store(2)
	fresh := desk.again() // its program was started anew: it has no session
	time.AfterFunc(700*time.Millisecond, release)
	before, err := fresh.s.Position()
	if err != nil {
		t.Fatal(err)
	}
	fresh.sync()
	fresh.refer()
	fresh.sync()
	after, err := fresh.s.Position()
	if err != nil || after.Epoch != before.Epoch || after.Seq <= before.Seq {
		t.Error(before, after, err)
	}
	p.only.Store(0)
	p.audit(fresh)
}

// A machine that arrives while others write reaches both nodes by turns: what the
// one names, the other gives.
func TestAMachineArrivesThoughEachAnswerIsAnotherNodes(t *testing.T) {
	p := newPair(t, nil)
	p.fill(300)
	desk := p.pc(0, protocol.Desk, "Lindeby Bibliotek")
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		for ctx.Err() == nil {
			desk.refer()
			if err := desk.c.Sync(ctx, nil); err != nil && ctx.Err() == nil {
				t.Error(err)
			}
		}
	})
	for range 6 {
		p.pc(1, protocol.Guide, "Fællesskabsby").sync()
	}
	cancel()
	wg.Wait()
	desk.sync()
	p.audit(desk)
}

// position is where a machine stands.
func position(t testing.TB, x *pc) record.Position {
	at, err := x.s.Position()
	if err != nil {
		t.Error(err)
	}
	return at
}
