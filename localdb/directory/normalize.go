package directory

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/faellesskabsby/vejviser/localdb/clean"
)

// Normalize passes every text through the one gate for text and puts clock
// times, codes and ids into their one form. It changes no meaning, keeps the
// order of lists and every unknown member, and may be called again.
func (c *Community) Normalize() {
	c.ID = strings.ToLower(strings.TrimSpace(c.ID))
	exact(&c.Source, &c.SourceID)
	line(&c.Name, &c.Category, &c.AssuredBy)
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
		exact(&p.Postcode)
		line(&p.Name, &p.Address, &p.City, &p.Municipality, &p.HousingArea)
		p.Accessibility = lines(p.Accessibility)
	}
	for i := range c.Schedule {
		s := &c.Schedule[i]
		s.From, s.To = clockForm(s.From), clockForm(s.To)
		s.RRule = ruleForm(s.RRule)
		line(&s.Note)
	}
	c.normalizeParts()
}

func (c *Community) normalizeParts() {
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
		w.Ready, w.Cannot = lines(w.Ready), lines(w.Cannot)
	}
	if p := c.Practice; p != nil {
		p.Onward = lines(p.Onward)
	}
	if t := c.Contact; t != nil {
		line(&t.Role, &t.Phone)
		exact(&t.Email, &t.Web)
	}
}

// line cleans each text for one line. Lengths are refused by Validate, never cut
// in silence.
func line(texts ...*string) {
	for _, p := range texts {
		*p = clean.Line(*p, 0)
	}
}

// exact is line for what must stay letter by letter: ids and addresses on the net.
func exact(texts ...*string) {
	for _, p := range texts {
		*p = clean.Exact(*p, 0)
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

// clockForm gives "09:30" for "9:30", "9.30", "kl. 9.30" and "09:30:00", and
// midnight for "24:00". What it cannot read it leaves for Validate to refuse.
func clockForm(v string) string {
	t := strings.ToLower(strings.TrimSpace(v))
	t = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(t, "kl"), "."))
	t = strings.ReplaceAll(t, ".", ":")
	if t == "24:00" {
		return "00:00"
	}
	if h, m, ok := parseClock(t); ok {
		return fmt.Sprintf("%02d:%02d", h, m)
	}
	return v
}

// ruleForm gives a rule in capitals, without spaces and without its name.
func ruleForm(v string) string {
	v = strings.ToUpper(strings.Join(strings.Fields(v), ""))
	for strings.HasPrefix(v, "RRULE:") { // written twice is written once: a second cleaning changes nothing
		v = strings.TrimSpace(strings.TrimPrefix(v, "RRULE:"))
	}
	return strings.TrimRight(v, "; ")
}

// digitsOnly takes the spaces and hyphens people write into numbers away.
func digitsOnly(v string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' {
			return -1
		}
		return r
	}, v)
}
