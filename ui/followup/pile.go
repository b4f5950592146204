package followup

import (
	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// pile is a pile of slips: codes typed in a row, each recorded as the one thing that
// the pile says. It keeps what was said here, slip by slip, for as long as the page
// lives, so that a slip of the finger can be taken back.
type pile struct {
	p       *Page
	on      bool
	kind    referral.Kind
	choice  *widget.Segmented
	when    *when
	entries []*entry // the newest first
	begun   *begun   // the last answer, where a digit gave it
}

// entry is one code that something was said of here.
type entry struct {
	code  referral.Code
	kind  referral.Kind
	on    directory.Day
	event string // its id
	known bool
	state entryState
}

type entryState int

const (
	entryKept    entryState = iota
	entryAlready            // it stood there before: nothing was recorded
	entryUndone
	entryFailed
)

// mostListed bounds the list in sight; what was typed before stays recorded.
const mostListed = 60

// pileKinds is what a pile of slips can say.
var pileKinds = []referral.Kind{referral.Welcomed, referral.StillComing, referral.CarriedOut, referral.NoRoom}

func newPile(p *Page) *pile {
	x := &pile{p: p, kind: referral.Welcomed}
	options := make([]widget.Option, len(pileKinds))
	for i, k := range pileKinds {
		options[i] = widget.Option{Value: string(k), Text: p.say.Label("event", string(k))}
	}
	x.choice = widget.NewSegmented(options, string(x.kind), func(v string) { x.kind = referral.Kind(v) })
	x.when = newWhen(p.say, p.today, p.relayout)
	return x
}

func (x *pile) toggle(on bool) {
	x.on = on
	x.p.held = nil
	x.p.list.Select(-1)
	x.p.codeProblem("")
	x.p.showNothing()
	x.p.detail.ToTop()
	x.p.relayout()
	x.p.focusCode()
}

// show puts the pile on the right side.
func (x *pile) show() {
	s := x.p.say
	x.p.inside.Objects = []fyne.CanvasObject{widget.NewPanel(widget.NewColumn(theme.Space12,
		widget.NewText(s.T("followup.pile"), widget.Style{Bold: true, Size: theme.CardTitle}),
		widget.NewText(s.T("followup.pile_hint"), widget.Style{Ink: widget.Quiet}),
		widget.Labelled(s.T("followup.pile_says"), x.choice),
		x.when.content))}
	if len(x.entries) > 0 {
		x.p.inside.Add(x.list())
	}
}

// list is what was said here, the newest first, each with a way to take it back.
func (x *pile) list() fyne.CanvasObject {
	s := x.p.say
	n, unknown := 0, 0
	for _, e := range x.entries {
		if e.state == entryKept {
			n++
			if !e.known {
				unknown++
			}
		}
	}
	head := s.N("followup.typed", n)
	if unknown > 0 {
		head += " · " + s.N("followup.typed_unknown", unknown)
	}
	rows := widget.NewColumn(theme.Space8, widget.NewText(head, widget.Style{Bold: true}))
	for _, e := range x.entries[:min(len(x.entries), mostListed)] {
		rows.Add(x.line(e))
	}
	return widget.NewPanel(rows)
}

func (x *pile) line(e *entry) fyne.CanvasObject {
	s := x.p.say
	text := s.T("followup.typed_line", "outcome", s.Label("event", string(e.kind)), "day", x.p.dayWords(e.on))
	switch {
	case e.state == entryAlready:
		text = s.T("followup.typed_already", "outcome", s.Label("event", string(e.kind)))
	case e.state == entryUndone:
		text = s.T("followup.typed_undone")
	case e.state == entryFailed:
		text = s.T("followup.typed_failed")
	case !e.known:
		text += " · " + s.T("followup.typed_elsewhere")
	}
	words := widget.NewColumn(0, widget.NewText(spaced(e.code), widget.Style{Bold: true}),
		widget.NewText(text, widget.Style{Ink: widget.Quiet, Size: theme.Quiet}))
	if e.state != entryKept {
		return words
	}
	return widget.NewSplitRow(theme.Space8, theme.Scaled(150), words, widget.NewPlainButton(s.T("followup.undo"), func() {
		x.p.undo(e, func(error) { x.again(); x.p.focusCode() })
	}))
}

// again shows the list as it is now, where it is in sight.
func (x *pile) again() {
	if x.p.card == nil && x.p.reported == "" {
		x.p.showNothing()
		x.p.relayout()
	}
}

// add notes what was said.
func (x *pile) add(e entry) *entry {
	x.entries = append([]*entry{&e}, x.entries...)
	return &e
}

// take records one slip of the pile. One that says what stands there already, as when
// a slip is typed twice, is not recorded again.
func (x *pile) take(code referral.Code) {
	p := x.p
	told, _, err := p.snap.refresh(p.d.Store, code, p.today())
	if err != nil {
		p.tell(widget.ToneTrouble, p.say.T("followup.load_failed"))
		return
	}
	day, ok := x.when.read(told.Referral.At)
	if !ok {
		p.relayout()
		return
	}
	p.code.Entry.Wipe()
	known := told.Referral.ID != ""
	e := entry{code: code, kind: x.kind, on: day, known: known}
	if x.stands(&told, x.kind, day) {
		e.state = entryAlready
		x.add(e)
		x.again()
		return
	}
	ev, err := p.newEvent(&told, x.kind, day)
	if err != nil {
		e.state = entryFailed
		x.add(e)
		x.again()
		return
	}
	e.event = ev.ID
	kept := x.add(e) // noted at once: the next slip may be the same
	x.again()
	store := p.d.Store
	go func() {
		if err := store.RecordEvent(ev); err != nil {
			p.d.Post(func() {
				kept.state = entryFailed
				x.again()
				p.codeProblem(p.failure(err))
			})
		}
	}()
}

// stands says whether a life says so already: as its last word, or from this pile.
func (x *pile) stands(t *referral.Told, k referral.Kind, day directory.Day) bool {
	for _, e := range x.entries {
		if e.code == t.Referral.Code && e.kind == k && e.on == day && e.state == entryKept {
			return true
		}
	}
	evs := append(t.Life.Events[:len(t.Life.Events):len(t.Life.Events)], t.Life.Odd...)
	for i := range evs {
		if evs[i].Kind == k && evs[i].On == day {
			return true
		}
	}
	return k != referral.StillComing && k != referral.CarriedOut && t.Life.State == referral.State(k)
}

// undo takes one back: by a further event, because nothing that was said is deleted.
func (p *Page) undo(x *entry, then func(error)) {
	if x.state != entryKept {
		return
	}
	told, _, err := p.snap.refresh(p.d.Store, x.code, p.today())
	if err != nil {
		then(err)
		return
	}
	e, err := p.newEvent(&told, referral.Unknown, x.on)
	if err != nil {
		then(err)
		return
	}
	e.Undoes, e.Late = x.event, false
	store := p.d.Store
	go func() {
		err := store.RecordEvent(e)
		p.d.Post(func() {
			if err == nil {
				x.state = entryUndone
			}
			then(err)
		})
	}()
}
