package counter

import (
	"maps"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
)

// What was chosen on another page lies in the folder, tied to the code that the
// citizen came back with; what is gone is passed over, and nothing lies there twice.
func TestWhatWasChosenElsewhereLiesInTheFolder(t *testing.T) {
	d := openDesk(t, "da")
	ids := slices.Sorted(maps.Keys(d.known))
	d.page.Lay("K7M4-QXRF", []string{ids[0], "0190a000-0000-7000-8000-00000000dead", ids[1], ids[0]})
	d.ctrl(fyne.KeyP)
	d.settle(d.done)
	rs, err := d.store.Referrals()
	if err != nil || len(rs) != 1 || rs[0].PreviousCode != "K7M4-QXRF" || !slices.Equal(rs[0].Communities, ids[:2]) {
		t.Fatalf("recorded %+v (%v)", rs, err)
	}
	d.page.Lay("", ids[2:3]) // the one before is recorded: another citizen
	if d.page.folder.done != nil || len(d.page.folder.items) != 1 {
		t.Error("it lies with what is recorded already")
	}
}
