package widget

import (
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestABoxHasRoundCornersALineAndNoSeam(t *testing.T) {
	test.NewTempApp(t)
	white, line := color.NRGBA{255, 255, 255, 255}, color.NRGBA{10, 90, 70, 255}
	b := newBox()
	b.FillColor, b.StrokeColor, b.StrokeWidth, b.CornerRadius = white, line, 2, 12
	w := test.NewTempWindow(t, b.group)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(200, 90))
	b.Resize(fyne.NewSize(200, 90))
	img := w.Canvas().Capture()
	at := func(x, y int) color.NRGBA { return color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA) }
	if c := at(0, 0); c == white || c == line {
		t.Errorf("the corner is not round: %v", c)
	}
	for y := 14; y < 76; y++ {
		if c := at(100, y); c != white {
			t.Fatalf("row %d inside is %v", y, c)
		}
		if c := at(0, y); c != line {
			t.Fatalf("row %d of the line is %v", y, c)
		}
	}
	for _, p := range [][2]int{{100, 0}, {100, 89}, {199, 45}} {
		if c := at(p[0], p[1]); c != line {
			t.Errorf("the line at %v is %v", p, c)
		}
	}
}

func TestAHigherBoxIsNotDrawnAnew(t *testing.T) {
	test.NewTempApp(t)
	b := newBox()
	b.FillColor, b.CornerRadius = color.White, 12
	b.Resize(fyne.NewSize(321, 90))
	n, before := len(boxes), b.top.Image
	b.Resize(fyne.NewSize(321, 140))
	if len(boxes) != n || b.top.Image != before {
		t.Error("another height drew the strips anew")
	}
}
