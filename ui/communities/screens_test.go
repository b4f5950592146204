package communities

import (
	"context"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/assets/example"
	"github.com/faellesskabsby/vejviser/localdb"
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
	mapping := func(d *desk) { d.planned(d.file("foreninger.csv", odd)) }
	account := func(d *desk) {
		w := d.planned(d.file("foreninger.csv", odd))
		w.run(true)
		d.settle(func() bool { return w.account != nil })
	}
	running := func(d *desk) {
		w := d.planned(d.file("foreninger.csv", odd))
		w.running(w.t("import_title"), w.t("running"))
		w.step(38, 100)
	}
	form := func(d *desk) { d.page.Edit(d.page.listing.entries[2].id) }
	scrolled := func(d *desk) {
		form(d)
		widget.FocusOn(d.page.form.places.list[0].facts[4].focus)
	}
	wrong := func(d *desk) {
		form(d)
		d.write("name", "")
		d.write("audience.max_age", "200")
		d.write("description", "Spørg efter Ellen, 010170-1234.")
		d.page.form.keep()
	}
	leaving := func(d *desk) { form(d); d.write("summary", "Ny tekst"); d.page.form.leave() }
	saved := func(d *desk) { form(d); d.write("summary", "Vi går en tur, og alle kan være med."); d.keep() }
	other := func(d *desk) {
		form(d)
		d.write("summary", "Vi går en tur, og alle kan være med.")
		after, err := clone(d.page.form.before)
		if err != nil {
			t.Fatal(err)
		}
		after.Contact.Phone = "00 00 00 01"
		if err := d.store.EditCommunity(d.page.form.before, after); err != nil {
			t.Fatal(err)
		}
		d.settle(func() bool { return d.page.form.others.Visible() })
	}
	reported := func(d *desk) {
		id := d.page.listing.entries[2].id
		if err := d.store.Suggest(localdb.Suggestion{Community: id, Field: "schedule", Text: "De mødes kl. 14 nu, ikke kl. 13.", At: today}); err != nil {
			t.Fatal(err)
		}
		d.settle(func() bool { return d.page.listing.count[filterReported] == 1 })
		d.page.list.Select(2)
		d.page.selected(2)
	}
	for _, c := range []struct {
		name string
		look *theme.Theme
		size fyne.Size
		do   func(*desk)
	}{
		{"communities-1360-100", light, wide, func(d *desk) { d.page.list.Select(2); d.page.selected(2) }},
		{"communities-1360-150", large, wide, func(d *desk) { d.page.list.Select(2); d.page.selected(2) }},
		{"communities-1024-100", light, small, func(d *desk) { d.page.list.Select(5); d.page.selected(5) }},
		{"communities-1024-150-dark", theme.New(theme.WhiteOnBlack, 1.5), small, func(d *desk) { d.page.list.Select(1); d.page.selected(1) }},
		{"communities-stale-contrast", theme.New(theme.BlackOnWhite, 1), wide, func(d *desk) { d.page.filter(filterStale) }},
		{"communities-form", light, wide, form},
		{"communities-form-150", large, wide, form},
		{"communities-form-1024", light, small, scrolled},
		{"communities-form-1024-150-dark", theme.New(theme.WhiteOnBlack, 1.5), small, scrolled},
		{"communities-form-look-changed", light, wide, func(d *desk) {
			form(d)
			theme.Apply(theme.New(theme.WhiteOnBlack, 1.5))
			d.page.root.Layout.Layout(d.page.root.Objects, d.page.root.Size())
			widget.Relayout(d.page.root)
			d.page.Refresh()
		}},
		{"communities-welcome", light, wide, func(d *desk) {
			form(d)
			d.write("welcome.ready", "greeter_named\nmet_at_door\nfirst_time_told")
			d.write("welcome.cannot", "dementia\nautism")
			d.write("welcome.pause", yes)
			d.write("welcome.pause.why", "resting")
			d.write("welcome.pause.to", "1.2.2027")
			widget.FocusOn(d.part("welcome.pause.to").focus)
		}},
		{"communities-welcome-kept", light, wide, func(d *desk) {
			form(d)
			d.write("welcome.ready", "greeter_named\nmet_at_door\nfirst_time_told")
			d.write("welcome.cannot", "dementia\nautism")
			d.write("welcome.pause", yes)
			d.write("welcome.pause.why", "resting")
			d.write("welcome.pause.to", "1.2.2027")
			d.keep()
		}},
		{"communities-welcome-1024-150", large, small, func(d *desk) {
			form(d)
			d.write("welcome.pause", yes)
			widget.FocusOn(d.part("welcome.pause.to").focus)
		}},
		{"communities-form-end", light, wide, func(d *desk) { form(d); widget.FocusOn(d.part("contact.web").focus) }},
		{"communities-form-menu", light, wide, func(d *desk) { form(d); test.Tap(d.part("languages").focus.(*widget.Chip)) }},
		{"communities-form-wrong", light, wide, wrong},
		{"communities-form-wrong-contrast", theme.New(theme.BlackOnWhite, 1), wide, wrong},
		{"communities-form-new", light, wide, func(d *desk) { d.page.addNew(); test.Tap(d.page.form.slots.add) }},
		{"communities-form-leaving", light, wide, leaving},
		{"communities-form-other", light, wide, other},
		{"communities-saved", light, wide, saved},
		{"communities-saved-1024-150", large, small, saved},
		{"communities-confirmed", light, wide, func(d *desk) {
			d.page.list.Select(2)
			d.page.selected(2)
			d.page.confirmShown()
			d.settle(func() bool { return !d.page.busy })
		}},
		{"communities-reported", light, wide, reported},
		{"communities-reported-form", light, wide, func(d *desk) { reported(d); form(d) }},
		{"communities-choose", light, wide, func(d *desk) { d.page.openImport() }},
		{"communities-mapping", light, wide, mapping},
		{"communities-mapping-1024-150", large, small, mapping},
		{"communities-running", light, wide, running},
		{"communities-account", light, wide, account},
		{"communities-export", light, wide, func(d *desk) { d.page.openExport() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := open(t, c.look, c.size)
			if err := example.Fill(context.Background(), d.store, d.page.today()); err != nil {
				t.Fatal(err)
			}
			d.settle(func() bool { return len(d.page.listing.entries) > 50 })
			c.do(d)
			d.shoot(filepath.Join(dir, c.name+".png"))
		})
	}
	t.Run("communities-empty", func(t *testing.T) {
		open(t, light, wide).shoot(filepath.Join(dir, "communities-empty.png"))
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

const odd = "Foreningsnavn;Aktivitetens navn;Hvornår;Adresse og by;Postnr;Pris;Tlf;Kontaktperson;Farve\n" +
	"Lindeby Håndarbejde;Strik og snak;tirsdag kl. 14-16;Torvet 1;4990;gratis;00 00 00 00;Ellen;blå\n" +
	"Gå-glad;Morgentur;hver dag når det lysner;Skovvej 2;49901;20 kr.;00 00 00 00;;grøn\n" +
	";;;;;;;;\nKlubben;;onsdag;Vej 3;4990;?;00 00 00 00;;rød\nLindeby Kor;Kor 010170-1234;mandag kl. 19;Vej 4;4990;gratis;;;\n"
