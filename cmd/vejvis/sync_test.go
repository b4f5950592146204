package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/sync/client"
	"github.com/faellesskabsby/vejviser/sync/hub"
	"github.com/faellesskabsby/vejviser/sync/log/embedded"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/faellesskabsby/vejviser/ui/say"
)

// atHub is a real hub with three communities.
func atHub(t *testing.T) (*hub.Hub, *httptest.Server) {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	l, err := embedded.Open(ctx, embedded.Options{Dir: filepath.Join(dir, "log"), Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	h, err := hub.Open(ctx, hub.Options{Dir: dir, Log: l, Name: "Lindeby hub"})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h.Handler())
	t.Cleanup(func() {
		h.Wake()
		srv.Close()
		if err := h.Close(); err != nil {
			t.Error(err)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	im := hub.NewImporting(h.Identify)
	for _, name := range []string{"Gåklubben", "Spisefællesskabet", "Strik ved havnen"} {
		c := &directory.Community{Name: name, Source: "test", SourceID: name}
		c.AssignID()
		if err := im.Put(c); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Import(ctx, im.Edits(), func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	return h, srv
}

func invite(t *testing.T, h *hub.Hub) string {
	t.Helper()
	i, err := h.Invite(context.Background(), hub.Invitation{Role: protocol.Desk, Organisation: "Lindeby Bibliotek"})
	if err != nil {
		t.Fatal(err)
	}
	return i.Code
}

func object(t *testing.T, line string) (m map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(line), &m); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return m
}

func TestAMachineIsEnrolledAndKeptInStepFromTheCommandLine(t *testing.T) {
	h, srv := atHub(t)
	d := newDesk(t)
	d.now = time.Now()
	got := object(t, d.ok("enrol", "--json", "--hub", srv.URL, invite(t, h)))
	if got["hub_name"] != "Lindeby hub" || got["role"] != "desk" || got["device"] == "" {
		t.Errorf("%v", got)
	}
	got = object(t, d.ok("sync", "--json"))
	if got["ok"] != true || got["fetched"] != 3.0 || got["waiting"] != 0.0 || got["seq"] == 0.0 {
		t.Errorf("%v", got)
	}
	ids := d.ids("strik", "1")
	d.ok("refer", "--depth", "guided", ids[0])
	if got := object(t, d.ok("status", "--json")); got["waiting"] == 0.0 {
		t.Errorf("nothing waits: %v", got)
	}
	if got := object(t, d.ok("sync", "--json")); got["waiting"] != 0.0 || got["sent"] == 0.0 {
		t.Errorf("%v", got)
	}
	got = object(t, d.ok("verify", "--json"))
	if hubs, _ := got["hub"].(map[string]any); got["ok"] != true || hubs["ok"] != true {
		t.Errorf("%v", got)
	}
	if n, _, errs := d.run("import", "-"); n == 0 {
		t.Errorf("an enrolled machine imports: %s", errs)
	}
	// The hub is away: exit 1, in words, and everything stays.
	srv.Close()
	n, out, errs := d.run("sync", "--json")
	if got := object(t, out); n != 1 || got["problem"] != "offline" || got["ok"] != false {
		t.Errorf("exit %d: %v", n, got)
	}
	if !strings.Contains(errs, "Hubben svarer ikke") || !strings.Contains(errs, "Vejviser prøver igen") {
		t.Errorf("the words: %s", errs)
	}
	if n, out, _ := d.run("verify", "--json"); n != 1 || object(t, out)["problem"] != "offline" || object(t, out)["ok"] != true {
		t.Errorf("exit %d: %s", n, out)
	}
	if n := len(d.ids("gå", "3")); n == 0 {
		t.Error("nothing is found without the hub")
	}
}

func TestEnrolmentFromAFileForManyMachines(t *testing.T) {
	h, srv := atHub(t)
	file := filepath.Join(t.TempDir(), "enrol.json")
	write := func(s string) {
		if err := os.WriteFile(file, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d := newDesk(t)
	write("\ufeff{\"hub\": \"" + srv.URL + "\", \"code\": \"" + invite(t, h) + "\", \"name\": \"Skranke 7\"}")
	d.ok("enrol", "--config", file)
	list, err := h.Devices(context.Background())
	if err != nil || len(list) != 1 || list[0].Name != "Skranke 7" {
		t.Errorf("%+v, %v", list, err)
	}
	for _, bad := range []string{`{`, `{}`, `{"hub":"x"}`, `{"hub":"x","code":"y","kode":"z"}`} {
		write(bad)
		if n, _, errs := newDesk(t).run("enrol", "--config", file); n != 1 || !strings.Contains(errs, "JSON") {
			t.Errorf("%s: exit %d, %s", bad, n, errs)
		}
	}
}

func TestEnrolSaysWhatIsWrong(t *testing.T) {
	h, srv := atHub(t)
	code := invite(t, h)
	for _, c := range []struct {
		args []string
		exit int
		says string
	}{
		{[]string{"enrol"}, 2, "vejvis enrol --hub"},
		{[]string{"enrol", "--hub", "http://hub.lindeby.example", code}, 2, "ikke en hubs adresse"},
		{[]string{"enrol", "--hub", srv.URL, "K7M4"}, 2, "Koden er ikke skrevet"},
		{[]string{"enrol", "--hub", srv.URL, "00000-00000" + code[11:]}, 1, "Koden passer ikke"},
		{[]string{"enrol", "--hub", srv.URL, code[:12] + "0000-0000"}, 1, "en anden hub"},
		{[]string{"enrol", "--hub", "http://127.0.0.1:1", code}, 1, "Hubben svarer ikke"},
		{[]string{"sync", "x"}, 2, "vejvis sync"},
	} {
		if n, _, errs := newDesk(t).run(c.args...); n != c.exit || !strings.Contains(errs, c.says) {
			t.Errorf("%v: exit %d: %s", c.args, n, errs)
		}
	}
	d := exampleDesk(t)
	if n, _, errs := d.run("enrol", "--hub", srv.URL, code); n != 1 || !strings.Contains(errs, "øvelse") {
		t.Errorf("the example: exit %d: %s", n, errs)
	}
	if n, _, errs := d.run("sync"); n != 1 || !strings.Contains(errs, "ikke meldt ind") {
		t.Errorf("not enrolled: exit %d: %s", n, errs)
	}
}

func TestSyncWatchKeepsInStepUntilItIsEnded(t *testing.T) {
	h, srv := atHub(t)
	d := newDesk(t)
	d.now = time.Now()
	d.ok("enrol", "--hub", srv.URL, invite(t, h))
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var out, errs bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		p := &program{stdout: &out, stderr: &errs, now: time.Now, rand: rand.Reader, say: say.In("da")}
		ended <- p.run(ctx, []string{"--data", d.dir, "sync", "--watch", "--json"})
	}()
	time.Sleep(1500 * time.Millisecond)
	stop()
	if n := <-ended; n != 0 {
		t.Errorf("exit %d: %s", n, errs.String())
	}
	if got := object(t, lastLine(out.String())); got["ok"] != true || got["seq"] == 0.0 {
		t.Errorf("%s", out.String())
	}
	if got := object(t, d.ok("status", "--json")); got["communities"] != 3.0 {
		t.Errorf("%v", got)
	}
}

// What was fetched in an earlier run is no word of this one, and what waits is not sent.
func TestSyncWatchSaysThatAllIsSentOnceItIs(t *testing.T) {
	var out, errs bytes.Buffer
	p := &program{stdout: &out, stderr: &errs, say: say.In("da")}
	began := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	old, fresh := began.Add(-time.Hour), began.Add(2*time.Second)
	var before syncLine
	for i, c := range []struct {
		l    syncLine
		says string
	}{
		{syncLine{OK: true, Waiting: 3, LastSync: &old}, ""},
		{syncLine{OK: true, LastSync: &old}, ""},
		{syncLine{OK: true, Waiting: 3, LastSync: &fresh}, ""},
		{syncLine{OK: true, LastSync: &fresh}, "Alt er sendt og hentet.\n"},
		{syncLine{OK: true, Seq: 9, LastSync: &fresh}, ""},
		{syncLine{Problem: client.Offline, Waiting: 1, LastSync: &fresh}, p.problem(client.Offline) + "\n"},
		{syncLine{OK: true, LastSync: &fresh}, "Alt er sendt og hentet.\n"},
	} {
		errs.Reset()
		if err := p.tellState(c.l, before, began); err != nil || errs.String() != c.says {
			t.Errorf("%d: %q, %v", i, errs.String(), err)
		}
		before = c.l
	}
	p.json = true
	later := fresh.Add(time.Minute)
	if err := errors.Join(p.tellState(before, syncLine{}, began), p.tellState(syncLine{OK: true, LastSync: &later}, before, began)); err != nil {
		t.Fatal(err)
	}
	if got := object(t, out.String()); got["last_sync"] != fresh.Format(time.RFC3339) {
		t.Errorf("a script reads %v", got)
	}
}

func lastLine(s string) string {
	ls := strings.Split(strings.TrimSpace(s), "\n")
	return ls[len(ls)-1]
}

// Every problem has words: what happened, and what is safe and to be done.
func TestEveryProblemHasWords(t *testing.T) {
	for _, lang := range []string{"da", "en"} {
		p := &program{say: say.In(lang)}
		for _, code := range client.Problems {
			for _, key := range []string{"sync.problem.", "sync.remedy."} {
				if !p.say.Has(key + string(code)) {
					t.Errorf("%s lacks %s%s", lang, key, code)
				}
			}
		}
	}
}
