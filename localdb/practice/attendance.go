package practice

import (
	"cmp"
	"slices"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// Standing is how far a practice ground has come: "3 af 8 gange".
type Standing struct {
	Held      int // days on which it was held
	Of        int // days of its period, planned or held; 0 where its end is not stated
	Cancelled int
	Came      int // people times days, of the days held; shown through privacy.Shown alone
	Codes     int // different codes that were given
}

// mostDays bounds what is counted of a plan: a year of every day, and some.
const mostDays = 400

// Attendance says how far a practice ground has come by its sessions; those of
// other communities do not count, and two of one day are one time.
func Attendance(sessions []Session, c *directory.Community) Standing {
	var out Standing
	held, off, codes := map[directory.Day]bool{}, map[directory.Day]bool{}, map[referral.Code]bool{}
	for i := range sessions {
		s := &sessions[i]
		if s.Community != c.ID {
			continue
		}
		if s.Cancelled {
			off[s.On] = true
			continue
		}
		held[s.On] = true
		out.Came += s.Came
		for _, k := range s.Codes {
			codes[k] = true
		}
	}
	out.Held, out.Codes = len(held), len(codes)
	for d := range off {
		if !held[d] {
			out.Cancelled++
		}
	}
	if planned := Planned(c); len(planned) > 0 {
		for _, d := range planned {
			held[d] = true
		}
		out.Of = len(held)
	}
	return out
}

// Planned gives the days on which a practice ground meets in its period, in order.
// It is nil where the period or the days are not stated: then nobody knows of how
// many times it is.
func Planned(c *directory.Community) []directory.Day {
	var out []directory.Day
	for _, o := range planned(c) {
		out = append(out, directory.DayOf(o.Start))
	}
	return out
}

// planned gives the first meeting of each planned day.
func planned(c *directory.Community) []directory.Occurrence {
	p := c.Practice
	if p == nil || !p.From.Valid() || !p.To.Valid() {
		return nil
	}
	begin, err := p.From.Time()
	if err != nil {
		return nil
	}
	var out []directory.Occurrence
	last := directory.Day("")
	for _, o := range directory.Next(c.Schedule, begin, mostDays) {
		d := directory.DayOf(o.Start)
		if d > p.To {
			break
		}
		if d >= p.From && d != last {
			out = append(out, o)
			last = d
		}
	}
	return out
}

// ToRegister gives the planned days that have begun, and of which nobody has said how
// they went; the newest first.
func ToRegister(sessions []Session, c *directory.Community, now time.Time) []directory.Day {
	var out []directory.Day
	for _, o := range planned(c) {
		d := directory.DayOf(o.Start)
		if !o.Start.After(now) && !slices.ContainsFunc(sessions, func(s Session) bool { return s.Community == c.ID && s.On == d }) {
			out = append(out, d)
		}
	}
	slices.Reverse(out)
	return out
}

// Phase says where in its period a practice ground is.
type Phase string

// The phases.
const (
	Coming Phase = "coming"
	Under  Phase = "under"
	Over   Phase = "over"
)

// PhaseOf gives the phase on a day. A ground without a period is under way until it
// is closed.
func PhaseOf(c *directory.Community, today directory.Day) Phase {
	p := c.Practice
	switch {
	case c.IsClosed(), p != nil && p.To.Valid() && p.To < today:
		return Over
	case p != nil && p.From.Valid() && today < p.From:
		return Coming
	}
	return Under
}

// Of gives the sessions of one practice ground, the newest first.
func Of(sessions []Session, community string) []Session {
	var out []Session
	for _, s := range sessions {
		if s.Community == community {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b Session) int { return cmp.Or(cmp.Compare(b.On, a.On), cmp.Compare(a.ID, b.ID)) })
	return out
}

// Next is the next time that a practice ground meets; nil where there is none.
func Next(c *directory.Community, now time.Time) *directory.Occurrence {
	if next := c.Next(now, 1); len(next) > 0 {
		return &next[0]
	}
	return nil
}
