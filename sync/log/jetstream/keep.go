package jetstream

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"

	"github.com/go-json-experiment/json"
	js "github.com/nats-io/nats.go/jetstream"

	"github.com/faellesskabsby/vejviser/sync/log"
)

// floorNote is the one message of the floor's stream.
type floorNote struct {
	Epoch uint64 `json:"epoch"` // of the log that it is about
	Floor uint64 `json:"floor"`
}

// floor gives how far the floor has risen, and the sequence of the note.
func (l *Log) floor(ctx context.Context, epoch uint64, metadata map[string]string) (floor, seq uint64, err error) {
	if floor, err = strconv.ParseUint(metadata[metaFloor], 10, 64); err != nil {
		return 0, 0, &ConfigError{l.o.logStream(), metaFloor, strconv.Quote(metadata[metaFloor])}
	}
	m, err := l.ask(ctx, l.o.floorStream(), fmt.Sprintf(`{"last_by_subj":%q}`, l.o.Name+".floor"))
	if errors.Is(err, log.ErrNotFound) {
		return floor, 0, nil
	}
	if err != nil {
		return 0, 0, err
	}
	var note floorNote
	if err := json.Unmarshal(m.Data, &note); err != nil {
		return 0, 0, fmt.Errorf("jetstream: the floor's note: %w", err)
	}
	if note.Epoch == epoch {
		floor = max(floor, note.Floor)
	}
	return floor, m.Seq, nil
}

// raise notes a higher floor. Of two that raise it at once, both succeed and the
// higher one stands.
func (l *Log) raise(ctx context.Context, s log.State, to uint64) error {
	return l.persist(ctx, func(ctx context.Context) error {
		info, err := l.info(ctx, l.o.logStream())
		if err != nil {
			return err
		}
		floor, seq, err := l.floor(ctx, s.Epoch, info.Config.Metadata)
		if err != nil || floor >= to {
			return err
		}
		b, err := json.Marshal(floorNote{s.Epoch, to})
		if err != nil {
			return err
		}
		_, err = l.js.Publish(ctx, l.o.Name+".floor", b, js.WithExpectLastSequencePerSubject(seq), js.WithRetryAttempts(0))
		var api *js.APIError
		if errors.As(err, &api) && (api.ErrorCode == codeWrongLast || api.ErrorCode == codeWrongLastUnnamed) {
			return errAgain
		}
		return err
	})
}

// Purge is log.Log's. A floor above the head is the head.
func (l *Log) Purge(ctx context.Context, floor uint64) error {
	if err := l.open(ctx); err != nil {
		return err
	}
	s, err := l.state(ctx)
	if err != nil {
		return err
	}
	floor = min(floor, s.Head)
	if err := l.raise(ctx, s, floor); err != nil {
		return err
	}
	var gone []uint64
	_, err = l.readTo(ctx, 0, floor, func(r log.Record) error {
		if r.Seq > floor {
			return errEnough
		}
		if r.Tombstone {
			gone = append(gone, r.Seq)
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	for _, seq := range gone {
		if err := l.remove(ctx, seq, false); err != nil {
			return err
		}
	}
	return nil
}

// remove takes one message out of the log's stream; securely, its bytes are
// overwritten as well. One that is not there any more is no error.
func (l *Log) remove(ctx context.Context, seq uint64, securely bool) error {
	request := fmt.Appendf(nil, `{"seq":%d,"no_erase":%t}`, seq, !securely)
	return l.persist(ctx, func(ctx context.Context) error {
		reply, err := l.nc.RequestWithContext(ctx, "$JS.API.STREAM.MSG.DELETE."+l.o.logStream(), request)
		if err != nil {
			return err
		}
		var got struct {
			Error *js.APIError `json:"error"`
		}
		if err := json.Unmarshal(reply.Data, &got); err != nil {
			return fmt.Errorf("jetstream: %w", err)
		}
		if got.Error == nil {
			return nil
		}
		const deleteFailed = 10057 // also where it is not there
		if got.Error.ErrorCode == deleteFailed {
			_, err := l.ask(ctx, l.o.logStream(), fmt.Sprintf(`{"seq":%d}`, seq))
			if errors.Is(err, log.ErrNotFound) {
				return nil
			}
		}
		return got.Error
	})
}

// Erase is log.Log's. It overwrites the last value in all replicas. What the key
// was before, and the copies in the nodes' Raft logs, cannot be reached from
// here and go when the nodes compact them: hence values with personal data are
// encrypted before they enter a log, and their keys destroyed.
func (l *Log) Erase(ctx context.Context, key string) error {
	if err := l.open(ctx); err != nil {
		return err
	}
	if !log.ValidKey(key) {
		return &log.InvalidError{Key: key, Reason: "key"}
	}
	for {
		r, err := l.last(ctx, key)
		if errors.Is(err, log.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := l.remove(ctx, r.Seq, true); err != nil {
			return err
		}
	}
}

// Restore is log.Restorer's. The log's stream is made anew; until all of it is
// there, it is marked, and nothing but another Restore works on it. No other
// hub node may use the log meanwhile.
func (l *Log) Restore(ctx context.Context, epoch, head uint64, records iter.Seq2[log.Record, error]) error {
	if l.ctx.Err() != nil {
		return log.ErrClosed
	}
	if epoch == 0 || epoch > log.MaxSeq || head > log.MaxSeq {
		return &log.InvalidError{Reason: "value"}
	}
	if !l.unfinished.Load() {
		s, err := l.state(ctx)
		if err != nil {
			return err
		}
		if s.Head > 0 {
			return log.ErrNotEmpty
		}
	}
	config := l.config(epoch, head)
	config.Metadata[metaRestoring] = "1"
	if err := l.replace(ctx, config); err != nil {
		return err
	}
	if err := l.load(ctx, records); err != nil {
		// Empty as before: under an epoch that nobody has.
		fresh, derr := l.drawEpoch()
		if derr == nil {
			derr = l.replace(context.WithoutCancel(ctx), l.config(fresh, 0))
		}
		return errors.Join(err, derr)
	}
	delete(config.Metadata, metaRestoring)
	return l.persist(ctx, func(ctx context.Context) error {
		s, err := l.js.UpdateStream(ctx, config)
		if err == nil {
			_, err = l.epochOf(&s.CachedInfo().Config)
		}
		return err
	})
}

// replace deletes the log's stream and makes another.
func (l *Log) replace(ctx context.Context, c js.StreamConfig) error {
	err := l.persist(ctx, func(ctx context.Context) error {
		err := l.js.DeleteStream(ctx, c.Name)
		if errors.Is(err, js.ErrStreamNotFound) {
			err = nil
		}
		return err
	})
	if err != nil {
		return err
	}
	info, err := l.stream(ctx, c)
	if err == nil && info.Config.Metadata[metaEpoch] != c.Metadata[metaEpoch] {
		err = &ConfigError{c.Name, metaEpoch, info.Config.Metadata[metaEpoch]}
	}
	if err == nil {
		_, err = l.epochOf(&info.Config)
	}
	return err
}

func (l *Log) load(ctx context.Context, records iter.Seq2[log.Record, error]) error {
	var batch []log.Entry
	size := 0
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		_, err := l.append(ctx, batch)
		batch, size = batch[:0], 0
		return err
	}
	for r, err := range records {
		if err != nil {
			return err
		}
		e := log.Entry{Key: r.Key, Value: r.Value, Tombstone: r.Tombstone, Op: r.Op, Expect: log.At(0)}
		if err := log.Check([]log.Entry{e}); err != nil {
			return err
		}
		batch, size = append(batch, e), size+len(e.Value)
		if len(batch) == log.MaxBatch || size > 4<<20 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}
