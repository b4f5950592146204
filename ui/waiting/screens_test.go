package waiting

import (
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/referral"
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
		do   func(*desk)
	}{
		{"waiting-1360-100", theme.New(theme.Normal, 1), wide, func(d *desk) { d.pick(4); d.page.card.choices.choose(1) }},
		{"waiting-1360-150", theme.New(theme.Normal, 1.5), wide, func(d *desk) { d.pick(1) }},
		{"waiting-1024-100", theme.New(theme.Normal, 1), small, func(d *desk) { d.pick(5) }},
		{"waiting-1024-150", theme.New(theme.Normal, 1.5), small, func(d *desk) { d.pick(4) }},
		{"waiting-1360-100-contrast", theme.New(theme.BlackOnWhite, 1), wide, func(d *desk) { d.pick(4); d.page.focusOutcomes() }},
		{"waiting-1024-150-dark", theme.New(theme.WhiteOnBlack, 1.5), small, func(d *desk) { d.pick(4); d.page.card.choices.choose(0); d.page.focusOutcomes() }},
		{"waiting-wrong-code", theme.New(theme.Normal, 1), wide, func(d *desk) { d.typeCode("K7M4-QXR8") }},
		{"waiting-suggestions", theme.New(theme.Normal, 1), wide, func(d *desk) { d.page.filter("suggestions"); d.page.filters.Select("suggestions"); d.pick(0) }},
		{"waiting-suggestions-guide", theme.New(theme.Normal, 1), wide, func(d *desk) {
			d.guide()
			d.page.filter("suggestions")
			d.page.filters.Select("suggestions")
			d.pick(0)
		}},
		{"waiting-suggestions-guide-1024-150", theme.New(theme.Normal, 1.5), small, func(d *desk) {
			d.guide()
			d.page.filter("suggestions")
			d.page.filters.Select("suggestions")
			d.pick(0)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := open(t, c.look, c.size, lifelike)
			c.do(d)
			d.shoot(filepath.Join(dir, c.name+".png"))
		})
	}
	t.Run("waiting-empty", func(t *testing.T) {
		d := open(t, theme.New(theme.Normal, 1), wide, nil)
		d.shoot(filepath.Join(dir, "waiting-empty.png"))
	})
}

func (d *desk) pick(i int) {
	d.page.list.Select(i)
	d.page.selected(i)
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

// lifelike records a few vejvisninger as a desk would over some weeks.
func lifelike(d *desk) {
	d.refer(0, referral.Guided, walk)
	d.refer(0, referral.Postcard, knit, walk)
	c := d.refer(1, referral.Accompanied, walk)
	d.event(c, referral.Arranged, 0)
	e := d.refer(20, referral.Guided, knit)
	d.event(e, referral.Welcomed, 12)
	f := d.refer(25, referral.Guided, walk)
	d.event(f, referral.NoRoom, 18)
	g := d.refer(33, referral.Guided, walk, knit)
	d.event(g, referral.Welcomed, 30)
	d.event(g, referral.StillComing, 2)
	if err := d.store.Suggest(localdb.Suggestion{ID: "0190a000-0000-7000-8000-00000000000a", Community: walk, Field: "schedule", Text: "De går nu om onsdagen i stedet for om tirsdagen, siger beboerhuset.", At: today}); err != nil {
		d.t.Fatal(err)
	}
}
