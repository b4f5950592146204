package print

import "strings"

// The type and the measures of the A5 card: one community, to keep in a bag.
var (
	a5Name  = style{size: 24, lead: 30, weight: bold, colour: white}
	a5Rows  = stacked{label: style{size: 12, lead: 14.6, weight: bold, colour: quiet}, value: style{size: 15, lead: 19, colour: ink}, number: style{size: 15, lead: 19, weight: bold, colour: primary}, icon: 10, shift: 15, gap: 1.8, width: 124}
	a5Phone = style{size: 18, lead: 22, weight: bold, colour: ink}
	a5Plan  = style{size: 14, lead: 18, weight: bold, colour: primary}
)

const (
	a5Margin = 12.0
	a5Foot   = 8.0
	a5Code   = 34.0
	a5Pitch  = 10.0 // between the lines to write on
)

// a5 draws a card for each community. A card that is too full for one side has
// its plan on the back.
func (j *job) a5() error {
	w := j.w - 2*a5Margin
	f := j.flow(a5Margin, w, a5Margin, j.h-a5Foot)
	for i, c := range j.Cards {
		sect := j.tree.root.add("Sect")
		m := j.facts(c, a5Code)
		j.steps(&m, c)
		f.page()
		f.y = j.band(sect, m.name) + 5
		if i == 0 {
			for _, s := range strings.Split(j.Greeting, "\n") {
				f.put(j.paragraph(sect.add("P"), []span{{text: s}}, bodyText, w)...)
			}
			f.y += 1.5
		}
		f.put(j.paragraph(sect.add("P"), m.because, bodyText, w)...)
		f.y += 2
		list := sect.add("L")
		for _, r := range m.rows {
			if r.icon != "phone" { // stands by the plan
				f.put(a5Rows.row(j, list.add("LI"), r)...)
			}
		}
		f.put(j.paragraph(sect.add("P"), []span{{text: j.note(&m)}}, smallText.in(quiet), w)...)
		j.plan(f, sect, &m, c)
	}
	return j.pdf.Error()
}

// band is the coloured head with the name; it gives where it ends.
func (j *job) band(e *element, name string) float64 {
	kick := j.say.T("sheet.kicker")
	if strings.TrimSpace(j.set.drawable(j.Name)) != "" {
		kick = j.say.T("sheet.kicker_named", "name", j.Name)
	}
	return j.bandOf(e, kick, name)
}

// bandOf is a coloured head of a small line and a large one.
func (j *job) bandOf(e *element, kick, name string) float64 {
	w := j.w - 2*a5Margin
	title, head := e.add("P"), e.add("H1")
	head.lang = j.ownLanguage()
	kicker := j.set.set([]span{{text: kick}}, smallText.in(white), w)
	names := j.set.set([]span{{text: name}}, a5Name, w)
	h := 7 + heightOf(kicker) + 1 + heightOf(names) + 5
	j.panel(0, 0, j.w, h, 0, primary)
	y := j.lines(title, a5Margin, 7, w, 0, kicker)
	j.lines(head, a5Margin, y+1, w, 0, names)
	return h
}

// plan is the part below the dashed line: day, time and company to be written
// by hand, which is what makes people come (findings/print §5.1), with the
// phone, the code and the way to the page.
func (j *job) plan(f *flow, sect *element, m *facts, c Card) {
	const codeWidth = a5Code + 4
	w := j.w - 2*a5Margin
	var foot []item
	if m.phone != "" {
		call := sect.add("P")
		foot = append(foot, j.paragraph(call, []span{{text: j.say.T("sheet.call") + " "}, {text: unbroken(m.phone)}}, a5Phone, w)...)
	}
	if j.Code != "" {
		code := sect.add("P")
		foot = append(foot, j.paragraph(code, []span{{text: j.say.T("sheet.code_label") + " "}, {text: string(j.Code), weight: bold}}, bodyText, w)...)
	}
	var fig *element
	if m.link != nil {
		fig = sect.add("Figure")
		what := m.link.caption + " " + m.link.letters
		fig.alt = j.say.T("sheet.qr.alt", "what", strings.TrimSpace(what))
		caption := sect.add("P")
		if m.link.letters == "" {
			foot = append(foot, j.aligned(caption, []span{{text: m.link.caption}}, smallText.in(quiet), w, 1)...)
		}
		for _, part := range j.addressLines(m.link.letters, smallText, w) {
			foot = append(foot, j.paragraph(caption, []span{{text: part}}, smallText.in(quiet), w)...)
		}
	}
	top := max(a5Code, 8.5+3*a5Pitch) + 2
	h := 4 + top + total(foot)
	y, back := f.bottom-h, false
	if f.room() < h+2 {
		f.page() // on the back: the name again, as a card may be turned around
		f.put(j.paragraph(sect.add("P"), []span{{text: m.name}}, a5Plan, w)...)
		y, back = f.y, true
	} else {
		j.rule(0, y, j.w, 0.3, 1.5, quiet)
	}
	y += 4
	head := j.paragraph(sect.add("P"), []span{{text: j.say.T("sheet.plan")}}, a5Plan, w-codeWidth)
	drawItems(head, a5Margin, y)
	for i, key := range []string{"plan.day", "plan.time", "plan.with"} {
		at := y + 8.5 + float64(i)*a5Pitch
		drawItems(j.paragraph(sect.add("P"), []span{{text: j.say.T("sheet." + key)}}, bodyText, 36), a5Margin, at)
		j.rule(a5Margin+37, at+6.2, w-37-codeWidth, 0.25, 0, quiet)
	}
	if m.link != nil {
		j.code(fig, a5Margin+w-a5Code+2, y-1, a5Code, m.link)
	}
	drawItems(foot, a5Margin, y+top)
	f.y = y + top + total(foot)
	if back {
		j.dates(f, sect, []Card{c})
	}
}
