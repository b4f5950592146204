package jetstream

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// configFile is what an operator is told to use, and what every node here runs.
const configFile = "../../../assets/packaging/nats-server.conf"

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "--node" {
		serveNode()
	}
	flag.Parse()
	code := m.Run()
	shared.end()
	os.Exit(code)
}

// node is one member of a test's cluster.
type node struct {
	name, store, clients, nodes, monitor string
	srv                                  *server.Server // in this process
	cmd                                  *exec.Cmd      // in its own
}

// cluster is three nodes on this machine.
type cluster struct {
	nodes [3]*node
}

func newCluster(dir string) (*cluster, error) {
	c := &cluster{}
	var ports []net.Listener
	for range 9 {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		ports = append(ports, ln)
	}
	for i := range c.nodes {
		name := fmt.Sprint("hub", i+1)
		at := func(n int) string { return ports[3*i+n].Addr().String() }
		c.nodes[i] = &node{name: name, store: filepath.Join(dir, name), clients: at(0), nodes: at(1), monitor: at(2)}
	}
	for _, ln := range ports {
		if err := ln.Close(); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *cluster) env(n *node) []string {
	routes := make([]string, len(c.nodes))
	for i, o := range c.nodes {
		routes[i] = fmt.Sprintf("%q", "nats://"+o.nodes)
	}
	return []string{"NODE=" + n.name, "STORE=" + n.store, "CLIENTS=" + n.clients, "NODES=" + n.nodes,
		"MONITOR=" + n.monitor, "ROUTES=[" + strings.Join(routes, ", ") + "]"}
}

func (c *cluster) url() string {
	urls := make([]string, len(c.nodes))
	for i, n := range c.nodes {
		urls[i] = "nats://" + n.clients
	}
	return strings.Join(urls, ",")
}

// startHere starts a node in this process.
func (c *cluster) startHere(n *node) error {
	for _, kv := range c.env(n) {
		name, value, _ := strings.Cut(kv, "=")
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	o, err := server.ProcessConfigFile(configFile)
	if err != nil {
		return err
	}
	o.NoLog, o.NoSigs = true, true
	n.srv, err = server.NewServer(o)
	if err != nil {
		return err
	}
	go n.srv.Start()
	return nil
}

// startProcess starts a node in a process of its own, which ends with this one.
func (c *cluster) startProcess(n *node) error {
	n.cmd = exec.Command(os.Args[0], "--node")
	n.cmd.Env = append(os.Environ(), c.env(n)...)
	n.cmd.Stderr = os.Stderr
	n.cmd.SysProcAttr = dieWithParent()
	return n.cmd.Start()
}

// serveNode is the whole life of such a process.
func serveNode() {
	o, err := server.ProcessConfigFile(configFile)
	if err == nil {
		o.NoSigs = true
		o.LogFile = filepath.Join(filepath.Dir(o.StoreDir), o.ServerName+".log")
		var s *server.Server
		if s, err = server.NewServer(o); err == nil {
			s.ConfigureLogger()
			s.Start()
			s.WaitForShutdown()
			os.Exit(0)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(3)
}

func (n *node) kill() error {
	err := n.cmd.Process.Kill()
	var exit *exec.ExitError
	if werr := n.cmd.Wait(); werr != nil && !errors.As(werr, &exit) {
		err = errors.Join(err, werr)
	}
	return err
}

// healthy waits until every node says that it has caught up.
func (c *cluster) healthy(limit time.Duration) error {
	deadline := time.Now().Add(limit)
	for _, n := range c.nodes {
		for {
			said := n.health()
			if said == "ok" {
				break
			}
			if time.Now().After(deadline) {
				return fmt.Errorf("%s is not well after %v: %s", n.name, limit, said)
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	return nil
}

func (n *node) health() string {
	r, err := http.Get("http://" + n.monitor + "/healthz")
	if err != nil {
		return err.Error()
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return err.Error()
	}
	var said struct{ Status, Error string }
	if err := json.Unmarshal(b, &said); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(said.Status + " " + said.Error)
}

// sharedCluster is the one that the tests of this package use together.
type sharedCluster struct {
	once sync.Once
	dir  string
	c    *cluster
	err  error
}

var shared sharedCluster

func (s *sharedCluster) get(t testing.TB) *cluster {
	t.Helper()
	s.once.Do(func() {
		if s.dir, s.err = os.MkdirTemp("", "vejviser-nats"); s.err != nil {
			return
		}
		if s.c, s.err = newCluster(s.dir); s.err != nil {
			return
		}
		for _, n := range s.c.nodes {
			if s.err = s.c.startHere(n); s.err != nil {
				return
			}
		}
		s.err = s.c.healthy(30 * time.Second)
	})
	if s.err != nil {
		t.Fatal(s.err)
	}
	return s.c
}

func (s *sharedCluster) end() {
	if s.c == nil {
		return
	}
	var wg sync.WaitGroup
	for _, n := range s.c.nodes {
		if n.srv != nil {
			wg.Go(func() { n.srv.Shutdown(); n.srv.WaitForShutdown() })
		}
	}
	wg.Wait()
	_ = os.RemoveAll(s.dir)
}
