// Package form is where a person writes the facts of one record: its sections, what
// is wrong said where it stands, a foot with what can be done, and the promise that
// nothing typed goes by itself.
//
// It knows parts and words, and no record: a page puts the facts in, reads their
// values back and keeps them. It must not know the store.
package form

import (
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Options is what a form is made with.
type Options struct {
	Say   *say.Speaker
	Today func() directory.Day
	Words string // under which its words stand: "ambassadors.form"
	Title string
	Keep  func(then func()) // keeps what is written, and then does something more
	Close func()            // puts the form away
}

// Form is a form. All methods are called on the screen's goroutine.
type Form struct {
	o     Options
	facts []*Fact
	rows  []*Rows
	watch []func()
	built bool
	busy  bool

	parts  []section
	placed int
	title  *widget.Text
	head   *fyne.Container
	scroll *widget.Scroll
	others *fyne.Container // what another person did meanwhile
	said   *fyne.Container // what is wrong
	save   *widget.Button
	asking *widget.Popup
	root   *fyne.Container
}

// New makes a form without facts; Build comes after they are put in.
func New(o Options) *Form { return &Form{o: o} }

// T gives a text of the form's own words, else of all forms.
func (f *Form) T(key string, args ...any) string {
	if own := f.o.Words + "." + key; f.o.Say.Has(own) {
		return f.o.Say.T(own, args...)
	}
	return f.o.Say.T("form."+key, args...)
}

// section is a part with a heading, and where writing in it begins.
type section struct {
	panel fyne.CanvasObject
	begin func() fyne.Focusable
}

// Section is a panel with a heading; F6 leads to the fact that was put in first
// since the last section.
func (f *Form) Section(name string, parts ...fyne.CanvasObject) fyne.CanvasObject {
	panel := widget.NewPanel(widget.NewColumn(theme.Space12, append([]fyne.CanvasObject{
		widget.NewText(f.T("section."+name), widget.Style{Size: theme.CardTitle, Bold: true})}, parts...)...))
	if f.placed < len(f.facts) {
		first := f.facts[f.placed]
		f.parts = append(f.parts, section{panel, func() fyne.Focusable { return first.Focus }})
	}
	f.placed = len(f.facts)
	return panel
}

// Build puts the sheet between a head and a foot that stay in sight. more stands
// beside the buttons, and may be nil.
func (f *Form) Build(sheet, more fyne.CanvasObject) {
	f.title = widget.NewText(f.o.Title, widget.Style{Size: theme.Page, Bold: true})
	f.others, f.said = widget.NewColumn(theme.Space8), widget.NewColumn(theme.Space8)
	f.others.Hide()
	f.said.Hide()
	f.head = widget.NewColumn(theme.Space8, f.title, f.others)
	f.scroll = widget.NewScroll(widget.NewInset(4, 8, theme.Space16, 4, sheet))
	f.save = widget.NewPrimaryButton(f.T("save"), "Ctrl S", f.Keep)
	buttons := fyne.CanvasObject(widget.NewRow(theme.Space8, f.save, widget.NewQuietButton(f.T("close"), "Esc", f.Leave)))
	if more != nil {
		buttons = widget.NewBeside(theme.Space16, theme.Scaled(260), buttons, more)
	}
	l := &layout{canvas.NewRectangle(nil), canvas.NewRectangle(nil), canvas.NewRectangle(nil)}
	f.root = &fyne.Container{Layout: l, Objects: []fyne.CanvasObject{l.whole, f.scroll, l.above, l.below, f.head, widget.NewColumn(theme.Space8, f.said, buttons)}}
	f.built = true
	f.touched()
}

// Root is the form on the screen.
func (f *Form) Root() fyne.CanvasObject { return f.root }

// layout puts the sections between head and foot, on grounds of their own: not every
// painter cuts off the words of a field that is scrolled away.
type layout struct{ whole, above, below *canvas.Rectangle }

func (l *layout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(600, 400) }

func (l *layout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	edge := theme.Space24
	w := s.Width - 2*edge
	head, foot := widget.HeightFor(o[4], w), widget.HeightFor(o[5], w)
	o[4].Move(fyne.NewPos(edge, theme.Space16))
	o[4].Resize(fyne.NewSize(w, head))
	top := theme.Space16 + head + theme.Space12
	bottom := s.Height - theme.Space12 - foot
	end := max(bottom-theme.Space12, top)
	o[1].Move(fyne.NewPos(edge-4, top))
	o[1].Resize(fyne.NewSize(w+12, end-top))
	o[5].Move(fyne.NewPos(edge, bottom))
	o[5].Resize(fyne.NewSize(w, foot))
	l.below.Move(fyne.NewPos(0, end))
	l.whole.Resize(s)
	l.above.Resize(fyne.NewSize(s.Width, top))
	l.below.Resize(fyne.NewSize(s.Width, max(s.Height-end, 0)))
	for _, r := range []*canvas.Rectangle{l.whole, l.above, l.below} {
		r.FillColor = theme.Colours().Ground
		r.Refresh()
	}
}

// Relayout lays out anew after something changed its height.
func (f *Form) Relayout() {
	if f.root != nil && f.root.Size().Width > 0 {
		f.root.Layout.Layout(f.root.Objects, f.root.Size())
		widget.Relayout(f.root)
		f.scroll.Relayout()
		f.root.Refresh()
	}
}

// Redraw lets the parts take the text size and the contrast of now: the toolkit
// tells only what is in sight that they changed.
func (f *Form) Redraw() {
	f.each(func(_ string, x *Fact) {
		if o, ok := x.Focus.(fyne.CanvasObject); ok {
			o.Refresh()
		}
		x.Part.Refresh()
	})
	f.Relayout()
}

// Focus goes to where writing begins, behind what stands there.
func (f *Form) Focus() {
	if len(f.facts) == 0 {
		return
	}
	if e, ok := f.facts[0].Focus.(*widget.Entry); ok {
		e.CursorColumn = utf8.RuneCountInString(e.Text)
	}
	widget.FocusOn(f.facts[0].Focus)
}

// NextSection goes from the section that has focus to the next.
func (f *Form) NextSection() {
	driver := fyne.CurrentApp().Driver()
	c := driver.CanvasForObject(f.root)
	if c == nil || len(f.parts) == 0 {
		return
	}
	at := -1
	if o, ok := c.Focused().(fyne.CanvasObject); ok {
		p := driver.AbsolutePositionForObject(o)
		for i, s := range f.parts {
			q := driver.AbsolutePositionForObject(s.panel)
			if end := q.Add(s.panel.Size()); p.X >= q.X && p.Y >= q.Y && p.X < end.X && p.Y < end.Y {
				at = i
			}
		}
	}
	s := f.parts[(at+1)%len(f.parts)]
	widget.FocusOn(s.begin())
	widget.Reveal(s.panel)
	widget.FocusOn(s.begin()) // seen, where the section is higher than the room
}

// TypedKey takes Esc and F6.
func (f *Form) TypedKey(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyEscape:
		f.Leave()
	case keySection:
		f.NextSection()
	default:
		return false
	}
	return true
}

// keySection goes to the next section of the form.
const keySection = fyne.KeyF6

// next goes on to the next part, as Tab does.
func (f *Form) next() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(f.root); c != nil {
		c.FocusNext()
	}
}

// Watch has do called when a fact changes.
func (f *Form) Watch(do func()) { f.watch = append(f.watch, do) }

// changed is told by a fact. What was wrong with it is taken away: it is looked at
// again when the form is kept.
func (f *Form) changed(x *Fact) {
	if !f.built {
		return
	}
	for _, do := range f.watch {
		do()
	}
	if x != nil && x.wrong {
		x.wrong = false
		x.problem("")
		f.Relayout()
	}
	f.touched()
}

// touched lets the foot say what can be done now.
func (f *Form) touched() {
	if f.save == nil {
		return
	}
	if f.Dirty() && !f.busy {
		f.save.Enable()
	} else {
		f.save.Disable()
	}
}

// SetBusy says that the form is being kept, away from the screen.
func (f *Form) SetBusy(on bool) {
	f.busy = on
	f.touched()
}

// Busy says whether it is.
func (f *Form) Busy() bool { return f.busy }

// Dirty says whether there is something to keep.
func (f *Form) Dirty() bool {
	for _, x := range f.facts {
		if x.Typed() {
			return true
		}
	}
	for _, r := range f.rows {
		if r.Typed() {
			return true
		}
	}
	return false
}

// Keep keeps what is written.
func (f *Form) Keep() {
	if f.Dirty() && !f.busy {
		f.o.Keep(nil)
	}
}

// Leave puts the form away; where that would lose what is typed, it asks.
func (f *Form) Leave() { f.AskToLeave(f.o.Close) }

// AskToLeave says that something is not kept, and then does what was wanted, unless
// the person stays.
func (f *Form) AskToLeave(then func()) {
	if !f.Dirty() {
		then()
		return
	}
	var pop *widget.Popup
	keep := widget.NewPrimaryButton(f.T("leave_save"), "", func() { pop.Close(); f.o.Keep(then) })
	drop := widget.NewQuietButton(f.T("leave_drop"), "", func() { pop.Close(); then() })
	stay := widget.NewQuietButton(f.T("leave_stay"), "Esc", func() { pop.Close() })
	pop = widget.ShowDialog(f.root, theme.Scaled(520), widget.NewColumn(theme.Space12,
		widget.NewText(f.T("leave_title"), widget.Style{Size: theme.Heading, Bold: true}),
		widget.NewText(f.T("leave_text"), widget.Style{Ink: widget.Quiet}),
		widget.NewFlow(theme.Space8, keep, drop, stay)))
	f.asking = pop
	if pop != nil {
		pop.OnClose = func() { f.asking = nil }
	}
}

// Asking is what is asked over the form; nil is nothing.
func (f *Form) Asking() *widget.Popup { return f.asking }
