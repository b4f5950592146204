package waiting

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Page is the page "Vejvisninger". All methods are called on the screen's goroutine.
type Page struct {
	d   Deps
	say *say.Speaker

	snap    *snapshot
	which   part
	rows    []row
	lives   map[referral.Code]*life // read for the rows that were seen
	loading bool
	stale   bool // something changed since it was read
	seen    bool // it came into view once
	cancel  func()

	box     *fyne.Container
	head    *fyne.Container // title, lead, figures, filters
	figures *fyne.Container
	filters *widget.Segmented
	narrow  bool
	list    *widget.List
	empty   *fyne.Container
	code    *widget.Field
	detail  *widget.Scroll
	inside  *fyne.Container // of detail
	card    *card

	reported string // id of the suggestion that is shown
	settling bool   // one is being ended
}

// New makes the page. It reads nothing before it is shown.
func New(d Deps) *Page {
	p := &Page{d: d, say: say.In(d.Lang), lives: map[referral.Code]*life{}}
	p.figures = widget.NewColumn(0)
	p.filters = widget.NewSegmented([]widget.Option{
		{Value: "all", Text: p.say.T("waiting.show_all")},
		{Value: "waiting", Text: p.say.T("waiting.show_waiting")},
		{Value: "suggestions", Text: p.say.T("waiting.show_suggestions")},
	}, "all", p.filter)
	p.head = widget.NewColumn(theme.Space12,
		widget.NewColumn(theme.Space4,
			widget.NewText(p.say.T("waiting.title"), widget.Style{Size: theme.Page, Bold: true}),
			widget.NewText(p.say.T("waiting.lead"), widget.Style{Ink: widget.Quiet})),
		p.figures, p.filters)
	p.list = widget.NewList(func() int { return len(p.rows) }, p.rowHeight, p.makeRow, p.bindRow)
	p.list.OnSelect = p.selected
	p.list.OnKey = p.listKey
	p.list.OnChoose = p.choose
	p.empty = widget.NewColumn(theme.Space8)
	p.newCodeField()
	p.inside = widget.NewColumn(theme.Space12)
	p.detail = widget.NewScroll(p.inside)
	p.showNothing()
	p.box = container.New(&sides{p}, p.head, p.list, p.empty, p.code, p.detail)
	p.cancel = d.Store.Subscribe(func(c localdb.Change) {
		switch c.Kind {
		case "referral", "event", "suggestion", "community", "import", "view":
			d.Post(p.changed)
		}
	})
	return p
}

// choose is Enter or Space on a row: on to what happened, or to the community
// that was reported.
func (p *Page) choose(i int) {
	if g := p.rows[i].suggestion; g == nil {
		p.focusOutcomes()
	} else if _, c := p.stateOf(g); c != nil && p.mayEdit() {
		p.d.Edit(g.Community)
	}
}

// Title is what the page is called.
func (p *Page) Title() string { return p.say.T("waiting.title") }

// Content is the page itself.
func (p *Page) Content() fyne.CanvasObject { return p.box }

// Close ends the page's interest in changes.
func (p *Page) Close() { p.cancel() }

// Focus goes to the code that came back: that is what one comes here with.
func (p *Page) Focus() { widget.FocusOn(p.code.Entry) }

// FocusSearch is the same: codes are what is looked for here.
func (p *Page) FocusSearch() { p.Focus() }

// Refresh reads what the page shows, the first time it comes into view and
// after changes.
func (p *Page) Refresh() {
	p.seen = true
	if p.snap == nil || p.stale {
		p.reload()
	}
}

func (p *Page) today() directory.Day { return directory.DayOf(p.d.Now()) }

// changed is told of a change. Before the page was seen there is nothing to keep
// up to date.
func (p *Page) changed() {
	p.stale = true
	if p.seen {
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
				p.tell(widget.ToneTrouble, p.say.T("waiting.load_failed"))
				return
			}
			p.snap = s
			clear(p.lives)
			p.fill()
			if p.stale {
				p.reload()
			}
		})
	}()
}

// fill shows the snapshot, and keeps what was chosen.
func (p *Page) fill() {
	code := referral.Code("")
	if p.card != nil {
		code = p.card.life.code
	}
	p.rows = p.snap.rows(p.which, p.today())
	at := -1
	for i, r := range p.rows {
		if r.referral != nil && r.referral.Code == code || r.suggestion != nil && r.suggestion.ID == p.reported {
			at = i
		}
	}
	p.list.Reload(at)
	if at >= 0 && p.rows[at].suggestion != nil {
		p.showSuggestion(p.rows[at])
	}
	p.fillFigures()
	p.fillEmpty()
	if p.card != nil {
		p.card.refresh()
	}
	p.relayout()
}

func (p *Page) fillFigures() {
	list := p.snap.figures.words(p.say, p.today())
	p.figures.Objects = []fyne.CanvasObject{newFigures(list, p.narrow)}
}

// fitFigures chooses between panels and lines by the room there is.
func (p *Page) fitFigures(width float32) {
	narrow := width/3 < theme.Text(170)
	if narrow != p.narrow && p.snap != nil {
		p.narrow = narrow
		p.fillFigures()
	}
	p.narrow = narrow
}

// fillEmpty says what the list would hold, where it holds nothing.
func (p *Page) fillEmpty() {
	show(p.list, len(p.rows) > 0)
	show(p.empty, len(p.rows) == 0)
	var key string
	switch p.which {
	case showAll:
		key = "waiting.empty"
	case showWaiting:
		key = "waiting.empty_waiting"
	case showSuggestions:
		key = "waiting.empty_suggestions"
		if p.mayEdit() {
			key = "waiting.empty_reported"
		}
	}
	p.empty.Objects = []fyne.CanvasObject{widget.NewPanel(widget.NewColumn(theme.Space8,
		widget.NewText(p.say.T(key), widget.Style{Bold: true, Size: theme.CardTitle}),
		widget.NewText(p.say.T(key+"_hint"), widget.Style{Ink: widget.Quiet})))}
}

func (p *Page) filter(value string) {
	p.which = map[string]part{"waiting": showWaiting, "suggestions": showSuggestions}[value]
	if p.snap != nil {
		p.fill()
	}
}

// relayout lays out anew what depends on the height of its content.
func (p *Page) relayout() {
	if p.box.Layout != nil && p.box.Size().Width > 0 {
		p.box.Layout.Layout(p.box.Objects, p.box.Size())
		widget.Relayout(p.head)
		widget.Relayout(p.empty)
		p.detail.Relayout()
		p.box.Refresh()
	}
}
