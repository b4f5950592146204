// Package shell is the window around the pages: the green side with the places
// one can go, the page, and the line at the foot that says in words how things
// stand. Text size and contrast are always in reach there.
//
// It knows pages by small interfaces and holds no data of its own; what the
// status line says is asked for. It must not know what any page is about.
package shell

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Page is one destination.
type Page interface {
	Title() string
	Content() fyne.CanvasObject
	Focus() // gives focus to the part where work begins
}

// What a page may be able to do beside; the shell asks.
type (
	// Refreshable pages are told when they come into view.
	Refreshable interface{ Refresh() }
	// Searchable pages have a field that Ctrl+K leads to.
	Searchable interface{ FocusSearch() }
	// KeyUser pages take keys that nothing in focus used; true where used.
	KeyUser interface{ TypedKey(*fyne.KeyEvent) bool }
	// RuneUser pages take letters typed where nothing has focus.
	RuneUser interface{ TypedRune(rune) }
	// ShortcutUser pages have keys of their own, listed by F1.
	ShortcutUser interface{ Shortcuts() []Shortcut }
)

// Shortcut is a key of a page: Ctrl and a letter, or with Key empty one that
// the page's KeyUser takes and the help only lists.
type Shortcut struct {
	Key   fyne.KeyName // with Ctrl
	Keys  string       // as the help shows it: "Ctrl P"
	Means string
	Do    func()
}

// Place is a page and where the side lists it.
type Place struct {
	Name   string // the same in every language: to come back to
	Page   Page
	Bottom bool
	Badge  func() string // how many wait there; may be nil
}

// Standing is how things stand, for the status line.
type Standing struct {
	Waiting     int    // vejvisninger not sent
	Communities int    // in the directory
	Directory   string // how old the directory is, in words; may be empty
	Desk        string // organisation and desk; may be empty
	Degraded    bool   // the store could not be opened in full: says so
	Link        Link
	Problem     string // what is wrong, in words, with Trouble
	Fetched     int    // per cent, with Fetching
	Look        int    // how many things a person must look at
	Lease       bool   // too long without the hub: what is not public is locked
	Alarm       string // what is wrong with the data on this PC, in words; may be empty
}

// Link is how this PC stands with the hub.
type Link int

// The links.
const (
	Alone    Link = iota // it has no hub
	InTouch              // the hub answers
	Away                 // no way to the hub: everything works, things wait
	Fetching             // the directory is being fetched for the first time
	Trouble              // something that does not go away by itself
)

// Settings keeps the choice of text size and contrast.
type Settings interface {
	SetSetting(key, value string) error
}

// The settings the shell keeps.
const (
	SettingTextSize = "text_size" // percent: "100", "125", "150"
	SettingContrast = "contrast"  // a theme.Contrast
)

// ThemeOf makes the theme of kept settings.
func ThemeOf(contrast, textSize string) *theme.Theme {
	percent, err := strconv.Atoi(textSize)
	if err != nil {
		percent = 100
	}
	return theme.New(theme.Contrast(contrast), float32(percent)/100)
}

// Deps is what the shell is built with.
type Deps struct {
	Lang     string
	Places   []Place
	Standing func() Standing
	Settings Settings // nil keeps nothing
	// Who says who is there where people share the PC; may be nil.
	Who func() (name string, shared bool)
	// Lock locks a shared PC; Switch does, for another person.
	Lock, Switch func()
}

// Shell is the content of the window.
type Shell struct {
	deps    Deps
	cat     *translations.Catalogue
	nav     *widget.SideNav
	status  *statusLine
	root    *fyne.Container
	current int
	window  fyne.Canvas
	help    *widget.Popup
	keys    fyne.ShortcutHandler
	bound   []fyne.Shortcut
}

// New builds the shell; the first place is shown.
func New(d Deps) *Shell {
	s := &Shell{deps: d, cat: translations.For(d.Lang)}
	items := make([]widget.NavItem, len(d.Places))
	for i, p := range d.Places {
		items[i] = widget.NavItem{Title: p.Page.Title(), Bottom: p.Bottom}
	}
	s.nav = widget.NewSideNav(s.cat.T("words.app"), items, func(i int) { s.Go(i) })
	s.status = newStatusLine(s)
	s.root = &fyne.Container{Layout: &frame{s}, Objects: []fyne.CanvasObject{s.nav, d.Places[0].Page.Content(), s.status.root}}
	s.Refresh()
	return s
}

// Root is what the window shows.
func (s *Shell) Root() fyne.CanvasObject { return s.root }

// Current is the page in view.
func (s *Shell) Current() Page { return s.deps.Places[s.current].Page }

// Place is the number of the place in view.
func (s *Shell) Place() int { return s.current }

// Name is the name of the place in view.
func (s *Shell) Name() string { return s.deps.Places[s.current].Name }

// GoNamed shows the place of that name, or the first where there is none.
func (s *Shell) GoNamed(name string) {
	for i, p := range s.deps.Places {
		if p.Name == name {
			s.Go(i)
			return
		}
	}
	s.Go(0)
}

// Has says whether there is a place of that name.
func (s *Shell) Has(name string) bool {
	for _, p := range s.deps.Places {
		if p.Name == name {
			return true
		}
	}
	return false
}

// Go shows a place.
func (s *Shell) Go(i int) {
	if i < 0 || i >= len(s.deps.Places) {
		return
	}
	s.current = i
	s.nav.Mark(i)
	if s.window != nil { // what is out of sight must not take what is typed
		s.window.Unfocus()
	}
	page := s.Current()
	s.root.Objects[1] = page.Content()
	s.root.Layout.Layout(s.root.Objects, s.root.Size())
	s.root.Refresh()
	if r, ok := page.(Refreshable); ok {
		r.Refresh()
	}
	page.Focus()
}

// GoTo shows the place of a page.
func (s *Shell) GoTo(p Page) {
	for i, place := range s.deps.Places {
		if place.Page == p {
			s.Go(i)
		}
	}
}

// Refresh reads how things stand and says it.
func (s *Shell) Refresh() {
	for i, p := range s.deps.Places {
		if p.Badge != nil {
			s.nav.SetBadge(i, p.Badge())
		}
	}
	s.status.say(s.deps.Standing())
}

// Bind takes the window's keys.
func (s *Shell) Bind(c fyne.Canvas) {
	s.window = c
	for i := range s.deps.Places {
		if i < 10 { // Ctrl 0 is the tenth
			s.on(fyne.KeyName(strconv.Itoa((i+1)%10)), func() { s.Go(i) })
		}
	}
	s.on(fyne.KeyL, s.lock)
	s.on(fyne.KeyK, func() {
		if p, ok := s.Current().(Searchable); ok {
			p.FocusSearch()
			return
		}
		for i, place := range s.deps.Places {
			if p, ok := place.Page.(Searchable); ok {
				s.Go(i)
				p.FocusSearch()
				return
			}
		}
	})
	seen := map[fyne.KeyName]bool{fyne.KeyK: true, fyne.KeyL: true}
	for _, place := range s.deps.Places {
		u, ok := place.Page.(ShortcutUser)
		if !ok {
			continue
		}
		for _, sc := range u.Shortcuts() {
			if sc.Key == "" || seen[sc.Key] {
				continue
			}
			seen[sc.Key] = true
			s.on(sc.Key, func() { s.pageShortcut(sc.Key) })
		}
	}
	c.SetOnTypedKey(s.typedKey)
	c.SetOnTypedRune(func(r rune) {
		widget.Used()
		if p, ok := s.Current().(RuneUser); ok {
			p.TypedRune(r)
		}
	})
}

// on binds Ctrl and a key; while something lies over the page it waits.
func (s *Shell) on(key fyne.KeyName, do func()) {
	sc := &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault}
	s.keys.AddShortcut(sc, func(fyne.Shortcut) {
		widget.Used()
		if s.window.Overlays().Top() == nil {
			do()
		}
	})
	s.window.AddShortcut(sc, s.keys.TypedShortcut)
	s.bound = append(s.bound, sc)
}

// Unbind gives the window's keys back: no key reaches a page any more.
func (s *Shell) Unbind() {
	for _, sc := range s.bound {
		s.window.RemoveShortcut(sc)
	}
	s.bound = nil
	s.window.SetOnTypedKey(nil)
	s.window.SetOnTypedRune(nil)
}

// shared says whether people share this PC, and who is there.
func (s *Shell) shared() (name string, is bool) {
	if s.deps.Who == nil {
		return "", false
	}
	return s.deps.Who()
}

func (s *Shell) lock() {
	if _, is := s.shared(); is && s.deps.Lock != nil {
		s.deps.Lock()
	}
}

// personMenu is what the button with the person's name opens.
func (s *Shell) personMenu() {
	widget.ShowMenu(s.status.who, []widget.MenuItem{
		{Text: s.cat.T("shell.switch"), Do: s.deps.Switch},
		{Text: s.cat.T("shell.lock"), Do: s.deps.Lock},
	})
}

// TypedShortcut implements fyne.Shortcutable, for whoever stands in for the window.
func (s *Shell) TypedShortcut(sc fyne.Shortcut) { s.keys.TypedShortcut(sc) }

func (s *Shell) pageShortcut(key fyne.KeyName) {
	if u, ok := s.Current().(ShortcutUser); ok {
		for _, sc := range u.Shortcuts() {
			if sc.Key == key && sc.Do != nil {
				sc.Do()
				return
			}
		}
	}
}

func (s *Shell) typedKey(e *fyne.KeyEvent) {
	widget.Used()
	if e.Name == fyne.KeyF1 {
		s.ShowHelp()
		return
	}
	if p, ok := s.Current().(KeyUser); ok {
		p.TypedKey(e)
	}
}

// ShowHelp lists the keys.
func (s *Shell) ShowHelp() {
	rows := []Shortcut{
		{Keys: "Ctrl 1 – Ctrl " + strconv.Itoa(min(len(s.deps.Places), 10)%10), Means: s.cat.T("shell.key_pages")},
		{Keys: "Ctrl K", Means: s.cat.T("shell.key_search")},
		{Keys: "F1", Means: s.cat.T("shell.key_help")},
		{Keys: "Tab", Means: s.cat.T("shell.key_tab")},
	}
	if _, is := s.shared(); is {
		rows = append(rows, Shortcut{Keys: "Ctrl L", Means: s.cat.T("shell.key_lock")})
	}
	if u, ok := s.Current().(ShortcutUser); ok {
		rows = append(rows, u.Shortcuts()...)
	}
	list := widget.NewColumn(theme.Space8)
	for _, r := range rows {
		list.Add(widget.NewSplitRow(theme.Space16, 200, widget.NewText(r.Means, widget.Style{}), widget.NewKeyHint(r.Keys)))
	}
	var pop *widget.Popup
	done := widget.NewPrimaryButton(s.cat.T("shell.close"), "Esc", func() { pop.Close() })
	content := widget.NewColumn(theme.Space16,
		widget.NewText(s.cat.T("shell.help_title"), widget.Style{Size: theme.Heading, Bold: true}),
		list, widget.NewFlow(theme.Space8, done))
	pop = widget.ShowDialog(s.root, theme.Scaled(520), content)
	s.help = pop
}

// SetLook changes text size and contrast at once, and keeps the choice.
func (s *Shell) SetLook(c theme.Contrast, scale float32) error {
	s.apply(theme.New(c, scale))
	if s.deps.Settings == nil {
		return nil
	}
	if err := s.deps.Settings.SetSetting(SettingTextSize, strconv.Itoa(int(scale*100+0.5))); err != nil {
		return err
	}
	return s.deps.Settings.SetSetting(SettingContrast, string(c))
}

func (s *Shell) apply(t *theme.Theme) {
	theme.Apply(t)
	s.Relayout()
}

// Relayout lays out everything again, as after a change of text size.
func (s *Shell) Relayout() {
	s.root.Layout.Layout(s.root.Objects, s.root.Size())
	widget.Relayout(s.root)
	s.root.Refresh()
}

// frame places the side, the page and the status line.
type frame struct{ s *Shell }

func (f *frame) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(640, 480) }

func (f *frame) Layout(o []fyne.CanvasObject, size fyne.Size) {
	side := max(f.s.nav.MinSize().Width, theme.Scaled(196))
	if size.Width < 1200 {
		side = max(f.s.nav.MinSize().Width, 168)
	}
	foot := widget.HeightFor(f.s.status.root, size.Width)
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(side, size.Height-foot))
	o[1].Move(fyne.NewPos(side, 0))
	o[1].Resize(fyne.NewSize(size.Width-side, size.Height-foot))
	o[2].Move(fyne.NewPos(0, size.Height-foot))
	o[2].Resize(fyne.NewSize(size.Width, foot))
}
