package icons

import (
	"bytes"
	"encoding/xml"
	"io"
	"testing"
)

func TestEveryIconStaysInItsSquareAndHasOnlyPlainSteps(t *testing.T) {
	if len(Names()) < 24 {
		t.Fatalf("%d icons", len(Names()))
	}
	for _, name := range Names() {
		p := Path(name)
		if len(p) < 2 {
			t.Errorf("%s: nothing is drawn", name)
		}
		for _, s := range p {
			for _, v := range []float64{s.X1, s.Y1, s.X2, s.Y2, s.X, s.Y} {
				if v < 0 || v > Units {
					t.Errorf("%s: %v lies outside", name, s)
				}
			}
			if s.Op != 'Z' && (s.X < Stroke/2 || s.X > Units-Stroke/2 || s.Y < Stroke/2 || s.Y > Units-Stroke/2) {
				t.Errorf("%s: the line at %v is cut off by the edge", name, s)
			}
		}
	}
}

func TestEveryIconIsWellFormedSVG(t *testing.T) {
	for _, name := range append(Names(), "no such icon") {
		for _, colour := range []string{"#1F5C4A", `"><script>`, ""} {
			b := SVG(name, colour)
			d := xml.NewDecoder(bytes.NewReader(b))
			for {
				_, err := d.Token()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatalf("%s: %v in %s", name, err, b)
				}
			}
			if bytes.Contains(b, []byte("script")) {
				t.Errorf("a colour reached the markup: %s", b)
			}
		}
	}
}

func TestAPathWithAnythingElseIsRefused(t *testing.T) {
	for _, d := range []string{"L 1 2", "M 1", "M 1 x", "M 1 2 A 1 1 0 0 1 3 3", "M 1 2 l 3 4", "M 1 2 C 1 2 3 4 5", "M NaN 2", "M1 2"} {
		if p, err := Parse(d); err == nil {
			t.Errorf("%q was read as %v", d, p)
		}
	}
	if p, err := Parse(""); err != nil || p != nil {
		t.Error("an empty path is empty", p, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, n := range Names() {
		f.Add(Data(n))
	}
	f.Fuzz(func(t *testing.T, d string) {
		p, err := Parse(d)
		if err == nil && len(p) > 0 && p[0].Op != 'M' {
			t.Error("a path that does not begin with M was read")
		}
	})
}
