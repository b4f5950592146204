package accompaniment

import (
	"slices"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// A companion takes back the yes: whom they were to go along with is asked about
// first, before the day, and the name stands nowhere on the page.
func TestAnAgreementWithSomebodyWhoIsErasedNeedsSomebodyElse(t *testing.T) {
	var code, today, other referral.Code
	d := usual(t, func(d *desk) {
		code, today, other = d.wants(9, referral.Wanted{}, walk), d.wants(9, referral.Wanted{}, walk), d.wants(3, referral.Wanted{}, walk)
		d.arranged(code, 5, 2, person(1))
		d.arranged(today, 5, 0, person(1))
		d.arranged(other, 2, 3, person(2))
	})
	if d.page.Badge() != "" {
		t.Fatalf("%q before anybody was erased", d.page.Badge())
	}
	d.pick(code)
	if err := d.store.EraseAmbassador(person(1)); err != nil {
		t.Fatal(err)
	}
	d.settle(func() bool { return d.page.Badge() == "2" })
	want := []string{"Mangler en ny – den, der skulle med, er ikke længere på listen", string(today), string(code), "Aftalt", string(other)}
	if got := d.codes(); !slices.Equal(got, want) {
		t.Errorf("%v\nwant %v", got, want)
	}
	if got := texts(d.page.inside); strings.Contains(got, "Bente") || !strings.Contains(got, "Find en ny") {
		t.Errorf("it says\n%s", got)
	}
	d.page.shown.digit(1)
	d.settle(func() bool { return len(d.page.snap.queue) == 1 })
	if s := d.life(code).State; s != referral.State(referral.FellThrough) {
		t.Errorf("it is %s", s)
	}
}
