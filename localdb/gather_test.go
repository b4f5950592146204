package localdb

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/frugal"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// fillAll fills a store with all buckets of the directory, several at once as the
// client does, but for those below from.
func (l *testLog) fillAll(t testing.TB, s *Store, from int) {
	t.Helper()
	var wg sync.WaitGroup
	for k := range 3 {
		wg.Go(func() {
			for i := from + k; i < 16; i += 3 {
				if err := s.Fill(t.Context(), l.bucket("dir", 16, i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// sameAsAnew holds a search against one that is made of what the store holds.
func sameAsAnew(t testing.TB, s *Store, x *Search, when string) {
	t.Helper()
	index, stamps, err := s.wholeSearch()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(index.Encode(), x.Index.Encode()) {
		t.Errorf("%s: another search than one made anew, of %d communities and not %d", when, x.Index.Len(), index.Len())
	}
	want, got := stampsOf(stamps), x.stamps()
	for id, stamp := range want {
		if got[id] != stamp {
			t.Errorf("%s: the stamp of %s", when, id)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d stamps for %d communities", when, len(got), len(want))
	}
	now, err := s.searchState()
	if err != nil || x.made != now {
		t.Errorf("%s: made of %+v, and here is %+v %v", when, x.made, now, err)
	}
}

func TestTheSearchMadeWhileFillingIsTheOneMadeAnew(t *testing.T) {
	l := newLog()
	for i := range 300 {
		l.community(i)
	}
	for _, c := range []struct {
		when     string
		gathered bool // the search is made of what was gathered
		do       func(s *Store)
	}{
		{"a first sync", true, func(s *Store) { l.fillAll(t, s, 0) }},
		{"one that was interrupted", false, func(s *Store) {
			if err := s.Fill(t.Context(), l.bucket("dir", 16, 0)); err != nil {
				t.Fatal(err)
			}
			s.mu.Lock()
			s.gather, s.replica.held = nil, nil // as after a start
			s.mu.Unlock()
			l.fillAll(t, s, 1)
		}},
		{"a bucket that came twice", false, func(s *Store) {
			old := l.bucket("dir", 16, 3)
			old.Seq, old.Records = old.Seq-1, old.Records[1:]
			if err := s.Fill(t.Context(), old); err != nil {
				t.Fatal(err)
			}
			l.fillAll(t, s, 0)
		}},
		{"a search asked for on the way", true, func(s *Store) {
			if err := s.Fill(t.Context(), l.bucket("dir", 16, 0)); err != nil {
				t.Fatal(err)
			}
			sameAsAnew(t, s, mustSearch(t, s), "on the way")
			l.fillAll(t, s, 1)
		}},
		{"held to little memory", false, func(s *Store) {
			defer frugal.Hold()()
			l.fillAll(t, s, 0)
		}},
	} {
		dir := t.TempDir()
		s := enrolled(t, made(dir))
		c.do(s)
		if err := s.Arrive(t.Context(), l.position(), []record.Feed{"dir"}); err != nil {
			t.Fatal(err)
		}
		if got := s.gather != nil; got != c.gathered {
			t.Errorf("%s: gathered %v", c.when, got)
		}
		x := mustSearch(t, s)
		sameAsAnew(t, s, x, c.when)
		if s.gather != nil {
			t.Errorf("%s: it is still in memory", c.when)
		}
		closeStore(t, s)
		s = openAt(t, Options{Dir: dir})
		kept, err := s.loadSearch()
		if err != nil || kept == nil || kept.made != x.made {
			t.Errorf("%s: kept %+v %v", c.when, kept, err)
		}
		closeStore(t, s)
	}
}

func TestWhatChangedSinceItArrivedIsInTheSearch(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	l := newLog()
	for i := range 100 {
		l.community(i)
	}
	l.fillAll(t, s, 0)
	if err := s.Arrive(t.Context(), l.position(), []record.Feed{"dir"}); err != nil {
		t.Fatal(err)
	}
	l.remove(l.community(4))
	l.community(500)
	l.play(t, s, "dir")
	if s.gather == nil {
		t.Error("not gathered")
	}
	sameAsAnew(t, s, mustSearch(t, s), "a delta later")
	closeStore(t, s)
}

// A first arrival's snapshot is written beside what comes next, and is there when
// the store is closed.
func TestTheSnapshotOfAFirstArrivalIsThereAtTheEnd(t *testing.T) {
	dir := t.TempDir()
	s := enrolled(t, made(dir))
	l := newLog()
	for i := range 300 {
		l.community(i)
	}
	l.fillAll(t, s, 0)
	if err := s.Arrive(t.Context(), l.position(), []record.Feed{"dir"}); err != nil {
		t.Fatal(err)
	}
	l.community(7)
	l.play(t, s, "dir")
	closeStore(t, s)
	if err := os.RemoveAll(filepath.Join(dir, "store")); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, Options{Dir: dir})
	if n := countCommunities(t, s); n != 300 {
		t.Errorf("%d communities", n)
	}
	verified(t, s)
	closeStore(t, s)
}
