package match

import (
	"context"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// TestAmongEqualsRoomComesFirst: what is full is still shown, after what has room.
func TestAmongEqualsRoomComesFirst(t *testing.T) {
	full := &directory.Community{ID: "a", Name: "Strik på torvet", Activities: []string{"strik"}, Capacity: &directory.Capacity{Free: num(0)}}
	room := &directory.Community{ID: "b", Name: "Strik ved åen", Activities: []string{"strik"}, Capacity: &directory.Capacity{Free: num(4)}}
	r := Build([]*directory.Community{full, room}).Search(context.Background(), Query{Text: "strik", Today: today})
	if len(r.Hits) != 2 || r.Hits[0].ID != "b" {
		t.Errorf("%+v", r.Hits)
	}
}

// TestASmallGroupThatIsAskedForWeighs: it comes before what is only as much about the topic.
func TestASmallGroupThatIsAskedForWeighs(t *testing.T) {
	many := &directory.Community{ID: "a", Name: "Naturgruppen", Description: "Vi går i naturen.", Activities: []string{"natur"}}
	few := &directory.Community{ID: "b", Name: "Stille tur", Description: "Vi går i naturen.", Activities: []string{"gåtur", "natur"}, Considerations: []string{"small_groups", "quiet"}}
	r := Build([]*directory.Community{many, few}).Search(context.Background(), Query{Text: "noget i naturen, ikke for mange mennesker", Today: today})
	if len(r.Hits) != 2 || r.Hits[0].ID != "b" {
		t.Errorf("%+v", r.Hits)
	}
}

// TestTheWholeCountryCanBeAskedForInWords, and taken off again like any wish.
func TestTheWholeCountryCanBeAskedForInWords(t *testing.T) {
	lat, lon := 57.7, 10.6
	far := &directory.Community{ID: "a", Name: "Skak på toppen", Activities: []string{"skak"}, Places: []directory.Place{{City: "Skagen", Lat: &lat, Lon: &lon}}}
	x := Build([]*directory.Community{far})
	q := Query{Text: "skak i hele landet ", Origin: &Point{55.4, 11.7}, Today: today}
	r := x.Search(context.Background(), q)
	if r.Total != 1 || len(r.Wishes) != 1 || r.Wishes[0].Kind != WishWide {
		t.Errorf("%+v", r)
	}
	q.Dropped = map[string]bool{r.Wishes[0].Key(): true}
	if r = x.Search(context.Background(), q); r.Beyond != 1 || r.Total != 0 {
		t.Errorf("dropped: %+v", r)
	}
}
