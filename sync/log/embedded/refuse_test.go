package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/journal/journaltest"
	"github.com/faellesskabsby/vejviser/sync/log"
)

// story is what is done to a log while its disk refuses one call: appends, a
// batch of several frames, a purge, an erasure, and snapshots all the time. It
// keeps what must and what may be there.
type story struct {
	l    *Log
	must map[string]string // acknowledged, and nothing since
	may  map[string]string // not known
	seqs map[uint64]bool
	errs int
}

func (s *story) append(t *testing.T, batch ...log.Entry) {
	t.Helper()
	first, err := s.l.Append(context.Background(), batch)
	for i, e := range batch {
		switch {
		case err == nil:
			s.must[e.Key] = string(e.Value)
			delete(s.may, e.Key)
			seq := first + uint64(i)
			if s.seqs[seq] {
				t.Fatalf("sequence %d was given twice", seq)
			}
			s.seqs[seq] = true
		case errors.Is(err, log.ErrUnknown) || errors.Is(err, journaltest.ErrRefused):
			if errors.Is(err, log.ErrUnknown) {
				s.may[e.Key] = string(e.Value)
			}
			s.errs++
		default:
			t.Fatal(err)
		}
	}
}

func (s *story) tell(t *testing.T) {
	t.Helper()
	for i := range 6 {
		s.append(t, log.Entry{Key: fmt.Sprint("k.", i%4), Value: []byte(fmt.Sprint("v", i)), Op: "op"},
			log.Entry{Key: fmt.Sprint("own.", i), Value: []byte("own"), Op: "op"})
	}
	large := strings.Repeat("æ", log.MaxValue/2)
	var batch []log.Entry
	for i := range 5 {
		batch = append(batch, log.Entry{Key: fmt.Sprint("large.", i), Value: []byte(large), Op: "op"})
	}
	s.append(t, batch...)
	refused := func(err error) bool {
		if err != nil && !errors.Is(err, journaltest.ErrRefused) {
			t.Fatal(err)
		}
		return err != nil
	}
	if refused(s.l.Purge(context.Background(), 3)) {
		s.errs++
	}
	delete(s.must, "own.1")
	if refused(s.l.Erase(context.Background(), "own.1")) {
		s.errs++
		s.may["own.1"] = "own"
	}
	s.append(t, log.Entry{Key: "end", Value: []byte("end"), Op: "op"})
}

func (s *story) check(t *testing.T, when string) {
	t.Helper()
	everything(t, s.l)
	keys := map[string]bool{"own.1": true}
	for k := range s.must {
		keys[k] = true
	}
	for k := range s.may {
		keys[k] = true
	}
	for k := range keys {
		r, err := s.l.Last(context.Background(), k)
		if err != nil && !errors.Is(err, log.ErrNotFound) {
			t.Fatalf("%s: %s: %v", when, k, err)
		}
		v, must := s.must[k]
		w, may := s.may[k]
		if !(must && err == nil && v == string(r.Value) || may && (err != nil && !must || err == nil && w == string(r.Value)) || !must && err != nil) {
			t.Fatalf("%s: %s is %.20q, %v", when, k, r.Value, err)
		}
	}
}

// Whichever write, fsync or rename the disk refuses, alone or with all after it:
// what was acknowledged is there at once and after a start, what was refused is
// not, no sequence is given twice, and the log goes on when the disk is well.
func TestWhatTheDiskRefusesIsNeverAcknowledged(t *testing.T) {
	step := 41
	if wholeRig {
		step = 1
	}
	refusals, calls := 0, 0
	for _, sticky := range []bool{false, true} {
		for n := 1; ; n += step {
			dir := filepath.Join(t.TempDir(), "log")
			disk := &journaltest.FS{Sticky: sticky, Short: n%2 == 0}
			o := options(dir)
			o.fs, o.trim = disk, 1
			s := &story{l: openLog(t, o), must: map[string]string{}, may: map[string]string{}, seqs: map[uint64]bool{}}
			disk.Arm(n)
			s.tell(t)
			reached := len(disk.Failed()) > 0
			what := fmt.Sprintf("call %d %v, sticky %v", n, disk.Failed(), sticky)
			disk.Arm(0)
			refusals += s.errs
			calls++
			s.check(t, what+", at once")
			s.append(t, log.Entry{Key: "well", Value: []byte("again"), Op: "op"})
			if s.l.fault == nil && s.must["well"] == "" {
				t.Fatalf("%s: the disk is well and the log is not", what)
			}
			if err := s.l.Close(); err != nil && !errors.Is(err, journaltest.ErrRefused) {
				t.Fatal(what, err)
			}
			s.l = openLog(t, options(dir))
			s.check(t, what+", after a start")
			s.append(t, log.Entry{Key: "start", Value: []byte("x"), Op: "op"})
			closeLog(t, s.l)
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			if !reached {
				break
			}
		}
	}
	if refusals == 0 {
		t.Error("nothing was refused")
	}
	t.Logf("%d stories, %d refusals", calls, refusals)
}
