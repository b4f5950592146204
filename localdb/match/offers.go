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

// offers works out what filters can offer, where places are, and the facts that
// are names.
func (x *Index) offers() {
	used := x.usedLabels()
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
	area := x.numberAreas(n, &used)
	x.names = n
	x.nameFacts(n, area)

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
	for d := range x.records {
		for _, l := range x.records[d].labels {
			used[l.kind][l.id]++
		}
	}
	return used
}

// numberAreas numbers the areas and finds the middle of each. It returns the
// number of the area that a label names.
func (x *Index) numberAreas(n *names, used *[labelKinds][]uint32) []uint32 {
	area := make([]uint32, x.labels.len())
	best := []uint32{0}
	n.spelled, n.centre, n.count = []string{""}, []Point{{}}, []float64{0}
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
			n.spelled, n.centre, n.count, best = append(n.spelled, s), append(n.centre, Point{}), append(n.count, 0), append(best, 0)
		}
		if count > best[no] {
			n.spelled[no], best[no] = s, count
		}
		area[id] = no
	}
	for d := range x.records {
		r := &x.records[d]
		for _, l := range r.labels {
			if l.point < 0 || !l.kind.area() {
				continue
			}
			no, p := area[l.id], r.points[l.point]
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
	return area
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
	total := 0
	for d := range x.records {
		for _, l := range x.records[d].labels {
			if l.kind.area() {
				total++
			}
		}
	}
	pool := make([]uint32, 0, total)
	for d := range x.records {
		f := &x.facts[d]
		f.languages, f.considerations, f.accessibility = 0, 0, 0
		from := len(pool)
		for _, l := range x.records[d].labels {
			switch {
			case l.kind == labelLanguage:
				f.languages |= bit[l.id]
			case l.kind == labelConsideration:
				f.considerations |= other[0][l.id]
			case l.kind == labelAccessibility:
				f.accessibility |= other[1][l.id]
			case l.kind.area() && !slices.Contains(pool[from:], area[l.id]):
				pool = append(pool, area[l.id])
			}
		}
		f.areas = pool[from:len(pool):len(pool)]
		f.points = x.records[d].points
	}
}
