package insync

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// What else than communities two people can change at a time: ambassadors and how
// they are reached, meetings, times of practice grounds, self-checks and agreements.

// nameOthers names the records of conflicts that are not communities, and what their
// values point at.
func nameOthers(s Store, d *data, name func(id string) error) error {
	kinds := map[record.Kind]bool{}
	for _, c := range d.conflicts {
		kinds[c.Kind] = true
	}
	if kinds[record.Ambassador] || kinds[record.Volunteer] || kinds[record.Meeting] {
		list, err := s.Ambassadors()
		if err != nil {
			return err
		}
		for _, a := range list {
			d.names[a.ID] = a.Name
		}
	}
	if kinds[record.Meeting] {
		list, err := s.Meetings()
		if err != nil {
			return err
		}
		for _, m := range list {
			d.days[m.ID] = m.On
		}
	}
	if kinds[record.Session] {
		list, err := s.Sessions()
		if err != nil {
			return err
		}
		for _, x := range list {
			if err := name(x.Community); err != nil {
				return err
			}
			d.days[x.ID], d.names[x.ID] = x.On, d.names[x.Community]
		}
	}
	for _, c := range d.conflicts {
		if c.Kind != record.Ambassador || c.Field != "communities" && c.Field != "started" {
			continue
		}
		for _, raw := range []jsontext.Value{c.Kept, c.Other} {
			for _, id := range texts(raw) {
				if err := name(id); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// isCommunity says whether a conflict is about a community.
func isCommunity(c localdb.Conflict) bool { return c.Kind == "" || c.Kind == record.Community }

// twice says what two people changed.
func (p *Page) twice(c localdb.Conflict, d *data) string {
	if isCommunity(c) {
		name := d.names[c.Community]
		if name == "" {
			name = p.t("unknown_community")
		}
		return p.t("conflict", "field", p.t("field."+fieldKey(c.Field)), "name", name)
	}
	what := p.record(c.Kind, c.Community, d)
	if f := p.fieldOf(c); f != "" {
		return p.t("conflict_of", "field", f, "what", what)
	}
	return p.t("conflict_plain", "field", p.t("field.other"), "what", what)
}

// record names a record that is no community: "ambassadøren Bente"; without a name
// where it is not here, as one that was erased.
func (p *Page) record(kind record.Kind, id string, d *data) string {
	name, day := d.names[id], d.days[id]
	key := "insync.record." + string(kind)
	if name == "" && day == "" || !p.say.Has(key) {
		key = "insync.record_plain." + string(kind)
	}
	if !p.say.Has(key) {
		return p.t("record.other")
	}
	return p.say.T(key, "name", name, "day", p.say.Day(day))
}

// spokenOf are the acts that the page names: those refused, and those in sight that
// wait.
func (d *data) spokenOf() (out []localdb.Waiting) {
	for _, r := range d.refused {
		out = append(out, r.Waiting)
	}
	return append(out, d.waiting[:min(len(d.waiting), waitsShown)]...)
}

// fieldOf is what the form of a record calls a member; "" where it has no word.
func (p *Page) fieldOf(c localdb.Conflict) string {
	var keys []string
	switch c.Kind {
	case record.Ambassador, record.Volunteer:
		keys = []string{"ambassadors.form." + c.Field}
	case record.Meeting:
		keys = []string{"ambassadors.form.meeting_" + c.Field}
	case record.Session:
		keys = []string{"practice.form." + c.Field}
	case record.Readiness, record.Agreement:
		keys = []string{"readiness.form." + c.Field, "readiness." + c.Field}
	}
	for _, k := range keys {
		if p.say.Has(k) {
			return strings.TrimRight(p.say.T(k), "?")
		}
	}
	return ""
}

// valueOf says a value of a conflict in words.
func (p *Page) valueOf(c localdb.Conflict, raw jsontext.Value, d *data) string {
	if isCommunity(c) {
		return p.value(c.Field, raw)
	}
	if v := string(raw); v == "" || v == "null" || v == "[]" || v == `""` {
		return p.t("value_none")
	}
	if c.Field == "training" {
		if text := p.training(raw); text != "" {
			return text
		}
	}
	if list := texts(raw); list != nil {
		var out []string
		for _, v := range list {
			out = append(out, p.worded(c, v, d))
		}
		return p.say.List(out)
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return p.worded(c, text, d)
	}
	return p.bare(raw)
}

// worded says one value of a list that this program has words for, a record by its
// name, and a day as a day; else as it is written.
func (p *Page) worded(c localdb.Conflict, v string, d *data) string {
	switch c.Field {
	case "languages":
		return p.say.Label("language", v)
	case "interests", "times":
		return p.say.Label("wish", v)
	case "considers", "role", "gender":
		group := map[string]string{"considers": "consider", "role": "role", "gender": "gender"}[c.Field]
		if key := "ambassadors." + group + "." + v; p.say.Has(key) {
			return p.say.T(key)
		}
	case "consent_how":
		if key := "ambassadors.form.consent_how." + v; p.say.Has(key) {
			return p.say.T(key)
		}
	case "communities", "started":
		if n := d.names[v]; n != "" {
			return n
		}
		return p.t("unknown_community")
	case "came":
		if n := d.names[v]; n != "" {
			return n
		}
		return p.t("value_other")
	}
	if day := directory.Day(v); day.Valid() {
		return p.say.Day(day)
	}
	return v
}

func (p *Page) training(raw jsontext.Value) string {
	var list []directory.Training
	if json.Unmarshal(raw, &list) != nil {
		return ""
	}
	var out []string
	for _, t := range list {
		out = append(out, strings.Join(nonEmpty([]string{t.Name, p.say.Day(t.On)}), " · "))
	}
	return strings.Join(out, "\n")
}

// texts reads a list of texts; nil where it is none.
func texts(raw jsontext.Value) []string {
	var out []string
	if raw.Kind() != '[' || json.Unmarshal(raw, &out) != nil {
		return nil
	}
	return out
}
