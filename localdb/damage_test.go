package localdb

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/faults"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

type badgerTxn = badger.Txn

// storeFiles lists the files of a folder, with their paths inside it.
func storeFiles(t testing.TB, dir string) []string {
	t.Helper()
	names, err := faults.Files(dir)
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// Each file of the view, of the journal and of the snapshot is damaged in each
// way, after a clean stop and after a kill: the store opens and nothing is lost.
func TestDamagedStoreIsRebuiltFromJournalAndSnapshot(t *testing.T) {
	rebuilt := 0
	defer func() {
		least := 10
		if testing.Short() {
			least = 2 // after a kill most damage is healed without a rebuild
		}
		if t.Logf("%d views rebuilt", rebuilt); rebuilt < least {
			t.Error("the damage was not seen")
		}
	}()
	for _, stop := range []string{"killed", "clean"} {
		if stop == "clean" && testing.Short() {
			continue
		}
		base, codes := filledStore(t, stop == "killed")
		for _, name := range storeFiles(t, base) {
			if name == "keys.json" || name == "store.key" {
				continue // TestWrongKeyNeverMakesANewKey
			}
			for _, how := range faults.Ways {
				t.Run(stop+"/"+string(how)+"/"+name, func(t *testing.T) {
					dir := t.TempDir()
					copyAll(t, base, dir)
					what, err := faults.Damage(filepath.Join(dir, name), how, false, rand.New(rand.NewPCG(rand.Uint64(), 0)))
					if errors.Is(err, faults.ErrEmpty) {
						t.Skip("the file holds nothing that could be damaged; files that do are damaged beside it")
					}
					if err != nil {
						t.Fatal(err)
					}
					t.Log(what)
					if holdsAll(t, dir, codes) {
						rebuilt++
					}
				})
			}
		}
	}
}

// filledStore makes a store with a directory and referrals, and gives its codes.
// Its folder is a copy taken while it runs where killed is set.
func filledStore(t *testing.T, killed bool) (dir string, codes []referral.Code) {
	t.Helper()
	dir = t.TempDir()
	s := openAt(t, made(dir))
	ids := importN(t, s, 400)
	for range 20 {
		r := newReferral(t, ids[0])
		if err := s.RecordReferral(r); err != nil {
			t.Fatal(err)
		}
		codes = append(codes, r.Code)
	}
	if killed {
		to := t.TempDir()
		copyAll(t, dir, to)
		return to, codes
	}
	closeStore(t, s)
	return dir, codes
}

// holdsAll opens a damaged store, says whether its view was rebuilt, and looks
// for everything that was recorded in it.
func holdsAll(t *testing.T, dir string, codes []referral.Code) (rebuilt bool) {
	t.Helper()
	s := openAt(t, Options{Dir: dir})
	rebuilt = s.rebuilt != ""
	for _, code := range codes {
		if r, events, err := s.Referral(code); err != nil || r.ID == "" || len(events) != 1 {
			t.Errorf("%s: %+v %v %v", code, r, events, err)
		}
	}
	if n := countCommunities(t, s); n != 400 {
		t.Errorf("%d communities", n)
	}
	if _, err := s.Verify(context.Background(), true); err != nil {
		t.Error(err)
	}
	closeStore(t, s)
	s = openAt(t, Options{Dir: dir})
	if rep, err := s.Verify(context.Background(), false); err != nil || !rep.OK {
		t.Errorf("after repair and a new start: %+v %v", rep, err)
	}
	closeStore(t, s)
	return rebuilt
}

// A disk that forgets leaves size and time of a file as they were. A damaged
// table would kill this very process (Badger panics where nobody can recover),
// so that it must be met in the child.
func TestDamageThatLeavesTheTimesIsMetInTheChild(t *testing.T) {
	base, codes := filledStore(t, false)
	tables, err := filepath.Glob(filepath.Join(base, "store", "*.sst"))
	if err != nil || len(tables) == 0 {
		t.Fatal(tables, err)
	}
	for from := range 12 {
		dir := t.TempDir()
		copyAll(t, base, dir)
		p := filepath.Join(dir, "store", filepath.Base(tables[0]))
		info, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		at := int(info.Size()) * from / 12 // with the last page, which says where the blocks are
		if from == 11 {
			at = max(0, int(info.Size())-4096)
		}
		if err := errors.Join(faults.Overwrite(p, int64(at), make([]byte, min(4096, int(info.Size())-at))), os.Chtimes(p, info.ModTime(), info.ModTime())); err != nil {
			t.Fatal(err)
		}
		if !holdsAll(t, dir, codes) {
			t.Errorf("a page at %d of %d was not missed", at, info.Size())
		}
	}
}

// What store and journal have both lost cannot be brought back. It is said, to
// everybody who asks, until somebody says that they know.
func TestWhatStoreAndJournalBothLostIsSaid(t *testing.T) {
	base, codes := filledStore(t, false)
	harms := map[string]func(segment string) error{
		"cut": func(name string) error {
			b, err := os.ReadFile(name)
			return errors.Join(err, os.Truncate(name, int64(len(b)/2)))
		},
		"deleted": os.Remove,
		"zeroed":  func(name string) error { return faults.Overwrite(name, 3000, make([]byte, 2000)) },
	}
	for name, harm := range harms {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			copyAll(t, base, dir)
			segments, _ := filepath.Glob(filepath.Join(dir, "journal", "*.jnl"))
			if err := errors.Join(os.RemoveAll(filepath.Join(dir, "store")), harm(segments[len(segments)-1])); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				s := openAt(t, Options{Dir: dir})
				if rs, err := s.Referrals(); err != nil || len(rs) >= len(codes) {
					t.Fatalf("%d referrals, %v: nothing was lost", len(rs), err)
				}
				if st, err := s.Status(); err != nil || st.Missing == 0 {
					t.Errorf("status: %+v %v", st, err)
				}
				if r, err := s.Verify(t.Context(), false); err != nil || r.OK || r.Missing == 0 {
					t.Errorf("verify: %+v %v", r, err)
				}
				if err := s.RecordReferral(newReferral(t)); err != nil {
					t.Error(err)
				}
				closeStore(t, s)
			}
			s := openAt(t, Options{Dir: dir})
			if r, err := s.Verify(t.Context(), true); err != nil || !r.OK || !r.Repaired || r.Missing == 0 {
				t.Errorf("verify --repair: %+v %v", r, err)
			}
			closeStore(t, s)
			s = openAt(t, Options{Dir: dir})
			if st, err := s.Status(); err != nil || st.Missing != 0 {
				t.Errorf("after the repair: %+v %v", st, err)
			}
			closeStore(t, s)
		})
	}
}

func TestTablesWithoutAManifestAreNeverOpened(t *testing.T) {
	dir, codes := filledStore(t, false)
	if err := os.Remove(filepath.Join(dir, "store", "MANIFEST")); err != nil {
		t.Fatal(err)
	}
	tables, _ := filepath.Glob(filepath.Join(dir, "store", "*.sst"))
	holdsAll(t, dir, codes)
	kept, _ := filepath.Glob(filepath.Join(dir, "store.bad-*", "*.sst"))
	if len(tables) == 0 || len(kept) != len(tables) {
		t.Errorf("%d tables of %d were kept", len(kept), len(tables))
	}
}

func TestEmptyLogFilesLeftByAKillDoNoHarm(t *testing.T) {
	dir, codes := filledStore(t, false)
	for _, name := range []string{"00099.mem", "000099.vlog"} {
		if err := os.WriteFile(filepath.Join(dir, "store", name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := openAt(t, Options{Dir: dir})
	if st, err := s.Status(); err != nil || st.Rebuilt != "" {
		t.Errorf("%+v %v", st, err)
	}
	closeStore(t, s)
	holdsAll(t, dir, codes)
}

// What the journal has lost and the view still has is recorded again, so that a
// later loss of the view costs nothing either.
func TestRepairGivesTheJournalBackWhatItLost(t *testing.T) {
	dir, codes := filledStore(t, false)
	segments, _ := filepath.Glob(filepath.Join(dir, "journal", "*.jnl"))
	for _, name := range segments {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	s := openAt(t, Options{Dir: dir})
	if rep, err := s.Verify(context.Background(), false); err != nil || rep.OK || rep.Lost != 40 {
		t.Errorf("%+v %v", rep, err)
	}
	if rep, err := s.Verify(context.Background(), true); err != nil || !rep.OK || !rep.Repaired {
		t.Errorf("%+v %v", rep, err)
	}
	closeStore(t, s)
	if err := os.RemoveAll(filepath.Join(dir, "store")); err != nil {
		t.Fatal(err)
	}
	holdsAll(t, dir, codes)
}

func TestDamageMetWhileReadingIsHealed(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, made(dir))
	ids := importN(t, s, 600)
	v := s.view.Load()
	key := directoryKey(v.meta.Load().Gen, dirCommunity, ids[300])
	if err := v.stage([]entry{{key: key, val: []byte("damaged value")}}); err != nil {
		t.Fatal(err)
	}
	if n := countCommunities(t, s); n != 600 {
		t.Errorf("%d communities", n)
	}
	if c, err := s.Community(ids[300]); err != nil || c.ID != ids[300] {
		t.Error(c, err)
	}
	r := newReferral(t, ids[0])
	if err := s.RecordReferral(r); err != nil {
		t.Error(err)
	}
	closeStore(t, s)
	s = openAt(t, Options{Dir: dir})
	if st, err := s.Status(); err != nil || st.Rebuilt == "" || st.Communities != 600 || st.Referrals != 1 {
		t.Errorf("%+v %v", st, err)
	}
}

func TestUnreadableFolderIsNamed(t *testing.T) {
	dir := t.TempDir()
	closeStore(t, openAt(t, made(dir)))
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dir, 0o700)
	asNobody(t, func() {
		_, err := Open(context.Background(), Options{Dir: dir})
		if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), dir) {
			t.Errorf("the folder is not named: %v", err)
		}
	})
}
