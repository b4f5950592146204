package widget

import (
	"sort"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// Row is a recycled row of a List.
type Row interface {
	fyne.CanvasObject
	SetState(selected, focused bool)
}

// List shows rows of varying height, of which only those in sight exist: rows
// are recycled. Heights are asked for once per Refresh and width. Tab reaches
// the list as a whole; arrows, PageUp, PageDown, Home and End move in it, Enter
// and Space choose.
type List struct {
	base.BaseWidget
	Length   func() int
	Height   func(i int, width float32) float32
	Make     func() Row
	Bind     func(i int, row Row)
	OnSelect func(i int) // the selection moved, by hand
	OnChoose func(i int) // Enter or Space
	OnKey    func(*fyne.KeyEvent) bool
	OnRune   func(r rune) // a typed character, which the list has no use for
	Gap      float32

	scroll   *container.Scroll
	body     *listBody
	tops     []float32 // where each row begins, and at the end the whole height
	width    float32
	scale    float32
	selected int
	focused  bool
}

// NewList makes a list; the functions are called on the UI goroutine alone.
func NewList(length func() int, height func(i int, width float32) float32, mk func() Row, bind func(i int, row Row)) *List {
	l := &List{Length: length, Height: height, Make: mk, Bind: bind, Gap: theme.Space8, selected: -1}
	l.body = &listBody{list: l, shown: map[int]Row{}}
	l.body.ExtendBaseWidget(l.body)
	l.scroll = container.NewVScroll(l.body)
	l.scroll.OnScrolled = func(fyne.Position) { l.body.fill(false) }
	l.ExtendBaseWidget(l)
	return l
}

// Reload reads everything anew: other rows, other heights. The selection goes to i; -1 is none.
func (l *List) Reload(i int) {
	l.tops = nil
	l.selected = min(i, l.Length()-1)
	l.measure()
	l.scroll.Offset = fyne.Position{}
	l.scroll.Refresh() // binds the rows too
	l.reveal()
}

// Renew reads everything anew like Reload, and lets the person keep their place:
// row i, which was the chosen one, stays where it stood in sight; without one,
// what was scrolled to stays scrolled to.
func (l *List) Renew(i int) {
	at := l.scroll.Offset.Y
	within, had := float32(0), l.selected >= 0 && l.selected+1 < len(l.tops)
	if had {
		within = l.tops[l.selected] - at
	}
	l.tops = nil
	l.selected = min(i, l.Length()-1)
	l.measure()
	if had && l.selected >= 0 {
		at = l.tops[l.selected] - within
	}
	l.scroll.Offset.Y = max(0, min(at, l.tops[len(l.tops)-1]-l.scroll.Size().Height))
	l.scroll.Refresh() // binds the rows too
	l.reveal()
}

// Selected is the row that is chosen, -1 is none.
func (l *List) Selected() int { return l.selected }

// Select moves the selection, without telling, and scrolls to it.
func (l *List) Select(i int) {
	l.selected = min(max(i, -1), l.Length()-1)
	l.reveal()
	l.body.fill(false)
}

// Step moves the selection by a number of rows and tells.
func (l *List) Step(by int) {
	if l.Length() == 0 {
		return
	}
	l.pick(min(max(l.selected+by, 0), l.Length()-1))
}

// Page is how many rows fit in sight, at least one.
func (l *List) Page() int {
	if len(l.tops) < 2 {
		return 1
	}
	mean := l.tops[len(l.tops)-1] / float32(len(l.tops)-1)
	return max(int(l.scroll.Size().Height/mean)-1, 1)
}

func (l *List) pick(i int) {
	l.Select(i)
	if l.OnSelect != nil && l.selected >= 0 {
		l.OnSelect(l.selected)
	}
}

func (l *List) measure() {
	w := l.scroll.Size().Width - listInset
	scale := theme.Current().Scale()
	n := l.Length()
	if l.tops != nil && l.width == w && l.scale == scale && len(l.tops) == n+1 {
		return
	}
	l.width, l.scale = w, scale
	l.tops = make([]float32, n+1)
	y := float32(0)
	for i := range n {
		l.tops[i] = y
		y += l.Height(i, w) + l.Gap
	}
	l.tops[n] = y
}

// listInset keeps the scroll bar off the cards.
const listInset float32 = 8

func (l *List) reveal() {
	if l.selected < 0 || l.selected+1 >= len(l.tops) {
		return
	}
	top, bottom, view := l.tops[l.selected], l.tops[l.selected+1], l.scroll.Size().Height
	o := l.scroll.Offset
	switch {
	case top < o.Y:
		o.Y = top
	case bottom > o.Y+view:
		o.Y = max(bottom-view, 0)
	default:
		return
	}
	l.scroll.ScrollToOffset(o)
}

// FocusGained implements fyne.Focusable.
func (l *List) FocusGained() {
	l.focused = true
	if l.selected < 0 && l.Length() > 0 {
		l.pick(0)
	}
	l.body.fill(false)
}

// FocusLost implements fyne.Focusable.
func (l *List) FocusLost() { l.focused = false; l.body.fill(false) }

// TypedRune implements fyne.Focusable.
func (l *List) TypedRune(r rune) {
	if l.OnRune != nil {
		Used()
		l.OnRune(r)
	}
}

// TypedKey implements fyne.Focusable.
func (l *List) TypedKey(e *fyne.KeyEvent) {
	Used()
	if l.OnKey != nil && l.OnKey(e) {
		return
	}
	if !l.MoveBy(e.Name) {
		switch e.Name {
		case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
			if l.selected >= 0 && l.OnChoose != nil {
				l.OnChoose(l.selected)
			}
		default:
			PassKey(l, e)
		}
	}
}

// MoveBy moves by an arrow or page key; false where the key is another. A
// search field uses it to move in the list while focus stays in the field.
func (l *List) MoveBy(k fyne.KeyName) bool {
	switch k {
	case fyne.KeyDown:
		l.Step(1)
	case fyne.KeyUp:
		l.Step(-1)
	case fyne.KeyPageDown:
		l.Step(l.Page())
	case fyne.KeyPageUp:
		l.Step(-l.Page())
	case fyne.KeyHome:
		l.Step(-l.Length())
	case fyne.KeyEnd:
		l.Step(l.Length())
	default:
		return false
	}
	return true
}

// CreateRenderer implements fyne.Widget.
func (l *List) CreateRenderer() fyne.WidgetRenderer {
	return &renderer{
		of:      l,
		objects: func() []fyne.CanvasObject { return []fyne.CanvasObject{l.scroll} },
		layout: func(s fyne.Size) {
			l.scroll.Resize(s)
			l.measure()
			l.scroll.Refresh()
			l.body.fill(false)
		},
		minSize: func() fyne.Size { return fyne.NewSize(160, 80) },
		refresh: func() {
			l.measure() // heights stay until Reload, another width or another text size
			l.scroll.Refresh()
		},
	}
}

// listBody holds the rows that are in sight, at their places in the whole height.
type listBody struct {
	base.BaseWidget
	list  *List
	shown map[int]Row
	idle  []Row
	rows  []fyne.CanvasObject
}

func (b *listBody) MinSize() fyne.Size {
	b.list.measure()
	return fyne.NewSize(0, b.list.tops[len(b.list.tops)-1])
}

// fill shows the rows in sight; all binds those again that are already there.
func (b *listBody) fill(all bool) {
	l := b.list
	l.measure()
	n := len(l.tops) - 1
	top := l.scroll.Offset.Y
	bottom := top + l.scroll.Size().Height
	first := max(sort.Search(n, func(i int) bool { return l.tops[i+1] > top }), 0)
	last := first
	for last < n && l.tops[last] < bottom {
		last++
	}
	for i, row := range b.shown {
		if i < first || i >= last {
			delete(b.shown, i)
			b.idle = append(b.idle, row)
		}
	}
	b.rows = b.rows[:0]
	for i := first; i < last; i++ {
		row, ok := b.shown[i]
		if !ok {
			if k := len(b.idle); k > 0 {
				row, b.idle = b.idle[k-1], b.idle[:k-1]
			} else {
				row = l.Make()
			}
			b.shown[i] = row
		}
		if !ok || all {
			l.Bind(i, row)
		}
		row.SetState(i == l.selected, i == l.selected && l.focused)
		row.Move(fyne.NewPos(0, l.tops[i]))
		size := fyne.NewSize(l.width, l.tops[i+1]-l.tops[i]-l.Gap)
		if row.Size() == size {
			row.Refresh()
		} else {
			row.Resize(size)
		}
		b.rows = append(b.rows, row)
	}
	repaint(b)
}

func (b *listBody) CreateRenderer() fyne.WidgetRenderer {
	return &renderer{
		of:      b,
		objects: func() []fyne.CanvasObject { return b.rows },
		layout:  func(fyne.Size) { b.fill(false) },
		minSize: b.MinSize,
		refresh: func() { b.fill(true) },
	}
}

// Tapped implements fyne.Tappable.
func (b *listBody) Tapped(e *fyne.PointEvent) {
	Used()
	l := b.list
	n := len(l.tops) - 1
	i := sort.Search(n, func(i int) bool { return l.tops[i+1] > e.Position.Y })
	if i < n && e.Position.Y <= l.tops[i+1]-l.Gap {
		l.pick(i)
	}
}
