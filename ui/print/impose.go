package print

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// sheetOf is a sheet of paper on which several pages stand, to be cut or folded.
type sheetOf struct {
	w, h   float64 // mm
	places []placed
	cuts   []cut
}

// placed is a page on a sheet, x and y mm from the upper left corner; page 0 is none.
type placed struct {
	page int
	x, y float64
}

// cut is a crop mark: a short line at the edge along which to cut.
type cut struct{ x0, y0, x1, y1 float64 }

var contentsOf = regexp.MustCompile(`/Contents (\d+) 0 R`)

// impose puts the pages of w by h mm on sheets: each page becomes a drawing that a
// sheet places. It gives for each page the sheet and the drawing, which the logical
// structure points to. A page may stand in one place alone.
func (f *file) impose(w, h float64, sheets []sheetOf) (where []string, err error) {
	const tree = 1 // gofpdf's fixed place for the list of pages
	forms := make([]int, len(f.pages))
	for i, n := range f.pages {
		m := contentsOf.FindStringSubmatch(f.objects[n])
		if m == nil {
			return nil, fmt.Errorf("print: page %d has no content", i+1)
		}
		c, _ := strconv.Atoi(m[1]) // digits, as matched
		if err := f.replace(c, "<<", fmt.Sprintf("<</Type /XObject /Subtype /Form /BBox [0 0 %.2f %.2f] /Resources 2 0 R /StructParents %d ", w*pointsPerMM, h*pointsPerMM, i)); err != nil {
			return nil, err
		}
		forms[i] = c
		f.put(n, "null") // the page itself is none any more
	}
	where = make([]string, len(f.pages))
	var kids strings.Builder
	var pages []int
	for _, s := range sheets {
		page, content := f.reserve(), f.reserve()
		var draw, names strings.Builder
		for k, at := range s.places {
			if at.page < 1 || at.page > len(forms) {
				continue
			}
			fmt.Fprintf(&names, "/P%d %d 0 R ", k, forms[at.page-1])
			fmt.Fprintf(&draw, "q 1 0 0 1 %.2f %.2f cm /P%d Do Q\n", at.x*pointsPerMM, (s.h-at.y-h)*pointsPerMM, k)
			where[at.page-1] = fmt.Sprintf("/Pg %d 0 R /Stm %d 0 R", page, forms[at.page-1])
		}
		if len(s.cuts) > 0 {
			draw.WriteString("/Artifact BMC\n0.4 w 0 0 0 RG\n")
			for _, c := range s.cuts {
				fmt.Fprintf(&draw, "%.2f %.2f m %.2f %.2f l S\n", c.x0*pointsPerMM, (s.h-c.y0)*pointsPerMM, c.x1*pointsPerMM, (s.h-c.y1)*pointsPerMM)
			}
			draw.WriteString("EMC\n")
		}
		f.put(page, fmt.Sprintf("<</Type /Page\n/Parent %d 0 R /MediaBox [0 0 %.2f %.2f] /Resources <</XObject <<%s>>>> /Contents %d 0 R /Tabs /S>>",
			tree, s.w*pointsPerMM, s.h*pointsPerMM, names.String(), content))
		f.put(content, fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", draw.Len(), draw.String()))
		fmt.Fprintf(&kids, "%d 0 R ", page)
		pages = append(pages, page)
	}
	f.put(tree, fmt.Sprintf("<</Type /Pages /Kids [%s] /Count %d>>", kids.String(), len(pages)))
	f.pages = pages
	return where, nil
}

// folded is the order in which the pages of a booklet stand on sheets of twice the
// width, to be printed on both sides, turned over the short edge, and folded in the
// middle. pages is a multiple of four.
func folded(pages int, w, h float64) []sheetOf {
	var out []sheetOf
	for i := 0; i < pages/2; i++ {
		left, right := pages-i, i+1
		if i%2 == 1 { // the back of a sheet
			left, right = right, left
		}
		out = append(out, sheetOf{w: 2 * w, h: h, places: []placed{{left, 0, 0}, {right, w, 0}}})
	}
	return out
}

// fourUp is where cards of w by h stand on sheets of two by two, each followed by
// its back: pages are the fronts and backs in turn, four of each to a pair of sheets.
func fourUp(pages int, w, h, sheetW, sheetH float64) []sheetOf {
	left, top := (sheetW-2*w)/2, (sheetH-2*h)/2
	mark := 5.0
	cuts := []cut{
		{left + w, 0, left + w, mark}, {left + w, sheetH - mark, left + w, sheetH},
		{0, top + h, mark, top + h}, {sheetW - mark, top + h, sheetW, top + h},
	}
	var out []sheetOf
	for from := 1; from+7 <= pages; from += 8 {
		var front, back sheetOf
		for k := range 4 {
			x, y := left+float64(k%2)*w, top+float64(k/2)*h
			front.places = append(front.places, placed{from + 2*k, x, y})
			back.places = append(back.places, placed{from + 2*k + 1, sheetW - x - w, y}) // seen through the paper
		}
		for _, s := range []sheetOf{front, back} {
			s.w, s.h, s.cuts = sheetW, sheetH, cuts
			out = append(out, s)
		}
	}
	return out
}
