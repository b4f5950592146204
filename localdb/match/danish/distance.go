package danish

// Distance is the number of letters to change, add, leave out or swap with
// their neighbour to get from a to b, cut off above most (then most+1 is
// returned). With prefix, a is compared with the best beginning of b.
func Distance(a, b string, most int, prefix bool) int {
	la, lb := len(a), len(b)
	if la > MaxWord || lb > 2*MaxWord || (!prefix && (la-lb > most || lb-la > most)) {
		return most + 1
	}
	if prefix && lb > la+most {
		lb = la + most
	}
	if lb > MaxWord+8 {
		return most + 1
	}
	var rows [3][MaxWord + 9]int16
	before, prev, cur := &rows[0], &rows[1], &rows[2]
	for j := 0; j <= lb; j++ {
		prev[j] = int16(j)
	}
	for i := 1; i <= la; i++ {
		cur[0] = int16(i)
		least := cur[0]
		for j := 1; j <= lb; j++ {
			cost := int16(1)
			if a[i-1] == b[j-1] {
				cost = 0
			}
			v := min(prev[j-1]+cost, prev[j]+1, cur[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				v = min(v, before[j-2]+1)
			}
			cur[j] = v
			least = min(least, v)
		}
		if int(least) > most {
			return most + 1
		}
		before, prev, cur = prev, cur, before
	}
	if !prefix {
		return min(int(prev[lb]), most+1)
	}
	best := prev[0]
	for j := 1; j <= lb; j++ {
		best = min(best, prev[j])
	}
	return min(int(best), most+1)
}

// Signature is a set of the letters of a folded word. Two words at distance d
// differ in at most d letters either way, which is quick to rule out.
func Signature(s string) uint32 {
	var m uint32
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 'a' && c <= 'z' {
			m |= 1 << (c - 'a')
		} else {
			m |= 1 << (26 + c%6)
		}
	}
	return m
}
