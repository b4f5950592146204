package accompaniment

import (
	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/along"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// agreed is an agreement: who, where and when, the papers for it, and what a person
// says came of it.
type agreed struct {
	p     *Page
	a     *along.Agreed
	kinds []referral.Kind
	keys  *widget.OneKey
}

func newAgreed(p *Page, a *along.Agreed) *agreed { return &agreed{p: p, a: a} }

func (x *agreed) keep() bool       { return false }
func (x *agreed) focus()           { widget.FocusOn(x.keys) }
func (x *agreed) digit(n int) bool { return x.keys.Digit(n) }

func (x *agreed) build() []fyne.CanvasObject {
	p, s := x.p, x.p.say
	r, pl := &x.a.Referral, &x.a.Plan
	parts := p.headOf(r.Code, x.to())
	name := p.snap.names[pl.With]
	if name == "" {
		name = s.T("accompaniment.somebody")
	}
	lost := pl.With != "" && p.snap.names[pl.With] == "" && pl.On >= p.today()
	if lost {
		parts = append(parts, toneText(widget.ToneTrouble, s.T("accompaniment.lost")))
	}
	parts = append(parts, widget.NewSmallPanel(widget.NewColumn(theme.Space4,
		widget.NewText(s.T("accompaniment.goes_along", "name", name), widget.Style{Bold: true, Size: theme.CardTitle}),
		widget.NewText(x.when(), widget.Style{}), x.where())))
	parts = append(parts, p.wishes(&x.a.Wanted), x.papers())
	due := pl.On <= p.today()
	x.kinds = []referral.Kind{referral.CarriedOut, referral.FellThrough, referral.NoRoom, referral.DidNotFit, referral.Unknown}
	if !due || lost {
		x.kinds = []referral.Kind{referral.FellThrough, referral.DidNotWant, referral.CarriedOut}
	}
	texts := make([]string, len(x.kinds))
	for i, k := range x.kinds {
		texts[i] = s.T("followup.outcome." + string(k))
	}
	had := x.keys
	x.keys = widget.NewOneKey(texts, due || lost, x.take)
	if had == nil && due && !lost {
		parts = append(parts, widget.NewText(x.question(), widget.Style{Bold: true}))
	}
	return []fyne.CanvasObject{widget.NewPanel(widget.NewColumn(theme.Space12, append(parts, x.keys)...))}
}

func (x *agreed) to() []string {
	if x.a.Plan.To != "" {
		return []string{x.a.Plan.To}
	}
	return x.a.Referral.Communities
}

func (x *agreed) question() string {
	if x.a.Plan.On == x.p.today() {
		return x.p.say.T("followup.ask_carried_out_today")
	}
	return x.p.say.T("followup.ask.ask_carried_out")
}

// when says the day and the time in full.
func (x *agreed) when() string {
	pl, s := &x.a.Plan, x.p.say
	t, err := pl.On.Time()
	if err != nil {
		return string(pl.On)
	}
	when := s.WeekdayDay(t)
	if c := s.ClockOf(pl.At); c != "" {
		when += " " + s.T("words.clock.at", "from", c)
	}
	return when
}

func (x *agreed) where() fyne.CanvasObject {
	text := x.p.say.T("accompaniment.no_where")
	if w := x.a.Plan.Where; w != "" {
		text = x.p.say.T("accompaniment.meet", "where", w)
	}
	return widget.NewText(text, widget.Style{Ink: widget.Quiet, Size: theme.Quiet})
}

// papers are the ways to the companion's sheet and, where the citizen said yes to
// it, the host's note; and to change what is agreed.
func (x *agreed) papers() fyne.CanvasObject {
	p, s, code := x.p, x.p.say, x.a.Referral.Code
	line := widget.NewFlow(theme.Space8)
	if p.d.PrintBriefing != nil {
		line.Add(widget.NewQuietButton(s.T("accompaniment.briefing"), "", func() { p.d.PrintBriefing(code) }))
	}
	if p.d.HostNote != nil && p.mayTellHost(code) {
		line.Add(widget.NewQuietButton(s.T("accompaniment.host_note"), "", func() { p.d.HostNote(code) }))
	}
	line.Add(widget.NewPlainButton(s.T("accompaniment.change"), x.change))
	if p.d.FollowUp != nil {
		line.Add(widget.NewPlainButton(s.T("accompaniment.whole_life"), func() { p.d.FollowUp(code) }))
	}
	if b := p.offerCard(code); b != nil {
		line.Add(b)
	}
	return line
}

// offerCard is the way to a contact card where the code has none; nil where there is one.
func (p *Page) offerCard(code referral.Code) *widget.Button {
	if p.d.Cards == nil || p.d.NewCard == nil {
		return nil
	}
	if i, err := p.d.Cards.CardOf(code); err != nil || i != nil {
		return nil
	}
	return widget.NewPlainButton(p.say.T("card.offer_do"), func() { p.d.NewCard(code) })
}

// mayTellHost says whether the citizen said yes to the host being told.
func (p *Page) mayTellHost(code referral.Code) bool {
	if p.d.Cards == nil {
		return false
	}
	i, err := p.d.Cards.CardOf(code)
	return err == nil && i != nil && i.Consent.TellHost
}

// change opens the form with what is agreed.
func (x *agreed) change() {
	p := x.p
	f := along.Fit{Ambassador: directory.Ambassador{ID: x.a.Plan.With, Name: p.snap.names[x.a.Plan.With]}}
	for _, y := range p.rank(&x.a.Referral, &x.a.Wanted) {
		if y.Ambassador.ID == x.a.Plan.With {
			f = y
			f.Full = false // full with this one too
		}
	}
	p.notice = nil
	p.set(newPlan(p, &x.a.Referral, x.a.Life, &f, x.a))
	p.shown.focus()
}

// take records what a person says came of it.
func (x *agreed) take(i int) {
	p, k := x.p, x.kinds[i]
	e := referral.Event{Code: x.a.Referral.Code, Referral: x.a.Referral.ID, Kind: k, On: min(x.a.Plan.On, p.today()), Late: referral.Allowed(x.a.Life, k) != nil}
	if k == referral.FellThrough || k == referral.Unknown || k == referral.DidNotWant {
		e.On = p.today() // it became known today
	}
	p.record(e, func(e referral.Event, err error) {
		if err != nil {
			p.notice = p.failure(err)
			p.again()
			return
		}
		key := "accompaniment.said." + string(k)
		if !p.say.Has(key) {
			key = "accompaniment.said.other"
		}
		p.notice = p.said(p.say.T(key, "what", p.say.Label("event", string(k))), e)
		if k == referral.FellThrough { // on to finding somebody new
			p.ask = e.Code
			p.reload()
			return
		}
		p.set(&done{p})
		p.code = e.Code
		widget.FocusOn(p.list)
	})
}

// done leaves what was said in sight, until another code is chosen.
type done struct{ p *Page }

func (d *done) focus()                     {}
func (d *done) digit(int) bool             { return false }
func (d *done) keep() bool                 { return true }
func (d *done) build() []fyne.CanvasObject { return (&nothing{d.p}).build() }
