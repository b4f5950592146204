package insync

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// fields are the members of a community that have words of their own.
var fields = map[string]bool{"name": true, "summary": true, "description": true, "category": true, "activities": true,
	"organiser": true, "places": true, "schedule": true, "price": true, "audience": true, "languages": true,
	"considerations": true, "accompaniment": true, "welcome": true, "capacity": true, "contact": true, "status": true,
	"assured_at": true, "assured_by": true, "practice": true, "open_across_housing_areas": true}

func fieldKey(name string) string {
	if fields[name] {
		return name
	}
	return "other"
}

// value says a member of a community in words.
func (p *Page) value(field string, raw []byte) string {
	if len(raw) == 0 || string(raw) == "null" {
		return p.t("value_none")
	}
	var c directory.Community
	whole, err := json.Marshal(map[string]jsontext.Value{field: raw})
	if err == nil {
		err = json.Unmarshal(whole, &c)
	}
	if err != nil {
		return p.bare(raw)
	}
	if text := p.words(field, &c); text != "" {
		return text
	}
	return p.bare(raw)
}

// bare says a value for which there are no words: what a person can read as it is.
func (p *Page) bare(raw jsontext.Value) string {
	switch raw.Kind() {
	case '"':
		var text string
		if json.Unmarshal(raw, &text) == nil {
			return text
		}
	case 't':
		return p.t("yes")
	case 'f':
		return p.t("no")
	case '0':
		return string(raw)
	}
	return p.t("value_other")
}

func (p *Page) words(field string, c *directory.Community) string {
	s := p.say
	switch field {
	case "activities":
		return s.List(c.Activities)
	case "organiser":
		if c.Organiser != nil {
			return c.Organiser.Name
		}
	case "places":
		var all []string
		for i := range c.Places {
			all = append(all, s.Place(&c.Places[i]))
		}
		return strings.Join(all, "\n")
	case "schedule":
		return s.Schedule(c.Schedule)
	case "price":
		return s.Price(c.Price)
	case "audience":
		return s.Audience(c.Audience)
	case "languages":
		return s.Labels("language", c.Languages)
	case "considerations":
		return s.Labels("consideration", c.Considerations)
	case "accompaniment":
		return s.Accompaniment(c.Accompaniment)
	case "welcome":
		if w := c.Welcome; w != nil {
			return strings.Join(nonEmpty(append([]string{w.Greeter, w.Where}, w.FirstTime...)), "\n")
		}
	case "capacity":
		return s.Room(c.Capacity)
	case "contact":
		if k := c.Contact; k != nil {
			return strings.Join(nonEmpty([]string{k.Role, s.Phone(k.Phone), k.Email, k.Web}), "\n")
		}
	case "status":
		return s.Label("status", string(c.Status))
	case "assured_at":
		return p.when(c.AssuredAt)
	case "open_across_housing_areas":
		if c.OpenAcrossHousingAreas != nil && *c.OpenAcrossHousingAreas {
			return p.t("yes")
		}
		return p.t("no")
	case "practice":
		if r := c.Practice; r != nil {
			return strings.Join(nonEmpty([]string{s.Day(r.From), s.Day(r.To)}), " – ")
		}
	}
	return ""
}

func nonEmpty(in []string) (out []string) {
	for _, s := range in {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}
