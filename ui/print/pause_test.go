package print

import (
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// A citizen who is shown to a community that asks newcomers to wait is told so, and
// no date at which nobody expects them.
func TestASheetSaysAPauseForNewcomersAndNoDateWithinIt(t *testing.T) {
	c := &directory.Community{ID: "0190a000-0000-7000-8000-000000000001", Name: "Lindeby kor",
		Schedule: []directory.Slot{{Weekday: 2, From: "19:00", To: "21:00"}}, Contact: &directory.Contact{Phone: "00 00 00 00"},
		Welcome: &directory.Welcome{Pause: &directory.Pause{From: "2026-11-01", To: "2027-02-01", Why: "full"}}}
	_, pdf := handout(t, Sheet{Layout: A4, Language: "da", Date: "2026-11-23", Now: time.Date(2026, 11, 23, 10, 0, 0, 0, directory.Copenhagen), Code: "K7M4-QXRF", Cards: []Card{{Community: c}}})
	got := strings.Join(strings.Fields(text(t, pdf)), " ")
	for _, want := range []string{"Holder pause for nye til 1. februar 2027. Ring, før du går derhen.", "2. februar"} {
		if !strings.Contains(got, want) {
			t.Errorf("the sheet does not say %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "24. november") {
		t.Errorf("the sheet tells a date within the pause:\n%s", got)
	}
}
