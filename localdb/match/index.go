package match

import (
	"slices"
	"strings"
	"sync"

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

// Index finds communities. It is made by Build, Update or Load, is read-only
// and safe for concurrent use.
//
// Everything in it is numbered in order – records by id, words and labels
// alphabetically – so that the same records make the same index whichever way
// it came about.
type Index struct {
	lang   *danish.Language
	rules  *wish.Rules
	places *wish.Gazetteer
	names  *names
	census *census

	records records
	spots   spots
	labels  dict

	spelled  dict     // words as the records write them, lower case
	spelledT []uint32 // their terms
	terms    dict     // base forms
	posts    postings
	topic    []float32 // share of a term's records that have it in name or activity
	roots    relation  // root → terms
	skels    relation  // spelling without æ, ø and å → terms
	partOf   relation  // base form of a part → compounds
	partRt   relation  // its root → compounds

	surfaces spellings // words, folded
	parts    spellings // parts of compounds that are no words of their own here
	partBase texts

	areas, categories []string
	cuts              *cuts // how the words are cut, for the next Update; nil after Load
	columns           columns
	classes           classes
	kept              kept
	pool              sync.Pool
}

// lexicon is what Build needs and every index shares.
var lexicon = sync.OnceValues(func() (*danish.Language, *wish.Rules) {
	return danish.Open(), builtIn().rules
})

// builtIn are the rules and the fields that are built in.
var builtIn = sync.OnceValue(func() (b struct {
	rules  *wish.Rules
	fields *wish.Fields
}) {
	var err error
	if b.rules, b.fields, err = wish.BuiltIn(danish.Open()); b.rules == nil {
		panic("match: the built-in lay words are damaged: " + err.Error()) // kept by a test, as is the rest
	}
	return b
})

// fieldsOf are the fields that everyday words point at.
func fieldsOf() *wish.Fields { return builtIn().fields }

func empty() *Index {
	lang, rules := lexicon()
	return &Index{lang: lang, rules: rules}
}

// Build makes an index of records in any state. Closed communities are left
// out. The word lists are opened once per process.
func Build(cs []*directory.Community) *Index {
	b := NewBuilder()
	for _, c := range cs {
		b.Add(c)
	}
	return b.Index()
}

// Builder is Build for communities that come one by one: what it keeps of each
// is a fifth of it.
type Builder struct {
	b       *builder
	entries []*entry
}

// NewBuilder begins an index.
func NewBuilder() *Builder { return &Builder{b: newBuilder(empty())} }

// Add takes a community in.
func (b *Builder) Add(c *directory.Community) {
	if c != nil && c.Status != directory.StatusClosed {
		b.entries = append(b.entries, b.b.read(c))
	}
}

// Index gives the index of what was added; the builder is used up.
func (b *Builder) Index() *Index {
	defer b.b.rd.Done()
	entries := b.entries
	b.entries = nil // they go one by one as the index takes them in
	return b.b.index(nil, entries)
}

// Update gives the index as it is after communities were changed, added or
// removed: the same, byte for byte, as Build makes of all of them, for a
// fraction of the work. x stays as it is and can be searched meanwhile.
// Communities are known by their ids; the last of several with one id counts.
func (x *Index) Update(changed []*directory.Community, removed []string) *Index {
	gone := map[string]bool{}
	for _, id := range removed {
		gone[id] = true
	}
	last := map[string]*directory.Community{}
	for _, c := range changed {
		if c != nil {
			last[c.ID] = c
			gone[c.ID] = true
		}
	}
	b := newBuilder(x)
	defer b.rd.Done()
	var entries []*entry
	for _, c := range changed {
		if c != nil && last[c.ID] == c && c.Status != directory.StatusClosed {
			delete(last, c.ID) // the same pointer may stand there twice
			entries = append(entries, b.read(c))
		}
	}
	kept := make([]uint32, 0, x.records.len())
	for d := range uint32(x.records.len()) {
		if !gone[x.records.ids.at(d)] {
			kept = append(kept, d)
		}
	}
	return b.index(kept, entries)
}

// Len is the number of communities that can be found.
func (x *Index) Len() int { return x.records.len() }

// Areas lists the housing areas and towns that a filter can offer, sorted.
func (x *Index) Areas() []string { return slices.Clone(x.areas) }

// Categories lists the categories in use, sorted.
func (x *Index) Categories() []string { return slices.Clone(x.categories) }

// builder makes an index out of what stays of an old one and what is new.
type builder struct {
	old, x *Index
	rd     *danish.Reader

	words   []string          // that old has not
	wordID  map[string]uint32 // noNumber for stop words
	terms   []string          // base forms that old has not
	termID  map[string]uint32
	wordT   []uint32 // terms of words
	named   []string // labels that old has not
	namedID map[string]uint32
	guessed []guess
	spots   []spot // of the record that is being read
	fresh   spots  // of those that were, packed
}

// noNumber marks a stop word, and what is used no more.
const noNumber = 1<<32 - 1

func newBuilder(old *Index) *builder {
	return &builder{old: old, x: &Index{lang: old.lang, rules: old.rules}, rd: old.lang.Reader(),
		wordID: map[string]uint32{}, termID: map[string]uint32{}, namedID: map[string]uint32{}, fresh: spots{words: noNumber}}
}

// word numbers a word as it is written; noNumber for a stop word.
func (b *builder) word(w string) uint32 {
	if id, ok := b.old.spelled.find(w); ok {
		return id
	}
	id, ok := b.wordID[w]
	if ok {
		return id
	}
	w = strings.Clone(w)
	f := danish.Fold(w)
	if b.old.lang.Stop(f) {
		b.wordID[w] = noNumber
		return noNumber
	}
	id = uint32(b.old.spelled.len() + len(b.words))
	b.wordID[w] = id
	b.words = append(b.words, w)
	b.wordT = append(b.wordT, b.term(b.rd.Base(f)))
	return id
}

func (b *builder) term(base string) uint32 {
	return number(&b.old.terms, b.termID, &b.terms, base)
}

func (b *builder) label(s string) uint32 {
	return number(&b.old.labels, b.namedID, &b.named, s)
}

// number finds a string in old or among the fresh ones, and adds it to them
// where it is in neither.
func number(old *dict, ids map[string]uint32, fresh *[]string, s string) uint32 {
	if id, ok := old.find(s); ok {
		return id
	}
	id, ok := ids[s]
	if !ok {
		id = uint32(old.len() + len(*fresh))
		s = strings.Clone(s)
		ids[s] = id
		*fresh = append(*fresh, s)
	}
	return id
}

// index puts the kept records of the old index and the new ones together.
func (b *builder) index(kept []uint32, entries []*entry) *Index {
	slices.SortStableFunc(entries, func(p, q *entry) int { return strings.Compare(p.id, q.id) })
	b.vocabulary(kept, entries)
	b.cut()
	b.guess()
	b.postings()
	b.relations()
	b.x.settle(nil)
	return b.x
}

// settle works out what is not kept in a snapshot because it is made as quickly.
func (x *Index) settle(c *census) {
	x.offers(c)
	n := x.records.len()
	x.pool.New = func() any { return newScratch(n) }
}
