package kiosk

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/widget"

	"github.com/faellesskabsby/vejviser/ui/theme"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// quiet puts a code into its quiet zone, a pixel to a module.
func quiet(c image.Image) image.Image {
	n := c.Bounds().Dx()
	out := image.NewGray(image.Rect(0, 0, n+2*quietZone, n+2*quietZone))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			v := color.Gray{255}
			if x >= quietZone && y >= quietZone && x < n+quietZone && y < n+quietZone {
				v = color.GrayModel.Convert(c.At(x-quietZone, y-quietZone)).(color.Gray)
			}
			out.SetGray(x, y, v)
		}
	}
	return out
}

// newLine is a thin line across.
func newLine() fyne.CanvasObject {
	l := canvas.NewRectangle(theme.Colours().Line)
	l.SetMinSize(fyne.NewSize(1, 2))
	return l
}

// corner is where staff hold a finger: nobody sees it, and no tile lies under it. A
// touch screen that tells of a finger only when it leaves is touched five times.
type corner struct {
	base.BaseWidget
	k    *Kiosk
	taps int
	calm func()
}

func newCorner(k *Kiosk) *corner {
	c := &corner{k: k, calm: func() {}}
	c.ExtendBaseWidget(c)
	return c
}

// MouseDown implements desktop.Mouseable.
func (c *corner) MouseDown(*desktop.MouseEvent) {
	widget.Used()
	c.k.stop()
	c.k.stop = c.k.deps.After(holdFor, c.k.askPIN)
	c.calm()
	if c.taps++; c.taps >= holdTaps {
		c.taps = 0
		c.k.stop()
		c.k.askPIN()
		return
	}
	c.calm = c.k.deps.After(holdFor, func() { c.taps = 0 })
}

// MouseUp implements desktop.Mouseable.
func (c *corner) MouseUp(*desktop.MouseEvent) { c.k.stop() }

// MouseIn implements desktop.Hoverable.
func (c *corner) MouseIn(*desktop.MouseEvent) {}

// MouseMoved implements desktop.Hoverable.
func (c *corner) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable: the finger slid away.
func (c *corner) MouseOut() { c.k.stop() }

// CreateRenderer implements fyne.Widget.
func (c *corner) CreateRenderer() fyne.WidgetRenderer {
	return base.NewSimpleRenderer(canvas.NewRectangle(color.Transparent))
}
