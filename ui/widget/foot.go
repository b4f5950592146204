package widget

import "fyne.io/fyne/v2"

// NewFoot puts a foot right below a scrolling part while there is room, and at
// the lower edge where the part needs to scroll: what can be done is always in
// sight.
func NewFoot(gap float32, top *Scroll, foot fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &footLayout{gap}, Objects: []fyne.CanvasObject{top, foot}}
}

type footLayout struct{ gap float32 }

func (l *footLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	a, b := o[0].MinSize(), o[1].MinSize()
	return fyne.NewSize(max(a.Width, b.Width), 120)
}

func (l *footLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	top := o[0].(*Scroll)
	foot, gap := float32(0), float32(0)
	if o[1].Visible() {
		foot, gap = HeightFor(o[1], size.Width), l.gap
	}
	h := max(min(HeightFor(top.holder.content, size.Width-scrollInset)+2, size.Height-foot-gap), 0)
	top.Move(fyne.NewPos(0, 0))
	top.Resize(fyne.NewSize(size.Width, h))
	o[1].Move(fyne.NewPos(0, h+gap))
	o[1].Resize(fyne.NewSize(size.Width, foot))
}
