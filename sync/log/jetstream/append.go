package jetstream

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"github.com/faellesskabsby/vejviser/sync/log"
)

// Headers of a message of the log.
const (
	headerOp   = "Vejviser-Op"   // percent-encoded
	headerGone = "Vejviser-Gone" // a tombstone has it
)

// Append is log.Log's. It waits out a fail-over of the cluster and repeats the
// batch meanwhile; log.ErrUnknown comes only when the log's patience has ended.
func (l *Log) Append(ctx context.Context, batch []log.Entry) (first uint64, err error) {
	if err := l.open(ctx); err != nil {
		return 0, err
	}
	if err := log.Check(batch); err != nil {
		return 0, err
	}
	select {
	case l.busy <- struct{}{}:
		defer func() { <-l.busy }()
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-l.ctx.Done():
		return 0, log.ErrClosed
	}
	return l.append(ctx, batch)
}

// open says whether the log can be used.
func (l *Log) open(ctx context.Context) error {
	if l.ctx.Err() != nil {
		return log.ErrClosed
	}
	if l.unfinished.Load() {
		return ErrUnfinished
	}
	return ctx.Err()
}

func (l *Log) append(ctx context.Context, batch []log.Entry) (first uint64, err error) {
	a := attempt{l: l, batch: batch, expect: make([]*uint64, len(batch))}
	for i, e := range batch {
		a.expect[i] = e.Expect
	}
	deadline := time.Now().Add(l.o.Hold)
	for n := 0; ; n++ {
		first, err := a.once(ctx)
		if err == nil {
			l.saw(first + uint64(len(batch)) - 1)
			return first, nil
		}
		if !passes(err) || time.Now().After(deadline) {
			return 0, a.verdict(err)
		}
		if err := l.pause(ctx, n); err != nil {
			return 0, a.verdict(err)
		}
	}
}

// attempt is one batch on its way.
type attempt struct {
	l      *Log
	batch  []log.Entry
	expect []*uint64
	pinned bool // expect[0] is ours, not the caller's
	doubt  bool // an earlier try may have been stored, or still be
}

// verdict is the error that the caller gets.
func (a *attempt) verdict(err error) error {
	if a.doubt && !errors.Is(err, log.ErrUnknown) {
		return fmt.Errorf("%w: %w", log.ErrUnknown, err)
	}
	if passes(err) {
		return fmt.Errorf("%w: %w", log.ErrUnavailable, err)
	}
	return err
}

// once tries the batch once and says where it is. errAgain asks for another try.
func (a *attempt) once(ctx context.Context) (first uint64, err error) {
	if err := a.pin(ctx); err != nil {
		return 0, err
	}
	size := 0
	for _, e := range a.batch {
		size += len(e.Value)
	}
	limit := patience + time.Duration(size>>20)*time.Second
	var last uint64
	err = a.l.once(ctx, limit, func(ctx context.Context) error {
		last, err = a.publish(ctx)
		if err != nil && sent(err) {
			a.doubt = true
		}
		return err
	})
	var api *js.APIError
	switch {
	case err == nil:
		return last - uint64(len(a.batch)) + 1, nil
	case errors.As(err, &api) && (api.ErrorCode == codeWrongLast || api.ErrorCode == codeWrongLastUnnamed):
		return a.conflict(ctx)
	}
	return 0, err
}

// pin gives a batch without any expectation one of its own, so that no batch is
// ever stored twice by trying again.
func (a *attempt) pin(ctx context.Context) error {
	for _, e := range a.expect {
		if e != nil {
			return nil
		}
	}
	r, err := a.l.last(ctx, a.batch[0].Key)
	if err != nil && !errors.Is(err, log.ErrNotFound) {
		return err
	}
	a.expect[0], a.pinned = log.At(r.Seq), true
	return nil
}

// publish sends the batch: a message alone, or several as one atomic batch. It
// gives the sequence of the last.
func (a *attempt) publish(ctx context.Context) (last uint64, err error) {
	id := ""
	if len(a.batch) > 1 {
		b := make([]byte, 16)
		if _, err := io.ReadFull(a.l.o.Rand, b); err != nil {
			return 0, fmt.Errorf("jetstream: randomness: %w", err)
		}
		id = hex.EncodeToString(b)
	}
	for i := range a.batch[:len(a.batch)-1] {
		if err := a.l.nc.PublishMsg(a.message(i, id)); err != nil {
			return 0, errors.Join(errAgain, err) // never committed
		}
	}
	m := a.message(len(a.batch)-1, id)
	if id != "" {
		m.Header.Set("Nats-Batch-Commit", "1")
	}
	reply, err := a.l.nc.RequestMsgWithContext(ctx, m)
	if err != nil {
		return 0, err
	}
	var ack struct {
		Error *js.APIError `json:"error"`
		Seq   uint64       `json:"seq"`
		Count int          `json:"count"`
	}
	if err := json.Unmarshal(reply.Data, &ack); err != nil {
		return 0, fmt.Errorf("jetstream: the answer to an append: %w", err)
	}
	if ack.Error != nil {
		return 0, ack.Error
	}
	if ack.Seq == 0 || id != "" && ack.Count != len(a.batch) {
		return 0, fmt.Errorf("jetstream: the answer to an append of %d: %s", len(a.batch), reply.Data)
	}
	return ack.Seq, nil
}

func (a *attempt) message(i int, id string) *nats.Msg {
	e := &a.batch[i]
	m := nats.NewMsg(a.l.o.prefix() + e.Key)
	m.Data = e.Value
	m.Header.Set(headerOp, url.QueryEscape(e.Op))
	if e.Tombstone {
		m.Header.Set(headerGone, "1")
	}
	if a.expect[i] != nil {
		m.Header.Set(js.ExpectedLastSubjSeqHeader, strconv.FormatUint(*a.expect[i], 10))
	}
	if id != "" {
		m.Header.Set("Nats-Batch-Id", id)
		m.Header.Set("Nats-Batch-Sequence", strconv.Itoa(i+1))
	}
	return m
}

// conflict finds out what a refusal means, which the cluster does not say: which
// key it was, and whether an earlier try of this very batch is the cause.
func (a *attempt) conflict(ctx context.Context) (first uint64, err error) {
	leader := ""
	if a.doubt {
		if leader, err = a.l.leader(ctx); err != nil {
			return 0, err
		}
	}
	var found *log.ConflictError
	waiting := false // a key is still where it was expected
	for i, e := range a.batch {
		if a.expect[i] == nil && !a.doubt {
			continue
		}
		r, err := a.l.last(ctx, e.Key)
		if err != nil && !errors.Is(err, log.ErrNotFound) {
			return 0, err
		}
		if a.doubt && a.isOurs(i, r) {
			return r.Seq - uint64(i), nil
		}
		if a.expect[i] == nil {
			continue
		}
		if r.Seq == *a.expect[i] {
			waiting = true
		} else if found == nil {
			found = &log.ConflictError{Key: e.Key, Seq: r.Seq, Op: r.Op}
		}
	}
	if a.doubt {
		// What was read counts if one leader said all of it.
		if again, err := a.l.leader(ctx); err != nil || again != leader {
			return 0, errors.Join(errAgain, err)
		}
	}
	switch {
	case found == nil:
		return 0, errAgain // another append of a key was under way
	case a.pinned && !a.doubt:
		a.expect[0], a.pinned = nil, false // nobody expected anything: once more
		return 0, errAgain
	case a.doubt && !waiting:
		// Stored and replaced by others since, or never stored.
		return 0, fmt.Errorf("%w: %w", log.ErrUnknown, found)
	}
	// Had an earlier try been stored, no key would be where it was; and it can
	// never be stored now, since sequences do not come back.
	a.doubt = false
	return 0, found
}

// isOurs says whether a record is what an earlier try of this batch stored.
func (a *attempt) isOurs(i int, r log.Record) bool {
	e := &a.batch[i]
	return r.Op == e.Op && r.Tombstone == e.Tombstone && bytes.Equal(r.Value, e.Value) && r.Seq > uint64(i) &&
		(a.expect[i] == nil || r.Seq > *a.expect[i])
}
