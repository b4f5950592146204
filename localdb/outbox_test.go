package localdb

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

func outbox(t testing.TB, s *Store) []journal.Op {
	t.Helper()
	ops, err := s.Outbox(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	return ops
}

func kindsIn(ops []journal.Op) (out []string) {
	for _, op := range ops {
		out = append(out, op.Kind)
	}
	return out
}

// withoutView removes the view of a closed store and opens it again.
func withoutView(t *testing.T, s *Store) *Store {
	t.Helper()
	dir := s.o.Dir
	closeStore(t, s)
	if err := os.RemoveAll(filepath.Join(dir, "store")); err != nil {
		t.Fatal(err)
	}
	return openAt(t, Options{Dir: dir})
}

func TestTheOutboxIsWhatIsNotSettledInOrder(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	ids := []string{"00000000-0000-4000-8000-000000000001"}
	r := newReferral(t, ids...)
	for _, err := range []error{
		s.RecordReferral(r),
		s.SetSetting(SettingDesk, "Skranken"), // never leaves the machine
		s.Suggest(Suggestion{Community: ids[0], Text: "De mødes kl. 11"}),
		s.EditCommunity(nil, &directory.Community{Name: "Nyt kor"}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for round := range 3 {
		ops := outbox(t, s)
		if got := kindsIn(ops); !slices.Equal(got, []string{"referral", "event", "suggestion", "edit"}) {
			t.Fatalf("round %d: %v", round, got)
		}
		if !slices.IsSortedFunc(ops, func(a, b journal.Op) int { return int(a.Counter) - int(b.Counter) }) {
			t.Error("not in the order of the counters")
		}
		if two, err := s.Outbox(t.Context(), 2); err != nil || len(two) != 2 || two[1].ID != ops[1].ID {
			t.Errorf("%v %v", two, err)
		}
		if ops[3].Counter > s.LastCounter() || ops[0].Device == "" || ops[0].Body == nil || ops[0].At.IsZero() {
			t.Errorf("%+v", ops[0])
		}
		if round == 1 {
			s = withoutView(t, s)
		}
	}
	ops := outbox(t, s)
	fs := []Fate{{Counter: ops[0].Counter, State: FateAccepted, Seq: 4, Epoch: 7}, {Counter: ops[1].Counter, State: FateDuplicate, Seq: 5, Epoch: 7},
		{Counter: ops[2].Counter, State: FateLater}, {Counter: 999, State: FateAccepted}}
	if err := s.Settle(fs); err != nil {
		t.Fatal(err)
	}
	for round := range 2 {
		if got := kindsIn(outbox(t, s)); !slices.Equal(got, []string{"suggestion", "edit"}) {
			t.Fatalf("round %d: %v", round, got)
		}
		if known, err := s.Known(); err != nil || known != ops[1].Counter {
			t.Errorf("known %d, want %d: %v", known, ops[1].Counter, err)
		}
		if st, err := s.Status(); err != nil || st.Waiting != 2 || st.Referrals != 1 {
			t.Errorf("%+v %v", st, err)
		}
		s = withoutView(t, s)
	}
	verified(t, s)
}

func TestARefusedOperationIsKeptUntilAPersonDecides(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	id := "00000000-0000-4000-8000-000000000001"
	for _, text := range []string{"første", "anden"} {
		if err := s.Suggest(Suggestion{Community: id, Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	ops := outbox(t, s)
	if err := s.Settle([]Fate{{Counter: ops[0].Counter, State: FateRefused, Code: "cpr", Field: "text"}, {Counter: ops[1].Counter, State: FateRefused, Code: "role"}}); err != nil {
		t.Fatal(err)
	}
	s = withoutView(t, s)
	refused, err := s.Refused()
	if err != nil || len(refused) != 2 || refused[0].Fate.Code != "cpr" || refused[0].Kind != "suggestion" || len(refused[0].Body) == 0 {
		t.Fatalf("%+v %v", refused, err)
	}
	if st, err := s.Status(); err != nil || st.Refused != 2 || st.Waiting != 0 || st.Suggestions != 2 {
		t.Errorf("%+v %v", st, err)
	}
	if err := errors.Join(s.Retry(ops[0].Counter), s.Discard(ops[1].Counter)); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{s.Retry(ops[0].Counter), s.Discard(ops[1].Counter), s.Retry(999)} {
		if !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
	}
	for range 2 {
		again := outbox(t, s)
		if len(again) != 1 || again[0].Counter <= ops[1].Counter || string(again[0].Body) != string(ops[0].Body) {
			t.Fatalf("%+v", again)
		}
		if gs, err := s.Suggestions(); err != nil || len(gs) != 1 || gs[0].Text != "første" {
			t.Errorf("%+v %v", gs, err)
		}
		if refused, err := s.Refused(); err != nil || len(refused) != 0 {
			t.Errorf("%+v %v", refused, err)
		}
		s = withoutView(t, s)
	}
	verified(t, s)
}

// An own act is shown while it waits, and once: when the hub's record comes it
// takes its place, and where it never comes here it goes when it was taken.
func TestWhatWasDoneHereIsShownOnce(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	l := newLog()
	feeds := []record.Feed{"dir", "case/o-a"}
	l.bring(t, s, feeds...)
	r := newReferral(t)
	if err := errors.Join(s.RecordReferral(r), s.Suggest(Suggestion{Community: "c", Text: "nyt"})); err != nil {
		t.Fatal(err)
	}
	shown := func(referrals, events, suggestions int) {
		t.Helper()
		rs, err1 := s.Referrals()
		_, es, err2 := s.Referral(r.Code)
		gs, err3 := s.Suggestions()
		if err := errors.Join(err1, err2, err3); err != nil || len(rs) != referrals || len(es) != events || len(gs) != suggestions {
			t.Fatalf("%d referrals, %d events, %d suggestions: %v", len(rs), len(es), len(gs), err)
		}
	}
	shown(1, 1, 1)
	var fs []Fate
	for _, op := range outbox(t, s) {
		kind := record.Kind(op.Kind)
		id, err := idOf(op.Body)
		if err != nil {
			t.Fatal(err)
		}
		fs = append(fs, Fate{Counter: op.Counter, State: FateAccepted, Seq: l.put(kind, id, op.Body, "o-a").Seq, Epoch: 7})
	}
	if err := s.Settle(fs); err != nil {
		t.Fatal(err)
	}
	shown(1, 1, 0) // the referral is still its own; suggestions do not come to a desk
	l.play(t, s, feeds...)
	shown(1, 1, 0)
	if _, es, err := s.Referral(r.Code); err != nil || es[0].Seq == 0 {
		t.Errorf("%+v %v", es, err)
	}
	if err := s.RecordReferral(r); !errors.Is(err, ErrDuplicate) {
		t.Error(err)
	}
	if err := s.Release(l.position()); err != nil {
		t.Fatal(err)
	}
	if err := s.RecordReferral(r); !errors.Is(err, ErrDuplicate) {
		t.Error("after it was released:", err)
	}
	shown(1, 1, 0)
	s = withoutView(t, s) // its snapshot is from before
	l.play(t, s, feeds...)
	shown(1, 1, 0)
	l.sameAsHub(t, s, feeds...)
	verified(t, s)
}

func TestAcknowledgedOperationsAreGivenBack(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	l := newLog()
	feeds := []record.Feed{"dir", "case/o-a"}
	l.bring(t, s, feeds...)
	var codes []referral.Code
	for range 4 {
		r := newReferral(t)
		if err := s.RecordReferral(r); err != nil {
			t.Fatal(err)
		}
		codes = append(codes, r.Code)
	}
	ops := outbox(t, s)
	var fs []Fate
	for _, op := range ops {
		id, _ := idOf(op.Body)
		fs = append(fs, Fate{Counter: op.Counter, State: FateAccepted, Seq: l.put(record.Kind(op.Kind), id, op.Body, "o-a").Seq, Epoch: 7})
	}
	if err := s.Settle(fs); err != nil {
		t.Fatal(err)
	}
	l.play(t, s, feeds...)
	// The hub's backup has the first two; then it is lost, and comes back.
	if err := s.Release(record.Position{Epoch: 7, Seq: fs[3].Seq}); err != nil {
		t.Fatal(err)
	}
	back := newLog()
	back.epoch = 8
	for _, op := range ops[:4] {
		id, _ := idOf(op.Body)
		back.put(record.Kind(op.Kind), id, op.Body, "o-a")
	}
	n, err := s.GiveBack(ops[3].Counter, 8)
	if err != nil || n != 4 {
		t.Fatalf("%d given back: %v", n, err)
	}
	if n, err := s.GiveBack(ops[3].Counter, 8); err != nil || n != 0 {
		t.Errorf("%d given back twice: %v", n, err)
	}
	back.bring(t, s, feeds...)
	for round := range 2 {
		if got := outbox(t, s); len(got) != 4 || got[0].Counter != ops[4].Counter {
			t.Errorf("round %d: %v", round, kindsIn(got))
		}
		if known, err := s.Known(); err != nil || known > ops[3].Counter {
			t.Errorf("known %d: %v", known, err)
		}
		for _, code := range codes { // never out of sight
			if r, es, err := s.Referral(code); err != nil || r.ID == "" || len(es) != 1 {
				t.Errorf("%s: %+v %v %v", code, r, es, err)
			}
		}
		back.sameAsHub(t, s, feeds...)
		s = withoutView(t, s)
	}
	verified(t, s)
}

func keptOps(t *testing.T, s *Store) (n int) {
	t.Helper()
	err := s.read(func(txn *badger.Txn) error {
		n = countKeys(txn, []byte(spaceKept))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// What a backup held when the hub came back from it need not be kept for ever.
func TestWhatARestoredHubHasIsReleased(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	l := newLog()
	feeds := []record.Feed{"dir", "case/o-a"}
	l.bring(t, s, feeds...)
	back := newLog()
	back.epoch = 8
	var fs []Fate
	for range 5 {
		if err := s.RecordReferral(newReferral(t)); err != nil {
			t.Fatal(err)
		}
	}
	for _, op := range outbox(t, s) {
		id, _ := idOf(op.Body)
		fs = append(fs, Fate{Counter: op.Counter, State: FateAccepted, Seq: l.put(record.Kind(op.Kind), id, op.Body, "o-a").Seq, Epoch: 7})
		back.put(record.Kind(op.Kind), id, op.Body, "o-a")
	}
	if err := s.Settle(fs); err != nil {
		t.Fatal(err)
	}
	l.play(t, s, feeds...)
	if err := s.Release(record.Position{Epoch: 8, Seq: 500}); err != nil || keptOps(t, s) != len(fs) {
		t.Errorf("%d of %d are kept, and nobody has said that the backup has them: %v", keptOps(t, s), len(fs), err)
	}
	if n, err := s.GiveBack(fs[len(fs)-1].Counter, 8); err != nil || n != 0 {
		t.Fatalf("%d given back: %v", n, err)
	}
	back.bring(t, s, feeds...)
	for range 2 {
		if err := s.Release(back.position()); err != nil || keptOps(t, s) != 0 {
			t.Errorf("%d are kept though the backup has them: %v", keptOps(t, s), err)
		}
		back.sameAsHub(t, s, feeds...)
		s = withoutView(t, s)
		back.play(t, s, feeds...)
	}
	verified(t, s)
}

// Segments go when the hub's backup has what is in them; what is still needed of
// them is carried over, and comes back from the journal alone.
func TestTheJournalIsTrimmedAndLosesNothing(t *testing.T) {
	dir := t.TempDir()
	o := made(dir)
	o.segment = 4 << 10
	s := enrolled(t, o)
	l := newLog()
	l.bring(t, s, "dir", "case/o-a")
	if err := errors.Join(s.SetSetting(SettingDesk, "Skranken"), s.Suggest(Suggestion{Community: "c", Text: "afvist"})); err != nil {
		t.Fatal(err)
	}
	refused := outbox(t, s)[0].Counter
	if err := s.Settle([]Fate{{Counter: refused, State: FateRefused, Code: "role"}}); err != nil {
		t.Fatal(err)
	}
	pinned := newReferral(t)
	if err := s.RecordReferral(pinned); err != nil {
		t.Fatal(err)
	}
	first := outbox(t, s)
	for range 60 {
		if err := s.RecordReferral(newReferral(t)); err != nil {
			t.Fatal(err)
		}
	}
	before, _ := filepath.Glob(filepath.Join(dir, "journal", "*.jnl"))
	var fs []Fate
	for _, op := range outbox(t, s)[2:] {
		id, _ := idOf(op.Body)
		fs = append(fs, Fate{Counter: op.Counter, State: FateAccepted, Seq: l.put(record.Kind(op.Kind), id, op.Body, "o-a").Seq, Epoch: 7})
	}
	last := s.LastCounter()
	if err := s.Settle(fs); err != nil {
		t.Fatal(err)
	}
	l.play(t, s, "dir", "case/o-a")
	if err := s.Release(l.position()); err != nil {
		t.Fatal(err)
	}
	after, _ := filepath.Glob(filepath.Join(dir, "journal", "*.jnl"))
	if len(before) < 8 || len(after) > 3 {
		t.Errorf("%d segments became %d", len(before), len(after))
	}
	verified(t, s)
	for round := range 2 {
		ops := outbox(t, s)
		if len(ops) != 2 || ops[0].Counter != first[0].Counter || string(ops[0].Body) != string(first[0].Body) || ops[0].ID != first[0].ID || !ops[0].At.Equal(first[0].At) {
			t.Errorf("round %d: %+v, want %+v", round, ops, first)
		}
		if rs, err := s.Refused(); err != nil || len(rs) != 1 || rs[0].Fate.Counter != refused {
			t.Errorf("round %d: %+v %v", round, rs, err)
		}
		if v, err := s.Setting(SettingDesk); err != nil || v != "Skranken" {
			t.Errorf("%q %v", v, err)
		}
		if e, err := s.Enrolment(); err != nil || e == nil || e.Device != "d-1" {
			t.Errorf("%+v %v", e, err)
		}
		if s.LastCounter() < last {
			t.Errorf("the counter fell from %d to %d", last, s.LastCounter())
		}
		s = withoutView(t, s)
		if st, err := s.Status(); err != nil || st.Missing != 0 {
			t.Errorf("%+v %v", st, err)
		}
		verified(t, s)
	}
	l.play(t, s, "dir", "case/o-a")
	if rs, err := s.Referrals(); err != nil || len(rs) != 61 {
		t.Errorf("%d referrals, %v", len(rs), err)
	}
}

func TestTheJournalGetsBackWhatItLostUnderTheSameCounter(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	dir := s.o.Dir
	for range 3 {
		if err := s.RecordReferral(newReferral(t)); err != nil {
			t.Fatal(err)
		}
	}
	want := outbox(t, s)
	if err := s.Settle([]Fate{{Counter: want[0].Counter, State: FateRefused, Code: "role"}}); err != nil {
		t.Fatal(err)
	}
	closeStore(t, s)
	segments, _ := filepath.Glob(filepath.Join(dir, "journal", "*.jnl"))
	for _, name := range segments {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	s = openAt(t, Options{Dir: dir})
	if r, err := s.Verify(t.Context(), true); err != nil || !r.OK {
		t.Errorf("%+v %v", r, err)
	}
	s = withoutView(t, s)
	got := outbox(t, s)
	if len(got) != len(want)-1 || got[0].Counter != want[1].Counter || got[0].ID != want[1].ID {
		t.Errorf("%v\n%v", got, want)
	}
	if rs, err := s.Refused(); err != nil || len(rs) != 1 {
		t.Errorf("%+v %v", rs, err)
	}
	if e, err := s.Enrolment(); err != nil || e == nil {
		t.Error(e, err)
	}
	verified(t, s)
}

// What the hub erased before it came back here is not shown any longer because it was
// done here: neither after a delta nor after everything was held against the hub.
func TestWhatWasErasedBeforeItCameIsNotShown(t *testing.T) {
	for _, how := range []string{"by a delta", "by arriving", "by a log that was restored"} {
		s := enrolled(t, made(t.TempDir()))
		l := newLog()
		feeds := []record.Feed{"dir", "case/o-a"}
		l.bring(t, s, feeds...)
		r := newReferral(t)
		if err := s.RecordReferral(r); err != nil {
			t.Fatal(err)
		}
		var fs []Fate
		for _, op := range outbox(t, s) {
			id, _ := idOf(op.Body)
			m := l.put(record.Kind(op.Kind), id, op.Body, "o-a")
			fs = append(fs, Fate{Counter: op.Counter, State: FateAccepted, Seq: m.Seq, Epoch: 7})
			l.remove(m)
		}
		if err := s.Settle(fs); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Referral(r.Code); err != nil {
			t.Error("out of sight before the log comes:", err)
		}
		switch how {
		case "by a delta":
			l.play(t, s, feeds...)
		case "by arriving":
			l.bring(t, s, feeds...)
		default:
			restored := newLog()
			restored.epoch = 8
			restored.community(1)
			restored.bring(t, s, feeds...)
		}
		if _, _, err := s.Referral(r.Code); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: it is shown: %v", how, err)
		}
		verified(t, s)
	}
}

// What the hub has erased does not come back from the journal, nor from an old
// snapshot.
func TestWhatWasErasedStaysErased(t *testing.T) {
	s := enrolled(t, made(t.TempDir()))
	l := newLog()
	feeds := []record.Feed{"dir", "case/o-a"}
	l.bring(t, s, feeds...)
	r := newReferral(t)
	if err := s.RecordReferral(r); err != nil {
		t.Fatal(err)
	}
	var fs []Fate
	var made []record.Record
	for _, op := range outbox(t, s) {
		id, _ := idOf(op.Body)
		made = append(made, l.put(record.Kind(op.Kind), id, op.Body, "o-a"))
		fs = append(fs, Fate{Counter: op.Counter, State: FateAccepted, Seq: l.seq, Epoch: 7})
	}
	if err := s.Settle(fs); err != nil {
		t.Fatal(err)
	}
	l.bring(t, s, feeds...) // the snapshot has it
	for _, m := range made {
		l.remove(m)
	}
	l.play(t, s, feeds...)
	for range 2 {
		if _, _, err := s.Referral(r.Code); !errors.Is(err, ErrNotFound) {
			t.Errorf("it is here: %v", err)
		}
		verified(t, s)
		s = withoutView(t, s)
	}
	var dump bytes.Buffer
	if err := errors.Join(s.Release(l.position()), s.journal.Turn(0), s.trimJournal(), s.Dump(&dump)); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(dump.String(), string(r.Code)) {
		t.Error("the journal or the snapshot still has it")
	}
}
