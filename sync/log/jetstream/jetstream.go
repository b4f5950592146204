// Package jetstream is the log on a NATS JetStream cluster of three nodes, for a
// hub that has outgrown one machine. Hub nodes are then without state of their
// own, and several may use one log at the same time.
//
// Two streams make a log, both of three replicas in files, uncompressed:
//
//	<name>-log    subject <name>.log.<key>; one message a key, its last value.
//	              Headers say the operation and whether it is a tombstone. The
//	              stream's metadata hold the epoch, and the floor it began with.
//	<name>-floor  subject <name>.floor; one message: how far the floor has risen.
//
// What is stored is announced by the leader, headers only, on <name>.new.<key>.
//
// Nothing here rests on message ids: their window is two minutes, and a PC comes
// back after days. A batch is an atomic publish with an expected sequence per
// subject, so that doing it again is refused where it was done. Reads that must
// be current go to the leader; the bulk may come from any replica, and is held
// against the leader before it counts as complete.
//
// The cluster must sync always (assets/packaging/nats-server.conf); a client
// cannot see whether it does. The package knows NATS. It must not know what a
// value means.
package jetstream

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"github.com/faellesskabsby/vejviser/sync/log"
)

// Options says which log to open.
type Options struct {
	URL      string        // nats://host:4222[,nats://host:4222…], tls:// alike
	Name     string        // of the log; "" is "vejviser"
	Replicas int           // 0 is 3
	MaxBytes int64         // room that the cluster reserves for the log when it is made; 0 is 4 GiB
	Hold     time.Duration // how long an append waits out a fail-over; 0 is 12 s
	Rand     io.Reader     // nil: crypto/rand
	Log      *slog.Logger  // nil: silence
	Connect  []nats.Option // credentials, certificates
}

// ConfigError says that a stream of the name exists and cannot be this log.
type ConfigError struct{ Stream, Setting, Value string }

func (e *ConfigError) Error() string {
	return fmt.Sprintf("jetstream: stream %s has %s %s", e.Stream, e.Setting, e.Value)
}

// ErrUnfinished means that a restore was begun and not finished. Only Restore
// can be done now.
var ErrUnfinished = errors.New("jetstream: a restore was not finished; restore again")

// Log is a log on a cluster. It is safe for concurrent use.
type Log struct {
	o    Options
	nc   *nats.Conn
	js   js.JetStream
	ctx  context.Context // ends with Close
	stop context.CancelFunc
	busy chan struct{} // one token for each batch under way

	unfinished atomic.Bool

	mu    sync.Mutex
	epoch uint64
	seen  uint64        // the highest sequence that anybody here was told of
	moved chan struct{} // closed when seen moves
	line  context.Context
	cut   context.CancelFunc // ends line when the connection breaks
}

var (
	_ log.Log      = (*Log)(nil)
	_ log.Restorer = (*Log)(nil)
)

// inflight is how many batches one hub node has under way: the cluster takes 50
// of a stream at a time, from all nodes together.
const inflight = 12

// Metadata of the log's stream.
const (
	metaEpoch     = "vejviser.epoch"
	metaFloor     = "vejviser.floor" // where it began
	metaRestoring = "vejviser.restoring"
)

func (o *Options) fill() error {
	if o.Name == "" {
		o.Name = "vejviser"
	}
	if !log.ValidKey(o.Name) || strings.Contains(o.Name, ".") {
		return fmt.Errorf("jetstream: %q cannot be the name of a log", o.Name)
	}
	if o.Replicas == 0 {
		o.Replicas = 3
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 4 << 30
	}
	if o.Hold == 0 {
		o.Hold = 12 * time.Second
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return nil
}

func (o *Options) logStream() string   { return o.Name + "-log" }
func (o *Options) floorStream() string { return o.Name + "-floor" }
func (o *Options) prefix() string      { return o.Name + ".log." }
func (o *Options) news() string        { return o.Name + ".new." }

// Open connects to the cluster and opens the log, or makes it where it is
// missing. Errors: *ConfigError, log.ErrUnavailable, those of ctx.
func Open(ctx context.Context, o Options) (*Log, error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	l := &Log{o: o, busy: make(chan struct{}, inflight), moved: make(chan struct{})}
	l.ctx, l.stop = context.WithCancel(context.Background())
	l.newLine()
	if err := l.connect(ctx); err != nil {
		l.stop()
		return nil, err
	}
	if err := l.begin(ctx); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// connect never waits for an answer longer than a few seconds on a line that is
// dead, and never sends later what could not be sent at once: an append decides
// itself what to do again.
func (l *Log) connect(ctx context.Context) (err error) {
	options := append([]nats.Option{
		nats.Name("vejviser-hub"),
		nats.MaxReconnects(-1), nats.ReconnectWait(200 * time.Millisecond), nats.ReconnectJitter(200*time.Millisecond, 500*time.Millisecond),
		nats.ReconnectBufSize(-1),
		nats.Timeout(2 * time.Second), nats.PingInterval(2 * time.Second), nats.MaxPingsOutstanding(2),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { l.o.Log.Warn("nats", "err", err) }),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			l.o.Log.Info("nats: disconnected", "err", err)
			l.newLine()
		}),
		nats.ReconnectHandler(func(c *nats.Conn) { l.o.Log.Info("nats: connected again", "to", c.ConnectedUrlRedacted()) }),
	}, l.o.Connect...)
	err = l.persist(ctx, func(context.Context) error {
		l.nc, err = nats.Connect(l.o.URL, options...)
		return err
	})
	if err != nil {
		return err
	}
	l.js, err = js.New(l.nc)
	if err == nil {
		_, err = l.nc.Subscribe(l.o.news()+">", l.announced)
	}
	if err != nil {
		l.nc.Close()
		return fmt.Errorf("jetstream: %w", err)
	}
	return nil
}

// newLine ends what waits for an answer on a connection that broke.
func (l *Log) newLine() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut != nil {
		l.cut()
	}
	l.line, l.cut = context.WithCancel(l.ctx)
}

// announced hears of a message that the leader has stored.
func (l *Log) announced(m *nats.Msg) {
	if seq, err := strconv.ParseUint(m.Header.Get("Nats-Sequence"), 10, 64); err == nil {
		l.saw(seq)
	}
}

// saw notes a sequence that is known to be stored.
func (l *Log) saw(seq uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if seq > l.seen {
		l.seen = seq
		close(l.moved)
		l.moved = make(chan struct{})
	}
}

// begin makes the streams where they are missing, and looks at them.
func (l *Log) begin(ctx context.Context) error {
	epoch, err := l.drawEpoch()
	if err != nil {
		return err
	}
	config := l.config(epoch, 0)
	info, err := l.stream(ctx, config)
	if err != nil {
		return err
	}
	if err := l.fits(&info.Config, &config); err != nil {
		return err
	}
	if _, err := l.epochOf(&info.Config); err != nil {
		return err
	}
	floor := js.StreamConfig{
		Name: l.o.floorStream(), Subjects: []string{l.o.Name + ".floor"},
		Storage: js.FileStorage, Replicas: l.o.Replicas, MaxMsgsPerSubject: 1,
		MaxBytes: 1 << 20, Discard: js.DiscardNew,
	}
	info, err = l.stream(ctx, floor)
	if err != nil {
		return err
	}
	return l.fits(&info.Config, &floor)
}

// config is that of the log's stream. Its room is reserved, and what does not
// fit is refused before anything of it is stored: a server that meets a limit of
// its own in the middle of a batch keeps the first half (nats-server 2.14.9).
func (l *Log) config(epoch, floor uint64) js.StreamConfig {
	return js.StreamConfig{
		Name: l.o.logStream(), Subjects: []string{l.o.prefix() + ">"},
		Description: "Vejviser: the last value of each key",
		Storage:     js.FileStorage, Replicas: l.o.Replicas, MaxMsgsPerSubject: 1,
		MaxBytes: l.o.MaxBytes, Discard: js.DiscardNew,
		Compression: js.NoCompression, AllowAtomicPublish: true, AllowDirect: true,
		FirstSeq:  floor + 1,
		RePublish: &js.RePublish{Source: l.o.prefix() + ">", Destination: l.o.news() + ">", HeadersOnly: true},
		Metadata:  map[string]string{metaEpoch: strconv.FormatUint(epoch, 10), metaFloor: strconv.FormatUint(floor, 10)},
	}
}

// stream gives what the cluster has of a stream, and makes it where it is
// missing. Where two hub nodes do that at once, one of them finds the other's.
func (l *Log) stream(ctx context.Context, c js.StreamConfig) (info *js.StreamInfo, err error) {
	err = l.persist(ctx, func(ctx context.Context) error {
		info, err = l.info(ctx, c.Name)
		if !errors.Is(err, js.ErrStreamNotFound) {
			return err
		}
		s, err := l.js.CreateStream(ctx, c)
		if errors.Is(err, js.ErrStreamNameAlreadyInUse) {
			return errAgain
		}
		if err == nil {
			info = s.CachedInfo()
		}
		return err
	})
	return info, err
}

// fits refuses a stream that would not keep the promises of a log. Compressed
// ones are refused because a node with one never came back after a kill (nats-
// server 2.15.2, findings/sync §2.3).
func (l *Log) fits(have, want *js.StreamConfig) error {
	bad := func(setting string, value any) error {
		return &ConfigError{have.Name, setting, fmt.Sprint(value)}
	}
	switch {
	case have.Compression != js.NoCompression:
		return bad("compression", have.Compression)
	case have.Storage != js.FileStorage:
		return bad("storage", have.Storage)
	case have.Replicas != want.Replicas:
		return bad("replicas", have.Replicas)
	case have.Retention != js.LimitsPolicy:
		return bad("retention", have.Retention)
	case have.Discard != js.DiscardNew || have.DiscardNewPerSubject:
		return bad("discard", fmt.Sprint(have.Discard, ", per subject ", have.DiscardNewPerSubject))
	case have.MaxBytes <= 0:
		return bad("max_bytes", have.MaxBytes)
	case have.MaxMsgsPerSubject != 1:
		return bad("max_msgs_per_subject", have.MaxMsgsPerSubject)
	case have.MaxAge != 0 || have.MaxMsgs > 0:
		return bad("a limit of", fmt.Sprint(have.MaxAge, ", ", have.MaxMsgs, " messages"))
	case have.MaxMsgSize > 0 && have.MaxMsgSize < 1<<20:
		return bad("max_msg_size", have.MaxMsgSize)
	case have.DenyDelete || have.DenyPurge || have.Sealed || have.NoAck || have.Mirror != nil || len(have.Sources) > 0 || have.SubjectTransform != nil:
		return bad("a restriction", "that a log cannot live with")
	case want.AllowAtomicPublish && !have.AllowAtomicPublish:
		return bad("allow_atomic", false)
	case want.AllowDirect && !have.AllowDirect:
		return bad("allow_direct", false)
	case len(have.Subjects) != 1 || have.Subjects[0] != want.Subjects[0]:
		return bad("subjects", have.Subjects)
	case want.RePublish != nil && (have.RePublish == nil || *have.RePublish != *want.RePublish):
		return bad("republish", "other than to "+want.RePublish.Destination)
	}
	return nil
}

// epochOf reads the epoch of the log's stream. Another one than before is
// another log: what was seen of the old one counts no more.
func (l *Log) epochOf(c *js.StreamConfig) (uint64, error) {
	epoch, err := strconv.ParseUint(c.Metadata[metaEpoch], 10, 64)
	if err != nil || epoch == 0 || epoch > log.MaxSeq {
		return 0, &ConfigError{c.Name, metaEpoch, strconv.Quote(c.Metadata[metaEpoch])}
	}
	l.unfinished.Store(c.Metadata[metaRestoring] != "")
	l.mu.Lock()
	defer l.mu.Unlock()
	if epoch != l.epoch {
		l.epoch, l.seen = epoch, 0
	}
	return epoch, nil
}

// drawEpoch gives a number that no log had before: 52 random bits, never 0.
func (l *Log) drawEpoch() (uint64, error) {
	for {
		var b [8]byte
		if _, err := io.ReadFull(l.o.Rand, b[:]); err != nil {
			return 0, fmt.Errorf("jetstream: randomness: %w", err)
		}
		if epoch := binary.BigEndian.Uint64(b[:]) & log.MaxSeq; epoch > 0 {
			return epoch, nil
		}
	}
}

// Close is log.Log's. What is under way ends with log.ErrClosed, an append with
// log.ErrUnknown.
func (l *Log) Close() error {
	l.stop()
	if l.nc != nil {
		l.nc.Close()
	}
	return nil
}
