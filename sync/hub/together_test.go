package hub

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/client"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// pc is a real machine: a store and the real client.
type pc struct {
	t *testing.T
	s *localdb.Store
	c *client.Client
	o client.Options

	dir string
}

// moved has the machine's requests go to where the hub is now: its address stays, and
// the machine behind it is another.
func (p *pc) moved(r *rig) {
	p.t.Helper()
	p.c.Close()
	p.o.Transport = redirected{strings.TrimPrefix(r.srv.URL, "http://")}
	var err error
	if p.c, err = client.New(p.o); err != nil {
		p.t.Fatal(err)
	}
}

type redirected struct{ host string }

func (x redirected) RoundTrip(q *http.Request) (*http.Response, error) {
	q = q.Clone(q.Context())
	q.URL.Host = x.host
	return http.DefaultTransport.RoundTrip(q)
}

func (r *rig) pc(t *testing.T, role protocol.Role, organisation string, municipalities ...string) *pc {
	t.Helper()
	p := &pc{t: t, dir: filepath.Join(t.TempDir(), "pc")}
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: p.dir, Create: true, Now: r.now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	p.s = s
	t.Cleanup(func() {
		if p.c != nil {
			p.c.Close()
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	p.o = client.Options{Store: s, Now: r.now, Rand: rand.Reader}
	if err := client.Enrol(context.Background(), p.o, r.srv.URL, r.invite(role, organisation, municipalities...).String(), "Skranke"); err != nil {
		t.Fatal(err)
	}
	if p.c, err = client.New(p.o); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *pc) sync() {
	p.t.Helper()
	if err := p.c.Sync(context.Background(), func(client.Progress) {}); err != nil {
		p.t.Fatal(err)
	}
}

// From the code on paper to the guide's list: enrol, first sync, a vejvisning at
// the desk, and everybody knows what their role may know, and no more.
func TestWhatADeskShowsReachesTheGuideAndNotTheKiosk(t *testing.T) {
	r := newRig(t)
	walk := community("Gåklubben", "Lindeby")
	r.put(walk, community("Madklubben", "Lindeby"))
	desk := r.pc(t, protocol.Desk, "Lindeby Bibliotek")
	guide := r.pc(t, protocol.Guide, "Fællesskabsby")
	kiosk := r.pc(t, protocol.Kiosk, "Lindeby Bibliotek")
	for _, p := range []*pc{desk, guide, kiosk} {
		p.sync()
	}
	ref := newReferral(t, "Lindeby Bibliotek")
	ref.Communities = []string{walk.ID}
	if err := desk.s.RecordReferral(*ref); err != nil {
		t.Fatal(err)
	}
	desk.sync()
	guide.sync()
	kiosk.sync()
	for name, p := range map[string]*pc{"desk": desk, "guide": guide} {
		got, evs, err := p.s.Referral(ref.Code)
		if err != nil || got.ID != ref.ID || len(evs) != 1 || evs[0].Kind != referral.Shown {
			t.Errorf("%s: %v %v %v", name, got, evs, err)
		}
	}
	if _, _, err := kiosk.s.Referral(ref.Code); !errors.Is(err, localdb.ErrNotFound) {
		t.Error("the kiosk knows a vejvisning:", err)
	}
	for _, p := range []*pc{desk, guide, kiosk} {
		st, err := p.s.Status()
		if err != nil || st.Communities != 2 || st.Waiting != 0 {
			t.Errorf("%+v, %v", st, err)
		}
	}
	if n, err := guide.s.Outbox(context.Background(), 10); err != nil || len(n) != 0 {
		t.Error(n, err)
	}
}
