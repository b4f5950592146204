package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// Button is something to do, in words. There is one primary button in sight.
type Button struct {
	pressable
	text, hint string
	glyph      string
	look       buttonLook
}

type buttonLook int

const (
	lookQuiet buttonLook = iota
	lookPrimary
	lookPlain   // words alone: for small things beside others
	lookSidebar // words on the sidebar's green
)

// NewPrimaryButton makes the one green button of a screen. hint is a key
// ("Ctrl P") shown in it, or empty.
func NewPrimaryButton(text, hint string, do func()) *Button {
	return newButton(text, hint, lookPrimary, do)
}

// NewQuietButton makes a white button with a line.
func NewQuietButton(text, hint string, do func()) *Button {
	return newButton(text, hint, lookQuiet, do)
}

// NewPlainButton makes a button of words alone.
func NewPlainButton(text string, do func()) *Button { return newButton(text, "", lookPlain, do) }

// NewSignButton is a plain button that is a drawn sign; name is said beside it
// on screens that have the room, and is what a screen reader would say.
func NewSignButton(glyph, name string, do func()) *Button {
	b := newButton(name, "", lookPlain, do)
	b.glyph = glyph
	return b
}

func newButton(text, hint string, look buttonLook, do func()) *Button {
	b := &Button{text: text, hint: hint, look: look}
	b.onPress = do
	b.extend(b)
	return b
}

// Text is the words on the button.
func (b *Button) Text() string { return b.text }

// SetText changes the words.
func (b *Button) SetText(s string) {
	if b.text != s {
		b.text = s
		b.Refresh()
	}
}

// SetPrimary makes the button the primary one or a quiet one.
func (b *Button) SetPrimary(on bool) {
	look := lookQuiet
	if on {
		look = lookPrimary
	}
	if look != b.look {
		b.look = look
		b.Refresh()
	}
}

// HeightFor implements Flowing: the words wrap where the button is narrow.
func (b *Button) HeightFor(width float32) float32 {
	if b.glyph != "" {
		return b.MinSize().Height
	}
	size := theme.Text(theme.Body)
	lines := wrapWords(b.text, max(width-2*b.padX()-b.hintFits(width), 40), size, b.isBold())
	return float32(len(lines))*lineHeight(size, true) + 2*b.padY()
}

func (b *Button) isBold() bool { return b.look != lookSidebar }

func (b *Button) padX() float32 {
	if b.look == lookPlain {
		return theme.Space8
	}
	return theme.Space16
}

func (b *Button) padY() float32 {
	if b.look == lookPlain {
		return theme.Space4
	}
	return theme.Scaled(11)
}

func (b *Button) hintWidth() float32 {
	if b.hint == "" {
		return 0
	}
	return keyHintSize(b.hint).Width + theme.Space8
}

// hintFits is the width the hint takes in a button of a width: none where the
// words need the room; the list of keys has it too.
func (b *Button) hintFits(width float32) float32 {
	if lineWidth(b.text, theme.Text(theme.Body), b.isBold())+2*b.padX()+b.hintWidth() > width+1 {
		return 0
	}
	return b.hintWidth()
}

// CreateRenderer implements fyne.Widget.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	rect := canvas.NewRectangle(nil)
	over := canvas.NewRectangle(nil)
	words := NewText(b.text, Style{Bold: b.isBold(), Align: fyne.TextAlignCenter})
	key := newKeyHint(b.hint)
	sign := NewGlyph(GlyphClose, theme.CardTitle, Plain)
	focus := newRing(theme.RadiusField)
	objects := append([]fyne.CanvasObject{rect, over, words, key, sign}, focus.objects()...)
	draw := func() {
		p := theme.Colours()
		fill, line, ink := p.Surface, p.Line, Plain
		switch b.look {
		case lookPrimary:
			fill, line, ink = p.Primary, p.Primary, OnPrimary
		case lookPlain:
			fill, line, ink = transparent, transparent, Primary
		case lookSidebar:
			fill, line, ink = transparent, transparent, OnSidebar
		}
		if b.disabled {
			fill, line, ink = p.Surface, p.Line, Quiet
		}
		rect.FillColor, rect.StrokeColor, rect.StrokeWidth, rect.CornerRadius = paint(fill), paint(line), theme.LineWidth, theme.RadiusField+1
		over.CornerRadius = rect.CornerRadius
		over.FillColor = nothing
		if b.hovered && !b.disabled {
			over.FillColor = p.Hover
			if b.look == lookPrimary || b.look == lookSidebar {
				over.FillColor = color.NRGBA{R: 255, G: 255, B: 255, A: 28}
			}
		}
		words.text = b.text
		words.SetStyle(Style{Bold: b.isBold(), Align: fyne.TextAlignCenter, Ink: ink})
		setVisible(words, b.glyph == "")
		setVisible(key, b.hint != "")
		setVisible(sign, b.glyph != "")
		if b.glyph != "" {
			inkGlyph(sign, b.glyph, theme.CardTitle, ink(p))
		}
		key.onPrimary = b.look == lookPrimary && !b.disabled
		key.Refresh()
		focus.onGreen = b.look == lookSidebar
		focus.show(b.focused)
		rect.Refresh()
		over.Refresh()
	}
	layout := func(s fyne.Size) {
		rect.Resize(s)
		over.Resize(s)
		focus.layout(s)
		if b.glyph != "" {
			g := sign.MinSize()
			sign.Resize(g)
			sign.Move(fyne.NewPos((s.Width-g.Width)/2, (s.Height-g.Height)/2))
			return
		}
		hint := b.hintFits(s.Width)
		setVisible(key, hint > 0)
		avail := max(s.Width-2*b.padX()-hint, 0)
		size := theme.Text(theme.Body)
		w := min(lineWidth(b.text, size, b.isBold()), avail)
		h := words.HeightFor(max(w, 1))
		x := (s.Width - w - hint) / 2
		words.Resize(fyne.NewSize(w, h))
		words.Move(fyne.NewPos(x, (s.Height-h)/2))
		ks := key.MinSize()
		key.Resize(ks)
		key.Move(fyne.NewPos(x+w+theme.Space8, (s.Height-ks.Height)/2))
	}
	draw()
	return &renderer{
		of:      b,
		objects: func() []fyne.CanvasObject { return objects },
		layout:  layout,
		minSize: func() fyne.Size {
			if b.glyph != "" {
				s := theme.Text(theme.CardTitle) + theme.Space8
				return fyne.NewSize(s, s)
			}
			size := theme.Text(theme.Body)
			return fyne.NewSize(lineWidth(b.text, size, b.isBold())+2*b.padX()+b.hintWidth(), lineHeight(size, true)+2*b.padY())
		},
		refresh: func() { draw(); layout(b.Size()); repaint(b) },
	}
}
