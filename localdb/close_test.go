package localdb

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

const closedTip = "0190a000-0000-7000-8000-0000000000d1"

func tips(t *testing.T, s *Store) (n int) {
	t.Helper()
	gs, err := s.Suggestions()
	gaps, err2 := s.Gaps()
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	return len(gs) + len(gaps)
}

func init() { children["close"] = childClose }

// childClose closes a suggestion and is killed between journal and view.
func childClose(args []string) {
	o := made(args[0])
	s, err := Open(context.Background(), o)
	must(err)
	must(s.Suggest(Suggestion{ID: closedTip, Community: newReferral(nil).Communities[0], Text: "De går nu om onsdagen"}))
	s.o.at = killAt("act", 1)
	must(s.CloseSuggestion(closedTip, ClosedDone))
}

func TestAClosingSurvivesAKillBetweenJournalAndView(t *testing.T) {
	dir := t.TempDir()
	if out, killed := run(t, "close", dir); !killed || !strings.Contains(out, "act journalled") {
		t.Fatal(out, killed)
	}
	s := openAt(t, Options{Dir: dir})
	if n := tips(t, s); n != 0 {
		t.Error("what was closed is there again")
	}
	if ops := outbox(t, s); len(ops) != 2 || ops[1].Kind != "close" {
		t.Errorf("%+v", ops)
	}
}

func TestAClosedSuggestionIsGoneAtOnceAndAfterARebuild(t *testing.T) {
	s := openAt(t, made(t.TempDir())) // no hub
	gap := match.Gap{Wishes: []string{"topic"}}
	if err := errors.Join(s.Suggest(Suggestion{ID: closedTip, Community: newReferral(nil).Communities[0], Text: "De går nu om onsdagen"}),
		s.Suggest(Suggestion{Community: newReferral(nil).Communities[0], Text: "Nyt lokale"}), s.RecordGap(gap)); err != nil {
		t.Fatal(err)
	}
	gaps, err := s.Gaps()
	if err != nil || len(gaps) != 1 {
		t.Fatal(gaps, err)
	}
	if err := errors.Join(s.CloseSuggestion(closedTip, ClosedDeclined), s.CloseGap(gaps[0].ID, ClosedDone)); err != nil {
		t.Fatal(err)
	}
	if err := s.CloseSuggestion(closedTip, ClosedDone); err != nil || len(outbox(t, s)) != 5 {
		t.Error("twice:", err, len(outbox(t, s)))
	}
	var no *directory.RefusedError
	if err := s.CloseSuggestion(closedTip, "forgotten"); !errors.As(err, &no) || no.Field != "outcome" {
		t.Error(err)
	}
	if err := s.CloseSuggestion("0190a000-0000-7000-8000-0000000000d9", ClosedDone); !errors.Is(err, ErrNotFound) {
		t.Error("of nothing:", err)
	}
	for range 2 {
		if n := tips(t, s); n != 1 {
			t.Errorf("%d are there", n)
		}
		s = withoutView(t, s)
	}
	w, err := s.Waiting()
	if err != nil || len(w) != 5 || w[3].Kind != "close" || w[3].ID != closedTip {
		t.Errorf("%+v %v", w, err)
	}
	verified(t, s)
}

func TestARefusedClosingBringsTheSuggestionBack(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	l := newLog()
	r := l.community(1)
	l.put(record.Suggestion, closedTip, Suggestion{ID: closedTip, Community: r.ID, Text: "Nyt lokale"}, "ringsted")
	l.bring(t, s, "dir", "tip")
	for i, outcome := range []string{ClosedDone, ClosedDeclined} {
		if err := s.CloseSuggestion(closedTip, outcome); err != nil || tips(t, s) != 0 {
			t.Fatal(i, err, tips(t, s))
		}
		ops := outbox(t, s)
		if len(ops) != 1 {
			t.Fatalf("%+v", ops)
		}
		if err := s.Settle([]Fate{{Counter: ops[0].Counter, State: FateRefused, Code: "role"}}); err != nil || tips(t, s) != 1 {
			t.Fatal(i, err, tips(t, s))
		}
	}
	verified(t, s)
}

// What a guide suggested and closed comes back from the log as a tombstone alone,
// and what closed it is kept until then.
func TestNothingOfAClosedSuggestionComesBackWhenItsActsAreForgotten(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	l := newLog()
	r := l.community(1)
	l.bring(t, s, "dir", "tip")
	if err := errors.Join(s.Suggest(Suggestion{ID: closedTip, Community: r.ID, Text: "Nyt lokale"}), s.CloseSuggestion(closedTip, ClosedDone)); err != nil {
		t.Fatal(err)
	}
	ops := outbox(t, s)
	epoch := l.position().Epoch
	at := l.position().Seq
	if err := s.Settle([]Fate{{Counter: ops[0].Counter, State: FateAccepted, Epoch: epoch, Seq: at + 1}, {Counter: ops[1].Counter, State: FateAccepted, Epoch: epoch, Seq: at + 2}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Release(record.Position{Epoch: epoch, Seq: at + 5}); err != nil || tips(t, s) != 0 {
		t.Fatal("before the log came:", err, tips(t, s))
	}
	gone := record.Record{Kind: record.Suggestion, ID: closedTip, Seq: at + 2, Deleted: true, Left: []string{"ringsted"}}
	if err := s.Play(t.Context(), Delta{Records: []record.Record{gone}, To: record.Position{Epoch: epoch, Seq: at + 2}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Release(record.Position{Epoch: epoch, Seq: at + 5}); err != nil || tips(t, s) != 0 {
		t.Fatal("afterwards:", err, tips(t, s))
	}
	if err := s.CloseSuggestion(closedTip, ClosedDone); err != nil || len(outbox(t, s)) != 0 {
		t.Error("what somebody else closed is closed:", err)
	}
	verified(t, s)
}

// A view that was made again is filled by buckets, which say nothing of what is gone.
func TestASuggestionThatAnotherClosedStaysGoneWhenTheViewIsMadeAgain(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	l := newLog()
	r := l.community(1)
	l.bring(t, s, "dir", "tip")
	g := Suggestion{ID: closedTip, Community: r.ID, Text: "Nyt lokale"}
	if err := s.Suggest(g); err != nil {
		t.Fatal(err)
	}
	x := l.put(record.Suggestion, closedTip, g, "ringsted")
	if err := s.Settle([]Fate{{Counter: outbox(t, s)[0].Counter, State: FateAccepted, Epoch: l.epoch, Seq: x.Seq}}); err != nil {
		t.Fatal(err)
	}
	l.remove(x)
	s = withoutView(t, s)
	l.bring(t, s, "dir", "tip")
	if n := tips(t, s); n != 0 {
		t.Error("it came back")
	}
	verified(t, s)
}
