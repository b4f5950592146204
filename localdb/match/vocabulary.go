package match

import (
	"slices"
	"strings"
)

// vocabulary puts the records in the order of their ids and numbers the words,
// base forms and labels that they use in alphabetical order. What only records
// used that are gone is forgotten.
func (b *builder) vocabulary(kept []uint32, entries []*entry) {
	x, old := b.x, b.old
	words := make([]bool, old.spelled.len())
	terms := make([]bool, old.terms.len())
	named := make([]bool, old.labels.len())
	var buf []spot
	use := func(labels []label, list []spot) {
		for _, l := range labels {
			if int(l.id) < len(named) {
				named[l.id] = true
			}
		}
		for _, s := range list {
			if int(s.word) < len(words) {
				words[s.word] = true
			}
		}
	}
	for _, d := range kept {
		buf = old.spots.of(d, buf)
		use(old.records.labels.at(d), buf)
	}
	for i := range entries {
		buf = b.fresh.of(entries[i].spots, buf)
		use(entries[i].labels, buf)
	}
	for w, used := range words {
		if used {
			terms[old.spelledT[w]] = true
		}
	}
	for _, t := range b.wordT {
		if int(t) < len(terms) {
			terms[t] = true
		}
	}
	spelled, wordTo := renumber(&old.spelled.texts, words, b.words)
	bases, termTo := renumber(&old.terms.texts, terms, b.terms)
	labels, labelTo := renumber(&old.labels.texts, named, b.named)
	x.spelled, x.terms, x.labels = newDict(spelled), newDict(bases), newDict(labels)
	x.spelledT = make([]uint32, len(spelled))
	for w, to := range wordTo {
		if to == noNumber {
			continue
		}
		t := uint32(0)
		if w < len(words) {
			t = old.spelledT[w]
		} else {
			t = b.wordT[w-len(words)]
		}
		x.spelledT[to] = termTo[t]
	}

	x.spots.words = uint32(len(spelled))
	n := len(kept) + len(entries)
	fill := newFilling(&x.records, n)
	x.spots.ends = make([]uint32, 0, n)
	x.spots.data = make([]byte, 0, len(old.spots.data)+64*len(entries))
	take := func(r record, f facts, list []spot) {
		r.labels = slices.Clone(r.labels)
		for i := range r.labels {
			r.labels[i].id = labelTo[r.labels[i].id]
		}
		for i := range list {
			list[i].word = wordTo[list[i].word]
		}
		fill.add(&r, &f)
		x.spots.add(list)
	}
	k := 0
	next := func() {
		buf = b.fresh.of(entries[k].spots, buf)
		take(entries[k].record, entries[k].facts, buf)
		entries[k] = nil
		k++
	}
	for _, d := range kept {
		for k < len(entries) && entries[k].id < old.records.ids.at(d) {
			next()
		}
		buf = old.spots.of(d, buf)
		take(old.records.record(d), old.facts(d), buf)
	}
	for k < len(entries) {
		next()
	}
	b.fresh = spots{}
	b.words, b.wordID, b.wordT, b.terms, b.termID, b.named, b.namedID = nil, nil, nil, nil, nil, nil, nil
	fill.done()
}

// cut is how a word is taken apart. It depends on which base forms the
// directory uses; asked is a small filter of those that it depends on.
type cut struct {
	parts []string
	asked uint64
}

// cuts holds how words are taken apart, so that an update does it only for
// those whose parts may have changed.
type cuts struct {
	terms []cut // of base forms, by term
	whole []cut // of surfaces, and of their parts again
}

func asks(base string) uint64 { return 1 << (hashOf(base) & 63) }

// cut takes the words apart that could not be taken over from the old index.
func (b *builder) cut() {
	x, old := b.x, b.old
	moved := b.moved()
	asked := uint64(0)
	uses := func(base string) bool {
		asked |= asks(base)
		_, ok := x.terms.find(base)
		return ok
	}
	names, were := x.placeNames(), old.placeNames()
	redo := func(list *texts, before *texts, had []cut, split func(w string) []string) []cut {
		out := make([]cut, list.len())
		k := 0
		for i := range out {
			w := list.at(uint32(i))
			for k < len(had) && before.at(uint32(k)) < w {
				k++
			}
			if k < len(had) && before.at(uint32(k)) == w && had[k].asked&moved == 0 && names[w] == were[w] {
				out[i] = had[k]
				continue
			}
			if names[w] {
				continue // Aarhus is no house
			}
			asked = 0
			out[i].parts = split(w)
			out[i].asked = asked
		}
		return out
	}
	var had cuts
	if old.cuts != nil {
		had = *old.cuts
	}
	x.surfaces = newSpellings(surfaces(x))
	x.cuts = &cuts{
		terms: redo(&x.terms.texts, &old.terms.texts, had.terms, func(w string) []string { return b.rd.Split(w, uses) }),
		whole: redo(&x.surfaces.texts, &old.surfaces.texts, had.whole, func(w string) []string { return b.rd.SplitAll(w, uses) }),
	}
}

// placeNames are the towns and municipalities that records name in one word, folded.
func (x *Index) placeNames() map[string]bool {
	named := make([]bool, x.labels.len())
	for _, l := range x.records.labels.items {
		if l.kind == labelCity || l.kind == labelMunicipality {
			named[l.id] = true
		}
	}
	out := map[string]bool{}
	for id, yes := range named {
		if !yes {
			continue
		}
		if key := areaKey(x.labels.at(uint32(id))); !strings.Contains(key, " ") {
			out[key] = true
		}
	}
	return out
}

// moved filters the base forms that came or went.
func (b *builder) moved() uint64 {
	m := uint64(0)
	i, j := 0, 0
	p, q := &b.old.terms.texts, &b.x.terms.texts
	for i < p.len() || j < q.len() {
		switch {
		case j == q.len() || (i < p.len() && p.at(uint32(i)) < q.at(uint32(j))):
			m |= asks(p.at(uint32(i)))
			i++
		case i == p.len() || p.at(uint32(i)) > q.at(uint32(j)):
			m |= asks(q.at(uint32(j)))
			j++
		default:
			i++
			j++
		}
	}
	return m
}
