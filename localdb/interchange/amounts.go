package interchange

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

var dayForms = []struct {
	re      *regexp.Regexp
	y, m, d int
}{
	{regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?.*)?$`), 1, 2, 3},
	{regexp.MustCompile(`^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$`), 3, 2, 1},
	{regexp.MustCompile(`^(\d{4})/(\d{1,2})/(\d{1,2})$`), 1, 2, 3},
}

// readDay reads 2026-09-01, 1.9.2026, 01/09/2026 (day first) and "1. september 2026".
func readDay(v string) (directory.Day, bool) {
	v = strings.TrimSpace(v)
	for _, f := range dayForms {
		if m := f.re.FindStringSubmatch(v); m != nil {
			return dayFrom(m[f.y], m[f.m], m[f.d])
		}
	}
	parts := strings.Fields(fold(v))
	if len(parts) == 3 && len(parts[2]) == 4 {
		if m, ok := months[parts[1][:min(3, len(parts[1]))]]; ok && strings.Trim(parts[0], "0123456789") == "" {
			return dayFrom(parts[2], itoa(m), parts[0])
		}
	}
	return "", false
}

var months = map[string]int{"jan": 1, "feb": 2, "mar": 3, "apr": 4, "maj": 5, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dec": 12}

func dayFrom(y, m, d string) (directory.Day, bool) {
	pad := func(s string) string {
		if len(s) == 1 {
			return "0" + s
		}
		return s
	}
	day := directory.Day(y + "-" + pad(m) + "-" + pad(d))
	return day, day.Valid()
}

var (
	agesPlus = regexp.MustCompile(`^(?:(?:fra|over|from|min|minimum|aged?) )?(\d{1,3})(?: ?aar| ?years?| ?yrs?)? ?(?:\+|og opefter|og derover|og op|eller derover|and over|and up|or over|or older)$`)
	agesFrom = regexp.MustCompile(`^(?:fra|over|from|min|minimum|ages?) (\d{1,3})(?: ?aar| years?)?(\+)?(?: og opefter)?$`)
	agesTo   = regexp.MustCompile(`^(?:under|op til|til|til og med|max|maks|up to|until|below) (\d{1,3})(?: ?aar| years?)?$`)
	agesSpan = regexp.MustCompile(`^(?:fra |ages? |aged )?(\d{1,3})(?: ?aar)?(?: | til | to )(\d{1,3})(?: ?aar| ?aarige| years?| ?yrs?)?$`)
	agesAll  = regexp.MustCompile(`^(alle|alle aldre|alle er velkomne|for alle|all|all ages|everybody|everyone)$`)
)

// readAges reads "60+", "fra 18 år", "18-30 år", "op til 25", "alle".
func readAges(v string) (lo, hi *int, ok bool) {
	s := strings.ReplaceAll(fold(v), "+", " +")
	s = strings.ReplaceAll(s, "  +", " +")
	at := func(m string) *int {
		n, err := strconv.Atoi(m)
		if err != nil {
			return nil
		}
		return &n
	}
	if agesAll.MatchString(s) {
		return nil, nil, true
	}
	if m := agesSpan.FindStringSubmatch(s); m != nil {
		lo, hi = at(m[1]), at(m[2])
		if val(lo) == 0 {
			lo = nil
		}
		return lo, hi, true
	}
	if m := agesPlus.FindStringSubmatch(s); m != nil {
		return at(m[1]), nil, true
	}
	if m := agesFrom.FindStringSubmatch(s); m != nil {
		return at(m[1]), nil, true
	}
	if m := agesTo.FindStringSubmatch(s); m != nil {
		hi = at(m[1])
		if strings.HasPrefix(s, "under") || strings.HasPrefix(s, "below") {
			*hi--
		}
		return nil, hi, *hi >= 0
	}
	return nil, nil, false
}

func writeAges(a *directory.Audience) string {
	switch {
	case a == nil || a.MinAge == nil && a.MaxAge == nil:
		return ""
	case a.MaxAge == nil:
		return itoa(*a.MinAge) + "+"
	case a.MinAge == nil:
		return "0-" + itoa(*a.MaxAge)
	}
	return itoa(*a.MinAge) + "-" + itoa(*a.MaxAge)
}

var (
	priceFree   = regexp.MustCompile(`^(gratis|det er gratis|ingen betaling|ingen|free|free of charge|no charge|no cost|no fee|0|0 kr|0 kroner|0 dkk)$`)
	priceAmount = regexp.MustCompile(`(?i)^\s*(?:kr\.?|dkk)?\s*(\d{1,3}(?:\.\d{3})+|\d{1,6})(?:,(\d{1,2})|,-|\.(\d{1,2}))?\s*(?:kr\.?|kroner|dkk|,-)?\s*(?:,-)?\s*(.*?)\s*$`)
	priceUnits  = map[string]directory.PriceKind{
		"pr gang": directory.PricePerTime, "per gang": directory.PricePerTime, "gang": directory.PricePerTime, "hver gang": directory.PricePerTime, "om gangen": directory.PricePerTime, "per time": directory.PricePerTime, "each time": directory.PricePerTime, "a time": directory.PricePerTime, "per session": directory.PricePerTime, "per visit": directory.PricePerTime,
		"md": directory.PriceMonth, "pr md": directory.PriceMonth, "pr maaned": directory.PriceMonth, "per maaned": directory.PriceMonth, "om maaneden": directory.PriceMonth, "maaned": directory.PriceMonth, "maanedligt": directory.PriceMonth, "per month": directory.PriceMonth, "a month": directory.PriceMonth, "month": directory.PriceMonth, "mdl": directory.PriceMonth,
		"pr saeson": directory.PriceSeason, "per saeson": directory.PriceSeason, "saeson": directory.PriceSeason, "for en saeson": directory.PriceSeason, "for saesonen": directory.PriceSeason, "per season": directory.PriceSeason, "a season": directory.PriceSeason,
		"aar": directory.PriceYear, "pr aar": directory.PriceYear, "per aar": directory.PriceYear, "om aaret": directory.PriceYear, "aarligt": directory.PriceYear, "aarlig": directory.PriceYear, "per year": directory.PriceYear, "a year": directory.PriceYear, "year": directory.PriceYear,
	}
	trailingNote = regexp.MustCompile(`^(.*?)\s*\(([^()]*)\)$`)
)

// readPrice reads "gratis", "30 kr. pr. gang", "250 kr/år", "20 kr." and "20",
// each with a note in brackets. An amount without a period has no kind: how
// often it is paid is not stated. What is not exactly that becomes a note as it
// stands, and is not sure: "gratis for medlemmer" is not free.
func readPrice(v string) (p *directory.Price, sure bool) {
	v = strings.TrimSpace(v)
	if v == "" {
		return nil, true
	}
	body, note := v, ""
	if m := trailingNote.FindStringSubmatch(v); m != nil {
		body, note = m[1], m[2]
	}
	if priceFree.MatchString(fold(body)) {
		return &directory.Price{Kind: directory.PriceFree, Note: note}, true
	}
	if m := priceAmount.FindStringSubmatch(body); m != nil {
		kind, known := priceUnits[fold(m[4])]
		known = known || m[4] == ""
		amount := strings.ReplaceAll(m[1], ".", "")
		if cents := m[2] + m[3]; cents != "" {
			amount += "." + cents
		}
		if n, err := strconv.ParseFloat(amount, 64); err == nil && known {
			if n == 0 {
				return &directory.Price{Kind: directory.PriceFree, Note: note}, true
			}
			return &directory.Price{Kind: kind, DKK: n, Note: note}, true
		}
	}
	return &directory.Price{Note: v}, false
}

// periodOf is the kind of price that a heading such as "Pris pr. gang" says, or "".
func periodOf(heading string) directory.PriceKind {
	h := fold(heading)
	for _, words := range []string{"pr gang", "per gang", "per time", "per session", "per visit", "pr maaned", "per maaned", "pr md", "per month", "pr saeson", "per saeson", "per season", "pr aar", "per aar", "aarligt", "per year"} {
		if within(h, words) {
			return priceUnits[words]
		}
	}
	return ""
}

func writePrice(p *directory.Price) string {
	if p == nil {
		return ""
	}
	body := ""
	switch {
	case p.Kind == directory.PriceFree:
		body = translations.For("da").T("import.price_free")
	case p.Kind != "" || p.DKK > 0:
		n := strings.Replace(strconv.FormatFloat(p.DKK, 'f', -1, 64), ".", ",", 1)
		key := "import.price_plain"
		if p.Kind != "" {
			key = "import.price_" + string(p.Kind)
		}
		body = translations.For("da").T(key, "dkk", n)
	}
	switch {
	case body == "":
		return p.Note
	case p.Note != "":
		return body + " (" + p.Note + ")"
	}
	return body
}
