package widget

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

func newTestPicker(t *testing.T, known []Option) (*Picker, fyne.Window) {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(theme.Normal, 1))
	p := NewPicker("Sprog", "Se alle", known)
	w := test.NewTempWindow(t, NewScroll(NewColumn(8, p)))
	w.Resize(fyne.NewSize(500, 500))
	return p, w
}

var tongues = []Option{{"da", "dansk"}, {"en", "engelsk"}, {"fa", "farsi"}, {"dts", "dansk tegnsprog"}}

func TestPickerChoosesByTypingArrowsAndEnter(t *testing.T) {
	p, w := newTestPicker(t, tongues)
	told := 0
	p.OnChange = func() { told++ }
	w.Canvas().Focus(p.Entry)
	test.Type(p.Entry, "dan")
	p.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	p.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if got := p.Values(); !slices.Equal(got, []string{"dts"}) || p.Entry.Text != "" {
		t.Fatalf("got %v, %q left", got, p.Entry.Text)
	}
	test.Type(p.Entry, "dansk")
	p.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if got := p.Values(); !slices.Equal(got, []string{"dts", "da"}) {
		t.Errorf("what is chosen is offered again: %v", got)
	}
	if told == 0 || w.Canvas().Focused() != p.Entry {
		t.Error("it told nobody, or lost focus")
	}
}

func TestPickerChoosesByMouseAlone(t *testing.T) {
	p, w := newTestPicker(t, tongues)
	p.Entry.SetText("far")
	test.Tap(p.lines.Objects[0].(*fitLine))
	if got := p.Values(); !slices.Equal(got, []string{"fa"}) {
		t.Fatalf("got %v", got)
	}
	test.Tap(p.chips.Objects[0].(*Chip)) // takes it away
	if got := p.Values(); len(got) != 0 {
		t.Errorf("got %v", got)
	}
	test.Tap(p.more)
	if w.Canvas().Overlays().Top() == nil {
		t.Error("all there are do not open")
	}
}

func TestPickerKeepsWhatItCannotTake(t *testing.T) {
	p, _ := newTestPicker(t, nil)
	p.Take = func(text string) (Option, string) {
		if strings.Contains(text, "0") {
			return Option{}, "Der er et nul"
		}
		return Option{text, text}, ""
	}
	p.Entry.SetText("A0")
	if p.Settle() || p.Entry.Text != "A0" || p.Problem() != "Der er et nul" {
		t.Errorf("%q, %q", p.Entry.Text, p.Problem())
	}
	p.Entry.SetText("AB")
	if p.Problem() != "" || !p.Settle() || !slices.Equal(p.Values(), []string{"AB"}) {
		t.Errorf("%v, %q", p.Values(), p.Problem())
	}
	p.Entry.SetText("AB")
	if !p.Settle() || len(p.Values()) != 1 {
		t.Error("the same twice")
	}
}

func TestTogglesGiveTheirValuesInTheOrderTheyAreShown(t *testing.T) {
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(theme.Normal, 1))
	told := 0
	x := NewToggles([]Option{{"a", "A"}, {"b", "B"}, {"c", "C"}}, func() { told++ })
	test.NewTempWindow(t, x)
	test.Tap(x.chips[2])
	test.Tap(x.chips[0])
	test.Tap(x.chips[2])
	x.chips[1].TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if got := x.Values(); !slices.Equal(got, []string{"a", "b"}) || told != 4 {
		t.Errorf("got %v, told %d times", got, told)
	}
}
