package wish

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"sort"
)

// The word lists are kept in a packed form beside their text: reading the text
// takes tens of milliseconds at every start, opening the packed form takes none.
// What it holds is read where it is asked for.
//
// A packed list is: a print of what it was made of (8 bytes), and pieces, each
// with its length (4 bytes) before it. Numbers in pieces are varints.

// ErrPacked says that bytes are no packed list.
var ErrPacked = errors.New("wish: no packed list")

// packer writes a packed list.
type packer struct {
	b     []byte
	texts []string
	at    map[string]int
}

func newPacker(print uint64) *packer {
	return &packer{b: binary.LittleEndian.AppendUint64(nil, print), at: map[string]int{}}
}

// text gives the number of a text that is kept once.
func (p *packer) text(b []byte, s string) []byte {
	i, ok := p.at[s]
	if !ok {
		i = len(p.texts)
		p.at[s] = i
		p.texts = append(p.texts, s)
	}
	return binary.AppendUvarint(b, uint64(i))
}

// piece adds a piece.
func (p *packer) piece(b []byte) {
	p.b = binary.LittleEndian.AppendUint32(p.b, uint32(len(b)))
	p.b = append(p.b, b...)
}

// table adds pieces for strings in order: where each ends, and the strings.
func (p *packer) table(of []string) {
	var ends, all []byte
	for _, s := range of {
		all = append(all, s...)
		ends = binary.LittleEndian.AppendUint32(ends, uint32(len(all)))
	}
	p.piece(ends)
	p.piece(all)
}

// keyed adds pieces for values by key: the keys in order, and the values.
func keyed[V any](p *packer, of map[string]V, value func(b []byte, v V) []byte) {
	keys := make([]string, 0, len(of))
	for k := range of {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	values := make([]string, len(keys))
	for i, k := range keys {
		values[i] = string(value(nil, of[k]))
	}
	p.table(keys)
	p.table(values)
}

// unpacker reads pieces.
type unpacker struct {
	b   []byte
	bad bool
}

func (u *unpacker) piece() []byte {
	if len(u.b) < 4 {
		u.bad = true
		return nil
	}
	n := uint64(binary.LittleEndian.Uint32(u.b))
	if n > uint64(len(u.b)-4) {
		u.bad = true
		return nil
	}
	p := u.b[4 : 4+n]
	u.b = u.b[4+n:]
	return p
}

// packedTable is strings in order.
type packedTable struct{ ends, all []byte }

func (u *unpacker) table() packedTable {
	t := packedTable{u.piece(), u.piece()}
	if len(t.ends)%4 != 0 {
		u.bad = true
		return packedTable{}
	}
	last := uint32(0)
	for i := range t.len() {
		end := binary.LittleEndian.Uint32(t.ends[4*i:])
		if end < last || uint64(end) > uint64(len(t.all)) {
			u.bad = true
			return packedTable{}
		}
		last = end
	}
	return t
}

func (t packedTable) len() int { return len(t.ends) / 4 }

func (t packedTable) at(i int) []byte {
	from := uint32(0)
	if i > 0 {
		from = binary.LittleEndian.Uint32(t.ends[4*(i-1):])
	}
	return t.all[from:binary.LittleEndian.Uint32(t.ends[4*i:])]
}

// find gives the place of a string in a table that is in order.
func (t packedTable) find(s string) (int, bool) {
	i := sort.Search(t.len(), func(i int) bool { return string(t.at(i)) >= s })
	return i, i < t.len() && string(t.at(i)) == s
}

// packedMap is values by key.
type packedMap struct{ keys, values packedTable }

func (u *unpacker) keyed() packedMap {
	m := packedMap{u.table(), u.table()}
	u.bad = u.bad || m.keys.len() != m.values.len()
	return m
}

// numbers reads what a value holds. What is damaged reads as zeros: a packed
// list is built in, and a test compares it with its text.
type numbers struct {
	b     []byte
	texts packedTable
}

func (n *numbers) next() int {
	v, size := binary.Uvarint(n.b)
	if size <= 0 || v > math.MaxInt32 {
		n.b = nil
		return 0
	}
	n.b = n.b[size:]
	return int(v)
}

// count reads how many things follow, each of at least a byte.
func (n *numbers) count() int { return min(n.next(), len(n.b)) }

func (n *numbers) float() float64 {
	if len(n.b) < 8 {
		n.b = nil
		return 0
	}
	v := math.Float64frombits(binary.LittleEndian.Uint64(n.b))
	n.b = n.b[8:]
	return v
}

func (n *numbers) text() string {
	if i := n.next(); i < n.texts.len() {
		return string(n.texts.at(i))
	}
	return ""
}

// alts and wishes are the right-hand side of a rule or the heading of a field.
func (p *packer) alts(b []byte, alts []Alt) []byte {
	b = binary.AppendUvarint(b, uint64(len(alts)))
	for _, a := range alts {
		b = p.text(b, a.Fold)
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(a.Weight))
	}
	return b
}

func (n *numbers) alts() []Alt {
	c := n.count()
	if c == 0 {
		return nil
	}
	out := make([]Alt, c)
	for i := range out {
		out[i] = Alt{n.text(), n.float()}
	}
	return out
}

func (p *packer) wishes(b []byte, ws []Wish) []byte {
	b = binary.AppendUvarint(b, uint64(len(ws)))
	for _, w := range ws {
		b = p.text(b, string(w.Kind))
		b = p.text(b, w.Value)
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(w.Number))
		b = append(b, flag(w.Soft))
	}
	return b
}

func (n *numbers) wishes() []Wish {
	c := n.count()
	if c == 0 {
		return nil
	}
	out := make([]Wish, c)
	for i := range out {
		out[i] = Wish{Kind: Kind(n.text()), Value: n.text(), Number: n.float(), Soft: n.next() != 0}
	}
	return out
}

func flag(b bool) byte {
	if b {
		return 1
	}
	return 0
}
