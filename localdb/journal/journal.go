package journal

import (
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// Options says where a journal is and how it is sealed.
type Options struct {
	Dir  string
	FS   FS // nil: the real one
	AEAD cipher.AEAD
	Rand io.Reader
	// AtLeast is the highest sequence known elsewhere (by the store): no
	// sequence up to it is given again even where the journal lost its tail.
	AtLeast uint64
	// SegmentSize in bytes begins a new segment; 0 means 1 MiB.
	SegmentSize int64
}

// AppendError says that an act is not acknowledged: nothing of it will be
// there after the next start, and the journal's tail is as it was.
type AppendError struct {
	Step string // "reserve" "segment" "write" "sync" "clean"
	Err  error
}

func (e *AppendError) Error() string {
	return "journal: not recorded: " + e.Step + ": " + e.Err.Error()
}

// Unwrap gives the file system's error.
func (e *AppendError) Unwrap() error { return e.Err }

// ErrClosed is the answer of a journal that was closed.
var ErrClosed = errors.New("journal: closed")

// reserveStep is how many sequence numbers are reserved at a time. After an
// unclean stop the rest of them is skipped, so that a number whose frame was
// lost with its disk block is never given to another act.
const reserveStep = 1024

// Journal appends and reads. It is safe for concurrent use.
type Journal struct {
	mu       sync.Mutex
	o        Options
	segments []segment
	cur      File
	off      int64 // end of the last acknowledged frame in cur
	next     uint64
	last     uint64 // last acknowledged sequence
	high     uint64 // sequences below it are reserved
	base     uint64 // segments up to it were removed on purpose
	dirty    bool   // bytes beyond off may be there and must go first
	retire   bool   // an fsync failed on cur: never trust another one on it
	mark     File   // see witness; nil where it cannot be written
	closed   bool
}

type segment struct {
	first uint64
	name  string // without the folder
}

// Account is what reading a journal found.
type Account struct {
	Frames  int      `json:"frames"`
	Ops     int      `json:"ops"`
	Last    uint64   `json:"last"`             // last readable sequence
	Damage  []Damage `json:"damage,omitempty"` // stretches without a readable frame
	Missing int      `json:"missing,omitzero"` // places where an acknowledged frame should be and is not
	Sealed  int      `json:"sealed,omitzero"`  // frames that do not open with this key
}

// Whole says that nothing acknowledged is missing.
func (a Account) Whole() bool { return a.Missing == 0 && a.Sealed == 0 }

// Open opens the journal in o.Dir or begins one. Torn bytes of an act that was
// never acknowledged are cut off; damage to acknowledged frames is left as it
// is, and new frames go to a new segment.
func Open(o Options) (*Journal, error) {
	if o.FS == nil {
		o.FS = OS{}
	}
	if o.SegmentSize == 0 {
		o.SegmentSize = 1 << 20
	}
	if err := o.FS.MkdirAll(o.Dir); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	j := &Journal{o: o}
	if err := j.list(); err != nil {
		return nil, err
	}
	j.base = j.readBase()
	if err := j.openLast(); err != nil {
		return nil, err
	}
	j.next = max(j.last+1, o.AtLeast+1, j.readHigh())
	j.last = max(j.last, o.AtLeast, j.base, j.readMark())
	j.next = max(j.next, j.last+1)
	return j, nil
}

func segmentName(first uint64) string { return fmt.Sprintf("outbox-%020d.jnl", first) }

func (j *Journal) path(name string) string { return filepath.Join(j.o.Dir, name) }

func (j *Journal) list() error {
	names, err := j.o.FS.List(j.o.Dir)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	for _, name := range names {
		s, ok := strings.CutPrefix(name, "outbox-")
		s, ok2 := strings.CutSuffix(s, ".jnl")
		first, err := strconv.ParseUint(s, 10, 64)
		if ok && ok2 && err == nil {
			j.segments = append(j.segments, segment{first, name})
		}
	}
	return nil
}

// openLast finds the last readable frame and where the next one goes. Segments
// before the last hold lower sequences, so only trailing ones are read.
func (j *Journal) openLast() error {
	for i := len(j.segments) - 1; i >= 0; i-- {
		f, err := j.o.FS.Open(j.path(j.segments[i].name), false)
		if err != nil {
			return fmt.Errorf("journal: %w", err)
		}
		b, err := readAll(f)
		if err != nil {
			return errors.Join(fmt.Errorf("journal: %w", err), f.Close())
		}
		end, damage, err := scan(j.segments[i].name, b, func(fr frame) error {
			j.last = max(j.last, fr.last())
			return nil
		})
		if err != nil {
			return errors.Join(err, f.Close())
		}
		if i == len(j.segments)-1 {
			if err := j.adopt(f, end, int64(len(b)), len(damage) > 0); err != nil {
				return err
			}
		} else if err := f.Close(); err != nil {
			return fmt.Errorf("journal: %w", err)
		}
		if j.last > 0 {
			return nil
		}
	}
	return nil
}

// adopt goes on writing in the last segment where its tail is whole or merely
// torn; where acknowledged frames are damaged it is left alone.
func (j *Journal) adopt(f File, end, size int64, damaged bool) error {
	torn := end < size
	if damaged && j.last < j.o.AtLeast {
		return f.Close()
	}
	if torn {
		if err := errors.Join(f.Truncate(end), f.Sync()); err != nil {
			return errors.Join(fmt.Errorf("journal: cut off a torn tail: %w", err), f.Close())
		}
	}
	j.cur, j.off = f, end
	return nil
}

// Append seals ops as one act, writes them behind the last frame and returns
// when they are on the disk: all of them or, with an *AppendError, none. first
// is the sequence of ops[0]; the others follow it.
func (j *Journal) Append(ops ...Op) (first uint64, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return 0, ErrClosed
	}
	n := uint64(len(ops))
	if n == 0 || n > 1<<15 {
		return 0, fmt.Errorf("journal: %d operations in one act", n)
	}
	if err := j.clean(); err != nil {
		return 0, &AppendError{"clean", err}
	}
	if err := j.reserve(n); err != nil {
		return 0, &AppendError{"reserve", err}
	}
	if err := j.rotate(); err != nil {
		return 0, &AppendError{"segment", err}
	}
	first = j.next
	for i := range ops {
		ops[i].Counter = first + uint64(i)
	}
	payload, err := seal(j.o.AEAD, j.o.Rand, ops, first, j.last)
	if err != nil {
		return 0, err
	}
	b := appendFrame(nil, frame{seq: first, prev: j.last, n: len(ops), payload: payload})
	j.next += n // from here on these numbers are spent, whatever happens
	if err := j.write(b); err != nil {
		return 0, err
	}
	j.off += int64(len(b))
	j.last = first + n - 1
	j.witness()
	return first, nil
}

func (j *Journal) write(b []byte) error {
	j.dirty = true
	if _, err := j.cur.WriteAt(b, j.off); err != nil {
		return &AppendError{"write", errors.Join(err, j.cleanAfter())}
	}
	if err := j.cur.Sync(); err != nil {
		j.retire = true
		return &AppendError{"sync", errors.Join(err, j.cleanAfter())}
	}
	j.dirty = false
	return nil
}

// clean removes what a failed act may have left behind the last frame. Until
// that has worked nothing more is written, or a refused act could come back.
func (j *Journal) clean() error {
	if !j.dirty || j.cur == nil {
		return nil
	}
	if err := j.cur.Truncate(j.off); err != nil {
		return err
	}
	if err := j.cur.Sync(); err != nil {
		return err
	}
	j.dirty = false
	return nil
}

func (j *Journal) cleanAfter() error {
	if err := j.clean(); err != nil {
		return fmt.Errorf("and cut off again: %w", err)
	}
	return nil
}

// rotate begins a new segment where there is none, the current one is full, or
// an fsync failed on it (after which the system may forget dirty pages and
// report success, so that file is not written again).
func (j *Journal) rotate() error {
	if j.cur != nil && !j.retire && j.off < j.o.SegmentSize {
		return nil
	}
	name := segmentName(j.next)
	f, err := j.o.FS.Open(j.path(name), true)
	if err != nil {
		return err
	}
	if err := j.o.FS.SyncDir(j.o.Dir); err != nil {
		return errors.Join(err, f.Close(), ignoreMissing(j.o.FS.Remove(j.path(name))))
	}
	if j.cur != nil {
		if err := j.cur.Close(); err != nil && !j.retire {
			return errors.Join(err, f.Close())
		}
	}
	j.cur, j.off, j.retire, j.dirty = f, 0, false, false
	j.segments = append(j.segments, segment{j.next, name})
	return nil
}

func (j *Journal) reserve(n uint64) error {
	if j.next+n <= j.high {
		return nil
	}
	high := j.next + n + reserveStep
	if err := j.writeHigh(high); err != nil {
		return err
	}
	j.high = high
	return nil
}

const highName = "outbox.high"

func (j *Journal) readHigh() uint64 {
	f, err := j.o.FS.Open(j.path(highName), false)
	if err != nil {
		return 0 // missing or unreadable: the frames and the store still say how far it went
	}
	defer f.Close()
	b, err := readAll(f)
	if err != nil {
		return 0
	}
	s, _ := strings.CutSuffix(string(b), ".\n") // the full stop shows that it is all there
	high, err := strconv.ParseUint(s, 10, 64)
	if err != nil || len(s) == len(b) {
		return 0
	}
	return high
}

func (j *Journal) writeHigh(high uint64) error {
	return WriteFile(j.o.FS, j.path(highName), []byte(strconv.FormatUint(high, 10)+".\n"))
}

// Last is the last acknowledged sequence, 0 where there is none.
func (j *Journal) Last() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.last
}

// Dir is the folder that holds the segments.
func (j *Journal) Dir() string { return j.o.Dir }

// Close ends the journal; what was acknowledged is already on the disk. That the
// numbers reserved and not used are given back is tried only: where the disk is
// full they are skipped, as after a kill.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return nil
	}
	j.closed = true
	var errs []error
	if err := j.clean(); err != nil {
		errs = append(errs, err)
	}
	if j.high > 0 {
		_ = j.writeHigh(j.next)
	}
	if j.cur != nil {
		errs = append(errs, j.cur.Close())
	}
	if j.mark != nil {
		errs = append(errs, j.mark.Close())
	}
	return errors.Join(errs...)
}
