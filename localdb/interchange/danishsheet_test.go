package interchange

import (
	"errors"
	"reflect"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// The sheets that associations keep: the day in one column, the clock times in
// others, and an amount alone as the price.
func TestSheetsAsAssociationsKeepThem(t *testing.T) {
	tuesday := directory.Slot{Weekday: 2, From: "14:00", To: "16:00"}
	for text, want := range map[string]struct {
		slots []directory.Slot
		price directory.Price
	}{
		"Navn;Ugedag;Tidspunkt;Pris\nGåtur;Tirsdag;14-16;20 kr.\n":                          {[]directory.Slot{tuesday}, directory.Price{DKK: 20}},
		"Navn;Ugedag;Tidspunkt;Pris\nGåtur;Tirsdag;Tirsdag 14-16;20\n":                      {[]directory.Slot{tuesday}, directory.Price{DKK: 20}},
		"Navn;Ugedag;Tidspunkt;Pris\nKor;onsdag;19.30-21.00;gratis\n":                       {[]directory.Slot{{Weekday: 3, From: "19:30", To: "21:00"}}, directory.Price{Kind: directory.PriceFree}},
		"Navn;Ugedag;Tidspunkt;Pris pr. gang\nKor;Ons og fre;kl. 19;20 kr.\n":               {[]directory.Slot{{Weekday: 3, From: "19:00"}, {Weekday: 5, From: "19:00"}}, directory.Price{Kind: directory.PricePerTime, DKK: 20}},
		"Navn;Dag;Tid;Pris pr. sæson\nGåtur;Tirsdag;14-16;250\n":                            {[]directory.Slot{tuesday}, directory.Price{Kind: directory.PriceSeason, DKK: 250}},
		"Navn;Dag;Fra;Til;Pris\nGåtur;Tirsdag;14;16.00;20 kr. pr. gang\n":                   {[]directory.Slot{tuesday}, directory.Price{Kind: directory.PricePerTime, DKK: 20}},
		"Navn;Ugedag;Start kl.;Slut kl.;Årligt kontingent\nGåtur;Tirsdag;14:00;16:00;200\n": {[]directory.Slot{tuesday}, directory.Price{Kind: directory.PriceYear, DKK: 200}},
	} {
		m := newMemory()
		acc := take(t, m, Options{Today: "2026-11-23"}, file(t, "liste.csv", text))
		c := only(t, m)
		if len(acc.Notes) > 0 || !reflect.DeepEqual(c.Schedule, want.slots) || !reflect.DeepEqual(*c.Price, want.price) {
			t.Errorf("%q: %+v %+v, notes %+v", text, c.Schedule, c.Price, acc.Notes)
		}
	}
}

func TestRemarksNameTheHeadingAsTheFileHasIt(t *testing.T) {
	m := newMemory()
	acc := take(t, m, Options{Today: "2026-11-23"}, file(t, "liste.csv", "Holdnavn;Ugedag;Tidspunkt;Deltagerbetaling;Postnr.\nGåtur;efter aftale;ring;fra 30 kr.;41000\n"))
	got := map[string]string{}
	for _, n := range acc.Notes {
		got[n.Field] = n.Heading
	}
	if got["schedule"] != "Tidspunkt" || got["price"] != "Deltagerbetaling" || got["places[0].postcode"] != "Postnr." {
		t.Errorf("%+v", got)
	}
	if got, _ := readPrice("20 kr."); writePrice(got) != "20 kr." {
		t.Errorf("written %q", writePrice(got))
	}
}

// What Excel saves as CSV in Danish is Windows-1252: it is read, and said once.
func TestDanishExcelCSVIsReadWithOneNote(t *testing.T) {
	for text, name := range map[string]string{
		"Navn;By\r\nGåtur på øen;Næstved\r\nKor;Ærø\r\n":                           "Gåtur på øen",
		"Navn;Beskrivelse\r\nPå Å–holmen;Å’en på Ærø, hver gang vi mødes, kår\r\n": "På Å–holmen",
		"Navn\r\nKor og blå\r\n": "Kor og blå",
		"Navn\r\nKor på ø":       "Kor på ø",
	} {
		encoded, err := charmap.Windows1252.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		m := newMemory()
		acc := take(t, m, Options{Today: "2026-11-23"}, file(t, "liste.csv", encoded))
		notes := 0
		for _, n := range acc.Notes {
			if n.Reason == "read_as_windows_1252" {
				notes++
			}
		}
		found := false
		for _, c := range m.byID {
			found = found || c.Name == name
		}
		if acc.Refused > 0 || notes != 1 || !found {
			t.Errorf("%q: %+v", text, acc)
		}
	}
	// A UTF-8 file with one broken letter stays one: its line is refused.
	acc := take(t, newMemory(), Options{Today: "2026-11-23"}, file(t, "liste.csv", "Navn\nGåtur på øen\nKor \xe5\n"))
	if acc.Added != 1 || acc.Refused != 1 {
		t.Errorf("%+v", acc)
	}
}

func TestAnEmptyListIsSaidToBeEmpty(t *testing.T) {
	for _, text := range []string{"", "\n", " \r\n;;\r\n", "\ufeff"} {
		path := file(t, "liste.csv", text)
		_, err := Plan(t.Context(), []string{path}, Options{Today: "2026-11-23"})
		var at *FileError
		if !errors.As(err, &at) || at.Reason != "file_empty" || at.File != path {
			t.Errorf("%q: %v", text, err)
		}
	}
	if a := take(t, newMemory(), Options{Today: "2026-11-23"}, file(t, "liste.csv", "Navn;By\n")); a.Rows != 0 {
		t.Errorf("%+v", a)
	}
}
