package client

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/hub"
	"github.com/faellesskabsby/vejviser/sync/log/embedded"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

func TestMain(m *testing.M) {
	localdb.CheckIfAsked()
	code := m.Run()
	if code == 0 {
		// Badger with encryption leaves its caches' goroutines (findings/reliability §5.2).
		if err := goleak.Find(goleak.IgnoreAnyFunction("github.com/dgraph-io/ristretto/v2.(*lfuPolicy[...]).processItems"),
			goleak.IgnoreAnyFunction("github.com/dgraph-io/ristretto/v2.(*Cache[...]).processItems")); err != nil {
			fmt.Fprintln(os.Stderr, "goroutines left:", err)
			code = 1
		}
	}
	os.Exit(code)
}

// hubs is a real hub behind HTTP on this machine.
type hubs struct {
	*hub.Hub
	log  *embedded.Log
	url  string
	srv  *httptest.Server
	shut func()
}

func newHub(t testing.TB) *hubs { return newHubAt(t, t.TempDir()) }

func openHub(t testing.TB, dir string, ca []byte) (*hub.Hub, *embedded.Log) {
	t.Helper()
	ctx := context.Background()
	l, err := embedded.Open(ctx, embedded.Options{Dir: dir + "/log", Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	h, err := hub.Open(ctx, hub.Options{Dir: dir, Log: l, Name: "Lindeby hub", PublicURL: "https://lindeby.example", CA: ca,
		Limits: hub.Limits{Device: 1e6, DeviceBurst: 1e6, Address: 1e6, AddressBurst: 1e6, Strangers: 1e6, StrangersBurst: 1e6,
			WrongCodes: 1e6, WrongCodesAll: 1e6, Conns: 1e4, ConnsAddress: 1e4, Pushes: 16}})
	if err != nil {
		t.Fatal(err)
	}
	return h, l
}

func newHubAt(t testing.TB, dir string) *hubs { return newHubWith(t, dir, nil) }

// newHubWith opens a hub that vouches for a certificate.
func newHubWith(t testing.TB, dir string, ca []byte) *hubs {
	t.Helper()
	h, l := openHub(t, dir, ca)
	hs := &hubs{Hub: h, log: l}
	hs.srv = httptest.NewServer(h.Handler())
	hs.url = hs.srv.URL
	hs.shut = sync.OnceFunc(func() {
		h.Wake()
		hs.srv.Close()
		if err := h.Close(); err != nil {
			t.Error(err)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(hs.shut)
	return hs
}

func quietLog() *log.Logger { return log.New(io.Discard, "", 0) }

// fill imports n fictional communities.
func (h *hubs) fill(t testing.TB, n int) []string {
	t.Helper()
	im := hub.NewImporting(h.Identify)
	var ids []string
	for i := range n {
		c := community(i)
		c.AssignID()
		if err := im.Put(c); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.ID)
	}
	if _, err := h.Import(context.Background(), im.Edits(), func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	return ids
}

func community(i int) *directory.Community {
	return &directory.Community{
		Source: "test", SourceID: fmt.Sprint(i), Name: fmt.Sprintf("Gåklubben nr. %d", i),
		Summary: "Vi går en tur og drikker kaffe bagefter.", Category: "Motion", Kind: directory.KindVoluntary,
		Organiser: &directory.OrganiserRef{Name: "Foreningen Bakkely"},
		Places:    []directory.Place{{Name: "Kulturhuset", Address: "Bakkevej 1", Postcode: "4100", City: "Lindeby", Municipality: "Lindeby"}},
		Schedule:  []directory.Slot{{Weekday: 1 + i%7, From: "10:00", To: "11:30"}},
	}
}

func (h *hubs) invite(t testing.TB, role protocol.Role, organisation string, areas ...string) string {
	t.Helper()
	i, err := h.Invite(context.Background(), hub.Invitation{Role: role, Organisation: organisation, Municipalities: areas})
	if err != nil {
		t.Fatal(err)
	}
	return i.Code
}

// pc is an enrolled machine.
type pc struct {
	*Client
	s *localdb.Store
}

func storeAt(t testing.TB, dir string) *localdb.Store {
	t.Helper()
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: dir, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// pc enrols a new machine. The options are those of its later work; it enrols
// straight at the hub.
func (h *hubs) pc(t testing.TB, role protocol.Role, organisation string, change ...func(*Options)) *pc {
	t.Helper()
	s := storeAt(t, t.TempDir())
	o := Options{Store: s, Program: "test/1"}
	if err := Enrol(context.Background(), o, h.url, h.invite(t, role, organisation), "Skranke 1"); err != nil {
		t.Fatal(err)
	}
	return h.client(t, s, change...)
}

func (h *hubs) client(t testing.TB, s *localdb.Store, change ...func(*Options)) *pc {
	t.Helper()
	o := Options{Store: s, Program: "test/1"}
	for _, fn := range change {
		fn(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return &pc{c, s}
}

func (p *pc) sync(t testing.TB) {
	t.Helper()
	if err := p.Sync(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
}

func (p *pc) count(t testing.TB) localdb.Status {
	t.Helper()
	st, err := p.s.Status()
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// refer records a vejvisning.
func (p *pc) refer(t testing.TB, communities ...string) referral.Referral {
	t.Helper()
	code, err := referral.Draw(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if len(communities) == 0 {
		communities = []string{uuid.NewString()}
	}
	r := referral.Referral{
		ID: uuid.Must(uuid.NewV7()).String(), Code: code, At: directory.DayOf(time.Now()), Organisation: "Lindeby Bibliotek",
		Depth: referral.Guided, Communities: communities, Origin: referral.AskedFor, ShownBy: referral.ByProfessional,
	}
	if err := p.s.RecordReferral(r); err != nil {
		t.Fatal(err)
	}
	return r
}

// same holds what is here against the hub.
func (p *pc) same(t testing.TB) {
	t.Helper()
	r, err := p.Verify(context.Background(), false, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !r.OK {
		t.Errorf("not what the hub holds: %+v", r)
	}
}

const desk, guide, kiosk = protocol.Desk, protocol.Guide, protocol.Kiosk

// edit changes one community at the hub.
func (h *hubs) edit(t testing.TB) {
	t.Helper()
	im := hub.NewImporting(h.Identify)
	c := community(0)
	c.Summary = fmt.Sprintf("Vi går en tur. Ændret %s.", uuid.NewString())
	c.AssignID()
	if err := im.Put(c); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Import(context.Background(), im.Edits(), func(int, int) {}); err != nil {
		t.Fatal(err)
	}
}
