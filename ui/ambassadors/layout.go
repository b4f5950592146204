package ambassadors

import (
	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// sides lays the page: heading and parts above; search, filters and list on the left,
// what is chosen on the right; a form over it all.
type sides struct{ p *Page }

func (l *sides) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(600, 400) }

func (l *sides) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	p, edge, gap := l.p, theme.Space24, theme.Space16
	put := func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(max(w, 0), max(h, 0)))
	}
	open := p.form == nil
	for _, o := range []fyne.CanvasObject{p.title, p.parts} {
		show(o, open)
	}
	show(p.over, !open)
	put(p.over, 0, 0, s.Width, s.Height)
	read := p.roll != nil
	whole := read && p.part == people && len(p.roll.people) == 0 // nothing to search in
	show(p.search, open && p.part == people && read && !whole)
	show(p.filters, p.search.Visible())
	show(p.list, open && len(p.found) > 0)
	show(p.empty, open && len(p.found) == 0)
	show(p.right, open && read && len(p.found) > 0)
	show(p.create, open && p.creates)
	if !open {
		return
	}
	w := s.Width - 2*edge
	y := theme.Space16
	cw := float32(0)
	if p.creates {
		cw = p.create.MinSize().Width
	}
	tw, th := p.title.Natural()+2, p.title.HeightFor(w)
	pw := p.parts.Natural() + 1
	bar := max(th, p.create.MinSize().Height)
	if tw+theme.Space24+pw+gap+cw <= w { // all on one line
		put(p.title, edge, y+(bar-th)/2, tw, th)
		ph := p.parts.HeightFor(pw)
		put(p.parts, edge+tw+theme.Space24, y+(bar-ph)/2, pw, ph)
		put(p.create, edge+w-cw, y, cw, p.create.MinSize().Height)
		y += bar
	} else {
		put(p.title, edge, y+(bar-th)/2, w-cw-gap, th)
		put(p.create, edge+w-cw, y, cw, p.create.MinSize().Height)
		y += bar + theme.Space8
		ph := p.parts.HeightFor(w)
		put(p.parts, edge, y, w, ph)
		y += ph
	}
	y += theme.Space12
	right := min(max(w*0.44, theme.Text(theme.Body)*20), w*0.56)
	left := w - right - gap
	put(p.right, edge+w-right, y, right+theme.Space8, s.Height-y-theme.Space12)
	if p.search.Visible() {
		p.narrowCount(left)
		sh := p.search.MinSize().Height
		put(p.search, edge, y, left, sh)
		fh := widget.HeightFor(p.filters, left)
		put(p.filters, edge, y+sh+theme.Space12, left, fh)
		y += sh + theme.Space12 + fh + theme.Space16
	}
	put(p.list, edge, y, left+theme.Space8, s.Height-y-theme.Space8)
	ew := min(w, theme.Text(theme.Body)*36)
	put(p.empty, edge, y+theme.Space8, ew, p.empty.HeightFor(ew))
}

// narrowCount says in a narrow field how many there are by the number alone.
func (p *Page) narrowCount(width float32) {
	if width < theme.Text(theme.Body)*30 {
		p.search.SetCount(p.say.Int(len(p.found)))
	}
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
