package ambassadors

import (
	"errors"
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/form"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// keep looks at what is written, and keeps it: away from the screen, because it is
// on the disk before it counts. What is wrong is said where it stands.
func (s *sheet) keep(then func()) {
	if s.of.meeting {
		s.keepMeeting(then)
		return
	}
	w := s.f.Look()
	a, v, err := s.gather(w)
	if err != nil {
		s.f.Refused(err)
		return
	}
	if v.ConsentHow == "" {
		w.Path("consent_how", "no_consent")
	} else {
		w.Record(v.Validate())
	}
	w.Record(a.Validate())
	if !w.Told() {
		return
	}
	p := s.p
	s.run(then, a.ID, p.t("kept", "name", a.Name), func() error {
		// Who is in the register comes first: without them, nobody would see that
		// there is a telephone number to erase.
		if s.of.who == nil || len(differing(s.of.who, a)) > 0 {
			if err := p.d.Store.EditAmbassador(s.of.who, a); err != nil {
				return err
			}
			s.of.who = a
		}
		if s.of.reach == nil || len(differing(s.of.reach, v)) > 0 {
			if err := p.d.Store.EditVolunteer(s.of.reach, v); err != nil {
				return err
			}
			s.of.reach = v
		}
		return nil
	})
}

// run keeps, and shows what came of it.
func (s *sheet) run(then func(), id, said string, do func() error) {
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
			p.want, p.shown = id, id
			p.said = widget.NewBanner(widget.ToneGood, said, "")
			if p.part == people {
				p.which = filterAll
				p.search.Entry.SetText("")
			}
			p.changed()
			p.relayout()
			p.Focus()
			if then != nil {
				then()
			}
		})
	}()
}

// gather gives the records as they are to be; what no part of the form names stays
// as it is.
func (s *sheet) gather(w *form.Wrong) (*directory.Ambassador, *directory.Volunteer, error) {
	f := s.f
	a, err1 := clone(s.of.who)
	v, err2 := clone(s.of.reach)
	if err := errors.Join(err1, err2); err != nil {
		return nil, nil, err
	}
	a.ID, v.ID = s.of.id, s.of.id
	text := func(path string, into *string) {
		if f.Typed(path) {
			*into = f.Value(path)
		}
	}
	list := func(path string, into *[]string) {
		if x := f.Find(path); x != nil && x.Typed() {
			*into = slices.DeleteFunc(x.Lines(), func(v string) bool { return strings.HasPrefix(v, "\x1f") })
		}
	}
	text("name", &a.Name)
	text("role", (*string)(&a.Role))
	text("gender", (*string)(&a.Gender))
	list("areas", &a.Areas)
	list("languages", &a.Languages)
	list("times", &a.Times)
	list("interests", &a.Interests)
	list("considers", &a.Considers)
	list("communities", &a.Communities)
	list("started", &a.Started)
	number(f, w, "at_once", &a.AtOnce)
	number(f, w, "free_per_week", &a.FreePerWeek)
	if f.Typed("paused") {
		a.Paused = f.Value("paused") == form.Yes
	}
	s.day(w, "paused_to", &a.PausedTo)
	if !a.Paused {
		a.PausedTo = ""
	}
	s.gatherTraining(w, a)
	text("phone", &v.Phone)
	text("email", &v.Email)
	text("note", &v.Note)
	text("consent_how", &v.ConsentHow)
	s.day(w, "consent_on", &v.ConsentOn)
	if v.ConsentOn > s.p.today() {
		w.Path("consent_on", "not_yet")
	}
	if f.Typed("consent_how") && v.ConsentHow != "" {
		v.ConsentText = ConsentText
	}
	a.Normalize()
	v.Normalize()
	return a, v, nil
}

// gatherTraining reads the courses; those that stay keep what this program does not
// know about them.
func (s *sheet) gatherTraining(w *form.Wrong, a *directory.Ambassador) {
	if !s.training.Typed() {
		return
	}
	var out []directory.Training
	for i, m := range s.training.Values() {
		t := directory.Training{Name: m["name"]}
		for _, was := range a.Training {
			if was.Name == m["name"] {
				t = was
			}
		}
		d, reason := form.Day(m["on"], s.p.today())
		if reason == "" && d == "" {
			reason = "no_day"
		}
		if reason != "" {
			w.Path(at(i), reason)
		}
		t.On = d
		out = append(out, t)
	}
	a.Training = out
}

// otherEdit is told that the register changed in the store while the form is open.
// What is typed stays; what another person wrote is shown when asked for.
func (s *sheet) otherEdit() {
	if s.f.Busy() {
		return
	}
	now, gone, changed := s.standing()
	switch {
	case gone:
		s.f.TellOther(widget.NewBanner(widget.ToneWaiting, s.f.T("gone"), s.f.T("gone_text")))
	case changed:
		s.f.TellOther(widget.NewBanner(widget.ToneWaiting, s.f.T("other"), s.f.T("other_text"),
			widget.NewQuietButton(s.f.T("other_show"), "", func() { s.showOther(now) })))
	default:
		s.f.TellOther(nil)
	}
}

// standing gives what the form writes as it is in the store now.
func (s *sheet) standing() (now sheetOf, gone, changed bool) {
	now = sheetOf{meeting: s.of.meeting, id: s.of.id}
	if s.of.meeting {
		if s.of.m == nil {
			return now, false, false
		}
		ms, err := s.p.d.Store.Meetings()
		if err != nil {
			return now, false, false // the list says so
		}
		for i := range ms {
			if ms[i].ID == s.of.id {
				now.m = &ms[i]
			}
		}
		return now, now.m == nil, now.m != nil && len(differing(s.of.m, now.m)) > 0
	}
	if s.of.who == nil {
		return now, false, false
	}
	as, err1 := s.p.d.Store.Ambassadors()
	vs, err2 := s.p.d.Store.Volunteers()
	if err1 != nil || err2 != nil {
		return now, false, false
	}
	for i := range as {
		if as[i].ID == s.of.id {
			now.who = &as[i]
		}
	}
	for i := range vs {
		if vs[i].ID == s.of.id {
			now.reach = &vs[i]
		}
	}
	changed = now.who != nil && (len(differing(s.of.who, now.who)) > 0 || now.reach != nil && (s.of.reach == nil || len(differing(s.of.reach, now.reach)) > 0))
	return now, now.who == nil, changed
}

// showOther shows what another person wrote in the facts that were not touched here;
// the others stay as they are typed, and are still edits of what was seen, so that
// two edits of the same meet where a person chooses.
func (s *sheet) showOther(now sheetOf) {
	left := s.f.Leaving()
	typed := func(member string) bool {
		if member == "training" {
			return s.training != nil && s.training.Typed()
		}
		return s.f.Typed(member)
	}
	var err1, err2 error
	if s.of.meeting {
		now.m, err1 = merge(s.of.m, now.m, typed)
	} else {
		now.who, err1 = merge(s.of.who, now.who, typed)
		if s.of.reach != nil && now.reach != nil {
			now.reach, err2 = merge(s.of.reach, now.reach, typed)
		}
	}
	if err := errors.Join(err1, err2); err != nil {
		s.f.Refused(err)
		return
	}
	s.p.open(now, left)
}
