package settings

import (
	"errors"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/say"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Page is the page "Indstillinger". All methods are called on the screen's goroutine.
type Page struct {
	d     Deps
	say   *say.Speaker
	saver *saver

	organisation, desk, phone, publicURL *widget.Field
	locked                               *widget.Text // why the organisation cannot be changed here
	municipality                         *widget.Choice
	place                                *placePart
	look                                 *lookPart
	print                                *printPart
	data                                 *dataPart
	about                                *aboutPart
	words                                *words
	notes                                map[string]*widget.Text // by setting: "Gemt"
	cancel                               func()                  // of the interest in changes

	head    *fyne.Container
	columns *fyne.Container
	scroll  *widget.Scroll
	root    *fyne.Container
}

// New makes the page. What takes time is read when it first comes into view.
func New(d Deps) *Page {
	p := &Page{d: d, say: say.In(d.Lang), notes: map[string]*widget.Text{}}
	p.saver = &saver{store: d.Store, post: d.Post, done: p.saved}
	p.look = newLookPart(p)
	p.place = newPlacePart(p)
	p.print = newPrintPart(p)
	p.data = newDataPart(p)
	p.about = newAboutPart(p)
	p.words = newWords(p)
	sections := []fyne.CanvasObject{p.newDesk(), p.section("place", "place_hint", p.place.box), p.section("words", "words_hint", p.words.box),
		p.section("look", "", p.look.box), p.section("print", "", p.print.box)}
	for _, m := range d.More {
		sections = append(sections, p.panel(m.Title, m.Hint, m.Body))
	}
	p.columns = widget.NewColumns(theme.Space16, theme.Scaled(340),
		append(sections, p.section("data", "", p.data.box), p.section("about", "", p.about.box))...)
	p.head = widget.NewColumn(theme.Space4,
		widget.NewText(p.say.T("settings.title"), widget.Style{Size: theme.Page, Bold: true}),
		widget.NewText(p.say.T("settings.lead"), widget.Style{Ink: widget.Quiet}))
	p.scroll = widget.NewScroll(widget.NewInset(theme.Space16, theme.Space24, theme.Space24, theme.Space24,
		widget.NewColumn(theme.Space16, p.head, p.columns)))
	p.root = &fyne.Container{Layout: &whole{}, Objects: []fyne.CanvasObject{p.scroll}}
	p.read()
	p.cancel = d.Store.Subscribe(func(c localdb.Change) {
		if c.Kind == "setting" && (c.ID == localdb.SettingTextSize || c.ID == localdb.SettingContrast) {
			d.Post(p.lookChanged)
		}
		if c.Kind == "setting" && localdb.IsOwnWord(c.ID) {
			d.Post(p.words.load)
		}
		if c.Kind == "sync" { // enrolled, or called something else by the hub
			d.Post(p.lock)
		}
	})
	return p
}

// Relayout lays the page out again, for sections that others make.
func (p *Page) Relayout() { p.relayout() }

// Close ends the page's interest in changes.
func (p *Page) Close() { p.cancel() }

// lookChanged marks the look that was chosen, here or in the status line.
func (p *Page) lookChanged() {
	p.look.show(true)
	p.redraw()
}

// redraw lets the fields take the text size of now: Fyne tells only what is in
// sight that it changed.
func (p *Page) redraw() {
	for _, f := range []*widget.Field{p.organisation, p.desk, p.phone, p.publicURL, p.place.search, p.words.search, p.words.form.says, p.words.form.find} {
		f.Entry.Refresh()
		f.Refresh()
	}
	p.relayout()
	p.words.relayout()
}

// whole gives its object all the room there is.
type whole struct{}

func (*whole) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(400, 300) }
func (*whole) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.NewPos(0, 0))
		o.Resize(s)
	}
}

// Title is what the page is called.
func (p *Page) Title() string { return p.say.T("settings.title") }

// Content is the page itself.
func (p *Page) Content() fyne.CanvasObject { return p.root }

// Focus goes to the first field.
func (p *Page) Focus() {
	if p.words.open {
		p.words.form.focus()
		return
	}
	if p.organisation.Entry.Disabled() {
		widget.FocusOn(p.desk.Entry)
		return
	}
	widget.FocusOn(p.organisation.Entry)
}

// TypedKey takes Esc where the own words stand in the place of the settings.
func (p *Page) TypedKey(e *fyne.KeyEvent) bool {
	if e.Name != fyne.KeyEscape || !p.words.open {
		return false
	}
	p.words.escape()
	return true
}

// swap shows the settings, or what takes their place.
func (p *Page) swap(o fyne.CanvasObject) {
	p.root.Objects = []fyne.CanvasObject{o}
	p.root.Layout.Layout(p.root.Objects, p.root.Size())
	p.root.Refresh()
}

// Refresh reads anew what others can change, and what takes time: places,
// printers, how the data is kept.
func (p *Page) Refresh() {
	p.look.show(false)
	p.redraw()
	p.place.load()
	p.print.load()
	p.data.load()
	p.words.load()
}

// section is a panel with a heading.
func (p *Page) section(name, hint string, body ...fyne.CanvasObject) fyne.CanvasObject {
	if hint != "" {
		hint = p.say.T("settings.section." + hint)
	}
	return p.panel(p.say.T("settings.section."+name), hint, body...)
}

func (p *Page) panel(title, hint string, body ...fyne.CanvasObject) fyne.CanvasObject {
	head := widget.NewColumn(0, widget.NewText(title, widget.Style{Size: theme.CardTitle, Bold: true}))
	if hint != "" {
		head.Add(widget.NewText(hint, widget.Style{Ink: widget.Quiet, Size: theme.Quiet}))
	}
	return widget.NewPanel(widget.NewColumn(theme.Space16, append([]fyne.CanvasObject{head}, body...)...))
}

func (p *Page) today() directory.Day { return directory.DayOf(p.d.Now()) }

// newDesk is the section of what stands on the sheet.
func (p *Page) newDesk() fyne.CanvasObject {
	name := func(text string) (string, problem) { return checkName(text, p.today()) }
	p.organisation = p.field("organisation", localdb.SettingOrganisation, name)
	p.desk = p.field("desk", localdb.SettingDesk, name)
	p.phone = p.field("phone", localdb.SettingDeskPhone, checkPhone)
	p.publicURL = p.field("public_url", localdb.SettingPublicURL, checkURL)
	p.organisation.Entry.SetPlaceHolder(p.say.T("settings.organisation_placeholder"))
	p.desk.Entry.SetPlaceHolder(p.say.T("settings.desk_placeholder"))
	p.phone.Entry.SetPlaceHolder(p.say.T("settings.phone_placeholder"))
	p.publicURL.Entry.SetPlaceHolder(urlExample)
	p.locked = widget.NewText(p.say.T("settings.organisation_locked"), widget.Style{Ink: widget.Quiet, Size: theme.Small})
	p.locked.Hide()
	p.municipality = widget.NewChoice(p.municipalities(nil, ""), "", func(v string) {
		p.saver.save(localdb.SettingMunicipality, v)
	})
	return p.section("desk", "desk_hint",
		widget.NewColumn(theme.Space4, p.noted(p.organisation, localdb.SettingOrganisation), p.locked),
		p.noted(p.desk, localdb.SettingDesk),
		p.noted(p.phone, localdb.SettingDeskPhone),
		p.noted(widget.Labelled(p.say.T("settings.municipality"), p.municipality), localdb.SettingMunicipality),
		p.noted(p.publicURL, localdb.SettingPublicURL),
		widget.NewText(p.say.T("settings.public_url_hint"), widget.Style{Ink: widget.Quiet, Size: theme.Small}))
}

const urlExample = "https://lindeby.example"

// pause is how long a text stands unchanged before it is said what is wrong with
// it: an address is wrong all the while it is typed.
const pause = 900 * time.Millisecond

// field makes a field whose text is kept while it is typed, as far as it can
// be. What is wrong is said on Enter, or when the person has stopped typing.
func (p *Page) field(name, key string, check func(string) (string, problem)) *widget.Field {
	f := widget.NewField(p.say.T("settings." + name))
	kept := func(text string, tell bool) {
		v, bad := check(text)
		if bad != "" {
			if tell || f.Problem() != "" {
				p.notes[key].Hide() // the reason says it
				p.problem(f, p.problemWords(bad))
				return
			}
			p.note(key, "not_saved", widget.OnTrouble)
			time.AfterFunc(pause, func() {
				p.d.Post(func() {
					if f.Entry.Text == text {
						p.notes[key].Hide()
						p.problem(f, p.problemWords(bad))
					}
				})
			})
			return
		}
		p.problem(f, "")
		p.saver.save(key, v)
	}
	f.Entry.OnChanged = func(s string) { kept(s, false) }
	f.Entry.OnSubmitted = func(s string) { kept(s, true) }
	return f
}

func (p *Page) problemWords(bad problem) string {
	return p.say.T(string(bad), "n", longest, "example", urlExample)
}

func (p *Page) problem(f *widget.Field, text string) {
	if f.Problem() != text {
		f.SetProblem(text)
		p.relayout()
	}
}

// noted puts the quiet word of whether it is kept below a part.
func (p *Page) noted(o fyne.CanvasObject, key string) fyne.CanvasObject {
	n := widget.NewText("", widget.Style{Size: theme.Small, Ink: widget.Quiet})
	n.Hide()
	p.notes[key] = n
	return widget.NewColumn(theme.Space4, o, n)
}

func (p *Page) note(key, text string, ink widget.Ink) {
	n := p.notes[key]
	if n == nil {
		return
	}
	n.SetStyle(widget.Style{Size: theme.Small, Ink: ink})
	n.SetText(p.say.T("settings." + text))
	if !n.Visible() {
		n.Show()
		p.relayout()
	}
}

// saved says quietly that a setting is kept, or plainly that it is not.
func (p *Page) saved(key string, err error) {
	if key == localdb.SettingLon {
		key = localdb.SettingLat
	}
	var cpr *localdb.CPRError
	switch {
	case err == nil:
		p.note(key, "saved", widget.OnTint)
	case errors.As(err, &cpr):
		p.note(key, "cpr", widget.OnTrouble)
	default:
		p.note(key, "save_failed", widget.OnTrouble)
	}
}

// read fills the fields from the store.
func (p *Page) read() {
	var errs []error
	get := func(key string) string {
		v, err := p.d.Store.Setting(key)
		errs = append(errs, err)
		return v
	}
	fill := func(f *widget.Field, key string) { showText(f, get(key)) }
	fill(p.organisation, localdb.SettingOrganisation)
	p.lock()
	fill(p.desk, localdb.SettingDesk)
	fill(p.phone, localdb.SettingDeskPhone)
	fill(p.publicURL, localdb.SettingPublicURL)
	m := get(localdb.SettingMunicipality)
	p.municipality.SetOptions(p.municipalities(nil, m))
	p.municipality.Select(m)
	p.place.lat, p.place.lon = get(localdb.SettingLat), get(localdb.SettingLon)
	p.place.offer("")
	p.print.chosen = get(localdb.SettingPrinter)
	p.print.offer(nil)
	if errors.Join(errs...) != nil {
		p.head.Add(widget.NewBanner(widget.ToneTrouble, p.say.T("settings.load_failed"), ""))
	}
}

// showText puts a text into a field that nobody typed.
func showText(f *widget.Field, text string) {
	changed := f.Entry.OnChanged
	f.Entry.OnChanged = nil
	f.Entry.SetText(text)
	f.Entry.OnChanged = changed
}

// lock shows the organisation as the hub has it, and takes no other, where this PC
// is enrolled: a vejvisning goes to the one whose desk it is.
func (p *Page) lock() {
	e, err := p.d.Store.Enrolment()
	if err != nil {
		p.locked.SetText(p.say.T("settings.load_failed"))
		p.locked.Show()
		p.relayout()
		return
	}
	if e == nil || p.organisation.Entry.Disabled() && p.organisation.Entry.Text == e.Organisation {
		return
	}
	showText(p.organisation, e.Organisation)
	p.organisation.Entry.Disable()
	p.problem(p.organisation, "")
	p.notes[localdb.SettingOrganisation].Hide()
	p.locked.SetText(p.say.T("settings.organisation_locked"))
	p.locked.Show()
	p.relayout()
}

// municipalities are those of the directory, and the one that is kept.
func (p *Page) municipalities(list []string, kept string) []widget.Option {
	out := []widget.Option{{Value: "", Text: p.say.T("settings.municipality_none")}}
	seen := kept == ""
	for _, m := range list {
		out = append(out, widget.Option{Value: m, Text: m})
		seen = seen || m == kept
	}
	if !seen {
		out = append(out, widget.Option{Value: kept, Text: kept})
	}
	return out
}

func (p *Page) relayout() {
	if p.root.Size().Width > 0 {
		p.scroll.Relayout()
	}
}

func contains(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(strings.TrimSpace(part)))
}
