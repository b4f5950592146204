package widget

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

func TestFocusStaysWhereItStoodWhenPartsAreMadeAnew(t *testing.T) {
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(theme.Normal, 1))
	col := NewColumn(8)
	make := func(names ...string) {
		col.Objects = nil
		for _, n := range names {
			col.Add(NewPanel(NewColumn(4, NewText(n, Style{}), NewPlainButton(n, nil))))
		}
	}
	make("a", "b", "c")
	outside := NewPlainButton("outside", nil)
	w := test.NewTempWindow(t, NewColumn(8, outside, NewScroll(col)))
	w.Resize(fyne.NewSize(400, 400))
	c := w.Canvas()
	focused := func() string {
		b, ok := c.Focused().(*Button)
		if !ok {
			return ""
		}
		return b.Text()
	}
	c.Focus(focusables(col, nil)[1])
	KeepFocus(col, func() { make("x", "y", "z") })
	if focused() != "y" {
		t.Errorf("focus is on %q", focused())
	}
	KeepFocus(col, func() { make("one") })
	if focused() != "one" {
		t.Errorf("focus is on %q", focused())
	}
	c.Focus(outside)
	KeepFocus(col, func() { make("x", "y") })
	if focused() != "outside" {
		t.Errorf("focus is on %q", focused())
	}
	c.Focus(focusables(col, nil)[0])
	KeepFocus(col, func() { make() })
	if c.Focused() != nil {
		t.Error("focus is on a part that is on no screen")
	}
}
