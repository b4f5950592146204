package client

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/zstd"
)

// way is a transport that does what a test wants of it; with nothing set it
// passes on.
type way struct {
	next http.RoundTripper
	mu   sync.Mutex
	do   func(next http.RoundTripper, r *http.Request) (*http.Response, error)
	seen []string // path of each request
}

func (f *way) RoundTrip(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	do := f.do
	f.seen = append(f.seen, r.URL.Path)
	f.mu.Unlock()
	if do == nil {
		return f.next.RoundTrip(r)
	}
	return do(f.next, r)
}

func (f *way) set(do func(next http.RoundTripper, r *http.Request) (*http.Response, error)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.do = do
}

func (f *way) count(path string) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range f.seen {
		if strings.HasPrefix(p, path) {
			n++
		}
	}
	return n
}

func (f *way) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen = nil
}

// onWay puts a way between a machine of the bubble and the hub.
func onWay(f *way) func(*Options) {
	return func(o *Options) {
		f.next = o.Transport
		o.Transport = f
	}
}

// body reads a reply to its end and lets it be changed; the hash follows where
// honest is set, as it would from a hub that fails.
func changed(resp *http.Response, honest bool, change func([]byte) []byte) (*http.Response, error) {
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	resp.Body.Close()
	b = change(b)
	resp.Body = io.NopCloser(bytes.NewReader(b))
	resp.ContentLength = int64(len(b))
	resp.Header.Set("Content-Length", strconv.Itoa(len(b)))
	if honest {
		sum := sha256.Sum256(b)
		resp.Header.Set(protocol.HeaderBody, hex.EncodeToString(sum[:]))
	}
	return resp, nil
}

// on changes the replies to one path.
func on(path string, change func(*http.Response) (*http.Response, error)) func(http.RoundTripper, *http.Request) (*http.Response, error) {
	return func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err != nil || !strings.HasPrefix(r.URL.Path, path) {
			return resp, err
		}
		return change(resp)
	}
}

// A network that sends requests twice, and gives old answers to new questions,
// changes nothing: operations are known by their counter, deltas by where they
// begin.
func TestDoubledAndStaleRepliesChangeNothing(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.fill(t, 10)
		f := &way{}
		d, end := w.machine(t, desk, "Lindeby Bibliotek", onWay(f))
		defer end()
		d.sync(t)
		d.refer(t)
		d.sync(t)
		before := w.Position().Seq
		d.refer(t)
		d.sync(t)
		grows := w.Position().Seq - before
		// Every request arrives twice; the second answer is the one that is read.
		f.set(func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
			var body []byte
			if r.Body != nil {
				body, _ = io.ReadAll(r.Body)
			}
			for range 2 {
				again := r.Clone(r.Context())
				again.Body = io.NopCloser(bytes.NewReader(body))
				resp, err := next.RoundTrip(again)
				if err != nil || r.URL.Path == protocol.PathSession {
					return resp, err
				}
				io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			return next.RoundTrip(r)
		})
		before = w.Position().Seq
		d.refer(t)
		d.sync(t)
		if got := w.Position().Seq - before; got != grows {
			t.Errorf("the log grew by %d, else by %d", got, grows)
		}
		// Old deltas are given again and again.
		var old *http.Response
		var oldBody []byte
		f.set(on(protocol.PathChanges, func(resp *http.Response) (*http.Response, error) {
			if old == nil {
				got, err := changed(resp, false, func(b []byte) []byte { oldBody = b; return b })
				o := *got
				old = &o
				return got, err
			}
			return changed(&http.Response{StatusCode: 200, Header: old.Header.Clone(), Body: io.NopCloser(bytes.NewReader(oldBody)), Request: resp.Request}, false, func(b []byte) []byte { return b })
		}))
		w.edit(t)
		if err := d.catchUp(context.Background(), func(Progress) {}); err != nil {
			t.Fatal(err)
		}
		here, _ := d.s.Position()
		w.edit(t)
		err := d.catchUp(context.Background(), func(Progress) {})
		now, _ := d.s.Position()
		if ProblemOf(err) != NotHub || now != here {
			t.Errorf("an old delta again: %v, from %v to %v", err, here, now)
		}
		f.set(nil)
		d.sync(t)
		d.same(t)
	})
}

// A bit that flips on the way is noticed by the hash, and the answer asked for
// again; where every answer is damaged, nothing of it is kept.
func TestAFlippedBitIsNeverTakenIn(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.fill(t, 40)
		f := &way{}
		d, end := w.machine(t, desk, "Lindeby Bibliotek", onWay(f))
		defer end()
		dice := rand.New(rand.NewPCG(1, 2))
		flip := func(part float64) func(http.RoundTripper, *http.Request) (*http.Response, error) {
			return on("/v1/", func(resp *http.Response) (*http.Response, error) {
				f.mu.Lock()
				yes, at := dice.Float64() < part, dice.Int()
				f.mu.Unlock()
				return changed(resp, false, func(b []byte) []byte {
					if yes && len(b) > 0 {
						b[at/8%len(b)] ^= 1 << (at % 8)
					}
					return b
				})
			})
		}
		f.set(flip(1))
		if err := d.Sync(context.Background(), nil); ProblemOf(err) != Damaged {
			t.Errorf("every answer damaged: %v", err)
		}
		if n := d.count(t).Communities; n != 0 {
			t.Errorf("%d communities of damaged answers", n)
		}
		f.set(flip(0.2))
		for n := 0; ; n++ {
			d.refer(t)
			if err := d.Sync(context.Background(), nil); err == nil && n > 10 {
				break
			} else if err != nil && ProblemOf(err) != Damaged {
				t.Fatal(err)
			}
			if n > 100 {
				t.Fatal("it never gets through")
			}
		}
		f.set(nil)
		d.sync(t)
		d.same(t)
	})
}

// lines packs lines as a delta.
func deltaOf(t *testing.T, ls ...protocol.Line) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	for i := range ls {
		line, err := json.Marshal(&ls[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := z.Write(append(line, '\n')); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zip(t *testing.T, plain []byte) []byte {
	t.Helper()
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	return z.EncodeAll(plain, nil)
}

// endless is a body that does not end.
type endless struct{ b byte }

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = e.b
	}
	return len(p), nil
}
func (endless) Close() error { return nil }

// Whatever answers, and whatever it says: memory stays bounded, what is here
// stays as it is, and a person is told that it is not their hub.
func TestHostileRepliesChangeNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.fill(t, 10)
		f := &way{}
		k, end := w.machine(t, kiosk, "Lindeby Bibliotek", onWay(f))
		defer end()
		k.sync(t)
		here, err := k.s.Position()
		if err != nil {
			t.Fatal(err)
		}
		at := func(seq uint64) record.Position { return record.Position{Epoch: here.Epoch, Seq: seq} }
		stranger := func(kind record.Kind, in ...string) protocol.Line {
			return protocol.Line{Record: &record.Record{Kind: kind, ID: "0190a5c0-0000-7000-8000-0000000000ff", Seq: here.Seq + 1, V: 1, In: in,
				Body: jsontext.Value(`{"id":"0190a5c0-0000-7000-8000-0000000000ff","name":"x"}`)}}
		}
		trailer := func(next record.Position, head uint64) protocol.Line {
			return protocol.Line{Trailer: &protocol.Trailer{Next: next, Head: head}}
		}
		good := stranger(record.Community, "lindeby")
		honest := func(path string, b func([]byte) []byte) func(http.RoundTripper, *http.Request) (*http.Response, error) {
			return on(path, func(resp *http.Response) (*http.Response, error) { return changed(resp, true, b) })
		}
		is := func(ls ...protocol.Line) func(http.RoundTripper, *http.Request) (*http.Response, error) {
			return honest(protocol.PathChanges, func([]byte) []byte { return deltaOf(t, ls...) })
		}
		page := func(path string) func(http.RoundTripper, *http.Request) (*http.Response, error) {
			return on(path, func(resp *http.Response) (*http.Response, error) {
				return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/html"}}, Request: resp.Request,
					Body: io.NopCloser(strings.NewReader("<html>Log på gæstenettet"))}, nil
			})
		}
		for _, c := range []struct {
			name string
			do   func(http.RoundTripper, *http.Request) (*http.Response, error)
			want Problem
		}{
			{"10 GB of zeros", on(protocol.PathChanges, func(resp *http.Response) (*http.Response, error) {
				resp.Body, resp.ContentLength = endless{}, -1
				return resp, nil
			}), NotHub},
			{"a length of 10 GB", on(protocol.PathChanges, func(resp *http.Response) (*http.Response, error) {
				resp.Body, resp.ContentLength = endless{}, 10<<30
				return resp, nil
			}), NotHub},
			{"a zstd bomb", honest(protocol.PathChanges, func([]byte) []byte { return zip(t, make([]byte, 512<<20)) }), NotHub},
			{"no zstd", honest(protocol.PathChanges, func([]byte) []byte { return []byte("hello") }), NotHub},
			{"deep JSON", honest(protocol.PathChanges, func([]byte) []byte {
				return zip(t, []byte(`{"r":`+strings.Repeat("[", 1e6)+"\n"))
			}), NotHub},
			{"deep JSON in a body", honest(protocol.PathChanges, func([]byte) []byte {
				return zip(t, []byte(`{"r":{"kind":"community","id":"a","seq":1,"body":`+strings.Repeat("[", 1e6)+"\n"))
			}), NotHub},
			{"wrong types", honest(protocol.PathChanges, func([]byte) []byte { return zip(t, []byte(`{"r":{"kind":7}}`+"\n")) }), NotHub},
			{"a name twice", honest(protocol.PathChanges, func([]byte) []byte { return zip(t, []byte(`{"t":{"head":1,"head":2}}`+"\n")) }), NotHub},
			{"invalid UTF-8", honest(protocol.PathChanges, func([]byte) []byte { return zip(t, []byte("{\"r\":{\"kind\":\"\xff\"}}\n")) }), NotHub},
			{"no trailer", is(good), NotHub},
			{"a line without an end", honest(protocol.PathChanges, func([]byte) []byte { return zip(t, []byte(`{"t":{}}`)) }), NotHub},
			{"two trailers", is(trailer(at(here.Seq+1), here.Seq+1), trailer(at(here.Seq+1), here.Seq+1)), NotHub},
			{"another epoch", is(good, trailer(record.Position{Epoch: here.Epoch + 1, Seq: here.Seq + 1}, here.Seq+1)), NotHub},
			{"backwards", is(trailer(at(0), here.Seq)), NotHub},
			{"beyond the head", is(good, trailer(at(here.Seq+9), here.Seq+1)), NotHub},
			{"nowhere, for ever", is(trailer(here, here.Seq+100)), NotHub},
			{"a referral for a kiosk", is(stranger(record.Referral, "o-lindeby-bibliotek"), trailer(at(here.Seq+1), here.Seq+1)), NotHub},
			{"a tip for a kiosk", is(stranger(record.Suggestion, "lindeby"), trailer(at(here.Seq+1), here.Seq+1)), NotHub},
			{"a device's own record", is(stranger(record.Device), trailer(at(here.Seq+1), here.Seq+1)), NotHub},
			{"a kind of tomorrow", is(stranger("parade"), trailer(at(here.Seq+1), here.Seq+1)), Version},
			{"a record beyond its delta", is(good, trailer(at(here.Seq), here.Seq)), NotHub},
			{"the root of another feed", is(good, protocol.Line{Trailer: &protocol.Trailer{Next: at(here.Seq + 1), Head: here.Seq + 1,
				Roots: map[record.Feed]record.Digest{"case": {}}}}), NotHub},
			{"an unsigned revocation", func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
				b, _ := json.Marshal(protocol.Revoked{Device: k.device, At: time.Now(), Signature: make([]byte, 64)})
				return &http.Response{StatusCode: 403, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(b)), Request: r}, nil
			}, NotHub},
			{"a login page at 200", page("/v1/"), Portal},
			{"a login page for deltas alone", page(protocol.PathChanges), Damaged},
			{"more than its manifest says", honest(protocol.PathDigest, func(b []byte) []byte { return append(b, b...) }), ""},
		} {
			f.set(c.do)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := k.catchUp(context.Background(), func(Progress) {})
			runtime.ReadMemStats(&after)
			if got := ProblemOf(err); got != c.want {
				t.Errorf("%s: %v, want %q", c.name, err, c.want)
			}
			if used := int64(after.TotalAlloc - before.TotalAlloc); used > 700<<20 {
				t.Errorf("%s: %d MiB", c.name, used>>20)
			}
			if now, err := k.s.Position(); err != nil || now != here {
				t.Errorf("%s: from %v to %v, %v", c.name, here, now, err)
			}
			if n := k.count(t).Communities; n != 10 {
				t.Fatalf("%s: %d communities", c.name, n)
			}
		}
		// A cursor that moves for ever and brings nothing.
		seq := here.Seq
		f.set(func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
			seq++
			return changed(&http.Response{StatusCode: 200, Header: http.Header{}, Body: http.NoBody, Request: r}, true,
				func([]byte) []byte { return deltaOf(t, trailer(at(seq), seq+1)) })
		})
		if err := k.catchUp(context.Background(), func(Progress) {}); ProblemOf(err) != HubFault {
			t.Errorf("an endless cursor: %v", err)
		}
	})
}

// What is in a manifest is used only when the hub signed it, and a chunk only
// when it is the one of the manifest.
func TestAFirstSyncBelievesNothingUnsigned(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.fill(t, 10)
		for _, c := range []struct {
			name, path string
			change     func([]byte) []byte
			want       Problem
		}{
			{"another root", protocol.PathManifest, func(b []byte) []byte {
				var m protocol.Manifest
				if err := json.Unmarshal(b, &m); err != nil {
					t.Fatal(err)
				}
				m.Position.Seq++
				b, _ = json.Marshal(&m)
				return b
			}, NotHub},
			{"no signature", protocol.PathManifest, func(b []byte) []byte { return []byte(`{"feed":"dir"}`) }, NotHub},
			{"another chunk", protocol.PathChunk, func(b []byte) []byte { return zip(t, []byte("x\n")) }, Damaged},
			{"a longer chunk", protocol.PathChunk, func(b []byte) []byte { return append(b, b...) }, NotHub},
			{"more feeds for a kiosk", protocol.PathSession, func(b []byte) []byte {
				return bytes.Replace(b, []byte(`"feeds":["dir"`), []byte(`"feeds":["case","dir"`), 1)
			}, NotHub},
			{"another kind of session", protocol.PathSession, func(b []byte) []byte { return []byte(`{}`) }, Version},
			{"another hub", protocol.PathHub, func(b []byte) []byte { return bytes.Replace(b, []byte("Lindeby"), []byte("Bakkeby"), 1) }, NotHub},
		} {
			f := &way{}
			k, end := w.machine(t, kiosk, "Lindeby Bibliotek", onWay(f))
			f.set(on(c.path, func(resp *http.Response) (*http.Response, error) { return changed(resp, true, c.change) }))
			if err := k.Sync(context.Background(), nil); ProblemOf(err) != c.want {
				t.Errorf("%s: %v, want %q", c.name, err, c.want)
			}
			if n := k.count(t).Communities; n != 0 {
				t.Errorf("%s: %d communities", c.name, n)
			}
			f.set(nil)
			k.sync(t)
			k.same(t)
			end()
		}
	})
}

// A hub that asks for time gets it, within a second and a quarter of an hour,
// whatever it writes; after several failures more, up to our own five minutes.
func TestRetryAfterIsClamped(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		f := &way{}
		d, end := w.machine(t, desk, "Lindeby Bibliotek", onWay(f))
		defer end()
		d.sync(t)
		for i, c := range []struct {
			value       string
			least, most time.Duration
		}{
			{"0", time.Second, 2 * time.Second},
			{"30", 30 * time.Second, 33 * time.Second},
			{"86400", 15 * time.Minute, 15 * time.Minute},
			{"Fri, 31 Dec 1999 23:59:59 GMT", time.Second, 2 * time.Second},
			{"Fri, 31 Dec 2999 23:59:59 GMT", 15 * time.Minute, 15 * time.Minute},
			{"soon", 100 * time.Millisecond, 15 * time.Minute},
		} {
			status := []int{http.StatusTooManyRequests, http.StatusServiceUnavailable}[i%2]
			var asked []time.Time
			f.set(func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
				asked = append(asked, time.Now())
				return &http.Response{StatusCode: status, Header: http.Header{"Retry-After": {c.value}},
					Body: io.NopCloser(strings.NewReader("busy")), Request: r}, nil
			})
			ctx, stop := context.WithTimeout(context.Background(), 35*time.Minute)
			if err := d.fetching(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
			stop()
			k, err := d.s.Contact()
			if want := map[int]Problem{429: Busy, 503: Later}[status]; err != nil || k.Problem != string(want) || k.Retry.IsZero() {
				t.Errorf("%d %q: contact %+v", status, c.value, k)
			}
			if len(asked) < 3 {
				t.Errorf("%d %q: asked %d times in 35 minutes", status, c.value, len(asked))
			}
			for i := 1; i < len(asked); i++ {
				if gap := asked[i].Sub(asked[i-1]); gap < c.least || gap > max(c.most, longestWait)+time.Second {
					t.Errorf("%d %q: waited %s", status, c.value, gap)
					break
				}
			}
		}
	})
}

// A redirect would carry what people did to another host. None is followed.
func TestNothingIsSentWhereARedirectLeads(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, w *world) {
		w.fill(t, 3)
		f := &way{}
		d, end := w.machine(t, desk, "Lindeby Bibliotek", onWay(f))
		defer end()
		d.sync(t)
		for _, status := range []int{301, 302, 303, 307, 308} {
			for _, to := range []string{"https://elsewhere.example/v1/ops", "http://localhost:9/v1/ops", "//elsewhere.example/", "/login"} {
				d.refer(t)
				elsewhere := 0
				f.set(func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
					if r.URL.Host != "localhost" {
						elsewhere++
					}
					return &http.Response{StatusCode: status, Header: http.Header{"Location": {to}}, Body: http.NoBody, Request: r}, nil
				})
				err := d.Sync(context.Background(), nil)
				if p := ProblemOf(err); p != Portal && p != NotHub || elsewhere > 0 {
					t.Errorf("%d to %s: %v, %d requests elsewhere", status, to, err, elsewhere)
				}
				if n := d.count(t).Waiting; n == 0 {
					t.Errorf("%d to %s: nothing waits", status, to)
				}
			}
		}
		f.set(nil)
		d.sync(t)
		if n := d.count(t).Waiting; n != 0 {
			t.Errorf("%d wait", n)
		}
	})
}

func FuzzChanges(f *testing.F) {
	f.Add([]byte(`{"r":{"kind":"community","id":"a","seq":2,"in":["x"],"body":{}}}` + "\n" + `{"t":{"next":{"epoch":1,"seq":2},"head":2}}` + "\n"))
	f.Add([]byte(`{"l":{"kind":"referral","id":"a","seq":2}}` + "\n" + `{"t":{"next":{"epoch":1,"seq":2},"head":2,"roots":{"dir":"` + strings.Repeat("0", 80) + `"}}}` + "\n"))
	f.Add([]byte("\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		ch, err := changes(b)
		if err != nil {
			return
		}
		after := record.Position{Epoch: 1, Seq: 1}
		if ch.sound(after, []record.Feed{"dir"}) == nil {
			if ch.trailer.Next.Epoch != 1 || ch.trailer.Next.Seq < 1 {
				t.Errorf("%+v is sound", ch.trailer)
			}
			for _, r := range ch.records {
				if !r.Deleted && r.Kind.Family() != record.Directory {
					t.Errorf("%+v is sound", r)
				}
			}
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"", "0", "-7", "86400", "9223372036854775807", "99999999999999999999999", "Fri, 31 Dec 1999 23:59:59 GMT", "1e9"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, ok := retryAfter(http.Header{"Retry-After": {s}}, time.Unix(0, 0))
		if ok && (d < leastAfter || d > mostAfter) {
			t.Errorf("%q: %s", s, d)
		}
	})
}
