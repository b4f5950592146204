package match

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"sync"

	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// answer is what a word of a query finds: which terms answer it, and what each
// record is worth to it. It is the same however the word is weighed and whatever
// stands beside it.
type answer struct {
	terms candidates
	value float64 // weight of the word, by what it finds as a whole
	parts bool    // it is found by its parts alone
	found packed
}

// packed holds the values of records in little room: the words of marks that
// are not empty, and the values in order.
type packed struct {
	at  []uint32
	set []uint64
	of  []float32
}

// pack takes the values out of v.
func (p *packed) pack(v *values) {
	n := v.found.count()
	p.at, p.set, p.of = p.at[:0], p.set[:0], slices.Grow(p.of[:0], n)[:n]
	k := 0
	for i, set := range v.found {
		if set == 0 {
			continue
		}
		v.found[i] = 0
		p.at, p.set = append(p.at, uint32(i)), append(p.set, set)
		now := v.of[i*64 : min(i*64+64, len(v.of))]
		for ; set != 0; set &= set - 1 {
			p.of[k] = now[bits.TrailingZeros64(set)]
			k++
		}
		clear(now)
	}
}

func (p *packed) size() int { return 12*len(p.at) + 4*len(p.of) }

// kept holds what words found, from one key press to the next: all but the word
// that is being typed stay as they were.
type kept struct {
	mu    sync.Mutex
	words []keptWord // the last asked first
	size  int        // bytes
}

type keptWord struct {
	key string
	*answer
}

// Bounds on what is kept: some words whatever they found, and bytes by record.
const (
	keptWords   = 128
	keptLeast   = 1 << 18
	keptARecord = 64
)

func (k *kept) get(key []byte) *answer {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i, w := range k.words {
		if w.key == string(key) {
			copy(k.words[1:i+1], k.words[:i])
			k.words[0] = w
			return w.answer
		}
	}
	return nil
}

// add keeps an answer, and forgets those that were longest not asked for.
func (k *kept) add(key string, a *answer, records int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.words = slices.Insert(k.words, 0, keptWord{key, a})
	k.size += a.size()
	for n := len(k.words); n > 1 && (n > keptWords || k.size > max(keptLeast, keptARecord*records)); n = len(k.words) {
		k.size -= k.words[n-1].size()
		k.words[n-1] = keptWord{}
		k.words = k.words[:n-1]
	}
}

func (a *answer) size() int { return a.found.size() + 40*len(a.terms.list) + 256 }

// lasting says whether a word will be asked for again: it is written to its end,
// or so short that many begin so.
func lasting(t *wish.Term) bool { return !t.Open || len(t.Fold) <= 2 }

// answerKey holds all of a term that its answer depends on.
func answerKey(key []byte, t *wish.Term) []byte {
	key = append(key[:0], t.Fold...)
	key = append(key, ' ', byte(btoi(t.Open)))
	for _, a := range t.Alts {
		key = append(key, a.Fold...)
		key = append(key, ' ')
		key = binary.LittleEndian.AppendUint64(key, math.Float64bits(a.Weight))
	}
	return key
}
