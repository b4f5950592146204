package interchange

import (
	"strconv"
	"strings"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// writeSchedule writes a schedule so that a person reads it and readSchedule
// gives the same again.
func writeSchedule(slots []directory.Slot) string {
	var out []string
	for i := range slots {
		out = append(out, writeSlot(&slots[i]))
	}
	return strings.Join(out, "; ")
}

func writeSlot(s *directory.Slot) string {
	say := translations.For("da")
	var b strings.Builder
	rule := s.RRule
	switch {
	case rule == "" && s.Weekday >= 1 && s.Weekday <= 7:
		b.WriteString(say.T("import.weekday_" + itoa(s.Weekday)))
	case rule == "":
		return s.Note
	default:
		b.WriteString(writeRule(rule))
	}
	if s.From != "" {
		b.WriteString(" " + say.T("import.at") + " " + strings.Replace(s.From, ":", ".", 1))
		if s.To != "" {
			b.WriteString("–" + strings.Replace(s.To, ":", ".", 1))
		}
	}
	if s.ValidFrom != "" {
		b.WriteString(" " + say.T("import.from_day") + " " + string(s.ValidFrom))
	}
	if s.ValidTo != "" {
		b.WriteString(" " + say.T("import.to_day") + " " + string(s.ValidTo))
	}
	for i, d := range s.Exceptions {
		if i == 0 {
			b.WriteString(" " + say.T("import.except") + " " + string(d))
		} else {
			b.WriteString(", " + string(d))
		}
	}
	if s.Note != "" {
		b.WriteString(" (" + strings.NewReplacer("(", "[", ")", "]", ";", ",").Replace(s.Note) + ")")
	}
	return b.String()
}

// writeRule writes the rules that people have words for in words.
func writeRule(rule string) string {
	say := translations.For("da")
	for d := 1; d <= 7; d++ {
		weekday := say.T("import.weekday_" + itoa(d))
		switch rule {
		case directory.OddWeeks(d):
			return say.T("import.odd_weeks") + " " + weekday
		case directory.EvenWeeks(d):
			return say.T("import.even_weeks") + " " + weekday
		case "FREQ=WEEKLY;INTERVAL=2;BYDAY=" + ruleDays[d-1]:
			return say.T("import.every_other") + " " + weekday
		}
		for _, n := range []int{1, 2, 3, 4, -1} {
			if rule == "FREQ=MONTHLY;BYDAY="+strconv.Itoa(n)+ruleDays[d-1] {
				key := "last"
				if n > 0 {
					key = itoa(n)
				}
				return say.T("import.nth_"+key) + " " + weekday + " " + say.T("import.in_month")
			}
		}
	}
	return "RRULE:" + strings.ReplaceAll(rule, ";", "|") // ";" parts the slots
}
