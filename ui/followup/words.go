package followup

import (
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// words says lives and tasks in the person's language.
type words struct {
	*say.Speaker
	today  directory.Day
	people map[string]string // names of ambassadors
}

func (p *Page) words() words {
	w := words{Speaker: p.say, today: p.today()}
	if p.snap != nil {
		w.people = p.snap.names
	}
	return w
}

// short is a day in few words: today, tomorrow, yesterday, else "24. nov.".
func (w words) short(d directory.Day) string {
	switch w.today.DaysUntil(d) {
	case 0:
		return w.T("followup.day_today")
	case 1:
		return w.T("followup.day_tomorrow")
	case -1:
		return w.T("followup.day_yesterday")
	}
	return w.ShortDay(d)
}

// state is the chip of a row: what is to be asked, or how it stands.
func (w words) state(t *referral.Told, k *referral.Task) (string, widget.Tone) {
	if k == nil {
		return w.standing(t)
	}
	if k.When == referral.Quiet {
		return w.T("followup.chip_unclear"), widget.ToneWaiting
	}
	tone := widget.ToneGood
	if k.When == referral.Overdue {
		tone = widget.ToneWaiting
	}
	switch k.Kind {
	case referral.FindCompanion:
		if t.Gone || t.Life.State == referral.State(referral.FellThrough) || k.When == referral.Overdue {
			tone = widget.ToneTrouble
		} else {
			tone = widget.ToneWaiting
		}
	case referral.AskCarriedOut:
		switch {
		case k.On > w.today:
			return w.T("followup.chip_agreed", "day", w.short(k.On)), tone
		case k.On == w.today:
			return w.T("followup.chip_today"), tone
		}
	case referral.OfferOther, referral.PracticeGround, referral.Unclear:
		tone = widget.ToneWaiting
	case referral.AskWelcomed:
		if k.On > w.today {
			return w.T("followup.chip_ask_on", "day", w.short(k.On)), tone
		}
	}
	return w.T("followup.chip." + string(k.Kind)), tone
}

// standing is the chip of a life that nothing is due in.
func (w words) standing(t *referral.Told) (string, widget.Tone) {
	if t.Referral.ID == "" {
		return w.T("followup.chip_elsewhere"), widget.ToneWaiting
	}
	tone := widget.ToneGood
	switch referral.Kind(t.Life.State) {
	case referral.NoRoom, referral.DidNotFit, referral.DidNotWant:
		tone = widget.TonePlain
	case referral.FellThrough:
		tone = widget.ToneTrouble
	case referral.AccompanimentWanted:
		tone = widget.ToneWaiting
	case referral.Unknown:
		return w.T("followup.chip_unclear"), widget.ToneWaiting
	}
	return w.Label("event", string(t.Life.State)), tone
}

// news says in one line what happened and when: "Vist vej 24. nov. · intet hørt
// endnu".
func (w words) news(t *referral.Told) string {
	var parts []string
	if t.Referral.ID != "" {
		parts = append(parts, w.T("followup.news.shown", "day", w.short(t.Referral.At)))
	}
	evs := t.Life.Events
	if len(evs) == 0 {
		evs = t.Life.Odd
	}
	if len(evs) == 0 {
		return strings.Join(parts, " · ")
	}
	switch last := &evs[len(evs)-1]; last.Kind {
	case referral.Shown:
		parts = append(parts, w.T("followup.news.nothing"))
	case referral.Arranged:
		parts = append(parts, w.plan(last))
	default:
		parts = append(parts, w.T("followup.news."+string(last.Kind), "day", w.short(last.On)))
	}
	return strings.Join(parts, " · ")
}

// plan says an arrangement in few words: "følges med Anders i dag kl. 9.30".
func (w words) plan(e *referral.Event) string {
	if e.Plan == nil {
		return w.T("followup.news.arranged", "day", w.short(e.On))
	}
	when := w.short(e.Plan.On)
	if c := w.ClockOf(e.Plan.At); c != "" {
		when += " " + w.T("words.clock.at", "from", c)
	}
	if n := w.people[e.Plan.With]; n != "" {
		return w.T("followup.news.arranged_with", "name", n, "when", when)
	}
	return w.T("followup.news.arranged", "day", when)
}

// outcome is what an outcome is called by who says it. Inside a community, to leave
// is said otherwise than never to have come.
func (w words) outcome(k referral.Kind, inside bool) string {
	if key := "followup.outcome_inside." + string(k); inside && w.Has(key) {
		return w.T(key)
	}
	return w.T("followup.outcome." + string(k))
}

// steps turns a life into the points of its timeline.
func (w words) steps(t *referral.Told, k *referral.Task) []widget.Step {
	var out []widget.Step
	for i := range t.Life.Events {
		e := &t.Life.Events[i]
		out = append(out, widget.Step{Title: w.stepTitle(e), Sub: w.stepSub(t, e), Look: widget.StepDone})
	}
	for i := range t.Life.Odd {
		e := &t.Life.Odd[i]
		out = append(out, widget.Step{Title: w.Label("event", string(e.Kind)), Sub: w.ShortDay(e.On) + " · " + w.T("followup.odd"), Look: widget.StepOdd})
	}
	for i := range t.Life.Undone {
		if e := &t.Life.Undone[i]; e.Undoes == "" && !saidAnew(&t.Life, e) {
			out = append(out, widget.Step{Title: w.Label("event", string(e.Kind)), Sub: w.ShortDay(e.On) + " · " + w.T("followup.undone"), Look: widget.StepBack})
		}
	}
	look := widget.StepNext
	for _, a := range w.ahead(t, k) {
		out = append(out, widget.Step{Title: a, Look: look})
		look = widget.StepLater
	}
	return out
}

// saidAnew says that an event stands there still, with more or other words: nobody
// took it back.
func saidAnew(l *referral.Life, e *referral.Event) bool {
	return slices.ContainsFunc(l.Events, func(o referral.Event) bool { return o.Undoes == e.ID && o.Kind == e.Kind })
}

func (w words) stepTitle(e *referral.Event) string {
	if e.Kind == referral.Arranged && e.Plan != nil {
		if n := w.people[e.Plan.With]; n != "" {
			return w.T("followup.step_arranged_with", "name", n)
		}
	}
	return w.Label("event", string(e.Kind))
}

func (w words) stepSub(t *referral.Told, e *referral.Event) string {
	parts := []string{w.ShortDay(e.On)}
	switch {
	case e.Kind == referral.Shown:
		for _, s := range []string{t.Referral.Place, strings.ToLower(w.Label("depth", string(t.Referral.Depth)))} {
			if s != "" {
				parts = append(parts, s)
			}
		}
	case e.Plan != nil:
		parts[0] = w.meet(e.Plan)
	case e.Wanted != nil:
		if s := w.wanted(e.Wanted); s != "" {
			parts = append(parts, s)
		}
	}
	if e.Late {
		parts = append(parts, w.T("followup.late"))
	}
	return strings.Join(parts, " · ")
}

// meet says where and when somebody meets who goes along.
func (w words) meet(p *referral.Plan) string {
	when := w.ShortDay(p.On)
	if c := w.ClockOf(p.At); c != "" {
		when += " " + w.T("words.clock.at", "from", c)
	}
	if p.Where == "" {
		return when
	}
	return w.T("followup.step_meet", "where", p.Where, "when", when)
}

func (w words) wanted(x *referral.Wanted) string {
	parts := []string{}
	for _, s := range []string{x.Area, w.Labels("language", x.Languages), w.Labels("time", x.Times)} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " · ")
}

// ahead is what is hoped for next, the first as the question that is asked.
func (w words) ahead(t *referral.Told, k *referral.Task) []string {
	if k == nil {
		return nil
	}
	path := map[referral.TaskKind][]string{
		referral.FindCompanion:  {"ask.find_companion", "carried_out", "welcomed", "still_coming"},
		referral.AskCarriedOut:  {"ask.ask_carried_out", "welcomed", "still_coming"},
		referral.AskWelcomed:    {"ask.ask_welcomed", "still_coming"},
		referral.StillComing4w:  {"ask.still_coming_4w"},
		referral.StillComing3m:  {"ask.still_coming_3m"},
		referral.OfferOther:     {"ask.offer_other"},
		referral.Unclear:        {"ask.unclear"},
		referral.PracticeGround: {"ask.practice_ground"},
	}[k.Kind]
	var out []string
	for i, s := range path {
		switch {
		case i > 0:
			out = append(out, w.Label("event", s))
		case k.Kind == referral.AskCarriedOut && k.On == w.today:
			out = append(out, w.T("followup.ask_carried_out_today"))
		case k.On > w.today:
			out = append(out, w.T("followup.ask_on", "ask", w.T("followup."+s), "day", w.short(k.On)))
		default:
			out = append(out, w.T("followup."+s))
		}
	}
	return out
}
