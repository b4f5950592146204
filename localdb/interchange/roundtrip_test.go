package interchange

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

const today = directory.Day("2026-11-23")

var shared = filepath.Join("..", "..", "..", "shared", "data")

// memory is a target that keeps records in memory.
type memory struct {
	byID map[string]*directory.Community
	keys map[string]string // any identity → id
	puts int
}

func newMemory() *memory {
	return &memory{byID: map[string]*directory.Community{}, keys: map[string]string{}}
}

func keysOf(id directory.Identity) []string {
	var out []string
	if id.ID != "" {
		out = append(out, "i"+id.ID)
	}
	if id.SourceID != "" {
		out = append(out, "s"+id.Source+"\x00"+id.SourceID)
	}
	if len(out) == 0 {
		out = append(out, "n"+id.NameKey)
	}
	return out
}

func (m *memory) Existing(id directory.Identity) (*directory.Community, error) {
	for _, k := range keysOf(id) {
		if at, ok := m.keys[k]; ok {
			return copyOf(m.byID[at])
		}
	}
	return nil, nil
}

func (m *memory) Put(c *directory.Community) error {
	if err := c.Validate(); err != nil {
		return directory.Problems(err)[0]
	}
	kept, err := copyOf(c)
	if err != nil {
		return err
	}
	id := kept.Identity()
	m.byID[id.ID] = kept
	m.puts++
	for _, k := range append(keysOf(id), "n"+id.NameKey) {
		m.keys[k] = id.ID
	}
	return nil
}

func (m *memory) each(fn func(*directory.Community) error) error {
	var ids []string
	for id := range m.byID {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if err := fn(m.byID[id]); err != nil {
			return err
		}
	}
	return nil
}

func (m *memory) export(t testing.TB, f Format) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Export(context.Background(), &b, f, m.each); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func take(t testing.TB, to Target, o Options, paths ...string) Account {
	t.Helper()
	if o.Today == "" {
		o.Today = today
	}
	im, err := Plan(context.Background(), paths, o)
	if err != nil {
		t.Fatal(err)
	}
	a, err := im.Run(context.Background(), to, nil)
	if err != nil {
		t.Fatal(err)
	}
	adds(t, a)
	return a
}

func adds(t testing.TB, a Account) {
	t.Helper()
	if a.Rows != a.Added+a.Updated+a.Unchanged+a.Refused {
		t.Fatalf("%d rows, but %d added + %d updated + %d unchanged + %d refused", a.Rows, a.Added, a.Updated, a.Unchanged, a.Refused)
	}
	for _, n := range append(slices.Clone(a.Refusals), a.Notes...) {
		if !slices.Contains(Reasons, n.Reason) && !slices.Contains(directory.Reasons, n.Reason) {
			t.Errorf("%q is no reason that has a text", n.Reason)
		}
	}
}

func file(t testing.TB, name, content string) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(p, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

func data(t testing.TB, parts ...string) string {
	t.Helper()
	p := filepath.Join(append([]string{shared}, parts...)...)
	if _, err := os.Stat(p); err != nil {
		t.Skipf("the shared test data is not here: %v", err)
	}
	return p
}

func counts(a Account) [5]int { return [5]int{a.Rows, a.Added, a.Updated, a.Unchanged, a.Refused} }

func TestSecondImportChangesNothing(t *testing.T) {
	path := data(t, "directory", "communities-1k.jsonl")
	m := newMemory()
	if got := counts(take(t, m, Options{}, path)); got != [5]int{1000, 1000, 0, 0, 0} {
		t.Fatal(got)
	}
	if got := counts(take(t, m, Options{}, path)); got != [5]int{1000, 0, 0, 1000, 0} {
		t.Fatal(got)
	}
}

func TestExportComesBackTheSame(t *testing.T) {
	m := newMemory()
	take(t, m, Options{}, data(t, "directory", "communities-1k.jsonl"))
	first := m.export(t, JSONL)
	again := newMemory()
	take(t, again, Options{}, file(t, "export.jsonl", string(first)))
	if !bytes.Equal(first, again.export(t, JSONL)) {
		t.Error("the lines of the second export differ")
	}
	for _, f := range []Format{CSV, XLSX} {
		path := file(t, "export."+string(f), string(m.export(t, f)))
		a := take(t, m, Options{}, path)
		if counts(a) != [5]int{1000, 0, 0, 1000, 0} {
			t.Errorf("%s: %v, %v", f, counts(a), a.Refusals)
		}
		fresh := newMemory()
		a = take(t, fresh, Options{}, path)
		if a.Added != 1000 {
			t.Errorf("%s into an empty store: %v %v", f, counts(a), a.Refusals)
		}
		for _, n := range a.Notes[:min(5, len(a.Notes))] {
			t.Errorf("%s: %v", f, n)
		}
		if got := fresh.export(t, JSONL); !bytes.Equal(first, got) {
			x, y := strings.Split(string(first), "\n"), strings.Split(string(got), "\n")
			n := 0
			for i := range x {
				if i < len(y) && x[i] != y[i] && n < 3 {
					n++
					t.Errorf("%s into an empty store:\n%s\n%s", f, x[i], y[i])
				}
			}
		}
	}
}
