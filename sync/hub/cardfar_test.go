package hub

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/google/uuid"
)

// After a restore, who erased may be heard before who made it, and without the list
// of what was erased: what they made does not bring the ambassador back.
func TestAnErasureThatComesBeforeItsAmbassadorStands(t *testing.T) {
	r := newRig(t)
	made, erased := r.join(protocol.Guide, "Projektet"), r.join(protocol.Guide, "Projektet")
	id := uuid.NewString()
	if got := states(erased.push(erased.op(protocol.OpErase, localdb.Erasure{Kind: record.Ambassador, ID: id}))); got != "accepted" {
		t.Fatal(got)
	}
	a := directory.Ambassador{ID: id, Name: "MAERKENAVN", Areas: []string{"Lindeby"}}
	v := directory.Volunteer{ID: id, Phone: "00 00 00 00", ConsentOn: "2026-11-01"}
	if got := states(made.push(made.op(protocol.OpEdit, creation(t, record.Ambassador, id, a)), made.op(protocol.OpEdit, creation(t, record.Volunteer, id, v)))); got != "refused:gone refused:gone" {
		t.Error(got)
	}
	if bytes.Contains(made.everything(), []byte("MAERKE")) {
		t.Error("the ambassador is back")
	}
}

// A guide who says that they will call somebody of another municipality keeps what
// was said, and what became of it, can read it, and can take it back, also when they
// have moved on since.
func TestAGuideKeepsTheCardOfACodeFromElsewhere(t *testing.T) {
	r := newRig(t)
	desk, guide := r.join(protocol.Desk, "Lindeby Bibliotek", "Lindeby"), r.join(protocol.Guide, "Projektet", "Bakkeby")
	ref := newReferral(t, "")
	c, key := newCard(t, ref.Code, directory.DayOf(time.Now()).AddDays(30))
	if got := states(desk.push(desk.op(protocol.OpReferral, ref))) + " " + states(guide.push(guide.op(protocol.OpCard, c))); got != "accepted accepted" {
		t.Fatal(got)
	}
	if got := states(guide.push(guide.op(protocol.OpEvent, event(ref.Code, referral.Welcomed)))); got != "accepted" {
		t.Fatal(got)
	}
	for _, m := range []*machine{desk, guide} {
		if ls, _ := m.changes(0, ""); kindsOf(ls)[record.Card] != 1 || kindsOf(ls)[record.Event] != 1 {
			t.Errorf("%s does not see the card, or what became of it: %v", m.session.Role, kindsOf(ls))
		}
	}
	if _, got := guide.keys(put(c.ID, key)); !slices.Equal(got.Kept, []string{c.ID}) {
		t.Errorf("%+v", got)
	}
	if err := r.hub.changeDevice(context.Background(), guide.id, "move", "", func(d *deviceBody) bool { d.Municipalities = []string{"Højby"}; return true }); err != nil {
		t.Fatal(err)
	}
	if got := states(guide.push(guide.op(protocol.OpErase, localdb.Erasure{Kind: record.Card, ID: c.ID}))); got != "accepted" {
		t.Error(got)
	}
	if _, err := os.Stat(filepath.Join(r.dir, cardsName, c.ID+keyEnd)); !os.IsNotExist(err) {
		t.Error("the key is here:", err)
	}
}
