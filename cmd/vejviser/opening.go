package main

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// newOpening is what the window shows until the store is open.
func newOpening(cat *translations.Catalogue) fyne.CanvasObject {
	return container.NewCenter(widget.NewLabel(cat.T("app.opening"), widget.Style{Size: theme.CardTitle, Ink: widget.Quiet}))
}

// newRefusal says why the store could not be opened, what is safe, and lets it be
// tried again.
func newRefusal(cat *translations.Catalogue, key string, again func()) fyne.CanvasObject {
	return refusal(cat, cat.T(key), widget.NewFlow(theme.Space8, widget.NewPrimaryButton(cat.T("app.again"), "", again)))
}

func refusal(cat *translations.Catalogue, why string, more ...fyne.CanvasObject) fyne.CanvasObject {
	return widget.NewPad(theme.Space36, theme.Space36, widget.NewColumn(theme.Space16, append([]fyne.CanvasObject{
		widget.NewText(cat.T("app.refused"), widget.Style{Size: theme.Page, Bold: true}),
		widget.NewText(why, widget.Style{}),
	}, more...)...))
}
