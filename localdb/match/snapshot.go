package match

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"strings"
	"sync"

	"github.com/faellesskabsby/vejviser/assets/words"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// A snapshot of an index is its large pieces one after another: a length and
// then the numbers as little-endian bytes. In front stand a magic, the format
// and a print of the word lists that it was made with; behind, a check sum.
// What is made as quickly as it is read (areas, bits of facts) is left out.
const (
	indexMagic  = "VJSX"
	indexFormat = 1
)

// ErrSnapshot says that bytes are no snapshot of an index that this program can
// use: damaged, of another format, or made with other word lists. Build a new one.
var ErrSnapshot = errors.New("match: not a snapshot that fits this program")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// listsPrint tells word lists and fixed lists apart that make different indexes.
var listsPrint = sync.OnceValue(func() uint32 {
	sum := crc32.Checksum(words.Forms, castagnoli)
	for _, s := range []string{words.FormRules, words.Irregular, words.Related, words.Stop, words.Faint, words.Parts, words.Heads, words.Narrow,
		strings.Join(directory.Groups, " ")} {
		sum = crc32.Update(sum, castagnoli, []byte(s+"\x00"))
	}
	return sum
})

// Encode gives the index as bytes for Load. They hold what the records say and
// are to be kept as secret as those.
func (x *Index) Encode() []byte {
	e := encoder{b: make([]byte, 0, 1<<16+len(x.posts.record)*3+len(x.spots.data)*2)}
	e.b = append(e.b, indexMagic...)
	e.b = append(e.b, indexFormat)
	e.b = binary.LittleEndian.AppendUint32(e.b, listsPrint())
	e.records(x)
	e.dict(&x.labels)
	e.dict(&x.spelled)
	e.u32s(x.spelledT)
	e.dict(&x.terms)
	e.postings(&x.posts)
	e.n(len(x.topic))
	for _, v := range x.topic {
		e.b = binary.LittleEndian.AppendUint32(e.b, math.Float32bits(v))
	}
	for _, r := range []*relation{&x.roots, &x.skels, &x.partOf, &x.partRt} {
		e.dict(&r.keys)
		e.u32s(r.list.ends)
		e.u32s(r.list.items)
	}
	for _, s := range []*spellings{&x.surfaces, &x.parts} {
		e.texts(&s.texts)
		e.u32s(s.value)
	}
	e.texts(&x.partBase)
	return binary.LittleEndian.AppendUint32(e.b, crc32.Checksum(e.b, castagnoli))
}

// Load gives back an index from what Encode made. Whatever the bytes are, it
// gives a usable index or ErrSnapshot.
func Load(b []byte) (*Index, error) {
	head := len(indexMagic) + 1 + 4
	if len(b) < head+4 || string(b[:len(indexMagic)]) != indexMagic || b[len(indexMagic)] != indexFormat {
		return nil, fmt.Errorf("%w: another format", ErrSnapshot)
	}
	if binary.LittleEndian.Uint32(b[head-4:]) != listsPrint() {
		return nil, fmt.Errorf("%w: other word lists", ErrSnapshot)
	}
	body, sum := b[:len(b)-4], binary.LittleEndian.Uint32(b[len(b)-4:])
	if crc32.Checksum(body, castagnoli) != sum {
		return nil, fmt.Errorf("%w: damaged", ErrSnapshot)
	}
	return assemble(body[head:])
}

// assemble reads what stands between head and check sum.
func assemble(b []byte) (*Index, error) {
	x := empty()
	d := decoder{b: b}
	d.records(x)
	x.labels = d.dict()
	x.spelled = d.dict()
	x.spelledT = d.u32s()
	x.terms = d.dict()
	x.posts = d.postings()
	x.topic = make([]float32, d.count(4))
	for i := range x.topic {
		x.topic[i] = math.Float32frombits(d.u32())
	}
	for _, r := range []*relation{&x.roots, &x.skels, &x.partOf, &x.partRt} {
		r.keys = d.dict()
		r.list = lists{d.u32s(), d.u32s()}
		d.need(ascending(r.list.ends, len(r.list.items)) && len(r.list.ends) == r.keys.len() && below(r.list.items, x.terms.len()))
	}
	for _, s := range []*spellings{&x.surfaces, &x.parts} {
		s.texts = d.texts()
		s.value = d.u32s()
		d.need(len(s.value) == s.len())
	}
	x.partBase = d.texts()
	x.spots.words = uint32(x.spelled.len())
	d.need(len(d.b) == 0 && len(x.spelledT) == x.spelled.len() && below(x.spelledT, x.terms.len()) && len(x.topic) == x.terms.len() &&
		len(x.posts.ends) == x.terms.len() && below(x.posts.record, len(x.records)) &&
		below(x.surfaces.value, x.terms.len()) && x.partBase.len() == x.parts.len())
	for i := range x.records {
		for _, l := range x.records[i].labels {
			d.need(int(l.id) < x.labels.len() && l.kind < labelKinds && l.point >= -1 && int(l.point) < len(x.records[i].points))
		}
	}
	if d.bad {
		return nil, fmt.Errorf("%w: its parts do not fit together", ErrSnapshot)
	}
	x.surfaces.buckets()
	x.parts.buckets()
	x.settle()
	return x, nil
}

// factsSize is what the facts of a record take.
const factsSize = 58

func (e *encoder) records(x *Index) {
	e.n(len(x.records))
	for _, text := range []func(*record) string{func(r *record) string { return r.id }, func(r *record) string { return r.sourceID }, func(r *record) string { return r.name }} {
		list := make([]string, len(x.records))
		for i := range list {
			list[i] = text(&x.records[i])
		}
		t := newTexts(list)
		e.texts(&t)
	}
	var labels, points int
	for i := range x.records {
		r := &x.records[i]
		labels += len(r.labels)
		points += len(r.points)
		e.u32(uint32(labels))
		e.u32(uint32(points))
	}
	for i := range x.records {
		for _, l := range x.records[i].labels {
			e.u32(l.id)
			e.b = append(e.b, byte(l.kind), byte(l.point))
		}
	}
	for i := range x.records {
		for _, p := range x.records[i].points {
			e.f64(p.Lat)
			e.f64(p.Lon)
		}
	}
	e.n(len(x.spots.data))
	e.b = append(e.b, x.spots.data...)
	e.u32s(x.spots.ends)

	var codes []string
	code := func(s string) uint32 {
		for i, c := range codes {
			if c == s {
				return uint32(i)
			}
		}
		codes = append(codes, s)
		return uint32(len(codes) - 1)
	}
	for i := range x.facts {
		f := &x.facts[i]
		e.b = append(e.b, f.slots[:]...)
		e.b = append(e.b, f.know, byte(f.accompaniment), byte(f.across), byte(f.wheelchair))
		for _, v := range [...]uint32{f.groups, f.gender, uint32(f.free), uint32(f.assured), uint32(f.until), uint32(uint16(f.minAge)) | uint32(uint16(f.maxAge))<<16,
			code(string(f.priceKind)) | code(string(f.kind))<<16} {
			e.u32(v)
		}
		e.b = binary.LittleEndian.AppendUint16(e.b, uint16(code(string(f.status))))
		e.f64(f.dkk)
		e.f64(f.monthly)
	}
	t := newTexts(codes)
	e.texts(&t)
}

func (d *decoder) records(x *Index) {
	n := d.count(8 + factsSize)
	x.records, x.facts = make([]record, n), make([]facts, n)
	for k := range 3 {
		t := d.texts()
		if d.need(t.len() == n); d.bad {
			return
		}
		for i := range x.records {
			switch s := t.at(uint32(i)); k {
			case 0:
				x.records[i].id = s
			case 1:
				x.records[i].sourceID = s
			case 2:
				x.records[i].name = s
			}
		}
	}
	ends := d.take(8 * n)
	if d.bad {
		return
	}
	labels, points := 0, 0
	if n > 0 {
		labels, points = int(binary.LittleEndian.Uint32(ends[8*n-8:])), int(binary.LittleEndian.Uint32(ends[8*n-4:]))
	}
	if d.need(6*labels+16*points <= len(d.b)); d.bad {
		return
	}
	ls, ps := make([]label, labels), make([]Point, points)
	for i, b := 0, d.take(6*labels); i < labels; i, b = i+1, b[6:] {
		ls[i] = label{binary.LittleEndian.Uint32(b), labelKind(b[4]), int8(b[5])}
	}
	for i, b := 0, d.take(16*points); i < points; i, b = i+1, b[16:] {
		ps[i] = Point{math.Float64frombits(binary.LittleEndian.Uint64(b)), math.Float64frombits(binary.LittleEndian.Uint64(b[8:]))}
	}
	l0, p0 := 0, 0
	for i := range x.records {
		l, p := int(binary.LittleEndian.Uint32(ends[8*i:])), int(binary.LittleEndian.Uint32(ends[8*i+4:]))
		if d.need(l >= l0 && l <= labels && p >= p0 && p <= points); d.bad {
			return
		}
		x.records[i].labels = ls[l0:l:l]
		if p > p0 {
			x.records[i].points = ps[p0:p:p]
		}
		l0, p0 = l, p
	}
	x.spots.data = append([]byte{}, d.take(d.count(1))...)
	x.spots.ends = d.u32s()
	d.need(len(x.spots.ends) == n && ascending(x.spots.ends, len(x.spots.data)))
	d.facts(x)
}

func (d *decoder) facts(x *Index) {
	n := len(x.facts)
	b := d.take(factsSize * n)
	codes := d.texts()
	code := func(i uint32) string {
		if int(i) >= codes.len() {
			d.bad = true
			return ""
		}
		return codes.at(i)
	}
	if d.bad {
		return
	}
	for i := range x.facts {
		f := &x.facts[i]
		copy(f.slots[:], b)
		f.know, f.accompaniment, f.across, f.wheelchair = b[8], Fact(b[9]), Fact(b[10]), Fact(b[11])
		u := func(k int) uint32 { return binary.LittleEndian.Uint32(b[12+4*k:]) }
		f.groups, f.gender, f.free, f.assured, f.until = u(0), u(1), int32(u(2)), int32(u(3)), int32(u(4))
		f.minAge, f.maxAge = int16(u(5)), int16(u(5)>>16)
		f.priceKind, f.kind = directory.PriceKind(code(u(6)&0xffff)), directory.Kind(code(u(6)>>16))
		f.status = directory.Status(code(uint32(binary.LittleEndian.Uint16(b[40:]))))
		f.dkk, f.monthly = math.Float64frombits(binary.LittleEndian.Uint64(b[42:])), math.Float64frombits(binary.LittleEndian.Uint64(b[50:]))
		b = b[factsSize:]
	}
}

// encoder appends pieces.
type encoder struct{ b []byte }

func (e *encoder) u32(v uint32)  { e.b = binary.LittleEndian.AppendUint32(e.b, v) }
func (e *encoder) n(v int)       { e.u32(uint32(v)) }
func (e *encoder) f64(v float64) { e.b = binary.LittleEndian.AppendUint64(e.b, math.Float64bits(v)) }

func (e *encoder) u32s(l []uint32) {
	e.n(len(l))
	for _, v := range l {
		e.u32(v)
	}
}

func (e *encoder) texts(t *texts) {
	e.n(len(t.blob))
	e.b = append(e.b, t.blob...)
	e.u32s(t.ends)
}

func (e *encoder) dict(d *dict) {
	e.texts(&d.texts)
	e.u32s(d.slots)
}

// postings writes the records of a term as steps from one to the next.
func (e *encoder) postings(p *postings) {
	e.u32s(p.ends)
	var steps []byte
	for t := range p.ends {
		record, _ := p.of(uint32(t))
		last := uint32(0)
		for _, d := range record {
			steps = binary.AppendUvarint(steps, uint64(d-last))
			last = d
		}
	}
	e.n(len(p.impact))
	e.b = append(e.b, p.impact...)
	e.n(len(steps))
	e.b = append(e.b, steps...)
}

// decoder takes pieces off the front. After something that does not fit, bad is
// set and it gives nothing more.
type decoder struct {
	b   []byte
	bad bool
}

func (d *decoder) need(ok bool) { d.bad = d.bad || !ok }

func (d *decoder) take(n int) []byte {
	if d.bad || n < 0 || n > len(d.b) {
		d.bad = true
		return nil
	}
	b := d.b[:n]
	d.b = d.b[n:]
	return b
}

func (d *decoder) u32() uint32 {
	if b := d.take(4); !d.bad {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// count reads how many things of size bytes follow; more than can follow is bad.
func (d *decoder) count(size int) int {
	n := int(d.u32())
	if d.need(n <= len(d.b)/size); d.bad {
		return 0
	}
	return n
}

func (d *decoder) u32s() []uint32 {
	n := d.count(4)
	b := d.take(4 * n)
	if d.bad {
		return nil
	}
	l := make([]uint32, n)
	for i := range l {
		l[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return l
}

func (d *decoder) texts() texts {
	t := texts{blob: string(d.take(d.count(1)))}
	t.ends = d.u32s()
	d.need(ascending(t.ends, len(t.blob)))
	if d.bad {
		return texts{}
	}
	return t
}

func (d *decoder) dict() dict {
	t := dict{texts: d.texts(), slots: d.u32s()}
	n, free := len(t.slots), 0
	for _, s := range t.slots {
		if s == 0 {
			free++
		}
		d.need(int(s) <= t.len())
	}
	if d.need(n > 0 && n&(n-1) == 0 && free > 0); d.bad {
		return dict{}
	}
	return t
}

func (d *decoder) postings() postings {
	p := postings{ends: d.u32s()}
	n := d.count(1)
	p.impact = append([]byte{}, d.take(n)...)
	steps := d.take(d.count(1))
	if d.need(ascending(p.ends, n)); d.bad {
		return postings{}
	}
	p.record = make([]uint32, n)
	from := uint32(0)
	for _, to := range p.ends {
		last := uint64(0)
		for i := from; i < to; i++ {
			if len(steps) > 0 && steps[0] < 0x80 {
				last += uint64(steps[0])
				steps = steps[1:]
			} else {
				v, k := binary.Uvarint(steps)
				if k <= 0 || v > math.MaxUint32 {
					d.bad = true
					return postings{}
				}
				last += v
				steps = steps[k:]
			}
			p.record[i] = uint32(min(last, math.MaxUint32))
		}
		from = to
	}
	d.need(len(steps) == 0)
	return p
}

// ascending says whether ends never fall and the last is all of n.
func ascending(ends []uint32, n int) bool {
	last := uint32(0)
	ok := true
	for _, e := range ends {
		ok = ok && e >= last
		last = e
	}
	return ok && int(last) == n
}

func below(list []uint32, n int) bool {
	most := uint32(0)
	for _, v := range list {
		most = max(most, v)
	}
	return len(list) == 0 || int(most) < n
}
