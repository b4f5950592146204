package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/registry"

	"github.com/faellesskabsby/vejviser/assets/words"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match/danish"
	"github.com/faellesskabsby/vejviser/localdb/match/wish"
)

// The layer gives an engine the Danish of this project: folded words, base
// forms, roots and the parts of compounds as terms of an index; and what was
// wished as terms of a field of facts. Marks keep the kinds of term apart.
const (
	markRoot = "~"
	markPart = "+"
	tokens   = "vejviser" // name of the tokenizer and its analyser
)

func init() {
	err := registry.RegisterTokenizer(tokens, func(map[string]any, *registry.Cache) (analysis.Tokenizer, error) {
		return tokenizer{danish.Open()}, nil
	})
	if err != nil {
		fail(err)
	}
}

type tokenizer struct{ lang *danish.Language }

// Tokenize gives every word its terms at one place.
func (t tokenizer) Tokenize(in []byte) analysis.TokenStream {
	rd := t.lang.Reader()
	defer rd.Done()
	var out analysis.TokenStream
	at := 0
	danish.Words(danish.Lower(string(in)), func(w string) {
		f := danish.Fold(w)
		if t.lang.Stop(f) {
			return
		}
		at++
		for _, term := range termsOf(rd, f) {
			out = append(out, &analysis.Token{Term: []byte(term), Position: at, Type: analysis.AlphaNumeric})
		}
	})
	return out
}

func termsOf(rd *danish.Reader, fold string) []string {
	base := rd.Base(fold)
	out := []string{base, markRoot + rd.Root(base)}
	if fold != base {
		out = append(out, fold)
	}
	for _, p := range rd.SplitAll(fold, nil) {
		b := rd.Base(p)
		out = append(out, markPart+b)
		if r := rd.Root(b); r != b {
			out = append(out, markPart+r)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// reading understands queries as the product does.
func reading(places []string) (*wish.Reader, error) {
	l := danish.Open()
	rules, err := wish.ParseRules(l, words.Wishes, words.LayWords)
	if err != nil {
		return nil, err
	}
	return &wish.Reader{Danish: l.Reader(), Rules: rules, Places: wish.NewGazetteer(places)}, nil
}

// placesOf lists the names that a query may mean a place by.
func placesOf(cs []*directory.Community) []string {
	var out []string
	for _, c := range cs {
		for _, p := range c.Places {
			for _, n := range []string{p.HousingArea, p.City, p.Postcode, p.Municipality} {
				if n = strings.TrimSpace(n); n != "" {
					out = append(out, n)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// factsOf gives the keys of the wishes that a record meets by its members.
func factsOf(c *directory.Community) []string {
	var out []string
	add := func(kind wish.Kind, value string) { out = append(out, wish.Wish{Kind: kind, Value: value}.Key()) }
	for _, s := range c.Schedule {
		if s.Weekday > 0 {
			add(wish.Weekday, strconv.Itoa(s.Weekday))
		}
		if s.Weekday > 5 {
			add(wish.Time, "weekend")
		} else if s.Weekday > 0 {
			add(wish.Time, "weekday")
		}
		switch {
		case s.From == "":
		case s.From < "10:00":
			add(wish.Time, "morning")
			add(wish.Time, "forenoon")
		case s.From < "12:00":
			add(wish.Time, "forenoon")
		case s.From < "17:00":
			add(wish.Time, "afternoon")
		default:
			add(wish.Time, "evening")
		}
		if s.From != "" && s.From < "16:00" {
			add(wish.Time, "daytime")
		}
	}
	if c.Price != nil && c.Price.Kind == directory.PriceFree {
		add(wish.Price, "free")
		add(wish.Price, "cheap")
	}
	if a := c.Audience; a != nil {
		for _, g := range append(slices.Clone(a.Groups), string(a.Gender)) {
			add(wish.Group, g)
		}
	}
	for _, p := range c.Places {
		for _, n := range []string{p.HousingArea, p.City, p.Postcode, p.Municipality} {
			add(wish.Area, n)
		}
		for _, a := range p.Accessibility {
			add(wish.Accessibility, a)
		}
	}
	for _, l := range c.Languages {
		add(wish.Language, l)
	}
	for _, h := range c.Considerations {
		add(wish.Consideration, h)
	}
	if a := c.Accompaniment; a != nil && a.Offered != nil && *a.Offered {
		add(wish.Accompaniment, "")
	}
	if c.Capacity != nil && c.Capacity.Free != nil && *c.Capacity.Free > 0 {
		add(wish.Room, "")
	}
	if c.OpenAcrossHousingAreas != nil && *c.OpenAcrossHousingAreas {
		add(wish.Across, "")
	}
	add(wish.KindOf, string(c.Kind))
	return out
}
