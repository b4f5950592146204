package localdb

import (
	"bufio"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

func TestImportIsAllOrNothing(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	importN(t, s, 10)
	stop := errors.New("stop")
	err := s.Import(context.Background(), func(tx *ImportTx) error {
		for i := range 5000 {
			c := community(i)
			c.Summary = "ny"
			if err := tx.Put(c); err != nil {
				return err
			}
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	err = s.Import(ctx, func(tx *ImportTx) error { cancel(); return tx.Put(community(99)) })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	err = s.EachCommunity(func(c *directory.Community) error {
		if c.Summary == "ny" {
			t.Error(c.Name)
		}
		return nil
	})
	if n := countCommunities(t, s); err != nil || n != 10 {
		t.Error(n, err)
	}
	if rep, err := s.Verify(context.Background(), false); err != nil || !rep.OK {
		t.Errorf("%+v %v", rep, err)
	}
}

func TestImportKnowsACommunityAgain(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	byName := &directory.Community{Name: "Strikkecaféen", Organiser: &directory.OrganiserRef{Name: "Bakkely"}}
	bySource := community(5)
	err := s.Import(context.Background(), func(tx *ImportTx) error {
		if c, err := tx.Existing(bySource.Identity()); c != nil || err != nil {
			t.Error("before it was put:", c, err)
		}
		if err := errors.Join(tx.Put(byName), tx.Put(bySource)); err != nil {
			return err
		}
		c, err := tx.Existing(directory.Identity{Source: "test", SourceID: "5"})
		if c == nil || c.ID != bySource.ID {
			t.Error("in the same import:", c, err)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Import(context.Background(), func(tx *ImportTx) error {
		for _, c := range []struct {
			identity directory.Identity
			want     string
		}{
			{directory.Identity{ID: bySource.ID}, bySource.ID},
			{directory.Identity{Source: "test", SourceID: "5"}, bySource.ID},
			{directory.Identity{NameKey: byName.Identity().NameKey}, byName.ID},
			{directory.Identity{Source: "other", SourceID: "5"}, ""},
			{directory.Identity{}, ""},
		} {
			got, err := tx.Existing(c.identity)
			if err != nil || (got == nil) != (c.want == "") || got != nil && got.ID != c.want {
				t.Errorf("%+v: %+v %v", c.identity, got, err)
			}
		}
		renamed := *bySource
		renamed.Name = "Et helt andet navn"
		return tx.Put(&renamed)
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Import(context.Background(), func(tx *ImportTx) error {
		if c, err := tx.Existing(directory.Identity{NameKey: community(5).Identity().NameKey}); c != nil || err != nil {
			t.Error("known by a name it no longer has:", c, err)
		}
		return nil
	})
	if n := countCommunities(t, s); err != nil || n != 2 {
		t.Error(n, err)
	}
}

func readLines(t testing.TB, name string) (cs []*directory.Community) {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		c := new(directory.Community)
		if err := json.Unmarshal(sc.Bytes(), c); err != nil {
			t.Fatal(err)
		}
		cs = append(cs, c)
	}
	return cs
}

func importAll(t testing.TB, s *Store, cs []*directory.Community) {
	t.Helper()
	err := s.Import(context.Background(), func(tx *ImportTx) error {
		for _, c := range cs {
			if err := tx.Put(c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTwentyThousandGoInWithoutMuchMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("20,000 communities take long; it runs without -short, as in make test")
	}
	s := openAt(t, made(t.TempDir()))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var peak uint64
	err := s.Import(context.Background(), func(tx *ImportTx) error {
		for i := range 20000 {
			if err := tx.Put(community(i)); err != nil {
				return err
			}
			if i%2000 == 0 {
				runtime.ReadMemStats(&after)
				peak = max(peak, after.HeapAlloc)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("heap %d MB above the start", (peak-before.HeapAlloc)>>20)
	if peak-before.HeapAlloc > 200<<20 {
		t.Error("too much memory")
	}
	if n := countCommunities(t, s); n != 20000 {
		t.Error(n)
	}
}

func BenchmarkImport20k(b *testing.B) {
	cs := readLines(b, shared(b, filepath.Join("directory", "communities-20k.jsonl")))
	for b.Loop() {
		s := openAt(b, made(b.TempDir()))
		importAll(b, s, cs)
		closeStore(b, s)
	}
}

func benchmarkEach(b *testing.B, name string) {
	s := openAt(b, made(b.TempDir()))
	importAll(b, s, readLines(b, shared(b, filepath.Join("directory", name))))
	for b.Loop() {
		n := 0
		if err := s.EachCommunity(func(*directory.Community) error { n++; return nil }); err != nil || n < 900 {
			b.Fatal(n, err)
		}
	}
}

func BenchmarkEachCommunity1k(b *testing.B)  { benchmarkEach(b, "communities-1k.jsonl") }
func BenchmarkEachCommunity20k(b *testing.B) { benchmarkEach(b, "communities-20k.jsonl") }

func BenchmarkOpenAfterCleanStop(b *testing.B) {
	dir := b.TempDir()
	s := openAt(b, made(dir))
	importAll(b, s, readLines(b, shared(b, filepath.Join("directory", "communities-1k.jsonl"))))
	closeStore(b, s)
	for b.Loop() {
		s, err := Open(context.Background(), Options{Dir: dir})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		closeStore(b, s)
		b.StartTimer()
	}
}

func BenchmarkRecordReferral(b *testing.B) {
	s := openAt(b, made(b.TempDir()))
	for b.Loop() {
		if err := s.RecordReferral(newReferral(b)); err != nil {
			b.Fatal(err)
		}
	}
}

// Somebody writes up or corrects a community while an import makes the next
// directory, at each moment of it: both stand.
func TestEditMadeWhileAnImportRunsStands(t *testing.T) {
	for _, moment := range []string{"import staged", "import before rename", "import after rename"} {
		dir := t.TempDir()
		var s *Store
		var old, kept, edited directory.Community
		did := false
		o := made(dir)
		o.at = func(step string) {
			if step != moment || did || s == nil {
				return
			}
			did = true
			corrected := old
			corrected.Summary = "Mødes nu om onsdagen"
			kept = directory.Community{Name: "Strikkeklubben"}
			for _, err := range []error{s.EditCommunity(&old, &corrected), s.EditCommunity(nil, &kept)} {
				if err != nil {
					t.Error(err)
				}
			}
			edited = corrected
		}
		store := openAt(t, o)
		ids := importN(t, store, 10)
		c, err := store.Community(ids[3])
		if err != nil {
			t.Fatal(err)
		}
		old, s = *c, store
		importN(t, store, 12)
		if !did {
			t.Fatal("there is no step", moment)
		}
		for _, when := range []string{"at once", "after a start", "after a rebuild"} {
			for _, want := range []directory.Community{edited, kept} {
				if c, err := store.Community(want.ID); err != nil || c.Summary != want.Summary || c.Name != want.Name {
					t.Errorf("edited at %q, looked at %s: %+v %v", moment, when, c, err)
				}
			}
			if n := countCommunities(t, store); n != 13 {
				t.Errorf("edited at %q, looked at %s: %d communities", moment, when, n)
			}
			if r, err := store.Verify(t.Context(), false); err != nil || !r.OK {
				t.Errorf("edited at %q, looked at %s: %+v %v", moment, when, r, err)
			}
			closeStore(t, store)
			if when == "after a start" {
				if err := os.RemoveAll(filepath.Join(dir, "store")); err != nil {
					t.Fatal(err)
				}
			}
			store = openAt(t, Options{Dir: dir})
		}
	}
}
