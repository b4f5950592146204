package communities

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// rows are the parts of a record that are many: places and times.
type rows[T any] struct {
	f    *form
	name string // of the member: "places"
	list []*row[T]
	was  int // how many the record has
	make func(r *row[T]) fyne.CanvasObject
	part *fyne.Container
	more fyne.CanvasObject
	add  *widget.Button
}

// row is one of them.
type row[T any] struct {
	group[T]
	fresh bool // added here
	index int  // in the record as it will be; -1 where it is left out
	panel fyne.CanvasObject
}

// newRows makes the rows of a record, or those that a person left where there are any.
func newRows[T any](f *form, name string, of []T, left []kept[T], make func(*row[T]) fyne.CanvasObject) *rows[T] {
	rs := &rows[T]{f: f, name: name, was: len(of), make: make, part: widget.NewColumn(theme.Space12)}
	rs.add = widget.NewQuietButton(f.t("add_"+name), "", func() {
		r := rs.append(*new(T), true)
		f.touched()
		f.relayout()
		widget.FocusOn(r.facts[0].focus)
	})
	rs.more = widget.NewFlow(0, rs.add)
	if left != nil {
		takeUp(rs, left)
		return rs
	}
	for _, x := range of {
		rs.append(x, false)
	}
	return rs
}

func (rs *rows[T]) append(of T, fresh bool) *row[T] {
	r := &row[T]{group: group[T]{f: rs.f, of: of}, fresh: fresh}
	inside := rs.make(r)
	remove := widget.NewPlainButton(rs.f.t("remove_"+rs.name), func() { rs.remove(r) })
	r.panel = widget.NewSmallPanel(widget.NewColumn(theme.Space8, inside, widget.NewFlow(0, remove)))
	rs.list = append(rs.list, r)
	rs.show()
	return r
}

// begin is where writing of them begins.
func (rs *rows[T]) begin() fyne.Focusable {
	if len(rs.list) > 0 {
		return rs.list[0].facts[0].focus
	}
	return rs.add
}

func (rs *rows[T]) remove(r *row[T]) {
	var left []*row[T]
	for _, x := range rs.list {
		if x != r {
			left = append(left, x)
		}
	}
	rs.list = left
	rs.show()
	rs.f.touched()
	rs.f.relayout()
	widget.FocusOn(rs.add)
}

func (rs *rows[T]) show() {
	rs.part.Objects = nil
	for _, r := range rs.list {
		rs.part.Add(r.panel)
	}
	show(rs.part, len(rs.list) > 0)
}

// typed says whether a person changed anything of them.
func (rs *rows[T]) typed() bool {
	kept := 0
	for _, r := range rs.list {
		if !r.fresh {
			kept++
		}
		for _, x := range r.facts {
			if x.typed() {
				return true
			}
		}
	}
	return kept != rs.was
}

// fill gives them as they will be in the record; a new row in which nothing was
// written is none.
func (rs *rows[T]) fill(bad map[*fact]string) []T {
	var out []T
	for _, r := range rs.list {
		of, typed := r.of, false
		for _, x := range r.facts {
			typed = typed || x.typed()
		}
		if r.index = -1; r.fresh && !typed {
			continue
		}
		r.fill(&of, bad)
		r.index = len(out)
		out = append(out, of)
	}
	return out
}

func (rs *rows[T]) each(do func(at string, x *fact)) {
	for _, r := range rs.list {
		for _, x := range r.facts {
			do(rs.name+"["+strconv.Itoa(r.index)+"]", x.fact)
		}
	}
}

// place makes a row of a place.
func (f *form) place(r *row[directory.Place]) fyne.CanvasObject {
	line := func(path string, at func(*directory.Place) *string) *fact {
		return r.add(f.line(path, "place_"+path), *at(&r.of), into(at))
	}
	name := line("name", func(p *directory.Place) *string { return &p.Name })
	address := line("address", func(p *directory.Place) *string { return &p.Address })
	postcode := line("postcode", func(p *directory.Place) *string { return &p.Postcode })
	city := line("city", func(p *directory.Place) *string { return &p.City })
	municipality := line("municipality", func(p *directory.Place) *string { return &p.Municipality })
	area := line("housing_area", func(p *directory.Place) *string { return &p.HousingArea })
	access := r.add(f.several("accessibility", "place_accessibility", directory.Accessibilities, f.labels("accessibility")), strings.Join(r.of.Accessibility, "\n"),
		func(p *directory.Place, v string) string { p.Accessibility = lines(v); return "" })
	point := r.add(f.line("lat", "place_point"), ofPoint(r.of.Lat, r.of.Lon), func(p *directory.Place, v string) string {
		lat, lon, reason := pointOf(v)
		if reason == "" {
			p.Lat, p.Lon = lat, lon
		}
		return reason
	})
	hidden := ""
	if r.of.Confidential {
		hidden = yes
	}
	secret := r.add(f.ticked("confidential", "place_confidential"), hidden, func(p *directory.Place, v string) string {
		p.Confidential = v == yes
		return ""
	})
	moved := widget.NewText(f.t("place_moved"), widget.Style{Size: theme.Small, Ink: widget.OnWaiting})
	moved.Hide()
	r.f.watch(func(x *fact) {
		if x == address || x == postcode || x == city || x == point {
			on := point.was != "" && !point.typed() && (address.typed() || postcode.typed() || city.typed())
			if on != moved.Visible() {
				show(moved, on)
				f.relayout()
			}
		}
	})
	return widget.NewColumn(theme.Space12, name.part, address.part,
		widget.NewTiles(theme.Space12, theme.Scaled(96), postcode.part, city.part, municipality.part),
		f.pair(area.part, widget.NewColumn(theme.Space4, point.part, moved)),
		access.part, f.hinted(secret.part, "place_confidential_hint"))
}

// slot makes a row of a time. A rule is said in words and kept as it is; from,
// to and note can be changed.
func (f *form) slot(r *row[directory.Slot]) fyne.CanvasObject {
	var day fyne.CanvasObject
	clock := func(path string, at func(*directory.Slot) *string) *fact {
		return r.add(f.line(path, "slot_"+path), *at(&r.of), into(at))
	}
	if r.of.RRule == "" {
		days := []widget.Option{{Value: "", Text: f.t("slot_no_day")}}
		for n := 1; n <= 7; n++ {
			days = append(days, widget.Option{Value: strconv.Itoa(n), Text: upperFirst(f.p.say.Weekday(n))})
		}
		was := ""
		if r.of.Weekday != 0 {
			was = strconv.Itoa(r.of.Weekday)
		}
		day = r.add(f.chosen("weekday", "slot_weekday", days, was), was, func(s *directory.Slot, v string) string {
			n, reason := numberOf(v, "not_a_weekday")
			s.Weekday = 0
			if n != nil {
				s.Weekday = *n
			}
			return reason
		}).part
	} else {
		rule := r.of
		rule.From, rule.To, rule.Note = "", "", ""
		words, _ := f.below("slot_rule", widget.NewText(f.p.say.Schedule([]directory.Slot{rule}), widget.Style{}))
		day = words
	}
	begin := clock("from", func(s *directory.Slot) *string { return &s.From })
	end := clock("to", func(s *directory.Slot) *string { return &s.To })
	note := clock("note", func(s *directory.Slot) *string { return &s.Note })
	out := widget.NewColumn(theme.Space12)
	if r.of.RRule == "" {
		out.Add(widget.NewTiles(theme.Space12, theme.Scaled(96), day, begin.part, end.part))
	} else {
		out.Add(day)
		out.Add(f.pair(begin.part, end.part))
	}
	out.Add(note.part)
	if k := f.kept(&r.of); k != "" {
		out.Add(widget.NewText(k, widget.Style{Size: theme.Small, Ink: widget.Quiet}))
	}
	return out
}

// kept says what of a time stays as it is: its period, and the days it does not
// take place.
func (f *form) kept(s *directory.Slot) string {
	var out []string
	if s.ValidFrom != "" {
		out = append(out, f.t("slot_valid_from", "day", f.p.say.Day(s.ValidFrom)))
	}
	if s.ValidTo != "" {
		out = append(out, f.t("slot_valid_to", "day", f.p.say.Day(s.ValidTo)))
	}
	if n := len(s.Exceptions); n > 0 {
		out = append(out, f.p.say.N("communities.form.slot_exceptions", n))
	}
	return strings.Join(out, " · ")
}
