package counter

import (
	"errors"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// tie is the code that the citizen has already: the vejvisning that is made is tied
// to the one before it by the citizen's own slip, and by nothing that names them.
type tie struct {
	f     *folder
	code  referral.Code              // "" is none
	shown func(communities []string) // told what was shown, once it is recorded; may be nil
	open  bool                       // the field is in sight
	field *widget.Field
	top   *fyne.Container // the code that is tied, above the communities
	box   *fyne.Container // the way to tie one, below all else
}

func newTie(f *folder) *tie {
	t := &tie{f: f, field: widget.NewField(f.c.cat.T("followup.tie_code")), top: widget.NewColumn(0), box: widget.NewColumn(theme.Space4)}
	t.field.Entry.OnChanged = func(string) { t.problem("") }
	t.field.Entry.OnSubmitted = t.typed
	t.fill()
	return t
}

// ShowOther makes the next vejvisning one for the citizen who has this code: what was
// shown before had no room, did not fit, or ended. shown is told which communities
// are shown instead, once they are recorded; it may be nil.
func (c *Counter) ShowOther(previous referral.Code, shown func(communities []string)) {
	if c.folder.done != nil {
		c.NewCitizen()
	}
	c.folder.tie.set(previous, shown)
	c.Focus()
}

func (t *tie) set(code referral.Code, shown func([]string)) {
	t.code, t.shown, t.open = code, shown, false
	t.field.Entry.Wipe()
	t.fill()
	t.f.relayout()
}

func (t *tie) clear() {
	t.code, t.shown, t.open = "", nil, false
	t.field.Entry.Wipe()
	t.problem("")
	t.fill()
}

// fill shows the code that is tied, or the way to tie one.
func (t *tie) fill() {
	s := t.f.c.cat
	t.top.Objects, t.box.Objects = nil, nil
	t.top.Hide()
	t.box.Show()
	switch {
	case t.code != "":
		chip := widget.NewChip(s.T("followup.tie_tied", "code", string(t.code)), widget.ChipOn, func() { t.set("", nil) }).Drops()
		t.top.Objects = []fyne.CanvasObject{widget.NewFlow(0, chip)}
		t.top.Show()
		t.box.Hide()
	case t.open:
		t.box.Objects = []fyne.CanvasObject{t.field}
	default:
		t.box.Objects = []fyne.CanvasObject{widget.NewFlow(0, widget.NewPlainButton(s.T("followup.tie_ask"), func() {
			t.open = true
			t.fill()
			t.f.relayout()
			widget.FocusOn(t.field.Entry)
		}))}
	}
}

// typed ties the code that was typed; what is wrong with it is said beside it.
func (t *tie) typed(text string) {
	code, err := referral.ParseCode(text)
	if err != nil {
		reason := referral.ReasonLength
		var ce *referral.CodeError
		if errors.As(err, &ce) {
			reason = ce.Reason
		}
		t.problem(t.f.c.cat.T("reasons." + reason))
		return
	}
	t.set(code, nil)
	widget.FocusOn(t.f.printIt)
}

func (t *tie) problem(text string) {
	if t.field.Problem() != text {
		t.field.SetProblem(text)
		t.f.relayout()
		if text != "" {
			widget.Reveal(t.field)
		}
	}
}
