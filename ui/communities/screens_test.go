package communities

import (
	"context"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/assets/example"
	"github.com/faellesskabsby/vejviser/ui/theme"
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
