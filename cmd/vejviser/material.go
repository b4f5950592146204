package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/material"
	"github.com/faellesskabsby/vejviser/ui/papers"
	"github.com/faellesskabsby/vejviser/ui/print"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// things are what can be made of communities, in the order in which they are offered.
var things = []string{"a4", "a5", "large", "postcard", "poster", "welcome", "month", "booklet"}

// forCitizens are the sheets that are printed in the citizen's language.
var forCitizens = []string{"a4", "a5", "large"}

// material opens the dialog in which printed things are made of communities.
func (a *app) material(lang string, post func(func()), ids []string) {
	material.Show(a.shell.Root(), material.Deps{Paper: &paper{a.store}, Lang: lang, Post: post}, materialOf(a.store, lang, ids, time.Now))
}

// materialOf is what can be made of these communities.
func materialOf(store *localdb.Store, lang string, ids []string, now func() time.Time) material.Doc {
	s := say.In(lang)
	is := func(sheets ...string) func(map[string]string) bool {
		return func(c map[string]string) bool { return slices.Contains(sheets, c["sheet"]) }
	}
	options := func(key string, values ...string) (out []widget.Option) {
		for _, v := range values {
			out = append(out, widget.Option{Value: v, Text: s.T("material." + key + "." + v)})
		}
		return out
	}
	languages := func(codes []string) (out []widget.Option) {
		for _, l := range codes {
			out = append(out, widget.Option{Value: l, Text: s.Label("language", l)})
		}
		return out
	}
	duplex := func(key, value string) func(map[string]string) string {
		return func(c map[string]string) string {
			if c[key] == value {
				return s.T("material.hint_duplex")
			}
			return ""
		}
	}
	first := "poster"
	doc := material.Doc{Title: s.N("material.title", len(ids))}
	if len(ids) > 1 {
		doc.Lead, first = s.T("material.lead_list"), "booklet"
	}
	doc.Choices = []material.Choice{
		{Key: "sheet", Label: s.T("material.sheet"), Options: options("sheet", things...), Value: first},
		{Key: "language", Label: s.T("material.language"), Options: languages(print.Languages()), Value: "da",
			When: func(c map[string]string) bool { return !slices.Contains(forCitizens, c["sheet"]) }},
		{Key: "citizens", Label: s.T("material.language"), Options: languages(translations.Sheets), Value: "da", When: is(forCitizens...),
			Hint: func(c map[string]string) string {
				if slices.Contains(translations.Unread, c["citizens"]) {
					return s.T("material.hint_unread")
				}
				return ""
			}},
		{Key: "size", Label: s.T("material.size"), Options: options("size", "a4", "a3"), Value: "a4", When: is("poster")},
		{Key: "cards", Label: s.T("material.cards"), Options: options("cards", "four", "one"), Value: "four", When: is("postcard"), Hint: duplex("cards", "four")},
		{Key: "pages", Label: s.T("material.pages"), Options: options("pages", "folded", "a5"), Value: "folded", When: is("booklet"), Hint: duplex("pages", "folded")},
		{Key: "period", Label: s.T("material.period"), Options: options("period", "month", "next"), Value: "month", When: is("month")},
	}
	doc.File = func(c map[string]string) string { return s.T("material.file." + c["sheet"]) }
	doc.Says = func(err error) string {
		var many *print.TooManyError
		switch {
		case errors.As(err, &many):
			return s.T("material.too_many", "n", s.Int(many.Most))
		case errors.Is(err, print.ErrNoCards):
			return s.T("material.none")
		}
		return ""
	}
	doc.Make = func(ctx context.Context, c map[string]string, progress func(float32)) ([]byte, error) {
		return makeMaterial(ctx, store, c, ids, now(), progress)
	}
	return doc
}

// maxHandout is how many communities a citizen's sheet is made of.
const maxHandout = 50

// makeMaterial makes what is chosen, of what is in the directory by now.
func makeMaterial(ctx context.Context, store *localdb.Store, c map[string]string, ids []string, now time.Time, progress func(float32)) ([]byte, error) {
	from, err := papers.Sender(store)
	if err != nil {
		return nil, err
	}
	m := print.Material{Language: c["language"], PublicURL: from.PublicURL, Date: directory.DayOf(now), Now: now, Brand: print.Brand{Name: from.Desk}}
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		x, err := store.Community(id)
		if errors.Is(err, localdb.ErrNotFound) {
			continue // it left the directory meanwhile
		}
		if err != nil {
			return nil, err
		}
		if len(ids) == 1 || !x.IsClosed() {
			m.Communities = append(m.Communities, x)
		}
	}
	switch sheet := c["sheet"]; sheet {
	case "postcard":
		return print.Postcards(ctx, m, print.Postcard{FourUp: c["cards"] == "four"})
	case "poster":
		return print.Posters(ctx, m, print.Poster{A3: c["size"] == "a3", Strips: true})
	case "month":
		var p print.Month
		if c["period"] == "next" {
			first := time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, directory.Copenhagen)
			p = print.Month{From: directory.DayOf(first), To: directory.DayOf(first.AddDate(0, 1, -1))}
		}
		return print.MonthList(ctx, m, p)
	case "booklet":
		return print.BookletOf(ctx, m, print.Booklet{Folded: c["pages"] == "folded"}, progress)
	case "welcome":
		var notes []print.HostNote
		for _, x := range m.Communities {
			notes = append(notes, print.HostNote{Language: m.Language, Desk: from.Desk, Phone: from.Phone, Date: m.Date, Community: x})
		}
		if len(notes) > maxHandout {
			return nil, &print.TooManyError{Have: len(notes), Most: maxHandout}
		}
		return print.HostCards(notes)
	default:
		if len(m.Communities) > maxHandout {
			return nil, &print.TooManyError{Have: len(m.Communities), Most: maxHandout}
		}
		h := print.Sheet{Layout: sheet, Language: c["citizens"], Desk: from.Desk, Date: m.Date, Now: now, PublicURL: from.PublicURL}
		for _, x := range m.Communities {
			h.Cards = append(h.Cards, print.Card{Community: x})
		}
		return print.Handout(h)
	}
}
