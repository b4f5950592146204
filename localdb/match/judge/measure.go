package judge

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

const (
	depth     = 10 // hits that count: what a screen shows
	firstSeen = 3  // hits that are seen without looking
)

// NDCG is the normalised discounted cumulative gain of the first ten hits: gain
// 2^grade − 1, discount log2(rank + 1), divided by that of the best order. A hit
// that comes twice counts once. It is 0 where nothing is graded.
func NDCG(hits []string, grades map[string]int) float64 {
	gain := func(g, i int) float64 { return (math.Exp2(float64(g)) - 1) / math.Log2(float64(i)+2) }
	var got, best float64
	seen := map[string]bool{}
	for i, h := range hits[:min(depth, len(hits))] {
		if !seen[h] {
			got += gain(grades[h], i)
		}
		seen[h] = true
	}
	for i, g := range slices.SortedFunc(maps.Values(grades), func(a, b int) int { return cmp.Compare(b, a) }) {
		if i < depth {
			best += gain(g, i)
		}
	}
	if best == 0 {
		return 0
	}
	return got / best
}

// Recall is the share of the graded communities that are among the first ten, of
// as many as ten places can hold.
func Recall(hits []string, grades map[string]int) float64 {
	if len(grades) == 0 {
		return 0
	}
	seen := map[string]bool{}
	for _, h := range hits[:min(depth, len(hits))] {
		if grades[h] > 0 {
			seen[h] = true
		}
	}
	return float64(len(seen)) / float64(min(depth, len(grades)))
}

// Success says whether one of the best grade that the query has is among the
// first three hits.
func Success(hits []string, grades map[string]int) bool {
	best := 0
	for _, g := range grades {
		best = max(best, g)
	}
	for _, h := range hits[:min(firstSeen, len(hits))] {
		if best > 0 && grades[h] == best {
			return true
		}
	}
	return false
}

// Summary is how one class was answered, or all of them (Class empty). Where
// nothing can be said – recall of class none – a share is NaN.
type Summary struct {
	Class           string
	N               int
	NDCG            Interval
	Recall, Success float64
	Typed           int     // median of characters; Never where most are never found
	WrongSilence    float64 // of those that something fits
	FalseConfidence float64 // of those that nothing fits
}

// Summarize sums up a run: all of it first, then class by class in the order of
// the alphabet.
func (r *Run) Summarize() []Summary {
	by := map[string][]Verdict{"": r.Verdicts}
	for _, v := range r.Verdicts {
		by[v.Class] = append(by[v.Class], v)
	}
	var out []Summary
	for _, class := range slices.Sorted(maps.Keys(by)) {
		out = append(out, summarize(class, by[class]))
	}
	return out
}

func summarize(class string, vs []Verdict) Summary {
	var ndcg []float64
	var recall, success, silent, confident, fits float64
	var chars []int
	for i := range vs {
		v := &vs[i]
		ndcg = append(ndcg, v.NDCG)
		if v.FalseConfidence() {
			confident++
		}
		if v.Class == ClassNone {
			continue
		}
		fits++
		recall += v.Recall
		if v.Success {
			success++
		}
		if v.WrongSilence() {
			silent++
		}
		if v.Typed == Never {
			chars = append(chars, math.MaxInt)
		} else {
			chars = append(chars, v.Typed)
		}
	}
	none := float64(len(vs)) - fits
	return Summary{
		Class: class, N: len(vs), NDCG: Bootstrap(class, ndcg), Typed: median(chars),
		Recall: recall / fits, Success: success / fits,
		WrongSilence: silent / fits, FalseConfidence: confident / none,
	}
}

func median(ns []int) int {
	if len(ns) == 0 {
		return Never
	}
	slices.Sort(ns)
	if m := ns[(len(ns)-1)/2]; m != math.MaxInt {
		return m
	}
	return Never
}
