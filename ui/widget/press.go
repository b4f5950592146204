package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// pressable is what everything that can be pressed has in common: the mouse,
// Space and Enter (Fyne's own buttons do not know Enter), hover, and focus.
// Keys it does not use go on to the window, so that shortcuts work wherever
// focus is.
type pressable struct {
	base.BaseWidget
	self     fyne.Widget
	onPress  func()
	onKey    func(*fyne.KeyEvent) bool // further keys; true where used
	hovered  bool
	focused  bool
	disabled bool
}

func (p *pressable) extend(self fyne.Widget) {
	p.self = self
	p.ExtendBaseWidget(self)
}

func (p *pressable) press() {
	if !p.disabled && p.onPress != nil {
		p.onPress()
	}
}

// Tapped implements fyne.Tappable.
func (p *pressable) Tapped(*fyne.PointEvent) {
	Used()
	p.press()
}

// TypedRune implements fyne.Focusable.
func (p *pressable) TypedRune(rune) {}

// TypedKey implements fyne.Focusable.
func (p *pressable) TypedKey(e *fyne.KeyEvent) {
	Used()
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		p.press()
		return
	}
	if p.onKey != nil && p.onKey(e) {
		return
	}
	PassKey(p.self, e)
}

// FocusGained implements fyne.Focusable.
func (p *pressable) FocusGained() { p.focused = true; p.self.Refresh(); Reveal(p.self) }

// FocusLost implements fyne.Focusable.
func (p *pressable) FocusLost() { p.focused = false; p.self.Refresh() }

// MouseIn implements desktop.Hoverable.
func (p *pressable) MouseIn(*desktop.MouseEvent) { p.hovered = true; p.self.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (p *pressable) MouseMoved(*desktop.MouseEvent) { Used() }

// MouseOut implements desktop.Hoverable.
func (p *pressable) MouseOut() { p.hovered = false; p.self.Refresh() }

// Cursor implements desktop.Cursorable.
func (p *pressable) Cursor() desktop.Cursor {
	if p.disabled {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// Disabled implements part of fyne.Disableable; Tab passes by what cannot be pressed.
func (p *pressable) Disabled() bool { return p.disabled }

// Enable implements fyne.Disableable.
func (p *pressable) Enable() { p.setDisabled(false) }

// Disable implements fyne.Disableable.
func (p *pressable) Disable() { p.setDisabled(true) }

func (p *pressable) setDisabled(d bool) {
	if p.disabled != d {
		p.disabled = d
		p.self.Refresh()
	}
}

// PassKey hands a key that a part does not use to its window.
func PassKey(o fyne.CanvasObject, e *fyne.KeyEvent) {
	if c := canvasOf(o); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(e)
	}
}

// PassShortcut hands a shortcut that a part does not use to its window: Fyne
// gives a shortcut to the part in focus alone.
func PassShortcut(o fyne.CanvasObject, s fyne.Shortcut) {
	if c, ok := canvasOf(o).(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}

// repaint draws the window again with what its parts hold now. Fyne's
// canvas.Refresh would throw away the drawn letters of everything inside o as
// well, and drawing those is what a key press would wait for; the texts here
// refresh themselves where they change.
func repaint(o fyne.CanvasObject) {
	switch c := canvasOf(o).(type) {
	case nil:
	case interface{ SetDirty() }:
		c.SetDirty()
	default:
		canvas.Refresh(o)
	}
}

// Repaint draws the window again, for layouts that changed outside this package.
func Repaint(o fyne.CanvasObject) { repaint(o) }

func canvasOf(o fyne.CanvasObject) fyne.Canvas {
	app := fyne.CurrentApp()
	if app == nil {
		return nil
	}
	return app.Driver().CanvasForObject(o)
}

// FocusOn gives focus to a part, where it is on screen.
func FocusOn(f fyne.Focusable) {
	o, ok := f.(fyne.CanvasObject)
	if !ok {
		return
	}
	if c := canvasOf(o); c != nil {
		c.Focus(f)
		return
	}
	// A part that was never painted is known to no canvas yet, though it is in
	// a window's content.
	for _, w := range fyne.CurrentApp().Driver().AllWindows() {
		w.Canvas().Focus(f)
	}
}

// FocusIfNone gives focus to a part where nothing has it, as after a click: so
// that one can type on, and whoever works by keyboard stays where they are.
func FocusIfNone(f fyne.Focusable) {
	for _, w := range fyne.CurrentApp().Driver().AllWindows() {
		if w.Canvas().Focused() == nil {
			w.Canvas().Focus(f)
		}
	}
}

// ring is the 3 px line around what has focus, drawn just outside it with a
// gap, so that it shows on a green button as well as on white. In high contrast
// the yellow line gets an edge in the text's colour.
type ring struct {
	line, edge *canvas.Rectangle
	radius     float32
	onGreen    bool
	inside     bool // drawn within the bounds: where a scroller would clip it
}

func newRing(radius float32) *ring {
	r := &ring{line: canvas.NewRectangle(nil), edge: canvas.NewRectangle(nil), radius: radius}
	r.line.StrokeWidth, r.edge.StrokeWidth = theme.RingWidth, 1
	r.show(false)
	return r
}

func (r *ring) objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.edge, r.line} }

func (r *ring) layout(s fyne.Size) {
	out := float32(4)
	if r.inside {
		out = -theme.RingWidth - 1 // the painter needs the line's width around it: else a scroller clips it and it is drawn askew
	}
	r.line.CornerRadius, r.edge.CornerRadius = r.radius+out, r.radius+out+1
	r.line.Move(fyne.NewPos(-out, -out))
	r.line.Resize(s.AddWidthHeight(2*out, 2*out))
	r.edge.Move(fyne.NewPos(-out-1, -out-1))
	r.edge.Resize(s.AddWidthHeight(2*out+2, 2*out+2))
}

func (r *ring) show(on bool) {
	p := theme.Colours()
	r.line.FillColor, r.edge.FillColor = nothing, nothing
	r.line.StrokeColor, r.edge.StrokeColor = p.Focus, p.Text
	if r.onGreen && !theme.Current().HighContrast() {
		r.line.StrokeColor = p.Waiting
	}
	setVisible(r.line, on)
	setVisible(r.edge, on && theme.Current().HighContrast())
	r.line.Refresh()
}

func setVisible(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

// focusEdge is the line in the text's colour around a yellow ring: yellow alone
// is hard to see on white.
type focusEdge struct{ rect *canvas.Rectangle }

func newFocusEdge(radius float32) *focusEdge {
	e := &focusEdge{canvas.NewRectangle(nil)}
	e.rect.FillColor, e.rect.StrokeWidth, e.rect.CornerRadius = nothing, 1.5, radius+1
	e.rect.Hide()
	return e
}

func (e *focusEdge) layout(s fyne.Size) {
	e.rect.Move(fyne.NewPos(-1, -1))
	e.rect.Resize(s.AddWidthHeight(2, 2))
}

func (e *focusEdge) show(focused bool) {
	e.rect.StrokeColor = theme.Colours().Text
	setVisible(e.rect, focused && theme.Current().HighContrast())
	e.rect.Refresh()
}
