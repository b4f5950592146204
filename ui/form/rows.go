package form

import (
	"fmt"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Rows are the parts of a record that are many, each of a few lines side by side: the
// courses that somebody took.
type Rows struct {
	f    *Form
	name string
	cols []Col
	list [][]*Fact
	was  []map[string]string
	part *fyne.Container
	add  *widget.Button
	Part fyne.CanvasObject
}

// Col is one line of a row: the member's name, and its label.
type Col struct{ Name, Label string }

// Rows makes rows; was are those that are there, by the columns' names.
func (f *Form) Rows(name string, cols []Col, was []map[string]string) *Rows {
	r := &Rows{f: f, name: name, cols: cols, was: was, part: widget.NewColumn(theme.Space8)}
	r.add = widget.NewQuietButton(f.T("add_"+name), "", func() {
		r.append(nil)
		r.show()
		f.changed(nil)
		f.Relayout()
		widget.FocusOn(r.list[len(r.list)-1][0].Focus)
	})
	r.Part = widget.NewColumn(theme.Space8, widget.NewText(f.T(name), widget.Style{Size: theme.Quiet, Ink: widget.Quiet}), r.part, widget.NewFlow(0, r.add))
	r.Set(was)
	f.rows = append(f.rows, r)
	return r
}

// Set writes the rows, as a person would.
func (r *Rows) Set(list []map[string]string) {
	r.list = nil
	for _, m := range list {
		r.append(m)
	}
	r.show()
}

func (r *Rows) append(m map[string]string) {
	var row []*Fact
	for _, c := range r.cols {
		x := r.f.field(r.name+"."+c.Name, widget.NewField(r.f.T(c.Label)))
		x.set(m[c.Name])
		x.tell = func() { r.f.changed(x) }
		row = append(row, x)
	}
	r.list = append(r.list, row)
}

func (r *Rows) show() {
	r.part.Objects = nil
	for i, row := range r.list {
		var parts []fyne.CanvasObject
		for _, x := range row {
			parts = append(parts, x.Part)
		}
		remove := widget.NewPlainButton(r.f.T("remove_"+r.name), func() {
			r.list = append(append([][]*Fact(nil), r.list[:i]...), r.list[i+1:]...)
			r.show()
			r.f.changed(nil)
			r.f.Relayout()
			widget.FocusOn(r.add)
		})
		r.part.Add(widget.NewSmallPanel(widget.NewColumn(theme.Space8, widget.NewTiles(theme.Space12, theme.Scaled(120), parts...), widget.NewFlow(0, remove))))
	}
	show(r.part, len(r.list) > 0)
}

// Values are what stands in the rows; one in which nothing is written is none.
func (r *Rows) Values() []map[string]string {
	var out []map[string]string
	for _, row := range r.list {
		m, any := map[string]string{}, false
		for i, x := range row {
			m[r.cols[i].Name] = x.Value()
			any = any || x.Value() != ""
		}
		if any {
			out = append(out, m)
		}
	}
	return out
}

// Typed says whether a person changed anything of them.
func (r *Rows) Typed() bool {
	now := r.Values()
	if len(now) != len(r.was) {
		return true
	}
	for i, m := range now {
		for _, c := range r.cols {
			if m[c.Name] != r.was[i][c.Name] {
				return true
			}
		}
	}
	return false
}

// each gives the facts at the paths that they have in the record as it will be.
func (r *Rows) each(do func(path string, x *Fact)) {
	n := 0
	for _, row := range r.list {
		any := false
		for _, x := range row {
			any = any || x.Value() != ""
		}
		for i, x := range row {
			if any {
				do(fmt.Sprintf("%s[%d].%s", r.name, n, r.cols[i].Name), x)
			} else {
				do(r.name+"[-]."+r.cols[i].Name, x)
			}
		}
		if any {
			n++
		}
	}
}

// Left is a form as a person left it, also where it is not right yet, so that it can
// be taken up again on a page made anew.
type Left struct {
	values map[string]string
	rows   map[string][]map[string]string
}

// Leaving gives what is typed; nil where there is nothing.
func (f *Form) Leaving() *Left {
	if !f.Dirty() {
		return nil
	}
	l := &Left{values: map[string]string{}, rows: map[string][]map[string]string{}}
	for _, x := range f.facts {
		if x.Typed() {
			l.values[x.Path] = x.Value()
		}
	}
	for _, r := range f.rows {
		if r.Typed() {
			l.rows[r.name] = r.Values()
		}
	}
	return l
}

// TakeUp writes what was left.
func (f *Form) TakeUp(l *Left) {
	if l == nil {
		return
	}
	for path, v := range l.values {
		if x := f.Find(path); x != nil {
			x.set(v)
		}
	}
	for _, r := range f.rows {
		if list, ok := l.rows[r.name]; ok {
			r.Set(list)
		}
	}
	f.changed(nil)
}
