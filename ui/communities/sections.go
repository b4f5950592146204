package communities

import (
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// sheet builds the sections of the form, in the order in which they are read and
// reached by Tab: the left column to its end, then the right one.
func (f *form) sheet() fyne.CanvasObject {
	left := widget.NewColumn(theme.Space16,
		f.section("what", f.what()...),
		f.rowSection("when", f.slots.begin, f.slots.part, f.slots.more),
		f.rowSection("where", f.places.begin, f.places.part, f.places.more),
		f.section("practice", f.practice()...))
	right := widget.NewColumn(theme.Space16,
		f.section("first", f.first()...),
		f.section("pause", f.pause()...),
		f.section("whom", f.whom()...),
		f.section("price", f.price()...),
		f.section("room", f.room()...),
		f.section("who", f.who()...))
	return widget.NewPair(theme.Space16, theme.Scaled(380), left, right)
}

// section is a panel with a heading; writing in it begins at its first fact.
func (f *form) section(name string, parts ...fyne.CanvasObject) fyne.CanvasObject {
	first := f.own.facts[f.placed].fact
	f.placed = len(f.own.facts)
	return f.rowSection(name, func() fyne.Focusable { return first.focus }, parts...)
}

func (f *form) rowSection(name string, begin func() fyne.Focusable, parts ...fyne.CanvasObject) fyne.CanvasObject {
	panel := widget.NewPanel(widget.NewColumn(theme.Space12, append([]fyne.CanvasObject{
		widget.NewText(f.t("section."+name), widget.Style{Size: theme.CardTitle, Bold: true})}, parts...)...))
	f.parts = append(f.parts, section{panel, begin})
	if name == "practice" {
		f.ground = panel
		f.showGround()
	}
	return panel
}

// plain adds a fact that is one line of the community itself.
func (f *form) plain(path string, at func(*community) *string) *fact {
	x := f.line(path, strings.ReplaceAll(path, ".", "_"))
	return f.own.add(x, *at(&f.own.of), into(at))
}

// inner adds a fact that is one line of a part that may not be there.
func inner[T any](f *form, path string, part func(*community) **T, at func(*T) *string) *fact {
	x := f.line(path, strings.ReplaceAll(path, ".", "_"))
	return addInner(f, x, part, at)
}

func addInner[T any](f *form, x *fact, part func(*community) **T, at func(*T) *string) *fact {
	was := from(*part(&f.own.of), func(t *T) string { return *at(t) })
	return f.own.add(x, was, func(c *community, v string) string {
		*at(orNew(part(c))) = v
		return ""
	})
}

// worded gives the options of values that have words.
func worded[T ~string](f *form, group, none string, values ...T) []widget.Option {
	out := []widget.Option{{Value: "", Text: f.t(none)}}
	for _, v := range values {
		out = append(out, widget.Option{Value: string(v), Text: upperFirst(f.p.say.Label(group, string(v)))})
	}
	return out
}

func (f *form) labels(group string) func(string) string {
	return func(v string) string { return f.p.say.Label(group, v) }
}

func (f *form) what() []fyne.CanvasObject {
	c := &f.own.of
	name := f.plain("name", func(c *community) *string { return &c.Name })
	f.begin = name.focus
	summary := f.own.add(f.text("summary", "summary", 2), c.Summary, into(func(c *community) *string { return &c.Summary }))
	description := f.own.add(f.text("description", "description", 4), c.Description, into(func(c *community) *string { return &c.Description }))
	category := f.plain("category", func(c *community) *string { return &c.Category })
	kind := f.own.add(f.chosen("kind", "kind", worded(f, "kind", "not_stated", directory.Kinds...), string(c.Kind)), string(c.Kind),
		func(c *community, v string) string { c.Kind = directory.Kind(v); return "" })
	f.kind = kind
	activities := f.own.add(f.line("activities", "activities"), strings.Join(c.Activities, ", "),
		func(c *community, v string) string { c.Activities = words(v); return "" })
	stands := []widget.Option{}
	for _, s := range []directory.Status{directory.StatusActive, directory.StatusPaused, directory.StatusClosed} {
		stands = append(stands, widget.Option{Value: string(s), Text: upperFirst(f.p.say.Label("status", string(s)))})
	}
	was := c.Status
	if was == "" {
		was = directory.StatusActive // not stated means so
	}
	status := f.own.add(f.chosen("status", "status", stands, string(was)), string(was),
		func(c *community, v string) string { c.Status = directory.Status(v); return "" })
	return []fyne.CanvasObject{name.part, f.pair(status.part, kind.part), summary.part, description.part,
		f.pair(category.part, f.hinted(activities.part, "activities_hint"))}
}

func (f *form) first() []fyne.CanvasObject {
	welcome := welcomeOf
	greeter := inner(f, "welcome.greeter", welcome, func(w *directory.Welcome) *string { return &w.Greeter })
	where := inner(f, "welcome.where", welcome, func(w *directory.Welcome) *string { return &w.Where })
	first := f.own.add(f.text("welcome.first_time", "welcome_first_time", 3),
		from(f.own.of.Welcome, func(w *directory.Welcome) string { return strings.Join(w.FirstTime, "\n") }),
		func(c *community, v string) string { orNew(&c.Welcome).FirstTime = lines(v); return "" })
	ready := f.reception()
	offered := f.own.add(f.chosen("accompaniment.offered", "accompaniment_offered", f.threeValues(), ""),
		from(f.own.of.Accompaniment, func(a *directory.Accompaniment) string { return ofBool(a.Offered) }),
		func(c *community, v string) string { orNew(&c.Accompaniment).Offered = toBool(v); return "" })
	how := addInner(f, f.text("accompaniment.how", "accompaniment_how", 2), func(c *community) **directory.Accompaniment { return &c.Accompaniment },
		func(a *directory.Accompaniment) *string { return &a.How })
	return []fyne.CanvasObject{f.pair(f.hinted(greeter.part, "welcome.form.greeter_hint"), f.hinted(where.part, "welcome.form.where_hint")),
		f.hinted(first.part, "first_time_hint"), f.hinted(ready.part, "welcome.form.ready_hint"), offered.part, how.part}
}

func (f *form) whom() []fyne.CanvasObject {
	c := &f.own.of
	age := func(path string, at func(*directory.Audience) **int) *fact {
		return f.own.add(f.line(path, strings.ReplaceAll(path, ".", "_")),
			from(c.Audience, func(a *directory.Audience) string { return ofNumber(*at(a)) }),
			func(c *community, v string) (reason string) {
				*at(orNew(&c.Audience)), reason = numberOf(v, "not_an_age")
				return reason
			})
	}
	from18 := age("audience.min_age", func(a *directory.Audience) **int { return &a.MinAge })
	to99 := age("audience.max_age", func(a *directory.Audience) **int { return &a.MaxAge })
	was := from(c.Audience, func(a *directory.Audience) string { return string(a.Gender) })
	gender := f.own.add(f.chosen("audience.gender", "audience_gender", worded(f, "gender", "everybody", directory.GenderWomen, directory.GenderMen), was), was,
		func(c *community, v string) string { orNew(&c.Audience).Gender = directory.Gender(v); return "" })
	groups := f.own.add(f.several("audience.groups", "audience_groups", directory.Groups, f.labels("group")),
		from(c.Audience, func(a *directory.Audience) string { return strings.Join(a.Groups, "\n") }),
		func(c *community, v string) string { orNew(&c.Audience).Groups = lines(v); return "" })
	languages := f.own.add(f.several("languages", "languages", languages, f.labels("language")), strings.Join(c.Languages, "\n"),
		func(c *community, v string) string { c.Languages = lines(v); return "" })
	considerations := f.own.add(f.several("considerations", "considerations", directory.Considerations, f.labels("consideration")), strings.Join(c.Considerations, "\n"),
		func(c *community, v string) string { c.Considerations = lines(v); return "" })
	cannot := f.cannot()
	across := f.own.add(f.chosen("open_across_housing_areas", "across", f.threeValues(), ""), ofBool(c.OpenAcrossHousingAreas),
		func(c *community, v string) string { c.OpenAcrossHousingAreas = toBool(v); return "" })
	return []fyne.CanvasObject{widget.NewTiles(theme.Space12, theme.Scaled(96), from18.part, to99.part, gender.part),
		groups.part, considerations.part, f.hinted(cannot.part, "welcome.form.cannot_hint"), languages.part, across.part}
}

// languages are those that the program has words for, the most spoken first.
var languages = []string{"da", "en", "ar", "uk", "tr", "so", "pl", "fa", "de", "ro", "ru", "fr", "es", "ur", "ku", "bs", "vi", "ti", "ta", "lt", "sv", "no", "dts"}

func (f *form) price() []fyne.CanvasObject {
	c := &f.own.of
	var kinds []widget.Option
	for _, k := range []directory.PriceKind{"", directory.PriceFree, directory.PricePerTime, directory.PriceMonth, directory.PriceSeason, directory.PriceYear} {
		key := string(k)
		if k == "" {
			key = "none"
		}
		kinds = append(kinds, widget.Option{Value: string(k), Text: f.t("price_kind." + key)})
	}
	was := from(c.Price, func(p *directory.Price) string { return string(p.Kind) })
	kind := f.own.add(f.chosen("price.kind", "price_kind", kinds, was), was,
		func(c *community, v string) string { orNew(&c.Price).Kind = directory.PriceKind(v); return "" })
	amount := f.own.add(f.line("price.dkk", "price_dkk"), from(c.Price, func(p *directory.Price) string { return ofAmount(p.DKK, f.p.d.Lang) }),
		func(c *community, v string) (reason string) {
			orNew(&c.Price).DKK, reason = amountOf(v)
			return reason
		})
	note := inner(f, "price.note", func(c *community) **directory.Price { return &c.Price }, func(p *directory.Price) *string { return &p.Note })
	return []fyne.CanvasObject{f.pair(kind.part, amount.part), note.part}
}

func (f *form) room() []fyne.CanvasObject {
	c := &f.own.of
	count := func(path string, at func(*directory.Capacity) **int) *fact {
		return f.own.add(f.line(path, strings.ReplaceAll(path, ".", "_")),
			from(c.Capacity, func(k *directory.Capacity) string { return ofNumber(*at(k)) }),
			func(c *community, v string) (reason string) {
				*at(orNew(&c.Capacity)), reason = numberOf(v, "not_a_number")
				return reason
			})
	}
	free := count("capacity.free", func(k *directory.Capacity) **int { return &k.Free })
	total := count("capacity.total", func(k *directory.Capacity) **int { return &k.Total })
	asOf := f.own.add(f.line("capacity.as_of", "capacity_as_of"), from(c.Capacity, func(k *directory.Capacity) string { return string(k.AsOf) }),
		func(c *community, v string) (reason string) {
			orNew(&c.Capacity).AsOf, reason = dayOf(v)
			return reason
		})
	f.after = func(x *fact) { // new numbers are of today, unless the day was written
		if (x == free || x == total) && x.typed() && !asOf.typed() {
			asOf.set(string(f.p.today()))
		}
	}
	return []fyne.CanvasObject{widget.NewTiles(theme.Space12, theme.Scaled(104), free.part, total.part, asOf.part)}
}

func (f *form) who() []fyne.CanvasObject {
	organiser := func(c *community) **directory.OrganiserRef { return &c.Organiser }
	contact := func(c *community) **directory.Contact { return &c.Contact }
	name := inner(f, "organiser.name", organiser, func(o *directory.OrganiserRef) *string { return &o.Name })
	cvr := inner(f, "organiser.cvr", organiser, func(o *directory.OrganiserRef) *string { return &o.CVR })
	p := inner(f, "organiser.p_number", organiser, func(o *directory.OrganiserRef) *string { return &o.PNumber })
	role := inner(f, "contact.role", contact, func(k *directory.Contact) *string { return &k.Role })
	phone := inner(f, "contact.phone", contact, func(k *directory.Contact) *string { return &k.Phone })
	email := inner(f, "contact.email", contact, func(k *directory.Contact) *string { return &k.Email })
	web := inner(f, "contact.web", contact, func(k *directory.Contact) *string { return &k.Web })
	cvr.exempt, p.exempt, web.exempt = true, true, true
	return []fyne.CanvasObject{name.part, f.pair(cvr.part, p.part), f.hinted(role.part, "contact_role_hint"), f.pair(phone.part, email.part), web.part}
}

// practice frames a social practice ground; the section is there for those alone.
func (f *form) practice() []fyne.CanvasObject {
	c := &f.own.of
	day := func(path string, at func(*directory.Practice) *directory.Day) *fact {
		return f.own.add(f.line(path, strings.ReplaceAll(path, ".", "_")),
			from(c.Practice, func(p *directory.Practice) string { return string(*at(p)) }),
			func(c *community, v string) (reason string) {
				*at(orNew(&c.Practice)), reason = dayOf(v)
				return reason
			})
	}
	begin := day("practice.from", func(p *directory.Practice) *directory.Day { return &p.From })
	end := day("practice.to", func(p *directory.Practice) *directory.Day { return &p.To })
	named := map[string]string{} // what is shown → what the record holds
	onward := f.own.add(f.text("practice.onward", "practice_onward", 2),
		from(c.Practice, func(p *directory.Practice) string {
			var out []string
			for _, v := range p.Onward {
				name := v
				if o, err := f.p.d.Store.Community(v); err == nil {
					name = o.Name
				}
				named[name] = v
				out = append(out, name)
			}
			return strings.Join(out, "\n")
		}),
		func(c *community, v string) string {
			var out []string
			for _, l := range lines(v) {
				if id, ok := named[l]; ok {
					l = id
				}
				out = append(out, l)
			}
			orNew(&c.Practice).Onward = out
			return ""
		})
	return []fyne.CanvasObject{f.pair(begin.part, end.part), f.hinted(onward.part, "practice_onward_hint")}
}

func (f *form) showGround() {
	if f.ground != nil {
		show(f.ground, f.own.of.Practice != nil || f.kind.value() == string(directory.KindPracticeGround))
	}
}

func (f *form) pair(a, b fyne.CanvasObject) fyne.CanvasObject {
	return widget.NewPair(theme.Space12, theme.Scaled(150), a, b)
}

func (f *form) hinted(o fyne.CanvasObject, hint string) fyne.CanvasObject {
	return widget.NewColumn(theme.Space4, o, widget.NewText(f.t(hint), widget.Style{Size: theme.Small, Ink: widget.Quiet}))
}
