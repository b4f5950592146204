package jetstream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/log/logtest"
)

func put(key, value string) log.Entry {
	return log.Entry{Key: key, Value: []byte(value), Op: "op-" + value}
}

// The configuration file is what makes an acknowledgement worth something.
func TestTheConfigurationSyncsAlwaysAndKeepsThreeCopies(t *testing.T) {
	t.Parallel()
	c := shared.get(t)
	for _, n := range c.Nodes {
		o, err := n.Server.JetStreamConfig(), error(nil)
		if err != nil || o == nil || !o.SyncAlways || o.StoreDir == "" {
			t.Errorf("%s: %+v", n.Name, o)
		}
	}
	l := openLog(t, options(c))
	defer l.Close()
	for _, stream := range []string{l.o.logStream(), l.o.floorStream()} {
		info, err := l.info(context.Background(), stream)
		if err != nil {
			t.Fatal(err)
		}
		if info.Config.Replicas != 3 || len(info.Cluster.Replicas) != 2 || info.Config.Compression != js.NoCompression {
			t.Errorf("%s: %+v", stream, info.Config)
		}
	}
}

// A stream that would not keep a log's promises is refused, with what is wrong.
func TestAStreamThatCannotKeepALogIsRefused(t *testing.T) {
	t.Parallel()
	c := shared.get(t)
	ctx := context.Background()
	l := openLog(t, options(c))
	defer l.Close()
	for setting, spoil := range map[string]func(*js.StreamConfig){
		"compression":          func(c *js.StreamConfig) { c.Compression = js.S2Compression },
		"replicas":             func(c *js.StreamConfig) { c.Replicas = 1 },
		"discard":              func(c *js.StreamConfig) { c.Discard = js.DiscardOld },
		"max_bytes":            func(c *js.StreamConfig) { c.MaxBytes = -1 },
		"max_msgs_per_subject": func(c *js.StreamConfig) { c.MaxMsgsPerSubject = 2 },
		"a limit of":           func(c *js.StreamConfig) { c.MaxAge = time.Hour },
		"allow_atomic":         func(c *js.StreamConfig) { c.AllowAtomicPublish = false },
		"republish":            func(c *js.StreamConfig) { c.RePublish = nil },
		"storage":              func(c *js.StreamConfig) { c.Storage = js.MemoryStorage },
		metaEpoch:              func(c *js.StreamConfig) { c.Metadata = nil },
	} {
		o := options(c)
		config := (&Log{o: o}).config(4711, 0)
		config.Replicas = 3
		spoil(&config)
		if _, err := l.js.CreateStream(ctx, config); err != nil {
			t.Fatal(setting, err)
		}
		var bad *ConfigError
		if _, err := Open(ctx, o); !errors.As(err, &bad) || bad.Setting != setting {
			t.Errorf("%s: %v", setting, err)
		}
	}
}

func closeLog(t testing.TB, l *Log) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// Several hub nodes begin with an empty cluster at the same moment, write and
// purge at the same time, and hear of each other.
func TestHubNodesShareOneLog(t *testing.T) {
	t.Parallel()
	c := shared.get(t)
	o := options(c)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	logs := make([]*Log, 3)
	var wg sync.WaitGroup
	for i := range logs {
		wg.Go(func() {
			var err error
			if logs[i], err = Open(ctx, o); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	woken := make(chan error, 1)
	go func() { woken <- logs[2].Wait(ctx, 0) }()
	var mu sync.Mutex
	var acks []logtest.Ack
	load, enough := context.WithCancel(ctx)
	for i, l := range logs {
		wg.Go(func() {
			err := logtest.Load(load, l, fmt.Sprint("n", i), 3, 3, func(a logtest.Ack) {
				mu.Lock()
				defer mu.Unlock()
				if acks = append(acks, a); len(acks) == 150 {
					enough()
				}
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	enough()
	if err := <-woken; err != nil {
		t.Errorf("the third node was not woken: %v", err)
	}
	a, err := logtest.Audit(ctx, logs[0], acks)
	if err != nil || a.Lost+a.Duplicated+a.Forked > 0 {
		t.Errorf("%+v, %v", a, err)
	}
	for i, l := range logs {
		wg.Go(func() {
			if err := l.Purge(ctx, uint64(100+i)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var first log.State
	for i, l := range logs {
		s, err := l.State(ctx)
		if err != nil || s.Floor != 102 || s.Epoch == 0 || i > 0 && s != first {
			t.Errorf("node %d: %+v, %v, the first: %+v", i, s, err, first)
		}
		first = s
		closeLog(t, l)
	}
}

// A restore that never ended leaves a log that does nothing but be restored.
func TestAnUnfinishedRestoreIsSeenAndDoneAgain(t *testing.T) {
	t.Parallel()
	c := shared.get(t)
	o := options(c)
	ctx := context.Background()
	l := openLog(t, o)
	config := l.config(4711, 500)
	config.Metadata[metaRestoring] = "1"
	if err := l.replace(ctx, config); err != nil { // and here the hub was killed
		t.Fatal(err)
	}
	closeLog(t, l)
	l = openLog(t, o)
	defer l.Close()
	if _, err := l.State(ctx); !errors.Is(err, ErrUnfinished) {
		t.Errorf("state: %v", err)
	}
	if _, err := l.Append(ctx, []log.Entry{put("a", "1")}); !errors.Is(err, ErrUnfinished) {
		t.Errorf("append: %v", err)
	}
	err := l.Restore(ctx, 4712, 600, func(yield func(log.Record, error) bool) {
		yield(log.Record{Key: "a", Value: []byte("1"), Op: "op"}, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	if s, err := l.State(ctx); err != nil || s != (log.State{Epoch: 4712, Head: 601, Floor: 600}) {
		t.Errorf("%+v, %v", s, err)
	}
}

// A log that is full says so and keeps no half of a batch; one server without a
// cluster too, which is how a developer may try it.
func TestAFullLogIsSaid(t *testing.T) {
	t.Parallel()
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: -1, NoLog: true, NoSigs: true,
		JetStream: true, StoreDir: t.TempDir(), JetStreamMaxStore: 64 << 20, SyncAlways: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	defer func() { s.Shutdown(); s.WaitForShutdown() }()
	if !s.ReadyForConnections(5 * time.Second) {
		t.Fatal("it did not start")
	}
	for _, o := range []Options{
		{URL: s.ClientURL(), Replicas: 1}, {URL: shared.get(t).URL()},
	} {
		o.Name, o.MaxBytes = freshName(), 4<<20
		l := openLog(t, o)
		ctx := context.Background()
		value := make([]byte, 200<<10)
		err = nil
		for i := 0; err == nil && i < 60; i++ {
			_, err = l.Append(ctx, []log.Entry{
				{Key: fmt.Sprint("a.", i), Value: value, Op: "op", Expect: log.At(0)}, {Key: fmt.Sprint("b.", i), Value: value, Op: "op"}})
		}
		if !errors.Is(err, log.ErrFull) {
			t.Errorf("%d replicas: a full log said %v", o.Replicas, err)
		}
		n := 0
		for _, err := range l.Read(ctx, 0) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n == 0 || n%2 != 0 {
			t.Errorf("%d replicas: %d records", o.Replicas, n)
		}
		closeLog(t, l)
	}
}

// line is a line to a server that can lose what comes back, or break.
type line struct {
	net.Listener
	to    string
	mu    sync.Mutex
	deaf  bool
	conns []net.Conn
}

func newLine(t *testing.T, to string) *line {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &line{Listener: ln, to: to}
	t.Cleanup(func() { _ = ln.Close(); p.cut() })
	go func() {
		for {
			in, err := ln.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", to)
			if err != nil {
				_ = in.Close()
				continue
			}
			p.mu.Lock()
			p.conns = append(p.conns, in, out)
			p.mu.Unlock()
			go func() { _, _ = io.Copy(out, in); _ = out.Close() }()
			go p.back(in, out)
		}
	}()
	return p
}

// back carries what the server says, unless the line is deaf.
func (p *line) back(in, out net.Conn) {
	defer in.Close()
	b := make([]byte, 64<<10)
	for {
		n, err := out.Read(b)
		if err != nil {
			return
		}
		p.mu.Lock()
		deaf := p.deaf
		p.mu.Unlock()
		if deaf {
			continue
		}
		if _, err := in.Write(b[:n]); err != nil {
			return
		}
	}
}

func (p *line) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.conns, p.deaf = nil, false
}

func (p *line) lose() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deaf = true
}

// The line loses answers and breaks, again and again: each append still happens
// exactly once, and who asked learns it.
func TestALostAnswerIsNotALostAppendNorASecondOne(t *testing.T) {
	t.Parallel()
	c := shared.get(t)
	p := newLine(t, c.Nodes[0].Clients)
	name := freshName()
	l := openLog(t, Options{URL: "nats://" + p.Addr().String(), Name: name, MaxBytes: room, Connect: []nats.Option{nats.IgnoreDiscoveredServers()}})
	defer l.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	var mu sync.Mutex
	var acks []logtest.Ack
	loaded := make(chan error, 1)
	counted := &counting{Log: l}
	go func() {
		loaded <- logtest.Load(ctx, counted, "w", 6, 3, func(a logtest.Ack) {
			mu.Lock()
			defer mu.Unlock()
			acks = append(acks, a)
		})
	}()
	for range 10 {
		mu.Lock()
		had := len(acks)
		mu.Unlock()
		for n := had; n < had+10; time.Sleep(time.Millisecond) {
			mu.Lock()
			n = len(acks)
			mu.Unlock()
			if t.Failed() || ctx.Err() != nil {
				return
			}
		}
		p.lose()
		time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
		p.cut()
	}
	cancel()
	if err := <-loaded; err != nil {
		t.Fatal(err)
	}
	a, err := logtest.Audit(context.Background(), l, acks)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v, %d answers came as unknown", a, counted.unknown)
	if a.Lost+a.Duplicated+a.Forked > 0 || a.Acknowledged < 100 {
		t.Errorf("%+v", a)
	}
}
