package localdb

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

func hubAt(t testing.TB, dir string) *Store {
	o := made(dir)
	o.Hub = true
	return openAt(t, o)
}

// all gives what a hub plays: its log from a position, in order.
func (l *testLog) all(after uint64) (out []record.Record) {
	for _, r := range l.last {
		if r.Seq > after {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b record.Record) int { return int(a.Seq) - int(b.Seq) })
	return out
}

func hubPlays(t testing.TB, s *Store, l *testLog) {
	t.Helper()
	pos, err := s.Position()
	if err != nil {
		t.Fatal(err)
	}
	for part := range slices.Chunk(l.all(pos.Seq), 500) {
		if err := s.Play(context.Background(), Delta{Records: part, To: record.Position{Epoch: l.epoch, Seq: part[len(part)-1].Seq}}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAHubAnswersFromTheLogItPlayed(t *testing.T) {
	dir := t.TempDir()
	s := hubAt(t, dir)
	l := newLog()
	var cs []record.Record
	for i := range 700 {
		cs = append(cs, l.community(i))
	}
	l.put(record.Device, "d-1", map[string]string{"role": "desk"})
	l.put(record.Counter, "d-1", map[string]int{"counter": 4})
	r := newReferral(t)
	l.put(record.Referral, r.ID, r, "o-a")
	e := referral.Event{ID: uuid.NewString(), Code: r.Code, Kind: referral.Shown, On: r.At}
	l.put(record.Event, e.ID, e, "o-a")
	hubPlays(t, s, l)
	l.remove(cs[3])
	l.community(4)
	hubPlays(t, s, l)
	for round := range 2 {
		for _, f := range allFamilies {
			want := slices.DeleteFunc(l.all(0), func(r record.Record) bool { return r.Kind.Family() != f })
			got, err := s.After(t.Context(), f, 0, 0)
			if err != nil || len(got) != len(want) {
				t.Fatalf("%s: %d records, want %d: %v", f, len(got), len(want), err)
			}
			for i := range got {
				if got[i].Seq != want[i].Seq || got[i].Ref() != want[i].Ref() || got[i].Deleted != want[i].Deleted || string(got[i].Body) != string(want[i].Body) || got[i].Op != want[i].Op {
					t.Fatalf("%s: %+v, want %+v", f, got[i], want[i])
				}
			}
			if len(want) > 0 {
				if some, err := s.After(t.Context(), f, want[0].Seq, 1); err != nil || len(some) != min(1, len(want)-1) {
					t.Errorf("%d %v", len(some), err)
				}
			}
		}
		if got, err := s.Record(record.Community, cs[3].ID); err != nil || !got.Deleted {
			t.Errorf("%+v %v", got, err)
		}
		if _, err := s.Record(record.Community, "nobody"); !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
		if got, err := s.Record(record.Device, "d-1"); err != nil || string(got.Body) != `{"role":"desk"}` {
			t.Errorf("%+v %v", got, err)
		}
		if rs, es, err := s.ByCode(r.Code); err != nil || len(rs) != 1 || len(es) != 1 || es[0].ID != e.ID {
			t.Errorf("%+v %+v %v", rs, es, err)
		}
		for want, i := range map[string]directory.Identity{
			cs[9].ID:  {ID: cs[9].ID},
			cs[10].ID: {Source: "test", SourceID: "10"},
			"":        {Source: "test", SourceID: "3"},
		} {
			if c, err := s.Identify(i); err != nil || (c == nil) != (want == "") || c != nil && c.ID != want {
				t.Errorf("%+v: %+v %v", i, c, err)
			}
		}
		if high, err := s.HighWater(); err != nil || high != l.position() {
			t.Errorf("%+v %v", high, err)
		}
		l.sameAsHub(t, s, "dir", "case/o-a", "dir/ringsted")
		verified(t, s)
		if round == 0 {
			closeStore(t, s)
			s = hubAt(t, dir)
		}
	}
	n := 0
	if err := s.EachRecord(t.Context(), "admin", func(record.Record) error { n++; return nil }); err != nil || n != 2 {
		t.Error(n, err)
	}
	if err := s.Forget(t.Context(), l.seq); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Record(record.Community, cs[3].ID); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	verified(t, s)
}

// A community that comes under another name, or goes, is not known by what it was.
func TestIdentitiesFollowWhatTheLogSays(t *testing.T) {
	s := hubAt(t, t.TempDir())
	l := newLog()
	put := func(id, name, sourceID string) record.Record {
		return l.put(record.Community, id, directory.Community{ID: id, Name: name, Source: "x", SourceID: sourceID})
	}
	a, b := uuid.NewString(), uuid.NewString()
	put(a, "Kor", "1")
	put(b, "Dans", "2")
	hubPlays(t, s, l)
	known := func(sourceID, want string) {
		t.Helper()
		c, err := s.Identify(directory.Identity{Source: "x", SourceID: sourceID})
		if err != nil || (c == nil) != (want == "") || c != nil && c.ID != want {
			t.Errorf("%s: %+v %v", sourceID, c, err)
		}
	}
	known("1", a)
	put(a, "Kor", "3")
	hubPlays(t, s, l)
	known("1", "")
	known("3", a)
	put(b, "Dans", "1")
	hubPlays(t, s, l)
	known("1", b)
	known("2", "")
	verified(t, s)
}

func TestAHubsLogThatIsBehindIsSeenWithoutItsView(t *testing.T) {
	dir := t.TempDir()
	s := hubAt(t, dir)
	l := newLog()
	for i := range 20 {
		l.community(i)
	}
	hubPlays(t, s, l)
	closeStore(t, s)
	if err := os.RemoveAll(filepath.Join(dir, "store")); err != nil {
		t.Fatal(err)
	}
	s = hubAt(t, dir)
	if pos, err := s.Position(); err != nil || pos != (record.Position{}) {
		t.Errorf("%+v %v", pos, err)
	}
	if high, err := s.HighWater(); err != nil || high != l.position() {
		t.Errorf("%+v %v", high, err)
	}
	if err := s.Play(t.Context(), Delta{Records: l.all(0)[:5], To: record.Position{Epoch: 7, Seq: 5}}); err != nil {
		t.Fatal(err)
	}
	if high, err := s.HighWater(); err != nil || high != l.position() {
		t.Errorf("playing from the start lowered it: %+v %v", high, err)
	}
	hubPlays(t, s, l)
	l.sameAsHub(t, s, "dir")
	// another log: everything goes before it is played
	next := newLog()
	next.epoch = 8
	next.community(1)
	if err := s.Play(t.Context(), Delta{Records: next.all(0), To: next.position()}); !errors.Is(err, ErrEpoch) {
		t.Error(err)
	}
	if err := s.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	hubPlays(t, s, next)
	next.sameAsHub(t, s, "dir")
	if high, err := s.HighWater(); err != nil || high != next.position() {
		t.Errorf("%+v %v", high, err)
	}
	verified(t, s)
}

func BenchmarkHubPlays100k(b *testing.B) {
	l := newLog()
	for i := range 100_000 {
		c := community(i)
		c.AssignID()
		c.Description = strings.Repeat("Vi mødes hver uge, går en tur og drikker kaffe bagefter. ", 12)
		l.put(record.Community, c.ID, c, "ringsted")
	}
	log := l.all(0)
	b.ResetTimer()
	for range b.N {
		b.StopTimer()
		s := hubAt(b, b.TempDir())
		b.StartTimer()
		for part := range slices.Chunk(log, 500) {
			if err := s.Play(context.Background(), Delta{Records: part, To: record.Position{Epoch: 7, Seq: part[len(part)-1].Seq}}); err != nil {
				b.Fatal(err)
			}
		}
		b.StopTimer()
		at := time.Now()
		if _, _, err := s.Digests(context.Background(), "dir"); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(time.Since(at).Milliseconds()), "digests-ms")
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapInuse>>20), "heap-MB")
		closeStore(b, s)
		b.StartTimer()
	}
}
