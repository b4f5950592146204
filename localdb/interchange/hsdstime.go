package interchange

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

func uuidOf(s string) (uuid.UUID, error) { return uuid.Parse(s) }

// schedules makes slots of a service's schedules: its own, those of its places
// at the service, and else the opening hours of the places.
func (k *upgrade) schedules() {
	k.use("schedules", "schedule", "regular_schedules", "regular_schedule", "holiday_schedules")
	list := k.o.list("schedules", "regular_schedules", "regular_schedule")
	for _, sal := range k.o.list("service_at_locations") {
		list = append(list, sal.list("schedules", "regular_schedule")...)
	}
	if len(list) == 0 {
		for _, sal := range k.o.list("service_at_locations") {
			if l := sal.child("location"); l != nil {
				list = append(list, l.list("schedules", "regular_schedule")...)
			}
		}
	}
	for _, s := range list {
		for _, slot := range k.slots(s) {
			if !slices.ContainsFunc(k.c.Schedule, func(x directory.Slot) bool { return sameSlot(x, slot) }) {
				k.c.Schedule = append(k.c.Schedule, slot)
			}
		}
	}
	if k.o.has("schedules", "regular_schedules", "regular_schedule") {
		k.carried = append(k.carried, "schedule")
	}
}

func sameSlot(a, b directory.Slot) bool {
	return a.Weekday == b.Weekday && a.From == b.From && a.To == b.To && a.RRule == b.RRule && a.ValidFrom == b.ValidFrom && a.ValidTo == b.ValidTo && a.Note == b.Note
}

var (
	clockLike = regexp.MustCompile(`(?i)^\s*(\d{1,2})(?::(\d\d))?(?::\d\d(?:\.\d+)?)?\s*(am|pm|a\.m\.|p\.m\.)?\s*(?:z|[+-]\d\d:?\d\d)?\s*$`)
	allDay    = regexp.MustCompile(`(?i)^\s*24\s*(hours|hrs|h|timer|/7)\s*$`)
	weekdayIn = regexp.MustCompile(`(?i)(mon|tues?|wed|thu|thurs?|fri|sat|sun)[a-z]*|mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag|daily|weekdays`)
	ruleDay   = regexp.MustCompile(`^([+-]?\d)?(MO|TU|WE|TH|FR|SA|SU)$`)
	noteInDay = regexp.MustCompile(`^(.*?)\s*\(([^()]*)\)\s*(.*)$`)
)

// clockLikeTime says whether a value that should be a date is a clock time.
func clockLikeTime(v string) bool {
	m := clockLike.FindStringSubmatch(v)
	return m != nil && (m[2] != "" || m[3] != "") || allDay.MatchString(v)
}

// slots reads one schedule of any HSDS version.
func (k *upgrade) slots(s object) []directory.Slot {
	from, to := s.str("opens_at"), s.str("closes_at")
	var days [2]directory.Day
	for i, keys := range [2][]string{{"valid_from", "dtstart"}, {"valid_to", "until"}} {
		for _, key := range keys {
			v := s.str(key)
			switch {
			case v == "":
			case clockLikeTime(v):
				// The times stand where the dates belong.
				k.row.note("schedules."+key, "time_in_date", v)
				if i == 0 && from == "" {
					from = v
				} else if i == 1 && to == "" {
					to = v
				}
			default:
				d, ok := readDay(strings.SplitN(v, "T", 2)[0])
				if !ok {
					if i == 0 && from == "" {
						from = v // "Nights", "By appointment": words where a time belongs
					} else {
						k.row.note("schedules."+key, "time_as_note", v)
					}
				} else if days[i] == "" {
					days[i] = d
				}
			}
		}
	}
	note := plainText(s.first("description", "notes", "note"))
	byday := strings.ToUpper(strings.ReplaceAll(s.str("byday"), " ", ""))
	freq := strings.ToUpper(s.str("freq"))
	if slots, ok := k.byRule(s, freq, byday, from, to, days, note); ok {
		return slots
	}
	return k.byWords(s, from, to, days, note)
}

// byRule reads the form of HSDS 2 and 3: FREQ, INTERVAL, BYDAY.
func (k *upgrade) byRule(s object, freq, byday, from, to string, days [2]directory.Day, note string) ([]directory.Slot, bool) {
	if freq != "" && freq != "WEEKLY" && freq != "MONTHLY" && freq != "DAILY" && freq != "YEARLY" || freq == "" && byday == "" {
		return nil, false
	}
	base := directory.Slot{From: clockForm(from), To: clockForm(to), ValidFrom: days[0], ValidTo: days[1], Note: cutText(note, directory.MaxLine)}
	var parts []string
	plain := true
	for _, d := range strings.Split(byday, ",") {
		if d == "" {
			continue
		}
		m := ruleDay.FindStringSubmatch(d)
		if m == nil {
			return nil, false
		}
		plain = plain && m[1] == ""
		parts = append(parts, d)
	}
	interval, err := strconv.Atoi(s.str("interval"))
	if err != nil {
		interval = 1
	}
	if (freq == "" || freq == "WEEKLY") && plain && len(parts) > 0 && interval <= 1 {
		if x := s.str("bymonthday"); x != "" {
			k.row.note("schedules.bymonthday", "set_aside", x) // a week has no 14th
		}
		var out []directory.Slot
		for _, d := range parts {
			slot := base
			slot.Weekday = slices.Index(ruleDays, d) + 1
			out = append(out, slot)
		}
		return out, true
	}
	if freq == "" {
		return nil, false
	}
	rule := "FREQ=" + freq
	if interval > 1 {
		rule += ";INTERVAL=" + strconv.Itoa(interval)
		if base.ValidFrom == "" {
			// Nobody can tell which week it is.
			k.row.note("schedules.interval", "time_as_note", rule)
			base.Note = strings.TrimPrefix(base.Note+"; "+rule+";BYDAY="+byday+" "+from+"–"+to, "; ")
			base.From, base.To = "", ""
			return []directory.Slot{base}, true
		}
	}
	if len(parts) > 0 {
		rule += ";BYDAY=" + strings.Join(parts, ",")
	}
	if x := strings.ReplaceAll(s.str("bymonthday"), " ", ""); x != "" && freq != "WEEKLY" {
		rule += ";BYMONTHDAY=" + x
	}
	if directory.CheckRule(rule) != "" || len(parts) == 0 && freq == "WEEKLY" && base.ValidFrom == "" {
		return nil, false
	}
	base.RRule = rule
	return []directory.Slot{base}, true
}

// byWords reads schedules whose weekdays are written as people write them.
func (k *upgrade) byWords(s object, from, to string, days [2]directory.Day, note string) []directory.Slot {
	day := s.str("weekday")
	if n, err := strconv.Atoi(day); err == nil && n >= 1 && n <= 7 {
		day = [...]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}[n-1]
	}
	if day == "" {
		for _, key := range []string{"byday", "freq"} {
			if v := s.str(key); weekdayIn.MatchString(v) {
				day = v
				break
			}
		}
	}
	if m := noteInDay.FindStringSubmatch(day); m != nil {
		day, note = strings.TrimSpace(m[1]+" "+m[3]), strings.TrimPrefix(note+"; "+m[2], "; ")
	}
	if allDay.MatchString(from) {
		note = strings.TrimPrefix(note+"; "+from, "; ")
		from, to = "", ""
	}
	span := strings.TrimSpace(from)
	if to != "" {
		span += "-" + to
	}
	whole := strings.TrimSpace(day + " " + span)
	if whole == "" {
		if note == "" {
			return nil
		}
		return []directory.Slot{{Note: cutText(note, directory.MaxLine), ValidFrom: days[0], ValidTo: days[1]}}
	}
	slots, unread := readSchedule(strings.ReplaceAll(whole, ";", ","))
	reason := "time_as_note"
	if day == "" {
		reason = "time_without_day"
	}
	for _, u := range unread {
		k.row.note("schedules", reason, u)
	}
	for i := range slots {
		slots[i].ValidFrom, slots[i].ValidTo = days[0], days[1]
		if note != "" {
			slots[i].Note = cutText(strings.TrimPrefix(slots[i].Note+"; "+note, "; "), directory.MaxLine)
		}
	}
	return slots
}

// clockForm writes a clock time of HSDS as "15:04": without seconds and zone.
func clockForm(v string) string {
	m := clockLike.FindStringSubmatch(v)
	if m == nil {
		return v
	}
	t := token{num: true, half: strings.ToLower(strings.ReplaceAll(m[3], ".", ""))}
	var err error
	if t.h, err = strconv.Atoi(m[1]); err != nil {
		return v
	}
	if m[2] != "" {
		if t.m, err = strconv.Atoi(m[2]); err != nil {
			return v
		}
	}
	at := clockOf(t)
	if at < 0 || at >= 24*60 {
		return v
	}
	return clockText(at)
}
