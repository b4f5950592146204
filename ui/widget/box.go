package widget

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// box is a large ground with a line and round corners. The toolkit's rounded
// rectangle works out its corners for every pixel of its area; on a machine
// that draws in software, the grounds of one counter screen cost two thirds of
// each frame that way. A box is three pictures instead: an upper and a lower
// strip with the corners, drawn once per width and look, and a row of pixels
// pulled down between them.
//
// Use it where the area is large; canvas.Rectangle is right for small things.
type box struct {
	FillColor, StrokeColor    color.Color
	StrokeWidth, CornerRadius float32

	group            *fyne.Container
	top, mid, bottom *canvas.Image
	size             fyne.Size
	drawn            boxKey
}

func newBox() *box {
	b := &box{FillColor: nothing, StrokeColor: nothing}
	for _, img := range []**canvas.Image{&b.mid, &b.top, &b.bottom} {
		*img = &canvas.Image{FillMode: canvas.ImageFillStretch, ScaleMode: canvas.ImageScalePixels}
	}
	b.group = &fyne.Container{Objects: []fyne.CanvasObject{b.mid, b.top, b.bottom}}
	return b
}

// Resize gives the box its place in whole units; the strips keep their height.
func (b *box) Resize(s fyne.Size) {
	b.size = s
	b.group.Resize(s)
	b.draw()
}

// Refresh shows changed colours, line or corners.
func (b *box) Refresh() { b.draw() }

func (b *box) draw() {
	if b.size.Width < 1 || b.size.Height < 1 {
		return
	}
	scale := float32(1)
	if c := fyne.CurrentApp().Driver().CanvasForObject(b.group); c != nil {
		scale = c.Scale()
	}
	strip := min(max(b.CornerRadius, b.StrokeWidth)+1, b.size.Height/2)
	px := func(v float32) int { return int(math.Round(float64(v * scale))) }
	key := boxKey{
		width: px(b.size.Width), strip: max(1, px(strip)), stroke: b.StrokeWidth * scale, radius: min(b.CornerRadius, strip) * scale,
		fill: rgba(b.FillColor), line: rgba(b.StrokeColor),
	}
	if key != b.drawn {
		b.drawn = key
		p := picturesOf(key)
		for img, pix := range map[*canvas.Image]image.Image{b.top: p.top, b.mid: p.mid, b.bottom: p.bottom} {
			img.Image = pix
			img.Refresh()
		}
	}
	h := float32(key.strip) / scale
	b.top.Move(fyne.NewPos(0, 0))
	b.top.Resize(fyne.NewSize(b.size.Width, h))
	b.mid.Move(fyne.NewPos(0, h))
	b.mid.Resize(fyne.NewSize(b.size.Width, max(0, b.size.Height-2*h+1/scale))) // one pixel under the lower strip: no seam where places round apart
	b.bottom.Move(fyne.NewPos(0, b.size.Height-h))
	b.bottom.Resize(fyne.NewSize(b.size.Width, h))
}

func rgba(c color.Color) color.NRGBA {
	if c == nil {
		return color.NRGBA{}
	}
	return color.NRGBAModel.Convert(c).(color.NRGBA)
}

// boxKey is all that the pictures of a box depend on, in pixels.
type boxKey struct {
	width, strip   int
	stroke, radius float32
	fill, line     color.NRGBA
}

type boxPictures struct{ top, mid, bottom *image.NRGBA }

// boxes keeps the pictures of the widths and looks on the screen; a resized
// window leaves old widths behind, so it is emptied when it grows.
var boxes = map[boxKey]*boxPictures{}

func picturesOf(k boxKey) *boxPictures {
	if p, ok := boxes[k]; ok {
		return p
	}
	if len(boxes) > 200 {
		clear(boxes)
	}
	p := &boxPictures{
		top: image.NewNRGBA(image.Rect(0, 0, k.width, k.strip)), mid: image.NewNRGBA(image.Rect(0, 0, k.width, 1)),
		bottom: image.NewNRGBA(image.Rect(0, 0, k.width, k.strip)),
	}
	const far = 1 << 12 // a box so high that its middle row knows of no corner
	for x := range k.width {
		for y := range k.strip {
			c := k.at(x, y, far)
			p.top.SetNRGBA(x, y, c)
			p.bottom.SetNRGBA(x, k.strip-1-y, c)
		}
		p.mid.SetNRGBA(x, 0, k.at(x, far/2, far))
	}
	boxes[k] = p
	return p
}

// at is the colour of a pixel of a box of this height: the line inside the
// edge, the fill inside the line, both softened over one pixel.
func (k boxKey) at(x, y, height int) color.NRGBA {
	w, h, r := float64(k.width)/2, float64(height)/2, float64(k.radius)
	dx := math.Abs(float64(x)+0.5-w) - w + r
	dy := math.Abs(float64(y)+0.5-h) - h + r
	d := min(max(dx, dy), 0) + math.Hypot(max(dx, 0), max(dy, 0)) - r // below 0 inside
	inside := clamp(0.5 - d)
	line := clamp(0.5+d+float64(k.stroke)) * sign(k.stroke)
	mix := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + (float64(b)-float64(a))*line)) }
	c := color.NRGBA{mix(k.fill.R, k.line.R), mix(k.fill.G, k.line.G), mix(k.fill.B, k.line.B), mix(k.fill.A, k.line.A)}
	c.A = uint8(math.Round(float64(c.A) * inside))
	return c
}

func clamp(v float64) float64 { return max(0, min(1, v)) }

func sign(v float32) float64 {
	if v > 0 {
		return 1
	}
	return 0
}
