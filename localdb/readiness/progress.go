package readiness

import (
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// Tally counts vejvisninger by organisation and month. It holds the true counts,
// and gives away only what may be shown (DESIGN §9).
type Tally struct {
	months map[tallied]int
	names  map[string]string // by key, as it was written first
	keys   map[string]string // by name: the same few names come again and again
}

type tallied struct{ organisation, month string }

// Add counts one vejvisning. One without a day, or of no organisation, is not
// anybody's; so is an event whose vejvisning is not known here.
func (t *Tally) Add(r referral.Referral) {
	if t.months == nil {
		t.months, t.names, t.keys = map[tallied]int{}, map[string]string{}, map[string]string{}
	}
	key, ok := t.keys[r.Organisation]
	if !ok {
		key = record.Organisation(r.Organisation)
		t.keys[r.Organisation] = key
	}
	if r.ID == "" || key == record.Nowhere || !r.At.Valid() {
		return
	}
	t.months[tallied{key, monthOf(r.At)}]++
	if _, ok := t.names[key]; !ok {
		t.names[key] = r.Organisation
	}
}

// Organisations gives the names of those that were counted, in no order.
func (t *Tally) Organisations() []string {
	out := make([]string, 0, len(t.names))
	for _, n := range t.names {
		out = append(out, n)
	}
	return out
}

// Progress is how an organisation comes along with its goal in one month. All of it
// follows from the figure that may be shown: nothing here gives the true count away.
type Progress struct {
	Month directory.Day // its first day
	Count privacy.Count
	Goal  int // vejvisninger per month; 0 is none agreed
}

// Progress gives that of the month in which a day lies.
func (t *Tally) Progress(organisation string, goal int, day directory.Day) Progress {
	n := t.months[tallied{record.Organisation(organisation), monthOf(day)}]
	return Progress{Month: directory.Day(monthOf(day) + "-01"), Count: privacy.Shown(n), Goal: goal}
}

// Part is how much of the goal the shown figure is, 0 to 1; 0 where it may not be
// shown, or no goal is agreed.
func (p Progress) Part() float64 {
	if p.Count.Few || p.Goal <= 0 {
		return 0
	}
	return min(float64(p.Count.N)/float64(p.Goal), 1)
}

// Reached says whether the shown figure is the goal or more.
func (p Progress) Reached() bool { return p.Goal > 0 && !p.Count.Few && p.Count.N >= p.Goal }

// MonthBefore gives a day of the month before that of a day.
func MonthBefore(day directory.Day) directory.Day {
	return directory.Day(monthOf(day) + "-01").AddDays(-1)
}

func monthOf(d directory.Day) string {
	if len(d) < 7 {
		return ""
	}
	return string(d[:7])
}
