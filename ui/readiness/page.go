package readiness

import (
	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	rules "github.com/faellesskabsby/vejviser/localdb/readiness"
	"github.com/faellesskabsby/vejviser/ui/form"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/shell"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Page is the page "Parathed". All methods are called on the screen's goroutine.
type Page struct {
	d   Deps
	say *say.Speaker

	snap    *snapshot
	shown   string // key of the organisation that is shown
	loading bool
	stale   bool
	seen    bool
	cancel  func()

	title  *widget.Text
	create *widget.Button
	list   *widget.List
	empty  *widget.EmptyState
	detail *widget.Scroll
	inside *fyne.Container
	acts   *fyne.Container
	right  *fyne.Container
	over   *fyne.Container
	root   *fyne.Container

	begin *widget.Button // the self-check of what is shown
	said  fyne.CanvasObject
	form  *sheet
}

var (
	_ shell.Page         = (*Page)(nil)
	_ shell.Refreshable  = (*Page)(nil)
	_ shell.KeyUser      = (*Page)(nil)
	_ shell.ShortcutUser = (*Page)(nil)
)

// New makes the page. It reads nothing before it comes into view.
func New(d Deps) *Page {
	p := &Page{d: d, say: say.In(d.Lang)}
	p.title = widget.NewText(p.t("title"), widget.Style{Size: theme.Page, Bold: true})
	p.create = widget.NewQuietButton(p.t("new"), "", p.addNew)
	p.list = widget.NewList(func() int { return p.length() }, func(int, float32) float32 { return rowHeight() }, p.makeRow, p.bindRow)
	p.list.OnSelect = p.selected
	p.list.OnChoose = func(int) { p.startCheck() }
	p.empty = widget.NewEmptyState(p.t("loading"), "")
	p.inside, p.acts = widget.NewColumn(theme.Space12), widget.NewFlow(theme.Space8)
	p.detail = widget.NewScroll(p.inside)
	p.right = widget.NewFoot(theme.Space12, p.detail, p.acts)
	p.over = &fyne.Container{Layout: &fill{}}
	p.root = &fyne.Container{Layout: &sides{p}, Objects: []fyne.CanvasObject{p.title, p.create, p.list, p.empty, p.right, p.over}}
	p.cancel = d.Store.Subscribe(func(c localdb.Change) {
		switch c.Kind {
		case "readiness", "agreement", "referral", "import", "view", "sync", "setting":
			d.Post(func() {
				p.changed()
				if p.form != nil && (c.Kind == "readiness" || c.Kind == "agreement") {
					p.form.otherEdit()
				}
			})
		}
	})
	return p
}

func (p *Page) t(key string, args ...any) string { return p.say.T("readiness."+key, args...) }

// Title is what the page is called.
func (p *Page) Title() string { return p.t("title") }

// Content is the page itself.
func (p *Page) Content() fyne.CanvasObject { return p.root }

// Focus goes to the list, to the self-check, or into the form that is open.
func (p *Page) Focus() {
	switch {
	case p.form != nil:
		p.form.f.Focus()
	case p.length() > 1:
		widget.FocusOn(p.list)
	case p.begin != nil:
		widget.FocusOn(p.begin)
	}
}

// Shortcuts are the keys of the page.
func (p *Page) Shortcuts() []shell.Shortcut {
	return []shell.Shortcut{
		{Key: fyne.KeyN, Keys: "Ctrl N", Means: p.t("key_check"), Do: p.startCheck},
		{Key: fyne.KeyE, Keys: "Ctrl E", Means: p.t("key_agreement"), Do: p.editAgreement},
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

// Refresh reads what the page shows, the first time it comes into view and after
// changes.
func (p *Page) Refresh() {
	p.seen = true
	if p.form != nil {
		p.form.f.Redraw()
	}
	if p.snap == nil || p.stale {
		p.load()
	}
}

func (p *Page) today() directory.Day { return directory.DayOf(p.d.Now()) }

func (p *Page) length() int {
	if p.snap == nil {
		return 0
	}
	return len(p.snap.list)
}

// of gives the organisation that is shown; nil is none.
func (p *Page) of() *organisation {
	if p.snap == nil {
		return nil
	}
	if i, ok := p.snap.at[p.shown]; ok {
		return &p.snap.list[i]
	}
	return nil
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
	store, today := p.d.Store, p.today()
	go func() {
		s, err := load(store, today)
		p.d.Post(func() {
			p.loading = false
			if err != nil {
				p.empty.Set(p.t("load_failed"), "")
				p.relayout()
				return
			}
			p.snap = s
			p.fill()
			if p.stale {
				p.load()
			}
		})
	}()
}

// fill shows what was read, and keeps what was chosen; at first it is this PC's own.
func (p *Page) fill() {
	if p.of() == nil && p.length() > 0 {
		p.shown = p.snap.list[0].key
		if _, ok := p.snap.at[p.snap.may.own]; ok {
			p.shown = p.snap.may.own
		}
	}
	at := -1
	if i, ok := p.snap.at[p.shown]; ok {
		at = i
	}
	p.list.Renew(at)
	p.empty.Set(p.t("empty"), p.t("empty_hint"))
	p.again()
	p.relayout()
}

func (p *Page) selected(i int) {
	p.shown, p.said = p.snap.list[i].key, nil
	p.again()
	p.detail.ToTop()
	p.relayout()
}

// again shows the organisation as it is now; focus stays where it stands.
func (p *Page) again() {
	widget.KeepFocus(p.right, func() {
		p.inside.Objects, p.acts.Objects, p.begin = nil, nil, nil
		if o := p.of(); o != nil {
			p.show(o)
		}
	})
}

func (p *Page) relayout() {
	if p.root.Size().Width > 0 {
		p.root.Layout.Layout(p.root.Objects, p.root.Size())
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

// startCheck opens the self-check of the organisation that is shown.
func (p *Page) startCheck() {
	if o := p.of(); o != nil && p.form == nil && p.snap.may.check(o.name) {
		p.open(sheetOf{kind: selfCheck, organisation: o.name}, nil)
	}
}

// editCheck opens one that was made, to put it right.
func (p *Page) editCheck(c *rules.Check) {
	if p.form == nil {
		p.open(sheetOf{kind: selfCheck, organisation: c.Organisation, check: c}, nil)
	}
}

// editAgreement opens what the organisation has agreed to.
func (p *Page) editAgreement() {
	if o := p.of(); o != nil && p.form == nil && p.snap.may.agree() {
		p.open(sheetOf{kind: agreed, organisation: o.name, agreement: o.agreement}, nil)
	}
}

// addNew opens an agreement with an organisation that is not here yet.
func (p *Page) addNew() {
	if p.form == nil && p.snap != nil && p.snap.may.agree() {
		p.open(sheetOf{kind: agreed, fresh: true}, nil)
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
	if l != nil {
		p.open(l.of, l.left)
	}
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
