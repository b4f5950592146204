package client

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// pushOf reads the push of a request, and leaves the request as it was.
func pushOf(t *testing.T, r *http.Request) *protocol.Push {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return nil
	}
	r.Body = io.NopCloser(bytes.NewReader(b))
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Error(err)
		return nil
	}
	p := new(protocol.Push)
	if err := json.UnmarshalRead(z, p); err != nil {
		t.Error(err)
	}
	return p
}

// failsOn answers 500 (or another status) to every push in which one of these
// operations is, before the hub sees it.
func failsOn(t *testing.T, status int, ids ...string) func(http.RoundTripper, *http.Request) (*http.Response, error) {
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		if r.URL.Path == protocol.PathOps {
			for _, o := range pushOf(t, r).Ops {
				for _, id := range ids {
					if strings.Contains(string(o.Body), id) || id == "" {
						return &http.Response{StatusCode: status, Header: http.Header{}, Request: r,
							Body: io.NopCloser(strings.NewReader(`{"code":"malformed"}`))}, nil
					}
				}
			}
		}
		return next.RoundTrip(r)
	}
}

// An operation on which the hub fails is put aside, where a person sees it and
// can send it again; everything else flows.
func TestOnePoisonousOperationHoldsNothingUp(t *testing.T) {
	for _, status := range []int{500, 413} {
		inBubble(t, func(t *testing.T, w *world) {
			f := &way{}
			d, end := w.machine(t, desk, "Lindeby Bibliotek", onWay(f))
			defer end()
			var ids []string
			for range 25 {
				ids = append(ids, d.refer(t).ID)
			}
			f.set(failsOn(t, status, ids[3], ids[4], ids[24]))
			if err := d.Sync(context.Background(), nil); ProblemOf(err) != "" && ProblemOf(err) != HubFault {
				t.Errorf("%d: %v", status, err)
			}
			// The last one has no neighbour: it takes several rounds.
			for range 20 {
				if d.count(t).Waiting == 0 {
					break
				}
				if err := d.Sync(context.Background(), nil); err != nil && ProblemOf(err) != HubFault {
					t.Fatal(err)
				}
			}
			refused, err := d.s.Refused()
			if err != nil {
				t.Fatal(err)
			}
			if st := d.count(t); st.Waiting != 0 || len(refused) < 3 {
				t.Fatalf("%d: %d wait, %d were put aside", status, st.Waiting, len(refused))
			}
			for _, r := range refused {
				if r.Fate.Code != protocol.RefusedPoison {
					t.Errorf("%d: put aside as %q", status, r.Fate.Code)
				}
			}
			g, end := w.machine(t, guide, "Vejviserne")
			defer end()
			g.sync(t)
			if n := g.count(t).Referrals; n != 22 {
				t.Errorf("%d: %d vejvisninger of 22 at the guide", status, n)
			}
			// The hub is mended, and somebody asks for another try.
			f.set(nil)
			for _, r := range refused {
				if err := d.s.Retry(r.Fate.Counter); err != nil {
					t.Fatal(err)
				}
			}
			d.sync(t)
			g.sync(t)
			if n := g.count(t).Referrals; n != 25 {
				t.Errorf("%d: %d vejvisninger of 25 at the guide", status, n)
			}
			if st := d.count(t); st.Waiting != 0 || st.Refused != 0 {
				t.Errorf("%d: %d wait, %d are put aside", status, st.Waiting, st.Refused)
			}
			d.same(t)
		})
	}
}

// A hub that fails on everything is no reason to put anything aside.
func TestABrokenHubPoisonsNothing(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		f := &way{}
		d, end := w.machine(t, desk, "Lindeby Bibliotek", onWay(f))
		defer end()
		d.sync(t)
		for range 10 {
			d.refer(t)
		}
		waiting := d.count(t).Waiting
		f.set(failsOn(t, 500, ""))
		ctx, stop := context.WithTimeout(context.Background(), 20*time.Minute)
		defer stop()
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		time.Sleep(19 * time.Minute)
		k, err := d.s.Contact()
		if err != nil || k.Problem != string(HubFault) || k.LastSync.IsZero() {
			t.Errorf("contact %+v, %v", k, err)
		}
		if st := d.count(t); st.Waiting != waiting || st.Refused != 0 {
			t.Errorf("%d of %d wait, %d are put aside", st.Waiting, waiting, st.Refused)
		}
		// Fetching goes on meanwhile.
		w.fill(t, 5)
		time.Sleep(30 * time.Second)
		if n := d.count(t).Communities; n != 5 {
			t.Errorf("%d communities", n)
		}
		f.set(nil)
		d.Nudge()
		time.Sleep(20 * time.Second)
		if st := d.count(t); st.Waiting != 0 || st.Refused != 0 {
			t.Errorf("in the end %d wait, %d are put aside", st.Waiting, st.Refused)
		}
		if err := <-ended; err != nil && ctx.Err() == nil {
			t.Error(err)
		}
	})
}

// A hub that no longer takes what this version sends goes on giving what it
// reads, and what people do waits for the update.
func TestAnOutdatedPCGoesOnReading(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		f := &way{}
		d, end := w.machine(t, desk, "Lindeby Bibliotek", onWay(f))
		defer end()
		d.refer(t)
		f.set(func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
			if r.URL.Path == protocol.PathOps {
				return &http.Response{StatusCode: 426, Header: http.Header{}, Request: r,
					Body: io.NopCloser(strings.NewReader(`{"code":"version","min":2,"max":3}`))}, nil
			}
			return next.RoundTrip(r)
		})
		w.fill(t, 5)
		if err := d.Sync(context.Background(), nil); ProblemOf(err) != Version {
			t.Error(err)
		}
		st := d.count(t)
		if k, _ := d.s.Contact(); st.Communities != 5 || st.Waiting == 0 || st.Refused != 0 || k.Problem != string(Version) || k.LastSync.IsZero() {
			t.Errorf("%+v, contact %+v", st, k)
		}
		f.set(func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 426, Header: http.Header{}, Request: r,
				Body: io.NopCloser(strings.NewReader(`{"code":"version","min":0,"max":0}`))}, nil
		})
		for _, c := range []struct {
			body string
			want Problem
		}{{`{"code":"version","min":4,"max":9}`, Version}, {`{"code":"version"}`, Version}} {
			f.set(func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: 426, Header: http.Header{}, Request: r, Body: io.NopCloser(strings.NewReader(c.body))}, nil
			})
			d.drop(d.current)
			if err := d.Sync(context.Background(), nil); ProblemOf(err) != c.want {
				t.Errorf("%s: %v", c.body, err)
			}
		}
		f.set(nil)
		d.sync(t)
		if n := d.count(t).Waiting; n != 0 {
			t.Errorf("%d wait after the update", n)
		}
	})
}
