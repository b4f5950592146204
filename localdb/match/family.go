package match

import "github.com/faellesskabsby/vejviser/localdb/match/wish"

// familyAnswer is how well a community for families answers somebody who only
// tells of being alone with children: as a beginning, behind what is said to be
// for just that.
const familyAnswer = 0.5

// families lets communities for families answer where a situation with children
// is all that was told: what one can do with them is seldom called by its name.
func (r *ranking) families(read *wish.Reading) {
	told := false
	for i := range r.wishes {
		a := &r.wishes[i]
		if a.what != codeGroup || !a.Soft || uint32(a.bits)&(groupBits["families"]|groupBits["single_parents"]) == 0 {
			continue
		}
		for k := range read.Terms {
			t := &read.Terms[k]
			if t.Weight < 1 {
				continue
			}
			if told = t.Word == a.Text && len(t.Alts) > 0; !told {
				return // something else is asked for as well
			}
		}
	}
	if !told || r.s.total == 0 {
		return
	}
	r.one = true
	for d := range uint32(r.x.records.len()) {
		if f := r.x.facts(d); f.groups&groupBits["families"] != 0 {
			s := r.s
			s.touched.add(d)
			s.acc[d] = max(s.acc[d], powered(familyAnswer, s.joint)*float32(s.total))
			s.cov[d] = max(s.cov[d], float32(s.total))
		}
	}
}
