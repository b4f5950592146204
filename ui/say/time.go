package say

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// Day says a day in full: "24. november 2026". Empty or unreadable is "".
func (s *Speaker) Day(d directory.Day) string {
	t, err := d.Time()
	if d == "" || err != nil {
		return ""
	}
	return s.T("words.date.full", "d", t.Day(), "month", s.month(t), "y", t.Year())
}

// ShortDay says a day without its year: "24. nov.". Empty or unreadable is "".
func (s *Speaker) ShortDay(d directory.Day) string {
	t, err := d.Time()
	if d == "" || err != nil {
		return ""
	}
	return s.T("words.date.short", "d", t.Day(), "month", s.shortMonth(t))
}

// WeekdayDay says a day with its weekday: "tirsdag 24. november".
func (s *Speaker) WeekdayDay(t time.Time) string {
	return s.T("words.date.weekday", "weekday", s.Weekday(isoWeekday(t)), "d", t.Day(), "month", s.month(t))
}

// Next says one meeting in full: "tirsdag 24. november kl. 10–11.30".
func (s *Speaker) Next(o directory.Occurrence) string {
	return strings.TrimSpace(s.WeekdayDay(o.Start) + " " + s.span(o))
}

// ShortNext says one meeting as a card does: "tir. 24. nov. kl. 10".
func (s *Speaker) ShortNext(o directory.Occurrence) string {
	out := s.T("words.date.short_weekday", "weekday", s.T(fmt.Sprintf("words.weekday_short.%d", isoWeekday(o.Start))),
		"d", o.Start.Day(), "month", s.shortMonth(o.Start))
	if o.HasTime {
		out += " " + s.T("words.clock.at", "from", s.Clock(o.Start))
	}
	return out
}

// Clock says a time of day: "10", "9.30" (English "10:00", "9:30").
func (s *Speaker) Clock(t time.Time) string { return s.clock(t.Hour(), t.Minute()) }

func (s *Speaker) clock(h, m int) string {
	switch s.Lang() {
	case "da", "de":
		if m == 0 {
			return strconv.Itoa(h)
		}
		return fmt.Sprintf("%d.%02d", h, m)
	case "tr":
		return fmt.Sprintf("%02d.%02d", h, m)
	}
	return fmt.Sprintf("%d:%02d", h, m)
}

func (s *Speaker) span(o directory.Occurrence) string {
	switch {
	case !o.HasTime:
		return ""
	case o.HasEnd:
		return s.T("words.clock.between", "from", s.Clock(o.Start), "to", s.Clock(o.End))
	default:
		return s.T("words.clock.at", "from", s.Clock(o.Start))
	}
}

// Weekday is the name of a weekday, 1 Monday … 7 Sunday.
func (s *Speaker) Weekday(n int) string { return s.T(fmt.Sprintf("words.weekday.%d", n)) }

func (s *Speaker) month(t time.Time) string { return s.T(fmt.Sprintf("words.month.%d", t.Month())) }
func (s *Speaker) shortMonth(t time.Time) string {
	return s.T(fmt.Sprintf("words.month_short.%d", t.Month()))
}

func isoWeekday(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

// Schedule says when a community meets, in one line: "Tirsdag og torsdag kl.
// 10–11.30, lørdag i ulige uger kl. 9". No schedule is "".
func (s *Speaker) Schedule(slots []directory.Slot) string {
	var out []string
	done := make([]bool, len(slots))
	for i, a := range slots {
		if done[i] {
			continue
		}
		days := []string{s.slotDay(a)}
		for j := i + 1; j < len(slots); j++ {
			b := slots[j]
			if !done[j] && a.RRule == "" && b.RRule == "" && a.From == b.From && a.To == b.To &&
				a.ValidFrom == b.ValidFrom && a.ValidTo == b.ValidTo && a.Note == b.Note {
				done[j] = true
				days = append(days, s.slotDay(b))
			}
		}
		out = append(out, s.slotText(a, days))
	}
	out = slices.DeleteFunc(out, func(x string) bool { return x == "" })
	if more := len(out) - mostTimes; more > 1 {
		// A list of twenty times helps nobody at a desk; the next dates tell the rest.
		out = append(out[:mostTimes], s.N("words.rule.more", more))
	}
	return s.upperFirst(strings.Join(out, s.comma()))
}

// mostTimes is how many times of meeting are said one by one.
const mostTimes = 3

func (s *Speaker) slotText(a directory.Slot, days []string) string {
	days = slices.DeleteFunc(days, func(x string) bool { return x == "" })
	text := s.List(days)
	if c := s.slotClock(a); c != "" {
		text = strings.TrimSpace(text + " " + c)
	}
	from, to := s.ShortDay(a.ValidFrom), s.ShortDay(a.ValidTo)
	switch {
	case from != "" && to != "":
		text += " (" + s.T("words.period.between", "from", from, "to", to) + ")"
	case to != "":
		text += " (" + s.T("words.period.until", "to", to) + ")"
	}
	switch {
	case a.Note == "":
		return text
	case text == "":
		return a.Note
	default:
		return text + " (" + lowerNote(a.Note) + ")"
	}
}

// lowerNote lets a note follow in brackets without a stray full stop.
func lowerNote(n string) string { return strings.TrimSuffix(strings.TrimSpace(n), ".") }

func (s *Speaker) slotClock(a directory.Slot) string {
	from, ok := parseClock(a.From)
	if !ok {
		return ""
	}
	if to, ok := parseClock(a.To); ok {
		return s.T("words.clock.between", "from", s.clock(from[0], from[1]), "to", s.clock(to[0], to[1]))
	}
	return s.T("words.clock.at", "from", s.clock(from[0], from[1]))
}

func parseClock(v string) ([2]int, bool) {
	h, m, ok := strings.Cut(v, ":")
	hh, err1 := strconv.Atoi(h)
	if !ok || err1 != nil {
		return [2]int{}, false
	}
	m, _, _ = strings.Cut(m, ":")
	mm, err2 := strconv.Atoi(m)
	return [2]int{hh, mm}, err2 == nil
}

func (s *Speaker) slotDay(a directory.Slot) string {
	if a.RRule == "" {
		if a.Weekday < 1 || a.Weekday > 7 {
			return ""
		}
		return s.Weekday(a.Weekday)
	}
	return s.rule(a)
}

var ruleDays = map[string]int{"MO": 1, "TU": 2, "WE": 3, "TH": 4, "FR": 5, "SA": 6, "SU": 7}

// rule says the recurrence rules that people use; any other is said as "on
// changing days", and the next dates tell the rest.
func (s *Speaker) rule(a directory.Slot) string {
	p := map[string]string{}
	for _, kv := range strings.Split(strings.TrimPrefix(strings.ToUpper(a.RRule), "RRULE:"), ";") {
		k, v, _ := strings.Cut(strings.TrimSpace(kv), "=")
		p[k] = v
	}
	var days, ordinals []string
	for _, d := range strings.Split(p["BYDAY"], ",") {
		if len(d) < 2 {
			continue
		}
		n, ok := ruleDays[d[len(d)-2:]]
		if !ok {
			continue
		}
		days = append(days, s.Weekday(n))
		if o := strings.TrimPrefix(d[:len(d)-2], "+"); o != "" {
			ordinals = append(ordinals, o)
		}
	}
	if len(days) == 0 && a.Weekday > 0 && a.Weekday < 8 {
		days = []string{s.Weekday(a.Weekday)}
	}
	if len(ordinals) == 0 && p["BYSETPOS"] != "" {
		ordinals = strings.Split(p["BYSETPOS"], ",")
	}
	list := s.List(days)
	switch {
	case p["FREQ"] == "WEEKLY" && p["INTERVAL"] == "2" && list != "":
		return s.T("words.rule.second_week", "days", list)
	case p["FREQ"] == "WEEKLY" && (p["INTERVAL"] == "" || p["INTERVAL"] == "1") && list != "" && p["BYWEEKNO"] == "":
		return list
	case p["BYWEEKNO"] != "" && list != "":
		return s.weeks(p["BYWEEKNO"], list)
	case p["FREQ"] == "MONTHLY" && list != "" && len(ordinals) > 0:
		var words []string
		for _, o := range slices.Compact(ordinals) {
			words = append(words, s.Label("ordinal", o))
		}
		return s.T("words.rule.monthly", "ordinals", s.List(words), "days", s.List(slices.Compact(days)))
	case p["FREQ"] == "MONTHLY" && p["BYMONTHDAY"] != "":
		return s.T("words.rule.month_day", "d", p["BYMONTHDAY"])
	case p["FREQ"] == "DAILY" && (p["INTERVAL"] == "" || p["INTERVAL"] == "1"):
		return s.T("words.rule.daily")
	}
	return s.T("words.rule.changing")
}

func (s *Speaker) weeks(list, days string) string {
	odd, even := 0, 0
	for _, w := range strings.Split(list, ",") {
		if n, err := strconv.Atoi(w); err == nil {
			if n%2 != 0 {
				odd++
			} else {
				even++
			}
		}
	}
	switch {
	case odd > 20 && even == 0:
		return s.T("words.rule.odd", "days", days)
	case even > 20 && odd == 0:
		return s.T("words.rule.even", "days", days)
	}
	return s.T("words.rule.some_weeks", "days", days)
}
