package interchange

import (
	"slices"
	"strings"
	"sync"

	"github.com/faellesskabsby/vejviser/assets/translations"
)

// personField marks a column of private persons' names: a contact is a role one
// can reach. It is left out unless Options.Mapping says otherwise.
const personField = "person"

// headings are the words that lists put over their columns, Danish and English,
// folded. Our own headings (import.column_…) and the fields' names come on top.
var headings = map[string]string{
	"name":                      "navn|titel|title|name|aktivitet navn|aktivitetens navn|tilbud|tilbuddets navn|faellesskab|overskrift|service name|hold|holdnavn|aktivitetsnavn",
	"summary":                   "resume|kort beskrivelse|kort om|summary|short description|undertitel|manchet",
	"description":               "beskrivelse|om|description|tekst|indhold|uddybning|beskrivelse af tilbuddet|about|details",
	"category":                  "kategori|category|type|emne|omraade|tema",
	"activities":                "aktivitet|aktiviteter|activities|activity|noegleord|emneord|tags|keywords",
	"kind":                      "art|slags|kind|foreningstype|organisationstype",
	"organiser.name":            "arrangoer|forening|foreningsnavn|foreningens navn|organisation|organisator|udbyder|organiser|organizer|organization|provider|vaert|afdeling",
	"organiser.cvr":             "cvr|cvr nr|cvr nummer|cvrnr|cvrnummer",
	"organiser.p_number":        "p nr|p nummer|pnr|pnummer|produktionsenhed|produktionsenhedsnummer",
	"places.name":               "sted|hvor|lokale|lokation|moedested|place|location|venue|where|lokalitet|stedets navn|stednavn",
	"places.address":            "adresse|vej|vejnavn|gade|address|street|gadenavn og nummer|addresse|address 1|gadeadresse",
	"places.postcode":           "postnr|postnummer|post nr|postcode|postal code|zip|zip code|zipcode",
	"places.city":               "by|bynavn|postdistrikt|city|town",
	"places.town":               "postnr og by|postnr by|postnummer og by|post nr og by|postcode and city",
	"places.municipality":       "kommune|municipality|kommunenavn",
	"places.housing_area":       "boligomraade|boligafdeling|housing area|bydel|kvarter|neighbourhood|neighborhood|omraade boligforening",
	"places.lat":                "lat|latitude|breddegrad|bredde",
	"places.lon":                "lon|lng|long|longitude|laengdegrad|laengde",
	"places.accessibility":      "tilgaengelighed|handicapadgang|handicapvenlig|accessibility|koerestol|koerestolsvenlig|koerestolsadgang|wheelchair|adgangsforhold",
	"places.confidential":       "fortrolig|fortrolig adresse|hemmelig adresse|skjult adresse|confidential|beskyttet adresse",
	"places.more":               "flere steder|andre steder|more places",
	"schedule":                  "hvornaar|tidspunkt|tidspunkter|moedetid|moedetider|aabningstid|aabningstider|dag og tid|tid og sted|dage og tider|when|schedule|opening hours|traeningstid|traeningstider",
	"schedule.weekday":          "dag|dage|ugedag|ugedage|day|days|weekday|weekdays",
	"schedule.time":             "tid|tider|klokkeslaet|kl|time|times",
	"schedule.from":             "fra|fra kl|start kl|starter kl|starttid|start|starttidspunkt|begynder|from|start time|opens at",
	"schedule.to":               "til|til kl|slut kl|slutter kl|sluttid|slut|sluttidspunkt|slutter|to|until|end|end time|closes at",
	"price":                     "pris|priser|kontingent|aarligt kontingent|pris pr gang|pris per gang|pris pr maaned|pris pr md|pris pr saeson|pris pr aar|kontingent pr aar|betaling|koster|price|cost|fee|fees|hvad koster det|egenbetaling|deltagerbetaling",
	"audience.age":              "alder|aldersgruppe|aldersgrupper|age|ages|age group|aldersgraense",
	"audience.min_age":          "minimumsalder|min alder|mindstealder|fra alder|alder fra|minimum age|min age",
	"audience.max_age":          "maksimumsalder|maks alder|max alder|til alder|alder til|maximum age|max age",
	"audience.gender":           "koen|gender|sex",
	"audience.groups":           "maalgruppe|maalgrupper|for hvem|hvem kan deltage|audience|target group|who is it for|deltagere",
	"languages":                 "sprog|language|languages|talte sprog",
	"considerations":            "hensyn|saerlige hensyn|considerations|consideration|stoette|special needs",
	"accompaniment":             "foelgeskab|kan hentes|ledsager|accompaniment|foelgeven",
	"accompaniment.how":         "hvordan foelgeskab|om foelgeskab|foelgeskab hvordan",
	"welcome.greeter":           "hvem tager imod|vaert ved foerste besoeg|modtager|velkomst|greeter|who greets|tager imod",
	"welcome.where":             "hvor tages man imod|moedested foerste gang|hvor moedes vi|where to meet",
	"welcome.first_time":        "foerste gang|den foerste gang|first time|foerste besoeg|hvad sker der foerste gang",
	"capacity.free":             "ledige pladser|pladser|plads til|fri pladser|free places|available|ledigt|frie pladser",
	"capacity.total":            "antal pladser|pladser i alt|maks deltagere|max deltagere|kapacitet|capacity|total places|maks antal",
	"capacity.as_of":            "pladser opdateret|pladser pr|as of",
	"open_across_housing_areas": "aaben paa tvaers|aaben for alle boligomraader|paa tvaers af boligomraader|open across housing areas|aaben for andre omraader",
	"practice.from":             "oevebane fra|forloeb fra|periode fra|practice from|startdato",
	"practice.to":               "oevebane til|forloeb til|periode til|practice to|slutdato",
	"practice.onward":           "vej videre|videre til|onward",
	"contact.role":              "kontakt|kontaktrolle|rolle|contact|contact role|funktion",
	"contact.phone":             "telefon|tlf|tlf nr|telefonnummer|mobil|phone|telephone|mobile|telefonnr|kontakt telefon",
	"contact.email":             "mail|e mail|email|mailadresse|e mailadresse|kontakt mail|emailadresse|kontakt email",
	"contact.web":               "hjemmeside|web|website|www|url|link|webside|webadresse|homepage|mere information",
	"status":                    "status|tilstand",
	"assured_at":                "bekraeftet|senest bekraeftet|assured at",
	"assured_by":                "bekraeftet af|assured by",
	"source":                    "kilde|source",
	"source_id":                 "kilde id|kildens id|source id|nr|nummer|loebenummer|lokal id|eksternt id|external id",
	"id":                        "id|uuid",
	personField:                 "kontaktperson|kontaktpersoner|kontaktpersonens navn|formand|kasserer|contact person|contact name|leder|ansvarlig|tovholder",
}

// known is every heading → field.
var known = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	for field, words := range headings {
		for _, w := range strings.Split(words, "|") {
			m[w] = field
		}
	}
	for _, field := range append(Fields(), "assured_at", "assured_by") {
		m[fold(field)] = field
		for _, lang := range translations.Languages {
			m[fold(translations.For(lang).T(columnKey(field)))] = field
		}
	}
	return m
})

// columnKey is the key in the catalogue of a field's heading.
func columnKey(field string) string {
	return "import.column_" + strings.ReplaceAll(field, ".", "_")
}

// Fields lists every field that a column can be mapped to, in the order of an export.
func Fields() []string {
	var out []string
	for _, f := range fields {
		if f.set != nil {
			out = append(out, f.field)
		}
	}
	return append(out, "places.town", "schedule.weekday", "schedule.time", "schedule.from", "schedule.to", "audience.min_age", "audience.max_age")
}

// fieldFor gives the field of a heading. It is sure where the heading is known
// as it stands; a guess where it holds a known one, or is one letter off.
func fieldFor(heading string) (field string, sure bool) {
	h := fold(heading)
	if h == "" {
		return "", true
	}
	if f, ok := known()[h]; ok {
		return f, true
	}
	if f, ok := known()[loose(h)]; ok {
		return f, true
	}
	looseKnown := looseHeadings()
	if f, ok := looseKnown[loose(h)]; ok {
		return f, true
	}
	if len(h) > 60 {
		return "", false // a sentence, not a heading
	}
	best, size := "", 0
	for k, f := range known() {
		near := len(k) >= 4 && within(h, k) || len(k) >= 6 && oneOff(h, k)
		if near && (len(k) > size || len(k) == size && f < best) {
			best, size = f, len(k)
		}
	}
	return best, false
}

// loose forgets how æ, ø and å were written: boligomrade, beskrivelse.
func loose(s string) string {
	return strings.NewReplacer("ae", "a", "oe", "o", "aa", "a").Replace(s)
}

var looseHeadings = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	for k, f := range known() {
		if l := loose(k); len(l) > 3 {
			m[l] = f
		}
	}
	return m
})

// within says whether the words of k stand in h as whole words.
func within(h, k string) bool { return strings.Contains(" "+h+" ", " "+k+" ") }

// oneOff says whether two words differ by one letter put in, left out or changed.
func oneOff(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i == len(a) || a[i+1:] == b[i+1:]
	}
	return a[i:] == b[i+1:]
}

// sureHeadings counts the cells of a row that are headings, to tell the row of
// headings from a title above it and from data.
func sureHeadings(cells []string, mapping map[string]string) int {
	n := 0
	for _, c := range cells {
		if _, ok := mapped(c, mapping); ok {
			n += 2
			continue
		}
		if f, sure := fieldFor(c); sure && f != "" {
			n++
			if f == "name" {
				n++
			}
		}
	}
	return n
}

func mapped(heading string, mapping map[string]string) (string, bool) {
	if f, ok := mapping[strings.TrimSpace(heading)]; ok {
		return f, true
	}
	for h, f := range mapping {
		if fold(h) == fold(heading) {
			return f, true
		}
	}
	return "", false
}

func leftOut(heading string, mapping map[string]string) bool {
	f, ok := mapped(heading, mapping)
	return ok && f == ""
}

// keptBeside says whether the cells of a column without a field are kept with
// the record: not what the mapping leaves out, and not private persons.
func keptBeside(heading string, mapping map[string]string) bool {
	f, _ := fieldFor(heading)
	return heading != "" && f != personField && !leftOut(heading, mapping)
}

// understand maps a row of headings. Two columns may carry the same field only
// where its cells can stand together.
func understand(file string, cells []string, mapping map[string]string) []Column {
	all := append(Fields(), "assured_at", "assured_by")
	out := make([]Column, len(cells))
	taken := map[string]bool{}
	for i, h := range cells {
		h = strings.TrimSpace(h)
		out[i] = Column{File: file, Heading: h}
		if f, ok := mapped(h, mapping); ok {
			if f == "" || slices.Contains(all, f) {
				out[i].Field, out[i].Sure = f, true
				taken[f] = true
			}
			continue
		}
		out[i].Field, out[i].Sure = fieldFor(h)
		if out[i].Sure {
			taken[out[i].Field] = true
		}
	}
	for i := range out { // a guess never competes with a heading that is sure
		if f := out[i].Field; !out[i].Sure && f != "" {
			if taken[f] {
				out[i].Field = ""
			}
			taken[f] = true
		}
	}
	return out
}
