package counter

import (
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// facet is one thing one can filter by: a single wish that is on or off, or a
// few to choose among.
type facet struct {
	id      string // also the member of the chip's words: counter.filter.<id>
	single  *match.Wish
	choices func(c *Counter) []match.Wish
	more    bool // behind "+ Flere filtre"
}

func values(kind match.WishKind, vs ...string) func(*Counter) []match.Wish {
	return func(*Counter) []match.Wish {
		out := make([]match.Wish, len(vs))
		for i, v := range vs {
			out[i] = match.Wish{Kind: kind, Value: v}
		}
		return out
	}
}

func numbers(kind match.WishKind, ns ...float64) []match.Wish {
	out := make([]match.Wish, len(ns))
	for i, n := range ns {
		out[i] = match.Wish{Kind: kind, Number: n}
	}
	return out
}

// facets lists the filters in the order in which they stand.
var facets = []facet{
	{id: "time", choices: values(match.WishTime, "morning", "forenoon", "afternoon", "evening", "daytime", "weekday", "weekend")},
	{id: "weekday", choices: values(match.WishWeekday, "1", "2", "3", "4", "5", "6", "7")},
	{id: "price", choices: values(match.WishPrice, "free", "cheap")},
	{id: "distance", choices: func(c *Counter) []match.Wish {
		if c.origin() == nil {
			return nil // without a place of the desk no distance is known
		}
		return numbers(match.WishDistance, 1, 2, 3, 5, 10, 20)
	}},
	{id: "accompaniment", single: &match.Wish{Kind: match.WishAccompaniment}},
	{id: "room", single: &match.Wish{Kind: match.WishRoom}},
	{id: "consideration", choices: values(match.WishConsideration, directory.Considerations...)},
	{id: "language", choices: values(match.WishLanguage, "da", "en", "ar", "uk", "fa", "tr", "so", "pl", "de", "ur")},
	{id: "area", more: true, choices: func(c *Counter) []match.Wish {
		if f := c.deps.Finder(); f != nil {
			return values(match.WishArea, f.Areas()...)(c)
		}
		return nil
	}},
	{id: "age", more: true, choices: func(*Counter) []match.Wish {
		return numbers(match.WishAge, 10, 15, 18, 20, 25, 30, 40, 50, 60, 65, 70, 75, 80, 85, 90)
	}},
	{id: "group", more: true, choices: values(match.WishGroup, append([]string{"women", "men"}, directory.Groups...)...)},
	{id: "accessibility", more: true, choices: values(match.WishAccessibility, "wheelchair", "step_free", "accessible_toilet", "lift", "hearing_loop", "parking", "near_bus")},
	{id: "across", more: true, single: &match.Wish{Kind: match.WishAcross}},
}

// SetFilter lays a filter on, or replaces the one of the same key.
func (c *Counter) setFilter(w match.Wish) {
	c.filters = slices.DeleteFunc(c.filters, func(f match.Wish) bool { return f.Key() == w.Key() })
	c.filters = append(c.filters, w)
	c.undrop(w)
	c.changed()
}

func (c *Counter) dropFilter(w match.Wish) {
	c.filters = slices.DeleteFunc(c.filters, func(f match.Wish) bool { return f.Key() == w.Key() })
	c.changed()
}

func (c *Counter) changed() {
	c.Find()
	widget.FocusIfNone(c.search.Entry)
	c.saveDraft()
}

// setWide takes the whole country as one, or what lies within reach first.
func (c *Counter) setWide(on bool) {
	c.wide = on
	c.Find()
	widget.FocusIfNone(c.search.Entry)
}

// dropWish puts a wish that was read aside; it stays so while the text goes on.
func (c *Counter) dropWish(w match.Wish) {
	c.dropped = append(c.dropped, w)
	c.Find()
	widget.FocusIfNone(c.search.Entry)
}

func (c *Counter) undrop(w match.Wish) {
	c.dropped = slices.DeleteFunc(c.dropped, func(d match.Wish) bool { return d.Key() == w.Key() })
}

func (c *Counter) has(w match.Wish) bool {
	same := func(x match.Wish) bool { return x.Key() == w.Key() && x.Number == w.Number }
	return slices.ContainsFunc(c.filters, same) || slices.ContainsFunc(c.result.Wishes, same)
}

// answered says whether a wish of a kind stands, so that its choices need no room.
func (c *Counter) answered(k match.WishKind) bool {
	of := func(w match.Wish) bool { return w.Kind == k }
	return slices.ContainsFunc(c.filters, of) || slices.ContainsFunc(c.result.Wishes, of)
}

// fillChips shows what was read and chosen, then what can be chosen. Chips are
// kept by their key, so that one in focus stays in focus.
func (c *Counter) fillChips() {
	old := map[string]*widget.Chip{}
	for i, k := range c.chipKeys {
		old[k] = c.chips.Objects[i].(*widget.Chip)
	}
	c.chips.Objects, c.chipKeys = nil, nil
	put := func(key, text string, state widget.ChipState, build func(*widget.Chip) *widget.Chip, press func()) {
		if slices.Contains(c.chipKeys, key) {
			return
		}
		chip, ok := old[key]
		if !ok {
			chip = build(widget.NewChip(text, state, nil))
		}
		chip.OnPress(press)
		chip.Set(text, state)
		c.chips.Add(chip)
		c.chipKeys = append(c.chipKeys, key)
	}
	drops := func(ch *widget.Chip) *widget.Chip { return ch.Drops() }
	opens := func(ch *widget.Chip) *widget.Chip { return ch.Opens() }
	plain := func(ch *widget.Chip) *widget.Chip { return ch }
	for _, w := range c.filters {
		put("wish:"+w.Key(), c.say.Wish(w), widget.ChipOn, drops, func() { c.dropFilter(w) })
	}
	for _, w := range c.result.Wishes {
		put("wish:"+w.Key(), c.say.Wish(w), widget.ChipOn, drops, func() { c.dropWish(w) })
	}
	for _, w := range c.dropped {
		put("wish:"+w.Key(), c.say.Wish(w), widget.ChipDropped, drops, func() { c.undrop(w); c.Find() })
	}
	switch {
	case c.wide:
		put("wide", c.cat.T("counter.wide"), widget.ChipOn, drops, func() { c.setWide(false) })
	case c.asked && c.result.Beyond > 0:
		put("wide", c.cat.N("counter.wide_more", c.result.Beyond), widget.ChipOff, drops, func() { c.setWide(true) })
	}
	for _, f := range facets {
		if !c.more && (f.more || c.narrow) {
			continue
		}
		key := "facet:" + f.id
		switch {
		case f.single != nil && c.has(*f.single):
		case f.single != nil:
			put(key, c.say.Wish(*f.single), widget.ChipOff, plain, func() { c.setFilter(*f.single) })
		case f.id == "price" && c.answered(match.WishPrice):
		case len(f.choices(c)) > 0:
			put(key, c.cat.T("counter.filter."+f.id), widget.ChipOff, opens, func() { c.openFacet(f) })
		}
	}
	more := "counter.more_filters"
	if c.more {
		more = "counter.fewer_filters"
	}
	put("more", c.cat.T(more), widget.ChipMore, plain, func() {
		widget.FocusIfNone(c.search.Entry)
		c.more = !c.more
		c.fillChips()
		c.Relayout()
	})
	if c.narrow { // else it stands beside the search
		put("help", c.cat.T("conversation.short_title"), widget.ChipMore, opens, c.openHelp)
	}
	c.refocus(old)
}

// refocus gives focus to the search field where the chip that had it is gone.
func (c *Counter) refocus(old map[string]*widget.Chip) {
	for k, chip := range old {
		if !slices.Contains(c.chipKeys, k) && chip.Focused() {
			c.Focus()
		}
	}
}

func (c *Counter) openFacet(f facet) {
	i := slices.Index(c.chipKeys, "facet:"+f.id)
	if i < 0 {
		return
	}
	var items []widget.MenuItem
	for _, w := range f.choices(c) {
		on := c.has(w)
		items = append(items, widget.MenuItem{Text: c.wishInMenu(w), Chosen: on, Do: func() {
			switch {
			case slices.ContainsFunc(c.filters, func(x match.Wish) bool { return x.Key() == w.Key() && x.Number == w.Number }):
				c.dropFilter(w)
			case on:
				c.dropWish(w)
			default:
				c.setFilter(w)
			}
		}})
	}
	widget.ShowMenu(c.chips.Objects[i], items)
}

func (c *Counter) wishInMenu(w match.Wish) string {
	if w.Kind == match.WishWeekday {
		if n, err := strconv.Atoi(w.Value); err == nil {
			return capital(c.say.Weekday(n))
		}
	}
	return c.say.Wish(w)
}

// situations are the reusable, anonymous beginnings: what many come with.
var situations = []struct {
	id     string
	wishes []match.Wish
}{
	{id: "new_in_town"},
	{id: "grief"},
	{id: "after_illness"},
	{id: "alone"},
	{id: "no_job"},
	{id: "new_baby"},
	{id: "retired", wishes: []match.Wish{{Kind: match.WishTime, Value: "daytime", Soft: true}}},
	{id: "carer"},
	{id: "little_danish"},
	{id: "first_step", wishes: []match.Wish{{Kind: match.WishConsideration, Value: "anxiety", Soft: true}, {Kind: match.WishAccompaniment, Soft: true}}},
}

// beginnings is what stands above the list while nothing is asked: situations,
// each one click away, and the help to bring it up.
func (c *Counter) beginnings() *fyne.Container {
	chips := widget.NewFlow(6)
	for _, s := range situations {
		chips.Add(widget.NewChip(c.cat.T("counter.situation."+s.id), widget.ChipOff, func() { c.begun(s.id, s.wishes) }))
	}
	col := widget.NewColumn(8,
		widget.NewText(c.cat.T("counter.begin_title"), widget.Style{Bold: true}),
		chips,
	)
	col.Add(widget.NewText(c.cat.T("counter.front_list"), widget.Style{Bold: true}))
	return col
}

// begun puts a situation's words and wishes in place.
func (c *Counter) begun(id string, wishes []match.Wish) {
	for _, w := range wishes {
		if !c.has(w) {
			c.filters = append(c.filters, w)
		}
	}
	c.search.Entry.SetText(c.cat.T("counter.situation_words." + id))
	c.search.Entry.CursorColumn = len([]rune(c.search.Entry.Text))
	c.changed()
	c.Focus()
}

// capital begins a phrase with a capital letter.
func capital(s string) string {
	for i, r := range s {
		return string(unicode.ToUpper(r)) + s[i+utf8.RuneLen(r):]
	}
	return s
}
