package hub

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/go-json-experiment/json"
)

// Bounds of what is played at once.
const (
	playRecords = 1000
	playBytes   = 8 << 20
)

// begin brings the store to where the log is. A store of another epoch, or one
// that lies below the log's floor, is thrown away and played from the start: it
// holds nothing that the log does not.
func (h *Hub) begin(ctx context.Context) error {
	st, err := h.log.State(ctx)
	if err != nil {
		return fmt.Errorf("hub: log: %w", err)
	}
	seen, err := h.store.HighWater()
	if err != nil {
		return err
	}
	at, err := h.store.Position()
	if err != nil {
		return err
	}
	if seen.Epoch == st.Epoch && seen.Seq > st.Head {
		return &BehindError{Seen: seen, Log: record.Position{Epoch: st.Epoch, Seq: st.Head}}
	}
	if seen.Seq > 0 && seen.Epoch != st.Epoch && st.Head == 0 {
		return ErrNoLog
	}
	foreign := at.Epoch != 0 && at.Epoch != st.Epoch
	if foreign || at.Seq > 0 && at.Seq < st.Floor || at.Seq > st.Head {
		h.o.Logger.Warn("the store is played anew", "store", at, "epoch", st.Epoch, "floor", st.Floor)
		if err := h.store.Reset(ctx); err != nil {
			return err
		}
		at = record.Position{}
	}
	h.tide.rise(record.Position{Epoch: st.Epoch, Seq: at.Seq})
	return h.catchUp(ctx)
}

// follow plays the log as it grows, until ctx ends.
func (h *Hub) follow(ctx context.Context) {
	pause := 100 * time.Millisecond
	for ctx.Err() == nil {
		err := h.log.Wait(ctx, h.tide.now().Seq)
		if err == nil {
			err = h.catchUp(ctx)
		}
		var moved *movedError
		switch {
		case err == nil:
			pause = 100 * time.Millisecond
			continue
		case ctx.Err() != nil:
			return
		case errors.As(err, &moved), errors.Is(err, log.ErrBelowFloor), errors.Is(err, log.ErrClosed),
			errors.Is(err, log.ErrFailed), errors.Is(err, localdb.ErrFailed):
			h.o.Logger.Error("the log can no longer be followed", "err", err)
			h.die(err)
			return
		}
		h.metrics.followErrors.Inc()
		h.o.Logger.Error("the log could not be followed", "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
			pause = min(2*pause, 10*time.Second)
		}
	}
}

// die ends Run: only another start can make the hub whole.
func (h *Hub) die(err error) {
	select {
	case h.fatal <- err:
	default: // it ends already
	}
}

// watchStore ends the hub when the store's view failed, whoever met it.
func (h *Hub) watchStore() {
	look := func() {
		if _, err := h.store.Position(); errors.Is(err, localdb.ErrFailed) {
			h.die(err)
		}
	}
	h.store.Subscribe(func(c localdb.Change) {
		if c.Kind == "view" {
			look()
		}
	})
	look()
}

// movedError says that another log stands where this one was.
type movedError struct{ from, to uint64 }

func (e *movedError) Error() string {
	return fmt.Sprintf("hub: the log's epoch was %d and is %d", e.from, e.to)
}

// catchUp plays everything up to the head at which it began.
func (h *Hub) catchUp(ctx context.Context) error {
	at := h.tide.now()
	st, err := h.log.State(ctx)
	if err != nil {
		return err
	}
	if st.Epoch != at.Epoch {
		return &movedError{at.Epoch, st.Epoch}
	}
	h.floor.Store(st.Floor)
	var batch []record.Record
	size, last := 0, at.Seq
	play := func(to uint64) error {
		pos := record.Position{Epoch: st.Epoch, Seq: to}
		if err := h.store.Play(ctx, localdb.Delta{Records: batch, To: pos}); err != nil {
			return err
		}
		h.played(batch)
		h.tide.rise(pos)
		batch, size = batch[:0], 0
		return nil
	}
	for lr, err := range h.log.Read(ctx, at.Seq) {
		if err != nil {
			return err
		}
		last = lr.Seq
		r, err := decodeRecord(lr)
		if err != nil { // one that nobody can read must not hold up the others
			h.metrics.followErrors.Inc()
			h.o.Logger.Error("a record of the log cannot be read", "key", lr.Key, "seq", lr.Seq, "err", err)
			continue
		}
		batch = append(batch, r)
		if size += len(lr.Value); len(batch) >= playRecords || size >= playBytes {
			if err := play(last); err != nil {
				return err
			}
		}
	}
	if to := max(last, st.Head); to > at.Seq || len(batch) > 0 {
		return play(to)
	}
	return nil
}

// abreastWait is how long a node waits to catch up with another of its cluster that
// a device spoke to before: as long as the cluster needs to find another leader.
const abreastWait = 15 * time.Second

// abreast brings the store to where the log is now, so that this node knows what
// every other of its cluster has answered until now.
func (h *Hub) abreast(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, abreastWait)
	defer cancel()
	st, err := h.log.State(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", errLater, err)
	}
	if at := h.tide.now(); at.Epoch != st.Epoch {
		return &movedError{at.Epoch, st.Epoch}
	}
	if err := h.tide.reach(ctx, st.Head); err != nil {
		return fmt.Errorf("%w: the store does not follow: %w", errLater, err)
	}
	return nil
}

// played tells what hangs on records that they changed.
func (h *Hub) played(rs []record.Record) {
	h.known.played(rs)
	h.cardsPlayed(rs)
	for i := range rs {
		switch rs[i].Kind {
		case record.Community:
			h.pages.changed()
			return
		}
	}
}

// keyOf is the key of a record in the log: family, kind and id.
func keyOf(r record.Ref) string {
	return string(r.Kind.Family()) + "." + string(r.Kind) + "." + strings.ToLower(r.ID)
}

// encodeRecord gives what the log keeps of a record; sequence and operation are
// the log's own.
func encodeRecord(r record.Record) ([]byte, error) {
	r.Seq, r.Op = 0, ""
	b, err := json.Marshal(&r, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("hub: encode %s %s: %w", r.Kind, r.ID, err)
	}
	return b, nil
}

func decodeRecord(lr log.Record) (record.Record, error) {
	var r record.Record
	family, rest, _ := strings.Cut(lr.Key, ".")
	kind, id, _ := strings.Cut(rest, ".")
	if len(lr.Value) > 0 {
		if err := json.Unmarshal(lr.Value, &r); err != nil {
			return r, err
		}
	}
	r.Seq, r.Op = lr.Seq, lr.Op
	if lr.Tombstone {
		r.Deleted, r.Body = true, nil
	}
	if r.Kind == "" {
		r.Kind, r.ID = record.Kind(kind), id
	}
	if string(r.Kind) != kind || strings.ToLower(r.ID) != id || family != string(r.Kind.Family()) {
		return r, fmt.Errorf("hub: the record says %s %s", r.Kind, r.ID)
	}
	return r, nil
}
