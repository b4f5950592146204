package print

import "strconv"

// stacked is how A5 and large print set a fact: icon to the left, label above
// the value. Sizes of icons and columns in mm.
type stacked struct {
	label, value, number style
	icon, shift          float64 // icon side; from the left to the text
	gap                  float64 // after a fact
	width                float64 // of the whole row
}

// row sets one fact; several sentences are numbered.
func (k stacked) row(j *job, li *element, r fact) []item {
	lbl, body := li.add("Lbl"), li.add("LBody")
	if r.own {
		body.lang = j.ownLanguage()
	}
	w := k.width - k.shift
	text := j.paragraph(lbl, []span{{text: r.label}}, k.label, w)
	for i := range text {
		text[i].keep = true
	}
	for i, v := range r.values {
		if !r.numbered || len(r.values) == 1 {
			text = append(text, j.paragraph(j.part(body, r), v, k.value, w)...)
			continue
		}
		step := body.add("P")
		n := j.paragraph(step, []span{{text: strconv.Itoa(i+1) + " "}}, k.number, k.value.size)
		shift := k.value.size * 0.45
		if lines := j.paragraph(step, v, k.value, w-shift); len(lines) > 0 {
			text = append(text, beside(n, lines, shift)...)
		}
	}
	icon := []item{{height: 0, draw: func(x, y float64) { j.icon(r.icon, x, y+0.6, k.icon, primary) }}}
	out := beside(icon, text, k.shift)
	if h := k.icon + 1; total(out) < h { // a single short line below a tall icon
		out = append(out, gap(h-total(out)))
	}
	return append(out, gap(k.gap))
}

// steps numbers the sentences about the first time and gives that row its longer label.
func (j *job) steps(c *facts, m Card) {
	for i := range c.rows {
		switch c.rows[i].icon {
		case "door":
			c.rows[i].label = j.label("first_steps", true)
			c.rows[i].values = firstTime(m.Community)
			c.rows[i].numbered = true
		case "people":
			c.rows[i].label = j.label("company", c.rows[i].own)
		}
	}
}

// note is the line about how sure the facts are.
func (j *job) note(c *facts) string {
	if c.trust == "" && c.confirmed != "" {
		return j.say.T("sheet.card_confirmed", "day", c.confirmed)
	}
	return c.trust
}
