package print

import (
	"slices"

	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// Briefing is what somebody who goes along is told. It says what to do and never
// why: no diagnosis stands on it, and what is known of the citizen is on it only
// where they said yes to it.
type Briefing struct {
	Language  string
	Desk      string // who arranged it
	Phone     string // of the desk, for when something comes between
	Date      directory.Day
	PublicURL string

	Companion       string // first name of who goes along
	FirstName, Call string // of the citizen: first name and phone, with consent alone
	Code            referral.Code
	Community       *directory.Community
	On              directory.Day
	At              string // "15:04"
	Where           string // where the two meet
	Considerations  []string
	Languages       []string
	Wishes          []string // what the citizen would like: ids of referral.Wishes
}

// advised are the considerations for which there is advice on what to do; others
// are for a talk and not for paper.
var advised = directory.Considerations

// CompanionBriefing makes the PDF of a briefing.
func CompanionBriefing(b Briefing) ([]byte, error) {
	_, out, err := briefing(b)
	return out, err
}

func briefing(b Briefing) (*job, []byte, error) {
	s := Sheet{Language: b.Language, Desk: b.Desk, Date: b.Date, Code: b.Code, PublicURL: b.PublicURL, Name: b.FirstName, Cards: []Card{{Community: b.Community}}}
	if t, err := b.On.Time(); err == nil {
		s.Now = t // the date of the plan is the next one
	}
	return produce(s, 210, 297, "paper.briefing.file", func(j *job) error {
		if len(j.Cards) == 0 {
			return ErrNoCards
		}
		say, c := j.say, j.Cards[0]
		title := say.T("paper.briefing.title")
		if b.Companion = clean.Line(b.Companion, 80); j.drawn(b.Companion) {
			title = say.T("paper.briefing.title_named", "companion", b.Companion)
		}
		l := j.leaf(title)
		l.text(say.T("paper.briefing.lead"))
		m := j.facts(c, 35)

		sect := l.part(say.T("paper.briefing.meeting"))
		l.rows(sect, j.meeting(b))
		l.box(say.T("paper.briefing.code"), string(j.Code), say.T("paper.briefing.code_why"))

		place := l.part(m.name)
		j.steps(&m, c)
		rows := only(m.rows, "pin", "kr", "door", "person")
		rows = append(rows, j.wayThere(c.Community)...)
		rows = append(rows, only(m.rows, "phone")...)
		if m.trust != "" {
			rows = append(rows, row("info", say.T("paper.briefing.know"), m.trust))
		}
		l.coded(place, rows, m.link)

		if tips := j.advice(b.Considerations); len(tips) > 0 {
			l.ticks(l.part(say.T("paper.briefing.considerations")), tips)
		}
		back := l.part(say.T("paper.briefing.otherwise"))
		phone := clean.Line(say.Phone(b.Phone), 40)
		l.otherwise(back, phone)
		if l.f.room() > 32 {
			l.part(say.T("paper.briefing.notes"))
			l.space(int(min((l.f.room()-2)/9.5, 5)))
		}
		l.count()
		return nil
	})
}

// drawn says that a text has a letter that can be printed.
func (j *job) drawn(s string) bool { return len(j.set.set([]span{{text: s}}, bodyText, 1000)) > 0 }

// meeting is who meets, where and when.
func (j *job) meeting(b Briefing) []fact {
	say := j.say
	who := say.T("paper.briefing.no_name")
	if j.drawn(j.Name) {
		who = j.Name
	}
	rows := []fact{row("person", say.T("paper.briefing.who"), who)}
	if p := clean.Line(say.Phone(b.Call), 40); p != "" && j.drawn(j.Name) {
		rows = append(rows, fact{icon: "phone", label: say.T("paper.briefing.call"), values: [][]span{{{text: unbroken(p), weight: bold}}}})
	}
	if when := j.dayAndTime(b.On, b.At); when != "" {
		rows = append(rows, fact{icon: "clock", label: say.T("paper.briefing.when"), values: [][]span{{{text: when, weight: bold}}}})
	}
	if b.Where != "" {
		rows = append(rows, row("flag", say.T("paper.briefing.where"), b.Where))
	}
	if words := j.wishes(b.Wishes); words != "" {
		rows = append(rows, row("heart", say.T("paper.briefing.wishes"), words))
	}
	if langs := say.Labels("language", b.Languages[:min(len(b.Languages), 12)]); langs != "" {
		rows = append(rows, row("speech", say.T("paper.briefing.languages"), langs))
	}
	return rows
}

// dayAndTime says when in full: "tirsdag 24. november kl. 10".
func (j *job) dayAndTime(d directory.Day, at string) string {
	t, err := d.Time()
	if err != nil {
		return ""
	}
	when := j.say.WeekdayDay(t)
	if c := j.say.ClockOf(at); c != "" {
		when += " " + j.say.T("words.clock.at", "from", c)
	}
	return clean.Line(when, 200)
}

// wishes says what a citizen would like, from the fixed list alone.
func (j *job) wishes(ids []string) string {
	var words []string
	for _, w := range ids {
		if slices.Contains(referral.Wishes, w) {
			words = append(words, j.say.Label("wish", w))
		}
	}
	return j.say.List(words)
}

// advice says what helps, as something to do.
func (j *job) advice(considerations []string) (out []string) {
	for _, c := range advised {
		if key := "paper.advice." + c; slices.Contains(considerations, c) && j.say.Has(key) {
			out = append(out, j.say.T(key))
		}
	}
	return out
}

// wayThere is what helps on the way: what is known of the place, unless where it
// is must not be told.
func (j *job) wayThere(c *directory.Community) []fact {
	p := c.PublicPlace()
	if p == nil || p.Confidential || len(p.Accessibility) == 0 {
		return nil
	}
	known := p.Accessibility[:min(len(p.Accessibility), 12)]
	return []fact{row("wheelchair", j.say.T("paper.briefing.way"), j.say.Labels("accessibility", known))}
}

// otherwise says what to do when it does not go as planned.
func (l *leaf) otherwise(sect *element, phone string) {
	list := sect.add("L")
	for _, key := range []string{"nobody", "you_cannot", "there", "after"} {
		k := "paper.briefing.otherwise_" + key
		if phone != "" && l.say.Has(k+"_call") {
			k += "_call"
		}
		body := list.add("LI").add("LBody")
		l.f.put(l.paragraph(body, []span{
			{text: l.say.T("paper.briefing.otherwise_" + key + "_if"), weight: bold}, {text: " " + l.say.T(k, "phone", unbroken(phone))}}, bodyText, l.f.w)...)
		l.f.put(gap(1.2))
	}
}
