package shell

import (
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// standings are the ways things can stand, with what the line says then.
var standings = []struct {
	name, head, rest string
	x                Standing
}{
	{"alone", "Denne pc er ikke meldt ind hos en hub.", "Alt virker, og alt gemmes her.", Standing{}},
	{"alone-waiting", "Denne pc er ikke meldt ind hos en hub.", "Alt virker, og alt gemmes her. 3 vejvisninger venter på at blive sendt.", Standing{Waiting: 3}},
	{"in-touch", "Forbindelsen virker.", "Alt er sendt.", Standing{Link: InTouch}},
	{"sending", "Forbindelsen virker.", "1 vejvisning er på vej.", Standing{Link: InTouch, Waiting: 1}},
	{"look", "Forbindelsen virker.", "2 ting kræver, at du ser på dem. Se Synkronisering.", Standing{Link: InTouch, Look: 2}},
	{"away", "Ingen forbindelse", "– alt virker. 3 vejvisninger sendes, når nettet er tilbage.", Standing{Link: Away, Waiting: 3}},
	{"fetching", "Henter fællesskabslisten: 40 %.", "Du kan bruge det, der er hentet.", Standing{Link: Fetching, Fetched: 40}},
	{"trouble", "Det ligner et login-net.", "Alt virker her. Se Synkronisering. 3 vejvisninger venter på at blive sendt.", Standing{Link: Trouble, Problem: "Det ligner et login-net.", Waiting: 3}},
	{"alarm", "Noget af det, du havde registreret, er gået tabt.", "Resten er her, og du kan arbejde videre. Se Indstillinger.", Standing{Link: InTouch, Look: 2, Alarm: "Noget af det, du havde registreret, er gået tabt."}},
	{"degraded", "Databasen er ikke åben.", "Det, du registrerer, gemmes i pc'ens journal.", Standing{Degraded: true, Link: Away}},
}

func TestTheStatusLineSaysInWordsHowThingsStand(t *testing.T) {
	s, _, _, _ := open(t, fyne.NewSize(1360, 820))
	for _, c := range standings {
		s.deps.Standing = func() Standing { return c.x }
		s.Refresh()
		if got := s.status.main.Text(); got != c.head {
			t.Errorf("%s: %q", c.name, got)
		}
		if got := s.status.rest.Text(); got != c.rest {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

// TestScreens leaves pictures for people to look at.
func TestScreens(t *testing.T) {
	dir := os.Getenv("VEJVISER_SCREENS")
	if dir == "" {
		t.Skip("VEJVISER_SCREENS names no folder for the pictures; make screens does")
	}
	for _, size := range []fyne.Size{fyne.NewSize(1360, 120), fyne.NewSize(1024, 140)} {
		for _, c := range standings {
			app := test.NewTempApp(t)
			app.Settings().SetTheme(theme.New(theme.Normal, 1))
			s, _, _, w := open(t, size)
			x := c.x
			x.Communities, x.Directory, x.Desk = 1043, "i dag kl. 8.12", "Lindeby Bibliotek · Skranke 2"
			s.deps.Standing = func() Standing { return x }
			s.Refresh()
			w.Resize(size)
			f, err := os.Create(filepath.Join(dir, "status-"+c.name+"-"+map[bool]string{true: "1360", false: "1024"}[size.Width > 1200]+".png"))
			if err != nil {
				t.Fatal(err)
			}
			if err := png.Encode(f, w.Canvas().Capture()); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}
