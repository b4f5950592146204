package lock

import (
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/keys"
	"github.com/faellesskabsby/vejviser/ui/theme"
)

// TestScreens leaves pictures for people to look at.
func TestScreens(t *testing.T) {
	dir := os.Getenv("VEJVISER_SCREENS")
	if dir == "" {
		t.Skip("VEJVISER_SCREENS names no folder for the pictures; make screens does")
	}
	keep := func(name string, w fyne.Window) {
		f, err := os.Create(filepath.Join(dir, name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := png.Encode(f, w.Canvas().Capture()); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name string
		look *theme.Theme
		size fyne.Size
	}{
		{"1360-100", theme.New(theme.Normal, 1), fyne.NewSize(1360, 820)},
		{"1024-100", theme.New(theme.Normal, 1), fyne.NewSize(1024, 700)},
		{"1024-150-dark", theme.New(theme.WhiteOnBlack, 1.5), fyne.NewSize(1024, 700)},
		{"1360-100-contrast", theme.New(theme.BlackOnWhite, 1), fyne.NewSize(1360, 820)},
	} {
		d := newDoor(t, c.look, c.size, people(two))
		d.types("4819")
		keep("lock-"+c.name, d.win)
		d.answers = []error{&keys.PINError{Left: 5, Wait: 30 * time.Second}}
		d.types("73")
		d.key(fyne.KeyReturn)
		keep("lock-wrong-"+c.name, d.win)
		press(t, d.s.Content(), "Jeg har glemt min PIN-kode")
		d.s.Focus()
		keep("lock-words-"+c.name, d.win)

		p := newShared(t, c.look, fyne.NewSize(c.size.Width*0.6, c.size.Height))
		keep("people-none-"+c.name, p.win)
		press(t, p.part.Content(), "Brug PIN-koder på denne pc")
		keep("people-first-"+c.name, p.win)
		p.add("Mette", "481973", "481973")
		p.answer()
		keep("people-words-"+c.name, p.win)
		press(t, p.top(), "Jeg har skrevet ordene af")
		press(t, p.top(), "Færdig")
		if _, _, err := p.store.AddPerson("Bo", "desk", []byte("730415")); err != nil {
			t.Fatal(err)
		}
		p.part.Load()
		keep("people-"+c.name, p.win)
	}
}
