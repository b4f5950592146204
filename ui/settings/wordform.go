package settings

import (
	"errors"
	"slices"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// wordForm is where one of the organisation's own words is written: what people
// say, as text, and what it means, chosen among the topics of the directory.
type wordForm struct {
	w      *words
	was    string   // what the word said that is being changed; "" is a new one
	chosen []string // what it means
	asked  string   // the phrase that is known already, and was asked about
	busy   bool

	title   *widget.Text
	says    *widget.Field
	means   *fyne.Container
	hint    *widget.Text
	find    *widget.Field
	offers  *fyne.Container
	nothing *widget.Text
	save    *widget.Button
	remove  *widget.Button
	fresh   *widget.Button
	said    *fyne.Container
	panel   *widget.Panel
	help    *widget.Panel
}

// offered is how many topics are offered at a time.
const offered = 12

func newWordForm(w *words) *wordForm {
	f := &wordForm{w: w}
	f.title = widget.NewText("", widget.Style{Size: theme.CardTitle, Bold: true})
	f.says = widget.NewField(w.t("says"))
	f.says.Entry.SetPlaceHolder(w.t("says_placeholder"))
	f.says.Entry.OnChanged = func(string) { f.problem("") }
	f.says.Entry.OnSubmitted = func(string) { widget.FocusOn(f.find.Entry) }
	f.means = widget.NewFlow(6)
	f.hint = widget.NewText(w.t("means_hint"), widget.Style{Ink: widget.Quiet, Size: theme.Small})
	f.find = widget.NewField(w.t("find"))
	f.find.Entry.SetPlaceHolder(w.t("find_placeholder"))
	f.find.Entry.OnChanged = func(string) { f.find.SetProblem(""); f.offer() }
	f.find.Entry.OnSubmitted = func(string) { f.submitted() }
	f.offers = widget.NewFlow(6)
	f.nothing = widget.NewText("", widget.Style{Ink: widget.Quiet, Size: theme.Small})
	f.save = widget.NewPrimaryButton(w.t("save"), "", f.keep)
	f.remove = widget.NewQuietButton(w.t("remove"), "", f.drop)
	f.fresh = widget.NewQuietButton(w.t("fresh"), "", f.begin)
	f.said = widget.NewColumn(theme.Space8)
	f.panel = widget.NewPanel(widget.NewColumn(theme.Space12, f.title, f.said, f.says,
		widget.NewColumn(theme.Space4, widget.NewText(w.t("means_label"), widget.Style{Size: theme.Quiet, Ink: widget.Quiet}), f.means, f.hint),
		f.find, f.offers, f.nothing,
		widget.NewFlow(theme.Space8, f.save, f.remove, f.fresh)))
	f.help = widget.NewTonePanel(widget.ToneGood, widget.NewColumn(theme.Space4,
		widget.NewText(w.t("help_title"), widget.Style{Bold: true, Ink: widget.OnTint}),
		widget.NewText(w.t("help"), widget.Style{Ink: widget.OnTint, Size: theme.Quiet})))
	f.said.Hide()
	f.set("", localdb.OwnWord{})
	return f
}

// focus goes to where writing begins.
func (f *wordForm) focus() { widget.FocusOn(f.says.Entry) }

// begin makes room for a new word.
func (f *wordForm) begin() {
	f.set("", localdb.OwnWord{})
	f.w.list.Select(-1)
	f.focus()
}

// edit takes a word up to be changed.
func (f *wordForm) edit(x localdb.OwnWord) {
	if f.w.filing {
		f.w.back()
	}
	f.tell(nil)
	f.set(x.Says, x)
}

func (f *wordForm) set(was string, x localdb.OwnWord) {
	f.was, f.chosen, f.asked = was, slices.Clone(x.Means), ""
	title := f.w.t("new_title")
	if was != "" {
		title = f.w.t("edit_title", "says", was)
	}
	f.title.SetText(title)
	f.says.SetProblem("")
	f.says.Entry.SetText(x.Says)
	f.find.SetProblem("")
	f.find.Entry.SetText("")
	show(f.remove, was != "")
	show(f.fresh, was != "")
	f.offer()
}

// offer shows what is chosen, and the topics that fit what is typed.
func (f *wordForm) offer() {
	w := f.w
	f.means.Objects, f.offers.Objects = nil, nil
	for _, m := range f.chosen {
		f.means.Add(widget.NewChip(m, widget.ChipOn, func() { f.unchoose(m) }).Drops())
	}
	show(f.means, len(f.chosen) > 0)
	show(f.hint, len(f.chosen) == 0)
	text := f.find.Entry.Text
	for _, t := range f.found() {
		f.offers.Add(widget.NewChip(w.t("topic", "name", t.Name, "n", t.Communities), widget.ChipOff, func() { f.choose(t.Name) }))
	}
	show(f.offers, len(f.offers.Objects) > 0)
	nothing := ""
	switch {
	case w.topics == nil:
		nothing = w.t("topics_loading")
	case w.topics.Len() == 0:
		nothing = w.t("topics_none")
	case len(f.offers.Objects) == 0:
		nothing = w.t("topic_unknown", "text", text)
	}
	f.nothing.SetText(nothing)
	show(f.nothing, nothing != "")
	w.relayout()
}

func (f *wordForm) found() []localdb.Topic {
	if f.w.topics == nil {
		return nil
	}
	list := f.w.topics.Find(f.find.Entry.Text, offered+len(f.chosen))
	list = slices.DeleteFunc(list, func(t localdb.Topic) bool { return slices.Contains(f.chosen, t.Name) })
	return list[:min(len(list), offered)]
}

func (f *wordForm) choose(name string) {
	if !slices.Contains(f.chosen, name) {
		f.chosen = append(f.chosen, name)
	}
	f.find.Entry.SetText("")
	f.offer()
	widget.FocusOn(f.find.Entry)
}

func (f *wordForm) unchoose(name string) {
	f.chosen = slices.DeleteFunc(f.chosen, func(m string) bool { return m == name })
	f.offer()
	widget.FocusOn(f.find.Entry)
}

// submitted is Enter in the search for topics: the first is chosen; with
// nothing typed the word is kept.
func (f *wordForm) submitted() {
	if f.find.Entry.Text == "" {
		f.keep()
		return
	}
	if list := f.found(); len(list) > 0 {
		f.choose(list[0].Name)
	}
}

func (f *wordForm) problem(text string) {
	if f.says.Problem() != text {
		f.says.SetProblem(text)
		f.w.relayout()
	}
}

// keep keeps the word away from the screen, for it is on the disk before it counts.
func (f *wordForm) keep() {
	w := f.w
	if f.busy {
		return
	}
	word, err := localdb.OwnWord{Says: f.says.Entry.Text, Means: f.chosen}.Check(w.p.today())
	if err != nil {
		f.refused(err)
		return
	}
	if old, known := w.find(word.Says); known && old.Says != f.was && f.asked != word.Says {
		f.asked = word.Says
		f.problem(w.t("known", "says", old.Says, "topics", w.p.say.List(old.Means)))
		return
	}
	was, store := f.was, w.p.d.Store
	f.run(func() error { return store.PutOwnWord(was, word) }, func() {
		f.set("", localdb.OwnWord{})
		f.tell(widget.NewBanner(widget.ToneGood, w.t("saved", "says", word.Says, "topics", w.p.say.List(word.Means)), w.t("saved_text")))
		f.focus()
	})
}

// drop removes the word, and offers it back.
func (f *wordForm) drop() {
	w := f.w
	word, known := w.find(f.was)
	if f.busy || !known {
		return
	}
	store := w.p.d.Store
	f.run(func() error { return store.DropOwnWord(word.Says) }, func() {
		f.set("", localdb.OwnWord{})
		undo := widget.NewQuietButton(w.t("undo"), "", func() {
			f.run(func() error { return store.PutOwnWord("", word) }, func() { f.tell(nil) })
		})
		f.tell(widget.NewBanner(widget.ToneWaiting, w.t("removed", "says", word.Says), "", undo))
		f.focus()
	})
}

// run does one piece of work beside the screen; what fails leaves the form as it is.
func (f *wordForm) run(do func() error, done func()) {
	f.busy = true
	go func() {
		err := do()
		f.w.p.d.Post(func() {
			f.busy = false
			if err != nil {
				f.refused(err)
				return
			}
			done()
		})
	}()
}

// refused says why a word was not kept, where it stands.
func (f *wordForm) refused(err error) {
	w := f.w
	var field *directory.RefusedError
	var cpr *localdb.CPRError
	switch {
	case errors.As(err, &cpr):
		f.problem(w.t("cpr"))
		f.focus()
	case errors.As(err, &field) && field.Field == "says":
		f.problem(w.t("says_" + field.Reason))
		f.focus()
	case errors.As(err, &field) && field.Field == "means":
		f.find.SetProblem(w.t("means_"+field.Reason, "topic", field.Value))
		w.relayout()
		widget.FocusOn(f.find.Entry)
	case errors.As(err, &field):
		f.tell(widget.NewBanner(widget.ToneTrouble, w.t("too_many", "n", localdb.MaxOwnWords), w.t("too_many_text")))
	default:
		f.tell(widget.NewBanner(widget.ToneTrouble, w.t("not_saved"), w.p.say.T(localdb.MessageKey(err))))
	}
}

// tell shows what happened above the fields; nil takes it away.
func (f *wordForm) tell(b *widget.Banner) {
	f.said.Objects = nil
	if b != nil {
		f.said.Add(b)
	}
	show(f.said, b != nil)
	f.w.relayout()
}
