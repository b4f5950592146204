package interchange

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// hsdsSpace is the UUID under which the ids of exported parts are made, so that
// the same directory gives the same export.
var hsdsSpace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/faellesskabsby/vejviser/hsds"))

func partID(parts ...string) string {
	return uuid.NewSHA1(hsdsSpace, []byte(strings.Join(parts, "\x00"))).String()
}

// ExportHSDS writes the directory as HSDS 3 into a folder that it makes:
// services.json, organizations.json, taxonomies.json and taxonomy_terms.json,
// each one page with its items in "contents" as the API of HSDS gives them, the
// services in full. What HSDS has no field for rides along as attributes under
// our own taxonomy, and the whole record as the member "vejviser". A file that
// cannot be finished is not left behind.
func ExportHSDS(ctx context.Context, dir string, each func(func(*directory.Community) error) error) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	x := &hsdsExport{orgs: map[string]map[string]any{}, terms: map[string]map[string]any{}}
	err := writePage(dir, "services.json", func(add func(any) error) error {
		return each(func(c *directory.Community) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			p, err := publicCopy(c)
			if err != nil {
				return err
			}
			s, err := x.service(p)
			if err != nil {
				return err
			}
			return add(s)
		})
	})
	if err != nil {
		return err
	}
	if err := writeMap(dir, "organizations.json", x.orgs); err != nil {
		return err
	}
	if err := writeMap(dir, "taxonomy_terms.json", x.terms); err != nil {
		return err
	}
	return writeMap(dir, "taxonomies.json", map[string]map[string]any{"": taxonomy()})
}

func taxonomy() map[string]any {
	return map[string]any{"id": partID("taxonomy"), "name": ours, "description": translations.For("da").T("import.hsds_taxonomy")}
}

func writeMap(dir, name string, items map[string]map[string]any) error {
	return writePage(dir, name, func(add func(any) error) error {
		for _, id := range sorted(items) {
			if err := add(items[id]); err != nil {
				return err
			}
		}
		return nil
	})
}

// writePage writes one page of a list; the items stream, the counts follow.
func writePage(dir, name string, fill func(add func(any) error) error) error {
	path := filepath.Join(dir, name)
	err := WriteFile(path, func(f io.Writer) error {
		w := bufio.NewWriterSize(f, 64<<10)
		n := 0
		put := func(s string) error { _, err := io.WriteString(w, s); return err }
		if err := put("{\n\"contents\": ["); err != nil {
			return err
		}
		err := fill(func(item any) error {
			b, err := json.Marshal(item, json.Deterministic(true))
			if err != nil {
				return err
			}
			sep := ",\n"
			if n == 0 {
				sep = "\n"
			}
			n++
			return put(sep + string(b))
		})
		if err != nil {
			return err
		}
		pages := min(n, 1)
		err = put(fmt.Sprintf("\n],\n\"total_items\": %d,\n\"total_pages\": %d,\n\"page_number\": 1,\n\"size\": %d,\n\"first_page\": true,\n\"last_page\": true,\n\"empty\": %t\n}\n", n, pages, n, n == 0))
		if err != nil {
			return err
		}
		return w.Flush()
	})
	if err != nil {
		return err
	}
	return os.Chmod(path, 0o644) // a package is for other programs to fetch
}

// hsdsExport gathers what the services refer to.
type hsdsExport struct{ orgs, terms map[string]map[string]any }

func set(m map[string]any, key, v string) {
	if v != "" {
		m[key] = v
	}
}

func (x *hsdsExport) service(c *directory.Community) (map[string]any, error) {
	native, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	s := map[string]any{"id": c.ID, "name": c.Name, "status": hsdsStatus(c.Status), ours: jsontext.Value(native)}
	set(s, "description", joinNonEmpty("\n\n", c.Summary, c.Description))
	if !c.AssuredAt.IsZero() {
		s["assured_date"] = string(directory.DayOf(c.AssuredAt))
	}
	if t := c.Contact; t != nil {
		if strings.Count(t.Email, "@") == 1 && !strings.ContainsAny(t.Email, " ;,") {
			s["email"] = t.Email
		}
		if strings.HasPrefix(t.Web, "http://") || strings.HasPrefix(t.Web, "https://") {
			s["url"] = t.Web
		}
		if t.Phone != "" {
			s["phones"] = []any{map[string]any{"id": partID(c.ID, "phone"), "number": t.Phone, "type": "voice"}}
		}
		if t.Role != "" {
			s["contacts"] = []any{map[string]any{"id": partID(c.ID, "contact"), "title": t.Role}}
		}
	}
	if a := c.Audience; a != nil {
		if a.MinAge != nil {
			s["minimum_age"] = *a.MinAge
		}
		if a.MaxAge != nil {
			s["maximum_age"] = *a.MaxAge
		}
	}
	if p := c.Price; p != nil {
		set(s, "fees_description", writePrice(p))
		if p.Kind != "" {
			o := map[string]any{"id": partID(c.ID, "cost"), "currency": "DKK", "amount": p.DKK}
			set(o, "option", p.Note)
			set(o, "amount_description", translations.For("en").T("import.price_"+string(p.Kind), "dkk", strings.TrimSuffix(fmt.Sprint(p.DKK), ".0")))
			s["cost_options"] = []any{o}
		}
	}
	s["organization"] = x.organization(c)
	places(s, c)
	schedules(s, c)
	var languages []any
	for i, l := range c.Languages {
		languages = append(languages, map[string]any{"id": partID(c.ID, "language", itoa(i)), "code": l, "name": englishWord("language", l)})
	}
	if languages != nil {
		s["languages"] = languages
	}
	if as := x.attributes(c); as != nil {
		s["attributes"] = as
	}
	return s, nil
}

func joinNonEmpty(sep string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, sep)
}

func englishWord(group, code string) string {
	if key := "import.word_" + group + "_" + code; translations.For("en").Has(key) {
		return translations.For("en").T(key)
	}
	return code
}

func hsdsStatus(s directory.Status) string {
	switch s {
	case directory.StatusPaused:
		return "temporarily closed"
	case directory.StatusClosed:
		return "defunct"
	}
	return "active"
}

// organization gives the organiser; HSDS requires one of each service, with a
// description, so a community without one stands for itself.
func (x *hsdsExport) organization(c *directory.Community) map[string]any {
	ref := val(c.Organiser)
	name := ref.Name
	if name == "" {
		name = c.Name
	}
	id := partID("organization", fold(name), ref.CVR)
	if ref.Name == "" {
		id = partID("organization", c.ID)
	}
	if o, ok := x.orgs[id]; ok {
		return o
	}
	o := map[string]any{"id": id, "name": name, "description": translations.For("da").T("import.hsds_no_description")}
	if ref.CVR != "" {
		o["organization_identifiers"] = []any{map[string]any{"id": partID(id, "cvr"), "identifier_scheme": "DK-CVR", "identifier_type": "CVR", "identifier": ref.CVR}}
	}
	x.orgs[id] = o
	return o
}

// places writes the places as services at locations. The id of a place is made
// of what the public may see, so it does not betray a confidential one.
func places(s map[string]any, c *directory.Community) {
	var out []any
	for i := range c.Places {
		p := &c.Places[i]
		id := partID(c.ID, "place", itoa(i))
		l := map[string]any{"id": id, "location_type": "physical"}
		set(l, "name", p.Name)
		if p.Lat != nil && p.Lon != nil {
			l["latitude"], l["longitude"] = *p.Lat, *p.Lon
		}
		if p.Address != "" && p.City != "" && p.Postcode != "" {
			l["addresses"] = []any{map[string]any{"id": partID(id, "address"), "address_1": p.Address, "city": p.City,
				"state_province": p.Municipality, "postal_code": p.Postcode, "country": "DK", "address_type": "physical"}}
		}
		var access []any
		for j, a := range p.Accessibility {
			access = append(access, map[string]any{"id": partID(id, "accessibility", itoa(j)), "description": englishWord("accessibility", a)})
		}
		if access != nil {
			l["accessibility"] = access
		}
		out = append(out, map[string]any{"id": partID(id, "sal"), "location": l})
	}
	if out != nil {
		s["service_at_locations"] = out
	}
}

// schedules writes what HSDS can say of a schedule; words say the rest.
func schedules(s map[string]any, c *directory.Community) {
	var out []any
	for i := range c.Schedule {
		slot := &c.Schedule[i]
		m := map[string]any{"id": partID(c.ID, "schedule", itoa(i)), "description": writeSlot(slot)}
		set(m, "valid_from", string(slot.ValidFrom))
		set(m, "valid_to", string(slot.ValidTo))
		if slot.From != "" {
			m["opens_at"] = slot.From
		}
		if slot.To != "" {
			m["closes_at"] = slot.To
		}
		set(m, "notes", slot.Note)
		switch {
		case slot.Weekday >= 1 && slot.Weekday <= 7:
			m["freq"], m["byday"] = "WEEKLY", ruleDays[slot.Weekday-1]
		case slot.RRule != "":
			rule := map[string]string{}
			for _, part := range strings.Split(slot.RRule, ";") {
				key, v, _ := strings.Cut(part, "=")
				rule[strings.ToUpper(key)] = v
			}
			if f := rule["FREQ"]; f == "WEEKLY" || f == "MONTHLY" {
				m["freq"] = f
				set(m, "byday", rule["BYDAY"])
				set(m, "bymonthday", rule["BYMONTHDAY"])
				if n := number(rule["INTERVAL"]); n != nil {
					m["interval"] = int(*n)
				}
			}
		}
		out = append(out, m)
	}
	if out != nil {
		s["schedules"] = out
	}
}

// attributes writes what HSDS has no field for as terms of our own taxonomy.
func (x *hsdsExport) attributes(c *directory.Community) []any {
	var out []any
	add := func(kind, value, name string) {
		if value == "" {
			return
		}
		term := partID("term", kind, value)
		if _, ok := x.terms[term]; !ok {
			if name == "" {
				name = value
			}
			x.terms[term] = map[string]any{"id": term, "code": kind + ":" + value, "name": name, "description": kind,
				"taxonomy": ours, "taxonomy_detail": taxonomy(), "language": "en"}
		}
		out = append(out, map[string]any{"id": partID(c.ID, "attribute", kind, value), "link_entity": "service", "link_type": kind, "link_id": c.ID, "taxonomy_term": x.terms[term]})
	}
	add("category", c.Category, "")
	for _, a := range c.Activities {
		add("activity", a, "")
	}
	add("kind", string(c.Kind), englishWord("kind", string(c.Kind)))
	for _, v := range c.Considerations {
		add("consideration", v, englishWord("consideration", v))
	}
	if a := c.Audience; a != nil {
		for _, v := range a.Groups {
			add("group", v, englishWord("group", v))
		}
		add("gender", string(a.Gender), englishWord("gender", string(a.Gender)))
	}
	if a := c.Accompaniment; a != nil && a.Offered != nil {
		add("accompaniment", map[bool]string{true: "offered", false: "not_offered"}[*a.Offered], "")
	}
	if o := c.OpenAcrossHousingAreas; o != nil {
		add("open_across_housing_areas", map[bool]string{true: "yes", false: "no"}[*o], "")
	}
	return out
}
