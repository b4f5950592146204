package localdb

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
)

func found(x *Search, text string) (names []string) {
	for _, h := range x.Index.Search(context.Background(), match.Query{Text: text}).Hits {
		names = append(names, h.Name)
	}
	return names
}

func put1(t *testing.T, s *Store, cs ...*directory.Community) {
	t.Helper()
	err := s.Import(context.Background(), func(tx *ImportTx) error {
		for _, c := range cs {
			if err := tx.Put(c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func mustSearch(t *testing.T, s *Store) *Search {
	t.Helper()
	x, err := s.Search()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestTheKeptSearchFollowsTheDirectory(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, made(dir))
	importN(t, s, 50)
	put1(t, s, &directory.Community{Name: "Strikkecaféen Zebraen", Source: "a", SourceID: "1"})
	x := mustSearch(t, s)
	if got := found(x, "zebraen"); len(got) == 0 || got[0] != "Strikkecaféen Zebraen" {
		t.Fatalf("found %v", got)
	}
	closeStore(t, s)

	s = openAt(t, made(dir))
	kept, err := s.loadSearch()
	if err != nil || kept == nil {
		t.Fatalf("nothing was kept: %v", err)
	}
	y := mustSearch(t, s)
	if y.made != x.made || !bytes.Equal(y.Index.Encode(), x.Index.Encode()) {
		t.Error("the kept search is another one")
	}
	put1(t, s, &directory.Community{Name: "Vandreholdet Giraffen", Source: "a", SourceID: "1"}, &directory.Community{Name: "Ølbryggerne", Source: "a", SourceID: "2"})
	z, err := s.Renew(y)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := s.renew(nil)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(z.Index.Encode(), whole.Index.Encode()) {
		t.Error("what was brought up to date differs from what is made anew")
	}
	if got := found(z, "giraffen"); len(got) == 0 || got[0] != "Vandreholdet Giraffen" {
		t.Errorf("found %v", got)
	}
	// an old file, as a crash between import and search leaves it, is brought up to date
	if err := s.keepSearch(y); err != nil {
		t.Fatal(err)
	}
	if got := found(mustSearch(t, s), "giraffen"); len(got) == 0 || got[0] != "Vandreholdet Giraffen" {
		t.Errorf("after an old file: found %v", got)
	}
	closeStore(t, s)
}

func TestADamagedKeptSearchIsMadeAnewAndShowsNothingOnDisk(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, made(dir))
	put1(t, s, &directory.Community{Name: "Hemmelighedskræmmerne", Description: "Vi mødes i Zanzibarhuset."})
	x := mustSearch(t, s)
	file := filepath.Join(dir, searchName)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"kræmmerne", "kraemmerne", "hemmelighed", "zanzibar", "Zanzibar"} {
		if bytes.Contains(b, []byte(word)) {
			t.Errorf("the disk shows %q", word)
		}
	}
	for _, bad := range [][]byte{{}, b[:10], b[:len(b)/2], append(bytes.Clone(b[:len(b)-1]), b[len(b)-1]^1), []byte("VJSX and more than a nonce")} {
		if err := os.WriteFile(file, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if y := mustSearch(t, s); !bytes.Equal(y.Index.Encode(), x.Index.Encode()) {
			t.Errorf("%d bytes: another search", len(bad))
		}
	}
	closeStore(t, s)
}

func TestACommunityThatIsGoneIsNotFound(t *testing.T) {
	s := openAt(t, made(t.TempDir()))
	importN(t, s, 10)
	x := mustSearch(t, s)
	// stamps of one that is in the store no more
	x.kept = append(x.kept, append([]byte{4}, "gone\x01\x02\x03\x04\x05\x06\x07\x08"...)...)
	x.made.gen--
	y := *x
	y.Index = x.Index.Update([]*directory.Community{{ID: "gone", Name: "Forsvundet"}}, nil)
	z, err := s.Renew(&y)
	if err != nil {
		t.Fatal(err)
	}
	if z.Index.Len() != 10 || len(found(z, "forsvundet")) > 0 && found(z, "forsvundet")[0] == "Forsvundet" {
		t.Errorf("%d communities, %v", z.Index.Len(), found(z, "forsvundet"))
	}
	closeStore(t, s)
}
