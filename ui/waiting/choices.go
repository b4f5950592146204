package waiting

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// choices is the outcomes that can be recorded, one of which may be chosen. Tab
// reaches them as one; a digit or the arrows choose, Enter records what is
// chosen. Choosing and recording are two presses, because what is recorded
// cannot be taken back.
type choices struct {
	base.BaseWidget
	words    []string // what each outcome is called
	offers   []string // what the chosen one says: that Enter, or another press, records it
	chosen   int      // -1 is none
	focused  bool
	onChoose func(i int)
	onRecord func()
	rows     []*choiceRow
}

type choiceRow struct {
	rect, ring, edge *canvas.Rectangle
	text             *widget.Text
	key, enter       *widget.KeyHint
}

func newChoices(words, offers []string, choose func(i int), record func()) *choices {
	c := &choices{words: words, offers: offers, chosen: -1, onChoose: choose, onRecord: record}
	for i, w := range words {
		key := ""
		if i < most {
			key = fmt.Sprint(i + 1)
		}
		r := &choiceRow{
			rect: canvas.NewRectangle(nil), ring: canvas.NewRectangle(nil), edge: canvas.NewRectangle(nil),
			text: widget.NewText(w, widget.Style{Bold: true}), key: widget.NewKeyHint(key), enter: widget.NewKeyHint("⏎"),
		}
		c.rows = append(c.rows, r)
	}
	c.ExtendBaseWidget(c)
	return c
}

// hint is the key of a row: its number, or Enter once it is chosen.
func (r *choiceRow) hint(chosen bool) *widget.KeyHint {
	if chosen {
		return r.enter
	}
	return r.key
}

// digit chooses by the number of a key; false where there is no such outcome.
func (c *choices) digit(n int) bool {
	if n < 1 || n > min(len(c.words), most) {
		return false
	}
	c.choose(n - 1)
	return true
}

func (c *choices) choose(i int) {
	if i < 0 || i >= len(c.words) {
		return
	}
	c.chosen = i
	c.Refresh()
	c.onChoose(i)
}

// digitOf is the number on a key, or 0.
func digitOf(k fyne.KeyName) int {
	if len(k) == 1 && k[0] >= '1' && k[0] <= '9' {
		return int(k[0] - '0')
	}
	return 0
}

// FocusGained implements fyne.Focusable.
func (c *choices) FocusGained() { c.focused = true; c.Refresh(); widget.Reveal(c) }

// FocusLost implements fyne.Focusable.
func (c *choices) FocusLost() { c.focused = false; c.Refresh() }

// TypedRune implements fyne.Focusable.
func (c *choices) TypedRune(r rune) {
	if r >= '1' && r <= '9' {
		c.digit(int(r - '0'))
	}
}

// TypedKey implements fyne.Focusable.
func (c *choices) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyDown:
		c.choose(min(c.chosen+1, len(c.words)-1))
	case fyne.KeyUp:
		c.choose(max(c.chosen-1, 0))
	case fyne.KeyHome:
		c.choose(0)
	case fyne.KeyEnd:
		c.choose(len(c.words) - 1)
	case fyne.KeySpace:
		c.choose(max(c.chosen, 0))
	case fyne.KeyReturn, fyne.KeyEnter:
		if c.chosen >= 0 {
			c.onRecord()
		}
	default:
		if digitOf(e.Name) == 0 { // digits come as runes too
			widget.PassKey(c, e)
		}
	}
}

// Tapped implements fyne.Tappable.
func (c *choices) Tapped(e *fyne.PointEvent) {
	for i, r := range c.rows {
		if top := r.rect.Position().Y; e.Position.Y >= top && e.Position.Y < top+r.rect.Size().Height {
			if i == c.chosen {
				c.onRecord()
				return
			}
			c.choose(i)
		}
	}
}

// says is what a row says: its outcome, or once chosen what a press will do.
func (c *choices) says(i int) string {
	if i == c.chosen {
		return c.offers[i]
	}
	return c.words[i]
}

func (c *choices) rowHeight(i int, width float32) float32 {
	w := width - 2*theme.Space16 - c.rows[i].hint(i == c.chosen).MinSize().Width - theme.Space8
	c.rows[i].text.SetText(c.says(i))
	return c.rows[i].text.HeightFor(w) + theme.Scaled(18)
}

// HeightFor implements widget.Flowing.
func (c *choices) HeightFor(width float32) float32 {
	h := float32(0)
	for i := range c.rows {
		h += c.rowHeight(i, width) + theme.Space8
	}
	return max(h-theme.Space8, 0)
}

// CreateRenderer implements fyne.Widget.
func (c *choices) CreateRenderer() fyne.WidgetRenderer {
	r := &choicesRenderer{c: c}
	for _, x := range c.rows {
		r.objects = append(r.objects, x.rect, x.text, x.key, x.enter, x.edge, x.ring)
	}
	r.draw()
	return r
}

type choicesRenderer struct {
	c       *choices
	objects []fyne.CanvasObject
}

func (r *choicesRenderer) draw() {
	p, clear := theme.Colours(), color.NRGBA{}
	for i, x := range r.c.rows {
		on := i == r.c.chosen
		fill, line, ink := p.Surface, p.Line, widget.Plain
		if on {
			fill, line, ink = p.Primary, p.Primary, widget.OnPrimary
		}
		x.rect.FillColor, x.rect.StrokeColor, x.rect.StrokeWidth, x.rect.CornerRadius = fill, line, theme.LineWidth, theme.RadiusField
		x.text.SetStyle(widget.Style{Bold: true, Ink: ink})
		focus := r.c.focused && (on || r.c.chosen < 0 && i == 0)
		x.ring.FillColor, x.ring.StrokeColor, x.ring.StrokeWidth, x.ring.CornerRadius = clear, p.Focus, theme.RingWidth, theme.RadiusField+4
		x.edge.FillColor, x.edge.StrokeColor, x.edge.StrokeWidth, x.edge.CornerRadius = clear, p.Text, 1, theme.RadiusField+5
		show(x.ring, focus)
		show(x.edge, focus && theme.Current().HighContrast())
		x.rect.Refresh()
		show(x.key, !on && i < most)
		show(x.enter, on)
	}
}

func (r *choicesRenderer) Layout(s fyne.Size) {
	y := float32(0)
	for i, x := range r.c.rows {
		h := r.c.rowHeight(i, s.Width)
		at, size := fyne.NewPos(0, y), fyne.NewSize(s.Width, h)
		x.rect.Move(at)
		x.rect.Resize(size)
		x.ring.Move(at.SubtractXY(4, 4))
		x.ring.Resize(size.AddWidthHeight(8, 8))
		x.edge.Move(at.SubtractXY(5, 5))
		x.edge.Resize(size.AddWidthHeight(10, 10))
		hint := x.hint(i == r.c.chosen)
		k := hint.MinSize()
		hint.Resize(k)
		hint.Move(fyne.NewPos(s.Width-theme.Space16-k.Width, y+(h-k.Height)/2))
		w := s.Width - 2*theme.Space16 - k.Width - theme.Space8
		th := x.text.HeightFor(w)
		x.text.Move(fyne.NewPos(theme.Space16, y+(h-th)/2))
		x.text.Resize(fyne.NewSize(w, th))
		y += h + theme.Space8
	}
}

func (r *choicesRenderer) MinSize() fyne.Size {
	w := theme.Scaled(200)
	return fyne.NewSize(w, r.c.HeightFor(max(w, r.c.Size().Width)))
}

func (r *choicesRenderer) Refresh() {
	r.draw()
	r.Layout(r.c.Size())
	canvas.Refresh(r.c)
}

func (r *choicesRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *choicesRenderer) Destroy()                     {}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}
