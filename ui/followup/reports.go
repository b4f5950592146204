package followup

import (
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

func (p *Page) bindReport(r *widget.CodeRow, i int) {
	g := &p.snap.suggestions[i]
	sub := p.say.ShortDay(directory.DayOf(g.At)) + " · " + g.Text
	title := p.reportedName(g.Community)
	switch state, _ := p.stateOf(g); state {
	case "confirmed":
		r.Card("", title, sub, p.say.T("followup.report_confirmed"), widget.ToneGood)
	case "waits":
		r.Card("", title, sub, p.say.T("followup.row_waits"), widget.ToneWaiting)
	default:
		r.Card("", title, sub, p.say.T("followup.report_open"), widget.ToneWaiting)
	}
}

func (p *Page) reportedName(id string) string {
	if n := p.communityName(id); n != "" {
		return n
	}
	return p.say.T("followup.unknown_community")
}

// showReport shows what a desk reported about a community.
func (p *Page) showReport(g *localdb.Suggestion) {
	p.hideCard()
	p.card = nil
	p.reported = g.ID
	field := g.Field
	for _, key := range []string{"counter.report_field." + g.Field, "import.column_" + strings.ReplaceAll(g.Field, ".", "_"), "communities.field." + g.Field} {
		if p.say.Has(key) {
			field = p.say.T(key)
			break
		}
	}
	body := widget.NewColumn(theme.Space12, widget.NewColumn(theme.Space4,
		widget.NewText(p.reportedName(g.Community), widget.Style{Bold: true, Size: theme.CardTitle}),
		widget.NewText(p.say.T("followup.report_sub", "day", p.say.Day(directory.DayOf(g.At)), "field", field), widget.Style{Ink: widget.Quiet, Size: theme.Quiet})),
		widget.NewText(g.Text, widget.Style{}))
	state, c := p.stateOf(g)
	if c != nil {
		body.Add(widget.NewText(p.say.T("followup.report."+state), widget.Style{Ink: widget.Quiet, Size: theme.Quiet}))
	}
	if c != nil && p.mayEdit() {
		body.Add(widget.NewFlow(0, widget.NewPrimaryButton(p.say.T("followup.report_edit"), "⏎", func() { p.d.Edit(g.Community) })))
	}
	if p.mayEdit() {
		body.Add(widget.NewFlow(theme.Space8,
			widget.NewQuietButton(p.say.T("followup.report_done"), "", func() { p.settle(g.ID, localdb.ClosedDone) }),
			widget.NewQuietButton(p.say.T("followup.report_declined"), "", func() { p.settle(g.ID, localdb.ClosedDeclined) })))
	}
	p.inside.Objects = []fyne.CanvasObject{widget.NewPanel(body)}
	p.relayout()
}

// settle ends a suggestion: away from the screen, because it is on the disk before
// it counts.
func (p *Page) settle(id, outcome string) {
	if p.settling {
		return
	}
	p.settling = true
	store := p.d.Store
	go func() {
		err := store.CloseSuggestion(id, outcome)
		p.d.Post(func() {
			p.settling = false
			if err != nil {
				p.tell(widget.ToneTrouble, p.say.T(localdb.MessageKey(err)))
				return
			}
			p.reported = ""
			p.tell(widget.ToneGood, p.say.T("followup.report_settled_"+outcome))
			p.changed(localdb.Change{Kind: "suggestion", ID: id})
		})
	}()
}

func (p *Page) mayEdit() bool { return p.d.MayEdit != nil && p.d.Edit != nil && p.d.MayEdit() }

// stateOf says how a suggestion stands: it waits to be sent, for a guide, or the
// facts were confirmed since. c is the community; nil where it is not here.
func (p *Page) stateOf(g *localdb.Suggestion) (state string, c *directory.Community) {
	c, err := p.d.Store.Community(g.Community)
	if err != nil {
		c = nil
	}
	switch {
	case c != nil && c.AssuredAt.After(g.At):
		return "confirmed", c
	case p.waitingIDs()[g.ID] && !p.mayEdit():
		return "waits", c
	}
	return "open", c
}
