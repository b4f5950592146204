package print

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // logos come as PNG or JPEG
	"image/png"
	"math"
	"strconv"
	"strings"

	"github.com/jung-kurt/gofpdf"
	"golang.org/x/image/draw"

	"github.com/faellesskabsby/vejviser/localdb/clean"
)

// Brand is whose a printed thing is: name, logo and colour of the organisation.
type Brand struct {
	Name   string
	Logo   []byte // PNG or JPEG; nil is none
	Colour string // "#1F5C4A"; "" is Vejviser's own
}

// Errors of a brand that a caller can act on.
var (
	ErrLogo   = errors.New("print: the logo is no picture that can be read")
	ErrColour = errors.New("print: not a colour such as #1F5C4A")
)

const (
	maxLogoFile  = 8 << 20
	maxLogoSide  = 12_000 // pixels of a picture that is read at all
	logoPixels   = 700    // of the longer side, as it is printed
	leastOnWhite = 5.6    // contrast of what is printed in colour
)

// look is a brand, ready to draw.
type look struct {
	name   string
	colour colour
	logo   string // name of the picture in the file, "" where there is none
	w, h   float64
}

// brand reads a brand. A colour that is too light for letters is made darker, so
// that all that is printed can be read.
func (p *paper) brand(b Brand) (look, error) {
	l := look{name: clean.Line(b.Name, 120), colour: primary}
	if b.Colour != "" {
		v, err := strconv.ParseUint(strings.TrimPrefix(b.Colour, "#"), 16, 32)
		if err != nil || len(strings.TrimPrefix(b.Colour, "#")) != 6 {
			return l, ErrColour
		}
		l.colour = readable(colour{int(v >> 16), int(v >> 8 & 255), int(v & 255)})
	}
	if len(b.Logo) == 0 {
		return l, nil
	}
	c, _, err := image.DecodeConfig(bytes.NewReader(b.Logo))
	if err != nil || len(b.Logo) > maxLogoFile || c.Width < 1 || c.Height < 1 || c.Width > maxLogoSide || c.Height > maxLogoSide || c.Width*c.Height > 50_000_000 {
		return l, ErrLogo
	}
	src, _, err := image.Decode(bytes.NewReader(b.Logo))
	if err != nil {
		return l, ErrLogo
	}
	k := min(1, float64(logoPixels)/float64(max(c.Width, c.Height)))
	dst := image.NewNRGBA(image.Rect(0, 0, max(int(float64(c.Width)*k), 1), max(int(float64(c.Height)*k), 1)))
	draw.Draw(dst, dst.Bounds(), image.White, image.Point{}, draw.Src) // paper is white
	draw.CatmullRom.Scale(dst, dst.Bounds(), src, src.Bounds(), draw.Over, nil)
	var plain bytes.Buffer // written anew: nothing that was in the file beside the picture goes on
	if err := png.Encode(&plain, opaque{dst}); err != nil {
		return l, fmt.Errorf("print: %w", err)
	}
	l.logo, l.w, l.h = "logo", float64(dst.Bounds().Dx()), float64(dst.Bounds().Dy())
	p.pdf.RegisterImageOptionsReader(l.logo, gofpdf.ImageOptions{ImageType: "PNG"}, &plain)
	return l, p.pdf.Error()
}

// opaque is a picture without transparency, which needs no mask in the file.
type opaque struct{ *image.NRGBA }

func (opaque) Opaque() bool { return true }

// readable makes a colour darker until it has contrast enough on white.
func readable(c colour) colour {
	for contrast(c) < leastOnWhite {
		for i := range c {
			c[i] = c[i] * 9 / 10
		}
	}
	return c
}

// contrast is the contrast of a colour on white (WCAG 2).
func contrast(c colour) float64 {
	part := func(v int) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 1.05 / (0.2126*part(c[0]) + 0.7152*part(c[1]) + 0.0722*part(c[2]) + 0.05)
}

// logo draws the logo within w by h mm, its right edge at x+w, and gives how wide
// it is; on white ground where it stands on colour.
func (p *paper) logo(e *element, l look, x, y, w, h float64) float64 {
	if l.logo == "" {
		return 0
	}
	k := min(w/l.w, h/l.h)
	lw, lh := l.w*k, l.h*k
	x += w - lw
	fig := e.add("Figure")
	if fig.alt = l.name; fig.alt == "" {
		fig.alt = "Logo"
	}
	fig.box = [4]float64{x * pointsPerMM, (p.h - y - lh) * pointsPerMM, (x + lw) * pointsPerMM, (p.h - y) * pointsPerMM}
	p.as(fig, func() { p.pdf.ImageOptions(l.logo, x, y, lw, lh, false, gofpdf.ImageOptions{ImageType: "PNG"}, 0, "") })
	p.record("logo", x, y, lw, lh, "")
	return lw
}
