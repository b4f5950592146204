package counter

import (
	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// hitView is a hit in words, ready to be bound to a card.
type hitView struct {
	hit       match.Hit
	community *directory.Community
	name      string
	freshness string
	stale     bool
	line      string // when · where
	meta      string // distance · freshness
	tags      []tagView
}

type tagView struct {
	text string
	tone widget.Tone
}

// view puts a hit into words. What does not depend on the question is worked
// out once per community, for a key press must not wait for it.
func (c *Counter) view(h match.Hit) *hitView {
	base, ok := c.known[h.ID]
	if !ok {
		com, err := c.deps.Directory.Community(h.ID)
		if err != nil {
			return nil // the directory changed under the search; the next one knows
		}
		base = c.describe(com)
		c.known[h.ID] = base
	}
	v := *base
	v.hit = h
	v.meta = v.freshness
	if h.Km >= 0 {
		v.meta = c.say.Distance(h.Km) + " · " + v.freshness
	}
	v.tags = c.tags(h.Reasons)
	c.sayNear(&v)
	return &v
}

func (c *Counter) describe(com *directory.Community) *hitView {
	now := c.deps.Now()
	fresh := com.Freshness(directory.DayOf(now))
	v := &hitView{community: com, name: com.Name, freshness: c.say.Freshness(fresh), stale: fresh.Stale}
	when := c.say.Schedule(com.Schedule)
	if when == "" {
		if next := com.Next(now, 1); len(next) > 0 {
			when = c.say.ShortNext(next[0])
		}
	}
	where := c.say.ShortPlace(com.PublicPlace())
	switch {
	case when == "" && where == "":
		v.line = com.Summary
	case when == "":
		v.line = where
	case where == "":
		v.line = when
	default:
		v.line = when + " · " + where
	}
	if com.IsPaused() {
		v.line = c.cat.T("counter.paused") + " · " + v.line
	}
	return v
}

// tags says the reasons: what is met on a tint, the rest as plain words. The
// citizen's wish is never crossed out; where a record does not say, it says so.
func (c *Counter) tags(rs []match.Reason) []tagView {
	var met, rest []tagView
	seen := map[string]bool{}
	for _, r := range rs {
		text := c.say.Reason(r)
		if text == "" || seen[text] {
			continue
		}
		seen[text] = true
		if r.Fact == match.Met {
			met = append(met, tagView{text, widget.ToneGood})
		} else {
			rest = append(rest, tagView{text, widget.TonePlain})
		}
	}
	if len(met) > 6 {
		met = met[:6]
	}
	if len(rest) > 3 {
		rest = rest[:3]
	}
	return append(met, rest...)
}

// card is a row of the list: recycled, bound to a hitView.
type card struct {
	row        *widget.CardRow
	name, line *widget.Text
	meta       *widget.Label
	tags       *fyne.Container
	pool       []*widget.Tag
	column     *fyne.Container
}

func newCard() *card {
	c := &card{
		name: widget.NewText("", widget.Style{Size: theme.CardTitle, Bold: true}),
		meta: widget.NewLabel("", widget.Style{Size: theme.Small, Ink: widget.Quiet}),
		line: widget.NewText("", widget.Style{}),
		tags: widget.NewFlow(6),
	}
	c.column = widget.NewColumn(theme.Space4, widget.NewSplitRow(theme.Space12, theme.Scaled(150), c.name, c.meta), c.line, widget.NewInset(theme.Space4, 0, 0, 0, c.tags))
	c.row = widget.NewCardRow(c.column)
	c.row.Data = c
	return c
}

func (c *card) bind(v *hitView) {
	c.name.SetText(v.name)
	ink := widget.Quiet
	if v.stale {
		ink = widget.Stale
	}
	c.meta.SetText(v.meta)
	c.meta.SetStyle(widget.Style{Size: theme.Small, Ink: ink})
	c.line.SetText(v.line)
	setVisible(c.line, v.line != "")
	for len(c.pool) < len(v.tags) {
		c.pool = append(c.pool, widget.NewTag("", widget.ToneGood))
	}
	c.tags.Objects = c.tags.Objects[:0]
	for i, t := range v.tags {
		c.pool[i].Set(t.text, t.tone)
		c.tags.Objects = append(c.tags.Objects, c.pool[i])
	}
	setVisible(c.column.Objects[2], len(v.tags) > 0)
	widget.Relayout(c.row)
}

func (c *Counter) newList() *widget.List {
	probe := newCard()
	l := widget.NewList(
		func() int { return len(c.views) },
		func(i int, width float32) float32 {
			probe.bind(c.views[i])
			return probe.row.HeightFor(width)
		},
		func() widget.Row { return newCard().row },
		func(i int, row widget.Row) { row.(*widget.CardRow).Data.(*card).bind(c.views[i]) },
	)
	l.OnSelect = func(int) { c.showSelected(); widget.FocusIfNone(c.search.Entry) }
	l.OnChoose = func(int) { c.addSelected() }
	return l
}
