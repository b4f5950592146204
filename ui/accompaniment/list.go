package accompaniment

import (
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/along"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// row is one row of the list: a heading, somebody who waits, or an agreement.
type row struct {
	heading string // key of its words
	waits   int    // place in the queue, or -1
	agreed  int
}

// rows gives the list: what somebody is to be asked about first, then the waiting
// list – whom it fell through for before the others – and then what is coming.
func (x *snapshot) rows(today directory.Day) []row {
	var out []row
	last := ""
	add := func(heading string, r row) {
		if heading != last {
			last = heading
			out = append(out, row{heading: heading, waits: -1, agreed: -1})
		}
		out = append(out, r)
	}
	for i := range x.agreed[:x.toHearFrom] {
		if !x.lost(i, today) {
			add("accompaniment.group_ask", row{waits: -1, agreed: i})
		}
	}
	for i := range x.agreed {
		if x.lost(i, today) {
			add("accompaniment.group_lost", row{waits: -1, agreed: i})
		}
	}
	for i := range x.queue {
		if x.queue[i].Fell > 0 {
			add("accompaniment.group_fell", row{waits: i, agreed: -1})
		} else {
			add("accompaniment.group_waits", row{waits: i, agreed: -1})
		}
	}
	for i := x.toHearFrom; i < len(x.agreed); i++ {
		if !x.lost(i, today) {
			add("accompaniment.group_agreed", row{waits: -1, agreed: i})
		}
	}
	return out
}

// lost says whether an agreement to come has nobody behind it any more: the companion
// took back the yes to being on the list. Nobody else says so before the day.
func (x *snapshot) lost(i int, today directory.Day) bool {
	pl := &x.agreed[i].Plan
	return pl.With != "" && x.names[pl.With] == "" && pl.On >= today
}

// toFind counts those who need somebody to go along with.
func (x *snapshot) toFind(today directory.Day) int {
	n := len(x.queue)
	for i := range x.agreed {
		if x.lost(i, today) {
			n++
		}
	}
	return n
}

func (p *Page) newList() {
	p.list = widget.NewList(func() int { return len(p.rows) },
		func(i int, width float32) float32 { return widget.CodeRowHeight(p.rows[i].heading != "", width) },
		func() widget.Row { return widget.NewCodeRow() }, p.bindRow)
	p.list.OnSelect = p.selected
	p.list.OnChoose = func(int) { p.shown.focus() }
	p.list.OnKey = p.listKey
}

func (p *Page) codeAt(i int) referral.Code {
	switch r := p.rows[i]; {
	case r.waits >= 0:
		return p.snap.queue[r.waits].Referral.Code
	case r.agreed >= 0:
		return p.snap.agreed[r.agreed].Referral.Code
	}
	return ""
}

func (p *Page) rowOf(code referral.Code) int {
	for i := range p.rows {
		if code != "" && p.codeAt(i) == code {
			return i
		}
	}
	return -1
}

func (p *Page) bindRow(i int, o widget.Row) {
	r, x := o.(*widget.CodeRow), p.rows[i]
	switch {
	case x.heading != "":
		r.Head(p.say.T(x.heading))
	case x.waits >= 0:
		w := &p.snap.queue[x.waits]
		state, tone := p.waitState(w)
		r.Card(spaced(w.Referral.Code), p.title(w.Referral.Communities), p.wantedLine(&w.Wanted), state, tone)
	default:
		a := &p.snap.agreed[x.agreed]
		state, tone := p.planState(a)
		if p.snap.lost(x.agreed, p.today()) {
			state, tone = p.say.T("followup.chip.find_companion"), widget.ToneTrouble
		}
		to := a.Referral.Communities
		if a.Plan.To != "" {
			to = []string{a.Plan.To}
		}
		r.Card(spaced(a.Referral.Code), p.title(to), p.planLine(&a.Plan), state, tone)
	}
}

// selected shows what the list's selection is on; a heading leads on to its rows.
func (p *Page) selected(i int) {
	if p.rows[i].heading != "" {
		if i+1 < len(p.rows) {
			p.list.Select(i + 1)
			p.selected(i + 1)
		}
		return
	}
	if code := p.codeAt(i); code != p.code || p.shown.keep() {
		p.notice = nil
		p.open(code)
		p.detail.ToTop()
	}
}

// listKey lets the digits choose while the list has focus, and the arrow up pass a
// heading.
func (p *Page) listKey(e *fyne.KeyEvent) bool {
	if n := widget.DigitOf(e.Name); n > 0 {
		return p.shown.digit(n)
	}
	if i := p.list.Selected(); e.Name == fyne.KeyUp && i > 1 && p.rows[i-1].heading != "" {
		p.list.Select(i - 2)
		p.selected(i - 2)
		return true
	}
	return false
}

// title names communities in one line.
func (p *Page) title(ids []string) string {
	var names []string
	for _, id := range ids {
		if c := p.community(id); c != nil {
			names = append(names, c.Name)
		}
	}
	switch len(names) {
	case 0:
		return p.say.T("followup.unknown_community")
	case 1, 2, 3:
		return p.say.List(names)
	}
	return p.say.N("followup.and_more", len(names)-2, "name", names[0]+", "+names[1])
}

// short is a day in few words: today, tomorrow, yesterday, else "24. nov.".
func (p *Page) short(d directory.Day) string {
	switch p.today().DaysUntil(d) {
	case 0:
		if d == p.today() {
			return p.say.T("followup.day_today")
		}
	case 1:
		return p.say.T("followup.day_tomorrow")
	case -1:
		return p.say.T("followup.day_yesterday")
	}
	return p.say.ShortDay(d)
}

func (p *Page) waitState(w *along.Waiting) (string, widget.Tone) {
	if w.Fell > 0 {
		return p.say.T("accompaniment.chip_fell", "day", p.short(w.FellOn)), widget.ToneTrouble
	}
	n := w.Since.DaysUntil(p.today())
	if n <= 0 {
		return p.say.T("accompaniment.chip_new"), widget.ToneWaiting
	}
	return p.say.N("accompaniment.chip_waited", n), widget.ToneWaiting
}

func (p *Page) planState(a *along.Agreed) (string, widget.Tone) {
	switch {
	case a.Plan.On < p.today():
		return p.say.T("followup.chip.ask_carried_out"), widget.ToneWaiting
	case a.Plan.On == p.today():
		return p.say.T("followup.chip_today"), widget.ToneGood
	}
	return p.say.T("followup.chip_agreed", "day", p.short(a.Plan.On)), widget.ToneGood
}

// wantedParts are the wishes for who goes along, in words.
func (p *Page) wantedParts(w *referral.Wanted) []string {
	var out []string
	if w.Area != "" {
		out = append(out, w.Area)
	}
	for _, t := range w.Times {
		out = append(out, p.say.Label("time", t))
	}
	for _, l := range w.Languages {
		out = append(out, p.say.Label("language", l))
	}
	if w.Gender != "" {
		out = append(out, p.say.T("accompaniment.gender_"+w.Gender))
	}
	for _, c := range w.Considerations {
		out = append(out, p.need(c))
	}
	return out
}

// need is a consideration as what one person needs; of a community it is said
// otherwise.
func (p *Page) need(id string) string {
	if key := "accompaniment.need." + id; p.say.Has(key) {
		return p.say.T(key)
	}
	return p.say.Label("consideration", id)
}

func (p *Page) wantedLine(w *referral.Wanted) string {
	if parts := p.wantedParts(w); len(parts) > 0 {
		return strings.Join(parts, " · ")
	}
	return p.say.T("accompaniment.wanted_nothing")
}

// planLine says an agreement in one line: "Bente · i dag kl. 9.30 · ved biblioteket".
func (p *Page) planLine(x *referral.Plan) string {
	var parts []string
	if n := p.snap.names[x.With]; n != "" {
		parts = append(parts, n)
	}
	when := p.short(x.On)
	if c := p.say.ClockOf(x.At); c != "" {
		when += " " + p.say.T("words.clock.at", "from", c)
	}
	parts = append(parts, when)
	if x.Where != "" {
		parts = append(parts, x.Where)
	}
	return strings.Join(parts, " · ")
}
