package followup

import (
	"errors"

	"fyne.io/fyne/v2"

	cards "github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// contact is the part of a card about the contact card of its code. Opened, it shows
// a first name and a phone for a short while; the words are held nowhere else, and
// go when it closes.
type contact struct {
	c      *card
	info   *cards.Info
	open   *cards.Card
	stop   func() // of the clock that closes it
	sure   bool   // asked whether it is to be erased
	notice string // key of what went wrong
	busy   bool
}

// purposeCall is what a look is logged as here: to follow up, by calling.
const purposeCall = "call"

func (p *Page) newContact(c *card) *contact {
	x := &contact{c: c}
	if p.d.Cards != nil {
		x.read()
	}
	return x
}

// read finds out whether there is a card; it opens nothing.
func (x *contact) read() {
	info, err := x.c.p.d.Cards.CardOf(x.c.told.Referral.Code)
	x.info, x.notice = info, ""
	if err != nil {
		x.notice = "followup.contact_failed"
	}
}

// parts are what is shown of it.
func (x *contact) parts() []fyne.CanvasObject {
	p, s := x.c.p, x.c.p.say
	if p.d.Cards == nil {
		return nil
	}
	var body []fyne.CanvasObject
	if x.notice != "" {
		body = append(body, toneText(widget.ToneTrouble, s.T(x.notice)))
	}
	switch {
	case x.info == nil:
		return body
	case x.open != nil:
		body = append(body, x.opened()...)
	case x.sure:
		body = append(body, widget.NewText(s.T("followup.contact_sure"), widget.Style{}),
			widget.NewFlow(theme.Space8,
				widget.NewQuietButton(s.T("followup.contact_erase_yes"), "", x.erase),
				widget.NewQuietButton(s.T("followup.contact_keep"), "", func() { x.sure = false; x.show() })))
	default:
		body = append(body, widget.NewSplitRow(theme.Space8, theme.Scaled(140),
			widget.NewInset(theme.Space4, 0, 0, 0, widget.NewText(s.T("followup.contact_there", "day", widget.Together(s.ShortDay(x.info.DeleteBy))), widget.Style{Size: theme.Quiet})),
			widget.NewRow(0, widget.NewPlainButton(s.T("followup.contact_show"), x.look),
				widget.NewPlainButton(s.T("followup.contact_erase"), func() { x.sure = true; x.show() }))))
		return body
	}
	return []fyne.CanvasObject{widget.NewFolder(widget.NewColumn(theme.Space8, body...))}
}

// offer is the way to where a card is made, where there is none and one may be.
func (x *contact) offer() *widget.Button {
	p := x.c.p
	if p.d.Cards == nil || p.d.NewCard == nil || x.info != nil || !x.c.known() {
		return nil
	}
	code := x.c.told.Referral.Code
	return widget.NewPlainButton(p.say.T("followup.contact_new"), func() { p.d.NewCard(code) })
}

func (x *contact) opened() []fyne.CanvasObject {
	s := x.c.p.say
	phone := s.Phone(x.open.Phone)
	if phone == "" {
		phone = s.T("followup.contact_no_phone")
	}
	return []fyne.CanvasObject{
		widget.NewText(x.open.FirstName, widget.Style{Bold: true, Size: theme.Heading}),
		widget.NewText(phone, widget.Style{Bold: true, Size: theme.CardTitle}),
		widget.NewText(s.T("followup.contact_logged"), widget.Style{Ink: widget.Quiet, Size: theme.Quiet}),
		widget.NewFlow(theme.Space8, widget.NewQuietButton(s.T("followup.contact_close"), "", x.close)),
	}
}

// show builds the card anew with the part as it is now.
func (x *contact) show() {
	p := x.c.p
	if p.card != x.c {
		return
	}
	x.c.build()
	p.relayout()
	widget.FocusOn(x.c.keys)
}

// look opens the card; the look is logged before anything is shown.
func (x *contact) look() {
	if x.busy || x.info == nil {
		return
	}
	p, id := x.c.p, x.info.ID
	x.busy = true
	go func() {
		c, err := p.d.Cards.OpenCard(id, purposeCall)
		p.d.Post(func() {
			x.busy = false
			switch {
			case p.card != x.c: // another code is shown meanwhile
			case errors.Is(err, cards.ErrKeyGone):
				x.read()
				x.notice = "followup.contact_gone"
			case err != nil:
				x.notice = "followup.contact_away"
			default:
				x.open, x.notice = c, ""
				x.stop = p.d.after(cardShown, x.close)
			}
			x.show()
		})
	}()
}

// close forgets what was opened.
func (x *contact) close() {
	if x.forget() {
		x.show()
	}
}

func (x *contact) forget() bool {
	if x.stop != nil {
		x.stop()
		x.stop = nil
	}
	was := x.open != nil
	x.open = nil
	if was {
		widget.ForgetMeasures()
	}
	return was
}

// hideCard closes an opened contact card, where there is one.
func (p *Page) hideCard() {
	if p.card != nil && p.card.contact != nil {
		p.card.contact.close()
	}
}

// erase destroys the card here at once; it goes everywhere else as soon as they hear.
func (x *contact) erase() {
	if x.busy {
		return
	}
	p, id := x.c.p, x.info.ID
	x.busy = true
	go func() {
		err := p.d.Cards.EraseCard(id)
		p.d.Post(func() {
			x.busy, x.sure = false, false
			x.read()
			if err != nil {
				x.notice = "followup.contact_not_erased"
			} else {
				x.c.notice = toneText(widget.ToneGood, p.say.T("followup.contact_erased"))
			}
			x.show()
		})
	}()
}
