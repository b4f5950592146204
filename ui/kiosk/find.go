package kiosk

import (
	"context"
	"math"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// found is what a question gave; nothing of the question is in it.
type found struct {
	hits  []match.Hit
	near  []match.Near
	total int
	weak  bool
	asked bool
}

// search opens the page where one types.
func (k *Kiosk) search() {
	k.keys, k.plane = true, ""
	k.open(&view{name: pageFind, make: k.makeFind, spoken: func() string { return k.spokenFound(k.t("search")) }})
}

// tilePage shows what a tile looks for.
func (k *Kiosk) tilePage(t tile) *view {
	var f found
	return &view{name: pageFound, make: func() fyne.CanvasObject {
		f = k.ask(t.words, t.filters)
		k.found = f
		return k.makeFound(k.t("tile."+t.id), f)
	}, spoken: func() string { return k.spokenFound(k.t("tile." + t.id)) }}
}

// ask searches; it takes a few milliseconds and is done on the spot.
func (k *Kiosk) ask(text string, filters []match.Wish) found {
	finder := k.deps.Finder()
	if finder == nil {
		return found{}
	}
	r := finder.Search(context.Background(), match.Query{Text: text, Done: !k.keys, Filters: filters, Origin: k.origin(), Today: directory.DayOf(k.deps.Now()), Limit: shownHits})
	return found{hits: r.Hits, near: r.Near, total: r.Total, weak: r.Weak || r.Total == 0, asked: text != "" || len(filters) > 0}
}

// origin is where the kiosk stands.
func (k *Kiosk) origin() *match.Point {
	lat, err1 := strconv.ParseFloat(k.setting(localdb.SettingLat), 64)
	lon, err2 := strconv.ParseFloat(k.setting(localdb.SettingLon), 64)
	if err1 != nil || err2 != nil {
		return nil
	}
	return &match.Point{Lat: lat, Lon: lon}
}

// away is how far a place lies from here as the crow flies, in km; -1 where that
// is not known.
func (k *Kiosk) away(p *directory.Place) float64 {
	o := k.origin()
	if o == nil || p == nil || p.Confidential || p.Lat == nil || p.Lon == nil {
		return -1
	}
	const rad = math.Pi / 180
	x := (*p.Lon - o.Lon) * rad * math.Cos((*p.Lat+o.Lat)/2*rad)
	y := (*p.Lat - o.Lat) * rad
	return math.Hypot(x, y) * 6371
}

// take keeps the letters of a field that goes, for the one that comes.
func (k *Kiosk) take() {
	if k.field == nil {
		return
	}
	clear(k.typed[:cap(k.typed)])
	k.typed = append(k.typed[:0], k.field.Typed()...)
	k.field.OnChange, k.field.OnTouch = nil, nil
	k.field.Wipe()
}

// makeFind is the page where one types.
func (k *Kiosk) makeFind() fyne.CanvasObject {
	f := widget.NewTouchField(k.t("hint_short"), k.ts(body), k.u(92), k.u(22), mostWords)
	for _, r := range k.typed {
		f.Type(r)
	}
	k.field = f
	f.OnChange = k.changed
	f.OnEnter = func() { k.showKeys(false) }
	f.OnTouch = func() { k.showKeys(true) }
	above := widget.NewColumn(k.u(gap), k.way(), f)
	k.list = widget.NewColumn(k.u(14))
	k.findTyped()
	k.fillList()
	page := k.page(above, k.list, nil).(*fyne.Container)
	if k.keys {
		keys := k.keyboard()
		page.Layout = &frame{k: k, above: above, content: k.scroll, below: keys, edge: true}
		page.Objects = present(above, k.scroll, keys)
	}
	return page
}

// showKeys shows the keyboard, or takes it away so that more of what was found is
// in sight.
func (k *Kiosk) showKeys(on bool) {
	if k.keys != on {
		k.keys = on
		k.show()
	}
}

// changed finds anew with each letter.
func (k *Kiosk) changed() {
	k.dirty = true
	k.silence()
	k.findTyped()
	k.fillList()
	k.scroll.ToTop()
	k.scroll.Relayout()
}

func (k *Kiosk) findTyped() {
	typed := k.field.Typed()
	k.found = found{}
	if len(typed) > 1 {
		k.found = k.ask(string(typed), nil)
	}
	clear(typed)
}

// fillList puts what was found into the list, which stays where it is.
func (k *Kiosk) fillList() {
	k.list.Objects = nil
	switch {
	case k.deps.Finder() == nil:
		k.loading()
	case !k.found.asked:
		k.list.Add(k.text(k.t("type"), body, widget.Quiet))
	default:
		k.addFound(k.found)
	}
	k.list.Refresh()
}

// loading says that the directory comes; the page is made anew when it has.
func (k *Kiosk) loading() {
	k.waits = true
	k.list.Add(k.text(k.t("loading"), body, widget.Quiet))
}

// makeFound shows what a tile found.
func (k *Kiosk) makeFound(title string, f found) fyne.CanvasObject {
	k.list = widget.NewColumn(k.u(14))
	k.list.Add(k.bold(title, head))
	if k.deps.Finder() == nil {
		k.loading()
	} else {
		k.addFound(f)
	}
	return k.page(k.way(), k.list, nil)
}

// addFound adds what fits, what nearly does, and the way to the staff.
func (k *Kiosk) addFound(f found) {
	fit, rest := f.hits, []match.Hit(nil)
	if f.weak {
		fit, rest = nil, f.hits
	} else if n := f.total; n < len(fit) {
		fit, rest = fit[:n], fit[n:]
	}
	if f.weak {
		k.list.Add(k.bold(k.t("none"), big))
		if len(rest)+len(f.near) > 0 {
			k.list.Add(k.text(k.t("none_like"), body, widget.Quiet))
		} else {
			k.list.Add(k.text(k.t("none_else"), body, widget.Quiet))
		}
	} else {
		k.list.Add(k.text(k.say.N("kiosk.found", f.total), body, widget.Quiet))
	}
	shown := map[string]bool{}
	var cards []fyne.CanvasObject
	add := func(id, note string) {
		if c, err := k.deps.Directory.Community(id); err == nil && !shown[id] { // else the directory changed under the search
			shown[id] = true
			cards = append(cards, k.card(c, note))
		}
	}
	for _, h := range fit {
		add(h.ID, "")
	}
	for _, n := range f.near {
		add(n.Hit.ID, k.say.Near(n))
	}
	if f.weak {
		for _, h := range rest[:min(len(rest), 6)] { // a few that are like it; a long list of what does not fit helps nobody
			add(h.ID, "")
		}
	}
	k.list.Add(k.cards(cards))
	k.list.Add(k.askRow())
}

// cards lays cards below each other, in two columns where the window lies.
func (k *Kiosk) cards(cards []fyne.CanvasObject) fyne.CanvasObject {
	column := widget.NewColumn(k.u(14))
	for i := 0; i < len(cards); {
		if k.lying() && k.scale < 1.5 && i+1 < len(cards) {
			column.Add(widget.NewTiles(k.u(14), k.u(300), cards[i], cards[i+1]))
			i += 2
			continue
		}
		column.Add(cards[i])
		i++
	}
	return column
}

// askRow is the way to the staff, at the end of every list.
func (k *Kiosk) askRow() fyne.CanvasObject {
	return widget.NewSplitRow(k.u(gap), k.u(300), k.text(k.t("ask_line"), body, widget.Quiet),
		k.short(k.t("ask"), func() { k.open(k.askStaff("")) }))
}

// card is a community in a list.
func (k *Kiosk) card(c *directory.Community, note string) fyne.CanvasObject {
	column := widget.NewColumn(k.u(6), k.bold(c.Name, name))
	if note != "" {
		column.Add(widget.NewText(note, widget.Style{Size: k.ts(small), Bold: true, Ink: widget.OnWaiting}))
	}
	line := ""
	if next := c.Next(k.deps.Now(), 1); len(next) > 0 {
		line = k.when(next[0])
	}
	if where := k.say.ShortPlace(c.PublicPlace()); where != "" {
		if line != "" {
			line += " · "
		}
		line += where
	}
	if line != "" {
		column.Add(k.text(line, body, widget.Plain))
	}
	column.Add(k.marks(c))
	return widget.NewPlate(column, c.Name, widget.PlateStyle{Face: widget.FaceSurface, Radius: k.u(20), Vertical: k.u(20), Across: k.u(26), Least: k.u(120)}, func() { k.open(k.detail(c)) })
}

// marks are a few facts as small signs with their words.
func (k *Kiosk) marks(c *directory.Community) fyne.CanvasObject {
	row := widget.NewFlow(k.u(20))
	mark := func(sign, words string) {
		if words != "" {
			row.Add(widget.NewRow(k.u(8), k.icon(sign, 26, widget.Primary), widget.NewLabel(words, widget.Style{Size: k.ts(small), Ink: widget.Quiet})))
		}
	}
	mark("kr", k.say.Price(c.Price))
	if c.Accompaniment != nil && c.Accompaniment.Offered != nil && *c.Accompaniment.Offered {
		mark("people", k.t("mark.along"))
	}
	if p := c.PublicPlace(); p != nil && slices.Contains(p.Accessibility, "wheelchair") {
		mark("wheelchair", k.say.Label("accessibility", "wheelchair"))
	}
	return row
}

// when says when it is next, as one says it here and now.
func (k *Kiosk) when(o directory.Occurrence) string {
	today := directory.DayOf(k.deps.Now())
	var day string
	switch n := today.DaysUntil(directory.DayOf(o.Start)); {
	case n <= 0:
		day = k.t("day.today")
	case n == 1:
		day = k.t("day.tomorrow")
	case n < 7:
		day = k.t("day.on", "weekday", k.say.Weekday((int(o.Start.In(directory.Copenhagen).Weekday())+6)%7+1))
	default:
		return k.say.ShortNext(o)
	}
	if o.HasTime {
		day += " " + k.say.T("words.clock.at", "from", k.say.Clock(o.Start))
	}
	return day
}
