package settings

import (
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

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

// TestScreensOfALoss draws how it is said that something is gone for good.
func TestScreensOfALoss(t *testing.T) {
	dir := os.Getenv("VEJVISER_SCREENS")
	if dir == "" {
		t.Skip("VEJVISER_SCREENS names no folder for the pictures; make screens does")
	}
	for name, look := range map[string]*theme.Theme{"settings-lost": theme.New(theme.Normal, 1), "settings-lost-150-contrast": theme.New(theme.BlackOnWhite, 1.5)} {
		d := openIn(t, robbed(t), look, fyne.NewSize(1164, 786))
		d.settle(func() bool { return d.page.data.verdict != "" })
		widget.FocusOn(d.page.data.repair)
		f, err := os.Create(filepath.Join(dir, name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		if err := png.Encode(f, d.win.Canvas().Capture()); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
}

// TestScreensOfOwnWords draws the screen of the organisation's own words.
func TestScreensOfOwnWords(t *testing.T) {
	if os.Getenv("VEJVISER_SCREENS") == "" {
		t.Skip("VEJVISER_SCREENS names no folder for the pictures; make screens does")
	}
	wide, small := fyne.NewSize(1164, 786), fyne.NewSize(856, 660)
	for _, c := range []struct {
		name string
		look *theme.Theme
		size fyne.Size
	}{
		{"words-1360-100", theme.New(theme.Normal, 1), wide},
		{"words-1360-150", theme.New(theme.Normal, 1.5), wide},
		{"words-1024-100", theme.New(theme.Normal, 1), small},
		{"words-1024-150", theme.New(theme.Normal, 1.5), small},
		{"words-1360-100-contrast", theme.New(theme.BlackOnWhite, 1), wide},
		{"words-1024-150-dark", theme.New(theme.WhiteOnBlack, 1.5), small},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := wordsOpen(t, c.look, c.size)
			w := d.page.words
			if c.name == "words-1360-100" {
				d.picture("words-empty")
			}
			d.addWord("nede på kransen", "værested", "kaffe")
			d.addWord("fjerren", "værested")
			d.addWord("æbleskuret", "natur")
			d.addWord("det gule hus", "fællesspisning", "kaffe")
			w.form.focus()
			d.types("gå med de andre")
			w.form.choose("gåtur")
			d.types("ka")
			d.picture(c.name)
			w.list.Step(1)
			w.form.says.Entry.SetText("010170-1234")
			w.form.keep()
			d.picture(c.name + "-refused")
			path := filepath.Join(t.TempDir(), "ord.csv")
			if err := os.WriteFile(path, []byte("Folk siger;Det betyder\nfjerren;kafe\nkransen;\njeg er;gåtur\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			w.openImport()
			field(t, w).Entry.SetText(path)
			press(t, d.win.Content(), "Hent ordene")
			d.settle(func() bool { return strings.Contains(strings.Join(texts(d.win.Content()), " "), "Linje 2") })
			d.picture(c.name + "-file")
		})
	}
}

func (d *desk) picture(name string) {
	d.t.Helper()
	f, err := os.Create(filepath.Join(os.Getenv("VEJVISER_SCREENS"), name+".png"))
	if err != nil {
		d.t.Fatal(err)
	}
	if err := png.Encode(f, d.win.Canvas().Capture()); err != nil {
		d.t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		d.t.Fatal(err)
	}
}
