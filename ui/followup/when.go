package followup

import (
	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// when is the choice of the day on which something happened: today, unless a person
// says otherwise.
type when struct {
	say     *say.Speaker
	today   func() directory.Day
	changed func()
	on      string
	choice  *widget.Segmented
	field   *widget.Field
	content fyne.CanvasObject
}

func newWhen(s *say.Speaker, today func() directory.Day, changed func()) *when {
	w := &when{say: s, today: today, changed: changed, on: "today"}
	w.choice = widget.NewSegmented([]widget.Option{
		{Value: "today", Text: s.T("followup.when_today")},
		{Value: "yesterday", Text: s.T("followup.when_yesterday")},
		{Value: "other", Text: s.T("followup.when_other")},
	}, w.on, w.set)
	w.field = widget.NewField(s.T("followup.when_placeholder", "example", say.TypedDay(today().AddDays(-7))))
	w.field.Entry.OnChanged = func(string) { w.problem("") }
	w.field.Hide()
	label := widget.NewLabel(s.T("followup.when_label"), widget.Style{Size: theme.Quiet, Ink: widget.Quiet})
	w.content = widget.NewColumn(theme.Space8, widget.NewBeside(theme.Space12, theme.Scaled(240), label, w.choice), w.field)
	return w
}

func (w *when) set(value string) {
	w.on = value
	show(w.field, value == "other")
	w.problem("")
	w.changed()
	if value == "other" {
		widget.FocusOn(w.field.Entry)
	}
}

// reset goes back to today.
func (w *when) reset() {
	w.on = "today"
	w.choice.Select(w.on)
	w.field.Entry.SetText("")
	w.field.Hide()
}

func (w *when) problem(text string) {
	if w.field.Problem() != text {
		w.field.SetProblem(text)
		w.changed()
	}
}

// read gives the day that is chosen. One that cannot be – not a day, not come yet,
// before what it is about – is said beside the field, and what was typed stays.
func (w *when) read(shown directory.Day) (directory.Day, bool) {
	today, s := w.today(), w.say
	d := today
	switch w.on {
	case "yesterday":
		d = today.AddDays(-1)
	case "other":
		var err error
		if d, err = say.ReadDay(w.field.Entry.Text, today, false); err != nil {
			w.problem(s.T("followup.when_bad", "example", say.TypedDay(today.AddDays(-7))))
			return "", false
		}
	}
	switch {
	case d > today:
		w.problem(s.T("followup.when_future"))
	case shown.Valid() && d < shown:
		w.field.Show()
		w.problem(s.T("followup.when_before", "day", s.Day(shown)))
	default:
		return d, true
	}
	return "", false
}
