package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// SizeButton is a small word in the status line, at a type size of its own: the
// three A of the text size, and contrast. They grow with the text size, for who
// needs large type needs them most.
type SizeButton struct {
	pressable
	text, means string
	size        float32
	on          bool
}

// NewSizeButton makes one; means says in words what it does.
func NewSizeButton(text, means string, size float32, do func()) *SizeButton {
	b := &SizeButton{text: text, means: means, size: size}
	b.onPress = do
	b.extend(b)
	return b
}

// SetOn marks what is chosen now.
func (b *SizeButton) SetOn(on bool) {
	if b.on != on {
		b.on = on
		b.Refresh()
	}
}

// Means says in words what the button does.
func (b *SizeButton) Means() string { return b.means }

// CreateRenderer implements fyne.Widget.
func (b *SizeButton) CreateRenderer() fyne.WidgetRenderer {
	rect := canvas.NewRectangle(nil)
	line := canvas.NewRectangle(nil)
	words := canvas.NewText(b.text, nil)
	focus := newRing(theme.RadiusSmall)
	focus.inside = true
	objects := append([]fyne.CanvasObject{rect, words, line}, focus.objects()...)
	draw := func() {
		p := theme.Colours()
		rect.CornerRadius, rect.FillColor = theme.RadiusSmall, nothing
		if b.hovered {
			rect.FillColor = p.Hover
		}
		words.TextSize, words.TextStyle, words.Alignment, words.Color = theme.Text(theme.TypeSize(b.size)), fyne.TextStyle{Bold: b.on}, fyne.TextAlignCenter, p.Text
		line.FillColor = nothing
		if b.on {
			line.FillColor = p.Primary
		}
		focus.show(b.focused)
		rect.Refresh()
		words.Refresh()
		line.Refresh()
	}
	draw()
	return &renderer{
		of:      b,
		objects: func() []fyne.CanvasObject { return objects },
		layout: func(s fyne.Size) {
			rect.Resize(s)
			words.Resize(s)
			line.Move(fyne.NewPos(6, s.Height-3))
			line.Resize(fyne.NewSize(s.Width-12, 2))
			focus.layout(s)
		},
		minSize: func() fyne.Size {
			return fyne.NewSize(max(lineWidth(b.text, theme.Text(theme.TypeSize(b.size)), true)+14, theme.Scaled(26)), max(lineHeight(theme.Text(18), true), theme.Scaled(26)))
		},
		refresh: func() { draw(); repaint(b) },
	}
}
