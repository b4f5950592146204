package practice

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// rowView is one practice ground of the list.
type rowView struct {
	base.BaseWidget
	card      *widget.CardRow
	name, sub *widget.Label
	tag       *widget.Tag
	inner     *fyne.Container
}

func (p *Page) makeRow() widget.Row {
	r := &rowView{
		name: widget.NewLabel("", widget.Style{Bold: true}),
		sub:  widget.NewLabel("", widget.Style{Size: theme.Quiet, Ink: widget.Quiet}),
		tag:  widget.NewTag("", widget.ToneGood),
	}
	r.inner = &fyne.Container{Layout: &rowLayout{r}, Objects: []fyne.CanvasObject{r.name, r.sub, r.tag}}
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
func (x *rowRenderer) MinSize() fyne.Size { return fyne.NewSize(100, rowHeight(0)) }
func (x *rowRenderer) Refresh() {
	x.r.inner.Layout.Layout(nil, x.r.inner.Size())
	x.r.card.Refresh()
	canvas.Refresh(x.r)
}
func (x *rowRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{x.r.card} }
func (x *rowRenderer) Destroy()                     {}

type rowLayout struct{ r *rowView }

func (l *rowLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, rowHeight(0)) }

// Layout puts the name and the line above each other, and the state below: the list
// is narrow, and names are long.
func (l *rowLayout) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	y := float32(0)
	for _, o := range []*widget.Label{l.r.name, l.r.sub} {
		h := o.MinSize().Height
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(s.Width, h))
		y += h
	}
	tag := l.r.tag.MinSize()
	tag.Width = min(tag.Width, s.Width)
	l.r.tag.Move(fyne.NewPos(0, y+theme.Space4))
	l.r.tag.Resize(tag)
}

func rowHeight(float32) float32 {
	return theme.Text(theme.Body)*1.45 + theme.Text(theme.Quiet)*1.45 + theme.Text(theme.Small)*1.45 + 2*theme.Space4 + 2*theme.Space12
}

func (p *Page) bindRow(i int, o widget.Row) {
	r, g := o.(*rowView), p.snap.grounds[i]
	r.name.SetText(g.Name)
	r.sub.SetText(strings.Join(filled(p.say.Schedule(g.Schedule), p.say.ShortPlace(g.PublicPlace())), " · "))
	r.tag.Set(p.state(g))
	r.Refresh()
}

// state says how far a practice ground has come, and what waits there.
func (p *Page) state(g *directory.Community) (string, widget.Tone) {
	text := p.progress(g)
	switch practice.PhaseOf(g, p.today()) {
	case practice.Coming:
		return p.t("begins", "day", p.say.ShortDay(g.Practice.From)), widget.ToneGood
	case practice.Over:
		return p.t("over") + " · " + text, widget.TonePlain
	}
	if n := len(practice.ToRegister(p.snap.sessions, g, p.d.Now())); n > 0 {
		return text + " · " + p.say.N("practice.to_register", n), widget.ToneWaiting
	}
	if n := len(p.snap.offers[g.ID]); n > 0 {
		return text + " · " + p.t("again_tag"), widget.ToneWaiting
	}
	return text, widget.ToneGood
}

// progress says of how many times it has been held how many: "3 af 8 gange".
func (p *Page) progress(g *directory.Community) string {
	s := practice.Attendance(p.snap.sessions, g)
	if s.Of > 0 {
		return p.say.N("practice.times_of", s.Of, "held", p.say.Int(s.Held))
	}
	return p.say.N("practice.times", s.Held)
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
