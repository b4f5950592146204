package say

import (
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
)

var da, en = In("da"), In("en")

func TestSchedulesAreSaidAsPeopleSayThem(t *testing.T) {
	for _, c := range []struct {
		slots  []directory.Slot
		da, en string
	}{
		{nil, "", ""},
		{[]directory.Slot{{Weekday: 2, From: "10:00", To: "11:30"}, {Weekday: 4, From: "10:00", To: "11:30"}}, "Tirsdag og torsdag kl. 10–11.30", "Tuesday and Thursday 10:00–11:30"},
		{[]directory.Slot{{Weekday: 1, From: "09:30"}, {Weekday: 6, From: "14:00", To: "16:00"}}, "Mandag kl. 9.30, lørdag kl. 14–16", "Monday at 9:30, Saturday 14:00–16:00"},
		{[]directory.Slot{{RRule: directory.OddWeeks(3), From: "17:30"}}, "Onsdag i ulige uger kl. 17.30", "Wednesday in odd weeks at 17:30"},
		{[]directory.Slot{{RRule: "FREQ=MONTHLY;BYDAY=1MO", From: "19:00", To: "21:00"}}, "Første mandag i måneden kl. 19–21", "First Monday of the month 19:00–21:00"},
		{[]directory.Slot{{RRule: "FREQ=MONTHLY;BYDAY=1SU,3SU", From: "13:00"}}, "Første og tredje søndag i måneden kl. 13", "First and third Sunday of the month at 13:00"},
		{[]directory.Slot{{RRule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"}}, "Hver anden torsdag", "Every other Thursday"},
		{[]directory.Slot{{Weekday: 7, From: "10:00", ValidFrom: "2026-05-01", ValidTo: "2026-09-30"}}, "Søndag kl. 10 (fra 1. maj til 30. sep.)", "Sunday at 10:00 (from 1 May to 30 Sep)"},
		{[]directory.Slot{{Note: "Ring og hør, hvornår vi mødes."}}, "Ring og hør, hvornår vi mødes.", "Ring og hør, hvornår vi mødes."},
		{[]directory.Slot{{RRule: "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=23", From: "20:00"}}, "Skiftende dage kl. 20", "Changing days at 20:00"},
		{[]directory.Slot{{Weekday: 1, From: "09:00"}, {Weekday: 2, From: "10:00"}, {Weekday: 3, From: "11:00"}, {Weekday: 4, From: "12:00"}, {Weekday: 5, From: "13:00"}}, "Mandag kl. 9, tirsdag kl. 10, onsdag kl. 11, og 2 tider mere", "Monday at 9:00, Tuesday at 10:00, Wednesday at 11:00, and 2 more times"},
	} {
		if got := da.Schedule(c.slots); got != c.da {
			t.Errorf("da: %q, want %q", got, c.da)
		}
		if got := en.Schedule(c.slots); got != c.en {
			t.Errorf("en: %q, want %q", got, c.en)
		}
	}
}

func TestTheNextTimeIsSaidInFullAndInShort(t *testing.T) {
	at := func(h, m int) time.Time { return time.Date(2026, 11, 24, h, m, 0, 0, directory.Copenhagen) }
	o := directory.Occurrence{Start: at(10, 0), End: at(11, 30), HasTime: true, HasEnd: true}
	if got := da.Next(o); got != "tirsdag 24. november kl. 10–11.30" {
		t.Error(got)
	}
	if got := da.ShortNext(o); got != "tir. 24. nov. kl. 10" {
		t.Error(got)
	}
	if got := en.Next(o); got != "Tuesday 24 November 10:00–11:30" {
		t.Error(got)
	}
}

func TestPricesDistancesAndFreshnessAreShort(t *testing.T) {
	for got, want := range map[string]string{
		da.Price(nil): "", da.Price(&directory.Price{Kind: directory.PriceFree}): "Gratis",
		da.Price(&directory.Price{Kind: directory.PricePerTime, DKK: 30}):                      "30 kr. pr. gang",
		da.Price(&directory.Price{Kind: directory.PriceSeason, DKK: 1250, Note: "låneudstyr"}): "1.250 kr. for en sæson (låneudstyr)",
		da.Distance(-1): "", da.Distance(0.34): "350 m", da.Distance(1.2): "1,2 km", da.Distance(24.4): "24 km",
		da.Freshness(directory.Freshness{Stale: true}):                          "ikke bekræftet endnu",
		da.Freshness(directory.Freshness{Stated: true, Days: 12}):               "bekræftet for 12 dage siden",
		da.Freshness(directory.Freshness{Stated: true, Days: 36}):               "bekræftet for 5 uger siden",
		da.Freshness(directory.Freshness{Stated: true, Days: 220, Stale: true}): "ikke bekræftet i 7 mdr.",
		da.Phone("00000000"): "00 00 00 00", da.Phone("+4500000000"): "+45 00 00 00 00", da.Phone("lokal 12"): "lokal 12",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAConfidentialAddressIsNeverSaid(t *testing.T) {
	p := &directory.Place{Name: "Huset", Address: "Hemmeligvej 1", Postcode: "0000", City: "By", Confidential: true}
	if got := da.Place(p) + da.ShortPlace(p); got != "Ring, så får du adressen at videadressen fås ved at ringe" {
		t.Error(got)
	}
}

func TestWhyIsSaidOnlyFromWhatIsMet(t *testing.T) {
	rs := []match.Reason{
		{Kind: match.ReasonWord, Fact: match.Met, Value: "gåtur"},
		{Kind: match.ReasonKind(match.WishTime), Fact: match.Met, Value: "forenoon"},
		{Kind: match.ReasonKind(match.WishPrice), Fact: match.Met, Value: "free"},
		{Kind: match.ReasonKind(match.WishLanguage), Fact: match.NotMet, Value: "ar"},
	}
	if got, want := da.Because(rs), "Fordi du gerne vil noget med gåtur om formiddagen, og det er gratis."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := en.Because(rs), "Because you would like to get out in the forenoon, and it is free."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := da.Because(rs[3:]); got != "" {
		t.Error(got)
	}
	loss := []match.Reason{{Kind: match.ReasonWord, Fact: match.Met, Value: "sorggruppe"}}
	if got := da.Because(loss); got != "Fordi det passer til det, du fortalte." {
		t.Errorf("the sheet says %q", got)
	}
	if got := en.Because(loss); got != "Because it fits what you told us." {
		t.Errorf("the sheet says %q", got)
	}
	price := []match.Reason{{Kind: match.ReasonKind(match.WishPrice), Fact: match.Met, Number: 30}}
	if got := da.Because(price); got != "Fordi det kun koster 30 kr." {
		t.Error(got)
	}
}

// Every kind of wish and reason, in every fact, has words in every language.
func TestEveryReasonHasWords(t *testing.T) {
	values := map[match.WishKind][]string{
		match.WishTopic: {"gåtur"}, match.WishTime: {"morning", "forenoon", "afternoon", "evening", "weekend", "weekday", "daytime"},
		match.WishWeekday: {"1", "2", "3", "4", "5", "6", "7"}, match.WishPrice: {"free", "cheap"}, match.WishArea: {"Vestbo"},
		match.WishDistance: {""}, match.WishAge: {""}, match.WishGroup: append([]string{"women", "men"}, directory.Groups...),
		match.WishLanguage: {"da", "uk"}, match.WishAccessibility: directory.Accessibilities, match.WishConsideration: directory.Considerations,
		match.WishAccompaniment: {""}, match.WishRoom: {""}, match.WishAcross: {""},
		match.WishKindOf: {"association", "voluntary", "municipal", "housing", "informal", "practice_ground"},
	}
	for _, s := range []*Speaker{da, en} {
		for kind, vs := range values {
			for _, v := range vs {
				w := match.Wish{Kind: kind, Value: v, Number: 3}
				said := []string{s.Wish(w)}
				for _, f := range []match.Fact{match.Met, match.NotStated, match.NotMet} {
					r := match.Reason{Kind: match.ReasonKind(kind), Fact: f, Value: v, Number: 3}
					said = append(said, s.Reason(r), s.Because([]match.Reason{r}))
				}
				for i, text := range said {
					if i%2 == 1 && text == "" || containsKey(text) {
						t.Errorf("%s %s %s: %q", s.Lang(), kind, v, said)
						break
					}
				}
			}
		}
	}
}

func containsKey(s string) bool {
	for _, r := range s {
		if r == '«' || r == '{' || r == '_' {
			return true
		}
	}
	return false
}
