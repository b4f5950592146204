package form

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// Number reads a whole number as people write it; nil is nothing written. reason is
// the code of what is wrong.
func Number(v string) (n *int, reason string) {
	if v = strings.ReplaceAll(v, " ", ""); v == "" {
		return nil, ""
	}
	x, err := strconv.Atoi(v)
	if err != nil {
		return nil, "not_a_number"
	}
	return &x, ""
}

// OfNumber writes one.
func OfNumber(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

// Day reads a day as people write it: "24.11.2026", "24/11 2026", "24.11." of the year
// in which it lies nearest to today, "2026-11-24".
func Day(v string, today directory.Day) (d directory.Day, reason string) {
	if v = strings.TrimSpace(v); v == "" || directory.Day(v).Valid() {
		return directory.Day(v), ""
	}
	parts := strings.FieldsFunc(v, func(r rune) bool { return r < '0' || r > '9' })
	if strings.ContainsFunc(v, func(r rune) bool { return !strings.ContainsRune("./- ", r) && (r < '0' || r > '9') }) || len(parts) < 2 || len(parts) > 3 {
		return "", "not_a_day"
	}
	var n [3]int
	for i, p := range parts {
		x, err := strconv.Atoi(p)
		if err != nil {
			return "", "not_a_day"
		}
		n[i] = x
	}
	if len(parts) == 3 {
		if n[2] < 100 {
			n[2] += 2000
		}
		d = directory.Day(fmt.Sprintf("%04d-%02d-%02d", n[2], n[1], n[0]))
	} else {
		d = nearest(n[0], n[1], today)
	}
	if !d.Valid() {
		return "", "not_a_day"
	}
	return d, ""
}

// nearest gives the day of a month in the year in which it lies nearest to today.
func nearest(day, month int, today directory.Day) (out directory.Day) {
	now, err := today.Time()
	if err != nil {
		return ""
	}
	best := 1000
	for y := now.Year() - 1; y <= now.Year()+1; y++ {
		d := directory.Day(fmt.Sprintf("%04d-%02d-%02d", y, month, day))
		if !d.Valid() {
			continue
		}
		away := today.DaysUntil(d)
		if away < 0 {
			away = -away
		}
		if away < best {
			best, out = away, d
		}
	}
	return out
}

// OfDay writes a day as people do where the day comes first: "24.11.2026".
func OfDay(d directory.Day) string {
	t, err := d.Time()
	if err != nil {
		return string(d)
	}
	return t.Format("2.1.2006")
}
