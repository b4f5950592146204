package contact

import (
	"fyne.io/fyne/v2"

	cards "github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Desk opens the form over any page. All methods are called on the screen's goroutine.
type Desk struct {
	d    Deps
	say  *say.Speaker
	form *form
	pop  *widget.Popup
}

// New makes one; nothing is shown.
func New(d Deps) *Desk { return &Desk{d: d, say: say.In(d.Lang)} }

func (k *Desk) t(key string, args ...any) string { return k.say.T("card."+key, args...) }

func (k *Desk) today() directory.Day { return directory.DayOf(k.d.Now()) }

// Open asks for the contact card of a code, over a page. language is the one to begin
// with for the text that the citizen hears ("" is the desk's); kept is told once a
// card is kept, and may be nil.
func (k *Desk) Open(over fyne.CanvasObject, code referral.Code, language string, kept func()) {
	k.Close()
	info, err := k.d.Store.CardOf(code)
	switch {
	case err != nil:
		k.tell(over, widget.NewBanner(widget.ToneTrouble, k.t("failed"), k.t("failed_text")))
	case info != nil:
		k.there(over, info)
	default:
		k.form = newForm(k, over, code, language, kept)
		k.pop = widget.ShowDialog(over, theme.Scaled(860), k.form.root)
		if k.pop == nil {
			k.form = nil
			return
		}
		k.pop.OnClose = k.wipe
		k.form.watch()
	}
}

// there says that the code has a card already; what is on it is not shown here.
func (k *Desk) there(over fyne.CanvasObject, info *cards.Info) {
	k.tell(over, widget.NewBanner(widget.ToneWaiting, k.t("there"), k.t("there_text", "day", k.say.Day(info.DeleteBy))))
}

// tell shows one thing, and a button to go on.
func (k *Desk) tell(over fyne.CanvasObject, b *widget.Banner) {
	var pop *widget.Popup
	pop = widget.ShowDialog(over, theme.Scaled(520), widget.NewColumn(theme.Space12, b,
		widget.NewFlow(theme.Space8, widget.NewPrimaryButton(k.t("done"), "Esc", func() { pop.Close() }))))
	k.pop = pop
}

// Close puts the form away, and wipes what was typed.
func (k *Desk) Close() {
	if k.pop != nil {
		k.pop.Close()
	}
	k.wipe()
}

// wipe leaves nothing of what was typed.
func (k *Desk) wipe() {
	if k.form != nil {
		k.form.wipe()
		k.form = nil
	}
	k.pop = nil
}

// Shown says whether the form is in sight.
func (k *Desk) Shown() bool { return k.form != nil }
