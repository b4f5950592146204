package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/client"
	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
)

// ours is Vejviser as one of those that are measured: the hub is its real program.
type ours struct {
	tmp, hub string
	n        int // records at the server that is up
}

func newOurs(ctx context.Context) (*ours, error) {
	tmp, err := os.MkdirTemp("", "vejviser-bench-hub")
	if err != nil {
		return nil, err
	}
	o := &ours{tmp: tmp, hub: filepath.Join(tmp, "vejviser-hub")}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", o.hub, "./cmd/vejviser-hub")
	cmd.Dir, cmd.Env, cmd.Stderr = filepath.Join("..", ".."), append(os.Environ(), "CGO_ENABLED=0"), os.Stderr
	return o, cmd.Run()
}

// admin runs an administrative command of the hub, beside it where it is up.
func (o *ours) admin(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, o.hub, append([]string{args[0], "--data", dir}, args[1:]...)...)
	out, err := cmd.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		err = fmt.Errorf("%s: %w: %s", args[0], err, failed.Stderr)
	}
	return out, err
}

func (o *ours) serve(ctx context.Context, dir, addr string) (*process, error) {
	// A shell says that it is ready once the hub answers, and hands over its place.
	p := &process{cmd: exec.CommandContext(ctx, o.hub, "serve", "--data", dir, "--listen", addr)}
	p.cmd.Stderr = nil
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	p.in, p.out = in, bufio.NewReader(nil)
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	return p, waitFor("http://"+addr+"/healthz", nil)
}

func (o *ours) invite(ctx context.Context, dir string) (string, error) {
	out, err := o.admin(ctx, dir, "invite", "--role", "desk", "--organisation", "Lindeby Bibliotek", "--json")
	if err != nil {
		return "", err
	}
	var v struct {
		Code string `json:"code"`
	}
	return v.Code, errors.Join(json.Unmarshal(out, &v), os.WriteFile(filepath.Join(o.tmp, "code"), []byte(v.Code), 0o600))
}

func (o *ours) peer() peer {
	var dir string
	return peer{
		name: "vejviser",
		more: 5,
		server: func(ctx context.Context, d, addr, file string) (*process, error) {
			dir = d
			if _, err := o.admin(ctx, dir, "import", file); err != nil {
				return nil, err
			}
			return o.serve(ctx, dir, addr)
		},
		client: func(ctx context.Context, d, addr string, _ *process) (*process, error) {
			if _, err := o.invite(ctx, dir); err != nil {
				return nil, err
			}
			code, err := os.ReadFile(filepath.Join(o.tmp, "code"))
			if err != nil {
				return nil, err
			}
			return self(ctx, "-role", "vejviser-client", "-dir", d, "-addr", addr, "-code", string(code))
		},
		touch: func(ctx context.Context, _ *process, round int) error {
			file := filepath.Join(o.tmp, "changed.jsonl")
			if err := writeRecords(file, 20000, round); err != nil {
				return err
			}
			_, err := o.admin(ctx, dir, "import", file)
			return err
		},
	}
}

// device is an enrolled store and its client.
func device(ctx context.Context, dir, addr, code, name string, line http.RoundTripper) (*localdb.Store, *client.Client, error) {
	s, err := localdb.Open(ctx, localdb.Options{Dir: filepath.Join(dir, name), Create: true, Actor: "desk"})
	if err != nil {
		return nil, nil, err
	}
	o := client.Options{Store: s, Program: "bench", Transport: line}
	if err := client.Enrol(ctx, o, "http://"+addr, code, name); err != nil {
		return nil, nil, errors.Join(err, s.Close())
	}
	c, err := client.New(o)
	return s, c, err
}

// ourClient fetches, builds the search index and holds everything against the
// hub's digests the first time; later it fetches what changed.
func ourClient(ctx context.Context, dir, addr, code string) error {
	s, c, err := device(ctx, dir, addr, code, "desk", nil)
	if err != nil {
		return err
	}
	defer s.Close()
	defer c.Close()
	fmt.Println("ready")
	var search *localdb.Search
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		t, n, peak := time.Now(), 0, 0.0
		round := func() (err error) {
			n, peak, search, err = ourRound(ctx, s, c, search)
			return err
		}
		if search == nil {
			err = profiled(round)
		} else {
			err = round()
		}
		if err != nil {
			return err
		}
		fmt.Printf(`{"ms":%.3f,"records":%d,"peak":%.1f}`+"\n", float64(time.Since(t))/1e6, n, peak)
	}
	return in.Err()
}

// ourRound fetches what is new; the first time it also builds the search and
// verifies. It gives how many records came, and the peak in MB after fetching.
func ourRound(ctx context.Context, s *localdb.Store, c *client.Client, search *localdb.Search) (n int, peak float64, _ *localdb.Search, err error) {
	err = c.Sync(ctx, func(p client.Progress) {
		if p.Stage == "arrive" || p.Stage == "changes" {
			n = max(n, p.Done)
		}
	})
	peak = peakOf(os.Getpid())
	if err != nil || search != nil {
		return n, peak, search, err
	}
	if err := heldNow("fetched"); err != nil {
		return 0, 0, nil, err
	}
	if search, err = s.Search(); err != nil {
		return 0, 0, nil, err
	}
	r, err := c.Verify(ctx, false, nil)
	if err == nil && !r.OK {
		err = errors.New("what is here differs from the hub")
	}
	if err != nil {
		return 0, 0, nil, err
	}
	st, err := s.Status()
	return st.Communities, peak, search, err
}

// ourOutbox sends an outbox of 10,000 vejvisninger.
func ourOutbox(ctx context.Context, dir, addr, code string) error {
	const acts = 10000
	s, c, err := device(ctx, dir, addr, code, "desk", nil)
	if err != nil {
		return err
	}
	defer s.Close()
	defer c.Close()
	if err := c.Sync(ctx, nil); err != nil {
		return err
	}
	var id string
	err = s.EachCommunity(func(x *directory.Community) error { id = x.ID; return errStop })
	if err != nil && !errors.Is(err, errStop) {
		return err
	}
	for range acts / 2 { // a vejvisning and its first event are two operations
		code, err := referral.Draw(rander{})
		if err != nil {
			return err
		}
		err = s.RecordReferral(referral.Referral{ID: uuid.Must(uuid.NewV7()).String(), Code: code, At: directory.DayOf(time.Now()),
			Depth: referral.Guided, Communities: []string{id}})
		if err != nil {
			return err
		}
	}
	fmt.Println("ready")
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		t := time.Now()
		if err := c.Sync(ctx, nil); err != nil {
			return err
		}
		st, err := s.Status()
		if err != nil {
			return err
		}
		fmt.Printf(`{"ms":%.3f,"records":%d}`+"\n", float64(time.Since(t))/1e6, acts-st.Waiting)
	}
	return in.Err()
}

var errStop = errors.New("enough")

// load measures what has no peer: a full outbox, and the morning.
func (o *ours) load(ctx context.Context) error {
	if err := o.withHub(ctx, 20000, o.outbox); err != nil {
		return err
	}
	return o.withHub(ctx, 2000, o.morning)
}

// withHub has a hub with n records up while f runs.
func (o *ours) withHub(ctx context.Context, n int, f func(ctx context.Context, dir, server, addr string, hub *process) error) error {
	dir, err := os.MkdirTemp(o.tmp, "load")
	if err != nil {
		return err
	}
	file, server := filepath.Join(dir, "records.jsonl"), filepath.Join(dir, "server")
	if err := writeRecords(file, n, 0); err != nil {
		return err
	}
	if _, err := o.admin(ctx, server, "import", file); err != nil {
		return err
	}
	addr, err := freeAddr()
	if err != nil {
		return err
	}
	hub, err := o.serve(ctx, server, addr)
	if err != nil {
		return err
	}
	defer hub.stop()
	return f(ctx, dir, server, addr, hub)
}

func (o *ours) outbox(ctx context.Context, dir, server, addr string, hub *process) error {
	code, err := o.invite(ctx, server)
	if err != nil {
		return err
	}
	p, err := self(ctx, "-role", "vejviser-outbox", "-dir", filepath.Join(dir, "outbox"), "-addr", addr, "-code", code)
	if err != nil {
		return err
	}
	defer p.stop()
	cpu := hub.cpu()
	line, err := p.do("go")
	if err != nil {
		return err
	}
	fmt.Printf("\noutbox of 10,000 operations: %s, hub CPU %.0f ms, client peak %.0f MB\n", line, hub.cpu()-cpu, p.peak())
	return nil
}

// morning has 200 PCs, each with 20 communities of news and three vejvisninger,
// come to one hub within a second.
func (o *ours) morning(ctx context.Context, dir, server, addr string, hub *process) error {
	const pcs = 200
	type pc struct {
		s *localdb.Store
		c *client.Client
	}
	var all []pc
	line := &timedLine{to: http.DefaultTransport.(*http.Transport).Clone()}
	defer func() {
		for _, p := range all {
			p.c.Close()
			_ = p.s.Close()
		}
	}()
	fmt.Fprintf(os.Stderr, "enrolling %d PCs\n", pcs)
	for i := range pcs {
		code, err := o.invite(ctx, server)
		if err != nil {
			return err
		}
		s, c, err := device(ctx, dir, addr, code, fmt.Sprintf("pc%03d", i), line)
		if err != nil {
			return err
		}
		all = append(all, pc{s, c})
		if err := c.Sync(ctx, nil); err != nil {
			return err
		}
		for range 3 {
			code, err := referral.Draw(rander{})
			if err != nil {
				return err
			}
			if err := s.RecordReferral(referral.Referral{ID: uuid.Must(uuid.NewV7()).String(), Code: code,
				At: directory.DayOf(time.Now()), Depth: referral.Guided, Communities: []string{uuid.NewSHA1(uuid.NameSpaceOID, []byte("bench 1")).String()}}); err != nil {
				return err
			}
		}
	}
	changed := filepath.Join(dir, "changed.jsonl")
	if err := writeRecords(changed, 2000, 3); err != nil {
		return err
	}
	if _, err := o.admin(ctx, server, "import", changed); err != nil {
		return err
	}
	cpu := hub.cpu()
	took := make([]float64, pcs)
	line.mu.Lock()
	line.took = nil
	line.mu.Unlock()
	var wg sync.WaitGroup
	errs := make(chan error, pcs)
	began := time.Now()
	for i, p := range all {
		wg.Go(func() {
			time.Sleep(time.Duration(i) * time.Second / pcs)
			t := time.Now()
			errs <- p.c.Sync(ctx, nil)
			took[i] = float64(time.Since(t)) / 1e6
		})
	}
	wg.Wait()
	close(errs)
	failed := 0
	for err := range errs {
		if err != nil {
			failed++
		}
	}
	slices.Sort(took)
	slices.Sort(line.took)
	fmt.Printf("%d PCs within a second, a whole round each (100 changed, 6 operations to send): p50 %.0f ms, p99 %.0f ms; one request p50 %.1f ms, p99 %.1f ms of %d; all in %.1f s, hub CPU %.0f ms, failed %d\n",
		pcs, took[pcs/2], took[pcs*99/100], line.took[len(line.took)/2], line.took[len(line.took)*99/100], len(line.took), time.Since(began).Seconds(), hub.cpu()-cpu, failed)
	return nil
}

// timedLine says how long each request took, to the end of its reply's head.
type timedLine struct {
	to   http.RoundTripper
	mu   sync.Mutex
	took []float64
}

// RoundTrip implements http.RoundTripper.
func (l *timedLine) RoundTrip(r *http.Request) (*http.Response, error) {
	t := time.Now()
	reply, err := l.to.RoundTrip(r)
	l.mu.Lock()
	l.took = append(l.took, float64(time.Since(t))/1e6)
	l.mu.Unlock()
	return reply, err
}
