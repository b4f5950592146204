package localdb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/zalando/go-keyring"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/journal"
	"github.com/faellesskabsby/vejviser/localdb/keys"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

func init() { children["hold"] = childHold }

// childHold opens a store and holds it until its input ends.
func childHold(args []string) {
	s, err := Open(context.Background(), made(args[0]))
	must(err)
	fmt.Println("open")
	_, _ = os.Stdin.Read(make([]byte, 1))
	must(s.Close())
}

func TestSecondOpenIsRefused(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0], "--child", "hold", dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	before := storeFiles(t, dir)
	if _, err := Open(context.Background(), made(dir)); !errors.Is(err, ErrInUse) {
		t.Error(err)
	}
	if after := storeFiles(t, dir); !reflect.DeepEqual(before, after) {
		t.Errorf("%v became %v", before, after)
	}
	in.Close()
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	s := openAt(t, Options{Dir: dir})
	if _, err := Open(context.Background(), made(dir)); !errors.Is(err, ErrInUse) {
		t.Error("in one process:", err)
	}
	closeStore(t, s)
}

func TestWrongKeyNeverMakesANewKey(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	o := made(dir)
	o.Keyring = true
	s := openAt(t, o)
	r := newReferral(t)
	if err := s.RecordReferral(r); err != nil {
		t.Fatal(err)
	}
	if st, err := s.Status(); err != nil || st.Key != "keyring" {
		t.Error(st, err)
	}
	closeStore(t, s)
	for _, c := range []struct {
		name  string
		spoil func()
		want  error
	}{
		{"lost", keyring.MockInit, keys.ErrMissing},
		{"locked", func() { keyring.MockInitWithError(errors.New("failed to unlock correct collection")) }, keys.ErrKeyringUnavailable},
	} {
		before := folder(t, dir)
		c.spoil()
		if _, err := Open(context.Background(), o); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
		if after := folder(t, dir); !reflect.DeepEqual(before, after) {
			t.Errorf("%s: the folder was changed", c.name)
		}
	}
	if err := os.Remove(filepath.Join(dir, keys.FileName)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), o); !errors.Is(err, keys.ErrMissing) {
		t.Errorf("keys.json gone: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, keys.FileName)); !errors.Is(err, os.ErrNotExist) {
		t.Error("a new keys.json was made")
	}
}

// folder reads every file of a folder.
func folder(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, name := range storeFiles(t, dir) {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(b)
	}
	return files
}

func TestUnknownMembersAreKept(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, made(dir))
	var c directory.Community
	in := `{"name":"Kor på tværs","future":{"a":[1,2]},"contact":{"phone":"00 00 00 00","signal":"kor"}}`
	if err := json.Unmarshal([]byte(in), &c); err != nil {
		t.Fatal(err)
	}
	if err := s.Import(context.Background(), func(tx *ImportTx) error { return tx.Put(&c) }); err != nil {
		t.Fatal(err)
	}
	var r referral.Referral
	base := newReferral(t, c.ID)
	b, _ := json.Marshal(base)
	if err := json.Unmarshal(append(b[:len(b)-1], `,"later":7}`...), &r); err != nil {
		t.Fatal(err)
	}
	if err := s.RecordReferral(r); err != nil {
		t.Fatal(err)
	}
	closeStore(t, s)
	if err := os.RemoveAll(filepath.Join(dir, "store")); err != nil { // also through snapshot and journal
		t.Fatal(err)
	}
	s = openAt(t, Options{Dir: dir})
	got, err := s.Community(c.ID)
	if err != nil {
		t.Fatal(err)
	}
	out, _ := json.Marshal(got)
	for _, want := range []string{`"future":{"a":[1,2]}`, `"signal":"kor"`} {
		if !bytes.Contains(out, []byte(want)) {
			t.Errorf("%s is gone from %s", want, out)
		}
	}
	ref, _, err := s.Referral(r.Code)
	if err != nil || !strings.Contains(string(ref.Unknown), `"later":7`) {
		t.Errorf("%s %v", ref.Unknown, err)
	}
}

func TestDraftHoldsNoName(t *testing.T) {
	typ := reflect.TypeFor[Draft]()
	for i := range typ.NumField() {
		switch name := typ.Field(i).Name; name {
		case "Communities", "Accompaniment", "Depth", "Layout", "Language", "Filters", "Wishes", "SavedAt":
		default:
			t.Errorf("a new member %s: can it hold who the citizen is?", name)
		}
	}
	s := openAt(t, made(t.TempDir()))
	w := match.Wish{Kind: match.WishPrice, Value: "free", Text: "Sortesol vil gerne gratis"}
	d := Draft{Filters: []match.Wish{w}}
	if err := s.SaveDraft(d); err != nil {
		t.Fatal(err)
	}
	if d.Filters[0].Text == "" {
		t.Error("the caller's wish was changed")
	}
	got, err := s.LoadDraft()
	if err != nil || got.Filters[0].Text != "" || got.Filters[0].Value != "free" || got.SavedAt.IsZero() {
		t.Errorf("%+v %v", got, err)
	}
}

// planted fills a store with a marker in everything that can hold one.
func planted(t *testing.T, dir, marker string) {
	t.Helper()
	s := openAt(t, made(dir))
	c := community(1)
	c.Name, c.Summary, c.SourceID = marker+" klubben", marker+" mødes", marker
	err := s.Import(context.Background(), func(tx *ImportTx) error {
		if err := tx.PutOrganiser(&directory.Organiser{Name: marker + " forening"}); err != nil {
			return err
		}
		if err := tx.PutAmbassador(&directory.Ambassador{Name: marker, Areas: []string{marker}}); err != nil {
			return err
		}
		return tx.Put(c)
	})
	r := newReferral(t, c.ID)
	r.Organisation = marker + " bibliotek"
	for _, err := range []error{
		err, s.RecordReferral(r),
		s.RecordEvent(referral.Event{Code: r.Code, Kind: referral.Welcomed, On: r.At}),
		s.Suggest(Suggestion{Community: c.ID, Text: marker + " rettelse"}),
		s.SetSetting(SettingDesk, marker+" skranke"),
		s.SaveDraft(Draft{Communities: []string{c.ID}, Language: marker}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	noPlaintext(t, dir, marker, string(r.Code)) // while it is open
	var dump bytes.Buffer
	if err := s.Dump(&dump); err != nil {
		t.Fatal(err)
	}
	dumpHolds(t, dump.String(), marker, r)
	closeStore(t, s)
}

func noPlaintext(t *testing.T, dir string, markers ...string) {
	t.Helper()
	for name, b := range folder(t, dir) {
		for _, m := range markers {
			if strings.Contains(b, m) {
				t.Errorf("%s holds %q in the clear", name, m)
			}
		}
	}
}

func dumpHolds(t *testing.T, dump, marker string, r referral.Referral) {
	t.Helper()
	kinds := map[string]int{}
	for line := range strings.Lines(dump) {
		var e envelope
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		kinds[e.Kind]++
	}
	for _, k := range []string{"store", "meta", "community", "organiser", "ambassador", "identity", "referral", "event",
		"suggestion", "waiting", "index", "setting", "snapshot", "journal", "journal_account", "draft"} {
		if kinds[k] == 0 {
			t.Errorf("the dump has no %s", k)
		}
	}
	if kinds["journal"] != 5 || kinds["event"] != 2 {
		t.Errorf("%v", kinds)
	}
	for _, s := range []string{" klubben", " mødes", " forening", " bibliotek", " rettelse", " skranke", `"`} {
		if !strings.Contains(dump, marker+s) {
			t.Errorf("the dump lacks %q", marker+s)
		}
	}
	if strings.Count(dump, string(r.Code)) < 4 {
		t.Error("the dump lacks the code")
	}
}

func TestNoPlaintextOnDiskAndDumpHoldsEverything(t *testing.T) {
	dir := t.TempDir()
	planted(t, dir, "Sortesolsang")
	noPlaintext(t, dir, "Sortesolsang")
}

func TestFullDiskLosesNothing(t *testing.T) {
	dir := t.TempDir()
	left := uint64(1 << 30)
	o := made(dir)
	o.free = func(string) (uint64, error) { return left, nil }
	s := openAt(t, o)
	ids := importN(t, s, 50)
	left = roomToWrite - 1
	// What a person records goes into the journal; the view goes on in memory.
	first := newReferral(t, ids[0])
	if err := s.RecordReferral(first); err != nil {
		t.Error(err)
	}
	if st, err := s.Status(); err != nil || !st.Limited || st.Communities != 50 || st.Referrals != 1 {
		t.Errorf("%+v %v", st, err)
	}
	// What can wait, and would write much, is said no to.
	err := s.Import(t.Context(), func(tx *ImportTx) error { return tx.Put(&directory.Community{Name: "Kor"}) })
	if !errors.Is(err, ErrDiskFull) || MessageKey(err) != "store.disk_full" {
		t.Error(err)
	}
	if n := countCommunities(t, s); n != 50 {
		t.Error(n)
	}
	closeStore(t, s)
	r := newReferral(t, ids[0])
	left = roomToOpen - 1 // enough for the journal, not for the view
	s = openAt(t, o)
	if st, err := s.Status(); err != nil || !st.Limited || st.Communities != 50 {
		t.Errorf("%+v %v", st, err)
	}
	if err := s.RecordReferral(r); err != nil {
		t.Error(err)
	}
	closeStore(t, s)
	left = 1 << 30
	s = openAt(t, o)
	if st, err := s.Status(); err != nil || st.Limited || st.Communities != 50 || st.Referrals != 2 {
		t.Errorf("%+v %v", st, err)
	}
}

func TestStoreIsNotPutWhereFilesAreCopiedInUse(t *testing.T) {
	for _, d := range []string{"OneDrive", "OneDrive - Ringsted Kommune", "Dropbox", filepath.Join("Library", "Mobile Documents")} {
		dir := filepath.Join(t.TempDir(), d, "vejviser")
		_, err := Open(context.Background(), made(dir))
		var sf *SyncedFolderError
		if !errors.As(err, &sf) || MessageKey(err) != "store.synced_folder" {
			t.Errorf("%s: %v", d, err)
		}
	}
	link := filepath.Join(t.TempDir(), "data")
	target := filepath.Join(t.TempDir(), "Dropbox")
	if err := errors.Join(os.Mkdir(target, 0o700), os.Symlink(target, link)); err != nil {
		t.Skip("no symbolic links here (Windows gives them to administrators alone); it runs on Linux and macOS:", err)
	}
	if err := syncedFolder(filepath.Join(link, "vejviser")); err == nil {
		t.Error("a link into a synced folder was accepted")
	}
	if err := syncedFolder(filepath.Join(t.TempDir(), "onedrivers")); err != nil {
		t.Error(err)
	}
}

func TestEveryErrorHasItsWords(t *testing.T) {
	for _, err := range []error{
		ErrNoStore, ErrInUse, ErrClosed, ErrNotFound, ErrDuplicate, ErrDiskFull, ErrEnrolled, ErrExample, ErrNewer, ErrDamaged,
		keys.ErrMissing, keys.ErrWrong, keys.ErrKeyringUnavailable, keys.ErrPassphraseNeeded, keys.ErrPassphraseWrong,
		os.ErrPermission, &SyncedFolderError{}, &CPRError{}, &CPRError{Ask: true}, &directory.RefusedError{Field: "x"},
		&journal.AppendError{Step: "sync", Err: errors.New("input/output error")},
	} {
		key := MessageKey(fmt.Errorf("somewhere: %w", err))
		if key == "store.unexpected" {
			t.Errorf("%v has no words of its own", err)
		}
		for _, lang := range translations.Languages {
			if !translations.For(lang).Has(key) {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
	}
	if MessageKey(nil) != "" || !translations.For("da").Has(MessageKey(errors.New("?"))) {
		t.Error("nil or an unknown error")
	}
}
