package print

import (
	"time"

	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
)

// AmbassadorPage is an ambassador's own page: what they carry, when it is next and
// how they give codes back. How they are reached is not on it.
type AmbassadorPage struct {
	Language   string
	Desk       string // the guide's
	Phone      string // of the guide
	Date       directory.Day
	Now        time.Time
	Ambassador directory.Ambassador
	Carries    []*directory.Community
	Started    []string            // names
	Meetings   []directory.Meeting // network meetings; those to come are printed
	// What they did, as counts that may be shown.
	Arranged, CarriedOut, Came privacy.Count
}

const (
	maxCarried  = 40
	maxMeetings = 6
)

// AmbassadorSheet makes the PDF of an ambassador's page.
func AmbassadorSheet(a AmbassadorPage) ([]byte, error) {
	_, out, err := ambassador(a)
	return out, err
}

func ambassador(a AmbassadorPage) (*job, []byte, error) {
	s := Sheet{Language: a.Language, Desk: a.Desk, Date: a.Date, Now: a.Now}
	for _, c := range a.Carries[:min(len(a.Carries), maxCarried)] {
		s.Cards = append(s.Cards, Card{Community: c})
	}
	return produce(s, 210, 297, "paper.ambassador.file", func(j *job) error {
		say, who := j.say, a.Ambassador
		name := clean.Line(who.Name, 80)
		if !j.drawn(name) {
			name = say.T("paper.ambassador.title")
		}
		l := j.leaf(name)
		l.text(say.Label("paper.ambassador.role", string(who.Role)))
		about := l.part(say.T("paper.ambassador.about"))
		list := func(group string, vs []string) string { return say.Labels(group, vs[:min(len(vs), 20)]) }
		l.rows(about, []fact{
			row("pin", say.T("paper.ambassador.areas"), say.List(who.Areas[:min(len(who.Areas), 20)])),
			row("speech", say.T("paper.ambassador.languages"), list("language", who.Languages)),
			row("heart", say.T("paper.ambassador.interests"), list("wish", who.Interests)),
			row("clock", say.T("paper.ambassador.times"), list("wish", who.Times)),
		})
		j.carried(l)
		if len(a.Started) > 0 {
			l.rows(l.root.add("Sect"), []fact{row("leaf", say.T("paper.ambassador.started"), say.List(a.Started[:min(len(a.Started), 20)]))})
		}
		codes := l.part(say.T("paper.ambassador.codes"))
		phone := clean.Line(say.Phone(a.Phone), 40)
		steps := fact{icon: "list", label: say.T("paper.ambassador.codes_label"), numbered: true}
		for _, key := range []string{"1", "2", "3"} {
			steps.values = append(steps.values, plain(say.T("paper.ambassador.codes_"+key))...)
		}
		l.rows(codes, []fact{steps})
		l.network(a)
		did := l.part(say.T("paper.ambassador.did"))
		along := row("people", say.T("paper.ambassador.rounded"), say.T("paper.ambassador.did_text", "arranged", j.count(a.Arranged), "done", j.count(a.CarriedOut)))
		along.values = append(along.values, plain(say.T("paper.ambassador.came_text", "came", j.count(a.Came)))...)
		l.rows(did, []fact{along})
		if phone != "" || j.Desk != "" {
			l.f.y += 2
			key := "paper.ambassador.contact"
			if phone != "" {
				key += "_call"
			}
			if j.Desk != "" {
				key += "_desk"
			}
			if key != "paper.ambassador.contact" {
				l.text(say.T(key, "phone", unbroken(phone), "desk", j.Desk))
			}
		}
		l.count()
		return nil
	})
}

// carried is each community that the ambassador carries: when it is next, and who
// greets.
func (j *job) carried(l *leaf) {
	if len(j.Cards) == 0 {
		return
	}
	sect := l.part(j.say.T("paper.ambassador.carries"))
	for _, c := range j.Cards {
		m := c.Community
		l.f.put(j.paragraph(sect.add("H3"), []span{{text: m.Name}}, bodyText.bolder(), l.f.w)...)
		var rows []fact
		if next := m.Next(j.Now, 2); len(next) > 0 && !m.IsClosed() && !j.Now.IsZero() {
			r := fact{icon: "clock", label: j.say.T("paper.ambassador.next")}
			for _, o := range next {
				r.values = append(r.values, plain(j.say.Next(o))...)
			}
			rows = append(rows, r)
		}
		if g := j.greeter(m); len(g) > 0 {
			rows = append(rows, fact{icon: "person", label: j.say.T("sheet.greeter_short"), values: g, own: true})
		}
		if len(rows) == 0 {
			rows = append(rows, row("info", j.say.T("paper.ambassador.next"), j.say.T("paper.ambassador.no_dates")))
		}
		l.rows(sect, rows)
	}
}

// network is the network meetings to come.
func (l *leaf) network(a AmbassadorPage) {
	var rows []fact
	for _, m := range a.Meetings {
		t, err := m.On.Time()
		if err != nil || m.Held || a.Date.Valid() && m.On < a.Date || len(rows) == maxMeetings {
			continue
		}
		where := clean.Line(m.Place, 200)
		if about := clean.Line(m.About, 300); about != "" {
			if where != "" {
				where += " – "
			}
			where += about
		}
		if where == "" {
			where = l.say.T("paper.ambassador.meeting_ask")
		}
		rows = append(rows, row("calendar", l.say.WeekdayDay(t), where))
	}
	if len(rows) > 0 {
		l.rows(l.part(l.say.T("paper.ambassador.meetings")), rows)
	}
}

// count says a count that may be shown.
func (j *job) count(c privacy.Count) string {
	if c.Few {
		return j.say.T("privacy.few")
	}
	return j.say.Int(c.N)
}
