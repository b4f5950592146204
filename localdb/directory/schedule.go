package directory

import (
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// Occurrence is one time that a community meets, in Copenhagen time. Slot
// indexes the schedule that it comes from.
type Occurrence struct {
	Start, End      time.Time
	HasTime, HasEnd bool
	Slot            int
}

// ahead is how far Next looks: two years reach every yearly meeting, and bound
// the work for a rule that never occurs.
const ahead = 2*366 + 8

// Next gives the next n meetings after an instant, in order. A meeting that has
// begun counts until it ends; one without an end counts for two hours, and one
// without a clock time for its whole day.
func Next(slots []Slot, after time.Time, n int) []Occurrence {
	var out []Occurrence
	for i := range slots {
		out = append(out, slots[i].next(i, after, n)...)
	}
	sort.SliceStable(out, func(a, b int) bool { return out[a].Start.Before(out[b].Start) })
	return out[:min(n, len(out))]
}

// Next gives the community's next n meetings. A closed community has none, and
// a practice ground has none outside its period.
func (c *Community) Next(after time.Time, n int) []Occurrence {
	if c.IsClosed() {
		return nil
	}
	if c.Practice == nil || c.Practice.From == "" && c.Practice.To == "" {
		return Next(c.Schedule, after, n)
	}
	framed := slices.Clone(c.Schedule)
	for i := range framed {
		framed[i].ValidFrom = laterDay(framed[i].ValidFrom, c.Practice.From)
		framed[i].ValidTo = earlierDay(framed[i].ValidTo, c.Practice.To)
	}
	return Next(framed, after, n)
}

func laterDay(a, b Day) Day {
	if a == "" || b > a {
		return b
	}
	return a
}

func earlierDay(a, b Day) Day {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}

// next gives the slot's next n meetings; days that the record cannot mean give none.
func (s *Slot) next(index int, after time.Time, n int) []Occurrence {
	after = after.In(Copenhagen)
	first := time.Date(after.Year(), after.Month(), after.Day(), 0, 0, 0, 0, Copenhagen).AddDate(0, 0, -1)
	if from, err := s.ValidFrom.Time(); err == nil && from.After(first) {
		first = from
	}
	last := first.AddDate(0, 0, ahead)
	if to, err := s.ValidTo.Time(); err == nil && to.Before(last) {
		last = to
	}
	var out []Occurrence
	s.eachDay(first, last, func(day time.Time) bool {
		if slices.Contains(s.Exceptions, Day(day.Format(dayForm))) {
			return true
		}
		if o := s.on(day, index); o.ends().After(after) {
			out = append(out, o)
		}
		return len(out) < n
	})
	return out
}

// eachDay calls fn with each day, first to last, on which the slot meets, until fn says stop.
func (s *Slot) eachDay(first, last time.Time, fn func(time.Time) bool) {
	if s.RRule != "" {
		for _, day := range s.ruleDays(first, last) {
			if !fn(day) {
				return
			}
		}
		return
	}
	if s.Weekday < 1 || s.Weekday > 7 {
		return
	}
	day := first.AddDate(0, 0, (s.Weekday%7-int(first.Weekday())+7)%7)
	for ; !day.After(last); day = day.AddDate(0, 0, 7) {
		if !fn(day) {
			return
		}
	}
}

// on places the slot's clock times on a day. Times that do not exist in the
// spring night move forward with the clock, as clocks on the wall do.
func (s *Slot) on(day time.Time, index int) Occurrence {
	o := Occurrence{Start: day, Slot: index}
	h, m, ok := parseClock(s.From)
	if !ok {
		return o
	}
	y, mo, d := day.Date()
	o.Start, o.HasTime = time.Date(y, mo, d, h, m, 0, 0, Copenhagen), true
	if h2, m2, ok := parseClock(s.To); ok {
		o.HasEnd, o.End = true, time.Date(y, mo, d, h2, m2, 0, 0, Copenhagen)
		if !o.End.After(o.Start) {
			o.End = time.Date(y, mo, d+1, h2, m2, 0, 0, Copenhagen) // past midnight
		}
	}
	return o
}

func (o Occurrence) ends() time.Time {
	switch {
	case o.HasEnd:
		return o.End
	case o.HasTime:
		return o.Start.Add(2 * time.Hour)
	default:
		return o.Start.AddDate(0, 0, 1)
	}
}

// parseClock reads "9:30", "09:30" or "09:30:00".
func parseClock(v string) (h, m int, ok bool) {
	hh, rest, found := strings.Cut(v, ":")
	mm, _, _ := strings.Cut(rest, ":")
	h, err1 := strconv.Atoi(hh)
	m, err2 := strconv.Atoi(mm)
	return h, m, found && err1 == nil && err2 == nil && h >= 0 && h < 24 && m >= 0 && m < 60 && len(hh) <= 2 && len(mm) == 2
}

// anchor is the Monday from which "every other week" is counted where the
// record gives no first day, so that it is the same weeks on every machine.
var anchor = time.Date(2024, 1, 1, 0, 0, 0, 0, Copenhagen)

// ruleDays gives the days of the slot's recurrence rule between two days. The
// library panics on some rules that CheckRule refuses already; a record that
// came round that check still must not stop the program, so it is caught.
func (s *Slot) ruleDays(first, last time.Time) (days []time.Time) {
	defer func() {
		if recover() != nil {
			days = nil
		}
	}()
	o, reason := parseRule(s.RRule)
	if reason != "" {
		return nil
	}
	start := anchor
	if from, err := s.ValidFrom.Time(); err == nil {
		start = from
	} else if o.Interval <= 1 && o.Count == 0 && (len(o.Byweekday) > 0 || len(o.Bymonthday) > 0) {
		start = first // the rule names its days itself: no need to count from the anchor
	}
	o.Dtstart = start
	if o.Until.IsZero() || o.Until.After(last) {
		o.Until = last.AddDate(0, 0, 1)
	}
	r, err := rrule.NewRRule(*o)
	if err != nil {
		return nil
	}
	return r.Between(first, last, true)
}

// CheckRule says what is wrong with a recurrence rule: "" for a rule that may be
// kept, else a reason code. Accepted are DAILY, WEEKLY, MONTHLY and YEARLY with
// ordinals of at most five, as people use them (findings/print §4).
func CheckRule(rule string) string { _, reason := parseRule(rule); return reason }

// OddWeeks is the rule for a weekday (1–7) in odd calendar weeks. It is not
// "every other week": a year of 53 weeks has two odd weeks in a row.
func OddWeeks(weekday int) string { return weeks(weekday, 1) }

// EvenWeeks is the rule for a weekday (1–7) in even calendar weeks.
func EvenWeeks(weekday int) string { return weeks(weekday, 2) }

var ruleWeekdays = []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

func weeks(weekday, from int) string {
	var nos []string
	for w := from; w <= 53; w += 2 {
		nos = append(nos, strconv.Itoa(w))
	}
	return "FREQ=YEARLY;BYWEEKNO=" + strings.Join(nos, ",") + ";BYDAY=" + ruleWeekdays[(weekday+6)%7]
}

func parseRule(rule string) (o *rrule.ROption, reason string) {
	defer func() {
		if recover() != nil {
			o, reason = nil, "bad_rule"
		}
	}()
	rule = strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(rule)), "RRULE:")
	if len(rule) > 500 || strings.ContainsAny(rule, "\r\n") || !strings.Contains(rule, "FREQ=") {
		return nil, "bad_rule"
	}
	for part := range strings.SplitSeq(rule, ";") {
		k, v, _ := strings.Cut(part, "=")
		if !rulePart(k, v) {
			return nil, "bad_rule"
		}
	}
	o, err := rrule.StrToROptionInLocation(rule, Copenhagen)
	if err != nil {
		return nil, "bad_rule"
	}
	return o, ""
}

func rulePart(k, v string) bool {
	number := func(lo, hi int) bool {
		for x := range strings.SplitSeq(v, ",") {
			n, err := strconv.Atoi(x)
			if err != nil || n < lo || n > hi || n == 0 {
				return false
			}
		}
		return true
	}
	switch k {
	case "FREQ":
		return v == "DAILY" || v == "WEEKLY" || v == "MONTHLY" || v == "YEARLY"
	case "INTERVAL":
		return number(1, 53)
	case "COUNT":
		return number(1, 1000)
	case "BYMONTH":
		return number(1, 12)
	case "BYMONTHDAY":
		return number(-31, 31)
	case "BYWEEKNO":
		return number(-53, 53)
	case "BYSETPOS":
		return number(-5, 5)
	case "UNTIL", "WKST":
		return v != ""
	case "BYDAY":
		for x := range strings.SplitSeq(v, ",") {
			if len(x) < 2 || !slices.Contains(ruleWeekdays, x[len(x)-2:]) {
				return false
			}
			if p := x[:len(x)-2]; p != "" {
				if n, err := strconv.Atoi(p); err != nil || n == 0 || n < -5 || n > 5 {
					return false
				}
			}
		}
		return true
	}
	return false
}
