package accompaniment

import (
	"errors"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Page is the page "Følgeskab". All methods are called on the screen's goroutine.
type Page struct {
	d   Deps
	say *say.Speaker

	snap        *snapshot
	read        directory.Day
	rows        []row
	communities map[string]*directory.Community // read for what is in sight; nil where it is gone
	loading     bool
	stale       bool
	wanted      bool // somebody asked for what it holds
	ask         referral.Code
	cancel      func()

	box    *fyne.Container
	head   *fyne.Container
	list   *widget.List
	empty  *fyne.Container
	detail *widget.Scroll
	inside *fyne.Container
	code   referral.Code // what is shown
	shown  detail
	notice fyne.CanvasObject // about the code that is shown
	busy   bool
}

// detail is one of the things that the right side can show.
type detail interface {
	build() []fyne.CanvasObject
	focus()
	digit(n int) bool // true where the number stands for something
	keep() bool       // something typed would be lost if it were built anew
}

// New makes the page. It reads nothing before it is shown or asked.
func New(d Deps) *Page {
	p := &Page{d: d, say: say.In(d.Lang), communities: map[string]*directory.Community{}}
	title := widget.NewText(p.say.T("accompaniment.title"), widget.Style{Size: theme.Page, Bold: true})
	p.head = widget.NewColumn(theme.Space4,
		widget.NewSplitRow(theme.Space12, theme.Scaled(160), title, widget.NewQuietButton(p.say.T("accompaniment.add"), "", p.showAdd)),
		widget.NewText(p.say.T("accompaniment.lead"), widget.Style{Ink: widget.Quiet, Size: theme.Quiet}))
	p.newList()
	p.empty = widget.NewColumn(0, widget.NewPanel(widget.NewColumn(theme.Space8,
		widget.NewText(p.say.T("accompaniment.empty"), widget.Style{Bold: true, Size: theme.CardTitle}),
		widget.NewText(p.say.T("accompaniment.empty_hint"), widget.Style{Ink: widget.Quiet}))))
	p.inside = widget.NewColumn(theme.Space12)
	p.detail = widget.NewScroll(p.inside)
	p.showNothing()
	p.box = container.New(&sides{p}, p.head, p.list, p.empty, p.detail)
	p.cancel = d.Store.Subscribe(func(c localdb.Change) {
		switch c.Kind {
		case "referral", "event", "community", "ambassador", "card", "import", "view":
			d.Post(func() { p.changed(c) })
		}
	})
	return p
}

// Title is what the page is called.
func (p *Page) Title() string { return p.say.T("accompaniment.title") }

// Content is the page itself.
func (p *Page) Content() fyne.CanvasObject { return p.box }

// Close ends the page's interest in changes.
func (p *Page) Close() { p.cancel() }

// Focus goes to the list, or where there is none to the way of adding a code.
func (p *Page) Focus() {
	if len(p.rows) > 0 {
		widget.FocusOn(p.list)
	} else if p.shown != nil {
		p.shown.focus()
	}
}

// Badge says how many wait for somebody to go along; empty is none, or not read yet.
// Asked for the first time, it begins to read.
func (p *Page) Badge() string {
	if !p.wanted {
		p.Refresh()
	}
	if p.snap == nil || p.snap.toFind(p.read) == 0 {
		return ""
	}
	return strconv.Itoa(p.snap.toFind(p.read))
}

// Refresh reads what the page shows, the first time it comes into view, after
// changes and on another day.
func (p *Page) Refresh() {
	p.wanted = true
	if p.snap == nil || p.stale || p.read != p.today() {
		p.reload()
	}
}

// Show shows one code, as after a press on another page: where it waits or is agreed,
// else so that it can be put on the list.
func (p *Page) Show(code referral.Code) {
	p.wanted = true
	if p.snap == nil || p.loading || p.stale {
		p.ask = code
		p.reload()
		return
	}
	p.open(code)
	if p.shown != nil {
		p.shown.focus()
	}
}

func (p *Page) today() directory.Day { return directory.DayOf(p.d.Now()) }

func (p *Page) changed(c localdb.Change) {
	p.stale = true
	switch c.Kind {
	case "community", "import", "view":
		clear(p.communities)
	case "ambassador":
		p.notice = nil // it may name somebody who was just erased
	}
	if p.wanted {
		p.reload()
	}
}

// reload reads away from the screen and swaps in what was read.
func (p *Page) reload() {
	if p.loading {
		return // stale says that it is read again
	}
	p.loading, p.stale = true, false
	store, today := p.d.Store, p.today()
	go func() {
		s, err := load(store, today)
		p.d.Post(func() {
			p.loading = false
			if err != nil {
				if errors.Is(err, localdb.ErrLease) { // this PC may not show it any more
					p.showNothing()
					p.snap, p.rows = nil, nil
					p.list.Reload(-1)
					show(p.list, false)
				}
				text := p.say.T("accompaniment.load_failed")
				if key := localdb.MessageKey(err); key != "store.unexpected" && p.say.Has(key) {
					text = p.say.T(key)
				}
				p.tell(text)
				return
			}
			before := -1
			if p.snap != nil {
				before = p.snap.toFind(p.read)
			}
			p.snap, p.read = s, today
			p.fill()
			if p.d.Counted != nil && before != len(s.queue) {
				p.d.Counted()
			}
			if p.stale {
				p.reload()
			}
		})
	}()
}

// fill shows the snapshot, and keeps what was chosen, typed and scrolled to.
func (p *Page) fill() {
	p.rows = p.snap.rows(p.today())
	p.list.Renew(p.rowOf(p.code))
	p.mark()
	show(p.list, len(p.rows) > 0)
	show(p.empty, len(p.rows) == 0)
	if ask := p.ask; ask != "" {
		p.ask = ""
		p.open(ask)
		if p.shown != nil {
			p.shown.focus()
		}
	} else if p.code != "" && !p.shown.keep() {
		at := p.stands()
		p.open(p.code)
		p.relayout()
		p.standAgain(at)
		return
	}
	p.relayout()
}

// stands is where focus is on the right side: the place among those who can go along,
// 0 for what can be said of an agreement, -1 where it is elsewhere.
func (p *Page) stands() int {
	cv := fyne.CurrentApp().Driver().CanvasForObject(p.box)
	if cv == nil || cv.Focused() == nil {
		return -1
	}
	switch x := p.shown.(type) {
	case *waiting:
		return slices.IndexFunc(x.cards, func(c *widget.Card) bool { return cv.Focused() == fyne.Focusable(c) })
	case *agreed:
		if cv.Focused() == fyne.Focusable(x.keys) {
			return 0
		}
	}
	return -1
}

// standAgain brings focus back to where it was, once that was built anew: else keys
// would go to what is in sight no more.
func (p *Page) standAgain(at int) {
	if at < 0 {
		return
	}
	if x, ok := p.shown.(*waiting); ok && at < len(x.cards) {
		widget.FocusOn(x.cards[at])
		return
	}
	p.shown.focus()
}

// mark lets some row be the chosen one while a form is open that belongs to none:
// else the list would choose its first when Tab comes by, and the form were gone.
func (p *Page) mark() {
	if p.shown.keep() && p.list.Selected() < 0 && len(p.rows) > 1 {
		p.list.Select(1)
	}
}

// open shows a code as it stands. A notice about it stays.
func (p *Page) open(code referral.Code) {
	if p.code != code {
		p.notice = nil
	}
	p.code = code
	switch at, here := p.snap.places[code]; {
	case here && at.waits:
		p.set(newWaiting(p, &p.snap.queue[at.at]))
	case here:
		p.set(newAgreed(p, &p.snap.agreed[at.at]))
	default:
		p.set(newElsewhere(p, code))
	}
	if p.list.Selected() != p.rowOf(code) {
		p.list.Select(p.rowOf(code))
	}
	p.mark()
}

// set puts something on the right side.
func (p *Page) set(d detail) {
	p.shown = d
	p.again()
}

// again builds the right side anew.
func (p *Page) again() {
	parts := p.shown.build()
	if p.notice != nil {
		parts = append([]fyne.CanvasObject{p.notice}, parts...)
	}
	p.inside.Objects = parts
	p.relayout()
}

func (p *Page) showNothing() {
	p.code, p.notice = "", nil
	p.shown = &nothing{p}
	p.again()
}

// nothing says what the right side is for.
type nothing struct{ p *Page }

func (n *nothing) focus()         {}
func (n *nothing) digit(int) bool { return false }
func (n *nothing) keep() bool     { return false }
func (n *nothing) build() []fyne.CanvasObject {
	return []fyne.CanvasObject{widget.NewPanel(widget.NewColumn(theme.Space8,
		widget.NewText(n.p.say.T("accompaniment.pick"), widget.Style{Bold: true, Size: theme.CardTitle}),
		widget.NewText(n.p.say.T("accompaniment.pick_hint"), widget.Style{Ink: widget.Quiet})))}
}

// tell says that something went wrong, about no single code.
func (p *Page) tell(text string) {
	p.showNothing()
	p.inside.Objects = []fyne.CanvasObject{toneText(widget.ToneTrouble, text)}
	p.relayout()
}

// record keeps an event: away from the screen, because it is on the disk before it
// counts. then is called on the screen's goroutine.
func (p *Page) record(e referral.Event, then func(referral.Event, error)) {
	if p.busy {
		return
	}
	id, err := uuid.NewV7FromReader(p.d.Rand)
	if err != nil {
		then(e, err)
		return
	}
	e.ID = id.String()
	p.busy = true
	store := p.d.Store
	go func() {
		err := store.RecordEvent(e)
		p.d.Post(func() {
			p.busy = false
			then(e, err)
		})
	}()
}

// failure is what is said where something could not be kept.
func (p *Page) failure(err error) fyne.CanvasObject {
	text := p.say.T("accompaniment.failed")
	if key := localdb.MessageKey(err); p.say.Has(key) && key != "store.refused" && key != "store.unexpected" {
		text = p.say.T(key)
	}
	return toneText(widget.ToneTrouble, text)
}

// said says what was kept, with a way to take it back: by a further event, because
// nothing that was said is deleted.
func (p *Page) said(text string, e referral.Event) fyne.CanvasObject {
	back := referral.Event{Code: e.Code, Referral: e.Referral, Kind: referral.Unknown, On: e.On, Undoes: e.ID}
	return widget.NewTonePanel(widget.ToneGood, widget.NewColumn(theme.Space4,
		widget.NewText(text, widget.Style{Ink: widget.OnTint}),
		widget.NewFlow(0, widget.NewPlainButton(p.say.T("followup.undo"), func() {
			p.record(back, func(_ referral.Event, err error) {
				if err != nil {
					p.notice = p.failure(err)
				} else {
					p.notice = toneText(widget.ToneWaiting, p.say.T("followup.taken_back"))
				}
				p.ask = e.Code
				p.reload()
			})
		}))))
}

// community gives a community as the directory has it now; nil where it has none.
func (p *Page) community(id string) *directory.Community {
	c, ok := p.communities[id]
	if !ok {
		var err error
		if c, err = p.d.Store.Community(id); err != nil {
			c = nil
		}
		p.communities[id] = c
	}
	return c
}

// relayout lays out anew what depends on the height of its content.
func (p *Page) relayout() {
	if p.box != nil && p.box.Layout != nil && p.box.Size().Width > 0 {
		p.box.Layout.Layout(p.box.Objects, p.box.Size())
		widget.Relayout(p.head)
		widget.Relayout(p.empty)
		p.detail.Relayout()
		p.box.Refresh()
	}
}

func toneText(tone widget.Tone, text string) fyne.CanvasObject {
	ink := map[widget.Tone]widget.Ink{widget.ToneGood: widget.OnTint, widget.ToneWaiting: widget.OnWaiting, widget.ToneTrouble: widget.OnTrouble}[tone]
	return widget.NewTonePanel(tone, widget.NewText(text, widget.Style{Ink: ink}))
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

// sides lays the page: heading and list on the left, what is chosen on the right. The
// right side is the wider one here: people are chosen in it.
type sides struct{ p *Page }

func (l *sides) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(640, 400) }

func (l *sides) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	p := l.p
	edge, gap := theme.Space24-theme.Space4, theme.Space16
	rw := min(theme.Scaled(500), s.Width*0.5)
	lw := s.Width - rw - gap - 2*edge
	put := func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, max(h, 0)))
	}
	hh := widget.HeightFor(p.head, lw)
	put(p.head, edge, edge, lw, hh)
	top := edge + hh + theme.Space12
	put(p.list, edge, top, lw+listEdge, s.Height-top-theme.Space8)
	put(p.empty, edge, top, lw, s.Height-top-theme.Space8)
	put(p.detail, s.Width-rw-edge, edge, rw+listEdge, s.Height-edge-theme.Space8)
}

// listEdge is what lists and scrolling parts keep free for their bar.
const listEdge float32 = 8
