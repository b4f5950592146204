package followup

import (
	"errors"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// card is the detail of one code: its life, and what a person says happened.
type card struct {
	p       *Page
	told    referral.Told
	task    *referral.Task
	typed   bool // the code was typed: the next one will be too
	options []option
	all     bool // also what does not fit now
	when    *when
	keys    *widget.OneKey
	notice  fyne.CanvasObject
	contact *contact
	busy    bool
	struck  rune // the digit that is being answered with
}

// option is one thing to say, or to do.
type option struct {
	text string
	kind referral.Kind // what is recorded
	do   func()        // instead of recording
}

// showCode shows one code; it is read anew, so that what is shown is so.
func (p *Page) showCode(code referral.Code) {
	if p.held != nil && p.held.code != code {
		p.held = nil
		p.rows = p.snap.rows(p.which, p.today())
		p.reported = ""
		p.list.Renew(p.rowOf(code))
	}
	if p.card != nil && p.card.told.Referral.Code == code {
		return
	}
	p.open(code, false)
}

func (p *Page) rowOf(code referral.Code) int {
	for i := range p.rows {
		if p.codeAt(i) == code {
			return i
		}
	}
	return -1
}

func (p *Page) open(code referral.Code, typed bool) bool {
	p.hideCard()
	told, task, err := p.snap.refresh(p.d.Store, code, p.today())
	if err != nil {
		p.tell(widget.ToneTrouble, p.say.T("followup.load_failed"))
		return false
	}
	p.reported = ""
	p.card = &card{p: p, told: told, task: task, typed: typed}
	p.card.when = newWhen(p.say, p.today, p.relayout)
	p.card.contact = p.newContact(p.card)
	p.card.build()
	p.detail.ToTop()
	p.relayout()
	return true
}

func (c *card) known() bool { return c.told.Referral.ID != "" }

// inside says whether they came: to stop is said otherwise than never to begin.
func (c *card) inside() bool { return referral.Allowed(c.told.Life, referral.StillComing) == nil }

// build makes the card's parts anew from the life.
func (c *card) build() {
	p, s := c.p, c.p.say
	w := p.words()
	parts := []fyne.CanvasObject{widget.NewColumn(theme.Space4,
		widget.NewText(spaced(c.told.Referral.Code), widget.Style{Size: theme.Page, Bold: true}),
		widget.NewText(s.T("followup.code_tells_nobody"), widget.Style{Ink: widget.Quiet, Size: theme.Quiet}))}
	if c.known() {
		names := p.names(c.told.Referral.Communities)
		if len(names) == 0 {
			names = []string{s.T("followup.unknown_community")}
		}
		parts = append(parts, widget.NewText(strings.Join(names, "\n"), widget.Style{Bold: true, Size: theme.CardTitle}))
	} else {
		parts = append(parts, widget.NewTonePanel(widget.ToneWaiting, widget.NewText(s.T("followup.code_unknown"), widget.Style{Ink: widget.OnWaiting})))
	}
	parts = append(parts, c.ties()...)
	if steps := w.steps(&c.told, c.task); len(steps) > 0 {
		parts = append(parts, widget.NewTimeline(steps))
	}
	parts = append(parts, c.contact.parts()...)
	if c.notice != nil {
		parts = append(parts, c.notice)
	}
	parts = append(parts, c.saying()...)
	if p.snap != nil && p.snap.waits[c.told.Referral.Code] {
		parts = append(parts, widget.NewText(s.T("followup.waits"), widget.Style{Ink: widget.Quiet, Size: theme.Small}))
	}
	p.inside.Objects = []fyne.CanvasObject{widget.NewPanel(widget.NewColumn(theme.Space12, parts...))}
}

// ties are the codes that the citizen's own slips tie to this one, and the practice
// grounds at which it was given.
func (c *card) ties() []fyne.CanvasObject {
	p, s := c.p, c.p.say
	if p.snap == nil {
		return nil
	}
	var out []fyne.CanvasObject
	before, after := p.snap.chain(c.told.Referral.Code)
	add := func(key string, codes []referral.Code) {
		for _, code := range codes {
			out = append(out, widget.NewFlow(0, widget.NewPlainButton(s.T(key, "code", string(code)), func() { p.lookUp(string(code)) })))
		}
	}
	add("followup.tied_before", before)
	add("followup.tied_after", after)
	times := map[string]int{}
	last := map[string]directory.Day{}
	var order []string
	for _, t := range p.snap.book.Seen(append(before, c.told.Referral.Code)...) {
		if times[t.Community] == 0 {
			order = append(order, t.Community)
		}
		times[t.Community]++
		last[t.Community] = max(last[t.Community], t.On)
	}
	for _, id := range order {
		name := p.communityName(id)
		if name == "" {
			name = s.T("followup.unknown_community")
		}
		out = append(out, widget.NewText(s.N("followup.practised", times[id], "name", name, "day", s.ShortDay(last[id])), widget.Style{Ink: widget.Quiet, Size: theme.Quiet}))
	}
	return out
}

// kinds are what can be said now, the suggested first. With all set, and of a code
// that nothing is known of here, it is also what this machine's knowledge would say
// no to: late recording is always possible.
func (c *card) kinds() []referral.Kind {
	var out []referral.Kind
	switch {
	case c.known() && c.task != nil:
		out = c.task.Outcomes()
	case c.known():
		out = referral.LikelyOutcomes(c.told.Life)
	}
	if !c.known() && !c.all { // what a slip or a voice is likely to say
		return []referral.Kind{referral.Welcomed, referral.StillComing, referral.NoRoom, referral.DidNotFit, referral.DidNotWant, referral.Unknown}
	}
	if !c.all {
		return slices.DeleteFunc(out, func(k referral.Kind) bool { return k == referral.Arranged }) // with whom, where and when is another page's
	}
	for _, k := range []referral.Kind{
		referral.Welcomed, referral.StillComing, referral.NoRoom, referral.DidNotFit, referral.DidNotWant, referral.Unknown,
		referral.CarriedOut, referral.FellThrough, referral.AccompanimentWanted, referral.Arranged,
	} {
		if !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// choices are what can be done and said, the suggested first.
func (c *card) choices() []option {
	p, s := c.p, c.p.say
	var out []option
	code := c.told.Referral.Code
	if c.task != nil {
		switch k := c.task.Kind; {
		case k == referral.FindCompanion && p.d.Companion != nil:
			out = append(out, option{text: s.T("followup.do.find_companion"), do: func() { p.d.Companion(code) }})
		case k == referral.PracticeGround && p.d.ShowGround != nil && p.communityName(c.task.Ground) != "":
			ground := c.task.Ground
			text := s.T("followup.do.practice_ground", "name", p.communityName(ground))
			out = append(out, option{text: text, do: func() { p.d.ShowGround(code, ground) }})
			fallthrough
		case k == referral.OfferOther || k == referral.PracticeGround:
			if p.d.ShowOther != nil {
				out = append(out, option{text: s.T("followup.do.offer_other"), do: func() { p.d.ShowOther(code, c.instead) }})
			}
		}
	}
	w, inside := p.words(), c.inside()
	for _, k := range c.kinds() {
		out = append(out, option{text: w.outcome(k, inside), kind: k})
	}
	return out
}

// saying makes the part where a person says what happened, and when.
func (c *card) saying() []fyne.CanvasObject {
	s := c.p.say
	c.options = c.choices()
	texts := make([]string, len(c.options))
	for i, o := range c.options {
		texts[i] = o.text
	}
	c.keys = widget.NewOneKey(texts, c.task != nil, c.take)
	c.keys.OnRune = c.typedRune
	out := []fyne.CanvasObject{c.when.content, c.keys}
	more := s.T("followup.outcome_more")
	if c.all {
		more = s.T("followup.outcome_fewer")
	}
	line := widget.NewFlow(theme.Space8, widget.NewPlainButton(more, func() {
		c.all = !c.all
		c.build()
		c.p.relayout()
		widget.FocusOn(c.keys)
	}))
	if b := c.contact.offer(); b != nil {
		line.Add(b)
	}
	out = append(out, line)
	return out
}

// take does what was chosen.
func (c *card) take(i int) {
	o := c.options[i]
	if o.do != nil {
		o.do()
		return
	}
	c.record(o.kind)
}

// record keeps what a person said: away from the screen, because it is on the disk
// before it counts.
func (c *card) record(k referral.Kind) {
	if c.busy {
		return
	}
	day, ok := c.when.read(c.told.Referral.At)
	if !ok {
		c.p.relayout()
		return
	}
	e, err := c.p.newEvent(&c.told, k, day)
	if err != nil {
		c.failed(err)
		return
	}
	c.busy = true
	c.p.hold()
	store, struck := c.p.d.Store, c.struck
	go func() {
		err := store.RecordEvent(e)
		c.p.d.Post(func() {
			c.busy = false
			if err != nil {
				c.failed(err)
				return
			}
			c.done(e, struck)
		})
	}()
}

func (c *card) failed(err error) {
	c.notice = toneText(widget.ToneTrouble, c.p.failure(err))
	c.again()
}

func (c *card) done(e referral.Event, struck rune) {
	p := c.p
	x := p.pile.add(entry{code: e.Code, kind: e.Kind, on: e.On, event: e.ID, known: c.known(), state: entryKept})
	p.pile.begun = &begun{digit: struck, entry: x}
	key := "followup.recorded"
	if !c.known() {
		key = "followup.recorded_unknown"
	}
	text := p.say.T(key, "outcome", p.say.Label("event", string(e.Kind)), "day", p.dayWords(e.On))
	c.notice = c.undoable(x, text)
	c.all = false
	c.when.reset()
	if p.card != c {
		return // another is shown meanwhile
	}
	c.again()
	if c.typed {
		p.focusCode()
	} else {
		widget.FocusOn(p.list)
	}
}

// undoable says what was kept, with a way to take it back.
func (c *card) undoable(x *entry, text string) fyne.CanvasObject {
	p := c.p
	return widget.NewTonePanel(widget.ToneGood, widget.NewColumn(theme.Space4,
		widget.NewText(text, widget.Style{Ink: widget.OnTint}),
		widget.NewFlow(0, widget.NewPlainButton(p.say.T("followup.undo"), func() {
			p.undo(x, c.tookBack)
		}))))
}

// tookBack says that what was said counts no more.
func (c *card) tookBack(err error) {
	if err != nil {
		c.failed(err)
		return
	}
	c.notice = toneText(widget.ToneWaiting, c.p.say.T("followup.taken_back"))
	if c.p.card == c {
		c.again()
		widget.FocusOn(c.keys)
	}
}

// again shows the life as it is in the store now.
func (c *card) again() {
	if c.p.card != c {
		return
	}
	c.refresh()
	c.p.relayout()
}

// refresh reads the life anew and builds the card; focus stays with what is said.
func (c *card) refresh() {
	told, task, err := c.p.snap.refresh(c.p.d.Store, c.told.Referral.Code, c.p.today())
	if err != nil {
		c.p.tell(widget.ToneTrouble, c.p.say.T("followup.load_failed"))
		return
	}
	had := c.keys
	c.told, c.task = told, task
	c.build()
	if cv := fyne.CurrentApp().Driver().CanvasForObject(c.p.box); cv != nil && cv.Focused() == fyne.Focusable(had) {
		c.p.refocus = c.keys // once it has its place
	}
}

// instead is told which communities were shown instead: that is kept with what
// happened, in the place of the event that said so.
func (c *card) instead(communities []string) {
	evs := c.told.Life.Events
	if len(evs) == 0 || len(communities) == 0 {
		return
	}
	last := evs[len(evs)-1]
	if last.Kind != referral.NoRoom && last.Kind != referral.DidNotFit {
		return
	}
	e, err := c.p.newEvent(&c.told, last.Kind, last.On)
	if err != nil {
		c.failed(err)
		return
	}
	e.Late, e.Instead, e.Undoes = last.Late, communities, last.ID
	store := c.p.d.Store
	go func() {
		if err := store.RecordEvent(e); err != nil {
			c.p.d.Post(func() { c.failed(err) })
		}
	}()
}

// failure is what is said where something could not be kept.
func (p *Page) failure(err error) string {
	var refused *directory.RefusedError
	if key := localdb.MessageKey(err); !errors.As(err, &refused) && p.say.Has(key) {
		return p.say.T(key)
	}
	return p.say.T("followup.failed")
}

func toneText(tone widget.Tone, text string) fyne.CanvasObject {
	ink := map[widget.Tone]widget.Ink{widget.ToneGood: widget.OnTint, widget.ToneWaiting: widget.OnWaiting, widget.ToneTrouble: widget.OnTrouble}[tone]
	return widget.NewTonePanel(tone, widget.NewText(text, widget.Style{Ink: ink}))
}
