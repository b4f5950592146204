package match

import (
	"strconv"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// Factors by which a wish changes a score (findings/match: three values).
const (
	factorNotStated = 0.5
	factorNotMet    = 0.2
	factorAnyAge    = 0.8 // most who state no age take all who are grown up
	factorNear      = 0.5 // another area, but next to the one wished
	plainlyLifts    = 4   // and how often it does so where the wish was said plainly
	softBonus       = 0.3 // how far a soft wish that is met moves the score towards 1
)

// grown is the age from which those who state no ages are thought to be for somebody.
const grown = 18

// cheapMonthly is what "cheap" means, in kroner a month.
const cheapMonthly = 110

// asked is a wish made ready for comparing with the facts of many records.
type asked struct {
	Wish
	key      string
	filter   bool
	bits     uint64
	parts    uint8
	from, to int // weekdays
	what     wishCode
	id       uint32
	days     *[8]bool // weekdays wished elsewhere in the query: a time must fall on one of them
}

// ask readies a wish.
func (x *Index) ask(w Wish, filter bool) asked {
	a := asked{Wish: w, what: wishCodes[w.Kind], key: w.Key(), filter: filter, from: 1, to: 7, parts: partsAll | partUnknown}
	switch w.Kind {
	case WishWeekday:
		if d, err := strconv.Atoi(w.Value); err == nil && d >= 1 && d <= 7 {
			a.from, a.to = d, d
		} else {
			a.to = 0 // no day at all
		}
	case WishTime:
		switch w.Value {
		case "weekend":
			a.from = 6
		case "weekday":
			a.to = 5
		default:
			a.parts = timeParts[w.Value]
		}
	case WishGroup:
		a.bits = uint64(groupBits[w.Value])
	case WishLanguage:
		a.bits = x.names.languages.bit(w.Value)
	case WishConsideration:
		a.bits = x.names.considerations.bit(w.Value)
	case WishAccessibility:
		a.bits = x.names.accessibility.bit(w.Value)
	case WishArea:
		a.id = x.names.areas[areaKey(w.Value)]
	}
	return a
}

var timeParts = map[string]uint8{
	"morning": partMorning, "forenoon": partForenoon, "afternoon": partAfternoon, "evening": partEvening,
	"daytime": partMorning | partForenoon | partAfternoon,
}

// wishCode is a WishKind as a number: it is asked for every record.
type wishCode uint8

const (
	codeOther wishCode = iota
	codeTime
	codeWeekday
	codePrice
	codeAge
	codeGroup
	codeLanguage
	codeAccessibility
	codeConsideration
	codeAccompaniment
	codeRoom
	codeAcross
	codeKindOf
	codeArea
	codeDistance
)

var wishCodes = map[WishKind]wishCode{
	WishTime:          codeTime,
	WishWeekday:       codeWeekday,
	WishPrice:         codePrice,
	WishAge:           codeAge,
	WishGroup:         codeGroup,
	WishLanguage:      codeLanguage,
	WishAccessibility: codeAccessibility,
	WishConsideration: codeConsideration,
	WishAccompaniment: codeAccompaniment,
	WishRoom:          codeRoom,
	WishAcross:        codeAcross,
	WishKindOf:        codeKindOf,
	WishArea:          codeArea,
	WishDistance:      codeDistance,
}

// lifts is how many times a soft wish that is met lifts a score. What was asked
// for plainly, a small group or quiet, counts for more than what only suits
// somebody in such a situation.
func (a *asked) lifts(fact Fact) int {
	switch {
	case fact != Met:
		return 0
	case a.what == codeConsideration && (a.Value == "small_groups" || a.Value == "quiet"):
		return plainlyLifts
	}
	return 1
}

// check says how a record answers a wish, and the factor for its score.
func (x *Index) check(a *asked, f *facts, q *Query) (Fact, float64) {
	switch a.what {
	case codeArea:
		return x.checkArea(a, f)
	case codeDistance:
		return checkDistance(a, f, q)
	}
	fact := x.fact(a, f)
	if a.what == codeAge && fact == NotStated && a.Number >= grown {
		return fact, factorAnyAge
	}
	return fact, factorOf(fact)
}

func factorOf(f Fact) float64 {
	switch f {
	case Met:
		return 1
	case NotStated:
		return factorNotStated
	}
	return factorNotMet
}

func (x *Index) fact(a *asked, f *facts) Fact {
	switch a.what {
	case codeTime, codeWeekday:
		return checkTime(a, f)
	case codePrice:
		return checkPrice(a, f)
	case codeAge:
		return checkAge(a.Number, f)
	case codeGroup:
		return checkGroup(uint32(a.bits), f)
	case codeLanguage:
		return stated(f.languages&a.bits != 0, f.languages != 0)
	case codeAccessibility:
		if a.Value == "wheelchair" {
			return f.wheelchair
		}
		return stated(f.accessibility&a.bits != 0, false)
	case codeConsideration:
		return stated(f.considerations&a.bits != 0, false)
	case codeAccompaniment:
		return f.accompaniment
	case codeRoom:
		return stated(f.free > 0, f.free == 0)
	case codeAcross:
		return f.across
	case codeKindOf:
		return stated(f.kind == directory.Kind(a.Value), f.kind != "")
	}
	return NotStated
}

// stated gives met, or not met where the record says something else.
func stated(met, otherwise bool) Fact {
	switch {
	case met:
		return Met
	case otherwise:
		return NotMet
	}
	return NotStated
}

func checkTime(a *asked, f *facts) Fact {
	if f.know&knowDay == 0 {
		return NotStated
	}
	day := a.parts == partsAll|partUnknown // about the day alone
	open := false
	for d := a.from; d <= a.to; d++ {
		if f.slots[d] == 0 || (a.days != nil && !a.days[d]) {
			continue
		}
		if day || f.slots[d]&a.parts != 0 {
			return Met
		}
		open = open || f.slots[d]&partUnknown != 0
	}
	if open {
		return NotStated
	}
	return NotMet
}

func checkPrice(a *asked, f *facts) Fact {
	if f.know&knowPrice == 0 {
		return NotStated
	}
	if a.Value == "free" {
		return factOf(f.priceKind == directory.PriceFree)
	}
	return factOf(f.monthly <= cheapMonthly)
}

// agesOf is what a group says about age, where no ages are stated.
var agesOf = []struct {
	group    string
	min, max int16
}{
	{"children", 0, 14}, {"youth", 13, 30}, {"adults", 18, 199}, {"seniors", 60, 199},
}

func checkAge(years float64, f *facts) Fact {
	if !(years >= 0 && years < 200) {
		return NotStated
	}
	age := int16(years)
	if f.minAge >= 0 || f.maxAge >= 0 {
		return factOf((f.minAge < 0 || age >= f.minAge) && (f.maxAge < 0 || age <= f.maxAge))
	}
	if f.groups&groupBits["families"] != 0 {
		return NotStated
	}
	said := false
	for _, g := range agesOf {
		if f.groups&groupBits[g.group] != 0 {
			said = true
			if age >= g.min && age <= g.max {
				return Met
			}
		}
	}
	if said {
		return NotMet
	}
	return NotStated
}

var ageGroups = groupBits["children"] | groupBits["youth"] | groupBits["adults"] | groupBits["seniors"]

func checkGroup(bit uint32, f *facts) Fact {
	if bit == 0 {
		return NotStated
	}
	if f.groups&bit != 0 {
		return Met
	}
	if bit&(bitWomen|bitMen) != 0 {
		return stated(false, f.gender != 0 && f.gender != bit)
	}
	if bit&ageGroups == 0 {
		return NotStated
	}
	if f.groups&ageGroups != 0 {
		return NotMet
	}
	// ages say what the groups leave out
	for _, g := range agesOf {
		if groupBits[g.group] != bit || (f.minAge < 0 && f.maxAge < 0) {
			continue
		}
		lo, hi := max(f.minAge, 0), f.maxAge
		if hi < 0 {
			hi = 199
		}
		switch {
		case lo >= g.min-5 && hi <= g.max:
			return Met
		case hi < g.min || lo > g.max:
			return NotMet
		}
	}
	return NotStated
}

func (x *Index) checkArea(a *asked, f *facts) (Fact, float64) {
	for _, id := range f.areas {
		if id == a.id && id != 0 {
			return Met, 1
		}
	}
	if len(f.areas) == 0 {
		return NotStated, factorNotStated
	}
	if a.id != 0 && x.names.count[a.id] > 0 {
		lat := x.names.centre[a.id].Lat
		for _, p := range f.points {
			if d := p.Lat - lat; d > nearAreaKm/110.0 || d < -nearAreaKm/110.0 {
				continue // most are far off, and this is quick
			}
			if km(x.names.centre[a.id], p) < nearAreaKm {
				return NotMet, factorNear
			}
		}
	}
	return NotMet, factorNotMet
}

// nearAreaKm is how near another area is still worth showing.
const nearAreaKm = 2

func checkDistance(a *asked, f *facts, q *Query) (Fact, float64) {
	d := f.distance(q.Origin)
	if d < 0 || !(a.Number >= 0) {
		return NotStated, factorNotStated
	}
	if d <= a.Number {
		return Met, 1
	}
	// a little too far is better than much too far
	return NotMet, max(factorNotMet, min(factorNear, factorNear*a.Number/d))
}
