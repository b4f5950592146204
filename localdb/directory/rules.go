package directory

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Limits of text fields, in characters.
const (
	MaxName = 120
	MaxText = 4000
	MaxLine = 300

	maxAmount = 1_000_000 // kroner, and people that there is room for: more is a slip

	maxList       = 60
	maxExceptions = 400
)

// RefusedError says why one field of a record may not be kept. Reason is a code
// of Reasons; Value is what stood there, shortened.
type RefusedError struct{ Field, Reason, Value string }

func (e *RefusedError) Error() string {
	if e.Value == "" {
		return e.Field + ": " + e.Reason
	}
	return fmt.Sprintf("%s: %s (%q)", e.Field, e.Reason, e.Value)
}

// Reasons lists every reason code that this package gives; each has its text
// in assets/translations (subject "reasons").
var Reasons = []string{
	"empty", "too_long", "too_many", "not_a_uuid", "not_a_day", "not_a_time", "not_a_weekday",
	badRule, needFirstDay, neverOccurs, "ends_before_it_begins", "not_a_latitude", "not_a_longitude", "not_a_postcode", "not_an_age", "ages_reversed",
	"negative", "too_large", "not_a_number", "not_a_cvr", "not_a_p_number", "too_many_sentences", "unknown_value", "no_time",
}

// Problems takes the error of Validate apart, in its order, also where it is
// wrapped in others.
func Problems(err error) []*RefusedError {
	switch e := err.(type) {
	case *RefusedError:
		return []*RefusedError{e}
	case interface{ Unwrap() []error }:
		var out []*RefusedError
		for _, one := range e.Unwrap() {
			out = append(out, Problems(one)...)
		}
		return out
	case interface{ Unwrap() error }:
		return Problems(e.Unwrap())
	}
	return nil
}

// checker collects what is wrong.
type checker struct{ errs []error }

func (k *checker) refuse(field, reason, value string) {
	if r := []rune(value); len(r) > 40 {
		value = string(r[:40]) + "…"
	}
	k.errs = append(k.errs, &RefusedError{field, reason, value})
}

func (k *checker) text(field, v string, most int) {
	if utf8.RuneCountInString(v) > most {
		k.refuse(field, "too_long", v)
	}
}

func (k *checker) list(field string, v []string) {
	if len(v) > maxList {
		k.refuse(field, "too_many", "")
	}
	for i, x := range v {
		k.text(fmt.Sprintf("%s[%d]", field, i), x, MaxLine)
	}
}

// day refuses what is no day, and years that nobody means: they are slips of
// the pen, and would make a rule count from the Middle Ages.
func (k *checker) day(field string, d Day) {
	if d == "" {
		return
	}
	t, err := d.Time()
	if err != nil || t.Year() < firstYear || t.Year() > lastYear {
		k.refuse(field, "not_a_day", string(d))
	}
}

func (k *checker) id(field, v string) {
	if len(v) != 36 || uuid.Validate(v) != nil { // the package also accepts URNs and braces
		k.refuse(field, "not_a_uuid", v)
	}
}

func (k *checker) period(field string, from, to Day) {
	if from.Valid() && to.Valid() && to < from {
		k.refuse(field, "ends_before_it_begins", string(to))
	}
}

func (k *checker) digits(field, v, reason string, n int) {
	if v == "" {
		return
	}
	ok := len(v) == n
	for _, r := range v {
		ok = ok && r >= '0' && r <= '9'
	}
	if !ok {
		k.refuse(field, reason, v)
	}
}

func oneOf[T ~string](k *checker, field string, v T, known ...T) {
	if v != "" && !slices.Contains(known, v) {
		k.refuse(field, "unknown_value", string(v))
	}
}

// Validate says what in the record may not enter a store: nil, or a joined
// error of *RefusedError, one a field, in the order of the record. It refuses
// what would mislead a person (a time that is none, a rule by which nobody ever
// meets, a price below zero) or break a page (a name of 300 characters); what is
// merely unusual is kept: languages, considerations and groups without a word of
// ours, or a place without an address. It changes nothing: what can be put right
// without a guess – spaces, "9.30" for "09:30", a CVR number in groups – is
// Normalize's, which is called first.
func (c *Community) Validate() error {
	k := &checker{}
	if c.Name == "" {
		k.refuse("name", "empty", "")
	}
	if c.ID != "" {
		k.id("id", c.ID)
	}
	k.text("name", c.Name, MaxName)
	k.text("summary", c.Summary, MaxText)
	k.text("description", c.Description, MaxText)
	k.text("category", c.Category, MaxLine)
	k.text("source", c.Source, MaxLine)
	k.text("source_id", c.SourceID, MaxLine)
	k.text("assured_by", c.AssuredBy, MaxLine)
	k.list("activities", c.Activities)
	k.list("languages", c.Languages)
	k.list("considerations", c.Considerations)
	oneOf(k, "kind", c.Kind, Kinds...)
	oneOf(k, "status", c.Status, StatusActive, StatusPaused, StatusClosed)
	c.checkOrganiser(k)
	for i := range c.Places {
		c.Places[i].check(k, fmt.Sprintf("places[%d]", i))
	}
	for i := range c.Schedule {
		c.Schedule[i].check(k, fmt.Sprintf("schedule[%d]", i))
	}
	if len(c.Places) > maxList {
		k.refuse("places", "too_many", "")
	}
	if len(c.Schedule) > maxList {
		k.refuse("schedule", "too_many", "")
	}
	c.checkParts(k)
	return errors.Join(k.errs...)
}

func (c *Community) checkOrganiser(k *checker) {
	if o := c.Organiser; o != nil {
		k.text("organiser.name", o.Name, MaxLine)
		k.digits("organiser.cvr", o.CVR, "not_a_cvr", 8)
		k.digits("organiser.p_number", o.PNumber, "not_a_p_number", 10)
	}
}

func (c *Community) checkParts(k *checker) {
	if p := c.Price; p != nil {
		oneOf(k, "price.kind", p.Kind, PriceFree, PricePerTime, PriceMonth, PriceSeason, PriceYear)
		switch {
		case math.IsNaN(p.DKK) || math.IsInf(p.DKK, 0):
			k.refuse("price.dkk", "not_a_number", fmt.Sprint(p.DKK))
		case p.DKK < 0:
			k.refuse("price.dkk", "negative", fmt.Sprint(p.DKK))
		case p.DKK > maxAmount:
			k.refuse("price.dkk", "too_large", fmt.Sprint(p.DKK))
		}
		k.text("price.note", p.Note, MaxLine)
	}
	if a := c.Audience; a != nil {
		a.check(k)
	}
	if a := c.Accompaniment; a != nil {
		k.text("accompaniment.how", a.How, MaxText)
	}
	if w := c.Welcome; w != nil {
		k.text("welcome.greeter", w.Greeter, MaxLine)
		k.text("welcome.where", w.Where, MaxLine)
		if len(w.FirstTime) > 3 {
			k.refuse("welcome.first_time", "too_many_sentences", "")
		}
		k.list("welcome.first_time", w.FirstTime)
		w.checkReception(k)
	}
	if p := c.Capacity; p != nil {
		k.natural("capacity.free", p.Free)
		k.natural("capacity.total", p.Total)
		k.day("capacity.as_of", p.AsOf)
	}
	if p := c.Practice; p != nil {
		k.day("practice.from", p.From)
		k.day("practice.to", p.To)
		k.period("practice.to", p.From, p.To)
		k.list("practice.onward", p.Onward)
	}
	if t := c.Contact; t != nil {
		k.text("contact.role", t.Role, MaxLine)
		k.text("contact.phone", t.Phone, MaxLine)
		k.text("contact.email", t.Email, MaxLine)
		k.text("contact.web", t.Web, MaxLine)
	}
}

func (a *Audience) check(k *checker) {
	k.age("audience.min_age", a.MinAge)
	k.age("audience.max_age", a.MaxAge)
	if a.MinAge != nil && a.MaxAge != nil && *a.MinAge > *a.MaxAge {
		k.refuse("audience.max_age", "ages_reversed", fmt.Sprint(*a.MaxAge))
	}
	oneOf(k, "audience.gender", a.Gender, GenderWomen, GenderMen)
	k.list("audience.groups", a.Groups)
}

func (p *Place) check(k *checker, at string) {
	k.text(at+".name", p.Name, MaxLine)
	k.text(at+".address", p.Address, MaxLine)
	k.text(at+".city", p.City, MaxLine)
	k.text(at+".municipality", p.Municipality, MaxLine)
	k.text(at+".housing_area", p.HousingArea, MaxLine)
	k.digits(at+".postcode", p.Postcode, "not_a_postcode", 4)
	if p.Lat != nil && !(*p.Lat >= -90 && *p.Lat <= 90) {
		k.refuse(at+".lat", "not_a_latitude", fmt.Sprint(*p.Lat))
	}
	if p.Lon != nil && !(*p.Lon >= -180 && *p.Lon <= 180) {
		k.refuse(at+".lon", "not_a_longitude", fmt.Sprint(*p.Lon))
	}
	k.list(at+".accessibility", p.Accessibility)
}

func (k *checker) natural(field string, n *int) {
	switch {
	case n == nil:
	case *n < 0:
		k.refuse(field, "negative", fmt.Sprint(*n))
	case *n > maxAmount:
		k.refuse(field, "too_large", fmt.Sprint(*n))
	}
}

func (k *checker) age(field string, n *int) {
	if n != nil && (*n < 0 || *n > 120) {
		k.refuse(field, "not_an_age", fmt.Sprint(*n))
	}
}

func (k *checker) clock(field, v string) {
	if _, _, ok := parseClock(v); v != "" && !ok {
		k.refuse(field, "not_a_time", v)
	}
}

// check refuses a slot that would show a time at which nobody meets. A slot
// without a weekday is kept where its note says how a time is agreed.
func (s *Slot) check(k *checker, at string) {
	before := len(k.errs)
	s.checkDay(k, at)
	k.clock(at+".from", s.From)
	k.clock(at+".to", s.To)
	if s.endsTooSoon() {
		k.refuse(at+".to", "ends_before_it_begins", s.To)
	}
	k.day(at+".valid_from", s.ValidFrom)
	k.day(at+".valid_to", s.ValidTo)
	k.period(at+".valid_to", s.ValidFrom, s.ValidTo)
	if len(s.Exceptions) > maxExceptions {
		k.refuse(at+".exceptions", "too_many", "")
	}
	for i, d := range s.Exceptions {
		if !d.Valid() {
			k.refuse(fmt.Sprintf("%s.exceptions[%d]", at, i), "not_a_day", string(d))
		}
	}
	k.text(at+".note", s.Note, MaxLine)
	if named := s.RRule != "" || s.Weekday != 0; named && len(k.errs) == before && !s.occurs() {
		k.refuse(at, neverOccurs, "")
	}
}

func (s *Slot) checkDay(k *checker, at string) {
	switch {
	case s.Weekday < 0 || s.Weekday > 7:
		k.refuse(at+".weekday", "not_a_weekday", fmt.Sprint(s.Weekday))
	case s.RRule != "":
		r, reason := parseRule(s.RRule)
		if reason != "" {
			k.refuse(at+".rrule", reason, s.RRule)
		} else if s.ValidFrom == "" && r.needsFirstDay(s.Weekday) {
			k.refuse(at+".valid_from", needFirstDay, "")
		}
	case s.Weekday == 0 && s.Note == "":
		k.refuse(at, "no_time", "")
	}
}

// endsTooSoon says whether the slot ends before it begins. A day may last until
// midnight and an evening past it, until six; anything else that ends first is a
// slip.
func (s *Slot) endsTooSoon() bool {
	h1, m1, ok1 := parseClock(s.From)
	h2, m2, ok2 := parseClock(s.To)
	from, to := h1*60+m1, h2*60+m2
	overnight := to == 0 && from > 0 || h1 >= 16 && to <= 6*60
	return ok1 && ok2 && to <= from && !overnight
}
