package print

import (
	"context"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// Postcard is what a card says beside what is known of the community. A postcard is
// read by others on its way: nothing on it tells why somebody is invited.
type Postcard struct {
	Message string   // on the front; "" is a greeting
	Name    string   // first name of who gets it, for the page alone
	Text    string   // on the back; "" is when it is next and who greets
	From    string   // whose greeting it is; "" is the brand's name
	Address []string // "" are lines to write on
	FourUp  bool     // four on an A4 sheet with crop marks, back behind front
}

// A postcard is an A6 sheet, 5 mm of which no office printer reaches.
const (
	cardW, cardH  = 148.0, 105.0
	cardSafe      = 9.0
	postcardCode  = 30.0
	stampW        = 24.0
	stampH        = 30.0
	addressX      = 83.0
	addressY      = 48.0
	postcardRuleX = 77.0
)

var (
	postMessage = []style{{size: 26, lead: 34, weight: bold, colour: white}, {size: 22, lead: 29, weight: bold, colour: white}, {size: 18, lead: 24, weight: bold, colour: white}}
	postFoot    = style{size: 14, lead: 18, colour: white}
	postText    = style{size: 12, lead: 15.6, colour: ink}
)

// Postcards makes a card, front and back, of each community.
func Postcards(ctx context.Context, m Material, p Postcard) ([]byte, error) {
	_, out, err := postcards(ctx, m, p)
	return out, err
}

func postcards(ctx context.Context, m Material, p Postcard) (*job, []byte, error) {
	p.Message, p.Text, p.From = clean.Line(p.Message, 120), clean.Text(p.Text, 400), clean.Line(p.From, 80)
	return m.make(ctx, cardW, cardH, "outreach.postcard.file", maxPostcards, func(j *job, l look) error {
		j.Name = clean.Line(p.Name, 60)
		if p.FourUp {
			j.sheets = func(pages int) []sheetOf { return fourUp(pages, cardW, cardH, 297, 210) }
		}
		for _, c := range j.Cards {
			if err := ctx.Err(); err != nil {
				return err
			}
			n := 1
			if p.FourUp {
				n = 4
			}
			for range n {
				sect := j.tree.root.add("Sect")
				j.cardFront(sect, l, c.Community, p)
				j.cardBack(sect, l, c, p)
			}
		}
		return nil
	})
}

// cardFront is colour, a message, and what and when.
func (j *job) cardFront(e *element, l look, c *directory.Community, p Postcard) {
	j.newPage()
	j.panel(0, 0, cardW, cardH, 0, l.colour)
	j.as(nil, func() { // two circles that meet
		j.fill(colour{0xF2, 0xC5, 0x5C})
		j.pdf.Circle(cardW-31, 33, 19, "F")
		j.pdf.Circle(cardW-52, 50, 12.5, "F")
	})
	text := p.Message
	if !j.drawn(text) {
		text = j.say.T("outreach.postcard.message")
		if j.drawn(j.Name) {
			text = j.say.T("outreach.postcard.message_named", "name", j.Name)
		}
	}
	head := e.add("H1")
	set := j.set.largest(3, text, 68, postMessage...)
	if len(set) == 3 && heightOf(set) > 45 {
		set = j.set.atMost(4, text, postMessage[2], 68)
	}
	j.lines(head, cardSafe, 13, 68, 0, set)
	foot := e.add("P")
	what := c.Name
	below := j.set.atMost(2, what, postFoot.bolder(), cardW-2*cardSafe)
	when := j.next(c)
	if when == "" {
		when = j.usually(c)
	}
	date := j.set.atMost(1, when, postFoot, cardW-2*cardSafe)
	y := cardH - cardSafe - heightOf(below) - heightOf(date)
	y = j.lines(foot, cardSafe, y, cardW-2*cardSafe, 0, below)
	if len(date) > 0 {
		j.lines(e.add("P"), cardSafe, y, cardW-2*cardSafe, 0, date)
	}
}

// cardBack is the text with the code on the left, stamp and address on the right.
func (j *job) cardBack(e *element, l look, card Card, p Postcard) {
	j.newPage()
	c := card.Community
	const w = postcardRuleX - 4 - cardSafe + 1
	bottom := cardH - 7.0
	phone := j.phone(c)
	code := j.link(c, phone, postcardCode)
	codeTop := bottom
	var letters, over []line
	if code != nil {
		letters, over = j.cardLetters(code, w)
		codeTop = bottom - postcardCode - heightOf(over)
	}
	var parts []string
	if p.Text != "" {
		parts = strings.Split(p.Text, "\n")
	} else {
		parts = j.invitation(c, phone)
	}
	y := 8.0
	if j.drawn(j.Name) {
		y = j.lines(e.add("P"), cardSafe, y, w, 0, j.set.atMost(1, j.say.T("outreach.postcard.dear", "name", j.Name), postText, w)) + 0.6
	}
	from := p.From
	if !j.drawn(from) {
		from = l.name
	}
	sign := j.set.atMost(2, from, postText.bolder(), w)
	for _, s := range parts {
		room := int((codeTop - 2 - y - heightOf(sign)) / (postText.lead / pointsPerMM))
		if room < 1 {
			break
		}
		set := j.set.atMost(room, s, postText, w)
		if y+heightOf(set)+heightOf(sign) > codeTop-1 {
			break // stacked accents made the lines higher
		}
		y = j.lines(e.add("P"), cardSafe, y, w, 0, set) + 0.6
	}
	if y+heightOf(sign) <= codeTop-1 {
		j.lines(e.add("P"), cardSafe, y, w, 0, sign)
	}
	if code != nil {
		j.cardCode(e, code, bottom-postcardCode, w, letters, over)
	}
	j.as(nil, func() {
		j.pen(quiet, 0.25)
		j.pdf.Line(postcardRuleX, 8, postcardRuleX, cardH-8)
		j.pdf.Rect(cardW-8-stampW, 7, stampW, stampH, "D")
	})
	j.record("rule", postcardRuleX-0.1, 8, 0.2, cardH-16, "")
	j.address(e, p.Address)
}

// cardLetters is the address of the code in letters: beside it where it is short
// enough, else above it over the whole width.
func (j *job) cardLetters(code *link, w float64) (beside, above []line) {
	for k, width := range []float64{w - postcardCode - 1, w} {
		var set []line
		for _, part := range j.addressLines(code.letters, postText, width) {
			set = append(set, j.set.set([]span{{text: part}}, postText.in(quiet), width)...)
		}
		switch {
		case k == 0 && heightOf(set) <= postcardCode-3:
			return set, nil
		case k == 1 && len(set) <= 3:
			return nil, set
		}
	}
	return nil, nil
}

// cardCode is the QR code, with its address in letters or what it is.
func (j *job) cardCode(e *element, code *link, y, w float64, beside, above []line) {
	fig, words := e.add("Figure"), e.add("P")
	fig.alt = j.say.T("sheet.qr.alt", "what", strings.TrimSpace(code.caption+" "+code.letters))
	x := cardSafe - 2.0
	j.code(fig, x, y, postcardCode, code)
	j.lines(words, cardSafe, y-heightOf(above), w, 0, above)
	at, room := x+postcardCode+2.5, w-postcardCode-1
	if len(beside) == 0 {
		beside = j.set.atMost(3, code.caption, postText, room)
	}
	j.lines(words, at, y+3, room, 0, beside)
}

// invitation is the text where nobody wrote one.
func (j *job) invitation(c *directory.Community, phone string) (out []string) {
	when := j.next(c)
	switch {
	case when != "":
		out = append(out, j.say.T("outreach.postcard.chair", "when", when))
	default:
		out = append(out, j.say.T("outreach.postcard.chair_any"))
	}
	if c.Welcome != nil && len(c.Welcome.Greeter) <= 60 && j.drawn(c.Welcome.Greeter) {
		out = append(out, j.say.T("outreach.postcard.greeter", "greeter", strings.TrimSuffix(clean.Line(c.Welcome.Greeter, 60), ".")))
	}
	if phone != "" {
		return append(out, j.say.T("outreach.postcard.out_call", "phone", unbroken(phone)))
	}
	return append(out, j.say.T("outreach.postcard.out"))
}

// address is three lines, written or to write on. What is below them stays empty:
// the post prints its marks there.
func (j *job) address(e *element, lines []string) {
	st := style{size: 13, lead: 20, colour: ink}
	w := cardW - addressX - 8
	y, written := addressY, 0
	for _, s := range lines {
		set := j.set.atMost(1, clean.Line(s, 120), st, w)
		if len(set) == 0 || written == 4 || y+heightOf(set) > cardH-23 {
			continue
		}
		y = j.lines(e.add("P"), addressX, y, w, 0, set)
		written++
	}
	for i := 0; written == 0 && i < 3; i++ {
		j.rule(addressX, addressY+7+float64(i)*10, w, 0.25, 0, quiet)
	}
}
