package main

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/sync/hub"
	"github.com/faellesskabsby/vejviser/sync/log/embedded"
	"github.com/faellesskabsby/vejviser/sync/protocol"
)

// hubOn is a real hub that answers on l.
func hubOn(t *testing.T, l net.Listener) *hub.Hub {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	log, err := embedded.Open(ctx, embedded.Options{Dir: filepath.Join(dir, "log"), Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	h, err := hub.Open(ctx, hub.Options{Dir: dir, Log: log, Name: "Lindeby hub"})
	if err != nil {
		t.Fatal(err)
	}
	srv := &httptest.Server{Listener: l, Config: &http.Server{Handler: h.Handler()}}
	srv.Start()
	t.Cleanup(func() {
		h.Wake()
		srv.Close()
		if err := h.Close(); err != nil {
			t.Error(err)
		}
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func listen(t *testing.T, addr string) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func codeAt(t *testing.T, h *hub.Hub) string {
	t.Helper()
	i, err := h.Invite(context.Background(), hub.Invitation{Role: protocol.Desk, Organisation: "Lindeby Bibliotek"})
	if err != nil {
		t.Fatal(err)
	}
	return i.Code
}

func devicesAt(t *testing.T, h *hub.Hub) int {
	t.Helper()
	ds, err := h.Devices(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return len(ds)
}

// A PC waits for the hub that an administrator's file names. Whoever enrols it by
// hand meanwhile has an answer at once, and what was chosen by hand stays.
func TestEnrolmentByHandEndsARollOutThatWaits(t *testing.T) {
	dir := t.TempDir()
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: dir, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	a := newApp(arguments{dir: dir})
	a.store, a.do = s, func(func()) {}
	a.hub.again = 20 * time.Millisecond
	defer func() {
		a.cancel()
		a.hub.stop()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	away := listen(t, "127.0.0.1:0")
	addr := away.Addr().String()
	l := listen(t, "127.0.0.1:0")
	first, byHand := hubOn(t, away), hubOn(t, l)
	file, err := json.Marshal(map[string]string{"hub": "http://" + addr, "code": codeAt(t, first)})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "enrol.json"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := away.Close(); err != nil {
		t.Fatal(err)
	}
	begun := make(chan struct{})
	go func() {
		defer close(begun)
		a.hub.begin(a.ctx)
		if err := a.hub.Enrol(a.ctx, "http://"+addr, codeAt(t, byHand), "Skranke 1"); err == nil {
			t.Error("a hub that is away enrolled the PC")
		}
	}()
	select {
	case <-begun:
	case <-time.After(20 * time.Second):
		t.Fatal("whoever enrols by hand waits for the roll-out")
	}
	if err := a.hub.Enrol(a.ctx, "http://"+l.Addr().String(), codeAt(t, byHand), "Skranke 1"); err != nil {
		t.Fatal(err)
	}
	back := &httptest.Server{Listener: listen(t, addr), Config: &http.Server{Handler: first.Handler()}}
	back.Start()
	defer back.Close()
	time.Sleep(10 * a.hub.again)
	e, err := s.Enrolment()
	if err != nil || e == nil || e.Hub != "http://"+l.Addr().String() {
		t.Errorf("enrolled at %+v, %v", e, err)
	}
	if n := devicesAt(t, first); n != 0 {
		t.Errorf("the file's hub has %d devices", n)
	}
	if n := devicesAt(t, byHand); n != 1 {
		t.Errorf("the chosen hub has %d devices", n)
	}
}
