package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
)

// screenless is the app on a window in memory; the test is the screen's
// goroutine and runs what was posted to it.
func screenless(t *testing.T, dir string) (a *app, settle func(what string, happened func() bool)) {
	t.Helper()
	a = newApp(arguments{dir: dir, example: true})
	posted := make(chan func(), 1000)
	a.do = func(f func()) { posted <- f }
	a.fyne = test.NewTempApp(t)
	a.window = test.NewTempWindow(t, newOpening(translations.For("da")))
	a.window.Resize(fyne.NewSize(1360, 820))
	return a, func(what string, happened func() bool) {
		t.Helper()
		late := time.After(20 * time.Second)
		for !happened() {
			select {
			case f := <-posted:
				f()
			case <-late:
				t.Fatalf("waited 20 s for %s", what)
			}
		}
	}
}

func TestClosingTheWindowWhileTheStoreOpensClosesTheStore(t *testing.T) {
	dir := t.TempDir()
	a, _ := screenless(t, dir)
	a.begin()
	if code := a.end(); code != 0 {
		t.Errorf("ended with %d", code)
	}
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: dir, Create: true})
	if errors.Is(err, localdb.ErrInUse) {
		t.Fatal("the store was left open")
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestAnotherLanguageIsShownAtOnceAndOneStaysWhereOneIs(t *testing.T) {
	dir := t.TempDir()
	a, settle := screenless(t, dir)
	a.begin()
	settle("the directory", func() bool { return a.shell != nil && a.library.finder() != nil })
	defer func() {
		if code := a.end(); code != 0 {
			t.Errorf("ended with %d", code)
		}
	}()
	if err := os.WriteFile(filepath.Join(dir, "directory-test.vjs"), nil, 0o600); err != nil { // came in just now
		t.Fatal(err)
	}
	a.read()
	a.shell.Refresh()
	if got := a.stands().Directory; !strings.HasPrefix(got, "i dag kl. ") {
		t.Fatalf("the directory is from %q", got)
	}
	a.list.Refresh()
	settle("the list", func() bool { return a.list.MayEdit() })
	if err := a.store.EditCommunity(nil, &directory.Community{ID: "0190a000-0000-7000-8000-0000000000aa", Name: "Halvskrevet"}); err != nil {
		t.Fatal(err)
	}
	a.shell.GoTo(a.list)
	a.list.Edit("0190a000-0000-7000-8000-0000000000aa")
	test.Type(a.window.Canvas().Focused(), " endnu")
	last := 9
	a.shell.Go(last)
	before, ended := a.shell, 0
	for i, end := range a.pages {
		a.pages[i] = func() { ended++; end() }
	}
	if err := a.store.SetSetting(localdb.SettingLanguage, "en"); err != nil {
		t.Fatal(err)
	}
	settle("English", func() bool { return a.shell != before })
	if got := a.stands().Directory; !strings.HasPrefix(got, "today at ") {
		t.Errorf("in English the directory is from %q", got)
	}
	if a.shell.Place() != last || a.shell.Current().Title() != "Settings" {
		t.Errorf("thrown to place %d, %q", a.shell.Place(), a.shell.Current().Title())
	}
	if a.list.Unsaved() == nil {
		t.Error("what was typed is gone")
	}
	closed := false
	a.window.SetOnClosed(func() { closed = true })
	if a.leave(); closed || a.shell.Current() != a.list {
		t.Error("the window closes over what is typed")
	}
	if ended != 10 {
		t.Errorf("%d of the old pages let go of the store, want 10", ended)
	}
}

// A change that comes as the pages are being built finds a page to be shown on.
func TestChangeWhileThePagesAreBuiltIsShown(t *testing.T) {
	a, settle := screenless(t, t.TempDir())
	a.begin()
	a.opening.Wait()
	if err := a.store.Import(context.Background(), func(tx *localdb.ImportTx) error {
		c := &directory.Community{Name: "Den sidst komne"}
		c.AssignID()
		return tx.Put(c)
	}); err != nil {
		t.Fatal(err)
	}
	settle("the directory with the last", func() bool {
		x := a.library
		return x != nil && a.shell != nil && x.finder() != nil && x.finder().Len() > 195
	})
	if code := a.end(); code != 0 {
		t.Errorf("ended with %d", code)
	}
}

// What a desk adds to its own words counts in the next search, with no restart.
func TestAnOwnWordCountsAtOnce(t *testing.T) {
	a, settle := screenless(t, t.TempDir())
	a.begin()
	settle("the directory", func() bool { return a.shell != nil && a.library.finder() != nil })
	search := func() match.Result {
		return a.library.Search(context.Background(), match.Query{Text: "fjumserne", Today: "2026-11-23"})
	}
	if got := search(); len(got.Hits) > 0 {
		t.Fatalf("found %q without the word", got.Hits[0].Name)
	}
	if err := a.store.PutOwnWord("", localdb.OwnWord{Says: "fjumserne", Means: []string{"petanque"}}); err != nil {
		t.Fatal(err)
	}
	settle("the word", func() bool { return len(search().Hits) > 0 })
	if err := a.store.DropOwnWord("fjumserne"); err != nil {
		t.Fatal(err)
	}
	settle("the word gone", func() bool { return len(search().Hits) == 0 })
	if code := a.end(); code != 0 {
		t.Errorf("ended with %d", code)
	}
}

func TestDayOfTheDirectoryFollowsTheDay(t *testing.T) {
	came := time.Date(2026, 11, 23, 9, 30, 0, 0, directory.Copenhagen)
	for after, want := range map[int][2]string{0: {"i dag kl. ", "today at "}, 1: {"i går", "yesterday"}, 5: {"23. november 2026", "23 November 2026"}} {
		for i, lang := range []string{"da", "en"} {
			if got := day(lang, came, came.AddDate(0, 0, after)); !strings.HasPrefix(got, want[i]) {
				t.Errorf("%s, %d days later: %q", lang, after, got)
			}
		}
	}
	if got := day("da", time.Time{}, came); got != "" {
		t.Errorf("a directory that never came is from %q", got)
	}
}
