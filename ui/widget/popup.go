package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// Popup is content on top of a window, below the part that opened it or in the
// middle. Esc and a click outside close it; focus goes to its first part, and
// back to where it was.
type Popup struct {
	pop     *base.PopUp
	canvas  fyne.Canvas
	before  fyne.Focusable
	OnClose func()
	closed  bool
	restore func()
}

// popupBody hears of keys that nothing inside used.
type popupBody struct {
	base.BaseWidget
	content fyne.CanvasObject
	owner   *Popup
	width   float32
	height  float32 // of a body that scrolls; 0 is as high as its content
}

// Inside is what the body holds; Reveal looks through it.
func (b *popupBody) Inside() fyne.CanvasObject { return b.content }

func (b *popupBody) MinSize() fyne.Size {
	if b.height > 0 {
		return fyne.NewSize(b.width, b.height)
	}
	return fyne.NewSize(b.width, HeightFor(b.content, b.width))
}

func (b *popupBody) CreateRenderer() fyne.WidgetRenderer {
	edge := canvas.NewRectangle(nil)
	draw := func() {
		edge.FillColor, edge.StrokeColor, edge.StrokeWidth, edge.CornerRadius = theme.Colours().Surface, theme.Colours().Quiet, 1, theme.RadiusCard
		edge.Refresh()
	}
	draw()
	return &renderer{
		of:      b,
		objects: func() []fyne.CanvasObject { return []fyne.CanvasObject{edge, b.content} },
		layout: func(s fyne.Size) {
			const out = 6 // the toolkit's pop-up has no padding of its own, so the frame is its ground too
			edge.Move(fyne.NewPos(-out, -out))
			edge.Resize(s.AddWidthHeight(2*out, 2*out))
			b.content.Resize(s)
			relayout(b.content)
		},
		minSize: b.MinSize,
		refresh: func() { draw(); repaint(b) },
	}
}

// ShowPopup opens content below anchor, of the given width; it scrolls where
// the window is too low for it.
func ShowPopup(anchor fyne.CanvasObject, width float32, content fyne.CanvasObject) *Popup {
	c := canvasOf(anchor)
	if c == nil {
		return nil
	}
	p := &Popup{canvas: c, before: c.Focused()}
	below := fyne.CurrentApp().Driver().AbsolutePositionForObject(anchor).AddXY(0, anchor.Size().Height+theme.Space4)
	room := c.Size().Height - below.Y - theme.Space24
	body := p.body(content, min(width, c.Size().Width-theme.Space24))
	need := body.MinSize().Height + theme.Space16
	if need > room && below.Y-anchor.Size().Height > room { // more room above
		above := below.Y - anchor.Size().Height - theme.Space12
		if need > above {
			body = p.scrolled(content, body.width, above-theme.Space24)
			need = body.MinSize().Height + theme.Space16
		}
		below.Y = above - need
	} else if need > room {
		body = p.scrolled(content, body.width, room-theme.Space16)
	}
	below.X = min(below.X, c.Size().Width-body.width-theme.Space24)
	p.pop = base.NewPopUp(body, c)
	p.watch()
	p.pop.ShowAtPosition(below)
	p.focusFirst()
	return p
}

// ShowDialog opens content in the middle of the window, which waits behind it.
func ShowDialog(over fyne.CanvasObject, width float32, content fyne.CanvasObject) *Popup {
	c := canvasOf(over)
	if c == nil {
		return nil
	}
	p := &Popup{canvas: c, before: c.Focused()}
	width = min(width, c.Size().Width-2*theme.Space36)
	padded := NewPad(theme.Space16, theme.Space16, content)
	body := p.body(padded, width)
	if most := c.Size().Height - 2*theme.Space36; body.MinSize().Height > most {
		body = p.scrolled(padded, width, most)
	}
	p.pop = base.NewModalPopUp(body, c)
	p.watch()
	p.pop.Show()
	p.focusFirst()
	return p
}

func (p *Popup) body(content fyne.CanvasObject, width float32) *popupBody {
	b := &popupBody{content: content, owner: p, width: width}
	b.ExtendBaseWidget(b)
	return b
}

func (p *Popup) scrolled(content fyne.CanvasObject, width, height float32) *popupBody {
	b := p.body(NewScroll(content), width)
	b.height = height
	return b
}

// watch closes on Esc: with an overlay shown, the window's key handler still
// hears what no part inside used.
func (p *Popup) watch() {
	before := p.canvas.OnTypedKey()
	p.canvas.SetOnTypedKey(func(e *fyne.KeyEvent) {
		if !p.closed && !p.pop.Visible() { // a click outside closed it
			p.Close()
		}
		if p.closed {
			if before != nil {
				before(e)
			}
			return
		}
		if e.Name == fyne.KeyEscape {
			p.Close()
		}
	})
	p.restore = func() { p.canvas.SetOnTypedKey(before) }
}

func (p *Popup) focusFirst() { p.canvas.FocusNext() }

// Fit lays the popup out again after its content changed height.
func (p *Popup) Fit() {
	if !p.closed {
		p.pop.Resize(p.pop.MinSize())
		p.pop.Refresh()
	}
}

// Close closes the popup and gives focus back.
func (p *Popup) Close() {
	if p.closed {
		return
	}
	p.closed = true
	p.restore()
	p.pop.Hide()
	if p.before != nil {
		p.canvas.Focus(p.before)
	}
	if p.OnClose != nil {
		p.OnClose()
	}
}

// MenuItem is one line of a menu.
type MenuItem struct {
	Text   string
	Chosen bool
	Do     func()
}

// ShowMenu opens a menu below anchor: Up and Down move, Enter chooses.
func ShowMenu(anchor fyne.CanvasObject, items []MenuItem) *Popup {
	rows := NewColumn(2)
	width := max(anchor.Size().Width, 180)
	var p *Popup
	var lines []*menuLine
	for i, it := range items {
		m := &menuLine{text: it.Text, chosen: it.Chosen}
		m.onPress = func() {
			p.Close()
			if it.Do != nil {
				it.Do()
			}
		}
		m.onKey = func(e *fyne.KeyEvent) bool {
			switch e.Name {
			case fyne.KeyDown:
				p.canvas.Focus(lines[min(i+1, len(lines)-1)])
			case fyne.KeyUp:
				p.canvas.Focus(lines[max(i-1, 0)])
			default:
				return false
			}
			return true
		}
		m.extend(m)
		lines = append(lines, m)
		rows.Add(m)
		width = max(width, m.MinSize().Width+theme.Space24)
	}
	p = ShowPopup(anchor, width, rows)
	if p != nil {
		for _, m := range lines {
			if m.chosen {
				p.canvas.Focus(m)
			}
		}
	}
	return p
}

type menuLine struct {
	pressable
	text   string
	chosen bool
}

func (m *menuLine) CreateRenderer() fyne.WidgetRenderer {
	rect := canvas.NewRectangle(nil)
	words := NewLabel(m.text, Style{Bold: m.chosen})
	tick := NewGlyph(GlyphCheck, theme.Body, Primary)
	draw := func() {
		p := theme.Colours()
		rect.CornerRadius, rect.FillColor, rect.StrokeWidth = theme.RadiusSmall, nothing, 0
		if m.hovered {
			rect.FillColor = p.Hover
		}
		if m.focused {
			rect.FillColor, rect.StrokeColor, rect.StrokeWidth = p.PrimaryTint, p.Focus, 2
		}
		setVisible(tick, m.chosen)
		rect.Refresh()
	}
	draw()
	return &renderer{
		of:      m,
		objects: func() []fyne.CanvasObject { return []fyne.CanvasObject{rect, words, tick} },
		layout: func(s fyne.Size) {
			rect.Resize(s)
			g := tick.MinSize()
			tick.Resize(g)
			tick.Move(fyne.NewPos(s.Width-g.Width-theme.Space8, (s.Height-g.Height)/2))
			words.Move(fyne.NewPos(theme.Space12, 0))
			words.Resize(fyne.NewSize(s.Width-2*theme.Space12-g.Width, s.Height))
		},
		minSize: func() fyne.Size {
			size := theme.Text(theme.Body)
			return fyne.NewSize(lineWidth(m.text, size, true)+2*theme.Space12+size, lineHeight(size, false)+theme.Space12)
		},
		refresh: func() { draw(); repaint(m) },
	}
}
