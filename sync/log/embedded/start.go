package embedded

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/badgerdir"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/sync/log"
)

const onWindows = runtime.GOOS == "windows"

const (
	stateName = "log.json"
	// fullCheckEvery is how long a log may go between full checks.
	fullCheckEvery = 7 * 24 * time.Hour
)

// state is what the last run left behind, in log.json.
type state struct {
	Check    string           `json:"check"`            // tells another key from damage
	View     int              `json:"view"`             // number of the current view; 0: none
	Running  bool             `json:"running"`          // was not closed in good order
	Applied  uint64           `json:"applied,omitzero"` // where it was closed in good order
	Erasing  bool             `json:"erasing,omitzero"` // an erasure is not finished
	LastFull time.Time        `json:"last_full"`        // last full check that was passed
	Files    map[string]int64 `json:"files,omitempty"`  // of the view, as it was left
}

// start brings snapshot, journal and view together. Every step may be killed
// and done again.
func (l *Log) start(ctx context.Context) error {
	if free, err := l.o.free(l.o.Dir); err != nil {
		return fmt.Errorf("embedded: free space: %w", err)
	} else if free < badgerdir.RoomToOpen {
		return fmt.Errorf("%w: %d MB are left on the disk", log.ErrFull, free>>20)
	}
	if err := l.readState(); err != nil {
		return err
	}
	at, err := snapshots(l.o.fs, l.o.Dir)
	if err != nil {
		return fmt.Errorf("embedded: %w", err)
	}
	if len(at) == 0 {
		if at, err = l.begin(); err != nil {
			return err
		}
	}
	full := l.state.Running || l.o.Now().Sub(l.state.LastFull).Abs() >= fullCheckEvery
	l.state.Running = true
	if full {
		l.state.LastFull = l.o.Now().UTC()
	}
	if err := l.openCurrent(ctx, full, at); err != nil {
		return err
	}
	if l.v == nil {
		if err := l.rebuild(at); err != nil {
			return err
		}
	}
	if err := l.openJournal(at); err != nil {
		return err
	}
	if err := l.catchUp(at, full); err != nil {
		return err
	}
	if l.state.Erasing {
		if err := l.rewrite(); err != nil {
			return err
		}
	}
	l.tidy()
	return l.writeState()
}

// readState reads log.json. Where it is missing or unreadable beside a view,
// nothing is taken for granted, not even that an erasure was finished.
func (l *Log) readState() error {
	check, err := hkdf.Key(sha256.New, l.o.Key, nil, "vejviser log check v1", 8)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(filepath.Join(l.o.Dir, stateName))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("embedded: %w", err)
	}
	if err == nil {
		err = json.Unmarshal(b, &l.state)
	}
	if err != nil {
		views, verr := views(l.o.Dir)
		if verr != nil {
			return verr
		}
		l.state = state{Running: true}
		if len(views) > 0 {
			l.state.View, l.state.Erasing = views[len(views)-1], true
		}
	}
	if l.state.Check != "" && l.state.Check != hex.EncodeToString(check) {
		return ErrKey
	}
	l.state.Check = hex.EncodeToString(check)
	return nil
}

func (l *Log) writeState() error {
	b, err := json.Marshal(l.state, json.Deterministic(true))
	if err != nil {
		return err
	}
	if err := journal.WriteFile(l.o.fs, filepath.Join(l.o.Dir, stateName), b); err != nil {
		return fmt.Errorf("embedded: state: %w", err)
	}
	return nil
}

// stopped notes that everything was closed in good order.
func (l *Log) stopped() error {
	files, err := badgerdir.Files(l.v.dir)
	if err != nil {
		return err
	}
	l.state.Running, l.state.Files, l.state.Applied = false, files, l.m.Applied
	return l.writeState()
}

// begin makes a folder without a snapshot into an empty log: where it is empty,
// or where nothing but the view is left of one, which then gives the snapshot.
func (l *Log) begin() ([]uint64, error) {
	names, err := l.o.fs.List(filepath.Join(l.o.Dir, "journal"))
	if err != nil {
		return nil, fmt.Errorf("embedded: %w", err)
	}
	if len(names) > 0 || l.state.View > 0 {
		return nil, nil
	}
	m := meta{}
	if m.Epoch, err = l.drawEpoch(); err != nil {
		return nil, err
	}
	return []uint64{0}, l.writeSnapshot(&m, func(func(log.Record) error) error { return nil })
}

// drawEpoch gives a number that no log had before: 52 random bits, never 0.
func (l *Log) drawEpoch() (uint64, error) {
	for {
		var b [8]byte
		if _, err := io.ReadFull(l.o.Rand, b[:]); err != nil {
			return 0, fmt.Errorf("embedded: randomness: %w", err)
		}
		if epoch := binary.BigEndian.Uint64(b[:]) & log.MaxSeq; epoch > 0 {
			return epoch, nil
		}
	}
}

// openCurrent opens the view that log.json names where it is sound and not
// older than the newest snapshot; else it is set aside and l.v stays nil.
func (l *Log) openCurrent(ctx context.Context, full bool, at []uint64) error {
	if l.state.View == 0 {
		return nil
	}
	dir := l.viewDir(l.state.View)
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if bad := l.findFault(ctx, dir, full); bad != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return l.setAside(dir, bad)
	}
	if err := l.writeState(); err != nil { // it is running, before it is
		return err
	}
	v, err := openView(dir, l.viewKey, l.o.Log)
	if err != nil {
		return l.setAside(dir, err)
	}
	if l.m, err = v.meta(); err == nil && len(at) > 0 && at[0] > l.m.Applied {
		err = fmt.Errorf("the view at %d is older than the snapshot at %d", l.m.Applied, at[0])
	}
	if err != nil {
		return errors.Join(v.release(), l.setAside(dir, err))
	}
	l.v = v
	return nil
}

// findFault says what is wrong with the view in dir, without opening it here.
// After a clean stop its files must be as they were left; otherwise, and once a
// week, a child process reads everything.
func (l *Log) findFault(ctx context.Context, dir string, full bool) error {
	if err := badgerdir.Tidy(dir); err != nil {
		return err
	}
	if files, err := badgerdir.Files(dir); !full && err == nil && sameFiles(files, l.state.Files) {
		return nil
	}
	return badgerdir.Verify(ctx, checkKind, dir, l.viewKey)
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

func (l *Log) openJournal(at []uint64) error {
	aead, err := l.journalSeal()
	if err != nil {
		return err
	}
	least := max(l.m.Applied, l.state.Applied)
	if len(at) > 0 {
		least = max(least, at[0])
	}
	j, err := journal.Open(journal.Options{
		Dir: filepath.Join(l.o.Dir, "journal"), FS: l.o.fs, AEAD: aead, Rand: l.o.Rand,
		AtLeast: least, SegmentSize: segmentSize,
	})
	if err != nil {
		return err
	}
	l.journal = j
	return nil
}

// catchUp plays the journal into the view, and then sees to it that any one of
// snapshot, journal and view could be lost from now on.
func (l *Log) catchUp(at []uint64, full bool) error {
	from := l.m.Applied
	account, err := l.replay()
	if err != nil && l.rebuilt == "" {
		// The view did not take it: once more with a new one.
		bad := l.v
		l.v = nil
		if err := errors.Join(bad.release(), l.setAside(bad.dir, err)); err != nil {
			return err
		}
		if err := l.rebuild(at); err != nil {
			return err
		}
		from = l.m.Applied
		account, err = l.replay()
	}
	if err != nil {
		return err
	}
	least := l.state.Applied
	if len(at) > 0 {
		least = max(least, at[0])
	}
	if !account.Whole() || l.m.Applied < least {
		return l.becomeAnother(fmt.Sprintf("behind %d: %+v", from, account))
	}
	size, err := l.journal.Size()
	if err != nil {
		return err
	}
	l.grown.Store(size)
	if len(at) == 0 {
		return l.snapshot("there was none")
	}
	if !full {
		return nil
	}
	if _, err := l.readSnapshot(at[0], func(log.Record) error { return nil }); err != nil {
		return l.snapshot(err.Error())
	}
	account, err = l.journal.Read(at[0], func([]journal.Op) error { return nil })
	if err != nil {
		return err
	}
	if !account.Whole() {
		return l.snapshot(fmt.Sprintf("the journal has a fault that the view makes up for: %+v", account))
	}
	return nil
}

func (l *Log) replay() (journal.Account, error) {
	p := player{l: l, v: l.v}
	return l.journal.Read(l.m.Applied, p.play)
}

// becomeAnother is for the day when acknowledged batches are lost: what is there
// goes on under a new epoch, head and floor above all that was ever given, so
// that every device compares all it has and gives back what is missing here.
func (l *Log) becomeAnother(why string) error {
	l.o.Log.Error("acknowledged batches are lost; the log goes on as another one", "why", why)
	op, err := opOf(opFloor, l.o.Now(), l.m.Head)
	if err != nil {
		return err
	}
	seq, err := l.record(op)
	if err != nil {
		return err
	}
	epoch, err := l.drawEpoch()
	if err != nil {
		return err
	}
	move := func(m *meta) { m.Epoch, m.Head, m.Floor, m.Applied = epoch, seq, seq, seq }
	if err := l.snapshotAs(move); err != nil {
		return err
	}
	return l.apply(l.v, nil, move)
}
