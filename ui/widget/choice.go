package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// Option is one thing to choose: a value for the program, words for people.
type Option struct{ Value, Text string }

// Segmented is a choice between a few, all in sight: Postkort, Vejledt, Fulgt.
// Tab reaches it as a whole; arrows move.
type Segmented struct {
	base.BaseWidget
	options  []Option
	chips    []*Chip
	chosen   int
	row      *fyne.Container
	OnChange func(value string)
}

// NewSegmented makes one; value is what is chosen first. A value that is none of the
// options leaves nothing chosen.
func NewSegmented(options []Option, value string, change func(string)) *Segmented {
	s := &Segmented{options: options, chosen: -1, OnChange: change, row: NewFlow(theme.Space8)}
	for i, o := range options {
		c := NewChip(o.Text, ChipOff, func() { s.choose(i, true) })
		c.onKey = func(e *fyne.KeyEvent) bool {
			switch e.Name {
			case fyne.KeyLeft:
				s.step(-1)
			case fyne.KeyRight:
				s.step(1)
			default:
				return false
			}
			return true
		}
		s.chips = append(s.chips, c)
		s.row.Add(c)
	}
	s.Select(value)
	s.ExtendBaseWidget(s)
	return s
}

// Select chooses by value, without telling.
func (s *Segmented) Select(value string) {
	for i, o := range s.options {
		if o.Value == value {
			s.choose(i, false)
		}
	}
}

// Value is what is chosen; empty where nothing is yet.
func (s *Segmented) Value() string {
	if s.chosen < 0 {
		return ""
	}
	return s.options[s.chosen].Value
}

// First is where focus begins: what is chosen, else the first.
func (s *Segmented) First() *Chip { return s.chips[max(s.chosen, 0)] }

// Clear leaves nothing chosen, without telling.
func (s *Segmented) Clear() { s.choose(-1, false) }

func (s *Segmented) step(by int) {
	i := min(max(s.chosen+by, 0), len(s.options)-1)
	s.choose(i, true)
	FocusOn(s.chips[i])
}

func (s *Segmented) choose(i int, tell bool) {
	s.chosen = i
	for k, c := range s.chips {
		state := ChipOff
		if k == i {
			state = ChipOn
		}
		c.Set(c.text, state)
	}
	if tell && s.OnChange != nil {
		s.OnChange(s.options[i].Value)
	}
}

// Natural is the width of all of them on one line.
func (s *Segmented) Natural() float32 {
	w := -theme.Space8
	for _, c := range s.chips {
		w += c.MinSize().Width + theme.Space8
	}
	return w
}

// HeightFor implements Flowing.
func (s *Segmented) HeightFor(width float32) float32 { return HeightFor(s.row, width) }

// CreateRenderer implements fyne.Widget.
func (s *Segmented) CreateRenderer() fyne.WidgetRenderer { return wrapRenderer(s, s.row) }

// Choice is a choice between many, shown in a field and opened as a menu. Up
// and Down change it without opening.
type Choice struct {
	pressable
	options  []Option
	chosen   int
	OnChange func(value string)
}

// NewChoice makes one; value is what is chosen first.
func NewChoice(options []Option, value string, change func(string)) *Choice {
	c := &Choice{options: options, OnChange: change}
	c.onPress = c.open
	c.onKey = func(e *fyne.KeyEvent) bool {
		switch e.Name {
		case fyne.KeyUp:
			c.choose(max(c.chosen-1, 0))
		case fyne.KeyDown:
			c.choose(min(c.chosen+1, len(c.options)-1))
		default:
			return false
		}
		return true
	}
	c.extend(c)
	c.Select(value)
	return c
}

// SetOptions gives other options; what was chosen stays where it still is among them.
func (c *Choice) SetOptions(options []Option) {
	value := c.Value()
	c.options, c.chosen = options, 0
	c.Select(value)
	c.Refresh()
}

// Select chooses by value, without telling.
func (c *Choice) Select(value string) {
	for i, o := range c.options {
		if o.Value == value {
			c.chosen = i
			c.Refresh()
		}
	}
}

// Value is what is chosen; empty where there is nothing to choose.
func (c *Choice) Value() string {
	if c.chosen < len(c.options) {
		return c.options[c.chosen].Value
	}
	return ""
}

func (c *Choice) choose(i int) {
	if i == c.chosen || i < 0 || i >= len(c.options) {
		return
	}
	c.chosen = i
	c.Refresh()
	if c.OnChange != nil {
		c.OnChange(c.options[i].Value)
	}
}

func (c *Choice) open() {
	items := make([]MenuItem, len(c.options))
	for i, o := range c.options {
		items[i] = MenuItem{Text: o.Text, Chosen: i == c.chosen, Do: func() { c.choose(i) }}
	}
	ShowMenu(c, items)
}

// CreateRenderer implements fyne.Widget.
func (c *Choice) CreateRenderer() fyne.WidgetRenderer {
	rect, over := canvas.NewRectangle(nil), canvas.NewRectangle(nil)
	words := NewLabel("", Style{})
	sign := NewGlyph(GlyphDown, theme.Body, Plain)
	draw := func() {
		p := theme.Colours()
		rect.FillColor, rect.StrokeColor, rect.StrokeWidth, rect.CornerRadius = p.Surface, p.Line, theme.LineWidth, theme.RadiusField
		if c.focused {
			rect.StrokeColor, rect.StrokeWidth = p.Focus, theme.RingWidth
		}
		over.FillColor, over.CornerRadius = nothing, theme.RadiusField
		if c.hovered {
			over.FillColor = p.Hover
		}
		words.text = ""
		if c.chosen < len(c.options) {
			words.text = c.options[c.chosen].Text
		}
		words.Refresh()
		inkGlyph(sign, GlyphDown, theme.Body, p.Text)
		rect.Refresh()
		over.Refresh()
	}
	layout := func(s fyne.Size) {
		rect.Resize(s)
		over.Resize(s)
		g := sign.MinSize()
		sign.Resize(g)
		sign.Move(fyne.NewPos(s.Width-g.Width-theme.Space12, (s.Height-g.Height)/2))
		words.Move(fyne.NewPos(theme.Space12, 0))
		words.Resize(fyne.NewSize(s.Width-g.Width-2*theme.Space12-theme.Space4, s.Height))
	}
	draw()
	return &renderer{
		of:      c,
		objects: func() []fyne.CanvasObject { return []fyne.CanvasObject{rect, over, words, sign} },
		layout:  layout,
		minSize: func() fyne.Size {
			size := theme.Text(theme.Body)
			return fyne.NewSize(120, lineHeight(size, false)+theme.Scaled(18))
		},
		refresh: func() { draw(); layout(c.Size()); repaint(c) },
	}
}

// Labelled puts a label above any part, as in a Field.
func Labelled(label string, o fyne.CanvasObject) *fyne.Container {
	return NewColumn(theme.Space4, NewText(label, Style{Size: theme.Quiet, Ink: Quiet}), o)
}

// Check is a box with words beside it.
type Check struct {
	pressable
	text     string
	on       bool
	size     theme.TypeSize
	OnChange func(bool)
}

// NewCheck makes one.
func NewCheck(text string, on bool, change func(bool)) *Check {
	c := &Check{text: text, on: on, OnChange: change, size: theme.Body}
	c.onPress = func() {
		c.on = !c.on
		c.Refresh()
		if c.OnChange != nil {
			c.OnChange(c.on)
		}
	}
	c.extend(c)
	return c
}

// Small makes the words quiet type.
func (c *Check) Small() *Check { c.size = theme.Quiet; return c }

// Text is the words.
func (c *Check) Text() string { return c.text }

// On says whether the box is ticked.
func (c *Check) On() bool { return c.on }

// Set ticks or clears the box, without telling.
func (c *Check) Set(on bool) {
	if c.on != on {
		c.on = on
		c.Refresh()
	}
}

func (c *Check) box() float32 { return theme.Text(c.size) + 4 }

// HeightFor implements Flowing.
func (c *Check) HeightFor(width float32) float32 {
	size := theme.Text(c.size)
	lines := len(wrapWords(c.text, width-c.box()-theme.Space8, size, false))
	return max(float32(lines)*lineHeight(size, false), c.box()) + theme.Space4
}

// CreateRenderer implements fyne.Widget.
func (c *Check) CreateRenderer() fyne.WidgetRenderer {
	rect := canvas.NewRectangle(nil)
	words := NewText(c.text, Style{Size: c.size})
	tick := NewGlyph(GlyphCheck, c.size, OnPrimary)
	focus := newRing(theme.RadiusSmall)
	objects := append([]fyne.CanvasObject{rect, words, tick}, focus.objects()...)
	draw := func() {
		p := theme.Colours()
		rect.FillColor, rect.StrokeColor, rect.StrokeWidth, rect.CornerRadius = p.Surface, p.Quiet, 1.5, theme.RadiusSmall
		if c.on {
			rect.FillColor, rect.StrokeColor = p.Primary, p.Primary
		}
		words.text = c.text
		words.SetStyle(Style{Size: c.size})
		inkGlyph(tick, GlyphCheck, c.size, p.OnPrimary)
		setVisible(tick, c.on)
		focus.show(c.focused)
		rect.Refresh()
	}
	layout := func(s fyne.Size) {
		b := c.box()
		line := lineHeight(theme.Text(c.size), false)
		y := max((line-b)/2, 0) + 2
		rect.Move(fyne.NewPos(0, y))
		rect.Resize(fyne.NewSquareSize(b))
		tick.Move(fyne.NewPos(2, y+2))
		tick.Resize(fyne.NewSquareSize(b - 4))
		words.Move(fyne.NewPos(b+theme.Space8, 2+max((b-line)/2, 0)))
		words.Resize(fyne.NewSize(s.Width-b-theme.Space8, s.Height-4))
		focus.layout(s)
	}
	draw()
	return &renderer{
		of:      c,
		objects: func() []fyne.CanvasObject { return objects },
		layout:  layout,
		minSize: func() fyne.Size {
			size := theme.Text(c.size)
			w := lineWidth(c.text, size, false) + c.box() + theme.Space8
			if have := c.Size().Width; have > 0 && have < w {
				return fyne.NewSize(c.box()+theme.Space8+widest(c.text, size, false), c.HeightFor(have))
			}
			return fyne.NewSize(w, c.HeightFor(w))
		},
		refresh: func() { draw(); layout(c.Size()); repaint(c) },
	}
}
