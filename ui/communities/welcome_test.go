package communities

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/theme"
)

func TestTheWelcomeIsKeptByItselfAndShownToTheDesk(t *testing.T) {
	c := full()
	c.Welcome.Pause = nil
	d := usual(t, c)
	d.edit(walkers)
	d.write("welcome.greeter", "Bente, ellers Ole")
	d.write("welcome.ready", "greeter_named\ngreeter_stand_in\nmet_at_door")
	d.write("welcome.cannot", "dementia")
	d.keep()
	w := d.community(walkers).Welcome
	if w.Greeter != "Bente, ellers Ole" || strings.Join(w.Ready, " ") != "greeter_named greeter_stand_in met_at_door" || strings.Join(w.Cannot, " ") != "dementia" || w.Pause != nil {
		t.Errorf("kept is %+v", w)
	}
	shown := strings.ReplaceAll(strings.Join(texts(d.page.inside), "\n"), "\n", " ")
	for _, want := range []string{"Bente, ellers Ole", "Den nye bliver mødt ved døren.", "Kan ikke tage hensyn til", upperFirst(d.page.say.Label("consideration", "dementia"))} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is not shown:\n%s", want, shown)
		}
	}
}

func TestAPauseForNewcomersIsTakenSaidAndEnded(t *testing.T) {
	c := full()
	c.Welcome.Pause = nil
	d := usual(t, c)
	d.edit(walkers)
	d.write("welcome.pause", yes)
	d.write("welcome.pause.why", "resting")
	d.write("welcome.pause.to", "1.11.2026")
	d.page.form.keep()
	if d.page.form == nil || !d.part("welcome.pause.to").wrong {
		t.Fatal("a pause that has ended already is kept")
	}
	d.write("welcome.pause.to", "1.2.2027")
	d.keep()
	p := d.community(walkers).Welcome.Pause
	if p == nil || p.From != d.page.today() || p.To != "2027-02-01" || p.Why != "resting" {
		t.Fatalf("kept is %+v", p)
	}
	shown := strings.ReplaceAll(strings.Join(texts(d.page.inside), "\n"), "\n", " ")
	if !strings.Contains(shown, "Holder pause for nye til 1. feb. De, der tager imod, trænger til en pause.") {
		t.Errorf("the pause is not said:\n%s", shown)
	}
	d.settle(func() bool { return d.page.listing.count[filterPaused] == 1 })
	d.edit(walkers)
	d.write("welcome.pause", "")
	d.keep()
	if p := d.community(walkers).Welcome.Pause; p != nil {
		t.Errorf("an ended pause is left as %+v", p)
	}
	d.settle(func() bool { return d.page.listing.count[filterPaused] == 0 })
}

func TestAPauseThatEndedByItselfIsNoPause(t *testing.T) {
	c := full()
	c.Welcome.Pause = &directory.Pause{From: "2026-09-01", To: "2026-11-01"}
	d := usual(t, c)
	if d.page.listing.count[filterPaused] != 0 {
		t.Error("it is counted as pausing")
	}
	d.edit(walkers)
	if d.part("welcome.pause").value() != "" {
		t.Error("the form says that it pauses")
	}
	d.write("summary", "Vi går")
	d.keep()
	if p := d.community(walkers).Welcome.Pause; p == nil || p.To != "2026-11-01" {
		t.Errorf("what nobody touched is now %+v", p)
	}
}

// A tick is set by the keyboard as by the mouse.
func TestTheChecklistIsTickedByKeyboardAndMouse(t *testing.T) {
	d := open(t, theme.New(theme.Normal, 1), fyne.NewSize(1164, 786), full())
	d.edit(walkers)
	x := d.part("welcome.ready")
	box := x.focus.(fyne.Tappable)
	test.Tap(box)
	if !strings.Contains(x.value(), "greeter_named") {
		t.Errorf("a press ticks nothing: %q", x.value())
	}
	x.focus.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if strings.Contains(x.value(), "greeter_named") {
		t.Errorf("Space takes nothing away: %q", x.value())
	}
}
