//go:build window

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jezek/xgb/damage"
	"github.com/jezek/xgb/xproto"
)

// The measurements print figures for the README; they assert nothing about
// time, because a loaded machine must not fail a build.

func exampleStore(t testing.TB) string {
	t.Helper()
	if *vejvisPath == "" {
		t.Skip("no -vejvis given: run this through make test-window or make bench")
	}
	dir := filepath.Join(t.TempDir(), "data")
	vejvis(t, "init", "--example", "--data", dir)
	return dir
}

func percentiles(ds []time.Duration) string {
	slices.Sort(ds)
	p := func(q float64) time.Duration { return ds[int(q*float64(len(ds)-1))].Round(100 * time.Microsecond) }
	return fmt.Sprintf("n=%d min=%v p50=%v p95=%v max=%v", len(ds), p(0), p(.5), p(.95), p(1))
}

func TestMeasureFirstFrame(t *testing.T) {
	s := newScreen(t, 1360, 820)
	dir := exampleStore(t)
	var firsts, lists []time.Duration
	for i := range 11 {
		a := s.start("--data", dir)
		s.waitFor("the first hits", s.listShown)
		if i > 0 { // the first one warms the file cache
			firsts = append(firsts, a.first)
			lists = append(lists, time.Since(a.begin))
		}
		s.settle()
		a.stop()
	}
	t.Logf("first frame, warm: %s", percentiles(firsts))
	t.Logf("the counter with its first hits, warm: %s", percentiles(lists))
}

func TestMeasureKeyPressToPaintedList(t *testing.T) {
	s := newScreen(t, 1360, 820)
	a := s.start("--data", exampleStore(t))
	s.settle()
	id, err := damage.NewDamageId(s.conn)
	must(t, err)
	must(t, damage.CreateChecked(s.conn, id, xproto.Drawable(a.win), damage.ReportLevelNonEmpty).Check())
	list := func() uint64 {
		r, err := xproto.GetImage(s.conn, xproto.ImageFormatZPixmap, xproto.Drawable(s.root), 215, 135, 430, 500, 0xffffffff).Reply()
		must(t, err)
		return hash(r.Data)
	}
	var took []time.Duration
	unchanged := 0
	for _, r := range strings.Repeat("gåtur\bstrik\bkaffe\bsang\bspis\bcykel\b", 8) {
		sym := xproto.Keysym(r)
		if r == '\b' {
			s.tap('a', true) // select all: the next letter starts anew
			time.Sleep(150 * time.Millisecond)
			continue
		}
		before := list()
		drain(s, id)
		begin := time.Now()
		s.tap(sym, false)
		if d, ok := untilChanged(s, id, begin, before, list); ok {
			took = append(took, d)
		} else {
			unchanged++
		}
		time.Sleep(120 * time.Millisecond)
	}
	t.Logf("key press to painted list: %s (%d presses changed nothing in the list)", percentiles(took), unchanged)
	anon, drivers, total := memory(a.cmd.Process.Pid)
	t.Logf("memory of the idle app: %d MB, of which %d MB are files of the GL driver; %d MB anonymous", total, drivers, anon)
}

func drain(s *screen, id damage.Damage) {
	damage.Subtract(s.conn, id, 0, 0)
	s.conn.Sync()
	for {
		if e, _ := s.conn.PollForEvent(); e == nil {
			return
		}
	}
}

// untilChanged waits for damage after which the list's pixels differ.
func untilChanged(s *screen, id damage.Damage, begin time.Time, before uint64, list func() uint64) (time.Duration, bool) {
	for time.Since(begin) < time.Second {
		e, _ := s.conn.PollForEvent()
		if _, ok := e.(damage.NotifyEvent); !ok {
			time.Sleep(200 * time.Microsecond)
			continue
		}
		at := time.Since(begin)
		damage.Subtract(s.conn, id, 0, 0)
		if list() != before {
			return at, true
		}
	}
	return 0, false
}

// memory reads what the process holds, in MB, from /proc: files of the software
// GL driver are counted apart, because a real one has none.
func memory(pid int) (anon, drivers, total int) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps", pid))
	if err != nil {
		return 0, 0, 0
	}
	driver := false
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		switch {
		case len(f) >= 5 && strings.Contains(f[0], "-"):
			name := strings.Join(f[5:], " ")
			driver = strings.Contains(name, "LLVM") || strings.Contains(name, "dri") || strings.Contains(name, "gallium") || strings.Contains(name, "GL") || strings.Contains(name, "libz3") || strings.Contains(name, "icu")
		case f[0] == "Rss:":
			var kb int
			fmt.Sscan(f[1], &kb)
			total += kb
			if driver {
				drivers += kb
			}
		case f[0] == "Anonymous:":
			var kb int
			fmt.Sscan(f[1], &kb)
			anon += kb
		}
	}
	return anon >> 10, drivers >> 10, total >> 10
}

func TestMeasureHandout(t *testing.T) {
	dir := exampleStore(t)
	var ids []string
	for _, line := range strings.Split(strings.TrimSpace(vejvis(t, "search", "--json", "--limit", "4", "--data", dir, "gåtur")), "\n") {
		_, rest, _ := strings.Cut(line, `"id":"`)
		id, _, _ := strings.Cut(rest, `"`)
		ids = append(ids, id)
	}
	out := filepath.Join(t.TempDir(), "ark.pdf")
	var own []time.Duration
	for range 11 {
		begin := time.Now()
		vejvis(t, append([]string{"handout", "--data", dir, "--out", out, "--date", "2026-11-23", "--name", "Karen"}, ids...)...)
		own = append(own, time.Since(begin))
	}
	t.Logf("handout of %d cards, own process, store opened and closed: %s", len(ids), percentiles(own))
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Log("chromium is not installed: no comparison")
		return
	}
	html := filepath.Join(t.TempDir(), "ark.html")
	must(t, os.WriteFile(html, []byte("<meta charset=utf-8><style>@page{size:A4}section{break-after:page}</style>"+strings.Repeat("<section><h1>Kære Karen</h1>"+strings.Repeat("<h2>Gå-glad</h2><p>tirsdag 24. november kl. 10 – Første gang: Bente står ved døren.</p>", 3)+"</section>", 2)), 0o644))
	var theirs []time.Duration
	for range 5 {
		begin := time.Now()
		must(t, exec.Command(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+t.TempDir(), "--print-to-pdf="+out, html).Run())
		theirs = append(theirs, time.Since(begin))
	}
	slices.Sort(own)
	slices.Sort(theirs)
	t.Logf("headless Chromium, same run: %s; ratio %.3f", percentiles(theirs), float64(own[len(own)/2])/float64(theirs[len(theirs)/2]))
}
