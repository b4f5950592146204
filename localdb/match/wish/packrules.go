package wish

import (
	"encoding/binary"
	"slices"
	"sync/atomic"
)

// Flags of a packed rule.
const (
	packConsume = 1 << iota
	packErrand
	packOnly
	packNear
)

// Pack gives the rules in a form that OpenRules opens at once. print says what
// they were made of.
func (rs *Rules) Pack(print uint64) []byte {
	p := newPacker(print)
	sides := map[string]int{} // right-hand sides, each once
	var kept []string
	rules := map[string][]*rule{}
	rs.each(func(first string, rus []*rule) { rules[first] = rus })
	type spot struct {
		first string
		at    int // among the rules of that word
	}
	timely := map[string]spot{}
	for w, ru := range rs.timely {
		first := ru.words[0]
		timely[w] = spot{first, slices.Index(rules[first], ru)}
	}
	keyed(p, rules, func(b []byte, rus []*rule) []byte {
		b = binary.AppendUvarint(b, uint64(len(rus)))
		for _, ru := range rus {
			side := string(p.wishes(p.alts(nil, ru.alts), ru.wishes))
			at, ok := sides[side]
			if !ok {
				at = len(kept)
				sides[side] = at
				kept = append(kept, side)
			}
			b = append(b, flag(ru.consume)*packConsume|flag(ru.errand)*packErrand|flag(ru.only)*packOnly|flag(ru.near)*packNear, ru.back)
			b = binary.AppendUvarint(b, uint64(len(ru.words)))
			for _, w := range ru.words {
				b = p.text(b, w)
			}
			b = p.text(b, ru.base)
			b = p.text(b, ru.form)
			b = binary.AppendUvarint(b, uint64(at))
		}
		return b
	})
	keyed(p, timely, func(b []byte, t spot) []byte {
		return binary.AppendUvarint(p.text(b, t.first), uint64(t.at))
	})
	p.piece(binary.AppendUvarint(nil, uint64(rs.Len())))
	p.table(kept)
	p.table(p.texts)
	return p.b
}

// packed is rules in their packed form; those of a first word are read when they
// are first asked for.
type packed struct {
	rules packedMap
	sides packedTable
	texts packedTable
	read  []atomic.Pointer[[]*rule]
	count int
}

// OpenRules opens what Pack gave; ErrPacked where it is something else, or was
// made of other lists than print says.
func OpenRules(b []byte, print uint64) (*Rules, error) {
	if len(b) < 8 || binary.LittleEndian.Uint64(b) != print {
		return nil, ErrPacked
	}
	u := unpacker{b: b[8:]}
	k := &packed{rules: u.keyed()}
	timely := u.keyed()
	n := numbers{b: u.piece()}
	k.count, k.sides, k.texts = n.next(), u.table(), u.table()
	if u.bad || len(u.b) > 0 {
		return nil, ErrPacked
	}
	k.read = make([]atomic.Pointer[[]*rule], k.rules.keys.len())
	rs := &Rules{packed: k, byFirst: map[string][]*rule{}, timely: make(map[string]*rule, timely.keys.len())}
	for i := range timely.keys.len() {
		n := numbers{timely.values.at(i), k.texts}
		if rules, at := k.of(n.text()), n.next(); at < len(rules) {
			rs.timely[string(timely.keys.at(i))] = rules[at]
		}
	}
	return rs, nil
}

// of gives the rules whose phrases begin with a root.
func (k *packed) of(root string) []*rule {
	i, ok := k.rules.keys.find(root)
	if !ok {
		return nil
	}
	return k.at(i)
}

func (k *packed) at(i int) []*rule {
	if r := k.read[i].Load(); r != nil {
		return *r
	}
	n := numbers{k.rules.values.at(i), k.texts}
	out := make([]*rule, n.count())
	for i := range out {
		out[i] = k.rule(&n)
	}
	if !k.read[i].CompareAndSwap(nil, &out) { // a rule is one thing, whoever reads it first
		return *k.read[i].Load()
	}
	return out
}

func (k *packed) rule(n *numbers) *rule {
	flags := n.next()
	r := &rule{consume: flags&packConsume != 0, errand: flags&packErrand != 0, only: flags&packOnly != 0, near: flags&packNear != 0, back: uint8(n.next())}
	r.words = make([]string, n.count())
	for i := range r.words {
		r.words[i] = n.text()
		r.marks |= markOf(r.words[i])
	}
	r.base, r.form = n.text(), n.text()
	if at := n.next(); at < k.sides.len() {
		side := numbers{k.sides.at(at), k.texts}
		r.alts, r.wishes = side.alts(), side.wishes()
	}
	return r
}

// first gives the rules whose phrases begin with a root.
func (rs *Rules) first(root string) []*rule {
	own := rs.byFirst[root]
	if rs.packed == nil {
		return own
	}
	all := rs.packed.of(root)
	if len(own) == 0 {
		return all
	}
	return slices.Concat(all, own)
}

// each calls fn with all rules, by the root of the first word, in no order.
func (rs *Rules) each(fn func(first string, rules []*rule)) {
	for root := range rs.byFirst {
		fn(root, rs.first(root))
	}
	if rs.packed == nil {
		return
	}
	for i := range rs.packed.rules.keys.len() {
		if root := string(rs.packed.rules.keys.at(i)); len(rs.byFirst[root]) == 0 {
			fn(root, rs.packed.at(i))
		}
	}
}
