package jetstream

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/log/jetstream/nodes"
	"github.com/faellesskabsby/vejviser/sync/log/logtest"
)

// The cluster rig: three node processes, kill -9 under load, an audit of every
// acknowledged append. Here once; whole with
//
//	go test -count=1 -tags faults -timeout 20m -run 'Kill' -v ./sync/log/jetstream
//
// which prints the table.
func TestNothingIsLostWhenTheLeaderIsKilled(t *testing.T) {
	t.Parallel()
	row := faults(t, 1, false)
	t.Log("\n" + heading + row.String())
	row.check(t)
}

const heading = "nodes killed at once | kills | acknowledged | lost | duplicated | forked | told unknown | no ack for, median / longest | back in step\n"

// row is one line of the table.
type row struct {
	what    string
	kills   int
	account logtest.Account
	unknown int             // appends that the caller had to ask again for
	gaps    []time.Duration // from a kill to the next acknowledgement
	rejoin  []time.Duration // from the restart until all nodes are in step
}

func (r row) String() string {
	slices.Sort(r.gaps)
	slices.Sort(r.rejoin)
	round := func(d time.Duration) time.Duration { return d.Round(10 * time.Millisecond) }
	return fmt.Sprintf("%s | %d | %d | %d | %d | %d | %d | %v / %v | %v\n", r.what, r.kills, r.account.Acknowledged, r.account.Lost,
		r.account.Duplicated, r.account.Forked, r.unknown, round(r.gaps[len(r.gaps)/2]), round(r.gaps[len(r.gaps)-1]), round(r.rejoin[len(r.rejoin)-1]))
}

func (r row) check(t *testing.T) {
	t.Helper()
	if r.account.Lost+r.account.Duplicated+r.account.Forked > 0 || r.account.Acknowledged == 0 {
		t.Errorf("%+v", r.account)
	}
}

// counting counts what a hub would have to ask again for.
type counting struct {
	log.Log
	mu      sync.Mutex
	unknown int
}

func (c *counting) Append(ctx context.Context, batch []log.Entry) (uint64, error) {
	first, err := c.Log.Append(ctx, batch)
	if ctx.Err() == nil && (errors.Is(err, log.ErrUnknown) || errors.Is(err, log.ErrUnavailable)) {
		c.mu.Lock()
		c.unknown++
		c.mu.Unlock()
	}
	return first, err
}

// faults kills the leader of the log, or all nodes, so many times under load.
func faults(t *testing.T, kills int, all bool) row {
	c := processes(t)
	o := options(c)
	l := &counting{Log: openLog(t, o)}
	r := row{what: "leader", kills: kills}
	if all {
		r.what = "all three"
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var mu sync.Mutex
	var acks []logtest.Ack
	lastAck := time.Now()
	count := func() (int, time.Time) {
		mu.Lock()
		defer mu.Unlock()
		return len(acks), lastAck
	}
	loaded := make(chan error, 1)
	go func() {
		loaded <- logtest.Load(ctx, l, "w", 8, 4, func(a logtest.Ack) {
			mu.Lock()
			defer mu.Unlock()
			acks, lastAck = append(acks, a), time.Now()
		})
	}()
	flows := func(n int) {
		t.Helper()
		from, _ := count()
		for deadline := time.Now().Add(45 * time.Second); ; time.Sleep(5 * time.Millisecond) {
			if now, _ := count(); now >= from+n {
				return
			}
			if time.Now().After(deadline) {
				t.Fatal("no append was acknowledged for 45 s")
			}
			select {
			case err := <-loaded:
				t.Fatalf("the load ended: %v", err)
			default:
			}
		}
	}
	for range kills {
		flows(200)
		dead := c.Nodes[:]
		if !all {
			dead = []*nodes.Node{leader(t, c, l.Log.(*Log))}
		}
		var wg sync.WaitGroup
		errs := make(chan error, len(dead))
		for _, n := range dead {
			wg.Go(func() { errs <- n.Kill() })
		}
		wg.Wait()
		for range dead {
			if err := <-errs; err != nil {
				t.Fatal(err)
			}
		}
		at := time.Now()
		if !all { // a leader stays away until the others have gone on without it
			flows(1)
			r.gaps = append(r.gaps, time.Since(at))
			flows(200)
		}
		restarted := time.Now()
		for _, n := range dead {
			if err := c.Start(n); err != nil {
				t.Fatal(err)
			}
		}
		if all {
			flows(1)
			r.gaps = append(r.gaps, time.Since(at))
		}
		if err := c.Healthy(60 * time.Second); err != nil {
			t.Fatal(err)
		}
		r.rejoin = append(r.rejoin, time.Since(restarted))
	}
	flows(200)
	cancel()
	if err := <-loaded; err != nil {
		t.Fatal(err)
	}
	r.unknown = l.unknown
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	fresh := openLog(t, o)
	defer fresh.Close()
	a, err := logtest.Audit(context.Background(), fresh, acks)
	if err != nil {
		t.Fatal(err)
	}
	r.account = a
	inStep(t, fresh)
	return r
}

// processes starts three nodes in processes of their own.
func processes(t *testing.T) *nodes.Cluster {
	t.Helper()
	dir, err := os.MkdirTemp("", "vejviser-nodes")
	if err != nil {
		t.Fatal(err)
	}
	c, err := nodes.New(dir, configFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range c.Nodes {
		if err := c.Start(n); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		for _, n := range c.Nodes {
			if err := n.Kill(); err != nil {
				t.Error(err)
			}
		}
		if t.Failed() {
			t.Log("the nodes' words are in", dir)
		} else if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := c.Healthy(30 * time.Second); err != nil {
		t.Fatal(err)
	}
	return c
}

// leader is the node that leads the log's stream.
func leader(t *testing.T, c *nodes.Cluster, l *Log) *nodes.Node {
	t.Helper()
	info, err := l.info(context.Background(), l.o.logStream())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range c.Nodes {
		if info.Cluster != nil && n.Name == info.Cluster.Leader {
			return n
		}
	}
	t.Fatalf("nobody leads: %+v", info.Cluster)
	return nil
}

// inStep fails the test unless all replicas have everything: a node that stays
// out is a loss waiting for the next one.
func inStep(t *testing.T, l *Log) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		info, err := l.info(context.Background(), l.o.logStream())
		if err != nil {
			t.Fatal(err)
		}
		behind := ""
		for _, p := range info.Cluster.Replicas {
			if !p.Current || p.Offline || p.Lag > 0 {
				behind += fmt.Sprintf(" %+v", *p)
			}
		}
		if behind == "" && len(info.Cluster.Replicas) == 2 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("not in step:", behind)
		}
		time.Sleep(50 * time.Millisecond)
	}
}
