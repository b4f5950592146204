package widget

import (
	"fyne.io/fyne/v2"
)

// NewColumns lays panels in two columns where each gets at least minWidth, else
// in one. The order is kept: the left column is read to its end before the
// right one, and the cut is where the two come nearest in height.
func NewColumns(gap, minWidth float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &columns{gap: gap, minWidth: minWidth}, Objects: objects}
}

type columns struct{ gap, minWidth, width float32 }

// split gives the width of a column and how many objects stand in the left one.
func (l *columns) split(objects []fyne.CanvasObject, width float32) (w float32, left int) {
	w = (width - l.gap) / 2
	if w < l.minWidth {
		return width, len(objects)
	}
	best := float32(-1)
	for i := 1; i <= len(objects); i++ {
		h := max(l.stack(objects[:i], w, nil), l.stack(objects[i:], w, nil))
		if best < 0 || h < best {
			best, left = h, i
		}
	}
	return w, left
}

// stack puts objects below each other and gives their height.
func (l *columns) stack(objects []fyne.CanvasObject, w float32, put func(o fyne.CanvasObject, y, h float32)) float32 {
	y := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		if y > 0 {
			y += l.gap
		}
		h := HeightFor(o, w)
		if put != nil {
			put(o, y, h)
		}
		y += h
	}
	return y
}

func (l *columns) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	w, left := l.split(objects, width)
	return max(l.stack(objects[:left], w, nil), l.stack(objects[left:], w, nil))
}

func (l *columns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	w := float32(0)
	for _, o := range objects {
		if o.Visible() {
			w = max(w, o.MinSize().Width)
		}
	}
	return fyne.NewSize(w, l.heightFor(objects, max(w, l.width)))
}

func (l *columns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	w, left := l.split(objects, size.Width)
	for i, part := range [][]fyne.CanvasObject{objects[:left], objects[left:]} {
		x := float32(i) * (w + l.gap)
		l.stack(part, w, func(o fyne.CanvasObject, y, h float32) {
			o.Move(fyne.NewPos(x, y))
			o.Resize(fyne.NewSize(w, h))
		})
	}
}
