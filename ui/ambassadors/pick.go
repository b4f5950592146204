package ambassadors

import (
	"context"
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// nameAll takes the names of those who can be picked: of the register as it was read,
// or where a form is taken up before that, of the store.
func (s *sheet) nameAll() {
	add := func(a *directory.Ambassador) {
		s.words[a.ID] = a.Name
		s.people = append(s.people, widget.Option{Value: a.ID, Text: a.Name})
		s.areas = append(s.areas, a.Areas...)
	}
	if r := s.p.roll; r != nil {
		for id, name := range r.names {
			s.words[id] = name
		}
		for i := range r.people {
			add(&r.people[i].Ambassador)
		}
		return
	}
	as, err := s.p.d.Store.Ambassadors()
	if err != nil {
		return // the list says so; what is picked by its id is only not named
	}
	sortByName(as, s.p.d.Lang, func(a *directory.Ambassador) (string, string) { return a.Name, a.ID })
	for i := range as {
		add(&as[i])
	}
}

func same(v string) string { return v }

func (s *sheet) label(group string) func(string) string {
	return func(v string) string { return s.p.say.Label(group, v) }
}

// known is a picker of words from a list of ours.
func (s *sheet) known(label string, words func(string) string, values []string) *widget.Picker {
	var options []widget.Option
	for _, v := range values {
		options = append(options, widget.Option{Value: v, Text: words(v)})
	}
	k := widget.NewPicker(s.f.T(label), s.f.T("see_all"), options)
	k.Entry.SetPlaceHolder(s.f.T("write_or_see"))
	return k
}

// called gives the name of what is picked by its id.
func (s *sheet) called(id string) string {
	if n := s.words[id]; n != "" {
		return n
	}
	if c, err := s.p.d.Store.Community(id); err == nil {
		s.words[id] = c.Name
		return c.Name
	}
	return s.p.t("unknown_community")
}

// communities is a picker of the directory's communities.
func (s *sheet) communities(label string) *widget.Picker {
	k := widget.NewPicker(s.f.T(label), "", nil)
	k.Entry.SetPlaceHolder(s.f.T("communities_placeholder"))
	k.Find = func(text string) (out []widget.Option) {
		for _, c := range s.p.findCommunities(text) {
			s.words[c.ID] = c.Name
			out = append(out, widget.Option{Value: c.ID, Text: c.Name})
		}
		return out
	}
	return k
}

// findCommunities gives communities by what is typed: first those whose name begins
// with it, then those whose name holds it, then what else the search finds.
func (p *Page) findCommunities(text string) (out []directory.Community) {
	low := fold(text)
	have := map[string]bool{}
	add := func(c *directory.Community) {
		if !have[c.ID] && !c.IsClosed() {
			have[c.ID] = true
			out = append(out, *c)
		}
	}
	var holding, rest []*directory.Community
	if p.d.Finder != nil {
		for _, h := range p.d.Finder.Search(context.Background(), match.Query{Text: text, Today: p.today(), Limit: looked}).Hits {
			c, err := p.d.Store.Community(h.ID)
			if err != nil {
				continue // it went since the search was made
			}
			switch name := fold(c.Name); {
			case strings.HasPrefix(name, low):
				add(c)
			case strings.Contains(name, low):
				holding = append(holding, c)
			default:
				rest = append(rest, c)
			}
		}
	}
	for _, c := range append(holding, rest...) {
		add(c)
	}
	return out[:min(len(out), mostFound)]
}

// looked is how many answers of the search are looked through for names that begin
// with what is typed; mostFound of them are offered.
const looked, mostFound = 60, 20

// findArea gives areas that others have, and that the directory's places name.
func (s *sheet) findArea(text string) []widget.Option {
	low := fold(text)
	var names []string
	for _, a := range s.allAreas() {
		if strings.HasPrefix(fold(a), low) {
			names = append(names, a)
		}
	}
	out := []widget.Option{}
	for _, n := range names {
		out = append(out, widget.Option{Value: n, Text: n})
	}
	if !slices.ContainsFunc(names, func(n string) bool { return fold(n) == low }) { // what is typed is an area too
		out = append(out, widget.Option{Value: text, Text: text})
	}
	return out
}

// allAreas are the towns, municipalities and housing areas that are known here.
func (s *sheet) allAreas() []string {
	out := slices.DeleteFunc(slices.Concat(s.areas, s.p.places), func(v string) bool { return v == "" })
	slices.Sort(out)
	return slices.Compact(out)
}

// readPlaces gathers the towns, municipalities and housing areas of the directory,
// away from the screen, when somebody begins to write.
func (p *Page) readPlaces() {
	if p.places != nil {
		return
	}
	p.places = []string{}
	store := p.d.Store
	go func() {
		seen := map[string]bool{}
		out := []string{}
		err := store.EachCommunity(func(c *directory.Community) error {
			for i := range c.Places {
				for _, a := range []string{c.Places[i].HousingArea, c.Places[i].City, c.Places[i].Municipality} {
					if a != "" && !seen[a] {
						seen[a] = true
						out = append(out, a)
					}
				}
			}
			return nil
		})
		p.d.Post(func() {
			if p.places = out; err != nil {
				p.places = nil // tried again with the next form; areas can be typed without
			}
		})
	}()
}

// interestWords are the wishes that somebody can share an interest in.
var interestWords = referral.Wishes[:slices.Index(referral.Wishes, "free")]

// languages are those that the program has words for, the most spoken first.
var languages = []string{"da", "en", "ar", "uk", "tr", "so", "pl", "fa", "de", "ro", "ru", "fr", "es", "ur", "ku", "bs", "vi", "ti", "ta", "lt", "sv", "no", "dts"}
