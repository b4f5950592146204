package localdb

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// every gives one record of each kind that leaves the hub, and some that do not.
func every(t *testing.T, l *testLog) (all []record.Record, code string) {
	t.Helper()
	r := newReferral(t)
	e := eventOf(r, "shown", r.At)
	c := newCard(t)
	c.ID, c.Code, c.DeleteBy, c.Consent.At = uuid.NewString(), r.Code, r.At.AddDays(9), enrolment1().At
	bodies := map[record.Kind]any{record.Referral: r, record.Event: e, record.Card: card.Sealed{Info: c.Info, Box: []byte("x")}}
	for _, f := range allFamilies {
		for _, k := range kindsOf(f) {
			id := uuid.NewString()
			body, ok := bodies[k]
			if !ok {
				body = map[string]string{"id": id, "name": "Et navn"}
			}
			switch k {
			case record.Referral:
				id = r.ID
			case record.Event:
				id = e.ID
			case record.Card:
				id = c.ID
			}
			all = append(all, l.put(k, id, body, "o-a", "m1"))
		}
	}
	return all, string(r.Code)
}

// Every kind is played, filled, found again, counted in digests and taken away, at a
// hub and at a device, whatever family it is of.
func TestEveryKindIsHeldWhereItBelongs(t *testing.T) {
	l := newLog()
	all, code := every(t, l)
	if len(all) < 17 {
		t.Fatalf("%d kinds", len(all))
	}
	hub := openAt(t, Options{Dir: t.TempDir(), Create: true, Hub: true})
	d := l.delta([]record.Feed{"dir", "staff", "case", "tip", "org"}, 0)
	d.Leaves = nil
	for _, r := range all {
		if r.Kind.Family() == record.Admin {
			d.Records = append(d.Records, r)
		}
	}
	if err := hub.Play(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		got, err := hub.Record(r.Kind, r.ID)
		if err != nil || got.Seq != r.Seq {
			t.Errorf("%s: %+v %v", r.Kind, got, err)
		}
		later, err := hub.After(t.Context(), r.Kind.Family(), r.Seq-1, 1)
		if err != nil || len(later) != 1 || later[0].ID != r.ID {
			t.Errorf("after %s: %+v %v", r.Kind, later, err)
		}
	}
	refs, evs, err := hub.ByCode(referral.Code(code))
	cards, err2 := hub.CardsByCode(referral.Code(code))
	if err != nil || err2 != nil || len(refs) != 1 || len(evs) != 1 || len(cards) != 1 {
		t.Errorf("%d referrals, %d events, %d cards: %v %v", len(refs), len(evs), len(cards), err, err2)
	}
	if st, err := hub.Status(); err != nil || st.Cards != 1 || st.Volunteers != 1 || st.Meetings != 1 || st.Sessions != 1 || st.Readiness != 1 || st.Agreements != 1 || st.Ambassadors != 1 {
		t.Errorf("%+v %v", st, err)
	}
	if _, err := os.Stat(filepath.Join(hub.o.Dir, cardsName)); err == nil {
		t.Error("the keys are the hub's own matter")
	}
	verified(t, hub)

	s := enrolled(t, made(t.TempDir()))
	feeds := []record.Feed{"dir/m1", "staff", "case/o-a", "tip/m1", "org/o-a"}
	l.bring(t, s, feeds...)
	l.sameAsHub(t, s, feeds...)
	for i := range 3 {
		l.sameAsHub(t, s, feeds...)
		verified(t, s)
		if i == 0 {
			s = withoutView(t, s)
			continue
		}
		for _, r := range all {
			if i == 1 && r.Kind != record.Device {
				l.remove(r)
			}
		}
		l.play(t, s, feeds...)
	}
	if st, err := s.Status(); err != nil || st.Cards != 0 || st.Sessions != 0 || st.Agreements != 0 || st.Communities != 0 {
		t.Errorf("%+v %v", st, err)
	}
}

// A hub's view keeps the order of the log by a byte for each family: a new family
// moves none of them.
func TestAFamilyKeepsItsByte(t *testing.T) {
	for f, want := range map[record.Family]byte{record.Directory: '0', record.Staff: '1', record.Cases: '2', record.Tips: '3', record.Admin: '4', record.Progress: '5'} {
		if got := familyByte(f); got != want {
			t.Errorf("%s is %c", f, got)
		}
	}
	for _, f := range record.Families {
		if len(kindsOf(f)) == 0 {
			t.Errorf("%s has no kinds", f)
		}
		for _, k := range kindsOf(f) {
			if k.Family() != f {
				t.Errorf("%s is of %s", k, k.Family())
			}
		}
	}
}
