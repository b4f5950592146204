package communities

import (
	"errors"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// actions are what can be done with the community that is shown, below it.
type actions struct {
	edit, confirm, report, material *widget.Button
	box                             *fyne.Container
	makes                           bool // printed things are made here
}

func (p *Page) newActions() *actions {
	a := &actions{
		makes:   p.d.Material != nil,
		edit:    widget.NewPrimaryButton(p.say.T("communities.edit"), "Ctrl E", p.editShown),
		confirm: widget.NewQuietButton(p.say.T("communities.confirm"), "", p.confirmShown),
		report:  widget.NewQuietButton(p.say.T("counter.report"), "", p.reportShown),
	}
	a.material = widget.NewQuietButton(p.say.T("material.make"), "", func() {
		if p.shown != nil {
			p.d.Material([]string{p.shown.ID})
		}
	})
	show(a.material, false)
	a.box = widget.NewFlow(theme.Space8, a.edit, a.confirm, a.report, a.material)
	return a
}

// fit shows what may be done here.
func (a *actions) fit(may rights, shown bool) {
	show(a.edit, shown && may.edit())
	show(a.confirm, shown && may.edit())
	show(a.report, shown && may.report())
	show(a.material, shown && a.makes && (may.edit() || may.report()))
	show(a.box, shown && (may.edit() || may.report()))
}

// showCommunity shows one community on the right; said, where there is
// something to say, above it.
func (p *Page) showCommunity(id string, said fyne.CanvasObject) {
	c, err := p.d.Store.Community(id)
	p.shown = nil
	switch {
	case isGone(err): // it went with an import that is being read, or with another's edit
		p.showHint()
	case err != nil:
		p.inside.Objects = []fyne.CanvasObject{widget.NewBanner(widget.ToneTrouble, p.say.T("communities.load_failed"), "")}
	default:
		p.shown = c
		p.inside.Objects = nil
		if said != nil {
			p.inside.Add(said)
		}
		p.inside.Add(widget.NewPanel(p.describe(c)))
	}
	p.acts.fit(p.may, p.shown != nil && p.work == nil)
}

// again shows the community as it is now, where it is shown at all.
func (p *Page) again() {
	if p.shown == nil || p.work != nil {
		return
	}
	now, err := p.d.Store.Community(p.shown.ID)
	if err == nil && len(differing(p.shown, now)) == 0 && len(p.reportsOf(now)) == p.told {
		return
	}
	var said fyne.CanvasObject
	if b, ok := p.inside.Objects[0].(*widget.Banner); ok {
		said = b
	}
	p.showCommunity(p.shown.ID, said)
	p.relayout()
}

// MayEdit says whether the directory may be changed on this PC.
func (p *Page) MayEdit() bool { return p.may.edit() }

// editShown opens the form with what is shown.
func (p *Page) editShown() {
	if p.shown != nil {
		p.Edit(p.shown.ID)
	}
}

// Edit opens the form with a community, as when another page leads here. A form
// in which something is typed stays.
func (p *Page) Edit(id string) {
	if p.readRights(); !p.may.edit() || p.form != nil && p.form.dirty() {
		return
	}
	c, err := p.d.Store.Community(id)
	if err != nil {
		p.inside.Objects = []fyne.CanvasObject{widget.NewBanner(widget.ToneTrouble, p.say.T(localdb.MessageKey(err)), "")}
		p.relayout()
		return
	}
	p.want = id
	p.work = nil
	p.showCommunity(id, nil)
	p.openForm(makeForm(p, c, nil))
}

// addNew opens the form for a community that is not known yet.
func (p *Page) addNew() {
	if p.form == nil && p.may.edit() {
		p.openForm(makeForm(p, nil, nil))
	}
}

func (p *Page) openForm(f *form) {
	p.form = f
	p.over.Objects = []fyne.CanvasObject{f.root}
	p.relayout()
	f.relayout()
	f.scroll.ToTop()
	f.focus()
}

// closeForm shows the list again, and what was chosen in it.
func (p *Page) closeForm() {
	p.form = nil
	p.over.Objects = nil
	p.find()
	p.again()
	p.relayout()
	p.Focus()
}

// kept is told that the form was kept: the list and the detail show it at once.
func (p *Page) kept(f *form, c *community) {
	text := "kept." + p.may.settle()
	p.want = c.ID
	p.form, p.over.Objects = nil, nil
	p.work = nil
	p.showCommunity(c.ID, widget.NewBanner(widget.ToneGood, p.say.T("communities.kept", "name", c.Name), p.say.T("communities."+text)))
	p.detail.ToTop()
	if p.listing != nil {
		if _, there := p.listing.at[c.ID]; !there { // a new one is found in the whole list
			p.which = filterAll
			p.search.Entry.SetText("")
		}
	}
	p.changedOne(c.ID)
	p.relayout()
	p.Focus()
}

// assure says that the facts were confirmed: when, and by what sort of person.
func assure(c *community, role string, at time.Time) {
	c.AssuredAt, c.AssuredBy = at.UTC().Truncate(time.Second), role
}

// confirmShown confirms the facts that are shown; one press takes it back.
func (p *Page) confirmShown() {
	before := p.shown
	if before == nil || p.busy {
		return
	}
	after, err := clone(before)
	if err != nil {
		return // what was read can be written
	}
	assure(after, p.may.role, p.d.Now())
	p.put(before, after, func() fyne.CanvasObject {
		undo := widget.NewQuietButton(p.say.T("communities.undo"), "", func() {
			p.put(after, before, func() fyne.CanvasObject {
				return widget.NewBanner(widget.ToneWaiting, p.say.T("communities.unconfirmed"), "")
			})
		})
		return widget.NewBanner(widget.ToneGood, p.say.T("communities.confirmed"), p.say.T("communities.confirmed_text"), undo)
	})
}

// put keeps an edit of what is shown, away from the screen, and shows it with
// what there is to say.
func (p *Page) put(before, after *community, said func() fyne.CanvasObject) {
	if p.busy {
		return
	}
	p.busy = true
	go func() {
		err := p.d.Store.EditCommunity(before, after)
		p.d.Post(func() {
			p.busy = false
			banner := fyne.CanvasObject(widget.NewBanner(widget.ToneTrouble, p.say.T("communities.form.not_saved"), p.say.T(localdb.MessageKey(err))))
			if err == nil {
				banner = said()
				p.changedOne(before.ID)
			}
			if p.shown != nil && p.shown.ID == before.ID && p.work == nil {
				p.showCommunity(before.ID, banner)
				p.detail.ToTop()
				p.relayout()
			}
		})
	}()
}

// reportsOf gives what desks reported about a community and nobody has settled,
// for those who may.
func (p *Page) reportsOf(c *community) []localdb.Suggestion {
	if p.listing == nil || !p.may.edit() {
		return nil
	}
	return p.listing.reports[c.ID]
}

// settle ends what was reported about the community that is shown.
func (p *Page) settle(list []localdb.Suggestion, outcome string) {
	if p.busy || p.shown == nil {
		return
	}
	p.busy = true
	id := p.shown.ID
	go func() {
		var err error
		for _, g := range list {
			err = errors.Join(err, p.d.Store.CloseSuggestion(g.ID, outcome))
		}
		p.d.Post(func() {
			p.busy = false
			said := widget.NewBanner(widget.ToneGood, p.say.T("communities.reported_settled."+outcome), "")
			if err != nil {
				said = widget.NewBanner(widget.ToneTrouble, p.say.T(localdb.MessageKey(err)), "")
			} else if p.listing != nil {
				delete(p.listing.reports, id)
			}
			if p.shown != nil && p.shown.ID == id && p.work == nil {
				p.showCommunity(id, said)
				p.detail.ToTop()
				p.relayout()
			}
			p.changed()
		})
	}()
}

// reportedBox says what was reported; nil where nothing was. most bounds the
// lines of each; 0 is all. settle offers to end them.
func (p *Page) reportedBox(list []localdb.Suggestion, most int, settle bool) fyne.CanvasObject {
	if len(list) == 0 {
		return nil
	}
	out := widget.NewColumn(theme.Space4, widget.NewText(p.say.N("communities.reported", len(list)), widget.Style{Bold: true, Ink: widget.OnWaiting}))
	for _, g := range list {
		out.Add(widget.NewText(p.say.T("communities.reported_line", "day", p.say.ShortDay(dayAt(g.At)), "field", p.reportedField(g.Field), "text", g.Text),
			widget.Style{Ink: widget.OnWaiting, MaxLines: most}))
	}
	if settle {
		out.Add(widget.NewInset(theme.Space4, 0, 0, 0, widget.NewFlow(theme.Space8,
			widget.NewQuietButton(p.say.T("followup.report_done"), "", func() { p.settle(list, localdb.ClosedDone) }),
			widget.NewQuietButton(p.say.T("followup.report_declined"), "", func() { p.settle(list, localdb.ClosedDeclined) }))))
	}
	return widget.NewTonePanel(widget.ToneWaiting, out)
}

func (p *Page) reportedField(field string) string {
	for _, key := range []string{"counter.report_field." + field, "import.column_" + strings.ReplaceAll(field, ".", "_"), "communities.field." + field} {
		if p.say.Has(key) {
			return p.say.T(key)
		}
	}
	return p.say.T("counter.report_field.other")
}

// suggestFields are what a report can be about, as at the counter.
var suggestFields = []string{"schedule", "place", "price", "contact", "capacity", "other"}

// reportShown opens "Meld fejl": a correction that goes to the guides.
func (p *Page) reportShown() {
	c := p.shown
	if c == nil {
		return
	}
	t := p.say.T
	var options []widget.Option
	for _, f := range suggestFields {
		options = append(options, widget.Option{Value: f, Text: t("counter.report_field." + f)})
	}
	what := widget.NewChoice(options, suggestFields[0], nil)
	field := widget.NewTextField(t("counter.report_text"), 4)
	asked := ""
	var pop *widget.Popup
	send := widget.NewPrimaryButton(t("counter.report_send"), "", func() {
		text := strings.TrimSpace(field.Entry.Text)
		if text == "" {
			field.SetProblem(t("counter.report_empty"))
			pop.Fit()
			return
		}
		err := p.d.Store.Suggest(localdb.Suggestion{Community: c.ID, Field: what.Value(), Text: text, At: p.d.Now(), Confirmed: asked == text})
		var cpr *localdb.CPRError
		switch {
		case err == nil:
			pop.Close()
			p.showCommunity(c.ID, widget.NewBanner(widget.ToneGood, t("counter.reported"), t("counter.reported_text")))
			p.relayout()
			return
		case errors.As(err, &cpr) && cpr.Ask:
			asked = text
			field.SetProblem(t("counter.cpr_ask"))
		case errors.As(err, &cpr):
			field.SetProblem(t("privacy.cpr_stop"))
		default:
			field.SetProblem(t("counter.report_failed"))
		}
		pop.Fit()
	})
	pop = widget.ShowDialog(p.root, theme.Scaled(480), widget.NewColumn(theme.Space12,
		widget.NewText(t("counter.report_title", "name", c.Name), widget.Style{Size: theme.Heading, Bold: true}),
		widget.NewText(t("counter.report_hint"), widget.Style{Ink: widget.Quiet}),
		widget.Labelled(t("counter.report_what"), what), field,
		widget.NewFlow(theme.Space8, send, widget.NewQuietButton(t("counter.cancel"), "Esc", func() { pop.Close() }))))
	if pop != nil {
		p.asking, p.reporting = pop, field
		pop.OnClose = func() { p.asking, p.reporting = nil, nil }
		widget.FocusOn(field.Entry)
	}
}
