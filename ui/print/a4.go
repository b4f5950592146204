package print

import "strings"

// The type of the A4 sheet. 12 points is the least that is printed anywhere
// (RNIB Clear Print); values stand at 13, whose small letters are 2.5 mm high.
var (
	a4Title   = style{size: 26, lead: 31, weight: bold, colour: ink}
	a4Name    = style{size: 18, lead: 24, weight: bold, colour: primary}
	bodyText  = style{size: 13, lead: 16.6, colour: ink}
	labelText = style{size: 12, lead: 16.6, colour: quiet}
	smallText = style{size: 12, lead: 15.2, colour: ink}
	phoneText = style{size: 18, lead: 22, colour: ink}
	dateText  = style{size: 14, lead: 18, colour: ink}
	codeText  = style{size: 20, lead: 26, weight: bold, colour: ink, spacing: 60}
)

const (
	a4Margin  = 15.5
	a4Bottom  = 278.5 // of the flowing part; the foot is below
	a4Label   = 34.5  // icon and label
	a4Code    = 35.0  // side of the QR code
	a4Side    = 41.0  // column of the QR code
	labelIcon = 5.0
	a4Between = 4.0 // cards
)

// a4 draws all communities on one sheet, as many pages as they need.
func (j *job) a4() error {
	w := j.w - 2*a4Margin
	f := j.flow(a4Margin, w, a4Margin, a4Bottom)
	f.page()
	root := j.tree.root
	j.masthead(f, root)
	j.greet(f, root)

	cards := make([]facts, len(j.Cards))
	for i, c := range j.Cards {
		cards[i] = j.facts(c, a4Code)
	}
	common := sameConfirmation(cards)
	sects := make([]*element, len(cards))
	set := make([]card, len(cards))
	for i := range cards {
		sects[i] = &element{kind: "Sect"}
		set[i] = j.card(sects[i], &cards[i], w, common == "")
	}
	box := j.codeBox(&element{kind: "Sect"}, w)
	after := boxAfter(set, box.height(), *f)
	for i, c := range set {
		if i > 0 {
			f.y += a4Between
		}
		f.card(c)
		root.kids = append(root.kids, sects[i])
		if i == after && box.item != nil {
			if box.height() > f.room() {
				j.overleaf(f, root)
			}
			f.whole(gap(a4Between), *box.item)
			root.kids = append(root.kids, box.element)
		}
	}
	if j.pdf.PageCount() > 1 {
		j.dates(f, root, j.Cards)
	}
	j.a4Foot(root, common)
	return j.pdf.Error()
}

// overleaf begins the page where the code stands without a card: it is the page
// of the citizen's own plan, so that neither code nor dates look lost.
func (j *job) overleaf(f *flow, root *element) {
	f.page()
	sect := root.add("Sect")
	f.put(j.paragraph(sect.add("H2"), []span{{text: j.say.T("sheet.plan")}}, leafHead, f.w)...)
	for _, key := range []string{"plan.day", "plan.time", "plan.with"} {
		label := j.paragraph(sect.add("P"), []span{{text: j.say.T("sheet." + key)}}, bodyText, 36)
		f.put(item{height: max(a5Pitch, total(label)), draw: func(x, y float64) {
			drawItems(label, x, y+2)
			j.rule(x+37, y+8.2, f.w-37, 0.25, 0, quiet)
		}})
	}
	f.y += 3
}

// masthead is the line above everything: who hands it out, when, and the product.
func (j *job) masthead(f *flow, root *element) {
	var parts []string
	for _, s := range []string{j.Desk, j.say.Day(j.Date)} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	brand := j.set.set([]span{{text: j.say.T("sheet.brand")}}, smallText.in(primary).bolder(), 60)
	left := j.paragraph(root.add("P"), []span{{text: strings.Join(parts, " · ")}}, smallText.in(quiet), f.w-brand[0].width-6)
	j.lines(root.add("P"), f.x, f.y, f.w, 1, brand)
	if len(left) == 0 {
		left = []item{gap(heightOf(brand))}
	}
	f.put(append(left, gap(4))...)
}

// headline greets by name where there is one and says how many places there are.
func (j *job) headline() string {
	n := len(j.Cards)
	places := j.say.N("sheet.places", n)
	if key := "sheet.places." + j.say.Int(n); j.say.Has(key) {
		places = j.say.T(key)
	}
	if strings.TrimSpace(j.set.drawable(j.Name)) == "" {
		return j.say.T("sheet.headline", "places", places)
	}
	return j.say.T("sheet.headline_named", "places", places, "name", j.Name)
}

// greet is the headline and the greeting.
func (j *job) greet(f *flow, root *element) {
	f.put(j.paragraph(root.add("H1"), []span{{text: j.headline()}}, a4Title, f.w)...)
	for i, s := range strings.Split(j.Greeting, "\n") {
		if i == 0 {
			f.y += 1
		}
		f.put(j.paragraph(root.add("P"), []span{{text: s}}, bodyText, f.w)...)
	}
	f.y += 3
}

// card sets one community: name, why, facts, and the code at its side.
func (j *job) card(e *element, c *facts, w float64, own bool) card {
	out := card{}
	full := w - 2*cardSides
	width := full
	name, because, list, trust := e.add("H2"), e.add("P"), e.add("L"), e.add("P")
	name.lang, list.lang = j.ownLanguage(), ""
	if c.link != nil {
		out.sideWidth = a4Side
		width -= a4Side + 4
		out.side = append(j.codeColumn(e, c.link, a4Code, a4Side), j.codeAddress(e, c.link, a4Side, 0.5)...)
	}
	out.main = j.paragraph(name, []span{{text: c.name}}, a4Name, width)
	for i := range out.main {
		out.main[i].keep = true
	}
	out.main = append(out.main, j.paragraph(because, c.because, bodyText, width)...)
	out.main = append(out.main, gap(2))
	for _, r := range c.rows {
		if total(out.main) >= total(out.side) {
			width = full // below the code, lines run over the whole card
		}
		out.main = append(out.main, j.row(list.add("LI"), r, width)...)
	}
	note := c.trust
	if note == "" && own && c.confirmed != "" {
		note = j.say.T("sheet.card_confirmed", "day", c.confirmed)
	}
	if note == "" {
		return out
	}
	if end := j.beforeLast(trust, note, c.rows, width); end != nil {
		out.main = append(out.main, *end)
		return out
	}
	out.main = append(out.main, gap(0.6))
	out.main = append(out.main, j.paragraph(trust, []span{{text: note}}, smallText.in(quiet), width)...)
	return out
}

// rowGap is the room below a row.
const rowGap = 1.1

// beforeLast sets a note to the right of the telephone number, where the number
// is the last row and both have room: it saves the line that two full cards and
// the code need to stand on one page. Else it is nil.
func (j *job) beforeLast(e *element, note string, rows []fact, width float64) *item {
	if len(rows) == 0 || !rows[len(rows)-1].strong || len(rows[len(rows)-1].values) != 1 {
		return nil
	}
	phone := j.set.set(rows[len(rows)-1].values[0], phoneText, width)
	set := j.set.set([]span{{text: note}}, smallText.in(quiet), width)
	if len(phone) != 1 || len(set) != 1 || a4Label+phone[0].width+8+set[0].width > width {
		return nil
	}
	up := rowGap + phone[0].height - (phone[0].height-set[0].height)*0.7
	return &item{draw: func(x, y float64) { j.lines(e, x, y-up, width, 1, set) }}
}

// ownLanguage is the language of the communities' own texts, where it is not
// the sheet's.
func (j *job) ownLanguage() string {
	if j.lang == "da" {
		return ""
	}
	return "da"
}

// row sets one fact: icon and label to the left, what is known to the right.
func (j *job) row(li *element, r fact, width float64) []item {
	lbl, body := li.add("Lbl"), li.add("LBody")
	if r.own {
		body.lang = j.ownLanguage()
	}
	st, shift := bodyText, 0.0
	if r.strong {
		st, shift = phoneText, 0.9
	}
	text := j.paragraph(lbl, []span{{text: r.label}}, labelText, a4Label-labelIcon-4)
	label := []item{{height: total(text), draw: func(x, y float64) {
		j.icon(r.icon, x, y+(labelText.lead/pointsPerMM-labelIcon)/2+shift, labelIcon, primary)
		drawItems(text, x+labelIcon+2, y+shift)
	}}}
	var value []item
	for _, v := range r.values {
		value = append(value, j.paragraph(j.part(body, r), v, st, width-a4Label)...)
	}
	return append(beside(label, value, a4Label), gap(rowGap))
}

// part is the element of one paragraph of a fact: its own where there are
// several, so that they are read as separate.
func (j *job) part(body *element, r fact) *element {
	if len(r.values) < 2 {
		return body
	}
	return body.add("P")
}

// codeColumn is a QR code with its caption.
func (j *job) codeColumn(e *element, l *link, side, width float64) []item {
	fig, caption := e.add("Figure"), e.add("P")
	what := l.caption
	if l.letters != "" {
		what += " " + l.letters
	}
	fig.alt = j.say.T("sheet.qr.alt", "what", what)
	items := []item{{height: side + 1.2, keep: true, draw: func(x, y float64) {
		j.framedCode(fig, x+(width-side)/2, y, side, l)
	}}}
	return append(items, j.aligned(caption, []span{{text: l.caption}}, smallText, width, 0.5)...)
}

// codeAddress is the address of a QR code in letters, as the code holds it.
func (j *job) codeAddress(e *element, l *link, width, align float64) (items []item) {
	if l.letters == "" {
		return nil
	}
	address := e.add("P")
	for _, part := range j.addressLines(l.letters, smallText, width) {
		items = append(items, j.aligned(address, []span{{text: part}}, smallText.in(quiet), width, align)...)
	}
	return items
}

// addressLines breaks an address into lines, after a slash or a dot where it
// can: nothing that is not part of the address may come in, not even a hyphen.
func (j *job) addressLines(address string, st style, width float64) (out []string) {
	whole := j.set.set([]span{{text: address}}, st, 10_000)
	if len(whole) != 1 || len(whole[0].glyphs) != len(address) {
		return nil // an address is ASCII, a letter for each byte
	}
	room := width / (st.size / em / pointsPerMM) // font units
	for from := 0; from < len(address); {
		to, used := from, 0
		for to < len(address) && (to == from || float64(used+whole[0].glyphs[to].advance) <= room) {
			used += whole[0].glyphs[to].advance
			to++
		}
		if to < len(address) {
			if cut := strings.LastIndexAny(address[from:to], "/.") + 1; cut > (to-from)/3 {
				to = from + cut
			}
		}
		out = append(out, address[from:to])
		from = to
	}
	return out
}

// codeBox is the box with the code of the vejvisning, and its element; the
// item is nil where a sheet has no code.
type codeBox struct {
	element *element
	item    *item
}

func (c codeBox) height() float64 {
	if c.item == nil {
		return 0
	}
	return a4Between + c.item.height
}

// boxAfter says behind which card the code box stands: the last one, or where
// that page has no room for it the last one before whose page has.
func boxAfter(cards []card, box float64, f flow) int {
	last, left := len(cards)-1, make([]float64, len(cards)) // room below each card
	ends := make([]bool, len(cards))                        // a card ends its page
	for i, c := range cards {
		h := c.height()
		if i > 0 {
			f.y += a4Between
		}
		if f.y+h > f.bottom && f.y > f.top {
			f.y = f.top
			if i > 0 {
				ends[i-1] = true
			}
		}
		if h > f.bottom-f.top {
			return last // goes over several pages: no telling
		}
		f.y += h
		left[i] = f.bottom - f.y
	}
	ends[last] = true
	for i := last; i >= 0; i-- {
		if ends[i] && left[i] >= box {
			return i
		}
	}
	return last
}

// codeBox tells the code of the vejvisning, on warm ground.
func (j *job) codeBox(e *element, width float64) codeBox {
	if j.Code == "" {
		return codeBox{}
	}
	return j.warmBox(e, width, j.say.T("sheet.code_label"), string(j.Code), j.say.T("sheet.code_note"))
}

// warmBox says one thing in large letters, with what it is and what it is for.
func (j *job) warmBox(e *element, width float64, what, big, why string) codeBox {
	const inner = 5.5
	w := width - 2*inner
	label, code, note := e.add("P"), e.add("P"), e.add("P")
	labels := j.set.set([]span{{text: what}}, bodyText.bolder(), w)
	codes := j.set.set([]span{{text: big}}, codeText, w)
	notes := j.set.set([]span{{text: why}}, smallText, w)
	oneLine := len(labels) == 1 && len(codes) == 1 && labels[0].width+4+codes[0].width <= w
	top := heightOf(codes)
	if !oneLine {
		top += heightOf(labels)
	}
	h := 2.4 + top + 0.4 + heightOf(notes) + 3
	return codeBox{e, &item{height: h, draw: func(x, y float64) {
		j.panel(x, y, width, h, 4, warm)
		y += 2.4
		if oneLine {
			j.lines(label, x+inner, y+codes[0].base-labels[0].base, w, 0, labels)
			y = j.lines(code, x+inner+labels[0].width+4, y, w, 0, codes)
		} else {
			y = j.lines(code, x+inner, j.lines(label, x+inner, y, w, 0, labels), w, 0, codes)
		}
		j.lines(note, x+inner, y+0.4, w, 0, notes)
	}}}
}

// widthOf is how wide the widest line is, in mm.
func widthOf(ls []line) (w float64) {
	for _, l := range ls {
		w = max(w, l.width)
	}
	return w
}

// sameConfirmation is the day on which all facts of the sheet were confirmed,
// or "" where cards differ and each says its own.
func sameConfirmation(cards []facts) string {
	for _, c := range cards {
		if c.confirmed == "" || c.confirmed != cards[0].confirmed {
			return ""
		}
	}
	return cards[0].confirmed
}

// a4Foot closes the sheet: the last page says how to come back, each says which
// page it is where there are several.
func (j *job) a4Foot(root *element, confirmed string) {
	w := j.w - 2*a4Margin
	last := j.pdf.PageCount()
	for page := 1; page <= last; page++ {
		j.pdf.SetPage(page)
		if last > 1 { // in the upper margin: the foot has no room for one line more
			number := j.say.T("sheet.page", "n", page, "total", last)
			j.lines(nil, a4Margin, a4Margin-7, w, 1, j.set.set([]span{{text: number}}, smallText.in(quiet), w))
		}
		if page < last {
			continue
		}
		y, right := a4Bottom+3, ""
		if confirmed != "" {
			right = j.say.T("sheet.confirmed", "day", confirmed)
		}
		j.rule(a4Margin, y-1.5, w, 0.3, 0, primary)
		notes := j.set.set([]span{{text: right}}, smallText.in(quiet), w*0.36)
		left := j.set.set([]span{{text: j.say.T("sheet.comeback")}}, smallText, w-widthOf(notes)-5)
		j.lines(root.add("P"), a4Margin, y, w, 0, left)
		j.lines(root.add("P"), a4Margin, y, w, 1, notes)
	}
}
