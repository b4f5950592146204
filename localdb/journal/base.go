package journal

import (
	"fmt"
	"strconv"
	"strings"
)

// baseName holds the sequence up to which segments were let go on purpose, so
// that what is missing before it is no loss to whoever reads from the beginning.
const baseName = "outbox.base"

// Full gives the last sequence of the segments that are not written any more:
// what LetGo could remove. 0 is nothing.
func (j *Journal) Full() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.segments) == 0 {
		return 0
	}
	if j.cur == nil {
		return j.last
	}
	return j.segments[len(j.segments)-1].first - 1
}

// Turn lets the next act begin a new segment where the one under way has at
// least that many bytes, so that it can go as well.
func (j *Journal) Turn(least int64) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return ErrClosed
	}
	if j.cur == nil || j.off < least {
		return nil
	}
	if err := j.clean(); err != nil {
		return &AppendError{"clean", err}
	}
	err := j.cur.Close()
	j.cur, j.off, j.retire = nil, 0, false
	return err
}

// LetGo removes the segments whose operations all have a sequence at or below
// upTo, as Trim does, and keeps that it did, so that a journal read from its
// beginning counts as whole. It may be killed at any step.
func (j *Journal) LetGo(upTo uint64) error {
	if err := j.Answer(upTo); err != nil {
		return err
	}
	return j.Trim(upTo)
}

// Answer keeps that whoever calls it answers for every operation up to upTo: that
// they are not needed, or were journalled again. What is missing of them is no
// loss from then on.
func (j *Journal) Answer(upTo uint64) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return ErrClosed
	}
	if upTo <= j.base {
		return nil
	}
	if err := WriteFile(j.o.FS, j.path(baseName), []byte(strconv.FormatUint(upTo, 10)+".\n")); err != nil {
		return fmt.Errorf("journal: base: %w", err)
	}
	j.base = upTo
	return nil
}

// readBase reads what LetGo kept; where it is missing or unreadable, what was
// removed counts as missing.
func (j *Journal) readBase() uint64 {
	f, err := j.o.FS.Open(j.path(baseName), false)
	if err != nil {
		return 0
	}
	defer f.Close()
	b, err := readAll(f)
	if err != nil {
		return 0
	}
	s, whole := strings.CutSuffix(string(b), ".\n")
	base, err := strconv.ParseUint(s, 10, 64)
	if err != nil || !whole {
		return 0
	}
	return base
}
