package followup

import (
	"errors"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Page is the page "Opfølgning". All methods are called on the screen's goroutine.
type Page struct {
	d   Deps
	say *say.Speaker

	snap        *snapshot
	read        directory.Day // the day it was read for
	which       part
	rows        []row
	held        *held             // the row that something was just said of
	communities map[string]string // names, by id
	loading     bool
	stale       bool // something changed since it was read
	wanted      bool // somebody asked for what it holds
	cancel      func()

	box     *fyne.Container
	head    *fyne.Container // title and parts
	filters *widget.Segmented
	list    *widget.List
	empty   *fyne.Container
	code    *widget.PromptField
	many    *widget.Check // a pile of slips
	detail  *widget.Scroll
	inside  *fyne.Container // of detail
	card    *card
	pile    *pile
	refocus fyne.Focusable // what has focus was built anew: it gets it once laid out

	reported string // id of the suggestion that is shown
	settling bool   // one is being ended
}

// New makes the page. It reads nothing before it is shown or asked.
func New(d Deps) *Page {
	p := &Page{d: d, say: say.In(d.Lang), which: showDue, communities: map[string]string{}}
	p.filters = widget.NewSegmented([]widget.Option{
		{Value: string(showDue), Text: p.say.T("followup.show_due")},
		{Value: string(showAll), Text: p.say.T("followup.show_all")},
		{Value: string(showUnsent), Text: p.say.T("followup.show_unsent")},
		{Value: string(showReports), Text: p.say.T("followup.show_reports")},
	}, string(showDue), p.filter)
	p.head = widget.NewColumn(theme.Space12,
		widget.NewText(p.say.T("followup.title"), widget.Style{Size: theme.Page, Bold: true}), p.filters)
	p.newList()
	p.empty = widget.NewColumn(theme.Space8)
	p.newCodeField()
	p.pile = newPile(p)
	p.many = widget.NewCheck(p.say.T("followup.many"), false, p.pile.toggle).Small()
	p.inside = widget.NewColumn(theme.Space12)
	p.detail = widget.NewScroll(p.inside)
	p.showNothing()
	p.box = container.New(&sides{p}, p.head, p.list, p.empty, p.code, p.many, p.detail)
	p.cancel = d.Store.Subscribe(func(c localdb.Change) {
		switch c.Kind {
		case "referral", "event", "suggestion", "community", "ambassador", "session", "card", "import", "view":
			d.Post(func() { p.changed(c) })
		}
	})
	return p
}

// Title is what the page is called.
func (p *Page) Title() string { return p.say.T("followup.title") }

// Content is the page itself.
func (p *Page) Content() fyne.CanvasObject { return p.box }

// Close ends the page's interest in changes, and closes what is open.
func (p *Page) Close() {
	p.cancel()
	p.hideCard()
}

// Focus goes to the code that came back: that is what one comes here with.
func (p *Page) Focus() { p.focusCode() }

// FocusSearch is the same: codes are what is looked for here.
func (p *Page) FocusSearch() { p.Focus() }

// Badge says how many are due today or late; empty is none, or not read yet. Asked
// for the first time, it begins to read.
func (p *Page) Badge() string {
	if !p.wanted {
		p.Refresh()
	}
	if p.snap == nil || p.snap.due == 0 {
		return ""
	}
	return strconv.Itoa(p.snap.due)
}

// Refresh reads what the page shows, the first time it comes into view, after
// changes and on another day. An opened contact card is closed: whoever comes back
// may be somebody else.
func (p *Page) Refresh() {
	p.wanted = true
	p.hideCard()
	if p.snap == nil || p.stale || p.read != p.today() {
		p.reload()
	}
}

// Show shows one code, as after a press on another page.
func (p *Page) Show(code referral.Code) {
	p.lookUp(string(code))
}

func (p *Page) today() directory.Day { return directory.DayOf(p.d.Now()) }

// changed is told of a change. Before anybody asked there is nothing to keep up to
// date.
func (p *Page) changed(c localdb.Change) {
	p.stale = true
	switch c.Kind {
	case "community", "import", "view":
		clear(p.communities)
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
				if errors.Is(err, localdb.ErrLease) {
					p.forget()
				}
				p.tell(widget.ToneTrouble, p.unread(err))
				return
			}
			due := -1
			if p.snap != nil {
				due = p.snap.due
			}
			p.snap, p.read = s, today
			p.fill()
			if p.d.Counted != nil && due != s.due {
				p.d.Counted()
			}
			if p.stale {
				p.reload()
			}
		})
	}()
}

// forget takes what was read out of sight: this PC may not show it any more.
func (p *Page) forget() {
	p.showNothing()
	p.snap, p.rows, p.held = nil, nil, nil
	p.list.Reload(-1)
	show(p.list, false)
}

// unread says why nothing can be read.
func (p *Page) unread(err error) string {
	if key := localdb.MessageKey(err); key != "store.unexpected" && p.say.Has(key) {
		return p.say.T(key)
	}
	return p.say.T("followup.load_failed")
}

// held is a row that stays where it stood although something was said of it, until
// another is chosen: whoever works through the list keeps their place.
type held struct {
	code    referral.Code
	at      int
	heading string
}

// hold keeps the chosen row in its place.
func (p *Page) hold() {
	at := p.list.Selected()
	code := p.codeAt(at)
	if code == "" || p.which != showDue || p.card == nil || p.card.told.Referral.Code != code {
		return
	}
	h := &held{code: code, at: at}
	for i := at; i >= 0; i-- {
		if p.rows[i].heading != "" {
			h.heading = p.rows[i].heading
			break
		}
	}
	p.held = h
}

// put gives the rows with the held one where it stood.
func (h *held) put(x *snapshot, rows []row) []row {
	life, ok := x.byCode[h.code]
	if !ok {
		return rows
	}
	rows = slices.DeleteFunc(rows, func(r row) bool { return r.life == life })
	at := min(h.at, len(rows))
	mine := row{task: -1, life: life, report: -1}
	if i, ok := x.taskOf[h.code]; ok {
		mine.task = i
	}
	if slices.ContainsFunc(rows, func(r row) bool { return r.heading == h.heading }) {
		return withoutBare(slices.Insert(rows, at, mine))
	}
	return withoutBare(slices.Insert(rows, max(at-1, 0), heading(h.heading), mine))
}

// withoutBare drops the headings that nothing stands under: the held row was the only
// one in the group it went to.
func withoutBare(rows []row) []row {
	out := rows[:0]
	for i, r := range rows {
		if r.heading == "" || i+1 < len(rows) && rows[i+1].heading == "" {
			out = append(out, r)
		}
	}
	return out
}

// fill shows the snapshot, and keeps what was chosen and scrolled to.
func (p *Page) fill() {
	p.rows = p.snap.rows(p.which, p.today())
	if p.held != nil && p.which == showDue {
		p.rows = p.held.put(p.snap, p.rows)
	}
	at := p.chosen()
	p.list.Renew(at)
	if g := p.reportAt(at); g != nil {
		p.showReport(g)
	} else if p.reported != "" {
		p.showNothing()
	}
	p.fillEmpty()
	if p.card != nil {
		p.card.refresh()
	}
	p.relayout()
}

// chosen is the row of what is shown on the right; -1 is none.
func (p *Page) chosen() int {
	for i, r := range p.rows {
		if r.life >= 0 && p.card != nil && p.snap.lives[r.life].Referral.Code == p.card.told.Referral.Code ||
			r.report >= 0 && p.snap.suggestions[r.report].ID == p.reported {
			return i
		}
	}
	return -1
}

// fillEmpty says what the list would hold, where it holds nothing.
func (p *Page) fillEmpty() {
	show(p.list, len(p.rows) > 0)
	show(p.empty, len(p.rows) == 0)
	key := "followup.empty_" + string(p.which)
	if p.which == showReports && p.mayEdit() {
		key = "followup.empty_reported"
	}
	p.empty.Objects = []fyne.CanvasObject{widget.NewPanel(widget.NewColumn(theme.Space8,
		widget.NewText(p.say.T(key), widget.Style{Bold: true, Size: theme.CardTitle}),
		widget.NewText(p.say.T(key+"_hint"), widget.Style{Ink: widget.Quiet})))}
}

func (p *Page) filter(value string) {
	p.which, p.held = part(value), nil
	if p.snap != nil {
		p.list.Reload(-1)
		p.fill()
	}
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
	if f := p.refocus; f != nil {
		p.refocus = nil
		widget.FocusOn(f)
	}
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

// sides lays the page: heading and list on the left, code and detail on the right
// (design/followup.png).
type sides struct{ p *Page }

func rightWidth(width float32) float32 { return min(theme.Scaled(420), max(width*0.4, 300)) }

func (l *sides) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(640, 400) }

func (l *sides) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	p := l.p
	edge, gap := theme.Space24-theme.Space4, theme.Space16
	rw := rightWidth(s.Width)
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
	rx, y := s.Width-rw-edge, edge
	for _, o := range []fyne.CanvasObject{p.code, p.many} {
		h := widget.HeightFor(o, rw)
		put(o, rx, y, rw, h)
		y += h + theme.Space8
	}
	put(p.detail, rx, y, rw+listEdge, s.Height-y-theme.Space8)
}

// listEdge is what lists and scrolling parts keep free for their bar.
const listEdge float32 = 8
