package print

import (
	"bufio"
	"os"
	"path/filepath"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/go-json-experiment/json"
)

// TestADirectoryAsPeopleWriteItPrintsOnEveryLayout draws records that look like
// real ones; their texts have the lengths and the gaps that layouts meet.
func TestADirectoryAsPeopleWriteItPrintsOnEveryLayout(t *testing.T) {
	in, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "directory", "communities-1k.jsonl"))
	if err != nil {
		t.Skip("the test directory is not here: ", err)
	}
	defer in.Close()
	var all []*directory.Community
	for sc := bufio.NewScanner(in); sc.Scan() && len(all) < 120; {
		c := new(directory.Community)
		if err := json.Unmarshal(sc.Bytes(), c); err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	layouts := []string{A4, A5, Large}
	for i := 0; i+3 <= len(all); i += 3 {
		s := sample(layouts[i/3%3], 1)
		s.Cards = nil
		for _, c := range all[i : i+3] {
			s.Cards = append(s.Cards, Card{Community: c})
		}
		if i%2 == 0 {
			s.PublicURL = ""
		}
		j, _ := handout(t, s)
		for _, f := range overlaps(j) {
			t.Errorf("from record %d, %s: %s", i, s.Layout, f)
		}
	}
	m := selection(t)
	m.Communities = all[:60]
	for name, make := range materials(t) {
		if name == "postcard-4" || name == "booklet-a4" {
			continue // the same drawings
		}
		j, _, err := make(m)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range overlaps(j) {
			t.Errorf("%s: %s", name, f)
		}
	}
}
