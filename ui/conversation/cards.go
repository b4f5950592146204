package conversation

import (
	"fyne.io/fyne/v2"

	content "github.com/faellesskabsby/vejviser/assets/conversation"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// cards makes an arena's cards. Sentences to say stand in quotation marks on
// the green tint, so that they are found at a glance; advice stands plain; what
// is better left unsaid stands with its reason.
func (p *Page) cards(a content.Arena) []fyne.CanvasObject {
	intro := widget.NewColumn(theme.Space4,
		widget.NewText(a.Title, widget.Style{Size: theme.Heading, Bold: true}),
		widget.NewText(a.When, widget.Style{Ink: widget.Quiet}))
	return []fyne.CanvasObject{
		widget.NewInset(0, theme.Space16, 0, 0, intro),
		widget.NewInset(0, theme.Space16, theme.Space16, 0, widget.NewColumns(theme.Space16, theme.Scaled(320),
			p.card("ready", advice(a.Ready)),
			p.card("openings", sentences(a.Openings)),
			p.card("follow_ups", sentences(a.FollowUps)),
			p.card("listening", advice(a.Listening)),
			p.card("showing", advice(a.Showing)),
			p.card("accompany", sentences(a.Accompany)),
			p.card("welcome", advice(a.Welcome)),
			p.card("closing", sentences(a.Closing)),
			p.card("when_no", sentences(a.WhenNo)),
			p.card("avoid", unsaid(a.Avoid)),
		)),
	}
}

func (p *Page) card(part string, body fyne.CanvasObject) fyne.CanvasObject {
	return widget.NewPanel(widget.NewColumn(theme.Space12,
		widget.NewText(p.say.T("conversation."+part), widget.Style{Size: theme.CardTitle, Bold: true}), body))
}

// sentences are words to say.
func sentences(list []string) fyne.CanvasObject {
	c := widget.NewColumn(theme.Space8)
	for _, s := range list {
		c.Add(widget.NewTonePanel(widget.ToneGood, widget.NewText(quote(s), widget.Style{Ink: widget.OnTint})))
	}
	return c
}

// advice is what to know or do.
func advice(list []string) fyne.CanvasObject {
	c := widget.NewColumn(theme.Space8)
	for _, s := range list {
		c.Add(widget.NewText(s, widget.Style{}))
	}
	return c
}

func unsaid(list []content.Avoid) fyne.CanvasObject {
	c := widget.NewColumn(theme.Space12)
	for _, x := range list {
		c.Add(widget.NewColumn(0,
			widget.NewText(quote(x.Say), widget.Style{Bold: true, Ink: widget.OnTrouble}),
			widget.NewText(x.Why, widget.Style{Ink: widget.Quiet})))
	}
	return c
}

func quote(s string) string { return "“" + s + "”" }
