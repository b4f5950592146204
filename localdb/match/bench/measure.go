package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// cpu is the processor time of this process so far, of all its threads: what is
// left to a thread of the engine's own or to the garbage collector counts.
func cpu() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t); err != nil {
		fail(err)
	}
	return time.Duration(t.Nano())
}

// resident is the memory of this process in bytes.
func resident() (int64, error) {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return n << 10, err
		}
	}
	return 0, fmt.Errorf("no VmRSS in /proc/self/status")
}

// coldStart is what a process that has done nothing needed.
type coldStart struct {
	CPU    time.Duration // from exec to the first answer
	Memory int64         // resident after some searches, bytes
}

// cold runs a process of its own that opens an index and answers.
func cold(p peer, dir string, texts []string) (coldStart, error) {
	self, err := os.Executable()
	if err != nil {
		return coldStart{}, err
	}
	var out bytes.Buffer
	c := exec.Command(self, append([]string{"-cold", p.name, "-dir", dir}, texts...)...)
	c.Stdout, c.Stderr = &out, os.Stderr
	if err := c.Run(); err != nil {
		return coldStart{}, fmt.Errorf("cold start of %s: %w", p.name, err)
	}
	var s coldStart
	return s, json.Unmarshal(out.Bytes(), &s)
}

// answerCold is that process.
func answerCold(name, dir string, texts []string) error {
	i := slices.IndexFunc(peers, func(p peer) bool { return p.name == name })
	if i < 0 || len(texts) == 0 {
		return fmt.Errorf("no engine %q or nothing to ask", name)
	}
	e, err := peers[i].open(dir)
	if err != nil {
		return err
	}
	e.search(texts[0])
	s := coldStart{CPU: cpu()}
	for _, t := range texts[1:] {
		e.search(t)
	}
	debug.FreeOSMemory() // what is kept, not what was needed on the way
	if s.Memory, err = resident(); err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(s); err != nil {
		return err
	}
	return e.close()
}

// keyPresses is what stands in the search box after each of n key presses, taken
// evenly from all those of the queries.
func keyPresses(queries []string, n int) []string {
	var all []string
	for _, q := range queries {
		for end := range q {
			if end > 0 {
				all = append(all, q[:end])
			}
		}
		all = append(all, q)
	}
	if len(all) <= n {
		return all
	}
	out := make([]string, n)
	for i := range out {
		out[i] = all[i*len(all)/n]
	}
	return out
}

// press times each text by itself, in processor time, sorted.
func press(e engine, texts []string) []time.Duration {
	for _, t := range texts[:min(20, len(texts))] { // caches as in use
		e.search(t)
	}
	out := make([]time.Duration, len(texts))
	for i, t := range texts {
		from := cpu()
		e.search(t)
		out[i] = cpu() - from
	}
	slices.Sort(out)
	return out
}

func percentile(sorted []time.Duration, p int) time.Duration {
	return sorted[min(len(sorted)-1, len(sorted)*p/100)]
}
