package interchange

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

func itoa(n int) string { return strconv.Itoa(n) }

// fieldRule is one field that a column can carry: how an export writes it and
// how an import reads it. An import of an export compares what is written, so
// that a cell nobody touched changes nothing, however little of the fact it can say.
type fieldRule struct {
	field string
	get   func(c *directory.Community) string
	set   func(w *cellWriter, v string) // "" clears
}

// cellWriter puts the cells of one row into a record.
type cellWriter struct {
	c     *directory.Community
	row   *row
	cells map[string]string
	// headings are the columns' own, by field.
	headings map[string]string
}

// all puts every carried cell in, in the order of the fields. shown is the
// record as an export would show it: cells that say the same are left. Without
// clears an empty cell leaves what stands.
func (w *cellWriter) all(shown *directory.Community, clears bool) {
	before := *w.c
	for _, f := range fields {
		v, carried := w.cells[f.field]
		if !carried || f.set == nil {
			continue
		}
		if shown != nil && f.get != nil && f.get(shown) == v {
			continue
		}
		if v == "" && !clears {
			continue
		}
		f.set(w, v)
	}
	w.tidy()
	restoreEmpty(w.c, &before)
}

// restoreEmpty leaves parts that were there and empty as they were, so that a
// row that says nothing new changes nothing.
func restoreEmpty(c, before *directory.Community) {
	keep(&c.Organiser, before.Organiser)
	keep(&c.Audience, before.Audience)
	keep(&c.Accompaniment, before.Accompaniment)
	keep(&c.Welcome, before.Welcome)
	keep(&c.Capacity, before.Capacity)
	keep(&c.Practice, before.Practice)
	keep(&c.Contact, before.Contact)
}

func keep[T any](now **T, before *T) {
	if *now == nil && before != nil {
		*now = before
	}
}

// tidy takes away parts that are left with nothing in them.
func (w *cellWriter) tidy() {
	c := w.c
	if o := c.Organiser; o != nil && o.Name == "" && o.CVR == "" && o.PNumber == "" && len(o.Unknown) == 0 {
		c.Organiser = nil
	}
	if len(c.Places) == 1 && emptyPlace(&c.Places[0]) {
		c.Places = nil
	}
	if a := c.Audience; a != nil && a.MinAge == nil && a.MaxAge == nil && a.Gender == "" && len(a.Groups) == 0 && len(a.Unknown) == 0 {
		c.Audience = nil
	}
	if a := c.Accompaniment; a != nil && a.Offered == nil && a.How == "" && len(a.Unknown) == 0 {
		c.Accompaniment = nil
	}
	if x := c.Welcome; x != nil && x.Greeter == "" && x.Where == "" && len(x.FirstTime) == 0 && len(x.Unknown) == 0 {
		c.Welcome = nil
	}
	if x := c.Capacity; x != nil && x.Free == nil && x.Total == nil && x.AsOf == "" && len(x.Unknown) == 0 {
		c.Capacity = nil
	}
	if x := c.Practice; x != nil && x.From == "" && x.To == "" && len(x.Onward) == 0 && len(x.Unknown) == 0 {
		c.Practice = nil
	}
	if x := c.Contact; x != nil && x.Role == "" && x.Phone == "" && x.Email == "" && x.Web == "" && len(x.Unknown) == 0 {
		c.Contact = nil
	}
}

func emptyPlace(p *directory.Place) bool {
	return p.Name == "" && p.Address == "" && p.Postcode == "" && p.City == "" && p.Municipality == "" && p.HousingArea == "" &&
		p.Lat == nil && p.Lon == nil && len(p.Accessibility) == 0 && !p.Confidential && len(p.Unknown) == 0
}

// unread keeps a cell that could not be read beside the record, and says so.
func (w *cellWriter) unread(field, v string) {
	w.row.note(field, "unread_kept_beside", v)
	keepColumns(w.c, map[string]string{field: v})
}

func place(c *directory.Community) *directory.Place {
	if len(c.Places) == 0 {
		c.Places = []directory.Place{{}}
	}
	return &c.Places[0]
}

func part[T any](p **T) *T {
	if *p == nil {
		*p = new(T)
	}
	return *p
}

func val[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// text makes the rule of a plain text field.
func text(field string, at func(c *directory.Community) *string) fieldRule {
	return fieldRule{field,
		func(c *directory.Community) string { return strings.TrimSpace(*at(c)) },
		func(w *cellWriter, v string) { *at(w.c) = v }}
}

// prose is a text that may come with the markup of a web page.
func prose(field string, at func(c *directory.Community) *string) fieldRule {
	f := text(field, at)
	f.set = func(w *cellWriter, v string) { *at(w.c) = plainText(v) }
	return f
}

// placeText is a text of the first place; reading one never makes a place.
func placeText(field string, at func(p *directory.Place) *string) fieldRule {
	return fieldRule{field,
		func(c *directory.Community) string {
			if len(c.Places) == 0 {
				return ""
			}
			return *at(&c.Places[0])
		},
		func(w *cellWriter, v string) {
			if v != "" || len(w.c.Places) > 0 {
				*at(place(w.c)) = v
			}
		}}
}

func list(field, group string, at func(c *directory.Community) *[]string) fieldRule {
	return fieldRule{field,
		func(c *directory.Community) string { return joinWords(group, *at(c)) },
		func(w *cellWriter, v string) { *at(w.c) = splitWords(group, v) }}
}

// fields are all fields, in the order of the columns of an export.
var fields = buildFields()

func buildFields() []fieldRule {
	type C = directory.Community
	return slices.Concat([]fieldRule{
		text("name", func(c *C) *string { return &c.Name }),
		prose("summary", func(c *C) *string { return &c.Summary }),
		prose("description", func(c *C) *string { return &c.Description }),
		text("category", func(c *C) *string { return &c.Category }),
		list("activities", "", func(c *C) *[]string { return &c.Activities }),
		{"kind", func(c *C) string { return wordFor("kind", string(c.Kind)) }, func(w *cellWriter, v string) {
			w.c.Kind = code[directory.Kind](w, "kind", v)
		}},
		text("organiser.name", func(c *C) *string { return &organiser(c).Name }),
		text("organiser.cvr", func(c *C) *string { return &organiser(c).CVR }),
		text("organiser.p_number", func(c *C) *string { return &organiser(c).PNumber }),
	}, placeFields(), []fieldRule{
		{"schedule", func(c *C) string { return writeSchedule(c.Schedule) }, (*cellWriter).setSchedule},
		{"price", func(c *C) string { return writePrice(c.Price) }, func(w *cellWriter, v string) {
			p, sure := readPrice(v)
			if !sure {
				w.row.note("price", "price_as_note", v)
			}
			if p != nil && p.Kind == "" && p.DKK > 0 {
				p.Kind = periodOf(w.headings["price"])
			}
			w.c.Price = p
		}},
		{"audience.age", func(c *C) string { return writeAges(c.Audience) }, (*cellWriter).setAges},
		{"audience.gender", func(c *C) string { return wordFor("gender", string(val(c.Audience).Gender)) }, func(w *cellWriter, v string) {
			part(&w.c.Audience).Gender = code[directory.Gender](w, "gender", v)
		}},
		{"audience.groups", func(c *C) string { return joinWords("group", val(c.Audience).Groups) }, func(w *cellWriter, v string) {
			part(&w.c.Audience).Groups = splitWords("group", v)
		}},
		{"languages", func(c *C) string { return joinWords("language", c.Languages) }, func(w *cellWriter, v string) {
			w.c.Languages = splitWords("language", v)
		}},
		list("considerations", "consideration", func(c *C) *[]string { return &c.Considerations }),
	}, personFields())
}

func organiser(c *directory.Community) *directory.OrganiserRef { return part(&c.Organiser) }

func placeFields() []fieldRule {
	type C = directory.Community
	type P = directory.Place
	number := func(field string, at func(p *P) **float64) fieldRule {
		return fieldRule{field, func(c *C) string {
			if len(c.Places) == 0 || *at(&c.Places[0]) == nil {
				return ""
			}
			return strconv.FormatFloat(**at(&c.Places[0]), 'f', -1, 64)
		}, func(w *cellWriter, v string) {
			if v == "" {
				if len(w.c.Places) > 0 {
					*at(place(w.c)) = nil
				}
				return
			}
			f, err := strconv.ParseFloat(strings.Replace(v, ",", ".", 1), 64)
			if err != nil || f != f {
				w.unread(field, v)
				return
			}
			*at(place(w.c)) = &f
		}}
	}
	return []fieldRule{
		// First, for it decides what may be kept beside.
		{"places.confidential", func(c *C) string {
			if len(c.Places) == 0 || !c.Places[0].Confidential {
				return ""
			}
			return wordFor("answer", "yes")
		}, func(w *cellWriter, v string) {
			yes, ok := readYes(v)
			if !ok && v != "" {
				w.row.note("places.confidential", "taken_as_yes", v) // the cautious reading
				yes = true
			}
			if yes || len(w.c.Places) > 0 {
				place(w.c).Confidential = yes
			}
		}},
		placeText("places.name", func(p *P) *string { return &p.Name }),
		placeText("places.address", func(p *P) *string { return &p.Address }),
		placeText("places.postcode", func(p *P) *string { return &p.Postcode }),
		placeText("places.city", func(p *P) *string { return &p.City }),
		placeText("places.municipality", func(p *P) *string { return &p.Municipality }),
		placeText("places.housing_area", func(p *P) *string { return &p.HousingArea }),
		number("places.lat", func(p *P) **float64 { return &p.Lat }),
		number("places.lon", func(p *P) **float64 { return &p.Lon }),
		{"places.accessibility", func(c *C) string {
			if len(c.Places) == 0 {
				return ""
			}
			return joinWords("accessibility", c.Places[0].Accessibility)
		}, (*cellWriter).setAccessibility},
		{"places.more", writeMorePlaces, (*cellWriter).setMorePlaces},
	}
}

func personFields() []fieldRule {
	type C = directory.Community
	return []fieldRule{
		{"accompaniment", func(c *C) string { return writeYes(val(c.Accompaniment).Offered) }, func(w *cellWriter, v string) {
			yes, ok := readYes(v)
			a := part(&w.c.Accompaniment)
			switch {
			case ok:
				a.Offered = &yes
			default:
				a.Offered = nil
			}
		}},
		{"accompaniment.how", func(c *C) string { return val(c.Accompaniment).How }, func(w *cellWriter, v string) {
			part(&w.c.Accompaniment).How = v
		}},
		{"welcome.greeter", func(c *C) string { return val(c.Welcome).Greeter }, func(w *cellWriter, v string) { part(&w.c.Welcome).Greeter = v }},
		{"welcome.where", func(c *C) string { return val(c.Welcome).Where }, func(w *cellWriter, v string) { part(&w.c.Welcome).Where = v }},
		{"welcome.first_time", func(c *C) string { return strings.Join(val(c.Welcome).FirstTime, "\n") }, func(w *cellWriter, v string) {
			part(&w.c.Welcome).FirstTime = sentences(v)
		}},
		count("capacity.free", func(c *C) **int { return &part(&c.Capacity).Free }),
		count("capacity.total", func(c *C) **int { return &part(&c.Capacity).Total }),
		day("capacity.as_of", func(c *C) *directory.Day { return &part(&c.Capacity).AsOf }),
		{"open_across_housing_areas", func(c *C) string { return writeYes(c.OpenAcrossHousingAreas) }, func(w *cellWriter, v string) {
			yes, ok := readYes(v)
			switch {
			case ok:
				w.c.OpenAcrossHousingAreas = &yes
			case v == "":
				w.c.OpenAcrossHousingAreas = nil
			default:
				w.unread("open_across_housing_areas", v)
			}
		}},
		day("practice.from", func(c *C) *directory.Day { return &part(&c.Practice).From }),
		day("practice.to", func(c *C) *directory.Day { return &part(&c.Practice).To }),
		list("practice.onward", "", func(c *C) *[]string { return &part(&c.Practice).Onward }),
		text("contact.role", func(c *C) *string { return &part(&c.Contact).Role }),
		text("contact.phone", func(c *C) *string { return &part(&c.Contact).Phone }),
		text("contact.email", func(c *C) *string { return &part(&c.Contact).Email }),
		text("contact.web", func(c *C) *string { return &part(&c.Contact).Web }),
		{"status", func(c *C) string { return wordFor("status", string(c.Status)) }, func(w *cellWriter, v string) {
			w.c.Status = code[directory.Status](w, "status", v)
		}},
		{"assured_at", func(c *C) string {
			if c.AssuredAt.IsZero() {
				return ""
			}
			return c.AssuredAt.In(directory.Copenhagen).Format(time.DateOnly)
		}, nil}, // shown, never read
		{"assured_by", func(c *C) string { return c.AssuredBy }, nil},
		text("source", func(c *C) *string { return &c.Source }),
		text("source_id", func(c *C) *string { return &c.SourceID }),
		text("id", func(c *C) *string { return &c.ID }),
	}
}

func count(field string, at func(c *directory.Community) **int) fieldRule {
	return fieldRule{field, func(c *directory.Community) string {
		if n := *at(c); n != nil {
			return itoa(*n)
		}
		return ""
	}, func(w *cellWriter, v string) {
		if v == "" {
			*at(w.c) = nil
			return
		}
		m := wholeNumber.FindStringSubmatch(fold(v))
		if m == nil {
			w.unread(field, v)
			return
		}
		n, err := strconv.Atoi(m[1])
		if err != nil {
			w.unread(field, v)
			return
		}
		*at(w.c) = &n
	}}
}

var wholeNumber = regexp.MustCompile(`^(\d{1,6})( ?(pladser?|ledige|personer|deltagere|stk|places?|people))*$`)

func day(field string, at func(c *directory.Community) *directory.Day) fieldRule {
	return fieldRule{field, func(c *directory.Community) string { return string(*at(c)) }, func(w *cellWriter, v string) {
		d, ok := readDay(v)
		if !ok && v != "" {
			w.unread(field, v)
			return
		}
		*at(w.c) = d
	}}
}

// code reads a word of a closed list.
func code[T ~string](w *cellWriter, group, v string) T {
	if v == "" {
		return ""
	}
	if c, ok := codeFor(group, v); ok {
		return T(c)
	}
	w.unread(group, v)
	return ""
}

func (w *cellWriter) setAccessibility(v string) {
	if v == "" && len(w.c.Places) == 0 {
		return
	}
	if yes, ok := readYes(v); ok { // a column "kørestol: ja/nej"
		if yes {
			place(w.c).Accessibility = []string{"wheelchair"}
		} else {
			place(w.c).Accessibility = []string{"no_wheelchair"}
		}
		return
	}
	place(w.c).Accessibility = splitWords("accessibility", v)
}

func (w *cellWriter) setSchedule(v string) {
	slots, unread := readSchedule(v)
	for _, u := range unread {
		w.row.note("schedule", "time_as_note", u)
	}
	w.c.Schedule = slots
}

func (w *cellWriter) setAges(v string) {
	if v == "" {
		if a := w.c.Audience; a != nil {
			a.MinAge, a.MaxAge = nil, nil
		}
		return
	}
	lo, hi, ok := readAges(v)
	if !ok {
		if groups, all := knownWords("group", v); all { // "seniorer" under "alder"
			a := part(&w.c.Audience)
			for _, g := range groups {
				if !slices.Contains(a.Groups, g) {
					a.Groups = append(a.Groups, g)
				}
			}
			return
		}
		w.unread("audience.age", v)
		return
	}
	a := part(&w.c.Audience)
	a.MinAge, a.MaxAge = lo, hi
}
