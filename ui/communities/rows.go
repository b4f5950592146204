package communities

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// rowView is one community of the list: its name, when and where, how fresh.
type rowView struct {
	base.BaseWidget
	card  *widget.CardRow
	name  *widget.Label
	sub   *widget.Label
	fresh *widget.Label
	inner *fyne.Container
}

func (p *Page) makeRow() widget.Row {
	r := &rowView{
		name:  widget.NewLabel("", widget.Style{Bold: true}),
		sub:   widget.NewLabel("", widget.Style{Size: theme.Quiet, Ink: widget.Quiet}),
		fresh: widget.NewLabel("", widget.Style{Size: theme.Small, Ink: widget.Quiet}),
	}
	r.inner = &fyne.Container{Layout: &rowLayout{r}, Objects: []fyne.CanvasObject{r.name, r.sub, r.fresh}}
	r.card = widget.NewCardRow(r.inner)
	r.ExtendBaseWidget(r)
	return r
}

// SetState implements widget.Row.
func (r *rowView) SetState(selected, focused bool) { r.card.SetState(selected, focused) }

// CreateRenderer implements fyne.Widget.
func (r *rowView) CreateRenderer() fyne.WidgetRenderer { return &rowRenderer{r} }

type rowRenderer struct{ r *rowView }

func (x *rowRenderer) Layout(s fyne.Size) { x.r.card.Resize(s) }
func (x *rowRenderer) MinSize() fyne.Size { return fyne.NewSize(100, rowHeight()) }
func (x *rowRenderer) Refresh() {
	x.r.inner.Layout.Layout(nil, x.r.inner.Size())
	x.r.card.Refresh()
	canvas.Refresh(x.r)
}
func (x *rowRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{x.r.card} }
func (x *rowRenderer) Destroy()                     {}

type rowLayout struct{ r *rowView }

func (l *rowLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, rowInner()) }

func (l *rowLayout) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	if stacked(s.Width) {
		l.stack(s)
		return
	}
	f, n, b := l.r.fresh.MinSize(), l.r.name.MinSize().Height, l.r.sub.MinSize().Height
	fw := min(f.Width, s.Width*0.45)
	y := (s.Height - n - b) / 2
	l.r.name.Move(fyne.NewPos(0, y))
	l.r.name.Resize(fyne.NewSize(s.Width-fw-theme.Space12, n))
	l.r.fresh.Move(fyne.NewPos(s.Width-fw, y+(n-f.Height)/2))
	l.r.fresh.Resize(fyne.NewSize(fw, f.Height))
	l.r.sub.Move(fyne.NewPos(0, y+n))
	l.r.sub.Resize(fyne.NewSize(s.Width, b))
}

// stack puts all three below each other: for narrow lists and large type.
func (l *rowLayout) stack(s fyne.Size) {
	y := float32(0)
	for _, o := range []*widget.Label{l.r.name, l.r.sub, l.r.fresh} {
		h := o.MinSize().Height
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(s.Width, h))
		y += h
	}
}

// stacked says whether a row of this inner width has no room for two things on a line.
func stacked(width float32) bool { return width < theme.Text(theme.Body)*26 }

func rowInner() float32  { return theme.Text(theme.Body)*1.45 + theme.Text(theme.Quiet)*1.45 }
func rowHeight() float32 { return rowInner() + 2*theme.Space12 }

func rowHeightAt(width float32) float32 {
	if stacked(width - 2*theme.Space16) {
		return rowHeight() + theme.Text(theme.Small)*1.45
	}
	return rowHeight()
}

func (p *Page) bindRow(i int, o widget.Row) {
	r, e := o.(*rowView), &p.listing.entries[p.found[i]]
	r.name.SetText(e.name)
	r.sub.SetText(e.sub)
	ink, text := widget.Quiet, p.say.Freshness(e.fresh)
	if e.fresh.Stale || !e.fresh.Stated {
		ink = widget.Stale
	}
	if e.reports > 0 {
		ink, text = widget.Stale, p.say.N("communities.row_reported", e.reports)+" · "+text
	}
	if e.status == directory.StatusClosed {
		text = p.say.T("communities.status."+string(e.status)) + " · " + text
	} else if e.paused != "" {
		text = upperFirst(e.paused) // there is no room for more
	}
	r.fresh.SetStyle(widget.Style{Size: theme.Small, Ink: ink})
	r.fresh.SetText(text)
	r.Refresh()
}

// selected shows one community on the right.
func (p *Page) selected(i int) {
	if p.work != nil && p.work.importer.busy() {
		return // the work stays in sight; the list can be read meanwhile
	}
	p.work = nil
	p.showCommunity(p.listing.entries[p.found[i]].id, nil)
	p.detail.ToTop()
	p.relayout()
}

func (p *Page) showHint() {
	p.shown = nil
	p.acts.fit(p.may, false)
	p.inside.Objects = []fyne.CanvasObject{widget.NewPanel(widget.NewText(p.say.T("communities.pick"), widget.Style{Ink: widget.Quiet}))}
}

// describe says everything a record states, and nothing it does not.
func (p *Page) describe(c *directory.Community) fyne.CanvasObject {
	s := p.say
	out := widget.NewColumn(theme.Space12, widget.NewColumn(theme.Space4,
		widget.NewText(c.Name, widget.Style{Size: theme.Heading, Bold: true}),
		widget.NewText(strings.Join(filled(s.Label("kind", string(c.Kind)), c.Category, s.Freshness(c.Freshness(p.today()))), " · "), widget.Style{Ink: widget.Quiet, Size: theme.Quiet})))
	fact := func(key, text string) {
		if text = upperFirst(strings.TrimSpace(text)); text != "" {
			out.Add(widget.NewColumn(0,
				widget.NewText(s.T("communities.detail."+key), widget.Style{Size: theme.Small, Bold: true, Ink: widget.Quiet}),
				widget.NewText(text, widget.Style{})))
		}
	}
	if c.IsClosed() {
		out.Add(widget.NewFlow(0, widget.NewTag(s.T("communities.status."+string(c.Status)), widget.ToneWaiting)))
	} else if paused := s.Paused(c, p.today()); paused != "" {
		out.Add(widget.NewTonePanel(widget.ToneWaiting, widget.NewText(strings.Join(filled(upperFirst(strings.TrimSuffix(paused, "."))+".", s.WhyPaused(c, p.today())), " "), widget.Style{Ink: widget.OnWaiting})))
	}
	reports := p.reportsOf(c)
	if p.told = len(reports); p.told > 0 {
		out.Add(p.reportedBox(reports, 0, true))
	}
	fact("about", strings.Join(filled(c.Summary, c.Description), "\n"))
	fact("when", s.Schedule(c.Schedule))
	if next := c.NextForNew(p.d.Now(), 1); len(next) > 0 {
		fact("next", s.Next(next[0]))
	}
	if pl := c.PublicPlace(); pl != nil {
		fact("where", s.Place(pl))
		fact("accessibility", s.Labels("accessibility", pl.Accessibility))
	}
	fact("price", s.Price(c.Price))
	fact("audience", s.Audience(c.Audience))
	var cannot []string
	if w := c.Welcome; w != nil {
		fact("first", strings.Join(filled(append([]string{w.Greeter, c.MeetingPoint()}, w.FirstTime...)...), "\n"))
		fact("reception", p.receptionWords(w))
		cannot = w.Cannot
	}
	if c.Accompaniment != nil {
		fact("accompaniment", s.Accompaniment(c.Accompaniment))
	}
	fact("considerations", s.Labels("consideration", c.Considerations))
	fact("cannot", s.Labels("consideration", cannot))
	fact("room", s.Room(c.Capacity))
	if o := c.Organiser; o != nil {
		fact("organiser", o.Name)
	}
	if k := c.Contact; k != nil {
		fact("contact", strings.Join(filled(k.Role, s.Phone(k.Phone), k.Email, k.Web), "\n"))
	}
	return out
}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return "" // upper case of nothing would be the sign for a broken letter
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// filled leaves out what is empty.
func filled(parts ...string) []string {
	var out []string
	for _, x := range parts {
		if strings.TrimSpace(x) != "" {
			out = append(out, x)
		}
	}
	return out
}
