package widget

import (
	"fyne.io/fyne/v2"
)

// NewPair puts two parts beside each other in equal halves where each gets at
// least minWidth, else below each other.
func NewPair(gap, minWidth float32, a, b fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &equal{gap: gap, minWidth: minWidth}, Objects: []fyne.CanvasObject{a, b}}
}

// NewTiles puts parts beside each other, of one width and one height, where each
// gets at least minWidth, else below each other.
func NewTiles(gap, minWidth float32, parts ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &equal{gap: gap, minWidth: minWidth, level: true}, Objects: parts}
}

// equal lays out parts of one width; level gives those side by side one height.
type equal struct {
	gap, minWidth, width float32
	level                bool
}

// part gives the width of a part, and whether they stand side by side.
func (l *equal) part(n int, width float32) (float32, bool) {
	w := (width - float32(n-1)*l.gap) / float32(n)
	if w < l.minWidth {
		return width, false
	}
	return w, true
}

func (l *equal) place(o []fyne.CanvasObject, width float32, put bool) float32 {
	w, beside := l.part(len(o), width)
	highest, y := float32(0), float32(0)
	for _, x := range o {
		highest = max(highest, HeightFor(x, w))
	}
	for i, x := range o {
		h := HeightFor(x, w)
		if put {
			if beside {
				if l.level {
					h = highest
				}
				x.Move(fyne.NewPos(float32(i)*(w+l.gap), 0))
			} else {
				x.Move(fyne.NewPos(0, y))
			}
			x.Resize(fyne.NewSize(w, h))
		}
		y += h + l.gap
	}
	if beside {
		return highest
	}
	return y - l.gap
}

func (l *equal) heightFor(o []fyne.CanvasObject, width float32) float32 {
	return l.place(o, width, false)
}

func (l *equal) MinSize(o []fyne.CanvasObject) fyne.Size {
	w := float32(0)
	for _, x := range o {
		w = max(w, x.MinSize().Width)
	}
	return fyne.NewSize(w, l.place(o, max(w, l.width), false))
}

func (l *equal) Layout(o []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	l.place(o, size.Width, true)
}

// NewWhole gives its object all the room there is.
func NewWhole(o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &whole{}, Objects: []fyne.CanvasObject{o}}
}

type whole struct{}

func (*whole) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(400, 300) }
func (*whole) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.NewPos(0, 0))
		o.Resize(s)
	}
}

// NewBeside puts a left object that takes what it needs, and a right one that
// takes the room that is left, on one line, in the middle of each other; where
// the right one would get less than minRight, it goes below.
func NewBeside(gap, minRight float32, left, right fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &beside{gap: gap, minRight: minRight}, Objects: []fyne.CanvasObject{left, right}}
}

type beside struct{ gap, minRight, width float32 }

func (l *beside) place(o []fyne.CanvasObject, width float32, put bool) float32 {
	ls := o[0].MinSize()
	x, y, rw := ls.Width+l.gap, float32(0), width-ls.Width-l.gap
	if rw < l.minRight {
		x, y, rw = 0, ls.Height+l.gap/2, width
	}
	rh := HeightFor(o[1], rw)
	h := y + rh
	if x > 0 {
		h = max(ls.Height, rh)
		y = (h - rh) / 2
	}
	if put {
		o[0].Move(fyne.NewPos(0, 0))
		if x > 0 {
			o[0].Move(fyne.NewPos(0, (h-ls.Height)/2))
		}
		o[0].Resize(ls)
		o[1].Move(fyne.NewPos(x, y))
		o[1].Resize(fyne.NewSize(rw, rh))
	}
	return h
}

func (l *beside) heightFor(o []fyne.CanvasObject, width float32) float32 {
	return l.place(o, width, false)
}

func (l *beside) MinSize(o []fyne.CanvasObject) fyne.Size {
	w := max(o[0].MinSize().Width, o[1].MinSize().Width)
	return fyne.NewSize(w, l.place(o, max(w, l.width), false))
}

func (l *beside) Layout(o []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	l.place(o, size.Width, true)
}

// NewRow puts objects beside each other at the size they need; it does not wrap.
func NewRow(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &row{gap}, Objects: objects}
}

type row struct{ gap float32 }

func (l *row) MinSize(objects []fyne.CanvasObject) (s fyne.Size) {
	for i, o := range objects {
		m := o.MinSize()
		s = fyne.NewSize(s.Width+m.Width, max(s.Height, m.Height))
		if i > 0 {
			s.Width += l.gap
		}
	}
	return s
}

func (l *row) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	x := float32(0)
	for _, o := range objects {
		m := o.MinSize()
		o.Move(fyne.NewPos(x, (size.Height-m.Height)/2))
		o.Resize(m)
		x += m.Width + l.gap
	}
}
