package practice

import (
	"errors"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/form"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/shell"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Page is the page "Øvebaner". All methods are called on the screen's goroutine.
type Page struct {
	d   Deps
	say *say.Speaker

	snap    *snapshot
	loading bool
	trouble string        // why nothing could be read, in words
	day     directory.Day // of what was read
	stale   bool          // something changed since it was read
	moved   bool          // and the directory did
	seen    bool
	role    string // of this PC; "" has no hub
	own     string // organisation of this PC
	cancel  func()

	title  *widget.Text
	code   *widget.Field
	list   *widget.List
	empty  *widget.EmptyState
	begin  *widget.Button // in empty
	detail *widget.Scroll
	inside *fyne.Container
	over   *fyne.Container // holds the form, in the place of the detail
	root   *fyne.Container

	shown string        // id of the practice ground that is shown
	line  referral.Code // the code whose times are shown; "" is none
	said  fyne.CanvasObject
	form  *register
	first *widget.Button // what one does with what is shown
}

// New makes the page. It reads nothing before it comes into view.
func New(d Deps) *Page {
	p := &Page{d: d, say: say.In(d.Lang)}
	p.title = widget.NewText(p.t("title"), widget.Style{Size: theme.Page, Bold: true})
	p.code = widget.NewField(p.t("code"))
	p.code.Entry.SetPlaceHolder(p.say.T("followup.code_placeholder", "example", exampleCode))
	p.code.Entry.OnChanged = func(string) {
		if p.code.Problem() != "" {
			p.code.SetProblem("")
			p.relayout()
		}
	}
	p.code.Entry.OnSubmitted = p.lookUp
	p.list = widget.NewList(func() int { return p.length() }, func(_ int, w float32) float32 { return rowHeight(w) }, p.makeRow, p.bindRow)
	p.list.OnSelect = p.selected
	p.list.OnChoose = func(int) {
		if p.first != nil && p.form == nil {
			widget.FocusOn(p.first)
		}
	}
	p.begin = widget.NewPrimaryButton(p.t("new"), "", func() { p.d.NewGround() })
	p.empty = widget.NewEmptyState("", "", widget.NewFlow(0, p.begin))
	p.inside = widget.NewColumn(theme.Space12)
	p.detail = widget.NewScroll(p.inside)
	p.over = &fyne.Container{Layout: &fill{}}
	p.root = &fyne.Container{Layout: &sides{p}, Objects: []fyne.CanvasObject{p.title, p.list, p.empty, p.code, p.detail, p.over}}
	p.showHint()
	p.readRole()
	p.fillEmpty()
	p.cancel = d.Store.Subscribe(func(c localdb.Change) {
		switch c.Kind {
		case "session", "referral", "event", "ambassador":
			d.Post(func() {
				p.changed()
				if p.form != nil && c.Kind == "session" {
					p.form.otherEdit()
				}
			})
		case "community", "import", "view":
			d.Post(func() { p.moved = true; p.changed() })
		case "sync":
			d.Post(p.readRole)
		}
	})
	return p
}

// exampleCode is a code as it is printed, with its right check symbol.
const exampleCode = "K7M4-QXRF"

func (p *Page) t(key string, args ...any) string { return p.say.T("practice."+key, args...) }

// Title is what the page is called.
func (p *Page) Title() string { return p.t("title") }

// Content is the page itself.
func (p *Page) Content() fyne.CanvasObject { return p.root }

// Focus goes to the list, or into the form that is open.
func (p *Page) Focus() {
	switch {
	case p.form != nil:
		p.form.f.Focus()
	case p.length() > 0:
		widget.FocusOn(p.list)
	default:
		widget.FocusOn(p.code.Entry)
	}
}

// FocusSearch goes to the code: codes are what is looked for here.
func (p *Page) FocusSearch() { widget.FocusOn(p.code.Entry) }

// Shortcuts are the keys of the page.
func (p *Page) Shortcuts() []shell.Shortcut {
	return []shell.Shortcut{
		{Key: fyne.KeyN, Keys: "Ctrl N", Means: p.t("key_new"), Do: func() { p.registerNext() }},
		{Key: fyne.KeyS, Keys: "Ctrl S", Means: p.t("key_save"), Do: func() {
			if p.form != nil {
				p.form.f.Keep()
			}
		}},
	}
}

// TypedKey takes the keys of the form; Esc leaves a code.
func (p *Page) TypedKey(e *fyne.KeyEvent) bool {
	if p.form != nil {
		return p.form.f.TypedKey(e)
	}
	if e.Name == fyne.KeyEscape && p.line != "" {
		p.backToGround()
		return true
	}
	return false
}

// Close ends the page's interest in changes.
func (p *Page) Close() { p.cancel() }

// Refresh reads what the page shows, the first time it comes into view and after
// changes.
func (p *Page) Refresh() {
	p.seen = true
	if p.form != nil {
		p.form.f.Redraw()
	}
	if p.snap == nil || p.stale || p.day != p.today() { // another day has times of its own
		p.load()
	}
}

func (p *Page) today() directory.Day { return directory.DayOf(p.d.Now()) }

func (p *Page) length() int {
	if p.snap == nil {
		return 0
	}
	return len(p.snap.grounds)
}

// readRole reads whose PC this is.
func (p *Page) readRole() {
	e, err := p.d.Store.Enrolment()
	own, err2 := p.d.Store.Setting(localdb.SettingOrganisation)
	if errors.Join(err, err2) != nil {
		return // closing; or it is told where it is opened
	}
	p.role, p.own = "", own
	if e != nil {
		p.role, p.own = e.Role, e.Organisation
	}
	p.again()
}

// mayFrame says whether the frame may be changed here.
func (p *Page) mayFrame() bool { return p.d.EditFrame != nil && p.d.MayEdit != nil && p.d.MayEdit() }

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
	var old *places
	if p.snap != nil && !p.moved {
		old = p.snap.places
	}
	p.loading, p.stale, p.moved = true, false, false
	store, lang, today := p.d.Store, p.d.Lang, p.today()
	go func() {
		s, err := read(store, old, lang, today)
		p.d.Post(func() {
			p.loading = false
			p.trouble, p.day = p.troubleOf(err), today
			if err != nil { // what may not be read is not shown either
				p.moved, p.snap, p.line = true, nil, ""
				p.list.Renew(-1)
				p.showHint()
				p.fillEmpty()
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

// fill shows what was read, and keeps what was chosen.
func (p *Page) fill() {
	at := -1
	for i, g := range p.snap.grounds {
		if g.ID == p.shown {
			at = i
		}
	}
	if at < 0 && p.line == "" && p.form == nil {
		if p.shown = ""; len(p.snap.grounds) > 0 { // the first is what one comes for
			at, p.shown = 0, p.snap.grounds[0].ID
		}
	}
	p.list.Renew(at)
	p.fillEmpty()
	p.again()
	p.relayout()
}

func (p *Page) fillEmpty() {
	if p.trouble != "" {
		p.empty.Set(p.trouble, "")
		show(p.begin, false)
		return
	}
	text, hint := "empty", "empty_hint"
	if p.mayFrame() {
		hint = "empty_guide"
	}
	if p.snap == nil {
		p.empty.Set(p.t("loading"), "")
	} else {
		p.empty.Set(p.t(text), p.t(hint))
	}
	show(p.begin, p.snap != nil && p.mayFrame() && p.d.NewGround != nil)
}

// selected shows a practice ground; a form in which something is typed stays until a
// person says what becomes of it.
func (p *Page) selected(i int) {
	g := p.snap.grounds[i]
	if p.form != nil {
		if g.ID == p.form.ground.ID {
			return
		}
		p.form.f.AskToLeave(func() {
			p.closeForm()
			p.list.Select(i)
			p.selected(i)
		})
		if p.form != nil { // asked: what is chosen stays what the form is about
			p.chooseShown()
		}
		return
	}
	p.shown, p.line, p.said = g.ID, "", nil
	p.again()
	p.detail.ToTop()
	p.relayout()
}

func (p *Page) chooseShown() {
	for i, g := range p.snap.grounds {
		if g.ID == p.shown {
			p.list.Select(i)
		}
	}
}

func (p *Page) showHint() {
	p.inside.Objects = []fyne.CanvasObject{widget.NewPanel(widget.NewText(p.t("pick"), widget.Style{Ink: widget.Quiet}))}
}

// again shows what is chosen as it is now; focus stays where it stands.
func (p *Page) again() { widget.KeepFocus(p.inside, p.draw) }

func (p *Page) draw() {
	if p.snap == nil {
		return
	}
	p.first = nil
	switch g := p.snap.ground(p.shown); {
	case p.line != "":
		p.showLine()
	case g != nil:
		p.showGround(g)
	default:
		p.showHint()
	}
}

func (p *Page) relayout() {
	if p.root.Size().Width > 0 {
		p.root.Layout.Layout(p.root.Objects, p.root.Size())
		widget.Relayout(p.empty.Inside())
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

// Left is a time as a person left it unsaved.
type Left struct {
	ground string
	before string // id of the session; "" is a new one
	id     string
	on     directory.Day // that was proposed
	left   *form.Left
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
	out := &Left{ground: p.form.ground.ID, id: p.form.id, on: p.form.on, left: l}
	if p.form.before != nil {
		out.before = p.form.before.ID
	}
	return out
}

// Resume takes a time up again, as on a page made anew in another language.
func (p *Page) Resume(l *Left) {
	if l == nil {
		return
	}
	g, err := p.d.Store.Community(l.ground)
	if err != nil {
		return // the practice ground went meanwhile
	}
	r := &register{p: p, ground: g, id: l.id}
	if l.before != "" {
		list, err := p.d.Store.Sessions()
		if err != nil {
			return
		}
		for i := range list {
			if list[i].ID == l.before {
				r.before = &list[i]
			}
		}
	}
	p.shown = g.ID
	r.open(l.on, l.left)
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
