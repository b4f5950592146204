package sim

import (
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
)

// world is a hub, its PCs, what people did, and the time.
type world struct {
	t    *testing.T
	seed uint64
	dir  string
	dice *rand.Rand // of whoever decides what happens when

	mu      sync.Mutex
	skip    time.Duration // what the clocks went forward while nobody did anything
	counts  map[string]int
	history []string
	wrongs  []string
	known   codes
	up      *station

	hubRand io.Reader
	hubSkew time.Duration
	hubDirs int
	book    *book
	lineage []change // what the log took in, as far as it stands
	backups []backup
	hubSeed []byte
	erased  map[string]bool // keys of the log

	pcs   []*pc
	extra int
}

// codes are those that somebody could have been told.
type codes struct{ all []string }

var areas = []string{"Lindeby", "Højby", "Åkær", "Sønderup", "Birkelund"}

var organisations = []string{"Lindeby Bibliotek", "Højby Borgerservice", "Åkær Sundhedshus", "Foreningen Døren"}

// began is when the thirty days begin, in Danish winter time.
var began = time.Date(2026, 11, 2, 7, 0, 0, 0, time.UTC)

func newWorld(t *testing.T, seed uint64, dir string) *world {
	w := &world{t: t, seed: seed, dir: dir, dice: rand.New(rand.NewPCG(seed, 1)), counts: map[string]int{},
		hubRand: seeded(seed, "hub"), erased: map[string]bool{}}
	w.skip = time.Until(began)
	w.book = newBook(w)
	return w
}

// now is the true time.
func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.skip)
}

// until lets time pass to a moment while nobody does anything.
func (w *world) until(t time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if d := t.Sub(time.Now().Add(w.skip)); d > 0 {
		w.skip += d
	}
}

func (w *world) hubNow() time.Time {
	now := w.now()
	w.mu.Lock()
	defer w.mu.Unlock()
	return now.Add(w.hubSkew)
}

func (w *world) count(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counts[what]++
}

// say keeps a step for whoever reads the history of a failure.
func (w *world) say(format string, args ...any) {
	line := w.now().Format("01-02 15:04:05.000000") + "  " + fmt.Sprintf(format, args...)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.history = append(w.history, line)
	if *trace {
		fmt.Println(line)
	}
}

// wrong keeps what must not be.
func (w *world) wrong(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	w.say("WRONG  %s", line)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wrongs = append(w.wrongs, line)
}

func (w *world) logger(who string) *slog.Logger {
	if !*verbose {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelDebug})).With("at", who)
}

func (w *world) uuid() string {
	id, err := uuid.NewRandomFromReader(w.hubRand)
	if err != nil {
		panic(err)
	}
	return id.String()
}

// tell gives what happened, for a failure.
func (w *world) tell() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d\n", w.seed)
	from := max(0, len(w.history)-*steps)
	for _, l := range w.history[from:] {
		fmt.Fprintln(&b, l)
	}
	for i, l := range w.wrongs {
		if i == 40 {
			fmt.Fprintf(&b, "… and %d more\n", len(w.wrongs)-i)
			break
		}
		fmt.Fprintln(&b, "WRONG", l)
	}
	return b.String()
}

func pick[T any](dice *rand.Rand, from []T) T { return from[dice.IntN(len(from))] }

// seeded gives bytes that a seed and a name make. It may be read from anywhere.
func seeded(seed uint64, who string) io.Reader {
	var key [32]byte
	copy(key[:], fmt.Sprintf("%d %s", seed, who))
	return &lockedReader{r: rand.NewChaCha8(key)}
}

type lockedReader struct {
	mu sync.Mutex
	r  *rand.ChaCha8
}

func (l *lockedReader) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.Read(p)
}
