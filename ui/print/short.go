package print

import (
	"fmt"
	"strings"
)

// atMost sets a text in at most n lines of width mm. What does not fit is cut with
// an ellipsis: for places that cannot grow, beside a QR code that leads to the rest.
func (s *setter) atMost(n int, text string, st style, width float64) []line {
	set := s.set([]span{{text: text}}, st, width)
	if len(set) <= n {
		return set
	}
	r := []rune(s.drawable(text))
	low, high := 0, len(r)
	for low < high { // as many letters as there is room for
		mid := (low + high + 1) / 2
		if len(s.set([]span{{text: strings.TrimSpace(string(r[:mid])) + "…"}}, st, width)) <= n {
			low = mid
		} else {
			high = mid - 1
		}
	}
	set = s.set([]span{{text: strings.TrimSpace(string(r[:low])) + "…"}}, st, width)
	return set[:min(n, len(set))]
}

// largest sets a text in the first of the styles in which it takes at most n lines,
// else in the last one, cut.
func (s *setter) largest(n int, text string, width float64, styles ...style) []line {
	for _, st := range styles[:len(styles)-1] {
		set := s.set([]span{{text: text}}, st, width)
		if len(set) <= n && widthOf(set) <= width && whole(set) {
			return set
		}
	}
	return s.atMost(n, text, styles[len(styles)-1], width)
}

// whole says that no word was torn apart at the end of a line.
func whole(ls []line) bool {
	for i, l := range ls {
		if i == len(ls)-1 || len(l.glyphs) == 0 {
			continue
		}
		switch end := l.glyphs[len(l.glyphs)-1].text; {
		case strings.TrimSpace(end) == "", strings.HasSuffix(end, "-"), strings.HasSuffix(end, "–"), strings.HasSuffix(end, "/"):
		default:
			return false
		}
	}
	return true
}

// turned draws upright what then stands turned to the left on a strip whose upper
// left corner is at x, y: draw has h mm of width and begins at 0, 0.
func (p *paper) turned(x, y, h float64, draw func()) {
	from := len(p.boxes)
	// (u, v) from the upper left of what is drawn goes to (x+v, y+h-u).
	p.pdf.RawWriteStr(fmt.Sprintf("q 0 1 -1 0 %.3f %.3f cm", (x+p.h)*pointsPerMM, (p.h-y-h)*pointsPerMM))
	w := p.w
	p.w = h // what is mirrored is mirrored on the strip
	draw()
	p.w = w
	p.pdf.RawWriteStr("Q")
	for i := range p.boxes[from:] {
		b := &p.boxes[from+i]
		b.x, b.y, b.w, b.h = x+b.y, y+h-b.x-b.w, b.h, b.w
	}
}
