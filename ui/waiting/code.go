package waiting

import (
	"errors"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// example is a code as it is printed, with its right check symbol: who types it
// to see what happens is told that it is not known here, not that it is wrong.
const example = "K7M4-QXRF"

func (p *Page) newCodeField() {
	p.code = widget.NewField(p.say.T("waiting.code_label"))
	p.code.Entry.SetPlaceHolder(p.say.T("waiting.code_placeholder", "example", example))
	p.code.Entry.OnChanged = func(string) {
		if p.code.Problem() != "" {
			p.code.SetProblem("")
			p.relayout()
		}
	}
	p.code.Entry.OnSubmitted = p.lookUp
}

// lookUp shows the life of a typed code. What is wrong with a code is said in
// words and the typed text stays; a code that is not known here is shown too.
// Whatever comes of it, the case that was shown before is gone, and what was
// chosen in it: nothing may be recorded on a case nobody is looking at.
func (p *Page) lookUp(typed string) {
	code, err := referral.ParseCode(typed)
	if err != nil {
		reason := "length"
		var ce *referral.CodeError
		if errors.As(err, &ce) {
			reason = ce.Reason
		}
		p.code.SetProblem(p.say.T("reasons." + reason))
		p.list.Select(-1)
		p.showNothing()
		p.relayout()
		return
	}
	p.list.Select(-1)
	if p.card != nil && p.card.life.code != code {
		p.showNothing()
	}
	l := p.lifeOf(code)
	if l == nil {
		return
	}
	p.code.Entry.Wipe()
	p.showLife(l)
	for i, r := range p.rows {
		if r.referral != nil && r.referral.Code == code {
			p.list.Select(i)
		}
	}
	p.focusOutcomes()
}

func (p *Page) focusOutcomes() {
	if p.card != nil {
		widget.FocusOn(p.card.choices)
	}
}

func (p *Page) focusCode() { widget.FocusOn(p.code.Entry) }

// showNothing says what the right side is for.
func (p *Page) showNothing() {
	p.card, p.reported = nil, ""
	p.inside.Objects = []fyne.CanvasObject{widget.NewPanel(widget.NewColumn(theme.Space8,
		widget.NewText(p.say.T("waiting.pick"), widget.Style{Bold: true, Size: theme.CardTitle}),
		widget.NewText(p.say.T("waiting.pick_hint"), widget.Style{Ink: widget.Quiet})))}
}

// tell says something on the right side that is about no single code.
func (p *Page) tell(tone widget.Tone, text string) {
	p.card = nil
	p.inside.Objects = []fyne.CanvasObject{toneText(tone, text)}
	p.relayout()
}

func (p *Page) showSuggestion(x row) {
	p.card = nil
	g := x.suggestion
	p.reported = g.ID
	_, day := clockOf(g.At)
	field := g.Field
	for _, key := range []string{"counter.report_field." + g.Field, "import.column_" + strings.ReplaceAll(g.Field, ".", "_"), "communities.field." + g.Field} {
		if p.say.Has(key) {
			field = p.say.T(key)
			break
		}
	}
	body := widget.NewColumn(theme.Space12, widget.NewColumn(theme.Space4,
		widget.NewText(p.communityName(g.Community), widget.Style{Bold: true, Size: theme.CardTitle}),
		widget.NewText(p.say.T("waiting.suggestion_sub", "day", p.say.Day(day), "field", field), widget.Style{Ink: widget.Quiet, Size: theme.Quiet})),
		widget.NewText(g.Text, widget.Style{}))
	state, c := p.stateOf(g)
	if c != nil {
		body.Add(widget.NewText(p.say.T("waiting.suggestion."+state), widget.Style{Ink: widget.Quiet, Size: theme.Quiet}))
	}
	if c != nil && p.mayEdit() {
		body.Add(widget.NewFlow(0, widget.NewPrimaryButton(p.say.T("waiting.suggestion_edit"), "⏎", func() { p.d.Edit(g.Community) })))
	}
	if p.mayEdit() {
		body.Add(widget.NewFlow(theme.Space8,
			widget.NewQuietButton(p.say.T("waiting.suggestion_done"), "", func() { p.settle(g.ID, localdb.ClosedDone) }),
			widget.NewQuietButton(p.say.T("waiting.suggestion_declined"), "", func() { p.settle(g.ID, localdb.ClosedDeclined) })))
	}
	p.inside.Objects = []fyne.CanvasObject{widget.NewPanel(body)}
	p.relayout()
}

// settle ends a suggestion: away from the screen, because it is on the disk
// before it counts.
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
			p.tell(widget.ToneGood, p.say.T("waiting.suggestion_settled_"+outcome))
			p.changed()
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

// waitingIDs are the ids of what is not sent; empty before anything is read.
func (p *Page) waitingIDs() map[string]bool {
	if p.snap == nil {
		return nil
	}
	return p.snap.waitingIDs
}
