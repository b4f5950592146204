package client

import (
	"context"
	"flag"
	"math/rand/v2"
	"testing"

	"github.com/faellesskabsby/vejviser/sync/protocol"
)

var every = flag.Int("every", 29, "cut lines at every n-th byte; 1 is all of them")

// at gives the bytes of an exchange at which it is cut: the first and last ones
// always, of those between every n-th from a random one.
func at(n int) (out []int) {
	from := rand.IntN(*every)
	for i := range n + 1 {
		if i < 3 || i > n-3 || i%*every == from {
			out = append(out, i)
		}
	}
	return out
}

// cut has the k-th connection from now on break after so many bytes of one
// direction.
func (p *pipes) cut(k int, f fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = func() fault {
		if k--; k == -1 {
			return f
		}
		return sound
	}
}

func (p *pipes) counted() (up, down int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ups, p.downs
}

// A line that breaks anywhere in a push must neither lose what a person did nor
// do it twice: the hub's log grows by the same for each vejvisning.
func TestAPushCutAtAnyByteIsTakenOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		d, end := w.machine(t, desk, "Lindeby Bibliotek")
		defer end()
		send := func() {
			t.Helper()
			d.refer(t)
			if err := d.sendAll(context.Background(), func(Progress) {}); err != nil {
				t.Fatal(err)
			}
			if n := d.count(t).Waiting; n != 0 {
				t.Fatalf("%d wait", n)
			}
		}
		d.sync(t)
		send()
		before := w.Position().Seq
		send()
		grows := w.Position().Seq - before
		up, down := w.net.counted()
		if up < 200 || down < 200 {
			t.Fatalf("a push of %d bytes and an answer of %d", up, down)
		}
		n := uint64(0)
		for _, cuts := range []struct {
			n    int
			make func(int) fault
		}{{up, func(i int) fault { return fault{i, -1} }}, {down, func(i int) fault { return fault{-1, i} }}} {
			for _, i := range at(cuts.n) {
				w.net.cut(0, cuts.make(i))
				before := w.Position().Seq
				send()
				n++
				if got := w.Position().Seq - before; got != grows {
					t.Fatalf("cut at %d of %d: the log grew by %d, else by %d", i, cuts.n, got, grows)
				}
			}
		}
		w.net.fault = nil
		g, end := w.machine(t, guide, "Vejviserne")
		defer end()
		g.sync(t)
		if got := g.count(t).Referrals; got != int(n)+2 {
			t.Errorf("%d vejvisninger of %d at the guide", got, n+2)
		}
		t.Logf("%d cuts", n)
	})
}

// The same for what is asked: a session, a manifest, a chunk, a delta.
func TestAFetchCutAtAnyByteGivesTheSame(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.fill(t, 3)
		k, end := w.machine(t, kiosk, "Lindeby Bibliotek")
		defer end()
		k.sync(t)
		for name, exchange := range map[string]func() error{
			"session": func() error {
				k.mu.Lock()
				k.current = nil
				k.mu.Unlock()
				_, err := k.session(context.Background())
				return err
			},
			"delta": func() error {
				s, err := k.session(context.Background())
				if err != nil {
					return err
				}
				_, err = k.delta(context.Background(), s, deltaAsk{})
				return err
			},
			"manifest": func() error {
				_, err := k.manifest(context.Background(), "dir")
				return err
			},
			"chunk": func() error {
				m, err := k.manifest(context.Background(), "dir")
				if err != nil {
					return err
				}
				for i := range m.Buckets {
					if b := &m.Buckets[i]; b.Count > 0 {
						_, err = k.chunks(context.Background(), []*protocol.Bucket{b})
						return err
					}
				}
				return nil
			},
		} {
			conns := map[string]int{"session": 3, "delta": 1, "manifest": 1, "chunk": 2}[name]
			for conn := range conns {
				w.net.fault = nil
				if name == "delta" {
					w.edit(t)
				}
				if err := exchange(); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				up, down := w.net.counted() // of the last connection; the others are no longer
				for _, i := range at(max(up, down)) {
					for _, f := range []fault{{i, -1}, {-1, i}} {
						if name == "delta" {
							w.edit(t)
						}
						w.net.cut(conn, f)
						if err := exchange(); err != nil {
							t.Fatalf("%s, connection %d, cut at %+v: %v", name, conn, f, err)
						}
					}
				}
			}
		}
		w.net.fault = nil
		k.same(t)
	})
}
