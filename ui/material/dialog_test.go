package material

import (
	"context"
	"errors"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/ui/counter"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// folder is a paper without a printer: files go into a folder.
type folder struct {
	dir     string
	printer error
}

func (f folder) Print(_ context.Context, _ []byte, _ string, state func(counter.PrintState)) error {
	if f.printer == nil {
		state(counter.PrintSent)
		state(counter.PrintDone)
	}
	return f.printer
}

func (f folder) Save(pdf []byte, name string) (string, error) {
	path := filepath.Join(f.dir, name)
	return path, os.WriteFile(path, pdf, 0o600)
}

func (f folder) Open(string) error { return errors.New("no viewer") }

// desk is a window with the dialog over it.
type desk struct {
	t      *testing.T
	posted chan func()
	dialog *Dialog
	window fyne.Window
	made   int
}

func open(t *testing.T, p counter.Paper, look *theme.Theme, build func(context.Context, map[string]string, func(float32)) ([]byte, error)) *desk {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(look)
	widget.ForgetMeasures()
	d := &desk{t: t, posted: make(chan func(), 100), window: test.NewTempWindow(t, widget.NewColumn(0))}
	d.window.Resize(fyne.NewSize(1024, 700))
	doc := Doc{Title: "Lav materiale", Lead: "Her er de fællesskaber, som listen viser nu.",
		Choices: []Choice{
			{Key: "sheet", Label: "Hvad skal det være", Value: "poster", Options: []widget.Option{{Value: "poster", Text: "Plakat"}, {Value: "card", Text: "Postkort"}, {Value: "book", Text: "Foreningsguide"}}},
			{Key: "size", Label: "Størrelse", Value: "a4", Options: []widget.Option{{Value: "a4", Text: "A4"}, {Value: "a3", Text: "A3"}}, When: func(c map[string]string) bool { return c["sheet"] == "poster" }},
		},
		File: func(c map[string]string) string { return c["sheet"] },
		Make: func(ctx context.Context, c map[string]string, progress func(float32)) ([]byte, error) {
			d.made++
			return build(ctx, c, progress)
		},
	}
	if d.dialog = Show(d.window.Content(), Deps{Paper: p, Lang: "da", Post: func(f func()) { d.posted <- f }}, doc); d.dialog == nil {
		t.Fatal("no dialog")
	}
	return d
}

func (d *desk) until(what string, ok func() bool) {
	d.t.Helper()
	late := time.After(10 * time.Second)
	for !ok() {
		select {
		case f := <-d.posted:
			f()
		case <-late:
			d.t.Fatalf("waited for %s; it says %q", what, d.dialog.status.Text())
		}
	}
}

func (d *desk) says(part string) func() bool {
	return func() bool { return strings.Contains(d.dialog.status.Text(), part) }
}

func page(context.Context, map[string]string, func(float32)) ([]byte, error) {
	return []byte("%PDF-"), nil
}

func TestWhatIsMadeIsPrintedOrSavedAndMadeOnce(t *testing.T) {
	dir := t.TempDir()
	d := open(t, folder{dir: dir}, theme.New(theme.Normal, 1), page)
	d.dialog.print.Tapped(nil)
	d.until("the printer", func() bool { return d.says("printet")() && !d.dialog.save.Disabled() })
	d.dialog.save.Tapped(nil)
	d.until("the file", d.says("poster.pdf"))
	if _, err := os.Stat(filepath.Join(dir, "poster.pdf")); err != nil || d.made != 1 {
		t.Error(err, d.made)
	}
	d.dialog.choose("sheet", "card")
	if d.dialog.rows[1].part.Visible() || d.dialog.status.Text() != "" {
		t.Error("another choice, and what was said and asked before stands still")
	}
	d.dialog.save.Tapped(nil)
	d.until("the other file", d.says("card.pdf"))
	if d.made != 2 {
		t.Error("what was made before is passed off as the other")
	}
}

func TestWithoutAPrinterTheFileIsOffered(t *testing.T) {
	d := open(t, folder{t.TempDir(), counter.ErrNoPrinter}, theme.New(theme.Normal, 1), page)
	d.dialog.print.Tapped(nil)
	d.until("an answer", d.says("PDF"))
	if d.dialog.save.Disabled() {
		t.Error("it cannot be saved")
	}
}

func TestALongBuildShowsHowFarItIsAndStops(t *testing.T) {
	stopped := make(chan struct{})
	d := open(t, folder{dir: t.TempDir()}, theme.New(theme.Normal, 1), func(ctx context.Context, _ map[string]string, progress func(float32)) ([]byte, error) {
		progress(0.4)
		<-ctx.Done()
		close(stopped)
		return nil, ctx.Err()
	})
	d.dialog.print.Tapped(nil)
	d.until("the bar", func() bool { return d.dialog.bar.Visible() })
	d.dialog.after.Objects[0].(*widget.Button).Tapped(nil)
	<-stopped
	d.until("rest", d.says("Stoppet"))
	if d.dialog.print.Disabled() {
		t.Error("nothing can be made any more")
	}
}

// TestScreens leaves pictures for people to look at.
func TestScreens(t *testing.T) {
	dir := os.Getenv("VEJVISER_SCREENS")
	if dir == "" {
		t.Skip("VEJVISER_SCREENS names no folder for the pictures; make screens does")
	}
	for name, look := range map[string]*theme.Theme{"material": theme.New(theme.Normal, 1), "material-150": theme.New(theme.Normal, 1.5), "material-contrast": theme.New(theme.BlackOnWhite, 1)} {
		d := open(t, folder{dir: t.TempDir()}, look, page)
		d.dialog.save.Tapped(nil)
		d.until("the file", d.says("poster.pdf"))
		f, err := os.Create(filepath.Join(dir, name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(png.Encode(f, d.window.Canvas().Capture()), f.Close()); err != nil {
			t.Fatal(err)
		}
	}
}
