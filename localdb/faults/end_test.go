package faults_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/faults"
)

// Fault 46. The program is asked to end (log-off, SIGTERM) while it saves: it
// ends well and soon, what was acknowledged is there, what was not is there as a
// whole or not at all, and the next start has nothing to mend.
func TestNothingAcknowledgedIsLostWhenAskedToEnd(t *testing.T) {
	lives(t, *ends, func(t *testing.T, harms int, r *rand.Rand) {
		l := newLife(t, "SIGTERM while it saves", t.TempDir(), r)
		for range harms {
			d := l.start()
			l.until(d, []moment{whileOpening, whileActing, whileActing, whileImporting}[r.IntN(4)])
			_ = d.cmd.Process.Signal(syscall.SIGTERM)
			asked := time.Now()
			err := d.wait()
			switch took := time.Since(asked); {
			case d.heard.opened && (err != nil || !d.heard.closed):
				t.Errorf("it did not end well: %v %s", err, d.heard.failed)
			case took > 3*time.Second:
				t.Errorf("it took %s to end", took)
			}
			l.told(1, 0)
			if s := l.back(); d.heard.closed && s.Rebuilt != "" {
				t.Errorf("the next start had to mend it: %s", s.Rebuilt)
			}
		}
	})
}

// The command line is asked to end as well: a code that was printed is
// recorded, and an import is there as a whole or not at all.
func TestACommandAskedToEndIsDoneOrNotBegun(t *testing.T) {
	t.Parallel()
	path, err := vejvis()
	if err != nil {
		t.Fatal(err)
	}
	r := draw(t.Name(), 0)
	dir := filepath.Join(t.TempDir(), "data")
	run := func(args ...string) *exec.Cmd { return exec.Command(path, append([]string{"--data", dir}, args...)...) }
	if out, err := run("init").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	imports := make([]string, 2)
	for i := range imports {
		var lines strings.Builder
		for n := range 400 * (1 + i) {
			fmt.Fprintf(&lines, `{"source_id":"%d","name":"Kor nr. %d","summary":"liste %d"}`+"\n", n, n, i)
		}
		imports[i] = filepath.Join(t.TempDir(), "liste.jsonl")
		if err := os.WriteFile(imports[i], []byte(lines.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := run("import", imports[0]).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	ids := communityIDs(t, path, dir)
	var codes []string
	ended := func(cmd *exec.Cmd) (out string, err error) {
		var b strings.Builder
		cmd.Stdout = &b
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(r.IntN(60)) * time.Millisecond)
		_ = cmd.Process.Signal(syscall.SIGTERM)
		err = cmd.Wait()
		return b.String(), err
	}
	for i := range *ends {
		if out, _ := ended(run("refer", "--depth", "guided", ids[i%len(ids)])); strings.TrimSpace(out) != "" {
			codes = append(codes, strings.TrimSpace(out))
		}
		_, err := ended(run("import", imports[1]))
		switch n := len(communityIDs(t, path, dir)); {
		case n != 400 && n != 800:
			t.Errorf("%d communities", n)
		case err == nil && n != 800:
			t.Errorf("the import said that it was done, and %d communities are there", n)
		}
		if out, err := run("import", imports[0]).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	dump, err := run("dump").Output()
	if err != nil {
		t.Fatal(err)
	}
	row := faults.Row{Harm: "SIGTERM to vejvis", Times: 2 * *ends, Acknowledged: len(codes)}
	for _, code := range codes {
		if !strings.Contains(string(dump), code) {
			row.Lost++
			t.Errorf("%s was printed and is not recorded", code)
		}
	}
	table.Add(row)
	if out, err := run("verify").CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// communityIDs lists what the store's directory holds, through the program.
func communityIDs(t *testing.T, vejvis, dir string) (ids []string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "ud.jsonl")
	if b, err := exec.Command(vejvis, "--data", dir, "export", "--format", "jsonl", "--out", out).CombinedOutput(); err != nil {
		t.Fatalf("export: %v: %s", err, b)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		var c struct{ ID string }
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.ID)
	}
	return ids
}
