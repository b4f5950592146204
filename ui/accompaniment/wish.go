package accompaniment

import (
	"errors"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// wish is the form of what matters for who goes along: lists and names of places
// alone, so that it points at nobody.
type wish struct {
	code     referral.Code      // "" asks for it
	referral *referral.Referral // nil where it is not known here
	before   *referral.Event    // the wish that this one takes the place of
	wanted   referral.Wanted
}

type wishForm struct {
	p     *Page
	w     wish
	code  *widget.PromptField
	area  *widget.Choice
	times *toggles
	langs *toggles
	needs *toggles
	sex   *widget.Segmented
	put   *widget.Button
}

// usualLanguages are offered where no ambassador speaks more.
var usualLanguages = []string{"da", "en", "ar", "uk"}

func newWish(p *Page, w wish) *wishForm {
	s := p.say
	x := &wishForm{p: p, w: w}
	if w.code == "" {
		x.code = widget.NewPromptField(s.T("accompaniment.code"))
		x.code.Entry.OnChanged = func(string) { x.problem("") }
		x.code.Entry.OnSubmitted = func(string) { x.submit() }
	}
	x.area = widget.NewChoice(x.areas(), w.wanted.Area, nil)
	x.times = newToggles(referral.Times, w.wanted.Times, func(v string) string { return s.Label("time", v) })
	langs := slices.Clone(usualLanguages)
	for _, l := range slices.Concat(p.snap.languages, w.wanted.Languages) {
		if !slices.Contains(langs, l) {
			langs = append(langs, l)
		}
	}
	x.langs = newToggles(langs, w.wanted.Languages, func(v string) string { return s.Label("language", v) })
	x.needs = newToggles(directory.Considerations, w.wanted.Considerations, p.need)
	x.sex = widget.NewSegmented([]widget.Option{
		{Value: "", Text: s.T("accompaniment.gender_any")},
		{Value: "female", Text: s.T("accompaniment.gender_female")},
		{Value: "male", Text: s.T("accompaniment.gender_male")},
	}, w.wanted.Gender, nil)
	text := s.T("accompaniment.put")
	if w.before != nil {
		text = s.T("accompaniment.keep")
	}
	x.put = widget.NewPrimaryButton(text, "⏎", x.submit)
	return x
}

// areas are those that ambassadors go in, and where the communities meet.
func (x *wishForm) areas() []widget.Option {
	list := slices.Clone(x.p.snap.areas)
	if x.w.referral != nil {
		list = append(list, x.p.areasOf(x.w.referral.Communities)...)
	}
	if x.w.wanted.Area != "" {
		list = append(list, x.w.wanted.Area)
	}
	out := []widget.Option{{Text: x.p.say.T("accompaniment.area_any")}}
	for _, a := range distinct(list) {
		out = append(out, widget.Option{Value: a, Text: a})
	}
	return out
}

func (x *wishForm) keep() bool     { return true }
func (x *wishForm) digit(int) bool { return false }

func (x *wishForm) focus() {
	if x.code != nil {
		widget.FocusOn(x.code.Entry)
		return
	}
	widget.FocusOn(x.area)
}

func (x *wishForm) problem(text string) {
	if x.code.Problem() != text {
		x.code.SetProblem(text)
		x.p.relayout()
	}
}

func (x *wishForm) build() []fyne.CanvasObject {
	p, s := x.p, x.p.say
	var parts []fyne.CanvasObject
	if x.code != nil {
		parts = append(parts, widget.NewText(s.T("accompaniment.add"), widget.Style{Bold: true, Size: theme.Heading}),
			widget.NewText(s.T("accompaniment.add_hint"), widget.Style{Ink: widget.Quiet}), x.code)
	} else {
		var to []string
		if x.w.referral != nil {
			to = x.w.referral.Communities
		}
		parts = append(parts, p.headOf(x.w.code, to)...)
		if x.w.before == nil {
			parts = append(parts, widget.NewText(s.T("accompaniment.not_on_list"), widget.Style{Ink: widget.Quiet}))
		}
	}
	parts = append(parts,
		widget.Labelled(s.T("accompaniment.area"), x.area),
		widget.Labelled(s.T("accompaniment.times"), x.times.flow),
		widget.Labelled(s.T("accompaniment.languages"), x.langs.flow),
		widget.Labelled(s.T("accompaniment.considerations"), x.needs.flow),
		widget.Labelled(s.T("accompaniment.gender"), x.sex),
		widget.NewText(s.T("accompaniment.nobody_in_it"), widget.Style{Ink: widget.Quiet, Size: theme.Small}),
		widget.NewFlow(theme.Space8, x.put, widget.NewQuietButton(s.T("accompaniment.cancel"), "", x.leave)))
	return []fyne.CanvasObject{widget.NewPanel(widget.NewColumn(theme.Space12, parts...))}
}

func (x *wishForm) leave() {
	if _, here := x.p.snap.places[x.w.code]; here {
		x.p.open(x.w.code)
	} else {
		x.p.list.Select(-1)
		x.p.showNothing()
	}
	widget.FocusOn(x.p.list)
}

// showAdd opens the form for any code.
func (p *Page) showAdd() {
	if p.snap == nil {
		return
	}
	p.code, p.notice = "", nil
	p.set(newWish(p, wish{}))
	p.mark()
	p.detail.ToTop()
	p.shown.focus()
}

// submit puts the code on the waiting list with its wishes.
func (x *wishForm) submit() {
	p, w := x.p, x.w
	if x.code != nil {
		code, err := referral.ParseCode(x.code.Entry.Text)
		if err != nil {
			reason := referral.ReasonLength
			var ce *referral.CodeError
			if errors.As(err, &ce) {
				reason = ce.Reason
			}
			x.problem(p.say.T("reasons." + reason))
			widget.FocusOn(x.code.Entry)
			return
		}
		w.code = code
		if at, here := p.snap.places[code]; here { // it is on the page already: shown, not put on again
			p.open(code)
			key := "accompaniment.is_agreed"
			if at.waits {
				key = "accompaniment.is_waiting"
			}
			p.notice = toneText(widget.ToneWaiting, p.say.T(key))
			p.again()
			return
		}
	}
	t, err := p.told(w.code)
	if err != nil {
		p.notice = p.failure(err)
		p.again()
		return
	}
	if t.Referral.ID != "" {
		w.referral = &t.Referral
	}
	e := referral.Event{Code: w.code, Kind: referral.AccompanimentWanted, On: p.today(), Wanted: x.value()}
	if w.referral != nil {
		e.Referral = w.referral.ID
		e.Late = referral.Allowed(t.Life, referral.AccompanimentWanted) != nil
	}
	if b := w.before; b != nil { // the wait goes on from the day it began
		e.Undoes, e.On, e.Late = b.ID, b.On, b.Late
	}
	p.record(e, func(e referral.Event, err error) {
		if err != nil {
			p.notice = p.failure(err)
			p.again()
			return
		}
		key := "accompaniment.put_done"
		switch {
		case w.before != nil:
			key = "accompaniment.keep_done"
		case w.referral == nil:
			key = "accompaniment.put_unknown"
		}
		p.notice = p.said(p.say.T(key), e)
		p.code = e.Code
		if w.referral == nil {
			p.set(&done{p})
			return
		}
		p.ask = e.Code
		p.reload()
	})
}

// value is what the form says.
func (x *wishForm) value() *referral.Wanted {
	w := x.w.wanted
	w.Area = strings.TrimSpace(x.area.Value())
	w.Times, w.Languages, w.Considerations, w.Gender = x.times.values(), x.langs.values(), x.needs.values(), x.sex.Value()
	return &w
}

// toggles is a choice of several among a few, all in sight.
type toggles struct {
	flow  *fyne.Container
	ids   []string
	chips []*widget.Chip
}

func newToggles(ids, on []string, words func(string) string) *toggles {
	t := &toggles{flow: widget.NewFlow(6), ids: ids}
	for _, id := range ids {
		state := widget.ChipOff
		if slices.Contains(on, id) {
			state = widget.ChipOn
		}
		c := widget.NewChip(words(id), state, nil)
		c.OnPress(func() {
			if c.State() == widget.ChipOn {
				c.Set(c.Text(), widget.ChipOff)
			} else {
				c.Set(c.Text(), widget.ChipOn)
			}
		})
		t.chips = append(t.chips, c)
		t.flow.Add(c)
	}
	return t
}

func (t *toggles) values() (out []string) {
	for i, c := range t.chips {
		if c.State() == widget.ChipOn {
			out = append(out, t.ids[i])
		}
	}
	return out
}
