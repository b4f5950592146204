package match

import (
	"math/bits"
	"sort"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

// spellings is a sorted list of folded words that can be searched by their
// beginning, and by a spelling that is nearly right.
type spellings struct {
	list  []string
	value []uint32
	byLen [][]uint32 // positions by length
	sigs  []uint32
}

func newSpellings(list []string, value func(i int) uint32) spellings {
	s := spellings{list: list, value: make([]uint32, len(list)), sigs: make([]uint32, len(list))}
	for i, w := range list {
		s.value[i] = value(i)
		s.sigs[i] = danish.Signature(w)
		for len(s.byLen) <= len(w) {
			s.byLen = append(s.byLen, nil)
		}
		s.byLen[len(w)] = append(s.byLen[len(w)], uint32(i))
	}
	return s
}

// prefix calls fn with at most max positions of words that begin with f.
func (s *spellings) prefix(f string, max int, fn func(i int)) {
	for i := sort.SearchStrings(s.list, f); i < len(s.list) && max > 0 && strings.HasPrefix(s.list[i], f); i++ {
		fn(i)
		max--
	}
}

// near calls fn with positions of words at most max letters off f, and with
// prefix those that begin nearly so.
func (s *spellings) near(f string, max int, prefix bool, fn func(i, d int, begun bool)) {
	sig := danish.Signature(f)
	top := len(f) + max
	if prefix {
		top = len(s.byLen) - 1
	}
	for n := len(f) - max; n <= top && n < len(s.byLen); n++ {
		if n < 3 {
			continue
		}
		begun := n > len(f)+max
		for _, i := range s.byLen[n] {
			if bits.OnesCount32(sig&^s.sigs[i]) > max || (begun && s.list[i][0] != f[0]) {
				continue
			}
			d := max + 1
			if !begun {
				d = danish.Distance(f, s.list[i], max, false)
			}
			pre := false
			if d > max && prefix && n > len(f) {
				d, pre = danish.Distance(f, s.list[i], max, true), true
			}
			if d <= max {
				fn(int(i), d, pre)
			}
		}
	}
}
