package kiosk

import (
	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// tile is one of the nine: what it is called, what it looks for. The words are
// Danish because the directory is.
type tile struct {
	id, sign string
	words    string
	filters  []match.Wish
}

var tiles = []tile{
	{id: "move", sign: "walk", words: "gåtur gymnastik motion cykling svømning natur"},
	{id: "eat", sign: "eat", words: "spise sammen fællesspisning"},
	{id: "hands", sign: "hammer", words: "håndarbejde strik værksted kreativ reparation"},
	{id: "music", sign: "music", words: "musik sang kor teater kunst kultur"},
	{id: "talk", sign: "speech", words: "snakke kaffe samtale café"},
	{id: "new", sign: "home", words: "jeg er lige flyttet hertil og vil gerne møde nogen"},
	{id: "help", sign: "heart", words: "jeg vil gerne være frivillig og hjælpe andre"},
	{id: "today", sign: "clock"},
	{id: "along", sign: "people", filters: []match.Wish{{Kind: match.WishAccompaniment}}},
}

// home is the first page.
func (k *Kiosk) home() *view {
	return &view{name: pageHome, make: k.makeHome, spoken: func() string {
		out := k.t("title") + "\n" + k.lead() + "\n"
		for _, t := range tiles {
			out += k.t("tile."+t.id) + ".\n"
		}
		return out
	}}
}

func (k *Kiosk) lead() string {
	place := k.setting(localdb.SettingMunicipality)
	if place == "" && k.deps.Place != nil {
		place = k.deps.Place()
	}
	if place != "" {
		return k.t("lead", "place", place)
	}
	return k.t("lead_anywhere")
}

func (k *Kiosk) makeHome() fyne.CanvasObject {
	face := []widget.Face{widget.FaceGreen, widget.FaceYellow, widget.FaceRed}
	turns := []int{0, 1, 2, 2, 0, 1, 1, 2, 0} // no tint above itself
	between := k.u(22)
	if k.lying() {
		between = k.u(16)
	}
	rows := widget.NewColumn(between)
	for r := range 3 {
		var row []fyne.CanvasObject
		for c := range 3 {
			row = append(row, k.tile(tiles[3*r+c], face[turns[3*r+c]]))
		}
		rows.Add(widget.NewTiles(between, k.u(150), row...))
	}
	head := widget.NewColumn(k.u(12), k.bold(k.t("title"), head), k.text(k.lead(), body, widget.Quiet))
	ask := k.short(k.t("ask"), func() { k.open(k.askStaff("")) })
	foot := widget.NewSplitRow(k.u(gap), k.u(300), k.text(k.t("forgets"), small, widget.Quiet), ask)
	if k.lying() && k.scale == 1 { // large type needs the whole width
		above := k.languages()
		left := widget.NewColumn(k.u(22), head, k.searchPlate())
		k.scroll = k.scrolling(rows)
		both := &fyne.Container{Layout: halves{k, 0.32}, Objects: []fyne.CanvasObject{k.scrolling(left), k.scroll}}
		return &fyne.Container{Layout: &frame{k: k, above: above, content: both, below: foot}, Objects: []fyne.CanvasObject{above, both, foot}}
	}
	return k.page(k.languages(), widget.NewColumn(k.u(30), head, k.searchPlate(), rows), foot)
}

// tile is one tile.
func (k *Kiosk) tile(t tile, face widget.Face) fyne.CanvasObject {
	high, words, sign, pad := float32(192), float32(name), float32(50), float32(22)
	if k.lying() { // nine in sight, with three lines of words in one of them
		high, words, sign, pad = 172, 26, 44, 18
	}
	content := widget.NewPoles(k.u(10), k.icon(t.sign, sign, widget.Primary), k.bold(k.t("tile."+t.id), words))
	return widget.NewPlate(content, k.t("tile."+t.id), widget.PlateStyle{Face: face, Radius: k.u(24), Vertical: k.u(pad), Across: k.u(24), Least: k.u(high), Anchor: widget.Fill}, func() { k.press(t) })
}

// press opens a tile.
func (k *Kiosk) press(t tile) {
	k.tally.tapped(t.id)
	if t.id == "today" {
		k.open(k.todayPage())
		return
	}
	k.open(k.tilePage(t))
}

// searchPlate looks like the field and leads to it.
func (k *Kiosk) searchPlate() fyne.CanvasObject {
	hint := widget.NewText(k.t("hint"), widget.Style{Size: k.ts(body), Ink: widget.Quiet, MaxLines: 2})
	return widget.NewPlate(hint, k.t("search"), widget.PlateStyle{Face: widget.FaceField, Radius: k.u(22), Vertical: k.u(16), Across: k.u(28), Least: k.u(92)}, k.search)
}

// languages is the row on top of the first page: the languages, and what makes the
// screen easier to use.
func (k *Kiosk) languages() fyne.CanvasObject {
	var row []fyne.CanvasObject
	for _, l := range k.deps.Languages {
		face := widget.FaceSurface
		if l == k.lang {
			face = widget.FacePrimary
		}
		own := translations.OwnName(l)
		row = append(row, k.plate(widget.NewLabel(own, widget.Style{Size: k.ts(small), Ink: face.Ink(), Align: fyne.TextAlignCenter}), own, face, func() { k.choose(l) }))
	}
	tools := rowOf(k.tools())
	all := widget.NewRow(k.u(12), row...).MinSize().Width
	return widget.NewSplitRow(k.u(12), min(all, k.size.Width-2*k.u(margin)), widget.NewFlow(k.u(12), row...), tools)
}

// tools makes the screen easier to use: text size, contrast, reading aloud.
func (k *Kiosk) tools() fyne.CanvasObject {
	a := widget.NewRow(k.u(6), widget.NewLabel("A", widget.Style{Size: k.ts(tiny)}), widget.NewLabel("A", widget.Style{Size: k.ts(big), Bold: true}))
	objects := []fyne.CanvasObject{
		k.plate(a, k.t("larger"), widget.FaceSurface, k.larger),
		k.plate(widget.NewRow(0, k.icon("contrast", 34, widget.Plain)), k.t("contrast"), widget.FaceSurface, k.contrasts),
	}
	if k.speaks() {
		objects = append(objects, k.aloud())
	}
	return widget.NewFlow(k.u(12), objects...)
}

// way is the row on top of every other page: back, to the beginning, and the tools.
func (k *Kiosk) way() fyne.CanvasObject {
	back := k.sign("chevron-left", k.t("back"), widget.FaceSurface, k.back)
	anew := k.sign("undo", k.t("anew"), widget.FaceSurface, k.Reset)
	left := []fyne.CanvasObject{back}
	if len(k.views) > 2 {
		left = append(left, anew)
	}
	return widget.NewSplitRow(k.u(12), k.u(420), widget.NewFlow(k.u(12), left...), rowOf(k.tools()))
}

// rowOf is a flow that stays on one line.
func rowOf(o fyne.CanvasObject) fyne.CanvasObject {
	return widget.NewRow(theme.Space12, o.(*fyne.Container).Objects...)
}
