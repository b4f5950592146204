package conversation

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// open shows a page in a window of the test driver.
func open(t testing.TB, p *Page, look *theme.Theme, size fyne.Size) fyne.Window {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(look)
	w := test.NewTempWindow(t, p.Content())
	w.SetPadded(false)
	w.Resize(size)
	return w
}

func TestEveryArenaIsReachedByTheArrowsAlone(t *testing.T) {
	p := New("da")
	w := open(t, p, theme.New(theme.Normal, 1), fyne.NewSize(1164, 786))
	w.Canvas().Focus(p.list)
	seen := map[int]bool{p.list.Selected(): true}
	for range p.arenas {
		p.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
		seen[p.list.Selected()] = true
	}
	if len(seen) != 7 {
		t.Errorf("the arrows reach %d arenas of 7", len(seen))
	}
}

func TestPageDownScrollsTheCardsAndAnotherArenaBeginsAtItsTop(t *testing.T) {
	p := New("da")
	w := open(t, p, theme.New(theme.Normal, 1.5), fyne.NewSize(828, 660))
	w.Canvas().Focus(p.list)
	before := w.Canvas().Capture()
	p.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown})
	if bytes.Equal(before.(*image.NRGBA).Pix, w.Canvas().Capture().(*image.NRGBA).Pix) {
		t.Error("PageDown changed nothing on the screen")
	}
}

func TestTheTextsAreShownInBothLanguages(t *testing.T) {
	for lang, title := range map[string]string{"da": "Samtalehjælp", "en": "Conversation help"} {
		if got := New(lang).Title(); got != title {
			t.Errorf("%s: %q", lang, got)
		}
	}
}

// TestScreens leaves pictures for people to look at.
func TestScreens(t *testing.T) {
	dir := os.Getenv("VEJVISER_SCREENS")
	if dir == "" {
		t.Skip("VEJVISER_SCREENS names no folder for the pictures; make screens does")
	}
	for _, c := range []struct {
		name  string
		look  *theme.Theme
		size  fyne.Size
		arena int
	}{
		{"conversation-1360-100", theme.New(theme.Normal, 1), fyne.NewSize(1164, 786), 6},
		{"conversation-1360-150", theme.New(theme.Normal, 1.5), fyne.NewSize(1115, 780), 0},
		{"conversation-1024-100", theme.New(theme.Normal, 1), fyne.NewSize(856, 666), 4},
		{"conversation-1024-150-dark", theme.New(theme.WhiteOnBlack, 1.5), fyne.NewSize(856, 660), 2},
		{"conversation-1360-100-contrast", theme.New(theme.BlackOnWhite, 1), fyne.NewSize(1164, 786), 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := New("da")
			w := open(t, p, c.look, c.size)
			w.Canvas().Focus(p.list)
			p.list.Select(c.arena)
			p.show(c.arena)
			f, err := os.Create(filepath.Join(dir, c.name+".png"))
			if err != nil {
				t.Fatal(err)
			}
			if err := png.Encode(f, w.Canvas().Capture()); err != nil {
				t.Fatal(err)
			}
			f.Close()
		})
	}
}
