package match

import (
	"math/bits"
	"strings"
	"sync"

	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

// spellings is a sorted list of folded words that can be searched by their
// beginning, and by a spelling that is nearly right.
type spellings struct {
	texts
	value []uint32
	sort  *byLength
}

// byLength is the words by length, made when a misspelt word is first looked up.
type byLength struct {
	once    sync.Once
	buckets []bucket
}

// bucket holds the words of one length: their places in the list, in order, and
// beside them what letters they have, which rules nearly all of them out.
type bucket struct {
	at   []uint32
	sigs []uint64
}

func newSpellings(sorted []string, value []uint32) spellings {
	return spellings{texts: newTexts(sorted), value: value, sort: &byLength{}}
}

// byLen gives the words by length.
func (s *spellings) byLen() []bucket {
	s.sort.once.Do(func() { s.sort.buckets = s.buckets() })
	return s.sort.buckets
}

func (s *spellings) buckets() []bucket {
	var count []int
	for i := range s.len() {
		n := len(s.at(uint32(i)))
		for len(count) <= n {
			count = append(count, 0)
		}
		count[n]++
	}
	byLen := make([]bucket, len(count))
	for n, k := range count {
		byLen[n] = bucket{make([]uint32, 0, k), make([]uint64, 0, k)}
	}
	for i := range s.len() {
		w := s.at(uint32(i))
		b := &byLen[len(w)]
		b.at = append(b.at, uint32(i))
		b.sigs = append(b.sigs, letters(w))
	}
	return byLen
}

// letters says which letters a folded word has once (bits 0–31) and which it
// has more often (bits 32–63). A letter that is changed, added or left out
// changes at most one bit each way, a swap none.
func letters(s string) uint64 {
	var once, more uint64
	for i := 0; i < len(s); i++ {
		bit := uint64(1) << (26 + s[i]%6)
		if c := s[i]; c >= 'a' && c <= 'z' {
			bit = 1 << (c - 'a')
		}
		more |= once & bit
		once |= bit
	}
	return once | more<<32
}

// prefix calls fn with at most max positions of words that begin with f.
func (s *spellings) prefix(f string, max int, fn func(i int)) {
	for i := s.seek(f); i < s.len() && max > 0 && strings.HasPrefix(s.at(uint32(i)), f); i++ {
		fn(i)
		max--
	}
}

// near calls fn with positions of words at most max letters off f, and with
// prefix those that begin nearly so.
func (s *spellings) near(f string, max int, prefix bool, fn func(i, d int, begun bool)) {
	sig := letters(f)
	byLen := s.byLen()
	top := len(f) + max
	if prefix {
		top = len(byLen) - 1
	}
	for n := len(f) - max; n <= top && n < len(byLen); n++ {
		if n < 3 {
			continue
		}
		b := &byLen[n]
		begun := n > len(f)+max
		from, to := 0, len(b.at)
		if begun { // only words that begin with the same letter
			from, to = s.initial(b, f[0]), s.initial(b, f[0]+1)
		}
		for k := from; k < to; k++ {
			o := b.sigs[k]
			if bits.OnesCount64(sig&^o) > max {
				continue
			}
			i := b.at[k]
			d, pre := max+1, false
			if !begun && bits.OnesCount64(o&^sig) <= max {
				d = danish.Distance(f, s.at(i), max, false)
			}
			if d > max && prefix && n > len(f) {
				d, pre = danish.Distance(f, s.at(i), max, true), true
			}
			if d <= max {
				fn(int(i), d, pre)
			}
		}
	}
}

// initial is the first word of a bucket that begins with c or a later letter.
func (s *spellings) initial(b *bucket, c byte) int {
	lo, hi := 0, len(b.at)
	for lo < hi {
		if mid := (lo + hi) / 2; s.at(b.at[mid])[0] < c {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}
