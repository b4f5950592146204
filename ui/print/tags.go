package print

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// element is one node of the logical structure that screen readers follow:
// Document, Sect, H1, H2, P, L, LI, Lbl, LBody, Figure (ISO 32000-1 §14.8).
type element struct {
	kind string
	alt  string // what a Figure shows, in words
	lang string // where it differs from the sheet's own
	box  [4]float64
	kids []any // *element, or marked for drawn content
	obj  int   // its number in the file, given when it is written
}

// marked is one piece of drawn content on a page.
type marked struct{ page, id int }

// add puts a child element at the end.
func (e *element) add(kind string) *element {
	c := &element{kind: kind}
	e.kids = append(e.kids, c)
	return c
}

// structure numbers the marked content of each page.
type structure struct {
	root    *element
	parents map[int][]*element // page → element of each marked content, in order
	where   []string           // of each page, where pages are put on sheets: the sheet and the drawing
}

func newStructure() *structure {
	return &structure{root: &element{kind: "Document"}, parents: map[int][]*element{}}
}

// mark gives the operator that opens content belonging to e on a page.
func (s *structure) mark(e *element, page int) string {
	id := len(s.parents[page])
	s.parents[page] = append(s.parents[page], e)
	e.kids = append(e.kids, marked{page, id})
	return fmt.Sprintf("/%s <</MCID %d>> BDC", e.kind, id)
}

// prune removes elements that nothing was drawn for.
func (e *element) prune() bool {
	kept := e.kids[:0]
	for _, k := range e.kids {
		if c, ok := k.(*element); ok && !c.prune() {
			continue
		}
		kept = append(kept, k)
	}
	e.kids = kept
	return len(kept) > 0
}

// write puts the tree into the file and gives the number of its root.
func (s *structure) write(f *file) int {
	s.root.prune()
	tree, parentTree := f.reserve(), f.reserve()
	var number func(e *element)
	number = func(e *element) {
		e.obj = f.reserve()
		for _, k := range e.kids {
			if c, ok := k.(*element); ok {
				number(c)
			}
		}
	}
	number(s.root)
	pages := len(f.pages)
	if s.where != nil {
		pages = len(s.where)
	}
	s.root.write(f, tree, s.where)
	var nums strings.Builder
	for p := 1; p <= pages; p++ {
		fmt.Fprintf(&nums, "%d [", p-1)
		for _, e := range s.parents[p] {
			fmt.Fprintf(&nums, "%d 0 R ", e.obj)
		}
		nums.WriteString("] ")
	}
	f.put(parentTree, "<</Nums ["+nums.String()+"]>>")
	f.put(tree, fmt.Sprintf("<</Type /StructTreeRoot /K [%d 0 R] /ParentTree %d 0 R /ParentTreeNextKey %d>>", s.root.obj, parentTree, pages))
	return tree
}

func (e *element) write(f *file, parent int, where []string) {
	var b strings.Builder
	fmt.Fprintf(&b, "<</Type /StructElem /S /%s /P %d 0 R", e.kind, parent)
	if e.alt != "" {
		b.WriteString(" /Alt " + hexText(e.alt))
	}
	if e.lang != "" {
		b.WriteString(" /Lang " + hexText(e.lang))
	}
	if e.box != [4]float64{} {
		fmt.Fprintf(&b, " /A <</O /Layout /Placement /Block /BBox [%.2f %.2f %.2f %.2f]>>", e.box[0], e.box[1], e.box[2], e.box[3])
	}
	b.WriteString(" /K [")
	for _, k := range e.kids {
		switch k := k.(type) {
		case *element:
			fmt.Fprintf(&b, "%d 0 R ", k.obj)
		case marked:
			at := ""
			if where != nil {
				at = where[k.page-1]
			} else {
				at = fmt.Sprintf("/Pg %d 0 R", f.pages[k.page-1])
			}
			fmt.Fprintf(&b, "<</Type /MCR %s /MCID %d>> ", at, k.id)
		}
	}
	f.put(e.obj, b.String()+"]>>")
	for _, k := range e.kids {
		if c, ok := k.(*element); ok {
			c.write(f, e.obj, where)
		}
	}
}

// hexText writes a text string as PDF holds it: UTF-16 with its mark.
func hexText(s string) string { return "<FEFF" + hexUTF16(s) + ">" }

func hexUTF16(s string) string {
	var b strings.Builder
	for _, c := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", c)
	}
	return b.String()
}
