package directory

import (
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/clean"
)

// Normalize passes every text through the one gate for text and puts clock
// times, codes and ids into their one form. It changes no meaning, keeps the
// order of lists and every unknown member, and may be called again.
func (c *Community) Normalize() {
	line := func(s ...*string) {
		for _, p := range s {
			*p = clean.Line(*p, 0) // lengths are refused by Validate, never cut in silence
		}
	}
	c.ID = strings.ToLower(strings.TrimSpace(c.ID))
	line(&c.Source, &c.SourceID, &c.Name, &c.Category, &c.AssuredBy)
	c.Summary = clean.Text(c.Summary, 0)
	c.Description = clean.Text(c.Description, 0)
	c.Activities = lines(c.Activities)
	c.Languages = lines(c.Languages)
	c.Considerations = lines(c.Considerations)
	if o := c.Organiser; o != nil {
		line(&o.Name)
		o.CVR, o.PNumber = digitsOnly(o.CVR), digitsOnly(o.PNumber)
	}
	for i := range c.Places {
		p := &c.Places[i]
		line(&p.Name, &p.Address, &p.Postcode, &p.City, &p.Municipality, &p.HousingArea)
		p.Accessibility = lines(p.Accessibility)
	}
	for i := range c.Schedule {
		s := &c.Schedule[i]
		s.From, s.To = clockForm(s.From), clockForm(s.To)
		s.RRule = strings.TrimSpace(s.RRule)
		line(&s.Note)
	}
	c.normalizeParts(line)
}

func (c *Community) normalizeParts(line func(...*string)) {
	if p := c.Price; p != nil {
		line(&p.Note)
	}
	if a := c.Audience; a != nil {
		a.Groups = lines(a.Groups)
	}
	if a := c.Accompaniment; a != nil {
		a.How = clean.Text(a.How, 0)
	}
	if w := c.Welcome; w != nil {
		line(&w.Greeter, &w.Where)
		w.FirstTime = lines(w.FirstTime)
	}
	if p := c.Practice; p != nil {
		p.Onward = lines(p.Onward)
	}
	if t := c.Contact; t != nil {
		line(&t.Role, &t.Phone, &t.Email, &t.Web)
	}
}

// lines cleans each entry and leaves out empty and repeated ones.
func lines(in []string) []string {
	var out []string
	for _, s := range in {
		if s = clean.Line(s, 0); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func clockForm(v string) string {
	v = strings.ReplaceAll(strings.TrimSpace(v), ".", ":")
	if h, m, ok := parseClock(v); ok {
		return string([]byte{'0' + byte(h/10), '0' + byte(h%10), ':', '0' + byte(m/10), '0' + byte(m%10)})
	}
	return v
}

// digitsOnly takes the spaces people write into numbers away.
func digitsOnly(v string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\u00a0' || r == '-' {
			return -1
		}
		return r
	}, strings.TrimSpace(v))
}
