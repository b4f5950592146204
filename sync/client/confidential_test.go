package client

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/hub"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

const (
	secretStreet = "Zizanievej 17"
	secretMoved  = "Zizaniestien 3"
	secretDoor   = "Zizaniebagdøren"
)

// shelter imports one community whose place is not to be known.
func (h *hubs) shelter(t testing.TB) string {
	t.Helper()
	c := community(1000)
	c.Places[0].Name, c.Places[0].Address, c.Places[0].Confidential = "", secretStreet, true
	c.Welcome = &directory.Welcome{Greeter: "En frivillig", Where: secretDoor}
	c.AssignID()
	im := hub.NewImporting(h.Identify)
	if err := im.Put(c); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Import(context.Background(), im.Edits(), func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	return c.ID
}

// recorded enrols a machine of which every byte that it is sent is kept.
func (h *hubs) recorded(t *testing.T, role protocol.Role) (*pc, *recorder) {
	rec := &recorder{next: &http.Transport{DisableKeepAlives: true}}
	return h.pc(t, role, "Lindeby Bibliotek", func(o *Options) { o.Transport = rec }), rec
}

func (p *pc) holds(t testing.TB, s string) bool {
	t.Helper()
	var dump bytes.Buffer
	if err := p.s.Dump(&dump); err != nil {
		t.Fatal(err)
	}
	return bytes.Contains(dump.Bytes(), []byte(s))
}

// Nothing that tells where a confidential place is reaches anybody but guides: by
// chunk, by delta, by repair. All hold exactly what the hub has for them.
func TestOnlyAGuideIsSentAConfidentialAddress(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.fill(t, 200)
	id := h.shelter(t)
	pcs, recs := map[protocol.Role]*pc{}, map[protocol.Role]*recorder{}
	for _, role := range protocol.Roles {
		pcs[role], recs[role] = h.recorded(t, role)
	}
	look := func(when string, atGuide ...string) {
		t.Helper()
		for role, p := range pcs {
			p.sync(t)
			if r, err := p.Verify(t.Context(), true, nil); err != nil || !r.OK || r.Repaired > 0 {
				t.Errorf("%s: %s: %+v %v", when, role, r, err)
			}
			c, err := p.s.Community(id)
			if err != nil || len(c.Places) != 1 || !c.Places[0].Confidential || c.Places[0].City != "Lindeby" {
				t.Errorf("%s: %s has %+v %v", when, role, c, err)
			}
			for _, s := range []string{secretStreet, secretMoved, secretDoor} {
				if role != guide && (recs[role].has(s) || p.holds(t, s)) {
					t.Errorf("%s: %q reached a %s", when, s, role)
				}
			}
			for _, s := range atGuide {
				if role == guide && (!recs[role].has(s) || !p.holds(t, s)) {
					t.Errorf("%s: the guide does not find %q", when, s)
				}
			}
		}
	}
	look("first sync", secretStreet, secretDoor)
	g := pcs[guide]
	c, err := g.s.Community(id)
	if err != nil {
		t.Fatal(err)
	}
	after := *c
	after.Places = []directory.Place{c.Places[0]}
	after.Places[0].Address, after.Summary = secretMoved, "Vi mødes et nyt sted."
	if err := g.s.EditCommunity(c, &after); err != nil {
		t.Fatal(err)
	}
	g.sync(t)
	look("a guide's edit", secretMoved)
	for role, p := range pcs {
		if c, err := p.s.Community(id); err != nil || c.Summary != after.Summary {
			t.Errorf("%s has not what the guide changed: %+v %v", role, c, err)
		}
	}
}

// wholeRecord is the community as guides have it.
func (h *hubs) wholeRecord(t testing.TB, g *pc, id string) record.Record {
	t.Helper()
	r, err := g.s.Record(record.Community, id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A desk that holds the whole record, from a hub that sent it once, stands at the
// same position in the same feeds. Its digests say so, and the next round takes it back.
func TestAnAddressThatADeskWasGivenOnceIsTakenBackAtOnce(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.fill(t, 50)
	id := h.shelter(t)
	g, _ := h.recorded(t, guide)
	d, rec := h.recorded(t, desk)
	g.sync(t)
	d.sync(t)
	r := h.wholeRecord(t, g, id)
	pos, err := d.s.Position()
	if err != nil {
		t.Fatal(err)
	}
	var all []record.Record
	n, i := record.Buckets, record.Bucket(id)
	if err := d.s.EachRecord(t.Context(), "dir", func(x record.Record) error {
		if record.Bucket(x.ID) == i && x.ID != id {
			all = append(all, x)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := d.s.Fill(t.Context(), localdb.Filled{Feed: "dir", N: n, I: i, Epoch: pos.Epoch, Seq: pos.Seq, Records: append(all, r)}); err != nil {
		t.Fatal(err)
	}
	if err := d.s.Arrive(t.Context(), pos, []record.Feed{"dir", "staff", record.FeedOf(record.Cases, record.Organisation("Lindeby Bibliotek"))}); err != nil {
		t.Fatal(err)
	}
	if c, err := d.s.Community(id); err != nil || c.Places[0].Address != secretStreet {
		t.Fatalf("%+v %v", c, err)
	}
	d.sync(t)
	if c, err := d.s.Community(id); err != nil || c.Places[0].Address != "" {
		t.Errorf("it is still there: %+v %v", c, err)
	}
	if rec.has(secretStreet) {
		t.Error("it was sent")
	}
	d.same(t)
}

// A machine that is invited again in another role has that role's directory after
// one round, in both directions.
func TestAMachineInvitedAgainInAnotherRoleHasThatRolesDirectory(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.fill(t, 100)
	id := h.shelter(t)
	s := storeAt(t, t.TempDir())
	for n, role := range []protocol.Role{guide, desk, guide, kiosk, protocol.Coordinator} {
		if err := Enrol(context.Background(), Options{Store: s, Program: "test/1"}, h.url, h.invite(t, role, "Lindeby Bibliotek"), fmt.Sprint("Skranke ", n)); err != nil {
			t.Fatal(err)
		}
		p := h.client(t, s)
		p.sync(t)
		if held := p.holds(t, secretStreet); held != (role == guide) {
			t.Errorf("%d: as a %s it holds the address: %v", n, role, held)
		}
		if c, err := s.Community(id); err != nil || c.Name == "" {
			t.Errorf("%d: %v", n, err)
		}
		p.same(t)
		p.Close()
	}
}

// A suggestion that a desk made and a guide closed is seen by nobody any more.
func TestASuggestionThatAGuideClosedIsGoneEverywhere(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	ids := h.fill(t, 3)
	d := h.pc(t, desk, "Lindeby Bibliotek")
	g1, g2 := h.pc(t, guide, "Lindeby"), h.pc(t, guide, "Lindeby")
	if err := d.s.Suggest(localdb.Suggestion{Community: ids[0], Field: "summary", Text: "De går nu om onsdagen.", At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	for _, p := range []*pc{d, g1, g2} {
		p.sync(t)
	}
	gs, err := g1.s.Suggestions()
	if err != nil || len(gs) != 1 {
		t.Fatal(gs, err)
	}
	if err := g1.s.CloseSuggestion(gs[0].ID, localdb.ClosedDone); err != nil {
		t.Fatal(err)
	}
	g1.sync(t)
	for who, p := range map[string]*pc{"desk": d, "who closed it": g1, "another guide": g2} {
		p.sync(t)
		gs, err := p.s.Suggestions()
		w, err2 := p.s.Waiting()
		refused, err3 := p.s.Refused()
		if err != nil || err2 != nil || err3 != nil || len(gs)+len(w)+len(refused) != 0 {
			t.Errorf("%s: %v %v %v %v %v %v", who, gs, w, refused, err, err2, err3)
		}
		p.same(t)
	}
}
