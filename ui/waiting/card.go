package waiting

import (
	"errors"
	"strings"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// card is the detail of one code: its life, and the recording of what happened.
type card struct {
	p       *Page
	life    *life
	kinds   []referral.Kind
	all     bool // also what does not fit now
	on      string
	day     *widget.Field
	when    *widget.Segmented
	choices *choices
	notice  fyne.CanvasObject
	busy    bool
}

func (p *Page) showLife(l *life) {
	if p.card != nil && p.card.life.code == l.code {
		p.card.life = l
		return
	}
	p.card, p.reported = &card{p: p, life: l, on: "today"}, ""
	p.card.build()
	p.detail.ToTop()
	p.relayout()
}

// build makes the card's parts anew from the life.
func (c *card) build() {
	p, s := c.p, c.p.say
	parts := []fyne.CanvasObject{
		widget.NewText(spaced(c.life.code), widget.Style{Size: theme.Page, Bold: true}),
		widget.NewText(s.T("waiting.code_tells_nobody"), widget.Style{Ink: widget.Quiet, Size: theme.Quiet}),
	}
	if c.life.known {
		parts = append(parts, widget.NewText(strings.Join(c.life.names, "\n"), widget.Style{Bold: true, Size: theme.CardTitle}))
	} else {
		parts = append(parts, widget.NewTonePanel(widget.ToneWaiting, widget.NewText(s.T("waiting.code_unknown"), widget.Style{Ink: widget.OnWaiting})))
	}
	if steps := c.life.steps(s, p.waitingIDs()); c.life.known && len(steps) > 0 {
		parts = append(parts, newTimeline(steps))
	}
	if c.notice != nil {
		parts = append(parts, c.notice)
	}
	parts = append(parts, c.recording()...)
	p.inside.Objects = []fyne.CanvasObject{widget.NewPanel(widget.NewColumn(theme.Space12, parts...))}
}

// recording makes the part where a person says what happened, and when.
func (c *card) recording() []fyne.CanvasObject {
	p, s := c.p, c.p.say
	c.kinds = outcomes(c.life.life, c.life.known, c.all)
	words, offers := make([]string, len(c.kinds)), make([]string, len(c.kinds))
	for i, k := range c.kinds {
		words[i] = outcomeWords(s, k)
		offers[i] = s.T("waiting.record", "outcome", words[i])
	}
	c.choices = newChoices(words, offers, func(int) { p.relayout() }, c.record)
	c.when = widget.NewSegmented([]widget.Option{
		{Value: "today", Text: s.T("waiting.when_today")},
		{Value: "yesterday", Text: s.T("waiting.when_yesterday")},
		{Value: "other", Text: s.T("waiting.when_other")},
	}, c.on, c.setWhen)
	typed := ""
	if c.day != nil {
		typed = c.day.Entry.Text
	}
	c.day = widget.NewField(s.T("waiting.when_placeholder", "example", shortForm(p.today().AddDays(-7))))
	c.day.Entry.SetText(typed)
	c.day.Entry.OnSubmitted = func(string) { c.record() }
	c.day.Entry.OnChanged = func(string) { c.say(c.day, "") }
	show(c.day, c.on == "other")
	out := []fyne.CanvasObject{
		widget.Labelled(s.T("waiting.when_label"), c.when), c.day,
		widget.Labelled(s.T("waiting.outcome_label"), c.choices),
		widget.NewText(s.T("waiting.record_hint"), widget.Style{Size: theme.Small, Ink: widget.Quiet}),
	}
	if c.life.known {
		more := s.T("waiting.outcome_more")
		if c.all {
			more = s.T("waiting.outcome_fewer")
		}
		out = append(out, widget.NewFlow(0, widget.NewPlainButton(more, func() {
			c.all = !c.all
			c.build()
			p.relayout()
			widget.FocusOn(c.choices)
		})))
	}
	return out
}

// refresh shows the life as it is in the store now; an outcome that is chosen
// but not recorded stays chosen.
func (c *card) refresh() {
	l, err := readLife(c.p.d.Store, c.life.code)
	if err != nil {
		c.p.tell(widget.ToneTrouble, c.p.say.T("waiting.load_failed"))
		return
	}
	var chosen referral.Kind
	if i := c.choices.chosen; i >= 0 {
		chosen = c.kinds[i]
	}
	c.life = l
	c.build()
	for i, k := range c.kinds {
		if k == chosen {
			c.choices.choose(i)
		}
	}
}

func (c *card) setWhen(value string) {
	c.on = value
	show(c.day, value == "other")
	c.p.relayout()
	if value == "other" {
		widget.FocusOn(c.day.Entry)
	}
}

// readWhen gives the day a person chose; where it cannot be one, it is said
// beside the field and the typed text stays.
func (c *card) readWhen() (directory.Day, bool) {
	today := c.p.today()
	d := today
	var err error
	switch c.on {
	case "yesterday":
		d = today.AddDays(-1)
		if s := c.life.shownOn(); s.Valid() && d < s {
			err = errBefore
		}
	case "other":
		d, err = readDay(c.day.Entry.Text, today, c.life.shownOn())
	}
	s := c.p.say
	switch {
	case err == nil:
		return d, true
	case errors.Is(err, errFuture):
		c.say(c.day, s.T("waiting.when_future"))
	case errors.Is(err, errBefore):
		show(c.day, true)
		c.say(c.day, s.T("waiting.when_before", "day", s.Day(c.life.shownOn())))
	default:
		c.say(c.day, s.T("waiting.when_bad", "example", shortForm(today.AddDays(-7))))
	}
	return "", false
}

func (c *card) say(f *widget.Field, problem string) {
	if f.Problem() != problem {
		f.SetProblem(problem)
		c.p.relayout()
	}
}

// record keeps what was chosen: away from the screen, because it is on the disk
// before it counts.
func (c *card) record() {
	if c.busy || c.choices.chosen < 0 {
		return
	}
	day, ok := c.readWhen()
	if !ok {
		return
	}
	k := c.kinds[c.choices.chosen]
	id, err := uuid.NewV7FromReader(c.p.d.Rand)
	if err != nil {
		c.done(k, day, err)
		return
	}
	e := referral.Event{ID: id.String(), Code: c.life.code, Referral: c.life.referral.ID, Kind: k, On: day, Late: isLate(c.life.life, c.life.known, k)}
	c.busy = true
	store := c.p.d.Store
	go func() {
		err := store.RecordEvent(e)
		c.p.d.Post(func() {
			c.busy = false
			c.done(k, day, err)
		})
	}()
}

func (c *card) done(k referral.Kind, day directory.Day, err error) {
	p := c.p
	if err != nil {
		text := p.say.T("waiting.failed")
		if key := localdb.MessageKey(err); p.say.Has(key) {
			text = p.say.T(key)
		}
		c.notice = toneText(widget.ToneTrouble, text)
	} else {
		key := "waiting.recorded"
		if !c.life.known {
			key = "waiting.recorded_unknown"
		}
		c.notice = toneText(widget.ToneGood, p.say.T(key, "outcome", outcomeWords(p.say, k), "day", p.dayWords(day)))
		c.on, c.all, c.day = "today", false, nil
		c.choices.chosen = -1
	}
	if p.card != c {
		return // another is shown meanwhile
	}
	delete(p.lives, c.life.code)
	c.refresh()
	p.relayout()
	if err == nil {
		p.focusCode()
	}
}

func toneText(tone widget.Tone, text string) fyne.CanvasObject {
	ink := map[widget.Tone]widget.Ink{widget.ToneGood: widget.OnTint, widget.ToneWaiting: widget.OnWaiting, widget.ToneTrouble: widget.OnTrouble}[tone]
	return widget.NewTonePanel(tone, widget.NewText(text, widget.Style{Ink: ink}))
}

func lower(s string) string { return strings.ToLower(s) }
