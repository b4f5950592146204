package wish

import (
	"encoding/binary"
	"math"
	"sync/atomic"
)

// Pack gives the fields in a form that OpenFields opens at once. print says what
// they were made of.
func (fs *Fields) Pack(print uint64) []byte {
	p := newPacker(print)
	votes := func(b []byte, vs []vote) []byte {
		b = binary.AppendUvarint(b, uint64(len(vs)))
		for _, v := range vs {
			b = binary.AppendUvarint(b, uint64(v.field))
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(float64(v.weight)))
		}
		return b
	}
	keyed(p, fs.words, votes)
	keyed(p, fs.roots, votes)
	turns := func(b []byte, ts []fieldTerm) []byte {
		b = binary.AppendUvarint(b, uint64(len(ts)))
		for _, t := range ts {
			b = binary.AppendUvarint(b, uint64(len(t.words)))
			for _, w := range t.words {
				b = p.text(b, w)
			}
			b = votes(b, t.votes)
		}
		return b
	}
	keyed(p, fs.phrases, turns)
	keyed(p, fs.sets, turns)
	heads := make([]string, len(fs.of))
	for i, f := range fs.of {
		heads[i] = string(append(p.wishes(p.alts(nil, f.alts), f.wishes), flag(f.errand)))
	}
	p.table(heads)
	p.table(p.texts)
	return p.b
}

// packedFields is fields in their packed form.
type packedFields struct {
	words, roots  packedMap
	phrases, sets packedTerms
	texts         packedTable
}

// packedTerms is turns or sets of words; those of a first word are read when they
// are first asked for.
type packedTerms struct {
	of   packedMap
	read []atomic.Pointer[[]fieldTerm]
}

// OpenFields opens what Pack gave; ErrPacked where it is something else, or was
// made of other lists than print says.
func OpenFields(b []byte, print uint64) (*Fields, error) {
	if len(b) < 8 || binary.LittleEndian.Uint64(b) != print {
		return nil, ErrPacked
	}
	u := unpacker{b: b[8:]}
	k := &packedFields{words: u.keyed(), roots: u.keyed(), phrases: packedTerms{of: u.keyed()}, sets: packedTerms{of: u.keyed()}}
	heads := u.table()
	k.texts = u.table()
	if u.bad || len(u.b) > 0 {
		return nil, ErrPacked
	}
	for _, t := range []*packedTerms{&k.phrases, &k.sets} {
		t.read = make([]atomic.Pointer[[]fieldTerm], t.of.keys.len())
	}
	fs := &Fields{packed: k, of: make([]field, heads.len())}
	for i := range fs.of {
		n := numbers{heads.at(i), k.texts}
		fs.of[i] = field{alts: n.alts(), wishes: n.wishes(), errand: n.next() != 0}
	}
	return fs, nil
}

// votes reads votes; those for fields that are not there are left out.
func (n *numbers) votes(fields int) []vote {
	out := make([]vote, 0, n.count())
	for range cap(out) {
		if v := (vote{uint16(n.next()), float32(n.float())}); int(v.field) < fields {
			out = append(out, v)
		}
	}
	return out
}

// word gives the votes of a base form.
func (fs *Fields) word(base string) []vote {
	if fs.packed == nil {
		return fs.words[base]
	}
	return fs.voted(&fs.packed.words, base)
}

// root gives the votes of the words that share a root.
func (fs *Fields) root(root string) []vote {
	if fs.packed == nil {
		return fs.roots[root]
	}
	return fs.voted(&fs.packed.roots, root)
}

func (fs *Fields) voted(m *packedMap, key string) []vote {
	i, ok := m.keys.find(key)
	if !ok {
		return nil
	}
	n := numbers{m.values.at(i), fs.packed.texts}
	return n.votes(len(fs.of))
}

// turns gives the turns of several words that begin with a root.
func (fs *Fields) turns(first string) []fieldTerm {
	if fs.packed == nil {
		return fs.phrases[first]
	}
	return fs.terms(&fs.packed.phrases, first)
}

// together gives the sets of words of which a root is the first.
func (fs *Fields) together(first string) []fieldTerm {
	if fs.packed == nil {
		return fs.sets[first]
	}
	return fs.terms(&fs.packed.sets, first)
}

func (fs *Fields) terms(t *packedTerms, first string) []fieldTerm {
	at, ok := t.of.keys.find(first)
	if !ok {
		return nil
	}
	if r := t.read[at].Load(); r != nil {
		return *r
	}
	n := numbers{t.of.values.at(at), fs.packed.texts}
	out := make([]fieldTerm, n.count())
	for i := range out {
		out[i].words = make([]string, n.count())
		for k := range out[i].words {
			out[i].words[k] = n.text()
			out[i].marks |= markOf(out[i].words[k])
		}
		out[i].votes = n.votes(len(fs.of))
	}
	t.read[at].Store(&out)
	return out
}
