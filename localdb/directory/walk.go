package directory

import (
	"slices"
	"time"

	"github.com/teambition/rrule-go"
)

// Days are counted here as whole numbers, 1 January 1970 being 0, so that the
// walk knows nothing of clock changes.

// dayNumber gives the number of the day on which t falls in t's own zone.
func dayNumber(t time.Time) int {
	y, m, d := t.Date()
	return floorDiv(int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()), 86400)
}

// dateOf gives midnight UTC of a day number.
func dateOf(n int) time.Time { return time.Unix(int64(n)*86400, 0).UTC() }

// weekdayOf gives the weekday of a day number, 0 Monday … 6 Sunday.
func weekdayOf(n int) int { return mod(n+3, 7) } // 1 January 1970 was a Thursday

func floorDiv(a, b int) int { return (a - mod(a, b)) / b }

func mod(a, b int) int { return ((a % b) + b) % b }

// from completes the rule with what it takes from its first day (RFC 5545: the
// parts that are missing come from DTSTART) and from the slot's weekday.
func (r *rule) from(first int, weekday int) *rule {
	if len(r.days) > 0 || len(r.monthDays) > 0 || r.freq == rrule.DAILY {
		return r
	}
	full := *r
	switch {
	case weekday >= 1 && weekday <= 7 && (r.freq == rrule.WEEKLY || len(r.weekNos) > 0):
		full.days = []ruleDay{{weekday: weekday - 1}}
	case len(r.weekNos) > 0: // every day of those weeks
	case r.freq == rrule.WEEKLY:
		full.days = []ruleDay{{weekday: weekdayOf(first)}}
	default:
		full.monthDays = []int{dateOf(first).Day()}
		if r.freq == rrule.YEARLY && len(r.months) == 0 {
			full.months = []int{int(dateOf(first).Month())}
		}
	}
	return &full
}

// needsFirstDay says whether the rule means nothing without the day from which
// it is counted: every other week of which weeks?
func (r *rule) needsFirstDay(weekday int) bool {
	if r.interval > 1 || r.count > 0 {
		return true
	}
	named := len(r.days) > 0 || len(r.monthDays) > 0 || len(r.weekNos) > 0 || r.freq == rrule.DAILY
	return !named && !(r.freq == rrule.WEEKLY && weekday != 0)
}

// each calls fn with the days of the rule from begin to end, in order, until fn
// says stop. The rule is counted from the day first. The work is bounded by the
// days between begin (or first, where the rule has a COUNT) and end.
func (r *rule) each(first, begin, end int, fn func(day int) bool) {
	end = min(end, r.lastDay())
	at := r.period(first)
	if r.count == 0 && begin > first {
		at += floorDiv(r.period(begin)-at, r.interval) * r.interval
	}
	left := r.count
	var buf [32]int
	for ; ; at += r.interval {
		days, start := r.daysOf(at, buf[:0])
		if start > end {
			return
		}
		for _, d := range days {
			if d < first {
				continue
			}
			if d > end || d >= begin && !fn(d) {
				return
			}
			if left--; left == 0 {
				return
			}
		}
	}
}

// period gives the number of the year, month, week or day that a day lies in.
func (r *rule) period(day int) int {
	switch t := dateOf(day); r.freq {
	case rrule.YEARLY:
		return t.Year()
	case rrule.MONTHLY:
		return t.Year()*12 + int(t.Month()) - 1
	case rrule.WEEKLY:
		return floorDiv(day+3-r.weekStart, 7)
	}
	return day
}

// daysOf gives the days of one period on which the rule occurs, in order, and
// the period's first day.
func (r *rule) daysOf(period int, days []int) (_ []int, start int) {
	var end int
	switch r.freq {
	case rrule.YEARLY:
		start = dayNumber(time.Date(period, 1, 1, 0, 0, 0, 0, time.UTC))
		end = dayNumber(time.Date(period+1, 1, 1, 0, 0, 0, 0, time.UTC))
	case rrule.MONTHLY:
		y, m := floorDiv(period, 12), time.Month(mod(period, 12)+1)
		start = dayNumber(time.Date(y, m, 1, 0, 0, 0, 0, time.UTC))
		end = dayNumber(time.Date(y, m+1, 1, 0, 0, 0, 0, time.UTC))
	case rrule.WEEKLY:
		start = period*7 - 3 + r.weekStart
		end = start + 7
	default:
		start, end = period, period+1
	}
	for d := start; d < end; d++ {
		if r.matches(d) {
			days = append(days, d)
		}
	}
	if len(r.positions) > 0 {
		days = pick(days, r.positions)
	}
	return days, start
}

// pick keeps the days at the positions (BYSETPOS), in order, each once.
func pick(days, positions []int) []int {
	var out []int
	for i, d := range days {
		if slices.Contains(positions, i+1) || slices.Contains(positions, i-len(days)) {
			out = append(out, d)
		}
	}
	return out
}

// matches says whether a day answers every part of the rule.
func (r *rule) matches(day int) bool {
	if len(r.days) > 0 && !slices.ContainsFunc(r.days, func(d ruleDay) bool { return d.weekday == weekdayOf(day) }) {
		return false // most days end here, before the calendar is asked
	}
	if len(r.months)+len(r.monthDays)+len(r.weekNos)+len(r.days) == 0 {
		return true
	}
	t := dateOf(day)
	if len(r.months) > 0 && !slices.Contains(r.months, int(t.Month())) {
		return false
	}
	if len(r.monthDays) > 0 && !slices.Contains(r.monthDays, t.Day()) &&
		!slices.Contains(r.monthDays, t.Day()-daysIn(t)-1) {
		return false
	}
	return r.matchesWeek(t) && r.matchesOrdinal(t, weekdayOf(day))
}

// matchesWeek compares calendar weeks as Denmark counts them (ISO 8601).
func (r *rule) matchesWeek(t time.Time) bool {
	if len(r.weekNos) == 0 {
		return true
	}
	year, week := t.ISOWeek()
	if slices.Contains(r.weekNos, week) {
		return true
	}
	_, weeks := time.Date(year, 12, 28, 0, 0, 0, 0, time.UTC).ISOWeek() // 28 December is always in the last week
	return slices.Contains(r.weekNos, week-weeks-1)
}

// matchesOrdinal says whether a day is the n-th of its weekday in the month, or
// in the year where a yearly rule names no month.
func (r *rule) matchesOrdinal(t time.Time, weekday int) bool {
	if len(r.days) == 0 {
		return true
	}
	at, of := t.Day(), daysIn(t)
	if r.freq == rrule.YEARLY && len(r.months) == 0 {
		at, of = t.YearDay(), time.Date(t.Year(), 12, 31, 0, 0, 0, 0, time.UTC).YearDay()
	}
	return slices.ContainsFunc(r.days, func(d ruleDay) bool {
		return d.weekday == weekday && (d.n == 0 || d.n == (at-1)/7+1 || d.n == -((of-at)/7+1))
	})
}

func daysIn(t time.Time) int {
	return time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
