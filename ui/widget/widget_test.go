package widget

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"pgregory.net/rapid"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// window shows a part in a window of the test driver, in our theme.
func window(t testing.TB, o fyne.CanvasObject, size fyne.Size) fyne.Window {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(theme.Normal, 1))
	w := test.NewTempWindow(t, o)
	w.SetPadded(false)
	w.Resize(size)
	return w
}

func key(w fyne.Window, names ...fyne.KeyName) {
	for _, n := range names {
		w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: n})
	}
}

func TestWrappedTextLosesNothingAndFits(t *testing.T) {
	test.NewTempApp(t)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-zæøåA-Z0-9.,–]{1,24}`), 0, 30).Draw(t, "words")
		width := float32(rapid.IntRange(30, 600).Draw(t, "width"))
		text := strings.Join(words, " ")
		lines := wrapWords(text, width, 15, false)
		squeeze := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if got := squeeze(strings.Join(lines, "")); got != squeeze(text) {
			t.Fatalf("%q became %q", text, lines)
		}
		for _, l := range lines {
			if len([]rune(l)) > 1 && fyne.MeasureText(l, 15, fyne.TextStyle{}).Width > width+2 {
				t.Fatalf("%q is wider than %v", l, width)
			}
		}
	})
}

func TestAPhraseThatBelongsTogetherIsNotBroken(t *testing.T) {
	test.NewTempApp(t)
	phrase := Together("tir. 24. nov. kl. 10")
	for _, l := range wrapWords("Næste gang er "+phrase, 200, 15, false) {
		if strings.Contains(l, "tir.") && !strings.Contains(l, "10") {
			t.Errorf("broken: %q", l)
		}
	}
}

func TestShortenedTextFitsAndSaysSo(t *testing.T) {
	test.NewTempApp(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-zæøå ]{0,60}`).Draw(t, "text")
		width := float32(rapid.IntRange(20, 400).Draw(t, "width"))
		got := ellipsis(text, width, 15, false)
		if got != text && !strings.HasSuffix(got, "…") {
			t.Fatalf("%q became %q", text, got)
		}
	})
}

func TestEnterAndSpacePressWhatHasFocus(t *testing.T) {
	n := 0
	for _, o := range []fyne.CanvasObject{
		NewPrimaryButton("Print", "Ctrl P", func() { n++ }),
		NewChip("Gratis", ChipOff, func() { n++ }),
		NewCard(NewText("Kort", Style{}), func() { n++ }),
		NewCheck("Følgeskab ønskes", false, func(bool) { n++ }),
	} {
		n = 0
		w := window(t, o, fyne.NewSize(300, 100))
		w.Canvas().Focus(o.(fyne.Focusable))
		key(w, fyne.KeyReturn, fyne.KeySpace, fyne.KeyEnter)
		if n != 3 {
			t.Errorf("%T was pressed %d times of 3", o, n)
		}
	}
}

func TestFocusShows(t *testing.T) {
	for _, c := range theme.Contrasts {
		for _, o := range []fyne.CanvasObject{NewPrimaryButton("Print", "", nil), NewQuietButton("Gem", "", nil), NewChip("Gratis", ChipOn, nil), NewCheck("Ja", true, nil), NewChoice([]Option{{"a", "A"}}, "a", nil), NewField("Navn")} {
			w := window(t, NewPad(12, 12, o), fyne.NewSize(300, 120))
			fyne.CurrentApp().Settings().SetTheme(theme.New(c, 1))
			w.Canvas().Unfocus()
			before := fmt.Sprint(w.Canvas().Capture())
			f, ok := o.(fyne.Focusable)
			if !ok {
				f = o.(*Field).Entry
			}
			w.Canvas().Focus(f)
			if fmt.Sprint(w.Canvas().Capture()) == before {
				t.Errorf("%T in %q looks the same with focus", o, c)
			}
		}
	}
}

func TestKeysThatAPartDoesNotUseGoToTheWindow(t *testing.T) {
	e, b := NewEntry(), NewQuietButton("Gem", "", nil)
	w := window(t, NewColumn(8, e, b), fyne.NewSize(300, 120))
	var heard []fyne.KeyName
	w.Canvas().SetOnTypedKey(func(k *fyne.KeyEvent) { heard = append(heard, k.Name) })
	w.Canvas().Focus(e)
	key(w, fyne.KeyEscape, fyne.KeyF1)
	w.Canvas().Focus(b)
	key(w, fyne.KeyEscape, fyne.KeyDown)
	if fmt.Sprint(heard) != "[Escape F1 Escape Down]" {
		t.Errorf("the window heard %v", heard)
	}
}

// rows is a list of n rows of varying height that counts what it binds.
func rows(n int, bound *int) *List {
	return NewList(func() int { return n },
		func(i int, _ float32) float32 { return float32(40 + 10*(i%4)) },
		func() Row { r := NewCardRow(NewText("", Style{})); return r },
		func(i int, r Row) {
			*bound++
			r.(*CardRow).content.(*Text).SetText(fmt.Sprint("række ", i))
		})
}

func TestOnlyRowsInSightAreBound(t *testing.T) {
	bound := 0
	l := rows(20000, &bound)
	window(t, l, fyne.NewSize(300, 600))
	if bound == 0 || bound > 60 {
		t.Errorf("%d rows were bound to show about ten", bound)
	}
	if len(l.body.rows) > 16 {
		t.Errorf("%d rows exist", len(l.body.rows))
	}
}

func TestListIsWalkedByKeyboardAndKeepsTheChosenInSight(t *testing.T) {
	bound, told, chosen := 0, -1, -1
	l := rows(500, &bound)
	l.OnSelect = func(i int) { told = i }
	l.OnChoose = func(i int) { chosen = i }
	w := window(t, l, fyne.NewSize(300, 400))
	w.Canvas().Focus(l)
	key(w, fyne.KeyDown, fyne.KeyDown, fyne.KeyPageDown, fyne.KeyUp)
	if told != l.Selected() || told < 3 {
		t.Errorf("told %d, selected %d", told, l.Selected())
	}
	key(w, fyne.KeyEnd, fyne.KeyReturn)
	if chosen != 499 {
		t.Errorf("chose %d", chosen)
	}
	if _, shown := l.body.shown[499]; !shown {
		t.Error("the chosen row is not in sight")
	}
	key(w, fyne.KeyHome)
	if _, shown := l.body.shown[0]; !shown || l.Selected() != 0 {
		t.Error("Home does not lead to the first row")
	}
}

func TestRecycledRowShowsItsOwnText(t *testing.T) {
	bound := 0
	l := rows(200, &bound)
	window(t, l, fyne.NewSize(300, 400))
	for _, i := range []int{150, 3, 77} {
		l.Select(i)
		row := l.body.shown[i].(*CardRow)
		var text string
		for _, o := range test.WidgetRenderer(row.content.(*Text)).Objects() {
			text += o.(*canvas.Text).Text
		}
		if text != fmt.Sprint("række ", i) {
			t.Errorf("row %d shows %q", i, text)
		}
	}
}

func TestEscClosesAMenuAndEnterChooses(t *testing.T) {
	var got string
	c := NewChoice([]Option{{"da", "Dansk"}, {"en", "Engelsk"}}, "da", func(v string) { got = v })
	w := window(t, NewColumn(8, c), fyne.NewSize(300, 300))
	w.Canvas().SetOnTypedKey(func(*fyne.KeyEvent) {})
	w.Canvas().Focus(c)
	key(w, fyne.KeyReturn, fyne.KeyEscape)
	if w.Canvas().Overlays().Top() != nil {
		t.Fatal("Esc did not close the menu")
	}
	key(w, fyne.KeyReturn, fyne.KeyDown, fyne.KeyReturn)
	if got != "en" || w.Canvas().Overlays().Top() != nil {
		t.Errorf("chose %q", got)
	}
}

func TestWipedEntryCannotBeUndone(t *testing.T) {
	e := NewEntry()
	window(t, e, fyne.NewSize(300, 60))
	test.Type(e, "Karen")
	e.Wipe()
	e.Undo()
	if e.Text != "" {
		t.Errorf("undo gives %q", e.Text)
	}
}
