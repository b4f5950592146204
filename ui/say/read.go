package say

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// ErrNotADay says that a text cannot be read as a day.
var ErrNotADay = errors.New("say: not a day")

// ReadDay reads a day as people write it: 24.11, 24-11, 24/11/2026, 24. 11. Without
// a year it is the latest such day up to today, or with ahead set the first from
// today on. It gives ErrNotADay where there is no such day.
func ReadDay(text string, today directory.Day, ahead bool) (directory.Day, error) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".-/ ", r) })
	if len(parts) == 3 && len(parts[0]) == 4 { // 2026-11-24
		parts[0], parts[2] = parts[2], parts[0]
	}
	if len(parts) != 2 && len(parts) != 3 {
		return "", ErrNotADay
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil || v < 0 {
			return "", ErrNotADay
		}
		n[i] = v
	}
	now, err := today.Time()
	if err != nil {
		return "", ErrNotADay
	}
	year := n[2]
	switch {
	case len(parts) == 2:
		year = now.Year()
		switch d := day(year, n[1], n[0]); {
		case ahead && d < today:
			year++
		case !ahead && d > today:
			year--
		}
	case year < 100:
		year += 2000
	}
	if d := day(year, n[1], n[0]); d.Valid() {
		return d, nil
	}
	return "", ErrNotADay
}

func day(y, m, d int) directory.Day { return directory.Day(fmt.Sprintf("%04d-%02d-%02d", y, m, d)) }

// TypedDay writes a day as people type it, for examples: "24.11".
func TypedDay(d directory.Day) string {
	t, err := d.Time()
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d.%d", t.Day(), int(t.Month()))
}

// ReadClock reads a time of day as people write it – 9, 9.30, 9:30, 0930, kl. 9 – and
// gives it as records hold it, "09:30". It gives "" where it cannot be one.
func ReadClock(text string) string {
	t := strings.TrimSpace(strings.ToLower(text))
	t = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(t, "kl."), "kl"))
	t = strings.ReplaceAll(t, ".", ":")
	h, m, cut := strings.Cut(t, ":")
	if !cut && (len(t) == 4 || len(t) == 3) {
		h, m = t[:len(t)-2], t[len(t)-2:]
	} else if !cut {
		m = "0"
	}
	hh, err1 := strconv.Atoi(h)
	mm, err2 := strconv.Atoi(m)
	if err1 != nil || err2 != nil || hh < 0 || hh > 23 || mm < 0 || mm > 59 {
		return ""
	}
	return fmt.Sprintf("%02d:%02d", hh, mm)
}

// ClockOf says a record's time of day, "09:30", as people do: "9.30". Empty or
// unreadable is "".
func (s *Speaker) ClockOf(v string) string {
	c, ok := parseClock(v)
	if v == "" || !ok {
		return ""
	}
	return s.clock(c[0], c[1])
}
