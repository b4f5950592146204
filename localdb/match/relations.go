package match

import (
	"slices"

	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

// surfaces lists the words of the directory folded, each with its term.
func surfaces(x *Index) (list []string, value []uint32) {
	term := make(map[string]uint32, x.spelled.len())
	list = make([]string, 0, x.spelled.len())
	for i := range x.spelled.len() {
		f := danish.Fold(x.spelled.at(uint32(i)))
		if _, ok := term[f]; !ok {
			list = append(list, f)
		}
		term[f] = x.spelledT[i]
	}
	slices.Sort(list)
	value = make([]uint32, len(list))
	for i, s := range list {
		value[i] = term[s]
	}
	return list, value
}

// relations links terms to those that share a root, a spelling without æ, ø
// and å, or a part.
func (b *builder) relations() {
	x := b.x
	roots, skels := map[string][]uint32{}, map[string][]uint32{}
	for t := range uint32(x.terms.len()) {
		base := x.terms.at(t)
		r := b.rd.Root(base)
		roots[r] = append(roots[r], t)
		s := danish.Skeleton(base)
		skels[s] = append(skels[s], t)
	}
	x.roots, x.skels = newRelation(roots), newRelation(skels)
	partOf, partRt := map[string][]uint32{}, map[string][]uint32{}
	parts := map[string]string{}
	for i := range x.surfaces.len() {
		t := x.surfaces.value[i]
		base := x.terms.at(t)
		for _, p := range x.cuts.whole[i].parts {
			pb := b.rd.Base(p)
			if k := x.surfaces.seek(p); k == x.surfaces.len() || x.surfaces.at(uint32(k)) != p {
				parts[p] = pb
			}
			if pb == base || slices.Contains(partOf[pb], t) {
				continue
			}
			partOf[pb] = append(partOf[pb], t)
			if r := b.rd.Root(pb); r != pb {
				partRt[r] = append(partRt[r], t)
			}
		}
	}
	x.partOf, x.partRt = newRelation(partOf), newRelation(partRt)
	list := make([]string, 0, len(parts))
	for p := range parts {
		list = append(list, p)
	}
	slices.Sort(list)
	bases := make([]string, len(list))
	value := make([]uint32, len(list))
	for i, p := range list {
		bases[i], value[i] = parts[p], uint32(i)
	}
	x.parts, x.partBase = newSpellings(list, value), newTexts(bases)
}
