package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// keyEnter as a hint is drawn as the arrow on the key.
const keyEnter = "⏎"

// KeyHint shows a key in a small box: "Ctrl P", "1", "⏎".
type KeyHint struct {
	base.BaseWidget
	text      string
	onPrimary bool
}

func newKeyHint(text string) *KeyHint { return NewKeyHint(text) }

// NewKeyHint makes a hint.
func NewKeyHint(text string) *KeyHint {
	k := &KeyHint{text: text}
	k.ExtendBaseWidget(k)
	return k
}

const keyHintType = theme.TypeSize(11.5)

func keyHintSize(text string) fyne.Size {
	size := theme.Text(keyHintType)
	h := lineHeight(size, true) + 2
	if text == keyEnter {
		return fyne.NewSize(h+4, h)
	}
	return fyne.NewSize(max(lineWidth(text, size, true)+12, h), h)
}

// CreateRenderer implements fyne.Widget.
func (k *KeyHint) CreateRenderer() fyne.WidgetRenderer {
	rect := canvas.NewRectangle(nil)
	words := NewLabel(k.text, Style{Size: keyHintType, Bold: true, Align: fyne.TextAlignCenter})
	arrow := NewGlyph(GlyphEnter, theme.Quiet, Plain)
	draw := func() {
		p := theme.Colours()
		rect.FillColor, rect.StrokeColor, rect.StrokeWidth, rect.CornerRadius = p.Surface, p.OffLine, 1, theme.RadiusSmall
		if k.onPrimary {
			rect.FillColor, rect.StrokeColor = p.OnPrimary, p.OnPrimary
		}
		ink := Quiet
		if k.onPrimary {
			ink = Primary
		}
		words.text = k.text
		words.SetStyle(Style{Size: keyHintType, Bold: k.onPrimary, Ink: ink, Align: fyne.TextAlignCenter})
		setVisible(words, k.text != keyEnter)
		setVisible(arrow, k.text == keyEnter)
		if k.text == keyEnter {
			inkGlyph(arrow, GlyphEnter, theme.Quiet, ink(p))
		}
		rect.Refresh()
	}
	layout := func(s fyne.Size) {
		rect.Resize(s)
		words.Resize(s)
		g := arrow.MinSize()
		arrow.Resize(g)
		arrow.Move(fyne.NewPos((s.Width-g.Width)/2, (s.Height-g.Height)/2))
	}
	draw()
	return &renderer{
		of:      k,
		objects: func() []fyne.CanvasObject { return []fyne.CanvasObject{rect, words, arrow} },
		layout:  layout,
		minSize: func() fyne.Size { return keyHintSize(k.text) },
		refresh: func() { draw(); layout(k.Size()); repaint(k) },
	}
}
