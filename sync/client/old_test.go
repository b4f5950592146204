package client

import (
	"bytes"
	"context"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/readiness"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

var recordIt = flag.Bool("record", false, "record the exchange with a hub of this version anew; only before it is released")

// exchange is a first sync as a hub of some version answered it.
type exchange struct {
	Enrolment localdb.Enrolment `json:"enrolment"`
	Answers   []recorded        `json:"answers"`
}

type recorded struct {
	Method string      `json:"method"`
	URL    string      `json:"url"`
	Status int         `json:"status"`
	Header http.Header `json:"header"`
	Body   []byte      `json:"body"`
}

// sevens are random numbers that are none, so that a nonce is the same again.
type sevens struct{}

func (sevens) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 7
	}
	return len(p), nil
}

// tape records, or with nothing behind it plays.
type tape struct {
	next http.RoundTripper
	mu   sync.Mutex
	x    exchange

	versions []string // of the wire, in which it was asked
	s        *localdb.Store
}

func (r *tape) RoundTrip(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	url := req.URL.RequestURI()
	r.versions = append(r.versions, req.Header.Get(protocol.HeaderVersion))
	if r.next == nil {
		for i, a := range r.x.Answers {
			if a.Method == req.Method && a.URL == url {
				r.x.Answers = append(r.x.Answers[:i:i], r.x.Answers[i+1:]...)
				return &http.Response{StatusCode: a.Status, Header: a.Header, Body: io.NopCloser(bytes.NewReader(a.Body)),
					ContentLength: int64(len(a.Body)), Request: req}, nil
			}
		}
		return &http.Response{StatusCode: 404, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"code":"not_found"}`)), Request: req}, nil
	}
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
	kept := http.Header{}
	for _, h := range []string{"Content-Type", protocol.HeaderBody, "Content-Range", "Retry-After"} {
		if v := resp.Header.Get(h); v != "" {
			kept.Set(h, v)
		}
	}
	r.x.Answers = append(r.x.Answers, recorded{req.Method, url, resp.StatusCode, kept, b})
	return resp, nil
}

// A PC of today must understand a hub that was installed when this version of the
// wire was new, byte for byte.
func TestAHubOfVersion1IsUnderstood(t *testing.T) {
	r := understood(t, "v1")
	for _, v := range r.versions {
		if v != "1" {
			t.Errorf("it is spoken to in version %s", v)
		}
	}
}

// The same of a hub of version 2, which also gives the key of a contact card.
func TestAHubOfVersion2IsUnderstood(t *testing.T) {
	r := understood(t, "v2")
	if len(r.versions) < 5 || r.versions[0] != "1" || slices.Contains(r.versions[1:], "1") {
		t.Errorf("it is asked who it is in version 1, and spoken to in 2: %v", r.versions)
	}
	if cards, err := r.s.Cards(); err != nil || len(cards) != 1 {
		t.Error(cards, err)
	} else if c, err := r.s.OpenCard(cards[0].ID, "call"); err != nil || c.FirstName != "Anna" {
		t.Error(c, err)
	}
	if cs, err := r.s.ReadinessChecks(); err != nil || len(cs) != 1 {
		t.Error(cs, err)
	}
}

// understood plays the first sync that a hub of some version answered.
func understood(t *testing.T, version string) *tape {
	path := filepath.Join("..", "protocol", "testdata", version, "exchange", "first_sync.json")
	if *recordIt && version == "v2" {
		recordExchange(t, path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := &tape{}
	if err := json.Unmarshal(b, &r.x, json.RejectUnknownMembers(true)); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return r.x.Enrolment.At.Add(time.Hour) } // it was recorded then, and days pass
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: t.TempDir(), Create: true, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Enrol(r.x.Enrolment); err != nil {
		t.Fatal(err)
	}
	c, err := New(Options{Store: s, Transport: r, Rand: sevens{}, Now: now, Program: "test/1"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Sync(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	st, err := s.Status()
	if err != nil || st.Communities != 7 || st.Referrals != 1 || st.Seq == 0 {
		t.Errorf("%+v, %v", st, err)
	}
	if k, err := s.Contact(); err != nil || k.Verified.IsZero() {
		t.Errorf("the roots were not compared: %+v, %v", k, err)
	}
	if len(r.x.Answers) > 0 {
		t.Errorf("%d answers were not asked for, first %s", len(r.x.Answers), r.x.Answers[0].URL)
	}
	r.s = s
	return r
}

func recordExchange(t *testing.T, path string) {
	h := newHub(t)
	ids := h.fill(t, 7)
	d := h.pc(t, desk, "Lindeby Bibliotek")
	ref := d.refer(t, ids[0])
	c := card.Card{Info: card.Info{Code: ref.Code, Consent: card.Consent{Text: "1", Language: "da", How: "spoken"}}, FirstName: "Anna", Phone: "00 00 00 00"}
	c.DeleteBy = directory.DayOf(time.Now()).AddDays(card.MaxDays)
	if err := d.s.KeepCard(c); err != nil {
		t.Fatal(err)
	}
	if err := d.s.EditReadiness(nil, &readiness.Check{Organisation: "Lindeby Bibliotek", On: "2026-11-24", Answers: map[string]int{"time": 3}}); err != nil {
		t.Fatal(err)
	}
	d.sync(t)
	r := &tape{next: &http.Transport{DisableKeepAlives: true}}
	s := storeAt(t, t.TempDir())
	if err := Enrol(context.Background(), Options{Store: s}, h.url, h.invite(t, desk, "Lindeby Bibliotek"), "Skranke"); err != nil {
		t.Fatal(err)
	}
	g := h.client(t, s, func(o *Options) { o.Transport, o.Rand = r, sevens{} })
	g.sync(t)
	e, err := s.Enrolment()
	if err != nil {
		t.Fatal(err)
	}
	r.x.Enrolment = *e
	b, err := json.Marshal(&r.x, json.Deterministic(true), jsontext.WithIndent(" "))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(b, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}
