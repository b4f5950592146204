package practice

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// showGround shows a practice ground: its frame, how its times went, the way onward,
// and who can be offered it again.
func (p *Page) showGround(g *directory.Community) {
	p.inside.Objects = nil
	if p.said != nil {
		p.inside.Add(p.said)
	}
	p.inside.Add(p.frame(g))
	if o := p.snap.offers[g.ID]; len(o) > 0 {
		p.inside.Add(p.elastic(g, o))
	}
	p.inside.Add(p.times(g))
	p.inside.Add(p.onward(g, ""))
	if lines := p.snap.book.Lines(g.ID); len(lines) > 0 {
		p.inside.Add(p.codes(lines))
	}
}

func heading(text string) *widget.Text {
	return widget.NewText(text, widget.Style{Size: theme.CardTitle, Bold: true})
}

func quiet(text string) *widget.Text {
	return widget.NewText(text, widget.Style{Size: theme.Quiet, Ink: widget.Quiet})
}

// frame says when and where, in which period, and how far it has come.
func (p *Page) frame(g *directory.Community) fyne.CanvasObject {
	s := p.say
	text, tone := p.progress(g), widget.ToneGood
	if practice.PhaseOf(g, p.today()) == practice.Over {
		text, tone = p.t("over")+" · "+text, widget.TonePlain
	}
	out := widget.NewColumn(theme.Space12, widget.NewSplitRow(theme.Space12, theme.Scaled(140),
		widget.NewColumn(0, widget.NewText(g.Name, widget.Style{Size: theme.Heading, Bold: true}),
			quiet(strings.Join(filled(s.Schedule(g.Schedule), s.ShortPlace(g.PublicPlace())), " · "))),
		widget.NewTag(text, tone)))
	var lines []string
	if w := p.period(g); w != "" {
		lines = append(lines, w)
	}
	if next := practice.Next(g, p.d.Now()); next != nil {
		lines = append(lines, p.t("next", "when", s.Next(*next)))
	}
	standing := practice.Attendance(p.snap.sessions, g)
	if standing.Held > 0 {
		lines = append(lines, p.t("came_in_all", "n", shown(standing.Came)))
	}
	if standing.Cancelled > 0 {
		lines = append(lines, s.N("practice.cancelled_times", standing.Cancelled))
	}
	if len(lines) > 0 {
		out.Add(widget.NewText(strings.Join(lines, "\n"), widget.Style{}))
	}
	if g.Summary != "" {
		out.Add(widget.NewText(g.Summary, widget.Style{Ink: widget.Quiet}))
	}
	acts := widget.NewFlow(theme.Space8)
	p.first = widget.NewPrimaryButton(p.t("register"), "Ctrl N", p.registerNext)
	acts.Add(p.first)
	if p.mayFrame() {
		acts.Add(widget.NewQuietButton(p.t("edit_frame"), "", func() { p.d.EditFrame(g.ID) }))
	}
	out.Add(acts)
	return widget.NewPanel(out)
}

func (p *Page) period(g *directory.Community) string {
	switch x := g.Practice; {
	case x == nil:
		return p.t("no_period")
	case x.From.Valid() && x.To.Valid():
		return p.t("period", "from", p.say.Day(x.From), "to", p.say.Day(x.To))
	case x.From.Valid():
		return p.t("period_from", "from", p.say.Day(x.From))
	case x.To.Valid():
		return p.t("period_to", "to", p.say.Day(x.To))
	}
	return p.t("no_period")
}

// shown is a count as it may be shown.
func shown(n int) string { return privacy.Shown(n).String() }

// mostTimes bounds the days that are listed.
const mostTimes = 60

// times lists how the days went, the newest first, and asks for those that nobody
// has written down.
func (p *Page) times(g *directory.Community) fyne.CanvasObject {
	out := widget.NewColumn(theme.Space8, heading(p.t("times_title")))
	missing := practice.ToRegister(p.snap.sessions, g, p.d.Now())
	sessions := practice.Of(p.snap.sessions, g.ID)
	if len(missing)+len(sessions) == 0 {
		out.Add(quiet(p.t("times_none")))
	}
	type row struct {
		on  directory.Day
		add fyne.CanvasObject
	}
	var rows []row
	for _, d := range missing {
		rows = append(rows, row{d, p.dayRow(p.say.Day(d), p.t("not_registered"), widget.NewPlainButton(p.t("register_day"), func() { p.register(g, d) }))})
	}
	for _, s := range sessions {
		rows = append(rows, row{s.On, p.sessionRow(g, s)})
	}
	slices.SortStableFunc(rows, func(a, b row) int { return strings.Compare(string(b.on), string(a.on)) })
	for i, r := range rows {
		if i < mostTimes {
			out.Add(r.add)
		}
	}
	if len(sessions) > 0 {
		out.Add(widget.NewText(p.t("rounded"), widget.Style{Size: theme.Small, Ink: widget.Quiet}))
	}
	return widget.NewPanel(out)
}

func (p *Page) sessionRow(g *directory.Community, s practice.Session) fyne.CanvasObject {
	text := p.t("came", "n", shown(s.Came))
	if n := len(s.Codes); n > 0 {
		text += " · " + p.t("with_code", "n", shown(n))
	}
	if s.Cancelled {
		text = p.t("cancelled")
	}
	var act fyne.CanvasObject
	if p.mayWrite(&s) {
		act = widget.NewPlainButton(p.t("edit_time"), func() { (&register{p: p, ground: g, before: &s, id: s.ID}).open(s.On, nil) })
	}
	return p.dayRow(p.say.Day(s.On), text, act)
}

// mayWrite says whether a time may be changed here: on a guide's PC all, at a desk
// those of its own organisation.
func (p *Page) mayWrite(s *practice.Session) bool {
	return p.role == "" || p.role == "guide" || p.role == "desk" && s.Organisation == p.own
}

// dayRow is a day, or a code, what is said of it, and what can be done; act may be nil.
func (p *Page) dayRow(day, text string, act fyne.CanvasObject) fyne.CanvasObject {
	return widget.NewAligned(10.5, widget.NewText(day, widget.Style{Bold: true}), widget.NewText(text, widget.Style{}), act)
}

// onward offers the steps of the frame, with whom, and what else could fit. code is
// whom it is for; "" is nobody in particular.
func (p *Page) onward(g *directory.Community, code referral.Code) fyne.CanvasObject {
	out := widget.NewColumn(theme.Space12, heading(p.t("onward_title")))
	find := func(v string) *directory.Community { return p.snap.steps[v] }
	steps := practice.Onward(g, find, p.snap.people, p.today())
	if len(steps) == 0 {
		key := "onward_none"
		if p.mayFrame() {
			key = "onward_none_guide"
		}
		out.Add(quiet(p.t(key)))
	}
	for _, s := range steps {
		out.Add(p.step(s, code))
	}
	more := also(p.d.Finder, p.d.Store.Community, g, steps, p.today())
	if len(more) > 0 {
		out.Add(widget.NewText(p.t("onward_also"), widget.Style{Size: theme.Small, Bold: true, Ink: widget.Quiet}))
	}
	for _, c := range more {
		out.Add(p.step(practice.Step{Name: c.Name, Community: c, With: practice.With(c.ID, p.snap.people, p.today())}, code))
	}
	return widget.NewPanel(out)
}

// step is one community onward, when it meets next, and who can go along.
func (p *Page) step(s practice.Step, code referral.Code) fyne.CanvasObject {
	name, nameless := s.Name, false
	if s.Community == nil {
		if _, err := uuid.Parse(name); err == nil { // an id says nothing to anybody
			name, nameless = p.t("unknown_community"), true
		}
	}
	words := widget.NewColumn(0, widget.NewText(name, widget.Style{Bold: true}))
	switch c := s.Community; {
	case nameless:
	case c == nil:
		words.Add(quiet(p.t("step_unknown")))
	case !s.Open(p.today()):
		words.Add(quiet(p.t("step_paused")))
	default:
		var when string
		if next := c.Next(p.d.Now(), 1); len(next) > 0 {
			when = p.say.ShortNext(next[0])
		}
		if line := strings.Join(filled(when, p.say.ShortPlace(c.PublicPlace())), " · "); line != "" {
			words.Add(quiet(line))
		}
	}
	if len(s.With) > 0 {
		var names []string
		for _, a := range s.With {
			names = append(names, a.Name)
		}
		words.Add(quiet(p.t("step_with", "names", p.say.List(names))))
	}
	if s.Community == nil || p.d.ShowOnward == nil {
		return words
	}
	id := s.Community.ID
	return widget.NewSplitRow(theme.Space12, theme.Scaled(180), words,
		widget.NewQuietButton(p.t("show_onward"), "", func() { p.d.ShowOnward(code, []string{id}) }))
}

// elastic is the elastic: who fell out, and can be offered the practice ground again.
func (p *Page) elastic(g *directory.Community, offers []practice.Offer) fyne.CanvasObject {
	out := widget.NewColumn(theme.Space8, widget.NewText(p.t("again_title"), widget.Style{Size: theme.CardTitle, Bold: true, Ink: widget.OnWaiting}),
		widget.NewText(p.t("again_text"), widget.Style{Size: theme.Quiet, Ink: widget.OnWaiting}))
	for _, o := range offers {
		out.Add(widget.NewSplitRow(theme.Space12, theme.Scaled(180),
			widget.NewColumn(0, widget.NewText(string(o.Code), widget.Style{Bold: true, Ink: widget.OnWaiting}),
				widget.NewText(p.offerWords(o), widget.Style{Size: theme.Quiet, Ink: widget.OnWaiting})),
			widget.NewQuietButton(p.t("see_code"), "", func() { p.seeCode(o.Code) })))
	}
	return widget.NewTonePanel(widget.ToneWaiting, out)
}

func (p *Page) offerWords(o practice.Offer) string {
	var names []string
	for _, id := range o.From {
		names = append(names, p.nameOf(id))
	}
	return p.t("again."+string(o.Why), "names", p.say.List(names), "day", p.say.Day(o.On)) + " " + p.say.N("practice.again_times", o.Times)
}

// nameOf is what a community is called.
func (p *Page) nameOf(id string) string {
	if c, err := p.d.Store.Community(id); err == nil {
		return c.Name
	}
	return p.t("unknown_community")
}

// mostCodes bounds the codes that are listed; a code that was given is found in the
// field above.
const mostCodes = 40

// codes lists the codes that were given here.
func (p *Page) codes(lines []practice.Line) fyne.CanvasObject {
	out := widget.NewColumn(theme.Space8, heading(p.t("codes_title")), quiet(p.t("codes_text")))
	for i, l := range lines {
		if i == mostCodes {
			out.Add(quiet(p.say.N("practice.codes_more", len(lines)-mostCodes)))
			break
		}
		out.Add(p.dayRow(string(l.Code), p.say.N("practice.code_times", len(l.Days), "day", p.say.ShortDay(l.Last())),
			widget.NewPlainButton(p.t("see_code"), func() { p.seeCode(l.Code) })))
	}
	return widget.NewPanel(out)
}
