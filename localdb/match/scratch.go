package match

import "github.com/faellesskabsby/vejviser/localdb/match/wish"

// scratch is what one search writes on; it is lent from a pool.
type scratch struct {
	acc, cov, cur []float32 // by record: score so far, share of the query answered, this term's value
	seen          []bool
	touched       []uint32
	now           []uint32   // records this term touched
	total         float64    // weight of all terms that were found
	topics        int        // how many topics were found
	joint         wish.Joint // how they stand together
	closed        bool       // no further records may come in
	terms         []candidates
	part          candidates
	parts         []partly
	penalty       map[uint32]float32
	top           []scored
	spots         []spot
}

// partly is what a record has of the parts of a compound.
type partly struct {
	sum  float32
	has  uint8
	held bool
}

func newScratch(n int) *scratch {
	return &scratch{
		acc: make([]float32, n), cov: make([]float32, n), cur: make([]float32, n), seen: make([]bool, n),
		part: candidates{at: map[uint32]int{}}, parts: make([]partly, n), penalty: map[uint32]float32{},
	}
}

// ensure makes room for the candidates of n terms.
func (s *scratch) ensure(n int) {
	for len(s.terms) < n {
		s.terms = append(s.terms, candidates{at: map[uint32]int{}})
	}
	for i := range s.terms {
		s.terms[i].reset()
	}
}

func (s *scratch) touch(d uint32) {
	if !s.seen[d] {
		s.seen[d] = true
		s.touched = append(s.touched, d)
	}
}

func (s *scratch) reset() {
	for _, d := range s.touched {
		s.acc[d], s.cov[d], s.seen[d] = 0, 0, false
	}
	for _, d := range s.now {
		s.cur[d] = 0
	}
	s.touched, s.now, s.top = s.touched[:0], s.now[:0], s.top[:0]
	clear(s.penalty)
}
