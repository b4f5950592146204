// Package journaltest holds a file system that refuses, for tests of the
// journal and of what stands on it. It works on real files.
package journaltest

import (
	"errors"
	"fmt"
	"sync"

	"github.com/faellesskabsby/vejviser/localdb/journal"
)

// ErrRefused is what a refused call returns.
var ErrRefused = errors.New("journaltest: the disk refuses")

// FS is the real file system until its changing calls (create, write, truncate,
// sync, rename, remove) have been counted up to FailAt; that one fails, and with
// Sticky all after it. A write that fails may have written half.
type FS struct {
	journal.OS
	mu     sync.Mutex
	n      int
	FailAt int // 0: never
	Sticky bool
	Short  bool // a failing write leaves its first half
	failed []string
}

// Calls is how many changing calls were made.
func (f *FS) Calls() int { f.mu.Lock(); defer f.mu.Unlock(); return f.n }

// Failed names the calls that were refused.
func (f *FS) Failed() []string { f.mu.Lock(); defer f.mu.Unlock(); return f.failed }

// Arm lets the n-th call from now on fail; 0 lets all pass.
func (f *FS) Arm(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failed = nil
	if f.FailAt = 0; n > 0 {
		f.FailAt = f.n + n
	}
}

func (f *FS) call(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n++
	if f.FailAt > 0 && (f.n == f.FailAt || f.Sticky && f.n > f.FailAt) {
		f.failed = append(f.failed, name)
		return fmt.Errorf("%w: %s", ErrRefused, name)
	}
	return nil
}

// Open refuses to create.
func (f *FS) Open(name string, create bool) (journal.File, error) {
	if create {
		if err := f.call("create"); err != nil {
			return nil, err
		}
	}
	file, err := f.OS.Open(name, create)
	if err != nil {
		return nil, err
	}
	return &faultFile{file, f}, nil
}

// Rename may be refused.
func (f *FS) Rename(from, to string) error {
	if err := f.call("rename"); err != nil {
		return err
	}
	return f.OS.Rename(from, to)
}

// Remove may be refused.
func (f *FS) Remove(name string) error {
	if err := f.call("remove"); err != nil {
		return err
	}
	return f.OS.Remove(name)
}

// SyncDir may be refused.
func (f *FS) SyncDir(dir string) error {
	if err := f.call("syncdir"); err != nil {
		return err
	}
	return f.OS.SyncDir(dir)
}

type faultFile struct {
	journal.File
	fs *FS
}

func (f *faultFile) WriteAt(p []byte, off int64) (int, error) {
	if err := f.fs.call("write"); err != nil {
		n := 0
		if f.fs.Short {
			n, _ = f.File.WriteAt(p[:len(p)/2], off)
		}
		return n, err
	}
	return f.File.WriteAt(p, off)
}

func (f *faultFile) Truncate(size int64) error {
	if err := f.fs.call("truncate"); err != nil {
		return err
	}
	return f.File.Truncate(size)
}

func (f *faultFile) Sync() error {
	if err := f.fs.call("sync"); err != nil {
		return err
	}
	return f.File.Sync()
}
