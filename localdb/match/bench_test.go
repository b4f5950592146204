package match

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// keystrokes are all beginnings of the development queries, as they are typed.
func keystrokes(b *testing.B) []string {
	var out []string
	for _, q := range queries(b) {
		r := []rune(q.Query)
		for n := 1; n <= len(r); n++ {
			out = append(out, string(r[:n]))
		}
	}
	return out
}

// benchKeystroke reports the time from key press to ranked hits with reasons,
// p50 and p99 in microseconds.
func benchKeystroke(b *testing.B, file string) {
	x := Build(load(b, file))
	keys := keystrokes(b)
	ctx := context.Background()
	var took []time.Duration
	for b.Loop() {
		for _, k := range keys {
			t := time.Now()
			x.Search(ctx, Query{Text: k, Today: today, Origin: &Point{56.15, 10.2}, Limit: 20})
			took = append(took, time.Since(t))
		}
	}
	slices.Sort(took)
	at := func(p float64) float64 { return float64(took[int(p*float64(len(took)-1))].Nanoseconds()) / 1000 }
	b.ReportMetric(at(0.5), "µs/p50")
	b.ReportMetric(at(0.99), "µs/p99")
	b.ReportMetric(at(1), "µs/max")
}

func BenchmarkKeystroke1k(b *testing.B)  { benchKeystroke(b, "communities-1k.jsonl") }
func BenchmarkKeystroke20k(b *testing.B) { benchKeystroke(b, "communities-20k.jsonl") }

func benchBuild(b *testing.B, file string) {
	cs := load(b, file)
	b.ReportAllocs()
	for b.Loop() {
		Build(cs)
	}
}

func BenchmarkBuild1k(b *testing.B)  { benchBuild(b, "communities-1k.jsonl") }
func BenchmarkBuild20k(b *testing.B) { benchBuild(b, "communities-20k.jsonl") }

// BenchmarkUpdate20k changes one community of 20,000: the facts of one, and one
// that brings a new word.
func BenchmarkUpdate20k(b *testing.B) {
	cs := load(b, "communities-20k.jsonl")
	x := Build(cs)
	for name, word := range map[string]string{"facts": "", "word": " skumtrampolin"} {
		b.Run(name, func(b *testing.B) {
			c := *cs[77]
			c.Summary += word
			for b.Loop() {
				x.Update([]*directory.Community{&c}, nil)
			}
		})
	}
}

// BenchmarkLoad20k is what a cold start does instead of building.
func BenchmarkLoad20k(b *testing.B) {
	snapshot := Build(load(b, "communities-20k.jsonl")).Encode()
	b.ReportMetric(float64(len(snapshot))/1e6, "MB")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(snapshot); err != nil {
			b.Fatal(err)
		}
	}
}
