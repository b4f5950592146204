package print

import (
	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/say"
)

// Slips is a sheet of welcome slips: what a host tears off, fills in and puts into
// the box, or reads out on the phone. A slip has a code and no name.
type Slips struct {
	Language  string
	Desk      string // where slips and calls go
	Phone     string // of the desk
	Date      directory.Day
	Code      referral.Code // "" is a line to write it on
	PublicURL string
	// Communities has a slip each; a slip of none has a line to write the name on.
	Communities []*directory.Community
	Each        int // slips for each community, 1 where 0; to lie ready at the door
}

// maxSlips is how many of the same slip are made at once.
const maxSlips = 100

const slipCode = 27.0 // side of the QR code, which a scanner at the desk reads

// slipOf is what one slip says.
type slipOf struct {
	community *directory.Community
	code      referral.Code
	phone     string
	desk      string
}

// WelcomeSlips makes the PDF of a sheet of slips.
func WelcomeSlips(s Slips) ([]byte, error) {
	_, out, err := slips(s)
	return out, err
}

func slips(s Slips) (*job, []byte, error) {
	sheet := Sheet{Language: s.Language, Desk: s.Desk, Date: s.Date, Code: s.Code, PublicURL: s.PublicURL}
	for _, c := range s.Communities {
		sheet.Cards = append(sheet.Cards, Card{Community: c})
	}
	return produce(sheet, 210, 297, "paper.slip.file", func(j *job) error {
		f := j.flow(a4Margin, j.w-2*a4Margin, 10, j.h-10)
		f.page()
		title := j.tree.root.add("H1")
		f.put(j.paragraph(title, []span{{text: j.say.T("paper.slip.file")}}, smallText.in(quiet), f.w)...)
		var all []slipOf
		one := slipOf{code: j.Code, phone: clean.Line(j.say.Phone(s.Phone), 40), desk: j.Desk}
		for _, c := range j.Cards {
			one.community = c.Community
			all = append(all, one)
		}
		if len(all) == 0 {
			all = append(all, one)
		}
		for _, o := range all {
			for range min(max(s.Each, 1), maxSlips) {
				f.whole(j.slip(j.tree.root.add("Sect"), j.say, o, f.w))
			}
		}
		return nil
	})
}

// slipsBehind puts a slip for each host on a page of its own behind the sheet. Their
// words are Danish on every sheet, since it is the host who reads them.
func (j *job) slipsBehind() error {
	danish := say.In("da")
	f := j.flow(a4Margin, j.w-2*a4Margin, 10, j.h-10)
	f.page()
	for _, c := range j.Cards {
		sect := j.tree.root.add("Sect")
		sect.lang = j.ownLanguage()
		f.whole(j.slip(sect, danish, slipOf{community: c.Community, code: j.Code, desk: j.Desk}, f.w))
	}
	return nil
}

// slip is one slip: a dashed line to tear along, what to do, and the code.
func (j *job) slip(e *element, words *say.Speaker, o slipOf, w float64) item {
	var l *link
	if o.code != "" && ascii(string(o.code)) == string(o.code) {
		l = newLink(string(o.code), words.T("paper.slip.code"), slipCode)
	}
	left := w
	if l != nil {
		left -= slipCode + 6
	}
	var text []item
	say := func(kind string, st style, s string) {
		text = append(text, j.paragraph(e.add(kind), []span{{text: s}}, st, left)...)
	}
	say("H2", a5Plan, words.T("paper.slip.title"))
	if o.community != nil && o.community.Name != "" {
		say("P", bodyText.bolder(), o.community.Name)
	} else {
		text = append(text, j.blank(e.add("P"), words.T("paper.slip.community"), left))
	}
	if o.code != "" {
		text = append(text, j.paragraph(e.add("P"), []span{{text: words.T("paper.slip.code") + " "}, {text: string(o.code), weight: bold}}, phoneText, left)...)
	} else {
		text = append(text, j.blank(e.add("P"), words.T("paper.slip.code"), left))
	}
	text = append(text, j.blank(e.add("P"), words.T("paper.slip.day"), left), gap(1))
	do := words.T("paper.slip.do")
	switch {
	case o.phone != "" && o.desk != "":
		do = words.T("paper.slip.do_call_desk", "phone", unbroken(o.phone), "desk", o.desk)
	case o.phone != "":
		do = words.T("paper.slip.do_call", "phone", unbroken(o.phone))
	case o.desk != "":
		do = words.T("paper.slip.do_desk", "desk", o.desk)
	}
	below := append(j.paragraph(e.add("P"), []span{{text: do}}, smallText, w),
		j.paragraph(e.add("P"), []span{{text: words.T("paper.slip.why")}}, smallText.in(quiet), w)...)
	var fig *element
	if l != nil {
		fig = e.add("Figure")
		fig.alt = words.T("sheet.qr.alt", "what", string(o.code))
	}
	h := total(text)
	if l != nil {
		h = max(h, slipCode)
	}
	const above, end = 4.0, 4.0
	return item{height: above + h + total(below) + end, draw: func(x, y float64) {
		j.rule(x, y, w, 0.3, 1.5, quiet)
		drawItems(text, x, y+above)
		if l != nil {
			j.code(fig, x+w-slipCode, y+above, slipCode, l)
		}
		drawItems(below, x, y+above+h)
	}}
}

// blank is a label with a line to write on.
func (j *job) blank(e *element, label string, w float64) item {
	set := j.set.set([]span{{text: label}}, bodyText, w*0.55)
	h := max(heightOf(set)+1.5, 9)
	at := min(widthOf(set)+3, w*0.6)
	return item{height: h, draw: func(x, y float64) {
		j.lines(e, x, y+h-1.5-heightOf(set), w, 0, set)
		j.rule(x+at, y+h-1.6, w-at, 0.25, 0, quiet)
	}}
}
