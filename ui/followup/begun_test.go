package followup

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// referLike records a vejvisning whose code begins with one of some characters.
func (d *desk) referLike(first string) referral.Code {
	d.t.Helper()
	for range 300 {
		if code := d.refer(3, referral.Guided, knit); strings.ContainsRune(first, rune(code[0])) {
			return code
		}
	}
	d.t.Fatalf("no code begins with one of %s", first)
	return ""
}

// typeOn types character by character to whatever has focus by then, as a scanner does.
func (d *desk) typeOn(text string) {
	for _, r := range text {
		d.win.Canvas().Focused().TypedRune(r)
		d.settle(func() bool { return d.page.card == nil || !d.page.card.busy })
	}
	d.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
}

func TestTheNextCodeIsNoAnswerAboutTheOneBefore(t *testing.T) {
	for _, first := range []string{"234", "ABCDEFGH"} {
		var code, next referral.Code
		d := usual(t, func(d *desk) { code, next = d.refer(3, referral.Guided, walk), d.referLike(first) })
		d.typeCode(string(code))
		d.typeOn(string(next))
		d.settle(func() bool { return d.page.card != nil && d.page.card.told.Referral.Code == next })
		if s := d.life(code).State; s != referral.State(referral.Shown) {
			t.Errorf("of %s it was recorded that it is %s, by typing %s", code, s, next)
		}
		if s := d.life(next).State; s != referral.State(referral.Shown) {
			t.Errorf("%s is %s", next, s)
		}
		if d.win.Canvas().Focused() != fyne.Focusable(d.page.card.keys) {
			t.Errorf("after %s, keys do not go to the outcomes", next)
		}
		if said := strings.Contains(texts(d.page.inside), "er taget tilbage"); said != (first == "234") {
			t.Errorf("after %s it says: %s", next, texts(d.page.inside))
		}
	}
}

func TestAfterAPressOnARowTheKeysAreTheRows(t *testing.T) {
	var code, next referral.Code
	d := usual(t, func(d *desk) { code, next = d.refer(3, referral.Guided, walk), d.referLike("234") })
	pick := func() {
		d.win.Canvas().Unfocus() // as a press on what takes no focus does
		d.page.list.Select(d.page.rowOf(code))
		d.page.selected(d.page.rowOf(code))
	}
	pick()
	if d.win.Canvas().Focused() != fyne.Focusable(d.page.list) {
		t.Fatal("after a press on a row the keys go nowhere")
	}
	d.page.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyName(next[:1])}) // a scanner, while the list has focus
	d.settle(func() bool { return d.page.card.notice != nil })
	if s := d.life(code).State; s == referral.State(referral.Shown) {
		t.Fatal("a digit does nothing")
	}
	d.typeOn(string(next[1:]))
	d.settle(func() bool { return d.page.card.told.Referral.Code == next })
	if s := d.life(code).State; s != referral.State(referral.Shown) {
		t.Errorf("by scanning %s it was recorded that %s is %s", next, code, s)
	}
}
