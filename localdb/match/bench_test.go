package match

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
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

// hundredThousand is the directory of 20,000 five times, with towns and names of
// their own, and with words that nobody else has where words is not 0.
func hundredThousand(b testing.TB, words int) []*directory.Community {
	base := load(b, "communities-20k.jsonl")
	r := rand.New(rand.NewPCG(7, 7))
	pick := func(list string) string {
		l := strings.Fields(list)
		return l[r.IntN(len(l))]
	}
	word := func() string {
		s := ""
		for range 2 + r.IntN(3) {
			s += pick("b d f g h k l m n p r s t v st kr tr sk bl") + pick("a e i o u y æ ø å")
		}
		return s + pick("n r s d ng l sen lund")
	}
	out := make([]*directory.Community, 0, 5*len(base))
	for k := range 5 {
		for _, o := range base {
			c := *o
			c.ID = fmt.Sprint(k, o.ID)
			if k > 0 {
				c.Name += " " + pick("Nord Syd Øst Vest Midt")
				c.Places = slices.Clone(o.Places)
				for i := range c.Places {
					c.Places[i].City = string([]rune(c.Places[i].City + "    ")[:4]) + pick("by lev rup sted holt borg inge løse skov torp")
				}
			}
			for range words {
				c.Description += " " + word()
			}
			out = append(out, &c)
		}
	}
	return out
}

// benchKeystroke reports the processor time from key press to ranked hits with
// reasons, in microseconds.
func benchKeystroke(b *testing.B, cs []*directory.Community) {
	x := Build(cs)
	cs = nil
	runtime.GC()
	keys := keystrokes(b)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	ctx := context.Background()
	var took []time.Duration
	for b.Loop() {
		for _, k := range keys {
			t := processorTime()
			x.Search(ctx, Query{Text: k, Today: today, Origin: &Point{56.15, 10.2}, Limit: 20})
			took = append(took, processorTime()-t)
		}
	}
	slices.Sort(took)
	at := func(p float64) float64 { return float64(took[int(p*float64(len(took)-1))].Nanoseconds()) / 1000 }
	b.ReportMetric(at(0.5), "µs/p50")
	b.ReportMetric(at(0.99), "µs/p99")
	b.ReportMetric(at(1), "µs/max")
	b.ReportMetric(float64(x.spelled.len()), "words")
}

func BenchmarkKeystroke1k(b *testing.B)   { benchKeystroke(b, load(b, "communities-1k.jsonl")) }
func BenchmarkKeystroke20k(b *testing.B)  { benchKeystroke(b, load(b, "communities-20k.jsonl")) }
func BenchmarkKeystroke100k(b *testing.B) { benchKeystroke(b, hundredThousand(b, 0)) }

// BenchmarkKeystroke100kWords has 250,000 distinct words and more, as real life does.
func BenchmarkKeystroke100kWords(b *testing.B) { benchKeystroke(b, hundredThousand(b, 4)) }

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

func benchLoad(b *testing.B, cs []*directory.Community) {
	snapshot := Build(cs).Encode()
	b.ReportMetric(float64(len(snapshot))/1e6, "MB")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(snapshot); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLoad is what a cold start does instead of building.
func BenchmarkLoad1k(b *testing.B)   { benchLoad(b, load(b, "communities-1k.jsonl")) }
func BenchmarkLoad20k(b *testing.B)  { benchLoad(b, load(b, "communities-20k.jsonl")) }
func BenchmarkLoad100k(b *testing.B) { benchLoad(b, hundredThousand(b, 0)) }
