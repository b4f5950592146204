package sim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/sync/client"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/klauspost/compress/zstd"
)

// pc is one machine and whoever works at it.
type pc struct {
	w       *world
	name    string
	role    protocol.Role
	org     string
	areas   []string
	dice    *rand.Rand
	rand    io.Reader
	line    *line
	skew    time.Duration // of its clock
	dir     string
	dirs    int
	device  string
	holds   map[string]bool // operations that its store acknowledged
	dead    bool            // revoked, and its data gone
	lost    bool            // the hub knows it no more: a person enrols it again
	store   *localdb.Store
	client  *client.Client
	ctx     context.Context // of its day; killed: it is over
	stop    context.CancelFunc
	killed  bool
	round   uint64 // the epoch of a whole round that went well
	settled uint64 // the epoch of the hub to which it had said everything; 0 is none
	backup  *savedPC
}

// savedPC is an old copy of a machine.
type savedPC struct {
	dir    string
	device string
	holds  map[string]bool
}

const hubURL = "https://hub.lindeby.example"

func (w *world) newPC(role protocol.Role, org string, municipalities ...string) *pc {
	n := len(w.pcs)
	p := &pc{w: w, name: fmt.Sprintf("%s-%d", role, n), role: role, org: org, areas: municipalities,
		dice: rand.New(rand.NewPCG(w.seed, uint64(1000+n))), holds: map[string]bool{}}
	p.rand = seeded(w.seed, p.name)
	p.line = &line{w: w, who: p.name, address: fmt.Sprintf("10.0.%d.%d:4000", n/200, 1+n%200), seen: map[string]int{}, old: map[string]*wireReply{}}
	p.newDir()
	if role == protocol.Kiosk || role == protocol.Coordinator {
		p.line.look = p.mayNotSee
	}
	if p.dice.IntN(5) == 0 {
		p.setClock()
	}
	w.pcs = append(w.pcs, p)
	return p
}

// setClock puts this machine's clock wrong: by minutes, months or years. None is
// wrong by one to three years back, because of purge, for which the hub believes
// to be a year later: it would rightly lay such cases to rest.
func (p *pc) setClock() {
	const day = 24 * time.Hour
	p.skew = pick(p.dice, []time.Duration{0, 7 * time.Minute, -95 * time.Minute, -200 * day, 200 * day, 400 * day, 5 * 365 * day, 10 * 365 * day, -4 * 365 * day, -10 * 365 * day})
}

func (p *pc) newDir() string {
	p.dirs++
	old := p.dir
	p.dir = filepath.Join(p.w.dir, fmt.Sprintf("%s.%d", p.name, p.dirs))
	return old
}

func (p *pc) say(format string, args ...any) {
	p.w.say("%-14s %s", p.name, fmt.Sprintf(format, args...))
}

func (p *pc) now() time.Time { return p.w.now().Add(p.skew) }

// mayNotSee looks through what the hub sends for what this role must never have.
func (p *pc) mayNotSee(path string, _ int, body []byte) {
	if bytes.HasPrefix(body, []byte{0x28, 0xb5, 0x2f, 0xfd}) {
		z, err := zstd.NewReader(bytes.NewReader(body), zstd.WithDecoderConcurrency(1))
		if err == nil {
			body, err = io.ReadAll(z)
			z.Close()
		}
		if err != nil {
			p.w.wrong("%s: %s: %v", p.name, path, err)
		}
	}
	p.w.count("replies searched for markers")
	for _, mark := range []string{marker, "Zzmark", `"kind":"referral"`, `"kind":"event"`, `"kind":"suggestion"`, `"kind":"gap"`, `"kind":"conflict"`, `"kind":"ambassador"`} {
		if bytes.Contains(body, []byte(mark)) {
			p.w.wrong("%s was sent %s by %s", p.name, mark, path)
		}
	}
}

// open opens the machine, which may never have been on.
func (p *pc) open() bool {
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: p.dir, Create: true, Now: p.now, Rand: p.rand, Log: p.w.logger(p.name), Actor: string(p.role)})
	if err != nil {
		p.w.wrong("%s does not start: %v", p.name, err)
		return false
	}
	p.w.count("stores opened")
	p.store = s
	e, err := s.Enrolment()
	if err != nil {
		p.w.wrong("%s: %v", p.name, err)
		return false
	}
	if e == nil || p.lost {
		return p.enrol()
	}
	return p.connect()
}

func (p *pc) options() client.Options {
	return client.Options{Store: p.store, Transport: p.line, Now: p.now, Rand: p.rand, Program: "sim/1", Log: p.w.logger(p.name)}
}

func (p *pc) connect() bool {
	c, err := client.New(p.options())
	if err != nil {
		p.w.wrong("%s: %v", p.name, err)
		return false
	}
	p.client = c
	return true
}

// enrol gets an invitation and takes it, again and again where the line is bad.
func (p *pc) enrol() bool {
	if p.client != nil {
		p.client.Close()
		p.client = nil
	}
	for range 6 {
		code, err := p.w.invite(p.role, p.org, p.areas)
		if err == nil {
			err = client.Enrol(p.ctx, p.options(), hubURL, code, p.name)
		}
		if err == nil {
			e, err := p.store.Enrolment()
			if err != nil {
				p.w.wrong("%s: %v", p.name, err)
				return false
			}
			if p.device != "" {
				p.w.book.again(p)
			}
			p.device, p.lost = e.Device, false
			p.say("is enrolled as %s for %s %v", short(p.device), p.org, p.areas)
			p.w.count("enrolments")
			return p.connect()
		}
		if rest(p.ctx, 3*time.Second) != nil {
			return false
		}
	}
	return false
}

// close ends the machine in good order.
func (p *pc) close() {
	if p.client != nil {
		p.client.Close()
		p.client = nil
	}
	if p.store != nil {
		if err := p.store.Close(); err != nil {
			p.w.wrong("%s: closing: %v", p.name, err)
		}
		p.store = nil
	}
}

// sync is one round, and what a person does about how it ended.
func (p *pc) sync() error {
	before := p.epoch()
	err := p.client.Sync(p.ctx, nil)
	p.round = 0
	if err == nil && p.epoch() == before { // a round that meets another epoch gives back in the next
		p.round = before
	}
	return p.ended(err)
}

func (p *pc) epoch() uint64 {
	at, err := p.store.Position()
	if err != nil {
		p.w.wrong("%s: %v", p.name, err)
	}
	return at.Epoch
}

func (p *pc) ended(err error) error {
	var gone *client.RevokedError
	problem := client.ProblemOf(err)
	p.w.count("rounds")
	if problem != "" {
		p.say("round: %v", err)
		p.w.count("rounds that ended " + string(problem))
	}
	switch {
	case errors.As(err, &gone):
		p.revoked(gone)
	case problem == client.Cloned, problem == client.Unknown:
		p.lost = true // a person reads it, and has the machine enrolled again
		if !p.enrol() {
			return err
		}
	case problem == client.Local:
		p.w.wrong("%s: the store failed: %v", p.name, err)
	case problem == client.Differs, problem == client.Version:
		p.w.wrong("%s: %v", p.name, err)
	}
	return err
}

// revoked looks at what is left of a machine whose rights were taken.
func (p *pc) revoked(gone *client.RevokedError) {
	p.dead = true
	p.w.count("machines wiped")
	p.say("is wiped; rescued: %v", gone.Rescue != "")
	if p.client != nil {
		p.client.Close()
		p.client = nil
	}
	p.store = nil
	if gone.Rescue == "" {
		return
	}
	b, err := os.ReadFile(gone.Rescue)
	if err != nil {
		p.w.wrong("%s: %v", p.name, err)
		return
	}
	if p.w.hubSeed == nil {
		return
	}
	_, ops, err := localdb.OpenRescue(b, p.w.hubSeed)
	if err != nil {
		p.w.wrong("%s: the rescue file: %v", p.name, err)
		return
	}
	p.w.book.mu.Lock()
	defer p.w.book.mu.Unlock()
	for _, op := range ops {
		for _, o := range p.w.book.ops {
			if o.op.Counter == op.Counter && p.holds[o.op.ID] && sameJSON(o.op.Body, op.Body) {
				o.rescued = true
			}
		}
	}
}

// kill leaves of the machine what is on its disk at this moment. Whoever works at
// it notices by its context. The caller has seen to it that nobody is at work.
func (p *pc) kill() {
	if p.store == nil || p.killed || p.dead {
		return
	}
	was := p.newDir()
	if err := copyFolder(was, p.dir); err != nil {
		p.w.wrong("%s: %v", p.name, err)
		return
	}
	p.say("is killed")
	p.w.count("machines killed")
	p.killed = true
	p.stop()
}

// buried closes what a kill left open, and throws its folder away.
func (p *pc) buried(was string) {
	if p.client != nil {
		p.client.Close()
		p.client = nil
	}
	if p.store != nil {
		_ = p.store.Close() // it is none any more
		p.store = nil
	}
	os.RemoveAll(was)
	p.killed = false
}

// save keeps a copy of a machine that is off, as a backup program does.
func (p *pc) save() {
	dir := filepath.Join(p.w.dir, p.name+".saved")
	os.RemoveAll(dir)
	if err := copyFolder(p.dir, dir); err != nil {
		p.w.wrong("%s: %v", p.name, err)
		return
	}
	p.backup = &savedPC{dir, p.device, maps.Clone(p.holds)}
	p.say("is saved")
}

// putBack makes the machine what it was when it was saved.
func (p *pc) putBack() {
	if p.backup == nil {
		return
	}
	was := p.newDir()
	if err := copyFolder(p.backup.dir, p.dir); err != nil {
		p.w.wrong("%s: %v", p.name, err)
		return
	}
	os.RemoveAll(was)
	p.say("is what it was when it was saved; it had %d operations and now has %d", len(p.holds), len(p.backup.holds))
	p.w.count("old machines put back")
	p.device, p.holds, p.settled = p.backup.device, maps.Clone(p.backup.holds), 0
}

// clone makes a second machine with the same disk.
func (p *pc) clone() *pc {
	c := p.w.newPC(p.role, p.org, p.areas...)
	if err := copyFolder(p.dir, c.dir); err != nil {
		p.w.wrong("%s: %v", p.name, err)
	}
	c.device, c.holds, c.skew = p.device, maps.Clone(p.holds), p.skew
	p.say("is copied: %s", c.name)
	p.w.count("machines copied")
	return c
}
