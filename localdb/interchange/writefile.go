package interchange

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// WriteFile writes a file so that it is there whole or not at all: a half list
// would be taken for the whole one. It is filled beside its place, brought to
// the disk and then moved there, readable by its owner alone; what stood there
// stays until then. An error
// names the place that was asked for, not the file beside it: a folder is
// syscall.EISDIR, a folder that is not there fs.ErrNotExist, one that may not be
// written to fs.ErrPermission.
func WriteFile(path string, fill func(io.Writer) error) error {
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		return &fs.PathError{Op: "write", Path: path, Err: syscall.EISDIR}
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".vejviser-*")
	var at *fs.PathError
	if errors.As(err, &at) {
		at.Path = filepath.Dir(path)
	}
	if err != nil {
		return err
	}
	err = fill(f)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	var move *os.LinkError
	if errors.As(err, &move) {
		err = &fs.PathError{Op: "write", Path: path, Err: move.Err}
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
