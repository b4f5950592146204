package ambassadors

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// selected shows what was chosen in the list.
func (p *Page) selected(i int) {
	p.shown, p.said = p.idAt(i), nil
	p.again()
	p.detail.ToTop()
	p.relayout()
}

func (p *Page) showHint() {
	p.shown, p.said = "", nil
	key := "pick"
	if p.part == meetings {
		key = "pick_meeting"
	}
	p.inside.Objects = []fyne.CanvasObject{widget.NewPanel(widget.NewText(p.t(key), widget.Style{Ink: widget.Quiet}))}
	p.acts.Objects = nil
	show(p.acts, false)
}

// again shows what is chosen as it is now; focus stays where it stands.
func (p *Page) again() { widget.KeepFocus(p.right, p.draw) }

func (p *Page) draw() {
	if p.shown == "" || p.roll == nil {
		return
	}
	if p.part == meetings {
		if m := p.meeting(p.shown); m != nil {
			p.put(p.describeMeeting(m), p.meetingActs())
		}
		return
	}
	if i, ok := p.roll.at[p.shown]; ok {
		p.put(p.describe(&p.roll.people[i]), p.personActs())
	}
}

func (p *Page) put(body fyne.CanvasObject, acts []fyne.CanvasObject) {
	p.inside.Objects = nil
	if p.said != nil {
		p.inside.Add(p.said)
	}
	p.inside.Add(widget.NewPanel(body))
	p.acts.Objects = acts
	show(p.acts, len(acts) > 0)
}

// entryOf gives the ambassador that is shown; nil is none.
func (p *Page) entryOf(id string) *entry {
	if p.roll == nil {
		return nil
	}
	if i, ok := p.roll.at[id]; ok {
		return &p.roll.people[i]
	}
	return nil
}

func (p *Page) personActs() (out []fyne.CanvasObject) {
	if p.may {
		out = append(out, widget.NewPrimaryButton(p.t("edit"), "Ctrl E", p.edit))
	}
	if p.d.Print != nil {
		out = append(out, widget.NewQuietButton(p.t("print"), "", p.print))
	}
	if p.may {
		out = append(out, widget.NewPlainButton(p.t("withdraw"), p.askErase))
	}
	return out
}

// facts is a column of what is stated, each under its label.
type facts struct {
	p   *Page
	box *fyne.Container
}

func (f facts) add(key, text string) {
	if text = upperFirst(strings.TrimSpace(text)); text != "" {
		f.box.Add(widget.NewColumn(0,
			widget.NewText(f.p.t("fact."+key), widget.Style{Size: theme.Small, Bold: true, Ink: widget.Quiet}),
			widget.NewText(text, widget.Style{})))
	}
}

// describe says everything that is stated about an ambassador, and nothing that is not.
func (p *Page) describe(e *entry) fyne.CanvasObject {
	s := p.say
	role := p.t("role." + string(directory.Volunteering))
	if e.Role != "" {
		role = p.t("role." + string(e.Role))
	}
	state, tone := p.state(e)
	out := widget.NewColumn(theme.Space12, widget.NewSplitRow(theme.Space12, theme.Scaled(140),
		widget.NewColumn(0, widget.NewText(e.Name, widget.Style{Size: theme.Heading, Bold: true}), widget.NewText(role, widget.Style{Ink: widget.Quiet, Size: theme.Quiet})),
		widget.NewTag(state, tone)))
	f := facts{p, out}
	f.add("areas", strings.Join(e.Areas, ", "))
	f.add("interests", s.Labels("wish", e.Interests))
	f.add("languages", s.Labels("language", e.Languages))
	f.add("times", p.timesWords(e.Times))
	f.add("considers", p.considerWords(e.Considers))
	f.add("communities", strings.Join(p.roll.carried(e.Communities), "\n"))
	f.add("started", strings.Join(p.roll.carried(e.Started), "\n"))
	f.add("at_once", p.roomWords(e))
	f.add("training", p.trainingWords(e))
	if p.may && e.reach != nil {
		f.add("reach", strings.Join(filled(s.Phone(e.reach.Phone), e.reach.Email), "\n"))
		f.add("note", e.reach.Note)
	}
	f.add("did", p.didWords(e))
	out.Add(widget.NewText(p.t("rounded"), widget.Style{Size: theme.Small, Ink: widget.Quiet}))
	if p.may && e.is(filterNoConsent) {
		out.Add(widget.NewBanner(widget.ToneWaiting, p.t("state_no_consent"), p.t("consent_none")))
	} else if p.may {
		f.add("consent", p.consentWords(e.reach))
	}
	return out
}

func (p *Page) timesWords(times []string) string {
	var out []string
	for _, t := range times {
		out = append(out, p.say.Label("wish", t))
	}
	return p.say.List(out)
}

// consider is what somebody feels at home with: the consideration, said of a person.
func (p *Page) consider(v string) string {
	if key := "ambassadors.consider." + v; p.say.Has(key) {
		return p.say.T(key)
	}
	return p.say.Label("consideration", v)
}

func (p *Page) considerWords(list []string) string {
	var out []string
	for _, v := range list {
		out = append(out, p.consider(v))
	}
	return strings.Join(out, ", ")
}

// roomWords says how many they go along with at a time, and how many now.
func (p *Page) roomWords(e *entry) string {
	var out []string
	if e.AtOnce != nil {
		out = append(out, p.say.N("ambassadors.room_at_once", *e.AtOnce))
	}
	if e.FreePerWeek != nil {
		out = append(out, p.say.N("ambassadors.room_per_week", *e.FreePerWeek))
	}
	if len(out) > 0 && e.open > 0 {
		out = append(out, p.say.N("ambassadors.room_now", e.open))
	}
	return strings.Join(out, " · ")
}

func (p *Page) trainingWords(e *entry) string {
	var out []string
	for _, t := range e.Training {
		out = append(out, strings.Join(filled(t.Name, p.say.Day(t.On)), " · "))
	}
	if len(out) == 0 && e.TrainedOn != "" {
		out = append(out, p.say.Day(e.TrainedOn))
	}
	return strings.Join(out, "\n")
}

// count is a count as it may be shown.
func count(n int) string { return privacy.Shown(n).String() }

func (p *Page) didWords(e *entry) string {
	return p.t("did", "arranged", count(e.did.arranged), "done", count(e.did.carriedOut), "meetings", count(e.did.meetings))
}

func (p *Page) consentWords(v *directory.Volunteer) string {
	how := v.ConsentHow
	if !slices.Contains(directory.ConsentHows, how) {
		how = "other"
	}
	return p.t("consent_given."+how, "day", p.say.Day(v.ConsentOn), "version", v.ConsentText)
}

// print hands the ambassador's page on.
func (p *Page) print() {
	if e := p.entryOf(p.shown); e != nil && p.d.Print != nil {
		p.d.Print(Sheet{Ambassador: e.Ambassador, Carries: p.roll.carried(e.Communities), Started: p.roll.carried(e.Started),
			Arranged: privacy.Shown(e.did.arranged), CarriedOut: privacy.Shown(e.did.carriedOut), Meetings: privacy.Shown(e.did.meetings)})
	}
}

// askErase asks before an ambassador's yes is taken back: it cannot be undone.
func (p *Page) askErase() {
	e := p.entryOf(p.shown)
	if e == nil || p.busy || p.asking != nil {
		return
	}
	id, name := e.ID, e.Name
	where, later := p.t("withdraw_text_alone"), ""
	if p.hub {
		where, later = p.t("withdraw_text"), p.t("withdrawn_text")
	}
	p.ask(p.t("withdraw_title", "name", name), where, p.t("withdraw_do"), func() {
		p.act(func() error { return p.d.Store.EraseAmbassador(id) }, func(err error) {
			if err != nil {
				p.said = widget.NewBanner(widget.ToneTrouble, p.t("withdraw_failed"), p.say.T(localdb.MessageKey(err)))
				p.again()
				return
			}
			p.showHint()
			p.inside.Objects = append([]fyne.CanvasObject{widget.NewBanner(widget.ToneGood, p.t("withdrawn", "name", name), later)}, p.inside.Objects...)
			p.list.Select(-1)
			p.changed()
		})
	})
}

// ask puts a question over the page. Esc and the quiet button leave all as it is.
func (p *Page) ask(title, text, yes string, do func()) {
	var pop *widget.Popup
	pop = widget.ShowDialog(p.root, theme.Scaled(520), widget.NewColumn(theme.Space12,
		widget.NewText(title, widget.Style{Size: theme.Heading, Bold: true}),
		widget.NewText(text, widget.Style{Ink: widget.Quiet}),
		widget.NewFlow(theme.Space8,
			widget.NewQuietButton(p.t("stay"), "Esc", func() { pop.Close() }),
			widget.NewPrimaryButton(yes, "", func() { pop.Close(); do() }))))
	if p.asking = pop; pop != nil {
		pop.OnClose = func() { p.asking = nil }
	}
}

// act does something on the disk, away from the screen, and then shows what came of it.
func (p *Page) act(do func() error, then func(error)) {
	if p.busy {
		return
	}
	p.busy = true
	go func() {
		err := do()
		p.d.Post(func() {
			p.busy = false
			then(err)
			p.relayout()
		})
	}()
}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
