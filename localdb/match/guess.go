package match

import (
	"math"
	"sort"
)

// Many records state no activities. guess gives them those of the records that
// are described most alike: each set of activities in use has a centre (the mean
// tf-idf vector of its records), and a record takes the nearest one if it is
// near enough and clearly nearer than the next. A guess ranks; because it is no
// fact of the record it is never a reason.

// Bounds on a guess: least likeness (cosine), and how much nearer than the next.
const (
	guessLeast = 0.18
	guessAhead = 1.15
	guessPart  = 0.7 // a part of a compound, against a whole word
)

// feature is one term of a record's vector.
type feature struct {
	term   uint32
	weight float64
}

func (b *builder) guess() {
	x := b.x
	vectors := b.vectors()
	type group struct {
		key     string
		centre  map[uint32]float64
		longest []uint32 // the fullest set of terms seen for it
	}
	groups := map[string]*group{}
	var order []*group
	for i := range x.records {
		r := &x.records[i]
		if len(r.activities) == 0 {
			continue
		}
		key := r.activities[0]
		g := groups[key]
		if g == nil {
			g = &group{key: key, centre: map[uint32]float64{}}
			groups[key] = g
			order = append(order, g)
		}
		for _, f := range vectors[i] {
			g.centre[f.term] += f.weight
		}
		if len(r.tags) > len(g.longest) {
			g.longest = r.tags
		}
	}
	// a list by term of the centres that hold it
	type entry struct {
		group  int
		weight float64
	}
	inverted := map[uint32][]entry{}
	for gi, g := range order {
		terms := make([]uint32, 0, len(g.centre))
		for t := range g.centre {
			terms = append(terms, t)
		}
		sort.Slice(terms, func(i, j int) bool { return terms[i] < terms[j] })
		norm := 0.0
		for _, t := range terms {
			norm += g.centre[t] * g.centre[t]
		}
		norm = math.Sqrt(norm) + 1e-9
		for _, t := range terms {
			if w := g.centre[t] / norm; w > 0.02 {
				inverted[t] = append(inverted[t], entry{gi, w})
			}
		}
	}
	like := make([]float64, len(order))
	for i := range x.records {
		if len(x.records[i].activities) > 0 {
			continue
		}
		clear(like)
		for _, f := range vectors[i] {
			for _, e := range inverted[f.term] {
				like[e.group] += f.weight * e.weight
			}
		}
		best, first, second := -1, 0.0, 0.0
		for gi, v := range like {
			if v > first {
				best, first, second = gi, v, first
			} else if v > second {
				second = v
			}
		}
		if best < 0 || first < guessLeast || first < guessAhead*second {
			continue
		}
		for _, t := range order[best].longest {
			b.occur(uint32(i), fieldGuess, t)
		}
	}
	for t := range b.occurs { // guesses were added out of order
		o := b.occurs[t]
		if !sort.SliceIsSorted(o, func(i, j int) bool { return o[i].record < o[j].record }) {
			b.occurs[t] = inOrder(o)
		}
	}
}

// inOrder sorts occurrences by record and joins those of the same record.
func inOrder(o []occurrence) []occurrence {
	sort.SliceStable(o, func(i, j int) bool { return o[i].record < o[j].record })
	out := o[:0]
	for _, v := range o {
		if n := len(out); n > 0 && out[n-1].record == v.record {
			for f := range v.count {
				out[n-1].count[f] += v.count[f]
			}
			continue
		}
		out = append(out, v)
	}
	return out
}

// vectors gives each record's words with the parts of its compounds, as
// normalised tf-idf.
func (b *builder) vectors() [][]feature {
	x := b.x
	parts := map[uint32][]uint32{} // by term, of its base form
	uses := func(base string) bool { _, ok := x.termID[base]; return ok }
	for t, base := range x.terms {
		for _, p := range b.rd.Split(base, uses) {
			if id, ok := x.termID[b.rd.Base(p)]; ok && id != uint32(t) {
				parts[uint32(t)] = append(parts[uint32(t)], id)
			}
		}
	}
	out := make([][]feature, len(x.records))
	df := make([]int, len(x.terms))
	count := map[uint32]float64{}
	for i := range x.records {
		clear(count)
		var order []uint32
		add := func(t uint32, w float64) {
			if _, ok := count[t]; !ok {
				order = append(order, t)
			}
			count[t] += w
		}
		for _, s := range x.records[i].spots {
			w := 1.0
			switch s.field {
			case fieldName:
				w = 2
			case fieldCategory, fieldText, fieldSummary:
			case fieldAside:
				w = 0.5
			default:
				continue
			}
			t := x.spelledT[s.word]
			add(t, w)
			for _, p := range parts[t] {
				add(p, w*guessPart)
			}
		}
		fs := make([]feature, len(order))
		for k, t := range order {
			fs[k] = feature{t, count[t]}
			df[t]++
		}
		out[i] = fs
	}
	n := float64(len(x.records))
	for _, fs := range out {
		norm := 0.0
		for k := range fs {
			w := (1 + math.Log(1+fs[k].weight)) * math.Log(n/float64(df[fs[k].term]))
			fs[k].weight = w
			norm += w * w
		}
		norm = math.Sqrt(norm) + 1e-9
		for k := range fs {
			fs[k].weight /= norm
		}
	}
	return out
}
