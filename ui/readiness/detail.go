package readiness

import (
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	rules "github.com/faellesskabsby/vejviser/localdb/readiness"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

func (p *Page) nameOf(o *organisation) string {
	if o.name == "" {
		return p.t("own")
	}
	return o.name
}

// standing says in a line what is there, or what it is time for.
func (p *Page) standing(o *organisation) string {
	if len(o.reminders) > 0 {
		return p.t("row_" + string(o.reminders[0].Kind))
	}
	var last directory.Day
	for _, d := range o.desks {
		last = max(last, d.Last().On)
	}
	switch {
	case last != "":
		return p.t("row_last", "day", p.say.ShortDay(last))
	case o.agreement != nil:
		return p.t("row_agreement")
	}
	return p.t("row_nothing")
}

// show puts an organisation on the right: how its desks see themselves, what it has
// agreed to, and what can be done.
func (p *Page) show(o *organisation) {
	if p.said != nil {
		p.inside.Add(p.said)
	}
	head := widget.NewColumn(theme.Space4, widget.NewText(p.nameOf(o), widget.Style{Size: theme.Heading, Bold: true}))
	for _, r := range o.reminders {
		head.Add(widget.NewText(p.reminder(r), widget.Style{Ink: widget.Quiet}))
	}
	p.inside.Add(head)
	desks := widget.NewColumn(theme.Space12)
	for i := range o.desks {
		desks.Add(p.desk(o, &o.desks[i]))
	}
	if len(o.desks) == 0 {
		desks.Add(widget.NewPanel(widget.NewColumn(theme.Space8,
			widget.NewText(p.t("none_title"), widget.Style{Size: theme.CardTitle, Bold: true}),
			widget.NewText(p.t("none_text"), widget.Style{Ink: widget.Quiet}))))
	}
	p.inside.Add(widget.NewPair(theme.Space16, theme.Scaled(300), desks, p.agreement(o)))
	if p.snap.may.check(o.name) {
		text := p.t("check_again")
		if len(o.desks) == 0 {
			text = p.t("check_first")
		}
		p.begin = widget.NewQuietButton(text, "Ctrl N", p.startCheck)
		p.begin.SetPrimary(len(o.desks) == 0 || isDue(o.reminders)) // nobody is urged before it is time
		p.acts.Add(p.begin)
	}
	if p.snap.may.agree() {
		text := p.t("agreement_edit")
		if o.agreement == nil {
			text = p.t("agreement_new")
		}
		p.acts.Add(widget.NewQuietButton(text, "Ctrl E", p.editAgreement))
	}
}

// isDue says whether it is time for a self-check.
func isDue(list []rules.Reminder) bool {
	return slices.ContainsFunc(list, func(r rules.Reminder) bool { return r.Kind == rules.CheckDue })
}

// reminder is a quiet line of what it is time for.
func (p *Page) reminder(r rules.Reminder) string {
	if r.Kind == rules.CheckDue && r.Desk != "" {
		return p.t("reminder_check_desk", "desk", r.Desk, "day", p.say.Day(r.On))
	}
	return p.t("reminder_"+string(r.Kind), "day", p.say.Day(r.On))
}

// desk shows how a desk saw itself the last two times, side by side, and the one
// next step. The answers are words.
func (p *Page) desk(o *organisation, d *rules.Desk) fyne.CanvasObject {
	last, before := d.Last(), d.Before()
	name := d.Name
	if name == "" {
		name = p.t("desk_only")
	}
	line := p.t("last_alone", "day", p.say.Day(last.On))
	if due := rules.NextDue(last.On); due > p.today() {
		line = p.t("last_next", "day", p.say.Day(last.On), "next", p.say.Day(due))
	}
	col := widget.NewColumn(theme.Space12, widget.NewColumn(2,
		widget.NewText(name, widget.Style{Size: theme.CardTitle, Bold: true}),
		widget.NewText(line, widget.Style{Size: theme.Quiet, Ink: widget.Quiet})), p.answers(last, before))
	if last.NextStep != "" {
		col.Add(widget.NewTonePanel(widget.ToneGood, widget.NewColumn(2,
			widget.NewText(p.t("next_step"), widget.Style{Size: theme.Small, Bold: true, Ink: widget.OnTint}),
			widget.NewText(last.NextStep, widget.Style{Ink: widget.OnTint}))))
	}
	if p.snap.may.check(o.name) {
		col.Add(widget.NewFlow(0, widget.NewPlainButton(p.t("check_edit", "day", p.say.ShortDay(last.On)), func() { p.editCheck(last) })))
	}
	return widget.NewPanel(col)
}

// answers is a small table: the five parts, and how it was then and now.
func (p *Page) answers(last, before *rules.Check) fyne.CanvasObject {
	rows := widget.NewColumn(theme.Space8)
	row := func(part, then, now fyne.CanvasObject) {
		if before == nil {
			rows.Add(widget.NewTiles(theme.Space12, theme.Scaled(70), part, now))
			return
		}
		rows.Add(widget.NewTiles(theme.Space12, theme.Scaled(70), part, then, now))
	}
	quiet := widget.Style{Size: theme.Small, Bold: true, Ink: widget.Quiet}
	then := ""
	if before != nil {
		then = p.say.ShortDay(before.On)
	}
	if before != nil {
		row(widget.NewText("", quiet), widget.NewText(then, quiet), widget.NewText(p.say.ShortDay(last.On), quiet))
	}
	for _, part := range rules.Parts {
		row(widget.NewText(p.t("part."+part), widget.Style{}),
			widget.NewText(p.answer(before, part), widget.Style{Ink: widget.Quiet}),
			widget.NewText(p.answer(last, part), widget.Style{Bold: true}))
	}
	return rows
}

// answer is a desk's answer in words.
func (p *Page) answer(c *rules.Check, part string) string {
	if c == nil || c.Answers[part] == 0 {
		return p.t("answer.none")
	}
	return p.t(fmt.Sprintf("answer.%d", c.Answers[part]))
}

// agreement shows what the organisation has agreed to, and how the month comes along.
func (p *Page) agreement(o *organisation) fyne.CanvasObject {
	a := o.agreement
	col := widget.NewColumn(theme.Space12, widget.NewText(p.t("agreement"), widget.Style{Size: theme.CardTitle, Bold: true}))
	if a == nil {
		col.Add(widget.NewText(p.t("agreement_none"), widget.Style{Ink: widget.Quiet}))
		if p.snap.may.agree() {
			col.Add(widget.NewText(p.t("agreement_none_hint"), widget.Style{Ink: widget.Quiet}))
		}
	}
	col.Add(p.progress(o))
	if a == nil {
		return widget.NewPanel(col)
	}
	fact := func(key, text string) {
		if text = strings.TrimSpace(text); text != "" {
			col.Add(widget.NewColumn(0, widget.NewText(p.t("fact."+key), widget.Style{Size: theme.Small, Bold: true, Ink: widget.Quiet}),
				widget.NewText(text, widget.Style{})))
		}
	}
	fact("responsible", a.Responsible)
	if a.Hours > 0 {
		fact("hours", p.t("hours", "n", p.hours(a.Hours)))
	}
	fact("next_talk", p.say.Day(a.NextTalk))
	fact("from", p.say.Day(a.From))
	fact("note", a.Note)
	return widget.NewPanel(col)
}

// progress says how the month comes along, in the figure that may be shown.
func (p *Page) progress(o *organisation) fyne.CanvasObject {
	col := widget.NewColumn(theme.Space8)
	goal := o.now.Goal
	if goal > 0 {
		col.Add(widget.NewText(p.say.N("readiness.goal", goal), widget.Style{Bold: true}))
	}
	if !p.snap.may.counts() {
		col.Add(widget.NewText(p.t("no_counts"), widget.Style{Ink: widget.Quiet, Size: theme.Quiet}))
		return col
	}
	text := p.monthly("month_now", o.now)
	if o.now.Reached() {
		text += " " + p.t("reached")
	}
	col.Add(widget.NewText(text, widget.Style{}))
	if goal > 0 && !o.now.Count.Few {
		bar := widget.NewProgress()
		bar.Set(float32(o.now.Part()))
		col.Add(bar)
	}
	col.Add(widget.NewText(p.monthly("month_then", o.then), widget.Style{Ink: widget.Quiet}))
	col.Add(widget.NewText(p.t("rounded"), widget.Style{Size: theme.Small, Ink: widget.Quiet}))
	return col
}

func (p *Page) monthly(key string, x rules.Progress) string {
	if x.Count.Few {
		key += "_few"
	}
	return p.t(key, "month", p.month(x.Month), "n", x.Count)
}

// month is a month's name.
func (p *Page) month(d directory.Day) string {
	t, err := d.Time()
	if err != nil {
		return ""
	}
	return p.say.T(fmt.Sprintf("words.month.%d", int(t.Month())))
}

// hours writes hours as the language does: "2,5".
func (p *Page) hours(n float64) string {
	v := strings.TrimSuffix(fmt.Sprintf("%.1f", n), ".0")
	if p.d.Lang != "en" {
		v = strings.Replace(v, ".", ",", 1)
	}
	return v
}
