package journal

import (
	"errors"
	"fmt"
)

// Read calls fn with every readable act whose operations have a sequence above
// after, in order, and accounts for the rest: what is missing at or below after
// is no concern of the caller's. An error of fn ends it.
func (j *Journal) Read(after uint64, fn func(ops []Op) error) (Account, error) {
	j.mu.Lock()
	segments := append([]segment(nil), j.segments...)
	base := j.base
	j.mu.Unlock()
	var a Account
	for i, s := range segments {
		if i+1 < len(segments) && segments[i+1].first <= after+1 {
			continue // every sequence in it is at most after
		}
		b, err := j.readSegment(s.name)
		if err != nil {
			return a, err
		}
		_, damage, err := scan(s.name, b, func(f frame) error {
			if f.prev > max(a.Last, after, base) {
				a.Missing++
			}
			a.Frames++
			a.Ops += f.n
			a.Last = max(a.Last, f.last())
			if f.last() <= after {
				return nil
			}
			ops, err := open(j.o.AEAD, f)
			if errors.Is(err, ErrSeal) {
				a.Sealed++
				return nil
			}
			if err != nil {
				return err
			}
			return fn(ops)
		})
		a.Damage = append(a.Damage, damage...)
		if err != nil {
			return a, err
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.last > max(a.Last, after, j.base) {
		a.Missing++
	}
	return a, nil
}

func (j *Journal) readSegment(name string) ([]byte, error) {
	f, err := j.o.FS.Open(j.path(name), false)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	b, err := readAll(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	return b, nil
}
