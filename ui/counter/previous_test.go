package counter

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// A citizen comes back because there was no room: the next vejvisning is tied to the
// first by the code alone, and whoever asked hears what was shown instead. The next
// citizen is tied to nobody.
func TestTheNextVejvisningIsTiedToTheCodeTheCitizenHas(t *testing.T) {
	d := openDesk(t, "da")
	var shown []string
	d.page.ShowOther("K7M4-QXRF", func(ids []string) { shown = ids })
	d.typed("gåtur")
	d.key(fyne.KeyReturn)
	d.ctrl(fyne.KeyP)
	d.settle(d.done)
	rs, err := d.store.Referrals()
	if err != nil || len(rs) != 1 || rs[0].PreviousCode != "K7M4-QXRF" || !slices.Equal(shown, rs[0].Communities) {
		t.Fatalf("recorded %+v, shown %v (%v)", rs, shown, err)
	}
	d.key(fyne.KeyEscape)
	d.typed("gåtur")
	d.key(fyne.KeyReturn)
	d.ctrl(fyne.KeyP)
	d.settle(d.done)
	if rs, err = d.store.Referrals(); err != nil || len(rs) != 2 || slices.IndexFunc(rs, func(r referral.Referral) bool { return r.PreviousCode == "" }) < 0 {
		t.Errorf("recorded %+v (%v)", rs, err)
	}
}

func TestAnEarlierCodeIsTypedAtTheDeskAndCanBeDropped(t *testing.T) {
	d := openDesk(t, "da")
	d.press("Har borgeren en kode i forvejen?")
	x := d.page.folder.tie
	x.field.Entry.SetText("k7m4 qxr2")
	x.field.Entry.OnSubmitted(x.field.Entry.Text)
	if x.field.Problem() == "" || x.code != "" {
		t.Errorf("a wrong code is tied: %q", x.code)
	}
	x.field.Entry.SetText("k7m4 qxrf")
	x.field.Entry.OnSubmitted(x.field.Entry.Text)
	if x.code != "K7M4-QXRF" {
		t.Fatalf("tied to %q", x.code)
	}
	d.press("Hører til kode K7M4-QXRF")
	if x.code != "" {
		t.Error("it cannot be dropped")
	}
}
