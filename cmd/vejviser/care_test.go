package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// watched is a caretaker on a real store, with a clock and a person to move.
type watched struct {
	*caretaker
	clock time.Time
	done  atomic.Uint64
	heard []localdb.Report
}

func watch(t *testing.T, dir string) (*watched, *localdb.Store) {
	t.Helper()
	w := &watched{clock: time.Date(2026, 11, 24, 18, 0, 0, 0, time.UTC)}
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: dir, Create: true, Now: func() time.Time { return w.clock }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	w.caretaker = &caretaker{store: s, uses: func() uint64 { return w.done.Load() }, now: func() time.Time { return w.clock }, busy: func() bool { return false },
		told: func(r localdb.Report, err error) {
			if err != nil {
				t.Error(err)
			}
			w.heard = append(w.heard, r)
		}, pause: time.Millisecond}
	return w, s
}

// quiet lets time pass in which nobody does anything.
func (w *watched) quiet(t *testing.T, d time.Duration) {
	t.Helper()
	w.look(t.Context())
	w.clock = w.clock.Add(d)
	w.look(t.Context())
}

func TestTheStoreIsReadInFullOnceAWeekWhenNobodyIsThere(t *testing.T) {
	w, s := watch(t, t.TempDir())
	if w.quiet(t, time.Hour); len(w.heard) != 0 {
		t.Error("it was read although it is new")
	}
	w.clock = w.clock.Add(8 * 24 * time.Hour)
	w.done.Add(1) // somebody is there
	if w.quiet(t, 9*time.Minute); len(w.heard) != 0 {
		t.Error("it was read while somebody was there")
	}
	w.clock = w.clock.Add(time.Minute)
	w.look(t.Context())
	if len(w.heard) != 1 || !w.heard[0].OK {
		t.Fatalf("heard %+v", w.heard)
	}
	if st, err := s.Status(); err != nil || !st.LastFull.Equal(w.clock) {
		t.Errorf("last read in full %s, %v", st.LastFull, err)
	}
	if w.quiet(t, 6*24*time.Hour); len(w.heard) != 1 {
		t.Error("it was read again within the week")
	}
}

func TestAKeyPressEndsACheckAndItIsMadeLater(t *testing.T) {
	w, _ := watch(t, t.TempDir())
	w.clock = w.clock.Add(8 * 24 * time.Hour)
	w.look(t.Context())
	w.clock = w.clock.Add(careIdle)
	slow := &interrupted{careStore: w.store, came: func() { w.done.Add(1) }}
	w.store = slow
	if w.look(t.Context()); len(w.heard) != 0 || !errors.Is(slow.err, context.Canceled) {
		t.Fatalf("heard %+v, ended with %v", w.heard, slow.err)
	}
	slow.came = nil
	if w.quiet(t, careIdle); len(w.heard) != 1 {
		t.Errorf("heard %+v", w.heard)
	}
}

// interrupted is the store, with a person who comes as its check begins.
type interrupted struct {
	careStore
	came func()
	err  error
}

func (i *interrupted) Verify(ctx context.Context, repair bool) (localdb.Report, error) {
	if i.came == nil {
		return i.careStore.Verify(ctx, repair)
	}
	i.came()
	<-ctx.Done() // before it has read anything
	i.err = ctx.Err()
	return localdb.Report{}, i.err
}

// What is lost for good is told until a person has read it: no check made by
// itself forgets it.
func TestACheckMadeByItselfForgetsNoLoss(t *testing.T) {
	dir := t.TempDir()
	func() {
		s, err := localdb.Open(context.Background(), localdb.Options{Dir: dir, Create: true})
		if err != nil {
			t.Fatal(err)
		}
		for range 40 {
			if err := s.SetSetting("test", time.Now().String()); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}()
	segments, err := filepath.Glob(filepath.Join(dir, "journal", "*.jnl"))
	if err != nil || len(segments) == 0 {
		t.Fatal(segments, err)
	}
	info, err := os.Stat(segments[len(segments)-1])
	if err := errors.Join(err, os.RemoveAll(filepath.Join(dir, "store")), os.Truncate(segments[len(segments)-1], info.Size()/2)); err != nil {
		t.Fatal(err)
	}
	w, s := watch(t, dir)
	w.clock = w.clock.Add(8 * 24 * time.Hour)
	if w.quiet(t, careIdle); len(w.heard) != 1 || w.heard[0].Missing == 0 {
		t.Errorf("heard %+v", w.heard)
	}
	if st, err := s.Status(); err != nil || st.Missing == 0 {
		t.Errorf("%+v %v", st, err)
	}
}

func TestWhatPeopleDoIsCounted(t *testing.T) {
	test.NewTempApp(t)
	e := widget.NewEntry()
	w := test.NewTempWindow(t, e)
	w.Canvas().Focus(e)
	before := widget.Uses()
	test.Type(e, "å")
	if widget.Uses() == before {
		t.Error("a letter is nothing")
	}
	before = widget.Uses()
	test.Tap(widget.NewQuietButton("x", "", nil))
	if widget.Uses() == before {
		t.Error("a press is nothing")
	}
}
