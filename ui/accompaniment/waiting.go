package accompaniment

import (
	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/along"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// waiting is one who waits: what is wished for, and who can go along.
type waiting struct {
	p      *Page
	w      *along.Waiting
	fits   []along.Fit
	before *along.Agreed // an agreement that is to get another companion; may be nil
	all    bool
	cards  []*widget.Card
}

// mostFits is how many are shown at first: who can go, the best first.
const mostFits = 5

func newWaiting(p *Page, w *along.Waiting) *waiting {
	return &waiting{p: p, w: w, fits: p.rank(&w.Referral, &w.Wanted)}
}

// rank orders who can go along with one referral.
func (p *Page) rank(r *referral.Referral, w *referral.Wanted) []along.Fit {
	n := along.Need{Wanted: *w, Wishes: r.Wishes, Communities: r.Communities, Areas: p.areasOf(r.Communities)}
	return along.Rank(n, p.snap.people, p.snap.busy, p.today())
}

// areasOf are the areas in which communities meet.
func (p *Page) areasOf(ids []string) (out []string) {
	for _, id := range ids {
		c := p.community(id)
		if c == nil {
			continue
		}
		for _, pl := range c.Places {
			for _, a := range []string{pl.HousingArea, pl.City, pl.Municipality} {
				if a != "" {
					out = append(out, a)
				}
			}
		}
	}
	return out
}

func (x *waiting) keep() bool { return x.before != nil }

func (x *waiting) focus() {
	if len(x.cards) > 0 {
		widget.FocusOn(x.cards[0])
	}
}

// digit chooses the nth of those who can go along.
func (x *waiting) digit(n int) bool {
	if n > min(len(x.cards), widget.MostKeys) {
		return false
	}
	x.choose(n - 1)
	return true
}

func (x *waiting) build() []fyne.CanvasObject {
	p, s := x.p, x.p.say
	r := &x.w.Referral
	return []fyne.CanvasObject{
		widget.NewPanel(widget.NewColumn(theme.Space12, append(p.headOf(r.Code, r.Communities),
			x.since(), p.wishes(&x.w.Wanted), x.acts())...)),
		widget.NewText(s.T("accompaniment.who"), widget.Style{Bold: true, Size: theme.CardTitle}),
		x.people(),
	}
}

// acts are what can be done beside finding somebody.
func (x *waiting) acts() fyne.CanvasObject {
	line := widget.NewFlow(theme.Space8, widget.NewPlainButton(x.p.say.T("accompaniment.wanted_edit"), x.edit))
	if b := x.p.offerCard(x.w.Referral.Code); b != nil {
		line.Add(b)
	}
	return line
}

// headOf is the code, and where it was shown, with the next dates.
func (p *Page) headOf(code referral.Code, communities []string) []fyne.CanvasObject {
	s := p.say
	out := []fyne.CanvasObject{widget.NewColumn(theme.Space4,
		widget.NewText(spaced(code), widget.Style{Size: theme.Page, Bold: true}),
		widget.NewText(s.T("followup.code_tells_nobody"), widget.Style{Ink: widget.Quiet, Size: theme.Quiet}))}
	for _, id := range communities {
		c := p.community(id)
		if c == nil {
			continue
		}
		lines := widget.NewColumn(0, widget.NewText(c.Name, widget.Style{Bold: true}))
		next := ""
		for i, o := range c.Next(p.d.Now(), 2) {
			if i > 0 {
				next += " · "
			}
			next += s.ShortNext(o)
		}
		if next == "" {
			next = s.T("accompaniment.no_dates")
		}
		lines.Add(widget.NewText(next, widget.Style{Ink: widget.Quiet, Size: theme.Quiet}))
		out = append(out, lines)
	}
	return out
}

// since says how long they have waited, and what fell through.
func (x *waiting) since() fyne.CanvasObject {
	s := x.p.say
	text := s.T("accompaniment.since", "day", s.Day(x.w.Since))
	if x.w.Fell > 0 {
		text += " " + s.N("accompaniment.fell", x.w.Fell, "day", s.Day(x.w.FellOn))
	}
	if x.w.Unclear {
		text += " " + s.T("accompaniment.unclear")
	}
	return widget.NewText(text, widget.Style{})
}

// wishes are the wishes as quiet tags.
func (p *Page) wishes(w *referral.Wanted) fyne.CanvasObject {
	tags := widget.NewFlow(6)
	for _, t := range p.wantedParts(w) {
		tags.Add(widget.NewTag(t, widget.ToneGood))
	}
	if len(tags.Objects) == 0 {
		tags.Add(widget.NewTag(p.say.T("accompaniment.wanted_nothing"), widget.TonePlain))
	}
	return widget.NewColumn(theme.Space4,
		widget.NewText(p.say.T("accompaniment.wanted"), widget.Style{Ink: widget.Quiet, Size: theme.Quiet}), tags)
}

// edit changes the wishes of one who waits: the wish takes the place of the one
// before it, and the day of it stays.
func (x *waiting) edit() {
	last := lastOf(x.w.Life.Events, referral.AccompanimentWanted)
	p := x.p
	p.set(newWish(p, wish{code: x.w.Referral.Code, referral: &x.w.Referral, before: last, wanted: x.w.Wanted}))
	p.shown.focus()
}

// lastOf is the last event of a kind; nil where there is none.
func lastOf(evs []referral.Event, k referral.Kind) *referral.Event {
	for i := len(evs) - 1; i >= 0; i-- {
		if evs[i].Kind == k {
			return &evs[i]
		}
	}
	return nil
}

// people are those who may go along, each with the reasons and how many they can
// take; who cannot now stands last, and says so.
func (x *waiting) people() fyne.CanvasObject {
	s := x.p.say
	col := widget.NewColumn(theme.Space8)
	x.cards = nil
	n := len(x.fits)
	if !x.all {
		n = min(n, mostFits)
	}
	for i := range x.fits[:n] {
		c := widget.NewCard(x.p.person(&x.fits[i]), func() { x.choose(i) })
		x.cards = append(x.cards, c)
		col.Add(c)
	}
	switch {
	case len(x.fits) == 0:
		col.Add(widget.NewPanel(widget.NewText(s.T("accompaniment.nobody"), widget.Style{Ink: widget.Quiet})))
	case n < len(x.fits):
		col.Add(widget.NewFlow(0, widget.NewPlainButton(s.N("accompaniment.more", len(x.fits)-n), func() {
			x.all = true
			x.p.again()
			widget.FocusOn(x.cards[n])
		})))
	}
	return col
}

func (x *waiting) choose(i int) {
	r := &x.w.Referral
	x.p.set(newPlan(x.p, r, x.w.Life, &x.fits[i], x.before))
	x.p.detail.ToTop()
	x.p.shown.focus()
}

// person is one who may go along, in words.
func (p *Page) person(f *along.Fit) fyne.CanvasObject {
	name := widget.NewText(f.Ambassador.Name, widget.Style{Bold: true, Size: theme.CardTitle})
	room, tone := p.room(f)
	head := fyne.CanvasObject(name)
	if room != "" {
		head = widget.NewSplitRow(theme.Space8, theme.Scaled(120), name, widget.NewTag(room, tone))
	}
	tags := widget.NewFlow(6)
	for _, against := range []bool{false, true} { // what speaks for them first
		for _, r := range f.Reasons {
			if r.Kind.Against() == against {
				tags.Add(widget.NewTag(p.reason(r), map[bool]widget.Tone{true: widget.ToneWaiting}[against]))
			}
		}
	}
	if len(tags.Objects) == 0 {
		return head
	}
	return widget.NewColumn(theme.Space4, head, tags)
}

// room says how many more they can take now, or why none.
func (p *Page) room(f *along.Fit) (string, widget.Tone) {
	s := p.say
	switch {
	case f.Paused && f.PausedTo != "":
		return s.T("accompaniment.paused_to", "day", s.ShortDay(f.PausedTo)), widget.ToneWaiting
	case f.Paused:
		return s.T("accompaniment.paused"), widget.ToneWaiting
	case f.Full:
		return s.T("accompaniment.full"), widget.ToneWaiting
	case f.Free != nil:
		return s.N("accompaniment.free", *f.Free), widget.ToneGood
	}
	return "", widget.TonePlain
}

// reason is a reason in words; it is true of the record, always.
func (p *Page) reason(r along.Reason) string {
	s := p.say
	var values []string
	for _, v := range r.Values {
		switch r.Kind {
		case along.Carries:
			if c := p.community(v); c != nil {
				v = c.Name
			}
		case along.Speaks:
			v = s.Label("language", v)
		case along.HasTime:
			v = s.Label("time", v)
		case along.FeelsAtHome:
			v = p.need(v)
		case along.Likes:
			v = s.T("wish." + v)
		case along.SameGender:
			v = s.T("accompaniment.gender_" + v)
		}
		values = append(values, v)
	}
	return s.T("accompaniment.reason."+string(r.Kind), "what", s.List(values))
}

// newElsewhere is a code that neither waits nor is agreed: it can be put on the list.
func newElsewhere(p *Page, code referral.Code) detail {
	x := wish{code: code}
	t, err := p.told(code)
	if err != nil {
		p.notice = p.failure(err)
	}
	if t.Referral.ID != "" {
		x.referral = &t.Referral
	}
	for i := range t.Life.Events {
		if w := t.Life.Events[i].Wanted; w != nil {
			x.wanted = *w
		}
	}
	return newWish(p, x)
}

// dayIn says whether a day is one that can be agreed for.
func dayIn(d, today directory.Day) bool { return d >= today && d <= today.AddDays(366) }
