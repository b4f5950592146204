package practice

import (
	"errors"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// lookUp shows the line of a code that was typed. What is wrong with a code is said
// in words, and the typed text stays.
func (p *Page) lookUp(typed string) {
	code, err := referral.ParseCode(typed)
	if err != nil {
		p.code.SetProblem(p.say.T("reasons." + codeReason(err)))
		p.relayout()
		return
	}
	p.code.Entry.Wipe()
	p.seeCode(code)
}

func codeReason(err error) string {
	var ce *referral.CodeError
	if errors.As(err, &ce) {
		return ce.Reason
	}
	return referral.ReasonLength
}

// seeCode shows what is known from a code: its times and where it led, and nobody.
func (p *Page) seeCode(code referral.Code) {
	p.line, p.said = code, nil
	p.again()
	p.detail.ToTop()
	p.relayout()
	if p.first != nil {
		widget.FocusOn(p.first)
	}
}

func (p *Page) backToGround() {
	p.line = ""
	p.again()
	p.detail.ToTop()
	p.relayout()
	p.Focus()
}

func (p *Page) showLine() {
	chain := p.snap.chain(p.line)
	seen := p.snap.book.Seen(chain...)
	back := widget.NewQuietButton(p.t("back"), "Esc", p.backToGround)
	p.first = back
	out := widget.NewColumn(theme.Space12, widget.NewSplitRow(theme.Space12, theme.Scaled(180),
		widget.NewColumn(0, widget.NewText(string(p.line), widget.Style{Size: theme.Heading, Bold: true}), quiet(p.say.T("followup.code_tells_nobody"))), back))
	if len(chain) > 1 {
		var codes []string
		for _, c := range chain[1:] {
			codes = append(codes, string(c))
		}
		out.Add(quiet(p.say.N("practice.earlier_codes", len(codes), "codes", p.say.List(codes))))
	}
	if len(seen) == 0 {
		out.Add(widget.NewText(p.t("never_seen"), widget.Style{}))
	}
	p.inside.Objects = []fyne.CanvasObject{widget.NewPanel(out)}
	if len(seen) > 0 {
		p.inside.Add(p.seenPanel(seen))
	}
	if o := p.wayPanel(chain); o != nil {
		p.inside.Add(o)
	}
	if len(seen) == 0 {
		return
	}
	last := p.snap.ground(seen[len(seen)-1].Community)
	if last == nil {
		return
	}
	if p.offered() && p.d.ShowOnward != nil {
		p.inside.Add(p.offerPanel(last.ID, last.Name, practice.PhaseOf(last, p.today()) == practice.Over))
	}
	p.inside.Add(p.onward(last, p.line))
}

// offered says whether the code is one that can be offered a practice ground again.
func (p *Page) offered() bool {
	for _, list := range p.snap.offers {
		for _, o := range list {
			if o.Code == p.line {
				return true
			}
		}
	}
	return false
}

func (p *Page) offerPanel(id, name string, over bool) fyne.CanvasObject {
	text := p.t("again_one", "name", name)
	if over {
		text = p.t("again_over", "name", name)
	}
	out := widget.NewColumn(theme.Space8, widget.NewText(p.t("again_title"), widget.Style{Size: theme.CardTitle, Bold: true, Ink: widget.OnWaiting}),
		widget.NewText(text, widget.Style{Ink: widget.OnWaiting}))
	ids := []string{id}
	if over {
		ids = nil
	}
	out.Add(widget.NewFlow(0, widget.NewPrimaryButton(p.t("again_do"), "", func() { p.d.ShowOnward(p.line, ids) })))
	return widget.NewTonePanel(widget.ToneWaiting, out)
}

// seenPanel is the times, the newest first.
func (p *Page) seenPanel(seen []practice.Time) fyne.CanvasObject {
	out := widget.NewColumn(theme.Space8, heading(p.say.N("practice.seen", len(seen))))
	for i := len(seen) - 1; i >= 0; i-- {
		out.Add(p.dayRow(p.say.Day(seen[i].On), p.nameOf(seen[i].Community), nil))
	}
	return widget.NewPanel(out)
}

// wayPanel says where the codes led, and how it went; nil where nothing is known here.
func (p *Page) wayPanel(chain []referral.Code) fyne.CanvasObject {
	out := widget.NewColumn(theme.Space8, heading(p.t("way_title")))
	n := 0
	add := func(c referral.Code) {
		t, known := p.snap.lives[c]
		if !known {
			return
		}
		var names []string
		for _, id := range t.Referral.Communities {
			names = append(names, p.nameOf(id))
		}
		state := string(t.Life.State)
		if key := "words.event." + state; p.say.Has(key) {
			state = p.say.T(key)
		}
		out.Add(p.dayRow(p.say.Day(t.Referral.At), strings.Join(filled(p.say.List(names), state), " · "), nil))
		n++
	}
	for _, c := range p.snap.onward[p.line] {
		add(c)
	}
	for _, c := range chain {
		add(c)
	}
	if n == 0 {
		return nil
	}
	return widget.NewPanel(out)
}
