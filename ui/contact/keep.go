package contact

import (
	"errors"
	"regexp"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb"
	cards "github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// dashed is the written form of a CPR number; a telephone number may have ten
// digits, but none is written so.
var dashed = regexp.MustCompile(`\d{6}-\d{4}`)

// keep looks at what is written, says what is missing where it is missing, and keeps
// the card. Without a yes nothing is kept.
func (f *form) keep() {
	if f.busy || !f.look() {
		return
	}
	c := f.card()
	f.busy = true
	f.save.Disable()
	k := f.k
	go func() {
		err := k.d.Store.KeepCard(c)
		c = cards.Card{}
		k.d.Post(func() {
			f.busy = false
			f.save.Enable()
			if k.form != f { // put away meanwhile; what was said yes to is kept all the same
				if err == nil && f.kept != nil {
					f.kept()
				}
				return
			}
			if err != nil {
				f.refused(err)
				return
			}
			last, _ := f.day()
			until := k.say.Day(last)
			k.Close()
			if f.kept != nil {
				f.kept()
			}
			k.tell(f.over, widget.NewBanner(widget.ToneGood, k.t("kept"), k.t("kept_text", "day", until)))
		})
	}()
}

// look says what is missing; focus goes to the first.
func (f *form) look() bool {
	k := f.k
	ok := true
	wrong := func(x *widget.Field, text string) {
		if f.problem(x, text); text != "" && ok {
			ok = false
			widget.FocusOn(x.Entry)
		}
	}
	if f.how.Value() == "" {
		ok = false
		f.noHow.Show()
		f.fit()
		widget.FocusOn(f.how.First())
	}
	name := strings.TrimSpace(f.name.Entry.Text)
	switch {
	case name == "":
		wrong(f.name, k.t("why.first_name.empty"))
	case privacy.CheckCPR(name, k.today()).Verdict != privacy.Pass:
		wrong(f.name, k.say.T("form.cpr_stop"))
	}
	if dashed.MatchString(f.phone.Entry.Text) {
		wrong(f.phone, k.say.T("form.cpr_stop"))
	}
	if _, text := f.day(); text != "" {
		wrong(f.until, text)
	}
	return ok
}

// card is what the form says.
func (f *form) card() cards.Card {
	day, _ := f.day()
	return cards.Card{
		FirstName: strings.TrimSpace(f.name.Entry.Text), Phone: strings.TrimSpace(f.phone.Entry.Text),
		Info: cards.Info{Code: f.code, DeleteBy: day, Consent: cards.Consent{
			Text: TextVersion, Language: f.language.Value(), How: f.how.Value(), At: f.k.d.Now(),
			TellHost: f.tellHost.Value() == yes, TellCompanion: f.tellAlong.Value() == yes,
		}},
	}
}

// refused says why a card was not kept. What is typed stays.
func (f *form) refused(err error) {
	k := f.k
	var cpr *localdb.CPRError
	switch problems := directory.Problems(err); {
	case errors.As(err, &cpr):
		f.problem(f.name, k.say.T("form.cpr_stop"))
		widget.FocusOn(f.name.Entry)
	case errors.Is(err, localdb.ErrDuplicate):
		f.tell(widget.NewBanner(widget.ToneWaiting, k.t("there"), ""))
	case len(problems) > 0:
		for _, p := range problems {
			field, text := f.fieldOf(p.Field), k.t("why.other")
			if key := "card.why." + p.Field + "." + p.Reason; k.say.Has(key) {
				text = k.say.T(key)
			}
			if field == nil {
				f.tell(widget.NewBanner(widget.ToneTrouble, text, ""))
				continue
			}
			f.problem(field, text)
			widget.FocusOn(field.Entry)
		}
	default:
		f.tell(widget.NewBanner(widget.ToneTrouble, k.t("failed"), k.say.T(localdb.MessageKey(err))))
	}
}

func (f *form) fieldOf(name string) *widget.Field {
	return map[string]*widget.Field{"first_name": f.name, "phone": f.phone, "delete_by": f.until}[name]
}

// tell shows what happened above the buttons.
func (f *form) tell(b *widget.Banner) {
	f.said.Objects = nil
	f.said.Add(b)
	f.fit()
}
