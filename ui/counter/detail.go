package counter

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// detail is the middle column: all that is known of the chosen community, as
// one would say it to a citizen.
type detail struct {
	c     *Counter
	panel *widget.Panel

	view     *hitView
	column   *fyne.Container
	scroll   *widget.Scroll
	empty    *widget.EmptyState
	teach    *widget.Button // where nothing fits: perhaps the desk knows the word
	name     *widget.Text
	sub      *widget.Text
	warning  *widget.Text
	sections []*section
	add      *widget.Button
	report   *widget.Button
	buttons  *fyne.Container
}

// section is a small heading and what stands under it; they are kept and used
// again, because the detail changes at each key press.
type section struct {
	box         *fyne.Container
	head, words *widget.Text
}

func newDetail(c *Counter) *detail {
	d := &detail{c: c}
	t := c.cat.T
	d.name = widget.NewText("", widget.Style{Size: theme.Heading, Bold: true})
	d.sub = widget.NewText("", widget.Style{Ink: widget.Quiet})
	d.warning = widget.NewText("", widget.Style{Size: theme.Quiet, Bold: true, Ink: widget.Stale})
	d.teach = widget.NewQuietButton(t("counter.teach"), "", func() { c.deps.OwnWords() })
	d.empty = widget.NewEmptyState("", "", widget.NewFlow(theme.Space8, d.teach))
	d.column = widget.NewColumn(theme.Space12)
	d.scroll = widget.NewScroll(d.column)
	d.add = widget.NewPrimaryButton(t("counter.add"), "⏎", c.addSelected)
	d.report = widget.NewQuietButton(t("counter.report"), "", func() { c.suggest(d.view) })
	d.buttons = widget.NewFlow(theme.Space8, d.add, d.report)
	d.panel = widget.NewPanel(widget.NewFoot(theme.Space16, d.scroll, d.buttons))
	return d
}

func (d *detail) clear() { d.show(nil) }

// show fills the panel with a community, or says what to do where none is chosen.
func (d *detail) show(v *hitView) {
	d.view = v
	d.column.Objects = d.column.Objects[:0]
	setVisible(d.buttons, v != nil)
	if v == nil {
		title, text := "counter.detail_empty", "counter.detail_empty_text"
		errand := d.c.asked && d.c.result.Errand
		switch {
		case errand:
			title, text = "counter.errand", "counter.errand_text"
		case d.c.asked:
			title, text = "counter.no_match", "counter.no_match_text"
		}
		setVisible(d.teach, d.c.asked && !errand && d.c.deps.OwnWords != nil)
		d.empty.Set(d.c.cat.T(title), d.c.cat.T(text))
		d.column.Add(d.empty)
		if !d.c.asked && d.c.folder != nil { // room to say how one can begin
			d.column.Add(d.c.beginWith())
		}
		d.done()
		return
	}
	com := v.community
	d.name.SetText(com.Name)
	d.sub.SetText(d.forWhom(com))
	d.column.Objects = append(d.column.Objects, widgetColumn(d.name, d.sub))
	setVisible(d.sub, d.sub.Text() != "")
	if w := d.warn(com); w != "" {
		d.warning.SetText(w)
		d.column.Objects = append(d.column.Objects, d.warning)
	}
	for i, s := range d.facts(com) {
		if i == len(d.sections) {
			d.sections = append(d.sections, newSection())
		}
		sec := d.sections[i]
		sec.head.SetText(d.c.cat.T("counter.section." + s.id))
		sec.words.SetText(s.text)
		d.column.Objects = append(d.column.Objects, sec.box)
	}
	in := d.c.folder.holds(com.ID)
	text := d.c.cat.T("counter.add")
	if in {
		text = d.c.cat.T("counter.added")
	}
	d.add.SetText(text)
	if in || d.c.folder.done != nil {
		d.add.Disable()
	} else {
		d.add.Enable()
	}
	d.done()
}

func (d *detail) done() {
	d.scroll.ToTop()
	d.panel.Refresh()
	widget.Relayout(d.panel)
	d.scroll.Relayout()
}

func widgetColumn(o ...fyne.CanvasObject) *fyne.Container { return widget.NewColumn(2, o...) }

func newSection() *section {
	s := &section{
		head:  widget.NewText("", widget.Style{Size: theme.Small, Bold: true, Ink: widget.Quiet}),
		words: widget.NewText("", widget.Style{}),
	}
	s.box = widgetColumn(s.head, s.words)
	return s
}

func (d *detail) forWhom(com *directory.Community) string {
	var parts []string
	if a := d.c.say.Audience(com.Audience); a != "" {
		parts = append(parts, a)
	}
	if com.OpenAcrossHousingAreas != nil {
		key := "counter.across_yes"
		if !*com.OpenAcrossHousingAreas {
			key = "counter.across_no"
		}
		parts = append(parts, d.c.cat.T(key))
	}
	return capital(strings.Join(parts, " · "))
}

// warn is what one must know before showing the way there.
func (d *detail) warn(com *directory.Community) string {
	var parts []string
	today := directory.DayOf(d.c.deps.Now())
	if paused := d.c.say.Paused(com, today); paused != "" {
		parts = append(parts, strings.Join(nonEmpty(capital(strings.TrimSuffix(paused, "."))+".", d.c.say.WhyPaused(com, today), d.c.cat.T("welcome.ask_first")), " "))
	} else if isFull(com) {
		parts = append(parts, d.c.cat.T("counter.full_text"))
	}
	if d.view.stale {
		parts = append(parts, d.c.cat.T("counter.stale_text", "fresh", strings.TrimSuffix(capital(d.view.freshness), ".")))
	}
	return strings.Join(parts, "\n")
}

type fact struct{ id, text string }

// facts says a record in words, in the order in which a citizen asks; what is
// not stated is left out.
func (d *detail) facts(com *directory.Community) []fact {
	s, t := d.c.say, d.c.cat.T
	var out []fact
	put := func(id string, parts ...string) {
		text := join(parts...)
		if text != "" {
			out = append(out, fact{id, text})
		}
	}
	about := com.Description
	if about == "" {
		about = com.Summary
	}
	var next []string
	for _, o := range com.NextForNew(d.c.deps.Now(), 3) {
		next = append(next, widget.Together(s.ShortNext(o)))
	}
	put("next", strings.Join(next, " · "))
	if len(next) == 0 {
		put("schedule", s.Schedule(com.Schedule))
	}
	place := com.PublicPlace()
	where := s.Place(place)
	if place != nil && place.Confidential {
		where = join(where, t("counter.confidential"))
	}
	put("place", where, accessText(d.c, place))
	if w := com.Welcome; w != nil {
		put("first_time", strings.Join(w.FirstTime, " "), com.MeetingPoint(), greeterText(d.c, w))
	}
	put("about", about)
	put("accompaniment", s.Accompaniment(com.Accompaniment))
	put("unstated", d.unstated())
	put("considerations", capital(s.Labels("consideration", com.Considerations)))
	put("room", s.Room(com.Capacity))
	put("price", capital(s.Price(com.Price)))
	put("languages", capital(s.Labels("language", com.Languages)))
	if p := com.Practice; p != nil {
		put("practice", d.period(p))
		put("onward", d.onward(p))
	}
	if c := com.Contact; c != nil {
		role := c.Role
		if com.Organiser != nil && role == "" {
			role = com.Organiser.Name
		}
		phone := ""
		if c.Phone != "" {
			phone = t("counter.phone", "phone", s.Phone(c.Phone))
		}
		put("contact", strings.Join(nonEmpty(role, phone, c.Email, c.Web), ", "))
	}
	if com.Organiser != nil {
		put("organiser", com.Organiser.Name)
	}
	put("facts", capital(d.view.freshness))
	return out
}

// unstated says which wishes the record does not answer: they are asked about,
// never taken for a no.
func (d *detail) unstated() string {
	var parts []string
	for _, r := range d.view.hit.Reasons {
		if text := d.c.say.Reason(r); r.Fact == match.NotStated && text != "" && !slices.Contains(parts, text) {
			parts = append(parts, text)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return capital(strings.Join(parts, " · ")) + "."
}

func accessText(c *Counter, p *directory.Place) string {
	if p == nil || len(p.Accessibility) == 0 {
		return ""
	}
	return capital(c.say.Labels("accessibility", p.Accessibility))
}

func greeterText(c *Counter, w *directory.Welcome) string {
	if w.Greeter == "" || strings.Contains(strings.Join(w.FirstTime, " "), w.Greeter) {
		return ""
	}
	return c.cat.T("counter.greeter", "who", w.Greeter)
}

func (d *detail) period(p *directory.Practice) string {
	s, t := d.c.say, d.c.cat.T
	switch {
	case p.From != "" && p.To != "":
		return t("counter.practice_period", "from", s.Day(p.From), "to", s.Day(p.To))
	case p.To != "":
		return t("counter.practice_to", "to", s.Day(p.To))
	case p.From != "":
		return t("counter.practice_from", "from", s.Day(p.From))
	}
	return ""
}

// onward names the ways on from a practice ground: ids that are known by name,
// names as they are.
func (d *detail) onward(p *directory.Practice) string {
	var names []string
	for _, o := range p.Onward {
		if com, err := d.c.deps.Directory.Community(o); err == nil {
			o = com.Name
		} else if len(o) == 36 && strings.Count(o, "-") == 4 {
			continue // an id this directory does not know
		}
		names = append(names, o)
	}
	return strings.Join(names, " · ")
}

func nonEmpty(parts ...string) []string {
	var out []string
	for _, p := range parts {
		if strings.TrimSpace(p) != "" {
			out = append(out, p)
		}
	}
	return out
}

func join(parts ...string) string { return strings.Join(nonEmpty(parts...), "\n") }
