package counter

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/widget"

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
	heading   string // stands above it: here begins what fits but for one wish
}

// same says whether two hits look the same in the list.
func (v *hitView) same(o *hitView) bool {
	return v.community == o.community && v.heading == o.heading && v.meta == o.meta && slices.Equal(v.tags, o.tags)
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
	return &v
}

// arrange puts the hits in the order in which they are shown: what fits, then
// what fits but for one wish and how it differs, then what lies far away, then
// the rest, each part under its heading. Mostly there is one part, and no heading.
func (c *Counter) arrange() {
	c.views = c.views[:0]
	near, hits := c.result.Near, slices.Clone(c.result.Hits)
	reasons := map[string]match.Hit{}
	for _, h := range hits {
		reasons[h.ID] = h
	}
	hits = slices.DeleteFunc(hits, func(h match.Hit) bool {
		return slices.ContainsFunc(near, func(n match.Near) bool { return n.Hit.ID == h.ID })
	})
	var fit, same, far, rest []match.Hit
	few := c.asked && c.result.Total < fewFit
	for _, h := range hits {
		switch {
		case h.Far:
			far = append(far, h)
		case few && (len(fit) >= c.result.Total || misses(h)), len(far) > 0:
			rest = append(rest, h)
		default:
			fit = append(fit, h)
		}
	}
	for _, n := range near {
		if h, ok := reasons[n.Hit.ID]; ok {
			n.Hit = h // with all its reasons
		}
		same = append(same, n.Hit)
	}
	c.put(fit, "", nil)
	c.put(same, c.cat.T("words.near.heading"), near)
	c.put(far, c.cat.T("counter.far"), nil)
	c.put(rest, c.cat.T("counter.further"), nil)
}

// fewFit: below so many, what does not fit is told apart from what does.
const fewFit = 3

// misses says that a record is known not to meet a wish.
func misses(h match.Hit) bool {
	return slices.ContainsFunc(h.Reasons, func(r match.Reason) bool { return r.Fact == match.NotMet })
}

// put adds a part of the list; near, where given, says how each of it differs.
func (c *Counter) put(hits []match.Hit, heading string, near []match.Near) {
	for i, h := range hits {
		v := c.view(h)
		if v == nil {
			continue
		}
		v.heading, heading = heading, ""
		if near != nil {
			c.sayNear(v, near[i])
		}
		c.views = append(c.views, v)
	}
}

// sayNear puts on a hit that fits but for one wish how it differs, in the place
// of the plain reason.
func (c *Counter) sayNear(v *hitView, n match.Near) {
	plain, text := c.say.Reason(n.Differs), c.say.Near(n)
	v.tags = slices.DeleteFunc(v.tags, func(t tagView) bool { return t.text == plain })
	v.tags = slices.Insert(v.tags, 0, tagView{text, widget.ToneWaiting})
}

func (c *Counter) describe(com *directory.Community) *hitView {
	now := c.deps.Now()
	fresh := com.Freshness(directory.DayOf(now))
	v := &hitView{community: com, name: com.Name, freshness: c.say.Freshness(fresh), stale: fresh.Stale}
	when := c.say.Schedule(com.Schedule)
	if when == "" {
		if next := com.NextForNew(now, 1); len(next) > 0 {
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
	var first string // what one must know before showing the way there
	switch paused := c.say.Paused(com, directory.DayOf(now)); {
	case paused != "":
		first = capital(paused)
	case isFull(com):
		first = capital(c.say.Reason(match.Reason{Kind: match.ReasonKind(match.WishRoom), Fact: match.NotMet}))
	}
	v.line = strings.Join(nonEmpty(first, v.line), " · ")
	return v
}

// isFull says that a community says it has no room.
func isFull(com *directory.Community) bool {
	return com.Capacity != nil && com.Capacity.Free != nil && *com.Capacity.Free == 0
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
	base.BaseWidget
	heading    *widget.Text
	row        *widget.CardRow
	name, line *widget.Text
	meta       *widget.Label
	tags       *fyne.Container
	pool       []*widget.Tag
	column     *fyne.Container
}

func newCard() *card {
	c := &card{
		heading: widget.NewText("", widget.Style{Bold: true}),
		name:    widget.NewText("", widget.Style{Size: theme.CardTitle, Bold: true}),
		meta:    widget.NewLabel("", widget.Style{Size: theme.Small, Ink: widget.Quiet}),
		line:    widget.NewText("", widget.Style{}),
		tags:    widget.NewFlow(6),
	}
	c.column = widget.NewColumn(theme.Space4, widget.NewSplitRow(theme.Space12, theme.Scaled(150), c.name, c.meta), c.line, widget.NewInset(theme.Space4, 0, 0, 0, c.tags))
	c.row = widget.NewCardRow(c.column)
	c.ExtendBaseWidget(c)
	return c
}

// SetState implements widget.Row.
func (c *card) SetState(selected, focused bool) { c.row.SetState(selected, focused) }

// HeightFor implements widget.Flowing.
func (c *card) HeightFor(width float32) float32 { return c.above(width) + c.row.HeightFor(width) }

// above is the height of the heading with its space.
func (c *card) above(width float32) float32 {
	if c.heading.Text() == "" {
		return 0
	}
	return theme.Space12 + c.heading.HeightFor(width) + theme.Space8
}

// CreateRenderer implements fyne.Widget.
func (c *card) CreateRenderer() fyne.WidgetRenderer { return &cardRenderer{c} }

type cardRenderer struct{ c *card }

func (r *cardRenderer) Layout(s fyne.Size) {
	above := r.c.above(s.Width)
	r.c.heading.Move(fyne.NewPos(0, theme.Space12))
	r.c.heading.Resize(fyne.NewSize(s.Width, r.c.heading.HeightFor(s.Width)))
	r.c.row.Move(fyne.NewPos(0, above))
	r.c.row.Resize(fyne.NewSize(s.Width, s.Height-above))
}
func (r *cardRenderer) MinSize() fyne.Size {
	s := r.c.row.MinSize()
	return fyne.NewSize(s.Width, s.Height+r.c.above(s.Width))
}
func (r *cardRenderer) Refresh() {
	r.Layout(r.c.Size())
	r.c.heading.Refresh()
	r.c.row.Refresh()
	canvas.Refresh(r.c)
}
func (r *cardRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.c.heading, r.c.row}
}
func (r *cardRenderer) Destroy() {}

func (c *card) bind(v *hitView) {
	c.heading.SetText(v.heading)
	setVisible(c.heading, v.heading != "")
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
	if s := c.Size(); s.Width > 0 {
		(&cardRenderer{c}).Layout(s)
	}
	widget.Relayout(c.row)
}

func (c *Counter) newList() *widget.List {
	probe := newCard()
	l := widget.NewList(
		func() int { return len(c.views) },
		func(i int, width float32) float32 {
			probe.bind(c.views[i])
			return probe.HeightFor(width)
		},
		func() widget.Row { return newCard() },
		func(i int, row widget.Row) { row.(*card).bind(c.views[i]) },
	)
	l.OnSelect = func(int) { c.showSelected(); widget.FocusIfNone(c.search.Entry) }
	l.OnChoose = func(int) { c.addSelected() }
	return l
}
