package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// TouchField is a field for words that are to be forgotten. It knows no clipboard,
// no undo and no menu; what was typed lies in one buffer that Wipe overwrites, and
// each letter is drawn by itself, so that no cache of the toolkit ever holds the
// words.
type TouchField struct {
	pressable
	typed    []rune
	most     int
	hint     string
	size     theme.TypeSize
	least    float32 // height
	radius   float32
	OnChange func()
	OnEnter  func()
	OnTouch  func() // it was touched or got focus
}

// NewTouchField makes one for so many letters at most.
func NewTouchField(hint string, size theme.TypeSize, least, radius float32, most int) *TouchField {
	f := &TouchField{hint: hint, size: size, least: least, radius: radius, most: most, typed: make([]rune, 0, most)}
	f.onPress = func() { FocusOn(f) }
	f.extend(f)
	return f
}

// Typed is a copy of what was typed, to be overwritten after use.
func (f *TouchField) Typed() []rune { return append(make([]rune, 0, f.most), f.typed...) }

// Len is how many letters were typed.
func (f *TouchField) Len() int { return len(f.typed) }

// Wipe overwrites what was typed.
func (f *TouchField) Wipe() {
	clear(f.typed[:cap(f.typed)])
	f.typed = f.typed[:0]
	f.changed()
}

// Type adds a letter, as a key on the screen does.
func (f *TouchField) Type(r rune) {
	if len(f.typed) < f.most && r >= ' ' && r != 0x7f && !(r == ' ' && (len(f.typed) == 0 || f.typed[len(f.typed)-1] == ' ')) {
		f.typed = append(f.typed, r)
		f.changed()
	}
}

// Back takes the last letter away.
func (f *TouchField) Back() {
	if n := len(f.typed); n > 0 {
		f.typed[n-1] = 0
		f.typed = f.typed[:n-1]
		f.changed()
	}
}

// FocusGained implements fyne.Focusable.
func (f *TouchField) FocusGained() {
	f.pressable.FocusGained()
	if f.OnTouch != nil {
		f.OnTouch()
	}
}

// TypedRune implements fyne.Focusable.
func (f *TouchField) TypedRune(r rune) { Used(); f.Type(r) }

// TypedKey implements fyne.Focusable.
func (f *TouchField) TypedKey(e *fyne.KeyEvent) {
	Used()
	switch e.Name {
	case fyne.KeyBackspace, fyne.KeyDelete:
		f.Back()
	case fyne.KeyReturn, fyne.KeyEnter:
		if f.OnEnter != nil {
			f.OnEnter()
		}
	case fyne.KeySpace: // comes as a rune as well
	default:
		PassKey(f, e)
	}
}

func (f *TouchField) changed() {
	f.Refresh()
	if f.OnChange != nil {
		f.OnChange()
	}
}

// HeightFor implements Flowing.
func (f *TouchField) HeightFor(float32) float32 {
	return max(f.least, lineHeight(theme.Text(f.size), false)*1.6)
}

// CreateRenderer implements fyne.Widget.
func (f *TouchField) CreateRenderer() fyne.WidgetRenderer {
	ground, hint, caret := newBox(), NewLabel(f.hint, Style{Size: f.size, Ink: Quiet}), canvas.NewRectangle(nil)
	var letters []*canvas.Text
	var objects []fyne.CanvasObject
	layout := func(s fyne.Size) {
		p, size := theme.Colours(), theme.Text(f.size)
		ground.FillColor, ground.StrokeColor, ground.StrokeWidth, ground.CornerRadius = p.Surface, p.Primary, 3, f.radius
		if f.focused && theme.Current().HighContrast() {
			ground.StrokeColor, ground.StrokeWidth = p.Focus, 5
		}
		ground.Resize(s)
		ground.Refresh()
		h, pad := lineHeight(size, false), size
		hint.Move(fyne.NewPos(pad, (s.Height-h)/2))
		hint.Resize(fyne.NewSize(s.Width-2*pad, h))
		setVisible(hint, len(f.typed) == 0)
		width := float32(0)
		for _, r := range f.typed {
			width += measure(string(r), size, false).Width
		}
		x := pad - max(width-(s.Width-2*pad), 0) // the end stays in sight
		for len(letters) < len(f.typed) {
			letters = append(letters, canvas.NewText("", p.Text))
		}
		objects = append(objects[:0], ground.group, hint, caret)
		for i, t := range letters {
			if i >= len(f.typed) {
				t.Text = ""
				continue
			}
			t.Text, t.TextSize, t.Color = string(f.typed[i]), size, p.Text
			w := measure(t.Text, size, false).Width
			t.Move(fyne.NewPos(x, (s.Height-h)/2))
			t.Resize(fyne.NewSize(w, h))
			if x >= pad/2 {
				objects = append(objects, t)
			}
			x += w
			t.Refresh()
		}
		caret.FillColor = p.Text
		caret.Move(fyne.NewPos(x+1, (s.Height-h)/2))
		caret.Resize(fyne.NewSize(3, h))
		setVisible(caret, f.focused)
		caret.Refresh()
	}
	return &renderer{
		of:      f,
		objects: func() []fyne.CanvasObject { return objects },
		layout:  layout,
		minSize: func() fyne.Size { return fyne.NewSize(200, f.HeightFor(0)) },
		refresh: func() { layout(f.Size()); repaint(f) },
	}
}
