package contact

import (
	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/assets/translations"
	cards "github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	facts "github.com/faellesskabsby/vejviser/ui/form"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// consentKey is the text that is heard or read.
const consentKey = "card.consent." + TextVersion

// The answers to a question that a citizen may say yes to.
const (
	no  = "no"
	yes = "yes"
)

// form is the form of one card. The first name and the phone live in their fields
// and nowhere else.
type form struct {
	k     *Desk
	over  fyne.CanvasObject
	code  referral.Code
	kept  func()
	stop  func() // of the clock that closes a form that was left
	uses  uint64
	quiet int // looks of the clock at which nobody had done anything
	busy  bool

	language  *widget.Segmented
	consent   *widget.Text
	by        *widget.Text // who answers for it
	how       *widget.Segmented
	noHow     *widget.Text
	alongText *widget.Text
	hostText  *widget.Text
	tellAlong *widget.Segmented
	tellHost  *widget.Segmented
	name      *widget.Field
	phone     *widget.Field
	until     *widget.Field
	save      *widget.Button
	said      *fyne.Container
	root      fyne.CanvasObject
}

// spoken are the languages in which the text is there; a language that lacks it
// would give the Danish one.
func spoken() (out []string) {
	own := translations.For(translations.Default).T(consentKey)
	for _, l := range translations.Languages {
		if l == translations.Default || translations.For(l).T(consentKey) != own {
			out = append(out, l)
		}
	}
	return out
}

func newForm(k *Desk, over fyne.CanvasObject, code referral.Code, language string, kept func()) *form {
	f := &form{k: k, over: over, code: code, kept: kept}
	var languages []widget.Option
	known := false
	for _, l := range spoken() {
		name := k.say.Label("language", l) // one that this form has no own name of yet
		if key := "card.language." + l; k.say.Has(key) {
			name = k.say.T(key)
		}
		languages = append(languages, widget.Option{Value: l, Text: name})
		known = known || l == language
	}
	if !known {
		language = translations.For(k.d.Lang).Lang()
	}
	f.language = widget.NewSegmented(languages, language, func(string) { f.speak(); f.fit() })
	f.consent, f.by = widget.NewText("", widget.Style{}), widget.NewText("", widget.Style{Size: theme.Small})
	f.how = widget.NewSegmented([]widget.Option{{Value: cards.Hows[0], Text: k.t("how.spoken")}, {Value: cards.Hows[1], Text: k.t("how.written")}}, "",
		func(string) { f.noHow.Hide(); f.fit() })
	f.noHow = widget.NewText(k.t("no_consent"), widget.Style{Size: theme.Small, Ink: widget.OnTrouble})
	f.noHow.Hide()
	f.alongText, f.hostText = widget.NewText("", widget.Style{}), widget.NewText("", widget.Style{})
	f.tellAlong, f.tellHost = f.question(), f.question()
	f.name, f.phone, f.until = widget.NewField(k.t("name")), widget.NewField(k.t("phone")), widget.NewField(k.t("until"))
	f.until.Entry.SetText(facts.OfDay(k.today().AddDays(cards.DefaultDays)))
	for _, x := range []*widget.Field{f.name, f.phone, f.until} {
		x.Entry.OnChanged = func(string) { f.problem(x, ""); f.speak() }
	}
	f.name.Entry.OnSubmitted = func(string) { widget.FocusOn(f.phone.Entry) }
	f.phone.Entry.OnSubmitted = func(string) { widget.FocusOn(f.until.Entry) }
	f.until.Entry.OnSubmitted = func(string) { f.keep() }
	f.save = widget.NewPrimaryButton(k.t("keep"), "", f.keep)
	f.said = widget.NewColumn(0)
	f.speak()
	f.build()
	return f
}

func (f *form) question() *widget.Segmented {
	return widget.NewSegmented([]widget.Option{{Value: no, Text: f.k.t("no")}, {Value: yes, Text: f.k.t("yes")}}, no, nil)
}

// build lays the form: what the citizen hears on the left, what is written down on
// the right, and below both ways on, side by side.
func (f *form) build() {
	k := f.k
	t := k.t
	left := widget.NewFolder(widget.NewColumn(theme.Space12,
		widget.NewText(t("read"), widget.Style{Bold: true, Ink: widget.Quiet, Size: theme.Quiet}), f.language, f.consent, f.by))
	asks := widget.NewColumn(theme.Space16,
		widget.NewColumn(theme.Space8, widget.NewText(t("how_title"), widget.Style{Bold: true}), f.how, f.noHow),
		widget.NewColumn(theme.Space8, f.alongText, f.tellAlong),
		widget.NewColumn(theme.Space8, f.hostText, f.tellHost),
		widget.NewPair(theme.Space12, theme.Scaled(140), f.name, f.phone),
		widget.NewColumn(theme.Space4, f.until,
			widget.NewText(t("until_hint", "day", k.say.Day(k.today().AddDays(cards.MaxDays))), widget.Style{Size: theme.Small, Ink: widget.Quiet})))
	f.root = widget.NewColumn(theme.Space16,
		widget.NewColumn(2,
			widget.NewText(t("title"), widget.Style{Size: theme.Heading, Bold: true}),
			widget.NewText(t("for_code", "code", string(f.code)), widget.Style{Ink: widget.Quiet})),
		widget.NewPair(theme.Space16, theme.Scaled(300), left, asks),
		f.said,
		widget.NewTiles(theme.Space12, theme.Scaled(240),
			widget.NewColumn(theme.Space4, f.save, widget.NewText(t("keep_hint"), widget.Style{Size: theme.Small, Ink: widget.Quiet})),
			widget.NewColumn(theme.Space4, widget.NewQuietButton(t("without"), "Esc", k.Close),
				widget.NewText(t("without_hint"), widget.Style{Size: theme.Small, Ink: widget.Quiet}))))
}

// speak puts what the citizen hears in the language that is chosen.
func (f *form) speak() {
	s := say.In(f.language.Value())
	day, _ := f.day()
	f.consent.SetText(s.T(consentKey, "day", s.Day(day)))
	if o, err := f.k.d.Store.Organisation(); err == nil && o != "" {
		f.by.SetText(s.T("card.consent_by", "organisation", o))
	} else {
		f.by.Hide()
	}
	f.alongText.SetText(s.T("card.tell_companion"))
	f.hostText.SetText(s.T("card.tell_host"))
}

// day is the last day of the card, and what is wrong with what is written.
func (f *form) day() (d directory.Day, wrong string) {
	today := f.k.today()
	last := today.AddDays(cards.MaxDays)
	d, reason := facts.Day(f.until.Entry.Text, today)
	switch {
	case reason != "" || d == "":
		return today.AddDays(cards.DefaultDays), f.k.say.T("form.why.no_day")
	case d < today:
		return today.AddDays(cards.DefaultDays), f.k.t("until_past")
	case d > last:
		return last, f.k.t("until_late", "day", f.k.say.Day(last))
	}
	return d, ""
}

func (f *form) problem(x *widget.Field, text string) {
	if x.Problem() != text {
		x.SetProblem(text)
		f.fit()
	}
}

// fit lays the form out again after something in it changed height.
func (f *form) fit() {
	if f.k.pop != nil {
		widget.Relayout(f.root)
		f.k.pop.Fit()
	}
}

// watch closes the form when it is left: what is typed in it goes with it.
func (f *form) watch() {
	const looks = 6
	f.uses = widget.Uses()
	var look func()
	look = func() {
		if f.k.form != f {
			return
		}
		if u := widget.Uses(); u != f.uses {
			f.uses, f.quiet = u, 0
		} else if f.quiet++; f.quiet >= looks {
			f.k.Close()
			return
		}
		f.stop = f.k.d.after(leftAfter/looks, look)
	}
	f.stop = f.k.d.after(leftAfter/looks, look)
}

// wipe leaves nothing of what was typed.
func (f *form) wipe() {
	if f.stop != nil {
		f.stop()
	}
	f.name.Entry.Wipe()
	f.phone.Entry.Wipe()
	widget.ForgetMeasures()
}
