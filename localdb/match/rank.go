package match

import (
	"context"
	"math"
	"slices"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// Priors: small, so that they decide between equals.
const (
	priorAssured   = 0.03 // confirmed lately
	priorNear      = 0.04 // close by
	priorFull      = 0.10 // known to be full: one with room comes before it when both are nearly as good
	priorSoon      = 0.02 // meets soon
	priorOpen      = 0.02 // says that there is room, or that somebody goes along
	pausedFactor   = 0.25
	endedFactor    = 0.30 // a practice ground whose period is over
	unwantedFactor = 0.85 // taken off what is mainly about something unwanted
	staleDays      = 183
	nearKm         = 8.0
	missedFilter   = 0.02 // scores of those that miss a filter lie below this
	browsing       = 0.8  // how well everything answers, where nothing is asked for
)

// Variety: how many of one club stand among the first ten before others that
// are nearly as good.
const (
	varietySpan  = 10
	varietyClub  = 3
	varietyWorth = 0.75
)

// scored is a record and its score.
type scored struct {
	record uint32
	score  float64
}

func (a scored) before(b scored) bool {
	return a.score > b.score || (a.score == b.score && a.record < b.record)
}

// ranking puts what was found in order.
type ranking struct {
	x        *Index
	q        *Query
	s        *scratch
	wishes   []asked
	browse   bool
	today    int32
	first    []bool  // of the wishes of which one is enough, the first
	firm     int     // wishes that are no mere bonus
	filtered bool    // a wish was chosen by hand
	cos      float64 // of the latitude of the origin
	absent   float64 // weight of topics that were not found anywhere
	best     float64 // best topic score
	total    int     // what fits within reach
	away     int     // and beyond it
	guessed  bool    // nothing was understood
	words    int     // that were read
	one      bool    // all topics are one situation: none of them needs an answer of its own
	errand   bool    // nothing was asked for but an errand
	topics   []int   // the topics that are answered, by their place among the terms
	beyond   marks   // what lies out of reach; nil is nothing
}

// filters says whether any wish was chosen by hand.
func (r *ranking) filters() bool {
	for i := range r.wishes {
		if r.wishes[i].filter {
			return true
		}
	}
	return false
}

// ready works out what is the same for every record.
func (r *ranking) ready() {
	r.first = make([]bool, len(r.wishes))
	for i := range r.wishes {
		r.first[i] = !r.later(i)
	}
	if o := r.q.Origin; o != nil {
		r.cos = math.Cos(o.Lat * math.Pi / 180)
	}
	r.reach()
}

// run scores what was touched and gives the best.
func (r *ranking) run(ctx context.Context) Result {
	r.ready()
	h := topHeap{list: r.s.top[:0], max: max(r.q.Limit, varietySpan*3)}
	if !r.sweep(ctx, &h) {
		return Result{}
	}
	slices.SortFunc(h.list, func(a, b scored) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	r.s.top = h.list
	return r.result()
}

// result makes a result of the best, which are in order.
func (r *ranking) result() Result {
	r.fill()
	r.suit(r.s.top)
	r.vary(r.s.top)
	r.spread(r.s.top)
	r.room(r.s.top)
	near := r.nears(r.s.top)
	r.s.top = r.s.top[:min(len(r.s.top), r.q.Limit)]
	out := Result{Total: r.total, Beyond: r.away, Weak: r.best < floor || r.guessed || (r.browse && r.total+r.away == 0), Errand: r.errand, Hits: make([]Hit, len(r.s.top))}
	for i, t := range r.s.top {
		out.Hits[i] = r.hit(t)
	}
	out.Near = near
	return out
}

func (r *ranking) hit(t scored) Hit {
	rs, f := &r.x.records, r.x.facts(t.record)
	return Hit{ID: rs.ids.at(t.record), SourceID: rs.sources.at(t.record), Name: rs.names.at(t.record), Score: t.score, Km: f.distance(r.q.Origin), Far: r.far(t.record)}
}

// topic is how well the words are answered; with no words everything answers.
func (r *ranking) topic(d uint32) float64 {
	t := 0.0
	if r.s.acc[d] != 0 {
		t = r.s.topicScore(d, r.absent)
	}
	if r.browse {
		t = browsing + (1-browsing)*t
	}
	if len(r.s.penalty) == 0 {
		return t
	}
	if p := r.s.penalty[d]; p > 0 {
		t *= 1 - unwantedFactor*float64(p)
	}
	return t
}

// judge multiplies the topic score by the wishes. Of several
// days, times, areas or languages one is enough.
func (r *ranking) judge(d uint32, topic float64) (score float64, missedFilters int, fits bool) {
	known := r.x.facts(d)
	f := &known
	score, fits = topic, true
	met, firm := 0, 0
	for i := range r.wishes {
		a := &r.wishes[i]
		if !r.first[i] {
			continue
		}
		fact, factor := r.answer(i, f)
		switch {
		case a.Soft && !a.filter:
			for range a.lifts(fact) {
				score = score * (1 + softBonus) / (1 + softBonus*score)
			}
		default:
			score *= factor
			firm++
			if fact == Met {
				met++
			}
			if fact == NotMet {
				fits = false
				if a.filter {
					missedFilters++
				}
			}
		}
	}
	if r.browse && firm > 0 && met == 0 {
		fits = false // nothing but wishes, and it is not known to meet one
	}
	return score, missedFilters, fits
}

// answer says how a record answers wish i or the best of its alternatives.
func (r *ranking) answer(i int, f *facts) (Fact, float64) {
	fact, factor := r.x.check(&r.wishes[i], f, r.q)
	for j := i + 1; j < len(r.wishes) && fact != Met; j++ {
		if b := &r.wishes[j]; alternatives(&r.wishes[i], b) {
			if f2, k2 := r.x.check(b, f, r.q); k2 > factor {
				fact, factor = f2, k2
			}
		}
	}
	return fact, factor
}

// alternatives says whether one of two wishes is enough.
func alternatives(a, b *asked) bool {
	if a.Kind != b.Kind || a.filter != b.filter || a.Soft != b.Soft {
		return false
	}
	switch a.Kind {
	case WishWeekday, WishTime, WishArea, WishLanguage, WishKindOf:
		return true
	}
	return false
}

// later says whether an earlier wish has already spoken for this one.
func (r *ranking) later(i int) bool {
	for j := range i {
		if alternatives(&r.wishes[j], &r.wishes[i]) {
			return true
		}
	}
	return false
}

// prior is the part of a prior that only the day decides: add less what is
// taken off for distance, times factor.
type prior struct{ add, factor float64 }

func priorOf(f *facts, today int32, browse bool) prior {
	p := prior{1, 1}
	if f.assured == 0 || today == 0 || today-f.assured > staleDays {
		p.add -= priorAssured
	} else {
		p.add -= priorAssured * 0.5 * float64(max(0, today-f.assured)) / staleDays
	}
	if f.free == 0 {
		p.add -= priorFull
	}
	if browse {
		p.add -= wait(f, today)
		if f.free <= 0 && f.accompaniment != Met {
			p.add -= priorOpen
		}
	}
	if f.status == directory.StatusPaused || f.rest.holds(today) {
		p.factor *= pausedFactor
	}
	if f.until != 0 && today != 0 && f.until < today {
		p.factor *= endedFactor
	}
	return p
}

// off is what is taken off for distance.
func (r *ranking) off(f *facts) float64 {
	if r.q.Origin == nil {
		return 0
	}
	if d := r.near(f.points); d >= 0 {
		return priorNear * min(1, d/nearKm)
	}
	return priorNear / 2
}

// near is the distance, near enough where it is short: it is asked for every
// record that is found.
func (r *ranking) near(points []Point) float64 {
	o := r.q.Origin
	if o == nil {
		return -1
	}
	best := -1.0
	for i := range points {
		dx, dy := (points[i].Lon-o.Lon)*r.cos, points[i].Lat-o.Lat
		if d := dx*dx + dy*dy; best < 0 || d < best {
			best = d
		}
	}
	if best < 0 {
		return -1
	}
	return math.Sqrt(best) * 111.2
}

// wait is a small minus for meeting late in the week, counted from today.
func wait(f *facts, today int32) float64 {
	if f.know&knowDay == 0 || today == 0 {
		return priorSoon
	}
	from := int((today+3)%7) + 1 // 1 January 1970 was a Thursday
	for i := range 7 {
		if f.slots[(from-1+i)%7+1] != 0 {
			return priorSoon * float64(i) / 7
		}
	}
	return priorSoon
}

// vary keeps one club from filling the first ten where others are nearly as good.
func (r *ranking) vary(list []scored) {
	if len(list) <= varietyClub {
		return
	}
	span := min(varietySpan, len(list))
	count := map[uint32]int{}
	for i := 0; i < span; i++ {
		club := r.x.club(list[i].record)
		if count[club] < varietyClub {
			count[club]++
			continue
		}
		for j := i + 1; j < len(list); j++ {
			other := r.x.club(list[j].record)
			if list[j].score < varietyWorth*list[i].score {
				break
			}
			if count[other] >= varietyClub {
				continue
			}
			lift(list, j, i)
			club = other
			break
		}
		count[club]++
	}
}

// topHeap keeps the best max, the worst of them first.
type topHeap struct {
	list []scored
	max  int
}

func (h *topHeap) full() bool { return len(h.list) == h.max }

func (h *topHeap) push(s scored) {
	if len(h.list) < h.max {
		h.list = append(h.list, s)
		for i := len(h.list) - 1; i > 0; {
			up := (i - 1) / 2
			if !h.list[up].before(h.list[i]) {
				break
			}
			h.list[up], h.list[i] = h.list[i], h.list[up]
			i = up
		}
		return
	}
	if !s.before(h.list[0]) {
		return
	}
	h.list[0] = s
	for i := 0; ; {
		worst := i
		for _, c := range [2]int{2*i + 1, 2*i + 2} {
			if c < len(h.list) && h.list[worst].before(h.list[c]) {
				worst = c
			}
		}
		if worst == i {
			return
		}
		h.list[i], h.list[worst] = h.list[worst], h.list[i]
		i = worst
	}
}
