package followup

import (
	"errors"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// example is a code as it is printed, with its right check symbol: who types it to
// see what happens is told that it is not known here, not that it is wrong.
const example = "K7M4-QXRF"

func (p *Page) newCodeField() {
	p.code = widget.NewPromptField(p.say.T("followup.code_label"))
	p.code.Entry.SetPlaceHolder(example)
	p.code.Entry.OnChanged = func(string) { p.codeProblem("") }
	p.code.Entry.OnSubmitted = p.submitted
}

func (p *Page) codeProblem(text string) {
	if p.code.Problem() != text {
		p.code.SetProblem(text)
		p.relayout()
	}
}

// submitted is Enter after a code: one is shown, one of a pile is recorded.
func (p *Page) submitted(typed string) {
	if p.wasCode(typed) {
		return
	}
	if !p.pile.on {
		p.lookUp(typed)
		return
	}
	if code, ok := p.parse(typed); ok {
		p.pile.take(code)
	}
}

// parse reads a typed code. What is wrong with it is said in words and the typed
// text stays.
func (p *Page) parse(typed string) (referral.Code, bool) {
	code, err := referral.ParseCode(typed)
	if err == nil {
		return code, true
	}
	reason := referral.ReasonLength
	var ce *referral.CodeError
	if errors.As(err, &ce) {
		reason = ce.Reason
	}
	p.codeProblem(p.say.T("reasons." + reason))
	return "", false
}

// lookUp shows the life of a typed code; one that is not known here is shown too.
// Whatever comes of it, what was shown before is gone: nothing may be recorded for a
// code that nobody is looking at.
func (p *Page) lookUp(typed string) {
	code, ok := p.parse(typed)
	p.held = nil
	p.list.Select(-1)
	if !ok {
		p.showNothing()
		p.relayout()
		return
	}
	if p.pile.on {
		p.many.Set(false)
		p.pile.on = false
	}
	if !p.open(code, true) {
		return
	}
	p.code.Entry.Wipe()
	if p.snap != nil {
		p.list.Select(p.rowOf(code))
	}
	p.focusOutcomes()
}

func (p *Page) focusOutcomes() {
	if p.card != nil {
		widget.FocusOn(p.card.keys)
	}
}

func (p *Page) focusCode() { widget.FocusOn(p.code.Entry) }

// showNothing says what the right side is for, and what was typed today.
func (p *Page) showNothing() {
	p.hideCard()
	p.card, p.reported = nil, ""
	if p.pile != nil && p.pile.on {
		p.pile.show()
		return
	}
	p.inside.Objects = []fyne.CanvasObject{widget.NewPanel(widget.NewColumn(theme.Space8,
		widget.NewText(p.say.T("followup.pick"), widget.Style{Bold: true, Size: theme.CardTitle}),
		widget.NewText(p.say.T("followup.pick_hint"), widget.Style{Ink: widget.Quiet})))}
	if p.pile != nil && len(p.pile.entries) > 0 {
		p.inside.Add(p.pile.list())
	}
}

// tell says something on the right side that is about no single code.
func (p *Page) tell(tone widget.Tone, text string) {
	p.hideCard()
	p.card = nil
	p.inside.Objects = []fyne.CanvasObject{toneText(tone, text)}
	p.relayout()
}

// newEvent is what a person says happened in a life. What this machine's knowledge
// says no to is late; of a code that is not known here nothing can be said.
func (p *Page) newEvent(t *referral.Told, k referral.Kind, day directory.Day) (referral.Event, error) {
	id, err := uuid.NewV7FromReader(p.d.Rand)
	if err != nil {
		return referral.Event{}, err
	}
	late := t.Referral.ID != "" && referral.Allowed(t.Life, k) != nil
	return referral.Event{ID: id.String(), Code: t.Referral.Code, Referral: t.Referral.ID, Kind: k, On: day, Late: late}, nil
}

// waitingIDs are the ids of what is not sent; empty before anything is read.
func (p *Page) waitingIDs() map[string]bool {
	if p.snap == nil {
		return nil
	}
	return p.snap.waitingIDs
}
