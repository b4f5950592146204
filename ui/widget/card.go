package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// Panel is a white ground with a line and round corners that holds something.
type Panel struct {
	base.BaseWidget
	content fyne.CanvasObject
	pad     float32
	folder  bool
	tone    *Tone
}

// NewPanel makes a panel with 16 px around its content.
func NewPanel(content fyne.CanvasObject) *Panel { return newPanel(content, theme.Space16) }

// NewFolder is the panel of the citizen's folder: a warmer ground and line.
func NewFolder(content fyne.CanvasObject) *Panel {
	p := newPanel(content, theme.Space16)
	p.folder = true
	return p
}

// NewTonePanel is a panel on a tint.
func NewTonePanel(tone Tone, content fyne.CanvasObject) *Panel {
	p := newPanel(content, theme.Space12)
	p.tone = &tone
	return p
}

func newPanel(content fyne.CanvasObject, pad float32) *Panel {
	p := &Panel{content: content, pad: pad}
	p.ExtendBaseWidget(p)
	return p
}

// HeightFor implements Flowing.
func (p *Panel) HeightFor(width float32) float32 {
	return HeightFor(p.content, width-2*p.pad) + 2*p.pad
}

// CreateRenderer implements fyne.Widget.
func (p *Panel) CreateRenderer() fyne.WidgetRenderer {
	rect := newBox()
	draw := func() {
		c := theme.Colours()
		rect.FillColor, rect.StrokeColor, rect.StrokeWidth, rect.CornerRadius = c.Surface, c.Line, theme.LineWidth, theme.RadiusCard
		if p.folder {
			rect.FillColor, rect.StrokeColor = c.Folder, c.FolderLine
		}
		if p.tone != nil {
			fill, line, _ := p.tone.colours(c)
			rect.FillColor, rect.StrokeColor = fill, line
		}
		rect.Refresh()
	}
	draw()
	return &renderer{
		of:      p,
		objects: func() []fyne.CanvasObject { return []fyne.CanvasObject{rect.group, p.content} },
		layout: func(s fyne.Size) {
			rect.Resize(s)
			p.content.Move(fyne.NewPos(p.pad, p.pad))
			p.content.Resize(s.SubtractWidthHeight(2*p.pad, 2*p.pad))
		},
		minSize: func() fyne.Size { return p.content.MinSize().AddWidthHeight(2*p.pad, 2*p.pad) },
		refresh: func() { draw(); repaint(p) },
	}
}

// Card is a panel that can be chosen: by click, and where it is not a row of a
// list (that has focus as a whole) by keyboard.
type Card struct {
	pressable
	content  fyne.CanvasObject
	selected bool
	pad      float32
}

// NewCard makes a card with 16 px around its content.
func NewCard(content fyne.CanvasObject, press func()) *Card {
	c := &Card{content: content, pad: theme.Space16}
	c.onPress = press
	c.extend(c)
	return c
}

// SetSelected draws the ring of what is chosen.
func (c *Card) SetSelected(on bool) {
	if c.selected != on {
		c.selected = on
		c.Refresh()
	}
}

// Selected says whether the card is chosen.
func (c *Card) Selected() bool { return c.selected }

// HeightFor implements Flowing.
func (c *Card) HeightFor(width float32) float32 {
	return HeightFor(c.content, width-2*c.pad) + 2*c.pad
}

// CreateRenderer implements fyne.Widget.
func (c *Card) CreateRenderer() fyne.WidgetRenderer {
	r := newCardFace()
	r.focus.inside = true
	objects := append([]fyne.CanvasObject{r.rect.group, r.over, c.content}, r.focus.objects()...)
	draw := func() { r.draw(c.selected, c.hovered, c.focused) }
	draw()
	return &renderer{
		of:      c,
		objects: func() []fyne.CanvasObject { return objects },
		layout: func(s fyne.Size) {
			r.layout(s)
			c.content.Move(fyne.NewPos(c.pad, c.pad))
			c.content.Resize(s.SubtractWidthHeight(2*c.pad, 2*c.pad))
		},
		minSize: func() fyne.Size { return c.content.MinSize().AddWidthHeight(2*c.pad, 2*c.pad) },
		refresh: func() { draw(); repaint(c) },
	}
}

// CardRow is the card of a row in a List: the list has focus, the row shows.
type CardRow struct {
	base.BaseWidget
	// Data is whatever its owner binds. A row is not to be embedded: Fyne would
	// draw it with one renderer and lay it out with another.
	Data any

	content  fyne.CanvasObject
	selected bool
	focused  bool
}

// NewCardRow makes a row.
func NewCardRow(content fyne.CanvasObject) *CardRow {
	c := &CardRow{content: content}
	c.ExtendBaseWidget(c)
	return c
}

// SetState is called by the List.
func (c *CardRow) SetState(selected, focused bool) {
	if c.selected != selected || c.focused != focused {
		c.selected, c.focused = selected, focused
		c.Refresh()
	}
}

// Selected says whether the row is the chosen one.
func (c *CardRow) Selected() bool { return c.selected }

// HeightFor implements Flowing.
func (c *CardRow) HeightFor(width float32) float32 {
	return HeightFor(c.content, width-2*theme.Space16) + 2*theme.Space12
}

// CreateRenderer implements fyne.Widget.
func (c *CardRow) CreateRenderer() fyne.WidgetRenderer {
	r := newCardFace()
	r.focus.inside = true
	objects := append([]fyne.CanvasObject{r.rect.group, r.over, c.content}, r.focus.objects()...)
	draw := func() { r.draw(c.selected, false, c.focused) }
	draw()
	return &renderer{
		of:      c,
		objects: func() []fyne.CanvasObject { return objects },
		layout: func(s fyne.Size) {
			r.layout(s)
			c.content.Move(fyne.NewPos(theme.Space16, theme.Space12))
			c.content.Resize(s.SubtractWidthHeight(2*theme.Space16, 2*theme.Space12))
		},
		minSize: func() fyne.Size { return c.content.MinSize().AddWidthHeight(2*theme.Space16, 2*theme.Space12) },
		refresh: func() { draw(); repaint(c) },
	}
}

// cardFace is the ground, line and rings of a card.
type cardFace struct {
	rect  *box
	over  *canvas.Rectangle
	focus *ring
}

func newCardFace() *cardFace {
	return &cardFace{rect: newBox(), over: canvas.NewRectangle(nil), focus: newRing(theme.RadiusCard)}
}

func (f *cardFace) layout(s fyne.Size) {
	f.rect.Resize(s)
	f.over.Resize(s)
	f.focus.layout(s)
}

func (f *cardFace) draw(selected, hovered, focused bool) {
	p := theme.Colours()
	f.rect.FillColor, f.rect.StrokeColor, f.rect.StrokeWidth, f.rect.CornerRadius = p.Surface, p.Line, theme.LineWidth, theme.RadiusCard
	if selected {
		f.rect.StrokeColor, f.rect.StrokeWidth = p.Selected, 2
		if theme.Current().HighContrast() {
			f.rect.StrokeWidth = 4
		}
	}
	f.over.CornerRadius, f.over.FillColor = theme.RadiusCard, nothing
	if hovered && !selected {
		f.over.FillColor = p.Hover
	}
	f.focus.show(focused)
	f.rect.Refresh()
	f.over.Refresh()
}

// NewSmallPanel is a panel with 12 px around its content: a card in the folder.
func NewSmallPanel(content fyne.CanvasObject) *Panel { return newPanel(content, theme.Space12) }
