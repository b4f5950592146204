package directory

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/teambition/rrule-go"
)

// rule is a recurrence rule (RFC 5545 RRULE) that may be followed: read by
// rrule-go behind a validator, and walked by our own calendar in walk.go.
//
// The library is not asked for the days themselves, because it cannot be
// stopped: whatever end it is given, it looks for the next day up to the year
// 9999, so a rule that never occurs (30 February) costs a thousand times what it
// costs here, for every card; it panics on BYDAY=9MO; and it takes 1 January
// 2022 for week 53, where the calendar on the wall has week 52. Where they should
// agree, a property test holds ours against it.
type rule struct {
	freq      rrule.Frequency
	interval  int // 1 or more
	count     int // 0: no end by number
	weekStart int // 0 Monday … 6 Sunday
	until     time.Time
	months    []int
	monthDays []int // 1…31, -31…-1 from the end
	weekNos   []int // 1…53, -53…-1 from the end
	days      []ruleDay
	positions []int // BYSETPOS: 1…5, -5…-1 from the end
}

// ruleDay is a weekday, or with n the n-th (or n-th last) in the month or year.
type ruleDay struct{ weekday, n int }

// The reasons why a rule is refused.
const (
	badRule      = "bad_rule"
	needFirstDay = "needs_first_day"
	neverOccurs  = "never_occurs"
)

// CheckRule says what is wrong with the text of a recurrence rule: "" for a rule
// that can be followed, else a reason code. Accepted are DAILY, WEEKLY, MONTHLY
// and YEARLY with INTERVAL, COUNT, UNTIL, WKST, BYMONTH, BYMONTHDAY, BYWEEKNO,
// BYDAY and BYSETPOS, as people use them (findings/print §4): ordinals of at
// most five, weeks as the Danish calendar counts them. Clock times are not the
// rule's: they stand in the slot.
func CheckRule(text string) string { _, reason := parseRule(text); return reason }

// OddWeeks is the rule for a weekday (1–7) in odd calendar weeks. It is not
// "every other week": after a year of 53 weeks two odd weeks follow each other.
func OddWeeks(weekday int) string { return everyOtherWeekNo(weekday, 1) }

// EvenWeeks is the rule for a weekday (1–7) in even calendar weeks.
func EvenWeeks(weekday int) string { return everyOtherWeekNo(weekday, 2) }

var ruleWeekdays = []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

func everyOtherWeekNo(weekday, from int) string {
	var nos []string
	for w := from; w <= 53; w += 2 {
		nos = append(nos, strconv.Itoa(w))
	}
	return "FREQ=YEARLY;BYWEEKNO=" + strings.Join(nos, ",") + ";BYDAY=" + ruleWeekdays[(weekday+6)%7]
}

// parsedRules keeps what the texts of rules mean: Next is asked for every
// visible card each time a list is painted, and a directory holds few different
// rules. It is a pure function's memory, and begins anew when full.
var parsedRules = struct {
	sync.RWMutex
	m map[string]parsedRule
}{m: map[string]parsedRule{}}

type parsedRule struct {
	rule   *rule
	reason string
}

const (
	maxParsedRules = 2048
	maxRuleText    = 500
)

// parseRule reads a rule, or gives the reason why it cannot be followed.
func parseRule(text string) (*rule, string) {
	if len(text) > maxRuleText {
		return nil, badRule
	}
	parsedRules.RLock()
	p, ok := parsedRules.m[text]
	parsedRules.RUnlock()
	if ok {
		return p.rule, p.reason
	}
	p.rule, p.reason = readRule(text)
	parsedRules.Lock()
	defer parsedRules.Unlock()
	if len(parsedRules.m) >= maxParsedRules {
		clear(parsedRules.m)
	}
	parsedRules.m[strings.Clone(text)] = p
	return p.rule, p.reason
}

func readRule(text string) (r *rule, reason string) {
	defer func() {
		if recover() != nil { // the library's reader is not ours: a rule must never stop the program
			r, reason = nil, badRule
		}
	}()
	text = strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(text)), "RRULE:")
	text = strings.TrimSuffix(text, ";")
	dateOnly := false
	seen := map[string]bool{}
	for part := range strings.SplitSeq(text, ";") {
		k, v, _ := strings.Cut(part, "=")
		if seen[k] || !plausible(k, v) {
			return nil, badRule
		}
		seen[k] = true
		dateOnly = dateOnly || k == "UNTIL" && len(v) == len(rrule.DateFormat)
	}
	o, err := rrule.StrToROptionInLocation(text, Copenhagen)
	if err != nil {
		return nil, badRule
	}
	r = ruleOf(o)
	if dateOnly {
		r.until = r.until.AddDate(0, 0, 1).Add(-time.Second) // the day itself counts
	}
	if !r.consistent() {
		return nil, badRule
	}
	return r, ""
}

func ruleOf(o *rrule.ROption) *rule {
	r := &rule{
		freq: o.Freq, interval: max(1, o.Interval), count: o.Count, weekStart: o.Wkst.Day(), until: o.Until,
		months: o.Bymonth, monthDays: o.Bymonthday, weekNos: o.Byweekno, positions: o.Bysetpos,
	}
	for _, d := range o.Byweekday {
		r.days = append(r.days, ruleDay{d.Day(), d.N()})
	}
	return r
}

// consistent says whether the parts of a rule make sense together (RFC 5545
// §3.3.10), and whether the next time is near enough to be found.
func (r *rule) consistent() bool {
	ordinals := slices.ContainsFunc(r.days, func(d ruleDay) bool { return d.n != 0 })
	switch {
	case ordinals && (r.freq > rrule.MONTHLY || len(r.weekNos) > 0):
		return false // "the second Tuesday of a week"
	case len(r.weekNos) > 0 && r.weekStart != 0:
		return false // Danish weeks begin on Monday
	case len(r.monthDays) > 0 && r.freq == rrule.WEEKLY:
		return false
	case len(r.positions) > 0 && len(r.days)+len(r.monthDays)+len(r.weekNos) == 0:
		return false
	case r.freq == rrule.YEARLY && r.interval > 10:
		return false
	}
	return true
}

// plausible checks one part of a rule before the library sees it.
func plausible(key, value string) bool {
	switch key {
	case "FREQ":
		return slices.Contains([]string{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}, value)
	case "INTERVAL":
		return numbers(value, 1, 53) && !strings.Contains(value, ",")
	case "COUNT":
		return numbers(value, 1, 1000) && !strings.Contains(value, ",")
	case "BYMONTH":
		return numbers(value, 1, 12)
	case "BYMONTHDAY":
		return numbers(value, -31, 31)
	case "BYWEEKNO":
		return numbers(value, -53, 53)
	case "BYSETPOS":
		return numbers(value, -5, 5)
	case "UNTIL":
		return value != ""
	case "WKST":
		return slices.Contains(ruleWeekdays, value)
	case "BYDAY":
		for d := range strings.SplitSeq(value, ",") {
			at := len(d) - 2
			if at < 0 || !slices.Contains(ruleWeekdays, d[at:]) || at > 0 && !numbers(d[:at], -5, 5) {
				return false
			}
		}
		return true
	}
	return false
}

// numbers says whether value is a list of numbers from lo to hi, none of them 0.
func numbers(value string, lo, hi int) bool {
	for x := range strings.SplitSeq(value, ",") {
		n, err := strconv.Atoi(x)
		if err != nil || n < lo || n > hi || n == 0 {
			return false
		}
	}
	return true
}

// lastDay is the last day number on which the rule may occur.
func (r *rule) lastDay() int {
	if r.until.IsZero() {
		return math.MaxInt
	}
	return dayNumber(r.until.In(Copenhagen))
}
