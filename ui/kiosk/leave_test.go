package kiosk

import (
	"reflect"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

func TestNothingStaffDoNotOpenLeavesTheKiosk(t *testing.T) {
	s := open(t, portrait)
	k, c := s.kiosk, s.window.Canvas()
	for _, n := range []fyne.KeyName{fyne.KeyEscape, fyne.KeyF1, fyne.KeyF4, fyne.KeyF11, fyne.KeyHome, fyne.KeyDelete} {
		c.OnTypedKey()(&fyne.KeyEvent{Name: n})
	}
	for _, sc := range []fyne.Shortcut{&fyne.ShortcutCopy{}, &fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()}, &fyne.ShortcutUndo{}, &desktop.CustomShortcut{KeyName: fyne.KeyP, Modifier: fyne.KeyModifierControl}} {
		if ss, ok := c.(fyne.Shortcutable); ok {
			ss.TypedShortcut(sc)
		}
	}
	if s.left || k.Page() != pageHome || k.staff != nil || len(c.Overlays().List()) > 0 {
		t.Fatal("a key led somewhere")
	}
	fyne.CurrentApp().Clipboard().SetContent("fra udklipsholderen")
	s.touch(k.t("search"))
	if _, pastes := any(k.field).(fyne.Shortcutable); pastes {
		t.Error("the field takes shortcuts, the clipboard with them")
	}
	k.Reset()
	// The corner, touched shortly, does nothing; held for three seconds it asks for a PIN.
	at := newCorner(k)
	at.MouseDown(nil)
	s.pass(time.Second)
	at.MouseUp(nil)
	s.pass(10 * time.Second)
	if k.staff != nil {
		t.Fatal("a short touch asks for the PIN")
	}
	at.MouseDown(nil)
	s.pass(3 * time.Second)
	if k.staff == nil {
		t.Fatal("the corner does not ask for the PIN")
	}
	enter := func(pin string) {
		for _, r := range pin {
			s.touch(string(r))
		}
		s.touch(k.staff.t("ok"))
		s.settle("the answer", func() bool { return !k.staff.busy })
	}
	enter("481974")
	if k.staff.step == menu || s.has(k.staff.t("leave")) {
		t.Fatal("a wrong PIN opens")
	}
	s.says("PIN-koden passer ikke.")
	for range 4 {
		enter("481974")
	}
	s.says("Du kan prøve igen om 30 sekunder.")
	enter(staffPIN)
	if k.staff.step == menu {
		t.Fatal("guesses are not slowed down")
	}
	if err := s.store.SetKioskPIN([]byte(staffPIN)); err != nil { // as IT does; the wait is of the machine's clock
		t.Fatal(err)
	}
	enter(staffPIN)
	if k.staff.step != menu {
		t.Fatalf("the right PIN does not open: %s", k.staff.said)
	}
	s.touch(k.staff.t("leave"))
	if !s.left {
		t.Error("staff cannot leave")
	}
	k.staff.close()
	if k.Page() != pageHome || k.staff != nil {
		t.Error("the screen is not the public's again")
	}
}

func TestAtMostTwoSheetsAndTheyRestBetween(t *testing.T) {
	s := open(t, portrait)
	k := s.kiosk
	k.open(k.detail(s.named("Torsdagsspisning")))
	s.touch(k.t("print"))
	s.settle("the sheet", func() bool { return !k.paper.busy })
	if k.paper.pages < 1 {
		t.Errorf("the sheet has %d pages", k.paper.pages)
	}
	s.says(k.say.N("kiosk.print_ready", k.paper.pages))
	one, two := k.say.N("kiosk.print_copies", 1), k.say.N("kiosk.print_copies", 2)
	if !s.has(two) || s.has(k.say.N("kiosk.print_copies", 3)) {
		t.Errorf("offered: %q", s.things())
	}
	s.touch(one)
	k.print(1) // a second finger
	s.settle("the print", func() bool { return !k.paper.busy })
	s.says("Arket er printet.")
	if s.has(one) {
		t.Error("the printer is offered while it rests")
	}
	k.print(1)
	s.pass(20 * time.Second)
	if !s.has(one) || s.has(two) {
		t.Errorf("after the rest: %q", s.things())
	}
	s.touch(one)
	s.settle("the print", func() bool { return !k.paper.busy })
	s.pass(time.Minute)
	if s.has(one) {
		t.Error("a third is offered")
	}
	s.says(k.t("print_enough"))
	k.print(1)
	if got := s.paper.copies; !reflect.DeepEqual(got, []int{1, 1}) {
		t.Errorf("printed %v", got)
	}
	k.Reset()
	if s.holds("%PDF") {
		t.Error("the sheet stays after the visit")
	}
	// Another visitor at once: the printer still rests for who comes next.
	k.open(k.detail(s.named("Torsdagsspisning")))
	s.paper.fail = errJam
	s.touch(k.t("print"))
	s.settle("the sheet", func() bool { return !k.paper.busy })
	s.touch(two)
	s.settle("the failure", func() bool { return k.paper.key == "failed" })
	s.says(k.t("print_failed"))
	s.says(k.address(s.named("Torsdagsspisning")))
	for _, title := range s.paper.titles {
		if title != "Vejviser" {
			t.Errorf("the print queue says %q", title)
		}
	}
}
