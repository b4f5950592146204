package counter

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/print"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// folder is the right column: what the citizen takes along. Name and greeting
// live in their fields and nowhere else.
type folder struct {
	c     *Counter
	items []*folderItem
	done  *recorded // the vejvisning is recorded; nil while it is being made
	turn  int       // which citizen's folder this is: what is made beside the screen may come back to another

	panel   *widget.Panel
	column  *fyne.Container
	scroll  *widget.Scroll
	foot    *fyne.Container
	cards   *fyne.Container
	name    *guard
	hello   *guard
	lang    *widget.Choice
	layout  *widget.Choice
	slip    *widget.Check // a slip for each host; as it was for the citizen before, because it is a desk's habit
	depth   *widget.Segmented
	day     *widget.Choice
	ask     *widget.Choice // when to ask how it went
	along   *along
	printIt *widget.Button
	saveIt  *widget.Button
	tie     *tie
	form    []fyne.CanvasObject
}

// folderItem is one community in the folder, with the reasons it was chosen for.
type folderItem struct {
	community *directory.Community
	reasons   []match.Reason
	wants     bool // accompaniment
}

func newFolder(c *Counter) *folder {
	f := &folder{c: c}
	t := c.cat.T
	f.cards = widget.NewColumn(theme.Space8)
	f.name = &guard{c: c, field: widget.NewField(t("counter.name"))}
	f.hello = &guard{c: c, field: widget.NewTextField(t("counter.greeting"), 2)}
	f.hello.field.Entry.SetPlaceHolder(t("counter.greeting_hint"))
	for _, g := range []*guard{f.name, f.hello} {
		g.field.Entry.OnChanged = func(string) { g.typed() }
	}
	f.name.field.Entry.OnSubmitted = func(string) { widget.FocusOn(f.hello.field.Entry) }
	f.lang = widget.NewChoice(languages(c), c.deps.Lang, f.chose)
	f.layout = widget.NewChoice([]widget.Option{
		{Value: print.A4, Text: t("counter.layout_a4")}, {Value: print.A5, Text: t("counter.layout_a5")}, {Value: print.Large, Text: t("counter.layout_large")},
	}, print.A4, f.chose)
	f.slip = widget.NewCheck(t("counter.slip"), false, func(bool) { f.chose("") }).Small()
	var depths []widget.Option
	for _, d := range referral.Depths {
		depths = append(depths, widget.Option{Value: string(d), Text: capital(c.say.Label("depth", string(d)))})
	}
	f.depth = widget.NewSegmented(depths, string(referral.Guided), f.chose)
	f.day = widget.NewChoice(f.days(), "0", f.chose)
	f.ask = widget.NewChoice(f.followUpOptions(), "0", nil)
	f.along = newAlong(f)
	f.printIt = widget.NewPrimaryButton(t("counter.print"), "Ctrl P", f.print)
	f.saveIt = widget.NewQuietButton(t("counter.save"), "Ctrl S", f.save)
	f.foot = widget.NewColumn(theme.Space8, f.printIt, f.saveIt)
	f.tie = newTie(f)
	f.form = []fyne.CanvasObject{
		widget.NewColumn(2,
			widget.NewText(t("counter.folder"), widget.Style{Size: theme.CardTitle, Bold: true}),
			widget.NewText(t("counter.folder_hint"), widget.Style{Size: theme.Small, Ink: widget.Quiet})),
		f.tie.top, f.cards, f.name.field, f.hello.field,
		widget.NewPair(theme.Space8, theme.Scaled(108), widget.Labelled(t("counter.language"), f.lang), widget.Labelled(t("counter.layout"), f.layout)), f.slip,
		widget.Labelled(t("counter.depth"), f.depth), f.along.panel,
		widget.NewPair(theme.Space8, theme.Scaled(108), widget.Labelled(t("counter.day"), f.day), widget.Labelled(t("counter.follow_up"), f.ask)),
		f.tie.box,
	}
	f.column = widget.NewColumn(theme.Space12, f.form...)
	f.scroll = widget.NewScroll(widget.NewInset(0, 0, 4, 0, f.column))
	f.panel = widget.NewFolder(widget.NewFoot(theme.Space12, f.scroll, f.foot))
	f.fillCards()
	return f
}

func languages(c *Counter) []widget.Option {
	var out []widget.Option
	for _, l := range translations.Sheets {
		out = append(out, widget.Option{Value: l, Text: capital(c.say.Label("language", l))})
	}
	return out
}

// days are those a vejvisning may be recorded on: today, or late.
func (f *folder) days() []widget.Option {
	out := make([]widget.Option, 0, lateDays+1)
	today := directory.DayOf(f.c.deps.Now())
	for i := range lateDays + 1 {
		d := today.AddDays(-i)
		text := f.c.say.Day(d)
		if t, err := d.Time(); err == nil {
			text = capital(f.c.say.WeekdayDay(t))
		}
		switch i {
		case 0:
			text = f.c.cat.T("counter.today")
		case 1:
			text = f.c.cat.T("counter.yesterday")
		}
		out = append(out, widget.Option{Value: strconv.Itoa(i), Text: text})
	}
	return out
}

// lateDays is how far back the screen offers a day; the command line goes further.
const lateDays = 14

func (f *folder) date() directory.Day {
	back, err := strconv.Atoi(f.day.Value())
	if err != nil {
		back = 0 // nothing chosen is today
	}
	return directory.DayOf(f.c.deps.Now()).AddDays(-back)
}

func (f *folder) chose(string) { f.along.fit(); f.c.saveDraft() }

func (f *folder) empty() bool { return len(f.items) == 0 }

func (f *folder) holds(id string) bool {
	return slices.ContainsFunc(f.items, func(i *folderItem) bool { return i.community.ID == id })
}

// add lays a community in the folder.
func (f *folder) add(v *hitView) {
	switch {
	case f.done != nil:
		f.c.notice.show(widget.ToneWaiting, f.c.cat.T("counter.recorded_already"), f.c.cat.T("counter.recorded_already_text"),
			widget.NewQuietButton(f.c.cat.T("counter.new_citizen"), "Ctrl N", f.c.NewCitizen))
		return
	case f.holds(v.community.ID):
		return
	}
	f.items = append(f.items, &folderItem{community: v.community, reasons: v.hit.Reasons})
	f.changed()
}

func (f *folder) remove(it *folderItem) {
	f.items = slices.DeleteFunc(f.items, func(i *folderItem) bool { return i == it })
	f.changed()
	f.c.Focus()
}

func (f *folder) changed() {
	f.fillCards()
	f.c.showSelected()
	f.c.saveDraft()
	widget.FocusIfNone(f.c.search.Entry)
}

func (f *folder) focus() {
	if f.done == nil {
		widget.FocusOn(f.name.field.Entry)
	}
}

func (f *folder) fillCards() {
	t := f.c.cat.T
	f.cards.Objects = nil
	if len(f.items) == 0 {
		f.cards.Add(widget.NewText(t("counter.folder_empty"), widget.Style{Ink: widget.Quiet}))
	}
	for _, it := range f.items {
		f.cards.Add(f.card(it))
	}
	f.along.fit()
	f.relayout()
}

func (f *folder) card(it *folderItem) fyne.CanvasObject {
	name := widget.NewText(it.community.Name, widget.Style{Bold: true})
	away := widget.NewSignButton(widget.GlyphClose, f.c.cat.T("counter.remove", "name", it.community.Name), func() { f.remove(it) })
	when := f.c.cat.T("counter.no_date")
	if next := it.community.NextForNew(f.c.deps.Now(), 1); len(next) > 0 {
		when = f.c.say.ShortNext(next[0])
	}
	col := widget.NewColumn(2, widget.NewSplitRow(theme.Space4, 60, name, away), widget.NewText(when, widget.Style{Ink: widget.Quiet}))
	if goesAlong(it.community) {
		col.Add(widget.NewCheck(f.c.cat.T("counter.wants"), it.wants, func(on bool) { it.wants = on; f.chose("") }).Small())
	}
	return widget.NewSmallPanel(col)
}

// goesAlong says whether somebody there can go along.
func goesAlong(com *directory.Community) bool {
	a := com.Accompaniment
	return a != nil && a.Offered != nil && *a.Offered
}

// relayout lays the folder out again after its content changed height.
func (f *folder) relayout() {
	f.panel.Refresh()
	widget.Relayout(f.panel)
	f.scroll.Relayout()
}

// clear forgets the citizen.
func (f *folder) clear() {
	if f.done != nil && f.done.stop != nil {
		f.done.stop()
	}
	f.turn++
	f.items, f.done = nil, nil
	f.busy(false)
	f.name.clear()
	f.hello.clear()
	f.tie.clear()
	f.lang.Select(f.c.deps.Lang)
	f.layout.Select(print.A4)
	f.depth.Select(string(referral.Guided))
	f.day.SetOptions(f.days())
	f.day.Select("0")
	f.ask.Select("0")
	f.along.clear()
	f.column.Objects = f.form
	f.foot.Objects = []fyne.CanvasObject{f.printIt, f.saveIt}
	f.fillCards()
	f.scroll.ToTop()
}

// directoryChanged takes the records anew: one that is gone leaves the folder.
func (f *folder) directoryChanged() {
	if f.done != nil {
		return
	}
	f.items = slices.DeleteFunc(f.items, func(it *folderItem) bool {
		com, err := f.c.deps.Directory.Community(it.community.ID)
		if err == nil {
			it.community = com
		}
		return err != nil
	})
	f.fillCards()
}

// draft is what may be kept of the folder.
func (f *folder) draft() localdb.Draft {
	d := localdb.Draft{Depth: referral.Depth(f.depth.Value()), Layout: f.layout.Value(), Language: f.lang.Value()}
	for _, it := range f.items {
		d.Communities = append(d.Communities, it.community.ID)
		if it.wants {
			d.Accompaniment = append(d.Accompaniment, it.community.ID)
		}
	}
	return d
}

// restore lays a draft in the folder.
func (f *folder) restore(d *localdb.Draft) {
	for _, id := range d.Communities {
		if com, err := f.c.deps.Directory.Community(id); err == nil && !f.holds(id) {
			f.items = append(f.items, &folderItem{community: com, wants: goesAlong(com) && slices.Contains(d.Accompaniment, id)})
		}
	}
	f.depth.Select(string(d.Depth))
	f.layout.Select(d.Layout)
	f.lang.Select(d.Language)
	f.fillCards()
}

// offerDraft asks about a folder that was open when the program stopped.
func (c *Counter) offerDraft() {
	d, err := c.deps.Store.LoadDraft()
	if err != nil {
		c.notice.problem("counter.draft_failed", err)
		return
	}
	if d == nil || len(d.Communities) == 0 && len(d.Filters) == 0 {
		return
	}
	t := c.cat.T
	c.notice.show(widget.ToneWaiting, t("counter.draft"), c.cat.N("counter.draft_text", len(d.Communities)),
		widget.NewQuietButton(t("counter.draft_take"), "", func() {
			c.notice.clear()
			c.filters = slices.Clone(d.Filters)
			c.folder.restore(d)
			c.Find()
			c.Focus()
		}),
		widget.NewQuietButton(t("counter.draft_leave"), "", func() {
			c.notice.clear()
			c.NewCitizen()
		}))
}
