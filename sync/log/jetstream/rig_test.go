package jetstream

import (
	"flag"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/sync/log/jetstream/nodes"
)

// configFile is what an operator is told to use, and what every node here runs.
const configFile = "../../../assets/packaging/nats-server.conf"

func TestMain(m *testing.M) {
	nodes.RunIfAsked()
	flag.Parse()
	code := m.Run()
	shared.end()
	os.Exit(code)
}

// sharedCluster is the one that the tests of this package use together.
type sharedCluster struct {
	once sync.Once
	dir  string
	c    *nodes.Cluster
	err  error
}

var shared sharedCluster

func (s *sharedCluster) get(t testing.TB) *nodes.Cluster {
	t.Helper()
	s.once.Do(func() {
		if s.dir, s.err = os.MkdirTemp("", "vejviser-nats"); s.err != nil {
			return
		}
		if s.c, s.err = nodes.New(s.dir, configFile); s.err != nil {
			return
		}
		for _, n := range s.c.Nodes {
			if s.err = s.c.StartHere(n); s.err != nil {
				return
			}
		}
		s.err = s.c.Healthy(30 * time.Second)
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
	s.c.Stop()
	_ = os.RemoveAll(s.dir)
}
