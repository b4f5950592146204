package localdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/gofrs/flock"

	"github.com/faellesskabsby/vejviser/localdb/badgerdir"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/keys"
)

// Room on the disk, in bytes. Badger writes through mapped files: where the
// disk is full the process dies (findings/reliability §1.5), so it is never
// asked to write below these.
const (
	roomToWrite = 64 << 20
	roomToOpen  = 96 << 20
	roomToClose = 32 << 20 // closing writes what is in memory: up to three tables of 8 MiB
)

// Store is one machine's store. It is safe for concurrent use.
type Store struct {
	o       Options
	key     *keys.Key
	lock    *flock.Flock
	journal *journal.Journal
	view    atomic.Pointer[view]
	feed    *feed
	cards   *cardFiles
	dropped map[string]bool // cards of which the hub says that they were erased

	mu        sync.Mutex // one act at a time: journal, then view, in one order
	importing sync.Mutex // one import at a time
	draft     sync.Mutex
	search    sync.Mutex // the file of the kept search

	gate     sync.Mutex
	closed   bool
	failed   bool // a hub's view can no longer be trusted
	inflight sync.WaitGroup

	replica replica    // guarded by mu
	gather  *gathering // guarded by mu; a search being made while the store is filled
	turns   turns
	unkept  atomic.Pointer[Search] // brought up to date since one was written
	contact contact
	high    highWater
	lease   lease

	retired []*view // replaced views; reads may still be in them, so they close last
	suspect bool    // the view on the disk is to be checked in full at the next start
	rebuilt string  // why the view was rebuilt at start, for status
	state   state
}

// Open opens the store in o.Dir, or makes one where o.Create allows it. It goes
// through the start-up of findings/reliability §1.9: lock, key, check of the
// view in a child process, rebuild where it is bad, migration, replay of the
// journal. Errors: ErrNoStore, ErrInUse, *SyncedFolderError, ErrDiskFull,
// ErrNewer, those of package keys, and the file system's.
func Open(ctx context.Context, o Options) (*Store, error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	if err := syncedFolder(o.Dir); err != nil {
		return nil, err
	}
	if !o.Create {
		if there, err := anythingIn(o.Dir); err != nil || !there {
			return nil, errors.Join(err, errWhen(err == nil, ErrNoStore))
		}
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("localdb: %w", err)
	}
	s := &Store{o: o, feed: newFeed(), replica: replica{tails: new(tails)}, lock: flock.New(filepath.Join(o.Dir, "lock"), flock.SetPermissions(0o600))}
	got, err := s.lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("localdb: lock: %w", err)
	}
	if !got {
		return nil, ErrInUse
	}
	if _, err := os.Stat(filepath.Join(o.Dir, wipedName)); err == nil {
		if err := finishWipe(&o); err != nil {
			return nil, errors.Join(err, s.release())
		}
		if !o.Create {
			return nil, errors.Join(ErrNoStore, s.release())
		}
	}
	if err := s.open(ctx); err != nil {
		return nil, named(errors.Join(err, s.release()))
	}
	return s, nil
}

// anythingIn says whether dir holds a store or what is left of one.
func anythingIn(dir string) (bool, error) {
	es, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("localdb: %w", err)
	}
	for _, e := range es {
		switch name := e.Name(); {
		case name == wipedName, name == keys.FileName, name == "store", name == "journal", name == draftName,
			filepath.Ext(name) == ".vjs":
			return true, nil
		}
	}
	return false, nil
}

func (s *Store) open(ctx context.Context) error {
	if err := s.loadKey(); err != nil {
		return err
	}
	if err := s.openView(ctx); err != nil {
		return err
	}
	aead, err := journal.NewAEAD(s.key.Bytes)
	if err != nil {
		return err
	}
	if s.cards, err = newCardFiles(&s.o, s.key.Bytes); err != nil {
		return err
	}
	s.journal, err = journal.Open(journal.Options{
		Dir: filepath.Join(s.o.Dir, "journal"), FS: s.o.fs, AEAD: aead, Rand: s.o.Rand, SegmentSize: s.o.segment,
		AtLeast: s.view.Load().meta.Load().Applied,
	})
	if err != nil {
		return err
	}
	if err := s.catchUpOrRebuild(ctx); err != nil {
		return err
	}
	if s.replica.gone, err = s.snapshotLags(); err != nil {
		s.o.Log.Warn("what the snapshot still has is not known", "err", err)
	}
	if err := s.goOnErasing(); err != nil {
		s.o.Log.Warn("an erasure is not done yet", "err", err)
	}
	if _, err := s.expireCards(); err != nil {
		s.o.Log.Warn("not every contact card whose day is over is gone yet", "err", err)
	}
	return nil
}

// loadKey opens the key. Only a folder without any trace of a store gets a new one.
func (s *Store) loadKey() error {
	ko := s.keyOptions()
	there, err := anythingIn(s.o.Dir)
	if err != nil {
		return err
	}
	if there {
		s.key, err = keys.Load(ko)
		return err
	}
	s.key, err = keys.Create(ko)
	return err
}

// begin lets a call in; end is its other side. Close waits for all of them.
func (s *Store) begin() error {
	s.gate.Lock()
	defer s.gate.Unlock()
	switch {
	case s.closed:
		return ErrClosed
	case s.failed:
		return ErrFailed
	}
	s.inflight.Add(1)
	return nil
}

func (s *Store) end() { s.inflight.Done() }

// room refuses to write where the disk is nearly full, and has the view take what
// it is about to write into.
func (s *Store) room() error {
	free, err := s.o.free(s.o.Dir)
	if err != nil {
		return fmt.Errorf("localdb: free space: %w", err)
	}
	if free < roomToWrite {
		return fmt.Errorf("%w: %d MiB left", ErrDiskFull, free>>20)
	}
	if s.view.Load().memory {
		return nil
	}
	return named(badgerdir.Reserve(filepath.Join(s.o.Dir, viewName)))
}

// Close ends the store when the calls under way have returned. It must not be
// called from a subscriber.
func (s *Store) Close() error {
	s.gate.Lock()
	if s.closed {
		s.gate.Unlock()
		return nil
	}
	s.closed = true
	s.gate.Unlock()
	s.feed.close()
	s.inflight.Wait()
	return errors.Join(s.leaveTidy(), s.release())
}

// snapshotAfter is after how many records from a hub a snapshot is worth while.
const snapshotAfter = 200

// leaveTidy writes what is only written now and then. What of it fails can be
// had from the hub again.
func (s *Store) leaveTidy() error {
	if (s.replica.gone || s.replica.changed >= snapshotAfter) && s.view.Load().meta.Load().Enrolled && !s.view.Load().memory && s.room() == nil {
		if err := s.keepSnapshot(); err != nil {
			s.o.Log.Warn("the snapshot stays as it was", "err", err)
		}
	}
	if x := s.unkept.Load(); x != nil {
		if err := s.keepSearch(x); err != nil {
			s.o.Log.Warn("the search was not kept", "err", err)
		}
	}
	return errors.Join(s.keepContact(), s.keepHighWater())
}

// release closes whatever is open, and says in state.json that it was done in
// good order. The lock goes last.
func (s *Store) release() error {
	var errs []error
	clean := s.view.Load() != nil && s.journal != nil && !s.suspect
	for _, v := range append(s.retired, s.view.Load()) {
		switch {
		case v == nil:
		case !v.memory && s.noRoomToClose():
			// It ends with the process, as after a kill, and is checked at the next start.
			v.rest()
			s.o.Log.Warn("the disk is full: the view is left as it is")
			clean = false
		default:
			errs = append(errs, v.close())
		}
	}
	if s.journal != nil {
		errs = append(errs, s.journal.Close())
	}
	if s.key != nil && clean { // a view that was left as it is may still write
		s.key.Drop()
	}
	if err := errors.Join(errs...); err == nil && clean {
		if err := s.stopped(); err != nil { // costs a check at the next start, no more
			s.o.Log.Warn("that it ended well could not be noted", "err", err)
		}
	}
	return errors.Join(append(errs, s.lock.Close())...)
}

// noRoomToClose says that Badger could die of a full disk while it closes.
func (s *Store) noRoomToClose() bool {
	free, err := s.o.free(s.o.Dir)
	return err == nil && free < roomToClose
}
