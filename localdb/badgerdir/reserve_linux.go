package badgerdir

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Reserve takes room on the disk for the whole of each file that Badger has
// mapped to write into. It makes them longer than what is in them, and where the
// disk has filled up by the time it writes there, the process dies. Called before
// each write; nothing is done where the room is taken already.
func Reserve(dir string) error {
	names, err := filepath.Glob(filepath.Join(dir, "*.mem"))
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := reserve(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("badgerdir: reserve: %w", err)
		}
	}
	return nil
}

func reserve(name string) error {
	var st unix.Stat_t
	if err := unix.Stat(name, &st); err != nil || st.Blocks*512 >= st.Size {
		return err
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	err = unix.Fallocate(int(f.Fd()), unix.FALLOC_FL_KEEP_SIZE, 0, st.Size)
	if errors.Is(err, unix.EOPNOTSUPP) {
		err = nil // this file system cannot; the guard of free space is all there is
	}
	return errors.Join(err, f.Close())
}
