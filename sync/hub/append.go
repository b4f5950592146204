package hub

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/log"
)

// write is one record on its way into the log, with where it must be until then.
type write struct {
	rec    record.Record
	expect uint64 // 0: it must not be there
	op     string // identity of the operation; "" is the batch's own
}

// errBusy says that others were faster again and again.
var errBusy = errors.New("hub: too much at once")

// append stores a batch and waits until the hub's store has it. The first entry
// answers for the batch: after an unknown outcome it tells whether the batch was
// stored. It goes on when the one who asked has gone.
func (h *Hub) append(ctx context.Context, ws []write, what string) (uint64, error) {
	id, err := h.newID()
	if err != nil {
		return 0, err
	}
	batch := make([]log.Entry, len(ws))
	for i, w := range ws {
		v, err := encodeRecord(w.rec)
		if err != nil {
			return 0, err
		}
		batch[i] = log.Entry{Key: keyOf(w.rec.Ref()), Value: v, Tombstone: w.rec.Deleted, Expect: log.At(w.expect), Op: w.op}
		if w.op == "" {
			batch[i].Op = id
		}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	start := time.Now()
	first, err := h.appendSurely(ctx, batch)
	h.metrics.append(what, time.Since(start), err)
	if err != nil {
		return 0, err
	}
	if err := h.tide.reach(ctx, first+uint64(len(batch))-1); err != nil {
		return 0, fmt.Errorf("%w: the store does not follow: %w", errLater, err)
	}
	return first, nil
}

// errLater says that it may go well another time; nothing is known to be wrong.
var errLater = errors.New("hub: not now")

// appendSurely appends until it is known whether the batch is stored.
func (h *Hub) appendSurely(ctx context.Context, batch []log.Entry) (uint64, error) {
	doubt := false
	for pause := 20 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		first, err := h.log.Append(ctx, batch)
		var conflict *log.ConflictError
		switch {
		case err == nil:
			return first, nil
		case doubt && errors.As(err, &conflict):
			last, lerr := h.log.Last(ctx, batch[0].Key)
			if lerr == nil && last.Op == batch[0].Op && bytes.Equal(last.Value, batch[0].Value) {
				return last.Seq, nil // it was stored after all
			}
			if lerr != nil && !errors.Is(lerr, log.ErrNotFound) {
				return 0, fmt.Errorf("%w: %w", errLater, lerr)
			}
			return 0, err
		case !errors.Is(err, log.ErrUnknown):
			return 0, err
		}
		doubt = true
		select {
		case <-ctx.Done():
			return 0, fmt.Errorf("%w: %w", errLater, err)
		case <-time.After(pause):
		}
	}
}

func readRand(r io.Reader, b []byte) (int, error) {
	n, err := io.ReadFull(r, b)
	if err != nil {
		return n, fmt.Errorf("hub: randomness: %w", err)
	}
	return n, nil
}

// resultOf is how an outcome stands in the audit log.
func resultOf(err error) string {
	if err != nil {
		return "failed"
	}
	return "done"
}
