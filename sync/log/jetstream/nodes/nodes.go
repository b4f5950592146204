// Package nodes starts, kills and watches three nats-server nodes for tests, each
// with the configuration file that operators are told to use. Nodes run in the
// test's own process where they are only needed, and in processes of their own where
// they are to be killed.
//
// It knows nats-server. It must not know what a log is, and no program links it.
package nodes

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// configVariable tells a process of its own which configuration file to run.
const configVariable = "VEJVISER_TEST_NODE"

// RunIfAsked makes a node of this process where Cluster.Start started it as one, and
// then does not return. Call it first in TestMain.
func RunIfAsked() {
	config := os.Getenv(configVariable)
	if config == "" {
		return
	}
	o, err := server.ProcessConfigFile(config)
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

// Node is one member of a cluster.
type Node struct {
	Name    string
	Clients string         // host:port where hubs connect
	Server  *server.Server // where it runs in this process

	store, nodes, monitor string
	cmd                   *exec.Cmd
}

// Cluster is three nodes on this machine.
type Cluster struct {
	Nodes  [3]*Node
	config string
}

// New plans a cluster: where each node stores and listens. config is the path of the
// configuration file.
func New(dir, config string) (*Cluster, error) {
	c := &Cluster{config: config}
	var ports []net.Listener
	for range 9 {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		ports = append(ports, ln)
	}
	for i := range c.Nodes {
		name := fmt.Sprint("hub", i+1)
		at := func(n int) string { return ports[3*i+n].Addr().String() }
		c.Nodes[i] = &Node{Name: name, store: filepath.Join(dir, name), Clients: at(0), nodes: at(1), monitor: at(2)}
	}
	for _, ln := range ports {
		if err := ln.Close(); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// env is what the configuration file asks each machine to set.
func (c *Cluster) env(n *Node) []string {
	routes := make([]string, len(c.Nodes))
	for i, o := range c.Nodes {
		routes[i] = fmt.Sprintf("%q", "nats://"+o.nodes)
	}
	return []string{"NODE=" + n.Name, "STORE=" + n.store, "CLIENTS=" + n.Clients, "NODES=" + n.nodes,
		"MONITOR=" + n.monitor, "ROUTES=[" + strings.Join(routes, ", ") + "]"}
}

// URL is what a hub is given with --log.
func (c *Cluster) URL() string {
	urls := make([]string, len(c.Nodes))
	for i, n := range c.Nodes {
		urls[i] = "nats://" + n.Clients
	}
	return strings.Join(urls, ",")
}

// StartHere starts a node in this process.
func (c *Cluster) StartHere(n *Node) error {
	for _, kv := range c.env(n) {
		name, value, _ := strings.Cut(kv, "=")
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	o, err := server.ProcessConfigFile(c.config)
	if err != nil {
		return err
	}
	o.NoLog, o.NoSigs = true, true
	n.Server, err = server.NewServer(o)
	if err != nil {
		return err
	}
	go n.Server.Start()
	return nil
}

// Start starts a node in a process of its own, which ends with this one.
func (c *Cluster) Start(n *Node) error {
	n.cmd = exec.Command(os.Args[0])
	n.cmd.Env = append(append(os.Environ(), configVariable+"="+c.config), c.env(n)...)
	n.cmd.Stderr = os.Stderr
	n.cmd.SysProcAttr = dieWithParent()
	return n.cmd.Start()
}

// Kill ends the process of a node at once (kill -9).
func (n *Node) Kill() error {
	err := n.cmd.Process.Kill()
	var exit *exec.ExitError
	if werr := n.cmd.Wait(); werr != nil && !errors.As(werr, &exit) {
		err = errors.Join(err, werr)
	}
	return err
}

// Stop ends the nodes of this process.
func (c *Cluster) Stop() {
	var wg sync.WaitGroup
	for _, n := range c.Nodes {
		if n.Server != nil {
			wg.Go(func() { n.Server.Shutdown(); n.Server.WaitForShutdown() })
		}
	}
	wg.Wait()
}

// Healthy waits until every node says that it has caught up.
func (c *Cluster) Healthy(limit time.Duration) error {
	deadline := time.Now().Add(limit)
	for _, n := range c.Nodes {
		for {
			said := n.health()
			if said == "ok" {
				break
			}
			if time.Now().After(deadline) {
				return fmt.Errorf("%s is not well after %v: %s", n.Name, limit, said)
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	return nil
}

func (n *Node) health() string {
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
