package settings

import (
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// TestScreens leaves pictures for people to look at.
func TestScreens(t *testing.T) {
	dir := os.Getenv("VEJVISER_SCREENS")
	if dir == "" {
		t.Skip("VEJVISER_SCREENS names no folder for the pictures; make screens does")
	}
	wide, small := fyne.NewSize(1164, 786), fyne.NewSize(856, 660)
	for _, c := range []struct {
		name string
		look *theme.Theme
		size fyne.Size
	}{
		{"settings-1360-100", theme.New(theme.Normal, 1), wide},
		{"settings-1360-150", theme.New(theme.Normal, 1.5), wide},
		{"settings-1024-100", theme.New(theme.Normal, 1), small},
		{"settings-1024-150-dark", theme.New(theme.WhiteOnBlack, 1.5), small},
		{"settings-1360-100-contrast", theme.New(theme.BlackOnWhite, 1), wide},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := open(t, c.look, c.size)
			d.page.desk.Entry.SetText("Skranken i stuen")
			d.page.publicURL.Entry.SetText("lindeby")
			d.page.publicURL.Entry.OnSubmitted("lindeby")
			d.settle(func() bool { return d.page.notes["desk"].Text() != "" })
			d.win.Canvas().Focus(d.page.organisation.Entry)
			f, err := os.Create(filepath.Join(dir, c.name+".png"))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if err := png.Encode(f, d.win.Canvas().Capture()); err != nil {
				t.Fatal(err)
			}
		})
	}
}
