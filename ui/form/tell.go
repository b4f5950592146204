package form

import (
	"errors"
	"regexp"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// each goes through all facts, those of rows too.
func (f *Form) each(do func(path string, x *Fact)) {
	for _, x := range f.facts {
		do(x.Path, x)
	}
	for _, r := range f.rows {
		r.each(do)
	}
}

// Find gives the fact that a path is written in; nil where none is.
func (f *Form) Find(path string) (found *Fact) {
	list := lastIndex.ReplaceAllString(path, "") // "languages[2]" is written in languages
	f.each(func(at string, x *Fact) {
		if found == nil && (at == path || at == list) {
			found = x
		}
	})
	return found
}

var lastIndex = regexp.MustCompile(`\[\d+\]$`)

// Value gives what stands in the fact of a path.
func (f *Form) Value(path string) string {
	if x := f.Find(path); x != nil {
		return x.Value()
	}
	return ""
}

// Typed says whether a person changed the fact of a path.
func (f *Form) Typed(path string) bool {
	x := f.Find(path)
	return x != nil && x.Typed()
}

// Wrong gathers what is wrong with a form.
type Wrong struct {
	f      *Form
	facts  map[*Fact]string
	others []string
}

// Look begins to look at what is written: what was said to be wrong is taken away,
// what is typed and not picked is taken in, and free text is guarded.
func (f *Form) Look() *Wrong {
	w := &Wrong{f: f, facts: map[*Fact]string{}}
	f.each(func(_ string, x *Fact) {
		x.wrong = false
		x.problem("")
		if x.pending != nil && !x.pending() {
			w.At(x, f.T("pick_one"))
		}
	})
	f.each(func(_ string, x *Fact) {
		if x.Typed() {
			w.guard(x)
		}
	})
	return w
}

// dashed is the written form of a CPR number; a telephone number may have ten
// digits, but none is written so.
var dashed = regexp.MustCompile(`\b\d{6}-\d{4}\b`)

// guard stops what is, or may be, a CPR number; the store would not take it.
func (w *Wrong) guard(x *Fact) {
	v := x.Value()
	if !x.free || x.phone && !dashed.MatchString(v) {
		return
	}
	switch privacy.CheckCPR(v, w.f.o.Today()).Verdict {
	case privacy.Stop:
		w.At(x, w.f.T("cpr_stop"))
	case privacy.Ask:
		w.At(x, w.f.T("cpr_ask"))
	}
}

// At notes what is wrong with a fact; the first reason counts.
func (w *Wrong) At(x *Fact, text string) {
	if _, ok := w.facts[x]; !ok {
		w.facts[x] = text
	}
}

// Path notes what is wrong with the fact of a path, by the code of the reason.
func (w *Wrong) Path(path, reason string) {
	if x := w.f.Find(path); x != nil {
		w.At(x, w.f.Why(path, reason))
		return
	}
	w.others = append(w.others, w.f.Why(path, reason))
}

// Record notes what the rules of the record say.
func (w *Wrong) Record(err error) {
	for _, p := range directory.Problems(err) {
		w.Path(p.Field, p.Reason)
	}
}

// Any says whether something is wrong.
func (w *Wrong) Any() bool { return len(w.facts)+len(w.others) > 0 }

// Why says in words why a value is refused, and what helps.
func (f *Form) Why(path, reason string) string {
	for _, key := range []string{f.o.Words + ".why." + path + "." + reason, f.o.Words + ".why." + reason, "form.why." + reason, "reasons." + reason} {
		if f.o.Say.Has(key) {
			return f.o.Say.T(key)
		}
	}
	return f.o.Say.T("form.why.other")
}

// Told shows it all, and puts focus where the first is. true is nothing wrong.
func (w *Wrong) Told() bool {
	f := w.f
	if !w.Any() {
		f.Tell(nil)
		return true
	}
	var first *Fact
	f.each(func(_ string, x *Fact) {
		if text, ok := w.facts[x]; ok {
			x.wrong = true
			x.problem(text)
			if first == nil {
				first = x
			}
		}
	})
	f.Tell(widget.NewBanner(widget.ToneTrouble, f.o.Say.N("form.wrong", len(w.facts)+len(w.others)), strings.Join(w.others, " ")))
	if first != nil {
		widget.FocusOn(first.Focus)
		widget.Reveal(first.Part)
	}
	return false
}

// Tell shows what happened above the buttons; nil takes it away.
func (f *Form) Tell(b *widget.Banner) { f.put(f.said, b) }

// TellOther says what another person did meanwhile; nil takes it away.
func (f *Form) TellOther(b *widget.Banner) { f.put(f.others, b) }

func (f *Form) put(c *fyne.Container, b *widget.Banner) {
	c.Objects = nil
	if b != nil {
		c.Add(b)
	}
	show(c, b != nil)
	f.Relayout()
}

// Refused says why something was not kept. What is typed stays.
func (f *Form) Refused(err error) {
	var cpr *localdb.CPRError
	var field *directory.RefusedError
	w := &Wrong{f: f, facts: map[*Fact]string{}}
	switch {
	case errors.As(err, &cpr): // the store guards a whole record, also what was there
		f.each(func(_ string, x *Fact) { w.guard(x) })
		if !w.Any() {
			w.others = append(w.others, f.T("cpr_somewhere"))
		}
	case errors.As(err, &field):
		w.Record(err)
	default:
		f.Tell(widget.NewBanner(widget.ToneTrouble, f.T("not_saved"), f.o.Say.T(localdb.MessageKey(err))))
		return
	}
	w.Told()
}
