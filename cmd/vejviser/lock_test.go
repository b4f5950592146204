package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"github.com/zalando/go-keyring"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/keys"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/lock"
	"github.com/faellesskabsby/vejviser/ui/shell"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

const mettesPIN, bosPIN = "481973", "730415"

// sharedPC is the app on a store that Mette, a guide, and Bo, at the desk, open.
func sharedPC(t *testing.T) (a *app, settle func(string, func() bool), words string) {
	t.Helper()
	keyring.MockInit()
	dir := t.TempDir()
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: dir, Create: true, Keyring: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := fillExample(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	if _, words, err = s.AddPerson("Mette", "guide", []byte(mettesPIN)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.AddPerson("Bo", "desk", []byte(bosPIN)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	a, settle = screenless(t, dir)
	a.args.example = false
	a.tick = 5 * time.Millisecond
	t.Cleanup(func() {
		if code := a.end(); code != 0 {
			t.Errorf("ended with %d", code)
		}
	})
	a.begin()
	settle("the lock screen", func() bool { return a.locked != nil })
	return a, settle, words
}

func typePIN(a *app, pin string) {
	test.Type(a.window.Canvas().Focused(), pin)
	a.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
}

// seen is all that can be read in the window.
func seen(a *app) string {
	var out strings.Builder
	for _, o := range test.LaidOutObjects(a.window.Content()) {
		switch x := o.(type) {
		case *canvas.Text:
			out.WriteString(x.Text + "\n")
		case *widget.Text:
			out.WriteString(x.Text() + "\n")
		}
	}
	return out.String()
}

func TestSharedPCOpensToThePersonAndGoesBackToThePage(t *testing.T) {
	a, settle, _ := sharedPC(t)
	if a.store != nil || a.shell != nil {
		t.Fatal("the store is open before anybody said who they are")
	}
	typePIN(a, "481974")
	settle("what is said of a wrong PIN", func() bool { return strings.Contains(a.locked.Said(), "4 forsøg") })
	typePIN(a, mettesPIN)
	settle("the pages", func() bool { return a.shell != nil && a.library.finder() != nil })
	if !a.shell.Has("ambassadors") || !strings.Contains(seen(a), "Mette") {
		t.Error("a guide lacks pages, or her name is not shown")
	}
	a.shell.GoNamed("communities")
	before := a.window.Canvas()
	a.shell.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyL, Modifier: fyne.KeyModifierShortcutDefault})
	if a.locked == nil {
		t.Fatal("Ctrl L does not lock")
	}
	a.opening.Wait()
	if before.Overlays().Top() != nil || a.shell != nil || a.counter != nil || a.list != nil {
		t.Error("pages are left behind the lock")
	}
	if _, err := a.store.Status(); !errors.Is(err, localdb.ErrClosed) {
		t.Error("the store is open behind the lock:", err)
	}
	typePIN(a, mettesPIN)
	settle("the pages again", func() bool { return a.shell != nil && a.library.finder() != nil })
	if a.shell.Name() != "communities" {
		t.Error("not back where she was:", a.shell.Name())
	}
}

// What was typed for a citizen is gone when nobody was there, and nothing of the
// pages can be read or reached.
func TestLockedWhenNobodyIsThereAndTheCitizenIsForgotten(t *testing.T) {
	a, settle, _ := sharedPC(t)
	typePIN(a, mettesPIN)
	settle("the pages", func() bool { return a.shell != nil && a.library.finder() != nil })
	test.Type(a.window.Canvas().Focused(), "zazabine vil strikke")
	if err := a.store.SaveDraft(localdb.Draft{Communities: []string{"0190a000-0000-7000-8000-000000000001"}, Depth: referral.Guided}); err != nil {
		t.Fatal(err)
	}
	a.idle.Store(int64(lock.Notice - time.Second))
	settle("the warning", func() bool { return a.warning != nil })
	stay := a.warning
	a.idle.Store(int64(time.Hour)) // somebody is there
	settle("the warning gone", func() bool { return a.warning == nil })
	if stay == nil || a.locked != nil {
		t.Fatal("locked though somebody was there")
	}
	a.idle.Store(0)
	settle("the lock", func() bool { return a.locked != nil })
	all := seen(a)
	for _, secret := range []string{"zazabine", "strikke", "Opfølgning", "Strik"} {
		if strings.Contains(all, secret) {
			t.Errorf("%q can be read: %s", secret, all)
		}
	}
	if !strings.Contains(all, "er slettet") {
		t.Error("it is not said that what was typed is gone")
	}
	a.opening.Wait()
	if _, err := os.Stat(filepath.Join(a.args.dir, "draft")); err == nil {
		t.Error("the folder of the citizen is still there")
	}
	typePIN(a, mettesPIN)
	settle("the pages again", func() bool { return a.shell != nil && a.library.finder() != nil })
	if d, err := a.store.LoadDraft(); err != nil || d != nil {
		t.Error(d, err)
	}
	if strings.Contains(seen(a), "zazabine") {
		t.Error("what was typed is back")
	}
}

// Another person has their own pages on the same PC, and the store was never open
// in between.
func TestAnotherPersonHasTheirOwnPages(t *testing.T) {
	a, settle, _ := sharedPC(t)
	typePIN(a, mettesPIN)
	settle("the pages", func() bool { return a.shell != nil && a.library.finder() != nil })
	a.shell.GoNamed("ambassadors")
	a.lock(lock.Asked, true)
	a.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	typePIN(a, bosPIN)
	settle("Bo's pages", func() bool { return a.shell != nil && a.library.finder() != nil })
	if a.shell.Has("ambassadors") || !a.shell.Has("followup") || a.shell.Name() != "counter" {
		t.Error("Bo at the desk has a guide's pages, or lacks his own:", a.shell.Name())
	}
	if name, is := a.who(); name != "Bo" || !is {
		t.Error(name, is)
	}
}

func TestRecoveryWordsLeadToANewPIN(t *testing.T) {
	a, settle, words := sharedPC(t)
	test.Tap(button(t, a, "Jeg har glemt min PIN-kode"))
	test.Type(a.window.Canvas().Focused(), words)
	a.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	settle("the pages", func() bool { return a.shell != nil && a.library.finder() != nil })
	if a.shell.Name() != "settings" || !strings.Contains(seen(a), "Giv dig selv en ny PIN-kode") {
		t.Error("not where a new PIN is made:", a.shell.Name())
	}
	who, err := a.store.People()
	if err != nil {
		t.Fatal(err)
	}
	if err := a.store.ResetPIN(who.Persons[0].ID, []byte("902817")); err != nil {
		t.Fatal(err)
	}
	a.lock(lock.Asked, false)
	typePIN(a, "902817")
	settle("the pages again", func() bool { return a.shell != nil && a.library.finder() != nil })
}

// The first PIN is made in the running app: from then on it can be locked, and the
// key to the store is nowhere in what lies beside it.
func TestFirstPINTurnsTheLockOn(t *testing.T) {
	keyring.MockInit()
	a, settle := screenless(t, t.TempDir())
	t.Cleanup(func() { a.end() })
	a.begin()
	settle("the pages", func() bool { return a.shell != nil && a.library.finder() != nil })
	if a.lock(lock.Asked, false); a.locked != nil {
		t.Fatal("locked where nobody has a PIN")
	}
	if _, _, err := a.store.AddPerson("Mette", "desk", []byte(mettesPIN)); err != nil {
		t.Fatal(err)
	}
	settle("Mette's pages", func() bool {
		name, is := a.who()
		a.roleChanged()
		return is && name == "Mette" && !a.shell.Has("ambassadors")
	})
	a.lock(lock.Asked, false)
	if a.locked == nil {
		t.Fatal("not locked")
	}
	typePIN(a, mettesPIN)
	settle("the pages again", func() bool { return a.shell != nil && a.library.finder() != nil })
}

// The look of the lock screen is kept beside the store, and nothing of anybody.
func TestLockScreenLooksAsThePersonChose(t *testing.T) {
	a, settle, _ := sharedPC(t)
	typePIN(a, mettesPIN)
	settle("the pages", func() bool { return a.shell != nil && a.library.finder() != nil })
	for key, v := range map[string]string{localdb.SettingLanguage: "en", localdb.SettingTextSize: "150"} {
		if err := a.store.SetSetting(key, v); err != nil {
			t.Fatal(err)
		}
	}
	want := []byte(`{"language":"en","text_size":"150"}`)
	settle("the look", func() bool {
		b, err := os.ReadFile(filepath.Join(a.args.dir, lookName))
		return err == nil && bytes.Equal(b, want)
	})
	a.lock(lock.Started, false)
	if !strings.Contains(seen(a), "Who are you?") {
		t.Error(seen(a))
	}
}

// A role that the hub changes changes the pages, with no restart.
func TestAnotherRoleShowsOtherPages(t *testing.T) {
	a, settle := screenless(t, t.TempDir())
	a.args.example = false
	t.Cleanup(func() { a.end() })
	a.begin()
	settle("the pages", func() bool { return a.shell != nil && a.library.finder() != nil })
	var nowhere shell.Page = a.choices
	a.shell.GoTo(nowhere)
	if err := a.store.Enrol(localdb.Enrolment{Hub: "https://hub.invalid", HubKey: make([]byte, 32), Seed: make([]byte, 32),
		Device: "0190a000-0000-7000-8000-0000000000d1", Role: "guide", Organisation: "Lindeby Bibliotek"}); err != nil {
		t.Fatal(err)
	}
	for role, want := range map[string][]string{
		"desk": {"counter", "followup", "accompaniment", "communities", "practice", "readiness"}, "coordinator": {"communities", "readiness"},
		"guide": {"counter", "followup", "accompaniment", "communities", "ambassadors", "practice", "readiness"},
	} {
		if err := a.store.Renamed(role, "Lindeby Bibliotek", nil, ""); err != nil {
			t.Fatal(err)
		}
		settle("the pages of a "+role, func() bool { return a.role == role })
		for _, name := range []string{"counter", "followup", "accompaniment", "communities", "ambassadors", "practice", "readiness"} {
			if got, is := a.shell.Has(name), strings.Contains(strings.Join(want, " "), name); got != is {
				t.Errorf("%s, %s: %v", role, name, got)
			}
		}
		if a.shell.Name() != "settings" {
			t.Errorf("%s: thrown to %q", role, a.shell.Name())
		}
	}
}

func button(t *testing.T, a *app, name string) fyne.Tappable {
	t.Helper()
	for _, o := range test.LaidOutObjects(a.window.Content()) {
		if b, ok := o.(*widget.Button); ok && b.Text() == name {
			return b
		}
	}
	t.Fatalf("no button %q:\n%s", name, seen(a))
	return nil
}

// A PC that was away from its hub for too long shows no vejvisning and no person;
// the counter goes on, and the next contact opens everything.
func TestTooLongWithoutTheHubShutsWhatIsNotPublic(t *testing.T) {
	a, settle := screenless(t, t.TempDir())
	a.args.example = false
	t.Cleanup(func() { a.end() })
	a.begin()
	settle("the pages", func() bool { return a.shell != nil && a.library.finder() != nil })
	if err := a.store.Enrol(localdb.Enrolment{Hub: "https://hub.invalid", HubKey: make([]byte, 32), Seed: make([]byte, 32),
		Device: "0190a000-0000-7000-8000-0000000000d1", Role: "guide", Organisation: "Lindeby Bibliotek", At: time.Now().AddDate(0, 0, -40)}); err != nil {
		t.Fatal(err)
	}
	settle("the lease", func() bool { return a.shut && a.stands().Lease })
	for _, name := range []string{"followup", "accompaniment", "ambassadors", "practice"} {
		a.shell.GoNamed(name)
		if all := seen(a); a.shell.Name() != name || !strings.Contains(all, "låst for en tid") || !strings.Contains(all, "Intet er slettet") {
			t.Errorf("%s: %s", name, all)
		}
	}
	a.shell.GoNamed("counter")
	if all := seen(a); !strings.Contains(all, "Skriv, hvad borgeren gerne vil") || !strings.Contains(all, "væk fra hubben for længe") {
		t.Error(all)
	}
	if err := a.store.KeepLease(0); err != nil {
		t.Fatal(err)
	}
	settle("the contact", func() bool { return !a.shut && !a.stands().Lease })
	a.shell.GoNamed("followup")
	if all := seen(a); strings.Contains(all, "låst for en tid") {
		t.Error("still locked after a contact")
	}
}

// The keyring does not answer: it is said, no new key is made, and when it answers
// again one more press opens everything (findings/reliability §5.3, row 40).
func TestAKeyringThatDoesNotAnswerIsTriedAgain(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	s, err := localdb.Open(context.Background(), localdb.Options{Dir: dir, Create: true, Keyring: true})
	if err != nil {
		t.Fatal(err)
	}
	secret, err := keyring.Get("Vejviser", storeID(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, keys.FileName))
	if err != nil {
		t.Fatal(err)
	}
	keyring.MockInitWithError(errors.New("no bus"))
	a, settle := screenless(t, dir)
	a.args.example = false
	t.Cleanup(func() { a.end() })
	a.begin()
	settle("what is said", func() bool { return strings.Contains(seen(a), "nøglering svarer ikke") })
	if after, err := os.ReadFile(filepath.Join(dir, keys.FileName)); err != nil || !bytes.Equal(before, after) {
		t.Error("keys.json was changed", err)
	}
	keyring.MockInit()
	if err := keyring.Set("Vejviser", storeID(t, dir), secret); err != nil {
		t.Fatal(err)
	}
	test.Tap(button(t, a, "Prøv igen"))
	settle("the pages", func() bool { return a.shell != nil && a.library.finder() != nil })
}

func storeID(t *testing.T, dir string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, keys.FileName))
	if err != nil {
		t.Fatal(err)
	}
	var f struct{ Store string }
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	return f.Store
}
