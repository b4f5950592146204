package readiness

import (
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	rules "github.com/faellesskabsby/vejviser/localdb/readiness"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/ui/form"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// What a form can be about.
const (
	selfCheck = "check"
	agreed    = "agreement"
)

// sheetOf is what a form writes, as the person saw it; nil is a new one.
type sheetOf struct {
	kind         string
	organisation string // "" is asked for
	fresh        bool   // with an organisation that is not here yet
	check        *rules.Check
	agreement    *rules.Agreement
}

// sheet is the form that is open.
type sheet struct {
	p  *Page
	of sheetOf
	f  *form.Form
}

func (p *Page) open(of sheetOf, left *form.Left) {
	s := &sheet{p: p, of: of}
	o := form.Options{Say: p.say, Today: p.today, Words: "readiness.form", Title: p.t("form.title_check", "name", of.organisation), Keep: s.keep, Close: p.close}
	switch {
	case of.kind == agreed && of.organisation == "":
		o.Title = p.t("form.title_agreement_new")
	case of.kind == agreed:
		o.Title = p.t("form.title_agreement", "name", of.organisation)
	case of.organisation == "":
		o.Title = p.t("form.title_check_own")
	}
	s.f = form.New(o)
	if of.kind == agreed {
		s.buildAgreement()
	} else {
		s.buildCheck()
	}
	s.f.TakeUp(left)
	p.form, p.said = s, nil
	p.over.Objects = []fyne.CanvasObject{s.f.Root()}
	p.relayout()
	s.f.Relayout()
	s.f.Focus()
}

// close shows the organisation again.
func (p *Page) close() {
	p.form, p.over.Objects = nil, nil
	p.again()
	p.relayout()
	p.Focus()
}

// statements is how many plain statements a part is told by.
const statements = 3

// buildCheck asks the five parts: what each is about, and how far the desk has come.
func (s *sheet) buildCheck() {
	f, c := s.f, s.of.check
	if c == nil {
		c = &rules.Check{}
	}
	desk := f.Line("desk", "desk", c.Desk)
	if v, err := s.ownDesk(); err == nil && s.of.check == nil {
		desk.Suggest(v)
	}
	about := []fyne.CanvasObject{widget.NewText(f.T("about"), widget.Style{Ink: widget.Quiet})}
	if s.of.organisation == "" {
		about = append(about, f.Line("organisation", "organisation", "").Part)
	}
	var parts []fyne.CanvasObject
	first := f.Section("who", append(about, f.Hinted(desk.Part, "desk_hint"))...)
	for _, part := range rules.Parts {
		parts = append(parts, s.part(part, c.Answers[part]))
	}
	step := f.Text("next_step", "next_step", 3, c.NextStep)
	last := f.Section("step", f.Hinted(step.Part, "next_step_hint"))
	left := widget.NewColumn(theme.Space16, first, parts[0], parts[1], parts[2])
	right := widget.NewColumn(theme.Space16, parts[3], parts[4], last)
	f.Build(widget.NewPair(theme.Space16, theme.Scaled(360), left, right), nil)
}

// ownDesk is the name of this desk; "" where the form is about another organisation.
func (s *sheet) ownDesk() (string, error) {
	own, err := s.p.d.Store.Organisation()
	if err != nil || record.Organisation(own) != record.Organisation(s.of.organisation) {
		return "", err
	}
	return s.p.d.Store.Setting(localdb.SettingDesk)
}

func (s *sheet) part(part string, was int) fyne.CanvasObject {
	f, p := s.f, s.p
	says := widget.NewColumn(theme.Space4)
	for i := range statements {
		says.Add(widget.NewText("· "+p.t(fmt.Sprintf("say.%s.%d", part, i+1)), widget.Style{}))
	}
	var options []widget.Option
	for n := rules.Least; n <= rules.Most; n++ {
		options = append(options, widget.Option{Value: strconv.Itoa(n), Text: p.t(fmt.Sprintf("answer.%d", n))})
	}
	v := ""
	if was > 0 {
		v = strconv.Itoa(was)
	}
	answer := f.Segmented("answers."+part, "how_far", options, v)
	return f.Section(part, says, answer.Part)
}

// buildAgreement asks what the organisation agrees to.
func (s *sheet) buildAgreement() {
	f, p, a := s.f, s.p, s.of.agreement
	if a == nil {
		a = &rules.Agreement{}
	}
	var who []fyne.CanvasObject
	if s.of.organisation == "" {
		who = append(who, f.Line("organisation", "organisation", "").Part)
	}
	goal := ""
	if a.Goal > 0 {
		goal = strconv.Itoa(a.Goal)
	}
	hours := ""
	if a.Hours > 0 {
		hours = p.hours(a.Hours)
	}
	g, h := f.Line("goal", "goal", goal), f.Line("hours", "hours", hours)
	left := f.Section("goal", append(who, f.Hinted(g.Part, "goal_hint"), f.Hinted(h.Part, "hours_hint"),
		f.Hinted(f.Line("responsible", "responsible", a.Responsible).Part, "responsible_hint"))...)
	from, next := f.Line("from", "from", form.OfDay(a.From)), f.Line("next_talk", "next_talk", form.OfDay(a.NextTalk))
	if s.of.agreement == nil {
		from.Suggest(form.OfDay(p.today()))
	}
	right := f.Section("talk", widget.NewPair(theme.Space12, theme.Scaled(150), from.Part, next.Part), f.Text("note", "note", 4, a.Note).Part)
	f.Build(widget.NewPair(theme.Space16, theme.Scaled(360), left, right), nil)
}

// keep looks at what is written, and keeps it away from the screen.
func (s *sheet) keep(then func()) {
	w := s.f.Look()
	name := s.of.organisation
	if name == "" {
		if name = s.f.Value("organisation"); name == "" {
			w.Path("organisation", "empty")
		}
	}
	var do func() error
	said := s.p.t("kept_check")
	if s.of.kind == agreed {
		said = s.p.t("kept_agreement")
		a := s.gatherAgreement(w, name)
		w.Record(s.problems(a.Validate()))
		do = func() error { return s.p.d.Store.EditAgreement(s.of.agreement, a) }
	} else {
		c := s.gatherCheck(name)
		w.Record(s.problems(c.Validate()))
		do = func() error { return s.p.d.Store.EditReadiness(s.of.check, c) }
	}
	if !w.Told() {
		return
	}
	s.run(then, record.Organisation(name), said, do)
}

// problems leaves out what the store gives: ids, and whose it is.
func (s *sheet) problems(err error) error {
	var out error
	for _, p := range directory.Problems(err) {
		if p.Field != "id" && p.Field != "organisation" {
			out = errors.Join(out, p)
		}
	}
	return out
}

func (s *sheet) run(then func(), key, said string, do func() error) {
	p := s.p
	s.f.SetBusy(true)
	go func() {
		err := do()
		p.d.Post(func() {
			s.f.SetBusy(false)
			if err != nil {
				s.f.Refused(err)
				return
			}
			p.form, p.over.Objects = nil, nil
			p.shown, p.said = key, widget.NewBanner(widget.ToneGood, said, "")
			p.changed()
			p.relayout()
			p.Focus()
			if then != nil {
				then()
			}
		})
	}()
}

// gatherCheck gives the self-check as it is to be.
func (s *sheet) gatherCheck(organisation string) *rules.Check {
	c := &rules.Check{Organisation: organisation, On: s.p.today()}
	if s.of.check != nil {
		was := *s.of.check
		c = &was
	}
	c.Answers = maps.Clone(c.Answers)
	if c.Answers == nil {
		c.Answers = map[string]int{}
	}
	for _, part := range rules.Parts {
		if n, err := strconv.Atoi(s.f.Value("answers." + part)); err == nil {
			c.Answers[part] = n
		}
	}
	c.Desk, c.NextStep = s.f.Value("desk"), s.f.Value("next_step")
	c.Normalize()
	return c
}

// gatherAgreement gives the agreement as it is to be; what no part of the form names
// stays as it is.
func (s *sheet) gatherAgreement(w *form.Wrong, organisation string) *rules.Agreement {
	a := &rules.Agreement{Organisation: organisation}
	if s.of.agreement != nil {
		was := *s.of.agreement
		a = &was
	}
	n, reason := form.Number(s.f.Value("goal"))
	if reason != "" {
		w.Path("goal", reason)
	}
	a.Goal = 0
	if n != nil {
		a.Goal = *n
	}
	a.Hours = 0
	if v := s.f.Value("hours"); v != "" {
		h, err := strconv.ParseFloat(strings.Replace(v, ",", ".", 1), 64)
		if err != nil || h != h {
			w.Path("hours", "not_a_number")
		} else {
			a.Hours = h
		}
	}
	a.Responsible, a.Note = s.f.Value("responsible"), s.f.Value("note")
	for path, into := range map[string]*directory.Day{"from": &a.From, "next_talk": &a.NextTalk} {
		d, reason := form.Day(s.f.Value(path), s.p.today())
		if reason != "" {
			w.Path(path, reason)
			continue
		}
		*into = d
	}
	a.Normalize()
	return a
}

// otherEdit is told that something was kept while the form is open. What is typed
// stays; two edits of the same meet where a person chooses.
func (s *sheet) otherEdit() {
	if s.f.Busy() {
		return
	}
	changed := false
	if c := s.of.check; c != nil {
		list, err := s.p.d.Store.ReadinessChecks()
		changed = err == nil && !holds(list, func(x *rules.Check) bool { return x.ID == c.ID && same(x, c) })
	}
	if a := s.of.agreement; a != nil {
		list, err := s.p.d.Store.Agreements()
		changed = err == nil && !holds(list, func(x *rules.Agreement) bool { return x.ID == a.ID && same(x, a) })
	}
	if !changed {
		s.f.TellOther(nil)
		return
	}
	s.f.TellOther(widget.NewBanner(widget.ToneWaiting, s.f.T("other"), s.f.T("other_text")))
}
