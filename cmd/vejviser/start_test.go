package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/ui/printer"
)

func TestMain(m *testing.M) {
	localdb.CheckIfAsked()
	os.Exit(m.Run())
}

func TestSecondStartRaisesTheFirst(t *testing.T) {
	dir := t.TempDir()
	if raiseOther(dir) {
		t.Fatal("nothing runs, yet something was raised")
	}
	raised := make(chan bool, 1)
	stop, err := answerRaise(dir, func() { raised <- true })
	if err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(filepath.Join(dir, raiseFile)); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("the token lies open: %v %v", st.Mode(), err)
	}
	if !raiseOther(dir) {
		t.Fatal("the first did not answer")
	}
	select {
	case <-raised:
	case <-time.After(5 * time.Second):
		t.Fatal("the window was not raised")
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if raiseOther(dir) {
		t.Error("an app that has closed was raised")
	}
}

func TestWrongTokenRaisesNothing(t *testing.T) {
	dir := t.TempDir()
	raised := false
	stop, err := answerRaise(dir, func() { raised = true })
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, raiseFile)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-2] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if raiseOther(dir) || raised {
		t.Error("a wrong token raised the window")
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
}

func TestWhatCannotBeDoneIsRefusedPlainly(t *testing.T) {
	for _, args := range [][]string{{"--nonsense"}, {"file.csv"}} {
		if code := run(args); code != 2 {
			t.Errorf("%v ends with %d, want 2", args, code)
		}
	}
}

func TestSheetLeftByAKillIsSweptAtTheNextStart(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	path, _, err := printer.Spool([]byte("%PDF- Kære Zazabine")) // the kill: nothing is removed
	if err != nil {
		t.Fatal(err)
	}
	if err := sweep(time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error("a sheet that may be printing now was taken away")
	}
	if err := sweep(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Dir(path)); !os.IsNotExist(err) {
		t.Errorf("the sheet is still there: %v", err)
	}
}
