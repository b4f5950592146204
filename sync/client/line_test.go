package client

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// pipes is a network within this process, for tests whose time is not real: a
// listener, the way to dial it, and what goes wrong on the way.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once

	mu    sync.Mutex
	fault func() fault // of the next connection
	mute  bool         // new connections take everything and answer nothing
	ups   int          // bytes sent and received over the connection dialled last
	downs int
}

// fault cuts a connection after so many bytes; below 0 it does not.
type fault struct{ up, down int }

var sound = fault{-1, -1}

var errCut = errors.New("the line is cut")

func newPipes() *pipes {
	return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	p.mu.Lock()
	f := sound
	if p.fault != nil {
		f = p.fault()
	}
	p.ups, p.downs = 0, 0
	mute := p.mute
	p.mu.Unlock()
	if mute {
		go func() {
			if _, err := io.Copy(io.Discard, far); err == nil {
				far.Close()
			}
		}()
		return near, nil
	}
	select {
	case p.conns <- pipeEnd{far}:
		return &line1{Conn: near, p: p, f: f}, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// pipeEnd has an address as a hub expects one.
type pipeEnd struct{ net.Conn }

func (pipeEnd) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 2} }

// line1 is one connection that may be cut.
type line1 struct {
	net.Conn
	p        *pipes
	f        fault
	up, down int
}

func (l *line1) Write(b []byte) (int, error) {
	if l.f.up >= 0 && l.up+len(b) > l.f.up {
		n, _ := l.Conn.Write(b[:l.f.up-l.up])
		l.up += n
		l.Close()
		return n, errCut
	}
	n, err := l.Conn.Write(b)
	l.up += n
	l.p.count(n, 0)
	return n, err
}

func (l *line1) Read(b []byte) (int, error) {
	if l.f.down >= 0 {
		if l.down >= l.f.down {
			l.Close()
			return 0, errCut
		}
		b = b[:min(len(b), l.f.down-l.down)]
	}
	n, err := l.Conn.Read(b)
	l.down += n
	l.p.count(0, n)
	return n, err
}

func (p *pipes) silence(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mute = on
}

func (p *pipes) count(up, down int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ups += up
	p.downs += down
}

func (p *pipes) transport() *http.Transport {
	return &http.Transport{DialContext: p.dial, DisableKeepAlives: true, DisableCompression: true}
}

// world is a hub and its machines in a bubble of time that is not real.
type world struct {
	*hubs
	net *pipes
}

// inBubble runs a test with a hub, in time that passes when nobody works.
func inBubble(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		w := &world{net: newPipes()}
		h, l := openHub(t, dir, nil)
		w.hubs = &hubs{Hub: h, url: "http://localhost"}
		srv := &http.Server{Handler: h.Handler()}
		served := make(chan struct{})
		go func() {
			defer close(served)
			if err := srv.Serve(w.net); !errors.Is(err, http.ErrServerClosed) {
				t.Error(err)
			}
		}()
		defer func() {
			h.Wake()
			if err := srv.Close(); err != nil {
				t.Error(err)
			}
			<-served
			if err := errors.Join(h.Close(), l.Close()); err != nil {
				t.Error(err)
			}
		}()
		test(t, w)
	})
}

// machine enrols a machine over the network of the bubble, and gives it with what
// ends it.
func (w *world) machine(t *testing.T, role protocol.Role, organisation string, change ...func(*Options)) (*pc, func()) {
	t.Helper()
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: t.TempDir(), Create: true})
	if err != nil {
		t.Fatal(err)
	}
	rt := w.net.transport()
	o := Options{Store: s, Program: "test/1", Transport: rt}
	if err := Enrol(context.Background(), o, w.url, w.invite(t, role, organisation), "Skranke 1"); err != nil {
		t.Fatal(err)
	}
	for _, fn := range change {
		fn(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return &pc{c, s}, func() {
		c.Close()
		rt.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
