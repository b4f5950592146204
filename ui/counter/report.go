package counter

import (
	"errors"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// suggestFields are what a correction can be about.
var suggestFields = []string{"schedule", "place", "price", "contact", "capacity", "other"}

// suggest opens "Meld fejl": a correction that will go to the guides.
func (c *Counter) suggest(v *hitView) {
	if v == nil {
		return
	}
	t := c.cat.T
	var options []widget.Option
	for _, f := range suggestFields {
		options = append(options, widget.Option{Value: f, Text: t("counter.report_field." + f)})
	}
	what := widget.NewChoice(options, suggestFields[0], nil)
	field := widget.NewTextField(t("counter.report_text"), 4)
	g := &guard{c: c, field: field, stop: "privacy.cpr_stop"}
	var pop *widget.Popup
	send := widget.NewPrimaryButton(t("counter.report_send"), "", func() {
		if field.Entry.Text == "" {
			field.SetProblem(t("counter.report_empty"))
		} else if g.check() {
			err := c.deps.Store.Suggest(localdb.Suggestion{ID: c.newID(), Community: v.community.ID, Field: what.Value(),
				Text: field.Entry.Text, At: c.deps.Now(), Confirmed: g.confirmed()})
			if err == nil {
				pop.Close()
				c.notice.show(widget.ToneGood, t("counter.reported"), t("counter.reported_text"))
				return
			}
			field.SetProblem(t("counter.report_failed"))
			if cpr := (*localdb.CPRError)(nil); errors.As(err, &cpr) { // seen once signs that do not show are taken out
				field.SetProblem(g.stopped())
			}
		}
		pop.Fit()
	})
	pop = widget.ShowDialog(c.root, theme.Scaled(480), widget.NewColumn(theme.Space12,
		widget.NewText(t("counter.report_title", "name", v.name), widget.Style{Size: theme.Heading, Bold: true}),
		widget.NewText(t("counter.report_hint"), widget.Style{Ink: widget.Quiet}),
		widget.Labelled(t("counter.report_what"), what), field,
		widget.NewFlow(theme.Space8, send, widget.NewQuietButton(t("counter.cancel"), "Esc", func() { pop.Close() }))))
	if pop == nil {
		return
	}
	c.report = field
	pop.OnClose = func() {
		c.report = nil
		g.clear()
	}
	widget.FocusOn(field.Entry)
}
