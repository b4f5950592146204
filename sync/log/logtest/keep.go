package logtest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/sync/log"
)

func testLimits(t *testing.T, o Opener) {
	l := open(t, o)
	try := func(batch ...log.Entry) error {
		_, err := l.Append(ctx(t), batch)
		return err
	}
	for _, key := range []string{"", ".", "a.", ".a", "a..b", "A", "a_b", "a b", "a*", "a.>", "æ", "$sys", "a/b", strings.Repeat("k", log.MaxKey+1)} {
		invalid(t, try(put(key, "")), "key")
		var i *log.InvalidError
		if err := l.Erase(ctx(t), key); !errors.As(err, &i) {
			t.Errorf("erase %q: %v", key, err)
		}
	}
	invalid(t, try(), "batch")
	many := make([]log.Entry, log.MaxBatch+1)
	for i := range many {
		many[i] = put(fmt.Sprint("many.", i), "x")
	}
	invalid(t, try(many...), "batch")
	large := put("large", "")
	large.Value = make([]byte, log.MaxValue+1)
	invalid(t, try(large), "value")
	for _, op := range []string{"", strings.Repeat("o", 65)} {
		e := put("a", "x")
		e.Op = op
		invalid(t, try(e), "op")
	}
	if s := state(t, l); s.Head != 0 {
		t.Errorf("what was not valid moved the head to %d", s.Head)
	}
	large.Value, large.Op = large.Value[1:], strings.Repeat("ø", 32)
	ok := []log.Entry{large, put("a-1.b.c-", "x"), put("0.-", "x"), {Key: strings.Repeat("k", log.MaxKey), Op: "x"}}
	first := appended(t, l, ok...)
	if rs := read(t, l, 0); len(rs) != len(ok) || len(rs[0].Value) != log.MaxValue {
		t.Errorf("%d of %d records", len(rs), len(ok))
	}
	if next := appended(t, l, many[:log.MaxBatch]...); next != first+uint64(len(ok)) && next <= first {
		t.Errorf("%d follows %d", next, first)
	}
	if rs := read(t, l, first+uint64(len(ok))-1); len(rs) != log.MaxBatch {
		t.Errorf("%d of %d records", len(rs), log.MaxBatch)
	}
}

// Ten values of the largest size are more than any frame, transaction or
// message holds; still nobody sees some of them without the others.
func testLargeBatch(t *testing.T, o Opener) {
	l := open(t, o)
	batch := make([]log.Entry, 10)
	for i := range batch {
		batch[i] = put(fmt.Sprintf("large.%d", i), "")
	}
	fill := func(round byte) {
		for i := range batch {
			batch[i].Value = []byte(strings.Repeat(string('a'+rune(round)), log.MaxValue))
		}
	}
	fill(0)
	appended(t, l, batch...)
	stop, seen := make(chan struct{}), make(chan error, 1)
	go func() {
		for {
			// Of two keys read one after the other the second is never behind.
			first, err := l.Last(ctx(t), batch[9].Key)
			var second log.Record
			if err == nil {
				second, err = l.Last(ctx(t), batch[0].Key)
			}
			if err == nil && second.Value[0] < first.Value[0] {
				err = fmt.Errorf("half a batch: %c behind %c", second.Value[0], first.Value[0])
			}
			select {
			case <-stop:
				seen <- err
				return
			default:
			}
			if err != nil {
				seen <- err
				return
			}
		}
	}()
	var firsts []uint64
	for round := range byte(2) {
		fill(round + 1)
		firsts = append(firsts, appended(t, l, batch...))
	}
	close(stop)
	if err := <-seen; err != nil {
		t.Error(err)
	}
	rs := read(t, l, 0)
	if len(rs) != len(batch) {
		t.Fatalf("%d records", len(rs))
	}
	for i, r := range rs {
		if r.Seq != firsts[1]+uint64(i) || r.Value[0] != 'c' {
			t.Errorf("%s is %c at %d", r.Key, r.Value[0], r.Seq)
		}
	}
}

func testEpoch(t *testing.T, o Opener) {
	l := o.Open(t)
	s := state(t, l)
	if s.Epoch == 0 || s.Epoch > log.MaxSeq {
		t.Errorf("epoch %d", s.Epoch)
	}
	appended(t, l, put("a", "1"))
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if again := state(t, open(t, o)); again.Epoch != s.Epoch {
		t.Errorf("epoch %d, then %d", s.Epoch, again.Epoch)
	}
}

func testFloor(t *testing.T, o Opener) {
	l := o.Open(t)
	late := func(after uint64) error {
		for _, err := range l.Read(ctx(t), after) {
			return err
		}
		return nil
	}
	a := appended(t, l, put("a", "1"), put("b", "1"), put("c", "1"), put("d", "1"))
	b := appended(t, l, gone("a"), put("d", "2"))
	c := appended(t, l, gone("b"))
	if err := l.Purge(ctx(t), b); err != nil {
		t.Fatal(err)
	}
	if err := l.Purge(ctx(t), a); err != nil { // a floor never sinks
		t.Fatal(err)
	}
	want := []log.Record{
		{Seq: a + 2, Key: "c", Value: []byte("1"), Op: "op-c"},
		{Seq: b + 1, Key: "d", Value: []byte("2"), Op: "op-d"},
		{Seq: c, Key: "b", Value: []byte("was here"), Op: "gone-b", Tombstone: true},
	}
	check := func(when string) {
		t.Helper()
		if s := state(t, l); s.Floor != b || s.Head != c {
			t.Errorf("%s: at %+v, want floor %d, head %d", when, s, b, c)
		}
		for _, after := range []uint64{1, a, b - 1} {
			if err := late(after); !errors.Is(err, log.ErrBelowFloor) {
				t.Errorf("%s: after %d: %v", when, after, err)
			}
		}
		same(t, when, read(t, l, b), want[1:])
		same(t, when+", for who has nothing", read(t, l, 0), want)
		if _, err := l.Last(ctx(t), "a"); !errors.Is(err, log.ErrNotFound) {
			t.Errorf("%s: a purged key: %v", when, err)
		}
		for _, w := range want {
			if r, err := l.Last(ctx(t), w.Key); err != nil {
				t.Errorf("%s: %s: %v", when, w.Key, err)
			} else {
				same(t, when, []log.Record{r}, []log.Record{w})
			}
		}
	}
	check("at once")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l = open(t, o)
	check("opened again")
	if err := l.Purge(ctx(t), c); err != nil {
		t.Fatal(err)
	}
	same(t, "at the head", read(t, l, c), nil)
	if s := state(t, l); s.Floor != c || s.Head != c {
		t.Errorf("all purged: %+v", s)
	}
	d := appended(t, l, put("e", "1"))
	if d <= c {
		t.Errorf("%d follows %d", d, c)
	}
	same(t, "and on", read(t, l, c), []log.Record{{Seq: d, Key: "e", Value: []byte("1"), Op: "op-e"}})
}

func testErase(t *testing.T, o Opener) {
	l := o.Open(t)
	find := o.Find
	if find == nil {
		find = func(testing.TB, string) int { return -1 }
	}
	secret, kept := "marker-of-somebody-0000", "marker-that-stays-1111"
	appended(t, l, put("card.1", secret), put("card.2", kept))
	seq := appended(t, l, put("card.1", secret+" again"))
	if o.Find != nil && find(t, secret) == 0 {
		t.Fatal("the search does not find what is there")
	}
	seq = appended(t, l, expect(gone("card.1"), seq))
	for range 2 { // the second time there is nothing
		if err := l.Erase(ctx(t), "card.1"); err != nil {
			t.Fatal(err)
		}
	}
	check := func(when string) {
		t.Helper()
		if _, err := l.Last(ctx(t), "card.1"); !errors.Is(err, log.ErrNotFound) {
			t.Errorf("%s: %v", when, err)
		}
		if rs := read(t, l, 0); len(rs) != 1 || rs[0].Key != "card.2" {
			t.Errorf("%s: %q", when, says(rs))
		}
		if s := state(t, l); s.Head < seq || s.Floor != 0 {
			t.Errorf("%s: %+v, the head was %d", when, s, seq)
		}
		if n := find(t, secret); n > 0 {
			t.Errorf("%s: the value is there %d times", when, n)
		}
		if n := find(t, kept); n == 0 {
			t.Errorf("%s: the other value is not found", when)
		}
	}
	check("at once")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	check2 := open(t, o)
	l = check2
	check("opened again")
	if next := appended(t, l, expect(put("card.1", "somebody else"), 0)); next <= seq {
		t.Errorf("%d follows %d", next, seq)
	}
	if err := l.Erase(ctx(t), "never.was"); err != nil {
		t.Errorf("a key that never was: %v", err)
	}
}

func testWait(t *testing.T, o Opener) {
	l := o.Open(t)
	short, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := l.Wait(short, 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("nothing came: %v", err)
	}
	seq := appended(t, l, put("a", "1"))
	if err := l.Wait(ctx(t), seq-1); err != nil {
		t.Errorf("it is there already: %v", err)
	}
	const waiters = 20
	woken := make(chan error, waiters)
	for range waiters {
		go func() { woken <- l.Wait(ctx(t), seq) }()
	}
	select {
	case err := <-woken:
		t.Errorf("woken for nothing: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	next := appended(t, l, put("a", "2"))
	for range waiters {
		if err := <-woken; err != nil {
			t.Error(err)
		}
	}
	go func() { woken <- l.Wait(ctx(t), next) }()
	time.Sleep(5 * time.Millisecond)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-woken; !errors.Is(err, log.ErrClosed) {
		t.Errorf("the log was closed: %v", err)
	}
}

// A follower that only ever moves its position forward ends with the same as a
// reader of everything, whatever is written meanwhile.
func testFollower(t *testing.T, o Opener) {
	l := open(t, o)
	rounds := 150
	if o.Slow {
		rounds = 60
	}
	end := make(chan uint64, 1)
	go func() {
		var head uint64
		for i := range rounds {
			batch := []log.Entry{put(fmt.Sprint("a.", i%7), fmt.Sprint(i)), put(fmt.Sprint("b.", i%5), fmt.Sprint(i))}
			if i%3 == 0 {
				batch = append(batch, gone(fmt.Sprint("c.", i%11)))
			}
			first, err := l.Append(ctx(t), batch)
			if err != nil {
				t.Errorf("append: %v", err)
				break
			}
			head = first + uint64(len(batch)) - 1
		}
		end <- head
	}()
	have := map[string]log.Record{}
	var at, until uint64
	for until == 0 || at < until {
		select {
		case until = <-end:
		default:
		}
		head := state(t, l).Head
		seen := uint64(0)
		for _, r := range read(t, l, at) {
			have[r.Key] = r
			seen = r.Seq
		}
		// What State said is all there is up to it; reading may give more.
		at = max(at, head, seen)
		if until == 0 || at < until {
			c, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
			if err := l.Wait(c, at); err != nil && !errors.Is(err, context.DeadlineExceeded) {
				t.Fatal(err)
			}
			cancel()
		}
	}
	all := read(t, l, 0)
	if len(all) != len(have) {
		t.Errorf("%d followed, %d there", len(have), len(all))
	}
	for _, r := range all {
		same(t, "followed", []log.Record{have[r.Key]}, []log.Record{r})
	}
}

func testReopen(t *testing.T, o Opener) {
	l := o.Open(t)
	for i := range 40 {
		appended(t, l, put(fmt.Sprint("a.", i%9), fmt.Sprint(i)), gone(fmt.Sprint("b.", i%4)))
	}
	before, was := read(t, l, 0), state(t, l)
	var wg sync.WaitGroup
	wg.Go(func() { // a reader under way is told
		for range 1000 {
			for _, err := range l.Read(context.Background(), 0) {
				if errors.Is(err, log.ErrClosed) {
					return
				}
				if err != nil {
					t.Errorf("reading while it is closed: %v", err)
					return
				}
			}
		}
	})
	for range 2 {
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	wg.Wait()
	c := ctx(t)
	_, err := l.Append(c, []log.Entry{put("a", "x")})
	_, err2 := l.Last(c, "a.1")
	_, err3 := l.State(c)
	for i, err := range []error{err, err2, err3, l.Wait(c, 0), l.Erase(c, "a"), l.Purge(c, 1)} {
		if !errors.Is(err, log.ErrClosed) {
			t.Errorf("call %d after closing: %v", i, err)
		}
	}
	for _, err := range l.Read(c, 0) {
		if !errors.Is(err, log.ErrClosed) {
			t.Errorf("read after closing: %v", err)
		}
	}
	l = open(t, o)
	same(t, "opened again", read(t, l, 0), before)
	if s := state(t, l); s != was {
		t.Errorf("%+v, then %+v", was, s)
	}
	if next := appended(t, l, put("a.1", "x")); next <= was.Head {
		t.Errorf("%d follows %d", next, was.Head)
	}
}

// restorer is a log that can go on from a backup.
type restorer interface {
	log.Log
	log.Restorer
}

func testRestore(t *testing.T, o Opener) {
	l, ok := o.Open(t).(restorer)
	if !ok {
		t.Fatal("it does not go on from a backup")
	}
	records := []log.Record{
		{Seq: 3, Key: "a", Value: []byte("1"), Op: "op-a"},
		{Seq: 70, Key: "b.1", Value: []byte("2"), Op: "op\r\nb"},
		{Seq: 71, Key: "c", Value: []byte("gone"), Op: "op-c", Tombstone: true},
	}
	for i := range 1200 { // more than a batch
		records = append(records, log.Record{Seq: uint64(100 + i), Key: fmt.Sprint("many.", i), Value: []byte("x"), Op: "op"})
	}
	backup := func(rs []log.Record, end error) iter.Seq2[log.Record, error] {
		return func(yield func(log.Record, error) bool) {
			for _, r := range rs {
				if !yield(r, nil) {
					return
				}
			}
			if end != nil {
				yield(log.Record{}, end)
			}
		}
	}
	torn := errors.New("the backup is torn")
	if err := l.Restore(ctx(t), 4711, 5000, backup(records, torn)); !errors.Is(err, torn) {
		t.Fatalf("a torn backup: %v", err)
	}
	if s := state(t, l); s.Head != 0 || s.Epoch == 4711 || len(read(t, l, 0)) > 0 {
		t.Fatalf("a torn backup left %+v", s)
	}
	if err := l.Restore(ctx(t), 4711, 5000, backup(records, nil)); err != nil {
		t.Fatal(err)
	}
	check := func(when string, head uint64) {
		t.Helper()
		if s := state(t, l); s.Epoch != 4711 || s.Floor != 5000 || s.Head != head {
			t.Errorf("%s: %+v", when, s)
		}
		same(t, when+", for who has nothing", read(t, l, 0), read(t, l, 5000))
		rs := read(t, l, 5000)
		if len(rs) < len(records) {
			t.Fatalf("%s: %d records of %d", when, len(rs), len(records))
		}
		for i, r := range records {
			if r.Seq = 0; rs[i].Seq <= 5000 {
				t.Fatalf("%s: %s is at %d", when, r.Key, rs[i].Seq)
			}
			got := rs[i]
			got.Seq = 0
			same(t, when, []log.Record{got}, []log.Record{r})
		}
		for _, err := range l.Read(ctx(t), 4999) {
			if !errors.Is(err, log.ErrBelowFloor) {
				t.Errorf("%s: below the floor: %v", when, err)
			}
			break
		}
	}
	head := state(t, l).Head
	if head < 5000+uint64(len(records)) {
		t.Errorf("the head is %d", head)
	}
	check("at once", head)
	if err := l.Restore(ctx(t), 4712, 1, backup(records, nil)); !errors.Is(err, log.ErrNotEmpty) {
		t.Errorf("a second time: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l = open(t, o).(restorer)
	check("opened again", head)
	b, err := l.Last(ctx(t), "b.1")
	if err != nil {
		t.Fatal(err)
	}
	if next := appended(t, l, expect(put("b.1", "3"), b.Seq), expect(put("new", "1"), 0)); next <= head {
		t.Errorf("%d follows %d", next, head)
	}
}
