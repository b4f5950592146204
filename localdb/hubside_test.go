package localdb

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"slices"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// testLog is what a hub knows: the last value of everything, in one order.
type testLog struct {
	epoch, seq uint64
	last       map[record.Ref]record.Record
}

func newLog() *testLog { return &testLog{epoch: 7, last: map[record.Ref]record.Record{}} }

func (l *testLog) position() record.Position { return record.Position{Epoch: l.epoch, Seq: l.seq} }

// put appends a value.
func (l *testLog) put(k record.Kind, id string, body any, in ...string) record.Record {
	b, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	l.seq++
	r := record.Record{Kind: k, ID: id, Seq: l.seq, V: 1, In: record.Tokens(in...), Op: fmt.Sprint("op-", l.seq), Body: b}
	l.last[r.Ref()] = r
	return r
}

func (l *testLog) remove(r record.Record) {
	ref := r.Ref()
	l.seq++
	l.last[ref] = record.Record{Kind: ref.Kind, ID: ref.ID, Seq: l.seq, In: l.last[ref].In, Deleted: true}
}

func (l *testLog) community(i int) record.Record {
	c := community(i)
	c.AssignID()
	return l.put(record.Community, c.ID, c, "ringsted")
}

// bucket gives what a hub serves of a feed's bucket.
func (l *testLog) bucket(f record.Feed, n, i int) Filled {
	b := Filled{Feed: f, N: n, I: i, Epoch: l.epoch, Seq: l.seq}
	for _, r := range l.last {
		if !r.Deleted && f.Has(r.Kind, r.In) && record.Coarse(record.Bucket(r.ID), n) == i {
			b.Records = append(b.Records, r)
		}
	}
	slices.SortFunc(b.Records, func(a, c record.Record) int { return slices.Compare([]byte(a.ID), []byte(c.ID)) })
	return b
}

// delta gives what changed behind a position, as far as feeds carry it; what they
// carried before comes as a leave.
func (l *testLog) delta(feeds []record.Feed, after uint64) Delta {
	d := Delta{To: l.position()}
	for _, r := range l.last {
		switch {
		case r.Seq <= after:
		case r.Deleted || record.Carries(feeds, r.Kind, r.In):
			d.Records = append(d.Records, r)
		default:
			d.Leaves = append(d.Leaves, Leave{r.Kind, r.ID, r.Seq})
		}
	}
	slices.SortFunc(d.Records, func(a, b record.Record) int { return int(a.Seq) - int(b.Seq) })
	return d
}

func (l *testLog) digests(f record.Feed) (d record.Digests) {
	for _, r := range l.last {
		if f.Has(r.Kind, r.In) && !r.Deleted {
			b := record.Bucket(r.ID)
			d[b] = d[b].Add(record.Sum(&r))
		}
	}
	return d
}

// bring makes a device hold everything as the hub does, as a first sync or a
// repair: it fills the buckets that differ.
func (l *testLog) bring(t testing.TB, s *Store, feeds ...record.Feed) {
	t.Helper()
	const n = 16
	for _, f := range feeds {
		have, _, err := s.Digests(context.Background(), f)
		if err != nil {
			t.Fatal(err)
		}
		want := l.digests(f)
		for i := range n {
			if have.Of(i, n) == want.Of(i, n) {
				continue
			}
			if err := s.Fill(context.Background(), l.bucket(f, n, i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Arrive(context.Background(), l.position(), feeds); err != nil {
		t.Fatal(err)
	}
}

func (l *testLog) play(t testing.TB, s *Store, feeds ...record.Feed) {
	t.Helper()
	pos, err := s.Position()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Play(context.Background(), l.delta(feeds, pos.Seq)); err != nil {
		t.Fatal(err)
	}
}

// sameAsHub holds every digest of a device against the hub's, and against what a
// scan finds.
func (l *testLog) sameAsHub(t testing.TB, s *Store, feeds ...record.Feed) {
	t.Helper()
	for _, f := range feeds {
		have, _, err := s.Digests(context.Background(), f)
		if err != nil {
			t.Fatal(err)
		}
		if want := l.digests(f); have != want {
			t.Fatalf("%s: %d records, the hub has %d", f, have.Root().Count, want.Root().Count)
		}
		var scanned record.Digests
		err = s.EachRecord(context.Background(), f, func(r record.Record) error {
			b := record.Bucket(r.ID)
			scanned[b] = scanned[b].Add(record.Sum(&r))
			return nil
		})
		if err != nil || scanned != have {
			t.Fatalf("%s: a scan finds %d records, kept up are %d: %v", f, scanned.Root().Count, have.Root().Count, err)
		}
	}
}

func enrolment1() Enrolment {
	pub, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	return Enrolment{Hub: "https://hub.example", HubName: "Ringsted", HubKey: pub, Device: "d-1", Seed: make([]byte, 32),
		Role: "desk", Organisation: "Ringsted Bibliotek", PublicURL: "https://hub.example/f"}
}

func enrolled(t testing.TB, o Options) *Store {
	t.Helper()
	s := openAt(t, o)
	if err := s.Enrol(enrolment1()); err != nil {
		t.Fatal(err)
	}
	return s
}

func names(t testing.TB, s *Store) map[string]string {
	t.Helper()
	out := map[string]string{}
	if err := s.EachCommunity(func(c *directory.Community) error { out[c.ID] = c.Name; return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

func verified(t testing.TB, s *Store) {
	t.Helper()
	if r, err := s.Verify(context.Background(), false); err != nil || !r.OK {
		t.Fatalf("verify: %+v %v", r, err)
	}
}
