package directory

import (
	"fmt"
	"time"
	_ "time/tzdata" // Windows has no time zones of its own that Go can read
)

// Copenhagen is the zone of every clock time in a record.
var Copenhagen = func() *time.Location {
	l, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		panic(err) // the zone is embedded with time/tzdata
	}
	return l
}()

const dayForm = "2006-01-02"

// DayOf gives the day in Copenhagen of an instant.
func DayOf(t time.Time) Day { return Day(t.In(Copenhagen).Format(dayForm)) }

// Time gives midnight in Copenhagen at the start of the day.
func (d Day) Time() (time.Time, error) {
	t, err := time.ParseInLocation(dayForm, string(d), Copenhagen)
	if err != nil {
		return time.Time{}, fmt.Errorf("directory: %q is not a day (2006-01-02)", string(d))
	}
	return t, nil
}

// Valid says whether d is a day of the calendar. An empty day is not.
func (d Day) Valid() bool { _, err := d.Time(); return err == nil }

// AddDays gives the day n days later, or d itself where it is not valid.
func (d Day) AddDays(n int) Day {
	t, err := d.Time()
	if err != nil {
		return d
	}
	return Day(t.AddDate(0, 0, n).Format(dayForm))
}

// DaysUntil counts the days from d to e, negative where e is earlier, and 0
// where either is not valid.
func (d Day) DaysUntil(e Day) int {
	a, err1 := time.Parse(dayForm, string(d))
	b, err2 := time.Parse(dayForm, string(e))
	if err1 != nil || err2 != nil {
		return 0
	}
	return int(b.Sub(a).Hours() / 24) // in UTC every day has 24 hours
}

// staleAfter is half a year: older facts are asked about again.
const staleAfter = 183

// Freshness says how long ago a person last confirmed the facts of a record.
// Never confirmed is not Stated, and Stale.
type Freshness struct {
	Stated bool
	Days   int
	Stale  bool
}

// Freshness is how fresh the facts are on a day.
func (c *Community) Freshness(today Day) Freshness {
	if c.AssuredAt.IsZero() {
		return Freshness{Stale: true}
	}
	n := max(0, DayOf(c.AssuredAt).DaysUntil(today))
	return Freshness{Stated: true, Days: n, Stale: n > staleAfter}
}
