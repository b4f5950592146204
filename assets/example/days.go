package example

import (
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// Base is the day on which the files are true as they stand.
const Base directory.Day = "2026-11-23"

// MoveTo carries the days of communities from Base to another day, in place, so
// that on that day some were confirmed three days ago, some five weeks, some
// seven months and some never. A day moves in the way that keeps its meaning:
//
//   - AssuredAt and Capacity.AsOf move by the exact number of days;
//   - a practice ground, its period and its schedule, moves by whole weeks, so
//     that it is always under way and keeps its weekdays;
//   - everything else in a schedule belongs to a time of year (the bathing
//     season, Christmas): it moves by whole years, counted from August, to the
//     nearest day with the same weekday.
//
// An invalid day moves nothing.
func MoveTo(today directory.Day, cs []*directory.Community) {
	if !today.Valid() {
		return
	}
	days := Base.DaysUntil(today)
	for _, c := range cs {
		if !c.AssuredAt.IsZero() {
			c.AssuredAt = c.AssuredAt.In(directory.Copenhagen).AddDate(0, 0, days)
		}
		if c.Capacity != nil {
			c.Capacity.AsOf = c.Capacity.AsOf.AddDays(days)
		}
		move := seasonMover(today)
		if c.Practice != nil {
			move = weekMover(days)
			c.Practice.From = move(c.Practice.From)
			c.Practice.To = move(c.Practice.To)
		}
		for i := range c.Schedule {
			s := &c.Schedule[i]
			s.ValidFrom, s.ValidTo = move(s.ValidFrom), move(s.ValidTo)
			for j := range s.Exceptions {
				s.Exceptions[j] = move(s.Exceptions[j])
			}
		}
	}
}

// MoveAmbassadorsTo carries the days of ambassadors from Base to another day, in
// place. An invalid day moves nothing.
func MoveAmbassadorsTo(today directory.Day, as []directory.Ambassador) {
	if !today.Valid() {
		return
	}
	for i := range as {
		as[i].TrainedOn = as[i].TrainedOn.AddDays(Base.DaysUntil(today))
		for j := range as[i].Training {
			as[i].Training[j].On = as[i].Training[j].On.AddDays(Base.DaysUntil(today))
		}
	}
}

// weekMover moves by the whole weeks in a number of days, rounded down.
func weekMover(days int) func(directory.Day) directory.Day {
	weeks := days / 7
	if days%7 < 0 {
		weeks--
	}
	return func(d directory.Day) directory.Day { return d.AddDays(7 * weeks) }
}

// seasonMover moves by whole years, to the nearest day with the same weekday. A
// year begins in August, as associations count, so that in June the winter
// that is over has ended and the summer has not moved away.
func seasonMover(today directory.Day) func(directory.Day) directory.Day {
	years := seasonOf(today) - seasonOf(Base)
	return func(d directory.Day) directory.Day {
		t, err := d.Time()
		if err != nil || years == 0 {
			return d
		}
		return nearest(t.AddDate(years, 0, 0), t.Weekday())
	}
}

func seasonOf(d directory.Day) int {
	t, err := d.Time()
	if err != nil {
		return 0
	}
	if t.Month() < time.August {
		return t.Year() - 1
	}
	return t.Year()
}

// nearest is the day nearest to t, at most three days off, that is a weekday w.
func nearest(t time.Time, w time.Weekday) directory.Day {
	off := (int(w) - int(t.Weekday()) + 7) % 7
	if off > 3 {
		off -= 7
	}
	return directory.DayOf(t.AddDate(0, 0, off))
}
