package sim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
	"github.com/klauspost/compress/gzip"
)

// weather is how bad a line is: of a hundred requests, how many meet a fault.
type weather int

const (
	sunny  weather = 0
	cloudy weather = 6
	stormy weather = 35
)

// Faults of a line, and of whoever stands in between.
const (
	dropRequest = iota
	dropReply
	double    // the hub gets it twice; the second answer comes
	doubled   // the hub gets it twice; the first answer comes
	late      // the reply takes seconds
	hang      // the reply begins and does not go on
	cut       // the reply ends before its end
	bend      // bits of the reply change
	bendUp    // bits of the request change
	cutUp     // the request ends before its end, and the hub sees that
	stale     // an answer to an earlier request comes
	portal    // a login page answers
	proxyFail // a proxy says 502 or 503
	faultKinds
)

var faultNames = [faultKinds]string{"request dropped", "reply dropped", "doubled, second answer", "doubled, first answer", "late",
	"hung", "reply cut", "reply bent", "request bent", "request cut", "stale answer", "captive portal", "proxy error"}

// line is the way between one PC and the hub: an http.RoundTripper without a
// network. What goes wrong depends on the seed, the request and how often it was
// made, so that it does not matter which of two requests at once is first.
type line struct {
	w       *world
	who     string
	address string
	mu      sync.Mutex
	weather weather
	cutOff  bool
	seen    map[string]int
	old     map[string]*wireReply // a reply by path, to come once more
	look    func(path string, status int, body []byte)
}

type wireReply struct {
	status int
	header http.Header
	body   []byte
}

var errLine = errors.New("the line broke")

func (l *line) set(m weather) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.weather = m
}

// luck gives the dice for a request: the same for the same request of the same seed.
func (l *line) luck(r *http.Request) (*rand.Rand, weather) {
	key := r.Method + r.URL.Path
	if !strings.HasPrefix(r.URL.Path, protocol.PathChunk) && r.URL.Path != protocol.PathManifest {
		key = r.Method + " " + r.URL.Path
	}
	key += r.URL.Query().Get("feed")
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen[key]++
	h := fnv.New64a()
	fmt.Fprint(h, l.who, key, l.seen[key])
	return rand.New(rand.NewPCG(l.w.seed, h.Sum64())), l.weather
}

func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		r.Body.Close()
	}
	dice, m := l.luck(r)
	l.w.count("requests")
	fault := -1
	if dice.IntN(100) < int(m) {
		fault = dice.IntN(faultKinds)
		if fault == hang && dice.IntN(4) > 0 { // costs a minute each
			fault = late
		}
		l.w.count(faultNames[fault])
	}
	if err := rest(r.Context(), time.Duration(1+dice.IntN(80_000))*time.Microsecond); err != nil {
		return nil, err
	}
	if l.isCutOff() {
		l.w.count("partitioned")
		return nil, errLine
	}
	var rep *wireReply
	var err error
	switch fault {
	case dropRequest:
		return nil, errLine
	case portal:
		rep = &wireReply{200, http.Header{"Content-Type": {"text/html"}}, []byte("<html><body>Log ind på gæstenettet</body></html>")}
	case proxyFail:
		rep = &wireReply{502 + dice.IntN(2), http.Header{"Content-Type": {"text/html"}}, []byte("<html>Bad gateway</html>")}
	case stale:
		l.mu.Lock()
		rep = l.old[r.URL.Path]
		l.mu.Unlock()
	case bendUp:
		bent := bytes.Clone(body)
		if len(bent) > 0 {
			bent[dice.IntN(len(bent))] ^= 1 << dice.IntN(8)
		}
		// A TLS connection ends here. The hub gets it all the same, to be tried; the
		// machine hears nothing.
		_, _ = l.w.serve(r, bent, l.address)
		return nil, errLine
	case cutUp:
		if len(body) == 0 {
			return nil, errLine
		}
		_, _ = l.w.serve(r, body[:dice.IntN(len(body))], l.address)
		return nil, errLine
	case double, doubled:
		if rep, err = l.w.serve(r, body, l.address); err == nil {
			second, err2 := l.w.serve(r, body, l.address)
			if fault == double {
				rep, err = second, err2
			}
		}
	}
	if rep == nil && err == nil {
		rep, err = l.w.serve(r, body, l.address)
	}
	if err != nil {
		return nil, err
	}
	if fault != portal && fault != proxyFail {
		l.mu.Lock()
		if dice.IntN(3) == 0 {
			l.old[r.URL.Path] = rep
		}
		l.mu.Unlock()
		l.tell(r.URL.Path, rep)
		if l.look != nil {
			l.look(r.URL.Path, rep.status, rep.body)
		}
	}
	if err := rest(r.Context(), time.Duration(1+dice.IntN(60_000))*time.Microsecond); err != nil {
		return nil, err
	}
	res := &http.Response{Status: http.StatusText(rep.status), StatusCode: rep.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: maps.Clone(rep.header), ContentLength: int64(len(rep.body)), Request: r}
	b := &replyBody{ctx: r.Context(), b: bytes.NewReader(rep.body)}
	switch fault {
	case dropReply:
		return nil, errLine
	case late:
		if err := rest(r.Context(), time.Duration(1+dice.IntN(8))*time.Second); err != nil {
			return nil, err
		}
	case hang:
		b.b, b.hang = bytes.NewReader(rep.body[:dice.IntN(len(rep.body)+1)]), true
	case cut:
		b.b, b.err = bytes.NewReader(rep.body[:dice.IntN(len(rep.body)+1)]), io.ErrUnexpectedEOF
	case bend:
		bent := bytes.Clone(rep.body)
		for range 1 + dice.IntN(3) {
			if len(bent) > 0 {
				bent[dice.IntN(len(bent))] ^= 1 << dice.IntN(8)
			}
		}
		b.b = bytes.NewReader(bent)
	}
	res.Body = b
	return res, nil
}

// tell keeps what the hub answered to a push, whether it comes through or not.
func (l *line) tell(path string, rep *wireReply) {
	var p protocol.Pushed
	if path != protocol.PathOps || rep.status != http.StatusOK || json.Unmarshal(rep.body, &p) != nil {
		return
	}
	var b strings.Builder
	for _, a := range p.Answers {
		fmt.Fprintf(&b, " %d:%s", a.Counter, a.State)
		if a.Code != "" {
			fmt.Fprintf(&b, "(%s %s)", a.Code, a.Field)
		}
	}
	l.w.say("%-14s is answered%s", l.who, b.String())
}

func (l *line) isCutOff() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cutOff
}

func (l *line) CloseIdleConnections() {}

// replyBody gives what comes of a reply, and then the end that it has.
type replyBody struct {
	ctx    context.Context
	b      *bytes.Reader
	err    error
	hang   bool
	once   sync.Once
	closed chan struct{}
}

func (b *replyBody) done() chan struct{} {
	b.once.Do(func() { b.closed = make(chan struct{}) })
	return b.closed
}

func (b *replyBody) Read(p []byte) (int, error) {
	n, err := b.b.Read(p)
	if err == nil || err != io.EOF {
		return n, err
	}
	if b.hang {
		select {
		case <-b.ctx.Done():
			return 0, b.ctx.Err()
		case <-b.done():
			return 0, errLine
		}
	}
	if b.err != nil {
		return 0, b.err
	}
	return 0, io.EOF
}

func (b *replyBody) Close() error {
	select {
	case <-b.done():
	default:
		close(b.done())
	}
	return nil
}

// rest waits in the bubble's time.
func rest(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// poison is what a suggestion says on which the hub fails, whoever sends it.
const poison = "zzgift"

// serve has the hub of the moment answer, as an HTTP server would.
func (w *world) serve(r *http.Request, body []byte, from string) (*wireReply, error) {
	st := w.station()
	if st == nil {
		return nil, errLine
	}
	defer st.calls.Done()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(st.ctx, cancel)()
	q := r.Clone(ctx)
	q.RemoteAddr, q.RequestURI, q.Host = from, r.URL.RequestURI(), r.URL.Host
	q.Body, q.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	if poisoned(q, body) {
		w.count("poisoned pushes")
		return &wireReply{500, http.Header{"Content-Type": {"text/plain"}}, []byte("nil pointer")}, nil
	}
	rec := httptest.NewRecorder()
	broken := func() (p any) {
		defer func() { p = recover() }()
		st.handler.ServeHTTP(rec, q)
		return nil
	}()
	if broken != nil {
		if broken != http.ErrAbortHandler {
			w.wrong("the hub panicked: %v", broken)
		}
		return nil, errLine
	}
	if st.ctx.Err() != nil { // it was killed under way
		return nil, errLine
	}
	return &wireReply{rec.Code, rec.Header(), rec.Body.Bytes()}, nil
}

func poisoned(q *http.Request, body []byte) bool {
	if q.URL.Path != protocol.PathOps {
		return false
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return false
	}
	plain, err := io.ReadAll(z)
	return err == nil && bytes.Contains(plain, []byte(poison))
}
