package sim

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

var (
	seedFlag = flag.Uint64("seed", 0, "live through this seed alone, in this process")
	seeds    = flag.Int("seeds", fewSeeds, "how many seeds")
	first    = flag.Uint64("first", 1, "the first seed")
	steps    = flag.Int("steps", 60, "how many of the last steps a failure tells")
	trace    = flag.Bool("trace", false, "tell every step as it happens")
	verbose  = flag.Bool("logs", false, "the programs' own logs as well")
	account  = flag.String("account", "", "where a seed writes what it counted (for the one that started it)")
)

// TestSimulation lives through many seeds, each in a process of its own: time in
// one bubble is not another's, and one processor makes a seed the same again.
func TestSimulation(t *testing.T) {
	if *seedFlag != 0 {
		runtime.GOMAXPROCS(1) // the same seed, the same order of things
		one(t, *seedFlag)
		return
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	todo := make(chan uint64)
	var (
		wg     sync.WaitGroup
		mu     sync.Mutex
		total  = map[string]int{}
		failed []uint64
	)
	for range runtime.NumCPU() {
		wg.Go(func() {
			for seed := range todo {
				counts, out, err := child(exe, seed, t.TempDir())
				mu.Lock()
				if err != nil {
					failed = append(failed, seed)
					t.Errorf("seed %d: %v\n%s\nagain: go test ./sync/sim -run Simulation -seed %d", seed, err, out, seed)
				}
				for k, n := range counts {
					total[k] += n
				}
				mu.Unlock()
			}
		})
	}
	for i := range *seeds {
		todo <- *first + uint64(i)
	}
	close(todo)
	wg.Wait()
	slices.Sort(failed)
	t.Logf("%d seeds in %v, failed: %v", *seeds, time.Since(began).Round(time.Second), failed)
	for _, k := range slices.Sorted(maps.Keys(total)) {
		t.Logf("%9d  %s", total[k], k)
	}
}

func child(exe string, seed uint64, dir string) (map[string]int, string, error) {
	file := filepath.Join(dir, "account.json")
	cmd := exec.Command(exe, "-test.run=^TestSimulation$", "-test.timeout=10m", "-seed="+strconv.FormatUint(seed, 10),
		"-account="+file, "-steps="+strconv.Itoa(*steps))
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1", "GOGC=400", "GOMEMLIMIT=1500MiB")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	counts := map[string]int{}
	if b, rerr := os.ReadFile(file); rerr == nil {
		if jerr := json.Unmarshal(b, &counts); jerr != nil && err == nil {
			err = jerr
		}
	}
	text := out.String()
	if len(text) > 20000 {
		text = text[:10000] + "\n…\n" + text[len(text)-10000:]
	}
	return counts, text, err
}

// one is one seed.
func one(t *testing.T, seed uint64) {
	dir, err := os.MkdirTemp(fastDisk(), fmt.Sprintf("vejviser-sim-%d-", seed))
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, seed, dir)
		defer func() {
			w.end()
			if len(w.wrongs) > 0 {
				t.Error(w.tell())
			}
			w.report()
		}()
		w.live()
	})
}

// fastDisk is a file system in memory, where there is one: a seed makes some
// thousand files.
func fastDisk() string {
	if st, err := os.Stat("/dev/shm"); err == nil && st.IsDir() {
		return "/dev/shm"
	}
	return ""
}

func (w *world) report() {
	if *account == "" {
		for _, k := range slices.Sorted(maps.Keys(w.counts)) {
			w.t.Logf("%7d  %s", w.counts[k], k)
		}
		return
	}
	b, err := json.Marshal(w.counts)
	if err == nil {
		err = os.WriteFile(*account, b, 0o600)
	}
	if err != nil {
		w.t.Error(err)
	}
}

// end lets go of everything.
func (w *world) end() {
	for _, p := range w.pcs {
		if p.store != nil {
			p.close()
		}
	}
	w.closeHub(false)
}

const (
	days = 30
	size = 50
)

// day is what one machine's day holds.
type day struct {
	from    time.Duration
	acts    int
	rounds  int
	running bool
	cutOff  bool
	weather weather
}

// live is thirty days.
func (w *world) live() {
	if err := w.openHub(w.newHubDir()); err != nil {
		w.wrong("%v", err)
		return
	}
	w.fill(40)
	for range 7 {
		w.newPC(protocol.Kiosk, pick(w.dice, organisations))
	}
	for i := range 22 {
		if i%4 == 0 {
			w.newPC(protocol.Desk, pick(w.dice, organisations), pick(w.dice, areas))
		} else {
			w.newPC(protocol.Desk, pick(w.dice, organisations))
		}
	}
	for i := range 17 {
		switch i % 3 {
		case 0:
			w.newPC(protocol.Guide, "Fællesskabsby", pick(w.dice, areas))
		case 1:
			w.newPC(protocol.Guide, "Fællesskabsby", areas[i%5], areas[(i+1)%5])
		default:
			w.newPC(protocol.Guide, "Fællesskabsby")
		}
	}
	for len(w.pcs) < size {
		w.newPC(protocol.Coordinator, "Kommunen")
	}
	for d := range days {
		w.until(began.Add(time.Duration(d) * 24 * time.Hour))
		w.say("--- day %d", d+1)
		w.day(d)
		w.night(d)
	}
	w.finish()
}

// day has some machines at work, and things happen beside it.
func (w *world) day(d int) {
	var wg sync.WaitGroup
	var at []*pc
	n := 3 + w.dice.IntN(4)
	for _, i := range w.dice.Perm(len(w.pcs)) {
		p := w.pcs[i]
		if len(at) == n {
			break
		}
		if p.dead || i%10 == 9 && d > 2 && d < 28 && d%13 != 0 { // some are away for long
			continue
		}
		at = append(at, p)
	}
	if d < 5 { // everybody has been there once
		for i := d * 10; i < (d+1)*10; i++ {
			if !slices.Contains(at, w.pcs[i]) && !w.pcs[i].dead {
				at = append(at, w.pcs[i])
			}
		}
	}
	for _, p := range at {
		plan := day{from: time.Duration(w.dice.IntN(20_000_000)) * time.Microsecond, acts: 1 + w.dice.IntN(5), rounds: 1 + w.dice.IntN(2),
			running: w.dice.IntN(8) == 0, cutOff: w.dice.IntN(6) == 0 && p.device != "", weather: weatherOf(w.dice)}
		p.ctx, p.stop = context.WithCancel(context.Background())
		wg.Go(func() { p.shift(plan) })
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	w.meanwhile(at, done)
	<-done
	for _, p := range at {
		if p.killed {
			p.buried(filepath.Join(w.dir, fmt.Sprintf("%s.%d", p.name, p.dirs-1)))
		} else {
			p.inStep()
			p.close()
		}
		p.stop()
	}
}

func weatherOf(dice *rand.Rand) weather {
	switch dice.IntN(4) {
	case 0:
		return sunny
	case 1, 2:
		return cloudy
	}
	return stormy
}

// meanwhile is what happens to hub and machines while people work.
func (w *world) meanwhile(at []*pc, done chan struct{}) {
	for range w.dice.IntN(4) {
		select {
		case <-done:
			return
		case <-time.After(time.Duration(w.dice.IntN(8_000_000)) * time.Microsecond):
		}
		switch w.dice.IntN(10) {
		case 0:
			w.restartHub(false)
		case 1:
			w.restartHub(true)
		case 2, 3, 4:
			synctest.Wait()
			pick(w.dice, at).kill()
		case 5, 6:
			w.takeBackup()
		case 7:
			w.importAgain()
		default:
			p := pick(w.dice, at)
			p.line.mu.Lock()
			p.line.cutOff = !p.line.cutOff
			p.line.mu.Unlock()
			w.count("partitions")
		}
	}
}

// night is what an administrator, a thief and a fire do.
func (w *world) night(d int) {
	if d%7 == 6 {
		w.takeBackup()
	}
	if d == 12 || d == 21 && w.dice.IntN(2) == 0 || d > 3 && d < 27 && w.dice.IntN(40) == 0 {
		w.restoreHub()
	}
	if d == 16 {
		w.purge()
	}
	p := pick(w.dice, w.pcs)
	if p.dead || p.device == "" {
		return
	}
	switch w.dice.IntN(9) {
	case 0:
		w.revoke(p)
	case 1:
		if w.extra < 3 {
			w.extra++
			p.clone()
		}
	case 2:
		p.save()
	case 3, 4:
		for _, q := range w.pcs {
			if q.backup != nil && !q.dead {
				q.putBack()
				q.backup = nil
				break
			}
		}
	case 5:
		if p.role == protocol.Guide || p.role == protocol.Desk {
			w.narrow(p)
		}
	case 6:
		w.erase()
	}
}

func (w *world) revoke(p *pc) {
	if w.dice.IntN(2) == 0 {
		return
	}
	if err := w.up.hub.Revoke(context.Background(), p.device); err != nil {
		w.say("%s cannot be revoked: %v", p.name, err)
		return
	}
	p.settled = 0
	p.say("is revoked")
	w.count("machines revoked")
}

// narrow gives a machine another invitation, with other municipalities.
func (w *world) narrow(p *pc) {
	p.areas = nil
	for range 1 + w.dice.IntN(2) {
		if a := pick(w.dice, areas); !slices.Contains(p.areas, a) {
			p.areas = append(p.areas, a)
		}
	}
	p.lost = true
	p.say("is to be enrolled again for %s", strings.Join(p.areas, ", "))
	w.count("machines narrowed")
}
