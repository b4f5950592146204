package print

const (
	datesEach = 3   // next dates of one community
	tickSide  = 4.2 // mm
)

// dates is "Mine næste datoer": the next dates of each community with a box to
// tick. It only fills room that a sheet has anyway: without dates, or without
// the room, it is left out.
func (j *job) dates(f *flow, root *element, cards []Card) {
	from := startOf(j.Sheet)
	if from.IsZero() {
		return
	}
	sect := &element{kind: "Sect"}
	head := a5Plan
	items := append([]item{gap(7)}, j.paragraph(sect.add("H2"), []span{{text: j.say.T("sheet.dates")}}, head, f.w)...)
	empty := true
	for _, c := range cards {
		if c.Community.IsClosed() {
			continue
		}
		next := c.Community.NextForNew(from, datesEach)
		if len(next) < 2 {
			continue // one date stands on the card
		}
		empty = false
		items = append(items, gap(1.5))
		if len(cards) > 1 {
			items = append(items, j.paragraph(sect.add("P"), []span{{text: c.Community.Name}}, bodyText.bolder(), f.w)...)
		}
		list := sect.add("L")
		for _, o := range next {
			items = append(items, j.tick(list.add("LI").add("LBody"), tidy(j.say.Next(o), 200), f.w)...)
		}
	}
	if empty || total(items) > f.room() {
		return
	}
	root.kids = append(root.kids, sect)
	f.put(items...)
}

// tick is a line with a box before it.
func (j *job) tick(e *element, text string, w float64) []item {
	const shift = tickSide + 3
	box := []item{{height: tickSide + 1, draw: func(x, y float64) {
		j.as(nil, func() {
			j.pen(primary, 0.35)
			j.pdf.Rect(j.at(x+0.3, tickSide), y+1, tickSide, tickSide, "D")
		})
		j.record("tick", j.at(x+0.3, tickSide), y+1, tickSide, tickSide, "")
	}}}
	return append(beside(box, j.paragraph(e, []span{{text: text}}, dateText, w-shift), shift), gap(0.6))
}
