package match

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
)

// worstTexts are what costs most: many words, unknown, long, misspelt, or all at once.
func worstTexts() map[string]string {
	r := rand.New(rand.NewPCG(1, 2))
	word := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = "aeiourstlnkdgmbvfphjy"[r.IntN(21)]
		}
		return string(b)
	}
	var short, long, compounds []string
	for range 64 {
		short = append(short, word(6))
		long = append(long, word(30))
		compounds = append(compounds, "haandboldtraenigsforennig"+word(3))
	}
	return map[string]string{
		"short": strings.Join(short, " "), "long": strings.Join(long, " "), "compounds": strings.Join(compounds, " "),
		"repeated": strings.Repeat("strikkecfae ", 64), "one letter": "e", "common": strings.Repeat("en tur med mad og kaffe for alle i by ", 8), "huge": strings.Repeat("x", 5000),
		"not": strings.Repeat("ikke noget med ", 300), "long sentence": strings.Repeat("min mor på 78 er blevet alene og vil gerne synge lidt ", 6),
	}
}

func BenchmarkWorst20k(b *testing.B) {
	x := Build(load(b, "communities-20k.jsonl"))
	for name, text := range worstTexts() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				x.Search(context.Background(), Query{Text: text, Today: today})
			}
		})
	}
}

// TestEveryTextEnds holds that no text makes a search run on; how long each
// takes is BenchmarkWorst20k's to say.
func TestEveryTextEnds(t *testing.T) {
	x := Build(load(t, "communities-1k.jsonl"))
	for name, text := range worstTexts() {
		if res := x.Search(context.Background(), Query{Text: text, Today: today}); len(res.Hits) > 10 {
			t.Errorf("%s gave %d hits where 10 were asked for", name, len(res.Hits))
		}
	}
}
