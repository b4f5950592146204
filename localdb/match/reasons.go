package match

import (
	"strconv"

	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// Bounds on reasons, so that a card stays readable.
const (
	maxReasons = 6
	maxWords   = 3
)

// reasons says why a record is shown: words first, then wishes that are met,
// then what it does not state, then what it does not meet.
func (x *Index) reasons(s *scratch, read *wish.Reading, wishes []asked, d uint32, q *Query) []Reason {
	out := x.wordReasons(s, read, d)
	known := x.facts(d)
	f := &known
	for _, want := range [3]Fact{Met, NotStated, NotMet} {
		for i := range wishes {
			a := &wishes[i]
			fact, _ := x.check(a, f, q)
			if fact != want || len(out) >= maxReasons || (fact != Met && a.Soft && !a.filter) {
				continue
			}
			if fact != Met && answered(x, wishes, i, f, q) {
				continue // "Tuesday or Thursday": Tuesday is enough
			}
			out = append(out, x.wishReason(a, fact, f, q))
		}
	}
	return out
}

// answered says whether an alternative to the wish is met.
func answered(x *Index, wishes []asked, i int, f *facts, q *Query) bool {
	for j := range wishes {
		if j != i && alternatives(&wishes[i], &wishes[j]) {
			if fact, _ := x.check(&wishes[j], f, q); fact == Met {
				return true
			}
		}
	}
	return false
}

// telling is how well a word in a field serves as a reason; 0 is never shown.
var telling = [fields]float32{fieldName: 0.9, fieldActivity: 1, fieldSummary: 0.6, fieldText: 0.5, fieldAside: 0.4, fieldCategory: 0.45, fieldOrganiser: 0.3, fieldPlace: 0.3}

// leastTelling keeps far-fetched words out of the reasons.
const leastTelling = 0.12

// wordReasons gives, for each topic of the query, the word of the record that
// answers it best, as the record writes it.
func (x *Index) wordReasons(s *scratch, read *wish.Reading, d uint32) []Reason {
	var out []Reason
	s.spots = x.spots.of(d, s.spots)
terms:
	for i := range read.Terms {
		if read.Terms[i].Weight < 1 || len(out) >= maxWords {
			continue
		}
		best, at := float32(leastTelling), -1
		for k := range s.spots {
			sp := &s.spots[k]
			if c, ok := s.terms[i].find(x.spelledT[sp.word]); ok {
				if v := s.terms[i].list[c].weight * telling[sp.field]; v > best {
					best, at = v, k
				}
			}
		}
		if at < 0 {
			continue
		}
		value := x.spelled.at(s.spots[at].word)
		if s.spots[at].field == fieldActivity {
			value = x.nth(d, labelActivity, int(s.spots[at].entry))
		}
		for _, o := range out {
			if o.Value == value {
				continue terms
			}
		}
		out = append(out, Reason{Kind: ReasonWord, Fact: Met, Value: value})
	}
	return out
}

// wishReason puts what the record says about a wish into a reason.
func (x *Index) wishReason(a *asked, fact Fact, f *facts, q *Query) Reason {
	r := Reason{Kind: ReasonKind(a.Kind), Fact: fact, Value: a.Value, Wish: a.key}
	switch a.Kind {
	case WishPrice:
		if fact != NotStated {
			r.Value, r.Number = string(f.priceKind), f.dkk
		}
	case WishTime:
		if fact == NotMet {
			r.Value = f.otherTime()
		}
	case WishWeekday:
		if fact == NotMet {
			r.Value = f.otherDay()
		}
	case WishArea:
		if fact == NotMet && len(f.areas) > 0 {
			r.Value = x.names.spelled[f.areas[len(f.areas)-1]]
			for _, id := range f.areas { // a name says more than a postcode
				if name := x.names.spelled[id]; name != "" && (name[0] < '0' || name[0] > '9') {
					r.Value = name
					break
				}
			}
		}
	case WishDistance:
		if d := f.distance(q.Origin); d >= 0 {
			r.Number = d
		}
	case WishAge:
		r.Number = a.Number
	case WishRoom:
		if fact == Met {
			r.Number = float64(f.free)
		}
	case WishKindOf:
		if fact == NotMet {
			r.Value = string(f.kind)
		}
	}
	return r
}

// otherTime is the part of the day at which it does meet.
func (f *facts) otherTime() string {
	for _, p := range [4]struct {
		bit  uint8
		name string
	}{{partMorning, "morning"}, {partForenoon, "forenoon"}, {partAfternoon, "afternoon"}, {partEvening, "evening"}} {
		for d := 1; d <= 7; d++ {
			if f.slots[d]&p.bit != 0 {
				return p.name
			}
		}
	}
	return ""
}

// otherDay is the first weekday on which it does meet.
func (f *facts) otherDay() string {
	for d := 1; d <= 7; d++ {
		if f.slots[d] != 0 {
			return strconv.Itoa(d)
		}
	}
	return ""
}
