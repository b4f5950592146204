package hub

import (
	"context"
	"sync"

	"github.com/faellesskabsby/vejviser/localdb/record"
)

// tide is how far the store has played the log; requests wait for it to rise.
type tide struct {
	mu   sync.Mutex
	at   record.Position
	rose chan struct{} // closed when it rises
}

func newTide() *tide { return &tide{rose: make(chan struct{})} }

func (t *tide) now() record.Position {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.at
}

func (t *tide) rise(to record.Position) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.at == to {
		return
	}
	t.at = to
	close(t.rose)
	t.rose = make(chan struct{})
}

// above waits until the tide stands above seq.
func (t *tide) above(ctx context.Context, seq uint64) error {
	for {
		t.mu.Lock()
		at, rose := t.at.Seq, t.rose
		t.mu.Unlock()
		if at > seq {
			return nil
		}
		select {
		case <-rose:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// reach waits until everything up to seq is in the store.
func (t *tide) reach(ctx context.Context, seq uint64) error {
	if seq == 0 {
		return nil
	}
	return t.above(ctx, seq-1)
}
