package waiting

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// most is how many outcomes have a key of their own.
const most = 9

// outcomes lists what can be recorded now, the likely ones first. With all set
// it also lists what this machine's knowledge would say no to: late recording
// is always possible, and such an event is marked as late.
func outcomes(l referral.Life, known, all bool) []referral.Kind {
	var out []referral.Kind
	if known {
		out = referral.Choices(l)
	}
	if known && !all {
		return out
	}
	for _, k := range []referral.Kind{
		referral.Welcomed, referral.StillComing, referral.NoRoom, referral.DidNotFit, referral.DidNotWant, referral.Unknown,
		referral.CarriedOut, referral.FellThrough, referral.AccompanimentWanted, referral.Arranged,
	} {
		if !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// isLate says whether an outcome is against what this machine knows. Of a code
// that is not known here nothing can be said.
func isLate(l referral.Life, known bool, k referral.Kind) bool {
	return known && referral.Allowed(l, k) != nil
}

// The ways in which a day can be wrong.
var (
	errDay    = errors.New("not a day")
	errFuture = errors.New("in the future")
	errBefore = errors.New("before it was shown")
)

// readDay reads a day as people write it: 24.11, 24-11, 24/11/2026, 24. 11.
// Without a year it is the latest such day that is not in the future.
func readDay(text string, today, shown directory.Day) (directory.Day, error) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".-/ ", r) })
	if len(parts) == 3 && len(parts[0]) == 4 { // 2026-11-24
		parts[0], parts[2] = parts[2], parts[0]
	}
	if len(parts) != 2 && len(parts) != 3 {
		return "", errDay
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil || v < 0 {
			return "", errDay
		}
		n[i] = v
	}
	now, err := today.Time()
	if err != nil {
		return "", errDay
	}
	year := n[2]
	switch {
	case len(parts) == 2:
		year = now.Year()
		if day(year, n[1], n[0]) > today {
			year--
		}
	case year < 100:
		year += 2000
	}
	d := day(year, n[1], n[0])
	switch {
	case !d.Valid():
		return "", errDay
	case d > today:
		return "", errFuture
	case shown.Valid() && d < shown:
		return "", errBefore
	}
	return d, nil
}

func day(y, m, d int) directory.Day { return directory.Day(fmt.Sprintf("%04d-%02d-%02d", y, m, d)) }

// shortForm writes a day as people type it, for examples: 24.11.
func shortForm(d directory.Day) string {
	t, err := d.Time()
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d.%d", t.Day(), int(t.Month()))
}

// spaced sets a code with air between its symbols, so that it can be read out.
func spaced(c referral.Code) string {
	return strings.Join(strings.Split(string(c), ""), "\u2009")
}

// clockOf is the clock time of an instant in Copenhagen, and its day.
func clockOf(t time.Time) (time.Time, directory.Day) {
	return t.In(directory.Copenhagen), directory.DayOf(t)
}

func notFound(err error) bool { return errors.Is(err, localdb.ErrNotFound) }
