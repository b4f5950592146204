package print

import (
	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

const (
	quietZone   = 4   // modules of white on each side (ISO/IEC 18004)
	leastModule = 0.5 // mm; smaller ones are lost on an office printer
)

// link is what a QR code on a card leads to.
type link struct {
	content string // ASCII, what a phone reads
	caption string
	letters string // the address for people who type it, as the code holds it; "" where typing makes no sense
	running string // the same where the code is not near
	modules barcode.Barcode
}

// newLink encodes a content at level M, which survives a blot. It is nil where
// the code would not fit a square of side mm with modules that a printer and a
// phone can tell apart.
func newLink(content, caption string, side float64) *link {
	c, err := qr.Encode(content, qr.M, qr.Auto)
	if err != nil || side/float64(c.Bounds().Dx()+2*quietZone) < leastModule {
		return nil
	}
	return &link{content: content, caption: caption, modules: c}
}

// code draws a QR code with its quiet zone in a square of side mm, as one path
// so that no hairlines show between modules.
func (p *paper) code(e *element, x, y, side float64, l *link) {
	x = p.at(x, side)
	c := l.modules
	n := c.Bounds().Dx()
	m := side / float64(n+2*quietZone)
	e.box = [4]float64{x * pointsPerMM, (p.h - y - side) * pointsPerMM, (x + side) * pointsPerMM, (p.h - y) * pointsPerMM}
	dark := func(col, row int) bool { v, _, _, _ := c.At(col, row).RGBA(); return v < 0x8000 }
	p.as(e, func() {
		p.fill(black)
		for row := range n {
			for col := 0; col < n; col++ {
				if !dark(col, row) {
					continue
				}
				from := col
				for col < n && dark(col, row) {
					col++
				}
				x0, x1 := x+m*float64(from+quietZone), x+m*float64(col+quietZone)
				y0, y1 := y+m*float64(row+quietZone), y+m*float64(row+quietZone+1)
				p.pdf.MoveTo(x0, y0)
				p.pdf.LineTo(x1, y0)
				p.pdf.LineTo(x1, y1)
				p.pdf.LineTo(x0, y1)
				p.pdf.ClosePath()
			}
		}
		p.pdf.DrawPath("F")
	})
	p.record("qr", x, y, side, side, l.content)
}

// framedCode draws a QR code with a hairline around its quiet zone.
func (p *paper) framedCode(e *element, x, y, side float64, l *link) {
	p.as(nil, func() {
		p.pen(hair, 0.25)
		p.pdf.Rect(p.at(x, side), y, side, side, "D")
	})
	p.code(e, x, y, side, l)
}
