// Package logtest holds every implementation of log.Log to its contract: one
// suite, run by each of them on itself. It knows the contract alone. What an
// implementation promises beyond it (its files, its cluster) it tests at home.
package logtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/sync/log"
)

// Opener is one log under test.
type Opener struct {
	// Open opens the log; the first time it is empty. The suite closes it.
	Open func(t testing.TB) log.Log
	// Find counts a marker in all that the log keeps where it keeps it, opened
	// with every key there is. nil: nobody can look there.
	Find func(t testing.TB, marker string) int
	// Slow is for logs beyond a network: fewer rounds.
	Slow bool
}

// Run holds the logs that fresh gives to the contract. Each call of fresh gives
// a log that was never used.
func Run(t *testing.T, fresh func(t *testing.T) Opener) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T, o Opener)
	}{
		{"ReadsInOrderOfEachKeyTheLastValue", testOrder},
		{"KeepsEveryByte", testBytes},
		{"StoresABatchWhollyOrNotAtAll", testBatch},
		{"HoldsEachKeyToWhereItWasExpected", testExpect},
		{"RefusesWhatCanNeverBeStored", testLimits},
		{"StoresALargeBatchAtOnce", testLargeBatch},
		{"IsSafeToAskAgain", testAgain},
		{"KnowsWhichLogItIs", testEpoch},
		{"SaysWhenAReaderComesTooLate", testFloor},
		{"ErasesEveryTrace", testErase},
		{"WakesWhoWaits", testWait},
		{"ShowsAFollowerEverything", testFollower},
		{"LetsWritersCompete", testWriters},
		{"IsTheSameAfterClosing", testReopen},
		{"GoesOnFromABackup", testRestore},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, fresh(t)) })
	}
}

func open(t testing.TB, o Opener) log.Log {
	t.Helper()
	l := o.Open(t)
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return l
}

func ctx(t testing.TB) context.Context {
	c, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return c
}

// put makes an entry whose operation is named after key and value.
func put(key, value string) log.Entry {
	return log.Entry{Key: key, Value: []byte(value), Op: "op-" + key}
}

func gone(key string) log.Entry {
	return log.Entry{Key: key, Value: []byte("was here"), Op: "gone-" + key, Tombstone: true}
}

func expect(e log.Entry, seq uint64) log.Entry {
	e.Expect = log.At(seq)
	return e
}

func appended(t testing.TB, l log.Log, batch ...log.Entry) (first uint64) {
	t.Helper()
	first, err := l.Append(ctx(t), batch)
	if err != nil {
		t.Fatalf("append: %v", err)
	}
	return first
}

func read(t testing.TB, l log.Log, after uint64) (rs []log.Record) {
	t.Helper()
	last := after
	for r, err := range l.Read(ctx(t), after) {
		if err != nil {
			t.Fatalf("read after %d: %v", after, err)
		}
		if r.Seq <= last {
			t.Fatalf("read after %d: %d follows %d", after, r.Seq, last)
		}
		last = r.Seq
		rs = append(rs, r)
	}
	return rs
}

func state(t testing.TB, l log.Log) log.State {
	t.Helper()
	s, err := l.State(ctx(t))
	if err != nil {
		t.Fatalf("state: %v", err)
	}
	return s
}

// says writes records down so that they can be compared.
func says(rs []log.Record) (out []string) {
	for _, r := range rs {
		s := fmt.Sprintf("%d %s %q %s", r.Seq, r.Key, r.Value, r.Op)
		if r.Tombstone {
			s += " gone"
		}
		out = append(out, s)
	}
	return out
}

func same(t testing.TB, what string, got, want []log.Record) {
	t.Helper()
	if g, w := fmt.Sprintf("%q", says(got)), fmt.Sprintf("%q", says(want)); g != w {
		t.Errorf("%s:\n got %s\nwant %s", what, g, w)
	}
}

func conflict(t testing.TB, err error, key string, seq uint64, op string) {
	t.Helper()
	var c *log.ConflictError
	if !errors.As(err, &c) || *c != (log.ConflictError{Key: key, Seq: seq, Op: op}) {
		t.Errorf("got %v, want %s at %d (%s)", err, key, seq, op)
	}
}

func invalid(t testing.TB, err error, reason string) {
	t.Helper()
	var i *log.InvalidError
	if !errors.As(err, &i) || i.Reason != reason {
		t.Errorf("got %v, want not valid: %s", err, reason)
	}
}

func testOrder(t *testing.T, o Opener) {
	l := open(t, o)
	if s := state(t, l); s.Head != 0 || s.Floor != 0 {
		t.Fatalf("a new log is at %+v", s)
	}
	if rs := read(t, l, 0); len(rs) > 0 {
		t.Fatalf("a new log has %q", says(rs))
	}
	a := appended(t, l, put("a.1", "one"), put("b.1", "two"))
	b := appended(t, l, put("a.1", "three"))
	c := appended(t, l, gone("b.1"), put("c", "four"))
	if !(0 < a && a+1 < b && b < c) {
		t.Fatalf("sequences %d, %d, %d", a, b, c)
	}
	want := []log.Record{
		{Seq: b, Key: "a.1", Value: []byte("three"), Op: "op-a.1"},
		{Seq: c, Key: "b.1", Value: []byte("was here"), Op: "gone-b.1", Tombstone: true},
		{Seq: c + 1, Key: "c", Value: []byte("four"), Op: "op-c"},
	}
	same(t, "from the start", read(t, l, 0), want)
	same(t, "after what was replaced", read(t, l, a), want)
	same(t, "after the second", read(t, l, b), want[1:])
	same(t, "within a batch", read(t, l, c), want[2:])
	same(t, "at the head", read(t, l, c+1), nil)
	same(t, "beyond the head", read(t, l, c+1000), nil)
	if s := state(t, l); s.Head != c+1 || s.Floor != 0 {
		t.Errorf("at %+v, want head %d", s, c+1)
	}
	for _, w := range want {
		r, err := l.Last(ctx(t), w.Key)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "last", []log.Record{r}, []log.Record{w})
	}
	if _, err := l.Last(ctx(t), "a"); !errors.Is(err, log.ErrNotFound) {
		t.Errorf("a key that is only the beginning of one: %v", err)
	}
	// A reader that has enough stops the reading.
	for range l.Read(ctx(t), 0) {
		break
	}
	c1, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := l.Append(c1, []log.Entry{put("d", "")}); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits for this append: %v", err)
	}
	for _, err := range l.Read(c1, 0) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("nobody waits for this reading: %v", err)
		}
	}
}

func testBytes(t *testing.T, o Opener) {
	l := open(t, o)
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	entries := []log.Entry{
		{Key: "empty", Op: "x"},
		{Key: "every", Value: every, Op: string(every[:64])},
		{Key: "lines", Value: []byte("NATS/1.0\r\n\r\n"), Op: "a\r\nNats-Msg-Id: b"},
		{Key: "danish", Value: []byte("blåbærgrød"), Op: "Åse, Øjvind & søn %20"},
		{Key: "high", Value: every[128:], Op: string(every[192:])},
		{Key: "grave", Tombstone: true, Op: "y"},
	}
	first := appended(t, l, entries...)
	for i, r := range read(t, l, 0) {
		e := entries[i]
		if r.Seq != first+uint64(i) || r.Key != e.Key || !bytes.Equal(r.Value, e.Value) || r.Op != e.Op || r.Tombstone != e.Tombstone {
			t.Errorf("%s came back as %q", e.Key, says([]log.Record{r}))
		}
	}
}

func testBatch(t *testing.T, o Opener) {
	l := open(t, o)
	first := appended(t, l, put("a", "1"), put("b", "1"), put("c", "1"))
	before := read(t, l, 0)
	for i, r := range before {
		if r.Seq != first+uint64(i) {
			t.Errorf("%s is at %d, want %d", r.Key, r.Seq, first+uint64(i))
		}
	}
	head := state(t, l).Head
	_, err := l.Append(ctx(t), []log.Entry{put("a", "2"), put("new", "2"), expect(put("c", "2"), first), gone("b")})
	conflict(t, err, "c", first+2, "op-c")
	_, err = l.Append(ctx(t), []log.Entry{put("a", "2"), gone("b"), put("new", "2"), put("a", "3")})
	invalid(t, err, "batch")
	_, err = l.Append(ctx(t), []log.Entry{put("a", "2"), put("Not", "2")})
	invalid(t, err, "key")
	same(t, "after three refusals", read(t, l, 0), before)
	if s := state(t, l); s.Head != head {
		t.Errorf("a refused batch moved the head from %d to %d", head, s.Head)
	}
	if _, err := l.Last(ctx(t), "new"); !errors.Is(err, log.ErrNotFound) {
		t.Errorf("a refused batch left a key: %v", err)
	}
	next := appended(t, l, expect(put("c", "2"), first+2), expect(put("d", "1"), 0), put("a", "2"))
	if next <= head {
		t.Errorf("the next batch is at %d, behind %d", next, head)
	}
}

func testExpect(t *testing.T, o Opener) {
	l := open(t, o)
	a := appended(t, l, expect(put("a", "1"), 0))
	try := func(e log.Entry) error {
		_, err := l.Append(ctx(t), []log.Entry{e})
		return err
	}
	conflict(t, try(expect(put("a", "x"), 0)), "a", a, "op-a")
	conflict(t, try(expect(put("a", "x"), a+1)), "a", a, "op-a")
	conflict(t, try(expect(put("b", "x"), a)), "b", 0, "")
	b := appended(t, l, expect(gone("a"), a))
	conflict(t, try(expect(put("a", "x"), 0)), "a", b, "gone-a")
	conflict(t, try(expect(put("a", "x"), a)), "a", b, "gone-a")
	c := appended(t, l, expect(put("a", "2"), b))
	d := appended(t, l, put("a", "3")) // wherever it is
	conflict(t, try(expect(put("a", "x"), c)), "a", d, "op-a")
	e := appended(t, l, expect(gone("a"), d), put("z", "1"))
	if err := l.Purge(ctx(t), e); err != nil {
		t.Fatal(err)
	}
	conflict(t, try(expect(put("a", "x"), e)), "a", 0, "")
	appended(t, l, expect(put("a", "4"), 0))
}

func testAgain(t *testing.T, o Opener) {
	l := open(t, o)
	a := appended(t, l, expect(put("a", "1"), 0), expect(put("b", "1"), 0))
	// The answer was lost; the same batch comes again.
	_, err := l.Append(ctx(t), []log.Entry{expect(put("a", "1"), 0), expect(put("b", "1"), 0)})
	conflict(t, err, "a", a, "op-a")
	// The caller gives up at a random moment and asks again until it knows.
	rounds, unknown := 60, 0
	if o.Slow {
		rounds = 25
	}
	at := map[string]uint64{}
	for i := range rounds {
		key := fmt.Sprint("k", i%3)
		e := expect(put(key, fmt.Sprint(i)), at[key])
		e.Op = fmt.Sprint("round-", i)
		for first := true; ; first = false {
			c, cancel := context.WithTimeout(context.Background(), time.Minute)
			if first {
				time.AfterFunc(time.Duration(i)*50*time.Microsecond, cancel)
			}
			seq, err := l.Append(c, []log.Entry{e})
			cancel()
			var conflict *log.ConflictError
			if errors.As(err, &conflict) {
				if conflict.Key != key || conflict.Op != e.Op {
					t.Fatalf("round %d: %v, and nobody else writes", i, err)
				}
				seq, err = conflict.Seq, nil
			}
			if err == nil {
				at[key] = seq
				break
			}
			if errors.Is(err, log.ErrUnknown) {
				unknown++
			} else if !errors.Is(err, context.Canceled) {
				t.Fatalf("round %d: %v", i, err)
			}
		}
		r, err := l.Last(ctx(t), key)
		if err != nil || r.Op != e.Op || r.Seq != at[key] {
			t.Fatalf("round %d: %q, %v, want at %d", i, says([]log.Record{r}), err, at[key])
		}
	}
	t.Logf("%d of %d answers were unknown", unknown, rounds)
}
