package match

import (
	"math"
	"sort"

	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

// postings turns occurrences into impacts (BM25's saturation over weighted fields).
func (b *builder) postings() {
	x := b.x
	var mean [fields]float64
	for i := range b.lengths {
		for f := range mean {
			mean[f] += float64(b.lengths[i][f])
		}
	}
	for f := range mean {
		mean[f] = mean[f]/float64(max(1, len(b.lengths))) + 1e-9
	}
	x.posts = make([]posting, len(b.occurs))
	x.topic = make([]float32, len(b.occurs))
	for t, os := range b.occurs {
		p := posting{make([]uint32, len(os)), make([]uint8, len(os))}
		topical := 0
		for k := range os {
			o := &os[k]
			w := 0.0
			for f, n := range o.count {
				if n > 0 {
					l := float64(b.lengths[o.record][f]) / mean[f]
					w += fieldWeight[f] * float64(n) / (1 - fieldLengthB[f] + fieldLengthB[f]*l)
				}
			}
			if o.count[fieldName] > 0 || o.count[fieldActivity] > 0 {
				topical++
			}
			p.record[k] = o.record
			p.impact[k] = uint8(math.Round(255 * w / (w + impactK)))
		}
		x.posts[t] = p
		if len(os) > 0 {
			x.topic[t] = float32(topical) / float32(len(os))
		}
		b.occurs[t] = nil
	}
}

// relations links terms to those that share a root, a spelling without æ, ø
// and å, or a part.
func (b *builder) relations() {
	x := b.x
	for t, base := range x.terms {
		id := uint32(t)
		r := b.rd.Root(base)
		x.roots[r] = append(x.roots[r], id)
		s := danish.Skeleton(base)
		x.skels[s] = append(x.skels[s], id)
	}
	uses := func(base string) bool { _, ok := x.termID[base]; return ok }
	surface := map[string]uint32{}
	for i, w := range x.spelled {
		if x.spelledT[i] != noTerm {
			surface[danish.Fold(w)] = x.spelledT[i]
		}
	}
	list := make([]string, 0, len(surface))
	for s := range surface {
		list = append(list, s)
	}
	sort.Strings(list)
	type link struct{ part, whole uint32 }
	parts := map[string]string{}
	seen := map[string]bool{}
	for _, s := range list {
		t := surface[s]
		base := x.terms[t]
		for _, p := range b.rd.SplitAll(s, uses) {
			pb := b.rd.Base(p)
			if _, word := surface[p]; !word {
				parts[p] = pb
			}
			key := pb + " " + base
			if pb == base || seen[key] {
				continue
			}
			seen[key] = true
			x.partOf[pb] = append(x.partOf[pb], t)
			if r := b.rd.Root(pb); r != pb {
				x.partRt[r] = append(x.partRt[r], t)
			}
		}
	}
	x.surfaces = newSpellings(list, func(i int) uint32 { return surface[list[i]] })
	plist := make([]string, 0, len(parts))
	for p := range parts {
		plist = append(plist, p)
	}
	sort.Strings(plist)
	x.parts = newSpellings(plist, func(i int) uint32 { return uint32(i) })
	for _, p := range plist {
		x.partBase = append(x.partBase, parts[p])
	}
}
