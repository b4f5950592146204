package practice

import (
	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// sides lays the page: heading and practice grounds on the left; on the right the
// code, and below it what is chosen, or the time that is written down.
type sides struct{ p *Page }

func (l *sides) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(600, 400) }

func (l *sides) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	p, edge, gap := l.p, theme.Space24, theme.Space24 // a form has an edge of its own: it ends where the list does
	put := func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(max(w, 0), max(h, 0)))
	}
	w := s.Width - 2*edge
	left := min(max(w*0.38, theme.Text(theme.Body)*16), theme.Text(theme.Body)*28)
	right := w - left - gap
	writing, some := p.form != nil, p.length() > 0
	show(p.list, some)
	show(p.empty, !some)
	show(p.code, some && !writing)
	show(p.detail, some && !writing)
	show(p.over, writing)
	th := p.title.HeightFor(left)
	y := theme.Space24
	put(p.title, edge, y, left, th)
	if !some {
		left = min(w, theme.Text(theme.Body)*36)
	}
	top := y + th + theme.Space16
	put(p.list, edge, top, left+theme.Space8, s.Height-top-theme.Space8)
	put(p.empty, edge, top, left, p.empty.HeightFor(left))
	x := edge + w - right
	ch := widget.HeightFor(p.code, right)
	put(p.code, x, theme.Space16, right, ch)
	y = theme.Space16 + ch + theme.Space12
	put(p.detail, x, y, right+theme.Space8, s.Height-y-theme.Space8)
	put(p.over, x-edge, 0, right+2*edge, s.Height)
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
