package match

import (
	"math"

	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// pressed is where a topic score begins to be pressed together below 1.
const pressed = 0.6

// topicScore is how well the words are answered, 0–1: the quality of the
// answers, tempered by how much of the query they cover. Of topics that need
// not all be answered by one community, the mean is taken that the best of them
// governs, and as much as one topic is enough to cover. absent is the weight of
// topics that nothing answers.
func (s *scratch) topicScore(d uint32, absent float64) float64 {
	total := s.total + absent
	if total <= 0 {
		return 0
	}
	q, c := float64(s.acc[d])/total, float64(s.cov[d])/total
	if s.joint != wish.Together && s.topics > 1 {
		q, c = rooted(q, s.joint), c*float64(s.topics)
	}
	if q > pressed { // several signals together must not all end at 1
		q = pressed + (1-pressed)*(1-float64(decay(float32((q-pressed)/(1-pressed)))))
	}
	c = min(1, c)
	return q * (0.25 + 0.75*c*c)
}

// powered and rooted make a power mean of the answers to several topics: its
// square for "and", its fourth for "or".
func powered(q float32, j wish.Joint) float32 {
	if j >= wish.And {
		q *= q
	}
	if j >= wish.Or {
		q *= q
	}
	return q
}

func rooted(q float64, j wish.Joint) float64 {
	if j >= wish.And {
		q = math.Sqrt(q)
	}
	if j >= wish.Or {
		q = math.Sqrt(q)
	}
	return q
}
