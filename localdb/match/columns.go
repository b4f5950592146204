package match

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A search that touches many records asks the same of each, and the next key
// press asks most of it again. columns keeps, by record, what a wish comes to
// and the most a prior can be, so that nearly all records are passed over
// without looking at their facts. They are bounds: what is shown is scored from
// the facts themselves.
type columns struct {
	mu     sync.Mutex
	wishes []wishColumn    // the last asked first
	priors [4]*priorColumn // with and without browsing, and reach
	reach  *reachColumn
}

// keptColumns bounds the wishes that are kept; each takes a byte for a record.
const keptColumns = 24

// wishColumn is how every record answers a wish, or several of which one is enough.
type wishColumn struct {
	key string
	of  []outcome
}

// outcome is how a record answers a wish: the fact, and a bound on the factor.
type outcome uint8

const (
	missedFar outcome = iota
	missedNear
	missedSomehow
	unsaid
	unsaidMild
	unsaidSomehow
	met
	outcomeBits = 3
)

// mostOf is the most that an outcome leaves of a score.
var mostOf = [1 << outcomeBits]float32{factorNotMet, factorNear, 1, factorNotStated, factorAnyAge, 1, 1}

func outcomeOf(fact Fact, factor float64) outcome {
	switch {
	case fact == Met:
		return met
	case fact == NotMet && factor <= factorNotMet:
		return missedFar
	case fact == NotMet && factor <= factorNear:
		return missedNear
	case fact == NotMet:
		return missedSomehow
	case factor <= factorNotStated:
		return unsaid
	case factor <= factorAnyAge:
		return unsaidMild
	}
	return unsaidSomehow
}

// prepared says whether all columns that a query asks for have been made.
func (r *ranking) prepared() bool {
	c := &r.x.columns
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range r.wishes {
		if key := r.columnKey(i); r.first[i] && !slices.ContainsFunc(c.wishes, func(w wishColumn) bool { return w.key == key }) {
			return false
		}
	}
	return c.priors[r.priorSlot()].fits(r.priorKey())
}

// column gives how every record answers wish i of a query and its alternatives.
func (r *ranking) column(i int) []outcome {
	key := r.columnKey(i)
	c := &r.x.columns
	c.mu.Lock()
	defer c.mu.Unlock()
	at := slices.IndexFunc(c.wishes, func(w wishColumn) bool { return w.key == key })
	if at < 0 {
		col := wishColumn{key, r.outcomes(i)}
		if len(c.wishes) == keptColumns {
			c.wishes = c.wishes[:keptColumns-1]
		}
		c.wishes = slices.Insert(c.wishes, 0, col)
		return col.of
	}
	if at > 0 {
		w := c.wishes[at]
		copy(c.wishes[1:at+1], c.wishes[:at])
		c.wishes[0] = w
	}
	return c.wishes[0].of
}

// outcomes works out how every record answers wish i and its alternatives.
func (r *ranking) outcomes(i int) []outcome {
	out := make([]outcome, r.x.records.len())
	var c *classed
	about, ok := subjectOf[r.wishes[i].what]
	if ok {
		c = r.x.classesOf(about)
	}
	if !ok || c.class == nil {
		for d := range out {
			f := r.x.facts(uint32(d))
			out[d] = outcomeOf(r.answer(i, &f))
		}
		return out
	}
	var of []outcome
	if about == aboutPlace {
		of = r.places(c, i)
	} else {
		of = make([]outcome, len(c.example))
		for n, d := range c.example {
			f := r.x.facts(d)
			of[n] = outcomeOf(r.answer(i, &f))
		}
	}
	for d, n := range c.class {
		out[d] = of[n]
	}
	return out
}

// columnKey holds all that the answers to a wish depend on.
func (r *ranking) columnKey(i int) string {
	var b strings.Builder
	number := func(f float64) {
		b.WriteString(strconv.FormatUint(math.Float64bits(f), 36))
		b.WriteByte(' ')
	}
	for j := i; j < len(r.wishes); j++ {
		a := &r.wishes[j]
		if j > i && !alternatives(&r.wishes[i], a) {
			continue
		}
		b.WriteString(a.key)
		b.WriteByte(' ')
		if a.Number != 0 {
			number(a.Number)
		}
		if a.Kind == WishDistance && r.q.Origin != nil {
			number(r.q.Origin.Lat)
			number(r.q.Origin.Lon)
		}
		if a.days != nil {
			for _, d := range a.days {
				b.WriteByte("-x"[btoi(d)])
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// priorColumn is the most that the prior of each record leaves of its score, for
// searches on one day from one place.
type priorColumn struct {
	today  int32
	origin Point
	from   bool // there is an origin
	reach  bool // and what lies beyond reach counts for less
	of     []float32
}

// priorKey is a column as it is asked for, without its values.
func (r *ranking) priorKey() priorColumn {
	want := priorColumn{today: r.today, from: r.q.Origin != nil, reach: r.beyond != nil}
	if want.from {
		want.origin = *r.q.Origin
	}
	return want
}

func (r *ranking) priorSlot() int { return btoi(r.browse) + 2*btoi(r.beyond != nil) }

func (p *priorColumn) fits(want priorColumn) bool {
	return p != nil && p.today == want.today && p.origin == want.origin && p.from == want.from && p.reach == want.reach
}

func (r *ranking) priorColumn() []float32 {
	want := r.priorKey()
	c := &r.x.columns
	c.mu.Lock()
	defer c.mu.Unlock()
	if p := c.priors[r.priorSlot()]; p.fits(want) {
		return p.of
	}
	want.of = make([]float32, r.x.records.len())
	for d := range want.of {
		f := r.x.facts(uint32(d))
		p := priorOf(&f, r.today, r.browse)
		want.of[d] = float32((p.add - r.off(&f)) * p.factor * r.within(uint32(d)) * justAbove)
	}
	c.priors[r.priorSlot()] = &want
	return want.of
}
