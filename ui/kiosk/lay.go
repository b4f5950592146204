package kiosk

import (
	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/assets/icons"
	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Sizes of the drawing, which is 1080 by 1440 pixels, or 1440 by 900 lying.
const (
	margin = 60
	gap    = 16
	target = 88 // what a finger must meet

	tiny  = 19
	small = 21
	body  = 25
	name  = 29
	head  = 52
	big   = 34
)

// lying says that the window is wider than high.
func (k *Kiosk) lying() bool { return k.size.Width > k.size.Height }

// measure fits the drawing to the window.
func (k *Kiosk) measure() {
	w, h := float32(1080), float32(1440)
	if k.lying() {
		w, h = 1440, 900
	}
	k.unit = max(min(k.size.Width/w, k.size.Height/h), 0.4)
}

// u is a length of the drawing in pixels of the window.
func (k *Kiosk) u(v float32) float32 { return v * k.unit }

// ts is a type size; headings, large already, grow half as much.
func (k *Kiosk) ts(v float32) theme.TypeSize {
	s := k.scale
	if v >= big {
		s = 1 + (s-1)/2
	}
	return theme.TypeSize(v * k.unit * s)
}

func (k *Kiosk) text(s string, size float32, ink widget.Ink) *widget.Text {
	return widget.NewText(s, widget.Style{Size: k.ts(size), Ink: ink})
}

func (k *Kiosk) bold(s string, size float32) *widget.Text {
	return widget.NewText(s, widget.Style{Size: k.ts(size), Bold: true})
}

func (k *Kiosk) icon(name string, size float32, ink widget.Ink) fyne.CanvasObject {
	return widget.NewGlyph(icons.Data(name), k.ts(size), ink)
}

// button is words in the middle of a plate.
func (k *Kiosk) button(words string, size float32, face widget.Face, do func()) *widget.Plate {
	return k.plate(widget.NewText(words, widget.Style{Size: k.ts(size), Bold: true, Ink: face.Ink(), Align: fyne.TextAlignCenter}), words, face, do)
}

// short is a button of one line, as wide as its words: for rows.
func (k *Kiosk) short(words string, do func()) *widget.Plate {
	return k.plate(widget.NewLabel(words, widget.Style{Size: k.ts(small), Bold: true, Align: fyne.TextAlignCenter}), words, widget.FaceSurface, do)
}

// sign is a sign beside words in a plate.
func (k *Kiosk) sign(sign, words string, face widget.Face, do func()) *widget.Plate {
	content := widget.NewRow(k.u(12), k.icon(sign, 30, face.Ink()), widget.NewLabel(words, widget.Style{Size: k.ts(small), Ink: face.Ink()}))
	return k.plate(content, words, face, do)
}

func (k *Kiosk) plate(content fyne.CanvasObject, means string, face widget.Face, do func()) *widget.Plate {
	return widget.NewPlate(content, means, widget.PlateStyle{Face: face, Radius: k.u(18), Vertical: k.u(14), Across: k.u(22), Least: k.u(target)}, do)
}

// page puts a page together: what stands above, what scrolls, what stands below.
// Any of above and below may be nil.
func (k *Kiosk) page(above, content, below fyne.CanvasObject) fyne.CanvasObject {
	k.scroll = k.scrolling(content)
	return &fyne.Container{Layout: &frame{k: k, above: above, content: k.scroll, below: below}, Objects: present(above, k.scroll, below)}
}

func (k *Kiosk) scrolling(content fyne.CanvasObject) *widget.TouchScroll {
	return widget.NewTouchScroll(widget.NewInset(k.u(4), 0, k.u(12), 0, content), widget.Gliding{Now: k.deps.Now, After: k.deps.After, Still: k.still()})
}

func present(objects ...fyne.CanvasObject) (out []fyne.CanvasObject) {
	for _, o := range objects {
		if o != nil {
			out = append(out, o)
		}
	}
	return out
}

// frame lays out a page.
type frame struct {
	k                     *Kiosk
	above, content, below fyne.CanvasObject
	edge                  bool // below goes to the edges: the keyboard
}

func (f *frame) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(300, 300) }

func (f *frame) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	k := f.k
	side, top := k.u(margin), k.u(40)
	if k.lying() {
		top = k.u(24)
	}
	w := s.Width - 2*side
	y := top
	if f.above != nil {
		h := widget.HeightFor(f.above, w)
		f.above.Move(fyne.NewPos(side, y))
		f.above.Resize(fyne.NewSize(w, h))
		y += h + k.u(gap)
	}
	bottom := s.Height - k.u(24)
	if f.below != nil {
		x, bw := side, w
		if f.edge {
			x, bw, bottom = k.u(16), s.Width-2*k.u(16), s.Height-k.u(12)
		}
		h := widget.HeightFor(f.below, bw)
		bottom -= h
		f.below.Move(fyne.NewPos(x, bottom))
		f.below.Resize(fyne.NewSize(bw, h))
		bottom -= k.u(gap)
	}
	f.content.Move(fyne.NewPos(side, y))
	f.content.Resize(fyne.NewSize(w+k.u(8), max(bottom-y, 0)))
}

// halves lays two parts beside each other, each with all the height.
type halves struct {
	k    *Kiosk
	left float32 // share of the width
}

func (halves) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(300, 300) }

func (h halves) Layout(o []fyne.CanvasObject, s fyne.Size) {
	between := h.k.u(44)
	w := (s.Width - between) * h.left
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(w, s.Height))
	o[1].Move(fyne.NewPos(w+between, 0))
	o[1].Resize(fyne.NewSize(s.Width-w-between, s.Height))
}

// fill gives everything the whole room, and tells when that changes.
type fill struct{ resized func(fyne.Size) }

func (fill) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(400, 400) }

func (f fill) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	f.resized(s)
	for _, o := range objects {
		if _, corner := o.(*corner); corner {
			continue
		}
		o.Move(fyne.NewPos(0, 0))
		o.Resize(s)
	}
}
