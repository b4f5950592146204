package match

import (
	"math"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/faellesskabsby/vejviser/assets/words"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match/danish"
	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// field is where in a record a word stands.
type field uint8

const (
	fieldName field = iota
	fieldActivity
	fieldCategory
	fieldSummary
	fieldText  // the first sentences of the description
	fieldAside // what is mentioned later, or in passing
	fieldOrganiser
	fieldPlace
	fieldGuess // an activity guessed for a record that states none: ranks, and is never a reason
	fields
)

// How much a word weighs in each field, and how much its length tempers that.
var (
	fieldWeight  = [fields]float64{3.2, 2.2, 0.7, 1.3, 1.2, 0.7, 0.4, 0.4, 1.3}
	fieldLengthB = [fields]float64{0.35, 0.2, 0, 0.4, 0.4, 0.4, 0.2, 0.2, 0.2}
)

// impactK is the weight at which a word is half as telling as it can be.
const impactK = 1.5

// posting lists the records that hold a term, in order, and how much it says there.
type posting struct {
	record []uint32
	impact []uint8
}

// spot is one word of a record, as it stands there.
type spot struct {
	word  uint32 // into Index.spelled
	field field
	entry uint8 // which activity
}

// record is what is kept of a community, besides its facts.
type record struct {
	id, sourceID, name string
	club               uint32   // same number: same club
	activities         []string // lower case, as shown in a reason
	spots              []spot
	tags               []uint32 // terms of its activities
}

// Index finds communities. It is made by Build, is read-only and safe for
// concurrent use.
type Index struct {
	lang    *danish.Language
	rules   *wish.Rules
	places  *wish.Gazetteer
	names   *names
	records []record
	facts   []facts

	termID map[string]uint32 // base form → term
	terms  []string          // base forms
	posts  []posting
	topic  []float32 // share of a term's records that have it in name or activity
	roots  map[string][]uint32
	skels  map[string][]uint32
	partOf map[string][]uint32 // base form of a part → compounds
	partRt map[string][]uint32 // its root → compounds

	spelled  []string // words as the records write them, lower case
	spelledT []uint32 // their terms
	surfaces spellings
	parts    spellings // parts of compounds that are no words of their own here
	partBase []string

	areas, categories []string
	pool              sync.Pool
}

// lexicon is what Build needs and every index shares.
var lexicon = sync.OnceValues(func() (*danish.Language, *wish.Rules) {
	l := danish.Open()
	rules, err := wish.ParseRules(l, words.Wishes, words.LayWords)
	if err != nil {
		panic("match: the built-in lay words are damaged: " + err.Error()) // kept by a test
	}
	return l, rules
})

// Build makes an index of records in any state. Closed communities are left
// out. The word lists are opened once per process.
func Build(cs []*directory.Community) *Index {
	lang, rules := lexicon()
	x := &Index{
		lang: lang, rules: rules, names: newNames(),
		termID: map[string]uint32{}, roots: map[string][]uint32{}, skels: map[string][]uint32{},
		partOf: map[string][]uint32{}, partRt: map[string][]uint32{},
	}
	b := builder{x: x, rd: lang.Reader(), spelled: map[string]uint32{}, clubs: map[string]uint32{}}
	defer b.rd.Done()
	for _, c := range cs {
		if c != nil && c.Status != directory.StatusClosed {
			b.record(c)
		}
	}
	b.guess()
	b.postings()
	b.relations()
	b.offers(cs)
	n := len(x.records)
	x.pool.New = func() any { return newScratch(n) }
	return x
}

// Len is the number of communities that can be found.
func (x *Index) Len() int { return len(x.records) }

// Areas lists the housing areas and towns that a filter can offer, sorted.
func (x *Index) Areas() []string { return slices.Clone(x.areas) }

// Categories lists the categories in use, sorted.
func (x *Index) Categories() []string { return slices.Clone(x.categories) }

// builder holds what is needed while an index is made.
type builder struct {
	x       *Index
	rd      *danish.Reader
	spelled map[string]uint32
	clubs   map[string]uint32
	occurs  [][]occurrence // by term
	lengths [][fields]uint16
}

type occurrence struct {
	record uint32
	count  [fields]uint8
}

// maxSpots bounds the words read of one record; a longer text is not a description.
const maxSpots = 4000

func (b *builder) record(c *directory.Community) {
	x := b.x
	n := uint32(len(x.records))
	x.records = append(x.records, record{id: strings.Clone(c.ID), sourceID: strings.Clone(c.SourceID), name: strings.Clone(c.Name)})
	x.facts = append(x.facts, factsOf(c, x.names))
	b.lengths = append(b.lengths, [fields]uint16{})
	r := &x.records[n]
	organiser := ""
	if c.Organiser != nil {
		organiser = c.Organiser.Name
	}
	r.club = b.club(c.Name, organiser)
	name := c.Name
	if organiser != "" && len(organiser) < len(name) { // the organiser's name inside a title is still the organiser's
		name = strings.Replace(name, organiser, " ", 1)
	}
	b.text(n, fieldName, 0, name)
	for i, a := range c.Activities {
		if i > math.MaxUint8 {
			break
		}
		r.activities = append(r.activities, strings.TrimSpace(strings.ToLower(a)))
		b.text(n, fieldActivity, uint8(i), a)
	}
	b.text(n, fieldCategory, 0, c.Category)
	b.text(n, fieldSummary, 0, c.Summary)
	b.description(n, c.Description)
	b.text(n, fieldOrganiser, 0, organiser)
	for i := range c.Places {
		p := &c.Places[i]
		b.text(n, fieldPlace, 0, p.City)
		if !p.Confidential {
			b.text(n, fieldPlace, 0, p.Name)
			b.text(n, fieldPlace, 0, p.Address)
			b.text(n, fieldPlace, 0, p.HousingArea)
		}
	}
}

// mainSentences is how many sentences of a description are about the thing
// itself, as people write; after them come practical matters and asides.
const mainSentences = 2

// description reads the first sentences as what it is about and the rest as asides.
func (b *builder) description(n uint32, s string) {
	for i := 0; s != ""; i++ {
		end := strings.IndexAny(s, ".!?\n")
		if end < 0 {
			end = len(s) - 1
		}
		f := fieldText
		if i >= mainSentences || inPassing(s[:end+1]) {
			f = fieldAside
		}
		b.text(n, f, 0, s[:end+1])
		s = s[end+1:]
	}
}

// inPassing says whether a sentence mentions what people also do elsewhere.
func inPassing(s string) bool {
	return containsAny(strings.ToLower(s), "af os ", "kommer også", "går også", "bagefter")
}

// club numbers who runs a community, for variety among the first ten.
func (b *builder) club(name, organiser string) uint32 {
	key := organiser
	if key == "" {
		key = name
	}
	key = danish.Fold(danish.Lower(key))
	id, ok := b.clubs[key]
	if !ok {
		id = uint32(len(b.clubs))
		b.clubs[key] = id
	}
	return id
}

// text reads the words of one field.
func (b *builder) text(n uint32, f field, entry uint8, s string) {
	x := b.x
	r := &x.records[n]
	danish.Words(danish.Lower(s), func(w string) {
		if len(r.spots) >= maxSpots {
			return
		}
		id, ok := b.spelled[w]
		if !ok {
			id = b.spell(w)
		}
		t := x.spelledT[id]
		if t == noTerm {
			return
		}
		r.spots = append(r.spots, spot{id, f, entry})
		b.occur(n, f, t)
		if f == fieldActivity {
			r.tags = append(r.tags, t)
		}
	})
}

// noTerm marks a stop word.
const noTerm = math.MaxUint32

// spell meets a word for the first time.
func (b *builder) spell(w string) uint32 {
	x := b.x
	id := uint32(len(x.spelled))
	w = strings.Clone(w)
	x.spelled = append(x.spelled, w)
	b.spelled[w] = id
	f := danish.Fold(w)
	if x.lang.Stop(f) {
		x.spelledT = append(x.spelledT, noTerm)
		return id
	}
	base := b.rd.Base(f)
	t, ok := x.termID[base]
	if !ok {
		t = uint32(len(x.terms))
		base = strings.Clone(base)
		x.termID[base] = t
		x.terms = append(x.terms, base)
		b.occurs = append(b.occurs, nil)
	}
	x.spelledT = append(x.spelledT, t)
	return id
}

func (b *builder) occur(n uint32, f field, t uint32) {
	o := b.occurs[t]
	if k := len(o); k == 0 || o[k-1].record != n {
		o = append(o, occurrence{record: n})
		b.occurs[t] = o
	}
	last := &o[len(o)-1]
	if last.count[f] < math.MaxUint8 {
		last.count[f]++
	}
	if b.lengths[n][f] < math.MaxUint16 {
		b.lengths[n][f]++
	}
}

// offers works out what filters can offer and where places are.
func (b *builder) offers(cs []*directory.Community) {
	x := b.x
	areas, cats := map[string]bool{}, map[string]bool{}
	var housing, cities, codes, towns []string
	for _, c := range cs {
		if c == nil || c.Status == directory.StatusClosed {
			continue
		}
		if s := strings.TrimSpace(c.Category); s != "" {
			cats[s] = true
		}
		for i := range c.Places {
			p := &c.Places[i]
			if !p.Confidential {
				housing = append(housing, strings.TrimSpace(p.HousingArea))
				codes = append(codes, strings.TrimSpace(p.Postcode))
			}
			cities = append(cities, strings.TrimSpace(shortCity(p.City)))
			towns = append(towns, strings.TrimSpace(p.Municipality))
		}
	}
	for _, a := range slices.Concat(housing, cities) {
		if a != "" {
			areas[x.names.spelled[x.names.area(a, nil)]] = true
		}
	}
	x.areas, x.categories = sorted(areas), sorted(cats)
	x.places = wish.NewGazetteer(slices.Concat(housing, cities, codes, towns))
}

func sorted(m map[string]bool) []string {
	l := make([]string, 0, len(m))
	for s := range m {
		l = append(l, strings.Clone(s))
	}
	sort.Strings(l)
	return l
}
