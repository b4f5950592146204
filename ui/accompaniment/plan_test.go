package accompaniment

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	cards "github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

func TestAnAgreementIsMadeWithAFewKeys(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) {
		code = d.wants(9, referral.Wanted{Area: "Lindeby Syd", Times: []string{"forenoon"}}, walk)
	})
	d.win.Canvas().Focus(d.page.list)
	got := texts(d.page.inside)
	for _, want := range []string{"Har ventet siden 15. november 2026.", "formiddag", "tir. 24. nov. kl. 10", "Bente", "kender Gå-glad i Lindeby Syd", "Kan tage 2 nu"} {
		if !strings.Contains(got, want) {
			t.Fatalf("%q is not said in\n%s", want, got)
		}
	}
	d.page.list.TypedKey(&fyne.KeyEvent{Name: fyne.Key1})
	x := d.page.shown.(*plan)
	if x.day.Entry.Text != "24.11" || x.clock.Entry.Text != "9.30" || x.where.Entry.Text != "ved Beboerhuset" {
		t.Errorf("suggests %q %q %q", x.day.Entry.Text, x.clock.Entry.Text, x.where.Entry.Text)
	}
	d.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	d.settle(func() bool {
		return d.life(code).State == referral.State(referral.Arranged) && d.page.notice != nil && len(d.page.snap.agreed) == 1
	})
	l := d.life(code)
	if p := l.Events[len(l.Events)-1].Plan; p == nil || p.With != person(1) || p.Where != "ved Beboerhuset" || p.On != "2026-11-24" || p.At != "09:30" || p.To != walk {
		t.Errorf("agreed %+v", p)
	}
	if got := texts(d.page.inside); !strings.Contains(got, "Aftalt: Bente, i dag") || !strings.Contains(got, "Bente følges med") {
		t.Errorf("it says\n%s", got)
	}
	d.press("Fortryd")
	d.settle(func() bool { return d.life(code).State == referral.State(referral.AccompanimentWanted) })
}

func TestACodeIsPutOnTheListWithItsWishes(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.refer(3, walk) })
	d.page.showAdd()
	x := d.page.shown.(*wishForm)
	test.Type(x.code.Entry, "K7M4-QXR2")
	x.submit()
	if !strings.Contains(x.code.Problem(), "forkert") {
		t.Errorf("a wrong code is said as %q", x.code.Problem())
	}
	x.code.Entry.SetText(strings.ToLower(string(code)))
	test.Tap(x.times.chips[0])
	x.area.Select("Lindeby Syd")
	x.sex.Select("female")
	d.press("Sæt på listen")
	d.settle(func() bool { return len(d.page.snap.queue) == 1 && d.page.code == code })
	w := d.page.snap.queue[0].Wanted
	if w.Area != "Lindeby Syd" || !slices.Equal(w.Times, []string{"forenoon"}) || w.Gender != "female" {
		t.Errorf("%+v", w)
	}
}

func TestWishesAreChangedAndTheWaitStays(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.wants(9, referral.Wanted{Area: "Lindeby Nord"}, walk) })
	d.pick(code)
	d.press("Ret ønskerne")
	x := d.page.shown.(*wishForm)
	x.area.Select("Lindeby Syd")
	d.press("Gem ønskerne")
	d.settle(func() bool { return d.page.snap.queue[0].Wanted.Area == "Lindeby Syd" && d.page.notice != nil })
	if q := d.page.snap.queue; len(q) != 1 || q[0].Since != ago(9) {
		t.Errorf("%+v", q)
	}
	d.settle(func() bool { _, is := d.page.shown.(*waiting); return is })
	d.press("Fortryd")
	d.settle(func() bool { return len(d.page.snap.queue) == 1 && d.page.snap.queue[0].Wanted.Area == "Lindeby Nord" })
}

func TestAnAgreementIsChangedInPlace(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) {
		code = d.wants(9, referral.Wanted{}, walk)
		d.arranged(code, 5, 2, person(1))
	})
	d.pick(code)
	d.press("Ret aftalen")
	x := d.page.shown.(*plan)
	x.where.Entry.SetText("ved stationen")
	x.clock.Entry.SetText("8.75")
	d.press("Aftal")
	if x.clock.Problem() == "" {
		t.Error("8.75 is a time")
	}
	x.clock.Entry.SetText("8.45")
	d.press("Aftal")
	d.settle(func() bool {
		return len(d.page.snap.agreed) == 1 && d.page.snap.agreed[0].Plan.Where == "ved stationen"
	})
	if l := d.life(code); len(l.Undone) != 1 || len(l.Odd) > 0 || d.page.snap.agreed[0].Plan.At != "08:45" {
		t.Errorf("%+v", l)
	}
}

func TestNoCPRNumberIsAMeetingPoint(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) { code = d.wants(9, referral.Wanted{}, walk) })
	d.pick(code)
	d.page.shown.digit(1)
	x := d.page.shown.(*plan)
	x.where.Entry.SetText("hos 010190-1234")
	d.press("Aftal")
	if x.where.Problem() == "" || !d.page.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape}) || d.life(code).State != referral.State(referral.AccompanimentWanted) {
		t.Error("it was kept")
	}
}

func TestTheHostIsToldOnlyWithConsent(t *testing.T) {
	var yes, no referral.Code
	d := usual(t, func(d *desk) {
		yes, no = d.wants(9, referral.Wanted{}, walk), d.wants(8, referral.Wanted{}, walk)
		d.arranged(yes, 5, 2, person(1))
		d.arranged(no, 5, 2, person(2))
		for code, tell := range map[referral.Code]bool{yes: true, no: false} {
			err := d.store.KeepCard(cards.Card{Info: cards.Info{Code: code, DeleteBy: ago(-60),
				Consent: cards.Consent{Text: "1", Language: "da", How: "spoken", At: today, TellHost: tell}}, FirstName: "Rosmarin"})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
	d.pick(no)
	if got := texts(d.page.inside); strings.Contains(got, "til værten") || strings.Contains(got, "Rosmarin") {
		t.Errorf("it says\n%s", got)
	}
	d.press("Ark til følgesvenden")
	d.pick(yes)
	d.press("Hvem kommer – til værten")
	if want := []string{"briefing " + string(no), "host " + string(yes)}; !slices.Equal(d.went, want) {
		t.Errorf("went to %v", d.went)
	}
}

func TestAContactCardIsOfferedUntilThereIsOne(t *testing.T) {
	var waits, agreed referral.Code
	d := usual(t, func(d *desk) {
		waits, agreed = d.wants(9, referral.Wanted{}, walk), d.wants(8, referral.Wanted{}, walk)
		d.arranged(agreed, 5, 2, person(1))
	})
	for _, code := range []referral.Code{waits, agreed} {
		d.pick(code)
		d.press("Opret kontaktkort")
		if err := d.store.KeepCard(cards.Card{Info: cards.Info{Code: code, DeleteBy: ago(-60), Consent: cards.Consent{Text: "1", Language: "da", How: "spoken", At: today}}, FirstName: "Rosmarin"}); err != nil {
			t.Fatal(err)
		}
		d.settle(func() bool { return !strings.Contains(texts(d.page.inside), "Opret kontaktkort") })
	}
	if want := []string{"card " + string(waits), "card " + string(agreed)}; !slices.Equal(d.went, want) {
		t.Errorf("went to %v", d.went)
	}
}
