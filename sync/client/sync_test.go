package client

import (
	"context"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb"
)

func TestAReferralReachesTheGuideThroughTheHub(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	ids := h.fill(t, 50)
	d := h.pc(t, desk, "Lindeby Bibliotek")
	d.sync(t)
	if n := d.count(t).Communities; n != 50 {
		t.Fatalf("%d communities at the desk", n)
	}
	r := d.refer(t, ids[3])
	if n := d.count(t).Waiting; n == 0 {
		t.Fatal("nothing waits")
	}
	d.sync(t)
	if n := d.count(t).Waiting; n != 0 {
		t.Errorf("%d still wait", n)
	}
	g := h.pc(t, guide, "Vejviserne")
	g.sync(t)
	got, evs, err := g.s.Referral(r.Code)
	if err != nil || got.ID != r.ID || len(evs) != 1 {
		t.Fatalf("at the guide: %+v, %d events, %v", got, len(evs), err)
	}
	d.same(t)
	g.same(t)
	var k localdb.Contact
	if k, err = d.s.Contact(); err != nil || k.Problem != "" || k.LastSync.IsZero() || k.Verified.IsZero() {
		t.Errorf("contact: %+v, %v", k, err)
	}
}

func TestNothingIsFetchedTwice(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.fill(t, 300)
	d := h.pc(t, desk, "Lindeby Bibliotek")
	first := 0
	if err := d.Sync(context.Background(), func(p Progress) {
		if p.Stage == "arrive" {
			first = p.Total
		}
	}); err != nil {
		t.Fatal(err)
	}
	if first < 300 {
		t.Errorf("the first sync fetched %d records", first)
	}
	if err := d.Sync(context.Background(), func(p Progress) { t.Errorf("nothing changed, yet %+v", p) }); err != nil {
		t.Fatal(err)
	}
}
