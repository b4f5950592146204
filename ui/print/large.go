package print

import "strings"

// The type of large print: 18 points and never below 16 (RNIB: at least 16).
var (
	largeTitle = style{size: 24, lead: 31, weight: bold, colour: ink}
	largeName  = style{size: 28, lead: 36, weight: bold, colour: primary}
	largeText  = style{size: 18, lead: 25, colour: ink}
	largeSmall = style{size: 16, lead: 21, colour: ink}
	largePhone = style{size: 26, lead: 34, weight: bold, colour: ink}
	largeRows  = stacked{label: style{size: 16, lead: 20, weight: bold, colour: quiet}, value: largeText, number: largeText.bolder().in(primary), icon: 12, shift: 18, gap: 2, width: 179}
)

const (
	largeMargin = 15.5
	largeCode   = 50.0
)

// large draws each community on a page of its own, in large print.
func (j *job) large() error {
	w := j.w - 2*largeMargin
	f := j.flow(largeMargin, w, 13, j.h-9)
	root := j.tree.root
	for i, c := range j.Cards {
		f.page()
		if i == 0 {
			j.largeHead(f, root)
		}
		sect := root.add("Sect")
		m := j.facts(c, largeCode)
		j.steps(&m, c)
		name := sect.add("H2")
		name.lang = j.ownLanguage()
		f.put(j.paragraph(name, []span{{text: m.name}}, largeName, w)...)
		f.put(j.paragraph(sect.add("P"), m.because, largeText, w)...)
		f.y += 3
		list := sect.add("L")
		for _, r := range m.rows {
			if r.icon != "phone" { // stands by the code
				f.put(largeRows.row(j, list.add("LI"), r)...)
			}
		}
		f.put(j.paragraph(sect.add("P"), []span{{text: j.note(&m)}}, largeSmall.in(quiet), w)...)
		j.largeCall(f, sect, &m)
	}
	// A page for this line alone would be one more to carry and to lose.
	if back := j.paragraph(root.add("P"), []span{{text: j.say.T("sheet.comeback")}}, largeSmall, w); total(back)+5 <= f.room() {
		f.put(append([]item{gap(5)}, back...)...)
	}
	return j.pdf.Error()
}

// largeHead begins the first page: who, when, the headline and the greeting.
func (j *job) largeHead(f *flow, root *element) {
	var parts []string
	for _, s := range []string{j.Desk, j.say.Day(j.Date)} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	f.put(j.paragraph(root.add("P"), []span{{text: strings.Join(parts, " · ")}}, largeSmall.in(quiet), f.w)...)
	f.y += 3
	f.put(j.paragraph(root.add("H1"), []span{{text: j.headline()}}, largeTitle, f.w)...)
	for _, s := range strings.Split(j.Greeting, "\n") {
		f.put(j.paragraph(root.add("P"), []span{{text: s}}, largeText, f.w)...)
	}
	f.y += 4
}

// largeCall is the phone, the code of the vejvisning and the QR code, together.
func (j *job) largeCall(f *flow, sect *element, m *facts) {
	width, shift := f.w, 0.0
	var fig *element
	if m.link != nil {
		fig = sect.add("Figure")
		fig.alt = j.say.T("sheet.qr.alt", "what", strings.TrimSpace(m.link.caption+" "+m.link.letters))
		shift = largeCode + 6
		width -= shift
	}
	var text []item
	add := func(spans []span, st style) { text = append(text, j.paragraph(sect.add("P"), spans, st, width)...) }
	if m.phone != "" {
		add([]span{{text: j.say.T("sheet.call") + " "}, {text: unbroken(m.phone)}}, largePhone)
	}
	if j.Code != "" {
		add([]span{{text: j.say.T("sheet.code_label")}}, largeText)
		add([]span{{text: string(j.Code)}}, largePhone)
	}
	if m.link != nil {
		if m.link.letters == "" { // an address speaks for itself, and room is dear
			add([]span{{text: m.link.caption}}, largeSmall)
		}
		address := sect.add("P")
		for _, part := range j.addressLines(m.link.letters, largeSmall, width) {
			text = append(text, j.paragraph(address, []span{{text: part}}, largeSmall.in(quiet), width)...)
		}
	}
	h := total(text)
	if m.link != nil {
		h = max(h, largeCode)
	}
	f.whole(gap(2), item{height: h, draw: func(x, y float64) {
		if m.link != nil {
			j.framedCode(fig, x, y, largeCode, m.link)
		}
		drawItems(text, x+shift, y)
	}})
}
