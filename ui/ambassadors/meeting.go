package ambassadors

import (
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/form"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// meeting gives a meeting of the list; nil is none.
func (p *Page) meeting(id string) *directory.Meeting {
	for i := range p.roll.meetings {
		if p.roll.meetings[i].ID == id {
			return &p.roll.meetings[i]
		}
	}
	return nil
}

func (p *Page) meetingActs() []fyne.CanvasObject {
	if !p.may {
		return nil
	}
	return []fyne.CanvasObject{
		widget.NewPrimaryButton(p.t("edit"), "Ctrl E", p.edit),
		widget.NewQuietButton(p.t("remove_meeting"), "", p.askRemove),
	}
}

func (p *Page) describeMeeting(m *directory.Meeting) fyne.CanvasObject {
	state, tone := p.meetingState(m)
	out := widget.NewColumn(theme.Space12, widget.NewSplitRow(theme.Space12, theme.Scaled(140),
		widget.NewColumn(0, widget.NewText(p.say.Day(m.On), widget.Style{Size: theme.Heading, Bold: true}),
			widget.NewText(strings.Join(filled(m.Place, m.Area), " · "), widget.Style{Ink: widget.Quiet, Size: theme.Quiet})),
		widget.NewTag(state, tone)))
	f := facts{p, out}
	f.add("about", m.About)
	var came []string
	for _, id := range m.Came {
		if e := p.entryOf(id); e != nil {
			came = append(came, e.Name)
		}
	}
	if gone := len(m.Came) - len(came); gone > 0 { // they took their yes back, and nothing of them is here
		came = append(came, p.say.N("ambassadors.came_left", gone))
	}
	f.add("came", p.say.List(came))
	if m.Others != nil && *m.Others > 0 {
		f.add("others", p.say.Int(*m.Others)) // guests, not citizens
	}
	return out
}

func (s *sheet) buildMeeting() {
	p := s.p
	m, title := &directory.Meeting{}, p.t("form.title_meeting_new")
	if s.of.m != nil {
		m, title = s.of.m, p.t("form.title_meeting", "day", p.say.Day(s.of.m.On))
	}
	f := form.New(s.options(title))
	s.f = f
	on := f.Line("on", "meeting_on", form.OfDay(m.On))
	place := f.Line("place", "meeting_place", m.Place)
	area := f.Line("area", "meeting_area", m.Area)
	about := f.Text("about", "meeting_about", 5, m.About)
	left := f.Section("meeting", f.Hinted(on.Part, "day_hint"), widget.NewPair(theme.Space12, theme.Scaled(150), place.Part, area.Part), about.Part)
	held := f.Check("held", "meeting_held", m.Held)
	who := widget.NewPicker(f.T("meeting_came"), "", nil)
	who.Entry.SetPlaceHolder(f.T("meeting_came_placeholder"))
	who.Find = func(text string) (out []widget.Option) {
		for _, o := range s.people {
			if strings.HasPrefix(fold(o.Text), fold(text)) {
				out = append(out, o)
			}
		}
		return out
	}
	came := f.Pick("came", "meeting_came", who, s.attendee, m.Came)
	others := f.Line("others", "meeting_others", form.OfNumber(m.Others))
	f.Watch(func() { // who came, came to something that was held
		if (came.Typed() || others.Typed()) && (len(came.Lines()) > 0 || others.Value() != "") && !held.Typed() && held.Value() == "" {
			held.Set(form.Yes)
		}
	})
	right := f.Section("held", held.Part, came.Part, f.Hinted(others.Part, "meeting_others_hint"))
	f.Build(widget.NewPair(theme.Space16, theme.Scaled(380), left, right), nil)
}

// attendee names who came; one who has left the register since has no name here.
func (s *sheet) attendee(id string) string {
	if n := s.words[id]; n != "" {
		return n
	}
	return s.p.say.N("ambassadors.came_left", 1)
}

func (s *sheet) keepMeeting(then func()) {
	w := s.f.Look()
	m, err := clone(s.of.m)
	if err != nil {
		s.f.Refused(err)
		return
	}
	f, p := s.f, s.p
	m.ID = s.of.id
	s.day(w, "on", &m.On)
	for path, into := range map[string]*string{"place": &m.Place, "area": &m.Area, "about": &m.About} {
		if f.Typed(path) {
			*into = f.Value(path)
		}
	}
	if f.Typed("held") {
		m.Held = f.Value("held") == form.Yes
	}
	if x := f.Find("came"); x.Typed() {
		m.Came = x.Lines()
	}
	number(f, w, "others", &m.Others)
	m.Normalize()
	w.Record(m.Validate())
	if m.Held && m.On > p.today() {
		w.Path("held", "not_yet")
	}
	if !w.Told() {
		return
	}
	s.run(then, m.ID, p.t("kept_meeting"), func() error { return p.d.Store.EditMeeting(s.of.m, m) })
}

// askRemove asks before a meeting is taken away.
func (p *Page) askRemove() {
	m := p.meeting(p.shown)
	if m == nil || p.busy || p.asking != nil {
		return
	}
	before := *m
	p.ask(p.t("remove_title", "day", p.say.Day(m.On)), p.t("remove_text"), p.t("remove_do"), func() {
		p.act(func() error { return p.d.Store.EditMeeting(&before, nil) }, func(err error) {
			if err != nil {
				p.said = widget.NewBanner(widget.ToneTrouble, p.say.T(localdb.MessageKey(err)), "")
				p.again()
				return
			}
			p.showHint()
			p.changed()
		})
	})
}
