package match

import (
	"context"
	"slices"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// Priors: small, so that they decide between equals.
const (
	priorAssured   = 0.03 // confirmed lately
	priorNear      = 0.04 // close by
	priorFull      = 0.03 // known to be full
	priorSoon      = 0.02 // meets soon
	priorOpen      = 0.02 // says that there is room, or that somebody goes along
	pausedFactor   = 0.25
	endedFactor    = 0.30 // a practice ground whose period is over
	unwantedFactor = 0.85 // taken off what is mainly about something unwanted
	staleDays      = 183
	nearKm         = 8.0
	missedFilter   = 0.02 // scores of those that miss a filter lie below this
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
	x      *Index
	q      *Query
	s      *scratch
	wishes []asked
	browse bool
	today  int32
	absent float64 // weight of topics that were not found anywhere
	best   float64 // best topic score
	total  int
}

// missing weighs the topics that no record answers: they make every answer weaker.
func (r *ranking) missing(read *wish.Reading) {
	found, lost := 0, 0
	for i := range read.Terms {
		if read.Terms[i].Weight < 1 {
			continue
		}
		if len(r.s.terms[i].list) == 0 && !read.Terms[i].Open {
			lost++
		} else {
			found++
		}
	}
	if found > 0 && lost > 0 {
		r.absent = r.s.total * min(1, 0.5*float64(lost)/float64(found))
	}
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

// run scores what was touched and gives the best.
func (r *ranking) run(ctx context.Context) Result {
	keep := max(r.q.Limit, varietySpan*3)
	h := topHeap{list: r.s.top[:0], max: keep}
	filters := r.filters()
	for i, d := range r.s.touched {
		if i&2047 == 2047 && ctx.Err() != nil {
			return Result{}
		}
		topic := r.topic(d)
		if topic < shown {
			continue
		}
		score, missed, fits := r.judge(d, topic)
		r.best = max(r.best, topic)
		if fits && topic >= floor {
			r.total++
		}
		place := func(score float64) float64 {
			switch {
			case !filters:
				return score
			case missed > 0:
				return score * missedFilter / float64(missed)
			}
			return missedFilter + (1-missedFilter)*score
		}
		if h.full() && place(score) < h.list[0].score {
			continue // priors only take off
		}
		h.push(scored{d, place(score * r.prior(&r.x.facts[d]))})
	}
	slices.SortFunc(h.list, func(a, b scored) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	r.vary(h.list)
	r.s.top = h.list[:min(len(h.list), r.q.Limit)]
	out := Result{Total: r.total, Weak: r.best < floor || (r.browse && r.total == 0), Hits: make([]Hit, len(r.s.top))}
	for i, t := range r.s.top {
		rec := &r.x.records[t.record]
		out.Hits[i] = Hit{ID: rec.id, SourceID: rec.sourceID, Name: rec.name, Score: t.score,
			Km: r.x.facts[t.record].distance(r.q.Origin)}
	}
	return out
}

// topic is how well the words are answered; with no words everything answers.
func (r *ranking) topic(d uint32) float64 {
	t := topicScore(r.s.acc[d], r.s.cov[d], r.s.total+r.absent)
	if r.browse {
		t = 0.8 + 0.2*t
	}
	if p := r.s.penalty[d]; p > 0 {
		t *= 1 - unwantedFactor*float64(p)
	}
	return t
}

// judge multiplies the topic score by the wishes. Of several
// days, times, areas or languages one is enough.
func (r *ranking) judge(d uint32, topic float64) (score float64, missedFilters int, fits bool) {
	f := &r.x.facts[d]
	score, fits = topic, true
	met, firm := 0, 0
	for i := range r.wishes {
		a := &r.wishes[i]
		if r.later(i) {
			continue
		}
		fact, factor := r.x.check(a, f, r.q)
		for j := i + 1; j < len(r.wishes) && fact != Met; j++ {
			if b := &r.wishes[j]; alternatives(a, b) {
				if f2, k2 := r.x.check(b, f, r.q); k2 > factor {
					fact, factor = f2, k2
				}
			}
		}
		switch {
		case a.Soft && !a.filter:
			if fact == Met {
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

func (r *ranking) prior(f *facts) float64 {
	p := 1.0
	if f.assured == 0 || r.today == 0 || r.today-f.assured > staleDays {
		p -= priorAssured
	} else {
		p -= priorAssured * 0.5 * float64(max(0, r.today-f.assured)) / staleDays
	}
	if d := f.distance(r.q.Origin); d >= 0 {
		p -= priorNear * min(1, d/nearKm)
	} else if r.q.Origin != nil {
		p -= priorNear / 2
	}
	if f.free == 0 {
		p -= priorFull
	}
	if r.browse {
		p -= r.wait(f)
		if f.free <= 0 && f.accompaniment != Met {
			p -= priorOpen
		}
	}
	if f.status == directory.StatusPaused {
		p *= pausedFactor
	}
	if f.until != 0 && r.today != 0 && f.until < r.today {
		p *= endedFactor
	}
	return p
}

// wait is a small minus for meeting late in the week, counted from today.
func (r *ranking) wait(f *facts) float64 {
	if f.know&knowDay == 0 || r.today == 0 {
		return priorSoon
	}
	today := int((r.today+3)%7) + 1 // 1 January 1970 was a Thursday
	for i := range 7 {
		if f.slots[(today-1+i)%7+1] != 0 {
			return priorSoon * float64(i) / 7
		}
	}
	return priorSoon
}

// vary keeps one club from filling the first ten where others are nearly as
// good. What is moved down gets the score of what stands before it, so that
// scores fall down the list.
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
			moved := list[j]
			copy(list[i+1:j+1], list[i:j])
			list[i] = moved
			for k := i + 1; k <= j; k++ {
				list[k].score = min(list[k].score, list[k-1].score)
			}
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
