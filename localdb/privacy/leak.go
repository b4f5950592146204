package privacy

// Sum says that one shown count is the sum of others, by their places in a table.
type Sum struct {
	Total int
	Parts []int
}

// Leaks gives the places of small counts that whoever sees the whole table can work
// out: every count is held between the bounds that its rounding allows, and each
// sum narrows its total and its parts, until nothing moves any more. A table is
// shown when it gives none (findings/reliability §4.7, row 48 of §5.3).
func Leaks(shown []Count, sums []Sum) []int {
	lo, hi := make([]int, len(shown)), make([]int, len(shown))
	for i, c := range shown {
		lo[i], hi[i] = c.bounds()
	}
	for moved := true; moved; {
		moved = false
		narrow := func(i, from, to int) {
			if from > lo[i] {
				lo[i], moved = from, true
			}
			if to < hi[i] {
				hi[i], moved = to, true
			}
		}
		for _, s := range sums {
			least, most := 0, 0
			for _, p := range s.Parts {
				least, most = least+lo[p], most+hi[p]
			}
			narrow(s.Total, least, most)
			for _, p := range s.Parts {
				narrow(p, lo[s.Total]-(most-hi[p]), hi[s.Total]-(least-lo[p]))
			}
		}
	}
	var out []int
	for i, c := range shown {
		if c.Few && lo[i] >= hi[i] {
			out = append(out, i)
		}
	}
	return out
}

// bounds are the least and the most that a shown count can stand for.
func (c Count) bounds() (least, most int) {
	if c.Few {
		return 0, few - 1
	}
	return max(c.N-2, few), c.N + 2
}
