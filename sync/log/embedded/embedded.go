// Package embedded is the log on the disk of one machine: the default of a hub.
//
// A batch is acknowledged once its frame is in the journal and fsynced; Badger
// is the queryable view behind it and may be lost. What the view is rebuilt
// from is a snapshot of the whole log and the journal since then, so the journal
// is trimmed only when a newer snapshot is written, fsynced and renamed:
//
//	log.lock           held while the log is open
//	log.json           how the last run ended, and which view is the current one
//	log-<seq>.vjs      the whole log at that sequence, sealed
//	journal/           what came since, sealed; a frame is a batch or several
//	view-<n>/          Badger: s/<seq> → record, k/<key> → seq
//	view.bad-<time>/   a view that was set aside, for a week
//
// A sequence of the log is a sequence of the journal, which never gives one
// twice; that is why they have holes also after a kill. Of any one of snapshot,
// journal and view the rest makes up for the loss. Where acknowledged batches
// are lost nevertheless (two of them damaged at once), the log says so and
// becomes another one: a new epoch, so that the devices give back what they have.
//
// The package knows files, Badger and the journal. It must not know what a value
// means. Whoever uses it calls badgerdir.IfAsked (localdb.CheckIfAsked does) first
// in main and TestMain.
package embedded

import (
	"context"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/gofrs/flock"
	"golang.org/x/crypto/chacha20poly1305"

	"github.com/faellesskabsby/vejviser/localdb/badgerdir"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/sync/log"
)

// Errors beside those of package log.
var (
	ErrInUse   = errors.New("embedded: another program has the log")
	ErrDamaged = errors.New("embedded: damaged")
	ErrKey     = errors.New("embedded: the log is sealed under another key")
)

// Options says which log to open.
type Options struct {
	Dir  string           // made where it is missing
	Key  []byte           // 32 bytes: what everything on the disk is sealed under
	Now  func() time.Time // nil: time.Now
	Rand io.Reader        // nil: crypto/rand
	Log  *slog.Logger     // nil: silence

	fs    journal.FS                   // tests: a file system that fails
	free  func(string) (uint64, error) // tests: a disk that is full
	plain bool                         // tests: a view that bytes can be looked for in
	trim  int64                        // bytes of journal that make a snapshot worth while
	at    func(step string)            // tests: called where a kill is tried
}

// trimAt is how much journal there is before a snapshot is written, unless the
// log itself is larger.
const trimAt = 48 << 20

// segmentSize of the journal in bytes.
const segmentSize = 4 << 20

// Log is the log in one folder. It is safe for concurrent use.
type Log struct {
	o       Options
	seal    cipher.AEAD // of snapshots
	viewKey []byte
	lock    *flock.Flock
	rebuilt string // why the view was set aside at this start, or ""

	requests chan *request
	stop     chan struct{} // closed by Close
	idle     sync.WaitGroup
	closing  sync.Once
	closed   error

	filesMu  sync.Mutex // snapshot, trim, and which view is the current one
	state    state
	journal  *journal.Journal
	grown    atomic.Int64 // bytes of journal since it was trimmed
	lastSize atomic.Int64 // bytes of values at the last snapshot
	busy     atomic.Bool  // a snapshot is being written

	suspect atomic.Bool // a reader met damage in the view

	gate sync.RWMutex // held for writing while the view is between two states

	mu    sync.Mutex // what follows
	v     *view
	m     meta
	moved chan struct{} // closed when the head moves
	fault error         // the view failed; nothing more is done until the next start
}

var (
	_ log.Log      = (*Log)(nil)
	_ log.Restorer = (*Log)(nil)
)

func (o *Options) fill() error {
	if len(o.Key) != 32 {
		return fmt.Errorf("embedded: a key of %d bytes, not 32", len(o.Key))
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return fmt.Errorf("embedded: %w", err)
	}
	o.Dir = dir
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.fs == nil {
		o.fs = journal.OS{}
	}
	if o.free == nil {
		o.free = badgerdir.Free
	}
	if o.trim == 0 {
		o.trim = trimAt
	}
	if o.at == nil {
		o.at = func(string) {}
	}
	return nil
}

// Open opens the log in o.Dir, or makes one where there is none. Errors:
// ErrInUse, log.ErrFull, ErrDamaged where neither snapshot nor view can be read.
func Open(ctx context.Context, o Options) (*Log, error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	l := &Log{o: o, requests: make(chan *request), stop: make(chan struct{}), moved: make(chan struct{})}
	if err := l.keys(); err != nil {
		return nil, err
	}
	if err := o.fs.MkdirAll(o.Dir); err != nil {
		return nil, fmt.Errorf("embedded: %w", err)
	}
	l.lock = flock.New(filepath.Join(o.Dir, "log.lock"))
	got, err := l.lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("embedded: %w", err)
	}
	if !got {
		return nil, ErrInUse
	}
	if err := l.start(ctx); err != nil {
		return nil, errors.Join(full(err), l.abandon())
	}
	l.idle.Add(1)
	go l.write()
	return l, nil
}

// keys derives what seals snapshots and the view; the journal derives its own.
func (l *Log) keys() error {
	derive := func(what string) ([]byte, error) {
		return hkdf.Key(sha256.New, l.o.Key, nil, "vejviser log "+what+" v1", 32)
	}
	k, err := derive("snapshot")
	if err != nil {
		return err
	}
	if l.seal, err = chacha20poly1305.NewX(k); err != nil {
		return err
	}
	if l.viewKey, err = derive("view"); err != nil || l.o.plain {
		l.viewKey = nil
	}
	return err
}

// journalSeal is the seal of the journal, under a key that no other journal has.
func (l *Log) journalSeal() (cipher.AEAD, error) {
	k, err := hkdf.Key(sha256.New, l.o.Key, nil, "vejviser log journal v1", 32)
	if err != nil {
		return nil, err
	}
	return journal.NewAEAD(k)
}

// abandon lets go of what a failed start holds.
func (l *Log) abandon() error {
	var errs []error
	if l.journal != nil {
		errs = append(errs, l.journal.Close())
	}
	if l.v != nil {
		errs = append(errs, l.v.release())
	}
	return errors.Join(append(errs, l.lock.Unlock())...)
}

// Rebuilt says why the view was made again at this start; "" where it was not.
func (l *Log) Rebuilt() string { return l.rebuilt }

// Close ends the log. A Read under way ends with log.ErrClosed at its next
// record, and Close waits for that: it is not called from within one.
func (l *Log) Close() error {
	l.closing.Do(func() {
		close(l.stop)
		l.idle.Wait()
		l.closed = l.shut()
	})
	return l.closed
}

func (l *Log) shut() error {
	errs := []error{l.journal.Close()}
	v := l.v
	for v.refs.Load() > 1 {
		time.Sleep(time.Millisecond) // a reader between two records
	}
	err := v.release()
	errs = append(errs, err)
	l.mu.Lock()
	fault := l.fault
	l.mu.Unlock()
	if err == nil && fault == nil && !l.suspect.Load() {
		errs = append(errs, l.stopped())
	}
	return errors.Join(append(errs, l.lock.Unlock())...)
}

// full adds log.ErrFull to an error that means it.
func full(err error) error {
	const windowsDiskFull, windowsHandleDiskFull = syscall.Errno(112), syscall.Errno(39)
	var no syscall.Errno
	if err == nil || errors.Is(err, log.ErrFull) || !errors.As(err, &no) {
		return err
	}
	if errors.Is(err, syscall.ENOSPC) || !onWindows && errors.Is(err, syscall.EDQUOT) ||
		onWindows && (no == windowsDiskFull || no == windowsHandleDiskFull) {
		return fmt.Errorf("%w: %w", log.ErrFull, err)
	}
	return err
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
