//go:build window

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
)

// Two people share a PC: a wrong PIN is said, the right one opens, Ctrl L closes
// the store, and one is back at the page one left. Another has other pages.
func TestLockJourney(t *testing.T) {
	s := newScreen(t, 1360, 820)
	dir := exampleStore(t)
	store, err := localdb.Open(t.Context(), localdb.Options{Dir: dir})
	must(t, err)
	_, _, err = store.AddPerson("Mette", "guide", []byte(mettesPIN))
	must(t, err)
	_, _, err = store.AddPerson("Bo", "desk", []byte(bosPIN))
	must(t, err)
	must(t, store.Close())

	s.start("--data", dir)
	s.picture("lock-1-who")
	s.typeText("481974")
	s.press(keyReturn)
	s.settle()
	s.picture("lock-2-wrong")
	locked := hash(s.grab())
	s.typeText(mettesPIN)
	begin := time.Now()
	s.press(keyReturn)
	s.waitFor("the counter", s.listShown)
	t.Logf("from Enter to the counter with its first hits, but for what a guess costs: %v", time.Since(begin).Round(time.Millisecond))
	s.picture("lock-3-mette")
	s.ctrl('5')
	s.settle()
	s.picture("lock-4-ambassadors")
	page := hash(s.grab())
	s.ctrl('l')
	s.settle()
	s.picture("lock-5-locked")
	if h := hash(s.grab()); h == page || h == locked {
		t.Error("Ctrl L does not lock")
	}
	var stderr bytes.Buffer
	c := exec.Command(*vejvisPath, "status", "--data", dir)
	c.Stderr = &stderr
	if err := c.Run(); err == nil || !bytes.Contains(stderr.Bytes(), []byte("--pin-file")) {
		t.Errorf("without a PIN: %v, %s", err, &stderr)
	}
	file := filepath.Join(t.TempDir(), "pin")
	must(t, os.WriteFile(file, []byte(bosPIN+"\n"), 0o600))
	vejvis(t, "status", "--data", dir, "--pin-file", file, "--person", "Bo") // the store is free while it is locked
	s.typeText(mettesPIN)
	s.press(keyReturn)
	s.waitFor("the page she left", func() bool {
		return hash(s.grab()) != locked && s.coloursIn(220, 30, 300, 60) > 8 && hash(s.grab()) == page
	})
	s.settle()
	s.ctrl('l')
	s.settle()
	s.picture("lock-7-again")
	s.press(keyDown)
	s.typeText(bosPIN)
	s.press(keyReturn)
	s.settle()
	s.waitFor("Bo's counter", s.listShown)
	if hash(s.grab()) == page {
		t.Error("Bo has the page that Mette left")
	}
	s.picture("lock-6-bo")
}
