package match

import (
	"context"
	"fmt"
	"testing"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// country is a desk's town, its neighbour and a town far away; and one that
// does not say where it is.
func country() *Index {
	at := func(lat, lon float64) []directory.Place {
		return []directory.Place{{City: fmt.Sprintf("By %.1f", lat), Lat: &lat, Lon: &lon}}
	}
	return Build([]*directory.Community{
		{ID: "far", Name: "Strik", Activities: []string{"strik"}, Places: at(57.0, 10.0)},
		{ID: "here", Name: "Strik og snak", Summary: "Vi strikker.", Places: at(55.4, 11.8)},
		{ID: "nabo", Name: "Strikkecafé", Activities: []string{"strik"}, Places: at(55.6, 11.9)},
		{ID: "somewhere", Name: "Strikkeklubben", Activities: []string{"strik"}},
	})
}

func TestWhatLiesWithinReachComesFirstAndNothingIsHidden(t *testing.T) {
	x := country()
	q := Query{Text: "strik ", Origin: &Point{55.4, 11.8}, Today: "2026-11-23"}
	got := x.Search(context.Background(), q)
	if len(got.Hits) != 4 || got.Hits[3].ID != "far" || !got.Hits[3].Far || got.Hits[2].Far || got.Total != 3 || got.Beyond != 1 || got.Weak {
		t.Errorf("%d within reach, %d beyond: %+v", got.Total, got.Beyond, got.Hits)
	}
	q.Wide = true
	if got := x.Search(context.Background(), q); got.Total != 4 || got.Beyond != 0 || got.Hits[3].ID == "far" || got.Hits[0].Far {
		t.Errorf("the whole country: %d, %d: %+v", got.Total, got.Beyond, got.Hits)
	}
	q.Wide, q.Origin = false, nil
	if got := x.Search(context.Background(), q); got.Total != 4 || got.Beyond != 0 {
		t.Errorf("from nowhere: %d, %d", got.Total, got.Beyond)
	}
}

// Who names a place or a distance has said how far.
func TestANamedPlaceIsNeverOutOfReach(t *testing.T) {
	x := country()
	q := Query{Text: "strik i By 57.0 ", Origin: &Point{55.4, 11.8}, Today: "2026-11-23",
		Filters: []Wish{{Kind: WishArea, Value: "By 57.0"}}}
	if got := x.Search(context.Background(), q); got.Hits[0].ID != "far" || got.Beyond != 0 {
		t.Errorf("%d beyond: %+v", got.Beyond, got.Hits)
	}
}

// "Samme, men onsdag" at the other end of the country is not the same.
func TestWhatIsFarAwayIsNotNear(t *testing.T) {
	lat, lon, slot := 57.0, 10.0, []directory.Slot{{Weekday: 3, From: "10:00", To: "12:00"}}
	x := Build([]*directory.Community{
		{ID: "far", Name: "Strik", Activities: []string{"strik"}, Schedule: slot, Places: []directory.Place{{Lat: &lat, Lon: &lon}}},
	})
	q := Query{Text: "strik tirsdag ", Origin: &Point{55.4, 11.8}, Today: "2026-11-23"}
	if got := x.Search(context.Background(), q); len(got.Near) != 0 {
		t.Errorf("near: %+v", got.Near)
	}
	q.Wide = true
	if got := x.Search(context.Background(), q); len(got.Near) != 1 {
		t.Errorf("in the whole country: %+v", got.Near)
	}
}

// Two desks that ask one index in turn each get their own answer.
func TestReachIsThatOfTheDeskThatAsks(t *testing.T) {
	x := country()
	for range 2 {
		for _, c := range []struct {
			from  Point
			first string
			away  int
		}{{Point{57, 10}, "far", 2}, {Point{55.6, 11.9}, "nabo", 1}} {
			got := x.Search(context.Background(), Query{Text: "strik ", Origin: &c.from, Today: "2026-11-23"})
			if got.Hits[0].ID != c.first || got.Beyond != c.away {
				t.Errorf("from %v: %s first, %d beyond", c.from, got.Hits[0].ID, got.Beyond)
			}
		}
	}
}
