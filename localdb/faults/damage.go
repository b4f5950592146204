package faults

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
)

// How is a way in which a file is damaged.
type How string

// The ways. A damage is done to the part of the file that is in use.
const (
	Flip     How = "flip"     // one bit is another
	Zero     How = "zero"     // one page of 4 KiB is empty
	Truncate How = "truncate" // the file ends early
	Delete   How = "delete"   // it is gone
)

// Ways lists all of them.
var Ways = []How{Flip, Zero, Truncate, Delete}

// ErrEmpty says that a file holds nothing that could be damaged.
var ErrEmpty = errors.New("faults: the file is empty")

const page = 4096

// Damage damages the file at path and says what was done. Where in the file is
// drawn from r. A quiet damage leaves the file's times as they were, as a disk
// does that forgets; a loud one is what a program does that writes where it
// should not.
func Damage(path string, how How, quiet bool, r *rand.Rand) (what string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	used := Used(b)
	if used == 0 {
		return "", ErrEmpty
	}
	switch how {
	case Flip:
		at, bit := r.IntN(used), r.IntN(8)
		what = fmt.Sprintf("bit %d of byte %d of %d flipped", bit, at, used)
		err = Overwrite(path, int64(at), []byte{b[at] ^ 1<<bit})
	case Zero:
		at := r.IntN((used+page-1)/page) * page
		n := min(page, used-at)
		what = fmt.Sprintf("bytes %d–%d of %d zeroed", at, at+n-1, used)
		err = Overwrite(path, int64(at), make([]byte, n))
	case Truncate:
		at := r.IntN(used)
		what = fmt.Sprintf("cut at byte %d of %d", at, used)
		err = os.Truncate(path, int64(at))
	case Delete:
		return "deleted", os.Remove(path)
	default:
		return "", fmt.Errorf("faults: no way %q", how)
	}
	if err == nil && quiet {
		err = os.Chtimes(path, info.ModTime(), info.ModTime())
	}
	if quiet {
		what += ", its time kept"
	}
	return what, err
}

// Overwrite writes b at an offset of a file that is there.
func Overwrite(path string, at int64, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(b, at)
	return errors.Join(err, f.Close())
}
