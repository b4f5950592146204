package hub

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// spoil has the store's view fail, as a damaged file or a full disk would: here by
// a key that no view can hold.
func (r *rig) spoil() {
	r.t.Helper()
	at := r.hub.Position()
	long := record.Record{Kind: record.Community, ID: strings.Repeat("x", 70000), Seq: at.Seq + 1, Body: []byte(`{}`)}
	if err := r.hub.store.Play(context.Background(), localdb.Delta{Records: []record.Record{long}, To: record.Position{Epoch: at.Epoch, Seq: at.Seq + 1}}); err == nil {
		r.t.Fatal("the view took it")
	}
}

// ends waits for Run to end with an error.
func (r *rig) ends(want error) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := r.hub.Run(ctx); !errors.Is(err, want) {
		r.t.Errorf("the hub ends with %v, want %v", err, want)
	}
}

func (r *rig) health() int {
	code, _, _ := (&machine{t: r.t, r: r}).do(http.MethodGet, "/healthz", nil, nil)
	return code
}

// Nobody may be told that they are not known here because the hub's own view is
// gone: the hub ends, and its next start makes the view anew.
func TestHubWhoseViewFailsEndsAndIsWholeAtTheNextStart(t *testing.T) {
	r := newRig(t)
	r.put(community("Kor", "Lindeby"))
	m := r.join(protocol.Desk, "X")
	if code := r.health(); code != http.StatusOK {
		t.Fatalf("healthz of a sound hub: %d", code)
	}
	r.spoil()
	if code, _, body := m.do(http.MethodGet, protocol.PathDigest+"?feed=dir", nil, nil); code != http.StatusServiceUnavailable {
		t.Errorf("a token that is good: %d %s", code, body)
	}
	if code := m.tryLogin(); code != http.StatusServiceUnavailable {
		t.Errorf("a session: %d", code)
	}
	if code := r.health(); code != http.StatusServiceUnavailable {
		t.Errorf("healthz: %d", code)
	}
	r.ends(localdb.ErrFailed)
	r.restart()
	m.login()
	if s, err := r.hub.Status(context.Background()); err != nil || s.Communities != 1 || s.Devices != 1 {
		t.Errorf("after the next start: %+v %v", s, err)
	}
	if code := r.health(); code != http.StatusOK {
		t.Errorf("healthz after the next start: %d", code)
	}
}

// failedLog fails for good from a moment on, as the embedded log does.
type failedLog struct {
	log.Log
	failed chan struct{}
}

func (l *failedLog) Wait(ctx context.Context, after uint64) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-l.failed:
			cancel()
		case <-ctx.Done():
		}
	}()
	err := l.Log.Wait(ctx, after)
	select {
	case <-l.failed:
		return log.ErrFailed
	default:
		return err
	}
}

func TestHubWhoseLogFailsForGoodEnds(t *testing.T) {
	failed := make(chan struct{})
	r := newRig(t, func(r *rig) { r.wrap = func(l log.Log) log.Log { return &failedLog{l, failed} } })
	close(failed)
	r.ends(log.ErrFailed)
}
