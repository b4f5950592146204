package waiting

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// equal lays panels side by side, equally wide and equally high.
type equal struct {
	base.BaseWidget
	objects []fyne.CanvasObject
}

func newEqual(objects []fyne.CanvasObject) *equal {
	e := &equal{objects: objects}
	e.ExtendBaseWidget(e)
	return e
}

func (e *equal) each(width float32) float32 {
	n := float32(len(e.objects))
	return (width - theme.Space16*(n-1)) / n
}

// HeightFor implements widget.Flowing.
func (e *equal) HeightFor(width float32) float32 {
	h := float32(0)
	for _, o := range e.objects {
		h = max(h, widget.HeightFor(o, e.each(width)))
	}
	return h
}

// CreateRenderer implements fyne.Widget.
func (e *equal) CreateRenderer() fyne.WidgetRenderer { return &equalRenderer{e} }

type equalRenderer struct{ e *equal }

func (r *equalRenderer) Layout(s fyne.Size) {
	w := r.e.each(s.Width)
	for i, o := range r.e.objects {
		o.Move(fyne.NewPos(float32(i)*(w+theme.Space16), 0))
		o.Resize(fyne.NewSize(w, s.Height))
	}
}

func (r *equalRenderer) MinSize() fyne.Size {
	return fyne.NewSize(0, r.e.HeightFor(max(r.e.Size().Width, 300)))
}

func (r *equalRenderer) Refresh() {
	r.Layout(r.e.Size())
	for _, o := range r.e.objects {
		o.Refresh()
	}
	canvas.Refresh(r.e)
}

func (r *equalRenderer) Objects() []fyne.CanvasObject { return r.e.objects }
func (r *equalRenderer) Destroy()                     {}

// sides lays the page: heading, figures and list on the left, code and detail
// on the right.
type sides struct{ p *Page }

// rightWidth is the width of the code and the detail (design/followup.png).
func rightWidth(width float32) float32 {
	return min(theme.Scaled(420), max(width*0.4, 300))
}

func (l *sides) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(640, 400) }

func (l *sides) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	p := l.p
	edge, gap := theme.Space24, theme.Space16
	rw := rightWidth(s.Width)
	lw := s.Width - rw - gap - 2*edge + theme.Space8
	p.fitFigures(lw)
	hh := widget.HeightFor(p.head, lw)
	p.head.Move(fyne.NewPos(edge, theme.Space16))
	p.head.Resize(fyne.NewSize(lw, hh))
	top := theme.Space16 + hh + theme.Space12
	for _, o := range []fyne.CanvasObject{p.list, p.empty} {
		o.Move(fyne.NewPos(edge, top))
		o.Resize(fyne.NewSize(lw, max(s.Height-top-theme.Space8, 0)))
	}
	rx := s.Width - rw - edge + theme.Space8
	fh := widget.HeightFor(p.code, rw)
	p.code.Move(fyne.NewPos(rx, theme.Space16))
	p.code.Resize(fyne.NewSize(rw, fh))
	y := theme.Space16 + fh + theme.Space12
	p.detail.Move(fyne.NewPos(rx, y))
	p.detail.Resize(fyne.NewSize(rw, max(s.Height-y-theme.Space8, 0)))
}
