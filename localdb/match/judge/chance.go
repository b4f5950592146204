package judge

import (
	"cmp"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
)

// rounds of a bootstrap; the ends of a 95 % interval are steady to a third decimal.
const rounds = 4000

// Interval is a mean and its 95 % bootstrap interval.
type Interval struct{ Mean, Low, High float64 }

// Bootstrap gives the mean of values and how far it might have fallen with other
// queries of the same kind. seed names the series, so that the same run always
// gives the same interval. No values give zeros.
func Bootstrap(seed string, values []float64) Interval {
	if len(values) == 0 {
		return Interval{}
	}
	h := fnv.New64a()
	h.Write([]byte(seed)) // never fails
	rng := rand.New(rand.NewPCG(h.Sum64(), uint64(len(values))))
	means := make([]float64, rounds)
	for i := range means {
		for range values {
			means[i] += values[rng.IntN(len(values))]
		}
		means[i] /= float64(len(values))
	}
	slices.Sort(means)
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return Interval{sum / float64(len(values)), means[rounds*25/1000], means[rounds*975/1000]}
}

// Difference is how two runs differ on the queries of one class that both have,
// or on all of them (Class empty).
type Difference struct {
	Class                string
	N                    int
	NDCG                 Interval // now less before; chance alone where it spans 0
	Better, Worse, Alike int
}

// Compare pairs a run with an earlier one, query by query. A query that is not in
// both, or whose text changed, is left out and counted.
func Compare(now, before *Run) (ds []Difference, leftOut int) {
	old := map[string]*Verdict{}
	for i := range before.Verdicts {
		old[before.Verdicts[i].ID] = &before.Verdicts[i]
	}
	by := map[string][]float64{}
	for i := range now.Verdicts {
		v := &now.Verdicts[i]
		o, ok := old[v.ID]
		if !ok || o.Text != v.Text || o.Class != v.Class {
			leftOut++
			continue
		}
		by[""] = append(by[""], v.NDCG-o.NDCG)
		by[v.Class] = append(by[v.Class], v.NDCG-o.NDCG)
	}
	for _, class := range slices.Sorted(maps.Keys(by)) {
		d := Difference{Class: class, N: len(by[class]), NDCG: Bootstrap(class, by[class])}
		for _, x := range by[class] {
			switch cmp.Compare(x, 0) {
			case 1:
				d.Better++
			case -1:
				d.Worse++
			default:
				d.Alike++
			}
		}
		ds = append(ds, d)
	}
	return ds, leftOut
}

// Worst gives up to n verdicts with the least nDCG, worst first, at most most of
// one class, so that a hard class does not hide the others.
func (r *Run) Worst(n, most int) []Verdict {
	vs := slices.Clone(r.Verdicts)
	slices.SortStableFunc(vs, func(a, b Verdict) int { return cmp.Compare(a.NDCG, b.NDCG) })
	var out []Verdict
	count := map[string]int{}
	for _, v := range vs {
		if len(out) < n && v.NDCG < 1 && count[v.Class] < most {
			count[v.Class]++
			out = append(out, v)
		}
	}
	return out
}
