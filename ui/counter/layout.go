package counter

import (
	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// pageLayout places search, chips and the three columns: the list, the detail
// and the folder. Where the room is narrow for the type, list and detail share
// a column.
type pageLayout struct{ c *Counter }

func (l *pageLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(480, 360) }

func (l *pageLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	if size.Width <= 0 || size.Height <= 0 {
		return
	}
	pad := theme.Space16
	w := size.Width - 2*pad
	y := pad
	put := func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, max(h, 0)))
	}
	if narrow := w/theme.Current().Scale() < 700; narrow != l.c.narrow {
		l.c.narrow = narrow
		l.c.fillChips()
		l.c.showBegin()
	}
	searchH := o[0].MinSize().Height
	setVisible(o[7], !l.c.narrow)
	if help := o[7].MinSize().Width; l.c.narrow {
		put(o[0], pad, y, w, searchH)
	} else {
		put(o[0], pad, y, w-help-theme.Space12, searchH)
		put(o[7], pad+w-help, y, help, searchH)
	}
	y += searchH + theme.Space8
	chipsH := widget.HeightFor(o[1], w)
	put(o[1], pad, y, w, chipsH)
	y += chipsH + theme.Space12
	if o[2].Visible() {
		h := widget.HeightFor(o[2], w)
		put(o[2], pad, y, w, h)
		y += h + theme.Space12
	}
	scale := theme.Current().Scale()
	folderW := min(max(w*0.265, 236), 240+80*scale)
	if w/scale < 700 {
		folderW = max(w*0.36, 230)
	}
	left := w - folderW - theme.Space16
	bottom := size.Height - theme.Space12
	put(o[6], pad+left+theme.Space16, y, folderW, bottom-y)
	listW, detailX, detailW := left*0.545, float32(0), float32(0)
	listTop, listBottom := y, bottom
	setVisible(o[5], !l.c.givesWay())
	if w/scale < 700 { // list above detail
		listW = left
		if o[5].Visible() {
			listBottom = y + (bottom-y)*0.46
		}
		detailX, detailW = pad, left
		put(o[5], detailX, listBottom+theme.Space12, detailW, bottom-listBottom-theme.Space12)
	} else {
		detailW = left - listW - theme.Space16 + 8
		detailX = pad + left - detailW
		put(o[5], detailX, y, detailW, bottom-y)
	}
	if o[3].Visible() {
		h := widget.HeightFor(o[3], listW)
		put(o[3], pad, listTop, listW-8, h)
		listTop += h + theme.Space12
	}
	put(o[4], pad, listTop, listW, listBottom-listTop)
}
