package match

import (
	"context"
	"reflect"
	"sync"
	"testing"
)

// TestSearchesAtOnceAnswerAsOneByOne: what one search keeps for the next is
// shared by all of them.
func TestSearchesAtOnceAnswerAsOneByOne(t *testing.T) {
	cs := load(t, "communities-1k.jsonl")
	texts := []string{"k", "", "min mor på 78 sidder alene", "strik om aftenen ", "gratis i gellerup", "fodboldtræning for børn", "kørestol", "gåtrur", "noget for mænd over 60"}
	at := func(i int) Query {
		q := Query{Text: texts[i%len(texts)], Today: today, Limit: 15}
		if i%2 == 0 {
			q.Origin = &Point{56.15, 10.2}
		}
		if i%5 == 0 {
			q.Filters = []Wish{{Kind: WishWeekday, Value: "2"}}
		}
		return q
	}
	const n = 90
	alone, want := Build(cs), make([]Result, n)
	for i := range want {
		want[i] = alone.Search(context.Background(), at(i))
	}
	x := Build(cs)
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			for k := range n {
				i := (k*7 + g*13) % n
				if got := x.Search(context.Background(), at(i)); !reflect.DeepEqual(got, want[i]) {
					t.Errorf("%+v answers otherwise beside others", at(i))
				}
			}
		})
	}
	all.Wait()
}
