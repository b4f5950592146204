package counter

import (
	"context"
	"maps"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/shell"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Counter is the page.
type Counter struct {
	deps Deps
	cat  *translations.Catalogue
	say  *say.Speaker

	// What is asked.
	filters []match.Wish
	dropped []match.Wish // read from the text, put aside by hand
	wide    bool         // the whole country, not what lies within reach first
	asked   bool         // a text or a filter: else the front list is shown
	stands  bool         // the text is written to its end
	pause   *time.Timer  // until it counts as that
	cancel  context.CancelFunc

	// What was found.
	result match.Result
	views  []*hitView
	known  map[string]*hitView // the parts of a view that do not depend on the question

	question uint64 // counts the searches: who waits for one to stand knows it by this

	search   *widget.SearchField
	helps    *widget.Button // opens the conversation help
	chips    *fyne.Container
	chipKeys []string // what each chip is, in order
	more     bool     // the further filters are in sight
	narrow   bool     // little room for the type: filters wait behind the button
	notice   *noticeArea
	begin    *fyne.Container // what stands above the list while nothing is asked
	list     *widget.List
	detail   *detail
	folder   *folder
	help     *helpPanel    // the conversation help as it was opened last
	report   *widget.Field // the field of "Meld fejl" while it is open
	root     *fyne.Container
}

var (
	_ shell.Page         = (*Counter)(nil)
	_ shell.Searchable   = (*Counter)(nil)
	_ shell.Refreshable  = (*Counter)(nil)
	_ shell.KeyUser      = (*Counter)(nil)
	_ shell.RuneUser     = (*Counter)(nil)
	_ shell.ShortcutUser = (*Counter)(nil)
)

// New builds the page.
func New(d Deps) *Counter {
	if d.Go == nil {
		d.Go = func(f func()) { go f() }
	}
	c := &Counter{deps: d, cat: translations.For(d.Lang), say: say.In(d.Lang), known: map[string]*hitView{}}
	c.search = widget.NewSearchField(c.cat.T("counter.search"), "Ctrl K")
	c.search.Entry.OnChanged = func(string) { c.stands = false; c.Find() }
	c.search.Entry.OnKey = c.searchKey
	c.helps = widget.NewQuietButton(c.cat.T("conversation.short_title"), "", c.openHelp)
	c.chips = widget.NewFlow(6)
	c.notice = newNoticeArea(c)
	c.begin = c.beginnings()
	c.list = c.newList()
	c.detail = newDetail(c)
	c.folder = newFolder(c)
	c.root = &fyne.Container{Layout: &pageLayout{c}, Objects: []fyne.CanvasObject{
		c.search, c.chips, c.notice.box, c.begin, c.list, c.detail.panel, c.folder.panel, c.helps,
	}}
	c.Find()
	c.offerDraft()
	return c
}

// Title implements shell.Page.
func (c *Counter) Title() string { return c.cat.T("counter.title") }

// Content implements shell.Page.
func (c *Counter) Content() fyne.CanvasObject { return c.root }

// Focus implements shell.Page: work begins in the search field.
func (c *Counter) Focus() { widget.FocusOn(c.search.Entry) }

// FocusSearch implements shell.Searchable.
func (c *Counter) FocusSearch() { c.Focus() }

// Refresh implements shell.Refreshable: the directory may have changed meanwhile.
func (c *Counter) Refresh() { c.find(true) }

// DirectoryChanged forgets what was worked out from records, and searches again.
// Nobody loses their place: what is chosen, scrolled to or being typed stays.
func (c *Counter) DirectoryChanged() {
	clear(c.known)
	c.folder.directoryChanged()
	c.find(true)
}

// TypedRune implements shell.RuneUser: whoever types where nothing has focus
// means the search. While something lies over the page, nothing goes past it: a
// second click on "Meld fejl" takes focus from its field, and what is typed then
// is still meant for that field.
func (c *Counter) TypedRune(r rune) {
	if c.report != nil {
		widget.FocusOn(c.report.Entry)
		c.report.Entry.TypedRune(r)
		return
	}
	if top := fyne.CurrentApp().Driver().CanvasForObject(c.root); top != nil && top.Overlays().Top() != nil {
		return
	}
	c.Focus()
	c.search.Entry.TypedRune(r)
}

// TypedKey implements shell.KeyUser.
func (c *Counter) TypedKey(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyEscape:
		c.escape()
		return true
	case fyne.KeyDown, fyne.KeyUp, fyne.KeyPageDown, fyne.KeyPageUp:
		c.Focus()
		return c.list.MoveBy(e.Name)
	}
	return false
}

// Shortcuts implements shell.ShortcutUser.
func (c *Counter) Shortcuts() []shell.Shortcut {
	t := c.cat.T
	return []shell.Shortcut{
		{Keys: t("counter.keys_arrows"), Means: t("counter.key_move")},
		{Keys: "Enter", Means: t("counter.key_add")},
		{Key: fyne.KeyP, Keys: "Ctrl P", Means: t("counter.key_print"), Do: c.folder.print},
		{Key: fyne.KeyS, Keys: "Ctrl S", Means: t("counter.key_save"), Do: c.folder.save},
		{Key: fyne.KeyB, Keys: "Ctrl B", Means: t("counter.key_folder"), Do: c.folder.focus},
		{Key: fyne.KeyN, Keys: "Ctrl N", Means: t("counter.key_new"), Do: c.NewCitizen},
		{Key: fyne.KeyH, Keys: "Ctrl H", Means: t("counter.key_help"), Do: c.openHelp},
		{Keys: "Esc", Means: t("counter.key_escape")},
	}
}

// searchKey lets the list be walked while focus stays in the search field.
func (c *Counter) searchKey(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyDown, fyne.KeyUp, fyne.KeyPageDown, fyne.KeyPageUp:
		return c.list.MoveBy(e.Name)
	case fyne.KeyReturn, fyne.KeyEnter:
		c.addSelected() // what is in sight, before the list may change
		c.stand()
		return true
	}
	return false
}

// escape takes one step back: from the confirmation to a new citizen, from a
// notice to the page, from a search to an empty field.
func (c *Counter) escape() {
	switch {
	case c.folder.done != nil:
		c.NewCitizen()
	case c.notice.shown():
		c.notice.clear()
	default:
		c.search.Entry.SetText("")
		c.Find() // from the middle of the front list to its beginning too
		c.Focus()
	}
}

// NewCitizen clears the search, the folder and everything typed about the
// citizen, at once.
func (c *Counter) NewCitizen() {
	c.filters, c.dropped, c.more, c.wide = nil, nil, false, false
	c.search.Entry.Wipe()
	c.notice.clear()
	c.folder.clear()
	c.detail.clear()
	widget.ForgetMeasures()
	c.Find()
	c.Focus()
	if err := c.deps.Store.DropDraft(); err != nil {
		c.notice.problem("counter.draft_failed", err)
	}
}

// Relayout lays the page out again after something in it changed height.
func (c *Counter) Relayout() {
	c.root.Layout.Layout(c.root.Objects, c.root.Size())
	widget.Repaint(c.root)
}

func (c *Counter) selected() *hitView {
	if i := c.list.Selected(); i >= 0 && i < len(c.views) {
		return c.views[i]
	}
	return nil
}

func (c *Counter) showSelected() {
	c.detail.show(c.selected())
	before := c.begin.Visible()
	c.showBegin()
	if c.begin.Visible() != before || c.detail.panel.Visible() == c.givesWay() {
		c.Relayout()
	}
}

// showBegin shows the situations while nothing is asked; where there is little
// room they give it to what is chosen.
func (c *Counter) showBegin() {
	setVisible(c.begin, !c.asked && c.folder.done == nil && !(c.narrow && c.detail.view != nil))
}

// givesWay says that the detail stays away: nothing is chosen, and where it
// shares its column with the situations they need the room.
func (c *Counter) givesWay() bool {
	return c.narrow && c.begin.Visible() && c.detail.view == nil
}

func (c *Counter) addSelected() {
	if v := c.selected(); v != nil {
		c.folder.add(v)
	}
}

// wishes are all that is asked now: chosen by hand and read from the text.
func (c *Counter) wishes() []match.Wish {
	seen := map[string]match.Wish{}
	for _, w := range slices.Concat(c.filters, c.result.Wishes) {
		seen[w.Key()] = w
	}
	keys := slices.Sorted(maps.Keys(seen))
	out := make([]match.Wish, len(keys))
	for i, k := range keys {
		out[i] = seen[k]
	}
	return out
}

// draft is the folder as it may be kept: without name, greeting and search text.
func (c *Counter) draft() localdb.Draft {
	d := c.folder.draft()
	for _, w := range c.filters {
		w.Text = ""
		d.Filters = append(d.Filters, w)
	}
	d.Wishes = WishIDs(c.wishes())
	d.SavedAt = c.deps.Now()
	return d
}

// saveDraft keeps the draft after each change, so that a crash costs nothing.
func (c *Counter) saveDraft() {
	var err error
	if c.folder.empty() && len(c.filters) == 0 {
		err = c.deps.Store.DropDraft()
	} else if c.folder.done == nil {
		err = c.deps.Store.SaveDraft(c.draft())
	}
	if err != nil {
		c.notice.problem("counter.draft_failed", err)
	}
}

func setVisible(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}
