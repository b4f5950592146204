package localdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

func init() { children["replica"] = childReplica }

// The story that is killed at every step: a desk with a directory, an edit and
// two vejvisninger is enrolled, fills, arrives, sends, plays, is told that the
// hub has a backup, and closes. Ids and codes are the same each time.
const storySize = 300

func storyLog() (*testLog, []record.Feed) {
	l := newLog()
	storyDirectory(l)
	return l, []record.Feed{"case/o-a", "dir"}
}

// storyDirectory is more than goes into one transaction of the view.
func storyDirectory(l *testLog) {
	for i := range storySize {
		c := community(i)
		c.AssignID()
		c.Description = strings.Repeat("Vi mødes hver uge. ", 400)
		l.put(record.Community, c.ID, c, "ringsted")
	}
}

func storyReferral(i int) referral.Referral {
	r := newReferral(nil, "00000000-0000-4000-8000-000000000001")
	r.ID = fmt.Sprintf("00000000-0000-7000-8000-00000000000%d", i)
	r.Code = []referral.Code{storyCode(1), storyCode(2), storyCode(3)}[i]
	return r
}

// storyCode gives a valid code by trying check symbols.
func storyCode(i int) referral.Code {
	for _, c := range "23456789ABCDEFGHJKMNPQRSTUVWXYZ" {
		code := referral.Code(fmt.Sprintf("K7M4-QX%d%c", i+2, c))
		if code.Valid() {
			return code
		}
	}
	panic("no code")
}

// do lets each step of the story say on the output when it was acknowledged.
func childReplica(args []string) {
	n, err := strconv.Atoi(args[1])
	must(err)
	step := "" // any
	if len(args) > 2 {
		step = args[2]
	}
	ctx := context.Background()
	l, feeds := storyLog()
	o := made(args[0])
	o.segment = 2 << 10
	s, err := Open(ctx, o)
	must(err)
	must(s.Import(ctx, func(tx *ImportTx) error { return tx.Put(community(5)) }))
	must(s.RecordReferral(storyReferral(0)))
	must(s.EditCommunity(nil, &directory.Community{ID: "00000000-0000-4000-8000-0000000000aa", Name: "Nyt kor"}))
	s.o.at = killAt(step, n)
	done := func(step string, err error) {
		must(err)
		fmt.Println(step)
	}
	done("enrolled", s.Enrol(Enrolment{Hub: "https://hub.example", HubKey: make([]byte, 32), Device: "d-1", Seed: make([]byte, 32)}))
	for i := range 2 {
		must(s.Fill(ctx, l.bucket("dir", 2, i)))
	}
	done("arrived", s.Arrive(ctx, l.position(), feeds))
	done("recorded", s.RecordReferral(storyReferral(1)))
	ops, err := s.Outbox(ctx, 0)
	must(err)
	var fs []Fate
	for _, op := range ops {
		id, err := idOf(op.Body)
		must(err)
		if op.Kind == opEdit {
			fs = append(fs, Fate{Counter: op.Counter, State: FateRefused, Code: "role"})
			continue
		}
		fs = append(fs, Fate{Counter: op.Counter, State: FateAccepted, Seq: l.put(record.Kind(op.Kind), id, op.Body, "o-a").Seq, Epoch: 7})
	}
	done("settled", s.Settle(fs))
	storyDirectory(l)
	done("played", s.Play(ctx, l.delta(feeds, storySize)))
	done("released", s.Release(l.position()))
	done("again", s.RecordReferral(storyReferral(2)))
	n2, err := s.GiveBack(0, 7)
	done(fmt.Sprint("gave back ", n2), err)
	must(s.Close())
}

func TestAReplicaKilledAtAnyStepGoesOn(t *testing.T) {
	stride := 4 // where it begins differs from day to day; make faults takes every step
	first := 1 + time.Now().YearDay()%stride
	if *everyRefusal {
		stride, first = 1, 1
	}
	steps := map[string]int{}
	tell := func(args ...string) (killed bool) {
		dir := t.TempDir()
		out, killed := run(t, append([]string{"replica", dir}, args...)...)
		lines := strings.Split(strings.TrimSpace(out), "\n")
		for _, line := range lines {
			if step, ok := strings.CutPrefix(line, "killed at "); ok {
				steps[step]++
			}
		}
		for _, lost := range []bool{false, true} {
			if lost {
				if err := os.RemoveAll(filepath.Join(dir, "store")); err != nil {
					t.Fatal(err)
				}
			}
			afterStory(t, dir, out, lost)
		}
		return killed
	}
	for n := first; tell(strconv.Itoa(n)); n += stride {
	}
	for _, want := range []string{"enrol", "act journalled", "enrolment emptied", "act applied", "snapshot before rename", "fill", "filled", "arrive",
		"arrived", "settle", "play", "part written", "played", "released", "carried over"} {
		if stride > 1 || steps[want] > 0 {
			continue
		}
		// Snapshots are written beside the rest, so which step is the n-th differs from run to run.
		if tell("1", want); steps[want] == 0 {
			t.Errorf("never killed at %q", want)
		}
	}
	t.Log(steps)
}

// afterStory opens what a kill left, and goes on from there to the end.
func afterStory(t *testing.T, dir, out string, lost bool) {
	t.Helper()
	s := openAt(t, Options{Dir: dir})
	defer closeStore(t, s)
	when := fmt.Sprintf("%q, view lost %v", out, lost)
	said := func(step string) bool { return strings.Contains("\n"+out, "\n"+step) }
	e, err := s.Enrolment()
	if err != nil || said("enrolled\n") && e == nil {
		t.Fatalf("%s: enrolment %+v %v", when, e, err)
	}
	mine := []bool{true, said("recorded\n"), said("again\n")}
	for i, recorded := range mine {
		r, evs, err := s.Referral(storyReferral(i).Code)
		if recorded && lost && said("released") && i < 2 {
			continue // the hub has it, and its snapshot here is older
		}
		if recorded && (err != nil || r.ID == "" || len(evs) != 1) {
			t.Errorf("%s: referral %d: %+v %v %v", when, i, r, evs, err)
		}
	}
	if r, err := s.Verify(t.Context(), false); err != nil || !r.OK {
		t.Errorf("%s: %+v %v", when, r, err)
	}
	waiting, refused := len(outbox(t, s)), 0
	if rs, err := s.Refused(); err == nil {
		refused = len(rs)
	}
	if said("settled\n") && !said("released\n") && (waiting != 0 || refused != 1) {
		t.Errorf("%s: %d wait, %d refused", when, waiting, refused)
	}
	if e == nil {
		if n := names(t, s); len(n) != 2 {
			t.Errorf("%s: %v", when, n)
		}
		return
	}
	l, feeds := storyLog()
	for _, code := range []referral.Code{storyCode(1), storyCode(2), storyCode(3)} {
		if r, _, err := s.Referral(code); err == nil {
			l.put(record.Referral, r.ID, r, "o-a")
		} else if !errors.Is(err, ErrNotFound) {
			t.Error(when, err)
		}
	}
	l.epoch = 8 // the longest way back: another log
	l.bring(t, s, feeds...)
	l.sameAsHub(t, s, feeds...)
	verified(t, s)
}
