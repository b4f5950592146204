package practice

import (
	"slices"

	"fyne.io/fyne/v2"
	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/form"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// register is where a time is written down: how many came, and the codes they gave,
// typed in a row.
type register struct {
	p      *Page
	ground *directory.Community
	before *practice.Session // nil is a new one
	id     string
	on     directory.Day // that was proposed
	f      *form.Form
}

// registerNext opens the form for the day that is asked for next: the newest of
// which nobody has said anything, else today.
func (p *Page) registerNext() {
	if p.form != nil || p.snap == nil {
		return
	}
	g := p.snap.ground(p.shown)
	if g == nil {
		return
	}
	on := p.today()
	if missing := practice.ToRegister(p.snap.sessions, g, p.d.Now()); len(missing) > 0 {
		on = missing[0]
	}
	p.register(g, on)
}

// register opens the form for a day; one that is written down already is corrected.
func (p *Page) register(g *directory.Community, on directory.Day) {
	for _, s := range practice.Of(p.snap.sessions, g.ID) {
		if s.On == on && p.mayWrite(&s) {
			(&register{p: p, ground: g, before: &s, id: s.ID}).open(on, nil)
			return
		}
	}
	id, err := uuid.NewV7FromReader(p.d.Rand)
	if err != nil {
		p.said = widget.NewBanner(widget.ToneTrouble, p.say.T(localdb.MessageKey(err)), "")
		p.again()
		p.relayout()
		return
	}
	(&register{p: p, ground: g, id: id.String()}).open(on, nil)
}

func (r *register) open(on directory.Day, left *form.Left) {
	p := r.p
	r.on = on
	s := practice.Session{}
	if r.before != nil {
		s = *r.before
	}
	r.f = form.New(form.Options{Say: p.say, Today: p.today, Words: "practice.form", Title: p.t("form.title", "name", r.ground.Name), Keep: r.keep, Close: p.closeForm})
	f := r.f
	day := f.Line("on", "on", form.OfDay(s.On))
	was := ""
	if r.before != nil {
		was = form.OfNumber(&s.Came)
	}
	codes := widget.NewPicker(f.T("codes"), "", nil)
	codes.Entry.SetPlaceHolder(p.say.T("followup.code_placeholder", "example", exampleCode))
	codes.Take = func(text string) (widget.Option, string) {
		c, err := referral.ParseCode(text)
		if err != nil {
			return widget.Option{}, p.say.T("reasons." + codeReason(err))
		}
		return widget.Option{Value: string(c), Text: string(c)}, ""
	}
	var given []string
	for _, c := range s.Codes {
		given = append(given, string(c))
	}
	came := f.Line("came", "came", was)
	coded := f.Pick("codes", "codes", codes, func(v string) string { return v }, given)
	off := f.Check("cancelled", "cancelled", s.Cancelled)
	held := widget.NewColumn(theme.Space12, f.Hinted(came.Part, "came_hint"), f.Hinted(coded.Part, "codes_hint"))
	show(held, !s.Cancelled)
	f.Watch(func() {
		if on := off.Value() != form.Yes; on != held.Visible() {
			show(held, on)
			f.Relayout()
		}
	})
	f.Build(f.Section("session", f.Hinted(day.Part, "on_hint"), off.Part, held), nil)
	if r.before == nil && on != "" {
		day.Suggest(form.OfDay(on)) // proposed: not yet a thing to lose
	}
	f.TakeUp(left)
	p.form, p.said = r, nil
	p.over.Objects = []fyne.CanvasObject{f.Root()}
	p.relayout()
	f.Relayout()
	if r.before == nil && left == nil {
		widget.FocusOn(came.Focus)
	} else {
		f.Focus()
	}
}

func (p *Page) closeForm() {
	p.form, p.over.Objects = nil, nil
	p.again()
	p.relayout()
	p.Focus()
}

// gather gives the time as it is to be; what no part of the form names stays.
func (r *register) gather(w *form.Wrong) (*practice.Session, error) {
	s := &practice.Session{}
	if r.before != nil {
		b, err := json.Marshal(r.before)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(b, s); err != nil {
			return nil, err
		}
	}
	f, p := r.f, r.p
	s.ID, s.Community = r.id, r.ground.ID
	if r.before == nil {
		s.Organisation = p.own
		if pl := r.ground.PublicPlace(); pl != nil {
			s.Area = pl.Municipality
		}
	}
	on, reason := form.Day(f.Value("on"), p.today())
	switch {
	case reason != "":
		w.Path("on", reason)
	case on == "":
		w.Path("on", "no_day")
	case on > p.today():
		w.Path("on", "not_yet")
	case r.taken(on):
		w.Path("on", "taken")
	default:
		s.On = on
	}
	s.Cancelled = f.Value("cancelled") == form.Yes
	if s.Cancelled {
		s.Came, s.Codes = 0, nil
		return s, nil
	}
	s.Codes = nil
	for _, v := range f.Find("codes").Lines() {
		if c := referral.Code(v); c.Valid() {
			s.Codes = append(s.Codes, c)
		}
	}
	n, reason := form.Number(f.Value("came"))
	switch {
	case reason != "":
		w.Path("came", reason)
	case n == nil && len(s.Codes) == 0:
		w.Path("came", "how_many")
	case n == nil:
		s.Came = len(s.Codes)
	case *n < len(s.Codes):
		w.Path("came", "too_few")
	case *n < 0 || *n > practice.MaxCame:
		w.Path("came", "too_large")
	default:
		s.Came = *n
	}
	return s, nil
}

// taken says whether the day is written down already, in another entry.
func (r *register) taken(on directory.Day) bool {
	return slices.ContainsFunc(r.p.snap.sessions, func(s practice.Session) bool {
		return s.Community == r.ground.ID && s.On == on && s.ID != r.id
	})
}

// keep looks at what is written, and keeps it: away from the screen, because it is
// on the disk before it counts.
func (r *register) keep(then func()) {
	p := r.p
	if p.snap == nil { // nothing is read, or may be; what is typed stays
		why := p.trouble
		if why == "" {
			why = p.t("loading")
		}
		r.f.Tell(widget.NewBanner(widget.ToneTrouble, r.f.T("not_saved"), why))
		return
	}
	w := r.f.Look()
	s, err := r.gather(w)
	if err != nil {
		r.f.Refused(err)
		return
	}
	if !w.Any() {
		w.Record(s.Validate())
	}
	if !w.Told() {
		return
	}
	r.f.SetBusy(true)
	go func() {
		err := p.d.Store.EditSession(r.before, s)
		p.d.Post(func() {
			r.f.SetBusy(false)
			if err != nil {
				r.f.Refused(err)
				return
			}
			p.said = widget.NewBanner(widget.ToneGood, p.t("kept", "day", p.say.Day(s.On)), "")
			p.changed()
			p.closeForm()
			p.detail.ToTop()
			if then != nil {
				then()
			}
		})
	}()
}

// otherEdit is told that sessions changed in the store while the form is open.
func (r *register) otherEdit() {
	if r.before == nil || r.f.Busy() {
		return
	}
	list, err := r.p.d.Store.Sessions()
	if err != nil {
		return // the list says so
	}
	for i := range list {
		if list[i].ID != r.id {
			continue
		}
		if slices.Equal(list[i].Codes, r.before.Codes) && list[i].Came == r.before.Came && list[i].On == r.before.On && list[i].Cancelled == r.before.Cancelled {
			r.f.TellOther(nil)
		} else {
			r.f.TellOther(widget.NewBanner(widget.ToneWaiting, r.f.T("other"), r.f.T("other_text")))
		}
		return
	}
	r.f.TellOther(widget.NewBanner(widget.ToneWaiting, r.f.T("gone"), r.f.T("gone_text")))
}
