package followup

import (
	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

func (p *Page) newList() {
	p.list = widget.NewList(func() int { return len(p.rows) },
		func(i int, width float32) float32 { return widget.CodeRowHeight(p.rows[i].heading != "", width) },
		func() widget.Row { return widget.NewCodeRow() }, p.bindRow)
	p.list.OnSelect = p.selected
	p.list.OnKey = p.listKey
	p.list.OnRune = p.listRune
	p.list.OnChoose = p.choose
}

func (p *Page) bindRow(i int, o widget.Row) {
	r, x := o.(*widget.CodeRow), p.rows[i]
	switch {
	case x.heading != "":
		r.Head(p.say.T(x.heading))
	case x.report >= 0:
		p.bindReport(r, x.report)
	default:
		t := &p.snap.lives[x.life]
		var task *referral.Task
		if x.task >= 0 {
			task = &p.snap.tasks[x.task]
		}
		state, tone := p.words().state(t, task)
		r.Card(spaced(t.Referral.Code), p.title(t.Referral.Communities), p.words().news(t), state, tone)
	}
}

// title names the communities of a referral in one line.
func (p *Page) title(ids []string) string {
	names := p.names(ids)
	switch len(names) {
	case 0:
		return p.say.T("followup.unknown_community")
	case 1, 2, 3:
		return p.say.List(names)
	}
	return p.say.N("followup.and_more", len(names)-2, "name", names[0]+", "+names[1])
}

func (p *Page) names(ids []string) []string {
	var out []string
	for _, id := range ids {
		if n := p.communityName(id); n != "" {
			out = append(out, n)
		}
	}
	return out
}

// communityName is the name as the directory has it now; "" where it has none.
// Names are read for the rows in sight, and kept until the directory changes.
func (p *Page) communityName(id string) string {
	n, ok := p.communities[id]
	if !ok {
		if c, err := p.d.Store.Community(id); err == nil {
			n = c.Name
		}
		p.communities[id] = n
	}
	return n
}

// selected shows what the list's selection is on; a heading leads on to its rows.
func (p *Page) selected(i int) {
	if cv := fyne.CurrentApp().Driver().CanvasForObject(p.list); cv != nil && cv.Focused() == nil {
		widget.FocusOn(p.list) // it was pressed: the arrows and digits go on from there
	}
	switch {
	case p.rows[i].heading != "":
		if i+1 < len(p.rows) {
			p.list.Select(i + 1)
			p.selected(i + 1)
		}
	case p.rows[i].report >= 0:
		p.showReport(p.reportAt(i))
	default:
		p.showCode(p.codeAt(i))
	}
}

// listKey lets the digits say what happened while the list has focus, and the arrow
// up pass a heading.
func (p *Page) listKey(e *fyne.KeyEvent) bool {
	if n := widget.DigitOf(e.Name); n > 0 {
		return p.card != nil && p.card.answer(n)
	}
	if i := p.list.Selected(); e.Name == fyne.KeyUp && i > 1 && p.rows[i-1].heading != "" {
		p.list.Select(i - 2)
		p.selected(i - 2)
		return true
	}
	return false
}

// choose is Enter or Space on a row: on to what happened, or to the community that
// was reported.
func (p *Page) choose(i int) {
	if g := p.reportAt(i); g == nil {
		p.focusOutcomes()
	} else if _, c := p.stateOf(g); c != nil && p.mayEdit() {
		p.d.Edit(g.Community)
	}
}

// dayWords is a day as a person says it: today, yesterday, else in full.
func (p *Page) dayWords(d directory.Day) string {
	switch d.DaysUntil(p.today()) {
	case 0:
		return p.say.T("followup.day_today")
	case 1:
		return p.say.T("followup.day_yesterday")
	}
	return p.say.Day(d)
}
