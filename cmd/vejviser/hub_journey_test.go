//go:build window

package main

import (
	"encoding/json"
	"flag"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

var hubPath = flag.String("hub", "", "the built hub")

// hubProcess is a hub on loopback.
type hubProcess struct {
	t    *testing.T
	dir  string
	addr string
	cmd  *exec.Cmd
}

func newHub(t *testing.T, dir string) *hubProcess {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	h := &hubProcess{t: t, dir: dir, addr: l.Addr().String()}
	must(t, l.Close())
	t.Cleanup(func() { h.stop() })
	return h
}

func (h *hubProcess) run(args ...string) []byte {
	h.t.Helper()
	out, err := exec.Command(*hubPath, append(args, "--data", h.dir)...).Output()
	must(h.t, err)
	return out
}

func (h *hubProcess) start() {
	h.t.Helper()
	h.cmd = exec.Command(*hubPath, "serve", "--data", h.dir, "--listen", h.addr)
	must(h.t, h.cmd.Start())
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if r, err := http.Get("http://" + h.addr + "/healthz"); err == nil {
			_, _ = io.Copy(io.Discard, r.Body)
			r.Body.Close()
			return
		}
		if time.Now().After(end) {
			h.t.Fatal("the hub does not answer")
		}
	}
}

func (h *hubProcess) stop() {
	if h.cmd != nil {
		h.cmd.Process.Kill()
		h.cmd.Wait()
		h.cmd = nil
	}
}

func (h *hubProcess) status() (st struct{ Communities, Referrals, Devices int }) {
	h.t.Helper()
	must(h.t, json.Unmarshal(h.run("status", "--json"), &st))
	return st
}

// A desk that an administrator enrolled by file: the directory comes from the
// hub, a vejvisning arrives there, the next is recorded while the hub is gone
// and arrives when it is back. The same window stays open all the time.
func TestHubJourney(t *testing.T) {
	s := newScreen(t, 1360, 820)
	if *hubPath == "" {
		t.Skip("no -hub given: run this through make test-window, which builds the programs first")
	}
	tmp := t.TempDir()
	h := newHub(t, filepath.Join(tmp, "hub"))
	example := filepath.Join(tmp, "example")
	vejvis(t, "init", "--example", "--data", example)
	list := filepath.Join(tmp, "list.jsonl")
	vejvis(t, "export", "--data", example, "--format", "jsonl", "--out", list)
	h.run("import", list)
	h.start()
	var invitation struct{ Code string }
	must(t, json.Unmarshal(h.run("invite", "--role", "desk", "--organisation", "Humlekær Bibliotek", "--json"), &invitation))

	dir := dataDir(t)
	must(t, os.MkdirAll(dir, 0o700))
	file, err := json.Marshal(map[string]string{"hub": "http://" + h.addr, "code": invitation.Code, "name": "Skranke 1"})
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "enrol.json"), file, 0o600))
	a := s.start("--data", dir)
	begin := time.Now()
	s.waitFor("the device", func() bool { return h.status().Devices == 1 })
	s.settle()
	t.Logf("a new PC with its administrator's file: %v from the first frame to a directory of %d", time.Since(begin).Round(time.Millisecond), h.status().Communities)
	s.picture("hub-1-arrived")

	s.typeText("gåtur")
	s.settle()
	s.press(keyReturn)
	s.ctrl('s')
	s.waitFor("the first vejvisning at the hub", func() bool { return h.status().Referrals == 1 })
	s.picture("hub-2-sent")
	s.press(keyEscape)

	h.stop()
	s.typeText("kaffe")
	s.settle()
	s.press(keyReturn)
	s.ctrl('s')
	s.waitFor("the second sheet", func() bool { return len(a.sheets()) == 2 })
	s.press(keyEscape)
	s.settle()
	time.Sleep(2 * time.Second) // the client notices that nobody answers
	s.settle()
	s.picture("hub-3-away")
	s.ctrl('8')
	s.settle()
	s.picture("hub-4-away-page")

	h.start()
	back := time.Now()
	for end := back.Add(90 * time.Second); h.status().Referrals < 2; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			s.picture("failed")
			t.Fatal("the second vejvisning did not arrive")
		}
	}
	t.Logf("the hub is back: the second vejvisning arrived after %v", time.Since(back).Round(time.Millisecond))
	time.Sleep(2 * time.Second) // what is fetched follows what was sent
	s.settle()
	s.picture("hub-5-back")
	a.stop()
}
