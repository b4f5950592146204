package interchange

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

func TestTimesAsPeopleWriteThem(t *testing.T) {
	d := func(day int, from, to string) directory.Slot {
		return directory.Slot{Weekday: day, From: from, To: to}
	}
	for text, want := range map[string][]directory.Slot{
		"Tirsdag kl. 10-12":                                   {d(2, "10:00", "12:00")},
		"tirsdage kl. 10.00 - 12.00":                          {d(2, "10:00", "12:00")},
		"Hver tirsdag fra kl. 10 til 12":                      {d(2, "10:00", "12:00")},
		"tirs og tors 10.00–11.30":                            {d(2, "10:00", "11:30"), d(4, "10:00", "11:30")},
		"man-fre 9-15":                                        {d(1, "09:00", "15:00"), d(2, "09:00", "15:00"), d(3, "09:00", "15:00"), d(4, "09:00", "15:00"), d(5, "09:00", "15:00")},
		"mandag til onsdag kl. 9":                             {d(1, "09:00", ""), d(2, "09:00", ""), d(3, "09:00", "")},
		"Mandag 10-12, onsdag 14-16":                          {d(1, "10:00", "12:00"), d(3, "14:00", "16:00")},
		"Mandag 10-12 og 14-16":                               {d(1, "10:00", "12:00"), d(1, "14:00", "16:00")},
		"mandag, onsdag og fredag kl. 19":                     {d(1, "19:00", ""), d(3, "19:00", ""), d(5, "19:00", "")},
		"lørdag":                                              {d(6, "", "")},
		"weekend 10-11":                                       {d(6, "10:00", "11:00"), d(7, "10:00", "11:00")},
		"ulige uger torsdag 17-19":                            {{RRule: directory.OddWeeks(4), From: "17:00", To: "19:00"}},
		"Torsdag i lige uger kl. 17-19":                       {{RRule: directory.EvenWeeks(4), From: "17:00", To: "19:00"}},
		"Første tirsdag i måneden kl. 19.00":                  {{RRule: "FREQ=MONTHLY;BYDAY=1TU", From: "19:00"}},
		"2nd & 4th Wednesday 2:00PM-3:30PM":                   {{RRule: "FREQ=MONTHLY;BYDAY=2WE,4WE", From: "14:00", To: "15:30"}},
		"First, second, and fourth Tuesday of the month 10am": {{RRule: "FREQ=MONTHLY;BYDAY=1TU,2TU,4TU", From: "10:00"}},
		"Monday, Wed-Thur 9:00AM-5:00PM":                      {d(1, "09:00", "17:00"), d(3, "09:00", "17:00"), d(4, "09:00", "17:00")},
		"Tirsdag kl. 10-12 (ikke i skoleferier)":              {{Weekday: 2, From: "10:00", To: "12:00", Note: "ikke i skoleferier"}},
		"Tirsdag kl. 10-12, undtagen i skoleferier":           {{Weekday: 2, From: "10:00", To: "12:00", Note: "undtagen i skoleferier"}},
		"hver anden onsdag kl. 19 fra 2027-01-06":             {{RRule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", From: "19:00", ValidFrom: "2027-01-06"}},
		"fredag kl. 20-01":                                    {d(5, "20:00", "01:00")},
	} {
		got, unread := readSchedule(text)
		if len(unread) > 0 || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, unread %q", text, got, unread)
			continue
		}
		again, unread := readSchedule(writeSchedule(got))
		if len(unread) > 0 || !reflect.DeepEqual(again, want) {
			t.Errorf("%q is written %q and read %+v, unread %q", text, writeSchedule(got), again, unread)
		}
	}
	// Nobody can print a date from these: they stay as they are written.
	for _, text := range []string{
		"hver anden onsdag kl. 19", "efter aftale", "tirsdag kl. 25", "i sommerhalvåret mandag 10-12", "mandag 12-10", "5. og 12. maj", "tirsdag i uge 7", "man-fre 9-15 januar til marts", "Nights", "ring og hør",
	} {
		got, unread := readSchedule(text)
		if len(unread) != 1 || len(got) != 1 || got[0].Note != text || got[0].Weekday != 0 || got[0].RRule != "" {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func TestPricesAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]directory.Price{
		"gratis": {Kind: "free"}, "Gratis": {Kind: "free"}, "0 kr.": {Kind: "free"}, "0": {Kind: "free"}, "free": {Kind: "free"},
		"30 kr. pr. gang": {Kind: "per_time", DKK: 30}, "kr. 30,- pr. gang": {Kind: "per_time", DKK: 30}, "250 kr/år": {Kind: "year", DKK: 250}, "250 kr. om året": {Kind: "year", DKK: 250},
		"1.200 kr. pr. sæson": {Kind: "season", DKK: 1200}, "99,50 kr. pr. md.": {Kind: "month", DKK: 99.5}, "20 kr. pr. gang (kaffe)": {Kind: "per_time", DKK: 20, Note: "kaffe"},
		"20 kr.": {DKK: 20}, "20": {DKK: 20}, "kr. 20,-": {DKK: 20}, "12,50 kr. (kaffe)": {DKK: 12.5, Note: "kaffe"},
	} {
		got, sure := readPrice(text)
		if !sure || !reflect.DeepEqual(*got, want) {
			t.Errorf("%q: %+v", text, got)
		}
		if again, sure := readPrice(writePrice(got)); !sure || !reflect.DeepEqual(*again, want) {
			t.Errorf("%q is written %q", text, writePrice(got))
		}
	}
	for _, text := range []string{"gratis for medlemmer", "fra 30 kr. pr. gang", "30-50 kr. pr. gang", "spørg os"} {
		if got, sure := readPrice(text); sure || got.Kind != "" || got.Note != text {
			t.Errorf("%q: %+v: a price that is not certain must stay words", text, got)
		}
	}
}

func TestAgesAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string][2]int{
		"60+": {60, -1}, "18-30 år": {18, 30}, "fra 18 år": {18, -1}, "60 år og opefter": {60, -1}, "over 60": {60, -1}, "op til 25 år": {-1, 25},
		"under 18": {-1, 17}, "18 til 30": {18, 30}, "alle": {-1, -1}, "0-6": {-1, 6}, "ages 13-19": {13, 19}, "60 +": {60, -1},
	} {
		lo, hi, ok := readAges(text)
		at := func(p *int) int {
			if p == nil {
				return -1
			}
			return *p
		}
		if got := [2]int{at(lo), at(hi)}; !ok || got != want {
			t.Errorf("%q: %v %v", text, got, ok)
		}
	}
	for _, text := range []string{"unge", "3. klasse", "født 1950"} {
		if _, _, ok := readAges(text); ok {
			t.Errorf("%q was read as an age", text)
		}
	}
}

func TestHeadingsAreUnderstood(t *testing.T) {
	for heading, want := range map[string]string{
		"Navn": "name", "TITEL": "name", "Beskrivelse": "description", "Hvor": "places.name", "Adresse": "places.address", "Postnr.": "places.postcode",
		"By": "places.city", "Kommune": "places.municipality", "Boligområde": "places.housing_area", "boligomrade": "places.housing_area", "BOLIGOMRAADE": "places.housing_area",
		"Hvornår": "schedule", "Dag": "schedule.weekday", "Fra": "schedule.from", "Til": "schedule.to", "Pris": "price", "Tlf.": "contact.phone", "E-mail": "contact.email",
		"Hjemmeside": "contact.web", "Arrangør": "organiser.name", "Forening": "organiser.name", "Målgruppe": "audience.groups", "Alder": "audience.age", "Særlige hensyn": "considerations",
		"Kørestol": "places.accessibility", "Følgeskab": "accompaniment", "Første gang": "welcome.first_time", "Hvem tager imod": "welcome.greeter", "Pladser": "capacity.free",
		"Postnr. & by": "places.town",
	} {
		got, sure := fieldFor(heading)
		if got != want || !sure {
			t.Errorf("%q: %q, sure %v", heading, got, sure)
		}
	}
	for heading, want := range map[string]string{"Beskrivlse": "description", "Pris i kr.": "price", "Telefon til kontoret": "contact.phone"} {
		if got, sure := fieldFor(heading); got != want || sure {
			t.Errorf("%q: %q, sure %v, and should be a guess at %s", heading, got, sure, want)
		}
	}
	for _, field := range append(Fields(), "assured_at", "assured_by") {
		for _, lang := range translations.Languages {
			say := translations.For(lang)
			if !say.Has(columnKey(field)) {
				t.Errorf("%s has no heading for %s", lang, field)
			} else if got, _ := fieldFor(say.T(columnKey(field))); got != field {
				t.Errorf("our own heading %q is understood as %q, not %q", say.T(columnKey(field)), got, field)
			}
		}
	}
}

func TestEveryReasonHasAText(t *testing.T) {
	for _, lang := range translations.Languages {
		for _, r := range Reasons {
			if !translations.For(lang).Has("import." + r) {
				t.Errorf("%s has no text for %s", lang, r)
			}
		}
		for group, codes := range groups {
			for _, c := range codes {
				if !translations.For(lang).Has("import.word_" + group + "_" + c) {
					t.Errorf("%s has no word for %s %s", lang, group, c)
				}
			}
		}
	}
	for group, codes := range groups {
		for _, c := range codes {
			if got, ok := codeFor(group, wordFor(group, c)); !ok || got != c {
				t.Errorf("%s %q is read as %q", group, wordFor(group, c), got)
			}
		}
	}
}

func TestColumnsAreShownAndCanBeChosen(t *testing.T) {
	path := file(t, "liste.csv", "Foreninger i byen;;;;\nNavn;Bemærkning;Formand;Prisen;Tlf\nGåklub;god;Ida Test;gratis;00 00 00 00\n")
	im, err := Plan(t.Context(), []string{path}, Options{Today: today})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]Column{}
	for _, c := range im.Columns() {
		got[c.Heading] = c
	}
	if c := got["Navn"]; c.Field != "name" || !c.Sure || c.Sample != "Gåklub" {
		t.Error(c)
	}
	if c := got["Formand"]; c.Field != "" {
		t.Error("a private person is shown:", c)
	}
	m := newMemory()
	a := take(t, m, Options{}, path)
	for _, c := range m.byID {
		if s := string(c.Unknown); !strings.Contains(s, `"god"`) || strings.Contains(s, "Ida") {
			t.Error(s)
		}
	}
	for _, want := range []string{"person_left_out", "column_kept_beside"} {
		if !slices.ContainsFunc(a.Notes, func(n Refusal) bool { return n.Reason == want && n.Line == 2 }) {
			t.Error("no note", want, a.Notes)
		}
	}
	m = newMemory()
	take(t, m, Options{Mapping: map[string]string{"Bemærkning": "summary", "Formand": "contact.role", "Tlf": ""}}, path)
	for _, c := range m.byID {
		if c.Summary != "god" || c.Contact == nil || c.Contact.Role != "Ida Test" || c.Contact.Phone != "" || len(c.Unknown) > 0 {
			t.Errorf("%+v", c)
		}
	}
}

func TestListsOfSeveralShapesAreRead(t *testing.T) {
	text := "Navn,Dag,Fra,Til,Postnr og by,Alder,Sprog,Følgeskab,Kørestol,Særlige hensyn\r\n" +
		"\"Strik, kaffe\nog snak\",Tirsdag,10:00:00,12:00:00,4100 Ringsted,60+,\"dansk, engelsk\",Ja,nej,begyndere/angst\r\n" +
		",,,,,,,,,\r\n" +
		"Skak,efter aftale,,,,seniorer,dansk/klingon,En frivillig henter dig,ja,\r\n"
	for name, content := range map[string]string{
		"utf8.csv": text, "bom.csv": "\ufeff" + text, "semicolon.csv": strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(text, "dansk, engelsk", "dansk§ engelsk"), "Strik, ", "Strik§ "), ",", ";"),
		"sep.csv": "sep=,\r\n" + text, "utf16.csv": utf16le("\ufeff" + text), "utf16nomark.csv": utf16le(text), "windows.csv": latin(text),
	} {
		t.Run(name, func(t *testing.T) {
			m := newMemory()
			content = strings.ReplaceAll(content, "§", ",")
			path := file(t, name, content)
			a := take(t, m, Options{}, path)
			if a.Added != 2 {
				t.Fatal(counts(a), a.Refusals)
			}
			line := 5
			if name == "sep.csv" {
				line = 6
			}
			if !slices.ContainsFunc(a.Notes, func(n Refusal) bool { return n.Reason == "time_as_note" && n.Line == line }) {
				t.Error("the line after a quoted line break is wrong:", a.Notes)
			}
			for _, c := range m.byID {
				if c.Name == "Skak" {
					if c.Audience.Groups[0] != "seniors" || *c.Accompaniment.Offered != true || c.Accompaniment.How == "" || c.Languages[1] != "klingon" || c.Places[0].Accessibility[0] != "wheelchair" {
						t.Errorf("%+v", c)
					}
					continue
				}
				slots := []directory.Slot{{Weekday: 2, From: "10:00", To: "12:00"}}
				if c.Name != "Strik, kaffe og snak" || !reflect.DeepEqual(c.Schedule, slots) || c.Places[0].Postcode != "4100" || c.Places[0].City != "Ringsted" ||
					*c.Audience.MinAge != 60 || !slices.Equal(c.Languages, []string{"da", "en"}) || c.Places[0].Accessibility[0] != "no_wheelchair" || !slices.Equal(c.Considerations, []string{"beginners", "anxiety"}) {
					t.Errorf("%+v", c)
				}
			}
		})
	}
}

func utf16le(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

func latin(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r))
	}
	return b.String()
}
