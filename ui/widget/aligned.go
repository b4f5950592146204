package widget

import (
	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// NewAligned puts a short first object in a column of ems letters, so that lines below
// each other align, then a second that takes the room that is left, then what can be
// done, which may be nil. Where the second would get too little, it goes below the
// first.
func NewAligned(ems float32, first, second, act fyne.CanvasObject) *fyne.Container {
	c := &fyne.Container{Layout: &aligned{ems: ems}, Objects: []fyne.CanvasObject{first, second}}
	if act != nil {
		c.Objects = append(c.Objects, act)
	}
	return c
}

type aligned struct{ ems, width float32 }

// leastSecond is the fewest letters that the second object gets beside the first.
const leastSecond = 10

func (l *aligned) place(o []fyne.CanvasObject, width float32, put func(o fyne.CanvasObject, x, y, w, h float32)) float32 {
	em := theme.Text(theme.Body)
	column, room := em*l.ems, width
	var act fyne.Size
	if len(o) > 2 {
		act = o[2].MinSize()
		room -= act.Width + theme.Space12
	}
	x, w := column, room-column
	stacked := w < em*leastSecond
	if stacked {
		x, w, column = 0, room, room
	}
	h1, h2 := HeightFor(o[0], column), HeightFor(o[1], w)
	words, y2 := max(h1, h2), float32(0)
	if stacked {
		words, y2 = h1+h2, h1
	}
	h := max(words, act.Height)
	if put != nil {
		y := (h - words) / 2
		put(o[0], 0, y, column, h1)
		put(o[1], x, y+y2, w, h2)
		if len(o) > 2 {
			put(o[2], width-act.Width, (h-act.Height)/2, act.Width, act.Height)
		}
	}
	return h
}

func (l *aligned) heightFor(o []fyne.CanvasObject, width float32) float32 {
	return l.place(o, width, nil)
}

func (l *aligned) MinSize(o []fyne.CanvasObject) fyne.Size {
	w := float32(0)
	for _, x := range o {
		w = max(w, x.MinSize().Width)
	}
	return fyne.NewSize(w, l.place(o, max(w, l.width), nil))
}

func (l *aligned) Layout(o []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	l.place(o, size.Width, func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, h))
	})
}
