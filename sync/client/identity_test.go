package client

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/sync/hub"
	"github.com/faellesskabsby/vejviser/sync/log"
	"github.com/faellesskabsby/vejviser/sync/log/embedded"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// A machine that was stolen and revoked keeps nothing; what had not been sent
// lies sealed for the hub alone.
func TestARevokedMachineForgets(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	ids := h.fill(t, 10)
	dir := t.TempDir()
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: dir, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Store: s, Program: "test/1"}
	if err := Enrol(context.Background(), o, h.url, h.invite(t, desk, "Lindeby Bibliotek"), "Skranke"); err != nil {
		t.Fatal(err)
	}
	d := h.client(t, s)
	d.refer(t, ids[0])
	d.sync(t)
	d.refer(t, ids[1])
	if err := h.Revoke(context.Background(), d.device); err != nil {
		t.Fatal(err)
	}
	err = d.Run(context.Background())
	var gone *RevokedError
	if !errors.As(err, &gone) || ProblemOf(err) != Revoked {
		t.Fatal(err)
	}
	if gone.Rescue == "" {
		t.Fatal("what waited is not rescued")
	}
	b, err := os.ReadFile(gone.Rescue)
	if err != nil || len(b) < 100 {
		t.Errorf("the rescue file: %d bytes, %v", len(b), err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != filepath.Base(gone.Rescue) && e.Name() != "lock" {
			t.Errorf("%s is left", e.Name())
		}
	}
	if _, err := localdb.Open(context.Background(), localdb.Options{Dir: dir}); err == nil {
		t.Error("the store still opens")
	}
	// Nothing of it comes back without a new invitation.
	if list, err := h.Devices(context.Background()); err != nil || len(list) != 1 || list[0].RevokedAt.IsZero() {
		t.Errorf("%+v, %v", list, err)
	}
}

// Two machines with one identity – a copied disk, an old backup put back – would
// answer for each other's operations. The one that is behind stops.
func TestACopiedMachineStops(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	dir := t.TempDir()
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: dir, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := Enrol(context.Background(), Options{Store: s}, h.url, h.invite(t, desk, "Lindeby Bibliotek"), "Skranke"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		dir  string
		want Problem
	}{{dir, ""}, {copied, Cloned}} {
		d := h.client(t, storeAt(t, c.dir))
		if c.want == "" {
			d.refer(t)
		}
		err := d.Sync(context.Background(), nil)
		if ProblemOf(err) != c.want {
			t.Errorf("%s: %v", c.dir, err)
		}
		if c.want != "" {
			r := d.refer(t)
			if err := d.Run(context.Background()); ProblemOf(err) != Cloned {
				t.Error(err)
			}
			if _, _, err := d.s.Referral(r.Code); err != nil || d.count(t).Waiting == 0 {
				t.Error("what was done at the copy is not safe:", err)
			}
			// A new invitation makes it a machine of its own, and what waits is sent.
			if err := Enrol(context.Background(), Options{Store: d.s}, h.url, h.invite(t, desk, "Lindeby Bibliotek"), "Skranke 2"); err != nil {
				t.Fatal(err)
			}
			again := h.client(t, d.s)
			again.sync(t)
			if n := again.count(t).Waiting; n != 0 {
				t.Errorf("%d wait", n)
			}
		}
	}
	g := h.pc(t, guide, "Vejviserne")
	g.sync(t)
	if n := g.count(t).Referrals; n != 2 {
		t.Errorf("%d vejvisninger of 2 at the guide", n)
	}
}

func TestAnInvitationIsGoodOnceAndForThisHub(t *testing.T) {
	h, other := newHub(t), newHub(t)
	ctx := context.Background()
	s := storeAt(t, t.TempDir())
	code := h.invite(t, desk, "Lindeby Bibliotek")
	o := Options{Store: s}
	if err := Enrol(ctx, o, other.url, code, "x"); ProblemOf(err) != OtherHub {
		t.Errorf("at another hub: %v", err)
	}
	if err := Enrol(ctx, o, h.url, "K7M4Q-XR92F-3DTW", "x"); !errors.Is(err, protocol.ErrInvitation) {
		t.Errorf("half a code: %v", err)
	}
	wrong := "00000-00000" + code[11:]
	if err := Enrol(ctx, o, h.url, wrong, "x"); ProblemOf(err) != Invitation {
		t.Errorf("a wrong code: %v", err)
	}
	if err := Enrol(ctx, o, "ftp://x", code, "x"); !errors.Is(err, ErrAddress) {
		t.Errorf("a wrong address: %v", err)
	}
	if err := Enrol(ctx, o, "http://hub.lindeby.example", code, "x"); !errors.Is(err, ErrAddress) {
		t.Errorf("an address without TLS: %v", err)
	}
	if err := Enrol(ctx, o, h.url+"/", strings.ToLower(code), "Skranke 1"); err != nil {
		t.Fatal(err)
	}
	if err := Enrol(ctx, Options{Store: storeAt(t, t.TempDir())}, h.url, code, "x"); ProblemOf(err) != Invitation {
		t.Errorf("a second time: %v", err)
	}
	e, err := s.Enrolment()
	if err != nil || e.Role != "desk" || e.HubName != "Lindeby hub" || e.PublicURL != "https://lindeby.example" {
		t.Errorf("%+v, %v", e, err)
	}
	if _, err := New(Options{Store: storeAt(t, t.TempDir())}); !errors.Is(err, ErrNotEnrolled) {
		t.Error(err)
	}
}

// A hub that came back from last night's backup gets again what it lost, from
// the machines that did it.
func TestAHubRestoredFromAnOlderBackupIsHealed(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	ids := h.fill(t, 30)
	d := h.pc(t, desk, "Lindeby Bibliotek")
	early := d.refer(t, ids[0])
	d.sync(t)
	backup, err := os.Create(filepath.Join(t.TempDir(), "backup"))
	if err != nil {
		t.Fatal(err)
	}
	defer backup.Close()
	ctx := context.Background()
	if _, err := h.Backup(ctx, func(_ hub.Receipt, r io.Reader) error {
		_, err := io.Copy(backup, r)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	d.sync(t)
	late := d.refer(t, ids[1])
	d.sync(t)
	if n := d.count(t).Waiting; n != 0 {
		t.Fatalf("%d wait", n)
	}
	dir := t.TempDir()
	if _, err := hub.Restore(ctx, hub.RestoreOptions{Dir: dir, Backup: backup, Log: func() (log.Log, error) {
		return embedded.Open(ctx, embedded.Options{Dir: dir + "/log", Key: make([]byte, 32)})
	}}); err != nil {
		t.Fatal(err)
	}
	h2 := newHubAt(t, dir)
	h.srv.Config.Handler = h2.srv.Config.Handler // the new machine at the old address
	offline := d.refer(t, ids[2])
	fetched := 0
	if err := d.Sync(ctx, func(p Progress) {
		if p.Stage == "arrive" {
			fetched = p.Total
		}
	}); err != nil {
		t.Fatal(err)
	}
	if fetched > 10 {
		t.Errorf("%d records were fetched where next to nothing differs", fetched)
	}
	d.sync(t)
	g := h2.pc(t, guide, "Vejviserne")
	g.sync(t)
	for _, r := range []string{string(early.Code), string(late.Code), string(offline.Code)} {
		found := false
		rs, err := g.s.Referrals()
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range rs {
			found = found || string(x.Code) == r
		}
		if !found {
			t.Errorf("%s is lost", r)
		}
	}
	if n := d.count(t).Waiting; n != 0 {
		t.Errorf("%d wait", n)
	}
	d.same(t)
	g.same(t)
}

// What a restored hub is given back may come in another order than it had. A
// machine that had it all along counts it in the new order, like everybody.
func TestEventsThatAreGivenBackCountInOneOrderEverywhere(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	ctx := context.Background()
	one, two, g := h.pc(t, desk, "Lindeby Bibliotek"), h.pc(t, desk, "Lindeby Bibliotek"), h.pc(t, guide, "Vejviserne")
	r := one.refer(t)
	one.sync(t)
	backup, err := os.Create(filepath.Join(t.TempDir(), "backup"))
	if err != nil {
		t.Fatal(err)
	}
	defer backup.Close()
	if _, err := h.Backup(ctx, func(_ hub.Receipt, r io.Reader) error {
		_, err := io.Copy(backup, r)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for i, p := range []*pc{one, two} {
		if err := p.s.RecordEvent(referral.Event{Code: r.Code, Kind: []referral.Kind{referral.AccompanimentWanted, referral.DidNotWant}[i], On: r.At}); err != nil {
			t.Fatal(err)
		}
		p.sync(t)
	}
	g.sync(t)
	dir := t.TempDir()
	if _, err := hub.Restore(ctx, hub.RestoreOptions{Dir: dir, Backup: backup, Log: func() (log.Log, error) {
		return embedded.Open(ctx, embedded.Options{Dir: dir + "/log", Key: make([]byte, 32)})
	}}); err != nil {
		t.Fatal(err)
	}
	h2 := newHubAt(t, dir)
	h.srv.Config.Handler = h2.srv.Config.Handler
	for _, s := range []*localdb.Store{two.s, one.s} {
		if err := h.client(t, s).sendAll(ctx, func(Progress) {}); err != nil {
			t.Fatal(err)
		}
	}
	g.sync(t)
	fresh := h2.pc(t, guide, "Vejviserne")
	fresh.sync(t)
	order := func(p *pc) (out []string) {
		_, evs, err := p.s.Referral(r.Code)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range referral.Ordered(evs) {
			out = append(out, e.ID)
		}
		return out
	}
	if a, b := order(g), order(fresh); !slices.Equal(a, b) || len(a) != 3 {
		t.Errorf("%v at one guide, %v at another", a, b)
	}
}

// A clock that is years off, and jumps, decides nothing: not what is newer, not
// how long anything waits. It is measured, to be shown.
func TestAWrongClockLosesAndExpiresNothing(t *testing.T) {
	for _, off := range []time.Duration{-10 * 365 * 24 * time.Hour, 13 * 365 * 24 * time.Hour} {
		inBubble(t, func(t *testing.T, w *world) {
			w.fill(t, 10)
			var jump atomic.Int64
			jump.Store(int64(off))
			d, end := w.machine(t, desk, "Lindeby Bibliotek", func(o *Options) {
				o.Now = func() time.Time { return time.Now().Add(time.Duration(jump.Load())) }
			})
			defer end()
			ctx, stop := context.WithCancel(context.Background())
			ended := make(chan error, 1)
			go func() { ended <- d.Run(ctx) }()
			time.Sleep(time.Minute)
			k, err := d.s.Contact()
			if err != nil || (k.Skew+off).Abs() > time.Minute {
				t.Errorf("clock off by %s: skew %s, %v", off, k.Skew, err)
			}
			for i := range 3 {
				w.edit(t)
				d.refer(t)
				jump.Store(int64(i%3-1) * int64(off)) // it jumps while everything runs
				time.Sleep(2 * time.Minute)
			}
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
			if st := d.count(t); st.Waiting != 0 || st.Refused != 0 || st.Communities != 10 {
				t.Errorf("clock off by %s: %+v", off, st)
			}
			d.same(t)
		})
	}
}
