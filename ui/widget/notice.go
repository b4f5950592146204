package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// Banner says that something happened, what is safe and what can be done now.
// It stays until it is answered or closed; nothing that matters goes by itself.
type Banner struct {
	base.BaseWidget
	tone    Tone
	panel   *Panel
	title   *Text
	text    *Text
	actions *fyne.Container
}

// NewBanner makes a banner; actions stand below the words.
func NewBanner(tone Tone, title, text string, actions ...fyne.CanvasObject) *Banner {
	b := &Banner{tone: tone}
	toneInk := func(p *theme.Palette) color.NRGBA { _, _, ink := tone.colours(p); return ink(p) }
	b.title = NewText(title, Style{Bold: true, Ink: toneInk})
	b.text = NewText(text, Style{Size: theme.Quiet, Ink: toneInk})
	b.actions = NewFlow(theme.Space8, actions...)
	setVisible(b.text, text != "")
	setVisible(b.actions, len(actions) > 0)
	b.panel = NewTonePanel(tone, NewColumn(theme.Space4, b.title, b.text, NewInset(theme.Space4, 0, 0, 0, b.actions)))
	setVisible(b.panel.content.(*fyne.Container).Objects[2], len(actions) > 0)
	b.ExtendBaseWidget(b)
	return b
}

// Title is the banner's first line.
func (b *Banner) Title() string { return b.title.Text() }

// Text is what stands below the title.
func (b *Banner) Text() string { return b.text.Text() }

// Inside is what the banner holds.
func (b *Banner) Inside() fyne.CanvasObject { return b.panel }

// HeightFor implements Flowing.
func (b *Banner) HeightFor(width float32) float32 { return b.panel.HeightFor(width) }

// CreateRenderer implements fyne.Widget.
func (b *Banner) CreateRenderer() fyne.WidgetRenderer { return wrapRenderer(b, b.panel) }

// EmptyState is what stands where a list has nothing: what it means, and what
// to do about it.
type EmptyState struct {
	base.BaseWidget
	title, text *Text
	column      *fyne.Container
}

// NewEmptyState makes one; further objects (a button, chips) stand below the words.
func NewEmptyState(title, text string, more ...fyne.CanvasObject) *EmptyState {
	e := &EmptyState{
		title: NewText(title, Style{Size: theme.CardTitle, Bold: true}),
		text:  NewText(text, Style{Ink: Quiet}),
	}
	e.column = NewColumn(theme.Space8, append([]fyne.CanvasObject{e.title, e.text}, more...)...)
	setVisible(e.text, text != "")
	e.ExtendBaseWidget(e)
	return e
}

// Set changes the words.
func (e *EmptyState) Set(title, text string) {
	e.title.SetText(title)
	e.text.SetText(text)
	setVisible(e.text, text != "")
	e.Refresh()
}

// Title is the first line.
func (e *EmptyState) Title() string { return e.title.Text() }

// Inside is what it holds.
func (e *EmptyState) Inside() fyne.CanvasObject { return e.column }

// HeightFor implements Flowing.
func (e *EmptyState) HeightFor(width float32) float32 { return HeightFor(e.column, width) }

// CreateRenderer implements fyne.Widget.
func (e *EmptyState) CreateRenderer() fyne.WidgetRenderer { return wrapRenderer(e, e.column) }

// Badge is a small number beside a word: how many wait.
type Badge struct {
	base.BaseWidget
	text string
}

// NewBadge makes a badge; it hides where text is empty.
func NewBadge(text string) *Badge {
	b := &Badge{}
	b.ExtendBaseWidget(b)
	b.SetText(text)
	return b
}

// SetText changes the number.
func (b *Badge) SetText(s string) {
	b.text = s
	setVisible(b, s != "")
	b.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (b *Badge) CreateRenderer() fyne.WidgetRenderer {
	rect := canvas.NewRectangle(nil)
	words := NewLabel(b.text, Style{})
	draw := func() {
		rect.FillColor = theme.Colours().Waiting
		words.text = b.text
		words.SetStyle(Style{Size: theme.Small, Bold: true, Align: fyne.TextAlignCenter, Ink: func(*theme.Palette) color.NRGBA { return color.NRGBA{R: 0x1D, G: 0x2A, B: 0x2A, A: 255} }})
		rect.Refresh()
	}
	draw()
	return &renderer{
		of:      b,
		objects: func() []fyne.CanvasObject { return []fyne.CanvasObject{rect, words} },
		layout: func(s fyne.Size) {
			rect.CornerRadius = s.Height / 2
			rect.Resize(s)
			words.Resize(s)
		},
		minSize: func() fyne.Size {
			size := theme.Text(theme.Small)
			h := lineHeight(size, true)
			return fyne.NewSize(max(lineWidth(b.text, size, true)+theme.Space12, h+4), h)
		},
		refresh: func() { draw(); repaint(b) },
	}
}

// Dot is the small round sign before the status line's words.
type Dot struct {
	base.BaseWidget
	ink Ink
}

// NewDot makes a dot.
func NewDot(ink Ink) *Dot {
	d := &Dot{ink: ink}
	d.ExtendBaseWidget(d)
	return d
}

// SetInk changes the colour.
func (d *Dot) SetInk(i Ink) { d.ink = i; d.Refresh() }

// CreateRenderer implements fyne.Widget.
func (d *Dot) CreateRenderer() fyne.WidgetRenderer {
	c := canvas.NewCircle(nil)
	draw := func() {
		c.FillColor, c.StrokeColor, c.StrokeWidth = d.ink(theme.Colours()), nothing, 0
		if theme.Current().HighContrast() {
			c.StrokeColor, c.StrokeWidth = theme.Colours().Text, 1
		}
		c.Refresh()
	}
	draw()
	return &renderer{
		of:      d,
		objects: func() []fyne.CanvasObject { return []fyne.CanvasObject{c} },
		layout: func(s fyne.Size) {
			c.Resize(fyne.NewSquareSize(10))
			c.Move(fyne.NewPos((s.Width-10)/2, (s.Height-10)/2))
		},
		minSize: func() fyne.Size { return fyne.NewSquareSize(10) },
		refresh: draw,
	}
}
