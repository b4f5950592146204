package widget

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// OneKey is a list of things to do or to say, each with a number: the key does it
// at once. The first is the suggested one, drawn as primary. Tab reaches the list as
// a whole, the arrows move in it, Enter and Space do what they stand on.
type OneKey struct {
	base.BaseWidget
	words   []string
	primary bool // the first is suggested
	at      int  // where the arrows are
	focused bool
	onDo    func(i int)
	rows    []*oneKeyRow

	// OnRune is asked first what a typed character is; true is that it is used up.
	OnRune func(r rune) bool
}

// MostKeys is how many of them have a key of their own.
const MostKeys = 9

type oneKeyRow struct {
	rect, ring, edge *canvas.Rectangle
	text             *Text
	key              *KeyHint
}

// NewOneKey makes a list; primary draws the first as the suggested one.
func NewOneKey(words []string, primary bool, do func(i int)) *OneKey {
	c := &OneKey{words: words, primary: primary, onDo: do}
	for i, w := range words {
		key := ""
		if i < MostKeys {
			key = fmt.Sprint(i + 1)
		}
		c.rows = append(c.rows, &oneKeyRow{
			rect: canvas.NewRectangle(nil), ring: canvas.NewRectangle(nil), edge: canvas.NewRectangle(nil),
			text: NewText(w, Style{Bold: true}), key: NewKeyHint(key),
		})
	}
	c.ExtendBaseWidget(c)
	return c
}

// Words are what the rows say.
func (c *OneKey) Words() []string { return c.words }

// Digit does what a number stands for; false where there is none.
func (c *OneKey) Digit(n int) bool {
	if n < 1 || n > min(len(c.words), MostKeys) {
		return false
	}
	c.do(n - 1)
	return true
}

// DigitOf is the number on a key, or 0.
func DigitOf(k fyne.KeyName) int {
	if len(k) == 1 && k[0] >= '1' && k[0] <= '9' {
		return int(k[0] - '0')
	}
	return 0
}

func (c *OneKey) do(i int) {
	c.at = i
	c.Refresh()
	c.onDo(i)
}

func (c *OneKey) moveTo(i int) {
	c.at = min(max(i, 0), len(c.words)-1)
	c.Refresh()
	c.reveal()
}

// FocusGained implements fyne.Focusable.
func (c *OneKey) FocusGained() { c.focused = true; c.Refresh(); c.reveal() }

// reveal scrolls to where the arrows are and the next few, no further: what it is
// about stands above, and is to stay in sight where there is the room.
func (c *OneKey) reveal() {
	for _, last := range []int{c.at + 3, c.at} {
		if last = min(last, len(c.rows)-1); last >= 0 {
			top, r := c.rows[min(c.at, last)].rect.Position().Y, c.rows[last].rect
			RevealPart(c, top-theme.Space8, r.Position().Y+r.Size().Height+theme.Space8)
		}
	}
}

// FocusLost implements fyne.Focusable.
func (c *OneKey) FocusLost() { c.focused = false; c.Refresh() }

// TypedRune implements fyne.Focusable.
func (c *OneKey) TypedRune(r rune) {
	Used()
	if c.OnRune != nil && c.OnRune(r) {
		return
	}
	if r >= '1' && r <= '9' {
		c.Digit(int(r - '0'))
	}
}

// TypedKey implements fyne.Focusable.
func (c *OneKey) TypedKey(e *fyne.KeyEvent) {
	Used()
	switch e.Name {
	case fyne.KeyDown:
		c.moveTo(c.at + 1)
	case fyne.KeyUp:
		c.moveTo(c.at - 1)
	case fyne.KeyHome:
		c.moveTo(0)
	case fyne.KeyEnd:
		c.moveTo(len(c.words))
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		if c.at < len(c.words) {
			c.do(c.at)
		}
	default:
		if DigitOf(e.Name) == 0 { // digits come as runes too
			PassKey(c, e)
		}
	}
}

// Tapped implements fyne.Tappable.
func (c *OneKey) Tapped(e *fyne.PointEvent) {
	Used()
	for i, r := range c.rows {
		if top := r.rect.Position().Y; e.Position.Y >= top && e.Position.Y < top+r.rect.Size().Height {
			c.do(i)
			return
		}
	}
}

func (c *OneKey) rowHeight(i int, width float32) float32 {
	return c.rows[i].text.HeightFor(c.textWidth(i, width)) + theme.Scaled(18)
}

func (c *OneKey) textWidth(i int, width float32) float32 {
	return width - 2*theme.Space16 - c.rows[i].key.MinSize().Width - theme.Space8
}

// HeightFor implements Flowing.
func (c *OneKey) HeightFor(width float32) float32 {
	h := float32(0)
	for i := range c.rows {
		h += c.rowHeight(i, width) + theme.Space8
	}
	return max(h-theme.Space8, 0)
}

// CreateRenderer implements fyne.Widget.
func (c *OneKey) CreateRenderer() fyne.WidgetRenderer {
	var objects []fyne.CanvasObject
	for _, x := range c.rows {
		objects = append(objects, x.rect, x.text, x.key, x.edge, x.ring)
	}
	c.draw()
	return &renderer{
		of:      c,
		objects: func() []fyne.CanvasObject { return objects },
		layout:  c.layout,
		minSize: func() fyne.Size {
			w := theme.Scaled(200)
			return fyne.NewSize(w, c.HeightFor(max(w, c.Size().Width)))
		},
		refresh: func() { c.draw(); c.layout(c.Size()); repaint(c) },
	}
}

func (c *OneKey) draw() {
	p := theme.Colours()
	for i, x := range c.rows {
		fill, line, ink := p.Surface, p.Line, Plain
		if i == 0 && c.primary {
			fill, line, ink = p.Primary, p.Primary, OnPrimary
		}
		x.rect.FillColor, x.rect.StrokeColor, x.rect.StrokeWidth, x.rect.CornerRadius = fill, line, theme.LineWidth, theme.RadiusField
		x.text.SetStyle(Style{Bold: true, Ink: ink})
		focus := c.focused && i == c.at
		x.ring.FillColor, x.ring.StrokeColor, x.ring.StrokeWidth, x.ring.CornerRadius = nothing, p.Focus, theme.RingWidth, theme.RadiusField+4
		x.edge.FillColor, x.edge.StrokeColor, x.edge.StrokeWidth, x.edge.CornerRadius = nothing, p.Text, 1, theme.RadiusField+5
		setVisible(x.ring, focus)
		setVisible(x.edge, focus && theme.Current().HighContrast())
		setVisible(x.key, i < MostKeys)
		x.key.onPrimary = i == 0 && c.primary
		x.key.Refresh()
		x.rect.Refresh()
	}
}

func (c *OneKey) layout(s fyne.Size) {
	y := float32(0)
	for i, x := range c.rows {
		h := c.rowHeight(i, s.Width)
		at, size := fyne.NewPos(0, y), fyne.NewSize(s.Width, h)
		x.rect.Move(at)
		x.rect.Resize(size)
		x.ring.Move(at.SubtractXY(4, 4))
		x.ring.Resize(size.AddWidthHeight(8, 8))
		x.edge.Move(at.SubtractXY(5, 5))
		x.edge.Resize(size.AddWidthHeight(10, 10))
		k := x.key.MinSize()
		x.key.Resize(k)
		x.key.Move(fyne.NewPos(s.Width-theme.Space16-k.Width, y+(h-k.Height)/2))
		w := c.textWidth(i, s.Width)
		th := x.text.HeightFor(w)
		x.text.Move(fyne.NewPos(theme.Space16, y+(h-th)/2))
		x.text.Resize(fyne.NewSize(w, th))
		y += h + theme.Space8
	}
}
