package hub

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/log/embedded"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
	"github.com/klauspost/compress/zstd"
)

func TestMain(m *testing.M) {
	localdb.CheckIfAsked()
	if dir := os.Getenv(childDir); dir != "" {
		if err := beHub(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// rig is a real hub with the embedded log, behind a real HTTP server.
type rig struct {
	t     testing.TB
	dir   string
	clock atomic.Int64 // added to the real time, in nanoseconds
	log   log.Log
	hub   *Hub
	srv   *httptest.Server
	wrap  func(log.Log) log.Log
	open  func(t testing.TB, dir string) log.Log
	opt   func(*Options)

	revocations string // list that the next restore is given
}

func newRig(t testing.TB, opts ...func(*rig)) *rig {
	t.Helper()
	r := &rig{t: t, dir: filepath.Join(t.TempDir(), "hub"), wrap: func(l log.Log) log.Log { return l }, open: openLog, opt: func(*Options) {}}
	for _, o := range opts {
		o(r)
	}
	r.start()
	t.Cleanup(r.stop)
	return r
}

func (r *rig) now() time.Time { return time.Now().Add(time.Duration(r.clock.Load())) }

func (r *rig) pass(d time.Duration) { r.clock.Add(int64(d)) }

func (r *rig) options() Options {
	o := Options{Dir: r.dir, Log: r.log, Name: "Lindeby hub", Now: r.now, Rand: rand.Reader}
	r.opt(&o)
	return o
}

func openLog(t testing.TB, dir string) log.Log {
	t.Helper()
	key, err := LogKey(dir, nil, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	l, err := embedded.Open(context.Background(), embedded.Options{Dir: filepath.Join(dir, "log"), Key: key})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (r *rig) start() {
	r.t.Helper()
	r.log = r.wrap(r.open(r.t, r.dir))
	h, err := Open(context.Background(), r.options())
	if err != nil {
		r.t.Fatal(err)
	}
	r.hub = h
	s := h.Server()
	r.srv = httptest.NewUnstartedServer(s.Handler)
	r.srv.Config.ReadHeaderTimeout, r.srv.Config.MaxHeaderBytes, r.srv.Config.ErrorLog = s.ReadHeaderTimeout, s.MaxHeaderBytes, s.ErrorLog
	r.srv.Start()
}

func (r *rig) stop() {
	if r.hub == nil {
		return
	}
	r.hub.Wake()
	r.srv.CloseClientConnections()
	r.srv.Close()
	if err := r.hub.Close(); err != nil {
		r.t.Error(err)
	}
	if err := r.log.Close(); err != nil {
		r.t.Error(err)
	}
	r.hub = nil
}

func (r *rig) restart() { r.stop(); r.start() }

// machine is a device that speaks the wire by hand.
type machine struct {
	t       testing.TB
	r       *rig
	id      string
	key     ed25519.PrivateKey
	token   string
	feeds   []record.Feed
	counter uint64
	epoch   uint64
	session protocol.Session
	version string // of the wire; "" is the newest
}

func (r *rig) invite(role protocol.Role, organisation string, municipalities ...string) protocol.Invitation {
	r.t.Helper()
	i, err := r.hub.Invite(context.Background(), Invitation{Role: role, Organisation: organisation, Municipalities: municipalities})
	if err != nil {
		r.t.Fatal(err)
	}
	inv, err := protocol.ParseInvitation(i.Code)
	if err != nil {
		r.t.Fatal(err)
	}
	return inv
}

func newKey(t testing.TB) ed25519.PrivateKey {
	_, k, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func enrolment(k ed25519.PrivateKey, secret string) protocol.Enrol {
	e := protocol.Enrol{Code: secret, Key: k.Public().(ed25519.PublicKey), Name: "Skranke 2", Program: "test"}
	e.Proof = ed25519.Sign(k, e.Text())
	return e
}

// join makes a device, with a session.
func (r *rig) join(role protocol.Role, organisation string, municipalities ...string) *machine {
	r.t.Helper()
	m := &machine{t: r.t, r: r, key: newKey(r.t)}
	var yes protocol.Enrolled
	m.post(protocol.PathDevices, enrolment(m.key, r.invite(role, organisation, municipalities...).Secret), &yes)
	m.id = yes.Device
	m.login()
	return m
}

func (m *machine) login() {
	m.t.Helper()
	if code := m.tryLogin(); code != http.StatusOK {
		m.t.Fatalf("session: %d", code)
	}
}

func (m *machine) tryLogin() int {
	m.t.Helper()
	var n protocol.Nonce
	m.post(protocol.PathNonce, protocol.Device{Device: m.id}, &n)
	q := protocol.SessionRequest{Device: m.id, Nonce: n.Nonce, Program: "test"}
	q.Signature = ed25519.Sign(m.key, q.Text(m.r.hub.Name()))
	b, err := json.Marshal(q)
	if err != nil {
		m.t.Fatal(err)
	}
	code, _, body := m.do(http.MethodPost, protocol.PathSession, nil, b)
	if code == http.StatusOK {
		m.session = protocol.Session{}
		if err := json.Unmarshal(body, &m.session); err != nil {
			m.t.Fatal(err)
		}
		m.token, m.feeds, m.epoch = m.session.Token, m.session.Feeds, m.session.Position.Epoch
	}
	return code
}

func (m *machine) do(method, path string, header map[string]string, body []byte) (int, http.Header, []byte) {
	m.t.Helper()
	q, err := http.NewRequest(method, m.r.srv.URL+path, bytes.NewReader(body))
	if err != nil {
		m.t.Fatal(err)
	}
	q.Header.Set(protocol.HeaderVersion, cmp.Or(m.version, "2"))
	if m.token != "" {
		q.Header.Set("Authorization", "Bearer "+m.token)
	}
	for k, v := range header {
		q.Header.Set(k, v)
	}
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(q)
	if err != nil {
		return 0, nil, nil
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, nil, b
	}
	return res.StatusCode, res.Header, b
}

func (m *machine) post(path string, v, into any) {
	m.t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		m.t.Fatal(err)
	}
	code, _, body := m.do(http.MethodPost, path, nil, b)
	if code != http.StatusOK {
		m.t.Fatalf("%s: %d %s", path, code, body)
	}
	if err := json.Unmarshal(body, into); err != nil {
		m.t.Fatal(err)
	}
}

func packed(t testing.TB, v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return gzipped(t, b)
}

var zippers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

func gzipped(t testing.TB, b []byte) []byte {
	var out bytes.Buffer
	z := zippers.Get().(*gzip.Writer)
	defer zippers.Put(z)
	z.Reset(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// op makes a signed operation under the next counter.
func (m *machine) op(kind string, body any) protocol.Op {
	m.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		m.t.Fatal(err)
	}
	m.counter++
	o := protocol.Op{Counter: m.counter, ID: uuid.NewString(), Kind: kind, V: 1, At: m.r.now().UTC(), Body: b}
	o.Signature = ed25519.Sign(m.key, o.Text(m.id))
	return o
}

func (m *machine) tryPush(ops ...protocol.Op) (int, protocol.Pushed) {
	m.t.Helper()
	code, _, body := m.do(http.MethodPost, protocol.PathOps, map[string]string{"Content-Encoding": "gzip"}, packed(m.t, protocol.Push{Epoch: m.epoch, Ops: ops}))
	var out protocol.Pushed
	if code == http.StatusOK {
		if err := json.Unmarshal(body, &out); err != nil {
			m.t.Fatal(err)
		}
	}
	return code, out
}

func (m *machine) push(ops ...protocol.Op) []protocol.Answer {
	m.t.Helper()
	code, out := m.tryPush(ops...)
	if code != http.StatusOK || len(out.Answers) != len(ops) {
		m.t.Fatalf("push: %d, %d answers", code, len(out.Answers))
	}
	return out.Answers
}

// all is the state of every answer.
func states(as []protocol.Answer) string {
	var out []string
	for _, a := range as {
		s := string(a.State)
		if a.Code != "" {
			s += ":" + a.Code
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

var unpacker, _ = zstd.NewReader(nil)

func unzip(t testing.TB, b []byte) []byte {
	t.Helper()
	out, err := unpacker.DecodeAll(b, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func lines(t testing.TB, b []byte) (out []protocol.Line) {
	t.Helper()
	for l := range strings.Lines(string(unzip(t, b))) {
		var x protocol.Line
		if err := json.Unmarshal([]byte(l), &x); err != nil {
			t.Fatal(err)
		}
		out = append(out, x)
	}
	return out
}

// changes fetches everything after a position.
func (m *machine) changes(after uint64, more string) ([]protocol.Line, *protocol.Trailer) {
	m.t.Helper()
	path := protocol.PathChanges + "?after=" + protocol.FormatPosition(record.Position{Epoch: m.epoch, Seq: after}) + "&feeds=" + protocol.FeedsPrint(m.feeds) + more
	code, _, body := m.do(http.MethodGet, path, nil, nil)
	if code != http.StatusOK {
		m.t.Fatalf("changes: %d %s", code, body)
	}
	ls := lines(m.t, body)
	return ls[:len(ls)-1], ls[len(ls)-1].Trailer
}

// community makes one in a municipality.
func community(name, municipality string) *directory.Community {
	return &directory.Community{ID: uuid.NewString(), Name: name, Places: []directory.Place{{Name: "Salen", Municipality: municipality}}}
}

func (r *rig) put(cs ...*directory.Community) {
	r.t.Helper()
	im := NewImporting(r.hub.Identify)
	for _, c := range cs {
		if err := im.Put(c); err != nil {
			r.t.Fatal(err)
		}
	}
	if _, err := r.hub.Import(context.Background(), im.Edits(), nil); err != nil {
		r.t.Fatal(err)
	}
}

func newReferral(t testing.TB, organisation string) *referral.Referral {
	t.Helper()
	code, err := referral.Draw(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &referral.Referral{ID: uuid.NewString(), Code: code, At: "2026-11-24", Organisation: organisation, Depth: referral.Guided, Communities: []string{uuid.NewString()}}
}

func event(code referral.Code, k referral.Kind) *referral.Event {
	return &referral.Event{ID: uuid.NewString(), Code: code, Kind: k, On: "2026-11-24"}
}

func kindsOf(ls []protocol.Line) map[record.Kind]int {
	n := map[record.Kind]int{}
	for _, l := range ls {
		if l.Record != nil {
			n[l.Record.Kind]++
		}
	}
	return n
}

func sign(m *machine, o *protocol.Op) []byte { return ed25519.Sign(m.key, o.Text(m.id)) }
