package logtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/sync/log"
)

// Ack is an append that was acknowledged: a link in the chain of Key, and at the
// sequence behind it a key of its own, "once.<Op>".
type Ack struct {
	Key, Op string
	Seq     uint64
}

func (a Ack) String() string { return fmt.Sprintf("%s %s %d", a.Key, a.Op, a.Seq) }

// Load lets writers compete for a few keys until ctx ends. Each append moves one
// chain on, expecting it where it was seen, and leaves a key of its own, in one
// batch. The value of a chain names the operations that made it, the last 200 of
// them, so that a writer who did not learn what became of an append can find out
// as a hub would. ack is called for each append once its fate is known.
func Load(ctx context.Context, l log.Log, name string, writers, keys int, ack func(Ack)) error {
	var wg sync.WaitGroup
	errs := make(chan error, writers)
	for w := range writers {
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				a := Ack{Key: fmt.Sprint("chain.", rand.IntN(keys)), Op: fmt.Sprintf("%s-%d-%d", name, w, n)}
				done, err := link(ctx, l, &a)
				if err != nil {
					errs <- fmt.Errorf("%s: %w", a.Op, err)
					return
				}
				if done {
					ack(a)
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	return <-errs
}

// link appends one link. It gives up only where ctx ends, and says by done
// whether the link is there.
func link(ctx context.Context, l log.Log, a *Ack) (done bool, err error) {
	doubt := false
	for ctx.Err() == nil {
		var at uint64
		var ops []string
		r, err := l.Last(ctx, a.Key)
		switch {
		case err == nil:
			at, ops = r.Seq, strings.Fields(string(r.Value))
		case errors.Is(err, log.ErrNotFound):
		case transient(ctx, err):
			continue
		default:
			return false, err
		}
		if doubt && slices.Contains(ops, a.Op) {
			// It was stored; where, its own key knows.
			own, err := l.Last(ctx, "once."+a.Op)
			if err != nil {
				if transient(ctx, err) {
					continue
				}
				return false, fmt.Errorf("the chain has it and its own key is not there: %w", err)
			}
			a.Seq = own.Seq - 1
			return true, nil
		}
		n := 0
		if len(ops) > 0 {
			_, _ = fmt.Sscan(ops[0], &n)
			ops = ops[1:]
		}
		ops = append(ops[max(0, len(ops)-199):], a.Op)
		value := fmt.Sprint(n+1, " ", strings.Join(ops, " "))
		a.Seq, err = l.Append(ctx, []log.Entry{
			{Key: a.Key, Value: []byte(value), Expect: log.At(at), Op: a.Op},
			{Key: "once." + a.Op, Value: []byte(a.Key), Expect: log.At(0), Op: a.Op},
		})
		var conflict *log.ConflictError
		switch {
		case err == nil:
			return true, nil
		case errors.As(err, &conflict):
			doubt = doubt || conflict.Op == a.Op
		case errors.Is(err, log.ErrUnknown):
			doubt = true
		case transient(ctx, err):
		default:
			return false, err
		}
	}
	return false, nil
}

// transient says whether an error is one that passes.
func transient(ctx context.Context, err error) bool {
	if errors.Is(err, log.ErrNotFound) || errors.Is(err, log.ErrClosed) {
		return false
	}
	time.Sleep(time.Millisecond)
	return ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, log.ErrUnknown) || errors.Is(err, log.ErrUnavailable)
}

// Account is what Audit found.
type Account struct {
	Acknowledged, Lost, Duplicated, Forked int
	Unasked                                int // there, though nobody was told: the caller was gone
}

// Audit holds what a log has against everything that was acknowledged. Each
// acknowledged append must be there exactly once: its own key at its sequence,
// and its chain as long as its links.
func Audit(ctx context.Context, l log.Log, acks []Ack) (a Account, err error) {
	a.Acknowledged = len(acks)
	once, chains := map[string]log.Record{}, map[string]log.Record{}
	links := map[string]int{} // by chain
	for r, err := range l.Read(ctx, 0) {
		if err != nil {
			return a, err
		}
		if op, ok := strings.CutPrefix(r.Key, "once."); ok {
			once[op] = r
			links[string(r.Value)]++
		} else {
			chains[r.Key] = r
		}
	}
	asked := map[string]bool{}
	for _, ack := range acks {
		if asked[ack.Op] {
			a.Duplicated++
		}
		asked[ack.Op] = true
		if r, ok := once[ack.Op]; !ok || r.Seq != ack.Seq+1 || string(r.Value) != ack.Key {
			a.Lost++
		}
	}
	for op := range once {
		if !asked[op] {
			a.Unasked++
		}
	}
	for key, r := range chains {
		ops := strings.Fields(string(r.Value))
		n := 0
		_, _ = fmt.Sscan(ops[0], &n)
		if n < links[key] {
			a.Forked += links[key] - n // two links took the same place
		}
		if n > links[key] {
			a.Duplicated += n - links[key]
		}
		// The last links of the chain stand in the order of their sequences.
		seqs := make([]uint64, 0, len(ops)-1)
		for _, op := range ops[1:] {
			seqs = append(seqs, once[op].Seq)
		}
		if !slices.IsSorted(seqs) || once[ops[len(ops)-1]].Seq != r.Seq+1 {
			a.Forked++
		}
	}
	if len(chains) != len(links) {
		a.Forked += len(links)
	}
	return a, nil
}

// Serve is what a child process does with a log until it is killed: it loads it
// and writes a line for each acknowledged append, when it is acknowledged.
func Serve(l log.Log, name string, out io.Writer) error {
	var mu sync.Mutex
	return Load(context.Background(), l, name, 6, 4, func(a Ack) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintln(out, a)
	})
}

// Acks reads the lines of Serve until they end; a last half line counts for
// nothing.
func Acks(in io.Reader, each func(Ack)) {
	r := bufio.NewReader(in)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		var a Ack
		if _, err := fmt.Sscan(line, &a.Key, &a.Op, &a.Seq); err == nil {
			each(a)
		}
	}
}

func testWriters(t *testing.T, o Opener) {
	l := open(t, o)
	enough := 400
	if o.Slow {
		enough = 300
	}
	c, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var mu sync.Mutex
	var acks []Ack
	err := Load(c, l, "w", 8, 3, func(a Ack) {
		mu.Lock()
		defer mu.Unlock()
		if acks = append(acks, a); len(acks) >= enough {
			cancel()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	sound(t, l, acks)
}

// sound fails the test where anything acknowledged is not there exactly once.
func sound(t testing.TB, l log.Log, acks []Ack) {
	t.Helper()
	a, err := Audit(ctx(t), l, acks)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", a)
	if a.Lost+a.Duplicated+a.Forked > 0 || a.Acknowledged == 0 {
		t.Errorf("%+v", a)
	}
}

// Kill is for a log that lives in the process that uses it. It starts a child
// that opens the log and calls Serve, kills it at a random moment, and does so
// rounds times; then Open must find everything that was acknowledged.
func Kill(t *testing.T, o Opener, child func() *exec.Cmd, rounds int) {
	var acks []Ack
	for range rounds {
		cmd := child()
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		first := true
		var timer *time.Timer
		Acks(out, func(a Ack) {
			acks = append(acks, a)
			if first {
				first = false
				timer = time.AfterFunc(time.Duration(rand.IntN(80))*time.Millisecond, func() { _ = cmd.Process.Kill() })
			}
		})
		err = cmd.Wait()
		if first {
			t.Fatalf("a start after a kill failed: %v", err)
		}
		timer.Stop()
	}
	l := open(t, o)
	sound(t, l, acks)
	slices.SortFunc(acks, func(a, b Ack) int { return int(a.Seq) - int(b.Seq) })
	if next := appended(t, l, put("next", "x")); next <= acks[len(acks)-1].Seq+1 {
		t.Errorf("%d was given again", next)
	}
}
