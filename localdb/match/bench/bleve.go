package main

import (
	"errors"
	"path/filepath"
	"sort"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/lang/da"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match/danish"
	"github.com/faellesskabsby/vejviser/localdb/match/judge"
	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// field of a record and what a word in it weighs.
type field struct {
	name   string
	weight float64
}

var fields = []field{{"name", 3}, {"activities", 3}, {"category", 1.5}, {"summary", 1.5}, {"description", 0.8}, {"organiser", 0.4}, {"place", 1}}

// bleveIndex is bleve with its Danish analyser as it comes, or (layer) fed with
// this project's terms, lay words and wishes.
type bleveIndex struct {
	x      bleve.Index
	reader *wish.Reader // nil without the layer
	known  []string     // terms in the index, sorted
}

func bleveDir(dir string, layer bool) string {
	if layer {
		return filepath.Join(dir, "layer.bleve")
	}
	return filepath.Join(dir, "stock.bleve")
}

func buildBleve(layer bool) func(string, []*directory.Community) (engine, error) {
	return func(dir string, cs []*directory.Community) (engine, error) {
		m, err := mappingOf(layer)
		if err != nil {
			return nil, err
		}
		x, err := bleve.New(bleveDir(dir, layer), m)
		if err != nil {
			return nil, err
		}
		if err := fillBleve(x, cs); err != nil {
			return nil, errors.Join(err, x.Close())
		}
		return readyBleve(x, layer)
	}
}

func mappingOf(layer bool) (mapping.IndexMapping, error) {
	m := bleve.NewIndexMapping()
	m.ScoringModel = "bm25"
	m.DefaultAnalyzer = da.AnalyzerName
	if layer {
		if err := m.AddCustomAnalyzer(tokens, map[string]any{"type": custom.Name, "tokenizer": tokens}); err != nil {
			return nil, err
		}
		m.DefaultAnalyzer = tokens
	}
	facts := bleve.NewTextFieldMapping()
	facts.Analyzer = keyword.Name
	facts.Store, facts.IncludeInAll, facts.IncludeTermVectors = false, false, false
	m.DefaultMapping.AddFieldMappingsAt("facts", facts)
	for _, f := range fields {
		t := bleve.NewTextFieldMapping()
		t.Store, t.IncludeTermVectors = false, false
		m.DefaultMapping.AddFieldMappingsAt(f.name, t)
	}
	return m, nil
}

// keyPlaces is where the names of places are kept in the index.
var keyPlaces = []byte("places")

func fillBleve(x bleve.Index, cs []*directory.Community) error {
	b := x.NewBatch()
	for _, c := range cs {
		if c.Status == directory.StatusClosed {
			continue
		}
		t := textOf(c)
		err := b.Index(c.SourceID, map[string]any{
			"name": t.Name, "activities": t.Activities, "category": t.Category, "summary": t.Summary,
			"description": t.Description, "organiser": t.Organiser, "place": t.Place, "facts": factsOf(c),
		})
		if err != nil {
			return err
		}
		if b.Size() >= 1000 {
			if err := x.Batch(b); err != nil {
				return err
			}
			b.Reset()
		}
	}
	b.SetInternal(keyPlaces, []byte(strings.Join(placesOf(cs), "\n")))
	return x.Batch(b)
}

func openBleve(layer bool) func(string) (engine, error) {
	return func(dir string) (engine, error) {
		x, err := bleve.Open(bleveDir(dir, layer))
		if err != nil {
			return nil, err
		}
		return readyBleve(x, layer)
	}
}

func readyBleve(x bleve.Index, layer bool) (engine, error) {
	b := &bleveIndex{x: x}
	if !layer {
		return b, nil
	}
	places, err := x.GetInternal(keyPlaces)
	if err != nil {
		return nil, err
	}
	if b.reader, err = reading(strings.Split(string(places), "\n")); err != nil {
		return nil, err
	}
	d, err := x.FieldDict("_all")
	if err != nil {
		return nil, err
	}
	for e, err := d.Next(); e != nil || err != nil; e, err = d.Next() {
		if err != nil {
			return nil, err
		}
		b.known = append(b.known, e.Term)
	}
	return b, d.Close()
}

func (b *bleveIndex) close() error { return b.x.Close() }

func (b *bleveIndex) search(text string) judge.Answer {
	q := b.stock(text)
	if b.reader != nil {
		q = b.equipped(text)
	}
	if q == nil {
		return judge.Answer{}
	}
	res, err := b.x.Search(bleve.NewSearchRequest(q))
	if err != nil {
		fail(err)
	}
	var a judge.Answer
	for _, h := range res.Hits {
		a.Hits = append(a.Hits, h.ID)
	}
	return a
}

// stock is any word of the text in any field, and the last one as a beginning.
func (b *bleveIndex) stock(text string) query.Query {
	ws := strings.Fields(danish.Lower(text))
	if len(ws) == 0 {
		return nil
	}
	var qs []query.Query
	for _, f := range fields {
		m := bleve.NewMatchQuery(text)
		m.SetField(f.name)
		m.SetBoost(f.weight)
		qs = append(qs, m)
		if !strings.HasSuffix(text, " ") {
			p := bleve.NewPrefixQuery(ws[len(ws)-1])
			p.SetField(f.name)
			p.SetBoost(f.weight / 2)
			qs = append(qs, p)
		}
	}
	return bleve.NewDisjunctionQuery(qs...)
}

// equipped asks for the terms and wishes that the product reads from a text.
func (b *bleveIndex) equipped(text string) query.Query {
	read := b.reader.Read(text)
	var topics, light, facts []query.Query
	for i := range read.Terms {
		t := &read.Terms[i]
		if qs := b.term(t); t.Weight >= 1 {
			topics = append(topics, qs...)
		} else {
			light = append(light, qs...)
		}
	}
	for _, w := range read.Wishes {
		f := bleve.NewTermQuery(w.Key())
		f.SetField("facts")
		f.SetBoost(2)
		facts = append(facts, f)
	}
	if len(topics) == 0 {
		topics, light = light, nil
	}
	if len(topics) == 0 {
		topics, facts = facts, nil
	}
	if len(topics) == 0 {
		return nil
	}
	q := bleve.NewBooleanQuery()
	q.AddMust(bleve.NewDisjunctionQuery(topics...))
	q.AddShould(append(light, facts...)...)
	return q
}

// term asks for a word, its relatives and beginnings, the other words for it,
// and, where nothing else is there, for what is spelt nearly so.
func (b *bleveIndex) term(t *wish.Term) (qs []query.Query) {
	rd := b.reader.Danish
	exact := func(fold string, weight float64) (found bool) {
		base := rd.Base(fold)
		for _, e := range []struct {
			term   string
			weight float64
		}{{base, 1}, {markPart + base, 0.6}, {markRoot + rd.Root(base), 0.8}} {
			if b.has(e.term, false) {
				found = true
				for _, f := range fields {
					q := bleve.NewTermQuery(e.term)
					q.SetField(f.name)
					q.SetBoost(f.weight * weight * e.weight)
					qs = append(qs, q)
				}
			}
		}
		return found
	}
	found := false
	if t.Fold != "" && (!rd.Language().Stop(t.Fold) || t.Open) {
		found = exact(t.Fold, t.Weight)
		if parts := rd.SplitAll(t.Fold, b.uses); !found && len(parts) > 0 {
			for _, p := range parts {
				weight := 0.6
				if rd.Language().Head(rd.Base(p)) {
					weight = 0.1
				}
				found = exact(p, t.Weight*weight) || found
			}
		}
		if t.Open && b.has(t.Fold, true) {
			found = true
			for _, f := range fields {
				q := bleve.NewPrefixQuery(t.Fold)
				q.SetField(f.name)
				q.SetBoost(f.weight * t.Weight * 0.5)
				qs = append(qs, q)
			}
		}
	}
	for _, a := range t.Alts {
		exact(a.Fold, t.Weight*a.Weight)
	}
	if !found && len(t.Alts) == 0 && len(t.Fold) >= 4 && !rd.Known(t.Fold) {
		for _, f := range fields[:4] {
			q := bleve.NewFuzzyQuery(t.Fold)
			q.SetField(f.name)
			q.SetBoost(f.weight * t.Weight * 0.5)
			q.Prefix = 1
			q.Fuzziness = 1
			if len(t.Fold) > 7 {
				q.Fuzziness = 2
			}
			qs = append(qs, q)
		}
	}
	return qs
}

func (b *bleveIndex) uses(base string) bool { return b.has(base, false) }

// has says whether a term, or one that begins so, is in the index.
func (b *bleveIndex) has(term string, begins bool) bool {
	i := sort.SearchStrings(b.known, term)
	return i < len(b.known) && (b.known[i] == term || begins && strings.HasPrefix(b.known[i], term))
}
