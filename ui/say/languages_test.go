package say

import (
	"slices"
	"testing"
	"time"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
)

// Every language says a time, a schedule, a price and a list in its own way. What
// stands between U+2066 and U+2069 keeps its direction inside a text from right to left.
func TestEachLanguageSaysItsTimesAndPrices(t *testing.T) {
	start := time.Date(2026, 11, 24, 10, 0, 0, 0, directory.Copenhagen)
	next := directory.Occurrence{Start: start, End: start.Add(90 * time.Minute), HasTime: true, HasEnd: true}
	slots := []directory.Slot{{Weekday: 2, From: "10:00", To: "11:30"}, {Weekday: 4, From: "10:00", To: "11:30"}}
	price := &directory.Price{Kind: directory.PricePerTime, DKK: 1250}
	for lang, want := range map[string][3]string{
		"da": {"tirsdag 24. november kl. 10–11.30", "Tirsdag og torsdag kl. 10–11.30", "1.250 kr. pr. gang"},
		"en": {"Tuesday 24 November 10:00–11:30", "Tuesday and Thursday 10:00–11:30", "1,250 kr. each time"},
		"uk": {"вівторок, 24 листопада 10:00–11:30", "Вівторок і четвер 10:00–11:30", "1\u00a0250 крон за раз"},
		"pl": {"wtorek, 24 listopada godz. 10:00–11:30", "Wtorek i czwartek godz. 10:00–11:30", "1\u00a0250 koron za raz"},
		"de": {"Dienstag, 24. November 10–11.30 Uhr", "Dienstag und Donnerstag 10–11.30 Uhr", "1.250 Kr. pro Mal"},
		"tr": {"24 Kasım salı saat 10.00–11.30", "Salı ve perşembe saat 10.00–11.30", "her sefer 1.250 kron"},
		"so": {"Talaado, 24 Nofembar saacadda 10:00–11:30", "Talaado iyo Khamiis saacadda 10:00–11:30", "1,250 karoon markiiba"},
		"ar": {"الثلاثاء \u206624\u2069 نوفمبر من الساعة \u206610:00\u2069\u00a0إلى\u00a0\u206611:30\u2069", "الثلاثاء والخميس من الساعة \u206610:00\u2069\u00a0إلى\u00a0\u206611:30\u2069", "\u20661,250\u2069 كرون في كل مرة"},
		"fa": {"سه\u200cشنبه \u206624\u2069 نوامبر از ساعت \u206610:00\u2069\u00a0تا\u00a0\u206611:30\u2069", "سه\u200cشنبه و پنج\u200cشنبه از ساعت \u206610:00\u2069\u00a0تا\u00a0\u206611:30\u2069", "هر بار \u20661,250\u2069 کرون"},
	} {
		s := In(lang)
		for i, got := range []string{s.Next(next), s.Schedule(slots), s.Price(price)} {
			if got != want[i] {
				t.Errorf("%s: %q, want %q", lang, got, want[i])
			}
		}
	}
	if got := In("tr").Schedule([]directory.Slot{{RRule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"}}); got != "İki haftada bir perşembe" {
		t.Errorf("%q", got)
	}
}

// No language leaves a gap: whatever a sheet can say of a community has words.
func TestNoLanguageLeavesAGapInWhatItSays(t *testing.T) {
	slots := []string{"FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "FREQ=MONTHLY;BYDAY=1MO,-1FR", "FREQ=MONTHLY;BYMONTHDAY=3", "FREQ=DAILY", "FREQ=YEARLY", directory.OddWeeks(3)}
	three, seven := 3, 7
	for _, lang := range translations.Sheets {
		s := In(lang)
		said := []string{s.Day("2026-11-24"), s.ShortDay("2026-02-03"), s.Distance(0.3), s.Distance(3.2), s.Distance(30),
			s.Price(&directory.Price{Kind: directory.PriceFree}), s.Room(&directory.Capacity{Free: &three, AsOf: "2026-11-01"}), s.Room(&directory.Capacity{Free: new(int)}),
			s.Audience(&directory.Audience{MinAge: &three, MaxAge: &seven, Gender: "women"}), s.Audience(&directory.Audience{MinAge: &three}), s.Audience(&directory.Audience{MaxAge: &seven})}
		for _, days := range []int{0, 1, 5, 20, 90, 400, 800} {
			said = append(said, s.Freshness(directory.Freshness{Stated: true, Days: days}), s.Freshness(directory.Freshness{Stated: true, Days: days, Stale: true}))
		}
		for _, r := range slots {
			said = append(said, s.Schedule([]directory.Slot{{RRule: r, From: "09:30", ValidFrom: "2026-05-01", ValidTo: "2026-09-30"}}))
		}
		for n := range 7 {
			said = append(said, s.Because([]match.Reason{{Kind: match.ReasonKind(match.WishWeekday), Fact: match.Met, Value: string(rune('1' + n))}}))
		}
		for _, g := range []struct {
			group  string
			values []string
		}{{"consideration", directory.Considerations}, {"accessibility", directory.Accessibilities}, {"group", directory.Groups}, {"language", translations.Sheets}} {
			for _, v := range g.values {
				if !s.Has("words." + g.group + "." + v) {
					t.Errorf("%s: no word for %s %s", lang, g.group, v)
				}
			}
		}
		for _, text := range said {
			if text == "" || containsKey(text) {
				t.Errorf("%s: %q", lang, text)
			}
		}
		if lang != "da" && slices.Contains(said, da.Freshness(directory.Freshness{Stated: true, Days: 5})) {
			t.Errorf("%s says it in Danish", lang)
		}
	}
}
