package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
)

// run is what one client measured in one round.
type run struct {
	first                figures   // of the first PC
	next                 []figures // of others after it, one at a time
	deltas, nothing      []figures
	serverPeak           float64
	fetchPeak            float64 // of the client, before it made its index
	clientPeak, diskSize float64
}

// figures are of one exchange: wall and processor time in ms, bytes both ways.
type figures struct {
	wall, client, server float64
	up, down             float64
	net                  float64 // server, less what it takes in the same time with nothing to do
	peak                 float64 // MB, as the client saw it before it made its index
	records              int
}

// peer is one of those that are measured.
type peer struct {
	name   string
	server func(ctx context.Context, dir, addr, file string) (*process, error)
	client func(ctx context.Context, dir, addr string, server *process) (*process, error)
	// touch changes 100 records at the server, differently in each round.
	touch func(ctx context.Context, server *process, round int) error
	more  int // how many PCs come after the first: of a few ms each, one alone says little
}

func measure(ctx context.Context, o options) error {
	sizes := []int{o.records}
	if o.large {
		sizes = append(sizes, 100000)
	}
	ours, err := newOurs(ctx)
	if err != nil {
		return err
	}
	defer os.RemoveAll(ours.tmp)
	if err := ensurePouch(ctx); err != nil {
		return err
	}
	peers := []peer{ours.peer(), pouchPeer("100"), pouchPeer("1000"), pocketPeer()}
	for _, n := range sizes {
		results := map[string][]run{}
		var order []string
		for _, p := range peers {
			if o.only == "" || p.name == o.only {
				order = append(order, p.name)
			}
		}
		rounds := o.rounds
		if n > 50000 {
			rounds = 1
		}
		for round := range rounds {
			for _, p := range peers {
				if !slices.Contains(order, p.name) {
					continue
				}
				r, err := measureOne(ctx, p, n, o.deltas)
				if err != nil {
					return fmt.Errorf("%s: %w", p.name, err)
				}
				results[p.name] = append(results[p.name], r)
				fmt.Fprintf(os.Stderr, "round %d, %s: first sync of %d in %.0f ms\n", round+1, p.name, n, r.first.wall)
			}
		}
		table(n, order, results)
	}
	if !o.load || o.only != "" && o.only != "vejviser" {
		return nil
	}
	return ours.load(ctx)
}

func measureOne(ctx context.Context, p peer, n, deltas int) (r run, err error) {
	dir, err := os.MkdirTemp("", "vejviser-bench")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "records.jsonl")
	if err := writeRecords(file, n, 0); err != nil {
		return r, err
	}
	addr, err := freeAddr()
	if err != nil {
		return r, err
	}
	for _, sub := range []string{"server", "client"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			return r, err
		}
	}
	server, err := p.server(ctx, filepath.Join(dir, "server"), addr, file)
	if err != nil {
		return r, err
	}
	defer server.stop()
	proxy, err := countTo(addr)
	if err != nil {
		return r, err
	}
	defer proxy.l.Close()
	client, err := p.client(ctx, filepath.Join(dir, "client"), proxy.addr(), server)
	if err != nil {
		return r, err
	}
	defer client.stop()
	exchange := func(client *process) (figures, error) { return exchangeWith(client, server, proxy) }
	if r.first, err = exchange(client); err != nil {
		return r, err
	}
	if r.first.records < n {
		return r, fmt.Errorf("first sync brought %d of %d records", r.first.records, n)
	}
	r.fetchPeak = r.first.peak
	r.clientPeak, r.serverPeak, r.diskSize = client.peak(), server.peak(), sizeOf(filepath.Join(dir, "client"))
	for i := range max(1, p.more) {
		own := filepath.Join(dir, fmt.Sprint("another", i))
		if err := os.Mkdir(own, 0o700); err != nil {
			return r, err
		}
		another, err := p.client(ctx, own, proxy.addr(), server)
		if err != nil {
			return r, err
		}
		f, err := exchange(another)
		if err := errors.Join(err, another.stop(), os.RemoveAll(own)); err != nil {
			return r, err
		}
		r.next = append(r.next, f)
	}
	for i := range deltas {
		f, err := exchange(client)
		if err != nil {
			return r, err
		}
		r.nothing = append(r.nothing, f)
		if err := p.touch(ctx, server, i+1); err != nil {
			return r, err
		}
		if f, err = exchange(client); err != nil {
			return r, err
		}
		if f.records < 100 {
			return r, fmt.Errorf("a delta brought %d of 100 records", f.records)
		}
		r.deltas = append(r.deltas, f)
	}
	return r, nil
}

// exchangeWith has a client do its work once, and says what it took.
func exchangeWith(client, server *process, proxy *counter) (f figures, err error) {
	idle, began := server.cpu(), time.Now()
	time.Sleep(time.Second)
	idle = (server.cpu() - idle) / float64(time.Since(began)) * 1e6 // ms in a ms
	up, down, cpu, server0 := proxy.up.Load(), proxy.down.Load(), client.cpu(), server.cpu()
	line, err := client.do("go")
	if err != nil {
		return f, err
	}
	var answer struct {
		MS      float64 `json:"ms"`
		Peak    float64 `json:"peak"`
		Records int     `json:"records"`
	}
	if err := json.Unmarshal([]byte(line), &answer); err != nil {
		return f, fmt.Errorf("%q: %w", line, err)
	}
	spent := server.cpu() - server0
	return figures{wall: answer.MS, records: answer.Records, client: client.cpu() - cpu, server: spent, net: max(0, spent-idle*answer.MS), peak: answer.Peak,
		up: float64(proxy.up.Load() - up), down: float64(proxy.down.Load() - down)}, nil
}

func sizeOf(dir string) (mb float64) {
	_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			if i, err := d.Info(); err == nil {
				mb += float64(i.Size()) / (1 << 20)
			}
		}
		return nil
	})
	return mb
}

func self(ctx context.Context, args ...string) (*process, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return start(ctx, exe, args...)
}

func touchLine(_ context.Context, server *process, round int) error {
	line, err := server.do(fmt.Sprintf("100 %d", round))
	for err == nil && line != "ok" { // a server may have something of its own to say
		line, err = server.line()
	}
	return err
}

func pocketPeer() peer {
	return peer{
		name: "pocketbase",
		more: 5,
		server: func(ctx context.Context, dir, addr, file string) (*process, error) {
			return self(ctx, "-role", "pocketbase-server", "-dir", dir, "-addr", addr, "-file", file)
		},
		client: func(ctx context.Context, dir, addr string, _ *process) (*process, error) {
			return self(ctx, "-role", "pocketbase-client", "-dir", dir, "-addr", addr)
		},
		touch: touchLine,
	}
}

func pouchPeer(batch string) peer {
	name := "pouchdb"
	if batch != "100" {
		name = "pouchdb tuned"
	}
	return peer{
		name: name,
		server: func(ctx context.Context, dir, addr, file string) (*process, error) {
			return start(ctx, "node", "pouch/server.js", dir, addr[len("127.0.0.1:"):], file)
		},
		client: func(ctx context.Context, dir, addr string, _ *process) (*process, error) {
			return start(ctx, "node", "pouch/client.js", dir, "http://"+addr, batch)
		},
		touch: touchLine,
	}
}

// ensurePouch installs PouchDB beside its two programs, once.
func ensurePouch(ctx context.Context) error {
	if _, err := os.Stat("pouch/node_modules/pouchdb"); err == nil {
		return nil
	}
	fmt.Fprintln(os.Stderr, "installing PouchDB and express-pouchdb with npm")
	cmd := exec.CommandContext(ctx, "npm", "ci", "--no-audit", "--no-fund")
	cmd.Dir, cmd.Stdout, cmd.Stderr = "pouch", os.Stderr, os.Stderr
	return cmd.Run()
}
