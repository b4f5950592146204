package say

import (
	"strconv"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/match"
)

// Wish says a wish as a chip does: "Formiddag", "Gratis", "Højst 3 km væk".
func (s *Speaker) Wish(w match.Wish) string {
	switch w.Kind {
	case match.WishDistance:
		return s.T("words.wish.distance", "km", s.number(w.Number))
	case match.WishAge:
		return s.T("words.wish.age", "n", s.number(w.Number))
	case match.WishAccompaniment, match.WishRoom, match.WishAcross, match.WishWide:
		return s.T("words.wish." + string(w.Kind))
	}
	return s.upperFirst(s.value(w.Kind, w.Value))
}

func (s *Speaker) number(v float64) string {
	if v == float64(int(v)) {
		return strconv.Itoa(int(v))
	}
	return s.Decimal(v)
}

// value says the value of a wish or a reason as a bare word.
func (s *Speaker) value(k match.WishKind, v string) string {
	switch k {
	case match.WishWeekday:
		if n, err := strconv.Atoi(v); err == nil && n >= 1 && n <= 7 {
			return s.Weekday(n)
		}
		return v
	case match.WishTime:
		return s.Label("time", v)
	case match.WishPrice:
		return s.Label("price_wish", v)
	case match.WishGroup:
		if v == "women" || v == "men" {
			return s.Label("gender", v)
		}
		return s.Label("group", v)
	case match.WishLanguage:
		return s.Label("language", v)
	case match.WishAccessibility:
		return s.Label("accessibility", v)
	case match.WishConsideration:
		return s.Label("consideration", v)
	case match.WishKindOf:
		return s.Label("kind", v)
	}
	return v
}

// Reason says one reason as a quiet chip: "gåtur", "gratis", "oplyser ikke pris".
func (s *Speaker) Reason(r match.Reason) string {
	kind := match.WishKind(r.Kind)
	v := s.value(kind, r.Value)
	switch {
	case r.Kind == match.ReasonWord || kind == match.WishTopic || kind == match.WishArea:
		if r.Fact == match.Met {
			return v
		}
		return s.T("words.reason."+string(match.WishArea)+factKey(r.Fact), "v", v)
	case kind == match.WishPrice && r.Fact != match.NotStated:
		return s.priceReason(r)
	case kind == match.WishDistance && r.Fact != match.NotStated:
		return s.Distance(r.Number)
	case r.Fact == match.Met:
		if key := "words.reason." + string(r.Kind) + ".met"; s.Has(key) {
			return s.T(key, "v", v, "n", s.number(r.Number))
		}
		return v
	}
	if v == "" && r.Fact == match.NotMet && (kind == match.WishTime || kind == match.WishWeekday) {
		return s.T("words.reason.time.other")
	}
	return s.T("words.reason."+string(r.Kind)+factKey(r.Fact), "v", v, "n", s.number(r.Number))
}

// priceReason says a stated price: "gratis", "150 kr. om året". Value is free or
// the kind of price.
func (s *Speaker) priceReason(r match.Reason) string {
	if r.Value == "free" {
		return s.Label("price_wish", "free")
	}
	if key := "words.price." + r.Value; r.Value != "" && s.Has(key) {
		return s.T(key, "kr", s.kroner(r.Number))
	}
	return s.T("words.price.plain", "kr", s.kroner(r.Number))
}

// Near says how a community that fits but for one wish differs there: "samme,
// men onsdag", "3 km længere væk".
func (s *Speaker) Near(n match.Near) string {
	kind := match.WishKind(n.Differs.Kind)
	if kind == match.WishDistance {
		return s.T("words.near.further", "km", s.Distance(n.Further))
	}
	v := s.value(kind, n.Differs.Value)
	if key := "words.near." + string(kind); v != "" && s.Has(key) {
		return s.T(key, "v", v)
	}
	return s.T("words.near.other", "what", s.Reason(n.Differs))
}

func factKey(f match.Fact) string {
	switch f {
	case match.Met:
		return ".met"
	case match.NotMet:
		return ".not_met"
	}
	return ".not_stated"
}

// Span is a piece of a sentence; Strong ones are what the citizen asked for.
type Span struct {
	Text   string
	Strong bool
}

// Because says on the sheet why a community was chosen, from the reasons that
// are met alone: "Fordi du gerne vil noget med gåtur om formiddagen, og det er
// gratis." Without any met reason it is "".
func (s *Speaker) Because(rs []match.Reason) string {
	var b strings.Builder
	for _, p := range s.BecauseSpans(rs) {
		b.WriteString(p.Text)
	}
	return b.String()
}

// BecauseSpans is Because in pieces, so that the wishes can be set in bold.
func (s *Speaker) BecauseSpans(rs []match.Reason) []Span {
	var topics, when []string
	var rest [][]Span
	fits := false
	for _, r := range rs {
		if r.Fact != match.Met {
			continue
		}
		kind := match.WishKind(r.Kind)
		switch {
		case r.Kind == match.ReasonWord || kind == match.WishTopic:
			fits = true
			if v := strings.ToLower(r.Value); s.onPaper(v) && len(topics) < 2 && !contains(topics, v) {
				topics = append(topics, v)
			}
		case kind == match.WishWeekday:
			when = append(when, s.T("words.because.weekday."+r.Value))
		case kind == match.WishTime:
			when = append(when, s.Label("because.time", r.Value))
		default:
			if c := s.clause(r); c != nil && len(rest) < 2 {
				rest = append(rest, c)
			}
		}
	}
	if fits && len(topics) == 0 && len(rest) == 0 {
		return []Span{{Text: s.T("words.because.fits")}}
	}
	return s.sentence(topics, when, rest)
}

// onPaper says whether a word may stand on a sheet as what the citizen would
// like. The words are the communities' own, in Danish, so only a Danish sheet
// repeats them; and a loss or an illness is nothing one "would like something
// with": it is left unsaid, and nobody reads it over a shoulder.
func (s *Speaker) onPaper(word string) bool {
	if word == "" || s.Lang() != "da" {
		return false
	}
	for _, unsaid := range strings.Fields(s.T("words.because.unsaid")) {
		if strings.Contains(word, unsaid) {
			return false
		}
	}
	return true
}

func contains(list []string, v string) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

// clause is one "det er gratis", with the wish itself strong.
func (s *Speaker) clause(r match.Reason) []Span {
	key := "words.because.clause." + string(r.Kind)
	if match.WishKind(r.Kind) == match.WishPrice && r.Value != "free" {
		key = "words.because.clause.price_low"
	}
	if !s.Has(key) {
		return nil
	}
	v := s.value(match.WishKind(r.Kind), r.Value)
	switch match.WishKind(r.Kind) {
	case match.WishDistance:
		v = s.Distance(r.Number)
	case match.WishPrice:
		v = s.priceReason(r)
	}
	text := s.T(key, "v", v, "n", s.number(r.Number))
	pre, strong, ok := strings.Cut(text, "*")
	if !ok {
		return []Span{{Text: text}}
	}
	strong, post, _ := strings.Cut(strong, "*")
	return []Span{{Text: pre}, {Text: strong, Strong: true}, {Text: post}}
}

func (s *Speaker) sentence(topics, when []string, rest [][]Span) []Span {
	var out []Span
	add := func(text string, strong bool) { out = append(out, Span{text, strong}) }
	if len(topics) > 0 || len(when) > 0 {
		lead := s.T("words.because.lead")
		switch {
		case len(topics) == 0:
			add(s.T("words.because.lead_when")+" ", false)
			add(strings.Join(when, " "), true)
		case len(when) == 0:
			add(lead+" ", false)
			add(s.List(topics), true)
		default:
			add(lead+" ", false)
			add(s.List(topics)+" "+strings.Join(when, " "), true)
		}
	}
	for i, c := range rest {
		switch {
		case len(out) == 0:
			add(s.T("words.because.start")+" ", false)
		case i == len(rest)-1:
			add(s.T("words.because.joint")+" ", false)
		default:
			add(s.comma(), false)
		}
		out = append(out, c...)
	}
	if n := len(out); n > 0 && !strings.HasSuffix(out[n-1].Text, ".") && !(out[n-1].Text == "" && strings.HasSuffix(out[n-2].Text, ".")) {
		add(".", false) // "30 kr." already ends the sentence
	}
	return out
}
