//go:build window

package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/assets/example"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/jezek/xgb/xproto"
)

// The story is played with today's clock; with -clock the programs are built so that
// it can be moved (make story), and the four weeks pass.
var clockMoves = flag.Bool("clock", false, "the programs read from "+clockShift+" by how many seconds their clock is moved")

const clockShift = "VEJVISER_SHIFT"

// story is three people at three PCs with a screen each, and a hub that comes and
// goes between what they do.
type story struct {
	t    *testing.T
	name string // begins the names of its pictures
	step int
	hub  *hubProcess
	days int

	clock                    bool // the programs have a clock that can be moved
	desk, guide, coordinator *role
}

// role is one person's PC: a screen, a store, and the program while it is open.
type role struct {
	*running
	st   *story
	who  string
	s    *screen
	dir  string
	seen map[string]bool // sheets that were there before
}

// newStory makes a hub with the example directory, and a desk and a guide that are
// enrolled; withCoordinator a third PC too. The guide knows the example's ambassadors.
func newStory(t *testing.T, name string, withCoordinator bool) *story {
	if *appPath == "" || *hubPath == "" {
		t.Skip("no -app and -hub given: run this through make test-window, which builds the programs first")
	}
	tmp := t.TempDir()
	st := &story{t: t, name: name, clock: *clockMoves, hub: newHub(t, filepath.Join(tmp, "hub"))}
	all, list := filepath.Join(tmp, "example"), filepath.Join(tmp, "list.jsonl")
	vejvis(t, "init", "--example", "--data", all)
	vejvis(t, "export", "--data", all, "--format", "jsonl", "--out", list)
	st.hub.run("import", list)
	st.hub.start()
	st.desk = st.enrol("desk", "Humlekær Bibliotek", filepath.Join(tmp, "desk"))
	st.guide = st.enrol("guide", "Fællesskabsguiderne", filepath.Join(tmp, "guide"))
	st.knowAmbassadors()
	vejvis(t, "sync", "--data", st.guide.dir)
	if withCoordinator {
		st.coordinator = st.enrol("coordinator", "Humlekær Kommune", filepath.Join(tmp, "coordinator"))
	}
	return st
}

func (st *story) enrol(who, organisation, dir string) *role {
	st.t.Helper()
	var invitation struct{ Code string }
	must(st.t, json.Unmarshal(st.hub.run("invite", "--role", who, "--organisation", organisation, "--json"), &invitation))
	vejvis(st.t, "enrol", "--hub", "http://"+st.hub.addr, "--name", who, "--data", dir, invitation.Code)
	vejvis(st.t, "sync", "--data", dir)
	return &role{st: st, who: who, dir: dir, s: newScreen(st.t, 1360, 820), seen: map[string]bool{}}
}

// knowAmbassadors writes the example's ambassadors as the guide does.
func (st *story) knowAmbassadors() {
	as, err := example.Ambassadors()
	must(st.t, err)
	example.MoveAmbassadorsTo(directory.DayOf(time.Now()), as)
	s, err := localdb.Open(st.t.Context(), localdb.Options{Dir: st.guide.dir})
	must(st.t, err)
	for i := range as {
		must(st.t, s.EditAmbassador(nil, &as[i]))
	}
	must(st.t, s.Close())
}

// open starts the program on this PC.
func (r *role) open() {
	r.running = r.s.start("--data", r.dir)
	r.waitFor("the first page", r.listShown)
	r.settle()
}

// shut closes it, so that the command line may read what it holds.
func (r *role) shut() {
	if r.running != nil {
		r.running.stop()
		r.running = nil
	}
}

// shot leaves a picture of the screen: "story-03-guide-arranged".
func (r *role) shot(what string) {
	r.st.step++
	r.s.picture(fmt.Sprintf("%s-%02d-%s-%s", r.st.name, r.st.step, r.who, what))
}

// keys presses keys one after another, each after the last one was painted.
func (r *role) keys(syms ...xproto.Keysym) {
	for _, k := range syms {
		r.press(k)
		r.settle()
	}
}

// sym is the key of a letter.
func sym(r rune) xproto.Keysym { return xproto.Keysym(r) }

// later lets days pass: everybody closes, the hub stops, and all begin again on
// another day. Without a clock that can be moved, nothing is done.
func (st *story) later(days int) {
	if !st.clock {
		return
	}
	st.days += days
	for _, r := range []*role{st.desk, st.guide} {
		if r.running != nil {
			r.shut()
			defer r.open()
		}
	}
	st.hub.stop()
	st.t.Setenv(clockShift, strconv.Itoa(st.days*24*60*60))
	st.hub.start()
}

// backTab is Shift and Tab.
func (r *role) backTab() {
	r.fake(xproto.KeyPress, r.s.keys[keyShift].code)
	r.press(keyTab)
	r.fake(xproto.KeyRelease, r.s.keys[keyShift].code)
	r.conn.Sync()
	r.settle()
}

// page goes to a page by its number.
func (r *role) page(n rune) {
	r.ctrl(n)
	r.settle()
}

// sheet is the code on the sheet that was saved since the last one.
func (r *role) sheet() string {
	code := ""
	r.waitFor("a new sheet", func() bool {
		for _, f := range r.sheets() {
			if !r.seen[f] {
				r.seen[f] = true
				code = strings.TrimSuffix(strings.TrimPrefix(filepath.Base(f), "vejvisning-"), ".pdf")
			}
		}
		return code != ""
	})
	return code
}

// hears waits until something comes in from outside: the pixels change.
func (r *role) hears(what string, before uint64) {
	r.st.t.Helper()
	begin := time.Now()
	for end := begin.Add(90 * time.Second); r.looks() == before; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			r.shot("failed")
			r.st.t.Fatalf("%s did not hear of %s", r.who, what)
		}
	}
	r.settle()
	r.st.t.Logf("%s hears of %s after %v", r.who, what, time.Since(begin).Round(100*time.Millisecond))
}

// looks is what the page shows, without the side and the line below.
func (r *role) looks() uint64 {
	b, w := r.grab(), int(r.w)
	var part []byte
	for y := 40; y < int(r.h)-60; y++ {
		part = append(part, b[(y*w+230)*4:(y+1)*w*4]...)
	}
	return hash(part)
}

// life is what a PC holds of a code.
type life struct {
	State  string
	Events []struct{ Kind, On string }
}

func (l life) kinds() string {
	var out []string
	for _, e := range l.Events {
		out = append(out, e.Kind)
	}
	return strings.Join(out, " ")
}

func (r *role) life(code string) life {
	r.st.t.Helper()
	var l life
	must(r.st.t, json.Unmarshal([]byte(vejvis(r.st.t, "referral", code, "--json", "--data", r.dir)), &l))
	return l
}

// sameEverywhere shuts all, has each meet the hub, and says what both hold of a code:
// it must be the same, and what is wanted. A coordinator's PC holds nothing of it.
func (st *story) sameEverywhere(code, state, kinds string) {
	st.t.Helper()
	for _, r := range []*role{st.desk, st.guide, st.coordinator} {
		if r != nil {
			r.shut()
		}
	}
	for _, r := range []*role{st.desk, st.guide, st.desk} {
		vejvis(st.t, "sync", "--data", r.dir)
	}
	for _, r := range []*role{st.desk, st.guide} {
		if l := r.life(code); l.State != state || l.kinds() != kinds {
			st.t.Errorf("%s has %s as %s: %s; want %s: %s", r.who, code, l.State, l.kinds(), state, kinds)
		}
		if w := status(st.t, r.dir)["waiting"]; w != 0.0 {
			st.t.Errorf("%s has %v waiting", r.who, w)
		}
	}
	if st.coordinator != nil {
		vejvis(st.t, "sync", "--data", st.coordinator.dir)
		if strings.Contains(vejvis(st.t, "dump", "--data", st.coordinator.dir), code) {
			st.t.Error("a coordinator's PC holds the code of a citizen")
		}
		c := exec.Command(*vejvisPath, "referral", code, "--data", st.coordinator.dir)
		if c.Run() == nil {
			st.t.Error("a coordinator's PC knows a life")
		}
	}
}
