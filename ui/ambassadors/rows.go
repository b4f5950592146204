package ambassadors

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// rowView is one ambassador, or one meeting, of the list: a name, a line about it,
// and how it stands.
type rowView struct {
	base.BaseWidget
	card  *widget.CardRow
	name  *widget.Label
	sub   *widget.Label
	tag   *widget.Tag
	inner *fyne.Container
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

func (l *rowLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, rowInner()) }

func (l *rowLayout) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	r := l.r
	tag, n, b := r.tag.MinSize(), r.name.MinSize().Height, r.sub.MinSize().Height
	tag.Width = min(tag.Width, s.Width)
	y := (s.Height - n - b) / 2
	if stacked(s.Width) { // the state below: for narrow lists and large type
		y = 0
		r.tag.Move(fyne.NewPos(0, n+b+theme.Space4))
		r.name.Resize(fyne.NewSize(s.Width, n))
	} else {
		r.tag.Move(fyne.NewPos(s.Width-tag.Width, y+(n-tag.Height)/2))
		r.name.Resize(fyne.NewSize(max(s.Width-tag.Width-theme.Space12, 0), n))
	}
	r.tag.Resize(tag)
	r.name.Move(fyne.NewPos(0, y))
	r.sub.Move(fyne.NewPos(0, y+n))
	r.sub.Resize(fyne.NewSize(s.Width, b))
}

// stacked says whether a row of this inner width has no room for two things on a line.
func stacked(width float32) bool { return width < theme.Text(theme.Body)*17 }

func rowInner() float32 { return theme.Text(theme.Body)*1.45 + theme.Text(theme.Quiet)*1.45 }

func rowHeight(width float32) float32 {
	h := rowInner() + 2*theme.Space12
	if stacked(width - 2*theme.Space16) {
		h += theme.Text(theme.Small)*1.45 + 2*theme.Space4
	}
	return h
}

func (p *Page) bindRow(i int, o widget.Row) {
	r := o.(*rowView)
	if p.part == meetings {
		m := &p.roll.meetings[p.found[i]]
		r.name.SetText(p.say.Day(m.On))
		r.sub.SetText(strings.Join(filled(m.Place, m.Area, firstLine(m.About)), " · "))
		r.tag.Set(p.meetingState(m))
	} else {
		e := &p.roll.people[p.found[i]]
		r.name.SetText(e.Name)
		r.sub.SetText(p.subline(e))
		r.tag.Set(p.state(e))
	}
	r.Refresh()
}

// subline says where, and what they are glad to do.
func (p *Page) subline(e *entry) string {
	return strings.Join(filled(strings.Join(e.Areas, ", "), p.say.Labels("wish", e.Interests)), " · ")
}

// state says in a word whether somebody can be asked.
func (p *Page) state(e *entry) (string, widget.Tone) {
	switch {
	case e.fit.Paused && e.fit.PausedTo != "":
		return p.t("state_paused_to", "day", p.say.ShortDay(e.fit.PausedTo)), widget.ToneWaiting
	case e.fit.Paused:
		return p.t("state_paused"), widget.ToneWaiting
	case e.fit.Full:
		return p.t("state_full"), widget.ToneWaiting
	case e.fit.Free != nil:
		return p.say.N("ambassadors.state_free", *e.fit.Free), widget.ToneGood
	}
	return p.t("state_can"), widget.ToneGood
}

func (p *Page) meetingState(m *directory.Meeting) (string, widget.Tone) {
	switch {
	case m.Held:
		return p.t("meeting_held"), widget.ToneGood
	case m.On < p.today():
		return p.t("meeting_open"), widget.ToneWaiting
	case m.On == p.today():
		return p.t("meeting_today"), widget.ToneGood
	}
	return p.t("meeting_planned"), widget.ToneGood
}

func firstLine(s string) string {
	l, _, _ := strings.Cut(s, "\n")
	return l
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
