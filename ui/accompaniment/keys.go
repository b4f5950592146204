package accompaniment

import (
	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/ui/shell"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Shortcuts are the page's keys, as F1 lists them.
func (p *Page) Shortcuts() []shell.Shortcut {
	t := p.say.T
	return []shell.Shortcut{
		{Keys: "1–9", Means: t("accompaniment.key_choose")},
		{Keys: "Enter", Means: t("followup.key_enter")},
		{Key: fyne.KeyN, Keys: "Ctrl N", Means: t("accompaniment.add"), Do: p.showAdd},
		{Keys: "Esc", Means: t("accompaniment.key_escape")},
	}
}

// TypedKey takes the keys that nothing in focus used: Esc leaves a form, a
// number chooses, and the arrows lead to the list, which may have been empty when one came here.
func (p *Page) TypedKey(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyEscape:
	case fyne.KeyDown, fyne.KeyUp:
		if len(p.rows) == 0 {
			return false
		}
		widget.FocusOn(p.list)
		return true
	default: // a number, while one of those who can go along has focus
		n := widget.DigitOf(e.Name)
		return n > 0 && p.shown.digit(n)
	}
	switch x := p.shown.(type) {
	case *plan:
		x.leave()
	case *wishForm:
		x.leave()
	default:
		return false
	}
	return true
}
