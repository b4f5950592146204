package followup

import (
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// A companion takes back the yes: the agreement is no good news any more, and
// somebody else is looked for now, not after the day.
func TestAnAgreementWithSomebodyWhoIsErasedIsDueNow(t *testing.T) {
	var code referral.Code
	d := usual(t, func(d *desk) {
		code = d.refer(5, referral.Accompanied, walk)
		d.event(code, referral.AccompanimentWanted, 5)
		d.told(referral.Event{Code: code, Kind: referral.Arranged, On: directory.DayOf(today).AddDays(-2), Plan: &referral.Plan{With: bente, On: directory.DayOf(today).AddDays(6), To: walk}})
	})
	if d.page.Badge() != "" {
		t.Fatalf("%q is due before anybody was erased", d.page.Badge())
	}
	d.page.Show(code)
	if err := d.store.EraseAmbassador(bente); err != nil {
		t.Fatal(err)
	}
	d.settle(func() bool { return d.page.Badge() == "1" })
	k := d.page.snap.task(code)
	l, _ := d.page.snap.told(code)
	if text, tone := d.page.words().state(&l, k); text != "Mangler følge" || tone != widget.ToneTrouble || k.When != referral.Today {
		t.Errorf("%q in tone %v, %s", text, tone, k.When)
	}
	if got := texts(d.page.inside); !strings.Contains(got, "Hvem kan følges med?") || strings.Contains(got, "Bente") {
		t.Errorf("it says\n%s", got)
	}
	if o := d.page.card.options; len(o) < 2 || o[0].do == nil || o[1].kind != referral.FellThrough {
		t.Errorf("it offers %+v", o)
	}
	d.say(referral.FellThrough)
	d.settle(func() bool { return d.life(code).State == referral.State(referral.FellThrough) })
}
