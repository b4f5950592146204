package localdb

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/badgerdir"
	"github.com/faellesskabsby/vejviser/localdb/journal"
)

const onWindows = runtime.GOOS == "windows"

// Options says which store to open and how.
type Options struct {
	Dir    string // "" is DefaultDir
	Create bool   // make a store where there is none
	// Passphrase gives the passphrase without asking a person; nil where there is none.
	Passphrase func() ([]byte, error)
	Keyring    bool // use the operating system's keyring
	// PIN gives the PIN of Person (an id or a name, "" the only one there is) where
	// several share this machine; nil where none is known. A wrong one counts.
	PIN    func() ([]byte, error)
	Person string
	Now    func() time.Time
	Rand   io.Reader
	Log    *slog.Logger
	Actor  string // role of whoever acts, for the record of operations; never a name
	// Hub says that this is a hub's own store: it holds the admin family as well,
	// keeps the order of the log and how communities are known again, and writes
	// no snapshots, because the log gives all of it again.
	Hub bool

	uptime func() (time.Duration, error) // tests: how long the machine has run

	fs   journal.FS                   // tests: a file system that fails
	free func(string) (uint64, error) // tests: a disk that is full
	at   func(step string)            // tests: called at each step where a kill is tried
	// segment is the size of the journal's segments in bytes; 0 is its own choice.
	segment int64
}

func (o *Options) fill() error {
	if o.Dir == "" {
		dir, err := DefaultDir()
		if err != nil {
			return err
		}
		o.Dir = dir
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return fmt.Errorf("localdb: %w", err)
	}
	o.Dir = dir
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Log == nil {
		o.Log = slog.New(discard{})
	}
	if o.fs == nil {
		o.fs = journal.OS{}
	}
	if o.free == nil {
		o.free = badgerdir.Free
	}
	if o.at == nil {
		o.at = func(string) {}
	}
	return nil
}

type discard struct{}

func (discard) Enabled(context.Context, slog.Level) bool  { return false }
func (discard) Handle(context.Context, slog.Record) error { return nil }
func (d discard) WithAttrs([]slog.Attr) slog.Handler      { return d }
func (d discard) WithGroup(string) slog.Handler           { return d }

// DefaultDir is the data folder of this user on this machine: one that no
// roaming profile and no cloud drive carries along.
func DefaultDir() (string, error) {
	if onWindows {
		if d := os.Getenv("LOCALAPPDATA"); d != "" {
			return filepath.Join(d, "Vejviser"), nil
		}
		return "", errors.New("localdb: LOCALAPPDATA is not set")
	}
	if d := os.Getenv("XDG_DATA_HOME"); d != "" && filepath.IsAbs(d) && runtime.GOOS != "darwin" {
		return filepath.Join(d, "vejviser"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("localdb: %w", err)
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Application Support", "Vejviser"), nil
	}
	return filepath.Join(home, ".local", "share", "vejviser"), nil
}

// syncedNames are folder names under which a program copies files while they
// are in use; a name that begins so ("OneDrive - Kommune") counts as well.
var syncedNames = []struct{ prefix, service string }{
	{"onedrive", "OneDrive"}, {"sharepoint", "SharePoint"}, {"dropbox", "Dropbox"},
	{"google drive", "Google Drive"}, {"googledrive", "Google Drive"}, {"icloud drive", "iCloud"}, {"iclouddrive", "iCloud"},
	{"com~apple~clouddocs", "iCloud"}, {"mobile documents", "iCloud"},
	{"nextcloud", "Nextcloud"}, {"owncloud", "ownCloud"}, {"box sync", "Box"}, {"pclouddrive", "pCloud"},
}

// syncedFolder refuses a data folder in a cloud drive or on another machine.
func syncedFolder(dir string) error {
	if strings.HasPrefix(dir, `\\`) && !strings.HasPrefix(dir, `\\?\`) {
		return &SyncedFolderError{dir, "another machine"}
	}
	paths := []string{dir}
	for d := dir; ; d = filepath.Dir(d) { // the folder itself may not exist yet
		if real, err := filepath.EvalSymlinks(d); err == nil {
			paths = append(paths, real)
			break
		}
		if filepath.Dir(d) == d {
			break
		}
	}
	for _, p := range paths {
		for part := range strings.SplitSeq(filepath.ToSlash(p), "/") {
			part = strings.ToLower(part)
			for _, n := range syncedNames {
				rest, ok := strings.CutPrefix(part, n.prefix)
				if ok && (rest == "" || strings.IndexAny(rest, " -(_") == 0) {
					return &SyncedFolderError{dir, n.service}
				}
			}
		}
	}
	return nil
}
