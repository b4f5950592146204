package journal

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// FS is the file system as the journal uses it: few calls, so that a test can
// fail each of them in turn.
type FS interface {
	MkdirAll(dir string) error
	// List gives the names in dir, sorted.
	List(dir string) ([]string, error)
	// Open opens a file for reading and writing; create makes it where it is missing.
	Open(name string, create bool) (File, error)
	Rename(from, to string) error
	Remove(name string) error
	// SyncDir makes names created in dir durable.
	SyncDir(dir string) error
}

// File is one open file.
type File interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	Size() (int64, error)
	Truncate(size int64) error
	Sync() error
}

// OS is the real file system. Files are for the owner only.
type OS struct{}

// MkdirAll makes dir, readable by its owner alone.
func (OS) MkdirAll(dir string) error { return os.MkdirAll(dir, 0o700) }

// List gives the names in dir, sorted; a missing dir is empty.
func (OS) List(dir string) ([]string, error) {
	es, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	names := make([]string, len(es))
	for i, e := range es {
		names[i] = e.Name()
	}
	return names, nil
}

// Open opens or creates a file, mode 0600.
func (OS) Open(name string, create bool) (File, error) {
	flag := os.O_RDWR
	if create {
		flag |= os.O_CREATE
	}
	f, err := os.OpenFile(name, flag, 0o600)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

// Rename replaces to by from.
func (OS) Rename(from, to string) error { return os.Rename(from, to) }

// Remove deletes a file.
func (OS) Remove(name string) error { return os.Remove(name) }

// SyncDir flushes a directory. Windows has no such call (it fails there), and
// writes its directory entries through.
func (OS) SyncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

type osFile struct{ *os.File }

func (f osFile) Size() (int64, error) {
	st, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return st.Size(), nil
}

// WriteFile replaces a file so that after a crash it is either the old or the
// new one: a temporary file beside it is written, fsynced and renamed, and the
// directory is fsynced.
func WriteFile(fsys FS, name string, b []byte) error {
	return WriteFileBy(fsys, name, func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
}

// WriteFileBy is WriteFile for what write writes.
func WriteFileBy(fsys FS, name string, write func(io.Writer) error) error {
	tmp := name + ".tmp"
	f, err := fsys.Open(tmp, true)
	if err != nil {
		return err
	}
	err = f.Truncate(0)
	if err == nil {
		err = write(io.NewOffsetWriter(f, 0))
	}
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = fsys.Rename(tmp, name)
	}
	if err != nil {
		return errors.Join(err, ignoreMissing(fsys.Remove(tmp)))
	}
	return fsys.SyncDir(filepath.Dir(name))
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// readAll reads a whole file.
func readAll(f File) ([]byte, error) {
	n, err := f.Size()
	if err != nil {
		return nil, err
	}
	b := make([]byte, n)
	if k, err := f.ReadAt(b, 0); err != nil && !(errors.Is(err, io.EOF) && int64(k) == n) {
		return nil, err
	}
	return b, nil
}
