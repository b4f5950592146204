package print

import (
	"fmt"
	"strings"
)

// bookmark is a line of the list of contents that readers show beside the pages.
type bookmark struct {
	title string
	page  int
	y     float64 // mm from the top
	under bool    // belongs to the last one that does not
}

// bookmark adds one at a place of this page.
func (p *paper) bookmark(title string, y float64, under bool) {
	if title = strings.TrimSpace(p.set.drawable(title)); title != "" {
		p.marks = append(p.marks, bookmark{title, p.page(), y, under && len(p.marks) > 0})
	}
}

// outline writes the bookmarks and gives the number of their root.
func (p *paper) outline(f *file) int {
	root := f.reserve()
	type node struct {
		bookmark
		obj        int
		prev, next int
		kids       []int // indices
		up         int   // object
	}
	nodes := make([]node, len(p.marks))
	var top []int
	for i, m := range p.marks {
		nodes[i] = node{bookmark: m, obj: f.reserve(), up: root}
		if !m.under {
			top = append(top, i)
			continue
		}
		head := top[len(top)-1]
		nodes[i].up = nodes[head].obj
		nodes[head].kids = append(nodes[head].kids, i)
	}
	chain := func(list []int) {
		for k, i := range list {
			if k > 0 {
				nodes[i].prev = nodes[list[k-1]].obj
			}
			if k+1 < len(list) {
				nodes[i].next = nodes[list[k+1]].obj
			}
		}
	}
	chain(top)
	for i := range nodes {
		chain(nodes[i].kids)
	}
	for _, n := range nodes {
		var b strings.Builder
		fmt.Fprintf(&b, "<</Title %s /Parent %d 0 R /Dest [%d 0 R /XYZ 0 %.2f null]", hexText(n.title), n.up, f.pages[n.page-1], (p.h-n.y)*pointsPerMM)
		for _, x := range []struct {
			name string
			obj  int
		}{{"Prev", n.prev}, {"Next", n.next}} {
			if x.obj != 0 {
				fmt.Fprintf(&b, " /%s %d 0 R", x.name, x.obj)
			}
		}
		if len(n.kids) > 0 {
			fmt.Fprintf(&b, " /First %d 0 R /Last %d 0 R /Count -%d", nodes[n.kids[0]].obj, nodes[n.kids[len(n.kids)-1]].obj, len(n.kids))
		}
		f.put(n.obj, b.String()+">>")
	}
	f.put(root, fmt.Sprintf("<</Type /Outlines /First %d 0 R /Last %d 0 R /Count %d>>", nodes[top[0]].obj, nodes[top[len(top)-1]].obj, len(top)))
	return root
}
