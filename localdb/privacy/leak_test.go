package privacy

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestASmallCountThatItsTotalGivesAwayIsFound(t *testing.T) {
	shown := func(ns ...int) (out []Count) {
		for _, n := range ns {
			out = append(out, Shown(n))
		}
		return out
	}
	sum := []Sum{{0, []int{1, 2, 3}}}
	if got := Leaks(shown(43, 22, 17, 4), sum); !slices.Equal(got, []int{3}) { // 43 ≤ total, others ≤ 39
		t.Error(got)
	}
	if got := Leaks(shown(45, 22, 20, 3), sum); got != nil {
		t.Error(got)
	}
}

// No count that is called safe is the only one: for every small cell there is
// another table, with another number in it, that would be shown the same.
func TestWhatIsCalledSafeHasAnotherTableThatLooksTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.IntRange(0, 12), 2, 3).Draw(t, "parts")
		total, places := 0, []int{}
		for i, p := range parts {
			total, places = total+p, append(places, i+1)
		}
		all := append([]int{total}, parts...)
		var shown []Count
		for _, n := range all {
			shown = append(shown, Shown(n))
		}
		leaks := Leaks(shown, []Sum{{0, places}})
		// Every table that looks the same, by trying them all.
		seen := make([]map[int]bool, len(all))
		for i := range seen {
			seen[i] = map[int]bool{}
		}
		try := make([]int, len(parts))
		var walk func(i int)
		walk = func(i int) {
			if i == len(try) {
				sum := 0
				for _, n := range try {
					sum += n
				}
				if Shown(sum) != shown[0] {
					return
				}
				for j, n := range try {
					seen[j+1][n] = true
				}
				seen[0][sum] = true
				return
			}
			for n := range 16 {
				if try[i] = n; Shown(n) == shown[i+1] {
					walk(i + 1)
				}
			}
		}
		walk(0)
		for i, c := range shown {
			if c.Few && (len(seen[i]) == 1) != slices.Contains(leaks, i) {
				t.Fatalf("%v shown %v: place %d has %d values, leaks %v", all, shown, i, len(seen[i]), leaks)
			}
		}
	})
}
