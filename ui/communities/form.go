package communities

import (
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// form is where a person writes the facts of one community. It stands in the
// place of the list until it is kept or put away, and nothing that is typed in
// it goes by itself.
type form struct {
	p      *Page
	before *community // as the person saw it; nil is a new one
	gone   bool       // somebody removed it meanwhile
	busy   bool       // it is being kept
	built  bool

	own    *group[community]
	places *rows[directory.Place]
	slots  *rows[directory.Slot]
	kind   *fact
	ground fyne.CanvasObject // the section of practice grounds
	begin  fyne.Focusable    // where writing begins
	after  func(*fact)
	watchs []func(*fact)

	parts  []section
	placed int // how many facts have their section
	title  *widget.Text
	head   *fyne.Container
	scroll *widget.Scroll
	others *fyne.Container // what another person did meanwhile
	said   *fyne.Container // what is wrong, or what leaving would lose
	sure   *widget.Check   // the facts were confirmed with the community
	save   *widget.Button
	root   *fyne.Container
}

func (f *form) t(key string, args ...any) string {
	if strings.HasPrefix(key, "welcome.form.") {
		return f.p.say.T(key, args...)
	}
	return f.p.say.T("communities.form."+key, args...)
}

// makeForm makes the form of a community, nil is a new one, as a person left it
// in e; nil is untouched.
func makeForm(p *Page, c *community, e *Editing) *form {
	f := &form{p: p, before: c}
	f.own = &group[community]{f: f}
	if c != nil {
		f.own.of = *c
	}
	if e == nil {
		e = &Editing{}
	}
	f.places = newRows(f, "places", f.own.of.Places, e.places, f.place)
	f.slots = newRows(f, "schedule", f.own.of.Schedule, e.slots, f.slot)
	sheet := f.sheet()
	f.build(sheet)
	f.write(e)
	f.built = true
	f.touched()
	return f
}

func (f *form) build(sheet fyne.CanvasObject) {
	title := f.t("title_new")
	if f.before != nil {
		title = f.t("title", "name", f.before.Name)
	}
	f.title = widget.NewText(title, widget.Style{Size: theme.Page, Bold: true})
	f.others, f.said = widget.NewColumn(theme.Space8), widget.NewColumn(theme.Space8)
	f.others.Hide()
	f.said.Hide()
	f.head = widget.NewColumn(theme.Space8, f.title)
	if b := f.reported(); b != nil {
		f.head.Add(b)
	}
	f.head.Add(f.others)
	f.scroll = widget.NewScroll(widget.NewInset(4, 8, theme.Space16, 4, sheet))
	f.save = widget.NewPrimaryButton(f.t("save"), "Ctrl S", f.keep)
	f.sure = widget.NewCheck(f.t("sure"), false, func(bool) { f.touched() })
	foot := widget.NewColumn(theme.Space8, f.said,
		widget.NewBeside(theme.Space16, theme.Scaled(260), widget.NewRow(theme.Space8, f.save, widget.NewQuietButton(f.t("close"), "Esc", f.leave)), f.sure))
	l := &formLayout{canvas.NewRectangle(nil), canvas.NewRectangle(nil), canvas.NewRectangle(nil)}
	f.root = &fyne.Container{Layout: l, Objects: []fyne.CanvasObject{l.whole, f.scroll, l.above, l.below, f.head, foot}}
}

// formLayout puts the sections between a head and a foot that stay in sight, on
// grounds of their own: not every painter cuts off the words of a field that is
// scrolled away. The whole has one too, because a window's own ground is not
// painted in quite the same colour.
type formLayout struct{ whole, above, below *canvas.Rectangle }

func (l *formLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(600, 400) }

func (l *formLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	edge := theme.Space24
	w := s.Width - 2*edge
	head, foot := widget.HeightFor(o[4], w), widget.HeightFor(o[5], w)
	o[4].Move(fyne.NewPos(edge, theme.Space16))
	o[4].Resize(fyne.NewSize(w, head))
	top := theme.Space16 + head + theme.Space12
	bottom := s.Height - theme.Space12 - foot
	end := max(bottom-theme.Space12, top)
	o[1].Move(fyne.NewPos(edge-4, top))
	o[1].Resize(fyne.NewSize(w+12, end-top))
	o[5].Move(fyne.NewPos(edge, bottom))
	o[5].Resize(fyne.NewSize(w, foot))
	l.below.Move(fyne.NewPos(0, end))
	l.whole.Resize(s)
	l.above.Resize(fyne.NewSize(s.Width, top))
	l.below.Resize(fyne.NewSize(s.Width, max(s.Height-end, 0)))
	for _, r := range []*canvas.Rectangle{l.whole, l.above, l.below} {
		r.FillColor = theme.Colours().Ground
		r.Refresh()
	}
}

func (f *form) relayout() {
	if f.root != nil && f.root.Size().Width > 0 {
		f.root.Layout.Layout(f.root.Objects, f.root.Size())
		widget.Relayout(f.root)
		f.scroll.Relayout()
		f.root.Refresh()
	}
}

// focus goes to where writing begins, behind what stands there.
func (f *form) focus() {
	if e, ok := f.begin.(*widget.Entry); ok {
		e.CursorColumn = utf8.RuneCountInString(e.Text)
	}
	widget.FocusOn(f.begin)
}

// next goes on to the next part, as Tab does.
func (f *form) next() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(f.root); c != nil {
		c.FocusNext()
	}
}

// section is a part of the form with a heading, and where writing in it begins.
type section struct {
	panel fyne.CanvasObject
	begin func() fyne.Focusable
}

// nextSection goes from the section that has focus to the next.
func (f *form) nextSection() {
	driver := fyne.CurrentApp().Driver()
	c := driver.CanvasForObject(f.root)
	if c == nil {
		return
	}
	at := -1
	if o, ok := c.Focused().(fyne.CanvasObject); ok {
		p := driver.AbsolutePositionForObject(o)
		for i, s := range f.parts {
			q := driver.AbsolutePositionForObject(s.panel)
			if end := q.Add(s.panel.Size()); s.panel.Visible() && p.X >= q.X && p.Y >= q.Y && p.X < end.X && p.Y < end.Y {
				at = i
			}
		}
	}
	for i := range f.parts {
		if s := f.parts[(at+1+i)%len(f.parts)]; s.panel.Visible() {
			widget.FocusOn(s.begin())
			widget.Reveal(s.panel)
			widget.FocusOn(s.begin()) // seen, where the section is higher than the room
			return
		}
	}
}

// redraw lets the parts take the text size and the contrast of now: the toolkit
// tells only what is in sight that they changed.
func (f *form) redraw() {
	f.each(func(_ string, x *fact) {
		if o, ok := x.focus.(fyne.CanvasObject); ok {
			o.Refresh()
		}
		x.part.Refresh()
	})
	f.relayout()
}

// watch has do called when a fact changes.
func (f *form) watch(do func(*fact)) { f.watchs = append(f.watchs, do) }

// changed is told by a fact. What was wrong with it is taken away: it is looked
// at again when the form is kept.
func (f *form) changed(x *fact) {
	if !f.built {
		return
	}
	if f.after != nil {
		f.after(x)
	}
	for _, do := range f.watchs {
		do(x)
	}
	if x == f.kind {
		f.showGround()
		f.relayout()
	}
	if x.wrong {
		x.wrong = false
		x.problem("")
		f.relayout()
	}
	f.touched()
}

// touched lets the foot say what can be done now.
func (f *form) touched() {
	if f.save == nil {
		return
	}
	if f.dirty() && !f.busy {
		f.save.Enable()
	} else {
		f.save.Disable()
	}
}

// each goes through all facts; at is the row's path, "" for the community's own.
func (f *form) each(do func(at string, x *fact)) {
	f.own.each(func(x *fact) { do("", x) })
	f.places.each(do)
	f.slots.each(do)
}

// dirty says whether there is something to keep.
func (f *form) dirty() bool {
	own := false
	f.own.each(func(x *fact) { own = own || x.typed() })
	return own || f.gone || f.places.typed() || f.slots.typed() || f.sure != nil && f.sure.On()
}

// gather gives the community as it is to be; what no part of the form names
// stays as it is. bad are the facts that cannot be read.
func (f *form) gather() (after *community, bad map[*fact]string, err error) {
	after, bad = &community{}, map[*fact]string{}
	if f.before != nil {
		if after, err = clone(f.before); err != nil {
			return nil, nil, err
		}
	}
	f.own.fill(after, bad)
	if places := f.places.fill(bad); f.places.typed() {
		after.Places = places
	}
	if slots := f.slots.fill(bad); f.slots.typed() {
		after.Schedule = slots
	}
	tidy(f.before, after)
	if f.sure.On() {
		assure(after, f.p.may.role, f.p.d.Now())
	}
	if f.gone { // kept as a new one, known by nothing but itself
		after.ID, after.Source, after.SourceID = "", "", ""
	}
	return after, bad, nil
}

func clone(c *community) (*community, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	out := &community{}
	return out, json.Unmarshal(b, out)
}

// tidy takes away parts in which nothing is left, unless they were so.
func tidy(before, after *community) {
	if before == nil {
		before = &community{}
	}
	drop(before.Organiser, &after.Organiser)
	drop(before.Price, &after.Price)
	drop(before.Audience, &after.Audience)
	drop(before.Accompaniment, &after.Accompaniment)
	drop(before.Welcome, &after.Welcome)
	drop(before.Capacity, &after.Capacity)
	drop(before.Practice, &after.Practice)
	drop(before.Contact, &after.Contact)
}

func drop[T any](before *T, after **T) {
	if *after == nil || before != nil && empty(before) {
		return
	}
	if empty(*after) {
		*after = nil
	}
}

// empty says whether a part states nothing.
func empty(part any) bool {
	b, err := json.Marshal(part)
	return err == nil && string(b) == "{}"
}

// tell shows what happened above the buttons; nil takes it away.
func (f *form) tell(b *widget.Banner) {
	f.said.Objects = nil
	if b != nil {
		f.said.Add(b)
	}
	show(f.said, b != nil)
	f.relayout()
}

// reported says what desks have reported about the community.
func (f *form) reported() fyne.CanvasObject {
	if f.before == nil {
		return nil
	}
	return f.p.reportedBox(f.p.reportsOf(f.before), 2, false)
}

// keep keeps what is written: away from the screen, because it is on the disk
// before it counts. What is wrong is said where it stands.
func (f *form) keep() { f.keepThen(nil) }

// keepThen keeps, and then does something more.
func (f *form) keepThen(then func()) {
	if f.busy || !f.dirty() {
		return
	}
	after, bad, err := f.gather()
	if err != nil {
		f.refused(err)
		return
	}
	if !f.check(after, bad) {
		return
	}
	before := f.before
	if f.gone {
		before = nil
	}
	f.busy = true
	f.touched()
	p := f.p
	go func() {
		err := p.d.Store.EditCommunity(before, after)
		p.d.Post(func() {
			f.busy = false
			f.touched()
			if err != nil {
				f.refused(err)
				return
			}
			p.kept(f, after)
			if then != nil {
				then()
			}
		})
	}()
}

// leave puts the form away; where that would lose what is typed, it asks.
func (f *form) leave() {
	if !f.dirty() {
		f.p.closeForm()
		return
	}
	f.ask(f.p.closeForm)
}

// ask says that something is not kept, and then does what was wanted, or not.
func (f *form) ask(then func()) {
	var pop *widget.Popup
	keep := widget.NewPrimaryButton(f.t("leave_save"), "", func() { pop.Close(); f.keepThen(then) })
	drop := widget.NewQuietButton(f.t("leave_drop"), "", func() { pop.Close(); then() })
	stay := widget.NewQuietButton(f.t("leave_stay"), "Esc", func() { pop.Close() })
	pop = widget.ShowDialog(f.root, theme.Scaled(520), widget.NewColumn(theme.Space12,
		widget.NewText(f.t("leave_title"), widget.Style{Size: theme.Heading, Bold: true}),
		widget.NewText(f.t("leave_text"), widget.Style{Ink: widget.Quiet}),
		widget.NewFlow(theme.Space8, keep, drop, stay)))
	f.p.asking = pop
	if pop != nil {
		pop.OnClose = func() { f.p.asking = nil }
	}
}

// otherEdit is told that the community changed in the store while the form is
// open. What is typed stays; what another person wrote is shown when asked for.
func (f *form) otherEdit() {
	if f.before == nil || f.gone || f.busy {
		return
	}
	now, err := f.p.d.Store.Community(f.before.ID)
	switch {
	case isGone(err):
		f.gone = true
		f.tellOther(widget.NewBanner(widget.ToneWaiting, f.t("gone"), f.t("gone_text")))
		f.touched()
		return
	case err != nil:
		return // the list says so
	}
	var names []string
	for _, name := range differing(f.before, now) {
		if name != "assured_at" && name != "assured_by" {
			names = append(names, memberWords(f.p.say, name))
		}
	}
	if len(names) == 0 {
		f.tellOther(nil)
		return
	}
	f.tellOther(widget.NewBanner(widget.ToneWaiting, f.t("other", "fields", f.p.say.List(unique(names))), f.t("other_text"),
		widget.NewQuietButton(f.t("other_show"), "", f.showOther)))
}

func (f *form) tellOther(b *widget.Banner) {
	f.others.Objects = nil
	if b != nil {
		f.others.Add(b)
	}
	show(f.others, b != nil)
	f.relayout()
}

// showOther shows what another person wrote in the facts that were not touched
// here; the others stay as they are typed, and are still edits of what was seen,
// so that two edits of the same meet where a person chooses.
func (f *form) showOther() {
	now, err := f.p.d.Store.Community(f.before.ID)
	if err != nil {
		f.tell(widget.NewBanner(widget.ToneTrouble, f.p.say.T(localdb.MessageKey(err)), ""))
		return
	}
	e := f.editing()
	if e.before, err = merge(f.before, now, f.members()); err != nil {
		f.refused(err)
		return
	}
	f.p.openForm(makeForm(f.p, e.before, e))
}
