package interchange

import (
	"context"
	"slices"
	"strings"
)

// graph is everything of a package but its services, by the ids it hangs on.
type graph struct {
	r         *run
	services  map[string]bool
	orgs      map[string]*tableRow
	locations map[string]*tableRow
	terms     map[string]*tableRow
	byService map[string]map[string][]*tableRow // table → service id → rows
	byPlace   map[string]map[string][]*tableRow
	byOrg     map[string]map[string][]*tableRow
	all       map[string][]*tableRow
}

func (s *hsdsPackage) rows(ctx context.Context, r *run) error {
	for _, x := range s.extra {
		r.note(Refusal{File: x, Reason: "table_not_used"})
	}
	g := &graph{r: r, services: map[string]bool{}, orgs: map[string]*tableRow{}, locations: map[string]*tableRow{}, terms: map[string]*tableRow{},
		byService: map[string]map[string][]*tableRow{}, byPlace: map[string]map[string][]*tableRow{}, byOrg: map[string]map[string][]*tableRow{}, all: map[string][]*tableRow{}}
	// The ids first: they tell which links dangle. The services are then read one by one.
	quiet := &run{o: r.o, seen: map[string]int{}}
	if err := s.read(ctx, quiet, "services", func(row *tableRow, problem string) error {
		if problem == "" {
			g.services[row.str("id")] = true
		}
		return nil
	}); err != nil {
		return err
	}
	for _, name := range sorted(s.files) {
		if name == "services" {
			continue
		}
		if err := s.read(ctx, r, name, func(row *tableRow, problem string) error {
			if problem != "" {
				r.note(Refusal{row.file, row.line, "", problem, "", ""})
				return nil
			}
			g.all[name] = append(g.all[name], row)
			return nil
		}); err != nil {
			return err
		}
	}
	g.index()
	err := s.read(ctx, r, "services", func(row *tableRow, problem string) error {
		if problem != "" {
			return r.take(refused(row.file, row.line, "", problem))
		}
		return r.take(g.build(s, row))
	})
	g.report()
	return err
}

// index hangs every row on what it belongs to, and reports what it cannot.
func (g *graph) index() {
	for _, x := range []struct {
		table string
		into  map[string]*tableRow
	}{{"organizations", g.orgs}, {"locations", g.locations}, {"terms", g.terms}} {
		for _, row := range g.all[x.table] {
			id := row.str("id")
			if _, twice := x.into[id]; twice {
				g.note(row, "id", "row_twice", id)
				continue
			}
			x.into[id] = row
		}
	}
	for _, name := range sorted(g.all) {
		seen := map[string]bool{}
		for _, row := range g.all[name] {
			switch name {
			case "organizations", "locations", "terms", "taxonomies":
				continue
			}
			key := fingerprint(row.object)
			if seen[key] {
				g.note(row, "", "row_twice", row.str("id"))
				continue
			}
			seen[key] = true
			g.hang(name, row)
		}
	}
}

func fingerprint(o object) string {
	var b strings.Builder
	for _, k := range sorted(o) {
		if k != "id" {
			b.WriteString(k + "\x00" + o.str(k) + "\x01")
		}
	}
	return b.String()
}

// ids reads the ids of a cell; there may be several.
func (g *graph) ids(row *tableRow, field string) []string {
	v := row.str(field)
	if v == "" {
		return nil
	}
	ids := strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ';' || r == '|' || r == ' ' || r == '\n' })
	if len(ids) > 1 {
		g.note(row, field, "several_ids", "")
	}
	return ids
}

// hang puts a row where it belongs: to its service, else its place, else its
// organisation.
func (g *graph) hang(name string, row *tableRow) {
	services := g.ids(row, "service_id")
	if link := row.str("link_id"); link != "" && len(services) == 0 && (row.str("link_entity") == "" || strings.Contains(row.str("link_entity"), "service") || g.services[link]) {
		services = []string{link}
	}
	places := g.ids(row, "location_id")
	if name == "sal" {
		g.link(row, services, places)
		return
	}
	put := func(into map[string]map[string][]*tableRow, id string) {
		if into[name] == nil {
			into[name] = map[string][]*tableRow{}
		}
		into[name][id] = append(into[name][id], row)
		row.used = true
	}
	if name == "attributes" {
		term := row.first("taxonomy_term_id", "taxonomy_id")
		t := g.terms[term]
		if t == nil && term != "" {
			g.note(row, "taxonomy_term_id", "no_term", term)
			return
		}
		if t != nil {
			row.object["taxonomy_term"] = g.term(t)
		}
	}
	for _, id := range services {
		if g.services[id] {
			put(g.byService, id)
		} else {
			g.note(row, "service_id", "no_service", id)
		}
	}
	for _, id := range places {
		switch {
		case g.locations[id] == nil:
			g.note(row, "location_id", "no_location", id)
		case len(services) == 0: // else it is the service's, and no other's at the place
			put(g.byPlace, id)
		}
	}
	orgs := g.ids(row, "organization_id")
	for _, id := range orgs {
		if g.orgs[id] != nil && len(services)+len(places) == 0 {
			put(g.byOrg, id)
		}
	}
	if !row.used && len(services)+len(places) == 0 {
		g.note(row, "", "row_without_service", "")
	}
}

// term gives a taxonomy term with the name of its taxonomy.
func (g *graph) term(t *tableRow) object {
	o := object{"name": t.first("name", "term"), "taxonomy": t.first("taxonomy", "vocabulary")}
	if id := t.str("taxonomy_id"); id != "" && o["taxonomy"] == "" {
		for _, x := range g.all["taxonomies"] {
			if x.str("id") == id {
				o["taxonomy"] = x.str("name")
			}
		}
	}
	return o
}

// link keeps which service is at which place.
func (g *graph) link(row *tableRow, services, places []string) {
	missing := false
	for _, id := range places {
		if g.locations[id] == nil {
			g.note(row, "location_id", "no_location", id)
			missing = true
		}
	}
	for _, id := range services {
		if !g.services[id] {
			g.note(row, "service_id", "no_service", id)
			missing = true
			continue
		}
		if g.byService["sal"] == nil {
			g.byService["sal"] = map[string][]*tableRow{}
		}
		g.byService["sal"][id] = append(g.byService["sal"][id], row)
		row.used = true
	}
	if !missing && (len(services) == 0 || len(places) == 0) {
		g.note(row, "", "row_without_service", "")
	}
}

func (g *graph) note(row *tableRow, field, reason, detail string) {
	g.r.note(Refusal{row.file, row.line, field, reason, detail, ""})
}

// report names the organisations that no service brought along.
func (g *graph) report() {
	for _, o := range g.all["organizations"] {
		if !o.used && g.orgs[o.str("id")] == o {
			g.note(o, "", "organisation_without_service", o.str("name"))
		}
	}
}

func objects(rows []*tableRow) []object {
	out := make([]object, len(rows))
	for i, r := range rows {
		out[i] = r.object
	}
	return out
}

// build puts a service together as HSDS 3 writes it, and converts that.
func (g *graph) build(s *hsdsPackage, service *tableRow) *row {
	out := &row{file: service.file, line: service.line, format: HSDS}
	o, id := service.object, service.str("id")
	orgs := strings.FieldsFunc(o.str("organization_id"), func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
	if len(orgs) > 1 {
		out.note("organization_id", "several_organisations", "")
	}
	i := slices.IndexFunc(orgs, func(id string) bool { return g.orgs[id] != nil })
	if i < 0 && len(orgs) > 0 {
		out.note("organization_id", "no_organisation", orgs[0])
	} else if i >= 0 {
		org := g.orgs[orgs[i]]
		org.used = true
		parent := object{}
		for k, v := range org.object {
			parent[k] = v
		}
		parent["phones"] = objects(g.byOrg["phones"][orgs[i]])
		parent["organization_identifiers"] = objects(g.byOrg["identifiers"][orgs[i]])
		o["organization"] = parent
	}
	if s.files["sal"] != nil && s.files["locations"] != nil {
		o["service_at_locations"] = g.placesOf(id)
	}
	for table, key := range map[string]string{"schedules": "schedules", "phones": "phones", "contacts": "contacts", "languages": "languages",
		"attributes": "attributes", "cost_options": "cost_options", "eligibility": "eligibility", "service_areas": "service_areas", "required_documents": "required_documents"} {
		if s.files[table] != nil {
			o[key] = objects(g.byService[table][id])
		}
	}
	convert(out, o)
	return out
}

// placesOf gives the places of a service, each with what hangs on it.
func (g *graph) placesOf(id string) []object {
	var out []object
	for _, link := range g.byService["sal"][id] {
		for _, at := range strings.FieldsFunc(link.str("location_id"), func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
			l := g.locations[at]
			if l == nil {
				continue
			}
			place := object{}
			for k, v := range l.object {
				place[k] = v
			}
			for table, key := range map[string]string{"addresses": "addresses", "phones": "phones", "schedules": "schedules", "accessibility": "accessibility"} {
				place[key] = objects(g.byPlace[table][at])
			}
			out = append(out, object{"location": place})
		}
	}
	return out
}
