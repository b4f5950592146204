// Package icons holds the line icons of Vejviser, drawn once and used on screen
// and on paper: a grid of 24 by 24 units, strokes of 2 with round ends, no fill.
//
// A drawing is a path of absolute M, L, C and Z only, so that any backend draws
// it with four calls; shorthand and arcs are where SVG readers differ. The
// package knows no toolkit and no colour of its own.
package icons

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Units is the side of the square that every icon is drawn in; Stroke is the
// width of its lines in the same units.
const (
	Units  = 24.0
	Stroke = 2.0
)

// Segment is one step of a path in units: M and L use X, Y; C uses X1, Y1 and
// X2, Y2 as control points on the way to X, Y; Z uses none.
type Segment struct {
	Op             byte // 'M', 'L', 'C' or 'Z'
	X1, Y1, X2, Y2 float64
	X, Y           float64
}

var parsed = sync.OnceValue(func() map[string][]Segment {
	m := make(map[string][]Segment, len(drawings))
	for name, d := range drawings {
		p, err := Parse(d)
		if err != nil {
			panic(fmt.Sprintf("icons: %s: %v", name, err)) // a fault of the drawing, caught by the package's test
		}
		m[name] = p
	}
	return m
})

// Names lists every icon in alphabetical order.
func Names() []string {
	ns := make([]string, 0, len(drawings))
	for n := range drawings {
		ns = append(ns, n)
	}
	slices.Sort(ns)
	return ns
}

// Has says whether there is an icon of that name.
func Has(name string) bool { _, ok := drawings[name]; return ok }

// Path gives the steps of an icon, or nil where there is none of that name.
// The slice is shared: read it only.
func Path(name string) []Segment { return parsed()[name] }

// Data gives the path of an icon as SVG path data, or "" where there is none.
func Data(name string) string { return drawings[name] }

var hexColour = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)

// SVG gives the icon as an SVG image drawn in the colour "#RRGGBB". An unknown
// name gives an empty image; a colour that is not one is drawn black.
func SVG(name, colour string) []byte {
	if !hexColour.MatchString(colour) {
		colour = "#000000"
	}
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24">`+
		`<path d="%s" fill="none" stroke="%s" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></svg>`,
		drawings[name], colour)
}

// Parse reads path data made of absolute M, L, C and Z with numbers set apart
// by spaces or commas, and refuses everything else.
func Parse(d string) ([]Segment, error) {
	fields := strings.FieldsFunc(d, func(r rune) bool { return r == ' ' || r == ',' })
	var path []Segment
	number := func(i int) (float64, error) {
		if i >= len(fields) {
			return 0, fmt.Errorf("icons: the path ends too soon")
		}
		v, err := strconv.ParseFloat(fields[i], 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return 0, fmt.Errorf("icons: %q is not a number", fields[i])
		}
		return v, nil
	}
	for i := 0; i < len(fields); {
		op := fields[i]
		if len(path) == 0 && op != "M" {
			return nil, fmt.Errorf("icons: a path begins with M, not %q", op)
		}
		i++
		s := Segment{Op: op[0]}
		var into []*float64
		switch op {
		case "M", "L":
			into = []*float64{&s.X, &s.Y}
		case "C":
			into = []*float64{&s.X1, &s.Y1, &s.X2, &s.Y2, &s.X, &s.Y}
		case "Z":
		default:
			return nil, fmt.Errorf("icons: %q is not one of M, L, C, Z", op)
		}
		for _, v := range into {
			n, err := number(i)
			if err != nil {
				return nil, err
			}
			*v = n
			i++
		}
		path = append(path, s)
	}
	return path, nil
}
