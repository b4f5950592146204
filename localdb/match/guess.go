package match

import "math"

// Many records state no activities. guess gives them those of the records that
// are described most alike: each set of activities in use has a centre (the mean
// tf-idf vector of its records), and a record takes the nearest one if it is
// near enough and clearly nearer than the next. A guess ranks; because it is no
// fact of the record it is never a reason.

// Bounds on a guess: least likeness (cosine), and how much nearer than the next.
const (
	guessLeast = 0.18
	guessAhead = 1.15
	guessPart  = 0.7  // a part of a compound, against a whole word
	guessFaint = 0.02 // what is less than this of a centre is left out
)

// guess is what was guessed for a record.
type guess struct {
	record uint32
	terms  []uint32
}

// feature is one term of a record's vector.
type feature struct {
	term   uint32
	weight float32
}

// group is the records that state the same first activity.
type group struct {
	records []uint32
	longest []uint32 // the fullest set of terms seen for it
}

func (b *builder) guess() {
	vectors := b.vectors()
	groups, groupOf := b.groups()
	type entry struct {
		group  uint32
		weight float32
	}
	inverted := make([][]entry, b.x.terms.len())
	centre := make([]float64, b.x.terms.len())
	var terms []uint32
	for gi := range groups {
		terms = terms[:0]
		for _, d := range groups[gi].records {
			for _, f := range vectors[d] {
				if centre[f.term] == 0 {
					terms = append(terms, f.term)
				}
				centre[f.term] += float64(f.weight) + 1e-30
			}
		}
		norm := 0.0
		for _, t := range terms {
			norm += centre[t] * centre[t]
		}
		norm = math.Sqrt(norm) + 1e-9
		for _, t := range terms {
			if w := centre[t] / norm; w > guessFaint {
				inverted[t] = append(inverted[t], entry{uint32(gi), float32(w)})
			}
			centre[t] = 0
		}
	}
	like := make([]float64, len(groups))
	for d, fs := range vectors {
		if groupOf[d] {
			continue
		}
		clear(like)
		for _, f := range fs {
			for _, e := range inverted[f.term] {
				like[e.group] += float64(f.weight * e.weight)
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
		if best >= 0 && first >= guessLeast && first >= guessAhead*second {
			b.guessed = append(b.guessed, guess{uint32(d), groups[best].longest})
		}
	}
}

// groups gathers the records by their first activity, and says which have one.
func (b *builder) groups() (groups []group, has []bool) {
	x := b.x
	has = make([]bool, x.records.len())
	at := map[uint32]int{}
	var buf []spot
	for d := range has {
		for _, l := range x.records.labels.at(uint32(d)) {
			if l.kind != labelActivity {
				continue
			}
			has[d] = true
			i, ok := at[l.id]
			if !ok {
				i = len(groups)
				at[l.id] = i
				groups = append(groups, group{})
			}
			g := &groups[i]
			g.records = append(g.records, uint32(d))
			buf = x.spots.of(uint32(d), buf)
			var tags []uint32
			for _, s := range buf {
				if s.field == fieldActivity {
					tags = append(tags, x.spelledT[s.word])
				}
			}
			if len(tags) > len(g.longest) {
				g.longest = tags
			}
			break
		}
	}
	return groups, has
}

// vectors gives each record's words with the parts of its compounds, as
// normalised tf-idf.
func (b *builder) vectors() [][]feature {
	x := b.x
	parts := make([][]uint32, x.terms.len()) // by term, of its base form
	for t := range parts {
		for _, p := range x.cuts.terms[t].parts {
			if id, ok := x.terms.find(b.rd.Base(p)); ok && id != uint32(t) {
				parts[t] = append(parts[t], id)
			}
		}
	}
	out := make([][]feature, x.records.len())
	df := make([]int, x.terms.len())
	count := make([]float32, x.terms.len())
	var order []uint32
	add := func(t uint32, w float32) {
		if count[t] == 0 {
			order = append(order, t)
		}
		count[t] += w
	}
	var buf []spot
	for d := range out {
		order = order[:0]
		buf = x.spots.of(uint32(d), buf)
		for _, s := range buf {
			w := float32(1)
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
			count[t] = 0
		}
		out[d] = fs
	}
	idf := make([]float64, len(df))
	for t, n := range df {
		idf[t] = math.Log(float64(len(out)) / float64(max(1, n)))
	}
	for _, fs := range out {
		norm := 0.0
		for k := range fs {
			w := (1 + math.Log(1+float64(fs[k].weight))) * idf[fs[k].term]
			fs[k].weight = float32(w)
			norm += w * w
		}
		norm = math.Sqrt(norm) + 1e-9
		for k := range fs {
			fs[k].weight /= float32(norm)
		}
	}
	return out
}
