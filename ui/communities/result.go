package communities

import (
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/interchange"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// listed is how many refusals and notes are shown; all go into the text file.
const listed = 60

// showAccount says what became of every row.
func (w *work) showAccount(a interchange.Account, dry bool) {
	s := w.p.say
	tone, said := widget.ToneGood, w.t("account_done")
	if dry {
		tone, said = widget.ToneWaiting, w.t("account_dry")
	}
	parts := []fyne.CanvasObject{widget.NewBanner(tone, accountWords(s, a), s.N("communities.account_rows", a.Rows)+". "+said)}
	buttons := widget.NewFlow(theme.Space8)
	var first *widget.Button
	if dry {
		first = widget.NewPrimaryButton(w.t("run"), "", func() { w.run(false) })
		buttons.Add(first)
		if len(w.columns) > 0 {
			buttons.Add(widget.NewQuietButton(w.t("mapping_title"), "", w.showMapping))
		}
	} else {
		first = widget.NewPrimaryButton(w.t("done"), "", w.p.closeWork)
		buttons.Add(first)
	}
	buttons.Add(widget.NewQuietButton(w.t("start_over"), "", func() { w.choose("", "") }))
	parts = append(parts, buttons)
	if len(a.Refusals)+len(a.Notes) > 0 {
		box := w.saveReport(a)
		box.Hide()
		buttons.Add(widget.NewQuietButton(w.t("report_save"), "", func() {
			show(box, !box.Visible())
			w.p.relayout()
		}))
		parts = append(parts, box)
	}
	parts = append(parts, w.list("refusals", a.Refusals, widget.OnTrouble)...)
	parts = append(parts, w.list("notes", a.Notes, widget.Plain)...)
	w.set(first, w.t("import_title"), "", parts...)
}

// list shows refusals or notes: where, what and what helps.
func (w *work) list(name string, list []interchange.Refusal, ink widget.Ink) []fyne.CanvasObject {
	if len(list) == 0 {
		return nil
	}
	s := w.p.say
	c := widget.NewColumn(theme.Space8,
		widget.NewText(w.t(name+"_title")+" · "+s.Int(len(list)), widget.Style{Size: theme.CardTitle, Bold: true}),
		widget.NewText(w.t(name+"_hint"), widget.Style{Ink: widget.Quiet, Size: theme.Quiet}))
	for i, r := range list {
		if i == listed {
			c.Add(widget.NewText(s.N("communities.more_rows", len(list)-listed), widget.Style{Ink: widget.Quiet}))
			break
		}
		c.Add(widget.NewColumn(0,
			widget.NewText(where(s, r), widget.Style{Size: theme.Small, Ink: widget.Quiet}),
			widget.NewText(why(s, r), widget.Style{Ink: ink})))
	}
	return []fyne.CanvasObject{c}
}

// saveReport lets a person keep the account as a text file.
func (w *work) saveReport(a interchange.Account) *fyne.Container {
	field := widget.NewField(w.t("path_hint_export"))
	field.Entry.SetText(filepath.Join(home(), w.t("report_name")))
	said := widget.NewText("", widget.Style{Ink: widget.Quiet, Size: theme.Quiet})
	said.Hide()
	save := func() {
		path := field.Entry.Text
		text := report(w.p.say, a)
		go func() {
			err := os.WriteFile(path, []byte(text), 0o600)
			w.p.d.Post(func() {
				if err != nil {
					field.SetProblem(w.t("report_failed"))
				} else {
					field.SetProblem("")
					said.SetText(w.t("report_saved", "path", path))
					said.Show()
				}
				w.p.relayout()
			})
		}()
	}
	field.Entry.OnSubmitted = func(string) { save() }
	return widget.NewColumn(theme.Space8, field, widget.NewFlow(theme.Space8, widget.NewQuietButton(w.t("save"), "⏎", save)), said)
}

// home is where a file goes unless a person says otherwise; "" where it is not known.
func home() string {
	d, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return d
}
