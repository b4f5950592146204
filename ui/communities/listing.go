package communities

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/ui/say"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// filter narrows the list to the entries somebody should look at.
type filter int

const (
	filterAll filter = iota
	filterUnconfirmed
	filterStale
	filterPaused
	filterReported
)

var filters = []filter{filterAll, filterReported, filterUnconfirmed, filterStale, filterPaused}

// entry is one line of the list: only what the line shows, so that a directory
// of a hundred thousand stays small in memory.
type entry struct {
	id, name, sub string
	fresh         directory.Freshness
	status        directory.Status
	paused        string // in words; "" takes newcomers
	reports       int    // that nobody has settled
}

func (e *entry) is(f filter) bool {
	switch f {
	case filterUnconfirmed:
		return !e.fresh.Stated
	case filterStale:
		return e.fresh.Stated && e.fresh.Stale
	case filterReported:
		return e.reports > 0
	case filterPaused:
		return e.paused != "" || e.status == directory.StatusClosed
	}
	return true
}

// listing is the directory as the page shows it, in the order of the alphabet.
type listing struct {
	speak   *say.Speaker
	lang    string
	entries []entry
	at      map[string]int // id → index in entries
	count   map[filter]int
	reports map[string][]localdb.Suggestion // by community; who may edit sees them
}

func loadListing(s Store, speak *say.Speaker, lang string, today directory.Day) (*listing, error) {
	l := &listing{speak: speak, lang: lang, at: map[string]int{}, count: map[filter]int{}}
	err := s.EachCommunity(func(c *directory.Community) error {
		l.entries = append(l.entries, l.entryOf(c, today))
		return nil
	})
	if err != nil {
		return nil, err
	}
	l.sort(lang)
	l.countAll()
	return l, nil
}

func (l *listing) entryOf(c *directory.Community, today directory.Day) entry {
	return entry{id: c.ID, name: c.Name, sub: subline(c, l.speak), fresh: c.Freshness(today), status: c.Status, paused: l.speak.Paused(c, today), reports: len(l.reports[c.ID])}
}

// put takes in one community as it is now, at its place in the alphabet; nil is gone.
func (l *listing) put(id string, c *directory.Community, today directory.Day) {
	if i, there := l.at[id]; there {
		if c != nil && l.entries[i].name == c.Name {
			l.entries[i] = l.entryOf(c, today)
			l.countAll()
			return
		}
		l.entries = slices.Delete(l.entries, i, i+1)
	}
	if c != nil {
		col := collate.New(language.Make(l.lang), collate.IgnoreCase)
		e := l.entryOf(c, today)
		i, _ := slices.BinarySearchFunc(l.entries, e, func(a, b entry) int {
			return cmp.Or(col.CompareString(a.name, b.name), cmp.Compare(a.id, b.id))
		})
		l.entries = slices.Insert(l.entries, i, e)
	}
	l.countAll()
}

// countAll numbers the entries and counts what each filter would leave.
func (l *listing) countAll() {
	clear(l.count)
	clear(l.at)
	for i := range l.entries {
		l.at[l.entries[i].id] = i
	}
	for i := range l.entries {
		e := &l.entries[i]
		for _, f := range filters {
			if e.is(f) {
				l.count[f]++
			}
		}
	}
}

// addReports takes in what desks reported.
func (l *listing) addReports(list []localdb.Suggestion) {
	l.reports = map[string][]localdb.Suggestion{}
	for _, g := range list {
		l.reports[g.Community] = append(l.reports[g.Community], g)
		if i, ok := l.at[g.Community]; ok {
			l.entries[i].reports++
		}
	}
	l.countAll()
}

// sort puts names in the alphabet of the language: æ, ø and å come last in Danish.
func (l *listing) sort(lang string) {
	col := collate.New(language.Make(lang), collate.IgnoreCase)
	var buf collate.Buffer
	keys := make(map[string][]byte, len(l.entries))
	for i := range l.entries {
		name := l.entries[i].name
		if keys[name] == nil {
			keys[name] = slices.Clone(col.KeyFromString(&buf, name))
			buf.Reset()
		}
	}
	slices.SortFunc(l.entries, func(a, b entry) int {
		return cmp.Or(slices.Compare(keys[a.name], keys[b.name]), cmp.Compare(a.id, b.id))
	})
}

// subline says when and where, as far as the record states it.
func subline(c *directory.Community, speak *say.Speaker) string {
	var parts []string
	if w := speak.Schedule(c.Schedule); w != "" {
		parts = append(parts, w)
	}
	if p := speak.ShortPlace(c.PublicPlace()); p != "" {
		parts = append(parts, p)
	}
	for _, v := range []string{c.Summary, c.Category, speak.Label("kind", string(c.Kind))} {
		if len(parts) == 0 && v != "" {
			parts = append(parts, v)
		}
	}
	return strings.Join(parts, " · ")
}

// find gives the indices of the entries to show: all in the order of the
// alphabet, or those that answer a search, the best first.
func (l *listing) find(ctx context.Context, f Finder, text string, which filter, today directory.Day) []int {
	var out []int
	if strings.TrimSpace(text) == "" || f == nil {
		for i := range l.entries {
			if l.entries[i].is(which) {
				out = append(out, i)
			}
		}
		return out
	}
	seen := map[int]bool{}
	for _, h := range f.Search(ctx, match.Query{Text: text, Today: today, Limit: 200}).Hits {
		if i, ok := l.at[h.ID]; ok && l.entries[i].is(which) {
			out = append(out, i)
			seen[i] = true
		}
	}
	// A name that was typed is always found, also where the search is for wishes.
	part := strings.ToLower(strings.TrimSpace(text))
	for i := range l.entries {
		if !seen[i] && l.entries[i].is(which) && strings.Contains(strings.ToLower(l.entries[i].name), part) {
			out = append(out, i)
		}
	}
	return out
}
