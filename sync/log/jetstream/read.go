package jetstream

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"github.com/faellesskabsby/vejviser/sync/log"
)

// A reading begins with a few requests to the leader, which is all that most
// need, and goes on in bulk from whichever replica answers.
const (
	fromLeader = 8
	bulk       = 4000
	bulkBytes  = 8 << 20
)

// info asks the leader of a stream.
func (l *Log) info(ctx context.Context, stream string) (*js.StreamInfo, error) {
	s, err := l.js.Stream(ctx, stream)
	if err != nil {
		return nil, err
	}
	return s.CachedInfo(), nil
}

// leader names the leader of the log's stream, once it has applied everything
// that this log was ever told of.
func (l *Log) leader(ctx context.Context) (name string, err error) {
	l.mu.Lock()
	seen := l.seen
	l.mu.Unlock()
	err = l.persist(ctx, func(ctx context.Context) error {
		info, err := l.info(ctx, l.o.logStream())
		if err != nil {
			return err
		}
		if info.Cluster != nil { // else it is one server without a cluster
			name = info.Cluster.Leader
		}
		if info.State.LastSeq < seen || info.Cluster != nil && name == "" {
			return errAgain
		}
		return nil
	})
	return name, err
}

// ask asks the leader of a stream for one message.
func (l *Log) ask(ctx context.Context, stream, request string) (*message, error) {
	var got struct {
		Error   *js.APIError `json:"error"`
		Message *message     `json:"message"`
	}
	err := l.persist(ctx, func(ctx context.Context) error {
		reply, err := l.nc.RequestWithContext(ctx, "$JS.API.STREAM.MSG.GET."+stream, []byte(request))
		if err != nil {
			return err
		}
		got.Error, got.Message = nil, nil
		if err := json.Unmarshal(reply.Data, &got); err != nil {
			return fmt.Errorf("jetstream: %w", err)
		}
		switch {
		case got.Error != nil && got.Error.ErrorCode == codeNoMessage:
			return log.ErrNotFound
		case got.Error != nil:
			return got.Error
		case got.Message == nil:
			return errors.New("jetstream: an answer without a message")
		}
		return nil
	})
	return got.Message, err
}

// message is one as the leader gives it.
type message struct {
	Subject string `json:"subject"`
	Seq     uint64 `json:"seq"`
	Header  []byte `json:"hdrs"`
	Data    []byte `json:"data"`
}

func (l *Log) record(m *message) (log.Record, error) {
	h, err := nats.DecodeHeadersMsg(m.Header)
	if err != nil {
		return log.Record{}, fmt.Errorf("jetstream: message %d: %w", m.Seq, err)
	}
	return l.recordOf(m.Subject, m.Seq, h, m.Data)
}

func (l *Log) recordOf(subject string, seq uint64, h nats.Header, value []byte) (r log.Record, err error) {
	key, ok := strings.CutPrefix(subject, l.o.prefix())
	op, err := url.QueryUnescape(h.Get(headerOp))
	if !ok || err != nil || !log.ValidKey(key) || op == "" {
		return r, fmt.Errorf("jetstream: message %d on %s is none of this log's", seq, subject)
	}
	if value == nil {
		value = []byte{}
	}
	return log.Record{Seq: seq, Key: key, Value: value, Tombstone: h.Get(headerGone) != "", Op: op}, nil
}

// Last is log.Log's.
func (l *Log) Last(ctx context.Context, key string) (log.Record, error) {
	if err := l.open(ctx); err != nil {
		return log.Record{}, err
	}
	if !log.ValidKey(key) {
		return log.Record{}, &log.InvalidError{Key: key, Reason: "key"}
	}
	return l.last(ctx, key)
}

func (l *Log) last(ctx context.Context, key string) (log.Record, error) {
	m, err := l.ask(ctx, l.o.logStream(), fmt.Sprintf(`{"last_by_subj":%q}`, l.o.prefix()+key))
	if err != nil {
		return log.Record{}, err
	}
	return l.record(m)
}

// next asks the leader for the first record at or after a sequence.
func (l *Log) next(ctx context.Context, seq uint64) (log.Record, error) {
	m, err := l.ask(ctx, l.o.logStream(), fmt.Sprintf(`{"seq":%d,"next_by_subj":%q}`, seq, l.o.prefix()+">"))
	if err != nil {
		return log.Record{}, err
	}
	return l.record(m)
}

// State is log.Log's.
func (l *Log) State(ctx context.Context) (log.State, error) {
	if err := l.open(ctx); err != nil {
		return log.State{}, err
	}
	return l.state(ctx)
}

func (l *Log) state(ctx context.Context) (s log.State, err error) {
	var info *js.StreamInfo
	err = l.persist(ctx, func(ctx context.Context) error {
		info, err = l.info(ctx, l.o.logStream())
		return err
	})
	if err != nil {
		return s, err
	}
	if s.Epoch, err = l.epochOf(&info.Config); err != nil {
		return s, err
	}
	if l.unfinished.Load() {
		return s, ErrUnfinished
	}
	s.Head = info.State.LastSeq
	if s.Floor, _, err = l.floor(ctx, s.Epoch, info.Config.Metadata); err != nil {
		return s, err
	}
	l.saw(s.Head)
	return s, nil
}

// Wait is log.Log's. The leader's announcements wake it; where they are lost, it
// asks once a second.
func (l *Log) Wait(ctx context.Context, after uint64) error {
	if err := l.open(ctx); err != nil {
		return err
	}
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		l.mu.Lock()
		seen, moved := l.seen, l.moved
		l.mu.Unlock()
		if seen > after {
			return nil
		}
		select {
		case <-moved:
		case <-ticker.C:
			if _, err := l.state(ctx); err != nil && !errors.Is(err, log.ErrUnavailable) {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		case <-l.ctx.Done():
			return log.ErrClosed
		}
	}
}

// Read is log.Log's. It is complete up to every sequence that this log has ever
// told anybody of, also where the leader has changed meanwhile.
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

var errEnough = errors.New("jetstream: enough")

func (l *Log) read(ctx context.Context, after uint64, fn func(log.Record) error) error {
	if err := l.open(ctx); err != nil {
		return err
	}
	s, err := l.state(ctx)
	if err != nil {
		return err
	}
	if after > 0 && after < s.Floor {
		return log.ErrBelowFloor
	}
	if _, err = l.readTo(ctx, after, s.Head, fn); err != nil {
		return err
	}
	// A purge meanwhile may have taken tombstones that this reader never saw.
	if after < s.Head {
		again, err := l.state(ctx)
		if err != nil {
			return err
		}
		if again.Epoch != s.Epoch || max(after, s.Floor) < again.Floor {
			return log.ErrBelowFloor
		}
	}
	return nil
}

// readTo reads what is after a position until everything up to head was seen.
func (l *Log) readTo(ctx context.Context, at, head uint64, fn func(log.Record) error) (uint64, error) {
	l.mu.Lock()
	head = max(head, l.seen)
	l.mu.Unlock()
	each := func(r log.Record) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if l.ctx.Err() != nil {
			return log.ErrClosed
		}
		if r.Seq <= at {
			return fmt.Errorf("jetstream: %d came behind %d", r.Seq, at)
		}
		at = r.Seq
		return fn(r)
	}
	for n := 0; at < head; n++ {
		r, err := l.next(ctx, at+1)
		if errors.Is(err, log.ErrNotFound) {
			// Nothing is there, if whoever said so is as far as we were told.
			if _, err := l.leader(ctx); err != nil {
				return at, err
			}
			if r, err = l.next(ctx, at+1); errors.Is(err, log.ErrNotFound) {
				return at, nil
			}
		}
		if err != nil {
			return at, err
		}
		l.saw(r.Seq)
		if err := each(r); err != nil {
			return at, err
		}
		if n >= fromLeader {
			if err := l.readBulk(ctx, &at, head, each); err != nil {
				return at, err
			}
		}
	}
	return at, nil
}

// readBulk reads from whichever replica answers, for as long as that gives
// anything up to head. What it does not give, the leader will.
func (l *Log) readBulk(ctx context.Context, at *uint64, head uint64, fn func(log.Record) error) error {
	for *at < head {
		n, err := l.readSome(ctx, *at+1, fn)
		if err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
	}
	return nil
}

// readSome asks for up to bulk messages from a sequence on. That some are
// missing at the end is no error.
func (l *Log) readSome(ctx context.Context, seq uint64, fn func(log.Record) error) (n int, err error) {
	inbox, in := l.nc.NewInbox(), make(chan *nats.Msg, bulk+1)
	sub, err := l.nc.ChanSubscribe(inbox, in)
	if err != nil {
		return 0, nil
	}
	defer func() { _ = sub.Unsubscribe() }() // of a connection that may be gone
	request := fmt.Sprintf(`{"seq":%d,"next_by_subj":%q,"batch":%d,"max_bytes":%d}`, seq, l.o.prefix()+">", bulk, bulkBytes)
	if err := l.nc.PublishRequest("$JS.API.DIRECT.GET."+l.o.logStream(), inbox, []byte(request)); err != nil {
		return 0, nil
	}
	l.mu.Lock()
	line := l.line
	l.mu.Unlock()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		var m *nats.Msg
		select {
		case m = <-in:
			timer.Reset(patience)
		case <-timer.C:
			return n, nil // nobody is there
		case <-line.Done():
			return n, nil // or the connection broke; fn knows whether for good
		case <-ctx.Done():
			return n, ctx.Err()
		}
		if m.Header.Get("Status") != "" {
			return n, nil // the end, or nothing there
		}
		seq, err := strconv.ParseUint(m.Header.Get("Nats-Sequence"), 10, 64)
		if err != nil {
			return n, errors.New("jetstream: a message without a sequence")
		}
		r, err := l.recordOf(m.Header.Get("Nats-Subject"), seq, m.Header, m.Data)
		if err != nil {
			return n, err
		}
		n++
		if err := fn(r); err != nil {
			return n, err
		}
	}
}
