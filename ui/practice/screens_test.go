package practice

import (
	"context"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/assets/example"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// TestScreens leaves pictures for people to look at.
func TestScreens(t *testing.T) {
	dir := os.Getenv("VEJVISER_SCREENS")
	if dir == "" {
		t.Skip("VEJVISER_SCREENS names no folder for the pictures; make screens does")
	}
	wide, small := fyne.NewSize(1164, 786), fyne.NewSize(856, 660)
	light, large := theme.New(theme.Normal, 1), theme.New(theme.Normal, 1.5)
	register := func(d *desk) {
		d.page.registerNext()
		d.write("came", "6")
		d.write("codes", string(codes[0]), string(codes[1]))
		d.write("codes", "K7M4-QXR8")
	}
	end := func(d *desk) { d.page.detail.Page(0.9) }
	for _, c := range []struct {
		name string
		look *theme.Theme
		size fyne.Size
		do   func(*desk)
	}{
		{"practice-1360-100", light, wide, nil},
		{"practice-1360-100-end", light, wide, end},
		{"practice-1360-150", large, wide, nil},
		{"practice-1024-100", light, small, end},
		{"practice-1024-150-dark", theme.New(theme.WhiteOnBlack, 1.5), small, nil},
		{"practice-contrast", theme.New(theme.BlackOnWhite, 1), wide, func(d *desk) { widget.FocusOn(d.page.list) }},
		{"practice-register", light, wide, register},
		{"practice-register-1024-150", large, small, register},
		{"practice-code", light, wide, func(d *desk) { d.page.seeCode(codes[10]) }},
		{"practice-code-1024-150-dark", theme.New(theme.WhiteOnBlack, 1.5), small, func(d *desk) { d.page.seeCode(codes[10]) }},
		{"practice-wrong-code", light, wide, func(d *desk) {
			widget.FocusOn(d.page.code.Entry)
			d.page.code.Entry.SetText("K7M4-QXR8")
			d.page.lookUp("K7M4-QXR8")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := open(t, c.look, c.size, lively)
			if c.do != nil {
				c.do(d)
			}
			d.shoot(filepath.Join(dir, c.name+".png"))
		})
	}
	t.Run("practice-example", func(t *testing.T) {
		d := open(t, light, wide, nil)
		d.must(example.Fill(context.Background(), d.store, d.page.today()))
		d.settle(func() bool { return d.page.length() > 2 })
		d.shoot(filepath.Join(dir, "practice-example.png"))
		end(d)
		d.shoot(filepath.Join(dir, "practice-example-end.png"))
	})
	t.Run("practice-empty", func(t *testing.T) {
		open(t, light, wide, nil).shoot(filepath.Join(dir, "practice-empty.png"))
	})
}

func (d *desk) shoot(path string) {
	d.t.Helper()
	f, err := os.Create(path)
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, d.win.Canvas().Capture()); err != nil {
		d.t.Fatal(err)
	}
}
