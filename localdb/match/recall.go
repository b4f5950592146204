package match

import (
	"bytes"
	"encoding/binary"
	"maps"
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/assets/words"
	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

// KnownWords is what the word lists say of the words of the built-in rules, as bytes
// for Remember: a start that has them need not look thousands of words up again.
func KnownWords() []byte {
	lang, _ := lexicon()
	r := newRecall(lang)
	var out bytes.Buffer
	e := encoder{w: &out, b: binary.LittleEndian.AppendUint64(nil, uint64(listsPrint()))}
	e.dict(&r.words)
	e.texts(&r.bases)
	e.texts(&r.root)
	e.bytes(r.known)
	e.flush()
	return out.Bytes()
}

// Remember takes what KnownWords gave, also in another process. Bytes that were
// made with other word lists are left alone; b must be known to be whole, as
// what was sealed is, and must not change afterwards.
func Remember(b []byte) {
	if len(b) < 8 || binary.LittleEndian.Uint64(b) != uint64(listsPrint()) {
		return
	}
	d := decoder{b: aligned(b)[8:], trusted: true}
	r := &recall{words: d.dict(), bases: d.texts(), root: d.texts(), known: d.bytes()}
	n := r.words.len()
	if d.need(r.bases.len() == n && r.root.len() == n && len(r.known) == n); !d.bad {
		danish.Open().Remember(r)
	}
}

// recall is those words.
type recall struct {
	words       dict
	bases, root texts
	known       []byte
}

// Recall is danish.Memory.
func (r *recall) Recall(folded string) (base, root string, known, ok bool) {
	i, ok := r.words.find(folded)
	if !ok {
		return "", "", false, false
	}
	return r.bases.at(i), r.root.at(i), r.known[i] != 0, true
}

func newRecall(l *danish.Language) recall {
	rd := l.Reader()
	defer rd.Done()
	set := map[string]bool{}
	for _, list := range []string{words.Wishes, words.LayWords} {
		danish.EachLine(list, func(line string) {
			phrases, _, _ := strings.Cut(line, "=>")
			danish.Words(danish.Lower(phrases), func(w string) {
				f := danish.Fold(w)
				set[f], set[rd.Base(f)] = true, true
			})
		})
	}
	all := slices.Sorted(maps.Keys(set))
	r := recall{words: newDict(all), known: make([]byte, len(all))}
	var bases, roots textsBuilder
	for i, w := range all {
		bases.add(rd.Base(w))
		roots.add(rd.Root(w))
		r.known[i] = byte(btoi(rd.Known(w)))
	}
	r.bases, r.root = bases.texts(), roots.texts()
	return r
}
