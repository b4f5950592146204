package match

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
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

// TestNoTextTakesLong is generous, for slow and busy machines; BenchmarkWorst20k
// has the figures.
func TestNoTextTakesLong(t *testing.T) {
	x := Build(load(t, "communities-1k.jsonl"))
	for name, text := range worstTexts() {
		from := time.Now()
		x.Search(context.Background(), Query{Text: text, Today: today})
		if d := time.Since(from); d > 2*time.Second {
			t.Errorf("%s took %v", name, d)
		}
	}
}
