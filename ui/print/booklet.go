package print

import (
	"context"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// Booklet is the guide to communities: a book of a selection or of all of them.
type Booklet struct {
	Title, Subtitle string
	// Folded puts the pages on A4 sheets to be printed on both sides, turned over the
	// short edge, and folded in the middle; else they are A5 pages.
	Folded bool
}

// The type and the measures of an A5 page of the booklet.
var (
	bookTitle  = style{size: 34, lead: 42, weight: bold, colour: white}
	bookHead   = style{size: 20, lead: 26, weight: bold}
	bookName   = style{size: 14, lead: 18, weight: bold}
	bookText   = style{size: 12, lead: 15, colour: ink}
	bookLabel  = style{size: 12, lead: 15, colour: quiet}
	bookNumber = style{size: 12, lead: 15, colour: quiet}
)

const (
	bookW, bookH   = 148.0, 210.0
	bookMargin     = 12.0
	bookBottom     = bookH - 17.0
	bookCode       = 26.0
	bookIcon       = 4.4
	bookIndent     = bookIcon + 3
	bookTextWidth  = bookW - 2*bookMargin
	bookNumberRoom = 12.0
	maxAbout       = 220 // letters of what a community says of itself
	maxFirst       = 160 // and of the first time
)

// entry is one community of the booklet, and where it stands.
type entry struct {
	card Card
	page int
}

// BookletOf makes the PDF of a booklet. progress, which may be nil, is told how far
// it has come, from 0 to 1; ctx stops it.
func BookletOf(ctx context.Context, m Material, b Booklet, progress func(float32)) ([]byte, error) {
	_, out, err := booklet(ctx, m, b, progress)
	return out, err
}

func booklet(ctx context.Context, m Material, b Booklet, progress func(float32)) (*job, []byte, error) {
	if progress == nil {
		progress = func(float32) {}
	}
	return m.make(ctx, bookW, bookH, "outreach.booklet.file", maxBooklet, func(j *job, l look) error {
		j.accent = l.colour
		k := &book{job: j, look: l, root: j.tree.root, progress: progress}
		if b.Folded {
			j.sheets = func(pages int) []sheetOf { return folded(pages, bookW, bookH) }
		}
		if err := j.encodeAll(ctx, bookCode, func(v float32) { progress(v * 0.35) }); err != nil {
			return err
		}
		k.group()
		k.cover(b)
		k.how()
		contents := k.reserve()
		if err := k.themes(ctx); err != nil {
			return err
		}
		k.calendar()
		k.index()
		k.back()
		k.contents(contents)
		progress(1)
		return j.pdf.Error()
	})
}

// book is a booklet being made.
type book struct {
	*job
	look
	root     *element
	progress func(float32)
	names    []string // of the themes, in order
	themed   map[string][]*entry
	entries  []*entry
	parts    []part // what the contents list
}

// part is a line of the contents.
type part struct {
	title string
	page  int
}

// encodeAll makes the QR codes of all communities beside each other.
func (j *job) encodeAll(ctx context.Context, side float64, progress func(float32)) error {
	made := make([]*link, len(j.Cards))
	var all sync.WaitGroup
	var mu sync.Mutex
	var broken any
	done := 0
	work := make(chan int)
	for range max(runtime.GOMAXPROCS(0), 1) {
		all.Go(func() {
			for i := range work {
				func() {
					defer func() {
						r := recover()
						mu.Lock()
						defer mu.Unlock()
						if r != nil {
							broken = r
						}
						if done++; done%25 == 0 {
							progress(float32(done) / float32(len(made)))
						}
					}()
					made[i] = j.link(j.Cards[i].Community, j.phone(j.Cards[i].Community), side)
				}()
			}
		})
	}
	var err error
	for i := range j.Cards {
		if err = ctx.Err(); err != nil {
			break
		}
		work <- i
	}
	close(work)
	all.Wait()
	if broken != nil {
		panic(broken) // produce makes an error of it
	}
	j.links = make(map[*directory.Community]*link, len(made))
	for i, c := range j.Cards {
		j.links[c.Community] = made[i]
	}
	return err
}

// group puts the communities under their themes, both in the order of the alphabet.
func (k *book) group() {
	k.themed = map[string][]*entry{}
	other := k.say.T("outreach.booklet.other")
	byName := map[string][]*entry{}
	var names []string
	for _, c := range k.Cards {
		name := c.Community.Name
		if byName[name] == nil {
			names = append(names, name)
		}
		byName[name] = append(byName[name], &entry{card: c})
	}
	k.alphabet(names)
	for _, n := range names {
		for _, e := range byName[n] {
			k.entries = append(k.entries, e)
			theme := clean.Line(e.card.Community.Category, 80)
			if !k.drawn(theme) {
				theme = other
			}
			if k.themed[theme] == nil {
				k.names = append(k.names, theme)
			}
			k.themed[theme] = append(k.themed[theme], e)
		}
	}
	k.alphabet(k.names)
	if i := slices.Index(k.names, other); i >= 0 {
		k.names = append(slices.Delete(k.names, i, i+1), other)
	}
}

// flow begins pages with their number below.
func (k *book) pages() *flow {
	k.fillIn = func(page int) {
		set := k.set.set([]span{{text: strconv.Itoa(page)}}, bookNumber, 30)
		x := bookMargin // on the outer side of an open book
		if page%2 == 1 {
			x = bookW - bookMargin - widthOf(set)
		}
		k.lines(nil, x, bookH-12, 30, 0, set)
	}
	return k.flow(bookMargin, bookTextWidth, bookMargin, bookBottom)
}

// cover is the first page: colour, title, whose it is.
func (k *book) cover(b Booklet) {
	k.newPage()
	e := k.root.add("Sect")
	k.panel(0, 0, bookW, bookH-42, 0, k.colour)
	k.as(nil, func() {
		k.fill(colour{0xF2, 0xC5, 0x5C})
		k.pdf.Circle(bookW-34, 124, 24, "F")
		k.pdf.Circle(bookW-62, 145, 15, "F")
	})
	title := clean.Line(b.Title, 120)
	if !k.drawn(title) {
		title = k.say.T("outreach.booklet.title")
	}
	set := k.set.largest(3, title, bookTextWidth, bookTitle, style{size: 27, lead: 34, weight: bold, colour: white}, style{size: 21, lead: 27, weight: bold, colour: white})
	kick := k.set.atMost(1, k.say.T("outreach.booklet.cover"), style{size: 14, lead: 18, colour: white}, bookTextWidth)
	y := k.lines(e.add("P"), bookMargin, 24, bookTextWidth, 0, kick)
	y = k.lines(e.add("H1"), bookMargin, y+2, bookTextWidth, 0, set)
	if sub := k.set.atMost(2, clean.Line(b.Subtitle, 160), style{size: 16, lead: 21, colour: white}, bookTextWidth); len(sub) > 0 && y+3+heightOf(sub) < 98 {
		k.lines(e.add("P"), bookMargin, y+3, bookTextWidth, 0, sub)
	}
	logo := k.job.logo(e, k.look, bookW-bookMargin-60, bookH-33, 60, 22)
	if logo > 0 {
		logo += 4
	}
	own := k.set.atMost(2, k.look.name, style{size: 15, lead: 20, weight: bold, colour: ink}, bookTextWidth-logo)
	y = k.lines(e.add("P"), bookMargin, bookH-33, bookTextWidth-logo, 0, own)
	printed := k.set.atMost(1, k.say.T("outreach.booklet.of", "day", k.say.Day(k.printedOn())), bookLabel, bookTextWidth-logo)
	if k.printedOn() != "" {
		k.lines(e.add("P"), bookMargin, y, bookTextWidth-logo, 0, printed)
	}
	k.bookmark(title, 0, false)
}

func (k *book) printedOn() directory.Day {
	if k.Date.Valid() {
		return k.Date
	}
	if k.Now.IsZero() {
		return ""
	}
	return directory.DayOf(k.Now)
}

// how is the second page: what to do with the book.
func (k *book) how() {
	f := k.pages()
	f.page()
	sect := k.root.add("Sect")
	f.put(k.paragraph(sect.add("H2"), []span{{text: k.say.T("outreach.booklet.how")}}, bookHead.in(k.colour), f.w)...)
	f.y += 2
	list := sect.add("L")
	for i := 1; i <= 4; i++ {
		li := list.add("LI")
		n := k.paragraph(li.add("Lbl"), []span{{text: strconv.Itoa(i)}}, bookName.in(k.colour), 8)
		text := k.paragraph(li.add("LBody"), []span{{text: k.say.T("outreach.booklet.how_" + strconv.Itoa(i))}}, bodyText, f.w-8)
		f.put(append(beside(n, text, 8), gap(2))...)
	}
	f.y += 3
	f.put(k.paragraph(sect.add("P"), []span{{text: k.say.N("outreach.booklet.count", len(k.entries))}}, bodyText.bolder(), f.w)...)
}

// reserved is where the contents go, once it is known what stands where.
type reserved struct {
	sect        *element
	first, last int
}

// contentsLines are the titles of the contents, before their pages are known.
func (k *book) contentsLines() (titles []string) {
	titles = append(titles, k.names...)
	return append(titles, k.say.T("outreach.booklet.calendar"), k.say.T("outreach.booklet.index"), k.say.T("outreach.booklet.places"))
}

// reserve leaves as many pages for the contents as they will take: the numbers have
// room of their own, so that the lines do not depend on them.
func (k *book) reserve() reserved {
	r := reserved{sect: k.root.add("Sect")}
	f := k.pages()
	f.page()
	r.first = k.page()
	f.y += total(k.paragraph(nil, []span{{text: k.say.T("outreach.booklet.contents")}}, bookHead, f.w)) + 3
	for _, t := range k.contentsLines() {
		h := k.contentsHeight(t)
		if f.y+h > f.bottom {
			f.page()
		}
		f.y += h
	}
	r.last = k.page()
	return r
}

func (k *book) contentsHeight(title string) float64 {
	return heightOf(k.set.set([]span{{text: title}}, bodyText, bookTextWidth-bookNumberRoom)) + 1.4
}

// contents fills the pages that were reserved.
func (k *book) contents(r reserved) {
	last := k.pdf.PageCount()
	k.pdf.SetPage(r.first)
	y := bookMargin
	head := k.set.set([]span{{text: k.say.T("outreach.booklet.contents")}}, bookHead.in(k.colour), bookTextWidth)
	y = k.lines(r.sect.add("H2"), bookMargin, y, bookTextWidth, 0, head) + 3
	list := r.sect.add("L")
	for _, p := range k.parts {
		h := k.contentsHeight(p.title)
		if y+h > bookBottom && k.page() < r.last {
			k.pdf.SetPage(k.page() + 1)
			y = bookMargin
		}
		li := list.add("LI")
		k.lines(li.add("LBody"), bookMargin, y, bookTextWidth-bookNumberRoom, 0, k.set.set([]span{{text: p.title}}, bodyText, bookTextWidth-bookNumberRoom))
		k.lines(li.add("Lbl"), bookMargin, y, bookTextWidth, 1, k.set.set([]span{{text: strconv.Itoa(p.page)}}, bodyText.bolder(), bookNumberRoom))
		y += h
	}
	k.pdf.SetPage(last)
}

// themes draws the communities, each theme from a page of its own.
func (k *book) themes(ctx context.Context) error {
	f := k.pages()
	done := 0
	for _, name := range k.names {
		f.page()
		k.parts = append(k.parts, part{title: name, page: k.page()})
		k.bookmark(name, 0, false)
		sect := k.root.add("Sect")
		f.put(k.paragraph(sect.add("H2"), []span{{text: name}}, bookHead.in(k.colour), f.w)...)
		f.y += 2.5
		for _, e := range k.themed[name] {
			if err := ctx.Err(); err != nil {
				return err
			}
			k.one(f, sect.add("Sect"), e)
			if done++; done%10 == 0 {
				k.progress(0.35 + 0.6*float32(done)/float32(len(k.entries)))
			}
		}
	}
	return nil
}

// one draws a community: name, about, facts, and the code at its side.
func (k *book) one(f *flow, sect *element, e *entry) {
	m := k.facts(e.card, bookCode)
	inner := f.w - 2*3.5
	c := card{}
	width := inner
	if m.link != nil {
		c.sideWidth = bookCode
		width -= bookCode + 3
		fig := sect.add("Figure")
		fig.alt = k.say.T("sheet.qr.alt", "what", strings.TrimSpace(m.link.caption+" "+m.link.letters))
		c.side = []item{{height: bookCode, keep: true, draw: func(x, y float64) { k.code(fig, x, y, bookCode, m.link) }}}
	}
	name := sect.add("H3")
	name.lang = k.ownLanguage()
	c.main = k.paragraph(name, []span{{text: m.name}}, bookName.in(k.colour), width)
	for i := range c.main {
		c.main[i].keep = true
	}
	if about := k.about(e.card.Community); about != "" {
		p := sect.add("P")
		p.lang = k.ownLanguage()
		c.main = append(c.main, k.paragraph(p, []span{{text: about}}, bookText, width)...)
		c.main = append(c.main, gap(0.8))
	}
	list := sect.add("L")
	for _, r := range k.bookRows(e.card.Community, m) {
		w := width
		if total(c.main) >= total(c.side) {
			w = inner
		}
		body := list.add("LI").add("LBody")
		if r.own {
			body.lang = k.ownLanguage()
		}
		text := k.paragraph(body, r.values[0], bookText, w-bookIndent)
		if len(text) == 0 {
			continue
		}
		icon := []item{{height: 0, draw: func(x, y float64) { k.icon(r.icon, x, y+0.5, bookIcon, k.colour) }}}
		c.main = append(c.main, beside(icon, text, bookIndent)...)
		c.main = append(c.main, gap(0.5))
	}
	if total(c.main) >= total(c.side) {
		width = inner
	}
	if m.link != nil { // the address of the code in letters, on a line of its own where it can
		address := sect.add("P")
		for _, part := range k.addressLines(m.link.letters, bookLabel, width-bookIndent) {
			c.main = append(c.main, k.indented(k.paragraph(address, []span{{text: part}}, bookLabel, width-bookIndent), bookIndent)...)
		}
	}
	c.main = append(c.main, k.paragraph(sect.add("P"), []span{{text: m.trust}}, bookLabel, width)...)
	if h := c.height(); h > f.room() && f.y > f.top && h <= f.bottom-f.top {
		f.page()
	}
	e.page = k.page()
	k.bookmark(m.name, f.y, true)
	f.narrowCard(c, 3.5)
	f.y += 3
}

// indented moves lines to the right.
func (k *book) indented(items []item, by float64) []item {
	for i, it := range items {
		if it.draw != nil {
			items[i].draw = func(x, y float64) { it.draw(x+by, y) }
		}
	}
	return items
}

// about is what a community says of itself, briefly.
func (k *book) about(c *directory.Community) string {
	s := clean.Line(c.Summary, maxAbout*2)
	if s == "" {
		s = clean.Line(c.Description, maxAbout*4)
	}
	return brief(s, maxAbout)
}

// brief cuts a text behind a sentence, else behind a word.
func brief(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	cut := string(r[:most])
	if i := strings.LastIndexAny(cut, ".!?"); i > most/3 {
		return cut[:i+1]
	}
	if i := strings.LastIndex(cut, " "); i > 0 {
		cut = cut[:i]
	}
	return cut + "…"
}

// bookRows is what the booklet says: usual times rather than a date that passes.
func (k *book) bookRows(c *directory.Community, m facts) (rows []fact) {
	add := func(icon string, own bool, v string) {
		if p := plain(v); p != nil && k.drawn(v) {
			rows = append(rows, fact{icon: icon, values: p, own: own})
		}
	}
	add("clock", false, k.usually(c))
	for _, r := range m.rows {
		if r.icon == "pin" || r.icon == "kr" || r.icon == "door" {
			v := r.values[0]
			if r.icon == "door" {
				var all string
				for _, sp := range v {
					all += sp.text
				}
				v = []span{{text: brief(all, maxFirst)}}
			}
			rows = append(rows, fact{icon: r.icon, values: [][]span{v}, own: r.own})
		}
	}
	if m.phone != "" {
		rows = append(rows, fact{icon: "phone", values: [][]span{{{text: unbroken(m.phone), weight: bold}}}})
	}
	return rows
}

// back fills up to a number of pages that folds, and closes the book.
func (k *book) back() {
	for f := k.pages(); (k.pdf.PageCount()+1)%4 != 0; {
		f.page()
		notes := k.root.add("Sect")
		f.put(k.paragraph(notes.add("H2"), []span{{text: k.say.T("outreach.booklet.notes")}}, bookHead.in(k.colour), f.w)...)
		for y := f.y + 12; y < bookBottom-4; y += 9.5 {
			k.rule(bookMargin, y, f.w, 0.25, 0, hair)
		}
	}
	k.fillIn = nil
	k.newPage()
	e := k.root.add("Sect")
	k.panel(0, 0, bookW, bookH, 0, k.colour)
	set := k.set.atMost(6, k.say.T("outreach.booklet.back"), style{size: 14, lead: 19, colour: white}, bookTextWidth)
	y := bookH - 30 - heightOf(set)
	k.lines(e.add("P"), bookMargin, y, bookTextWidth, 0, set)
	if own := k.set.atMost(2, k.look.name, style{size: 14, lead: 19, weight: bold, colour: white}, bookTextWidth); len(own) > 0 {
		k.lines(e.add("P"), bookMargin, bookH-26, bookTextWidth, 0, own)
	}
}
