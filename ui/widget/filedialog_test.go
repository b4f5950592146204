package widget

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/test"
	base "fyne.io/fyne/v2/widget"
	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/assets/translations"
)

// The toolkit writes these in English whatever the language; when it learns to
// translate them, or builds its dialog another way, this says so.
func TestThePlacesOfAFileDialogAreSaidInTheLanguageOfTheApp(t *testing.T) {
	test.NewTempApp(t)
	cat, list := translations.For("da"), map[string]string{}
	for _, k := range cat.Keys() {
		if name, ok := strings.CutPrefix(k, "toolkit."); ok {
			list[name] = cat.T(k)
		}
	}
	words, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []fyne.Locale{lang.SystemLocale(), "da"} {
		if err := lang.AddTranslationsForLocale(words, l); err != nil {
			t.Fatal(err)
		}
	}
	w := test.NewTempWindow(t, base.NewLabel(""))
	w.Resize(fyne.NewSize(1000, 800))
	ShowFileDialog(dialog.NewFileOpen(func(fyne.URIReadCloser, error) {}, w), w)
	var said []string
	var walk func(fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if l, ok := o.(*base.Label); ok {
			said = append(said, l.Text)
		}
		switch x := o.(type) {
		case *fyne.Container:
			for _, c := range x.Objects {
				walk(c)
			}
		case fyne.Widget:
			for _, c := range test.WidgetRenderer(x).Objects() {
				walk(c)
			}
		}
	}
	walk(w.Canvas().Overlays().Top())
	pop := contentOf(w.Canvas().Overlays().Top()) // in the pop-up
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(pop)
	if middle := at.X + pop.Size().Width/2; middle < 480 || middle > 520 || at.X < 0 || at.Y < 0 {
		t.Errorf("the dialog stands at %v, %v large, in a window of 1000 × 800", at, pop.Size())
	}
	all := strings.Join(said, "|")
	if !strings.Contains(all, cat.T("toolkit.Home")) || strings.Contains(all, "Home") {
		t.Errorf("the dialog says %q", all)
	}
}
