package journal

import "fmt"

// Trim removes the segments whose operations all have a sequence at or below
// upTo, oldest first; the segment under way as well where that is true of it.
// Whoever calls it has what those operations did somewhere else, fsynced, and
// gives Open that sequence as AtLeast from then on.
func (j *Journal) Trim(upTo uint64) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return ErrClosed
	}
	removed := 0
	for i, s := range j.segments {
		last := j.last
		if i+1 < len(j.segments) {
			last = j.segments[i+1].first - 1
		} else if j.cur != nil && last <= upTo {
			err := j.cur.Close()
			j.cur, j.off, j.dirty, j.retire = nil, 0, false, false
			if err != nil {
				return fmt.Errorf("journal: trim: %w", err)
			}
		}
		if last > upTo {
			break
		}
		if err := ignoreMissing(j.o.FS.Remove(j.path(s.name))); err != nil {
			j.segments = j.segments[removed:]
			return fmt.Errorf("journal: trim: %w", err)
		}
		removed++
	}
	if removed == 0 {
		return nil
	}
	j.segments = append([]segment(nil), j.segments[removed:]...)
	if err := j.o.FS.SyncDir(j.o.Dir); err != nil {
		return fmt.Errorf("journal: trim: %w", err)
	}
	return nil
}

// Size is the length of all segments in bytes.
func (j *Journal) Size() (size int64, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i, s := range j.segments {
		if i+1 == len(j.segments) && j.cur != nil {
			return size + j.off, nil
		}
		f, err := j.o.FS.Open(j.path(s.name), false)
		if err != nil {
			return 0, fmt.Errorf("journal: %w", err)
		}
		n, err := f.Size()
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return 0, fmt.Errorf("journal: %w", err)
		}
		size += n
	}
	return size, nil
}
