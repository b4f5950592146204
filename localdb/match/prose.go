package match

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// fromProse reads facts out of name, summary and description where the
// structured ones are missing. It takes only what is said plainly: what is read
// here is shown as a reason.
func (f *facts) fromProse(c *directory.Community, r *reading) {
	name := strings.ToLower(c.Name)
	prose := strings.ToLower(c.Summary + " " + c.Description)
	if len(c.Schedule) == 0 {
		f.proseTime(prose)
	}
	if f.know&knowPrice == 0 && (c.Price == nil || (c.Price.Kind == "" && c.Price.DKK == 0)) {
		f.prosePrice(prose)
	}
	f.proseGroups(name, prose)
	f.proseNeeds(name, prose, r)
}

var weekdayNames = []string{"", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"}

var clockTime = regexp.MustCompile(`kl\.? ?(\d{1,2})`)

var dayParts = []struct {
	word string
	part uint8
}{{"formiddag", partForenoon}, {"eftermiddag", partAfternoon}, {"aften", partEvening}, {"morgen", partMorning}}

func (f *facts) proseTime(prose string) {
	if !strings.Contains(prose, "dag") || strings.Contains(prose, "undtagen ") {
		return
	}
	part := uint8(0)
	if m := clockTime.FindStringSubmatch(prose); m != nil {
		part = partOf(m[1])
	} else {
		for _, p := range dayParts {
			if strings.Contains(prose, "dag "+p.word) || strings.Contains(prose, "dag"+p.word) {
				part = p.part
				break
			}
		}
	}
	for d := 1; d <= 7; d++ {
		if !strings.Contains(prose, weekdayNames[d]) {
			continue
		}
		f.know |= knowDay
		if part != 0 {
			f.know |= knowPart
			f.slots[d] |= part
		} else {
			f.slots[d] |= partUnknown
		}
	}
}

var (
	kroner   = regexp.MustCompile(`(?:koster|prisen er|kontingentet er|betaler|pris:?) (?:kun |det )?(\d{1,5}) kr\.?,? ?(pr\. gang|om måneden|pr\. måned|for en sæson|pr\. sæson|om året|pr\. år|årligt)?`)
	kronePer = map[string]directory.PriceKind{
		"pr. gang": directory.PricePerTime, "om måneden": directory.PriceMonth, "pr. måned": directory.PriceMonth,
		"for en sæson": directory.PriceSeason, "pr. sæson": directory.PriceSeason,
		"om året": directory.PriceYear, "pr. år": directory.PriceYear, "årligt": directory.PriceYear,
	}
	freeSaid = []string{"det er gratis", "gratis og uden", "koster ikke noget", "uden beregning", "gratis at deltage", "gratis at være med", "deltagelse er gratis", "tilbuddet er gratis"}
)

func (f *facts) prosePrice(prose string) {
	for _, s := range freeSaid {
		if strings.Contains(prose, s) && !strings.Contains(prose, "ikke gratis") {
			f.know |= knowPrice
			f.setPrice(directory.PriceFree, 0)
			return
		}
	}
	m := kroner.FindStringSubmatch(prose)
	if m == nil || kronePer[m[2]] == "" {
		return
	}
	if kr, err := strconv.Atoi(m[1]); err == nil && kr > 0 {
		f.know |= knowPrice
		f.setPrice(kronePer[m[2]], float64(kr))
	}
}

// groupsSaid are ways of saying for whom it is; inName counts in the name alone.
var groupsSaid = []struct {
	text, group string
	inName      bool
}{
	{"for kvinder", "women", false}, {"for damer", "women", false}, {"kvinde", "women", true},
	{"for mænd", "men", false}, {"for herrer", "men", false}, {"mandegruppe", "men", true}, {"mænds", "men", true},
	{"for børn", "children", false}, {"de yngste", "children", false}, {"skolebørn", "children", false}, {"børne", "children", true},
	{"for unge", "youth", false}, {"teenage", "youth", false}, {"ungdoms", "youth", true},
	{"for pensionister", "seniors", false}, {"pensionist", "seniors", true}, {"for ældre", "seniors", false}, {"60+", "seniors", false}, {"senior", "seniors", true}, {"for seniorer", "seniors", false},
	{"for familier", "families", false}, {"hele familien", "families", false}, {"børn og voksne", "families", false},
}

func (f *facts) proseGroups(name, prose string) {
	for _, g := range groupsSaid {
		if !strings.Contains(name, g.text) && (g.inName || !strings.Contains(prose, g.text)) {
			continue
		}
		bit := groupBits[g.group]
		if bit&(bitWomen|bitMen) != 0 {
			if f.gender != 0 || strings.Contains(prose, "kvinder og mænd") || strings.Contains(prose, "mænd og kvinder") {
				continue
			}
			f.gender = bit
		}
		f.groups |= bit
	}
	if f.groups&bitWomen != 0 && f.groups&bitMen != 0 {
		f.gender = 0
	}
}

func (f *facts) proseNeeds(name, prose string, r *reading) {
	if f.wheelchair == NotStated {
		switch {
		case containsAny(prose, "uden elevator", "ikke adgang for kørestol", "ikke kørestol"):
			f.wheelchair = NotMet
			r.label(labelAccessibility, "no_wheelchair", -1)
		case containsAny(prose, "niveaufri adgang", "plads til kørestol", "kørestolsvenlig", "handicapvenlig", "adgang for kørestol", "kommer ind med kørestol", "også i kørestol"):
			f.wheelchair = Met
			r.label(labelAccessibility, "wheelchair", -1)
		}
	}
	if f.accompaniment == NotStated && containsAny(prose, "følges med dig", "vi henter dig", "henter vi dig", "en følgeven", "tilbyder følgeskab") {
		f.accompaniment = Met
	}
	if containsAny(prose, "ingen erfaring", "kræver ingen forkundskaber", "behøver ikke have prøvet", "begyndere er velkomne", "for begyndere", "plads til begyndere") || containsAny(name, "begynder") {
		r.label(labelConsideration, "beginners", -1)
	}
	if containsAny(prose, "hvis du går dårligt", "selv om du går dårligt") {
		r.label(labelConsideration, "limited_mobility", -1)
	}
	if containsAny(prose, "hvis du har angst", "for dig med angst", "angst eller", "social angst") {
		r.label(labelConsideration, "anxiety", -1)
	}
}

func containsAny(s string, subs ...string) bool {
	for _, x := range subs {
		if strings.Contains(s, x) {
			return true
		}
	}
	return false
}
