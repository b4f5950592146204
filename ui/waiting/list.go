package waiting

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// rowView is a row of the list: a heading, or a card with the code, the
// communities and the state.
type rowView struct {
	base.BaseWidget
	heading   *widget.Text
	card      *widget.CardRow
	code      *widget.Label
	title     *widget.Label
	sub       *widget.Label
	tag       *widget.Tag
	inner     *fyne.Container
	isHeading bool
}

func (p *Page) makeRow() widget.Row {
	r := &rowView{
		heading: widget.NewText("", widget.Style{Bold: true}),
		code:    widget.NewLabel("", widget.Style{Bold: true, Size: theme.CardTitle}),
		title:   widget.NewLabel("", widget.Style{Bold: true}),
		sub:     widget.NewLabel("", widget.Style{Ink: widget.Quiet, Size: theme.Quiet}),
		tag:     widget.NewTag("", widget.ToneGood),
	}
	r.inner = &fyne.Container{Layout: &rowLayout{r}, Objects: []fyne.CanvasObject{r.code, r.title, r.sub, r.tag}}
	r.card = widget.NewCardRow(r.inner)
	r.ExtendBaseWidget(r)
	return r
}

// SetState implements widget.Row.
func (r *rowView) SetState(selected, focused bool) {
	r.card.SetState(selected && !r.isHeading, focused && !r.isHeading)
}

// CreateRenderer implements fyne.Widget.
func (r *rowView) CreateRenderer() fyne.WidgetRenderer { return &rowRenderer{r} }

type rowRenderer struct{ r *rowView }

func (x *rowRenderer) Layout(s fyne.Size) {
	x.r.card.Resize(s)
	h := x.r.heading.HeightFor(s.Width)
	x.r.heading.Move(fyne.NewPos(0, s.Height-h))
	x.r.heading.Resize(fyne.NewSize(s.Width, h))
}
func (x *rowRenderer) MinSize() fyne.Size { return fyne.NewSize(100, cardHeight()) }
func (x *rowRenderer) Refresh() {
	show(x.r.card, !x.r.isHeading)
	show(x.r.heading, x.r.isHeading)
	x.Layout(x.r.Size())
	x.r.inner.Layout.Layout(nil, x.r.inner.Size())
	x.r.card.Refresh()
	x.r.heading.Refresh()
	canvas.Refresh(x.r)
}
func (x *rowRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{x.r.card, x.r.heading}
}
func (x *rowRenderer) Destroy() {}

// rowLayout: the code in a column of its own, then title above sub, the state
// to the right. In a narrow list the code goes above.
type rowLayout struct{ r *rowView }

func (l *rowLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, cardInner()) }

func (l *rowLayout) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	r := l.r
	if stacked(s.Width) {
		l.stack(s)
		return
	}
	tag := r.tag.MinSize()
	r.tag.Resize(tag)
	r.tag.Move(fyne.NewPos(s.Width-tag.Width, (s.Height-tag.Height)/2))
	x := float32(0)
	if r.code.Text() != "" {
		x = theme.Text(theme.CardTitle)*7.6 + theme.Space12
		ch := r.code.MinSize().Height
		r.code.Move(fyne.NewPos(0, (s.Height-ch)/2))
		r.code.Resize(fyne.NewSize(x-theme.Space8, ch))
	}
	w := max(s.Width-x-tag.Width-theme.Space12, 0)
	th, sh := r.title.MinSize().Height, r.sub.MinSize().Height
	y := (s.Height - th - sh) / 2
	r.title.Move(fyne.NewPos(x, y))
	r.title.Resize(fyne.NewSize(w, th))
	r.sub.Move(fyne.NewPos(x, y+th))
	r.sub.Resize(fyne.NewSize(w, sh))
}

// stack puts the code and the state above, then title and sub: for narrow lists
// and large type.
func (l *rowLayout) stack(s fyne.Size) {
	r := l.r
	tag, y := r.tag.MinSize(), float32(0)
	r.tag.Resize(tag)
	r.tag.Move(fyne.NewPos(s.Width-tag.Width, 0))
	if r.code.Text() != "" {
		h := r.code.MinSize().Height
		r.code.Move(fyne.NewPos(0, 0))
		r.code.Resize(fyne.NewSize(max(s.Width-tag.Width-theme.Space8, 0), h))
		y = h
	} else {
		y = tag.Height
	}
	for _, o := range []*widget.Label{r.title, r.sub} {
		h := o.MinSize().Height
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(s.Width, h))
		y += h
	}
}

// stacked says whether a row of this inner width has no room for columns.
func stacked(width float32) bool { return width < theme.Text(theme.Body)*32 }

func cardInner() float32  { return theme.Text(theme.Body)*1.45 + theme.Text(theme.Quiet)*1.45 }
func cardHeight() float32 { return cardInner() + 2*theme.Space12 }

func (p *Page) rowHeight(i int, width float32) float32 {
	if p.rows[i].heading != "" {
		return theme.Text(theme.Body)*1.5 + theme.Space4
	}
	if stacked(width - 2*theme.Space16) {
		return cardHeight() + theme.Text(theme.CardTitle)*1.45
	}
	return cardHeight()
}

func (p *Page) bindRow(i int, o widget.Row) {
	r, x := o.(*rowView), p.rows[i]
	r.isHeading = x.heading != ""
	switch {
	case r.isHeading:
		r.heading.SetText(p.say.T("waiting." + string(x.heading)))
	case x.suggestion != nil:
		r.code.SetText("")
		r.title.SetText(p.communityName(x.suggestion.Community))
		_, day := clockOf(x.suggestion.At)
		r.sub.SetText(p.say.ShortDay(day) + " · " + x.suggestion.Text)
		switch state, _ := p.stateOf(x.suggestion); state {
		case "confirmed":
			r.tag.Set(p.say.T("waiting.row_confirmed"), widget.ToneGood)
		case "waits":
			r.tag.Set(p.say.T("waiting.row_waits"), widget.ToneWaiting)
		default:
			r.tag.Set(p.say.T("waiting.row_open"), widget.ToneWaiting)
		}
	default:
		p.bindReferral(r, x.referral)
	}
	r.Refresh()
}

func (p *Page) bindReferral(r *rowView, ref *referral.Referral) {
	l := p.lifeOf(ref.Code)
	r.code.SetText(spaced(ref.Code))
	sub := p.say.T("waiting.row_sub", "day", p.say.ShortDay(ref.At), "depth", depthWords(p.say, ref.Depth))
	if p.snap.waits[ref.Code] {
		sub += " · " + p.say.T("waiting.row_waits")
	}
	r.sub.SetText(sub)
	if l == nil {
		r.title.SetText("")
		r.tag.Set("", widget.TonePlain)
		return
	}
	r.title.SetText(l.title(p.say))
	r.tag.Set(stateWords(p.say, l))
}

// lifeOf reads the life of a code once; nil where it cannot be read.
func (p *Page) lifeOf(code referral.Code) *life {
	if l, ok := p.lives[code]; ok {
		return l
	}
	l, err := readLife(p.d.Store, code)
	if err != nil {
		p.tell(widget.ToneTrouble, p.say.T("waiting.load_failed"))
		l = nil
	}
	if len(p.lives) > 2000 {
		clear(p.lives)
	}
	p.lives[code] = l
	return l
}

func (p *Page) communityName(id string) string {
	if c, err := p.d.Store.Community(id); err == nil {
		return c.Name
	}
	return p.say.T("waiting.unknown_community")
}

// selected shows what the list's selection is on; a heading leads on to its rows.
func (p *Page) selected(i int) {
	x := p.rows[i]
	switch {
	case x.heading != "":
		if i+1 < len(p.rows) {
			p.list.Select(i + 1)
			p.selected(i + 1)
		}
	case x.suggestion != nil:
		p.showSuggestion(x)
	default:
		if l := p.lifeOf(x.referral.Code); l != nil {
			p.showLife(l)
		}
	}
}

// listKey lets the digits choose an outcome while the list has focus, and the
// arrow up pass a heading.
func (p *Page) listKey(e *fyne.KeyEvent) bool {
	if n := digitOf(e.Name); n > 0 {
		return p.card != nil && p.card.choices.digit(n)
	}
	if i := p.list.Selected(); e.Name == fyne.KeyUp && i > 1 && p.rows[i-1].heading != "" {
		p.list.Select(i - 2)
		p.selected(i - 2)
		return true
	}
	if e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter {
		if p.card != nil && p.card.choices.chosen >= 0 {
			p.card.record()
			return true
		}
	}
	return false
}

// dayWords is a day as a person says it: today, yesterday, else in full.
func (p *Page) dayWords(d directory.Day) string {
	switch d.DaysUntil(p.today()) {
	case 0:
		return lower(p.say.T("waiting.when_today"))
	case 1:
		return lower(p.say.T("waiting.when_yesterday"))
	}
	return p.say.Day(d)
}
