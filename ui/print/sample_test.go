package print

import (
	"fmt"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
)

// now is the moment that every test sheet is made: Monday 23 November 2026.
var now = time.Date(2026, 11, 23, 10, 5, 0, 0, directory.Copenhagen)

func yes() *bool { v := true; return &v }

// walkers is a community of which everything is known.
func walkers() *directory.Community {
	lat, lon := 55.4426, 11.7901
	return &directory.Community{
		ID: "01936b1e-7f4a-7c3e-9b5a-0d2f6c1a8e11", Name: "Gå-glad Ringsted Syd",
		Places: []directory.Place{{Name: "Beboerhuset", Address: "Eksempelvej 4", Postcode: "4100", City: "Ringsted", Lat: &lat, Lon: &lon}},
		Schedule: []directory.Slot{
			{Weekday: 2, From: "10:00", To: "11:30"}, {Weekday: 4, From: "10:00", To: "11:30"},
		},
		Price:         &directory.Price{Kind: directory.PriceFree},
		Accompaniment: &directory.Accompaniment{Offered: yes(), How: "En ambassadør møder dig ved biblioteket kl. 9.30."},
		Welcome: &directory.Welcome{Greeter: "Bente", Where: "ved døren i grøn jakke", FirstTime: []string{
			"Bente står ved døren fra kl. 9.45.", "I går i to tempi.", "Bagefter er der kaffe."}},
		Contact:   &directory.Contact{Phone: "00000000"},
		AssuredAt: time.Date(2026, 11, 11, 9, 0, 0, 0, time.UTC), AssuredBy: "guide",
	}
}

func coffee() *directory.Community {
	return &directory.Community{
		ID: "01936b1e-7f4a-7c3e-9b5a-0d2f6c1a8e12", Name: "Kaffe & kilometer",
		Places:    []directory.Place{{Name: "Ringsted Bibliotek, caféen", City: "Ringsted"}},
		Schedule:  []directory.Slot{{Weekday: 5, From: "10:00"}},
		Welcome:   &directory.Welcome{FirstTime: []string{"Sæt dig ved det runde bord.", "Spørg efter gå-værten."}},
		Contact:   &directory.Contact{Phone: "00 00 00 00"},
		AssuredAt: time.Date(2026, 11, 11, 9, 0, 0, 0, time.UTC),
	}
}

// shelter meets at a place whose address is never told on paper.
func shelter() *directory.Community {
	lat, lon := 55.4431, 11.7911
	return &directory.Community{
		ID: "01936b1e-7f4a-7c3e-9b5a-0d2f6c1a8e13", Name: "Stille onsdag",
		Places:   []directory.Place{{Name: "Hemmelighuset", Address: "Skjulstien 7", Postcode: "4100", City: "Ringsted", Lat: &lat, Lon: &lon, Confidential: true}},
		Schedule: []directory.Slot{{RRule: "FREQ=MONTHLY;BYDAY=1WE", From: "16:30", To: "18:00"}},
		Price:    &directory.Price{Kind: directory.PricePerTime, DKK: 35, Note: "med kaffe"},
		Welcome:  &directory.Welcome{Greeter: "Ayşe og Łukasz", Where: "gul dør på Skjulstien"},
		Contact:  &directory.Contact{Phone: "+45 00 00 00 00"},
	}
}

// bare is a community of which only the name is known.
func bare() *directory.Community {
	return &directory.Community{ID: "01936b1e-7f4a-7c3e-9b5a-0d2f6c1a8e14", Name: "Skakklubben"}
}

// wordy is a community whose people have much to say.
func wordy() *directory.Community {
	c := walkers()
	c.ID = "01936b1e-7f4a-7c3e-9b5a-0d2f6c1a8e15"
	c.Name = "Foreningen til Fremme af Fællesskab, Fællesspisning og Frivillighed i Ringsted Syd og Omegn"
	c.Places[0].Address = "Gammel Benløse Skovvej 117, opgang C, 3. sal til venstre (elevator), bag ved den røde cykelskurbygning"
	c.Welcome.Greeter = strings.Repeat("Anne-Grethe Sørensen-Kjærgaard og Østen Ågård-Æbeløgade, ", 3)
	c.Welcome.FirstTime = []string{strings.Repeat("Du får en kop kaffe, og så går vi en langsom tur om søen. ", 6), "Rundvisning.", strings.Repeat("Speciallægepraksisplanlægningsstabiliseringsperiode", 4)}
	c.AssuredAt = time.Date(2025, 2, 3, 9, 0, 0, 0, time.UTC)
	return c
}

func reasons() []match.Reason {
	return []match.Reason{
		{Kind: match.ReasonKind(match.WishTopic), Fact: match.Met, Value: "gåtur"},
		{Kind: match.ReasonKind(match.WishTime), Fact: match.Met, Value: "forenoon"},
		{Kind: match.ReasonKind(match.WishPrice), Fact: match.Met, Value: "free"},
	}
}

// sample is a sheet with n communities as they come at a counter.
func sample(layout string, n int) Sheet {
	all := []*directory.Community{walkers(), coffee(), shelter(), bare(), wordy()}
	s := Sheet{Layout: layout, Language: "da", Name: "Karen", Greeting: "Held og lykke på tirsdag – spørg efter Bente.",
		Desk: "Ringsted Bibliotek", Date: "2026-11-23", Now: now, Code: "K7M4-QXR9", PublicURL: "https://vejviser.example.dk"}
	for i := range n {
		c := *all[i%len(all)]
		if i >= len(all) {
			c.ID = fmt.Sprintf("01936b1e-7f4a-7c3e-9b5a-0d2f6c1a8e%02d", 50+i)
		}
		card := Card{Community: &c}
		if i == 0 {
			card.Reasons = reasons()
		}
		s.Cards = append(s.Cards, card)
	}
	return s
}
