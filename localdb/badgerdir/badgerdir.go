// Package badgerdir is about one folder that Badger works in and that may be
// lost: the options it is opened with, how it is looked at in a process that may
// die, what is tidied before, and how much room the disk must have. Its reason
// is findings/reliability §1.4–1.9: damaged tables panic where nobody can
// recover, a full disk kills by SIGBUS, an empty file keeps a store from opening.
//
// It knows files, Badger and processes. It must not know what is kept in the
// folder: whoever opens it registers a check for their kind.
package badgerdir

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
)

// ErrDamaged means that the folder is not to be opened here: set it aside.
var ErrDamaged = errors.New("badgerdir: damaged")

// Room in bytes that the disk must have, or Badger could meet SIGBUS in a file
// it has mapped (findings/reliability §1.5).
const (
	RoomToWrite = 64 << 20
	RoomToOpen  = 96 << 20
)

// Options are those of findings/reliability §1.7 but for compression: Badger maps
// its tables, so that what lies in them uncompressed counts as memory of this
// process whenever all of it is read. Tables are small too: while one is made,
// Badger holds several times its size and keeps that for the next. Files are
// small, values in the tables, and writes not synchronous, since durability is
// the work of a journal.
//
// Twenty tables may lie in level 0 before they are put in order. Keys come in no
// order here, so that putting two in order would write the whole folder anew: a
// first sync of 100,000 communities did it seven times, eight tables at once
// beside the one being filled, and held 224 MB for that alone, where 36 do now.
// Each table has a filter, so that a key is still looked for in one of them. Who
// opens a folder to work in it calls KeepOrder as well. key has 32 bytes; format is the caller's own number in Badger's manifest.
func Options(dir string, key []byte, format uint16, log *slog.Logger) badger.Options {
	return badger.DefaultOptions(dir).
		WithSyncWrites(false).
		WithMemTableSize(8 << 20).WithNumMemtables(2).
		WithValueLogFileSize(2 << 20).WithValueThreshold(1 << 20).
		WithBaseTableSize(1 << 20).
		WithNumCompactors(0).WithNumLevelZeroTables(orderAbove).WithNumLevelZeroTablesStall(math.MaxInt32).
		WithCompression(options.Snappy).WithBlockSize(8 << 10).WithBlockCacheSize(8 << 20).WithIndexCacheSize(8 << 20).
		WithEncryptionKey(key).
		WithExternalMagic(format).WithMetricsEnabled(false).WithLogger(words{log})
}

// ownLimit is how long Open waits for a process of ours that is just ending.
const ownLimit = 3 * time.Second

// Open opens the folder. Whoever calls it holds a lock of its own on it, so that
// only a check can be in the way whose asker was killed: it ends by itself, and
// is waited for. Taken for damage it would cost the whole folder.
func Open(o badger.Options) (*badger.DB, error) {
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		db, err := badger.Open(o)
		if err == nil || time.Since(began) > ownLimit || !strings.Contains(err.Error(), "Another process is using this Badger database") {
			return db, err
		}
	}
}

// Tidy removes the empty files that a kill can leave and that make Badger
// refuse to open (its issue 2207), and refuses tables without a manifest:
// opening those would delete them.
func Tidy(dir string) error {
	es, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	tables, manifest := false, false
	for _, e := range es {
		switch ext := filepath.Ext(e.Name()); {
		case ext == ".mem" || ext == ".vlog":
			if info, err := e.Info(); err == nil && info.Size() == 0 {
				if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
					return err
				}
			}
		case ext == ".sst":
			tables = true
		case e.Name() == "MANIFEST":
			manifest = true
		}
	}
	if tables && !manifest {
		return fmt.Errorf("%w: tables without a manifest", ErrDamaged)
	}
	return nil
}

// Files gives the hash of each file: after a clean stop they are at the next
// start as they were left. Size and time would not do: a disk that forgets keeps
// them, and so does a power cut where mapped files are never flushed, as on
// Windows. 20,000 communities cost 4 ms.
func Files(dir string) (map[string]int64, error) {
	es, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	files := map[string]int64{}
	for _, e := range es {
		if e.Type().IsRegular() && e.Name() != "LOCK" {
			if files[e.Name()], err = hash(filepath.Join(dir, e.Name())); err != nil {
				return nil, err
			}
		}
	}
	return files, nil
}

func hash(name string) (int64, error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	h := xxhash.New()
	_, err = io.CopyBuffer(h, struct{ io.Reader }{f}, make([]byte, 256<<10))
	return int64(h.Sum64()), errors.Join(err, f.Close())
}

// words hands Badger's words to our log; its information is detail to us.
type words struct{ log *slog.Logger }

func (w words) Errorf(f string, a ...any)   { w.log.Error("badger: " + fmt.Sprintf(f, a...)) }
func (w words) Warningf(f string, a ...any) { w.log.Warn("badger: " + fmt.Sprintf(f, a...)) }
func (w words) Infof(f string, a ...any)    { w.debug(f, a) }
func (w words) Debugf(f string, a ...any)   { w.debug(f, a) }
func (w words) debug(f string, a []any) {
	if w.log.Enabled(context.Background(), slog.LevelDebug) {
		w.log.Debug("badger: " + fmt.Sprintf(f, a...))
	}
}
