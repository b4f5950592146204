package accompaniment

import (
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

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
	normal, large := theme.New(theme.Normal, 1), theme.New(theme.Normal, 1.5)
	waits := func(d *desk) { d.pick(d.page.snap.queue[1].Referral.Code) }
	form := func(d *desk) { waits(d); d.page.shown.digit(1) }
	agreed := func(d *desk) { d.pick(d.page.snap.agreed[1].Referral.Code) }
	for _, c := range []struct {
		name string
		look *theme.Theme
		size fyne.Size
		do   func(*desk)
	}{
		{"accompaniment-1360-100", normal, wide, waits},
		{"accompaniment-1360-150", large, wide, waits},
		{"accompaniment-1024-100", normal, small, waits},
		{"accompaniment-1024-150", large, small, waits},
		{"accompaniment-1360-100-contrast", theme.New(theme.BlackOnWhite, 1), wide, func(d *desk) { waits(d); d.page.shown.focus() }},
		{"accompaniment-1024-150-dark", theme.New(theme.WhiteOnBlack, 1.5), small, form},
		{"accompaniment-plan", normal, wide, form},
		{"accompaniment-plan-1024-150", large, small, form},
		{"accompaniment-agreed", normal, wide, agreed},
		{"accompaniment-agreed-1024-100", normal, small, agreed},
		{"accompaniment-fell", normal, wide, func(d *desk) {
			agreed(d)
			d.page.shown.digit(2)
			d.settle(func() bool { _, is := d.page.shown.(*waiting); return is && d.page.notice != nil })
		}},
		{"accompaniment-add", normal, wide, func(d *desk) { d.page.showAdd() }},
		{"accompaniment-add-1024-150", large, small, func(d *desk) { d.page.showAdd() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := open(t, c.look, c.size, lifelike)
			c.do(d)
			d.shoot(filepath.Join(dir, c.name+".png"))
		})
	}
	t.Run("accompaniment-empty", func(t *testing.T) {
		d := open(t, normal, wide, nil)
		d.shoot(filepath.Join(dir, "accompaniment-empty.png"))
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

// lifelike is a waiting list as it may stand some weeks in.
func lifelike(d *desk) {
	fell := d.wants(9, referral.Wanted{Area: "Lindeby Syd", Times: []string{"evening"}}, sing)
	d.arranged(fell, 8, -2, person(6))
	d.told(referral.Event{Code: fell, Kind: referral.FellThrough, On: ago(1)})
	d.wants(20, referral.Wanted{Area: "Lindeby Syd", Languages: []string{"uk"}, Times: []string{"forenoon"}, Considerations: []string{"anxiety"}}, walk, sing)
	d.wants(4, referral.Wanted{Gender: "female"}, walk)
	d.wants(0, referral.Wanted{}, walk)
	past, now, coming := d.wants(12, referral.Wanted{}, walk), d.wants(10, referral.Wanted{Times: []string{"forenoon"}}, walk), d.wants(7, referral.Wanted{}, walk)
	d.arranged(past, 5, -1, person(5))
	d.arranged(now, 5, 0, person(1))
	d.arranged(coming, 5, 9, person(7))
}
