package shell

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// statusBox lays the status line out: in one line where the window is wide
// enough, else in two, never cut.
type statusBox struct {
	base.BaseWidget
	st *statusLine
}

func newStatusBox(st *statusLine) *statusBox {
	b := &statusBox{st: st}
	b.ExtendBaseWidget(b)
	return b
}

// HeightFor implements widget.Flowing.
func (b *statusBox) HeightFor(width float32) float32 { return b.place(width, false) }

func (b *statusBox) place(width float32, put bool) float32 {
	st := b.st
	const pad = theme.Space16
	padY := theme.Scaled(5)
	look := st.look.Objects
	lookW, lookH := float32(0), float32(0)
	for _, o := range look {
		s := o.MinSize()
		lookW, lookH = lookW+s.Width+2, max(lookH, s.Height)
	}
	line := st.main.HeightFor(10000)
	whoW, whoH := float32(0), float32(0)
	if st.who.Visible() {
		whoW, whoH = st.who.MinSize().Width, st.who.MinSize().Height
	}
	right := lookW + whoW
	lookH = max(lookH, whoH)
	deskW := st.desk.Natural()
	if st.desk.Text() == "" {
		deskW = 0
	}
	avail := width - 2*pad - 18
	mainW, restW, dirW := st.main.Natural()+2, st.rest.Natural()+2, st.dir.Natural()+2
	if st.rest.Text() == "" {
		restW = 0
	}
	at := func(o fyne.CanvasObject, x, y, w, h float32) {
		if put {
			o.Move(fyne.NewPos(x, y))
			o.Resize(fyne.NewSize(w, h))
		}
	}
	x := pad + 18
	if mainW+theme.Space4+restW+theme.Space24+dirW+theme.Space24+deskW+theme.Space12+right <= avail {
		h := max(line, lookH) + 2*padY
		y := (h - line) / 2
		at(st.dot, pad, (h-10)/2, 10, 10)
		at(st.main, x, y, mainW, line)
		at(st.rest, x+mainW+theme.Space4, y, restW, line)
		at(st.dir, x+mainW+theme.Space4+restW+theme.Space24, y, dirW, line)
		at(st.desk, width-pad-right-theme.Space12-deskW, y, deskW+2, line)
		at(st.who, width-pad-right-theme.Space4, (h-whoH)/2, whoW, whoH)
		at(st.look, width-pad-lookW, (h-lookH)/2, lookW+1, lookH)
		return h
	}
	// The look and the first words on the first line, the rest below.
	room := avail - right - theme.Space16
	mw := min(mainW, room)
	mh := st.main.HeightFor(mw)
	oneLine := mainW+theme.Space4+restW <= room
	first := max(mh, lookH)
	at(st.dot, pad, padY+first/2-5, 10, 10)
	at(st.main, x, padY+(first-mh)/2, mw, mh)
	at(st.who, width-pad-right-theme.Space4, padY+(first-whoH)/2, whoW, whoH)
	at(st.look, width-pad-lookW, padY+(first-lookH)/2, lookW+1, lookH)
	y := padY + first + 2
	if oneLine {
		at(st.rest, x+mw+theme.Space4, padY+(first-line)/2, restW, line)
	} else {
		rh := st.rest.HeightFor(avail)
		at(st.rest, x, y, avail, rh)
		y += rh
	}
	if dirW+theme.Space12+deskW <= avail {
		at(st.dir, x, y, dirW, line)
		at(st.desk, width-pad-deskW-2, y, deskW+2, line)
		return y + line + padY
	}
	dh := st.dir.HeightFor(avail)
	at(st.dir, x, y, avail, dh)
	y += dh
	if deskW == 0 {
		return y + padY
	}
	kh := st.desk.HeightFor(avail)
	at(st.desk, x, y, avail, kh)
	return y + kh + padY
}

// CreateRenderer implements fyne.Widget.
func (b *statusBox) CreateRenderer() fyne.WidgetRenderer { return &statusRenderer{b} }

type statusRenderer struct{ b *statusBox }

func (r *statusRenderer) Destroy() {}

func (r *statusRenderer) Layout(s fyne.Size) {
	st := r.b.st
	st.ground.Resize(s)
	st.line.Resize(fyne.NewSize(s.Width, 1))
	r.b.place(s.Width, true)
}

func (r *statusRenderer) MinSize() fyne.Size {
	return fyne.NewSize(400, r.b.place(max(r.b.Size().Width, 400), false))
}

func (r *statusRenderer) Objects() []fyne.CanvasObject {
	st := r.b.st
	return []fyne.CanvasObject{st.ground, st.line, st.dot, st.main, st.rest, st.dir, st.desk, st.who, st.look}
}

func (r *statusRenderer) Refresh() {
	st, p := r.b.st, theme.Colours()
	st.ground.FillColor, st.line.FillColor = p.Surface, p.Line
	st.ground.Refresh()
	st.line.Refresh()
	r.Layout(r.b.Size())
	for _, o := range []fyne.CanvasObject{st.dot, st.main, st.rest, st.dir, st.desk, st.who, st.look} {
		o.Refresh()
	}
	canvas.Refresh(r.b)
}
