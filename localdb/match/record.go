package match

import (
	"encoding/binary"
	"math"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match/danish"
)

// record is what is read of a community, besides its facts and its words.
type record struct {
	id, sourceID, name string
	labels             []label
	points             []Point // its places that are not confidential
}

// label is a name that a record gives itself, shared by many records.
type label struct {
	id    uint32 // into Index.labels
	kind  labelKind
	point int8 // which of the record's points it names, -1 none
}

type labelKind uint8

const (
	labelActivity labelKind = iota // lower case, as shown in a reason
	labelCategory
	labelCity
	labelMunicipality
	labelHousing
	labelPostcode
	labelLanguage
	labelConsideration
	labelAccessibility
	labelClub // who runs it, folded; for variety
	labelKinds
)

// area says whether a label names a place.
func (k labelKind) area() bool { return k >= labelCity && k <= labelPostcode }

// nth is the n-th label of a kind, or "".
func (x *Index) nth(d uint32, k labelKind, n int) string {
	for _, l := range x.records.labels.at(d) {
		if l.kind == k {
			if n == 0 {
				return x.labels.at(l.id)
			}
			n--
		}
	}
	return ""
}

// club numbers who runs a record.
func (x *Index) club(d uint32) uint32 {
	ls := x.records.labels.at(d)
	for i := len(ls) - 1; i >= 0; i-- {
		if ls[i].kind == labelClub {
			return ls[i].id
		}
	}
	return noNumber
}

// spot is one word of a record, as it stands there.
type spot struct {
	word  uint32 // into Index.spelled
	field field
	entry uint8 // which activity
}

// spots holds the words of all records in their order, packed: they are read
// for the reasons of the few that are shown, and when the index is updated.
// Words of the same field and entry stand together: field, entry, how many, words.
type spots struct {
	data  []byte
	ends  []uint32
	words uint32 // how many there are to speak of
}

func (p *spots) add(list []spot) {
	for i := 0; i < len(list); {
		j := i
		for j < len(list) && list[j].field == list[i].field && list[j].entry == list[i].entry {
			j++
		}
		p.data = append(p.data, byte(list[i].field), list[i].entry)
		p.data = binary.AppendUvarint(p.data, uint64(j-i))
		for ; i < j; i++ {
			p.data = binary.AppendUvarint(p.data, uint64(list[i].word))
		}
	}
	p.ends = append(p.ends, uint32(len(p.data)))
}

// of gives the words of a record in buf. What does not fit together ends the
// list: a snapshot is checked before it is used.
func (p *spots) of(d uint32, buf []spot) []spot { return p.until(d, fields-1, buf) }

// until gives the words of a record up to a field, name or activity: these stand
// first, in their order, as read takes them.
func (p *spots) until(d uint32, last field, buf []spot) []spot {
	from := uint32(0)
	if d > 0 {
		from = p.ends[d-1]
	}
	b := p.data[from:p.ends[d]]
	buf = buf[:0]
	for len(b) > 2 {
		f, e := field(b[0]), b[1]
		n, k := binary.Uvarint(b[2:])
		if k <= 0 || f > last {
			break
		}
		b = b[2+k:]
		for ; n > 0; n-- {
			w, k := binary.Uvarint(b)
			if k <= 0 || w >= uint64(p.words) {
				return buf
			}
			b = b[k:]
			buf = append(buf, spot{uint32(w), f, e})
		}
	}
	return buf
}

// maxSpots bounds the words read of one record; a longer text is not a description.
const maxSpots = 4000

// entry is a record that is being read into an index.
type entry struct {
	record
	facts facts
	spots uint32 // into the builder's fresh
}

// read takes a community in. Words and labels that are new get numbers after
// those of the index before.
func (b *builder) read(c *directory.Community) *entry {
	e := &entry{record: record{id: strings.Clone(c.ID), sourceID: strings.Clone(c.SourceID), name: strings.Clone(c.Name)}}
	b.spots = b.spots[:0]
	r := reading{b: b, e: e}
	e.facts = factsOf(c, &r)
	organiser := ""
	if c.Organiser != nil {
		organiser = c.Organiser.Name
	}
	name := c.Name
	if organiser != "" && len(organiser) < len(name) { // the organiser's name inside a title is still the organiser's
		name = strings.Replace(name, organiser, " ", 1)
	}
	r.text(fieldName, 0, name)
	for i, a := range c.Activities {
		if i > math.MaxUint8 {
			break
		}
		r.label(labelActivity, strings.TrimSpace(strings.ToLower(a)), -1)
		r.text(fieldActivity, uint8(i), a)
	}
	r.text(fieldCategory, 0, c.Category)
	if s := strings.TrimSpace(c.Category); s != "" {
		r.label(labelCategory, s, -1)
	}
	r.text(fieldSummary, 0, c.Summary)
	r.description(c.Description)
	r.text(fieldOrganiser, 0, organiser)
	for i := range c.Places {
		p := &c.Places[i]
		r.text(fieldPlace, 0, p.City)
		if !p.Confidential {
			r.text(fieldPlace, 0, p.Name)
			r.text(fieldPlace, 0, p.Address)
			r.text(fieldPlace, 0, p.HousingArea)
		}
	}
	if organiser == "" {
		organiser = c.Name
	}
	r.label(labelClub, danish.Fold(danish.Lower(organiser)), -1)
	e.spots = uint32(len(b.fresh.ends))
	b.fresh.add(b.spots)
	return e
}

// reading is one record being read.
type reading struct {
	b *builder
	e *entry
}

// label notes a name that the record gives itself.
func (r *reading) label(k labelKind, s string, point int) {
	l := label{r.b.label(s), k, int8(min(point, math.MaxInt8))}
	r.e.labels = append(r.e.labels, l)
}

// mainSentences is how many sentences of a description are about the thing
// itself, as people write; after them come practical matters and asides.
const mainSentences = 2

// description reads the first sentences as what it is about and the rest as asides.
func (r *reading) description(s string) {
	for i := 0; s != ""; i++ {
		end := strings.IndexAny(s, ".!?\n")
		if end < 0 {
			end = len(s) - 1
		}
		f := fieldText
		if i >= mainSentences || inPassing(s[:end+1]) {
			f = fieldAside
		}
		r.text(f, 0, s[:end+1])
		s = s[end+1:]
	}
}

// inPassing says whether a sentence mentions what people also do elsewhere.
func inPassing(s string) bool {
	return containsAny(strings.ToLower(s), "af os ", "kommer også", "går også", "bagefter")
}

// text reads the words of one field.
func (r *reading) text(f field, at uint8, s string) {
	danish.Words(danish.Lower(s), func(w string) {
		if len(r.b.spots) >= maxSpots {
			return
		}
		if id := r.b.word(w); id != noNumber {
			r.b.spots = append(r.b.spots, spot{id, f, at})
		}
	})
}
