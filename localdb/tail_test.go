package localdb

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/faellesskabsby/vejviser/localdb/record"
)

// afterInView is After as the view alone answers it.
func afterInView(t testing.TB, s *Store, f record.Family, seq uint64, limit int) []record.Record {
	t.Helper()
	tails := s.replica.tails
	tails.forget()
	tails.begin(f, 1<<64-1, nil) // behind which there is nothing
	out, err := s.After(t.Context(), f, seq, limit)
	if err != nil {
		t.Fatal(err)
	}
	tails.forget()
	return out
}

// TestTheEndOfTheLogInMemoryIsThatOfTheView plays whatever may come and asks from
// anywhere.
func TestTheEndOfTheLogInMemoryIsThatOfTheView(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := hubAt(t, t.TempDir())
		defer closeStore(t, s)
		l := newLog()
		families := []record.Family{record.Directory, record.Cases}
		for range rapid.IntRange(1, 12).Draw(rt, "deltas") {
			before := l.seq
			for range rapid.IntRange(0, 6).Draw(rt, "changes") {
				i := rapid.IntRange(0, 9).Draw(rt, "which")
				switch rapid.IntRange(0, 3).Draw(rt, "what") {
				case 0:
					l.remove(l.community(i))
				case 1:
					r := newReferral(nil, community(1).ID)
					r.ID = fmt.Sprintf("00000000-0000-7000-8000-00000000000%d", i)
					l.put(record.Referral, r.ID, r, "o-a", fmt.Sprint("o-", i%3))
				default:
					l.community(i)
				}
			}
			if err := s.Play(t.Context(), Delta{Records: l.all(before), To: l.position()}); err != nil {
				rt.Fatal(err)
			}
			if rapid.Bool().Draw(rt, "forget") {
				s.replica.tails.forget()
			}
			f := rapid.SampledFrom(families).Draw(rt, "family")
			seq := rapid.Uint64Range(0, l.seq+1).Draw(rt, "after")
			limit := rapid.IntRange(0, 5).Draw(rt, "limit")
			got, err := s.After(t.Context(), f, seq, limit)
			if err != nil {
				rt.Fatal(err)
			}
			kept := s.replica.tails.by
			want := afterInView(t, s, f, seq, limit)
			s.replica.tails.by = kept
			if !slices.EqualFunc(got, want, func(a, b record.Record) bool { return reflect.DeepEqual(a, b) }) {
				rt.Fatalf("%s behind %d, at most %d: %+v in memory, %+v in the view", f, seq, limit, got, want)
			}
		}
	})
}

// What falls off the end of the memory is in the view.
func TestWhatIsOlderThanTheMemoryIsReadFromTheView(t *testing.T) {
	ts := new(tails)
	ts.begin(record.Directory, 3, nil)
	for i := range uint64(tailRecords + 10) {
		ts.add([]record.Record{{Kind: record.Community, ID: fmt.Sprint(i % 9000), Seq: 4 + i}})
	}
	if _, ok, cold := ts.after(record.Directory, 12, 0); ok || cold {
		t.Error("it is said to be here:", ok, cold)
	}
	rs, ok, _ := ts.after(record.Directory, 13, 0)
	if !ok || len(rs) != tailRecords || rs[0].Seq != 14 {
		t.Error(ok, len(rs))
	}
	ts.add([]record.Record{{Kind: record.Community, ID: "old", Seq: 5}})
	if _, _, cold := ts.after(record.Directory, 13, 0); !cold {
		t.Error("what came in another order was taken in")
	}
}
