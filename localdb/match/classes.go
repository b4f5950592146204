package match

import (
	"encoding/binary"
	"math"
	"sync"
)

// Thousands of records meet at a few hundred times, for a few dozen prices and
// kinds of people. A class is the records that say the same about one subject:
// a wish is compared with one record of each class, not with every record.
type classes struct {
	once [subjects]sync.Once
	by   [subjects]classed
}

// subjectOf says which facts answer a wish; none: every record is asked.
var subjectOf = map[wishCode]int{
	codeTime: aboutTime, codeWeekday: aboutTime, codePrice: aboutPrice, codeAge: aboutPeople, codeGroup: aboutPeople,
	codeLanguage: aboutLanguage, codeAccessibility: aboutAccess, codeConsideration: aboutCare,
	codeAccompaniment: aboutOffer, codeRoom: aboutOffer, codeAcross: aboutOffer, codeKindOf: aboutOffer, codeArea: aboutPlace,
}

const (
	aboutTime = iota
	aboutPrice
	aboutPeople
	aboutLanguage
	aboutAccess
	aboutCare
	aboutOffer
	aboutPlace
	subjects
)

// classed is the records in classes.
type classed struct {
	class   []uint16 // by record; nil where there would be too many
	example []uint32 // a record of each class
	boxes   []box    // of places: where those of a class are
}

// classesOf gives the classes of a subject, made when it is first asked about.
func (x *Index) classesOf(about int) *classed {
	by := &x.classes.by[about]
	x.classes.once[about].Do(func() { *by = x.classify(about) })
	return by
}

func (x *Index) classify(about int) classed {
	switch about {
	case aboutTime:
		type key struct {
			know  uint8
			slots [8]uint8
		}
		return classesBy(x, func(f *row) key { return key{f.know &^ knowPrice, f.slots} })
	case aboutPrice:
		type key struct {
			know    uint8
			kind    uint16
			monthly uint64
		}
		return classesBy(x, func(f *row) key { return key{f.know & knowPrice, f.priceKind, math.Float64bits(f.monthly)} })
	case aboutPeople:
		type key struct {
			groups, gender uint32
			least, most    int16
		}
		return classesBy(x, func(f *row) key { return key{f.groups, f.gender, f.minAge, f.maxAge} })
	case aboutLanguage:
		return classesBy(x, func(f *row) uint64 { return f.languages })
	case aboutAccess:
		type key struct {
			all        uint64
			wheelchair Fact
		}
		return classesBy(x, func(f *row) key { return key{f.accessibility, f.wheelchair} })
	case aboutCare:
		return classesBy(x, func(f *row) uint64 { return f.considerations })
	case aboutOffer:
		type key struct {
			accompaniment, across Fact
			free                  int32
			kind                  uint16
		}
		return classesBy(x, func(f *row) key { return key{f.accompaniment, f.across, max(-1, min(f.free, 1)), f.kind} })
	}
	return x.placeClasses()
}

// classesBy puts records whose facts have the same key in one class.
func classesBy[K comparable](x *Index, key func(*row) K) (c classed) {
	n := map[K]uint16{}
	c.class = make([]uint16, x.records.len())
	for d := range c.class {
		k := key(&x.records.rows[d])
		i, ok := n[k]
		if !ok {
			if len(n) > math.MaxUint16 {
				return classed{}
			}
			i = uint16(len(n))
			n[k] = i
			c.example = append(c.example, uint32(d))
		}
		c.class[d] = i
	}
	return c
}

// box is where the places of a class are.
type box struct{ south, west, north, east float64 }

// placeClasses puts records of the same areas in one class.
func (x *Index) placeClasses() (c classed) {
	n := map[string]uint16{}
	c.class = make([]uint16, x.records.len())
	var key []byte
	for d := range c.class {
		key = key[:0]
		for _, id := range x.records.areas.at(uint32(d)) {
			key = binary.LittleEndian.AppendUint32(key, id)
		}
		i, ok := n[string(key)]
		if !ok {
			if len(n) > math.MaxUint16 {
				return classed{}
			}
			i = uint16(len(n))
			n[string(key)] = i
			c.example = append(c.example, uint32(d))
			c.boxes = append(c.boxes, box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)})
		}
		c.class[d] = i
		b := &c.boxes[i]
		for _, p := range x.records.points.at(uint32(d)) {
			b.south, b.north = min(b.south, p.Lat), max(b.north, p.Lat)
			b.west, b.east = min(b.west, p.Lon), max(b.east, p.Lon)
		}
	}
	return c
}

// near says whether a place of the class may be within so many km of a point.
func (b *box) near(p Point, within float64) bool {
	if b.south > b.north {
		return false
	}
	within *= 1.01 // kilometres to a degree are not the same everywhere
	lat := within / 111.2
	lon := lat / max(0.01, math.Cos(p.Lat*math.Pi/180)-lat)
	return p.Lat >= b.south-lat && p.Lat <= b.north+lat && p.Lon >= b.west-lon && p.Lon <= b.east+lon
}

// places says how the records of each class of areas answer wish i: another
// area counts as near as long as one of the class may be.
func (r *ranking) places(c *classed, i int) []outcome {
	out := make([]outcome, len(c.example))
	for n, d := range c.example {
		f := r.x.facts(d)
		if o := outcomeOf(r.answer(i, &f)); o == met || o > missedSomehow {
			out[n] = o
			continue
		}
		out[n] = missedFar
		for j := range r.wishes {
			a := &r.wishes[j]
			if (j == i || j > i && alternatives(&r.wishes[i], a)) && a.id != 0 && r.x.names.count[a.id] > 0 && c.boxes[n].near(r.x.names.centre[a.id], nearAreaKm) {
				out[n] = missedNear
			}
		}
	}
	return out
}
