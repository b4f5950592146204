package print

import (
	"context"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// Poster says how a poster is printed.
type Poster struct {
	A3     bool
	Strips bool // a row of strips to tear off
}

// posterSize is what differs between A4 and A3.
type posterSize struct {
	w, h, margin, code, strip, stripH float64
	head                              []style
	text, small, label                style
	icon                              float64
}

func ofSize(size, lead float64, w weight, c colour) style {
	return style{size: size, lead: lead, weight: w, colour: c}
}

func posterFor(a3 bool) posterSize {
	s := posterSize{w: 210, h: 297, margin: 15, code: 60, strip: 21, stripH: 60, icon: 11,
		head: []style{ofSize(60, 68, bold, white), ofSize(48, 56, bold, white), ofSize(38, 46, bold, white), ofSize(30, 37, bold, white)},
		text: ofSize(24, 31, regular, ink), small: ofSize(16, 21, regular, ink), label: ofSize(14, 18, bold, quiet)}
	if a3 {
		s.w, s.h, s.margin, s.code, s.icon = 297, 420, 20, 90, 15
		s.strip = 297.0 / 14
		s.head = []style{ofSize(84, 94, bold, white), ofSize(66, 76, bold, white), ofSize(52, 62, bold, white), ofSize(42, 51, bold, white)}
		s.text, s.small, s.label = ofSize(34, 43, regular, ink), ofSize(22, 28, regular, ink), ofSize(19, 24, bold, quiet)
	}
	return s
}

// Posters makes a poster of each community.
func Posters(ctx context.Context, m Material, p Poster) ([]byte, error) {
	_, out, err := posters(ctx, m, p)
	return out, err
}

func posters(ctx context.Context, m Material, p Poster) (*job, []byte, error) {
	size := posterFor(p.A3)
	return m.make(ctx, size.w, size.h, "outreach.poster.file", maxPosters, func(j *job, l look) error {
		for _, c := range j.Cards {
			if err := ctx.Err(); err != nil {
				return err
			}
			j.poster(size, l, c.Community, p.Strips)
		}
		return nil
	})
}

// poster draws one. Everything has its place on the one page: what is longer than
// that is cut, and the QR code leads to the rest.
func (j *job) poster(z posterSize, l look, c *directory.Community, strips bool) {
	sect := j.tree.root.add("Sect")
	j.newPage()
	w := z.w - 2*z.margin
	kick, head := sect.add("P"), sect.add("H1")
	head.lang = j.ownLanguage()
	name := c.Name
	if !j.drawn(name) {
		name = j.say.T("sheet.unnamed")
	}
	lead := j.set.atMost(1, j.say.T("outreach.poster.kicker"), z.small.in(white), w)
	names := j.set.largest(3, name, w, z.head...)
	bandH := z.margin*0.8 + heightOf(lead) + 2 + heightOf(names) + z.margin*0.7
	j.panel(0, 0, z.w, bandH, 0, l.colour)
	y := j.lines(kick, z.margin, z.margin*0.8, w, 0, lead)
	j.lines(head, z.margin, y+2, w, 0, names)

	bottom := z.h - z.margin*0.6
	if strips {
		bottom = z.h - z.stripH - 6
	}
	footH := z.code
	phone := j.phone(c)
	code := j.link(c, phone, z.code)
	foot := bottom - footH
	y = bandH + z.margin*0.7
	list := sect.add("L")
	for _, r := range j.posterRows(c) {
		set := j.set.atMost(2, r.values[0][0].text, z.text, w-z.icon*1.6)
		label := j.set.atMost(1, r.label, z.label, w-z.icon*1.6)
		h := max(heightOf(label)+heightOf(set), z.icon+1)
		if len(set) == 0 || y+h > foot-2 {
			continue
		}
		li := list.add("LI")
		j.icon(r.icon, z.margin, y+1, z.icon, l.colour)
		ly := j.lines(li.add("Lbl"), z.margin+z.icon*1.6, y, w, 0, label)
		body := li.add("LBody")
		if r.own {
			body.lang = j.ownLanguage()
		}
		j.lines(body, z.margin+z.icon*1.6, ly, w, 0, set)
		y += h + z.icon*0.35
	}
	j.posterFoot(z, l, sect, code, phone, foot)
	if strips {
		j.strips(z, sect, c, code, phone)
	}
}

// posterRows is what a poster says: when, where, what it costs, the first time.
func (j *job) posterRows(c *directory.Community) []fact {
	var rows []fact
	add := func(icon, key string, own bool, value string) {
		if v := plain(value); v != nil {
			rows = append(rows, fact{icon: icon, label: j.say.T("sheet." + key), values: v, own: own})
		}
	}
	add("clock", "when", false, j.usually(c))
	where := j.openPlace(c)
	if where == "" && c.PublicPlace() != nil && j.phone(c) != "" {
		where = j.say.T("sheet.confidential")
	}
	add("pin", "where", false, where)
	add("kr", "price", false, j.say.Price(c.Price))
	if first := firstTime(c); len(first) > 0 {
		add("door", "first_time", true, first[0][0].text)
	}
	if g := j.greeter(c); len(g) > 0 {
		add("person", "greeter", true, g[0][0].text)
	}
	return rows
}

// posterFoot is the code with the way to call, and whose poster it is.
func (j *job) posterFoot(z posterSize, l look, sect *element, code *link, phone string, y float64) {
	x, w := z.margin, z.w-2*z.margin
	if code != nil {
		fig := sect.add("Figure")
		fig.alt = j.say.T("sheet.qr.alt", "what", strings.TrimSpace(code.caption+" "+code.letters))
		j.code(fig, x-z.code*0.08, y, z.code, code)
		x += z.code * 1.02
		w -= z.code * 1.02
	}
	ty, end := y+z.code*0.1, y+z.code
	put := func(e *element, set []line) {
		if len(set) > 0 && ty+heightOf(set) <= end {
			ty = j.lines(e, x, ty, w, 0, set)
		}
	}
	put(sect.add("P"), j.set.atMost(2, j.say.T("outreach.poster.invite"), z.small.bolder(), w))
	if phone != "" {
		put(sect.add("P"), j.set.atMost(1, j.say.T("sheet.call")+" "+unbroken(phone), z.text.bolder(), w))
	}
	if code != nil {
		address := sect.add("P")
		for _, part := range j.addressLines(code.letters, z.label, w) {
			put(address, j.set.set([]span{{text: part}}, style{size: z.label.size, lead: z.label.lead, colour: quiet}, w))
		}
	}
	logoH := min(end-ty-1, z.code*0.3)
	used := 0.0
	if logoH > 5 && l.logo != "" {
		used = j.logo(sect, l, x, end-logoH, w, logoH) + 4
	}
	if own := j.set.atMost(1, l.name, z.small.in(quiet), w-used); l.name != "" && ty+heightOf(own) <= end && w-used > 20 {
		j.lines(sect.add("P"), x, end-heightOf(own), w-used, 0, own)
	}
}

// strips are torn off one by one: name, when, phone, and the address in letters.
func (j *job) strips(z posterSize, sect *element, c *directory.Community, code *link, phone string) {
	top := z.h - z.stripH
	j.rule(0, top, z.w, 0.25, 1.5, quiet)
	n := int(z.w/z.strip + 0.01)
	st := style{size: 12, lead: 13.4, colour: ink}
	inner := z.stripH - 9
	for i := range n {
		x := float64(i) * z.strip
		if i > 0 {
			j.as(nil, func() {
				j.pen(quiet, 0.25)
				j.pdf.SetDashPattern([]float64{1.5, 1.5}, 0)
				j.pdf.Line(x, top+1, x, z.h)
				j.pdf.SetDashPattern(nil, 0)
			})
			j.record("rule", x-0.1, top+1, 0.2, z.stripH-1, "")
		}
		e := (*element)(nil) // the first is read aloud, the others say the same
		if i == 0 {
			e = sect.add("P")
		}
		j.turned(x, top, z.stripH, func() {
			y := 1.2
			for _, set := range [][]line{j.set.atMost(1, c.Name, st.bolder(), inner), j.set.atMost(2, j.usually(c), st, inner), j.set.atMost(1, unbroken(phone), st.bolder(), inner)} {
				if len(set) > 0 && y+heightOf(set) < z.strip-0.6 {
					y = j.lines(e, 5, y, inner, 0, set)
				}
			}
			if code != nil && phone == "" && code.running != "" {
				if set := j.set.set([]span{{text: code.running}}, st, inner*3); len(set) == 1 && set[0].width <= inner && y+heightOf(set) < z.strip-1 {
					j.lines(e, 5, y, inner, 0, set)
				}
			}
		})
	}
}
