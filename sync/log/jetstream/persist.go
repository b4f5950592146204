package jetstream

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"github.com/faellesskabsby/vejviser/sync/log"
)

// A leader that dies is noticed by the others after four to nine seconds, and
// meanwhile nobody answers. This file is how calls wait that out.

// errAgain is for what must only be done again.
var errAgain = errors.New("jetstream: again")

// patience is how long one request waits for its answer.
const patience = 2 * time.Second

// Error codes of the JetStream API that package jetstream has no names for.
const (
	codeNoMessage          = 10037
	codeInsufficient       = 10023
	codeStorageExceeded    = 10047
	codeMemoryExceeded     = 10028
	codeAccountExceeded    = 10002
	codeStoreFailed        = 10077
	codeWrongLast          = 10071
	codeWrongLastUnnamed   = 10164 // the same while another append of the key is under way
	codeNoPeers            = 10005 // a cluster that has just started does not know its nodes yet
	codeBatchIncomplete    = 10176
	codeBatchTooManyAtOnce = 10210
)

// persist does fn until it works, fails for good, or the log's patience ends.
// fn gets a context for one request.
func (l *Log) persist(ctx context.Context, fn func(context.Context) error) error {
	deadline := time.Now().Add(l.o.Hold)
	for n := 0; ; n++ {
		err := l.once(ctx, patience, fn)
		if err == nil || !passes(err) {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%w: %w", log.ErrUnavailable, err)
		}
		if err := l.pause(ctx, n); err != nil {
			return err
		}
	}
}

// once does fn with a context of its own. Where the log was closed or nobody
// waits any more, that is the error.
func (l *Log) once(ctx context.Context, limit time.Duration, fn func(context.Context) error) error {
	if l.ctx.Err() != nil {
		return log.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	one, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	l.mu.Lock()
	line := l.line
	l.mu.Unlock()
	defer context.AfterFunc(line, cancel)()
	err := fn(one)
	switch {
	case err == nil:
		return nil
	case l.ctx.Err() != nil:
		return log.ErrClosed
	case ctx.Err() != nil:
		return ctx.Err()
	case one.Err() != nil:
		return errTimeout
	}
	return full(err)
}

// errTimeout means that one request had no answer in time.
var errTimeout = errors.New("jetstream: no answer")

// pause waits a little before the n-th repetition.
func (l *Log) pause(ctx context.Context, n int) error {
	d := min(time.Duration(5<<min(n, 5))*time.Millisecond, 100*time.Millisecond)
	timer := time.NewTimer(d/2 + rand.N(d))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-l.ctx.Done():
		return log.ErrClosed
	}
}

// passes says whether an error is one of a fail-over or of crowding, so that
// the same request may do better a moment later.
func passes(err error) bool {
	for _, known := range []error{
		errAgain, errTimeout, nats.ErrTimeout, nats.ErrNoResponders, nats.ErrNoServers, nats.ErrDisconnected,
		nats.ErrConnectionReconnecting, nats.ErrReconnectBufExceeded, nats.ErrStaleConnection, nats.ErrConnectionClosed,
		js.ErrNoStreamResponse, js.ErrJetStreamNotEnabled,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	var api *js.APIError
	if errors.As(err, &api) {
		return api.ErrorCode == codeNoPeers || api.ErrorCode == codeBatchIncomplete || api.ErrorCode == codeBatchTooManyAtOnce ||
			api.Code == 503 && !errors.Is(err, log.ErrFull)
	}
	return false
}

// sent says whether, in spite of the error, the request may have been stored or
// still be on its way. Where nobody was there to take it, and where the cluster
// answered, it was not.
func sent(err error) bool {
	var api *js.APIError
	return !errors.As(err, &api) && !errors.Is(err, nats.ErrNoResponders) && !errors.Is(err, nats.ErrReconnectBufExceeded) &&
		!errors.Is(err, errAgain)
}

// full adds log.ErrFull to an error that means it.
func full(err error) error {
	var api *js.APIError
	if errors.As(err, &api) {
		switch api.ErrorCode {
		case codeInsufficient, codeStorageExceeded, codeMemoryExceeded, codeAccountExceeded, codeStoreFailed:
			return fmt.Errorf("%w: %w", log.ErrFull, err)
		}
	}
	return err
}
