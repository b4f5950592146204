package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// bareTheme draws an entry without a ground and a border of its own, in the
// type size of its surroundings; everything else is the app's theme of the
// moment. It is used around entries alone: around a list an override breaks
// the rows.
type bareTheme struct {
	size    theme.TypeSize
	oneLine bool
}

func (b bareTheme) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	switch n {
	case base.ColorNameInputBackground, base.ColorNameInputBorder:
		return color.Transparent
	case base.ColorNamePrimary:
		return color.Transparent // the border of focus; the frame draws it
	case base.ColorNameScrollBar:
		if b.oneLine {
			return color.Transparent // a bar under one long line says nothing
		}
	}
	return theme.Current().Color(n, v)
}

func (b bareTheme) Font(s fyne.TextStyle) fyne.Resource     { return theme.Current().Font(s) }
func (b bareTheme) Icon(n fyne.ThemeIconName) fyne.Resource { return theme.Current().Icon(n) }
func (b bareTheme) Size(n fyne.ThemeSizeName) float32 {
	if n == base.SizeNameText {
		return theme.Text(b.size)
	}
	return theme.Current().Size(n)
}
