package widget

import (
	"strings"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// CodeRow is a row of a list of codes: a heading, or a card with the code, a title
// over a line, and a state in words to the right.
type CodeRow struct {
	base.BaseWidget
	heading   *Text
	card      *CardRow
	code      *Label
	title     *Label
	sub       *Label
	tag       *Tag
	inner     *fyne.Container
	isHeading bool
}

// NewCodeRow makes an empty row.
func NewCodeRow() *CodeRow {
	r := &CodeRow{
		heading: NewText("", Style{Bold: true}),
		code:    NewLabel("", Style{Bold: true, Size: theme.CardTitle}),
		title:   NewLabel("", Style{Bold: true}),
		sub:     NewLabel("", Style{Ink: Quiet, Size: theme.Quiet}),
		tag:     NewTag("", ToneGood),
	}
	r.inner = &fyne.Container{Layout: &codeRowLayout{r}, Objects: []fyne.CanvasObject{r.code, r.title, r.sub, r.tag}}
	r.card = NewCardRow(r.inner)
	r.ExtendBaseWidget(r)
	return r
}

// Head makes the row a heading.
func (r *CodeRow) Head(text string) {
	r.isHeading = true
	r.heading.SetText(text)
	r.Refresh()
}

// Card makes the row a card; code may be empty.
func (r *CodeRow) Card(code, title, sub, state string, tone Tone) {
	r.isHeading = false
	r.code.SetText(code)
	r.title.SetText(title)
	r.sub.SetText(sub)
	r.tag.Set(state, tone)
	r.Refresh()
}

// Words are what the row says, for whoever reads along.
func (r *CodeRow) Words() []string {
	if r.isHeading {
		return []string{r.heading.Text()}
	}
	return []string{r.code.Text(), r.title.Text(), r.sub.Text(), r.tag.Text()}
}

// SetState implements Row.
func (r *CodeRow) SetState(selected, focused bool) {
	r.card.SetState(selected && !r.isHeading, focused && !r.isHeading)
}

// CodeRowHeight is the height of a row at a width.
func CodeRowHeight(heading bool, width float32) float32 {
	switch {
	case heading:
		return theme.Text(theme.Body)*1.5 + theme.Space4
	case codeStacked(width - 2*theme.Space16):
		return codeInner() + theme.Text(theme.CardTitle)*1.45 + 2*theme.Space12
	}
	return codeInner() + 2*theme.Space12
}

// codeStacked says whether a row of this inner width has no room for columns.
func codeStacked(width float32) bool { return width < theme.Text(theme.Body)*32 }

func codeInner() float32 { return theme.Text(theme.Body)*1.45 + theme.Text(theme.Quiet)*1.45 }

// CreateRenderer implements fyne.Widget.
func (r *CodeRow) CreateRenderer() fyne.WidgetRenderer {
	layout := func(s fyne.Size) {
		r.card.Resize(s)
		h := r.heading.HeightFor(s.Width)
		r.heading.Move(fyne.NewPos(0, s.Height-h))
		r.heading.Resize(fyne.NewSize(s.Width, h))
	}
	return &renderer{
		of:      r,
		objects: func() []fyne.CanvasObject { return []fyne.CanvasObject{r.card, r.heading} },
		layout:  layout,
		minSize: func() fyne.Size { return fyne.NewSize(100, codeInner()+2*theme.Space12) },
		refresh: func() {
			setVisible(r.card, !r.isHeading)
			setVisible(r.heading, r.isHeading)
			layout(r.Size())
			r.inner.Layout.Layout(nil, r.inner.Size())
			r.card.Refresh()
			r.heading.Refresh()
			repaint(r)
		},
	}
}

// codeRowLayout: the code in a column of its own, then title above sub, the state
// to the right. In a narrow list, and with large type, the code and the state stand
// above.
type codeRowLayout struct{ r *CodeRow }

func (l *codeRowLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, codeInner()) }

func (l *codeRowLayout) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	r := l.r
	if codeStacked(s.Width) {
		l.stack(s)
		return
	}
	tag := r.tag.MinSize()
	r.tag.Resize(tag)
	r.tag.Move(fyne.NewPos(s.Width-tag.Width, (s.Height-tag.Height)/2))
	x := float32(0)
	if r.code.Text() != "" {
		c := r.code.MinSize()
		x = max(theme.Text(theme.CardTitle)*7.6, c.Width) + theme.Space12
		r.code.Move(fyne.NewPos(0, (s.Height-c.Height)/2))
		r.code.Resize(c)
	}
	w := max(s.Width-x-tag.Width-theme.Space12, 0)
	th, sh := r.title.MinSize().Height, r.sub.MinSize().Height
	y := (s.Height - th - sh) / 2
	r.title.Move(fyne.NewPos(x, y))
	r.title.Resize(fyne.NewSize(w, th))
	r.sub.Move(fyne.NewPos(x, y+th))
	r.sub.Resize(fyne.NewSize(w, sh))
}

func (l *codeRowLayout) stack(s fyne.Size) {
	r := l.r
	tag, y := r.tag.MinSize(), float32(0)
	r.tag.Resize(tag)
	r.tag.Move(fyne.NewPos(s.Width-tag.Width, 0))
	if r.code.Text() != "" {
		c := r.code.MinSize()
		if c.Width+theme.Space8+tag.Width > s.Width { // a code is never cut: the air goes first
			r.code.SetText(strings.ReplaceAll(r.code.Text(), "\u2009", ""))
			c = r.code.MinSize()
		}
		r.code.Move(fyne.NewPos(0, 0))
		r.code.Resize(c)
		y = c.Height
	} else {
		y = tag.Height
	}
	for _, o := range []*Label{r.title, r.sub} {
		h := o.MinSize().Height
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(s.Width, h))
		y += h
	}
}
