package ambassadors

import (
	"strconv"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/form"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// sheetOf is what a form writes: an ambassador and how they are reached, or a
// meeting, as the person saw it; nil is a new one.
type sheetOf struct {
	meeting bool
	id      string // of a new one too: what was half kept is kept again as the same
	who     *directory.Ambassador
	reach   *directory.Volunteer
	m       *directory.Meeting
}

// sheet is the form that is open.
type sheet struct {
	p        *Page
	of       sheetOf
	f        *form.Form
	training *form.Rows
	words    map[string]string // id → name, of what is picked
	people   []widget.Option   // who can be picked, in the order of the alphabet
	areas    []string          // where they are
}

// addNew opens a form for somebody who is not in the register yet, or a meeting.
func (p *Page) addNew() {
	if p.form != nil || !p.may || p.roll == nil {
		return
	}
	id, err := uuid.NewV7FromReader(p.d.Rand)
	if err != nil {
		p.said = widget.NewBanner(widget.ToneTrouble, p.say.T(localdb.MessageKey(err)), "")
		p.again()
		p.relayout()
		return
	}
	p.open(sheetOf{meeting: p.part == meetings, id: id.String()}, nil)
}

// edit opens the form with what is shown.
func (p *Page) edit() {
	if p.form != nil || !p.may || p.roll == nil || p.shown == "" {
		return
	}
	if p.part == meetings {
		if m := p.meeting(p.shown); m != nil {
			p.open(sheetOf{meeting: true, id: m.ID, m: m}, nil)
		}
		return
	}
	if e := p.entryOf(p.shown); e != nil {
		a := e.Ambassador
		p.open(sheetOf{id: a.ID, who: &a, reach: e.reach}, nil)
	}
}

func (p *Page) open(of sheetOf, left *form.Left) {
	s := &sheet{p: p, of: of, words: map[string]string{}}
	s.nameAll()
	if of.meeting {
		s.buildMeeting()
	} else {
		s.buildPerson()
	}
	s.f.TakeUp(left)
	p.form = s
	p.readPlaces()
	p.over.Objects = []fyne.CanvasObject{s.f.Root()}
	p.relayout()
	s.f.Relayout()
	s.f.Focus()
}

// close shows the list again, and what was chosen in it.
func (p *Page) close() {
	p.form, p.over.Objects = nil, nil
	p.find()
	p.fillEmpty()
	p.again()
	p.relayout()
	p.Focus()
}

func (s *sheet) options(title string) form.Options {
	return form.Options{Say: s.p.say, Today: s.p.today, Words: "ambassadors.form", Title: title, Keep: s.keep, Close: s.p.close}
}

func (s *sheet) buildPerson() {
	p := s.p
	a, v := &directory.Ambassador{}, &directory.Volunteer{}
	title := p.t("form.title_new")
	if s.of.who != nil {
		a, title = s.of.who, p.t("form.title", "name", s.of.who.Name)
	}
	if s.of.reach != nil {
		v = s.of.reach
	}
	s.f = form.New(s.options(title))
	left := widget.NewColumn(theme.Space16, s.who(a), s.whereAndWhen(a), s.reached(v))
	right := widget.NewColumn(theme.Space16, s.what(a), s.trained(a), s.consent(v))
	s.f.Build(widget.NewPair(theme.Space16, theme.Scaled(380), left, right), nil)
}

func (s *sheet) who(a *directory.Ambassador) fyne.CanvasObject {
	f, p := s.f, s.p
	name := f.Line("name", "name", a.Name)
	roles := []widget.Option{}
	for _, r := range directory.AlongRoles {
		roles = append(roles, widget.Option{Value: string(r), Text: p.t("role." + string(r))})
	}
	was := a.Role
	if was == "" {
		was = directory.Volunteering
	}
	role := f.Choice("role", "role", roles, string(was))
	genders := []widget.Option{{Value: "", Text: p.t("form.gender_none")}}
	for _, g := range []directory.Gender{directory.GenderWomen, directory.GenderMen} {
		genders = append(genders, widget.Option{Value: string(g), Text: p.t("gender." + string(g))})
	}
	gender := f.Choice("gender", "gender", genders, string(a.Gender))
	return f.Section("who", f.Hinted(name.Part, "name_hint"), widget.NewPair(theme.Space12, theme.Scaled(150), role.Part, gender.Part))
}

func (s *sheet) whereAndWhen(a *directory.Ambassador) fyne.CanvasObject {
	f, p := s.f, s.p
	areas := widget.NewPicker(f.T("areas"), "", nil)
	areas.Entry.SetPlaceHolder(f.T("areas_placeholder"))
	areas.Find = s.findArea
	areas.Take = func(text string) (widget.Option, string) { return widget.Option{Value: text, Text: text}, "" }
	area := f.Pick("areas", "areas", areas, same, a.Areas)
	lang := f.Pick("languages", "languages", s.known("languages", s.label("language"), languages), s.label("language"), a.Languages)
	var times []widget.Option
	for _, t := range referral.Times {
		times = append(times, widget.Option{Value: t, Text: p.say.Label("wish", t)})
	}
	when := f.Toggles("times", "times", times, a.Times)
	once := f.Line("at_once", "at_once", form.OfNumber(a.AtOnce))
	week := f.Line("free_per_week", "free_per_week", form.OfNumber(a.FreePerWeek))
	paused := f.Check("paused", "paused", a.Paused)
	to := f.Line("paused_to", "paused_to", form.OfDay(a.PausedTo))
	until := f.Hinted(to.Part, "paused_to_hint")
	show(until, a.Paused)
	f.Watch(func() {
		if on := paused.Value() == form.Yes; on != until.Visible() {
			show(until, on)
			f.Relayout()
		}
	})
	return f.Section("where", f.Hinted(area.Part, "areas_hint"), lang.Part, when.Part,
		widget.NewPair(theme.Space12, theme.Scaled(150), once.Part, week.Part), paused.Part, until)
}

func (s *sheet) what(a *directory.Ambassador) fyne.CanvasObject {
	f := s.f
	interests := f.Pick("interests", "interests", s.known("interests", s.label("wish"), interestWords), s.label("wish"), a.Interests)
	considers := f.Pick("considers", "considers", s.known("considers", s.p.consider, directory.Considerations), s.p.consider, a.Considers)
	carried := f.Pick("communities", "communities", s.communities("communities"), s.called, a.Communities)
	started := f.Pick("started", "started", s.communities("started"), s.called, a.Started)
	return f.Section("what", interests.Part, considers.Part, f.Hinted(carried.Part, "communities_hint"), started.Part)
}

func (s *sheet) trained(a *directory.Ambassador) fyne.CanvasObject {
	var was []map[string]string
	for _, t := range a.Training {
		was = append(was, map[string]string{"on": form.OfDay(t.On), "name": t.Name})
	}
	if len(was) == 0 && a.TrainedOn != "" { // a day alone, as it was once kept
		was = append(was, map[string]string{"on": form.OfDay(a.TrainedOn), "name": ""})
	}
	s.training = s.f.Rows("training", []form.Col{{Name: "on", Label: "training_on"}, {Name: "name", Label: "training_name"}}, was)
	return s.f.Section("trained", s.training.Part)
}

func (s *sheet) reached(v *directory.Volunteer) fyne.CanvasObject {
	f := s.f
	phone := f.Line("phone", "phone", v.Phone).Phone()
	email := f.Line("email", "email", v.Email)
	note := f.Text("note", "note", 3, v.Note)
	return f.Section("reach", widget.NewText(f.T("reach_text"), widget.Style{Size: theme.Quiet, Ink: widget.Quiet}),
		widget.NewPair(theme.Space12, theme.Scaled(150), phone.Part, email.Part), f.Hinted(note.Part, "note_hint"))
}

// consent shows the text that an ambassador says yes to, and takes down that they
// did. Without it nothing is kept.
func (s *sheet) consent(v *directory.Volunteer) fyne.CanvasObject {
	f, p := s.f, s.p
	options := []widget.Option{{Value: "", Text: f.T("consent_not_yet")}}
	for _, h := range directory.ConsentHows {
		options = append(options, widget.Option{Value: h, Text: f.T("consent_how." + h)})
	}
	how := f.Choice("consent_how", "consent_how", options, v.ConsentHow)
	on := f.Line("consent_on", "consent_on", form.OfDay(v.ConsentOn))
	f.Watch(func() { // a yes that is taken down now was said today, unless the day is written
		if how.Typed() && how.Value() != "" && on.Value() == "" {
			on.Set(form.OfDay(p.today()))
		}
	})
	version := ConsentText
	if v.ConsentText != "" {
		version = v.ConsentText
	}
	text := p.t("consent." + ConsentText)
	if key := "ambassadors.consent." + version; p.say.Has(key) {
		text = p.say.T(key)
	}
	return f.Section("consent", widget.NewText(text, widget.Style{}),
		widget.NewText(f.T("consent_version", "version", version), widget.Style{Size: theme.Small, Ink: widget.Quiet}),
		widget.NewPair(theme.Space12, theme.Scaled(150), how.Part, on.Part))
}

// number reads a number of a fact into a member.
func number(f *form.Form, w *form.Wrong, path string, into **int) {
	if !f.Typed(path) {
		return
	}
	n, reason := form.Number(f.Value(path))
	if reason != "" {
		w.Path(path, reason)
		return
	}
	if n != nil && *n > 1000 {
		w.Path(path, "too_large")
		return
	}
	*into = n
}

// day reads a day of a fact into a member.
func (s *sheet) day(w *form.Wrong, path string, into *directory.Day) {
	if !s.f.Typed(path) {
		return
	}
	d, reason := form.Day(s.f.Value(path), s.p.today())
	if reason != "" {
		w.Path(path, reason)
		return
	}
	*into = d
}

func at(i int) string { return "training[" + strconv.Itoa(i) + "].on" }
