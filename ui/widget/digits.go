package widget

import (
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// Digits is a field for a PIN: each digit is a dot as soon as it is typed, and
// what was typed can be overwritten, which a text cannot.
type Digits struct {
	pressable
	typed    []byte
	most     int
	wrong    bool
	OnChange func()
	OnEnter  func()
}

// NewDigits makes one that takes so many digits at most.
func NewDigits(most int) *Digits {
	d := &Digits{most: most, typed: make([]byte, 0, most)}
	d.onPress = func() { FocusOn(d) }
	d.extend(d)
	return d
}

// Typed is a copy of what was typed, to be overwritten after use.
func (d *Digits) Typed() []byte { return append(make([]byte, 0, d.most), d.typed...) }

// Len is how many digits were typed.
func (d *Digits) Len() int { return len(d.typed) }

// Wipe overwrites what was typed.
func (d *Digits) Wipe() {
	clear(d.typed[:cap(d.typed)])
	d.typed = d.typed[:0]
	d.changed()
}

// SetWrong marks the field as one with a problem.
func (d *Digits) SetWrong(on bool) {
	if d.wrong != on {
		d.wrong = on
		d.Refresh()
	}
}

// Back takes the last digit away.
func (d *Digits) Back() {
	if n := len(d.typed); n > 0 {
		d.typed[n-1] = 0
		d.typed = d.typed[:n-1]
		d.changed()
	}
}

// TypedRune implements fyne.Focusable.
func (d *Digits) TypedRune(r rune) {
	Used()
	if !d.disabled && len(d.typed) < d.most && r < unicode.MaxASCII && unicode.IsDigit(r) {
		d.typed = append(d.typed, byte(r))
		d.changed()
	}
}

// TypedKey implements fyne.Focusable: Enter is the end, not a press.
func (d *Digits) TypedKey(e *fyne.KeyEvent) {
	Used()
	switch e.Name {
	case fyne.KeyBackspace, fyne.KeyDelete:
		d.Back()
	case fyne.KeyReturn, fyne.KeyEnter:
		if d.OnEnter != nil && !d.disabled {
			d.OnEnter()
		}
	default:
		PassKey(d, e)
	}
}

func (d *Digits) changed() {
	d.Refresh()
	if d.OnChange != nil {
		d.OnChange()
	}
}

// CreateRenderer implements fyne.Widget.
func (d *Digits) CreateRenderer() fyne.WidgetRenderer {
	rect, edge := canvas.NewRectangle(nil), newFocusEdge(theme.RadiusField)
	dots := make([]*canvas.Circle, d.most)
	objects := []fyne.CanvasObject{rect, edge.rect}
	for i := range dots {
		dots[i] = canvas.NewCircle(nil)
		objects = append(objects, dots[i])
	}
	draw := func() {
		p := theme.Colours()
		rect.FillColor, rect.StrokeColor, rect.StrokeWidth, rect.CornerRadius = p.Surface, p.Line, theme.LineWidth, theme.RadiusField
		if d.wrong {
			rect.StrokeColor, rect.StrokeWidth = p.Trouble, 2
		}
		if d.focused {
			rect.StrokeColor, rect.StrokeWidth = p.Focus, theme.RingWidth
		}
		edge.show(d.focused)
		for i, c := range dots {
			c.FillColor = p.Text
			setVisible(c, i < len(d.typed))
			c.Refresh()
		}
		rect.Refresh()
	}
	layout := func(s fyne.Size) {
		rect.Resize(s)
		edge.layout(s)
		size := theme.Scaled(13)
		step := min(size*1.9, (s.Width-2*theme.Space12)/float32(d.most))
		x := (s.Width - step*float32(len(d.typed)-1) - size) / 2
		for i, c := range dots {
			c.Resize(fyne.NewSquareSize(size))
			c.Move(fyne.NewPos(x+float32(i)*step, (s.Height-size)/2))
		}
	}
	draw()
	return &renderer{
		of:      d,
		objects: func() []fyne.CanvasObject { return objects },
		layout:  layout,
		minSize: func() fyne.Size { return fyne.NewSize(theme.Scaled(220), theme.Scaled(52)) },
		refresh: func() { draw(); layout(d.Size()); repaint(d) },
	}
}

// PadKey is one large key of a pad of digits.
type PadKey struct {
	pressable
	text, means string
	size        theme.TypeSize
}

// NewPadKey makes one; means says in words what it does.
func NewPadKey(text, means string, size theme.TypeSize, do func()) *PadKey {
	k := &PadKey{text: text, means: means, size: size}
	k.onPress = do
	k.extend(k)
	return k
}

// Means says in words what the key does.
func (k *PadKey) Means() string { return k.means }

// CreateRenderer implements fyne.Widget.
func (k *PadKey) CreateRenderer() fyne.WidgetRenderer {
	rect, over := canvas.NewRectangle(nil), canvas.NewRectangle(nil)
	words := NewLabel(k.text, Style{Size: k.size, Align: fyne.TextAlignCenter})
	focus := newRing(theme.RadiusField)
	focus.inside = true
	objects := append([]fyne.CanvasObject{rect, over, words}, focus.objects()...)
	draw := func() {
		p := theme.Colours()
		rect.FillColor, rect.StrokeColor, rect.StrokeWidth, rect.CornerRadius = p.Surface, p.Line, theme.LineWidth, theme.RadiusField
		over.FillColor, over.CornerRadius = nothing, theme.RadiusField
		if k.hovered {
			over.FillColor = p.Hover
		}
		words.SetStyle(Style{Size: k.size, Align: fyne.TextAlignCenter})
		focus.show(k.focused)
		rect.Refresh()
		over.Refresh()
	}
	draw()
	return &renderer{
		of:      k,
		objects: func() []fyne.CanvasObject { return objects },
		layout: func(s fyne.Size) {
			rect.Resize(s)
			over.Resize(s)
			words.Resize(s)
			focus.layout(s)
		},
		minSize: func() fyne.Size {
			h := theme.Scaled(52)
			return fyne.NewSize(max(h, lineWidth(k.text, theme.Text(k.size), false)+theme.Space16), h)
		},
		refresh: func() { draw(); repaint(k) },
	}
}
