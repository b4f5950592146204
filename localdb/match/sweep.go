package match

import (
	"context"
	"math/bits"

	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// Bounds are compared with what they bound with a little room for rounding.
const (
	justBelow = 1 - 5e-5
	justAbove = 1 + 5e-5
)

// sweepMany is how many records make it worth while to pass over most of them
// by their columns.
const sweepMany = 128

// sweep scores what can be among the best, and counts what fits. It gives up,
// and says so, when ctx is done.
func (r *ranking) sweep(ctx context.Context, h *topHeap) bool {
	r.filtered = r.filters()
	n := len(r.x.records)
	if !r.browse {
		n = r.s.touched.count()
	}
	skim := n >= sweepMany && r.bound()
	for w, set := range r.s.touched {
		if w&31 == 31 && ctx.Err() != nil {
			return false
		}
		if r.browse {
			set = ^uint64(0)
			if rest := len(r.x.records) - w*64; rest < 64 {
				set = 1<<rest - 1
			}
		}
		if skim {
			set = r.skim(h, w, set)
		}
		for ; set != 0; set &= set - 1 {
			r.weigh(h, uint32(w*64+bits.TrailingZeros64(set)))
		}
	}
	return true
}

// weigh scores a record in full.
func (r *ranking) weigh(h *topHeap, d uint32) {
	topic := r.topic(d)
	if topic < shown {
		return
	}
	score, missed, fits := topic, 0, true
	if len(r.wishes) > 0 {
		score, missed, fits = r.judge(d, topic)
	}
	r.best = max(r.best, topic)
	if fits && topic >= floor {
		r.count(d)
	}
	f := &r.x.facts[d]
	p := priorOf(f, r.today, r.browse)
	if h.full() && r.place(score*p.add*p.factor, missed) < h.list[0].score {
		return // distance only takes off
	}
	h.push(scored{d, r.place(score*(p.add-r.off(f))*p.factor*r.within(d), missed)})
}

// place puts what misses a filter below all others.
func (r *ranking) place(score float64, missed int) float64 {
	switch {
	case !r.filtered:
		return score
	case missed > 0:
		return score * missedFilter / float64(missed)
	}
	return missedFilter + (1-missedFilter)*score
}

// bounds are what is quickly known of every record.
type bounds struct {
	per    float32 // one by the weight of all topics
	priors []float32
	groups [wishGroups]wishGroup
	used   int // groups
}

// wishGroups times groupWishes is how many wishes are judged by their columns.
const (
	wishGroups  = 3
	groupWishes = 3
)

// wishGroup is some of the wishes: what they come to together, by their outcomes.
type wishGroup struct {
	columns [groupWishes][]outcome
	used    int
	sums    [1 << (groupWishes * outcomeBits)]wishSum
}

// wishSum is what several wishes come to.
type wishSum struct {
	most    float32 // of a score
	lifts   uint8   // soft wishes that are met
	missed  uint8   // filters that are missed
	unfit   bool
	someMet bool
}

// bound readies the bounds; false where there are more wishes than they can hold.
func (r *ranking) bound() bool {
	b := &r.s.bounds
	b.used = 0
	n := 0
	r.firm = 0
	for i := range r.wishes {
		if !r.first[i] {
			continue
		}
		if n == wishGroups*groupWishes {
			return false
		}
		g := &b.groups[n/groupWishes]
		if n%groupWishes == 0 {
			g.used, g.sums[0] = 0, wishSum{most: 1}
			b.used++
		}
		a := &r.wishes[i]
		soft := a.Soft && !a.filter
		if !soft {
			r.firm++
		}
		g.columns[g.used] = r.column(i)
		size := 1 << (g.used * outcomeBits)
		for o := outcome(1<<outcomeBits) - 1; o < 1<<outcomeBits; o-- { // 0 last: it is what the others are made of
			for k := range size {
				sum := g.sums[k]
				switch {
				case soft:
					if o == met {
						sum.lifts++
					}
				case o == met:
					sum.someMet = true
				default:
					sum.most *= mostOf[o]
					if o <= missedSomehow {
						sum.unfit = true
						if a.filter {
							sum.missed++
						}
					}
				}
				g.sums[int(o)<<(g.used*outcomeBits)|k] = sum
			}
		}
		g.used++
		n++
	}
	for i := range b.groups[:b.used] { // the columns that are not used say nothing
		g := &b.groups[i]
		for k := g.used; k < groupWishes; k++ {
			g.columns[k] = nil
		}
	}
	b.per = 0
	if all := r.s.total + r.absent; all > 0 {
		b.per = float32(1 / all)
	}
	b.priors = r.priorColumn()
	return true
}

// skim passes over the records of one word of marks that can neither count nor
// come among the best, counts those that only count, and returns the others.
func (r *ranking) skim(h *topHeap, w int, set uint64) (left uint64) {
	b := &r.s.bounds
	touched := r.s.touched[w]
	end := min(w*64+64, len(r.s.acc))
	acc, cov, priors := r.s.acc[w*64:end], r.s.cov[w*64:end], b.priors[w*64:end]
	bar := float32(0)
	if h.full() {
		bar = float32(h.list[0].score * justBelow)
	}
	browse, per := r.browse, b.per
	for ; set != 0; set &= set - 1 {
		k := bits.TrailingZeros64(set)
		topic := float32(0)
		if touched&(1<<k) != 0 {
			topic = r.s.most(acc[k]*per, cov[k]*per)
		}
		if browse {
			topic = 0.8*justAbove + 0.2*topic*justAbove
		}
		if topic < shown {
			continue
		}
		sum := wishSum{most: 1}
		for i := range b.groups[:b.used] {
			sum.join(b.groups[i].at(w*64 + k))
		}
		most := topic * sum.most
		for range sum.lifts {
			most = most * (1 + softBonus) / (1 + softBonus*most)
		}
		most *= priors[k]
		if r.filtered {
			if sum.missed > 0 {
				most *= missedFilter / float32(sum.missed)
			} else {
				most = missedFilter + (1-missedFilter)*most
			}
		}
		if most >= bar {
			left |= 1 << k
			continue
		}
		if fits := !sum.unfit && (!browse || r.firm == 0 || sum.someMet); topic >= floor && (fits || r.best < floor) {
			t := r.topic(uint32(w*64 + k))
			r.best = max(r.best, t)
			if fits && t >= floor {
				r.count(uint32(w*64 + k))
			}
		}
	}
	return left
}

func (g *wishGroup) at(d int) *wishSum {
	i := g.columns[0][d]
	switch g.used {
	case 2:
		return &g.sums[int(i)|int(g.columns[1][d])<<outcomeBits]
	case 3:
		return &g.sums[int(i)|int(g.columns[1][d])<<outcomeBits|int(g.columns[2][d])<<(2*outcomeBits)]
	}
	return &g.sums[i]
}

func (s *wishSum) join(o *wishSum) {
	s.most *= o.most
	s.lifts += o.lifts
	s.missed += o.missed
	s.unfit = s.unfit || o.unfit
	s.someMet = s.someMet || o.someMet
}

// most is topicScore in short, a little more rather than less: of an answer q
// that covers c of the query.
func (s *scratch) most(q, c float32) float32 {
	if s.joint != wish.Together && s.topics > 1 {
		q, c = float32(rooted(float64(q), s.joint)), c*float32(s.topics)
	}
	if q > pressed {
		q = pressed + (1-pressed)*(1-decay((q-pressed)/(1-pressed)))
	}
	c = min(1, c)
	return q * (0.25 + 0.75*c*c) * justAbove
}

// least is the score so far below which no record has such a topic score.
func (s *scratch) least(score float64) float32 {
	if s.joint != wish.Together && s.topics > 1 {
		if s.joint >= wish.And {
			score *= score
		}
		if s.joint >= wish.Or {
			score *= score
		}
	}
	return float32(score * s.total * justBelow)
}
