package match

import (
	"slices"
	"strings"
)

// The index is kept in few large pieces, so that it is loaded from a snapshot
// without making its thousands of strings and lists one by one, and so that the
// garbage collector has little to follow.

// texts is a list of strings kept in one piece.
type texts struct {
	blob string
	ends []uint32
}

func newTexts(list []string) texts {
	n := 0
	for _, s := range list {
		n += len(s)
	}
	var b strings.Builder
	b.Grow(n)
	t := texts{ends: make([]uint32, len(list))}
	for i, s := range list {
		b.WriteString(s)
		t.ends[i] = uint32(b.Len())
	}
	t.blob = b.String()
	return t
}

// textsBuilder makes texts of strings as they come.
type textsBuilder struct {
	blob strings.Builder
	ends []uint32
}

func (b *textsBuilder) add(s string) {
	b.blob.WriteString(s)
	b.ends = append(b.ends, uint32(b.blob.Len()))
}

func (b *textsBuilder) texts() texts {
	if b.ends == nil {
		b.ends = []uint32{}
	}
	return texts{b.blob.String(), b.ends}
}

func (t *texts) len() int { return len(t.ends) }

func (t *texts) at(i uint32) string {
	from := uint32(0)
	if i > 0 {
		from = t.ends[i-1]
	}
	return t.blob[from:t.ends[i]]
}

// seek is the first string that does not sort before s.
func (t *texts) seek(s string) int {
	lo, hi := 0, len(t.ends)
	for lo < hi {
		if mid := (lo + hi) / 2; t.at(uint32(mid)) < s {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// dict is a sorted list of strings, each of which is found by itself.
type dict struct {
	texts
	slots []uint32 // a hash table: number+1, 0 is free; at least half are free
}

func newDict(sorted []string) dict {
	d := dict{texts: newTexts(sorted)}
	size := 4
	for size < 2*len(sorted) {
		size *= 2
	}
	d.slots = make([]uint32, size)
	mask := uint32(size - 1)
	for n, s := range sorted {
		i := hashOf(s) & mask
		for d.slots[i] != 0 {
			i = (i + 1) & mask
		}
		d.slots[i] = uint32(n) + 1
	}
	return d
}

func (d *dict) find(s string) (uint32, bool) {
	if len(d.slots) == 0 {
		return 0, false
	}
	mask := uint32(len(d.slots) - 1)
	for i := hashOf(s) & mask; ; i = (i + 1) & mask {
		n := d.slots[i]
		if n == 0 {
			return 0, false
		}
		if d.at(n-1) == s {
			return n - 1, true
		}
	}
}

// hashOf is FNV-1a: short words, no seed, the same everywhere.
func hashOf(s string) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h ^ h>>15
}

// lists are lists of numbers kept in one piece.
type lists struct{ ends, items []uint32 }

func (l *lists) at(i uint32) []uint32 {
	from := uint32(0)
	if i > 0 {
		from = l.ends[i-1]
	}
	return l.items[from:l.ends[i]]
}

// relation gives, for a string, the numbers that go with it.
type relation struct {
	keys dict
	list lists
}

func newRelation(m map[string][]uint32) relation {
	keys := make([]string, 0, len(m))
	n := 0
	for k, l := range m {
		keys = append(keys, k)
		n += len(l)
	}
	slices.Sort(keys)
	r := relation{keys: newDict(keys), list: lists{make([]uint32, len(keys)), make([]uint32, 0, n)}}
	for i, k := range keys {
		r.list.items = append(r.list.items, m[k]...)
		r.list.ends[i] = uint32(len(r.list.items))
	}
	return r
}

func (r *relation) of(s string) []uint32 {
	i, ok := r.keys.find(s)
	if !ok {
		return nil
	}
	return r.list.at(i)
}

// renumber numbers strings in their order: those of old that are still used and
// the fresh ones, of which none is in old. to gives the new number of each, by
// its old number and after those by its place among the fresh.
func renumber(old *texts, used []bool, fresh []string) (all []string, to []uint32) {
	to = make([]uint32, old.len()+len(fresh))
	order := make([]uint32, len(fresh))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return strings.Compare(fresh[a], fresh[b]) })
	all = make([]string, 0, len(to))
	k := 0
	takeFresh := func(before string, last bool) {
		for ; k < len(order) && (last || fresh[order[k]] < before); k++ {
			to[old.len()+int(order[k])] = uint32(len(all))
			all = append(all, fresh[order[k]])
		}
	}
	for i := range old.len() {
		if !used[i] {
			to[i] = noNumber
			continue
		}
		s := old.at(uint32(i))
		takeFresh(s, false)
		to[i] = uint32(len(all))
		all = append(all, s)
	}
	takeFresh("", true)
	return all, to
}
