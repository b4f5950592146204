package localdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/badgerdir"
	"github.com/faellesskabsby/vejviser/localdb/journal"
)

const (
	stateName = "state.json"
	viewName  = "store"
	badPrefix = "store.bad-"
	badTime   = "20060102T150405.000000000" // follows it
	badFresh  = "-fresh"                    // follows that, of one that was to be empty
	// fullCheckEvery is how long a store may go between full checks.
	fullCheckEvery = 7 * 24 * time.Hour
	// keepBad is how long a view that was set aside is kept.
	keepBad = 7 * 24 * time.Hour
)

// state is what the last run left behind, in state.json.
type state struct {
	Running  bool             `json:"running"`   // was not closed in good order
	LastFull time.Time        `json:"last_full"` // last full check that was passed
	Files    map[string]int64 `json:"files,omitempty"`
	// Missing counts the places where the journal lacks acts that were
	// acknowledged and that the view had not seen. They are gone; it stays until a
	// repair has told somebody.
	Missing int `json:"missing,omitzero"`
	// Failed says that the view failed under way, and why: it is not used again.
	Failed string `json:"failed,omitzero"`
}

// openView makes s.view the view on the disk where it is sound; else it is set
// aside and an empty one takes its place, which catchUp fills.
func (s *Store) openView(ctx context.Context) error {
	if b, err := os.ReadFile(filepath.Join(s.o.Dir, stateName)); err == nil {
		if err := json.Unmarshal(b, &s.state); err != nil {
			s.state = state{Running: true} // unreadable: trust nothing
		}
	} else {
		s.state = state{Running: true}
	}
	free, err := s.o.free(s.o.Dir)
	if err != nil {
		return fmt.Errorf("localdb: free space: %w", err)
	}
	if free < roomToOpen {
		s.o.Log.Warn("the disk is nearly full: the view is in memory", "free", free)
		return s.useMemory()
	}
	s.dropOldBad()
	dir := filepath.Join(s.o.Dir, viewName)
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return s.freshView(dir)
	}
	if bad := s.findFault(ctx, dir); bad != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return s.setAside(dir, bad)
	}
	if err := s.started(); err != nil {
		return err
	}
	v, err := openView(dir, s.key.Bytes, s.o.Log)
	if err == nil && v.meta.Load().Schema > schema {
		err = errors.Join(fmt.Errorf("%w: schema %d", ErrNewer, v.meta.Load().Schema), v.close())
	}
	if err != nil {
		return s.setAside(dir, err)
	}
	s.view.Store(v)
	return nil
}

// findFault says what is wrong with the view in dir, without opening it here.
// After a clean stop the files must be as they were left; otherwise, and once a
// week, a child process reads everything.
func (s *Store) findFault(ctx context.Context, dir string) error {
	if s.state.Failed != "" {
		return fmt.Errorf("%w: %s", ErrFailed, s.state.Failed)
	}
	if err := badgerdir.Tidy(dir); err != nil {
		return err
	}
	if !s.state.Running && s.o.Now().Sub(s.state.LastFull).Abs() < fullCheckEvery {
		if files, err := badgerdir.Files(dir); err == nil && sameFiles(files, s.state.Files) {
			return nil
		}
	}
	if err := badgerdir.Verify(ctx, checkKind, dir, s.key.Bytes); err != nil {
		return err
	}
	s.state.LastFull = s.o.Now().UTC()
	return nil
}

func sameFiles(a, b map[string]int64) bool {
	if len(a) != len(b) {
		return false
	}
	for name, v := range a {
		if w, ok := b[name]; !ok || v != w {
			return false
		}
	}
	return true
}

// started notes that the view is open, before it is.
func (s *Store) started() error {
	s.state.Running, s.state.Files = true, nil
	return s.writeState()
}

// stopped notes that everything was closed in good order.
func (s *Store) stopped() error {
	if s.view.Load().memory {
		return nil
	}
	files, err := badgerdir.Files(filepath.Join(s.o.Dir, viewName))
	if err != nil {
		return err
	}
	s.state.Running, s.state.Files = false, files
	return s.writeState()
}

func (s *Store) writeState() error {
	b, err := json.Marshal(s.state, json.Deterministic(true))
	if err != nil {
		return err
	}
	if err := journal.WriteFile(s.o.fs, filepath.Join(s.o.Dir, stateName), b); err != nil {
		return fmt.Errorf("localdb: state: %w", err)
	}
	return nil
}

// freshView begins an empty view in dir.
func (s *Store) freshView(dir string) error {
	if err := s.started(); err != nil {
		return err
	}
	v, err := openView(dir, s.key.Bytes, s.o.Log)
	if err != nil {
		// What was to be empty was not: whatever is there goes aside as well.
		aside := filepath.Join(s.o.Dir, badPrefix+s.o.Now().UTC().Format(badTime)+badFresh)
		s.o.Log.Warn("a fresh view could not be opened", "why", err, "aside", aside)
		if rerr := os.Rename(dir, aside); rerr != nil {
			return errors.Join(err, rerr)
		}
		if v, err = openView(dir, s.key.Bytes, s.o.Log); err != nil {
			return err
		}
	}
	s.view.Store(v)
	s.state.LastFull = s.o.Now().UTC()
	return nil
}

// setAside keeps a bad view for a week, as it was, and begins an empty one.
func (s *Store) setAside(dir string, why error) error {
	s.o.Log.Warn("the view is set aside and rebuilt", "why", why)
	s.rebuilt = why.Error()
	bad := filepath.Join(s.o.Dir, badPrefix+s.o.Now().UTC().Format(badTime))
	if err := os.Rename(dir, bad); err != nil {
		return errors.Join(fmt.Errorf("localdb: set the view aside: %w", err), why)
	}
	s.state.Failed = ""
	return s.freshView(dir)
}

// dropOldBad deletes views that were set aside a week ago.
func (s *Store) dropOldBad() {
	if err := s.dropBad(keepBad); err != nil {
		s.o.Log.Warn("an old view stays", "err", err)
	}
}

// dropBad deletes views that were set aside longer ago than keep.
func (s *Store) dropBad(keep time.Duration) error {
	es, err := os.ReadDir(s.o.Dir)
	errs := []error{err}
	for _, e := range es {
		at, ok := strings.CutPrefix(e.Name(), badPrefix)
		t, err := time.Parse(badTime, strings.TrimSuffix(at, badFresh))
		if ok && (keep <= 0 || err == nil && s.o.Now().Sub(t) > keep) {
			errs = append(errs, os.RemoveAll(filepath.Join(s.o.Dir, e.Name())))
		}
	}
	return errors.Join(errs...)
}

func (s *Store) useMemory() error {
	v, err := openMemoryView(s.o.Log)
	if err != nil {
		return err
	}
	if old := s.view.Swap(v); old != nil {
		s.retired = append(s.retired, old)
	}
	s.suspect = true
	return nil
}

// catchUpOrRebuild brings the view up to snapshot and journal. A view that does
// not take it is set aside once; what is newer than this program is not.
func (s *Store) catchUpOrRebuild(ctx context.Context) error {
	err := s.catchUp(ctx)
	if err == nil || ctx.Err() != nil || errors.Is(err, ErrNewer) || s.view.Load().memory {
		return err
	}
	if cerr := s.view.Load().close(); cerr != nil {
		s.o.Log.Warn("closing the bad view", "err", cerr)
	}
	s.view.Store(nil)
	if err := s.setAside(filepath.Join(s.o.Dir, viewName), err); err != nil {
		return err
	}
	return s.catchUp(ctx)
}

// catchUp migrates the view, loads a newer snapshot and replays the journal.
// Every part may be killed and done again.
func (s *Store) catchUp(ctx context.Context) error {
	v := s.view.Load()
	if err := s.migrate(ctx, v); err != nil {
		return err
	}
	unread, err := s.newestSnapshot(v)
	if err != nil {
		return err
	}
	s.o.at("replay")
	account, err := s.journal.Read(v.meta.Load().Applied, func(ops []journal.Op) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return s.apply(v, ops)
	})
	if err != nil {
		return err
	}
	if err := s.noteMissing(v, account); err != nil {
		return err
	}
	if err := s.lackingSnapshot(v, unread); err != nil {
		return err
	}
	return s.tidyGenerations(v.meta.Load().Gen)
}

// noteMissing keeps that the journal lacks acts which the view, at v's sequence,
// had not seen. Only a view that lasts can say so: one in memory sees everything
// for the first time.
func (s *Store) noteMissing(v *view, account journal.Account) error {
	if account.Whole() || v.memory {
		return nil
	}
	s.o.Log.Error("acts that were acknowledged are missing from journal and view", "account", account)
	s.state.Missing += account.Missing + account.Sealed
	if err := s.writeState(); err != nil {
		return err
	}
	last := s.journal.Last()
	return v.update(nil, func(m *meta) { m.Applied = max(m.Applied, last) }) // told once
}

// newestSnapshot makes the newest readable snapshot the directory where the
// view is behind it. unread says that one could not be read.
func (s *Store) newestSnapshot(v *view) (unread bool, err error) {
	gens, err := snapshots(s.o.fs, s.o.Dir)
	if err != nil {
		return false, err
	}
	for _, gen := range gens {
		if gen <= v.meta.Load().Gen {
			break
		}
		err := s.loadSnapshot(v, gen)
		if err == nil || errors.Is(err, ErrNewer) {
			return unread, err
		}
		unread = true
		s.o.Log.Error("a snapshot cannot be read", "gen", gen, "err", err)
		if s.rebuilt == "" {
			s.rebuilt = err.Error()
		}
	}
	return unread, nil
}

// lackingSnapshot writes a snapshot where the view is ahead of all there are, or
// where that of a hub's directory cannot be read.
func (s *Store) lackingSnapshot(v *view, unread bool) error {
	gens, err := snapshots(s.o.fs, s.o.Dir)
	if err != nil {
		return err
	}
	m := v.meta.Load()
	if m.Gen > 0 && (len(gens) == 0 || gens[0] < m.Gen || unread && m.Enrolled && gens[0] == m.Gen) {
		return s.keepSnapshot()
	}
	return nil
}

// fallBack replaces a view that failed under way by one in memory, filled from
// snapshot and journal. What people did is safe either way; the view on the
// disk is checked in full at the next start. Callers hold the writing lock.
//
// A hub's view is made from the log, which this store does not have: one in memory
// would be empty, and every device unknown. So nothing more is answered.
func (s *Store) fallBack(why error) {
	if s.o.Hub {
		s.fail(why)
		return
	}
	s.o.Log.Error("the view failed; going on in memory", "err", why)
	if err := s.useMemory(); err != nil {
		s.o.Log.Error("no view in memory either", "err", err)
		return
	}
	if err := s.catchUp(context.Background()); err != nil {
		s.o.Log.Error("the view in memory is incomplete", "err", err)
	}
	s.feed.send(Change{Kind: "view"})
}

// fail ends the use of a hub's view: see ErrFailed. Callers hold the writing lock.
func (s *Store) fail(why error) {
	s.gate.Lock()
	before := s.failed
	s.failed = true
	s.gate.Unlock()
	if before {
		return
	}
	s.o.Log.Error("the view of the hub's store failed; the next start makes it anew", "err", why)
	s.suspect = true
	s.state.Failed = why.Error()
	if err := s.writeState(); err != nil {
		s.o.Log.Error("that the view failed could not be noted", "err", err)
	}
	s.feed.send(Change{Kind: "view"})
}
