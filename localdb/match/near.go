package match

// Near is a hit that fits but for one wish, and how it differs there.
type Near struct {
	Hit     Hit
	Differs Reason  // what the record says instead: another day, a price, a place
	Further float64 // km further away than was wished, where that is what differs
}

// Near alternatives are given where fewer than so many fit, and at most so many.
const (
	nearBelow = 3
	maxNears  = 3
)

// nears finds, among the best that were scored, what answers the words and
// misses exactly one wish. Where the words themselves are not answered nothing
// is near: "the same, but on Wednesday" would not be true.
func (r *ranking) nears(list []scored) (out []Near) {
	if r.total >= nearBelow || len(r.wishes) == 0 || r.absent > 0 {
		return nil
	}
	for _, t := range list {
		if len(out) == maxNears || r.topic(t.record) < floor || r.far(t.record) {
			continue
		}
		f := r.x.facts(t.record)
		a, ok := r.missesOne(&f)
		if !ok {
			continue
		}
		n := Near{Hit: r.hit(t), Differs: r.x.wishReason(a, NotMet, &f, r.q)}
		if a.Kind == WishDistance {
			n.Further = n.Differs.Number - a.Number
		}
		out = append(out, n)
	}
	return out
}

// missesOne gives the one firm wish that a record is known not to meet. Of
// wishes of which one is enough, none is missed where one is met. With no topic
// asked for, something else must be met: else nothing is the same.
func (r *ranking) missesOne(f *facts) (missed *asked, ok bool) {
	met := 0
	for i := range r.wishes {
		a := &r.wishes[i]
		if !r.first[i] || (a.Soft && !a.filter) {
			continue
		}
		fact, _ := r.x.check(a, f, r.q)
		for j := i + 1; j < len(r.wishes) && fact != Met; j++ {
			if b := &r.wishes[j]; alternatives(a, b) {
				if other, _ := r.x.check(b, f, r.q); other > fact {
					fact = other
				}
			}
		}
		switch fact {
		case Met:
			met++
		case NotMet:
			if missed != nil {
				return nil, false
			}
			missed = a
		}
	}
	return missed, missed != nil && (!r.browse || met > 0)
}
