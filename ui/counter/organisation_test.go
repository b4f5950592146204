package counter

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
)

// Where a vejvisning goes is by its organisation, so an enrolled PC's is the
// hub's, whatever was set beside it.
func TestAVejvisningOfAnEnrolledPCIsItsOrganisations(t *testing.T) {
	d := openDesk(t, "da")
	err := d.store.Enrol(localdb.Enrolment{Hub: "https://hub.lindeby.example", HubName: "Lindeby", HubKey: make([]byte, 32),
		Device: "0190d000-0000-7000-8000-00000000000d", Seed: make([]byte, 32), Role: "desk", Organisation: "Møllerup Bibliotek", At: monday})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.store.SetSetting(localdb.SettingOrganisation, "En anden"); err != nil {
		t.Fatal(err)
	}
	d.typed("gåtur")
	d.key(fyne.KeyReturn)
	d.ctrl(fyne.KeyP)
	d.settle(d.done)
	rs, err := d.store.Referrals()
	if err != nil || len(rs) != 1 || rs[0].Organisation != "Møllerup Bibliotek" {
		t.Errorf("recorded %+v (%v)", rs, err)
	}
}
