package directory

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Occurrence is one time that a community meets, in Copenhagen time. Slot
// indexes the schedule that it comes from. Without HasTime only the day is
// known, and Start is its midnight; without HasEnd, End is the zero time.
type Occurrence struct {
	Start, End      time.Time
	HasTime, HasEnd bool
	Slot            int
}

const (
	// ahead is how many days Next looks ahead: twelve years reach the rarest rule
	// that people use (29 February, with 2100 between), and bound the work for
	// one that never occurs.
	ahead = 12*365 + 3

	// lastsFor is how long a meeting without a stated end counts as going on.
	lastsFor = 2 * time.Hour

	firstYear, lastYear = 1900, 2199 // days outside are slips of the pen
)

// Next gives the next n meetings after an instant, in order. A meeting that has
// begun counts until it ends; one without a stated end counts for two hours, and
// one without a clock time for its whole day. Slots that Validate refuses may
// give none; they never stop the others. Two slots that mean the same hours
// give one meeting.
func Next(slots []Slot, after time.Time, n int) []Occurrence {
	return nextWithin(slots, after, n, "", "")
}

// Next gives the community's next n meetings. One that is closed or paused has
// none, and a practice ground has none outside its period.
func (c *Community) Next(after time.Time, n int) []Occurrence {
	if c.IsClosed() || c.IsPaused() {
		return nil
	}
	if c.Practice == nil {
		return Next(c.Schedule, after, n)
	}
	return nextWithin(c.Schedule, after, n, c.Practice.From, c.Practice.To)
}

// nextWithin is Next between two days, either of which may be empty.
func nextWithin(slots []Slot, after time.Time, n int, from, to Day) []Occurrence {
	if n <= 0 {
		return nil
	}
	var out []Occurrence
	for i := range slots {
		out = append(out, slots[i].next(i, after.In(Copenhagen), n, from, to)...)
	}
	slices.SortFunc(out, func(a, b Occurrence) int {
		return cmp.Or(a.Start.Compare(b.Start), a.End.Compare(b.End), cmp.Compare(a.Slot, b.Slot))
	})
	out = slices.CompactFunc(out, func(a, b Occurrence) bool {
		return a.Start.Equal(b.Start) && a.End.Equal(b.End) && a.HasTime == b.HasTime
	})
	return out[:min(n, len(out))]
}

// next gives the slot's next n meetings between two days.
func (s *Slot) next(index int, after time.Time, n int, from, to Day) []Occurrence {
	begin := dayNumber(after) - 1 // yesterday's may run past midnight
	begin = max(begin, s.ValidFrom.number(begin), from.number(begin))
	end := begin + ahead
	end = min(end, s.ValidTo.number(end), to.number(end))
	until := s.until()
	var out []Occurrence
	s.eachDay(begin, end, func(day int) bool {
		o := s.on(day, index)
		if !until.IsZero() && o.Start.After(until) {
			return false
		}
		if o.ends().After(after) {
			out = append(out, o)
		}
		return len(out) < n
	})
	return out
}

// number gives the day number, or other where the day is empty or not valid.
func (d Day) number(other int) int {
	t, err := d.Time()
	if err != nil {
		return other
	}
	return dayNumber(t)
}

func (s *Slot) until() time.Time {
	if s.RRule == "" {
		return time.Time{}
	}
	if r, reason := parseRule(s.RRule); reason == "" {
		return r.until
	}
	return time.Time{}
}

// eachDay calls fn with each day from begin to end on which the slot meets, in
// order, closed days left out, until fn says stop.
func (s *Slot) eachDay(begin, end int, fn func(day int) bool) {
	open := func(day int) bool {
		if len(s.Exceptions) > 0 && slices.Contains(s.Exceptions, Day(dateOf(day).Format(dayForm))) {
			return true
		}
		return fn(day)
	}
	if s.RRule != "" {
		r, reason := parseRule(s.RRule)
		if reason != "" || s.ValidFrom == "" && r.needsFirstDay(s.Weekday) {
			return
		}
		first := s.ValidFrom.number(begin)
		r.from(first, s.Weekday).each(first, begin, end, open)
		return
	}
	if s.Weekday < 1 || s.Weekday > 7 {
		return
	}
	for day := begin + mod(s.Weekday-1-weekdayOf(begin), 7); day <= end && open(day); day += 7 {
	}
}

// on places the slot's clock times on a day. A time that does not exist in the
// spring night moves forward with the clock, as clocks on the wall do.
func (s *Slot) on(day, index int) Occurrence {
	y, mo, d := dateOf(day).Date()
	at := func(d, h, m int) time.Time { return time.Date(y, mo, d, h, m, 0, 0, Copenhagen) }
	o := Occurrence{Start: at(d, 0, 0), Slot: index}
	h, m, ok := parseClock(s.From)
	if !ok {
		return o
	}
	o.Start, o.HasTime = at(d, h, m), true
	if h2, m2, ok := parseClock(s.To); ok {
		o.End, o.HasEnd = at(d, h2, m2), true
		if h2*60+m2 <= h*60+m {
			o.End = at(d+1, h2, m2) // past midnight
		}
	}
	return o
}

// ends gives the instant until which a meeting counts as not over.
func (o Occurrence) ends() time.Time {
	switch {
	case o.HasEnd:
		return o.End
	case o.HasTime:
		return o.Start.Add(lastsFor)
	default:
		return o.Start.AddDate(0, 0, 1)
	}
}

// occurs says whether the slot meets at all: within twelve years of its first
// day, or of this decade or its end where it has none.
func (s *Slot) occurs() bool {
	base := dayNumber(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))
	if until := s.until(); !until.IsZero() {
		base = min(base, dayNumber(until.In(Copenhagen)))
	}
	base = min(base, s.ValidTo.number(base))
	begin := s.ValidFrom.number(base - ahead)
	end := s.ValidTo.number(max(base, begin) + ahead)
	found := false
	s.eachDay(begin, end, func(int) bool { found = true; return false })
	return found
}

// parseClock reads "9:30", "09:30" or "09:30:00".
func parseClock(v string) (h, m int, ok bool) {
	hh, rest, found := strings.Cut(v, ":")
	mm, ss, hasSeconds := strings.Cut(rest, ":")
	if !found || !twoDigits(hh) || len(mm) != 2 || !twoDigits(mm) || hasSeconds && ss != "00" {
		return 0, 0, false
	}
	h, _ = strconv.Atoi(hh) // one or two digits: it cannot fail
	m, _ = strconv.Atoi(mm)
	return h, m, h < 24 && m < 60
}

func twoDigits(v string) bool {
	return (len(v) == 1 || len(v) == 2) && strings.Trim(v, "0123456789") == ""
}
