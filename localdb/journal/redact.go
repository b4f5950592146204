package journal

import (
	"errors"
	"fmt"
	"runtime"
)

// Redact takes the words of some operations out of the journal, and leaves that they
// were there: change is given each operation and says whether it changed it; it may
// change all but the counter. A segment that holds one is written anew beside, fsynced
// and renamed, and where the system lets it the old one is overwritten then. It says
// how many it changed, may be killed at any step and is then called again. Frames that
// do not open, and damage, stay as they are.
func (j *Journal) Redact(change func(*Op) bool) (n int, err error) {
	if err := j.Turn(0); err != nil { // so that no segment is being written
		return 0, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return 0, ErrClosed
	}
	for _, s := range j.segments {
		k, err := j.redactSegment(s.name, change)
		if err != nil {
			return n, fmt.Errorf("journal: redact: %w", err)
		}
		n += k
	}
	return n, nil
}

func (j *Journal) redactSegment(name string, change func(*Op) bool) (n int, err error) {
	b, err := j.readSegment(name)
	if err != nil {
		return 0, err
	}
	var frames []frame
	_, damage, err := scan(name, b, func(f frame) error {
		frames = append(frames, f)
		return nil
	})
	if err != nil {
		return 0, err
	}
	out := make([]byte, 0, len(b))
	at := int64(0)
	stay := func() { // damage in front of the next frame
		for len(damage) > 0 && damage[0].From == at {
			out = append(out, b[damage[0].From:damage[0].To]...)
			at, damage = damage[0].To, damage[1:]
		}
	}
	for _, f := range frames {
		stay()
		at += int64(headerSize + len(f.payload))
		k, err := j.redactFrame(&f, change)
		if err != nil {
			return 0, err
		}
		n += k
		out = appendFrame(out, f)
	}
	stay()
	if n == 0 {
		return 0, nil
	}
	return n, j.replace(name, out)
}

func (j *Journal) redactFrame(f *frame, change func(*Op) bool) (n int, err error) {
	ops, err := open(j.o.AEAD, *f)
	if errors.Is(err, ErrSeal) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	for i := range ops {
		counter := ops[i].Counter
		if change(&ops[i]) {
			n++
		}
		ops[i].Counter = counter
	}
	if n > 0 {
		f.payload, err = seal(j.o.AEAD, j.o.Rand, ops, f.seq, f.prev)
	}
	return n, err
}

// replace puts b in the place of a segment. On Windows no file takes the place of one
// that is open, so there the old one's blocks are left to the disk.
func (j *Journal) replace(name string, b []byte) error {
	path := j.path(name)
	old, err := j.o.FS.Open(path, false)
	if err != nil {
		return err
	}
	if runtime.GOOS == "windows" {
		if err := old.Close(); err != nil {
			return err
		}
		return WriteFile(j.o.FS, path, b)
	}
	if err := WriteFile(j.o.FS, path, b); err != nil {
		return errors.Join(err, old.Close())
	}
	size, err := old.Size()
	if err == nil {
		_, err = old.WriteAt(make([]byte, size), 0)
	}
	if err == nil {
		err = old.Sync()
	}
	return errors.Join(err, old.Close())
}
