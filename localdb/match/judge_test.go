package match

import (
	"bufio"
	"context"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// The shared test data, seen from this package.
const shared = "../../../shared/data/directory/"

// load reads communities of the shared test data, or skips the test.
func load(t testing.TB, file string) []*directory.Community {
	t.Helper()
	var out []*directory.Community
	lines(t, file, func(line []byte) {
		c := new(directory.Community)
		if err := json.Unmarshal(line, c); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		out = append(out, c)
	})
	return out
}

func lines(t testing.TB, file string, fn func([]byte)) {
	t.Helper()
	f, err := os.Open(shared + file)
	if os.IsNotExist(err) {
		t.Skip("the shared test data is not here: " + shared + file)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<24)
	for sc.Scan() {
		fn(sc.Bytes())
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
}

// judged is one query with what people would want to see.
type judged struct {
	ID      string         `json:"id"`
	Query   string         `json:"query"`
	Class   string         `json:"class"`
	Grade1k map[string]int `json:"grades_1k"`
}

func queries(t testing.TB) []judged {
	t.Helper()
	var out []judged
	lines(t, "queries-dev.jsonl", func(line []byte) {
		var q judged
		if err := json.Unmarshal(line, &q); err != nil {
			t.Fatal(err)
		}
		out = append(out, q)
	})
	return out
}

// ndcg is nDCG@10 with gain 2^g − 1 and log2 discount; where nothing fits, it is
// right to say so.
func ndcg(res Result, grades map[string]int) float64 {
	if len(grades) == 0 {
		if res.Weak || len(res.Hits) == 0 {
			return 1
		}
		return 0
	}
	gain := func(g int) float64 { return math.Pow(2, float64(g)) - 1 }
	var got, best float64
	for i, h := range res.Hits[:min(10, len(res.Hits))] {
		got += gain(grades[h.SourceID]) / math.Log2(float64(i)+2)
	}
	var all []int
	for _, g := range grades {
		all = append(all, g)
	}
	slices.Sort(all)
	slices.Reverse(all)
	for i, g := range all[:min(10, len(all))] {
		best += gain(g) / math.Log2(float64(i)+2)
	}
	return got / best
}

// TestWhatPeopleWantIsFound keeps a floor under the quality on the development
// queries. They are a guard, not a target: the lists are not tuned to them.
func TestWhatPeopleWantIsFound(t *testing.T) {
	x := Build(load(t, "communities-1k.jsonl"))
	sum, n := map[string]float64{}, map[string]float64{}
	silent := 0
	for _, q := range queries(t) {
		res := x.Search(context.Background(), Query{Text: q.Query, Today: "2026-11-23"})
		v := ndcg(res, q.Grade1k)
		sum[q.Class] += v
		n[q.Class]++
		sum[""] += v
		n[""]++
		if res.Weak && len(q.Grade1k) > 0 {
			silent++
			t.Logf("wrong silence: %s", q.Query)
		}
		if v < 0.75 {
			t.Logf("%.2f %-10s %s (total %d)", v, q.Class, q.Query, res.Total)
		}
	}
	for c := range sum {
		t.Logf("nDCG@10 %-11s %.3f of %.0f", c, sum[c]/n[c], n[c])
	}
	if all := sum[""] / n[""]; all < 0.90 {
		t.Errorf("nDCG@10 over all is %.3f, less than 0.90", all)
	}
	if silent > 2 {
		t.Errorf("%d queries were answered with a wrong \"no good match\"", silent)
	}
}
