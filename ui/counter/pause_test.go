package counter

import (
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

func TestAPauseForNewcomersIsSaidBeforeTheWayIsShown(t *testing.T) {
	c := &directory.Community{ID: "0190a000-0000-7000-8000-000000000001", Name: "Lindeby kor", Summary: "Vi synger sammen.",
		Schedule: []directory.Slot{{Weekday: 2, From: "19:00", To: "21:00"}},
		Welcome:  &directory.Welcome{Pause: &directory.Pause{From: "2026-11-01", To: "2027-02-01", Why: "resting"}}}
	d := openDeskWith(t, t.TempDir(), "da", []*directory.Community{c})
	d.typed("kor")
	if len(d.page.views) != 1 {
		t.Fatalf("%d hits", len(d.page.views))
	}
	if line := d.page.views[0].line; !strings.HasPrefix(line, "Holder pause for nye til 1. feb.") {
		t.Errorf("the card says %q", line)
	}
	d.page.list.Select(0)
	d.page.showSelected()
	got := strings.ReplaceAll(allTexts(d.page.detail.panel), "\n", " ")
	for _, want := range []string{"Holder pause for nye til 1. feb.", "De, der tager imod, trænger til en pause.", "Ring først"} {
		if !strings.Contains(got, want) {
			t.Errorf("the detail does not say %q: %s", want, got)
		}
	}
	if next := c.NextForNew(monday, 1); len(next) != 1 || directory.DayOf(next[0].Start) != "2027-02-02" || strings.Contains(got, "24. nov.") {
		t.Errorf("the next time for somebody new is %v, and the detail says %s", next, got)
	}
}
