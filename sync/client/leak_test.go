package client

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/klauspost/compress/zstd"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// recorder keeps every byte that a machine was sent, as it came and unpacked.
type recorder struct {
	next http.RoundTripper
	mu   sync.Mutex
	all  bytes.Buffer
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(b))
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := resp.Header.Write(&r.all); err != nil {
		return nil, err
	}
	r.all.Write(b)
	z, err := zstd.NewReader(bytes.NewReader(b), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	if plain, err := io.ReadAll(z); err == nil {
		r.all.Write(plain)
	}
	return resp, nil
}

func (r *recorder) has(s string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return bytes.Contains(bytes.ToLower(r.all.Bytes()), []byte(strings.ToLower(s)))
}

// Everything that a kiosk was ever sent, and everything that its store holds,
// holds nothing of anybody's vejvisning. The same search finds all of it at the
// desk, so it is a search that finds.
func TestAKioskIsNeverSentAVejvisning(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	ids := h.fill(t, 30)
	ctx, stop := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	machine := func(role protocol.Role) (*pc, *recorder) {
		rec := &recorder{}
		p := h.pc(t, role, "Lindeby Bibliotek", func(o *Options) {
			rec.next = &http.Transport{DisableKeepAlives: true}
			o.Transport = rec
		})
		p.sync(t)
		wg.Go(func() {
			if err := p.Run(ctx); err != nil {
				t.Error(err)
			}
		})
		return p, rec
	}
	k, atKiosk := machine(kiosk)
	d, atDesk := machine(desk)
	g, atGuide := machine(guide)
	// What people do, with marks that are nowhere else.
	r := d.refer(t, ids[4], ids[5])
	tip := "Zazabine-kvistgren " + uuid.NewString()[:8]
	if err := d.s.Suggest(localdb.Suggestion{ID: uuid.Must(uuid.NewV7()).String(), Community: ids[6], Field: "summary", Text: tip, At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	c, err := g.s.Community(ids[7])
	if err != nil {
		t.Fatal(err)
	}
	after := *c
	after.Summary = "Vi går en tur og drikker te bagefter."
	if err := g.s.EditCommunity(c, &after); err != nil {
		t.Fatal(err)
	}
	marks := []string{r.ID, string(r.Code), tip}
	wait := func(what string, done func() bool) {
		t.Helper()
		for until := time.Now().Add(15 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(until) {
				t.Fatal("not in time:", what)
			}
		}
	}
	wait("the desk has its own vejvisning back", func() bool { return atDesk.has(r.ID) })
	wait("the guide has the vejvisning and the tip", func() bool { return atGuide.has(string(r.Code)) && atGuide.has(tip) })
	wait("the kiosk has what the guide changed", func() bool {
		c, err := k.s.Community(ids[7])
		return err == nil && c.Summary == after.Summary
	})
	stop()
	wg.Wait()
	if _, err := k.Verify(context.Background(), true, nil); err != nil {
		t.Fatal(err)
	}
	var dump bytes.Buffer
	if err := k.s.Dump(&dump); err != nil {
		t.Fatal(err)
	}
	for _, m := range marks {
		if atKiosk.has(m) || bytes.Contains(dump.Bytes(), []byte(m)) {
			t.Errorf("%q reached the kiosk", m)
		}
		if !atDesk.has(m) && !atGuide.has(m) {
			t.Errorf("the search does not find %q where it is", m)
		}
	}
	if !atKiosk.has(ids[7]) || atKiosk.all.Len() < 10_000 {
		t.Errorf("the kiosk was sent %d bytes only", atKiosk.all.Len())
	}
}
