package followup

import (
	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/ui/shell"
)

// Shortcuts are the page's keys, as F1 lists them.
func (p *Page) Shortcuts() []shell.Shortcut {
	t := p.say.T
	return []shell.Shortcut{
		{Keys: "1–9", Means: t("followup.key_say")},
		{Keys: "Enter", Means: t("followup.key_enter")},
		{Key: fyne.KeyB, Keys: "Ctrl B", Means: t("followup.key_pile"), Do: func() {
			p.many.Set(!p.pile.on)
			p.pile.toggle(!p.pile.on)
		}},
		{Key: fyne.KeyU, Keys: "Ctrl U", Means: t("followup.key_undo"), Do: p.undoLast},
	}
}

// undoLast takes back the last thing that was said here.
func (p *Page) undoLast() {
	for _, e := range p.pile.entries {
		if e.state != entryKept {
			continue
		}
		p.undo(e, func(err error) {
			c := p.card
			if c == nil || c.told.Referral.Code != e.code {
				p.pile.again()
				return
			}
			c.tookBack(err)
		})
		return
	}
}
