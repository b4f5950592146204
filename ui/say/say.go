// Package say turns what the program knows into words for people: dates,
// schedules, prices, places, freshness, wishes and reasons, in the language
// asked for. Screens, sheets and the command line all speak through it, so that
// one thing is said one way everywhere.
//
// It knows no toolkit and no store. The words themselves stand in
// assets/translations (subject "words"); here is only how they are put together.
package say

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// Speaker says things in one language. It is safe for concurrent use.
type Speaker struct {
	*translations.Catalogue
}

// In gives the speaker of a language ("da", "en"); an unknown one speaks Danish.
func In(lang string) *Speaker { return &Speaker{translations.For(lang)} }

// Label is the word for one value of a fixed list: Label("kind", "housing") is
// "boligforening". A value that has no word is said as the record writes it.
func (s *Speaker) Label(group, value string) string {
	if value == "" {
		return ""
	}
	for _, key := range []string{"words." + group + "." + value, group + "." + value} {
		if s.Has(key) {
			return s.T(key)
		}
	}
	return strings.ReplaceAll(value, "_", " ")
}

// Labels says several values of a list, joined by commas.
func (s *Speaker) Labels(group string, values []string) string {
	out := make([]string, 0, len(values))
	for _, v := range values {
		out = append(out, s.Label(group, v))
	}
	return strings.Join(out, s.comma())
}

// comma is what stands between the things of a list.
func (s *Speaker) comma() string {
	if translations.RightToLeft(s.Lang()) {
		return "، "
	}
	return ", "
}

// List joins words as the language does: "a, b og c".
func (s *Speaker) List(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		and := s.T("words.and") + " "
		if s.Lang() == "ar" {
			and = s.T("words.and") // written as one with the word after it
		}
		return strings.Join(words[:n-1], s.comma()) + " " + and + words[n-1]
	}
}

// Price says what it costs: "Gratis", "30 kr. pr. gang". Not stated is "".
func (s *Speaker) Price(p *directory.Price) string {
	if p == nil {
		return ""
	}
	var out string
	switch {
	case p.Kind == directory.PriceFree, p.Kind != "" && p.DKK == 0 && p.Note == "":
		out = s.T("words.price.free")
	case p.DKK > 0 && p.Kind != "":
		out = s.T("words.price."+string(p.Kind), "kr", s.kroner(p.DKK))
	case p.DKK > 0:
		out = s.T("words.price.plain", "kr", s.kroner(p.DKK))
	}
	switch {
	case out == "":
		return p.Note
	case p.Note != "":
		return out + " (" + p.Note + ")"
	}
	return out
}

func (s *Speaker) kroner(v float64) string {
	if v == float64(int(v)) {
		return s.Int(int(v))
	}
	return s.Decimal(v)
}

// Distance says how far it is: "350 m", "1,2 km", "24 km". Unknown (below 0) is "".
func (s *Speaker) Distance(km float64) string {
	switch {
	case km < 0:
		return ""
	case km < 0.95:
		m := max(50, int(km*20+0.5)*50)
		return s.T("words.distance.m", "m", m)
	case km < 10:
		return s.T("words.distance.km", "km", s.Decimal(km))
	default:
		return s.T("words.distance.km", "km", int(km+0.5))
	}
}

// Place says where: "Beboerhuset, Eksempelvej 4, 4100 Ringsted". A confidential
// place is said to be told by telephone, whatever else the record holds.
func (s *Speaker) Place(p *directory.Place) string {
	if p == nil {
		return ""
	}
	if p.Confidential {
		return s.T("words.place.confidential")
	}
	var parts []string
	for _, x := range []string{p.Name, p.Address, strings.TrimSpace(p.Postcode + " " + p.City)} {
		if x = strings.TrimSpace(x); x != "" {
			parts = append(parts, x)
		}
	}
	return strings.Join(parts, ", ")
}

// ShortPlace says where in as few words as a card has room for.
func (s *Speaker) ShortPlace(p *directory.Place) string {
	switch {
	case p == nil:
		return ""
	case p.Confidential:
		return s.T("words.place.confidential_short")
	case p.Name != "":
		return p.Name
	case p.Address != "":
		return p.Address
	default:
		return p.City
	}
}

// Phone groups a Danish number as people read it aloud: "00 00 00 00". Any other
// number is said as it is written.
func (s *Speaker) Phone(p string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, p)
	prefix := ""
	switch {
	case len(digits) == 10 && strings.HasPrefix(digits, "45"):
		digits, prefix = digits[2:], "+45 "
	case len(digits) == 12 && strings.HasPrefix(digits, "0045"):
		digits, prefix = digits[4:], "+45 "
	}
	if len(digits) != 8 {
		return strings.TrimSpace(p)
	}
	return prefix + digits[:2] + " " + digits[2:4] + " " + digits[4:6] + " " + digits[6:]
}

// Audience says for whom it is: "For alle over 18", "Kvinder, 18–30 år". Not
// stated is "".
func (s *Speaker) Audience(a *directory.Audience) string {
	if a == nil {
		return ""
	}
	var parts []string
	if a.Gender != "" {
		parts = append(parts, s.Label("gender", string(a.Gender)))
	}
	switch {
	case a.MinAge != nil && a.MaxAge != nil:
		parts = append(parts, s.T("words.audience.between", "min", *a.MinAge, "max", *a.MaxAge))
	case a.MinAge != nil:
		parts = append(parts, s.T("words.audience.from", "min", *a.MinAge))
	case a.MaxAge != nil:
		parts = append(parts, s.T("words.audience.to", "max", *a.MaxAge))
	}
	for _, g := range a.Groups {
		if g == "adults" && a.MinAge != nil {
			continue // the age has said so
		}
		parts = append(parts, s.Label("group", g))
	}
	return s.upperFirst(strings.Join(parts, s.comma()))
}

// Room says how much room there is for newcomers and when that was known:
// "Plads til 5 nye (oplyst 11. nov.)". Not stated is "".
func (s *Speaker) Room(c *directory.Capacity) string {
	if c == nil || c.Free == nil {
		return ""
	}
	out := s.T("words.room.none")
	if *c.Free > 0 {
		out = s.N("words.room.free", *c.Free)
	}
	if d := s.ShortDay(c.AsOf); d != "" {
		out += " " + s.T("words.room.as_of", "day", d)
	}
	return out
}

// Freshness says when a person last confirmed the facts: "bekræftet for 12 dage
// siden", "ikke bekræftet i 7 mdr.", "ikke bekræftet endnu".
func (s *Speaker) Freshness(f directory.Freshness) string {
	switch {
	case !f.Stated:
		return s.T("words.fresh.never")
	case f.Stale:
		return s.T("words.fresh.stale", "ago", s.months(f.Days))
	case f.Days <= 0:
		return s.T("words.fresh.today")
	case f.Days == 1:
		return s.T("words.fresh.yesterday")
	case f.Days < 14:
		return s.T("words.fresh.ago", "ago", s.N("words.fresh.days", f.Days))
	case f.Days < 60:
		return s.T("words.fresh.ago", "ago", s.N("words.fresh.weeks", f.Days/7))
	default:
		return s.T("words.fresh.ago", "ago", s.months(f.Days))
	}
}

func (s *Speaker) months(days int) string {
	if days >= 730 {
		return s.N("words.fresh.years", days/365)
	}
	return s.N("words.fresh.months", max(1, int(float64(days)/30.44)))
}

// Accompaniment says whether and how somebody can go along. Not stated is "".
func (s *Speaker) Accompaniment(a *directory.Accompaniment) string {
	switch {
	case a == nil || a.Offered == nil && a.How == "":
		return ""
	case a.Offered != nil && !*a.Offered:
		return s.T("words.accompaniment.no")
	case a.How != "":
		return a.How
	default:
		return s.T("words.accompaniment.yes")
	}
}

// upperFirst begins a text with a capital letter, as the language writes it.
func (s *Speaker) upperFirst(text string) string {
	_, n := utf8.DecodeRuneInString(text)
	first := strings.ToUpper(text[:n])
	if s.Lang() == "tr" {
		first = strings.ToUpperSpecial(unicode.TurkishCase, text[:n])
	}
	return first + text[n:]
}

// Desk says who shows the way: "Lindeby Bibliotek · Skranke 2". The organisation
// is left out where the desk's name holds it already.
func Desk(organisation, desk string) string {
	switch {
	case organisation == "" || strings.Contains(desk, organisation):
		return desk
	case desk == "":
		return organisation
	}
	return organisation + " · " + desk
}
