package match

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"slices"
	"strings"
	"sync"
	"unsafe"

	"github.com/faellesskabsby/vejviser/assets/words"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// A snapshot of an index is its large pieces one after another, each as it lies
// in memory: how many items and then the items, numbers little-endian, at a
// multiple of eight bytes. So they are taken from it without being copied. In
// front stand a magic, the format and a print of the word lists that it was made
// with; behind, a check sum. What is made as quickly as it is read (areas, word
// lists by length) is left out.
const (
	indexMagic  = "VJSX"
	indexFormat = 3
	indexHead   = 16 // bytes before the first piece
	indexTail   = 8  // and after the last
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
	var out bytes.Buffer
	if err := x.EncodeTo(&out); err != nil {
		panic("match: " + err.Error()) // memory takes everything
	}
	return out.Bytes()
}

// EncodeTo is Encode piece by piece, so that not all of it is in memory twice.
// The error is that of w.
func (x *Index) EncodeTo(w io.Writer) error {
	e := encoder{w: w, b: make([]byte, 0, encodedAtOnce+1<<10)}
	e.b = append(e.b, indexMagic...)
	e.b = append(e.b, indexFormat, 0, 0, 0)
	e.b = binary.LittleEndian.AppendUint32(e.b, listsPrint())
	e.b = append(e.b, 0, 0, 0, 0)
	e.records(&x.records)
	e.bytes(x.spots.data)
	e.u32s(x.spots.ends)
	e.dict(&x.labels)
	e.dict(&x.spelled)
	e.u32s(x.spelledT)
	e.dict(&x.terms)
	e.u32s(x.posts.ends)
	e.u32s(x.posts.record)
	e.bytes(x.posts.impact)
	put(&e, x.topic, 4, func(b []byte, v float32) { binary.LittleEndian.PutUint32(b, math.Float32bits(v)) })
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
	e.census(x.census)
	e.flush()
	e.b = binary.LittleEndian.AppendUint32(e.b, e.sum)
	e.b = append(e.b, 0, 0, 0, 0)
	e.flush()
	return e.err
}

// Load gives back an index from what Encode made. Whatever the bytes are, it
// gives a usable index or ErrSnapshot. b belongs to the index from then on.
func Load(b []byte) (*Index, error) { return decode(b, false) }

// LoadTrusted is Load for bytes that are known to be what this program's Encode
// made, because they were sealed: they are not checked again.
func LoadTrusted(b []byte) (*Index, error) { return decode(b, true) }

func decode(b []byte, trusted bool) (*Index, error) {
	if len(b) < indexHead+indexTail || string(b[:len(indexMagic)]) != indexMagic || b[len(indexMagic)] != indexFormat {
		return nil, fmt.Errorf("%w: another format", ErrSnapshot)
	}
	if binary.LittleEndian.Uint32(b[8:]) != listsPrint() {
		return nil, fmt.Errorf("%w: other word lists", ErrSnapshot)
	}
	end := len(b) - indexTail
	if !trusted && (crc32.Checksum(b[:end], castagnoli) != binary.LittleEndian.Uint32(b[end:]) || binary.LittleEndian.Uint32(b[end+4:]) != 0 ||
		[3]byte(b[5:8]) != [3]byte{} || binary.LittleEndian.Uint32(b[12:]) != 0) {
		return nil, fmt.Errorf("%w: damaged", ErrSnapshot)
	}
	return assemble(b[indexHead:end], trusted)
}

// assemble reads what stands between head and check sum.
func assemble(b []byte, trusted bool) (*Index, error) {
	x := empty()
	d := decoder{b: aligned(b), trusted: trusted}
	d.records(&x.records)
	x.spots.data, x.spots.ends = d.bytes(), d.u32s()
	x.labels = d.dict()
	x.spelled = d.dict()
	x.spelledT = d.u32s()
	x.terms = d.dict()
	x.posts = postings{d.u32s(), d.u32s(), d.bytes()}
	x.topic = take(&d, 4, func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) })
	for _, r := range []*relation{&x.roots, &x.skels, &x.partOf, &x.partRt} {
		r.keys = d.dict()
		r.list = lists{d.u32s(), d.u32s()}
		d.need(d.ascending(r.list.ends, len(r.list.items)) && len(r.list.ends) == r.keys.len() && d.below(r.list.items, x.terms.len()))
	}
	for _, s := range []*spellings{&x.surfaces, &x.parts} {
		s.texts = d.texts()
		s.value = d.u32s()
		s.sort = &byLength{}
		d.need(len(s.value) == s.len())
	}
	x.partBase = d.texts()
	x.spots.words = uint32(x.spelled.len())
	c := d.census(x)
	d.need(len(d.b) == 0 && len(x.spots.ends) == x.records.len() && d.ascending(x.spots.ends, len(x.spots.data)) &&
		len(x.spelledT) == x.spelled.len() && d.below(x.spelledT, x.terms.len()) && len(x.topic) == x.terms.len() &&
		len(x.posts.ends) == x.terms.len() && d.ascending(x.posts.ends, len(x.posts.record)) && len(x.posts.impact) == len(x.posts.record) &&
		d.below(x.posts.record, x.records.len()) && d.below(x.surfaces.value, x.terms.len()) && x.partBase.len() == x.parts.len())
	if !d.bad && !trusted {
		d.fit(x)
	}
	if d.bad {
		return nil, fmt.Errorf("%w: its parts do not fit together", ErrSnapshot)
	}
	x.settle(c)
	if len(x.names.spelled) != len(c.centre) {
		return nil, fmt.Errorf("%w: its areas are others", ErrSnapshot)
	}
	return x, nil
}

// aligned gives b where numbers in it lie so that they may be read.
func aligned(b []byte) []byte {
	if uintptr(unsafe.Pointer(unsafe.SliceData(b)))%8 != 0 {
		return append(make([]byte, 0, len(b)), b...)
	}
	return b
}

// fit checks what records point at.
func (d *decoder) fit(x *Index) {
	r := &x.records
	for i := range r.rows {
		w := &r.rows[i]
		d.need(int(max(w.priceKind, w.kind, w.status)) < r.codes.len())
		points := len(r.points.at(uint32(i)))
		for _, l := range r.labels.at(uint32(i)) {
			d.need(int(l.id) < x.labels.len() && l.kind < labelKinds && l.point >= -1 && int(l.point) < points)
		}
	}
	for t := range uint32(x.terms.len()) { // each record once and in order
		last := -1
		record, _ := x.posts.of(t)
		for _, n := range record {
			d.need(int(n) > last)
			last = int(n)
		}
	}
}

func (e *encoder) records(r *records) {
	e.texts(&r.ids)
	e.texts(&r.sources)
	e.texts(&r.names)
	e.u32s(r.labels.ends)
	put(e, r.labels.items, 8, func(b []byte, l label) {
		binary.LittleEndian.PutUint32(b, l.id)
		b[4], b[5] = byte(l.kind), byte(l.point)
	})
	e.u32s(r.points.ends)
	e.points(r.points.items)
	put(e, r.rows, rowSize, putRow)
	e.u32s(r.areas.ends)
	e.u32s(r.areas.items)
	e.texts(&r.codes)
}

func (d *decoder) records(r *records) {
	r.ids, r.sources, r.names = d.texts(), d.texts(), d.texts()
	r.labels = of[label]{d.u32s(), take(d, 8, func(b []byte) label {
		return label{binary.LittleEndian.Uint32(b), labelKind(b[4]), int8(b[5])}
	})}
	r.points = of[Point]{d.u32s(), d.points()}
	r.rows = take(d, rowSize, rowOf)
	r.areas = of[uint32]{d.u32s(), d.u32s()}
	r.codes = d.texts()
	for _, ends := range [][]uint32{r.ids.ends, r.sources.ends, r.names.ends, r.labels.ends, r.points.ends, r.areas.ends} {
		d.need(len(ends) == len(r.rows))
	}
	d.need(d.ascending(r.labels.ends, len(r.labels.items)) && d.ascending(r.points.ends, len(r.points.items)) && d.ascending(r.areas.ends, len(r.areas.items)))
}

// rowSize is what the facts of a record take.
const rowSize = 88

func putRow(b []byte, r row) {
	le := binary.LittleEndian
	le.PutUint64(b, math.Float64bits(r.dkk))
	le.PutUint64(b[8:], math.Float64bits(r.monthly))
	le.PutUint64(b[16:], r.languages)
	le.PutUint64(b[24:], r.considerations)
	le.PutUint64(b[32:], r.accessibility)
	le.PutUint32(b[40:], r.groups)
	le.PutUint32(b[44:], r.gender)
	le.PutUint32(b[48:], uint32(r.free))
	le.PutUint32(b[52:], uint32(r.assured))
	le.PutUint32(b[56:], uint32(r.until))
	le.PutUint16(b[60:], uint16(r.minAge))
	le.PutUint16(b[62:], uint16(r.maxAge))
	le.PutUint16(b[64:], r.priceKind)
	le.PutUint16(b[66:], r.kind)
	le.PutUint16(b[68:], r.status)
	copy(b[70:], r.slots[:])
	b[78], b[79], b[80], b[81] = r.know, byte(r.accompaniment), byte(r.across), byte(r.wheelchair)
	le.PutUint16(b[82:], r.rest.from)
	le.PutUint16(b[84:], r.rest.to)
}

func rowOf(b []byte) row {
	le := binary.LittleEndian
	return row{
		dkk: math.Float64frombits(le.Uint64(b)), monthly: math.Float64frombits(le.Uint64(b[8:])),
		languages: le.Uint64(b[16:]), considerations: le.Uint64(b[24:]), accessibility: le.Uint64(b[32:]),
		groups: le.Uint32(b[40:]), gender: le.Uint32(b[44:]),
		free: int32(le.Uint32(b[48:])), assured: int32(le.Uint32(b[52:])), until: int32(le.Uint32(b[56:])),
		minAge: int16(le.Uint16(b[60:])), maxAge: int16(le.Uint16(b[62:])),
		priceKind: le.Uint16(b[64:]), kind: le.Uint16(b[66:]), status: le.Uint16(b[68:]),
		slots: [8]uint8(b[70:78]), know: b[78], accompaniment: Fact(b[79]), across: Fact(b[80]), wheelchair: Fact(b[81]),
		rest: rest{le.Uint16(b[82:]), le.Uint16(b[84:])},
	}
}

func (e *encoder) census(c *census) {
	for _, used := range c.used {
		e.u32s(used)
	}
	e.points(c.centre)
	put(e, c.count, 8, func(b []byte, v float64) { binary.LittleEndian.PutUint64(b, math.Float64bits(v)) })
}

func (d *decoder) census(x *Index) *census {
	c := &census{}
	for k := range c.used {
		c.used[k] = d.u32s()
		d.need(len(c.used[k]) == x.labels.len())
	}
	c.centre = d.points()
	c.count = take(d, 8, func(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) })
	d.need(len(c.count) == len(c.centre) && len(c.centre) > 0 && d.below(x.records.areas.items, len(c.centre)))
	return c
}

// encoder writes pieces.
type encoder struct {
	w   io.Writer
	b   []byte // what is not written yet
	n   int    // bytes written
	sum uint32 // of those
	err error
}

// encodedAtOnce is how many bytes are written at a time, about.
const encodedAtOnce = 64 << 10

func (e *encoder) flush() {
	e.sum = crc32.Update(e.sum, castagnoli, e.b)
	if e.n += len(e.b); e.err == nil {
		_, e.err = e.w.Write(e.b)
	}
	e.b = e.b[:0]
}

// put writes items of a fixed size.
func put[T any](e *encoder, items []T, size int, one func(b []byte, v T)) {
	e.b = binary.LittleEndian.AppendUint64(e.b, uint64(len(items)))
	for part := range slices.Chunk(items, max(1, encodedAtOnce/size)) {
		n := len(e.b)
		e.b = slices.Grow(e.b, size*len(part))[:n+size*len(part)]
		clear(e.b[n:])
		for i, v := range part {
			one(e.b[n+i*size:n+(i+1)*size], v)
		}
		if len(e.b) >= encodedAtOnce {
			e.flush()
		}
	}
	e.pad()
}

func (e *encoder) pad() {
	for (e.n+len(e.b))%8 != 0 {
		e.b = append(e.b, 0)
	}
}

func (e *encoder) bytes(l []byte) {
	e.b = binary.LittleEndian.AppendUint64(e.b, uint64(len(l)))
	for part := range slices.Chunk(l, encodedAtOnce) {
		if e.b = append(e.b, part...); len(e.b) >= encodedAtOnce {
			e.flush()
		}
	}
	e.pad()
}

func (e *encoder) u32s(l []uint32) { put(e, l, 4, binary.LittleEndian.PutUint32) }
func (e *encoder) points(l []Point) {
	put(e, l, 16, func(b []byte, p Point) {
		binary.LittleEndian.PutUint64(b, math.Float64bits(p.Lat))
		binary.LittleEndian.PutUint64(b[8:], math.Float64bits(p.Lon))
	})
}

func (e *encoder) texts(t *texts) {
	e.bytes(unsafe.Slice(unsafe.StringData(t.blob), len(t.blob)))
	e.u32s(t.ends)
}

func (e *encoder) dict(d *dict) {
	e.texts(&d.texts)
	e.u32s(d.slots)
}

// decoder takes pieces off the front. After something that does not fit, bad is
// set and it gives nothing more.
type decoder struct {
	b       []byte
	bad     bool
	trusted bool // what was made well is not checked again
}

func (d *decoder) need(ok bool) { d.bad = d.bad || !ok }

// asItLies says whether this machine writes numbers as a snapshot does.
var asItLies = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// take gives the items of a piece as they lie, or one by one where that cannot be.
func take[T any](d *decoder, size int, one func(b []byte) T) []T {
	if d.need(len(d.b) >= 8); d.bad {
		return []T{}
	}
	n := binary.LittleEndian.Uint64(d.b)
	if d.need(n <= uint64(len(d.b)-8)/uint64(size)); d.bad {
		return []T{}
	}
	b := d.b[8 : 8+int(n)*size]
	end := min(8+(len(b)+7)/8*8, len(d.b))
	for _, pad := range d.b[8+len(b) : end] {
		d.need(pad == 0)
	}
	d.b = d.b[end:]
	var t T
	if n == 0 {
		return []T{}
	}
	if asItLies && int(unsafe.Sizeof(t)) == size {
		return unsafe.Slice((*T)(unsafe.Pointer(&b[0])), n)
	}
	out := make([]T, n)
	for i := range out {
		out[i] = one(b[i*size:])
	}
	return out
}

func (d *decoder) bytes() []byte  { return take(d, 1, func(b []byte) byte { return b[0] }) }
func (d *decoder) u32s() []uint32 { return take(d, 4, binary.LittleEndian.Uint32) }
func (d *decoder) points() []Point {
	return take(d, 16, func(b []byte) Point {
		return Point{math.Float64frombits(binary.LittleEndian.Uint64(b)), math.Float64frombits(binary.LittleEndian.Uint64(b[8:]))}
	})
}

func (d *decoder) texts() texts {
	blob := d.bytes()
	t := texts{unsafe.String(unsafe.SliceData(blob), len(blob)), d.u32s()}
	d.need(d.ascending(t.ends, len(t.blob)))
	return t
}

func (d *decoder) dict() dict {
	t := dict{texts: d.texts(), slots: d.u32s()}
	n := len(t.slots)
	d.need(n > 0 && n&(n-1) == 0)
	if d.trusted || d.bad {
		return t
	}
	free := 0
	for _, s := range t.slots {
		if s == 0 {
			free++
		}
		d.need(int(s) <= t.len())
	}
	d.need(free > 0)
	return t
}

// ascending says whether ends never fall and the last is all of n.
func (d *decoder) ascending(ends []uint32, n int) bool {
	last := uint32(0)
	if d.trusted {
		if len(ends) > 0 {
			last = ends[len(ends)-1]
		}
		return int(last) == n
	}
	ok := true
	for _, e := range ends {
		ok = ok && e >= last
		last = e
	}
	return ok && int(last) == n
}

func (d *decoder) below(list []uint32, n int) bool {
	if d.trusted {
		return true
	}
	most := uint32(0)
	for _, v := range list {
		most = max(most, v)
	}
	return len(list) == 0 || int(most) < n
}
