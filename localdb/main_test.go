package localdb

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// children are programs that a test starts in a process of its own, to be killed.
var children = map[string]func(args []string){}

func TestMain(m *testing.M) {
	CheckIfAsked()
	if len(os.Args) > 2 && os.Args[1] == "--child" {
		children[os.Args[2]](os.Args[3:])
		os.Exit(0)
	}
	code := m.Run()
	if code == 0 {
		// Badger with encryption leaves its caches' goroutines (findings/reliability §5.2).
		if err := goleak.Find(goleak.IgnoreAnyFunction("github.com/dgraph-io/ristretto/v2.(*lfuPolicy[...]).processItems"),
			goleak.IgnoreAnyFunction("github.com/dgraph-io/ristretto/v2.(*Cache[...]).processItems")); err != nil {
			fmt.Fprintln(os.Stderr, "goroutines left:", err)
			code = 1
		}
	}
	os.Exit(code)
}

func made(dir string) Options { return Options{Dir: dir, Create: true} }

func openAt(t testing.TB, o Options) *Store {
	t.Helper()
	s, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func closeStore(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// community is one of a numbered row of fictional communities.
func community(i int) *directory.Community {
	lat := 55.4 + float64(i%100)/1000
	return &directory.Community{
		Source: "test", SourceID: fmt.Sprint(i), Name: fmt.Sprintf("Gåklubben nr. %d", i),
		Summary:  "Vi går en tur og drikker kaffe bagefter.",
		Category: "Motion", Kind: directory.KindVoluntary,
		Organiser: &directory.OrganiserRef{Name: "Foreningen Bakkely"},
		Places:    []directory.Place{{Name: "Kulturhuset", Address: "Bakkevej 1", Postcode: "4100", City: "Ringsted", Lat: &lat}},
		Schedule:  []directory.Slot{{Weekday: 1 + i%7, From: "10:00", To: "11:30"}},
		Price:     &directory.Price{Kind: directory.PriceFree},
	}
}

func importN(t testing.TB, s *Store, n int) []string {
	t.Helper()
	var ids []string
	err := s.Import(context.Background(), func(tx *ImportTx) error {
		for i := range n {
			c := community(i)
			if err := tx.Put(c); err != nil {
				return err
			}
			ids = append(ids, c.ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func newReferral(t testing.TB, communities ...string) referral.Referral {
	code, err := referral.Draw(rand.Reader)
	if err != nil {
		panic(err) // also called in a child process, where there is no t
	}
	if len(communities) == 0 {
		communities = []string{uuid.NewString()}
	}
	return referral.Referral{
		ID: uuid.Must(uuid.NewV7()).String(), Code: code, At: directory.DayOf(time.Now()),
		Depth: referral.Guided, Communities: communities, Origin: referral.AskedFor, ShownBy: referral.ByProfessional,
	}
}

func countCommunities(t testing.TB, s *Store) int {
	t.Helper()
	n, last := 0, ""
	err := s.EachCommunity(func(c *directory.Community) error {
		if c.ID <= last {
			t.Fatalf("%s follows %s", c.ID, last)
		}
		n, last = n+1, c.ID
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// shared is the folder with test data, or skips the test.
func shared(t testing.TB, name string) string {
	t.Helper()
	p := filepath.Join("..", "..", "shared", "data", name)
	if _, err := os.Stat(p); err != nil {
		t.Skip("the shared test data is not here:", p)
	}
	return p
}

// checks lets rapid try less often where it was not told how often.
func checks(t *testing.T, n string) {
	t.Helper()
	f := flag.Lookup("rapid.checks")
	told := false
	flag.Visit(func(g *flag.Flag) { told = told || g == f })
	if told {
		return
	}
	old := f.Value.String()
	if err := f.Value.Set(n); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Value.Set(old) })
}
