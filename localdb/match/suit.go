package match

import "slices"

// suitFactor is what is left of the score of a community for women where a man
// asks, and the other way round, as far as the text tells who asks ("min mand",
// "en kvinde på 40"). It is told among the best alone.
const suitFactor = 0.4

// suit moves what is for others behind what is for the one who asks.
func (r *ranking) suit(list []scored) {
	if r.browse {
		return
	}
	moved := false
	for i := range list {
		if !r.suits(list[i].record) {
			list[i].score *= suitFactor
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

func (r *ranking) suits(d uint32) bool {
	for i := range r.wishes {
		a := &r.wishes[i]
		if g := uint32(a.bits) & (bitWomen | bitMen); a.what == codeGroup && a.Soft && g != 0 {
			f := r.x.facts(d)
			return f.gender == 0 || f.gender == g
		}
	}
	return true
}
