package match

import (
	"slices"

	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// scratch is what one search writes on; it is lent from a pool.
type scratch struct {
	acc, cov   []float32     // by record: score so far, share of the query answered
	touched    marks         // the records that have them
	now, whole values        // of this word; of the word as a whole, while its parts are looked for
	total      float64       // weight of all terms that were found
	topics     int           // how many topics were found
	joint      wish.Joint    // how they stand together
	closed     bool          // no further records may come in
	terms      []*candidates // of each term of the query: what answers it
	lent       []*answer     // for words that are not kept
	used       int           // of them
	key        []byte
	part       candidates
	parts      []partly
	held       marks // the records that hold a part
	penalty    map[uint32]float32
	top        []scored
	spots      []spot
	bounds     bounds
}

// partly is what a record has of the parts of a compound.
type partly struct {
	sum float32
	has uint8
}

func newScratch(n int) *scratch {
	return &scratch{
		acc: make([]float32, n), cov: make([]float32, n), touched: newMarks(n), now: newValues(n), whole: newValues(n),
		part: candidates{at: map[uint32]int{}}, parts: make([]partly, n), held: newMarks(n), penalty: map[uint32]float32{},
	}
}

// ensure makes room for n terms.
func (s *scratch) ensure(n int) {
	s.terms = slices.Grow(s.terms[:0], n)[:n]
	s.used = 0
}

// fresh gives an empty answer: of its own where it is kept, else lent for this search.
func (s *scratch) fresh(keep bool) *answer {
	if keep {
		return &answer{terms: candidates{at: map[uint32]int{}}}
	}
	if s.used == len(s.lent) {
		s.lent = append(s.lent, &answer{terms: candidates{at: map[uint32]int{}}})
	}
	a := s.lent[s.used]
	s.used++
	a.terms.reset()
	a.value, a.parts = 0, false
	return a
}

func (s *scratch) reset() {
	for w, set := range s.touched {
		if set != 0 {
			from, to := w*64, min(w*64+64, len(s.acc))
			clear(s.acc[from:to])
			clear(s.cov[from:to])
			s.touched[w] = 0
		}
	}
	s.top = s.top[:0]
	clear(s.terms)
	clear(s.penalty)
}
