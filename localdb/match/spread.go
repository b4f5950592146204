package match

import "github.com/faellesskabsby/vejviser/localdb/match/wish"

// Spread: of several topics that need not all be answered by one community,
// each has its best among the first few, where it is nearly as good.
const (
	spreadFirst  = 3
	spreadWorth  = 0.6
	spreadAnswer = 0.35 // what a word must tell of a topic to answer it
)

// spread brings up answers to topics that the first few leave out.
func (r *ranking) spread(list []scored) {
	if r.browse || r.one || r.s.joint == wish.Together || len(r.topics) < 2 || len(r.topics) > 64 || len(list) < 2 {
		return
	}
	all := uint64(1)<<len(r.topics) - 1
	seen := r.answers(list[0].record)
	for i := 1; i < min(spreadFirst, len(list)) && seen != all; i++ {
		for j := i; j < len(list) && list[j].score >= spreadWorth*list[i].score; j++ {
			if new := r.answers(list[j].record) &^ seen; new != 0 {
				seen |= new
				lift(list, j, i)
				break
			}
		}
	}
}

// answers says which topics a record answers plainly.
func (r *ranking) answers(d uint32) (mask uint64) {
	r.s.spots = r.x.spots.of(d, r.s.spots)
	for k := range r.s.spots {
		sp := &r.s.spots[k]
		t := r.x.spelledT[sp.word]
		for n, i := range r.topics {
			cs := r.s.terms[i]
			if c, ok := cs.find(t); ok && cs.list[c].weight*telling[sp.field] >= spreadAnswer {
				mask |= 1 << n
			}
		}
	}
	return mask
}

// lift moves what stands at from up to to. What is moved down gets the score of
// what stands before it, so that scores fall down the list.
func lift(list []scored, from, to int) {
	moved := list[from]
	copy(list[to+1:from+1], list[to:from])
	list[to] = moved
	for k := to + 1; k <= from; k++ {
		list[k].score = min(list[k].score, list[k-1].score)
	}
}
