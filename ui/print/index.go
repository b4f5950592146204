package print

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"unicode"

	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// calendar lists the communities by weekday and clock, with their pages.
func (k *book) calendar() {
	type at struct {
		clock string
		e     *entry
		order int
	}
	var days [8][]at // 1 Monday … 7 Sunday; 0 what has no weekday
	for n, e := range k.entries {
		c := e.card.Community
		if c.IsClosed() {
			continue
		}
		seen := map[string]bool{}
		for _, s := range c.Schedule {
			d := s.Weekday
			if d < 1 || d > 7 || s.RRule != "" {
				d = 0
			}
			clock := k.say.ClockOf(s.From)
			if key := fmt.Sprint(d, clock); !seen[key] {
				seen[key] = true
				days[d] = append(days[d], at{clockKey(s.From), e, n})
			}
		}
	}
	f := k.pages()
	f.page()
	title := k.say.T("outreach.booklet.calendar")
	k.begin(f, title)
	sect := k.root.add("Sect")
	f.put(k.paragraph(sect.add("H2"), []span{{text: title}}, bookHead.in(k.colour), f.w)...)
	for _, d := range []int{1, 2, 3, 4, 5, 6, 7, 0} {
		if len(days[d]) == 0 {
			continue
		}
		slices.SortStableFunc(days[d], func(a, b at) int { return cmp.Or(cmp.Compare(a.clock, b.clock), cmp.Compare(a.order, b.order)) })
		name := k.say.T("outreach.booklet.calendar_other")
		if d > 0 {
			name = upper(k.say.Weekday(d))
		}
		day := sect.add("Sect")
		head := append([]item{gap(4)}, k.paragraph(day.add("H3"), []span{{text: name}}, bookName.in(k.colour), f.w)...)
		for i := range head {
			head[i].keep = true
		}
		list := day.add("L")
		rows := head
		for _, x := range days[d] {
			clock := ""
			if d > 0 && x.clock != "" {
				clock = k.say.T("words.clock.at", "from", k.say.ClockOf(x.clock))
			}
			rows = append(rows, k.indexLine(list.add("LI"), clock, k.named(x.e.card.Community), x.e.page, f.w)...)
		}
		f.put(rows...)
	}
}

// clockKey is a clock as it sorts: "09:30".
func clockKey(v string) string {
	if len(v) == 4 {
		v = "0" + v
	}
	if len(v) != 5 {
		return ""
	}
	return v
}

// named is a community's name, or what stands where it has none.
func (k *book) named(c *directory.Community) string {
	if k.drawn(c.Name) {
		return c.Name
	}
	return k.say.T("sheet.unnamed")
}

// begin notes a part for the contents and the bookmarks.
func (k *book) begin(f *flow, title string) {
	k.parts = append(k.parts, part{title: title, page: k.page()})
	k.bookmark(title, f.y, false)
}

// index lists all names, and the places with what is there.
func (k *book) index() {
	f := k.pages()
	f.page()
	title := k.say.T("outreach.booklet.index")
	k.begin(f, title)
	sect := k.root.add("Sect")
	f.put(k.paragraph(sect.add("H2"), []span{{text: title}}, bookHead.in(k.colour), f.w)...)
	f.y += 2
	list := sect.add("L")
	for _, e := range k.entries { // in the order of the alphabet
		f.put(k.indexLine(list.add("LI"), "", k.named(e.card.Community), e.page, f.w)...)
	}
	k.places(f)
}

// places lists what is where.
func (k *book) places(f *flow) {
	at := map[string][]*entry{}
	var names []string
	for _, e := range k.entries {
		p := e.card.Community.PublicPlace()
		if p == nil {
			continue
		}
		name := clean.Line(p.City, 80)
		if name == "" {
			name = clean.Line(p.Municipality, 80)
		}
		if !k.drawn(name) {
			continue
		}
		if at[name] == nil {
			names = append(names, name)
		}
		at[name] = append(at[name], e)
	}
	k.alphabet(names)
	f.page()
	title := k.say.T("outreach.booklet.places")
	k.begin(f, title)
	sect := k.root.add("Sect")
	f.put(k.paragraph(sect.add("H2"), []span{{text: title}}, bookHead.in(k.colour), f.w)...)
	for _, n := range names {
		place := sect.add("Sect")
		rows := append([]item{gap(4)}, k.paragraph(place.add("H3"), []span{{text: n}}, bookName.in(k.colour), f.w)...)
		for i := range rows {
			rows[i].keep = true
		}
		list := place.add("L")
		for _, e := range at[n] {
			rows = append(rows, k.indexLine(list.add("LI"), "", k.named(e.card.Community), e.page, f.w)...)
		}
		f.put(rows...)
	}
}

// indexLine is a name with its page at the right, and before it a clock.
func (k *book) indexLine(li *element, clock, name string, page int, w float64) []item {
	const clockRoom = 21.0
	shift := 0.0
	body, number := li.add("LBody"), li.add("Lbl")
	var before []line
	if clock != "" {
		shift = clockRoom
		before = k.set.atMost(1, clock, bookLabel, clockRoom-2)
	}
	set := k.set.atMost(2, name, bookText, w-shift-bookNumberRoom)
	n := k.set.set([]span{{text: strconv.Itoa(page)}}, bookText.bolder(), bookNumberRoom)
	h := heightOf(set)
	return []item{{height: max(h, heightOf(before)) + 0.3, draw: func(x, y float64) {
		k.lines(body, x, y, clockRoom, 0, before)
		k.lines(body, x+shift, y, w, 0, set)
		if len(set) > 0 {
			k.lines(number, x, y+h-heightOf(n), w, 1, n)
		}
	}}}
}

// upper begins a text with a capital letter.
func upper(s string) string {
	for i, r := range s {
		return string(unicode.ToUpper(r)) + s[i+len(string(r)):]
	}
	return s
}
