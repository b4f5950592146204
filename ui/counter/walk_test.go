package counter

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// walk visits everything that is drawn.
func walk(o fyne.CanvasObject, visit func(fyne.CanvasObject)) {
	if o == nil || !o.Visible() {
		return
	}
	visit(o)
	switch x := o.(type) {
	case *fyne.Container:
		for _, c := range x.Objects {
			walk(c, visit)
		}
	case fyne.Widget:
		for _, c := range test.WidgetRenderer(x).Objects() {
			walk(c, visit)
		}
	}
}

func texts(o fyne.CanvasObject) []string {
	var out []string
	walk(o, func(o fyne.CanvasObject) {
		if t, ok := o.(*canvas.Text); ok && strings.TrimSpace(t.Text) != "" {
			out = append(out, t.Text)
		}
	})
	return out
}

func allTexts(o fyne.CanvasObject) string { return strings.Join(texts(o), "\n") }

// roots are the window's content and what lies over it.
func (d *desk) roots() []fyne.CanvasObject {
	return append([]fyne.CanvasObject{d.window.Content()}, d.window.Canvas().Overlays().List()...)
}

// press presses the button or chip with these words.
func (d *desk) press(words string) {
	d.t.Helper()
	pressed := false
	for _, r := range d.roots() {
		walk(r, func(o fyne.CanvasObject) {
			if b, ok := o.(interface {
				fyne.Tappable
				Text() string
			}); ok && !pressed && b.Text() == words {
				pressed = true
				b.Tapped(&fyne.PointEvent{})
			}
		})
	}
	if !pressed {
		d.t.Fatalf("nothing says %q to press", words)
	}
}

// typedInto types into the first text field of what lies over the page.
func (d *desk) typedInto(_ int, text string) {
	d.t.Helper()
	top := d.window.Canvas().Overlays().Top()
	if top == nil {
		d.t.Fatal("nothing lies over the page")
	}
	walk(top, func(o fyne.CanvasObject) {
		if e, ok := o.(*widget.Entry); ok {
			e.SetText(text)
		}
	})
}

// TestEveryTextOnScreenComesFromTheCatalogue shows the counter in English and
// looks for the words that only the Danish catalogue has.
func TestEveryTextOnScreenComesFromTheCatalogue(t *testing.T) {
	danish, english := catalogue(t, "da"), catalogue(t, "en")
	d := openDesk(t, "en")
	d.picture("counter-english")
	check := func(where string) {
		for _, r := range d.roots() {
			for _, s := range texts(r) {
				if key, ok := danish[s]; ok && !english.has(s) {
					t.Errorf("%s: %q (%s) is Danish", where, s, key)
				}
				if strings.Contains(s, "«") {
					t.Errorf("%s: a text is missing: %s", where, s)
				}
			}
		}
	}
	check("at the start")
	d.page.more = true
	d.typed("gåtur formiddag")
	d.key(fyne.KeyReturn)
	d.page.setFilter(match.Wish{Kind: match.WishPrice, Value: "free"})
	check("with hits")
	d.page.suggest(d.page.selected())
	check("reporting an error")
	d.press("Cancel")
	d.shell.ShowHelp()
	check("the list of keys")
	d.press("Close")
	d.ctrl(fyne.KeyP)
	d.settle(d.done)
	check("after the print")
}

type words map[string]string

func (w words) has(s string) bool { _, ok := w[s]; return ok }

// catalogue reads the plain texts of the screens in a language, by text.
func catalogue(t *testing.T, lang string) words {
	t.Helper()
	out := words{}
	for _, subject := range []string{"counter", "shell", "words"} {
		b, err := os.ReadFile(filepath.Join("../../assets/translations", lang, subject+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]any
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatal(err)
		}
		for k, v := range m {
			if s, ok := v.(string); ok && !strings.Contains(s, "{") {
				out[s] = subject + "." + k
			}
		}
	}
	return out
}

func TestNothingIsCutOff(t *testing.T) {
	for _, size := range []fyne.Size{{Width: 1360, Height: 820}, {Width: 1024, Height: 700}} {
		d := openDesk(t, "da")
		d.window.Resize(size)
		d.typed("gåtur formiddag gratis")
		d.key(fyne.KeyReturn)
		for _, s := range texts(d.page.detail.panel) {
			if strings.HasSuffix(s, "…") {
				t.Errorf("at %v the detail says %q", size, s)
			}
		}
		for _, s := range texts(d.page.folder.panel) {
			if strings.HasSuffix(s, "…") {
				t.Errorf("at %v the folder says %q", size, s)
			}
		}
	}
}
