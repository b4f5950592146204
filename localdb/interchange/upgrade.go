package interchange

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// convert upgrades a service to our record.
func convert(out *row, o object) {
	k := &upgrade{row: out, o: o, c: new(directory.Community), used: map[string]bool{}}
	c := k.c
	k.use("id", "name", "description", "status")
	c.SourceID, c.Name = o.str("id"), plainText(o.str("name"))
	if c.SourceID != "" {
		c.ID = c.SourceID
		if _, err := uuidOf(c.ID); err != nil {
			c.ID = "" // a number: the pair of source and id makes the UUID
		}
	}
	c.Description = plainText(o.str("description"))
	k.status()
	k.organisation()
	k.places()
	k.schedules()
	k.price()
	k.audience()
	k.contact()
	k.terms()
	k.languages()
	k.leftOver()
	out.fresh = c
	carried := k.carried
	if o.has("description") {
		carried = append(carried, "description")
	}
	out.onto = func(old *directory.Community) (*directory.Community, error) {
		stated, err := membersOf(c)
		if err != nil {
			return nil, err
		}
		all := slices.Clone(carried)
		for name := range stated {
			all = append(all, name)
		}
		return overlay(old, c, all)
	}
}

// upgrade carries one conversion.
type upgrade struct {
	row     *row
	o       object
	c       *directory.Community
	used    map[string]bool
	carried []string
}

func (k *upgrade) use(keys ...string) {
	for _, x := range keys {
		k.used[x] = true
	}
}

func (k *upgrade) status() {
	if !k.o.has("status") {
		return
	}
	s := k.o.str("status")
	switch c, ok := codeFor("status", s); {
	case s == "": // HSDS 1.x leaves it empty
	case ok:
		k.c.Status = directory.Status(c)
	default:
		k.c.Status = directory.StatusPaused
		k.row.note("status", "unknown_status", s)
	}
	k.carried = append(k.carried, "status")
}

func (k *upgrade) organisation() {
	k.use("organization", "organization_id", "organization_name")
	org := k.o.child("organization")
	if org == nil && k.o.str("organization_name") != "" {
		org = object{"name": k.o.str("organization_name")}
	}
	if org == nil || org.str("name") == "" {
		return
	}
	ref := &directory.OrganiserRef{Name: plainText(org.str("name"))}
	for _, id := range org.list("organization_identifiers") {
		n := strings.ReplaceAll(id.str("identifier"), " ", "")
		n = strings.TrimPrefix(n, "DK")
		if kind := fold(id.str("identifier_scheme") + " " + id.str("identifier_type")); strings.Contains(kind, "cvr") && len(n) == 8 {
			ref.CVR = n
		}
	}
	k.c.Organiser = ref
}

func (k *upgrade) places() {
	k.use("service_at_locations", "locations")
	if !k.o.has("service_at_locations", "locations") {
		return
	}
	var places []object
	for _, sal := range k.o.list("service_at_locations") {
		if l := sal.child("location"); l != nil {
			places = append(places, l)
		}
	}
	places = append(places, k.o.list("locations")...)
	for _, l := range places {
		if p, ok := placeOf(l); ok && !slices.ContainsFunc(k.c.Places, func(q directory.Place) bool {
			return q.Name == p.Name && q.Address == p.Address && q.Postcode == p.Postcode && q.City == p.City
		}) {
			k.c.Places = append(k.c.Places, p)
		}
	}
	if len(k.c.Places) > 0 {
		k.carried = append(k.carried, "places")
	}
}

func placeOf(l object) (directory.Place, bool) {
	p := directory.Place{Name: plainText(l.str("name"))}
	for _, a := range l.list("addresses", "physical_addresses") {
		if fold(a.str("address_type")) == "postal" && len(l.list("addresses")) > 1 {
			continue
		}
		var parts []string
		for _, x := range []string{"address_1", "address_2", "address_3", "address_4"} {
			if s := a.str(x); s != "" && !slices.Contains(parts, s) {
				parts = append(parts, s)
			}
		}
		p.Address, p.City, p.Postcode = strings.Join(parts, ", "), a.str("city"), a.str("postal_code")
		break
	}
	p.Lat, p.Lon = number(l.str("latitude")), number(l.str("longitude"))
	for _, a := range l.list("accessibility", "accessibility_for_disabilities") {
		v := a.first("description", "accessibility")
		if v == "" || fold(v) == "blank" {
			continue
		}
		if code, ok := codeFor("accessibility", v); ok {
			v = code
		}
		p.Accessibility = append(p.Accessibility, cutText(plainText(v), directory.MaxLine))
	}
	return p, !emptyPlace(&p)
}

func number(s string) *float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	return &f
}

func (k *upgrade) price() {
	k.use("fees", "fees_description", "cost_options")
	if !k.o.has("fees", "fees_description", "cost_options") {
		return
	}
	var notes []string
	for _, x := range k.o.list("cost_options") {
		amount, currency := x.str("amount"), strings.ToUpper(x.str("currency"))
		unit := x.str("amount_description")
		p, sure := readPrice(amount + " kr. " + unit)
		switch {
		case amount == "0" || amount == "0.00":
			p, sure = &directory.Price{Kind: directory.PriceFree, Note: x.str("option")}, true
		case amount == "" || currency != "DKK" || !sure:
			s := strings.Join(strings.Fields(strings.Join([]string{amount, currency, unit, x.str("option")}, " ")), " ")
			if s != "" {
				notes = append(notes, s)
			}
			if amount != "" && currency != "DKK" {
				k.row.note("cost_options", "currency_as_note", s)
			}
			continue
		}
		if k.c.Price == nil {
			if o := x.str("option"); p.Note == "" && o != "" {
				p.Note = o
			}
			k.c.Price = p
		} else {
			notes = append(notes, writePrice(p))
		}
	}
	for _, key := range []string{"fees_description", "fees"} {
		if s := plainText(k.o.str(key)); s != "" && k.c.Price == nil && len(notes) == 0 {
			k.c.Price, _ = readPrice(s)
		} else if s != "" && !slices.Contains(notes, s) {
			notes = append(notes, s)
		}
	}
	if len(notes) > 0 {
		p := part(&k.c.Price)
		p.Note = strings.TrimPrefix(strings.Join(append([]string{p.Note}, notes...), "; "), "; ")
	}
	k.carried = append(k.carried, "price")
}

func (k *upgrade) audience() {
	for _, x := range []struct {
		keys []string
		at   func(*directory.Audience) **int
	}{
		{[]string{"minimum_age"}, func(a *directory.Audience) **int { return &a.MinAge }},
		{[]string{"maximum_age"}, func(a *directory.Audience) **int { return &a.MaxAge }},
	} {
		if f := number(k.o.first(x.keys...)); f != nil && *f >= 0 && *f < 1000 {
			k.use(x.keys...)
			n := int(*f)
			*x.at(part(&k.c.Audience)) = &n
		} else if k.o.first(x.keys...) == "" {
			k.use(x.keys...)
		}
	}
	for _, e := range k.o.list("eligibilities", "eligibility") { // ORUK 1
		for key, at := range map[string]func(*directory.Audience) **int{
			"minimum_age": func(a *directory.Audience) **int { return &a.MinAge },
			"maximum_age": func(a *directory.Audience) **int { return &a.MaxAge },
		} {
			if f := number(e.str(key)); f != nil && *f >= 0 && *f <= 120 && *at(part(&k.c.Audience)) == nil {
				n := int(*f)
				*at(part(&k.c.Audience)) = &n
			}
		}
	}
}

func (k *upgrade) contact() {
	k.use("email", "url", "phones", "contacts")
	t := directory.Contact{Email: k.o.str("email"), Web: k.o.str("url")}
	var phones []object
	phones = append(phones, k.o.list("phones")...)
	for _, x := range k.o.list("contacts") {
		if x.str("name") != "" {
			k.row.note("contacts", "person_left_out", "")
		}
		if t.Role == "" {
			t.Role = x.first("title", "department")
		}
		if t.Email == "" {
			t.Email = x.str("email")
		}
		phones = append(phones, x.list("phones")...)
	}
	for _, sal := range k.o.list("service_at_locations") {
		phones = append(phones, sal.list("phones")...)
		if l := sal.child("location"); l != nil {
			phones = append(phones, l.list("phones")...)
		}
	}
	if org := k.o.child("organization"); org != nil {
		phones = append(phones, org.list("phones")...)
		if t.Email == "" {
			t.Email = org.str("email")
		}
		if t.Web == "" {
			t.Web = org.first("website", "url")
		}
	}
	for _, p := range phones {
		kind := fold(p.str("type"))
		n := strings.Trim(p.str("number"), `"' `)
		if n == "" || kind == "fax" || kind == "textphone" || kind == "sms" {
			continue
		}
		if x := p.str("extension"); x != "" {
			n += " ext. " + x
		}
		t.Phone = n
		break
	}
	if t.Role+t.Phone+t.Email+t.Web != "" {
		k.c.Contact = &t
	}
}

func (k *upgrade) languages() {
	k.use("languages")
	for _, l := range k.o.list("languages") {
		v := l.first("code", "language", "name")
		if code, ok := codeFor("language", v); ok {
			v = code
		} else if name := l.str("name"); name != "" {
			if code, ok := codeFor("language", name); ok {
				v = code
			}
		}
		if v != "" && !slices.Contains(k.c.Languages, v) {
			k.c.Languages = append(k.c.Languages, v)
		}
	}
}

var eligibility = regexp.MustCompile(`(?i)eligib|målgruppe|audience|circumstance|persona`)

// terms makes category, activities and groups of the taxonomy terms.
func (k *upgrade) terms() {
	k.use("attributes", "service_attributes", "taxonomy")
	var kept []string
	for _, a := range k.o.list("attributes", "service_attributes") {
		t := a.child("taxonomy_term")
		if t == nil {
			t = a
		}
		name := t.first("name", "term")
		if name == "" {
			continue
		}
		taxonomy := t.str("taxonomy")
		if d := t.child("taxonomy_detail"); taxonomy == "" && d != nil {
			taxonomy = d.str("name")
		}
		if taxonomy == "" {
			taxonomy = t.str("vocabulary")
		}
		if eligibility.MatchString(taxonomy) {
			short, _, _ := strings.Cut(name, " (") // "Seniors (55+)"
			if g, ok := codeFor("group", short); ok {
				if au := part(&k.c.Audience); !slices.Contains(au.Groups, g) {
					au.Groups = append(au.Groups, g)
				}
			}
			if !slices.Contains(kept, name) {
				kept = append(kept, name)
			}
			continue
		}
		if k.c.Category == "" {
			k.c.Category = name
		} else if name != k.c.Category && !slices.Contains(k.c.Activities, name) {
			k.c.Activities = append(k.c.Activities, name)
		}
	}
	if len(kept) > 0 {
		k.o["eligibility_terms"] = kept
	}
}

// leftOver keeps what we have no field for as the unknown member "hsds". Names
// of persons and the history of edits are not facts about a community.
func (k *upgrade) leftOver() {
	k.use("metadata", "assurer_email", "last_modified", "program", "program_id")
	rest := map[string]any{}
	for key, v := range k.o {
		if k.used[key] || key == ours {
			continue
		}
		switch v := v.(type) {
		case string:
			if s := plainText(strings.TrimSpace(v)); s != "" {
				rest[key] = s
			}
		case nil, object, map[string]any:
			continue
		case []object:
			if len(v) > 0 {
				rest[key] = withoutIDs(v)
			}
		case []any:
			if len(v) > 0 {
				rest[key] = v
			}
		default:
			rest[key] = v
		}
	}
	if len(rest) == 0 {
		return
	}
	b, err := json.Marshal(map[string]any{"hsds": rest}, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		k.row.note("", "set_aside", fmt.Sprint(err))
		return
	}
	k.c.Unknown = b
}

func withoutIDs(list []object) []map[string]any {
	out := make([]map[string]any, 0, len(list))
	for _, o := range list {
		m := map[string]any{}
		for key, v := range o {
			if s, ok := v.(string); ok && s == "" || key == "id" || strings.HasSuffix(key, "_id") {
				continue
			}
			m[key] = v
		}
		out = append(out, m)
	}
	return out
}
