package match

import (
	"slices"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// What is left of the score of a community that suits the one who asks less
// well than others. It is told among the best alone.
const (
	suitFactor     = 0.4 // it is for women where a man asks, or the other way round ("min mand", "en kvinde på 40")
	toddlerFactor  = 0.6 // it is for small children, and nothing is said of the age of those who come
	practiceFactor = 0.9 // a place to practise where nobody asked for practice: it ends

	grownFactor = 0.5  // a child comes, and nothing is said of age or of children
	paidFactor  = 0.93 // it costs something, though little, where little money was told of

	limitedFactor = 0.95 // it is for women alone, or men, and it was not told who comes
	youngFactor   = 0.92 // it is for the young alone, and nothing was said of age

	toddler      = 7  // years
	tellingWords = 4  // so many words say more than what it is about
	young        = 30 // years: up to here somebody young is meant
)

// suit moves what suits less behind what suits better.
func (r *ranking) suit(list []scored) {
	who := r.who()
	moved := false
	for i := range list {
		if s := r.suits(&who, list[i].record); s < 1 {
			list[i].score *= s
			moved = true
		}
	}
	if !moved {
		return
	}
	slices.SortFunc(list, func(a, b scored) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
}

// asker is what a text tells of the one who asks.
type asker struct {
	gender   uint32 // 0: not told
	children bool   // comes with children, or for them, whose age is not told
	child    bool   // asks for a child whose age is told, and not for what
	cheap    bool   // has little money
	tells    bool   // says more than what it is about
	either   bool   // tells a gender
	ages     bool   // tells an age, or who is meant
	practice bool   // asks for a place to practise, or in few words
}

func (r *ranking) who() (w asker) {
	w.practice, w.tells = r.words < toldWords, r.words >= tellingWords
	aged := false
	for i := range r.wishes {
		a := &r.wishes[i]
		switch a.what {
		case codeGroup:
			if g := uint32(a.bits) & (bitWomen | bitMen); a.Soft && g != 0 && w.gender == 0 {
				w.gender = g
			}
			w.children = w.children || uint32(a.bits)&withChildren != 0
			w.ages = w.ages || uint32(a.bits)&(withChildren|groupBits["youth"]) != 0
			w.either = w.either || uint32(a.bits)&(bitWomen|bitMen) != 0
		case codeAge:
			w.ages = true
			aged = true
			w.child = w.child || r.browse && a.Number < grown
		case codePrice:
			w.cheap = w.cheap || a.Value == "cheap"
		case codeKindOf:
			w.practice = true
		case codeConsideration: // for whom places to practise are made
			w.practice = w.practice || a.Value == "limited_mobility" || a.Value == "anxiety"
		}
	}
	w.children = w.children && !aged
	return w
}

// withChildren are the groups that children belong to.
var withChildren = groupBits["children"] | groupBits["families"] | groupBits["parents"] | groupBits["single_parents"]

func (r *ranking) suits(w *asker, d uint32) float64 {
	f, s := r.x.facts(d), 1.0
	if w.child && f.maxAge < 0 && f.minAge <= 0 && f.groups&(withChildren|groupBits["youth"]) == 0 {
		s *= grownFactor
	}
	if w.cheap && f.know&knowPrice != 0 && f.priceKind != directory.PriceFree {
		s *= paidFactor
	}
	if r.browse {
		return s
	}
	if w.gender != 0 && f.gender != 0 && f.gender != w.gender {
		s *= suitFactor
	}
	if w.tells && !w.either && f.gender != 0 {
		s *= limitedFactor
	}
	if w.tells && !w.ages && f.maxAge >= 0 && f.maxAge <= young {
		s *= youngFactor
	}
	if w.children && f.maxAge >= 0 && f.maxAge <= toddler {
		s *= toddlerFactor
	}
	if !w.practice && f.kind == directory.KindPracticeGround {
		s *= practiceFactor
	}
	return s
}

// roomWorth is how good what has room must be beside what is full, to come
// before the second that is full.
const roomWorth = 0.6

// room sees to it that the first two are not both full where something with room
// answers nearly as well: one waiting list is enough to be told of.
func (r *ranking) room(list []scored) {
	if r.browse || len(list) < 3 || r.x.facts(list[0].record).free != 0 || r.x.facts(list[1].record).free != 0 {
		return
	}
	for i := 2; i < len(list) && list[i].score >= roomWorth*list[1].score; i++ {
		if r.x.facts(list[i].record).free != 0 {
			lift(list, i, 1)
			return
		}
	}
}
