package print

import "strings"

// leaf is a plain A4 page for those who work with the citizen: a headline, rows
// of facts, sentences, lines to write on.
type leaf struct {
	*job
	f    *flow
	root *element
}

var (
	leafHead = style{size: 15, lead: 20, weight: bold, colour: primary}
	leafRows = stacked{label: style{size: 12, lead: 14.6, weight: bold, colour: quiet}, value: bodyText, number: bodyText.bolder().in(primary), icon: 8, shift: 13, gap: 1.2, width: 210 - 2*a4Margin}
)

// leaf begins the first page: who hands it out, when, and what it is.
func (j *job) leaf(title string) *leaf {
	f := j.flow(a4Margin, j.w-2*a4Margin, a4Margin, j.h-13)
	f.page()
	l := &leaf{j, f, j.tree.root}
	j.masthead(f, l.root)
	f.put(j.paragraph(l.root.add("H1"), []span{{text: title}}, a4Title, f.w)...)
	f.y += 1
	return l
}

// text sets a paragraph.
func (l *leaf) text(s string) {
	for _, part := range strings.Split(s, "\n") {
		l.f.put(l.paragraph(l.root.add("P"), []span{{text: part}}, bodyText, l.f.w)...)
	}
}

// part begins a part of the page; what follows belongs to it. It keeps with the
// first of what it holds.
func (l *leaf) part(heading string, first ...item) *element {
	sect := l.root.add("Sect")
	head := append([]item{gap(4.5)}, l.paragraph(sect.add("H2"), []span{{text: heading}}, leafHead, l.f.w)...)
	if len(first) == 0 {
		if total(head)+12 > l.f.room() && l.f.y > l.f.top {
			l.f.page()
		}
		l.f.put(head...)
		l.f.y += 0.8
		return sect
	}
	l.f.put(append(head, first...)...)
	return sect
}

// rows sets facts, icon to the left and label above.
func (l *leaf) rows(sect *element, rows []fact) {
	list := sect.add("L")
	for _, r := range rows {
		if len(r.values) > 0 {
			l.f.put(leafRows.row(l.job, list.add("LI"), r)...)
		}
	}
}

// ticks sets sentences with a box each.
func (l *leaf) ticks(sect *element, sentences []string) {
	list := sect.add("L")
	for _, s := range sentences {
		l.f.put(l.tick(list.add("LI").add("LBody"), s, l.f.w)...)
	}
}

// space leaves n lines to write on.
func (l *leaf) space(n int) {
	const pitch = 9.5
	for range n {
		l.f.put(item{height: pitch, draw: func(x, y float64) { l.rule(x, y+pitch-0.5, l.f.w, 0.25, 0, quiet) }})
	}
}

// box says one thing in large letters.
func (l *leaf) box(what, big, why string) {
	e := l.root.add("Sect")
	if b := l.warmBox(e, l.f.w, what, big, why); b.item != nil {
		l.f.whole(gap(5), *b.item)
	}
}

// coded sets rows with a QR code at their right.
func (l *leaf) coded(sect *element, rows []fact, c *link) {
	if c == nil {
		l.rows(sect, rows)
		return
	}
	const side = 35.0
	column := l.codeColumn(sect, c, side, a4Side)
	address := l.codeAddress(sect, c, l.f.w, 1) // across the page: whole on one line
	k := leafRows
	k.width -= a4Side + 4
	list := sect.add("L")
	var beside []item
	for _, r := range rows {
		if len(r.values) > 0 {
			beside = append(beside, k.row(l.job, list.add("LI"), r)...)
		}
	}
	h := total(column)
	n, used := 0, 0.0
	for n < len(beside) && used < h {
		used += beside[n].height
		n++
	}
	if max(h, used) > l.f.bottom-l.f.top { // more than a page: one below the other
		l.f.put(append(column, address...)...)
		l.f.put(beside...)
		return
	}
	l.f.whole(append([]item{{height: max(h, used), draw: func(x, y float64) {
		drawItems(beside[:n], x, y)
		drawItems(column, x+l.f.w-a4Side, y)
	}}}, address...)...)
	l.f.put(beside[n:]...)
}

// count numbers the pages where there are several.
func (l *leaf) count() {
	last := l.pdf.PageCount()
	if last < 2 {
		return
	}
	for page := 1; page <= last; page++ {
		l.pdf.SetPage(page)
		number := l.say.T("sheet.page", "n", page, "total", last)
		l.lines(nil, a4Margin, a4Margin-7, l.f.w, 1, l.set.set([]span{{text: number}}, smallText.in(quiet), l.f.w))
	}
}

// only keeps the rows of these icons, in this order.
func only(rows []fact, names ...string) (out []fact) {
	for _, n := range names {
		for _, r := range rows {
			if r.icon == n {
				out = append(out, r)
			}
		}
	}
	return out
}

// row is a fact of one paragraph.
func row(icon, label, value string) fact {
	return fact{icon: icon, label: label, values: plain(value)}
}
