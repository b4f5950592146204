package communities

import (
	"errors"
	"regexp"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// check looks at what is written before it is kept, and says what is wrong where
// it stands; true where nothing is.
func (f *form) check(after *community, bad map[*fact]string) bool {
	f.each(func(_ string, x *fact) {
		x.wrong = false
		x.problem("")
	})
	wrong := newFaults(f)
	for x, reason := range bad {
		wrong.at(x, f.why(reason))
	}
	after.Normalize()
	for _, p := range directory.Problems(after.Validate()) {
		wrong.say(p)
	}
	f.each(func(_ string, x *fact) {
		if x.typed() {
			f.guard(x, wrong)
		}
	})
	return wrong.told()
}

// dashed is the written form of a CPR number; a telephone number may have ten
// digits, but none is written so.
var dashed = regexp.MustCompile(`\b\d{6}-\d{4}\b`)

// guard stops what is, or may be, a CPR number; the store would not take it.
func (f *form) guard(x *fact, wrong *faults) {
	v := x.value()
	if x.exempt || x.path == "contact.phone" && !dashed.MatchString(v) {
		return
	}
	switch privacy.CheckCPR(v, f.p.today()).Verdict {
	case privacy.Stop:
		wrong.at(x, f.t("cpr_stop"))
	case privacy.Ask:
		wrong.at(x, f.t("cpr_ask"))
	}
}

// refused says why something was not kept. What is typed stays.
func (f *form) refused(err error) {
	var cpr *localdb.CPRError
	var field *directory.RefusedError
	wrong := newFaults(f)
	switch {
	case errors.As(err, &cpr): // the store guards a whole part of the record, also what was there
		f.each(func(_ string, x *fact) { f.guard(x, wrong) })
		if !wrong.any() {
			wrong.whole(f.t("cpr_somewhere"))
		}
	case errors.As(err, &field):
		for _, p := range directory.Problems(err) {
			wrong.say(p)
		}
	default:
		f.tell(widget.NewBanner(widget.ToneTrouble, f.t("not_saved"), f.p.say.T(localdb.MessageKey(err))))
		return
	}
	wrong.told()
}

// why says in words why a value is refused, and what helps.
func (f *form) why(reason string) string {
	if key := "communities.form.why." + reason; f.p.say.Has(key) {
		return f.p.say.T(key)
	}
	return reasonWords(f.p.say, reason)
}

// faults gathers what is wrong with a form.
type faults struct {
	f      *form
	facts  map[*fact]string
	others []string // what has no place in the form
}

func newFaults(f *form) *faults { return &faults{f: f, facts: map[*fact]string{}} }

// at notes what is wrong with a fact; the first reason counts.
func (w *faults) at(x *fact, text string) {
	if _, ok := w.facts[x]; !ok {
		w.facts[x] = text
	}
}

func (w *faults) whole(text string) { w.others = append(w.others, text) }

func (w *faults) any() bool { return len(w.facts)+len(w.others) > 0 }

// say notes a problem of the record at the fact that it is about.
func (w *faults) say(p *directory.RefusedError) {
	if x := w.f.find(p.Field); x != nil {
		w.at(x, w.f.why(p.Reason))
		return
	}
	w.whole(fieldWords(w.f.p.say, p.Field) + ": " + w.f.why(p.Reason))
}

// told shows it all, and puts focus where the first is. true is nothing wrong.
func (w *faults) told() bool {
	f := w.f
	if !w.any() {
		f.tell(nil)
		return true
	}
	var first *fact
	f.each(func(_ string, x *fact) {
		if text, ok := w.facts[x]; ok {
			x.wrong = true
			x.problem(text)
			if first == nil {
				first = x
			}
		}
	})
	f.tell(widget.NewBanner(widget.ToneTrouble, f.p.say.N("communities.form.wrong", len(w.facts)+len(w.others)), strings.Join(w.others, " ")))
	if first != nil {
		widget.FocusOn(first.focus)
		widget.Reveal(first.part)
	}
	return false
}

var lastIndex = regexp.MustCompile(`\[\d+\]$`)

// find gives the fact that a path of the record is written in; nil where none is.
func (f *form) find(path string) (found *fact) {
	whole, list := path, lastIndex.ReplaceAllString(path, "") // "languages[2]" is written in languages
	f.each(func(at string, x *fact) {
		full := x.path
		if at != "" {
			full = at + "." + x.path
		}
		same := full == whole || full == list || at != "" && x.path == "lat" && whole == at+".lon"
		if found == nil && (same || at != "" && whole == at) { // of a whole row: its first
			found = x
		}
	})
	if found == nil && strings.HasPrefix(path, "schedule[") { // of what a row only shows
		if at, _, ok := strings.Cut(path, "."); ok {
			return f.find(at)
		}
	}
	return found
}
