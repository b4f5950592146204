package match

import "github.com/faellesskabsby/vejviser/localdb/directory"

// records holds what is kept of all communities, in the order of their ids: not
// one by one but member by member, in large pieces without pointers, so that
// they are taken from a snapshot as they lie there.
type records struct {
	ids, sources, names texts
	labels              of[label]
	points              of[Point]  // places that are not confidential
	rows                []row      // what they say of themselves
	areas               of[uint32] // numbers of names.areas; made by offers
	codes               texts      // strings of the rows, in the order in which they appear
}

// of is a list for each record, kept in one piece.
type of[T any] struct {
	ends  []uint32
	items []T
}

func (l *of[T]) at(i uint32) []T {
	from := uint32(0)
	if i > 0 {
		from = l.ends[i-1]
	}
	return l.items[from:l.ends[i]:l.ends[i]]
}

func (l *of[T]) add(items ...T) {
	l.items = append(l.items, items...)
	l.ends = append(l.ends, uint32(len(l.items)))
}

func (r *records) len() int { return len(r.rows) }

// row is the facts of a record, packed. It has no padding, so that it lies in a
// snapshot as it does in memory.
type row struct {
	dkk, monthly                             float64
	languages, considerations, accessibility uint64 // made by offers
	groups, gender                           uint32
	free, assured, until                     int32
	minAge, maxAge                           int16
	priceKind, kind, status                  uint16 // numbers of records.codes
	slots                                    [8]uint8
	know                                     uint8
	accompaniment, across, wheelchair        Fact
	rest                                     rest
	_                                        [2]uint8
}

// facts gives the facts of a record.
func (x *Index) facts(d uint32) facts {
	r := &x.records.rows[d]
	code := func(n uint16) string { return x.records.codes.at(uint32(n)) }
	return facts{
		slots: r.slots, know: r.know, priceKind: directory.PriceKind(code(r.priceKind)), kind: directory.Kind(code(r.kind)), status: directory.Status(code(r.status)),
		accompaniment: r.accompaniment, across: r.across, wheelchair: r.wheelchair, groups: r.groups, gender: r.gender,
		languages: r.languages, considerations: r.considerations, accessibility: r.accessibility, free: r.free, minAge: r.minAge, maxAge: r.maxAge,
		dkk: r.dkk, monthly: r.monthly, areas: x.records.areas.at(d), points: x.records.points.at(d), assured: r.assured, until: r.until, rest: r.rest,
	}
}

// filling puts records in, one after another.
type filling struct {
	ids, sources, names textsBuilder
	codes               []string
	r                   *records
}

// code numbers a string of a row; the few that do not fit count as not stated.
func (b *filling) code(s string) uint16 {
	for i, c := range b.codes {
		if c == s {
			return uint16(i)
		}
	}
	if len(b.codes) > 1<<16-1 {
		return 0
	}
	b.codes = append(b.codes, s)
	return uint16(len(b.codes) - 1)
}

func newFilling(r *records, n int) *filling {
	r.rows = make([]row, 0, n)
	r.labels, r.points = of[label]{make([]uint32, 0, n), []label{}}, of[Point]{make([]uint32, 0, n), []Point{}}
	return &filling{r: r, codes: []string{""}}
}

func (b *filling) add(r *record, f *facts) {
	b.ids.add(r.id)
	b.sources.add(r.sourceID)
	b.names.add(r.name)
	b.r.labels.add(r.labels...)
	b.r.points.add(r.points...)
	b.r.rows = append(b.r.rows, row{
		slots: f.slots, know: f.know, priceKind: b.code(string(f.priceKind)), kind: b.code(string(f.kind)), status: b.code(string(f.status)),
		accompaniment: f.accompaniment, across: f.across, wheelchair: f.wheelchair, groups: f.groups, gender: f.gender,
		free: f.free, minAge: f.minAge, maxAge: f.maxAge, dkk: f.dkk, monthly: f.monthly, assured: f.assured, until: f.until, rest: f.rest,
	})
}

func (b *filling) done() {
	b.r.ids, b.r.sources, b.r.names = b.ids.texts(), b.sources.texts(), b.names.texts()
	b.r.codes = newTexts(b.codes)
}

// record gives a record as it was read.
func (r *records) record(d uint32) record {
	return record{r.ids.at(d), r.sources.at(d), r.names.at(d), r.labels.at(d), r.points.at(d)}
}
