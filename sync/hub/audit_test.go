package hub

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/sync/protocol"
)

func TestALineOfTheAuditLogThatIsChangedOrMissingShows(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 10, 31, 23, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	a, err := openAudit(dir, clock)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		a.add(entry{Role: "admin", Action: "invite", Result: "desk"})
		if i == 4 {
			now = now.AddDate(0, 0, 2) // another month, another file
		}
	}
	if err := a.close(); err != nil {
		t.Fatal(err)
	}
	names, err := a.files()
	if err != nil || len(names) != 2 {
		t.Fatal(names, err)
	}
	whole, err := os.ReadFile(names[1])
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(whole, []byte("\n"))
	open := func(b []byte) *audit {
		t.Helper()
		if err := os.WriteFile(names[1], b, 0o600); err != nil {
			t.Fatal(err)
		}
		a, err := openAudit(dir, clock)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.close(); err != nil {
			t.Fatal(err)
		}
		return a
	}
	if a := open(whole); a.broken != nil || a.n != 10 {
		t.Error(a.broken, a.n)
	}
	for name, b := range map[string][]byte{
		"changed": bytes.Replace(whole, []byte("desk"), []byte("dusk"), 1),
		"missing": bytes.Join(append(append([][]byte{}, lines[:2]...), lines[3:]...), nil),
		"swapped": bytes.Join(append([][]byte{lines[1], lines[0]}, lines[2:]...), nil),
		"first":   bytes.Join(lines[1:], nil),
	} {
		if open(b).broken == nil {
			t.Error(name, "does not show")
		}
	}
	if a := open(whole[:len(whole)-10]); a.broken != nil || a.n != 10 { // nine, and that one was torn
		t.Error("torn:", a.broken, a.n)
	}
	now = now.AddDate(1, 1, 0)
	if err := a.tidy(); err != nil {
		t.Fatal(err)
	}
	if names, _ = a.files(); len(names) != 0 {
		t.Error("kept for longer than a year:", names)
	}
}

// The audit log, the metrics and the hub's own log hold no names and no free text.
func TestWhatIsWrittenDownOfPeoplesWorkNamesNobody(t *testing.T) {
	r, ms := planted(t)
	m := ms[protocol.Desk]
	m.counter += 3
	m.push(m.op(protocol.OpReferral, newReferral(t, "")))
	if err := r.hub.audit.sync(); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(r.dir, "audit", "*"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	b, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	code, _, metrics := m.do("GET", "/metrics", nil, nil)
	if code != 200 || !strings.Contains(string(metrics), "vejviser_operations_total") {
		t.Error("metrics:", code)
	}
	if code, _, _ := m.do("GET", "/metrics", map[string]string{"X-Forwarded-For": "192.0.2.1"}, nil); code == 200 {
		t.Error("metrics go through the proxy")
	}
	for _, word := range []string{markCase, markTip, markStaff, "Skranke", "Lindeby", "Bibliotek"} {
		if bytes.Contains(b, []byte(word)) || bytes.Contains(metrics, []byte(word)) {
			t.Error(word, "is written down")
		}
	}
	if !strings.Contains(string(b), `"action":"ops"`) || !strings.Contains(string(b), m.id) {
		t.Errorf("%s", b)
	}
}
