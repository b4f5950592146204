package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// ChipState is how a chip stands.
type ChipState int

// The states of a chip.
const (
	ChipOff     ChipState = iota // can be chosen
	ChipOn                       // chosen, or read out of the text
	ChipDropped                  // was read, and put aside by hand
	ChipMore                     // leads to more: "+ Flere filtre"
)

// Chip is a wish or a filter that can be pressed. Opens says that it leads to
// choices, drawn as a small arrow; Drops says that a press puts it aside, drawn
// as a small cross.
type Chip struct {
	pressable
	text         string
	state        ChipState
	opens, drops bool
}

// NewChip makes a chip; press is called by click, Space and Enter.
func NewChip(text string, state ChipState, press func()) *Chip {
	c := &Chip{text: text, state: state}
	c.onPress = press
	c.extend(c)
	return c
}

// Opens marks that the chip leads to choices.
func (c *Chip) Opens() *Chip { c.opens = true; return c }

// Drops marks that a press puts the chip aside.
func (c *Chip) Drops() *Chip { c.drops = true; return c }

// Text is the chip's words.
func (c *Chip) Text() string { return c.text }

// State is how the chip stands.
func (c *Chip) State() ChipState { return c.state }

// Set changes words and state.
func (c *Chip) Set(text string, state ChipState) {
	if c.text != text || c.state != state {
		c.text, c.state = text, state
		c.Refresh()
	}
}

func (c *Chip) sign() string {
	switch {
	case c.opens:
		return GlyphDown
	case c.drops && c.state == ChipOn:
		return GlyphClose
	case c.drops && c.state == ChipDropped:
		return GlyphPlus
	}
	return ""
}

// CreateRenderer implements fyne.Widget.
func (c *Chip) CreateRenderer() fyne.WidgetRenderer {
	rect, over, strike := canvas.NewRectangle(nil), canvas.NewRectangle(nil), canvas.NewRectangle(nil)
	words := NewLabel(c.text, Style{Size: theme.Quiet})
	sign := NewGlyph(GlyphDown, theme.Quiet, Plain)
	focus := newRing(16)
	objects := append([]fyne.CanvasObject{rect, over, words, strike, sign}, focus.objects()...)
	draw := func() {
		p := theme.Colours()
		fill, line, ink := p.Surface, p.OffLine, Plain
		switch c.state {
		case ChipOn:
			fill, line, ink = p.Primary, p.Primary, OnPrimary
		case ChipDropped:
			fill, line, ink = p.Ground, p.OffLine, Quiet
		case ChipMore:
			fill, line, ink = p.Ground, p.OffLine, Plain
		}
		rect.FillColor, rect.StrokeColor, rect.StrokeWidth = fill, line, 1
		over.FillColor = nothing
		if c.hovered {
			over.FillColor = p.Hover
		}
		words.text = c.text
		words.SetStyle(Style{Size: theme.Quiet, Ink: ink})
		strike.FillColor = ink(p)
		setVisible(strike, c.state == ChipDropped)
		if s := c.sign(); s != "" {
			inkGlyph(sign, s, theme.Quiet, ink(p))
			sign.Show()
		} else {
			sign.Hide()
		}
		focus.show(c.focused)
		rect.Refresh()
		over.Refresh()
		strike.Refresh()
	}
	pad := func() float32 { return theme.Space12 }
	layout := func(s fyne.Size) {
		for _, r := range []*canvas.Rectangle{rect, over} {
			r.CornerRadius = s.Height / 2
			r.Resize(s)
		}
		focus.radius = s.Height / 2
		focus.layout(s)
		g := float32(0)
		if c.sign() != "" {
			m := sign.MinSize()
			g = m.Width + theme.Space4
			sign.Resize(m)
			sign.Move(fyne.NewPos(s.Width-pad()-m.Width+2, (s.Height-m.Height)/2))
		}
		words.Move(fyne.NewPos(pad(), 0))
		words.Resize(fyne.NewSize(s.Width-2*pad()-g+2, s.Height))
		strike.Move(fyne.NewPos(pad(), s.Height/2))
		strike.Resize(fyne.NewSize(s.Width-2*pad()-g, 1))
	}
	draw()
	return &renderer{
		of:      c,
		objects: func() []fyne.CanvasObject { return objects },
		layout:  layout,
		minSize: func() fyne.Size {
			size := theme.Text(theme.Quiet)
			w := lineWidth(c.text, size, false) + 2*pad()
			if c.sign() != "" {
				w += size + theme.Space4
			}
			return fyne.NewSize(w, lineHeight(size, false)+theme.Scaled(10))
		},
		refresh: func() { draw(); layout(c.Size()); repaint(c) },
	}
}

// Tone gives a word a colour; the word says it all without the colour too.
type Tone int

// The tones of tags and banners.
const (
	ToneGood    Tone = iota // the green tint
	ToneWaiting             // the amber tint
	ToneTrouble             // the red tint
	TonePlain               // no ground: a fact beside the tags
)

func (t Tone) colours(p *theme.Palette) (fill, line color.NRGBA, ink Ink) {
	switch t {
	case ToneWaiting:
		fill, ink = p.WaitingTint, OnWaiting
	case ToneTrouble:
		fill, ink = p.TroubleTint, OnTrouble
	case TonePlain:
		return transparent, transparent, Quiet
	default:
		fill, ink = p.PrimaryTint, OnTint
	}
	line = fill
	if theme.Current().HighContrast() {
		line = p.Line
	}
	return fill, line, ink
}

// Tag is a quiet word on a tint: a reason, a state.
type Tag struct {
	base.BaseWidget
	text string
	tone Tone
}

// NewTag makes a tag.
func NewTag(text string, tone Tone) *Tag {
	t := &Tag{text: text, tone: tone}
	t.ExtendBaseWidget(t)
	return t
}

// Set changes word and tone.
func (t *Tag) Set(text string, tone Tone) {
	if t.text != text || t.tone != tone {
		t.text, t.tone = text, tone
		t.Refresh()
	}
}

// Text is the tag's word.
func (t *Tag) Text() string { return t.text }

// CreateRenderer implements fyne.Widget.
func (t *Tag) CreateRenderer() fyne.WidgetRenderer {
	rect := canvas.NewRectangle(nil)
	words := NewLabel(t.text, Style{Size: theme.Small})
	padX := func() float32 {
		if t.tone == TonePlain {
			return 1
		}
		return theme.Space8
	}
	draw := func() {
		fill, line, ink := t.tone.colours(theme.Colours())
		rect.FillColor, rect.StrokeColor, rect.StrokeWidth, rect.CornerRadius = paint(fill), paint(line), 1, theme.RadiusSmall
		words.text = t.text
		words.SetStyle(Style{Size: theme.Small, Ink: ink})
		rect.Refresh()
	}
	layout := func(s fyne.Size) {
		rect.Resize(s)
		words.Move(fyne.NewPos(padX(), 0))
		words.Resize(fyne.NewSize(s.Width-2*padX(), s.Height))
	}
	draw()
	return &renderer{
		of:      t,
		objects: func() []fyne.CanvasObject { return []fyne.CanvasObject{rect, words} },
		layout:  layout,
		minSize: func() fyne.Size {
			size := theme.Text(theme.Small)
			return fyne.NewSize(lineWidth(t.text, size, false)+2*padX(), lineHeight(size, false)+theme.Space4)
		},
		refresh: func() { draw(); layout(t.Size()); repaint(t) },
	}
}

// OnPress changes what a press does.
func (c *Chip) OnPress(do func()) { c.onPress = do }

// Focused says whether the chip has focus.
func (c *Chip) Focused() bool { return c.focused }
