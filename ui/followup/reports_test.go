package followup

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

func TestTheNextStepIsSuggestedAndLeadsOn(t *testing.T) {
	var full, alone, old referral.Code
	d := usual(t, func(d *desk) {
		full = d.refer(9, referral.Guided, walk)
		d.event(full, referral.NoRoom, 2)
		alone = d.refer(3, referral.Accompanied, knit)
		d.event(alone, referral.AccompanimentWanted, 3)
		old = d.refer(30, referral.Guided, walk)
		d.referAfter(old, 1, referral.Guided, knit)
	})
	d.typeCode(string(alone))
	test.Type(d.page.card.keys, "1")
	d.typeCode(string(full))
	test.Type(d.page.card.keys, "1")
	if want := []string{"companion " + string(alone), "other " + string(full)}; !slices.Equal(d.went, want) {
		t.Errorf("went to %v", d.went)
	}
	d.shown([]string{knit})
	d.settle(func() bool { l := d.life(full); return len(l.Events[len(l.Events)-1].Instead) == 1 })
	if l := d.life(full); l.State != referral.State(referral.NoRoom) || len(l.Events) != 2 || len(l.Undone) != 1 {
		t.Errorf("%+v", l)
	}
	d.typeCode(string(full))
	if got := texts(d.page.inside); strings.Contains(got, "fortrudt") {
		t.Errorf("nobody took anything back:\n%s", got)
	}
	d.typeCode(string(old))
	if got := texts(d.page.inside); !strings.Contains(got, "Siden vist videre med kode") {
		t.Errorf("the later code is not said:\n%s", got)
	}
}

func (d *desk) guide() *string {
	led := new(string)
	d.page.d.MayEdit, d.page.d.Edit = func() bool { return true }, func(id string) { *led = id }
	return led
}

func TestAGuideOpensTheCommunityThatWasReported(t *testing.T) {
	d := usual(t, func(d *desk) {
		for i, id := range []string{"0190a000-0000-7000-8000-00000000000a", "0190a000-0000-7000-8000-00000000000b"} {
			g := localdb.Suggestion{ID: id, Community: []string{walk, "0190a000-0000-7000-8000-0000000000ff"}[i], Field: "schedule", Text: "De går nu om onsdagen", At: today.Add(-time.Hour)}
			if err := d.store.Suggest(g); err != nil {
				t.Fatal(err)
			}
		}
	})
	d.page.filter("reports")
	d.pick(0)
	d.page.choose(0)
	led := d.guide()
	if d.page.choose(0); *led != "" {
		t.Error("a community that is not here is opened")
	}
	if d.page.choose(1); *led != walk {
		t.Errorf("led to %q", *led)
	}
	c, err := d.store.Community(walk)
	if err != nil {
		t.Fatal(err)
	}
	after := *c
	after.AssuredAt = today
	if err := d.store.EditCommunity(c, &after); err != nil {
		t.Fatal(err)
	}
	if state, _ := d.page.stateOf(d.page.reportAt(1)); state != "confirmed" {
		t.Errorf("once confirmed it is %q", state)
	}
	d.page.settle(d.page.reportAt(1).ID, localdb.ClosedDone)
	d.settle(func() bool { return len(d.page.rows) == 1 && !d.page.settling })
}
