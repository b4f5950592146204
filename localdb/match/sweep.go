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
// by their columns, and sweepShare what share of all where those are yet to be made.
const (
	sweepMany  = 128
	sweepShare = 4
)

// sweep scores what can be among the best, and counts what fits. It gives up,
// and says so, when ctx is done.
func (r *ranking) sweep(ctx context.Context, h *topHeap) bool {
	r.filtered = r.filters()
	n := r.x.records.len()
	if !r.browse {
		n = r.s.touched.count()
	}
	skim := n >= sweepMany && (n*sweepShare >= r.x.records.len() || r.prepared()) && r.bound()
	for w, set := range r.s.touched {
		if w&31 == 31 && ctx.Err() != nil {
			return false
		}
		if r.browse {
			set = ^uint64(0)
			if rest := r.x.records.len() - w*64; rest < 64 {
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
	f := r.x.facts(d)
	p := priorOf(&f, r.today, r.browse)
	if h.full() && r.place(score*p.add*p.factor, missed) < h.list[0].score {
		return // distance only takes off
	}
	h.push(scored{d, r.place(score*(p.add-r.off(&f))*p.factor*r.within(d), missed)})
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
	per         float32 // one by the weight of all topics
	bar         float32 // the score of the least of the best …
	need, least float32 // … and the topic score and the score so far without which a record neither counts nor comes among them
	lifts       int     // of soft wishes
	sure        bool    // nothing is unwanted
	priors      []float32
	groups      [wishGroups]wishGroup
	used        int // groups
	joined      wishSum
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
	lifts   uint8   // of soft wishes that are met
	missed  uint8   // filters that are missed
	unfit   bool
	someMet bool

	fits       int     // 1 where it counts
	front      float32 // the most that a record without words comes to …
	scale, off float32 // … and where filters place it, after its prior
}

// bound readies the bounds; false where there are more wishes than they can hold.
func (r *ranking) bound() bool {
	b := &r.s.bounds
	b.used = 0
	n := 0
	r.firm, b.lifts = 0, 0
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
		if soft {
			b.lifts += a.lifts(Met)
		} else {
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
						sum.lifts += uint8(a.lifts(Met))
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
	b.per, b.bar, b.need, b.least = 0, 0, 0, 0
	if all := r.s.total + r.absent; all > 0 {
		b.per = float32(1 / all)
	}
	if b.used == 1 {
		g := &b.groups[0]
		for i := range g.sums[:1<<(g.used*outcomeBits)] {
			g.sums[i].finish(r)
		}
	}
	b.sure = len(r.s.penalty) == 0
	b.priors = r.priorColumn()
	return true
}

// skim passes over the records of one word of marks that can neither count nor
// come among the best, counts those that only count, and returns the others.
func (r *ranking) skim(h *topHeap, w int, set uint64) (left uint64) {
	s := r.s
	b := &s.bounds
	end := min(w*64+64, len(s.acc))
	acc, cov, priors := s.acc[w*64:end], s.cov[w*64:end], b.priors[w*64:end]
	bar := float32(0)
	if h.full() {
		bar = float32(h.list[0].score * justBelow)
	}
	touched := s.touched[w]
	if r.browse && b.sure {
		left, set = r.front(w, set&^touched, bar), set&touched
	}
	if bar != b.bar {
		b.bar = bar
		b.need, b.least = r.need(bar)
	}
	sum := &noWishes
	fits := uint64(0)
	for ; set != 0; set &= set - 1 {
		k := bits.TrailingZeros64(set)
		least, most := float32(0), float32(0) // of its topic score
		if touched&(1<<k) != 0 {
			if acc[k] < b.least {
				continue
			}
			if least, most = s.about(acc[k]*b.per, cov[k]*b.per); most < b.need {
				continue
			}
		}
		if r.browse {
			least, most = browsing*justBelow+(1-browsing)*least, browsing*justAbove+(1-browsing)*most
		}
		if b.used > 0 {
			sum = r.sum(w*64 + k)
		}
		if sum.lift(most)*priors[k]*sum.scale+sum.off >= bar {
			left |= 1 << k
			continue
		}
		switch {
		case most < floor || (sum.fits == 0 && r.best >= floor):
		case b.sure && least >= floor:
			r.best = max(r.best, floor)
			fits |= uint64(sum.fits) << k
		default:
			t := r.topic(uint32(w*64 + k))
			r.best = max(r.best, t)
			if t >= floor {
				fits |= uint64(sum.fits) << k
			}
		}
	}
	r.countAll(w, fits)
	return left
}

// front skims records of which no words are known, where everything answers.
func (r *ranking) front(w int, set uint64, bar float32) (left uint64) {
	b := &r.s.bounds
	if set == 0 {
		return 0
	}
	r.best = max(r.best, browsing)
	priors := b.priors[w*64 : min(w*64+64, len(b.priors))]
	fits := uint64(0)
	sum := &noWishes
	for k, p := range priors {
		if b.used > 0 {
			sum = r.sum(w*64 + k)
		}
		in := set >> k & 1
		if sum.front*p*sum.scale+sum.off >= bar {
			left |= in << k
			continue
		}
		fits |= (uint64(sum.fits) & in) << k
	}
	r.countAll(w, fits)
	return left
}

// countAll counts the records of one word of marks that fit.
func (r *ranking) countAll(w int, fits uint64) {
	n := bits.OnesCount64(fits)
	if r.beyond != nil {
		far := bits.OnesCount64(fits & r.beyond[w])
		r.away += far
		n -= far
	}
	r.total += n
}

// lift is the most that a score comes to with what wishes take and add.
func (s *wishSum) lift(score float32) float32 {
	score *= s.most
	for range s.lifts {
		score = score * (1 + softBonus) / (1 + softBonus*score)
	}
	return score
}

// finish works out what follows from what the wishes of a sum come to.
func (s *wishSum) finish(r *ranking) {
	s.fits = btoi(!s.unfit && (!r.browse || r.firm == 0 || s.someMet))
	s.scale, s.off = 1, 0
	switch {
	case r.filtered && s.missed > 0:
		s.scale = missedFilter / float32(s.missed)
	case r.filtered:
		s.scale, s.off = 1-missedFilter, missedFilter
	}
	s.front = s.lift(browsing * justAbove)
}

// noWishes is what no wishes come to.
var noWishes = wishSum{most: 1, fits: 1, scale: 1, front: browsing * justAbove}

// sum is what all wishes come to for a record.
func (r *ranking) sum(d int) *wishSum {
	b := &r.s.bounds
	if b.used == 1 {
		return b.groups[0].at(d)
	}
	b.joined = *b.groups[0].at(d)
	for i := range b.groups[1:b.used] {
		o := b.groups[1+i].at(d)
		b.joined.most *= o.most
		b.joined.lifts += o.lifts
		b.joined.missed += o.missed
		b.joined.unfit = b.joined.unfit || o.unfit
		b.joined.someMet = b.joined.someMet || o.someMet
	}
	b.joined.finish(r)
	return &b.joined
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

// about bounds topicScore from both sides, of an answer q that covers c of the
// query.
func (s *scratch) about(q, c float32) (least, most float32) {
	if s.joint != wish.Together && s.topics > 1 {
		q, c = float32(rooted(float64(q), s.joint)), c*float32(s.topics)
	}
	c = min(1, c)
	c = 0.25 + 0.75*c*c
	least = min(q, pressed)
	if q > pressed {
		q = pressed + (1-pressed)*(1-decay((q-pressed)/(1-pressed)))
	}
	return least * c * justBelow, q * c * justAbove
}

// need is the topic score, and the score so far, without which a record can
// neither count nor come among the best, when the last of those scores bar.
func (r *ranking) need(bar float32) (topic, soFar float32) {
	if r.browse {
		return 0, 0
	}
	y := float64(bar)
	if r.filtered {
		y = (y - missedFilter) / (1 - missedFilter)
	}
	for range r.s.bounds.lifts {
		y /= 1 + softBonus - softBonus*y
	}
	y = max(0, min(floor, y/mostPrior))
	return float32(y * justBelow), r.s.least(y, r.absent)
}

// mostPrior bounds the priors.
const mostPrior = 1 + 1e-4

// least is the score so far below which no record has such a topic score.
func (s *scratch) least(score, absent float64) float32 {
	if s.joint != wish.Together && s.topics > 1 {
		if s.joint >= wish.And {
			score *= score
		}
		if s.joint >= wish.Or {
			score *= score
		}
	}
	return float32(score * (s.total + absent) * justBelow)
}
