package localdb

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/faults"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

func init() {
	children["refer"] = childRefer
	children["import"] = childImport
	children["migrate"] = childMigrate
	children["act"] = childAct
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
}

// killAt gives a step function that kills this process at the n-th step whose
// name begins with prefix; its last line of output is that step.
func killAt(prefix string, n int) func(string) {
	return func(step string) {
		if !strings.HasPrefix(step, prefix) {
			return
		}
		if n--; n == 0 {
			fmt.Println("killed at", step)
			p, err := os.FindProcess(os.Getpid())
			must(err)
			must(p.Kill())
			select {}
		}
	}
}

// run runs a child and gives its output; killed says how it ended.
func run(t *testing.T, args ...string) (out string, killed bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{"--child"}, args...)...)
	cmd.Stderr = os.Stderr
	b, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 3 {
		t.Fatalf("the child failed: %s", b)
	}
	return string(b), err != nil
}

// childRefer records referrals until it is killed, and says each code when it
// is acknowledged.
func childRefer(args []string) {
	s, err := Open(context.Background(), made(args[0]))
	must(err)
	for {
		r := newReferral(nil)
		must(s.RecordReferral(r))
		fmt.Println(r.Code)
	}
}

func TestReferralSurvivesKillAfterAcknowledgement(t *testing.T) {
	dir := t.TempDir()
	var acknowledged []referral.Code
	rounds := 9
	if testing.Short() {
		rounds = 3
	}
	for round := range rounds {
		cmd := exec.Command(os.Args[0], "--child", "refer", dir)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		if round%3 > 0 { // else also during the start
			if lines.Scan() {
				acknowledged = append(acknowledged, referral.Code(lines.Text()))
			}
		}
		timer := time.AfterFunc(time.Duration(rand.IntN(150))*time.Millisecond, func() { cmd.Process.Kill() })
		for lines.Scan() {
			acknowledged = append(acknowledged, referral.Code(lines.Text()))
		}
		timer.Stop()
		var exit *exec.ExitError
		if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() == 3 {
			t.Fatalf("round %d: a start after a kill failed: %v", round, err)
		}
	}
	if len(acknowledged) == 0 {
		t.Fatal("nothing was recorded")
	}
	s := openAt(t, Options{Dir: dir})
	for _, code := range acknowledged {
		if r, events, err := s.Referral(code); err != nil || r.ID == "" || len(events) != 1 {
			t.Errorf("%s: %+v, %d events, %v", code, r, len(events), err)
		}
	}
	rs, err := s.Referrals()
	if err != nil || len(rs) < len(acknowledged) || len(rs) > len(acknowledged)+rounds {
		t.Errorf("%d referrals, %d acknowledged, %v", len(rs), len(acknowledged), err)
	}
	if rep, err := s.Verify(context.Background(), false); err != nil || !rep.OK {
		t.Errorf("%+v %v", rep, err)
	}
	t.Logf("%d acknowledged, %d there", len(acknowledged), len(rs))
}

// childAct records one referral and is killed between journal and view.
func childAct(args []string) {
	o := made(args[0])
	o.at = killAt("act", 1)
	s, err := Open(context.Background(), o)
	must(err)
	must(s.RecordReferral(newReferral(nil)))
}

func TestActJournalledButNotShownIsReplayedOnce(t *testing.T) {
	dir := t.TempDir()
	if out, killed := run(t, "act", dir); !killed || !strings.Contains(out, "act journalled") {
		t.Fatal(out)
	}
	for range 2 {
		s := openAt(t, Options{Dir: dir})
		if rs, err := s.Referrals(); err != nil || len(rs) != 1 {
			t.Errorf("%d referrals, %v", len(rs), err)
		}
		if ws, err := s.Waiting(); err != nil || len(ws) != 2 {
			t.Errorf("%d waiting, %v", len(ws), err)
		}
		closeStore(t, s)
	}
}

// childImport imports a second directory: 3,000 communities, all with the name
// "ny", of which 1,000 are new; it is killed at the n-th step.
func childImport(args []string) {
	n, err := strconv.Atoi(args[1])
	must(err)
	o := made(args[0])
	o.at = killAt("import", n)
	s, err := Open(context.Background(), o)
	must(err)
	must(s.Import(context.Background(), func(tx *ImportTx) error {
		for i := range 3000 {
			c := community(i)
			c.Summary = "ny"
			if err := tx.Put(c); err != nil {
				return err
			}
		}
		return nil
	}))
	must(s.Close())
}

func TestImportKilledAtAnyStepLeavesTheOldOrTheNewDirectory(t *testing.T) {
	base := t.TempDir()
	s := openAt(t, made(base))
	importN(t, s, 2000)
	closeStore(t, s)
	news, olds := 0, 0
	for n := 1; ; n++ {
		dir := t.TempDir()
		copyAll(t, base, dir)
		out, killed := run(t, "import", dir, strconv.Itoa(n))
		s := openAt(t, Options{Dir: dir})
		old, fresh := 0, 0
		err := s.EachCommunity(func(c *directory.Community) error {
			if c.Summary == "ny" {
				fresh++
			} else {
				old++
			}
			return nil
		})
		switch {
		case err != nil:
			t.Fatal(out, err)
		case old == 2000 && fresh == 0:
			olds++
		case old == 0 && fresh == 3000:
			news++
		default:
			t.Errorf("%s: %d old and %d new", out, old, fresh)
		}
		if killed && strings.Contains(out, "after rename") != (fresh > 0) && !strings.Contains(out, "flipped") {
			t.Errorf("%s: %d new", out, fresh)
		}
		if rep, err := s.Verify(context.Background(), false); err != nil || !rep.OK {
			t.Errorf("%s: %+v %v", out, rep, err)
		}
		closeStore(t, s)
		if !killed {
			break
		}
	}
	if olds < 2 || news < 2 {
		t.Errorf("%d old, %d new: the steps are not there", olds, news)
	}
}

// childMigrate opens a store and is killed at the n-th step of a migration.
func childMigrate(args []string) {
	n, err := strconv.Atoi(args[1])
	must(err)
	o := Options{Dir: args[0], at: killAt("migration", n)}
	s, err := Open(context.Background(), o)
	must(err)
	must(s.Close())
}

func TestMigrationKilledAtEveryStep(t *testing.T) {
	base := t.TempDir()
	s := openAt(t, made(base))
	ids := importN(t, s, 1800)
	if err := s.RecordReferral(newReferral(t, ids[0])); err != nil {
		t.Fatal(err)
	}
	asSchemaZero(t, s)
	closeStore(t, s)
	steps := 0
	for n := 1; ; n++ {
		dir := t.TempDir()
		copyAll(t, base, dir)
		out, killed := run(t, "migrate", dir, strconv.Itoa(n))
		if killed {
			steps++
		}
		s := openAt(t, Options{Dir: dir})
		if got := s.view.Load().meta.Load().Schema; got != schema {
			t.Errorf("%s: schema %d", out, got)
		}
		st, err := s.Status()
		if err != nil || st.Communities != 1800 || st.Referrals != 1 || st.Rebuilt != "" {
			t.Errorf("%s: %+v %v", out, st, err)
		}
		err = s.Import(context.Background(), func(tx *ImportTx) error {
			for _, i := range []int{0, 777, 1799} {
				if c, err := tx.Existing(directory.Identity{Source: "test", SourceID: strconv.Itoa(i)}); err != nil || c == nil || c.ID != ids[i] {
					return fmt.Errorf("%d is not known again: %+v %w", i, c, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(out, err)
		}
		if rep, err := s.Verify(context.Background(), false); err != nil || !rep.OK {
			t.Errorf("%s: %+v %v", out, rep, err)
		}
		closeStore(t, s)
		if !killed {
			break
		}
	}
	if steps < 5 {
		t.Errorf("only %d steps", steps)
	}
}

// asSchemaZero makes the view what it was before there was an identity index.
func asSchemaZero(t *testing.T, s *Store) {
	t.Helper()
	v := s.view.Load()
	var entries []entry
	err := v.db.View(func(txn *badgerTxn) error {
		return each(txn, []byte(spaceIdentity), func(key, _ []byte) error {
			entries = append(entries, entry{key: append([]byte(nil), key...)})
			return nil
		})
	})
	if err != nil || len(entries) == 0 {
		t.Fatal(len(entries), err)
	}
	for len(entries) > 0 {
		n := min(500, len(entries))
		if err := v.update(entries[:n], func(m *meta) { m.Schema = 0 }); err != nil {
			t.Fatal(err)
		}
		entries = entries[n:]
	}
}

// copyAll copies a store, as a kill or a backup would leave it.
func copyAll(t testing.TB, from, to string) {
	t.Helper()
	if err := faults.Copy(from, to); err != nil {
		t.Fatal(err)
	}
}
