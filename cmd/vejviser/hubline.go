package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/sync/client"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/faellesskabsby/vejviser/ui/insync"
)

// hubLine keeps the store in step with its hub while the window is open, and is
// what the page about it speaks to. One goroutine of it works at a time: it waits
// for a roll-out to come through, and then keeps in step.
type hubLine struct {
	app   *app
	again time.Duration // how long a roll-out that found no hub waits

	parent context.Context // of what is begun: until the PC is locked

	turn     sync.Mutex // held while it is begun, or this PC is enrolled by hand
	mu       sync.Mutex // what follows
	client   *client.Client
	end      context.CancelFunc
	done     chan struct{}
	progress client.Progress
	at       time.Time // when progress was last told
	ended    error     // why it stopped for good
}

func newHubLine(a *app) *hubLine { return &hubLine{app: a, again: time.Minute, parent: a.ctx} }

func (h *hubLine) store() *localdb.Store {
	h.app.mu.Lock()
	defer h.app.mu.Unlock()
	return h.app.store
}

func (h *hubLine) options() client.Options {
	return client.Options{Store: h.store(), Program: "vejviser/" + version, Progress: h.told}
}

// begin starts where this PC is enrolled; else it looks for a file with which an
// administrator wants it enrolled. It waits for nobody but one who enrols by hand.
func (h *hubLine) begin(ctx context.Context) {
	h.turn.Lock()
	defer h.turn.Unlock()
	h.mu.Lock()
	h.parent = ctx
	h.mu.Unlock()
	h.start(ctx)
}

// start puts a new goroutine in the place of the one before.
func (h *hubLine) start(parent context.Context) {
	h.stop()
	ctx, cancel := context.WithCancel(parent)
	done := make(chan struct{})
	h.mu.Lock()
	if parent.Err() != nil { // the window is being closed, and waits for none that comes now
		h.mu.Unlock()
		cancel()
		return
	}
	h.end, h.done = cancel, done
	h.mu.Unlock()
	c, err := client.New(h.options())
	h.takes(c)
	go func() {
		defer close(done)
		defer cancel()
		h.run(ctx, c, err)
	}()
}

func (h *hubLine) takes(c *client.Client) {
	if c != nil {
		h.mu.Lock()
		h.client, h.ended = c, nil
		h.mu.Unlock()
	}
}

// run keeps in step until ctx ends; where the PC is not enrolled (err), as soon as
// a roll-out has come through.
func (h *hubLine) run(ctx context.Context, c *client.Client, err error) {
	for errors.Is(err, client.ErrNotEnrolled) {
		err = h.rollOut(ctx)
		if errors.Is(err, errNoRollOut) || ctx.Err() != nil {
			return
		}
		if p := client.ProblemOf(err); p == client.Offline || p == client.Portal {
			fmt.Fprintln(os.Stderr, "vejviser: "+h.words(err))
			if !sleep(ctx, h.again) { // the network may come later than the window
				return
			}
			err = nil
		}
		if err == nil {
			c, err = client.New(h.options())
			h.takes(c)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "vejviser: "+h.words(err))
		return
	}
	err = c.Run(ctx)
	c.Close()
	h.mu.Lock()
	h.ended = err
	h.mu.Unlock()
	if err != nil && ctx.Err() == nil {
		h.app.hubTold()
	}
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// revoked gives why this PC is no device any more; nil where it is one.
func (h *hubLine) revoked() *client.RevokedError {
	h.mu.Lock()
	defer h.mu.Unlock()
	var gone *client.RevokedError
	if errors.As(h.ended, &gone) {
		return gone
	}
	return nil
}

// remedyOf is the key of what a person can do then: what waited lies sealed in a
// file, where anything waited.
func remedyOf(gone *client.RevokedError) string {
	if gone.Rescue == "" {
		return "sync.remedy.revoked_empty"
	}
	return "sync.remedy.revoked"
}

// words says in the app's language why something with the hub did not work.
func (h *hubLine) words(err error) string {
	if code := h.Problem(err); code != "" {
		return h.app.text("sync.problem."+code) + " " + h.app.text("sync.remedy."+code)
	}
	return h.app.text(localdb.MessageKey(err))
}

// stop ends it and waits for it.
func (h *hubLine) stop() {
	h.mu.Lock()
	end, done := h.end, h.done
	h.mu.Unlock()
	if end != nil {
		end()
		<-done
	}
	h.mu.Lock()
	h.client = nil
	h.mu.Unlock()
}

// rollOutPaths are where an administrator leaves the file: beside the data, or
// where the system keeps what is the same for all users.
func rollOutPaths(dir string) []string {
	paths := []string{filepath.Join(dir, "enrol.json")}
	switch runtime.GOOS {
	case "windows":
		if d := os.Getenv("ProgramData"); d != "" {
			paths = append(paths, filepath.Join(d, "Vejviser", "enrol.json"))
		}
	case "darwin":
		paths = append(paths, "/Library/Application Support/Vejviser/enrol.json")
	default:
		paths = append(paths, "/etc/vejviser/enrol.json")
	}
	return paths
}

// errNoRollOut says that there is no such file, or that it was tried already: an
// invitation works once.
var errNoRollOut = errors.New("no roll-out")

// rollOut enrols this PC from such a file.
func (h *hubLine) rollOut(ctx context.Context) error {
	for _, path := range rollOutPaths(h.app.args.dir) {
		conf, err := client.ReadConfig(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if used, err := h.store().Setting(settingRollOut); err != nil {
			return err
		} else if used == conf.Code {
			return errNoRollOut
		}
		if conf.Name == "" {
			conf.Name = client.MachineName()
		}
		if err := client.Enrol(ctx, h.options(), conf.Hub, conf.Code, conf.Name); err != nil {
			return err
		}
		return h.store().SetSetting(settingRollOut, conf.Code)
	}
	return errNoRollOut
}

// settingRollOut keeps which invitation of a roll-out file was used.
const settingRollOut = "roll_out"

// told is told by the client how far it is; the screen hears of it a few times a second.
func (h *hubLine) told(p client.Progress) {
	h.mu.Lock()
	now := time.Now()
	show := p.Stage != h.progress.Stage || now.Sub(h.at) > 200*time.Millisecond
	h.progress = p
	if show {
		h.at = now
	}
	h.mu.Unlock()
	if show {
		h.app.hubTold()
	}
}

func (h *hubLine) current() *client.Client {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.client
}

// Enrol implements insync.Hub.
func (h *hubLine) Enrol(ctx context.Context, hub, invitation, name string) error {
	if name == "" {
		name = client.MachineName()
	}
	h.turn.Lock()
	defer h.turn.Unlock()
	h.stop()
	err := client.Enrol(ctx, h.options(), hub, invitation, name)
	h.mu.Lock()
	parent := h.parent
	h.mu.Unlock()
	h.start(parent) // where it failed, as it was
	return err
}

// Nudge implements insync.Hub.
func (h *hubLine) Nudge() {
	if c := h.current(); c != nil {
		c.Nudge()
	}
}

// Pause implements insync.Hub.
func (h *hubLine) Pause() {
	if c := h.current(); c != nil {
		c.Pause()
	}
}

// Under implements insync.Hub: a PC without a position has not arrived yet.
func (h *hubLine) Under() (part float64, ok bool) {
	h.mu.Lock()
	c, p := h.client, h.progress
	h.mu.Unlock()
	if c == nil || p.Stage != "arrive" {
		return 0, false
	}
	at, err := h.store().Position()
	return p.Part(), err == nil && at.Seq == 0
}

// Verify implements insync.Hub.
func (h *hubLine) Verify(ctx context.Context, progress func(float64)) (insync.Verdict, error) {
	c := h.current()
	if c == nil {
		return insync.Verdict{}, client.ErrNotEnrolled
	}
	r, err := c.Verify(ctx, true, func(p client.Progress) { progress(p.Part()) })
	if err != nil {
		return insync.Verdict{}, err
	}
	st, err := h.store().Status()
	return insync.Verdict{Communities: st.Communities, Repaired: r.Repaired, Same: r.OK}, err
}

// Problem implements insync.Hub.
func (h *hubLine) Problem(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, protocol.ErrInvitation):
		return string(client.Invitation)
	case errors.Is(err, client.ErrAddress):
		return string(client.NotHub)
	}
	if p := client.ProblemOf(err); p != client.Local {
		return string(p)
	}
	return ""
}
