package widget

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// transparent is no colour, to compute with; nothing is the one that the painter
// knows and skips: any other invisible fill it draws, pixel by pixel.
var (
	transparent             = color.NRGBA{}
	nothing     color.Color = color.Transparent
)

// paint gives a colour to a shape, and nothing where it cannot be seen.
func paint(c color.NRGBA) color.Color {
	if c.A == 0 {
		return nothing
	}
	return c
}

// The small drawn signs: lines of 2/24 with round ends, on a 24 × 24 ground.
// They stand beside words, never instead of them.
const (
	GlyphDown  = "M6 9l6 6 6-6"
	GlyphEnter = "M19 6v5a3 3 0 0 1-3 3H6M10 9.5L5.5 14l4.5 4.5"
	GlyphClose = "M7 7l10 10M17 7L7 17"
	GlyphCheck = "M5 12.5l5 5L19 7.5"
	GlyphPlus  = "M12 5v14M5 12h14"
	GlyphBack  = "M15 6l-6 6 6 6"
)

// NewGlyph draws a sign at a size that follows the text.
func NewGlyph(path string, size theme.TypeSize, ink Ink) *canvas.Image {
	img := canvas.NewImageFromResource(glyphResource(path, ink(theme.Colours())))
	img.FillMode = canvas.ImageFillContain
	s := theme.Text(size)
	img.SetMinSize(fyne.NewSize(s, s))
	return img
}

func inkGlyph(img *canvas.Image, path string, size theme.TypeSize, ink color.NRGBA) {
	r := glyphResource(path, ink)
	s := theme.Text(size)
	if img.Resource != nil && img.Resource.Name() == r.Name() && img.MinSize().Width == s {
		return
	}
	img.Resource = r
	img.SetMinSize(fyne.NewSize(s, s))
	img.Refresh()
}

func glyphResource(path string, c color.NRGBA) fyne.Resource {
	svg := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="%s" fill="none" stroke="#%02x%02x%02x" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/></svg>`, path, c.R, c.G, c.B)
	return fyne.NewStaticResource(fmt.Sprintf("glyph-%x-%02x%02x%02x.svg", path, c.R, c.G, c.B), []byte(svg))
}
