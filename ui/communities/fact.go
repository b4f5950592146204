package communities

import (
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// fact is one part of the form: where a fact of the community is written or
// chosen. Its value is text, so that what is typed can be kept, also where it is
// not right yet.
type fact struct {
	path    string // as a problem names it, within its row: "price.dkk", "address"
	exempt  bool   // a number of an organisation, or an address on the net: no CPR number
	part    fyne.CanvasObject
	focus   fyne.Focusable
	value   func() string
	set     func(string)
	problem func(string)
	wrong   bool   // a problem is shown
	was     string // what the record says
}

// typed says whether a person changed it.
func (x *fact) typed() bool { return x.value() != x.was }

// written is a fact and how it goes into its part of the record; write gives the
// code of what is wrong, or "".
type written[T any] struct {
	*fact
	write func(of *T, value string) string
}

// group is the facts of one part of the record: the community itself, a place, a
// time. of is the part as it was; what no fact names stays in it untouched.
type group[T any] struct {
	f     *form
	of    T
	facts []written[T]
}

func (g *group[T]) add(x *fact, was string, write func(*T, string) string) *fact {
	x.set(was)
	x.was = x.value()
	g.facts = append(g.facts, written[T]{x, write})
	return x
}

// fill writes what a person changed into a part of a record; bad gets what is
// wrong, by fact.
func (g *group[T]) fill(of *T, bad map[*fact]string) {
	for _, x := range g.facts {
		if x.typed() {
			if reason := x.write(of, x.value()); reason != "" {
				bad[x.fact] = reason
			}
		}
	}
}

func (g *group[T]) each(do func(*fact)) {
	for _, x := range g.facts {
		do(x.fact)
	}
}

// line is a fact of one line, text one of several.
func (f *form) line(path, label string) *fact { return f.field(path, widget.NewField(f.t(label))) }

func (f *form) text(path, label string, rows int) *fact {
	return f.field(path, widget.NewTextField(f.t(label), rows))
}

func (f *form) field(path string, w *widget.Field) *fact {
	x := &fact{path: path, part: w, focus: w.Entry}
	x.value = func() string { return strings.TrimSpace(w.Entry.Text) }
	x.set = func(v string) {
		if w.Entry.Text != v {
			w.Entry.SetText(v)
		}
	}
	x.problem = func(text string) {
		if w.Problem() != text {
			w.SetProblem(text)
		}
	}
	w.Entry.OnChanged = func(string) { f.changed(x) }
	w.Entry.OnKey = func(e *fyne.KeyEvent) bool {
		if e.Name == keySection {
			f.nextSection()
		}
		return e.Name == keySection
	}
	if !w.Entry.MultiLine {
		w.Entry.OnSubmitted = func(string) { f.next() }
	}
	return x
}

// chosen is a fact that is one of a few; the first option is "not stated". A
// value of the record that is none of them stays one more.
func (f *form) chosen(path, label string, options []widget.Option, was string) *fact {
	known := false
	for _, o := range options {
		known = known || o.Value == was
	}
	if !known {
		options = append(options, widget.Option{Value: was, Text: was})
	}
	x := &fact{path: path}
	c := widget.NewChoice(options, was, func(string) { f.changed(x) })
	x.focus, x.value, x.set = c, c.Value, c.Select
	x.part, x.problem = f.below(label, c)
	return x
}

// ticked is a fact that is so or not stated: "yes" or "".
func (f *form) ticked(path, label string) *fact {
	x := &fact{path: path}
	c := widget.NewCheck(f.t(label), false, func(bool) { f.changed(x) })
	x.part, x.focus = c, c
	x.value = func() string {
		if c.On() {
			return yes
		}
		return ""
	}
	x.set = func(v string) { c.Set(v == yes) }
	x.problem = func(string) {}
	return x
}

// several is a fact of many words from a list; its value is one a line.
func (f *form) several(path, label string, known []string, words func(string) string) *fact {
	x := &fact{path: path}
	m := newSeveral(f.t("add"), known, words, func() { f.changed(x); f.relayout() })
	x.focus, x.value, x.set = m.add, m.value, m.set
	x.part, x.problem = f.below(label, m.row)
	return x
}

// below puts a label above a part and room for what is wrong below it.
func (f *form) below(label string, o fyne.CanvasObject) (part fyne.CanvasObject, problem func(string)) {
	bad := widget.NewText("", widget.Style{Size: theme.Small, Ink: widget.OnTrouble})
	bad.Hide()
	return widget.NewColumn(theme.Space4, widget.NewText(f.t(label), widget.Style{Size: theme.Quiet, Ink: widget.Quiet}), o, bad),
		func(text string) {
			bad.SetText(text)
			show(bad, text != "")
		}
}

// keySection goes to the next section of the form.
const keySection = fyne.KeyF6

// The values of a fact that is so, is not so, or is not stated.
const (
	yes = "yes"
	no  = "no"
)

func (f *form) threeValues() []widget.Option {
	return []widget.Option{{Value: "", Text: f.t("not_stated")}, {Value: yes, Text: f.t("yes")}, {Value: no, Text: f.t("no")}}
}

func ofBool(b *bool) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return yes
	}
	return no
}

func toBool(v string) *bool {
	if v == "" {
		return nil
	}
	b := v == yes
	return &b
}

// several is chips of what is chosen, each of which a press takes away, and a
// menu of what can be added.
type several struct {
	chosen  []string
	known   []string
	words   func(string) string
	changed func()
	add     *widget.Chip
	row     *fyne.Container
}

func newSeveral(add string, known []string, words func(string) string, changed func()) *several {
	m := &several{known: known, words: words, changed: changed, row: widget.NewFlow(6)}
	m.add = widget.NewChip(add, widget.ChipMore, m.open).Opens()
	m.show()
	return m
}

func (m *several) value() string { return strings.Join(m.chosen, "\n") }

func (m *several) set(v string) {
	m.chosen = lines(v)
	m.show()
}

func (m *several) show() {
	m.row.Objects = nil
	for i, v := range m.chosen {
		m.row.Add(widget.NewChip(m.words(v), widget.ChipOn, func() {
			m.chosen = append(append([]string(nil), m.chosen[:i]...), m.chosen[i+1:]...)
			m.told()
			widget.FocusOn(m.add)
		}).Drops())
	}
	m.row.Add(m.add)
}

func (m *several) told() {
	m.show()
	m.changed()
}

func (m *several) open() {
	var items []widget.MenuItem
	for _, v := range m.known {
		if !contains(m.chosen, v) {
			items = append(items, widget.MenuItem{Text: m.words(v), Do: func() {
				m.chosen = append(append([]string(nil), m.chosen...), v)
				m.told()
			}})
		}
	}
	if len(items) > 0 {
		widget.ShowMenu(m.add, items)
	}
}

func contains(list []string, v string) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

// lines takes a text apart by lines, without empty ones.
func lines(v string) []string {
	var out []string
	for _, l := range strings.Split(v, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// words takes a text apart by commas and lines, as people list things.
func words(v string) []string {
	return lines(strings.NewReplacer(",", "\n", ";", "\n").Replace(v))
}

// orNew gives a part of a record, made where there is none.
func orNew[T any](p **T) *T {
	if *p == nil {
		*p = new(T)
	}
	return *p
}

// from reads a member of a part that may not be there.
func from[T any](p *T, get func(*T) string) string {
	if p == nil {
		return ""
	}
	return get(p)
}

// text is the write of a plain text.
func into[T any](at func(*T) *string) func(*T, string) string {
	return func(of *T, v string) string {
		*at(of) = v
		return ""
	}
}

type community = directory.Community
