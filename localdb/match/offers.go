package match

import (
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match/danish"
	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// names numbers the names that records share, so that facts can be compared as
// numbers and bits.
type names struct {
	languages, considerations, accessibility table
	areas                                    map[string]uint32 // folded name → number, from 1
	spelled                                  []string          // by number: as most records write it
	centre                                   []Point           // mean of the places of an area, by number
	count                                    []float64
}

// table numbers up to 64 values.
type table map[string]uint

func (t table) add(v string) {
	if _, ok := t[v]; !ok && len(t) < 64 {
		t[v] = uint(len(t))
	}
}

// bit is 0 for a value that has no number.
func (t table) bit(v string) uint64 {
	if n, ok := t[v]; ok {
		return 1 << n
	}
	return 0
}

// areaKey is what the spellings of an area share.
func areaKey(name string) string {
	return danish.Fold(danish.Lower(strings.TrimSpace(name)))
}

// census is what offers are made of that every record has to be asked for.
type census struct {
	used   [labelKinds][]uint32 // how many records use each label
	centre []Point              // mean of the places of an area, by its number
	count  []float64            // places of an area
}

// offers works out what filters can offer, where places are, and the facts that
// are names. With a census, those of a snapshot, no record is asked.
func (x *Index) offers(c *census) {
	known := c != nil
	if !known {
		c = &census{used: x.usedLabels()}
	}
	used := &c.used
	n := &names{languages: table{}, considerations: table{}, accessibility: table{}, areas: map[string]uint32{}}
	for _, c := range directory.Considerations {
		n.considerations.add(c)
	}
	for _, a := range directory.Accessibilities {
		n.accessibility.add(a)
	}
	for id := range uint32(x.labels.len()) {
		for k, t := range map[labelKind]table{labelLanguage: n.languages, labelConsideration: n.considerations, labelAccessibility: n.accessibility} {
			if used[k][id] > 0 {
				t.add(x.labels.at(id))
			}
		}
	}
	area := x.numberAreas(n, used)
	x.names = n
	if known {
		n.centre, n.count = c.centre, c.count
	} else {
		x.findAreas(n, area)
		x.nameFacts(n, area)
		c.centre, c.count = n.centre, n.count
	}
	x.census = c

	list := func(k labelKind) []string {
		var out []string
		for id, c := range used[k] {
			if c > 0 {
				out = append(out, x.labels.at(uint32(id)))
			}
		}
		return out
	}
	areas := map[string]bool{}
	for _, a := range slices.Concat(list(labelHousing), list(labelCity)) {
		areas[n.spelled[n.areas[areaKey(a)]]] = true
	}
	x.areas = make([]string, 0, len(areas))
	for a := range areas {
		x.areas = append(x.areas, a)
	}
	slices.Sort(x.areas)
	x.categories = list(labelCategory)
	x.places = wish.NewGazetteer(slices.Concat(list(labelHousing), list(labelCity), list(labelPostcode), list(labelMunicipality)))
}

// usedLabels counts the records that use each label, by kind.
func (x *Index) usedLabels() (used [labelKinds][]uint32) {
	for k := range used {
		used[k] = make([]uint32, x.labels.len())
	}
	for _, l := range x.records.labels.items {
		used[l.kind][l.id]++
	}
	return used
}

// numberAreas numbers the areas. It returns the number of the area that a label
// names.
func (x *Index) numberAreas(n *names, used *[labelKinds][]uint32) []uint32 {
	area := make([]uint32, x.labels.len())
	best := []uint32{0}
	n.spelled = []string{""}
	for id := range area {
		count := uint32(0)
		for k := labelCity; k <= labelPostcode; k++ {
			count += used[k][id]
		}
		if count == 0 {
			continue
		}
		s := x.labels.at(uint32(id))
		key := areaKey(s)
		no, ok := n.areas[key]
		if !ok {
			no = uint32(len(n.spelled))
			n.areas[key] = no
			n.spelled, best = append(n.spelled, s), append(best, 0)
		}
		if count > best[no] {
			n.spelled[no], best[no] = s, count
		}
		area[id] = no
	}
	return area
}

// findAreas finds the middle of each area.
func (x *Index) findAreas(n *names, area []uint32) {
	n.centre, n.count = make([]Point, len(n.spelled)), make([]float64, len(n.spelled))
	for d := range uint32(x.records.len()) {
		points := x.records.points.at(d)
		for _, l := range x.records.labels.at(d) {
			if l.point < 0 || !l.kind.area() {
				continue
			}
			no, p := area[l.id], points[l.point]
			n.centre[no].Lat += p.Lat
			n.centre[no].Lon += p.Lon
			n.count[no]++
		}
	}
	for no, c := range n.count {
		if c > 0 {
			n.centre[no].Lat /= c
			n.centre[no].Lon /= c
		}
	}
}

// nameFacts turns the names of each record into what wishes are compared with.
func (x *Index) nameFacts(n *names, area []uint32) {
	bit := make([]uint64, x.labels.len())
	for id := range bit {
		s := x.labels.at(uint32(id))
		bit[id] = n.languages.bit(s) // the three kinds have no values in common …
	}
	other := [2][]uint64{make([]uint64, len(bit)), make([]uint64, len(bit))} // … as far as is known, so each has its own
	for id := range bit {
		s := x.labels.at(uint32(id))
		other[0][id], other[1][id] = n.considerations.bit(s), n.accessibility.bit(s)
	}
	areas := of[uint32]{make([]uint32, 0, x.records.len()), []uint32{}}
	for d := range uint32(x.records.len()) {
		f := &x.records.rows[d]
		f.languages, f.considerations, f.accessibility = 0, 0, 0
		from := len(areas.items)
		for _, l := range x.records.labels.at(d) {
			switch {
			case l.kind == labelLanguage:
				f.languages |= bit[l.id]
			case l.kind == labelConsideration:
				f.considerations |= other[0][l.id]
			case l.kind == labelAccessibility:
				f.accessibility |= other[1][l.id]
			case l.kind.area() && !slices.Contains(areas.items[from:], area[l.id]):
				areas.items = append(areas.items, area[l.id])
			}
		}
		areas.add()
	}
	x.records.areas = areas
}
