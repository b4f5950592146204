package hub

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// serveOps takes what people did on a device.
func (h *Hub) serveOps(w *reply, r *http.Request, who *caller) error {
	select {
	case h.limits.pushing <- struct{}{}:
		defer func() { <-h.limits.pushing }()
	case <-time.After(5 * time.Second):
		return slowDown(5 * time.Second)
	case <-r.Context().Done():
		return r.Context().Err()
	}
	p, err := w.push(r)
	if err != nil {
		return err
	}
	if p.Epoch != h.tide.now().Epoch {
		return refusal(http.StatusConflict, protocol.CodeEpoch)
	}
	out, err := h.Push(r.Context(), who.id, who.device, p)
	if err != nil {
		return err
	}
	h.tell(who, p, out)
	h.seen.mark(who.id, h.now(), 0)
	return w.json(http.StatusOK, out)
}

// push reads a gzip body under both caps. What is packed to burst is refused when
// the cap is reached, long before it is whole.
func (w *reply) push(r *http.Request) (p protocol.Push, err error) {
	if r.Header.Get("Content-Encoding") != "gzip" {
		return p, &refuse{status: http.StatusUnsupportedMediaType, body: protocol.Refusal{Code: protocol.CodeMalformed, Field: "encoding"}}
	}
	_ = w.ctl.SetReadDeadline(time.Now().Add(uploadTimeout)) // a slow line needs longer than a small request; a recorder has none
	z, err := gzip.NewReader(http.MaxBytesReader(w.w, r.Body, protocol.MaxUpload))
	if err != nil {
		return p, unpacking(err)
	}
	plain, err := io.ReadAll(io.LimitReader(z, protocol.MaxUploadPlain+1))
	if err != nil {
		return p, unpacking(err)
	}
	if len(plain) > protocol.MaxUploadPlain {
		return p, refusal(http.StatusRequestEntityTooLarge, protocol.CodeTooLarge)
	}
	if err := json.UnmarshalRead(bytes.NewReader(plain), &p, json.RejectUnknownMembers(true)); err != nil {
		return p, malformed("")
	}
	if len(p.Ops) > protocol.MaxOps {
		return p, refusal(http.StatusRequestEntityTooLarge, protocol.CodeTooLarge)
	}
	last := uint64(0)
	for i := range p.Ops {
		if p.Ops[i].Counter <= last {
			return p, malformed("ops[" + strconv.Itoa(i) + "].counter")
		}
		last = p.Ops[i].Counter
	}
	return p, nil
}

// unpacking tells a body that is too large from one that is no gzip.
func unpacking(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return err
	}
	return malformed("")
}

// tell counts and writes down what became of a push.
func (h *Hub) tell(who *caller, p protocol.Push, out protocol.Pushed) {
	n := map[protocol.Fate]int{}
	for i, a := range out.Answers {
		n[a.State]++
		h.metrics.ops.WithLabelValues(knownKind(p.Ops[i].Kind), string(a.State)).Inc()
		h.tellClosed(who, &p.Ops[i], a)
		h.tellLooked(who, &p.Ops[i], a)
		h.tellErased(who, &p.Ops[i], a)
	}
	if len(p.Ops) == 0 {
		return
	}
	result := ""
	for _, f := range []protocol.Fate{protocol.Accepted, protocol.Duplicate, protocol.Conflicted, protocol.Refused, protocol.Later} {
		if n[f] > 0 {
			result += string(f) + ":" + strconv.Itoa(n[f]) + " "
		}
	}
	h.audit.add(entry{Device: who.id, Role: string(who.device.Role), Action: "ops", Result: result[:len(result)-1],
		Object: strconv.FormatUint(p.Ops[0].Counter, 10) + "-" + strconv.FormatUint(p.Ops[len(p.Ops)-1].Counter, 10)})
}

func knownKind(k string) string {
	if mayDo[protocol.Guide][k] {
		return k
	}
	return "other"
}

// deviceLocks let one push of a device in at a time; another device's go on.
type deviceLocks struct {
	mu sync.Mutex
	by map[string]*deviceLock
}

type deviceLock struct {
	held  chan struct{}
	users int
}

func (l *deviceLocks) lock(ctx context.Context, id string) (unlock func(), err error) {
	l.mu.Lock()
	if l.by == nil {
		l.by = map[string]*deviceLock{}
	}
	d := l.by[id]
	if d == nil {
		d = &deviceLock{held: make(chan struct{}, 1)}
		l.by[id] = d
	}
	d.users++
	l.mu.Unlock()
	leave := func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if d.users--; d.users == 0 {
			delete(l.by, id)
		}
	}
	select {
	case d.held <- struct{}{}:
		return func() { <-d.held; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}
