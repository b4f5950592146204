package match

import "slices"

// Where little answers the words, what takes the same into account is shown
// after it: to somebody hard of hearing, what has thought of that.
const (
	fillUpTo  = 10
	fillScore = 0.2  // below floor: it is no answer
	fillMost  = 2048 // records looked at
)

// fill adds what meets a consideration that was heard, best first, until there
// is enough to choose among.
func (r *ranking) fill() {
	want := min(r.q.Limit, fillUpTo)
	if r.browse || len(r.s.top) == 0 || len(r.s.top) >= want {
		return
	}
	here := map[uint32]bool{}
	for _, t := range r.s.top {
		here[t.record] = true
	}
	var more []scored
	for i := range r.wishes {
		if a := &r.wishes[i]; a.what != codeConsideration || !a.Soft {
			continue
		}
		for d, o := range r.column(i) {
			if o != met || here[uint32(d)] || len(more) == fillMost {
				continue
			}
			here[uint32(d)] = true
			f := r.x.facts(uint32(d))
			p := priorOf(&f, r.today, false)
			more = append(more, scored{uint32(d), fillScore * (p.add - r.off(&f)) * p.factor * r.within(uint32(d))})
		}
	}
	slices.SortFunc(more, func(a, b scored) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	last := r.s.top[len(r.s.top)-1].score
	for _, t := range more[:min(len(more), want-len(r.s.top))] {
		r.s.top = append(r.s.top, scored{t.record, min(t.score, last)})
	}
}
