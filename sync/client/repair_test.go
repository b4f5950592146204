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

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// damage makes a machine lack what it believes to have: the bucket of one record.
func (p *pc) damage(t *testing.T, id string) {
	t.Helper()
	pos, err := p.s.Position()
	if err != nil {
		t.Fatal(err)
	}
	f := localdb.Filled{Feed: "dir", N: record.Buckets, I: record.Bucket(id), Epoch: pos.Epoch, Seq: pos.Seq}
	if err := p.s.Fill(context.Background(), f); err != nil {
		t.Fatal(err)
	}
	if _, err := p.s.Community(id); err == nil {
		t.Fatal("nothing was damaged")
	}
}

// A machine that silently lost something finds out with the next delta, and
// fetches what differs, and nothing else.
func TestOnlyTheBucketThatDiffersIsFetchedAgain(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		ids := w.fill(t, 300)
		f := &way{}
		d, end := w.machine(t, desk, "Lindeby Bibliotek", onWay(f))
		defer end()
		d.sync(t)
		d.damage(t, ids[7])
		r, err := d.Verify(context.Background(), false, nil)
		if err != nil || r.OK || r.Repaired != 0 {
			t.Errorf("damaged, and yet %+v, %v", r, err)
		}
		f.forget()
		w.edit(t)
		d.sync(t)
		if buckets, chunks := f.count(protocol.PathBucket), f.count(protocol.PathChunk); buckets != 1 || chunks != 0 {
			t.Errorf("%d buckets and %d chunks fetched for one that differs", buckets, chunks)
		}
		if _, err := d.s.Community(ids[7]); err != nil {
			t.Error("not repaired:", err)
		}
		d.same(t)
		// Asked for by a person.
		d.damage(t, ids[8])
		d.damage(t, ids[9])
		r, err = d.Verify(context.Background(), true, nil)
		if err != nil || !r.OK || r.Repaired < 1 || r.Repaired > 2 {
			t.Errorf("%+v, %v", r, err)
		}
		// So much that chunks are cheaper.
		f.forget()
		for _, id := range ids[20:60] {
			if _, err := d.s.Community(id); err == nil {
				d.damage(t, id)
			}
		}
		r, err = d.Verify(context.Background(), true, nil)
		if err != nil || !r.OK || f.count(protocol.PathBucket) != 0 || f.count(protocol.PathChunk) == 0 {
			t.Errorf("%+v, %v, %d buckets, %d chunks", r, err, f.count(protocol.PathBucket), f.count(protocol.PathChunk))
		}
	})
}

// A hub whose roots never fit must not have its machines fetch for ever.
func TestRepairsEndAfterThreeAnHour(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.fill(t, 20)
		f := &way{}
		d, end := w.machine(t, desk, "Lindeby Bibliotek", onWay(f))
		defer end()
		d.sync(t)
		f.set(on(protocol.PathChanges, func(resp *http.Response) (*http.Response, error) {
			return changed(resp, true, func(b []byte) []byte { return wrongRoots(t, d, b) })
		}))
		f.forget()
		for i := range 6 {
			w.edit(t)
			err := d.catchUp(context.Background(), func(Progress) {})
			if want := map[bool]Problem{true: "", false: Differs}[i < repairsAnHour]; ProblemOf(err) != want {
				t.Errorf("round %d: %v", i, err)
			}
		}
		if n := f.count(protocol.PathDigest); n > 4*repairsAnHour {
			t.Errorf("%d digests", n)
		}
		f.set(nil)
		d.same(t) // the deltas were played all the same
		time.Sleep(2 * time.Hour)
		if !d.mayRepair() {
			t.Error("two hours later nothing may be repaired")
		}
	})
}

// wrongRoots changes the roots in a packed delta.
func wrongRoots(t *testing.T, p *pc, packed []byte) []byte {
	plain, err := p.unpack(packed, 0)
	if err != nil {
		t.Error(err)
		return packed
	}
	var ls []protocol.Line
	for b := range bytes.Lines(plain) {
		var l protocol.Line
		if err := json.Unmarshal(b, &l); err != nil {
			t.Error(err)
		}
		if l.Trailer != nil {
			for feed := range l.Trailer.Roots {
				l.Trailer.Roots[feed] = record.Digest{Count: 1}
			}
		}
		ls = append(ls, l)
	}
	return deltaOf(t, ls...)
}

// A first sync that is interrupted – the lid closed, the net gone – goes on where
// it was: no chunk comes twice.
func TestAnInterruptedFirstSyncGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.fill(t, 400)
		f := &way{}
		k, end := w.machine(t, kiosk, "Lindeby Bibliotek", onWay(f))
		defer end()
		var mu sync.Mutex
		whole := map[string]int{}
		ctx, stop := context.WithCancel(context.Background())
		f.set(on(protocol.PathChunk, func(resp *http.Response) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			path := resp.Request.URL.Path
			return changed(resp, false, func(b []byte) []byte { whole[path]++; return b })
		}))
		fetched := 0
		err := k.Sync(ctx, func(p Progress) {
			if p.Stage == "arrive" && p.Done > 100 {
				stop()
			}
			fetched = p.Done
		})
		if err == nil {
			t.Fatal("it was not interrupted")
		}
		rest := 0
		if err := k.Sync(context.Background(), func(p Progress) {
			if p.Stage == "arrive" {
				rest = p.Total
			}
		}); err != nil {
			t.Fatal(err)
		}
		if rest > 400-fetched+10 {
			t.Errorf("%d came before the interruption, and %d after it", fetched, rest)
		}
		twice := 0
		for _, n := range whole {
			if n > 1 {
				twice++
			}
		}
		if twice > chunksAtOnce { // those that were under way
			t.Errorf("%d chunks came twice", twice)
		}
		k.same(t)
	})
}

// What came of a chunk before the line broke is not asked for again.
func TestABrokenChunkGoesOnFromWhereItBroke(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.fill(t, 300)
		f := &way{}
		k, end := w.machine(t, kiosk, "Lindeby Bibliotek", onWay(f))
		defer end()
		var mu sync.Mutex
		sent, ranges := 0, 0
		f.set(func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(r)
			if err != nil || !strings.HasPrefix(r.URL.Path, protocol.PathChunk) {
				return resp, err
			}
			mu.Lock()
			defer mu.Unlock()
			if r.Header.Get("Range") != "" {
				ranges++
			}
			b, err := io.ReadAll(resp.Body)
			n := min(len(b), 500) // the line breaks after so much, each time
			sent += n
			resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(b[:n]), broken{n < len(b)}))
			return resp, err
		})
		p := Progress{}
		if err := k.Sync(context.Background(), func(q Progress) {
			if q.Stage == "arrive" {
				p = q
			}
		}); err != nil {
			t.Fatal(err)
		}
		if int64(sent) != p.Size || ranges == 0 {
			t.Errorf("%d bytes for chunks of %d, %d parts", sent, p.Size, ranges)
		}
		k.same(t)
	})
}

type broken struct{ is bool }

func (b broken) Read([]byte) (int, error) {
	if b.is {
		return 0, io.ErrUnexpectedEOF
	}
	return 0, io.EOF
}

// A machine that was off for so long that tombstones are gone compares, and
// fetches what differs.
func TestBelowTheFloorOnlyWhatDiffersIsFetched(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.fill(t, 200)
	f := &way{next: http.DefaultTransport}
	d := h.pc(t, desk, "Lindeby Bibliotek", func(o *Options) { o.Transport = f })
	for _, open := range []bool{false, true} {
		d.sync(t)
		h.edit(t)
		if err := h.log.Purge(context.Background(), h.Position().Seq); err != nil {
			t.Fatal(err)
		}
		h.edit(t) // the hub looks where the floor is when it plays
		if !open {
			d.drop(d.current)
		}
		f.forget()
		fetched := 0
		if err := d.Sync(context.Background(), func(p Progress) {
			if p.Stage == "arrive" {
				fetched = p.Total
			}
		}); err != nil {
			t.Fatal(err)
		}
		if n := f.count(protocol.PathChunk); n != 1 || fetched == 0 || fetched > 40 {
			t.Errorf("session open %v: %d chunks, %d records", open, n, fetched)
		}
		d.same(t)
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}

// Feeds that changed since the session began – another role, other
// municipalities – are noticed by the hub, and followed.
func TestAChangeOfFeedsIsFollowed(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.fill(t, 5)
		f := &way{}
		d, end := w.machine(t, desk, "Lindeby Bibliotek", onWay(f))
		defer end()
		before := 0
		f.set(on(protocol.PathSession, func(resp *http.Response) (*http.Response, error) {
			return changed(resp, true, func(b []byte) []byte {
				var s protocol.Session
				if err := json.Unmarshal(b, &s); err != nil {
					t.Error(err)
				}
				if before++; before == 1 {
					s.Feeds = s.Feeds[:1]
				}
				b, err := json.Marshal(&s)
				if err != nil {
					t.Error(err)
				}
				return b
			})
		}))
		d.refer(t)
		d.sync(t)
		feeds, err := d.s.Feeds()
		if err != nil || before != 2 || len(feeds) < 3 {
			t.Errorf("%d sessions, feeds %v, %v", before, feeds, err)
		}
		d.same(t)
	})
}
