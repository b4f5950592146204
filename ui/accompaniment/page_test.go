package accompaniment

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

func TestTheListIsInTheOrderOfNeedAndWait(t *testing.T) {
	var new, long, fell, coming, past referral.Code
	d := usual(t, func(d *desk) {
		new, long, fell = d.wants(1, referral.Wanted{}, walk), d.wants(20, referral.Wanted{}, walk), d.wants(9, referral.Wanted{}, sing)
		coming, past = d.wants(5, referral.Wanted{}, walk), d.wants(6, referral.Wanted{}, walk)
		d.arranged(fell, 8, -2, person(1))
		d.told(referral.Event{Code: fell, Kind: referral.FellThrough, On: ago(1)})
		d.arranged(coming, 4, 2, person(1))
		d.arranged(past, 4, -1, person(2))
	})
	want := []string{"Fulgtes de?", string(past), "Faldt væk – står på listen igen", string(fell), "Venter på en at følges med", string(long), string(new), "Aftalt", string(coming)}
	if got := d.codes(); !slices.Equal(got, want) {
		t.Errorf("%v\nwant %v", got, want)
	}
	if d.page.Badge() != "3" {
		t.Errorf("%q wait", d.page.Badge())
	}
}

// Somebody waits, the best fit is chosen, everything is suggested, and Enter agrees:
// with keys alone.
// The companion could not come: the citizen stands on the list again, with those who
// can go along beside, and keeps the wait they had.
func TestWhoItFallsThroughForIsOnTheListAgainAtOnce(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) {
		code = d.wants(9, referral.Wanted{}, walk)
		d.arranged(code, 5, 0, person(1))
	})
	d.pick(code)
	if got := texts(d.page.inside); !strings.Contains(got, "Fulgtes de i dag?") || !strings.Contains(got, "mødes") && !strings.Contains(got, "Mødes: ved biblioteket") {
		t.Errorf("it says\n%s", got)
	}
	d.win.Canvas().Focus(d.page.list)
	d.page.list.TypedKey(&fyne.KeyEvent{Name: fyne.Key2})
	d.settle(func() bool { return len(d.page.snap.queue) == 1 && d.page.notice != nil })
	d.settle(func() bool { _, is := d.page.shown.(*waiting); return is })
	if got := texts(d.page.inside); !strings.Contains(got, "står på listen igen") || !strings.Contains(got, "Hvem kan følges med?") || !strings.Contains(got, "15. november") {
		t.Errorf("it says\n%s", got)
	}
}

func TestOneKeySaysThatTheyWentTogether(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) {
		code = d.wants(9, referral.Wanted{}, walk)
		d.arranged(code, 5, -1, person(1))
	})
	d.win.Canvas().Focus(d.page.list)
	d.page.list.TypedKey(&fyne.KeyEvent{Name: fyne.Key1})
	d.settle(func() bool { return d.life(code).State == referral.State(referral.CarriedOut) && len(d.page.rows) == 0 })
	if e := d.life(code).Events; e[len(e)-1].On != ago(1) {
		t.Errorf("they went together on %s", e[len(e)-1].On)
	}
	d.press("Fortryd")
	d.settle(func() bool { return len(d.page.snap.agreed) == 1 })
}

func TestWhoHoldsAPauseOrHasHandsFullIsLastAndSaidSo(t *testing.T) {
	d := usual(t, func(d *desk) {
		d.wants(9, referral.Wanted{Languages: []string{"uk"}}, walk)
		busy := d.wants(3, referral.Wanted{}, walk)
		d.arranged(busy, 2, 3, person(2))
	})
	d.win.Canvas().Focus(d.page.list)
	d.press("Vis 2 flere")
	got := texts(d.page.inside)
	full, paused, other := strings.Index(got, "Har fuldt op nu"), strings.Index(got, "Pause til 20. dec."), strings.Index(got, "Bente")
	if other < 0 || full < other || paused < full {
		t.Errorf("the order is\n%s", got)
	}
	if !strings.Contains(got, "taler ukrainsk") || !strings.Contains(got, "andet sprog") || !strings.Contains(got, "følger med i sit arbejde") {
		t.Errorf("the reasons are\n%s", got)
	}
}

// Wishes are corrected, and the wait is the same; taken back, the first wishes are
// there again.
func TestACodeFromAnotherPageIsShownOnceItIsRead(t *testing.T) {
	var code, none referral.Code
	d := usual(t, func(d *desk) { code, none = d.wants(2, referral.Wanted{}, walk), d.refer(1, sing) })
	d.page.Show(code)
	if d.page.code != code || d.page.codeAt(d.page.list.Selected()) != code {
		t.Error("it is not shown")
	}
	d.page.Show(none)
	if got := texts(d.page.inside); !strings.Contains(got, "Du kan sætte den på") {
		t.Errorf("it says\n%s", got)
	}
}

// Who came here when nobody waited needs no mouse for the first one who does.
func TestTheArrowsLeadToAListThatWasEmpty(t *testing.T) {
	d := usual(t, nil)
	d.page.Focus()
	down := &fyne.KeyEvent{Name: fyne.KeyDown}
	if d.page.TypedKey(down) {
		t.Error("an arrow does something where there is nothing")
	}
	code := d.wants(0, referral.Wanted{}, walk)
	d.settle(func() bool { return len(d.page.rows) > 0 })
	if !d.page.TypedKey(down) || d.page.code != code || d.win.Canvas().Focused() != fyne.Focusable(d.page.list) {
		t.Errorf("the arrow leads to %q, focus is on %T", d.page.code, d.win.Canvas().Focused())
	}
}

// A change that comes in while one stands on somebody builds the page anew: keys go on
// to what is in sight.
func TestFocusStaysWhereItWasWhenSomethingComesIn(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.wants(2, referral.Wanted{}, walk) })
	d.page.Show(code)
	cards := d.page.shown.(*waiting).cards
	d.win.Canvas().Focus(cards[1])
	d.wants(1, referral.Wanted{}, walk)
	d.settle(func() bool { return len(d.page.snap.queue) == 2 })
	now := d.page.shown.(*waiting).cards
	if now[1] == cards[1] {
		t.Fatal("nothing was built anew: the test says nothing")
	}
	if d.win.Canvas().Focused() != fyne.Focusable(now[1]) {
		t.Errorf("focus is on %T that is out of sight", d.win.Canvas().Focused())
	}
	d.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if _, ok := d.page.shown.(*plan); !ok {
		t.Error("Enter does not choose them")
	}
	d.page.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if !d.page.TypedKey(&fyne.KeyEvent{Name: fyne.Key2}) {
		t.Error("2 does not choose the second")
	}
}

func BenchmarkTenThousandReferralsAndFiveHundredAmbassadors(b *testing.B) {
	var first referral.Code
	d := usual(b, func(d *desk) {
		for i := range 10_000 {
			if i%20 == 0 {
				first = d.wants(i/300, referral.Wanted{Area: "Lindeby Syd"}, walk)
			} else {
				d.refer(i/30, walk)
			}
		}
		err := d.store.Import(context.Background(), func(tx *localdb.ImportTx) error {
			for i := range 500 {
				a := people[i%len(people)]
				a.ID = fmt.Sprintf("0190a000-0000-7000-8000-00000001%04d", i)
				if err := tx.PutAmbassador(&a); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, err := load(d.store, d.page.today()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			d.page.open(first)
		}
	})
}

// TestEverythingIsReachedByTab walks the page with Tab in each of its states:
// whatever can be pressed or typed in gets focus.
func TestEverythingIsReachedByTab(t *testing.T) {
	d := usual(t, lifelike)
	for name, do := range map[string]func(){
		"waiting": func() { d.pick(d.page.snap.queue[1].Referral.Code) },
		"plan":    func() { d.pick(d.page.snap.queue[1].Referral.Code); d.page.shown.digit(1) },
		"agreed":  func() { d.pick(d.page.snap.agreed[0].Referral.Code) },
		"add":     d.page.showAdd,
	} {
		do()
		missing := map[fyne.Focusable]bool{}
		walk2(d.page.Content(), func(o fyne.CanvasObject) {
			if f, ok := o.(fyne.Focusable); ok && !o.Size().IsZero() {
				missing[f] = true
			}
		})
		if len(missing) < 5 {
			t.Fatalf("%s: only %d things can have focus", name, len(missing))
		}
		for range 3 * len(missing) {
			d.win.Canvas().FocusNext()
			delete(missing, d.win.Canvas().Focused())
		}
		for f := range missing {
			t.Errorf("%s: Tab never comes to a %T", name, f)
		}
	}
}

// over is a store whose lease has run out: it gives no lives any more.
type over struct{ *localdb.Store }

func (over) EachLife(func(referral.Referral, []referral.Event) error) error { return localdb.ErrLease }

func TestOnceTheLeaseIsOverNothingStaysInSight(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.wants(3, referral.Wanted{}, walk) })
	d.pick(code)
	d.page.d.Store = over{d.store}
	d.page.changed(localdb.Change{Kind: "view"})
	d.settle(func() bool { return d.page.snap == nil })
	if got := texts(d.page.Content()); strings.Contains(got, spaced(code)) || !strings.Contains(got, d.page.say.T("store.lease")) {
		t.Errorf("it says\n%s", got)
	}
}
