package localdb

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

func TestADeviceHoldsWhatTheHubHolds(t *testing.T) {
	dir := t.TempDir()
	s := enrolled(t, made(dir))
	l := newLog()
	for i := range 300 {
		l.community(i)
	}
	l.bring(t, s, "dir")
	l.sameAsHub(t, s, "dir")
	if n := countCommunities(t, s); n != 300 {
		t.Errorf("%d communities", n)
	}
	verified(t, s)
	for i := range 40 {
		l.community(i * 3)
	}
	gone := l.community(300)
	l.remove(gone)
	l.remove(l.community(5))
	l.play(t, s, "dir")
	l.sameAsHub(t, s, "dir")
	verified(t, s)
	closeStore(t, s)
	s = openAt(t, Options{Dir: dir})
	l.sameAsHub(t, s, "dir")
	if pos, err := s.Position(); err != nil || pos != l.position() {
		t.Errorf("%+v %v", pos, err)
	}
	if feeds, err := s.Feeds(); err != nil || !slices.Equal(feeds, []record.Feed{"dir"}) {
		t.Errorf("%v %v", feeds, err)
	}
	st, err := s.Status()
	if err != nil || st.Communities != 299 || st.Epoch != 7 || st.Seq != l.seq {
		t.Errorf("%+v %v", st, err)
	}
}

func TestAnOldDeltaAndAnotherLogsChangeNothing(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	l := newLog()
	first := l.community(1)
	l.bring(t, s, "dir")
	old := l.delta([]record.Feed{"dir"}, 0)
	l.remove(first)
	l.community(2)
	now := l.delta([]record.Feed{"dir"}, 0)
	for range 2 {
		for _, d := range []Delta{now, old} {
			if err := s.Play(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
		l.sameAsHub(t, s, "dir")
	}
	other := now
	other.To.Epoch++
	other.To.Seq += 100
	if err := s.Play(t.Context(), other); !errors.Is(err, ErrEpoch) {
		t.Error(err)
	}
	// A bucket cut before the removal does not bring it back.
	stale := Filled{Feed: "dir", N: 16, I: record.Coarse(record.Bucket(first.ID), 16), Epoch: 7, Seq: first.Seq, Records: []record.Record{first}}
	if err := s.Fill(t.Context(), stale); err != nil {
		t.Fatal(err)
	}
	if n := names(t, s); len(n) != 1 || n[first.ID] != "" {
		t.Errorf("%v", n)
	}
	l.sameAsHub(t, s, "dir")
	// Nor does one that was cut before a change, or before something came, undo it.
	c := community(2)
	c.AssignID()
	was := l.last[record.Ref{Kind: record.Community, ID: c.ID}]
	c.Name = "Vandreholdet"
	now2 := l.put(record.Community, c.ID, c, "ringsted")
	l.play(t, s, "dir")
	for _, rs := range [][]record.Record{{was}, nil} {
		old := Filled{Feed: "dir", N: 16, I: record.Coarse(record.Bucket(c.ID), 16), Epoch: 7, Seq: now2.Seq - 1, Records: rs}
		if err := s.Fill(t.Context(), old); err != nil {
			t.Fatal(err)
		}
		if n := names(t, s); n[c.ID] != "Vandreholdet" {
			t.Errorf("%v", n)
		}
	}
	l.sameAsHub(t, s, "dir")
	stale.I = (stale.I + 1) % 16
	if err := s.Fill(t.Context(), stale); !errors.Is(err, ErrMisplaced) {
		t.Error(err)
	}
	verified(t, s)
}

func TestAnotherEpochReplacesWhatTheLostOneHad(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	l := newLog()
	for i := range 60 {
		l.community(i)
	}
	l.bring(t, s, "dir")
	restored := newLog() // from a backup of before the last twenty
	restored.epoch = 8
	for i := range 40 {
		restored.community(i)
	}
	// one that the old log changed after the backup, under a higher sequence
	changed := community(3)
	changed.AssignID()
	changed.Summary = "fra den gamle log"
	for range 100 {
		l.put(record.Community, changed.ID, changed, "ringsted")
	}
	l.play(t, s, "dir")
	restored.bring(t, s, "dir")
	restored.sameAsHub(t, s, "dir")
	if pos, err := s.Position(); err != nil || pos != restored.position() {
		t.Errorf("%+v %v", pos, err)
	}
	restored.community(7)
	restored.play(t, s, "dir")
	restored.sameAsHub(t, s, "dir")
	verified(t, s)
}

// Two feeds of one machine do not keep a record for each other's sake when the log
// that comes back from a backup has it in neither.
func TestWhatTwoFeedsCarriedGoesWhenTheLogHasItNoMore(t *testing.T) {
	feeds := []record.Feed{"case/a", "case/b"}
	s := enrolled(t, made(t.TempDir()))
	l, restored := newLog(), newLog()
	restored.epoch = 8
	r, stays := newReferral(t), newReferral(t)
	for _, x := range []*testLog{l, restored} {
		x.put(record.Referral, stays.ID, stays, "a", "b")
	}
	l.put(record.Referral, r.ID, r, "a", "b")
	moved := newReferral(t)
	l.put(record.Referral, moved.ID, moved, "a", "b")
	restored.put(record.Referral, moved.ID, moved, "b")
	l.bring(t, s, feeds...)
	l.sameAsHub(t, s, feeds...)
	restored.bring(t, s, feeds...)
	restored.sameAsHub(t, s, feeds...)
	if _, _, err := s.Referral(r.Code); !errors.Is(err, ErrNotFound) {
		t.Error("it is still here:", err)
	}
	verified(t, s)
}

func TestWhatLeavesTheFeedsLeavesTheMachine(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	l := newLog()
	feeds := []record.Feed{"dir", "case/o-a"}
	l.community(1)
	r := newReferral(t)
	l.put(record.Referral, r.ID, r, "o-a", "o-b")
	e := referral.Event{ID: uuid.NewString(), Code: r.Code, Kind: referral.Shown, On: r.At}
	l.put(record.Event, e.ID, e, "o-a")
	l.bring(t, s, feeds...)
	l.sameAsHub(t, s, feeds...)
	got, evs, err := s.Referral(r.Code)
	if err != nil || got.ID != r.ID || len(evs) != 1 || evs[0].Seq != 3 {
		t.Fatalf("%+v %+v %v", got, evs, err)
	}
	l.put(record.Referral, r.ID, r, "o-b")
	l.put(record.Event, e.ID, e, "o-b")
	l.play(t, s, feeds...)
	l.sameAsHub(t, s, feeds...)
	if _, _, err := s.Referral(r.Code); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	l.put(record.Referral, r.ID, r, "o-a")
	l.play(t, s, feeds...)
	l.sameAsHub(t, s, feeds...)
	// a role that loses the family
	l.bring(t, s, "dir")
	if _, _, err := s.Referral(r.Code); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	l.sameAsHub(t, s, "dir")
	verified(t, s)
}

func TestALostViewComesBackWithoutTheHub(t *testing.T) {
	dir := t.TempDir()
	s := enrolled(t, made(dir))
	l := newLog()
	for i := range 120 {
		l.community(i)
	}
	feeds := []record.Feed{"case/o-ringsted-bibliotek", "dir"}
	theirs := newReferral(t)
	l.put(record.Referral, theirs.ID, theirs, record.Organisation("Ringsted Bibliotek"))
	l.bring(t, s, feeds...)
	at := l.position()
	mine := newReferral(t)
	if err := s.RecordReferral(mine); err != nil {
		t.Fatal(err)
	}
	l.community(500)
	l.play(t, s, feeds...)
	closeStore(t, s)
	if err := os.RemoveAll(filepath.Join(dir, "store")); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, Options{Dir: dir})
	if pos, err := s.Position(); err != nil || pos != at {
		t.Errorf("%+v %v", pos, err)
	}
	for _, r := range []referral.Referral{theirs, mine} {
		if got, _, err := s.Referral(r.Code); err != nil || got.ID != r.ID {
			t.Errorf("%+v %v", got, err)
		}
	}
	if e, err := s.Enrolment(); err != nil || e == nil || e.Device != "d-1" {
		t.Errorf("%+v %v", e, err)
	}
	if n := countCommunities(t, s); n != 120 {
		t.Error(n)
	}
	l.play(t, s, feeds...)
	l.sameAsHub(t, s, feeds...)
	verified(t, s)
}

// Whatever comes in whatever order, what is confirmed here is what the hub has,
// the digests that are kept up are those of a scan, and the view adds up.
func TestDigestsAreThoseOfAScanWhateverComes(t *testing.T) {
	checks(t, "10") // each of them opens a store
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp("", "replica")
		if err != nil {
			rt.Fatal(err)
		}
		defer os.RemoveAll(dir)
		s, err := Open(context.Background(), made(dir))
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { s.Close() }()
		if err := s.Enrol(enrolment1()); err != nil {
			rt.Fatal(err)
		}
		m := &model{t: t, rt: rt, s: s, l: newLog(), feeds: []record.Feed{"case/o-a", "staff", "tip", "org", "dir/m1"}, dir: dir}
		m.l.bring(t, s, m.feeds...)
		rt.Repeat(map[string]func(*rapid.T){
			"":         func(*rapid.T) { m.invariant() },
			"put":      m.put,
			"remove":   m.remove,
			"play":     func(*rapid.T) { m.l.play(t, m.s, m.feeds...) },
			"bring":    func(*rapid.T) { m.l.bring(t, m.s, m.feeds...) },
			"feeds":    m.chooseFeeds,
			"edit":     m.edit,
			"else":     m.editElse,
			"others":   m.others,
			"refer":    m.refer,
			"push":     m.push,
			"reopen":   func(*rapid.T) { m.reopen(false) },
			"lost":     func(*rapid.T) { m.reopen(true) },
			"give":     m.giveBack,
			"conflict": m.resolve,
		})
		s = m.s
		m.l.play(t, m.s, m.feeds...)
		m.l.bring(t, m.s, m.feeds...)
		m.l.sameAsHub(t, m.s, m.feeds...)
		verified(t, m.s)
	})
}
