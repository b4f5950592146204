package widget

import (
	"math"
	"time"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/widget"
)

// TouchScroll is a Scroll that follows a finger and glides on when it lets go;
// Fyne's own does so on telephones alone. A finger that trembles on its way down
// has still tapped: the toolkit calls two pixels a drag, here it is slop.
type TouchScroll struct {
	base.BaseWidget
	scroll *Scroll
	o      Gliding

	begin   fyne.Position // where the finger came down, on the window
	moved   float32       // how far it went, there and back
	speed   float32       // pixels a second
	last    time.Time
	down    bool
	gliding func() // stops the glide
}

// Gliding is what a TouchScroll needs of the world.
type Gliding struct {
	Now func() time.Time
	// After runs f on the screen's goroutine once d has passed, unless it is stopped.
	After func(d time.Duration, f func()) (stop func())
	Still bool // no gliding: things stand where the finger left them
}

const (
	slop     float32 = 14 // pixels that a tap may move
	slowest  float32 = 40 // pixels a second, below which a glide ends
	fastest  float32 = 6000
	friction         = 0.32 // seconds in which a glide loses two thirds of its speed
	frame            = 16 * time.Millisecond
)

// NewTouchScroll makes one.
func NewTouchScroll(content fyne.CanvasObject, o Gliding) *TouchScroll {
	s := &TouchScroll{scroll: NewScroll(content), o: o}
	s.ExtendBaseWidget(s)
	return s
}

// Inside is what scrolls; focus and Reveal look through it.
func (s *TouchScroll) Inside() fyne.CanvasObject { return s.scroll }

// Relayout is called by an owner whose content has changed.
func (s *TouchScroll) Relayout() { s.scroll.Relayout() }

// ToTop scrolls to the beginning.
func (s *TouchScroll) ToTop() { s.Stop(); s.scroll.ToTop() }

// Offset is how far it is scrolled.
func (s *TouchScroll) Offset() float32 { return s.scroll.scroll.Offset.Y }

// Stop ends a glide.
func (s *TouchScroll) Stop() {
	if s.gliding != nil {
		s.gliding()
		s.gliding = nil
	}
}

// Tapped implements fyne.Tappable for what lies between the things that can be
// tapped: a finger laid on a list that glides stops it.
func (s *TouchScroll) Tapped(*fyne.PointEvent) { Used(); s.Stop() }

// Dragged implements fyne.Draggable.
func (s *TouchScroll) Dragged(e *fyne.DragEvent) {
	Used()
	now := s.o.Now()
	if !s.down {
		s.Stop()
		s.down, s.moved, s.speed, s.last = true, 0, 0, now
		s.begin = e.AbsolutePosition.SubtractXY(e.Dragged.DX, e.Dragged.DY)
	}
	s.moved += float32(math.Hypot(float64(e.Dragged.DX), float64(e.Dragged.DY)))
	if dt := float32(now.Sub(s.last).Seconds()); dt > 0 {
		v := max(-fastest, min(-e.Dragged.DY/dt, fastest))
		s.speed += (v - s.speed) * min(dt/0.05, 1) // what the finger did over the last moments
		s.last = now
	}
	s.by(-e.Dragged.DY)
}

// DragEnd implements fyne.Draggable.
func (s *TouchScroll) DragEnd() {
	if !s.down {
		return
	}
	s.down = false
	if s.moved <= slop {
		if t := tappableAt(s.scroll, s.begin); t != nil {
			t.Tapped(&fyne.PointEvent{AbsolutePosition: s.begin})
		}
		return
	}
	if s.o.Still || s.o.Now().Sub(s.last) > 80*time.Millisecond { // it stood still before it left
		return
	}
	s.glide(s.o.Now())
}

// glide moves on, slower and slower, until it stands or meets an end.
func (s *TouchScroll) glide(last time.Time) {
	s.gliding = s.o.After(frame, func() {
		now := s.o.Now()
		dt := min(float32(now.Sub(last).Seconds()), 0.1)
		moved := s.by(s.speed * dt)
		s.speed *= float32(math.Exp(-float64(dt) / friction))
		if !moved || float32(math.Abs(float64(s.speed))) < slowest {
			s.gliding = nil
			return
		}
		s.glide(now)
	})
}

// by scrolls and says whether anything moved.
func (s *TouchScroll) by(dy float32) bool {
	o := s.scroll.scroll.Offset
	most := max(s.scroll.holder.Size().Height-s.scroll.scroll.Size().Height, 0)
	y := max(0, min(o.Y+dy, most))
	if y == o.Y {
		return dy == 0
	}
	s.scroll.scroll.ScrollToOffset(fyne.NewPos(o.X, y))
	return true
}

// tappableAt finds what can be tapped at a place on the window.
func tappableAt(root fyne.CanvasObject, at fyne.Position) fyne.Tappable {
	d := fyne.CurrentApp().Driver()
	var found fyne.Tappable
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if o == nil || !o.Visible() {
			return
		}
		if t, ok := o.(fyne.Tappable); ok {
			p := d.AbsolutePositionForObject(o)
			if size := o.Size(); at.X >= p.X && at.Y >= p.Y && at.X < p.X+size.Width && at.Y < p.Y+size.Height {
				found = t
			}
		}
		for _, ch := range insideOf(o) {
			walk(ch)
		}
	}
	walk(root)
	return found
}

// CreateRenderer implements fyne.Widget.
func (s *TouchScroll) CreateRenderer() fyne.WidgetRenderer {
	return &renderer{
		of:      s,
		objects: func() []fyne.CanvasObject { return []fyne.CanvasObject{s.scroll} },
		layout:  func(size fyne.Size) { s.scroll.Resize(size) },
		minSize: func() fyne.Size { return s.scroll.MinSize() },
		refresh: func() { s.scroll.Refresh(); repaint(s) },
	}
}
