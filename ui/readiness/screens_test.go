package readiness

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/assets/example"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/theme"
)

// TestScreens leaves pictures for people to look at.
func TestScreens(t *testing.T) {
	dir := os.Getenv("VEJVISER_SCREENS")
	if dir == "" {
		t.Skip("VEJVISER_SCREENS names no folder for the pictures; make screens does")
	}
	light, large, dark := theme.New(theme.Normal, 1), theme.New(theme.Normal, 1.5), theme.New(theme.WhiteOnBlack, 1.5)
	wide, small := fyne.NewSize(1164, 786), fyne.NewSize(856, 660)
	check := func(d *desk) { d.page.startCheck() }
	library := func(d *desk) { d.choose("Lindeby Bibliotek") }
	t.Run("readiness-example", func(t *testing.T) {
		d := usual(t, "", func(d *desk) {
			d.must(example.Fill(context.Background(), d.store, directory.DayOf(today)))
		})
		d.choose("Humlekær Bibliotek")
		d.shoot(filepath.Join(dir, "readiness-example.png"))
	})
	for _, c := range []struct {
		name, role string
		look       *theme.Theme
		size       fyne.Size
		fill, do   func(*desk)
	}{
		{"readiness-guide", "guide", light, wide, work, library},
		{"readiness-guide-150", "guide", large, wide, work, library},
		{"readiness-guide-1024-150-dark", "guide", dark, small, work, library},
		{"readiness-guide-1024", "guide", light, small, work, library},
		{"readiness-coordinator-contrast", "coordinator", theme.New(theme.BlackOnWhite, 1), wide, work, func(d *desk) { d.choose("Lindeby Jobcenter") }},
		{"readiness-desk", "desk", light, wide, work, nil},
		{"readiness-desk-1024-150", "desk", large, small, work, nil},
		{"readiness-desk-first", "desk", light, wide, nil, nil},
		{"readiness-check", "desk", light, wide, nil, check},
		{"readiness-check-1024-150", "desk", large, small, nil, check},
		{"readiness-check-wrong", "", light, wide, nil, func(d *desk) {
			check(d)
			d.page.form.f.Find("next_step").Set("Ring til 010170-1234 på torsdag.")
			d.page.form.f.Keep()
		}},
		{"readiness-agreement", "guide", light, wide, work, func(d *desk) { library(d); d.page.editAgreement() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := open(t, c.look, c.size, c.role, c.fill)
			if c.do != nil {
				c.do(d)
			}
			d.shoot(filepath.Join(dir, c.name+".png"))
		})
	}
}
