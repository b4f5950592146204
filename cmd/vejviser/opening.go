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

// newRefusal says why the store could not be opened, and what is safe.
func newRefusal(cat *translations.Catalogue, key string) fyne.CanvasObject {
	return refusal(cat, cat.T(key))
}

func refusal(cat *translations.Catalogue, why string) fyne.CanvasObject {
	return widget.NewPad(theme.Space36, theme.Space36, widget.NewColumn(theme.Space16,
		widget.NewText(cat.T("app.refused"), widget.Style{Size: theme.Page, Bold: true}),
		widget.NewText(why, widget.Style{}),
	))
}
