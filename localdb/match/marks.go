package match

import "math/bits"

// marks is a set of records: a bit for each.
type marks []uint64

func newMarks(n int) marks { return make(marks, (n+63)/64) }

func (m marks) has(d uint32) bool { return m[d>>6]&(1<<(d&63)) != 0 }
func (m marks) add(d uint32)      { m[d>>6] |= 1 << (d & 63) }

func (m marks) count() int {
	n := 0
	for _, w := range m {
		n += bits.OnesCount64(w)
	}
	return n
}

// values are what records are worth to a word; 0 for those that are not marked.
type values struct {
	of    []float32
	found marks
}

func newValues(n int) values { return values{make([]float32, n), newMarks(n)} }

// add brings in what a term of the index says: the best signal counts in full,
// each further one by a part.
func (v *values) add(record []uint32, impact []uint8, weight float32) {
	of := v.of
	impact = impact[:len(record)]
	at, set := uint32(0), uint64(0)
	for k, d := range record {
		s, o := weight*float32(impact[k]), of[d]
		of[d] = max(s, o) + signals*min(s, o)
		if w := d >> 6; w != at { // records come in order
			v.found[at] |= set
			at, set = w, 0
		}
		set |= 1 << (d & 63)
	}
	if set != 0 {
		v.found[at] |= set
	}
}

// clear forgets the values.
func (v *values) clear() {
	for w, set := range v.found {
		if set != 0 {
			clear(v.of[w*64 : min(w*64+64, len(v.of))])
			v.found[w] = 0
		}
	}
}
