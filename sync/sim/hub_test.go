package sim

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing/synctest"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/sync/hub"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/log/embedded"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// backup is one that was taken, and what stood in the log then.
type backup struct {
	bytes   []byte
	lineage int
	seq     uint64
	erased  map[string]bool
}

// station is the hub while it is up.
type station struct {
	dir     string
	hub     *hub.Hub
	log     *embedded.Log
	ledger  *ledger
	handler http.Handler
	ctx     context.Context
	stop    context.CancelFunc
	calls   sync.WaitGroup
	house   sync.WaitGroup
}

// station gives the hub of the moment, nil where it is down. Whoever gets it says
// Done to its calls.
func (w *world) station() *station {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.up != nil {
		w.up.calls.Add(1)
	}
	return w.up
}

// openHub starts the hub in dir.
func (w *world) openHub(dir string) error {
	ctx := context.Background()
	key, err := hub.LogKey(dir, nil, w.hubRand)
	if err != nil {
		return err
	}
	l, err := embedded.Open(ctx, embedded.Options{Dir: filepath.Join(dir, "log"), Key: key, Now: w.hubNow, Rand: w.hubRand, Log: w.logger("log")})
	if err != nil {
		return err
	}
	st := &station{dir: dir, log: l, ledger: &ledger{Log: l, w: w}}
	st.hub, err = hub.Open(ctx, hub.Options{Dir: dir, Log: st.ledger, Name: "Lindeby hub", PublicURL: "https://lindeby.example",
		Now: w.hubNow, Rand: w.hubRand, Logger: w.logger("hub")})
	if err != nil {
		return err
	}
	st.handler = st.hub.Handler()
	st.ctx, st.stop = context.WithCancel(ctx)
	st.house.Go(func() {
		if err := st.hub.Run(st.ctx); err != nil {
			w.wrong("the hub does not go on: %v", err)
		}
	})
	w.mu.Lock()
	w.up = st
	w.mu.Unlock()
	return nil
}

// closeHub stops the hub; killed says that nothing of what it still does counts.
func (w *world) closeHub(killed bool) *station {
	w.mu.Lock()
	st := w.up
	w.up = nil
	w.mu.Unlock()
	if st == nil {
		return nil
	}
	if killed {
		st.ledger.die()
		st.stop()
	}
	st.hub.Wake()
	st.calls.Wait()
	st.stop()
	st.house.Wait()
	if err := st.hub.Close(); err != nil && !killed {
		w.wrong("closing the hub: %v", err)
	}
	if err := st.log.Close(); err != nil && !killed {
		w.wrong("closing the log: %v", err)
	}
	return st
}

func (w *world) newHubDir() string {
	w.hubDirs++
	return filepath.Join(w.dir, fmt.Sprintf("hub-%d", w.hubDirs))
}

// restartHub stops the hub in good order, or kills it: what is on the disk at one
// moment is all that the next one has.
func (w *world) restartHub(kill bool) {
	st := w.up
	dir := st.dir
	if kill {
		w.say("the hub is killed")
		w.count("hub killed")
		synctest.Wait()
		dir = w.newHubDir()
		if err := copyFolder(st.dir, dir); err != nil {
			w.wrong("copying the hub's folder: %v", err)
			return
		}
	} else {
		w.say("the hub is restarted")
		w.count("hub restarted")
	}
	w.closeHub(kill)
	if kill {
		os.RemoveAll(st.dir)
	}
	time.Sleep(time.Duration(1+w.dice.IntN(5)) * time.Second)
	if err := w.openHub(dir); err != nil {
		w.wrong("the hub does not start: %v", err)
	}
}

// takeBackup makes a backup beside whatever goes on.
func (w *world) takeBackup() {
	st := w.station()
	if st == nil {
		return
	}
	defer st.calls.Done()
	b := backup{}
	rec, err := st.hub.Backup(context.Background(), func(_ hub.Receipt, r io.Reader) (err error) {
		b.bytes, err = io.ReadAll(r)
		return err
	})
	if err != nil {
		if st.ctx.Err() == nil {
			w.wrong("backup: %v", err)
		}
		return
	}
	var seed []byte
	if b.seq, seed, err = insideOf(b.bytes); err != nil {
		w.wrong("a backup cannot be read: %v", err)
		return
	}
	w.hubSeed = seed
	w.mu.Lock()
	for b.lineage < len(w.lineage) && w.lineage[b.lineage].seq <= b.seq {
		b.lineage++
	}
	b.erased = maps.Clone(w.erased)
	w.backups = append(w.backups, b)
	w.mu.Unlock()
	w.say("backup up to %d, %d records", rec.Position.Seq, rec.Records)
	w.count("backups")
}

// restoreHub loses the hub's machine and makes it anew from the newest backup.
func (w *world) restoreHub() {
	if len(w.backups) == 0 || w.twins() {
		return
	}
	b := w.backups[len(w.backups)-1]
	st := w.closeHub(true)
	dir := w.newHubDir()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		w.wrong("%v", err)
	}
	if list, err := os.ReadFile(filepath.Join(st.dir, "erasures.jsonl")); err == nil {
		if err := os.WriteFile(filepath.Join(dir, "erasures.jsonl"), list, 0o600); err != nil {
			w.wrong("%v", err)
		}
	}
	w.mu.Lock()
	lost := len(w.lineage) - b.lineage
	w.lineage = slices.Clone(w.lineage[:b.lineage])
	w.mu.Unlock()
	at, err := hub.Restore(context.Background(), hub.RestoreOptions{Dir: dir, Backup: bytes.NewReader(b.bytes),
		Log: func() (log.Log, error) {
			key, err := hub.LogKey(dir, nil, w.hubRand)
			if err != nil {
				return nil, err
			}
			return embedded.Open(context.Background(), embedded.Options{Dir: filepath.Join(dir, "log"), Key: key, Now: w.hubNow, Rand: w.hubRand, Log: w.logger("log")})
		}, Options: hub.Options{Now: w.hubNow, Rand: w.hubRand}})
	if err != nil {
		w.wrong("restore: %v", err)
		return
	}
	w.say("the hub is restored up to %d of what was; %d changes are lost with it; epoch %d", b.seq, lost, at.Epoch)
	w.count("hub restored")
	w.counts["changes lost with a hub"] += lost
	os.RemoveAll(st.dir)
	time.Sleep(time.Second)
	if err := w.openHub(dir); err != nil {
		w.wrong("the restored hub does not start: %v", err)
	}
}

// twins says that two machines answer to one name. Which of them did what, a hub
// that forgot it cannot tell any more: see the package's limits in doc.go.
func (w *world) twins() bool { return slices.ContainsFunc(w.pcs, w.hasTwin) }

// purge has the hub believe for a moment that more than a year went by, so that
// its tombstones go.
func (w *world) purge() {
	w.mu.Lock()
	w.hubSkew += 420 * 24 * time.Hour
	w.mu.Unlock()
	st := w.up
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- st.hub.Run(ctx) }()
	synctest.Wait()
	cancel()
	if err := <-done; err != nil {
		w.wrong("keeping house: %v", err)
	}
	w.mu.Lock()
	w.hubSkew -= 420 * 24 * time.Hour
	w.mu.Unlock()
	s, err := st.log.State(context.Background())
	if err != nil {
		w.wrong("%v", err)
	}
	w.say("old tombstones go: the floor is at %d of %d", s.Floor, s.Head)
	w.count("purges")
}

// fill gives the hub a directory and two ambassadors.
func (w *world) fill(n int) {
	im := hub.NewImporting(w.up.hub.Identify)
	for i := range n {
		if err := im.Put(w.community(i)); err != nil {
			w.wrong("%v", err)
			return
		}
	}
	if _, err := w.up.hub.Import(context.Background(), im.Edits(), nil); err != nil {
		w.wrong("import: %v", err)
	}
	var people []directory.Ambassador
	for i := range 3 {
		people = append(people, directory.Ambassador{ID: w.uuid(), Name: "Zzmark Ambassadør", Areas: areas[i : i+1]})
	}
	if err := w.up.hub.PutPeople(context.Background(), hub.People{Ambassadors: people}); err != nil {
		w.wrong("ambassadors: %v", err)
	}
}

func (w *world) community(i int) *directory.Community {
	c := &directory.Community{Source: "sim", SourceID: fmt.Sprint(i), Name: fmt.Sprintf("Gåklubben nr. %d", i),
		Summary: "Vi går en tur og drikker kaffe.", Category: "Motion", Kind: directory.KindVoluntary,
		Organiser: &directory.OrganiserRef{Name: "Foreningen Bakkely"},
		Schedule:  []directory.Slot{{Weekday: 1 + i%7, From: "10:00", To: "11:30"}}}
	if i%9 != 8 {
		c.Places = []directory.Place{{Name: "Kulturhuset", Municipality: areas[i%len(areas)]}}
	}
	return c
}

// importAgain is what a nightly import from elsewhere does.
func (w *world) importAgain() {
	im := hub.NewImporting(w.up.hub.Identify)
	for range 3 {
		c := w.community(w.dice.IntN(12))
		c.Category = pick(w.dice, []string{"Motion", "Musik", "Fællesspisning"})
		if err := im.Put(c); err != nil {
			w.wrong("%v", err)
		}
	}
	n, err := w.up.hub.Import(context.Background(), im.Edits(), nil)
	if err != nil {
		w.wrong("import: %v", err)
	}
	w.say("an import changes the directory, %d conflicts", n)
	w.count("imports")
}

func (w *world) invite(role protocol.Role, organisation string, municipalities []string) (string, error) {
	st := w.station()
	if st == nil {
		return "", errLine
	}
	defer st.calls.Done()
	i, err := st.hub.Invite(context.Background(), hub.Invitation{Role: role, Organisation: organisation, Municipalities: municipalities})
	return i.Code, err
}
