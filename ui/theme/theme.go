// Package theme is the look of the desktop app: colours, type sizes, spacing
// and radii as tokens, and the one app-wide Fyne theme made of them.
//
// It knows the two things a person may choose – contrast and text size – and
// nothing about screens or data. Widgets read the tokens when they refresh, so
// that a new choice shows at once, without a restart: Fyne's theme overrides
// break virtual lists, hence there is exactly one theme at a time.
package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"
)

// Contrast is how strongly the screen separates text from ground.
type Contrast string

// The contrasts a person can choose; the zero value is the everyday look.
const (
	Normal       Contrast = ""
	BlackOnWhite Contrast = "black_on_white"
	WhiteOnBlack Contrast = "white_on_black"
)

// Contrasts lists the contrasts in the order in which the button walks through them.
var Contrasts = []Contrast{Normal, BlackOnWhite, WhiteOnBlack}

// Scales lists the text sizes on offer, as factors of the everyday size.
var Scales = []float32{1, 1.25, 1.5}

// Theme is a contrast and a text size. It is a fyne.Theme.
type Theme struct {
	contrast Contrast
	scale    float32
	colours  Palette
}

// New makes a theme. An unknown contrast or a scale that is not on offer gives
// the everyday one, so that a damaged setting never makes the app unreadable.
func New(c Contrast, scale float32) *Theme {
	t := &Theme{scale: 1, colours: everyday}
	switch c {
	case BlackOnWhite:
		t.contrast, t.colours = c, blackOnWhite
	case WhiteOnBlack:
		t.contrast, t.colours = c, whiteOnBlack
	}
	for _, s := range Scales {
		if s == scale {
			t.scale = s
		}
	}
	return t
}

var fallback = New(Normal, 1)

// Current is the theme the app shows now; before one is set, the everyday one.
func Current() *Theme {
	if app := fyne.CurrentApp(); app != nil {
		if t, ok := app.Settings().Theme().(*Theme); ok {
			return t
		}
	}
	return fallback
}

// Apply makes t the look of the whole app, at once and in every window.
func Apply(t *Theme) { fyne.CurrentApp().Settings().SetTheme(t) }

// Contrast says which contrast t has.
func (t *Theme) Contrast() Contrast { return t.contrast }

// Scale is the text size of t as a factor.
func (t *Theme) Scale() float32 { return t.scale }

// HighContrast says that tints are gone and lines must carry what they carried.
func (t *Theme) HighContrast() bool { return t.contrast != Normal }

// Palette gives the colours of t.
func (t *Theme) Palette() *Palette { return &t.colours }

// Colours gives the colours of the current theme.
func Colours() *Palette { return Current().Palette() }

// Text gives a type size in the current theme's scale. Headings, large already,
// grow half as much: at 150 % they would take the room of what they head.
func Text(s TypeSize) float32 {
	scale := Current().scale
	if s >= Heading {
		scale = 1 + (scale-1)/2
	}
	return float32(s) * scale
}

// Scaled grows a measure half as much as the text, for the room around text:
// type needs air, but a screen of 1024 pixels has none to give away.
func Scaled(px float32) float32 { return px * (1 + (Current().scale-1)/2) }

// Color implements fyne.Theme for the few parts that are Fyne's own (entries,
// scroll bars, pop-ups, dialogs).
func (t *Theme) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	p := &t.colours
	switch name {
	case base.ColorNameBackground:
		return p.Ground
	case base.ColorNameForeground, base.ColorNameHyperlink:
		return p.Text
	case base.ColorNamePrimary, base.ColorNameFocus:
		return p.Primary
	case base.ColorNameForegroundOnPrimary, base.ColorNameForegroundOnSuccess, base.ColorNameForegroundOnWarning, base.ColorNameForegroundOnError:
		return p.OnPrimary
	case base.ColorNamePlaceHolder, base.ColorNameDisabled:
		return p.Hint
	case base.ColorNameInputBackground, base.ColorNameOverlayBackground, base.ColorNameMenuBackground, base.ColorNameButton, base.ColorNameDisabledButton:
		return p.Surface
	case base.ColorNameInputBorder, base.ColorNameSeparator, base.ColorNameHeaderBackground, base.ColorNameInnerWindowBorder:
		return p.Line
	case base.ColorNameSelection:
		return p.Selection
	case base.ColorNameHover, base.ColorNamePressed:
		return p.Hover
	case base.ColorNameError:
		return p.Trouble
	case base.ColorNameWarning:
		return p.Waiting
	case base.ColorNameSuccess:
		return p.Primary
	case base.ColorNameScrollBar:
		return p.ScrollBar
	case base.ColorNameScrollBarBackground:
		return color.Transparent
	case base.ColorNameShadow:
		return p.Shadow
	}
	v := base.VariantLight
	if t.contrast == WhiteOnBlack {
		v = base.VariantDark
	}
	return base.DefaultTheme().Color(name, v)
}

// Font implements fyne.Theme: Noto Sans in two weights.
func (t *Theme) Font(s fyne.TextStyle) fyne.Resource {
	if s.Monospace || s.Symbol {
		return base.DefaultTheme().Font(s)
	}
	if s.Bold {
		return bold
	}
	return regular
}

// Icon implements fyne.Theme.
func (t *Theme) Icon(n fyne.ThemeIconName) fyne.Resource { return base.DefaultTheme().Icon(n) }

// Size implements fyne.Theme. Only type grows with the text size; the paddings
// inside Fyne's entry stay, because scaling them gives it a stray scroll bar.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case base.SizeNameText:
		return float32(Body) * t.scale
	case base.SizeNameCaptionText:
		return float32(Small) * t.scale
	case base.SizeNameHeadingText:
		return float32(Heading) * t.scale
	case base.SizeNameSubHeadingText:
		return float32(CardTitle) * t.scale
	case base.SizeNameInlineIcon:
		return 20 * t.scale
	case base.SizeNameInputRadius, base.SizeNameButtonRadius, base.SizeNameSelectionRadius:
		return RadiusField
	case base.SizeNameCardRadius, base.SizeNameDialogRadius, base.SizeNamePopupRadius, base.SizeNameMenuRadius:
		return RadiusCard
	case base.SizeNameScrollBar:
		return 10
	case base.SizeNameScrollBarSmall:
		return 4
	}
	return base.DefaultTheme().Size(name)
}
