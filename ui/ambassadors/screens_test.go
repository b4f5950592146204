package ambassadors

import (
	"context"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/assets/example"
	"github.com/faellesskabsby/vejviser/localdb/directory"
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
	edit := func(d *desk) { d.pick(1); d.page.edit() }
	typing := func(d *desk) {
		edit(d)
		x := d.page.form.f.Find("communities")
		widget.FocusOn(x.Focus)
		d.write("communities", "strik")
	}
	wrong := func(d *desk) {
		d.page.addNew()
		d.write("name", "Karim")
		d.write("note", "Ring til 010170-1234 om formiddagen.")
		d.page.form.f.Keep()
	}
	meeting := func(d *desk) {
		d.must(d.store.EditMeeting(nil, &directory.Meeting{ID: "0190f000-0000-7000-8000-000000000001", On: "2026-12-08", Place: "Biblioteket, mødelokale 2", Area: "Lindeby", About: "Hvordan gik efteråret?\nJulefrokost"}))
		d.must(d.store.EditMeeting(nil, &directory.Meeting{ID: "0190f000-0000-7000-8000-000000000002", On: "2026-10-06", Place: "Beboerhuset", Held: true, About: "Ny i rollen",
			Came: []string{"0190c000-0000-7000-8000-000000000001", "0190c000-0000-7000-8000-000000000003"}, Others: two(6)}))
		d.settle(func() bool { return len(d.page.roll.meetings) == 2 })
		d.page.parts.Select(meetings)
		d.page.show(meetings)
		d.pick(1)
	}
	for _, c := range []struct {
		name string
		look *theme.Theme
		size fyne.Size
		do   func(*desk)
	}{
		{"ambassadors-1360-100", light, wide, func(d *desk) { d.pick(1) }},
		{"ambassadors-1360-150", large, wide, func(d *desk) { d.pick(1) }},
		{"ambassadors-1024-100", light, small, func(d *desk) { d.pick(2) }},
		{"ambassadors-1024-150-dark", theme.New(theme.WhiteOnBlack, 1.5), small, func(d *desk) { d.pick(1) }},
		{"ambassadors-contrast", theme.New(theme.BlackOnWhite, 1), wide, func(d *desk) { d.pick(0); widget.FocusOn(d.page.list) }},
		{"ambassadors-form", light, wide, edit},
		{"ambassadors-form-end", light, wide, func(d *desk) { edit(d); widget.FocusOn(d.page.form.f.Find("consent_on").Focus) }},
		{"ambassadors-form-typing", light, wide, typing},
		{"ambassadors-form-1024-150-dark", theme.New(theme.WhiteOnBlack, 1.5), small, typing},
		{"ambassadors-form-wrong", light, wide, wrong},
		{"ambassadors-withdraw", light, wide, func(d *desk) { d.pick(1); d.page.askErase() }},
		{"ambassadors-meetings", light, wide, meeting},
		{"ambassadors-meetings-1024-150", large, small, meeting},
		{"ambassadors-meeting-form", light, wide, func(d *desk) { meeting(d); d.page.edit() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := open(t, c.look, c.size, people4)
			c.do(d)
			d.shoot(filepath.Join(dir, c.name+".png"))
		})
	}
	t.Run("ambassadors-example", func(t *testing.T) {
		d := open(t, light, wide, nil)
		d.must(example.Fill(context.Background(), d.store, d.page.today()))
		d.settle(func() bool { return len(d.page.roll.people) > 10 })
		d.pick(2)
		d.shoot(filepath.Join(dir, "ambassadors-example.png"))
	})
	t.Run("ambassadors-empty", func(t *testing.T) {
		open(t, light, wide, nil).shoot(filepath.Join(dir, "ambassadors-empty.png"))
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
