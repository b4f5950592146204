package print

// item is one thing of a column: it has a height in mm and is drawn from its
// upper left corner. Items are never broken; a column breaks between them.
type item struct {
	height float64
	draw   func(x, y float64)
	keep   bool // stays on the page of the next item
}

func total(items []item) float64 {
	h := 0.0
	for _, i := range items {
		h += i.height
	}
	return h
}

// gap is empty room that stays with what stands above it.
func gap(mm float64) item { return item{height: mm} }

// flow fills pages from the top down. What does not fit goes on overleaf.
type flow struct {
	p           *paper
	x, w        float64
	top, bottom float64
	y           float64
}

func (p *paper) flow(x, w, top, bottom float64) *flow {
	return &flow{p: p, x: x, w: w, top: top, bottom: bottom, y: top}
}

func (f *flow) page() {
	f.p.newPage()
	f.y = f.top
}

// room is what is left on this page, in mm.
func (f *flow) room() float64 { return f.bottom - f.y }

// fitting counts how many items from the front fit into room; at least one, so
// that every page takes something, and never one that must keep with the next.
func fitting(items []item, room float64) int {
	n, h := 0, 0.0
	for n < len(items) && h+items[n].height <= room+1e-6 {
		h += items[n].height
		n++
	}
	if n < len(items) {
		for n > 0 && items[n-1].keep {
			n--
		}
	}
	return n
}

// put draws items one below the other, on as many pages as they need.
func (f *flow) put(items ...item) {
	for len(items) > 0 {
		n := fitting(items, f.room())
		if n == 0 {
			if f.y > f.top {
				f.page()
				continue
			}
			n = 1
		}
		f.y = drawItems(items[:n], f.x, f.y)
		items = items[n:]
	}
}

// whole draws items together: on the next page where this one lacks the room.
func (f *flow) whole(items ...item) {
	if total(items) > f.room() && f.y > f.top {
		f.page()
	}
	f.put(items...)
}

func drawItems(items []item, x, y float64) float64 {
	for _, i := range items {
		if i.draw != nil {
			i.draw(x, y)
		}
		y += i.height
	}
	return y
}

// card is a framed part of a page: a main column and one at its side.
type card struct {
	main, side []item
	sideWidth  float64
}

const (
	cardTop    = 4.6 // mm inside the frame
	cardBottom = 3.2
	cardSides  = 5.5
)

// height is the room a card takes on one page.
func (c card) height() float64 {
	return cardTop + max(total(c.main), total(c.side)) + cardBottom
}

// card draws a card. One that does not fit here begins a new page; one that
// fits no page is continued in a frame of its own overleaf.
func (f *flow) card(c card) { f.narrowCard(c, cardSides) }

// narrowCard is card with another room at the sides.
func (f *flow) narrowCard(c card, cardSides float64) {
	if c.height() > f.room() && f.y > f.top {
		f.page()
	}
	main, side := c.main, c.side
	for len(main) > 0 || len(side) > 0 {
		room := f.room() - cardTop - cardBottom
		n := fitting(main, room)
		if n == 0 && len(main) > 0 {
			if f.y > f.top {
				f.page()
				continue
			}
			n = 1
		}
		h := max(total(main[:n]), total(side))
		f.p.frame(f.x, f.y, f.w, cardTop+h+cardBottom)
		drawItems(main[:n], f.x+cardSides, f.y+cardTop)
		drawItems(side, f.x+f.w-cardSides-c.sideWidth, f.y+cardTop)
		f.y += cardTop + h + cardBottom
		main, side = main[n:], nil
		if len(main) > 0 {
			f.page()
		}
	}
}

// paragraph is text in a column of width w, an item for each line.
func (p *paper) paragraph(e *element, spans []span, st style, w float64) []item {
	return p.aligned(e, spans, st, w, 0)
}

// aligned is paragraph with an alignment: 0 left, 0.5 middle, 1 right.
func (p *paper) aligned(e *element, spans []span, st style, w, align float64) []item {
	ls := p.set.set(spans, st, w)
	items := make([]item, len(ls))
	for i, l := range ls {
		items[i] = item{height: l.height, draw: func(x, y float64) { p.lines(e, x, y, w, align, []line{l}) }}
	}
	// No single line of a paragraph is left behind at the foot of a page.
	if len(items) > 1 {
		items[0].keep = true
		items[len(items)-2].keep = true
	}
	return items
}

// beside puts a label column and a value column next to each other: the first
// lines stand together and the rest of the values may go on overleaf.
func beside(label, value []item, shift float64) []item {
	n, h := 0, 0.0
	for n < len(value) && (n == 0 || h < total(label)) {
		h += value[n].height
		n++
	}
	head, rest := value[:n], value[n:]
	first := item{height: max(total(label), h), draw: func(x, y float64) {
		drawItems(label, x, y)
		drawItems(head, x+shift, y)
	}}
	if n > 0 {
		first.keep = head[n-1].keep && len(rest) > 0
	}
	out := []item{first}
	for _, i := range rest {
		moved := i
		if i.draw != nil {
			moved.draw = func(x, y float64) { i.draw(x+shift, y) }
		}
		out = append(out, moved)
	}
	return out
}
