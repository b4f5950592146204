package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// Scroll shows flowing content that may be higher than the room it has. The
// content gets the width of the room, and its height is asked for at that width.
type Scroll struct {
	base.BaseWidget
	scroll *container.Scroll
	holder *flowHolder
}

// NewScroll makes one.
func NewScroll(content fyne.CanvasObject) *Scroll {
	s := &Scroll{}
	s.holder = &flowHolder{content: content, owner: s}
	s.holder.ExtendBaseWidget(s.holder)
	s.scroll = container.NewVScroll(s.holder)
	s.ExtendBaseWidget(s)
	return s
}

// Relayout is called by an owner whose content has changed.
func (s *Scroll) Relayout() {
	s.holder.Resize(fyne.NewSize(s.scroll.Size().Width, max(s.holder.MinSize().Height, s.scroll.Size().Height)))
	s.scroll.Refresh() // lays the content out too
}

// ToTop scrolls to the beginning.
func (s *Scroll) ToTop() { s.scroll.ScrollToTop() }

// reveal scrolls so that what lies between the two heights of the content is seen.
func (s *Scroll) reveal(top, bottom float32) {
	view := s.scroll.Size().Height
	o := s.scroll.Offset
	switch {
	case top < o.Y:
		o.Y = max(top-theme.Space8, 0)
	case bottom > o.Y+view:
		o.Y = min(bottom+theme.Space8, s.holder.Size().Height) - view
	default:
		return
	}
	s.scroll.ScrollToOffset(o)
}

// CreateRenderer implements fyne.Widget.
func (s *Scroll) CreateRenderer() fyne.WidgetRenderer {
	return &renderer{
		of:      s,
		objects: func() []fyne.CanvasObject { return []fyne.CanvasObject{s.scroll} },
		layout:  func(size fyne.Size) { s.scroll.Resize(size); s.scroll.Refresh() },
		minSize: func() fyne.Size { return fyne.NewSize(s.holder.content.MinSize().Width, 60) },
		refresh: func() { s.scroll.Refresh(); repaint(s) },
	}
}

type flowHolder struct {
	base.BaseWidget
	content fyne.CanvasObject
	owner   *Scroll
}

func (h *flowHolder) MinSize() fyne.Size {
	w := h.owner.scroll.Size().Width
	if w <= 0 {
		return h.content.MinSize()
	}
	return fyne.NewSize(0, HeightFor(h.content, w-scrollInset))
}

// scrollInset keeps the scroll bar off the words.
const scrollInset float32 = 8

func (h *flowHolder) fit(width float32) {
	width -= scrollInset
	h.content.Resize(fyne.NewSize(width, HeightFor(h.content, width)))
	relayout(h.content)
}

func (h *flowHolder) CreateRenderer() fyne.WidgetRenderer {
	return &renderer{
		of:      h,
		objects: func() []fyne.CanvasObject { return []fyne.CanvasObject{h.content} },
		layout: func(s fyne.Size) {
			h.fit(s.Width)
		},
		minSize: h.MinSize,
		refresh: func() {
			h.fit(h.Size().Width)
			repaint(h)
		},
	}
}

// relayout lays containers out again although their size is the same: what is
// inside them has changed.
func relayout(o fyne.CanvasObject) {
	switch x := o.(type) {
	case *fyne.Container:
		if x.Layout != nil {
			x.Layout.Layout(x.Objects, x.Size())
		}
		for _, c := range x.Objects {
			relayout(c)
		}
	case *Panel:
		relayout(x.content)
	case *Card:
		relayout(x.content)
	case *CardRow:
		relayout(x.content)
	case *Field:
		relayout(x.column)
	case *Segmented:
		relayout(x.row)
	}
}

// Relayout lays out an object's insides again after its content changed.
func Relayout(o fyne.CanvasObject) { relayout(o) }

// Reveal scrolls whatever o lies in so that o is seen, as when Tab reaches it.
func Reveal(o fyne.CanvasObject) {
	c := canvasOf(o)
	if c == nil {
		return
	}
	s, y := enclosing(c.Content(), o, nil, 0)
	if s != nil {
		s.reveal(y, y+o.Size().Height)
	}
}

// RevealPart scrolls whatever o lies in so that a part of it is seen, given by its
// heights within o: where o itself may be higher than the room there is.
func RevealPart(o fyne.CanvasObject, top, bottom float32) {
	c := canvasOf(o)
	if c == nil {
		return
	}
	if s, y := enclosing(c.Content(), o, nil, 0); s != nil {
		s.reveal(y+top, y+bottom)
	}
}

// enclosing finds the Scroll that o lies in, and o's height within its content.
func enclosing(root, o fyne.CanvasObject, in *Scroll, y float32) (*Scroll, float32) {
	if root == o {
		return in, y
	}
	var children []fyne.CanvasObject
	switch x := root.(type) {
	case *Scroll:
		for _, ch := range []fyne.CanvasObject{x.holder.content} {
			if s, yy := enclosing(ch, o, x, ch.Position().Y); s != nil {
				return s, yy
			}
		}
		return nil, 0
	case *fyne.Container:
		children = x.Objects
	case *Panel:
		children = []fyne.CanvasObject{x.content}
	case *Card:
		children = []fyne.CanvasObject{x.content}
	case *Field:
		children = []fyne.CanvasObject{x.column}
	case *Segmented:
		children = []fyne.CanvasObject{x.row}
	case *entryFrame:
		children = []fyne.CanvasObject{x.entry}
	case interface{ Inside() fyne.CanvasObject }:
		children = []fyne.CanvasObject{x.Inside()}
	}
	for _, ch := range children {
		if ch == nil || !ch.Visible() {
			continue
		}
		if s, yy := enclosing(ch, o, in, y+ch.Position().Y); s != nil {
			return s, yy
		}
	}
	return nil, 0
}

// Content is what scrolls.
func (s *Scroll) Content() fyne.CanvasObject { return s.holder.content }
