package match

import (
	"math"

	"github.com/faellesskabsby/vejviser/localdb/match/danish"
	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// candidate is a term of the index that answers a word of the query.
type candidate struct {
	term   uint32
	weight float32
}

// How near a term is to the word that was asked for.
const (
	nearSkeleton  = 0.92
	nearPart      = 0.85
	nearRoot      = 0.82
	nearPartRoot  = 0.7
	nearPartOfAlt = 0.75
	nearPrefix    = 0.9
	nearTypo      = 0.75
	nearTypo2     = 0.55
)

// Bounds on how many spellings one word may bring in, so that time is bounded.
const (
	maxPrefix     = 400
	maxPartPrefix = 60
	maxNear       = 40
)

// candidates collects terms, each with its best weight.
type candidates struct {
	list []candidate
	at   map[uint32]int
	seen [8]uint64 // the last digits of the terms: most are not among them
}

func (c *candidates) reset() {
	c.list = c.list[:0]
	clear(c.at)
	c.seen = [8]uint64{}
}

// find gives the place of a term in the list.
func (c *candidates) find(t uint32) (int, bool) {
	if c.seen[t>>6&7]&(1<<(t&63)) == 0 {
		return 0, false
	}
	i, ok := c.at[t]
	return i, ok
}

func (c *candidates) add(t uint32, w float64) {
	if i, ok := c.find(t); ok {
		c.list[i].weight = max(c.list[i].weight, float32(w))
		return
	}
	c.at[t] = len(c.list)
	c.seen[t>>6&7] |= 1 << (t & 63)
	c.list = append(c.list, candidate{t, float32(w)})
}

// forTerm collects the terms that answer a term of the query: its own word and
// the other words for it.
func (x *Index) forTerm(rd *danish.Reader, t *wish.Term, out *candidates) {
	if t.Fold != "" && (!x.lang.Stop(t.Fold) || t.Open) {
		x.forWord(rd, t.Fold, t.Open, len(t.Alts) > 0, out)
	}
	for _, a := range t.Alts {
		if !x.lang.Stop(a.Fold) {
			x.same(rd, a.Fold, rd.Base(a.Fold), a.Weight, nearPartOfAlt, out)
		}
	}
}

// same adds the word itself, its relatives and the compounds it is part of.
func (x *Index) same(rd *danish.Reader, fold, base string, scale, part float64, out *candidates) {
	if id, ok := x.terms.find(base); ok {
		out.add(id, scale)
	}
	root := rd.Root(base)
	if scale < 1 && len(base) < 4 { // "tab" for "sorg" is not "taber"
		root = base
	}
	if len(root) >= 2 && (root != base || scale == 1) {
		for _, id := range x.roots.of(root) {
			if !x.lang.Faint(x.terms.at(id)) { // "pas" is no "passer"
				out.add(id, scale*nearRoot)
			}
		}
	}
	for _, id := range x.partOf.of(base) {
		out.add(id, scale*nearPart*part)
	}
	if len(root) >= 3 {
		if root != base {
			for _, id := range x.partOf.of(root) {
				out.add(id, scale*nearPartRoot*part)
			}
		}
		for _, id := range x.partRt.of(root) {
			out.add(id, scale*nearPartRoot*part)
		}
	}
}

// forWord adds what answers a word as typed: itself, then what it may be the
// beginning of, then – only when there is nothing else and the word is not
// Danish as it stands – what it may be misspelt for.
func (x *Index) forWord(rd *danish.Reader, fold string, open, hasAlts bool, out *candidates) {
	base := rd.Base(fold)
	x.same(rd, fold, base, 1, 1, out)
	if len(fold) >= 3 {
		for _, id := range x.skels.of(danish.Skeleton(base)) {
			out.add(id, nearSkeleton)
		}
	}
	found := len(out.list) > 0
	if open {
		x.beginnings(fold, found, out)
	}
	if len(out.list) == 0 && len(fold) >= 4 && !hasAlts && !rd.Known(fold) {
		x.misspelt(rd, fold, open, out)
	}
}

// beginnings adds the words, and the parts of compounds, that begin with what was typed.
func (x *Index) beginnings(fold string, found bool, out *candidates) {
	weigh := func(w float64, s string) float64 {
		w *= math.Pow(float64(len(fold))/float64(len(s)), 0.35)
		if found && len(fold) < 5 {
			w *= 0.6
		}
		return w
	}
	n := 0
	x.surfaces.prefix(fold, maxPrefix, func(i int) {
		s := x.surfaces.at(uint32(i))
		if x.lang.Faint(s) {
			return // "pas" is no beginning of "passer"
		}
		out.add(x.surfaces.value[i], weigh(nearPrefix, s))
		if n++; len(fold) >= 3 && n <= maxPartPrefix {
			for _, id := range x.partOf.of(x.terms.at(x.surfaces.value[i])) {
				out.add(id, weigh(nearPartOfAlt, s))
			}
		}
	})
	if len(fold) < 3 {
		return
	}
	x.parts.prefix(fold, maxPartPrefix, func(i int) {
		for _, id := range x.partOf.of(x.partBase.at(uint32(i))) {
			out.add(id, weigh(nearPartOfAlt, x.parts.at(uint32(i))))
		}
	})
}

// misspelt adds the words nearest to the spelling.
func (x *Index) misspelt(rd *danish.Reader, fold string, open bool, out *candidates) {
	limit := 1
	if len(fold) >= 8 {
		limit = 2
	}
	type hit struct {
		i, d        int
		part, begun bool
	}
	var hits []hit
	best := limit + 1
	collect := func(part bool) func(i, d int, begun bool) {
		return func(i, d int, begun bool) {
			if d < best {
				best, hits = d, hits[:0]
			}
			if d == best && len(hits) < maxNear {
				hits = append(hits, hit{i, d, part, begun})
			}
		}
	}
	prefix := open && len(fold) >= 5
	x.surfaces.near(fold, limit, prefix, collect(false))
	x.parts.near(fold, limit, prefix, collect(true))
	for _, h := range hits {
		w := nearTypo
		if h.d == 2 {
			w = nearTypo2
		}
		if h.begun {
			w *= nearPart
		}
		if h.part {
			if x.parts.at(uint32(h.i))[0] != fold[0] {
				w *= 0.8
			}
			for _, id := range x.partOf.of(x.partBase.at(uint32(h.i))) {
				out.add(id, w*nearPart)
			}
			continue
		}
		if x.surfaces.at(uint32(h.i))[0] != fold[0] {
			w *= 0.8
		}
		base := x.terms.at(x.surfaces.value[h.i])
		x.same(rd, base, base, w, 1, out)
	}
}
