package form

import (
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Fact is one part of a form: where a fact is written or chosen. Its value is text,
// so that what is typed can be taken up again, also where it is not right yet; of
// several things, one a line.
type Fact struct {
	Path  string // as a problem names it: "name", "training[0].on"
	Part  fyne.CanvasObject
	Focus fyne.Focusable

	free    bool // free text: no CPR number
	phone   bool // digits are what is asked for
	value   func() string
	set     func(string)
	problem func(string)
	tell    func()
	pending func() bool // takes what is typed and not picked; false where it cannot be taken
	wrong   bool
	was     string
}

// Value is what stands there.
func (x *Fact) Value() string { return x.value() }

// Lines is the value, of several things.
func (x *Fact) Lines() []string { return lines(x.value()) }

// Typed says whether a person changed it.
func (x *Fact) Typed() bool { return x.value() != x.was }

// Set writes a value, as a person would.
func (x *Fact) Set(v string) {
	x.set(v)
	x.tell()
}

// Suggest writes a value that stands as if it were there before: it is kept with the
// rest, and is nothing to lose.
func (x *Fact) Suggest(v string) {
	x.set(v)
	x.was = x.value()
}

// Phone says that the fact is a telephone number, whose ten digits are no CPR number.
func (x *Fact) Phone() *Fact { x.phone = true; return x }

func (f *Form) add(x *Fact, was string) *Fact {
	x.set(was)
	x.was = x.value()
	x.tell = func() { f.changed(x) }
	f.facts = append(f.facts, x)
	return x
}

// Line is a fact of one line, Text one of several.
func (f *Form) Line(path, label, was string) *Fact {
	return f.add(f.field(path, widget.NewField(f.T(label))), was)
}

// Text is a fact of several lines.
func (f *Form) Text(path, label string, rows int, was string) *Fact {
	return f.add(f.field(path, widget.NewTextField(f.T(label), rows)), was)
}

func (f *Form) field(path string, w *widget.Field) *Fact {
	x := &Fact{Path: path, Part: w, Focus: w.Entry, free: true}
	x.value = func() string { return strings.TrimSpace(w.Entry.Text) }
	x.set = func(v string) {
		if w.Entry.Text != v {
			w.Entry.SetText(v)
			if !w.Entry.MultiLine { // who comes here writes on, or takes away, from the end
				w.Entry.CursorColumn = utf8.RuneCountInString(w.Entry.Text)
				w.Entry.Refresh()
			}
		}
	}
	x.problem = func(text string) {
		if w.Problem() != text {
			w.SetProblem(text)
		}
	}
	w.Entry.OnChanged = func(string) { f.changed(x) }
	w.Entry.OnKey = f.keys
	if !w.Entry.MultiLine {
		w.Entry.OnSubmitted = func(string) { f.next() }
	}
	return x
}

func (f *Form) keys(e *fyne.KeyEvent) bool {
	if e.Name == keySection {
		f.NextSection()
	}
	return e.Name == keySection
}

// Choice is a fact that is one of a few. A value that is none of them stays one more.
func (f *Form) Choice(path, label string, options []widget.Option, was string) *Fact {
	known := false
	for _, o := range options {
		known = known || o.Value == was
	}
	if !known {
		options = append(options, widget.Option{Value: was, Text: was})
	}
	x := &Fact{Path: path}
	c := widget.NewChoice(options, was, func(string) { f.changed(x) })
	x.Focus, x.value, x.set = c, c.Value, c.Select
	x.Part, x.problem = f.below(label, c)
	return f.add(x, was)
}

// Segmented is a fact that is one of a few, all in sight; "" is nothing chosen yet.
func (f *Form) Segmented(path, label string, options []widget.Option, was string) *Fact {
	x := &Fact{Path: path}
	s := widget.NewSegmented(options, "", func(string) { f.changed(x) })
	x.Focus, x.value = s.First(), s.Value
	x.set = func(v string) {
		s.Clear()
		s.Select(v)
	}
	x.Part, x.problem = f.below(label, s)
	return f.add(x, was)
}

// Yes is the value of a fact that is so; "" is not.
const Yes = "yes"

// Check is a fact that is so, or not.
func (f *Form) Check(path, label string, was bool) *Fact {
	x := &Fact{Path: path}
	c := widget.NewCheck(f.T(label), false, func(bool) { f.changed(x) })
	bad := widget.NewText("", widget.Style{Size: theme.Small, Ink: widget.OnTrouble})
	bad.Hide()
	x.Part, x.Focus = widget.NewColumn(theme.Space4, c, bad), c
	x.value = func() string {
		if c.On() {
			return Yes
		}
		return ""
	}
	x.set = func(v string) { c.Set(v == Yes) }
	x.problem = func(text string) {
		bad.SetText(text)
		show(bad, text != "")
	}
	v := ""
	if was {
		v = Yes
	}
	return f.add(x, v)
}

// Toggles is a fact of a few words, any number of which hold.
func (f *Form) Toggles(path, label string, options []widget.Option, was []string) *Fact {
	x := &Fact{Path: path}
	t := widget.NewToggles(options, func() { f.changed(x) })
	x.Focus = t.First()
	x.value = func() string { return strings.Join(t.Values(), "\n") }
	x.set = func(v string) { t.Choose(lines(v)) }
	x.Part, x.problem = f.below(label, t)
	return f.add(x, strings.Join(was, "\n"))
}

// halfTyped marks, in a value, what is typed and not picked yet.
const halfTyped = "\x1f"

// Pick is a fact of several things that are typed and picked. words gives what a
// value is called; known are all there are, where that is a list of ours, else find
// and take look them up and make them of what was typed.
func (f *Form) Pick(path, label string, p *widget.Picker, words func(string) string, was []string) *Fact {
	x := &Fact{Path: path, Part: p, Focus: p.Entry, free: p.Take != nil}
	x.value = func() string {
		v := strings.Join(p.Values(), "\n")
		if t := strings.TrimSpace(p.Entry.Text); t != "" {
			v += "\n" + halfTyped + t
		}
		return v
	}
	x.set = func(v string) {
		var list []widget.Option
		half := ""
		for _, l := range lines(v) {
			if t, ok := strings.CutPrefix(l, halfTyped); ok {
				half = t
				continue
			}
			list = append(list, widget.Option{Value: l, Text: words(l)})
		}
		p.Choose(list)
		if p.Entry.Text != half {
			p.Entry.SetText(half)
		}
	}
	x.problem = p.SetProblem
	x.pending = p.Settle
	p.OnChange = func() { f.changed(x) }
	p.OnHeight = f.Relayout
	before := p.Entry.OnKey
	p.Entry.OnKey = func(e *fyne.KeyEvent) bool { return f.keys(e) || before(e) }
	p.Entry.OnSubmitted = func(string) { f.next() }
	return f.add(x, strings.Join(was, "\n"))
}

// below puts a label above a part and room for what is wrong below it.
func (f *Form) below(label string, o fyne.CanvasObject) (part fyne.CanvasObject, problem func(string)) {
	bad := widget.NewText("", widget.Style{Size: theme.Small, Ink: widget.OnTrouble})
	bad.Hide()
	return widget.NewColumn(theme.Space4, widget.NewText(f.T(label), widget.Style{Size: theme.Quiet, Ink: widget.Quiet}), o, bad),
		func(text string) {
			bad.SetText(text)
			show(bad, text != "")
		}
}

// Hinted puts a quiet line below a part.
func (f *Form) Hinted(o fyne.CanvasObject, hint string, args ...any) fyne.CanvasObject {
	return widget.NewColumn(theme.Space4, o, widget.NewText(f.T(hint, args...), widget.Style{Size: theme.Small, Ink: widget.Quiet}))
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
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
