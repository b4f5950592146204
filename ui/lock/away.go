package lock

import (
	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Shut is what stands in the place of a page whose records are locked because the
// PC was away from its hub for too long: what happened, what is safe, what to do.
type Shut struct {
	title string
	try   *widget.Button
	box   *fyne.Container
}

// NewShut makes one for the page of that title; try looks for the hub now, and help
// leads to where it is said how the PC stands with it.
func NewShut(lang, title string, try, help func()) *Shut {
	s := say.In(lang)
	p := &Shut{title: title}
	p.try = widget.NewPrimaryButton(s.T("lock.shut_try"), "", try)
	column := widget.NewColumn(theme.Space16,
		widget.NewText(title, widget.Style{Size: theme.Page, Bold: true}),
		widget.NewPanel(widget.NewColumn(theme.Space12,
			widget.NewText(s.T("lock.shut_title"), widget.Style{Size: theme.CardTitle, Bold: true}),
			widget.NewText(s.T("lock.shut_what"), widget.Style{}),
			widget.NewText(s.T("lock.shut_safe"), widget.Style{}),
			widget.NewText(s.T("lock.shut_do"), widget.Style{}),
			widget.NewFlow(theme.Space8, p.try, widget.NewQuietButton(s.T("lock.shut_help"), "", help)))))
	p.box = widget.NewWhole(widget.NewScroll(widget.NewInset(theme.Space16, theme.Space24, theme.Space24, theme.Space24, column)))
	return p
}

// Title is what the page is called that it stands for.
func (p *Shut) Title() string { return p.title }

// Content is what is shown.
func (p *Shut) Content() fyne.CanvasObject { return p.box }

// Focus goes to what can be done.
func (p *Shut) Focus() { widget.FocusOn(p.try) }
