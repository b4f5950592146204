package embedded

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/sync/log"
)

func (l *Log) meta() meta {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.m
}

// publish makes a state of the view the one that everybody sees.
func (l *Log) publish(m meta) {
	l.mu.Lock()
	defer l.mu.Unlock()
	moved := m.Head > l.m.Head
	l.m = m
	if moved {
		close(l.moved)
		l.moved = make(chan struct{})
	}
}

// reading opens a transaction on the view as it is; done ends it.
func (l *Log) reading(ctx context.Context) (txn *badger.Txn, done func() error, err error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	l.gate.RLock()
	defer l.gate.RUnlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.isClosed() {
		return nil, nil, log.ErrClosed
	}
	if l.fault != nil {
		return nil, nil, l.fault
	}
	v := l.v
	v.refs.Add(1)
	txn = v.db.NewTransaction(false)
	return txn, func() error { txn.Discard(); return v.release() }, nil
}

func (l *Log) isClosed() bool {
	select {
	case <-l.stop:
		return true
	default:
		return false
	}
}

// Read is log.Log's. It sees the log as it is when it begins, holds up nobody,
// and needs no room of its own however long it takes.
func (l *Log) Read(ctx context.Context, after uint64) iter.Seq2[log.Record, error] {
	return func(yield func(log.Record, error) bool) {
		err := l.read(ctx, after, func(r log.Record) error {
			if !yield(r, nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(log.Record{}, err)
		}
	}
}

func (l *Log) read(ctx context.Context, after uint64, fn func(log.Record) error) (err error) {
	txn, done, err := l.reading(ctx)
	if err != nil {
		return err
	}
	defer func() { err = l.noticed(errors.Join(err, done())) }()
	m, err := readMeta(txn)
	if err != nil {
		return err
	}
	if after > 0 && after < m.Floor {
		return log.ErrBelowFloor
	}
	return records(txn, after, func(r log.Record) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if l.isClosed() {
			return log.ErrClosed
		}
		return fn(r)
	})
}

// Last is log.Log's.
func (l *Log) Last(ctx context.Context, key string) (r log.Record, err error) {
	txn, done, err := l.reading(ctx)
	if err != nil {
		return r, err
	}
	defer func() { err = l.noticed(errors.Join(err, done())) }()
	if !log.ValidKey(key) {
		return r, &log.InvalidError{Key: key, Reason: "key"}
	}
	return last(txn, key)
}

// noticed remembers damage that a reader met, so that the next start looks at
// everything.
func (l *Log) noticed(err error) error {
	if errors.Is(err, ErrDamaged) && !l.suspect.Swap(true) {
		l.o.Log.Error("the view of the log is damaged; the next start makes it anew", "err", err)
	}
	if errors.Is(err, ErrDamaged) {
		return fmt.Errorf("%w: %w", log.ErrFailed, err)
	}
	return err
}

// Wait is log.Log's.
func (l *Log) Wait(ctx context.Context, after uint64) error {
	for {
		l.mu.Lock()
		head, moved, fault := l.m.Head, l.moved, l.fault
		l.mu.Unlock()
		switch {
		case l.isClosed():
			return log.ErrClosed
		case fault != nil:
			return fault
		case head > after:
			return nil
		}
		select {
		case <-moved:
		case <-l.stop:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// State is log.Log's.
func (l *Log) State(ctx context.Context) (log.State, error) {
	if err := ctx.Err(); err != nil {
		return log.State{}, err
	}
	if l.isClosed() {
		return log.State{}, log.ErrClosed
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return log.State{Epoch: l.m.Epoch, Head: l.m.Head, Floor: l.m.Floor}, l.fault
}

// fail notes that the view can no longer be trusted. What was acknowledged is in
// the journal, and the next start plays it again.
func (l *Log) fail(err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fault == nil {
		l.fault = fmt.Errorf("%w: %w", log.ErrFailed, err)
		l.o.Log.Error("the view of the log failed; nothing more is taken until the next start", "err", err)
		close(l.moved)
		l.moved = make(chan struct{})
	}
	return l.fault
}
