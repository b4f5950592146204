package communities

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// numberOf reads a whole number as people write it; nil is nothing written.
func numberOf(v, reason string) (*int, string) {
	if v == "" {
		return nil, ""
	}
	n, err := strconv.Atoi(strings.ReplaceAll(v, " ", ""))
	if err != nil {
		return nil, reason
	}
	return &n, ""
}

func ofNumber(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

// amountOf reads kroner: "20", "20,50", "20 kr.".
func amountOf(v string) (float64, string) {
	v = strings.ToLower(strings.ReplaceAll(v, " ", ""))
	v = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(v, "."), "kr"), ",-")
	if v == "" {
		return 0, ""
	}
	n, err := strconv.ParseFloat(strings.Replace(v, ",", ".", 1), 64)
	if err != nil {
		return 0, "not_a_number"
	}
	return n, ""
}

// ofAmount writes kroner as they are written where comma divides; no price stated is "".
func ofAmount(n float64, lang string) string {
	if n == 0 {
		return ""
	}
	v := strconv.FormatFloat(n, 'f', -1, 64)
	if lang != "en" {
		v = strings.Replace(v, ".", ",", 1)
	}
	return v
}

// dayOf reads a day: "2026-11-24", "24.11.2026", "24/11 2026".
func dayOf(v string) (directory.Day, string) {
	if v == "" || directory.Day(v).Valid() {
		return directory.Day(v), ""
	}
	parts := strings.FieldsFunc(v, func(r rune) bool { return r < '0' || r > '9' })
	if len(parts) != 3 || strings.ContainsFunc(v, func(r rune) bool { return r != '.' && r != '/' && r != '-' && r != ' ' && (r < '0' || r > '9') }) {
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
	if n[2] < 100 {
		n[2] += 2000
	}
	d := directory.Day(fmt.Sprintf("%04d-%02d-%02d", n[2], n[1], n[0]))
	if !d.Valid() {
		return "", "not_a_day"
	}
	return d, ""
}

// pointOf reads a point on the map: "55.4452, 11.7900", also with decimal commas.
func pointOf(v string) (lat, lon *float64, reason string) {
	if v == "" {
		return nil, nil, ""
	}
	parts := strings.FieldsFunc(v, func(r rune) bool { return r == ' ' || r == ';' })
	if len(parts) == 1 {
		parts = strings.Split(parts[0], ",")
	}
	if len(parts) != 2 {
		return nil, nil, "not_a_point"
	}
	var n [2]float64
	for i, p := range parts {
		x, err := strconv.ParseFloat(strings.Replace(strings.TrimSuffix(p, ","), ",", ".", 1), 64)
		if err != nil {
			return nil, nil, "not_a_point"
		}
		n[i] = x
	}
	return &n[0], &n[1], ""
}

func ofPoint(lat, lon *float64) string {
	if lat == nil || lon == nil {
		return ""
	}
	return strconv.FormatFloat(*lat, 'f', -1, 64) + ", " + strconv.FormatFloat(*lon, 'f', -1, 64)
}

// dayAt is the day of an instant, where the communities are.
func dayAt(t time.Time) directory.Day { return directory.DayOf(t) }
