package followup

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

func TestWrongCheckSymbolIsSaidInWords(t *testing.T) {
	d := usual(t, nil)
	code := []byte(d.refer(0, referral.Guided, walk))
	last := len(code) - 1
	wrong := byte('2')
	if code[last] == wrong {
		wrong = '3'
	}
	typed := string(append(code[:last:last], wrong))
	d.typeCode(typed)
	if got := d.page.code.Problem(); !strings.Contains(got, "forkert") {
		t.Errorf("a wrong check symbol is said as %q", got)
	}
	if got := d.page.code.Entry.Text; got != typed {
		t.Errorf("what was typed is gone: %q", got)
	}
	if d.page.card != nil {
		t.Error("a wrong code shows a card")
	}
}

func TestACodeThatCameBackIsRecordedByOneKey(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.refer(3, referral.Guided, walk) })
	d.typeCode(strings.ToLower(strings.ReplaceAll(string(code), "-", " ")))
	if d.win.Canvas().Focused() != fyne.Focusable(d.page.card.keys) {
		t.Fatal("after the code, keys do not go to the outcomes")
	}
	if d.page.card.options[0].kind != referral.Welcomed {
		t.Errorf("the first is %s", d.page.card.options[0].kind)
	}
	test.Type(d.page.card.keys, "1")
	d.settle(func() bool { return d.page.card.notice != nil })
	if s := d.life(code).State; s != referral.State(referral.Welcomed) {
		t.Errorf("it is %s", s)
	}
	if d.win.Canvas().Focused() != fyne.Focusable(d.page.code.Entry) {
		t.Error("after recording, the next code cannot be typed at once")
	}
	d.press("Fortryd")
	d.settle(func() bool { return d.life(code).State == referral.State(referral.Shown) })
	if l := d.life(code); len(l.Undone) != 2 {
		t.Errorf("what was taken back is lost: %+v", l)
	}
}

// A wrong code and one that is not known here put away the one that was shown:
// nothing may be recorded for a code nobody sees any more.
func TestAnotherCodePutsTheOneBeforeAway(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.refer(3, referral.Guided, walk) })
	d.typeCode(string(code))
	if d.page.list.Selected() < 0 {
		t.Fatal("the row of a known code is not marked")
	}
	d.typeCode("K7M4-QXR2")
	if d.page.card != nil || d.page.list.Selected() >= 0 {
		t.Error("after a wrong code the one before is still shown or marked")
	}
	d.typeCode(example)
	if c := d.page.card; c == nil || c.known() || c.told.Referral.Code != example || d.page.list.Selected() >= 0 {
		t.Error("after an unknown code something of the one before is left")
	}
	if d.page.code.Problem() != "" {
		t.Errorf("the example that is shown is no code: %q", d.page.code.Problem())
	}
}

func TestOnlyWhatFitsNowIsOfferedAndTheRestIsAPressAway(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.refer(3, referral.Guided, walk) })
	d.typeCode(string(code))
	if slices.Contains(d.page.card.kinds(), referral.StillComing) {
		t.Error("still coming is offered before a welcome")
	}
	d.press("Noget andet, der skete tidligere")
	d.say(referral.StillComing)
	d.settle(func() bool { return d.page.card.notice != nil })
	if l := d.life(code); len(l.Odd) > 0 || !l.Events[len(l.Events)-1].Late {
		t.Errorf("%+v", l)
	}
}

func TestACodeThatIsNotKnownHereIsSaidAndKept(t *testing.T) {
	d := usual(t, nil)
	d.typeCode(example)
	d.say(referral.Welcomed)
	d.settle(func() bool { return d.page.card.notice != nil })
	waiting, err := d.store.Waiting()
	if err != nil {
		t.Fatal(err)
	}
	if len(waiting) != 1 || waiting[0].Code != example {
		t.Errorf("waiting is %+v, want one event of %s", waiting, example)
	}
}

func TestALateDayIsReadAndAWrongOneKeepsWhatWasTyped(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.refer(20, referral.Guided, walk) })
	d.typeCode(string(code))
	c := d.page.card
	c.when.set("other")
	for typed, want := range map[string]string{"31.2": "dag", "1.12.2026": "ikke kommet", "1.1.2026": "før"} {
		c.when.field.Entry.SetText(typed)
		c.keys.Digit(1)
		if !strings.Contains(c.when.field.Problem(), want) || c.when.field.Entry.Text != typed {
			t.Errorf("%s: said %q, kept %q", typed, c.when.field.Problem(), c.when.field.Entry.Text)
		}
	}
	c.when.field.Entry.SetText("20.11")
	c.keys.Digit(1)
	d.settle(func() bool { return c.notice != nil })
	if l := d.life(code); l.Events[1].On != "2026-11-20" || l.State != referral.State(referral.Welcomed) {
		t.Errorf("recorded %+v", l)
	}
}

// A pile of slips: each code and Enter, no other key. A slip typed twice counts
// once, a misread one is refused at once, an unknown one is kept, and each can be
// taken back.
func TestAPileOfSlipsIsTypedInARow(t *testing.T) {
	var a, b referral.Code
	d := usual(t, func(d *desk) { a, b = d.refer(9, referral.Guided, walk), d.refer(8, referral.Guided, knit) })
	test.Tap(d.page.many)
	if d.win.Canvas().Focused() != fyne.Focusable(d.page.code.Entry) {
		t.Fatal("the codes cannot be typed at once")
	}
	for _, code := range []referral.Code{a, b, a, example} {
		d.typeCode(string(code))
		if d.win.Canvas().Focused() != fyne.Focusable(d.page.code.Entry) || d.page.code.Entry.Text != "" {
			t.Fatal("the next code cannot be typed at once")
		}
	}
	d.typeCode("K7M4-QXR2")
	if !strings.Contains(d.page.code.Problem(), "forkert") || len(d.page.pile.entries) != 4 {
		t.Errorf("said %q, %d entries", d.page.code.Problem(), len(d.page.pile.entries))
	}
	d.settle(func() bool {
		w, err := d.store.Waiting()
		return err == nil && len(w) >= 7 // two vejvisninger with their showing, and three slips
	})
	for _, code := range []referral.Code{a, b} {
		if l := d.life(code); l.State != referral.State(referral.Welcomed) || len(l.Events) != 2 {
			t.Errorf("%s: %+v", code, l)
		}
	}
	if s := d.page.pile.entries[1].state; s != entryAlready {
		t.Errorf("the slip that was typed twice is %v", s)
	}
	if got := texts(d.page.inside); !strings.Contains(got, "3 registreret lige nu · 1 kendes ikke her endnu") {
		t.Errorf("said\n%s", got)
	}
	d.page.undo(d.page.pile.entries[2], func(error) {})
	d.settle(func() bool { return d.life(b).State == referral.State(referral.Shown) })
	d.page.undoLast() // the unknown one
	d.settle(func() bool { return d.page.pile.entries[0].state == entryUndone })
	d.page.undoLast()
	d.settle(func() bool { return d.life(a).State == referral.State(referral.Shown) })
}

// Whoever works through the list keeps their place: what something was said of stays
// where it stood until another is chosen, and the page scrolls nowhere.
func TestWhatIsRecordedElsewhereShowsWithoutLosingTheCard(t *testing.T) {
	var a referral.Code
	d := usual(t, func(d *desk) { a = d.refer(1, referral.Guided, walk) })
	d.typeCode(string(a))
	d.page.card.when.set("yesterday")
	d.refer(0, referral.Postcard, knit)
	d.settle(func() bool { return len(d.page.snap.lives) == 2 })
	if c := d.page.card; c == nil || c.told.Referral.Code != a || c.when.on != "yesterday" {
		t.Error("the choice was lost when another vejvisning was recorded")
	}
	if d.win.Canvas().Focused() != fyne.Focusable(d.page.card.keys) {
		t.Error("focus was lost")
	}
}

// Somebody practised, was shown on, and fell out: the practice ground is offered
// again, from the code alone.
func TestWhoFallsOutIsOfferedThePracticeGroundAgain(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) {
		first := d.refer(60, referral.Guided, eat)
		for i, days := range []int{50, 43, 36} {
			s := practice.Session{ID: fmt.Sprintf("0190a000-0000-7000-8000-0000000000a%d", i), Community: eat, On: directory.DayOf(today).AddDays(-days), Came: 4, Codes: []referral.Code{first}}
			if err := d.store.EditSession(nil, &s); err != nil {
				t.Fatal(err)
			}
		}
		code = d.referAfter(first, 30, referral.Guided, sing)
		d.event(code, referral.Welcomed, 20)
		d.event(code, referral.DidNotFit, 1)
	})
	d.page.d.ShowGround = func(c referral.Code, ground string) { d.went = append(d.went, "ground "+string(c)+" "+ground) }
	d.typeCode(string(code))
	got := texts(d.page.inside)
	for _, want := range []string{"Øvebane: 3 gange på Torsdagsspisning i Vestbo", "Også forbundet med tidligere kode"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not said in\n%s", want, got)
		}
	}
	if k := d.page.card.task; k == nil || k.Kind != referral.PracticeGround || !strings.HasPrefix(d.page.card.options[0].text, "Tilbyd øvebanen igen: Torsdagsspisning") {
		t.Fatalf("%+v, %+v", k, d.page.card.options)
	}
	test.Type(d.page.card.keys, "1")
	if !slices.Contains(d.went, "ground "+string(code)+" "+eat) {
		t.Errorf("went to %v", d.went)
	}
}

func TestAfterFourWeeksAndThreeMonthsSomebodyAsks(t *testing.T) {
	var four, three referral.Code
	d := usual(t, func(d *desk) {
		four = d.refer(30, referral.Guided, walk)
		d.event(four, referral.Welcomed, 28)
		three = d.refer(95, referral.Guided, walk)
		d.event(three, referral.Welcomed, 91)
		d.event(three, referral.StillComing, 60)
	})
	for code, want := range map[referral.Code]string{four: "4 uger", three: "3 måneder"} {
		d.typeCode(string(code))
		if got := texts(d.page.inside); !strings.Contains(got, want) || d.page.card.options[0].kind != referral.StillComing {
			t.Errorf("%s is asked as\n%s", code, got)
		}
		d.say(referral.StillComing)
		d.settle(func() bool { return d.life(code).State == referral.State(referral.StillComing) })
		d.settle(func() bool { return d.page.card.notice != nil })
	}
	if k := d.page.card.task; k != nil && k.Kind != referral.StillComing3m {
		t.Errorf("next is %+v", k)
	}
}

// A contact card is shown by a press and closes by itself; erased, it is gone.
// guide makes the page one on which the directory may be changed; where its edits
// lead is kept.
// BenchmarkTenThousandReferrals reads what is due, shows it, and moves through it.
// TestEverythingIsReachedByTab walks the page with Tab: whatever can be pressed or
// typed in gets focus.
func TestEverythingIsReachedByTab(t *testing.T) {
	d := usual(t, lifelike)
	d.pickState(referral.Arranged)
	missing := map[fyne.Focusable]bool{}
	walk2(d.page.Content(), func(o fyne.CanvasObject) {
		if f, ok := o.(fyne.Focusable); ok && !o.Size().IsZero() {
			if x, can := o.(fyne.Disableable); !can || !x.Disabled() {
				missing[f] = true
			}
		}
	})
	if len(missing) < 8 {
		t.Fatalf("only %d things can have focus", len(missing))
	}
	for range 3 * len(missing) {
		d.win.Canvas().FocusNext()
		delete(missing, d.win.Canvas().Focused())
	}
	for f := range missing {
		t.Errorf("Tab never comes to a %T", f)
	}
}
