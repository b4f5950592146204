package kiosk

import (
	"context"
	"fmt"
	"math"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"github.com/boombuler/barcode/qr"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/ui/print"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// fact is one line of a community's page: a sign, what it is about, what is so.
type fact struct{ sign, label, strong, plain string }

// detail is a community's page.
func (k *Kiosk) detail(c *directory.Community) *view {
	return &view{name: pageDetail, make: func() fyne.CanvasObject { return k.makeDetail(c) }, spoken: func() string { return k.spokenDetail(c) }}
}

// facts are what one needs to go there, in the order in which one asks.
func (k *Kiosk) facts(c *directory.Community) (out []fact) {
	add := func(sign, key, strong, plain string) {
		if strong != "" || plain != "" {
			out = append(out, fact{sign, k.t("fact." + key), strong, plain})
		}
	}
	next := ""
	if n := c.Next(k.deps.Now(), 1); len(n) > 0 {
		next = k.when(n[0])
	}
	add("clock", "when", next, k.say.Schedule(c.Schedule))
	place := c.PublicPlace()
	add("pin", "where", "", joined(" · ", k.say.Place(place), k.walk(k.away(place))))
	if w := c.Welcome; w != nil {
		add("door", "first", "", strings.Join(w.FirstTime, " "))
		add("person", "greeter", "", joined(" · ", w.Greeter, w.Where))
	}
	if a := c.Accompaniment; a != nil && a.Offered != nil && *a.Offered {
		add("people", "along", "", k.t("along"))
	}
	add("kr", "price", "", k.say.Price(c.Price))
	add("group", "for", "", k.say.Audience(c.Audience))
	if place != nil {
		add("wheelchair", "access", "", k.say.Labels("accessibility", place.Accessibility))
	}
	if c.Contact != nil && c.Contact.Phone != "" {
		add("phone", "phone", k.say.Phone(c.Contact.Phone), c.Contact.Role)
	}
	return out
}

func joined(by string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, by)
}

// walk says how long one walks, from how far it is as the crow flies: streets are a
// third longer, and people walk four and a half kilometres an hour.
func (k *Kiosk) walk(km float64) string {
	minutes := int(math.Ceil(km * 1.3 / 4.5 * 60))
	switch {
	case km < 0:
		return ""
	case minutes <= 30:
		return k.say.N("kiosk.walk", max(minutes, 1))
	}
	return k.say.Distance(km)
}

func (k *Kiosk) makeDetail(c *directory.Community) fyne.CanvasObject {
	about := c.Summary
	if about == "" {
		about = c.Description
	}
	facts := widget.NewColumn(k.u(18), k.bold(c.Name, head))
	if about != "" {
		facts.Add(k.text(about, body, widget.Quiet))
	}
	for _, f := range k.facts(c) {
		facts.Add(k.factRow(f))
	}
	facts.Add(k.text(k.say.Freshness(c.Freshness(directory.DayOf(k.deps.Now()))), tiny, widget.Quiet))
	if k.lying() {
		k.scroll = k.scrolling(facts)
		both := &fyne.Container{Layout: halves{k, 0.6}, Objects: []fyne.CanvasObject{k.scroll, k.scrolling(k.takeAlong(c))}}
		above := k.way()
		return &fyne.Container{Layout: &frame{k: k, above: above, content: both}, Objects: []fyne.CanvasObject{above, both}}
	}
	return k.page(k.way(), facts, k.takeAlong(c))
}

func (k *Kiosk) factRow(f fact) fyne.CanvasObject {
	words := widget.NewColumn(k.u(2), widget.NewText(f.label, widget.Style{Size: k.ts(tiny), Bold: true, Ink: widget.Quiet}))
	if f.strong != "" {
		words.Add(k.bold(f.strong, body))
	}
	if f.plain != "" {
		words.Add(k.text(f.plain, body, widget.Plain))
	}
	return widget.NewColumn(k.u(16),
		widget.NewBeside(k.u(34), k.u(200), k.icon(f.sign, 44, widget.Primary), words),
		newLine())
}

// takeAlong is what one can do with a community: a sheet, the code, others like it,
// the staff. It stays in sight while the facts scroll; where type is large the code
// has a page of its own instead.
func (k *Kiosk) takeAlong(c *directory.Community) fyne.CanvasObject {
	address := k.address(c)
	toCode := func() { k.open(k.codePage(c, address)) }
	print := func() { k.open(k.printPage(c)) }
	like := func() { k.open(k.similar(c)) }
	ask := func() { k.open(k.askStaff(c.Name)) }
	if k.scale > 1 && !k.lying() {
		row := widget.NewFlow(k.u(12))
		if k.prints() {
			row.Add(k.sheetButton(print))
		}
		if address != "" {
			row.Add(k.short(k.t("code_large"), toCode))
		}
		row.Add(k.short(k.t("similar"), like))
		row.Add(k.short(k.t("ask"), ask))
		return row
	}
	acts := widget.NewColumn(k.u(14))
	if k.prints() {
		acts.Add(k.button(k.t("print"), body, widget.FacePrimary, print))
	}
	acts.Add(k.button(k.t("similar"), body, widget.FaceSurface, like))
	acts.Add(k.button(k.t("ask"), body, widget.FaceSurface, ask))
	code := k.code(address, 290)
	if code == nil {
		return acts
	}
	acts.Add(k.text(k.t("scan"), small, widget.Quiet))
	large := widget.NewPlate(widget.NewRow(0, code), k.t("code_large"), widget.PlateStyle{Face: widget.FaceSurface, Radius: k.u(12), Vertical: k.u(8), Across: k.u(8), Least: k.u(target)}, toCode)
	if k.lying() {
		return widget.NewColumn(k.u(18), widget.NewRow(0, large), acts)
	}
	return widget.NewBeside(k.u(40), k.u(300), large, acts)
}

// sheetButton is the one primary thing to do in a row.
func (k *Kiosk) sheetButton(do func()) fyne.CanvasObject {
	words := k.t("print")
	return k.plate(widget.NewLabel(words, widget.Style{Size: k.ts(small), Bold: true, Ink: widget.OnPrimary}), words, widget.FacePrimary, do)
}

// address is where the community's public page lies, "" where there is none.
func (k *Kiosk) address(c *directory.Community) string {
	return print.PageAddress(k.setting(localdb.SettingPublicURL), c.ID)
}

// code is a QR code, black on white in every contrast, with its quiet zone; nil
// where there is no address.
func (k *Kiosk) code(address string, side float32) fyne.CanvasObject {
	if address == "" {
		return nil
	}
	c, err := qr.Encode(address, qr.M, qr.Auto)
	if err != nil {
		k.failed(fmt.Errorf("kiosk: the code of a page: %w", err))
		return nil
	}
	img := canvas.NewImageFromImage(quiet(c))
	img.ScaleMode, img.FillMode = canvas.ImageScalePixels, canvas.ImageFillContain
	n := float32(c.Bounds().Dx() + 2*quietZone)
	// Whole pixels to a module: a code drawn askew is read badly.
	module := max(float32(int(k.u(side)/n)), 1)
	img.SetMinSize(fyne.NewSquareSize(module * n))
	return img
}

// similar looks for what is like a community: what it is about, nearby.
func (k *Kiosk) similar(c *directory.Community) *view {
	words := strings.Join(append(c.Activities[:min(len(c.Activities), 3):min(len(c.Activities), 3)], c.Category), " ")
	var others []*directory.Community
	if f := k.deps.Finder(); f != nil {
		r := f.Search(context.Background(), match.Query{Text: words, Done: true, Origin: k.origin(), Today: directory.DayOf(k.deps.Now()), Limit: 8})
		for _, h := range r.Hits {
			if o, err := k.deps.Directory.Community(h.ID); err == nil && h.ID != c.ID && len(others) < 3 {
				others = append(others, o)
			}
		}
	}
	title := k.t("similar_to", "name", c.Name)
	return &view{name: pageFound, make: func() fyne.CanvasObject {
		k.list = widget.NewColumn(k.u(14), k.bold(k.t("similar_to", "name", c.Name), big))
		var cards []fyne.CanvasObject
		for _, o := range others {
			cards = append(cards, k.card(o, ""))
		}
		if len(cards) == 0 {
			k.list.Add(k.text(k.t("none_else"), body, widget.Quiet))
		}
		k.list.Add(k.cards(cards))
		k.list.Add(k.askRow())
		return k.page(k.way(), k.list, nil)
	}, spoken: func() string {
		out := title + ".\n"
		for _, o := range others {
			out += o.Name + ".\n"
		}
		return out
	}}
}

// quietZone is the white on each side of a code, in modules (ISO/IEC 18004).
const quietZone = 4
