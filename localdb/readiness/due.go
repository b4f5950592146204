package readiness

import (
	"cmp"
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// Desk is one desk of an organisation, and what it answered about itself.
type Desk struct {
	Organisation string  // as it is written in the newest check
	Name         string  // "" is the organisation's only one
	Checks       []Check // newest first; never empty
}

// Last is the newest check, and Before the one before it; nil where there is none.
func (d *Desk) Last() *Check { return d.at(0) }

// Before is the check before the newest; nil where there is none.
func (d *Desk) Before() *Check { return d.at(1) }

func (d *Desk) at(i int) *Check {
	if i >= len(d.Checks) {
		return nil
	}
	return &d.Checks[i]
}

// Desks gathers checks by desk. They come by organisation and name, which says
// nothing of how anybody answered: there is no other order.
func Desks(checks []Check) []Desk {
	at := map[[2]string]int{}
	var out []Desk
	for _, c := range newestFirst(checks) {
		key := [2]string{record.Organisation(c.Organisation), strings.ToLower(c.Desk)}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, Desk{Organisation: c.Organisation, Name: c.Desk})
		}
		out[i].Checks = append(out[i].Checks, c)
	}
	slices.SortStableFunc(out, func(a, b Desk) int {
		return cmp.Or(cmp.Compare(record.Organisation(a.Organisation), record.Organisation(b.Organisation)),
			cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)))
	})
	return out
}

func newestFirst(checks []Check) []Check {
	out := slices.Clone(checks)
	slices.SortStableFunc(out, func(a, b Check) int { return cmp.Or(cmp.Compare(b.On, a.On), cmp.Compare(b.ID, a.ID)) })
	return out
}

// NextDue gives the day from which the next check is due: MonthsBetween after the
// last one, on the month's last day where it has no such day. No check gives "".
func NextDue(last directory.Day) directory.Day {
	t, err := last.Time()
	if err != nil {
		return ""
	}
	next := t.AddDate(0, MonthsBetween, 0)
	if next.Day() != t.Day() { // 31 August and six months: the end of February
		next = next.AddDate(0, 0, -next.Day())
	}
	return directory.DayOf(next)
}

// ReminderKind says what it is time for.
type ReminderKind string

// The kinds of reminder.
const (
	CheckDue ReminderKind = "check" // half a year has gone since a desk looked at itself
	TalkSoon ReminderKind = "talk"  // the talk that was agreed lies within two weeks
	TalkPast ReminderKind = "past"  // its day has gone, and no next one is agreed
)

// daysAhead is how long before its day a talk is reminded of.
const daysAhead = 14

// Reminder is one quiet line: what it is time for, at which desk, since when. It
// says nothing of how anybody answered or how much they did.
type Reminder struct {
	Kind         ReminderKind
	Organisation string
	Desk         string
	On           directory.Day // since when a check is due, or the day of the talk
}

// Reminders gives what it is time for, by organisation and desk. An organisation
// that never looked at itself is not reminded: to begin is its own choice.
func Reminders(checks []Check, agreements []Agreement, today directory.Day) []Reminder {
	var out []Reminder
	for _, d := range Desks(checks) {
		if due := NextDue(d.Last().On); due != "" && due <= today {
			out = append(out, Reminder{CheckDue, d.Organisation, d.Name, due})
		}
	}
	for _, a := range agreements {
		switch {
		case a.NextTalk == "":
		case a.NextTalk < today:
			out = append(out, Reminder{TalkPast, a.Organisation, "", a.NextTalk})
		case a.NextTalk <= today.AddDays(daysAhead):
			out = append(out, Reminder{TalkSoon, a.Organisation, "", a.NextTalk})
		}
	}
	slices.SortStableFunc(out, func(a, b Reminder) int {
		return cmp.Compare(record.Organisation(a.Organisation), record.Organisation(b.Organisation))
	})
	return out
}
