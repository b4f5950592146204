package print

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
)

// fact is one row of a card: what it is about, and what is known. Rows of which
// nothing is known are left out, never shown as "–".
type fact struct {
	icon, label string
	values      [][]span // paragraphs
	own         bool     // in the community's own words, hence in its language
	numbered    bool
	strong      bool // set larger, to be found at a glance
}

// facts holds what a sheet says of one community, in words.
type facts struct {
	name      string
	because   []span
	rows      []fact
	trust     string // what to know about how sure the facts are; "" where there is nothing to say
	confirmed string // the day on which a person confirmed them, where that is recent
	phone     string
	link      *link
}

const (
	maxValue = 1200 // runes of one value
	maxSteps = 5    // sentences about the first time; the record should hold three
)

func plain(s string) [][]span {
	s = tidy(s, maxValue)
	if s == "" {
		return nil
	}
	return [][]span{{{text: s}}}
}

// facts gathers what is printed of a community. side is the room in mm that its
// QR code has.
func (j *job) facts(c Card, side float64) facts {
	m := c.Community
	f := facts{name: m.Name}
	if strings.TrimSpace(j.set.drawable(f.name)) == "" {
		f.name = j.say.T("sheet.unnamed")
	}
	for _, sp := range j.say.BecauseSpans(c.Reasons) {
		w := regular
		if sp.Strong {
			w = bold
		}
		f.because = append(f.because, span{tidy(sp.Text, 300), w})
	}
	f.because = j.keepSpaces(c, f.because)
	f.phone = j.phone(m)
	add := func(icon, key string, own bool, values [][]span) {
		if len(values) > 0 {
			f.rows = append(f.rows, fact{icon: icon, label: j.label(key, own && !j.saidSo(f.rows)), values: values, own: own})
		}
	}
	add("clock", "when", false, j.when(m))
	add("pin", "where", false, j.where(m, f.phone))
	if !saidFree(c) {
		add("kr", "price", false, plain(j.say.Price(m.Price)))
	}
	add("door", "first_time", true, inARow(firstTime(m)))
	greeter := "greeter"
	if j.Layout == A4 {
		greeter = "greeter_short" // its labels stand in a narrow column
	}
	add("person", greeter, true, j.greeter(m))
	company, own := j.company(c)
	add("people", "accompaniment", own, company)
	if f.phone != "" {
		f.rows = append(f.rows, fact{icon: "phone", label: j.say.T("sheet.call"), values: [][]span{{{text: unbroken(f.phone), weight: bold}}}, strong: true})
	}
	j.trust(m, &f)
	if j.links == nil {
		j.encode(side)
	}
	f.link = j.links[m]
	return f
}

func (j *job) phone(m *directory.Community) string {
	if m.Contact == nil {
		return ""
	}
	return clean.Line(j.say.Phone(m.Contact.Phone), 40)
}

// encode makes the QR codes of all cards, beside each other: choosing the mask
// of a calendar entry's code is more than half of a sheet's work.
func (j *job) encode(side float64) {
	made := make([]*link, len(j.Cards))
	broken := make([]any, len(j.Cards))
	var all sync.WaitGroup
	for i, c := range j.Cards {
		all.Go(func() {
			defer func() { broken[i] = recover() }()
			made[i] = j.link(c.Community, j.phone(c.Community), side)
		})
	}
	all.Wait()
	j.links = map[*directory.Community]*link{}
	for i, c := range j.Cards {
		if broken[i] != nil {
			panic(broken[i]) // build makes an error of it
		}
		j.links[c.Community] = made[i]
	}
}

// saidFree says that the sentence of reasons has told already that it is free,
// and that there is nothing more to know of the price.
func saidFree(c Card) bool {
	p := c.Community.Price
	return p != nil && p.Kind == directory.PriceFree && p.Note == "" && slices.ContainsFunc(c.Reasons, func(r match.Reason) bool {
		return r.Kind == match.ReasonKind(match.WishPrice) && r.Fact == match.Met && r.Value == "free"
	})
}

// keepSpaces gives the sentence of reasons with its spaces, which the gate for
// single lines takes off the ends of each piece.
func (j *job) keepSpaces(c Card, cleaned []span) []span {
	raw := j.say.BecauseSpans(c.Reasons)
	for i := range cleaned {
		t := raw[i].Text
		if strings.HasPrefix(t, " ") {
			cleaned[i].text = " " + cleaned[i].text
		}
		if strings.HasSuffix(t, " ") {
			cleaned[i].text += " "
		}
	}
	return cleaned
}

// unbroken keeps the groups of a telephone number on one line.
func unbroken(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }

// when says the next date in full, in bold, and the usual time below it.
func (j *job) when(m *directory.Community) (out [][]span) {
	if from := startOf(j.Sheet); !from.IsZero() && !m.IsClosed() {
		if next := m.NextForNew(from, 1); len(next) > 0 {
			out = append(out, []span{{tidy(j.say.Next(next[0]), 200), bold}})
		}
	}
	usual := tidy(j.say.Schedule(m.Schedule), maxValue)
	if usual != "" && len(out) > 0 {
		usual = j.say.T("sheet.schedule", "schedule", lowerWithin(j.say.Lang(), usual))
	}
	return append(out, plain(usual)...)
}

// lowerWithin begins a text with a small letter after a colon, as languages do that
// write weekdays small; English, German and Somali give them a capital.
func lowerWithin(lang, s string) string {
	switch lang {
	case "en", "de", "so":
		return s
	case "tr":
		r, n := utf8.DecodeRuneInString(s)
		return strings.ToLowerSpecial(unicode.TurkishCase, string(r)) + s[n:]
	}
	for i, r := range s {
		return strings.ToLower(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// where says the place; of a confidential one, how to learn it.
func (j *job) where(m *directory.Community, phone string) [][]span {
	p := m.PublicPlace()
	switch {
	case p == nil:
		return nil
	case p.Confidential && phone == "":
		return plain(j.say.T("sheet.confidential_no_phone"))
	case p.Confidential:
		return plain(j.say.T("sheet.confidential"))
	}
	return plain(j.say.Place(p))
}

func firstTime(m *directory.Community) (out [][]span) {
	if m.Welcome == nil {
		return nil
	}
	for _, s := range m.Welcome.FirstTime {
		if len(out) == maxSteps {
			break
		}
		out = append(out, plain(s)...)
	}
	return out
}

// inARow makes one paragraph of several sentences.
func inARow(sentences [][]span) [][]span {
	if len(sentences) == 0 {
		return nil
	}
	var one []span
	for i, s := range sentences {
		if i > 0 {
			one = append(one, span{text: " "})
		}
		one = append(one, s...)
	}
	return [][]span{one}
}

// greeter says who is at the door. Where one meets is left out for a
// confidential place: it may tell the address.
func (j *job) greeter(m *directory.Community) [][]span {
	if m.Welcome == nil {
		return nil
	}
	who, at := clean.Line(m.Welcome.Greeter, maxValue), clean.Line(m.MeetingPoint(), maxValue)
	switch {
	case at == "":
		return plain(who)
	case who == "":
		return plain(j.say.T("sheet.meet_where", "where", at))
	}
	return plain(j.say.T("sheet.greeter_where", "greeter", who, "where", at))
}

// label is the name of a fact; where its words are the community's own, in Danish
// on a sheet in another language, it says so.
func (j *job) label(key string, own bool) string {
	label := j.say.T("sheet." + key)
	if own && j.ownLanguage() != "" {
		return j.say.T("sheet.in_danish", "label", label)
	}
	return label
}

// saidSo says that a row above has told that the community's words are Danish; on
// A4, whose labels stand in a narrow column, once a card is enough.
func (j *job) saidSo(rows []fact) bool {
	return j.Layout == A4 && slices.ContainsFunc(rows, func(r fact) bool { return r.own })
}

// company says who can go along, and whether in the community's own words. A community that states that nobody can is not
// printed with a promise, nor with its "no"; where it states nothing, the sheet
// says that it is not known.
func (j *job) company(c Card) (text [][]span, own bool) {
	how, offered := "", false
	if a := c.Community.Accompaniment; a != nil {
		if a.Offered != nil && !*a.Offered {
			return nil, false
		}
		how = clean.Line(a.How, maxValue)
		offered = a.Offered != nil || how != ""
	}
	wants := c.WantsAccompaniment || j.DepthAccompanied
	switch {
	case wants && how != "":
		return plain(j.say.T("sheet.wanted_how", "how", how)), false
	case wants && offered:
		return plain(j.say.T("sheet.wanted")), false
	case wants:
		return plain(j.say.T("sheet.wanted_unknown")), false
	case how != "":
		return plain(how), true
	case offered:
		return plain(j.say.T("sheet.offered")), false
	}
	return nil, false
}

// trust says on the card what a reader should know: not confirmed, confirmed
// long ago, paused, closed.
func (j *job) trust(m *directory.Community, f *facts) {
	today := j.Date
	if !today.Valid() {
		today = directory.DayOf(startOf(j.Sheet))
	}
	call := ""
	if f.phone != "" {
		call = "_call"
	}
	fresh := m.Freshness(today)
	day := ""
	if fresh.Stated {
		day = j.say.Day(directory.DayOf(m.AssuredAt))
	}
	until, paused := m.PausedOn(today)
	switch {
	case m.IsClosed():
		f.trust = j.say.T("sheet.closed")
	case m.IsPaused():
		f.trust = j.say.T("sheet.paused" + call)
	case paused && until == "":
		f.trust = j.say.T("welcome.sheet_pause" + call)
	case paused:
		f.trust = j.say.T("welcome.sheet_pause_until"+call, "day", j.say.Day(until))
	case !fresh.Stated:
		f.trust = j.say.T("sheet.unconfirmed" + call)
	case fresh.Stale:
		f.trust = j.say.T("sheet.stale"+call, "day", day)
	default:
		f.confirmed = day
	}
}

// link is what the QR code of a card leads to: its public page, else its next
// date, else the place, else the telephone, else there is none.
func (j *job) link(m *directory.Community, phone string, side float64) *link {
	if a := PageAddress(j.PublicURL, m.ID); a != "" {
		if l := newLink(a, j.say.T("sheet.qr.page"), side); l != nil {
			l.letters, l.running = a, runningAddress(j.PublicURL, m.ID)
			return l
		}
	}
	place := m.PublicPlace()
	open := place != nil && !place.Confidential
	if from := startOf(j.Sheet); !from.IsZero() && !m.IsClosed() {
		if next := m.NextForNew(from, 1); len(next) > 0 {
			where := ""
			if open {
				where = clean.Line(j.say.Place(place), 200)
			}
			for _, at := range []string{where, ""} {
				if l := newLink(calendarEntry(m.Name, next[0], at), j.say.T("sheet.qr.calendar"), side); l != nil {
					return l
				}
			}
		}
	}
	if open && place.Lat != nil && place.Lon != nil {
		return newLink(geo(*place.Lat, *place.Lon), j.say.T("sheet.qr.map"), side)
	}
	if t := tel(phone); t != "" {
		return newLink(t, j.say.T("sheet.qr.call"), side)
	}
	return nil
}
