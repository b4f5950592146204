package interchange_test

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/interchange"
)

func TestMain(m *testing.M) {
	localdb.CheckIfAsked()
	os.Exit(m.Run())
}

// The store itself is the target: what was imported is there after it was
// closed and opened again, and the same file then changes nothing.
func TestStoreKeepsWhatIsImported(t *testing.T) {
	path := filepath.Join("..", "..", "..", "shared", "data", "directory", "communities-1k.jsonl")
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the shared test data is not here: %v", err)
	}
	ctx := context.Background()
	now := func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }
	dir := t.TempDir()
	for turn, want := range []interchange.Account{{Rows: 1000, Added: 1000}, {Rows: 1000, Unchanged: 1000}} {
		s, err := localdb.Open(ctx, localdb.Options{Dir: dir, Create: turn == 0, Now: now, Rand: rand.Reader})
		if err != nil {
			t.Fatal(err)
		}
		im, err := interchange.Plan(ctx, []string{path}, interchange.Options{Today: "2026-11-23"})
		if err != nil {
			t.Fatal(err)
		}
		var got interchange.Account
		err = s.Import(ctx, func(tx *localdb.ImportTx) error {
			got, err = im.Run(ctx, tx, nil)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got.Rows != want.Rows || got.Added != want.Added || got.Unchanged != want.Unchanged || got.Refused != 0 || got.Updated != 0 {
			t.Errorf("turn %d: %+v", turn, got)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
