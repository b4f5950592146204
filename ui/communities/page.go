package communities

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/shell"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Page is the page "Fællesskaber". All methods are called on the screen's goroutine.
type Page struct {
	d   Deps
	say *say.Speaker

	listing *listing
	found   []int // indices of listing.entries that are shown
	which   filter
	loading bool
	stale   bool
	seen    bool
	cancel  func()

	title   *widget.Text
	search  *widget.SearchField
	filters *fyne.Container
	chips   []*widget.Chip
	actions *fyne.Container
	create  *widget.Button
	bring   *widget.Button
	print   *widget.Button
	list    *widget.List
	empty   *widget.EmptyState
	start   *widget.Button // in empty: where there is no directory yet
	begin   *widget.Button // the same, by hand
	detail  *widget.Scroll
	inside  *fyne.Container
	root    *fyne.Container

	dialog *dialog.FileDialog // the file dialog that is open, or nil
	work   *work              // the import and export, over the detail; nil where neither is open

	may       rights
	shown     *community // in the detail; nil is none
	told      int        // how many reports the detail shows
	want      string     // id that is to be chosen once the list has it
	busy      bool       // a confirmation is being kept
	acts      *actions
	right     *fyne.Container // detail and actions
	form      *form           // in the place of all the rest; nil is none
	over      *fyne.Container // holds the form
	asking    *widget.Popup   // what is asked, or reported, over the page
	reporting *widget.Field
}

// New makes the page. It reads nothing before it comes into view.
func New(d Deps) *Page {
	p := &Page{d: d, say: say.In(d.Lang)}
	p.title = widget.NewText(p.say.T("communities.title"), widget.Style{Size: theme.Page, Bold: true})
	p.search = widget.NewSearchField(p.say.T("communities.search"), "Ctrl K")
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
		c := widget.NewChip("", widget.ChipOff, func() { p.filter(f) })
		p.chips = append(p.chips, c)
		p.filters.Add(c)
	}
	p.create = widget.NewQuietButton(p.say.T("communities.new"), "", p.addNew)
	p.bring = widget.NewQuietButton(p.say.T("communities.import"), "", p.openImport)
	p.actions = widget.NewFlow(theme.Space8, p.create, p.bring,
		widget.NewQuietButton(p.say.T("communities.export"), "", p.openExport))
	p.print = widget.NewQuietButton(p.say.T("material.make"), "", p.printFound)
	p.actions.Add(p.print)
	show(p.print, false)
	p.list = widget.NewList(func() int { return len(p.found) }, func(_ int, w float32) float32 { return rowHeightAt(w) }, p.makeRow, p.bindRow)
	p.list.OnSelect = p.selected
	p.start = widget.NewPrimaryButton(p.say.T("communities.import"), "", p.openImport)
	p.begin = widget.NewQuietButton(p.say.T("communities.new"), "", p.addNew)
	p.empty = widget.NewEmptyState("", "", widget.NewFlow(theme.Space8, p.start, p.begin))
	p.inside = widget.NewColumn(theme.Space12)
	p.detail = widget.NewScroll(p.inside)
	p.acts = p.newActions()
	p.right = widget.NewFoot(theme.Space12, p.detail, p.acts.box)
	p.over = &fyne.Container{Layout: &fill{}}
	p.showHint()
	p.root = &fyne.Container{Layout: &sides{p}, Objects: []fyne.CanvasObject{p.title, p.actions, p.search, p.filters, p.list, p.empty, p.right, p.over}}
	p.readRights()
	p.fillEmpty()
	p.cancel = d.Store.Subscribe(func(c localdb.Change) {
		switch c.Kind {
		case "import", "view":
			d.Post(func() {
				p.changed()
				if p.form != nil {
					p.form.otherEdit()
				}
			})
		case "community":
			d.Post(func() {
				p.changedOne(c.ID)
				if p.form != nil && p.form.before != nil && p.form.before.ID == c.ID {
					p.form.otherEdit()
				}
			})
		case "suggestion":
			d.Post(p.changed)
		case "sync":
			d.Post(p.readRights)
		}
	})
	return p
}

// Title is what the page is called.
func (p *Page) Title() string { return p.say.T("communities.title") }

// Content is the page itself.
func (p *Page) Content() fyne.CanvasObject { return p.root }

// Focus goes to the search field, or into the form that is open.
func (p *Page) Focus() {
	if p.form != nil {
		p.form.focus()
		return
	}
	widget.FocusOn(p.search.Entry)
}

// Shortcuts are the keys of the page, for those who may change the directory.
func (p *Page) Shortcuts() []shell.Shortcut {
	if !p.may.edit() {
		return nil
	}
	t := p.say.T
	return []shell.Shortcut{
		{Key: fyne.KeyE, Keys: "Ctrl E", Means: t("communities.key_edit"), Do: func() {
			if p.form == nil {
				p.editShown()
			}
		}},
		{Key: fyne.KeyN, Keys: "Ctrl N", Means: t("communities.key_new"), Do: p.addNew},
		{Key: fyne.KeyS, Keys: "Ctrl S", Means: t("communities.key_save"), Do: func() {
			if p.form != nil {
				p.form.keep()
			}
		}},
		{Keys: "F6", Means: t("communities.key_section")},
	}
}

// readRights reads what may be done on this PC, and shows that.
func (p *Page) readRights() {
	e, err := p.d.Store.Enrolment()
	if err != nil {
		return // closing; or it is told where it is opened
	}
	may := rightsOf(e)
	if may == p.may {
		return
	}
	p.may = may
	show(p.create, may.edit())
	show(p.bring, may.bringIn())
	show(p.print, p.d.Material != nil && (may.edit() || may.report()))
	p.acts.fit(may, p.shown != nil && p.work == nil)
	if p.listing != nil {
		p.fillEmpty()
		p.changed()
	}
	p.relayout()
}

// printFound makes printed things of what the list shows.
func (p *Page) printFound() {
	if p.listing == nil || p.form != nil || len(p.found) == 0 {
		return
	}
	ids := make([]string, len(p.found))
	for i, e := range p.found {
		ids[i] = p.listing.entries[e].id
	}
	p.d.Material(ids)
}

// FocusSearch is the same.
func (p *Page) FocusSearch() { p.Focus() }

// Close ends the page's interest in changes, and any work under way.
func (p *Page) Close() {
	p.cancel()
	if p.work != nil {
		p.work.importer.stop()
	}
}

// TypedKey closes a file dialog, the form, else an import or export, by Esc.
func (p *Page) TypedKey(e *fyne.KeyEvent) bool {
	if p.form != nil {
		switch e.Name {
		case fyne.KeyEscape:
			p.form.leave()
			return true
		case keySection:
			p.form.nextSection()
			return true
		}
		return false
	}
	if e.Name == fyne.KeyEscape && p.dialog != nil {
		p.dialog.Hide()
		return true
	}
	if e.Name == fyne.KeyEscape && p.work != nil && !p.work.importer.busy() {
		p.closeWork()
		return true
	}
	return false
}

// Refresh reads the directory the first time the page comes into view, and
// after it changed.
func (p *Page) Refresh() {
	p.seen = true
	if p.form != nil {
		p.form.redraw()
	}
	if p.listing == nil || p.stale {
		p.load()
	}
}

func (p *Page) today() directory.Day { return directory.DayOf(p.d.Now()) }

func (p *Page) changed() {
	p.stale = true
	if p.seen {
		p.load()
	}
}

// changedOne shows one community as it is now, without reading all the others.
func (p *Page) changedOne(id string) {
	if !p.seen || p.listing == nil || p.loading {
		p.changed()
		return
	}
	c, err := p.d.Store.Community(id)
	if err != nil && !isGone(err) {
		p.changed()
		return
	}
	chosen := ""
	if i := p.list.Selected(); i >= 0 && i < len(p.found) {
		chosen = p.listing.entries[p.found[i]].id
	}
	p.listing.put(id, c, p.today())
	if p.want == "" {
		p.want = chosen // the numbers of the entries are others now
	}
	p.find()
	p.again()
	p.want = ""
}

// load reads the directory away from the screen.
func (p *Page) load() {
	if p.loading {
		return
	}
	p.loading, p.stale = true, false
	store, speak, lang, today, reports := p.d.Store, p.say, p.d.Lang, p.today(), p.may.edit()
	go func() {
		l, err := loadListing(store, speak, lang, today)
		if err == nil && reports {
			var list []localdb.Suggestion
			if list, err = store.Suggestions(); err == nil {
				l.addReports(list)
			}
		}
		p.d.Post(func() {
			p.loading = false
			if err != nil {
				p.empty.Set(p.say.T("communities.load_failed"), "")
				return
			}
			p.listing = l
			p.find()
			p.again()
			if p.stale {
				p.load()
			}
		})
	}()
}

func (p *Page) filter(f filter) {
	p.which = f
	p.find()
}

// find fills the list with what answers the search and the filter. What was
// chosen stays chosen where it is still among them.
func (p *Page) find() {
	if p.listing == nil {
		return
	}
	id := p.want
	if i := p.list.Selected(); id == "" && i >= 0 && i < len(p.found) && p.found[i] < len(p.listing.entries) {
		id = p.listing.entries[p.found[i]].id
	}
	p.found = p.listing.find(context.Background(), p.d.Finder, p.search.Entry.Text, p.which, p.today())
	at := -1
	for i, e := range p.found {
		if p.listing.entries[e].id == id {
			at = i
			p.want = ""
		}
	}
	if at < 0 && p.work == nil && strings.TrimSpace(p.search.Entry.Text) != "" && len(p.found) > 0 {
		at = 0
	}
	p.list.Reload(at)
	switch {
	case p.work != nil: // an import and what came of it stay until a person puts them away
	case at >= 0 && p.listing.entries[p.found[at]].id != id:
		p.selected(at)
	case at < 0 && id != "" && p.want == "": // what was shown is no longer among them
		p.showHint()
		p.detail.ToTop()
	}
	p.fillFilters()
	p.fillEmpty()
	p.relayout()
}

// sayCount says how many are shown; in a narrow field the number alone.
func (p *Page) sayCount(narrow bool) {
	if p.listing == nil {
		return
	}
	n, total := len(p.found), len(p.listing.entries)
	switch {
	case narrow:
		p.search.SetCount(p.say.Int(n))
	case n == total:
		p.search.SetCount(p.say.N("communities.count", total))
	default:
		p.search.SetCount(p.say.N("communities.count_of", n, "total", p.say.Int(total)))
	}
}

func (p *Page) fillFilters() {
	keys := map[filter]string{filterUnconfirmed: "communities.filter_unconfirmed", filterStale: "communities.filter_stale", filterPaused: "communities.filter_paused",
		filterReported: "communities.filter_reported"}
	for i, f := range filters {
		text := p.say.T("communities.filter_all")
		if k := keys[f]; k != "" {
			text = p.say.N(k, p.listing.count[f])
		}
		state := widget.ChipOff
		if f == p.which {
			state = widget.ChipOn
		}
		p.chips[i].Set(text, state)
		show(p.chips[i], f == filterAll || p.listing.count[f] > 0 || f == p.which)
	}
}

func (p *Page) fillEmpty() {
	switch {
	case p.listing == nil:
		p.empty.Set(p.say.T("communities.loading"), "")
	case len(p.listing.entries) == 0 && p.may.enrolled:
		p.empty.Set(p.say.T("communities.empty"), p.say.T("communities.empty_enrolled"))
	case len(p.listing.entries) == 0:
		p.empty.Set(p.say.T("communities.empty"), p.say.T("communities.empty_hint"))
	default:
		p.empty.Set(p.say.T("communities.no_match"), p.say.T("communities.no_match_hint"))
	}
	none := p.listing != nil && len(p.listing.entries) == 0
	show(p.start, none && p.may.bringIn())
	show(p.begin, none && p.may.edit())
}

func (p *Page) relayout() {
	if p.root.Size().Width > 0 {
		p.root.Layout.Layout(p.root.Objects, p.root.Size())
		widget.Relayout(p.filters)
		p.right.Layout.Layout(p.right.Objects, p.right.Size())
		p.detail.Relayout()
		p.root.Refresh()
	}
}

// sides lays the page: heading, search, filters and list on the left, the
// detail, or the import and export, on the right.
type sides struct{ p *Page }

func (l *sides) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(600, 400) }

func (l *sides) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	p, edge, gap := l.p, theme.Space24, theme.Space16
	put := func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(max(w, 0), max(h, 0)))
	}
	for _, o := range []fyne.CanvasObject{p.title, p.actions, p.search, p.filters, p.list, p.empty, p.right} {
		show(o, p.form == nil)
	}
	show(p.over, p.form != nil)
	put(p.over, 0, 0, s.Width, s.Height)
	if p.form != nil {
		return
	}
	w := s.Width - 2*edge
	// The actions stand beside the title where both have room.
	aw := -theme.Space8
	for _, b := range p.actions.Objects {
		if b.Visible() {
			aw += b.MinSize().Width + theme.Space8
		}
	}
	aw = min(aw, w)
	tw := p.titleWidth()
	ah := widget.HeightFor(p.actions, aw)
	th := p.title.HeightFor(max(w-aw-gap, tw))
	y := theme.Space16
	if tw+gap+aw <= w {
		put(p.title, edge, y+(ah-th)/2, w-aw-gap, th)
		put(p.actions, edge+w-aw, y, aw, ah)
		y += max(ah, th)
	} else {
		put(p.title, edge, y, w, th)
		put(p.actions, edge, y+th+theme.Space8, w, widget.HeightFor(p.actions, w))
		y += th + theme.Space8 + widget.HeightFor(p.actions, w)
	}
	y += theme.Space12
	right := p.rightWidth(w)
	left := w - right - gap
	alone := p.work != nil && left < theme.Text(theme.Body)*22 // no room for a list beside it
	if alone {
		left, right = 0, w
	}
	show(p.search, !alone)
	show(p.filters, !alone && p.listing != nil && len(p.listing.entries) > 0)
	show(p.list, !alone && len(p.found) > 0)
	show(p.empty, !alone && len(p.found) == 0)
	show(p.right, p.work != nil || p.listing == nil || len(p.listing.entries) > 0)
	p.sayCount(left < theme.Text(theme.Body)*30)
	put(p.right, edge+w-right, y, right+theme.Space8, s.Height-y-theme.Space8)
	if alone {
		return
	}
	sh := p.search.MinSize().Height
	put(p.search, edge, y, left, sh)
	fh := widget.HeightFor(p.filters, left)
	put(p.filters, edge, y+sh+theme.Space12, left, fh)
	top := y + sh + fh + theme.Space24
	put(p.list, edge, top, left+theme.Space8, s.Height-top-theme.Space8)
	put(p.empty, edge, top, left, p.empty.HeightFor(left))
}

// fill gives its object all the room there is.
type fill struct{}

func (*fill) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }
func (*fill) Layout(o []fyne.CanvasObject, s fyne.Size) {
	for _, x := range o {
		x.Move(fyne.NewPos(0, 0))
		x.Resize(s)
	}
}

func (p *Page) titleWidth() float32 { return theme.Text(theme.Page) * 7 }

// rightWidth gives the right side more where it holds a table.
func (p *Page) rightWidth(w float32) float32 {
	if p.work != nil {
		return min(theme.Scaled(760), w*0.62)
	}
	return min(theme.Scaled(460), w*0.46)
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}
