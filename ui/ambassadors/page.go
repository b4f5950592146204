package ambassadors

import (
	"errors"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/form"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/shell"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// The parts of the page.
const (
	people   = "people"
	meetings = "meetings"
)

// Page is the page "Ambassadører". All methods are called on the screen's goroutine.
type Page struct {
	d   Deps
	say *say.Speaker

	roll    *roll
	part    string
	which   filter
	found   []int // indices of roll.people or roll.meetings that are shown
	loading bool
	trouble string        // why nothing could be read, in words
	day     directory.Day // of what was read
	stale   bool
	seen    bool
	may     bool
	hub     bool // the PC has one
	busy    bool
	creates bool // the button that makes a new one stands above
	cancel  func()

	title   *widget.Text
	parts   *widget.Segmented
	create  *widget.Button
	search  *widget.SearchField
	filters *fyne.Container
	chips   []*widget.Chip
	list    *widget.List
	empty   *widget.EmptyState
	begin   *widget.Button // in empty
	detail  *widget.Scroll
	inside  *fyne.Container
	acts    *fyne.Container
	right   *fyne.Container
	over    *fyne.Container
	root    *fyne.Container

	shown  string // id of what the detail shows; "" is none
	want   string // id that is to be chosen once the list has it
	said   fyne.CanvasObject
	form   *sheet
	places []string // areas of the directory; nil is not read
	asking *widget.Popup
}

// New makes the page. It reads nothing before it comes into view.
func New(d Deps) *Page {
	p := &Page{d: d, say: say.In(d.Lang), part: people}
	t := p.t
	p.title = widget.NewText(t("title"), widget.Style{Size: theme.Page, Bold: true})
	p.parts = widget.NewSegmented([]widget.Option{{Value: people, Text: t("part_people")}, {Value: meetings, Text: t("part_meetings")}}, people, p.show)
	p.create = widget.NewQuietButton(t("new"), "", p.addNew)
	p.search = widget.NewSearchField(t("search"), "Ctrl K")
	p.search.Entry.OnChanged = func(string) { p.find() }
	p.search.Entry.OnKey = func(e *fyne.KeyEvent) bool {
		switch e.Name {
		case fyne.KeyDown, fyne.KeyUp, fyne.KeyPageDown, fyne.KeyPageUp:
			return p.list.MoveBy(e.Name)
		}
		return false
	}
	p.filters = widget.NewFlow(6)
	for _, f := range filters {
		c := widget.NewChip("", widget.ChipOff, func() { p.which = f; p.find() })
		p.chips = append(p.chips, c)
		p.filters.Add(c)
	}
	p.list = widget.NewList(func() int { return len(p.found) }, func(_ int, w float32) float32 { return rowHeight(w) }, p.makeRow, p.bindRow)
	p.list.OnSelect = p.selected
	p.list.OnChoose = func(int) { p.edit() }
	p.begin = widget.NewPrimaryButton(t("new"), "", p.addNew)
	p.empty = widget.NewEmptyState("", "", widget.NewFlow(0, p.begin))
	p.inside, p.acts = widget.NewColumn(theme.Space12), widget.NewFlow(theme.Space8)
	p.detail = widget.NewScroll(p.inside)
	p.right = widget.NewFoot(theme.Space12, p.detail, p.acts)
	p.over = &fyne.Container{Layout: &fill{}}
	p.root = &fyne.Container{Layout: &sides{p}, Objects: []fyne.CanvasObject{p.title, p.parts, p.create, p.search, p.filters, p.list, p.empty, p.right, p.over}}
	p.showHint()
	p.readRights()
	p.fillEmpty()
	p.cancel = d.Store.Subscribe(func(c localdb.Change) {
		switch c.Kind {
		case "ambassador", "volunteer", "meeting", "import", "view", "event", "community":
			d.Post(func() {
				if c.Kind == "import" || c.Kind == "view" {
					p.places = nil
				}
				p.changed()
				if p.form != nil && c.Kind != "event" && c.Kind != "community" {
					p.form.otherEdit()
				}
			})
		case "sync":
			d.Post(p.readRights)
		}
	})
	return p
}

func (p *Page) t(key string, args ...any) string { return p.say.T("ambassadors."+key, args...) }

// Title is what the page is called.
func (p *Page) Title() string { return p.t("title") }

// Content is the page itself.
func (p *Page) Content() fyne.CanvasObject { return p.root }

// Focus goes to the search field, the list of meetings, or into the form that is open.
func (p *Page) Focus() {
	switch {
	case p.form != nil:
		p.form.f.Focus()
	case p.part == meetings && len(p.found) > 0:
		widget.FocusOn(p.list)
	case p.part == meetings:
		widget.FocusOn(p.create)
	default:
		widget.FocusOn(p.search.Entry)
	}
}

// FocusSearch leads to the search for people.
func (p *Page) FocusSearch() {
	if p.form == nil && p.part != people {
		p.parts.Select(people)
		p.show(people)
	}
	p.Focus()
}

// Shortcuts are the keys of the page, for those who may change the register.
func (p *Page) Shortcuts() []shell.Shortcut {
	if !p.may {
		return nil
	}
	return []shell.Shortcut{
		{Key: fyne.KeyE, Keys: "Ctrl E", Means: p.t("key_edit"), Do: func() {
			if p.form == nil {
				p.edit()
			}
		}},
		{Key: fyne.KeyN, Keys: "Ctrl N", Means: p.t("key_new"), Do: p.addNew},
		{Key: fyne.KeyS, Keys: "Ctrl S", Means: p.t("key_save"), Do: func() {
			if p.form != nil {
				p.form.f.Keep()
			}
		}},
		{Keys: "F6", Means: p.t("key_section")},
	}
}

// TypedKey takes the keys of the form.
func (p *Page) TypedKey(e *fyne.KeyEvent) bool { return p.form != nil && p.form.f.TypedKey(e) }

// Close ends the page's interest in changes.
func (p *Page) Close() { p.cancel() }

// Refresh reads the register the first time the page comes into view, and after it
// changed.
func (p *Page) Refresh() {
	p.seen = true
	if p.form != nil {
		p.form.f.Redraw()
	}
	if p.roll == nil || p.stale || p.day != p.today() { // breaks end by themselves
		p.load()
	}
}

func (p *Page) today() directory.Day { return directory.DayOf(p.d.Now()) }

// readRights reads what may be done on this PC, and shows that.
func (p *Page) readRights() {
	e, err := p.d.Store.Enrolment()
	if err != nil {
		return // closing; or it is told where it is opened
	}
	p.may, p.hub = mayEdit(e), e != nil
	p.fillEmpty()
	p.again()
	p.relayout()
}

func (p *Page) changed() {
	p.stale = true
	if p.seen {
		p.load()
	}
}

// load reads away from the screen and swaps in what was read.
func (p *Page) load() {
	if p.loading {
		return // stale says that it is read again
	}
	p.loading, p.stale = true, false
	store, speak, lang, today := p.d.Store, p.say, p.d.Lang, p.today()
	go func() {
		r, err := loadRoll(store, speak, lang, today)
		p.d.Post(func() {
			p.loading = false
			p.trouble, p.day = p.troubleOf(err), today
			if err != nil { // what may not be read is not shown either
				p.roll, p.found = nil, nil
				p.showHint()
				p.list.Renew(-1)
				p.fillEmpty()
				p.relayout()
				return
			}
			p.roll = r
			p.find()
			p.again()
			if p.stale {
				p.load()
			}
		})
	}()
}

// show goes to the people or to the meetings.
func (p *Page) show(part string) {
	if p.part == part {
		return
	}
	p.part, p.shown, p.said = part, "", nil
	p.showHint()
	p.find()
	p.relayout()
}

func (p *Page) idAt(i int) string {
	if p.part == meetings {
		return p.roll.meetings[p.found[i]].ID
	}
	return p.roll.people[p.found[i]].ID
}

// find fills the list. What was chosen stays chosen where it is still among them.
func (p *Page) find() {
	if p.roll == nil {
		return
	}
	id := p.want
	if id == "" {
		id = p.shown
	}
	if p.part == meetings {
		p.found = make([]int, len(p.roll.meetings))
		for i := range p.found {
			p.found[i] = i
		}
	} else {
		p.found = p.roll.find(p.search.Entry.Text, p.which)
	}
	at := -1
	for i := range p.found {
		if p.idAt(i) == id {
			at, p.want = i, ""
		}
	}
	p.list.Renew(at)
	if at < 0 && p.shown != "" && p.want == "" { // what was shown is no longer among them
		p.showHint()
	}
	p.fillFilters()
	p.fillEmpty()
	p.relayout()
}

func (p *Page) fillFilters() {
	keys := map[filter]string{filterFree: "filter_free", filterFull: "filter_full", filterPaused: "filter_paused", filterAtWork: "filter_at_work", filterNoConsent: "filter_no_consent"}
	for i, f := range filters {
		text := p.t("filter_all")
		if k := keys[f]; k != "" {
			text = p.say.N("ambassadors."+k, p.roll.count[f])
		}
		state := widget.ChipOff
		if f == p.which {
			state = widget.ChipOn
		}
		p.chips[i].Set(text, state)
		show(p.chips[i], f == filterAll || f == p.which || p.roll.count[f] > 0 && (f != filterNoConsent || p.may))
	}
	n, total := len(p.found), len(p.roll.people)
	if n == total {
		p.search.SetCount(p.say.N("ambassadors.count", total))
	} else {
		p.search.SetCount(p.say.N("ambassadors.count_of", n, "total", p.say.Int(total)))
	}
}

func (p *Page) fillEmpty() {
	if p.trouble != "" {
		p.empty.Set(p.trouble, "")
		show(p.begin, false)
		p.creates = false
		return
	}
	none, text, hint := false, "no_match", "no_match_hint"
	switch {
	case p.roll == nil:
		text, hint = "loading", ""
	case p.part == meetings:
		none, text, hint = true, "meetings_empty", "meetings_empty_hint"
	case len(p.roll.people) == 0 && p.may:
		none, text, hint = true, "empty", "empty_hint"
	case len(p.roll.people) == 0:
		text, hint = "empty", "empty_desk"
	}
	if hint != "" {
		hint = p.t(hint)
	}
	p.empty.Set(p.t(text), hint)
	key := "new"
	if p.part == meetings {
		key = "new_meeting"
	}
	p.begin.SetText(p.t(key))
	p.create.SetText(p.t(key))
	show(p.begin, none && p.may)
	p.creates = p.may && p.roll != nil && !(none && len(p.found) == 0)
}

func (p *Page) relayout() {
	if p.root.Size().Width > 0 {
		p.root.Layout.Layout(p.root.Objects, p.root.Size())
		widget.Relayout(p.filters)
		widget.Relayout(p.empty.Inside())
		p.right.Layout.Layout(p.right.Objects, p.right.Size())
		widget.Relayout(p.acts)
		p.detail.Relayout()
		p.root.Refresh()
	}
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

// Left is what a person left unsaved, so that it can be taken up on a page made anew.
type Left struct {
	of   sheetOf
	left *form.Left
}

// Unsaved gives what is typed and not kept; nil where there is nothing.
func (p *Page) Unsaved() *Left {
	if p.form == nil {
		return nil
	}
	l := p.form.f.Leaving()
	if l == nil {
		return nil
	}
	return &Left{p.form.of, l}
}

// Resume takes a form up again.
func (p *Page) Resume(l *Left) {
	if l == nil {
		return
	}
	if l.of.meeting {
		p.parts.Select(meetings)
		p.show(meetings)
	}
	p.open(l.of, l.left)
}

// AskToLeave asks what is to become of what is typed, and then does what was wanted,
// unless the person stays.
func (p *Page) AskToLeave(then func()) {
	if p.form == nil {
		then()
		return
	}
	p.form.f.AskToLeave(then)
}

// troubleOf says why nothing can be read; "" is no trouble.
func (p *Page) troubleOf(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, localdb.ErrLease):
		return p.say.T(localdb.MessageKey(err))
	}
	return p.t("load_failed")
}
