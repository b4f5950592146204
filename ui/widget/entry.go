package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// Entry is Fyne's entry with three differences: shortcuts it does not use and
// keys that OnKey does not take go on to the window, and its surroundings hear
// of focus, because they draw the ring.
type Entry struct {
	base.Entry
	OnKey   func(*fyne.KeyEvent) bool // true where the key was used
	onFocus func(bool)
}

// NewEntry makes an entry of one line.
func NewEntry() *Entry {
	e := &Entry{}
	e.ExtendBaseWidget(e)
	return e
}

// NewTextEntry makes an entry of several lines that wraps.
func NewTextEntry(rows int) *Entry {
	e := &Entry{}
	e.MultiLine = true
	e.Wrapping = fyne.TextWrapWord
	e.SetMinRowsVisible(rows)
	e.ExtendBaseWidget(e)
	return e
}

// AcceptsTab implements fyne.Tabbable: Tab always goes on to the next part.
func (e *Entry) AcceptsTab() bool { return false }

// TypedKey implements fyne.Focusable.
func (e *Entry) TypedKey(k *fyne.KeyEvent) {
	Used()
	if e.OnKey != nil && e.OnKey(k) {
		return
	}
	switch k.Name {
	case fyne.KeyEscape, fyne.KeyF1:
		PassKey(e, k)
	default:
		e.Entry.TypedKey(k)
	}
}

// TypedRune implements fyne.Focusable.
func (e *Entry) TypedRune(r rune) {
	Used()
	e.Entry.TypedRune(r)
}

// MouseDown implements desktop.Mouseable.
func (e *Entry) MouseDown(m *desktop.MouseEvent) {
	Used()
	e.Entry.MouseDown(m)
}

// TypedShortcut implements fyne.Shortcutable.
func (e *Entry) TypedShortcut(s fyne.Shortcut) {
	Used()
	if c, ok := s.(*desktop.CustomShortcut); ok {
		switch c.KeyName {
		case fyne.KeyLeft, fyne.KeyRight, fyne.KeyBackspace, fyne.KeyDelete, fyne.KeyHome, fyne.KeyEnd:
		default:
			PassShortcut(e, s)
			return
		}
	}
	e.Entry.TypedShortcut(s)
}

// FocusGained implements fyne.Focusable.
func (e *Entry) FocusGained() {
	e.Entry.FocusGained()
	if e.onFocus != nil {
		e.onFocus(true)
	}
	Reveal(e)
}

// FocusLost implements fyne.Focusable.
func (e *Entry) FocusLost() {
	e.Entry.FocusLost()
	if e.onFocus != nil {
		e.onFocus(false)
	}
}

// Wipe empties the entry and forgets what could be undone.
func (e *Entry) Wipe() {
	e.SetText("") // clears Fyne's undo stack too
}

// Field is an entry with its label above and, where something is wrong, a line
// below that says what and why.
type Field struct {
	base.BaseWidget
	Entry   *Entry
	label   *Text
	problem *Text
	frame   *entryFrame
	column  *fyne.Container
}

// NewField makes a field of one line.
func NewField(label string) *Field { return newField(label, NewEntry()) }

// NewTextField makes a field of several lines.
func NewTextField(label string, rows int) *Field { return newField(label, NewTextEntry(rows)) }

func newField(label string, e *Entry) *Field {
	f := &Field{Entry: e, label: NewText(label, Style{Size: theme.Quiet, Ink: Quiet}), problem: NewText("", Style{Size: theme.Small, Ink: OnTrouble})}
	f.frame = newEntryFrame(e)
	f.problem.Hide()
	f.column = NewColumn(theme.Space4, f.label, f.frame, f.problem)
	f.ExtendBaseWidget(f)
	return f
}

// SetLabel changes the label.
func (f *Field) SetLabel(s string) { f.label.SetText(s) }

// SetProblem shows what is wrong below the field; empty takes it away. The
// owner lays out again.
func (f *Field) SetProblem(s string) {
	f.problem.SetText(s)
	setVisible(f.problem, s != "")
	f.frame.wrong = s != ""
	f.frame.Refresh()
	f.Refresh()
}

// Problem is what stands below the field.
func (f *Field) Problem() string { return f.problem.Text() }

// HeightFor implements Flowing.
func (f *Field) HeightFor(width float32) float32 { return HeightFor(f.column, width) }

// CreateRenderer implements fyne.Widget.
func (f *Field) CreateRenderer() fyne.WidgetRenderer { return wrapRenderer(f, f.column) }

// wrapRenderer shows one object as the whole widget.
func wrapRenderer(w fyne.Widget, o fyne.CanvasObject) fyne.WidgetRenderer {
	return &renderer{
		of:      w,
		objects: func() []fyne.CanvasObject { return []fyne.CanvasObject{o} },
		layout:  func(s fyne.Size) { o.Resize(s) },
		minSize: o.MinSize,
		refresh: func() {
			if c, ok := o.(*fyne.Container); ok && c.Layout != nil {
				c.Layout.Layout(c.Objects, c.Size())
			}
			repaint(w)
		},
	}
}

// entryFrame is the surface, line and focus ring around an entry, which itself
// is drawn bare.
type entryFrame struct {
	base.BaseWidget
	entry *Entry
	bare  fyne.CanvasObject
	wrong bool
	focus bool
}

func newEntryFrame(e *Entry) *entryFrame {
	f := &entryFrame{entry: e, bare: container.NewThemeOverride(e, bareTheme{size: theme.Body, oneLine: !e.MultiLine})}
	e.onFocus = func(on bool) { f.focus = on; f.Refresh() }
	f.ExtendBaseWidget(f)
	return f
}

// CreateRenderer implements fyne.Widget.
func (f *entryFrame) CreateRenderer() fyne.WidgetRenderer {
	rect, edge := newBox(), newFocusEdge(theme.RadiusField)
	draw := func() {
		p := theme.Colours()
		edge.show(f.focus)
		rect.FillColor, rect.StrokeColor, rect.StrokeWidth, rect.CornerRadius = p.Surface, p.Line, theme.LineWidth, theme.RadiusField
		if f.wrong {
			rect.StrokeColor, rect.StrokeWidth = p.Trouble, 2
		}
		if f.focus {
			rect.StrokeColor, rect.StrokeWidth = p.Focus, theme.RingWidth
		}
		rect.Refresh()
	}
	draw()
	return &renderer{
		of:      f,
		objects: func() []fyne.CanvasObject { return []fyne.CanvasObject{rect.group, edge.rect, f.bare} },
		layout: func(s fyne.Size) {
			rect.Resize(s)
			edge.layout(s)
			f.bare.Move(fyne.NewPos(3, 2))
			f.bare.Resize(s.SubtractWidthHeight(6, 4))
		},
		minSize: func() fyne.Size { return f.entry.MinSize().AddWidthHeight(6, 4) },
		refresh: func() { draw(); repaint(f) },
	}
}

// SearchField is the field one types in to find: a green ring always, the
// number of hits and the key that leads here inside it.
type SearchField struct {
	base.BaseWidget
	Entry *Entry
	bare  fyne.CanvasObject
	count *Label
	key   *KeyHint
	focus bool
}

// NewSearchField makes one; hint is the key that leads to it.
func NewSearchField(placeholder, hint string) *SearchField {
	s := &SearchField{Entry: NewEntry(), count: NewLabel("", Style{Size: theme.Quiet, Ink: Quiet}), key: NewKeyHint(hint)}
	s.Entry.SetPlaceHolder(placeholder)
	s.bare = container.NewThemeOverride(s.Entry, bareTheme{size: theme.Search, oneLine: true})
	s.Entry.onFocus = func(on bool) { s.focus = on; s.Refresh() }
	s.ExtendBaseWidget(s)
	return s
}

// SetCount says how many fit, in words.
func (s *SearchField) SetCount(text string) {
	if s.count.text != text {
		s.count.text = text
		s.Refresh()
	}
}

// Count is what is said about how many fit.
func (s *SearchField) Count() string { return s.count.text }

// CreateRenderer implements fyne.Widget.
func (s *SearchField) CreateRenderer() fyne.WidgetRenderer {
	rect, edge := newBox(), newFocusEdge(theme.RadiusCard)
	draw := func() {
		p := theme.Colours()
		edge.show(s.focus)
		rect.FillColor, rect.StrokeColor, rect.StrokeWidth, rect.CornerRadius = p.Surface, p.Primary, 2, theme.RadiusCard
		if s.focus {
			rect.StrokeColor, rect.StrokeWidth = p.Focus, theme.RingWidth
		}
		rect.Refresh()
	}
	layout := func(size fyne.Size) {
		rect.Resize(size)
		edge.layout(size)
		k, c := s.key.MinSize(), s.count.MinSize()
		x := size.Width - theme.Space16 - k.Width
		s.key.Move(fyne.NewPos(x, (size.Height-k.Height)/2))
		s.key.Resize(k)
		cw := min(c.Width, size.Width*0.45)
		x -= theme.Space12 + cw
		s.count.Move(fyne.NewPos(x, (size.Height-c.Height)/2))
		s.count.Resize(fyne.NewSize(cw, c.Height))
		h := s.bare.MinSize().Height
		s.bare.Move(fyne.NewPos(theme.Space8, (size.Height-h)/2))
		s.bare.Resize(fyne.NewSize(x-theme.Space12-theme.Space8, h))
	}
	draw()
	return &renderer{
		of:      s,
		objects: func() []fyne.CanvasObject { return []fyne.CanvasObject{rect.group, edge.rect, s.bare, s.count, s.key} },
		layout:  layout,
		minSize: func() fyne.Size {
			return fyne.NewSize(240, max(s.bare.MinSize().Height+theme.Space4, theme.Scaled(52)))
		},
		refresh: func() { draw(); layout(s.Size()); s.count.Refresh(); repaint(s) },
	}
}
