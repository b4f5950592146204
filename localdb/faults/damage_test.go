package faults_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/faults"
)

// specimen is a store that was recorded in, as it stood when it was stopped.
type specimen struct {
	stop   string
	dir    string
	ledger *ledger
	files  map[string][]string // sort → names
}

// specimens makes one store as a kill leaves it and one that was closed.
func specimens(t *testing.T, r *rand.Rand) []*specimen {
	t.Helper()
	var all []*specimen
	for _, stop := range []string{"killed", "closed"} {
		l := newLife(t, "", t.TempDir(), r)
		length := 80 * time.Millisecond
		if *damaged > 50 { // a whole region's directory
			length, l.ledger.size = 1500*time.Millisecond, 10_000
			l.drives.env = []string{sizeEnv + "=10000"}
		}
		for range 3 { // the directory and the tables of several sessions
			l.session(length, false)
		}
		if stop == "killed" {
			l.session(length, true)
		}
		names, err := faults.Files(l.dir)
		if err != nil {
			t.Fatal(err)
		}
		sp := &specimen{stop, l.dir, l.ledger, map[string][]string{}}
		for _, name := range names {
			if sort := sortOf(name); sort != "" {
				sp.files[sort] = append(sp.files[sort], name)
			}
		}
		all = append(all, sp)
	}
	return all
}

// session lets the driver act for a while, then kills it or closes the store.
func (l *life) session(d time.Duration, kill bool) {
	l.t.Helper()
	r := l.start()
	select {
	case <-r.heard.open:
		time.Sleep(d)
	case <-r.done:
	}
	if kill {
		_ = r.cmd.Process.Kill()
	} else {
		r.in.Close()
	}
	if err := r.wait(); !kill && err != nil {
		l.t.Fatalf("a session failed: %v %s", err, r.heard.failed)
	}
}

// sortOf sorts a file by what it is for; "" is not damaged here: keys are the
// matter of TestWithoutTheRightKeyNothingIsTouched, and what can be made again
// at any time is nobody's loss.
func sortOf(name string) string {
	base := filepath.Base(name)
	switch dir := filepath.Dir(name); {
	case dir == "journal" && filepath.Ext(base) == ".jnl":
		return "journal segment"
	case dir == "journal":
		return "journal " + base
	case dir == "store" && filepath.Ext(base) != "":
		return "store *" + filepath.Ext(base)
	case dir == "store":
		return "store " + base
	case filepath.Ext(base) == ".vjs":
		return "snapshot"
	case base == "state.json" || base == "draft.sealed":
		return base
	default:
		return ""
	}
}

// Faults 8, 9, 11 and 12. One file of the store or the journal is damaged: each
// sort of file, in each way, as a program does it and as a failing disk does.
// The next start succeeds and shows all that was acknowledged, and a repair
// makes everything sound again.
func TestNothingIsLostByOneDamagedFile(t *testing.T) {
	t.Parallel()
	damages(t, *damaged, func(t *testing.T, v victim, r *rand.Rand, n int) {
		l := v.copy(t, "damaged "+v.sort, r)
		l.damage(v.files[v.sort], n)
		if v.sort == "draft.sealed" { // a draft is said to be damaged, or is not there; nobody was told that it is kept
			was := l.ledger.values[kindDraft]["draft"]
			l.ledger.values[kindDraft]["draft"] = append(was, "")
		}
		l.told(1, 0)
		l.harmless()
	})
}

// Fault 10. A file of the store and one of the journal are damaged at once. What
// was in the damaged frames may be gone; then it is said, and the start succeeds.
func TestWhatTwoDamagesCostIsSaid(t *testing.T) {
	t.Parallel()
	damages(t, *damaged/4+1, func(t *testing.T, v victim, r *rand.Rand, n int) {
		l := v.copy(t, "damaged store and journal", r)
		var store []string
		for sort, names := range v.files {
			if strings.HasPrefix(sort, "store ") {
				store = append(store, names...)
			}
		}
		slices.Sort(store)
		what := l.damage(store, r.IntN(1000)) + "; " + l.damage(v.files["journal segment"], r.IntN(1000))
		l.told(1, 0)
		s, err := l.looks.look(l.dir, "repair")
		if err != nil {
			table.Add(faults.Row{Harm: l.harm, Failed: 1})
			t.Fatalf("%s: %v", what, err)
		}
		d := l.ledger.settle(s)
		row := faults.Row{Harm: l.harm, Acknowledged: l.ledger.acknowledged(), Lost: len(d.lost), Wrong: len(d.wrong), Back: []time.Duration{s.Back},
			Note: "what is lost is what the two damages hit"}
		if s.Rebuilt != "" {
			row.Rebuilt = 1
		}
		said := !s.Report.OK && s.Report.Missing > 0
		if len(d.lost) > 0 && !said {
			row.Silent = len(d.lost)
			t.Errorf("%s: %s, and nothing is said: %+v", what, d, s.Report)
		}
		if len(d.wrong) > 0 {
			t.Errorf("%s: %s", what, d)
		}
		table.Add(row)
		if len(d.lost) > 0 {
			l.nowhere(d.lost)
			t.Logf("%s: %d lost and said: %+v", what, len(d.lost), s.Report.Journal)
		}
	})
}

// victim is a specimen and a sort of its files.
type victim struct {
	*specimen
	sort string
}

// damages runs n damages, taking each sort of file of each specimen in turn, in
// an order that the seed draws.
func damages(t *testing.T, n int, run func(t *testing.T, v victim, r *rand.Rand, n int)) {
	const most = 50
	r := draw(t.Name(), -1)
	var victims []victim
	for _, sp := range specimens(t, r) {
		for _, sort := range slices.Sorted(maps.Keys(sp.files)) {
			victims = append(victims, victim{sp, sort})
		}
	}
	r.Shuffle(len(victims), func(i, j int) { victims[i], victims[j] = victims[j], victims[i] })
	for from := 0; from < n; from += most {
		t.Run(fmt.Sprintf("from %d", from+1), func(t *testing.T) {
			t.Parallel()
			t.Logf("again with -faults.seed=%d", *seed)
			for i := from; i < min(n, from+most); i++ {
				run(t, victims[i%len(victims)], draw(t.Name(), i), i/len(victims))
			}
		})
	}
}

func (sp *specimen) copy(t *testing.T, harm string, r *rand.Rand) *life {
	t.Helper()
	l := newLife(t, harm, filepath.Join(t.TempDir(), "data"), r)
	if err := faults.Copy(sp.dir, l.dir); err != nil {
		t.Fatal(err)
	}
	l.ledger = sp.ledger.clone()
	return l
}

// damage damages one of the named files and says what was done.
func (l *life) damage(names []string, n int) string {
	l.t.Helper()
	how := faults.Ways[l.rand.IntN(len(faults.Ways))]
	quiet := l.rand.IntN(2) == 0
	for i := range names {
		name := names[(n+i)%len(names)]
		what, err := faults.Damage(filepath.Join(l.dir, name), how, quiet, l.rand)
		if errors.Is(err, faults.ErrEmpty) {
			continue
		}
		if err != nil {
			l.t.Fatal(err)
		}
		l.t.Logf("%s: %s", name, what)
		return name + ": " + what
	}
	return ""
}

// harmless starts twice: first to see that nothing is lost and to repair, then
// to see that all is sound again.
func (l *life) harmless() {
	l.t.Helper()
	l.back("repair")
	s, err := l.looks.look(l.dir)
	if err != nil {
		l.t.Fatal(err)
	}
	if d := l.ledger.settle(s); len(d.lost)+len(d.wrong) > 0 || !s.Report.OK {
		l.t.Errorf("after the repair: %s %+v", d, s.Report)
	}
}

// nowhere looks for what is lost in what the store still holds anywhere: a
// record that a frame still has is shown, not lost. An event whose referral is
// lost waits for that referral, as one from another desk does.
func (l *life) nowhere(lost []string) {
	l.t.Helper()
	dump := l.dump()
	gone := map[string]bool{}
	for _, what := range lost {
		if f := strings.Fields(what); f[0] == kindRefer {
			gone[f[1]] = true
		}
	}
	for _, what := range lost {
		f := strings.Fields(what)
		switch f[0] {
		case kindEvent:
			if gone[f[2]] {
				continue
			}
		case kindSuggest, kindRefer:
		default:
			continue
		}
		id := f[1]
		if f[0] == kindRefer {
			id = f[2]
		}
		if strings.Contains(dump, `"id":"`+id) {
			l.t.Errorf("%s is in the dump and not shown", what)
		}
	}
}
