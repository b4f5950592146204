package widget

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// Picker is a field for several things, each of which is typed and picked: what is
// chosen stands as chips, which a press takes away; what fits the typed letters
// stands below, and arrows and Enter, or a click, choose among it. Where there is a
// list of all there is, a chip opens it.
type Picker struct {
	base.BaseWidget
	Entry *Entry
	// Find gives what fits a text that is not empty, best first.
	Find func(text string) []Option
	// Take makes one of what was typed where nothing of Find was picked; problem
	// says why it cannot, and what was typed stays.
	Take     func(text string) (o Option, problem string)
	OnChange func() // what is chosen or typed changed
	OnHeight func() // lay out again: it needs another height

	known          []Option
	chosen         []Option
	fits           []Option
	at             int // in fits
	label, problem *Text
	chips          *fyne.Container
	more           *Chip
	frame          *entryFrame
	lines          *fyne.Container
	column         *fyne.Container
}

// mostFits bounds what is offered below the field.
const mostFits = 6

// NewPicker makes one. known are all that can be chosen, where that is a list of
// ours; more is what the chip that opens it says.
func NewPicker(label, more string, known []Option) *Picker {
	p := &Picker{Entry: NewEntry(), known: known, label: NewText(label, Style{Size: theme.Quiet, Ink: Quiet}), problem: NewText("", Style{Size: theme.Small, Ink: OnTrouble})}
	p.problem.Hide()
	p.chips, p.lines = NewFlow(6), NewColumn(0)
	p.frame = newEntryFrame(p.Entry)
	if len(known) > 0 {
		p.more = NewChip(more, ChipMore, p.open).Opens()
		p.Find = p.findKnown
	}
	p.Entry.OnChanged = func(string) { p.typed() }
	p.Entry.OnKey = p.key
	p.column = NewColumn(theme.Space4, p.label, p.chips, p.frame, p.lines, p.problem)
	p.show()
	p.ExtendBaseWidget(p)
	return p
}

// Values are what is chosen.
func (p *Picker) Values() []string {
	out := make([]string, 0, len(p.chosen))
	for _, o := range p.chosen {
		out = append(out, o.Value)
	}
	return out
}

// Choose sets what is chosen, without telling.
func (p *Picker) Choose(list []Option) {
	p.chosen = slices.Clone(list)
	p.show()
}

// SetProblem shows what is wrong; empty takes it away. The owner lays out again.
func (p *Picker) SetProblem(s string) {
	p.problem.SetText(s)
	setVisible(p.problem, s != "")
	p.frame.wrong = s != ""
	p.frame.Refresh()
}

// Problem is what stands below the field.
func (p *Picker) Problem() string { return p.problem.Text() }

// Settle takes what is typed and not picked yet, as Enter does; false where it
// cannot be taken.
func (p *Picker) Settle() bool {
	if strings.TrimSpace(p.Entry.Text) == "" {
		return true
	}
	return p.enter()
}

func (p *Picker) findKnown(text string) []Option {
	low := strings.ToLower(strings.TrimSpace(text))
	var begin, within []Option
	for _, o := range p.known {
		switch t := strings.ToLower(o.Text); {
		case strings.HasPrefix(t, low):
			begin = append(begin, o)
		case strings.Contains(t, low):
			within = append(within, o)
		}
	}
	return append(begin, within...)
}

func (p *Picker) has(value string) bool {
	return slices.ContainsFunc(p.chosen, func(o Option) bool { return o.Value == value })
}

// typed offers what fits.
func (p *Picker) typed() {
	if p.problem.Visible() {
		p.SetProblem("")
	}
	p.fits, p.at = nil, 0
	if text := strings.TrimSpace(p.Entry.Text); text != "" && p.Find != nil {
		for _, o := range p.Find(text) {
			if !p.has(o.Value) && len(p.fits) < mostFits {
				p.fits = append(p.fits, o)
			}
		}
	}
	p.offer()
	p.tell()
}

func (p *Picker) offer() {
	p.lines.Objects = nil
	for i, o := range p.fits {
		p.lines.Add(newFitLine(p, i, o.Text))
	}
	setVisible(p.lines, len(p.fits) > 0)
	p.grown()
	if len(p.fits) > 0 && p.frame.focus {
		Reveal(p.lines)
	}
}

func (p *Picker) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyDown, fyne.KeyUp:
		if len(p.fits) == 0 {
			if p.more != nil && e.Name == fyne.KeyDown {
				p.open()
				return true
			}
			return false
		}
		step := 1
		if e.Name == fyne.KeyUp {
			step = -1
		}
		p.at = min(max(p.at+step, 0), len(p.fits)-1)
		for _, l := range p.lines.Objects {
			l.Refresh()
		}
		return true
	case fyne.KeyReturn, fyne.KeyEnter:
		if strings.TrimSpace(p.Entry.Text) == "" {
			return false
		}
		p.enter()
		return true
	case fyne.KeyEscape:
		if len(p.fits) == 0 {
			return false
		}
		p.fits = nil
		p.offer()
		return true
	case fyne.KeyBackspace:
		if p.Entry.Text == "" && len(p.chosen) > 0 {
			p.chosen = p.chosen[:len(p.chosen)-1]
			p.show()
			p.tell()
			p.grown()
			return true
		}
	}
	return false
}

func (p *Picker) enter() bool {
	if p.at < len(p.fits) {
		p.pick(p.fits[p.at])
		return true
	}
	if p.Take == nil {
		return false
	}
	o, problem := p.Take(strings.TrimSpace(p.Entry.Text))
	if problem != "" {
		p.SetProblem(problem)
		p.grown()
		Reveal(p.problem)
		return false
	}
	p.pick(o)
	return true
}

// pick takes one in; one that is there already is not there twice.
func (p *Picker) pick(o Option) {
	if !p.has(o.Value) {
		p.chosen = append(slices.Clone(p.chosen), o)
	}
	p.fits = nil
	p.show()
	p.Entry.SetText("")
	p.offer()
	FocusOn(p.Entry)
}

func (p *Picker) show() {
	p.chips.Objects = nil
	for i, o := range p.chosen {
		p.chips.Add(NewChip(o.Text, ChipOn, func() {
			p.chosen = slices.Delete(slices.Clone(p.chosen), i, i+1)
			p.show()
			p.tell()
			p.grown()
			FocusOn(p.Entry)
		}).Drops())
	}
	if p.more != nil {
		p.chips.Add(p.more)
	}
	setVisible(p.chips, len(p.chips.Objects) > 0)
	setVisible(p.lines, len(p.fits) > 0)
}

func (p *Picker) open() {
	var items []MenuItem
	for _, o := range p.known {
		if !p.has(o.Value) {
			items = append(items, MenuItem{Text: o.Text, Do: func() { p.pick(o); p.tell() }})
		}
	}
	if len(items) > 0 {
		ShowMenu(p.more, items)
	}
}

func (p *Picker) tell() {
	if p.OnChange != nil {
		p.OnChange()
	}
}

func (p *Picker) grown() {
	p.Refresh()
	if p.OnHeight != nil {
		p.OnHeight()
	}
}

// Inside is what the picker holds.
func (p *Picker) Inside() fyne.CanvasObject { return p.column }

// HeightFor implements Flowing.
func (p *Picker) HeightFor(width float32) float32 { return HeightFor(p.column, width) }

// CreateRenderer implements fyne.Widget.
func (p *Picker) CreateRenderer() fyne.WidgetRenderer { return wrapRenderer(p, p.column) }

// fitLine is one line of what fits. It takes a click and no focus: focus stays where
// one types.
type fitLine struct {
	base.BaseWidget
	p       *Picker
	i       int
	text    string
	hovered bool
}

func newFitLine(p *Picker, i int, text string) *fitLine {
	l := &fitLine{p: p, i: i, text: text}
	l.ExtendBaseWidget(l)
	return l
}

// Tapped implements fyne.Tappable.
func (l *fitLine) Tapped(*fyne.PointEvent) {
	Used()
	if l.i < len(l.p.fits) {
		l.p.pick(l.p.fits[l.i])
	}
}

// MouseIn implements desktop.Hoverable.
func (l *fitLine) MouseIn(*desktop.MouseEvent) { l.hovered = true; l.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (l *fitLine) MouseMoved(*desktop.MouseEvent) { Used() }

// MouseOut implements desktop.Hoverable.
func (l *fitLine) MouseOut() { l.hovered = false; l.Refresh() }

// Cursor implements desktop.Cursorable.
func (l *fitLine) Cursor() desktop.Cursor { return desktop.PointerCursor }

// CreateRenderer implements fyne.Widget.
func (l *fitLine) CreateRenderer() fyne.WidgetRenderer {
	rect := canvas.NewRectangle(nil)
	words := NewLabel(l.text, Style{})
	enter := NewKeyHint(keyEnter)
	draw := func() {
		c := theme.Colours()
		on := l.i == l.p.at
		rect.CornerRadius, rect.FillColor, rect.StrokeColor, rect.StrokeWidth = theme.RadiusSmall, nothing, nothing, 0
		if l.hovered {
			rect.FillColor = c.Hover
		}
		ink := Plain
		if on {
			rect.FillColor, ink = c.PrimaryTint, OnTint
			if theme.Current().HighContrast() {
				rect.StrokeColor, rect.StrokeWidth = c.Line, 2
			}
		}
		words.text = l.text
		words.SetStyle(Style{Bold: on, Ink: ink})
		setVisible(enter, on)
		rect.Refresh()
	}
	draw()
	return &renderer{
		of:      l,
		objects: func() []fyne.CanvasObject { return []fyne.CanvasObject{rect, words, enter} },
		layout: func(s fyne.Size) {
			rect.Resize(s)
			k := enter.MinSize()
			enter.Resize(k)
			enter.Move(fyne.NewPos(s.Width-k.Width-theme.Space8, (s.Height-k.Height)/2))
			words.Move(fyne.NewPos(theme.Space12, 0))
			words.Resize(fyne.NewSize(s.Width-2*theme.Space12-k.Width-theme.Space4, s.Height))
		},
		minSize: func() fyne.Size {
			return fyne.NewSize(120, lineHeight(theme.Text(theme.Body), false)+theme.Scaled(10))
		},
		refresh: func() { draw(); repaint(l) },
	}
}
