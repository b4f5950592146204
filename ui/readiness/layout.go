package readiness

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// sides lays the page: the organisations on the left where there are several, what
// is chosen on the right, a form over it all.
type sides struct{ p *Page }

func (l *sides) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(600, 400) }

func (l *sides) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	p, edge, gap := l.p, theme.Space24, theme.Space16
	put := func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(max(w, 0), max(h, 0)))
	}
	open, n := p.form == nil, p.length()
	show(p.title, open)
	show(p.over, !open)
	show(p.list, open && n > 1)
	show(p.right, open && n > 0)
	show(p.empty, open && n == 0)
	show(p.create, open && p.snap != nil && p.snap.may.agree())
	put(p.over, 0, 0, s.Width, s.Height)
	if !open {
		return
	}
	w, y := s.Width-2*edge, theme.Space16
	cs := p.create.MinSize()
	th := p.title.HeightFor(w - cs.Width - gap)
	bar := max(th, cs.Height)
	put(p.title, edge, y+(bar-th)/2, w-cs.Width-gap, th)
	put(p.create, edge+w-cs.Width, y, cs.Width, cs.Height)
	y += bar + theme.Space12
	left := float32(0)
	if n > 1 {
		left = min(max(w*0.3, theme.Text(theme.Body)*15), theme.Text(theme.Body)*22)
		put(p.list, edge, y, left+theme.Space8, s.Height-y-theme.Space8)
		left += gap
	}
	put(p.right, edge+left, y, w-left+theme.Space8, s.Height-y-theme.Space12)
	ew := min(w, theme.Text(theme.Body)*36)
	put(p.empty, edge, y, ew, p.empty.HeightFor(ew))
}

// fill gives its object all the room there is.
type fill struct{}

func (*fill) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }
func (*fill) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.NewPos(0, 0))
		o.Resize(s)
	}
}

// rowView is one organisation of the list.
type rowView struct {
	base.BaseWidget
	card      *widget.CardRow
	name, sub *widget.Label
	inner     *fyne.Container
}

func (p *Page) makeRow() widget.Row {
	r := &rowView{name: widget.NewLabel("", widget.Style{Bold: true}), sub: widget.NewLabel("", widget.Style{Size: theme.Quiet, Ink: widget.Quiet})}
	r.inner = &fyne.Container{Layout: &rowLayout{r}, Objects: []fyne.CanvasObject{r.name, r.sub}}
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

func (l *rowLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, rowHeight()) }

func (l *rowLayout) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	y := float32(0)
	for _, o := range []*widget.Label{l.r.name, l.r.sub} {
		h := o.MinSize().Height
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(s.Width, h))
		y += h
	}
}

func rowHeight() float32 {
	return theme.Text(theme.Body)*1.45 + theme.Text(theme.Quiet)*1.45 + 2*theme.Space12
}

// bindRow says of an organisation what there is: never how it answered.
func (p *Page) bindRow(i int, o widget.Row) {
	r, x := o.(*rowView), &p.snap.list[i]
	r.name.SetText(p.nameOf(x))
	r.sub.SetText(p.standing(x))
	r.Refresh()
}
