package counter

import (
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// guard watches a field for CPR numbers: one that is certain stops until it is
// gone; one that may be asks once, and the person's answer counts for that text.
type guard struct {
	c     *Counter
	field *widget.Field
	stop  string // what is said of a certain number, a key; empty speaks of printing
	asked string // the text that was asked about
}

func (g *guard) stopped() string {
	if g.stop != "" {
		return g.c.cat.T(g.stop)
	}
	return g.c.cat.T("counter.cpr_stop")
}

// confirmed says that the person looked at what stands in the field now and said
// that it is no CPR number.
func (g *guard) confirmed() bool { return g.asked != "" && g.asked == g.field.Entry.Text }

// check says whether the field's text may be used; else the reason stands below it.
func (g *guard) check() bool {
	text := g.field.Entry.Text
	f := privacy.CheckCPR(text, directory.DayOf(g.c.deps.Now()))
	switch {
	case f.Verdict == privacy.Stop:
		g.field.SetProblem(g.stopped())
		return false
	case f.Verdict == privacy.Ask && g.asked != text:
		g.asked = text
		g.field.SetProblem(g.c.cat.T("counter.cpr_ask"))
		return false
	}
	g.field.SetProblem("")
	return true
}

// typed takes the reason away once the text is fine, and stops a certain number
// as it is typed.
func (g *guard) typed() {
	f := privacy.CheckCPR(g.field.Entry.Text, directory.DayOf(g.c.deps.Now()))
	before := g.field.Problem()
	switch {
	case f.Verdict == privacy.Stop:
		g.field.SetProblem(g.stopped())
	case g.field.Problem() != "":
		g.field.SetProblem("")
	}
	if g.field.Problem() != before {
		g.inSight()
	}
}

// inSight lays the folder out after the reason came or went, and scrolls so that
// the field and its reason are seen: the buttons below hide what is further down.
func (g *guard) inSight() {
	g.c.folder.relayout()
	if g.field.Problem() != "" {
		widget.Reveal(g.field)
	}
}

func (g *guard) clear() {
	g.asked = ""
	g.field.Entry.Wipe()
	g.field.SetProblem("")
}
