package hub

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
)

// auditMonths is how long the audit log is kept (findings/reliability §4.3).
const auditMonths = 12

// entry is one line of the audit log. It holds no name and no free text.
type entry struct {
	N      uint64    `json:"n"`
	At     time.Time `json:"at"`
	Device string    `json:"device,omitzero"`
	Role   string    `json:"role,omitzero"` // of the device, or "admin"
	Action string    `json:"action"`
	Object string    `json:"object,omitzero"` // id, feed or range of counters
	// Purpose is why a contact card was read, from a list.
	Purpose string `json:"purpose,omitzero"`
	Result  string `json:"result"`
	Prev    string `json:"prev"` // hash of the line before
}

// audit is an append-only log in files of a month, each line holding the hash of
// the one before, so that a line that was changed, left out or put in shows.
type audit struct {
	dir    string
	now    func() time.Time
	broken error // why the chain does not hold; lines go on behind a new beginning

	mu    sync.Mutex
	f     *os.File
	month string
	n     uint64
	prev  string
	fail  error
}

// openAudit verifies what is there. A last line that was cut off by a power cut
// is taken away and said; everything else that does not fit is in broken.
func openAudit(dir string, now func() time.Time) (*audit, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("hub: audit: %w", err)
	}
	a := &audit{dir: dir, now: now}
	names, err := a.files()
	if err != nil {
		return nil, err
	}
	torn := false
	for i, name := range names {
		cut, err := a.verify(name, i == 0, i == len(names)-1)
		if err != nil {
			return nil, err
		}
		torn = torn || cut
	}
	if torn {
		a.add(entry{Action: "audit", Result: "torn"})
	}
	if a.broken != nil {
		a.add(entry{Action: "audit", Result: "broken"})
	}
	return a, nil
}

func (a *audit) files() ([]string, error) {
	names, err := filepath.Glob(filepath.Join(a.dir, "audit-????-??.jsonl"))
	slices.Sort(names)
	return names, err
}

// verify reads one file on from where the last one ended.
func (a *audit) verify(path string, first, last bool) (torn bool, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return false, fmt.Errorf("hub: audit: %w", err)
	}
	if end := bytes.LastIndexByte(b, '\n') + 1; end < len(b) && last {
		if err := os.Truncate(path, int64(end)); err != nil {
			return false, fmt.Errorf("hub: audit: %w", err)
		}
		b, torn = b[:end], true
	}
	lines := bufio.NewScanner(bytes.NewReader(b))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e entry
		err := json.Unmarshal(lines.Bytes(), &e)
		if err == nil && (e.N != a.n+1 || e.Prev != a.prev) && !(first && a.n == 0) {
			err = fmt.Errorf("line %d does not follow line %d", e.N, a.n)
		}
		if err != nil && a.broken == nil {
			a.broken = fmt.Errorf("hub: audit: %s: %w", filepath.Base(path), err)
		}
		a.n, a.prev = max(e.N, a.n), hashLine(lines.Bytes())
	}
	return torn, lines.Err()
}

func hashLine(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// add writes a line. An error is kept for status and metrics: what was done is
// done, and a full disk must not undo it.
func (a *audit) add(e entry) {
	a.mu.Lock()
	defer a.mu.Unlock()
	e.At = a.now().UTC().Round(0)
	e.N, e.Prev = a.n+1, a.prev
	b, err := json.Marshal(e, json.Deterministic(true))
	if err == nil {
		err = a.write(e.At.Format("2006-01"), append(b, '\n'))
	}
	if err != nil {
		a.fail = fmt.Errorf("hub: audit: %w", err)
		return
	}
	a.n, a.prev = e.N, hashLine(b)
}

func (a *audit) write(month string, line []byte) error {
	if a.f == nil || month > a.month {
		if a.f != nil {
			if err := errors.Join(a.f.Sync(), a.f.Close()); err != nil {
				return err
			}
		}
		f, err := os.OpenFile(filepath.Join(a.dir, "audit-"+month+".jsonl"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			a.f = nil
			return err
		}
		a.f, a.month = f, month
	}
	at, err := a.f.Seek(0, 2)
	if err != nil {
		return err
	}
	if n, err := a.f.Write(line); err != nil {
		if n > 0 {
			err = errors.Join(err, a.f.Truncate(at))
		}
		return err
	}
	return nil
}

// sync brings the lines to the disk.
func (a *audit) sync() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.f == nil {
		return a.fail
	}
	return errors.Join(a.fail, a.f.Sync())
}

// tidy removes months that are too old. The chain then begins later.
func (a *audit) tidy() error {
	names, err := a.files()
	if err != nil {
		return err
	}
	oldest := a.now().UTC().AddDate(0, -auditMonths, 0).Format("2006-01")
	for _, name := range names {
		month := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(name), "audit-"), ".jsonl")
		if month < oldest {
			err = errors.Join(err, os.Remove(name))
		}
	}
	return err
}

func (a *audit) close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.f == nil {
		return nil
	}
	err := errors.Join(a.f.Sync(), a.f.Close())
	a.f = nil
	return err
}
