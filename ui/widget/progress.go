package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
)

// Progress is a bar that fills from left to right.
type Progress struct {
	base.BaseWidget
	value float32
}

// NewProgress makes an empty bar.
func NewProgress() *Progress {
	b := &Progress{}
	b.ExtendBaseWidget(b)
	return b
}

// Set fills the bar, from 0 to 1.
func (b *Progress) Set(v float32) {
	b.value = min(max(v, 0), 1)
	b.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (b *Progress) CreateRenderer() fyne.WidgetRenderer {
	r := &progressRenderer{b: b, ground: canvas.NewRectangle(nil), bar: canvas.NewRectangle(nil)}
	r.draw()
	r.Layout(b.Size()) // made anew after being out of sight: nobody else will
	return r
}

type progressRenderer struct {
	b           *Progress
	ground, bar *canvas.Rectangle
}

func (r *progressRenderer) draw() {
	p := theme.Colours()
	r.ground.FillColor, r.ground.StrokeColor, r.ground.StrokeWidth, r.ground.CornerRadius = p.Surface, p.Line, 1, theme.RadiusSmall
	r.bar.FillColor, r.bar.CornerRadius = p.Primary, theme.RadiusSmall
}

func (r *progressRenderer) Layout(s fyne.Size) {
	r.ground.Resize(s)
	r.bar.Resize(fyne.NewSize(s.Width*r.b.value, s.Height))
}
func (r *progressRenderer) MinSize() fyne.Size { return fyne.NewSize(120, theme.Scaled(14)) }
func (r *progressRenderer) Refresh() {
	r.draw()
	r.Layout(r.b.Size())
	canvas.Refresh(r.b)
}
func (r *progressRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.ground, r.bar} }
func (r *progressRenderer) Destroy()                     {}
