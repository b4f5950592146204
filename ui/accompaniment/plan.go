package accompaniment

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/along"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// plan is the form of an agreement: who goes along is chosen, where and when is
// suggested – the community's next date, and half an hour before.
type plan struct {
	p        *Page
	referral *referral.Referral
	life     referral.Life
	fit      *along.Fit
	before   *along.Agreed // the agreement that this one takes the place of; may be nil

	to      string
	dates   []directory.Occurrence
	choice  *widget.Segmented
	toField *widget.Choice
	day     *widget.Field
	clock   *widget.Field
	where   *widget.Field
	when    *fyne.Container
	agree   *widget.Button
	sure    bool // what may be a CPR number was looked at
	typed   string
}

// meetBefore is how long before the community meets one meets to go along.
const meetBefore = 30 * time.Minute

// mostDates is how many of the community's next dates are offered.
const mostDates = 3

func newPlan(p *Page, r *referral.Referral, l referral.Life, f *along.Fit, before *along.Agreed) *plan {
	x := &plan{p: p, referral: r, life: l, fit: f, before: before}
	s := p.say
	x.day = widget.NewField(s.T("accompaniment.day"))
	x.day.Entry.SetPlaceHolder(s.T("accompaniment.day_example", "example", say.TypedDay(p.today().AddDays(7))))
	x.clock = widget.NewField(s.T("accompaniment.clock"))
	x.where = widget.NewField(s.T("accompaniment.where"))
	for _, fl := range []*widget.Field{x.day, x.clock, x.where} {
		fl.Entry.OnChanged = func(string) { x.problem(fl, "") }
		fl.Entry.OnSubmitted = func(string) { x.submit() }
	}
	x.agree = widget.NewPrimaryButton(s.T("accompaniment.agree"), "⏎", x.submit)
	x.when = widget.NewColumn(theme.Space8)
	x.communities()
	if before != nil {
		x.fill(&before.Plan)
	}
	return x
}

// communities offers where they go: the communities of the referral.
func (x *plan) communities() {
	var options []widget.Option
	for _, id := range x.referral.Communities {
		if c := x.p.community(id); c != nil {
			options = append(options, widget.Option{Value: id, Text: c.Name})
		}
	}
	first := ""
	if len(options) > 0 {
		first = options[0].Value
	}
	if len(options) > 1 {
		x.toField = widget.NewChoice(options, first, func(id string) { x.suggest(id); x.p.relayout() })
	}
	x.suggest(first)
}

// suggest offers the next dates of a community, half an hour before, and where one
// meets there the first time.
func (x *plan) suggest(id string) {
	x.to, x.dates = id, nil
	s := x.p.say
	var options []widget.Option
	c := x.p.community(id)
	if c != nil {
		for _, o := range c.Next(x.p.d.Now(), mostDates+1) { // one may have begun
			if o.Start.After(x.p.d.Now()) && len(x.dates) < mostDates {
				x.dates = append(x.dates, o)
			}
		}
		x.where.Entry.SetText(c.MeetingPoint())
	}
	for i, o := range x.dates {
		options = append(options, widget.Option{Value: fmt.Sprint(i), Text: s.ShortNext(o)})
	}
	options = append(options, widget.Option{Value: "other", Text: s.T("followup.when_other")})
	x.choice = widget.NewSegmented(options, options[0].Value, x.pick)
	x.when.Objects = []fyne.CanvasObject{widget.Labelled(s.T("accompaniment.when"), x.choice), widget.NewPair(theme.Space12, theme.Scaled(150), x.day, x.clock)}
	x.pick(options[0].Value)
}

// pick takes one of the next dates into the fields, or leaves them to be typed.
func (x *plan) pick(value string) {
	if value == "other" {
		x.day.Entry.SetText("")
		x.p.relayout()
		if len(x.dates) > 0 { // chosen by hand; else there is nothing else to choose
			widget.FocusOn(x.day.Entry)
		}
		return
	}
	for i, o := range x.dates {
		if fmt.Sprint(i) != value {
			continue
		}
		x.day.Entry.SetText(say.TypedDay(directory.DayOf(o.Start)))
		x.clock.Entry.SetText("")
		if o.HasTime {
			x.clock.Entry.SetText(x.p.say.Clock(o.Start.In(directory.Copenhagen).Add(-meetBefore)))
		}
	}
	x.p.relayout()
}

// fill takes an agreement that is there into the fields.
func (x *plan) fill(b *referral.Plan) {
	if b.To != "" && b.To != x.to && x.toField != nil {
		x.toField.Select(b.To)
		x.suggest(b.To)
	}
	x.choice.Select("other")
	for i, o := range x.dates {
		if directory.DayOf(o.Start) == b.On {
			x.choice.Select(fmt.Sprint(i))
		}
	}
	x.day.Entry.SetText(say.TypedDay(b.On))
	x.clock.Entry.SetText(x.p.say.ClockOf(b.At))
	x.where.Entry.SetText(b.Where)
}

func (x *plan) keep() bool     { return true }
func (x *plan) digit(int) bool { return false }

// focus goes to the button where everything is suggested, else to what is missing.
func (x *plan) focus() {
	if x.day.Entry.Text == "" {
		widget.FocusOn(x.day.Entry)
		return
	}
	widget.FocusOn(x.agree)
}

func (x *plan) build() []fyne.CanvasObject {
	p, s := x.p, x.p.say
	parts := []fyne.CanvasObject{
		widget.NewText(s.T("accompaniment.plan", "code", spaced(x.referral.Code)), widget.Style{Bold: true, Size: theme.Heading}),
		widget.NewSmallPanel(p.person(x.fit)),
		widget.NewFlow(0, widget.NewPlainButton(s.T("accompaniment.another"), x.back)),
	}
	if !x.fit.Can() {
		parts = append(parts, toneText(widget.ToneWaiting, s.T("accompaniment.ask_first")))
	}
	if x.toField != nil {
		parts = append(parts, widget.Labelled(s.T("accompaniment.to"), x.toField))
	} else if c := p.community(x.to); c != nil {
		parts = append(parts, widget.Labelled(s.T("accompaniment.to"), widget.NewText(c.Name, widget.Style{Bold: true})))
	}
	parts = append(parts, x.when, x.where,
		widget.NewFlow(theme.Space8, x.agree, widget.NewQuietButton(s.T("accompaniment.cancel"), "", x.leave)))
	return []fyne.CanvasObject{widget.NewPanel(widget.NewColumn(theme.Space12, parts...))}
}

// back chooses somebody else.
func (x *plan) back() {
	w := along.Waiting{Referral: *x.referral, Life: x.life, Since: x.referral.At}
	if at, ok := x.p.snap.places[x.referral.Code]; ok && at.waits {
		w = x.p.snap.queue[at.at]
	} else if e := lastOf(x.life.Events, referral.AccompanimentWanted); e != nil {
		w.Since = e.On
		if e.Wanted != nil {
			w.Wanted = *e.Wanted
		}
	}
	x.p.set(&waiting{p: x.p, w: &w, fits: x.p.rank(&w.Referral, &w.Wanted), before: x.before})
	x.p.shown.focus()
}

func (x *plan) leave() {
	x.p.open(x.referral.Code)
	widget.FocusOn(x.p.list)
}

func (x *plan) problem(f *widget.Field, text string) {
	if f.Problem() != text {
		f.SetProblem(text)
		x.p.relayout()
	}
}

// read gives the agreement that the fields say; what cannot be is said beside its
// field, and what was typed stays.
func (x *plan) read() (referral.Plan, bool) {
	s, today := x.p.say, x.p.today()
	out := referral.Plan{With: x.fit.Ambassador.ID, Where: x.where.Entry.Text, To: x.to}
	d, err := say.ReadDay(x.day.Entry.Text, today, true)
	switch {
	case err != nil:
		x.wrong(x.day, s.T("followup.when_bad", "example", say.TypedDay(today.AddDays(7))))
		return out, false
	case !dayIn(d, today):
		x.wrong(x.day, s.T("accompaniment.day_past"))
		return out, false
	}
	out.On = d
	if t := x.clock.Entry.Text; t != "" {
		if out.At = say.ReadClock(t); out.At == "" {
			x.wrong(x.clock, s.T("accompaniment.clock_bad"))
			return out, false
		}
	}
	switch v := privacy.CheckCPR(out.Where, today).Verdict; {
	case v == privacy.Stop:
		x.wrong(x.where, s.T("store.cpr_stop"))
		return out, false
	case v == privacy.Ask && !(x.sure && x.typed == out.Where):
		x.sure, x.typed = true, out.Where
		x.wrong(x.where, s.T("store.cpr_ask"))
		return out, false
	}
	return out, true
}

func (x *plan) wrong(f *widget.Field, text string) {
	x.problem(f, text)
	widget.FocusOn(f.Entry)
}

// submit keeps the agreement.
func (x *plan) submit() {
	pl, ok := x.read()
	if !ok {
		return
	}
	p := x.p
	e := referral.Event{Code: x.referral.Code, Referral: x.referral.ID, Kind: referral.Arranged, On: p.today(), Plan: &pl}
	if x.before != nil {
		e.Undoes, e.Late, e.On = x.before.Event.ID, x.before.Event.Late, x.before.Event.On
	} else {
		e.Late = referral.Allowed(x.life, referral.Arranged) != nil
	}
	p.record(e, func(e referral.Event, err error) {
		if err != nil {
			p.notice = p.failure(err)
			p.again()
			return
		}
		p.notice = p.said(p.say.T("accompaniment.agreed", "name", x.fit.Ambassador.Name, "when", p.short(pl.On)), e)
		p.code = e.Code
		p.ask = e.Code
		p.reload()
	})
}
