package cluster

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/sync/client"
	"github.com/faellesskabsby/vejviser/sync/log/jetstream/nodes"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"
)

// Desks that record without a pause while the leader of the log is killed: what a
// person did is taken in at once, the status line says nothing worse than that it
// waits, and in the end the log has all of it once. The whole table: see doc.go.
func TestDesksDoNotNoticeThatALeaderIsKilled(t *testing.T) {
	row := killing(t, 1, false)
	t.Log("\n" + heading + row.String())
	row.check(t)
}

const heading = "nodes killed at once | kills | acts recorded | lost | doubled | recording one, longest | an act waited, median / 99 of 100 / longest | longest without any ack | said to people, longest\n"

// row is one line of the table.
type row struct {
	what     string
	kills    int
	account  account
	record   time.Duration   // longest time that a person waited for an act to be kept
	waited   []time.Duration // from then until the hub had it
	silence  time.Duration
	problems map[client.Problem]time.Duration // that a status line showed, and how long at most
}

func (r row) String() string {
	slices.Sort(r.waited)
	at := func(of int) time.Duration {
		return r.waited[min(len(r.waited)*of/100, len(r.waited)-1)].Round(time.Millisecond)
	}
	said := "nothing"
	if len(r.problems) > 0 {
		said = ""
		for _, p := range slices.Sorted(maps.Keys(r.problems)) {
			said += fmt.Sprintf("%s %v ", p, r.problems[p].Round(100*time.Millisecond))
		}
	}
	return fmt.Sprintf("%s | %d | %d | %d | %d | %v | %v / %v / %v | %v | %s\n", r.what, r.kills, r.account.recorded, r.account.lost, r.account.doubled,
		r.record.Round(time.Millisecond), at(50), at(99), at(100), r.silence.Round(10*time.Millisecond), said)
}

// patient are the words of a status line that tell a person to do nothing: it waits,
// and goes on by itself.
var patient = []client.Problem{client.Later, client.Busy}

func (r row) check(t *testing.T) {
	t.Helper()
	if r.account.lost+r.account.doubled > 0 || r.account.recorded == 0 {
		t.Errorf("%+v", r.account)
	}
	for p := range r.problems {
		if !slices.Contains(patient, p) {
			t.Errorf("a person was told of %s", p)
		}
	}
}

const desks = 8

// killing kills the leader of the log, or all nodes, so many times, while desks record.
func killing(t *testing.T, kills int, all bool) row {
	c := trio.get(t)
	p := newPair(t, nil)
	p.fill(100)
	r := row{what: "leader", kills: kills, problems: map[client.Problem]time.Duration{}}
	if all {
		r.what = "all three"
	}
	var xs []*pc
	for i := range desks {
		x := p.pc(i%2, protocol.Desk, "Lindeby Bibliotek")
		x.sync()
		xs = append(xs, x)
	}
	back := watchPosition(xs...)
	running, stop := context.WithCancel(context.Background())
	recording, quiet := context.WithCancel(context.Background())
	var runs, desksAtWork sync.WaitGroup
	w := &watch{row: &r, held: map[*pc]time.Time{}}
	for _, x := range xs {
		runs.Go(func() {
			if err := x.c.Run(running); err != nil {
				t.Error("a machine gave up:", err)
			}
		})
		runs.Go(func() { w.contact(running, x) })
		desksAtWork.Go(func() { w.desk(recording, x) })
	}
	end := func() {
		quiet()
		desksAtWork.Wait()
		stop()
		runs.Wait()
	}
	for range kills {
		err := w.flows(40, time.Minute)
		if err == nil {
			err = w.drained(time.Minute)
		}
		if err != nil {
			end()
			t.Fatal(err)
		}
		dead := c.Nodes[:]
		if !all {
			dead = []*nodes.Node{leader(t, c, p.name)}
		}
		var wg sync.WaitGroup
		for _, n := range dead {
			wg.Go(func() {
				if err := n.Kill(); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if all { // nobody is there for a while
			time.Sleep(3 * time.Second)
		} else if err := w.flows(40, time.Minute); err != nil { // a leader stays away until the others have gone on without it
			end()
			t.Fatal(err)
		}
		for _, n := range dead {
			if err := c.Start(n); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.Healthy(time.Minute); err != nil {
			t.Error(err)
		}
	}
	err := w.flows(40, time.Minute)
	quiet()
	desksAtWork.Wait() // each until the hub has its last
	p.abreast()
	stop()
	runs.Wait()
	if err != nil {
		t.Error(err)
	}
	if said := back(); said != "" {
		t.Error(said)
	}
	for _, x := range xs {
		x.sync()
	}
	p.abreast()
	for i, x := range xs {
		x.same(p, i%2)
	}
	if r.account, err = p.account(xs); err != nil {
		t.Error(err)
	}
	return r
}

// watch gathers what desks see.
type watch struct {
	mu   sync.Mutex
	row  *row
	acks int
	last time.Time         // of an acknowledgement
	held map[*pc]time.Time // since when the oldest act of a desk waits
}

// desk records one vejvisning after the other, some ten a second, and sees how long
// each waits. It ends when the hub has the last.
func (w *watch) desk(ctx context.Context, x *pc) {
	type act struct {
		counter uint64
		at      time.Time
	}
	var waiting []act
	next := time.Now()
	for ctx.Err() == nil || len(waiting) > 0 {
		if ctx.Err() == nil && time.Now().After(next) {
			start := time.Now()
			x.refer()
			w.recorded(time.Since(start))
			waiting = append(waiting, act{x.s.LastCounter(), time.Now()})
			next = time.Now().Add(100 * time.Millisecond)
		}
		known, err := x.s.Known()
		if err != nil {
			x.t.Error(err)
			return
		}
		for len(waiting) > 0 && waiting[0].counter <= known {
			w.acknowledged(time.Since(waiting[0].at))
			waiting = waiting[1:]
		}
		oldest := time.Now()
		if len(waiting) > 0 {
			oldest = waiting[0].at
		}
		if time.Since(oldest) > 2*time.Minute {
			x.t.Error("an act waits for ever")
			return
		}
		w.holds(x, oldest)
		time.Sleep(10 * time.Millisecond)
	}
}

func (w *watch) recorded(took time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.row.record = max(w.row.record, took)
}

func (w *watch) acknowledged(waited time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	if !w.last.IsZero() {
		w.row.silence = max(w.row.silence, now.Sub(w.last))
	}
	w.last, w.acks = now, w.acks+1
	w.row.waited = append(w.row.waited, waited)
}

func (w *watch) holds(x *pc, since time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held[x] = since
}

// drained waits until no act waits for more than a second, so that the next harm
// meets nobody who still has the last one's to bear.
func (w *watch) drained(limit time.Duration) error {
	longest := func() (d time.Duration) {
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, since := range w.held {
			d = max(d, time.Since(since))
		}
		return d
	}
	for deadline := time.Now().Add(limit); longest() > time.Second; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			return fmt.Errorf("an act has waited for %v", longest())
		}
	}
	return nil
}

// flows waits for so many more acknowledgements.
func (w *watch) flows(n int, limit time.Duration) error {
	count := func() int {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.acks
	}
	from := count()
	for deadline := time.Now().Add(limit); count() < from+n; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			return fmt.Errorf("%d acts were taken in %v", count()-from, limit)
		}
	}
	return nil
}

// contact is what the status line of a machine says, and how long.
func (w *watch) contact(ctx context.Context, x *pc) {
	var was string
	var since time.Time
	for ctx.Err() == nil {
		k, err := x.s.Contact()
		if err != nil {
			x.t.Error(err)
			return
		}
		if k.Problem != was {
			was, since = k.Problem, time.Now()
		}
		if was != "" {
			w.mu.Lock()
			w.row.problems[client.Problem(was)] = max(w.row.problems[client.Problem(was)], time.Since(since))
			w.mu.Unlock()
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// leader is the node that leads a log's stream.
func leader(t *testing.T, c *nodes.Cluster, name string) *nodes.Node {
	t.Helper()
	nc, err := nats.Connect(c.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	j, err := js.New(nc)
	var s js.Stream
	if err == nil {
		s, err = j.Stream(ctx, name+"-log")
	}
	if err == nil && s.CachedInfo().Cluster == nil {
		err = errors.New("the stream has no cluster")
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range c.Nodes {
		if n.Name == s.CachedInfo().Cluster.Leader {
			return n
		}
	}
	t.Fatalf("nobody leads: %+v", s.CachedInfo().Cluster)
	return nil
}
