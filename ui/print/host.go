package print

import (
	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// HostNote is "Hvem kommer": what a host is told of a newcomer on the way. Without
// a day it is a card to lie ready, with lines to write on.
type HostNote struct {
	Language string
	Desk     string // who showed the way, and is told afterwards
	Phone    string // of the desk
	Date     directory.Day

	FirstName string // with consent alone
	Wishes    []string
	Companion string // who comes along
	Community *directory.Community
	On        directory.Day
	At        string        // "15:04"
	Code      referral.Code // "" is a line to write it on
	NoSlip    bool          // without the slip to tear off
}

// HostCards makes the PDF of notes to hosts: an A5 card each. The first says in
// which language, and when they are made.
func HostCards(notes []HostNote) ([]byte, error) {
	_, out, err := hostCards(notes)
	return out, err
}

func hostCards(notes []HostNote) (*job, []byte, error) {
	var s Sheet
	var kept []HostNote
	for _, h := range notes {
		if h.Community == nil {
			continue
		}
		if len(kept) == 0 {
			s = Sheet{Language: h.Language, Date: h.Date}
		}
		kept = append(kept, h)
		s.Cards = append(s.Cards, Card{Community: h.Community})
	}
	return produce(s, 148, 210, "paper.host.file", func(j *job) error {
		if len(j.Cards) == 0 {
			return ErrNoCards
		}
		for i, h := range kept {
			h.Community = j.Cards[i].Community
			one, err := cleaned(Sheet{Desk: h.Desk, Code: h.Code, Name: h.FirstName})
			if err != nil {
				return err
			}
			j.Desk, j.Code, j.Name = one.Desk, one.Code, one.Name
			j.hostCard(j.tree.root.add("Sect"), h)
		}
		return nil
	})
}

// hostCard draws one card.
func (j *job) hostCard(root *element, h HostNote) {
	c := h.Community
	w := j.w - 2*a5Margin
	f := j.flow(a5Margin, w, a5Margin, j.h-a5Foot)
	f.page()
	f.y = j.hostBand(root, c.Name, h) + 5

	list := root.add("L")
	rows := a5Rows
	rows.value, rows.gap = style{size: 14, lead: 17.6, colour: ink}, 1.2
	if j.drawn(j.Name) || h.On.Valid() {
		for _, r := range j.hostRows(h) {
			f.put(rows.row(j, list.add("LI"), r)...)
		}
	} else {
		for _, key := range []string{"who", "when"} {
			f.put(j.blank(list.add("LI").add("LBody"), j.say.T("paper.host."+key), w))
		}
	}
	f.y += 2.5
	do := root.add("Sect")
	f.put(j.paragraph(do.add("H2"), []span{{text: j.say.T("paper.host.do")}}, a5Plan, w)...)
	f.y += 0.8
	steps := do.add("L")
	for _, key := range []string{"door", "name", "chair", "beside", "again"} {
		f.put(j.tick(steps.add("LI").add("LBody"), j.say.T("paper.host.do_"+key), w)...)
	}
	j.hostTell(f, root, h)
	if !h.NoSlip {
		f.whole(gap(1), j.slip(root.add("Sect"), j.say, slipOf{community: c, code: j.Code, phone: clean.Line(j.say.Phone(h.Phone), 40), desk: j.Desk}, w))
	}
}

// hostBand is the coloured head: what it is, and who comes when.
func (j *job) hostBand(e *element, community string, h HostNote) float64 {
	title := j.say.T("paper.host.title")
	if t, err := h.On.Time(); err == nil {
		title = j.say.T("paper.host.title_day", "day", j.say.WeekdayDay(t))
		if j.drawn(j.Name) {
			title = j.say.T("paper.host.title_named_day", "name", j.Name, "day", j.say.WeekdayDay(t))
		}
	} else if j.drawn(j.Name) {
		title = j.say.T("paper.host.title_named", "name", j.Name)
	}
	return j.bandOf(e, community, title)
}

// hostRows is what the host is told of who comes.
func (j *job) hostRows(h HostNote) []fact {
	var rows []fact
	if when := j.dayAndTime(h.On, h.At); when != "" {
		rows = append(rows, fact{icon: "clock", label: j.say.T("paper.host.when"), values: [][]span{{{text: when, weight: bold}}}})
	}
	if words := j.wishes(h.Wishes); words != "" {
		rows = append(rows, row("heart", j.say.T("paper.host.wishes"), words))
	}
	if with := clean.Line(h.Companion, 80); j.drawn(with) {
		rows = append(rows, row("people", j.say.T("paper.host.companion"), with))
	}
	return rows
}

// hostTell says whom to tell, whether somebody came or not.
func (j *job) hostTell(f *flow, root *element, h HostNote) {
	text := j.say.T("paper.host.tell")
	switch phone := clean.Line(j.say.Phone(h.Phone), 40); {
	case phone != "" && j.Desk != "":
		text = j.say.T("paper.host.tell_call_desk", "phone", unbroken(phone), "desk", j.Desk)
	case phone != "":
		text = j.say.T("paper.host.tell_call", "phone", unbroken(phone))
	case j.Desk != "":
		text = j.say.T("paper.host.tell_desk", "desk", j.Desk)
	}
	f.y += 1
	f.put(j.paragraph(root.add("P"), []span{{text: text}}, bodyText, f.w)...)
	f.y += 2
}
