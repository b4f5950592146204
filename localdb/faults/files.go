package faults

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Files lists the files under dir with their paths inside it. Locks are left
// out: they hold nothing.
func Files(dir string) (names []string, err error) {
	err = filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // it went while we looked: the folder is in use
		}
		if err == nil && e.Type().IsRegular() && e.Name() != "LOCK" && e.Name() != "lock" {
			rel, rerr := filepath.Rel(dir, p)
			names, err = append(names, rel), rerr
		}
		return err
	})
	return names, err
}

// Copy copies the files under from, one after the other, as a backup program or
// a cloud drive would. Mapped files are mostly zeros behind what is used; those
// are not written. The copies keep their times.
func Copy(from, to string) error {
	names, err := Files(from)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := copyFile(filepath.Join(from, name), filepath.Join(to, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func copyFile(from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(to), 0o700)
	}
	if err == nil {
		err = os.WriteFile(to, b[:Used(b)], 0o600)
	}
	if err == nil {
		err = os.Truncate(to, int64(len(b)))
	}
	if err == nil {
		err = os.Chtimes(to, info.ModTime(), info.ModTime())
	}
	return err
}

// Used is how far a file holds anything but zeros.
func Used(b []byte) int {
	n := len(b)
	for n > 4096 && [512]byte(b[n-512:n]) == [512]byte{} {
		n -= 512
	}
	return n
}
