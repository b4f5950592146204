package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	stdlog "log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/client"
	"github.com/faellesskabsby/vejviser/sync/hub"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/log/jetstream"
	"github.com/faellesskabsby/vejviser/sync/log/jetstream/nodes"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// configFile is what an operator is told to use.
const configFile = "../../../assets/packaging/nats-server.conf"

func TestMain(m *testing.M) {
	nodes.RunIfAsked()
	localdb.CheckIfAsked()
	code := m.Run()
	trio.end()
	os.Exit(code)
}

// trio is the cluster of the tests here: three processes.
var trio natsCluster

type natsCluster struct {
	once sync.Once
	dir  string
	c    *nodes.Cluster
	err  error
}

func (n *natsCluster) get(t testing.TB) *nodes.Cluster {
	t.Helper()
	n.once.Do(func() {
		if n.dir, n.err = os.MkdirTemp("", "vejviser-cluster"); n.err != nil {
			return
		}
		if n.c, n.err = nodes.New(n.dir, configFile); n.err != nil {
			return
		}
		for _, x := range n.c.Nodes {
			if n.err = n.c.Start(x); n.err != nil {
				return
			}
		}
		n.err = n.c.Healthy(30 * time.Second)
	})
	if n.err != nil {
		t.Fatal(n.err)
	}
	return n.c
}

func (n *natsCluster) end() {
	if n.c == nil {
		return
	}
	for _, x := range n.c.Nodes {
		_ = x.Kill() // the test is over
	}
	_ = os.RemoveAll(n.dir)
}

// pair is two nodes of one hub, and in front of them a proxy.
type pair struct {
	t    testing.TB
	name string // of the log
	url  string // of the cluster
	node [2]*hubNode
	wrap func(i int, l log.Log) log.Log

	front *httptest.Server
	turn  atomic.Uint64
	only  atomic.Int64 // 1 or 2: all requests go to that node; 0: to each by turns
}

type hubNode struct {
	dir string
	hub *hub.Hub
	log log.Log
	srv *httptest.Server
}

var logs atomic.Int64

func newPair(t testing.TB, wrap func(int, log.Log) log.Log) *pair {
	t.Helper()
	if wrap == nil {
		wrap = func(_ int, l log.Log) log.Log { return l }
	}
	p := &pair{t: t, name: fmt.Sprint("pair-", logs.Add(1)), url: trio.get(t).URL(), wrap: wrap}
	p.node[0], p.node[1] = &hubNode{dir: filepath.Join(t.TempDir(), "a")}, &hubNode{dir: filepath.Join(t.TempDir(), "b")}
	p.start(0)
	p.copyIdentity(0, 1)
	p.start(1)
	proxy := &httputil.ReverseProxy{Rewrite: p.route, ErrorLog: stdlog.New(io.Discard, "", 0)}
	p.front = httptest.NewServer(proxy)
	t.Cleanup(func() {
		for i := range p.node {
			p.node[i].hub.Wake()
		}
		p.front.Close()
		p.stop(0)
		p.stop(1)
	})
	return p
}

// route sends each request to the next node, as the plainest of proxies does.
func (p *pair) route(r *httputil.ProxyRequest) {
	i := p.turn.Add(1) % 2
	if n := p.only.Load(); n > 0 {
		i = uint64(n - 1)
	}
	r.SetXForwarded()
	r.Out.URL.Scheme, r.Out.URL.Host = "http", p.node[i].srv.Listener.Addr().String()
}

// kept are the files that make a folder a node of the same hub: what the command
// says to copy, and what a node must not lose.
var kept = []string{"keys.json", "store.key", "identity.sealed"}

func (p *pair) copyIdentity(from, to int) {
	p.t.Helper()
	if err := os.MkdirAll(p.node[to].dir, 0o700); err != nil {
		p.t.Fatal(err)
	}
	for _, name := range kept {
		b, err := os.ReadFile(filepath.Join(p.node[from].dir, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(p.node[to].dir, name), b, 0o600)
		}
		if err != nil {
			p.t.Fatal(err)
		}
	}
}

func (p *pair) openLog() *jetstream.Log {
	p.t.Helper()
	l, err := jetstream.Open(context.Background(), jetstream.Options{URL: p.url, Name: p.name, MaxBytes: 128 << 20})
	if err != nil {
		p.t.Fatal(err)
	}
	return l
}

func (p *pair) start(i int) {
	p.t.Helper()
	n := p.node[i]
	n.log = p.wrap(i, p.openLog())
	var err error
	if n.hub, err = hub.Open(context.Background(), hub.Options{Dir: n.dir, Log: n.log, Name: "Lindeby hub", PublicURL: "https://lindeby.example"}); err != nil {
		p.t.Fatal(err)
	}
	s := n.hub.Server()
	n.srv = httptest.NewUnstartedServer(nil)
	n.srv.Config = s
	n.srv.Start()
}

func (p *pair) stop(i int) {
	p.t.Helper()
	n := p.node[i]
	if n.hub == nil {
		return
	}
	n.hub.Wake()
	n.srv.Close()
	if err := errors.Join(n.hub.Close(), n.log.Close()); err != nil {
		p.t.Error(err)
	}
	n.hub = nil
}

// lose takes everything from a node's folder but what it must not lose.
func (p *pair) lose(i int) {
	p.t.Helper()
	keep := map[string]bool{}
	for _, name := range kept {
		keep[name] = true
	}
	all, err := os.ReadDir(p.node[i].dir)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, e := range all {
		if keep[e.Name()] {
			continue
		}
		if err := os.RemoveAll(filepath.Join(p.node[i].dir, e.Name())); err != nil {
			p.t.Fatal(err)
		}
	}
}

// abreast waits until both nodes have played as much of the log.
func (p *pair) abreast() {
	p.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); p.node[0].hub.Position() != p.node[1].hub.Position(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("%v and %v", p.node[0].hub.Position(), p.node[1].hub.Position())
		}
	}
}

func (p *pair) fill(n int) {
	p.t.Helper()
	im := hub.NewImporting(p.node[0].hub.Identify)
	for i := range n {
		c := &directory.Community{Source: "test", SourceID: fmt.Sprint(i), Name: fmt.Sprintf("Gåklubben nr. %d", i),
			Summary: "Vi går en tur og drikker kaffe bagefter.", Kind: directory.KindVoluntary,
			Places: []directory.Place{{Name: "Kulturhuset", Municipality: "Lindeby"}}}
		c.AssignID()
		if err := im.Put(c); err != nil {
			p.t.Fatal(err)
		}
	}
	if _, err := p.node[0].hub.Import(context.Background(), im.Edits(), nil); err != nil {
		p.t.Fatal(err)
	}
}

// pc is a machine: its store, and the client that keeps it in step.
type pc struct {
	t    testing.TB
	s    *localdb.Store
	c    *client.Client
	acts *acts
}

// pc enrols a machine through the proxy, with an invitation that one node made.
func (p *pair) pc(at int, role protocol.Role, organisation string) *pc {
	p.t.Helper()
	inv, err := p.node[at].hub.Invite(context.Background(), hub.Invitation{Role: role, Organisation: organisation})
	if err != nil {
		p.t.Fatal(err)
	}
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: filepath.Join(p.t.TempDir(), "pc"), Create: true})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		if err := s.Close(); err != nil {
			p.t.Error(err)
		}
	})
	o := client.Options{Store: s, Program: "test/1", Transport: &http.Transport{}}
	if err := client.Enrol(context.Background(), o, p.front.URL, inv.Code, "Skranke"); err != nil {
		p.t.Fatal(err)
	}
	c, err := client.New(o)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(c.Close)
	return &pc{p.t, s, c, &acts{by: map[referral.Code]string{}}}
}

func (x *pc) sync() {
	x.t.Helper()
	if err := x.c.Sync(context.Background(), nil); err != nil {
		x.t.Fatal(err)
	}
}

// same holds what the machine has against one node.
func (x *pc) same(p *pair, node int) {
	x.t.Helper()
	p.only.Store(int64(node + 1))
	defer p.only.Store(0)
	r, err := x.c.Verify(context.Background(), false, nil)
	if err != nil {
		x.t.Fatal(err)
	}
	if !r.OK {
		x.t.Errorf("not what node %d holds: %+v", node, r)
	}
}
