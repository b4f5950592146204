package widget

import (
	"reflect"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// The toolkit forgets the renderer of what was out of sight for a minute. The
// one it makes when the part comes back must show the same, although nobody
// tells it the size again.
func TestPartsComeBackAsTheyWereAfterBeingOutOfSight(t *testing.T) {
	test.NewTempApp(t)
	for _, w := range []fyne.Widget{
		NewText("Bente står ved døren i grøn jakke fra kl. 9.45.", Style{}),
		NewLabel("Næste gange", Style{Bold: true}),
		NewPrimaryButton("Print og registrér", "Ctrl P", func() {}),
		NewQuietButton("Meld fejl", "", func() {}),
		NewChip("Formiddag", ChipOn, func() {}),
		NewChoice([]Option{{Value: "da", Text: "Dansk"}}, "da", func(string) {}),
		NewCheck("Følgeskab ønskes", true, func(bool) {}),
		NewBadge("4"),
		NewSideNav("Vejviser", []NavItem{{Title: "Skranke"}}, func(int) {}),
		NewSizeButton("A", "Større tekst", 15, func() {}),
		NewKeyHint("Ctrl P"),
		NewTag("gåtur", Tone(0)),
		NewPanel(NewText("Mappen til borgeren", Style{})),
		NewSearchField("Skriv, hvad borgeren gerne vil", "Ctrl K"),
		NewField("Fornavn på arket"),
	} {
		w.Resize(fyne.NewSize(260, 120))
		seen := places(w)
		r := w.CreateRenderer()
		var got []place
		for _, o := range r.Objects() {
			got = append(got, place{o.Position(), o.Size(), o.Visible()})
		}
		if !reflect.DeepEqual(seen, got) {
			t.Errorf("%T was at\n%v and came back at\n%v", w, seen, got)
		}
	}
}

type place struct {
	at      fyne.Position
	size    fyne.Size
	visible bool
}

func places(w fyne.Widget) []place {
	var out []place
	for _, o := range test.WidgetRenderer(w).Objects() {
		out = append(out, place{o.Position(), o.Size(), o.Visible()})
	}
	return out
}
