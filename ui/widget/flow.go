// Package widget holds the parts that more than one screen is built of: text
// that wraps, cards, chips, buttons, fields, lists. They draw with the tokens
// of ui/theme, they can all be reached and used by keyboard, and focus always
// shows.
//
// It knows Fyne and the theme. It must not know records, the store or any one
// screen, and it holds no text for people: callers pass every word in.
//
// Text wraps, so a part's height depends on the width it is given. Fyne asks
// for a minimum size before it knows the width; here a part that wraps is
// Flowing and the layouts of this package ask it for its height at the real
// width, so that nothing is cut and nothing jumps a layout pass later.
package widget

import (
	"fyne.io/fyne/v2"
)

// Flowing is an object whose height depends on the width it gets.
type Flowing interface {
	fyne.CanvasObject
	HeightFor(width float32) float32
}

// flowLayout is a layout whose height depends on the width it gets.
type flowLayout interface {
	heightFor(objects []fyne.CanvasObject, width float32) float32
}

// HeightFor is the height that o needs at a width.
func HeightFor(o fyne.CanvasObject, width float32) float32 {
	switch x := o.(type) {
	case Flowing:
		return x.HeightFor(width)
	case *fyne.Container:
		if l, ok := x.Layout.(flowLayout); ok {
			return l.heightFor(x.Objects, width)
		}
	}
	return o.MinSize().Height
}

// NewColumn lays objects below each other, each as wide as the column, gap apart.
func NewColumn(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &column{gap: gap}, Objects: objects}
}

type column struct{ gap, width float32 }

func (l *column) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	h, n := float32(0), 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		h += HeightFor(o, width)
		n++
	}
	return h + l.gap*float32(max(n-1, 0))
}

func (l *column) MinSize(objects []fyne.CanvasObject) fyne.Size {
	w := float32(0)
	for _, o := range objects {
		if o.Visible() {
			w = max(w, o.MinSize().Width)
		}
	}
	return fyne.NewSize(w, l.heightFor(objects, max(w, l.width)))
}

func (l *column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	y := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		h := HeightFor(o, size.Width)
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, h))
		y += h + l.gap
	}
}

// NewFlow lays objects beside each other, each as wide as it needs, and goes
// on in a new line where the width ends: chips, and buttons at large type.
func NewFlow(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &flow{gap: gap}, Objects: objects}
}

type flow struct{ gap, width float32 }

// place walks the objects line by line; in a line they stand centred on each other.
func (l *flow) place(objects []fyne.CanvasObject, width float32, put func(o fyne.CanvasObject, p fyne.Position, s fyne.Size)) float32 {
	y := float32(0)
	for i := 0; i < len(objects); {
		line, x, h := []fyne.CanvasObject{}, float32(0), float32(0)
		var xs []float32
		var sizes []fyne.Size
		for ; i < len(objects); i++ {
			o := objects[i]
			if !o.Visible() {
				continue
			}
			s := o.MinSize()
			if len(line) > 0 && x+s.Width > width+0.5 {
				break
			}
			if s.Width > width && width > 0 {
				s = fyne.NewSize(width, HeightFor(o, width))
			}
			line, xs, sizes = append(line, o), append(xs, x), append(sizes, s)
			x += s.Width + l.gap
			h = max(h, s.Height)
		}
		if len(line) == 0 {
			break
		}
		if y > 0 {
			y += l.gap
		}
		if put != nil {
			for k, o := range line {
				put(o, fyne.NewPos(xs[k], y+(h-sizes[k].Height)/2), sizes[k])
			}
		}
		y += h
	}
	return y
}

func (l *flow) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return l.place(objects, width, nil)
}

func (l *flow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	w := float32(0)
	for _, o := range objects {
		if o.Visible() {
			w = max(w, o.MinSize().Width)
		}
	}
	if l.width == 0 { // not laid out yet: in one line
		sum, h := float32(0), float32(0)
		for _, o := range objects {
			if s := o.MinSize(); o.Visible() {
				sum, h = sum+s.Width+l.gap, max(h, s.Height)
			}
		}
		return fyne.NewSize(max(w, sum-l.gap), h)
	}
	return fyne.NewSize(w, l.heightFor(objects, max(w, l.width)))
}

func (l *flow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	l.place(objects, size.Width, func(o fyne.CanvasObject, p fyne.Position, s fyne.Size) {
		o.Move(p)
		o.Resize(s)
	})
}

// NewPad keeps the same space around an object on each side of a pair:
// vertical above and below, horizontal left and right.
func NewPad(vertical, horizontal float32, o fyne.CanvasObject) *fyne.Container {
	return NewInset(vertical, horizontal, vertical, horizontal, o)
}

// NewInset keeps space around an object: top, right, bottom, left.
func NewInset(top, right, bottom, left float32, o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &inset{top, right, bottom, left}, Objects: []fyne.CanvasObject{o}}
}

type inset struct{ top, right, bottom, left float32 }

func (l *inset) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	h := float32(0)
	for _, o := range objects {
		h = max(h, HeightFor(o, width-l.left-l.right))
	}
	return h + l.top + l.bottom
}

func (l *inset) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	for _, o := range objects {
		s = s.Max(o.MinSize())
	}
	return s.AddWidthHeight(l.left+l.right, l.top+l.bottom)
}

func (l *inset) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.NewPos(l.left, l.top))
		o.Resize(size.SubtractWidthHeight(l.left+l.right, l.top+l.bottom))
	}
}

// NewSplitRow puts a left object that takes the room that is left, and a right
// one that takes what it needs, on one line; where the left one would get less
// than minLeft, the right one goes below it.
func NewSplitRow(gap, minLeft float32, left, right fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &splitRow{gap: gap, minLeft: minLeft}, Objects: []fyne.CanvasObject{left, right}}
}

type splitRow struct{ gap, minLeft, width float32 }

func (l *splitRow) place(objects []fyne.CanvasObject, width float32, put bool) float32 {
	left, right := objects[0], objects[1]
	rs := right.MinSize()
	if !right.Visible() {
		rs = fyne.Size{Width: -l.gap}
	}
	lw := width - rs.Width - l.gap
	if right.Visible() && lw < l.minLeft {
		h := HeightFor(left, width)
		rw := min(rs.Width, width)
		rh := HeightFor(right, rw)
		if put {
			left.Move(fyne.NewPos(0, 0))
			left.Resize(fyne.NewSize(width, h))
			right.Move(fyne.NewPos(0, h+l.gap/2))
			right.Resize(fyne.NewSize(rw, rh))
		}
		return h + l.gap/2 + rh
	}
	lh := HeightFor(left, lw)
	h := max(lh, rs.Height)
	if put {
		left.Move(fyne.NewPos(0, 0))
		left.Resize(fyne.NewSize(lw, lh))
		right.Move(fyne.NewPos(width-rs.Width, 0))
		right.Resize(rs)
	}
	return h
}

func (l *splitRow) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return l.place(objects, width, false)
}

func (l *splitRow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	a, b := objects[0].MinSize(), objects[1].MinSize()
	w := max(a.Width, b.Width)
	return fyne.NewSize(w, l.place(objects, max(w, l.width), false))
}

func (l *splitRow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	l.place(objects, size.Width, true)
}

// renderer is a fyne.WidgetRenderer made of functions, so that each part of
// this package says only what is its own.
//
// The toolkit forgets the renderer of what was out of sight for a minute, makes
// a new one when it comes back, and does not lay it out again, because the
// widget's size has not changed. So a renderer that was never laid out does it
// when its objects are first asked for; else the words would be gone.
type renderer struct {
	of      fyne.CanvasObject
	laid    bool
	objects func() []fyne.CanvasObject
	layout  func(fyne.Size)
	minSize func() fyne.Size
	refresh func()
}

func (r *renderer) Destroy()           {}
func (r *renderer) MinSize() fyne.Size { return r.minSize() }

func (r *renderer) Layout(s fyne.Size) { r.laid = true; r.layout(s) }

func (r *renderer) Objects() []fyne.CanvasObject {
	if s := r.of.Size(); !r.laid && !s.IsZero() {
		r.Layout(s)
	}
	return r.objects()
}

func (r *renderer) Refresh() { r.refresh() }
