package directory

import "time"

// On says whether the pause holds on a day.
func (p *Pause) On(day Day) bool {
	return p != nil && !(p.From.Valid() && day < p.From) && !(p.To.Valid() && p.To < day)
}

// PausedOn says whether newcomers are asked to wait on a day: the community holds a
// break, or those who greet do. until is the last day of it; "" is not stated.
func (c *Community) PausedOn(day Day) (until Day, paused bool) {
	if c.Welcome != nil && c.Welcome.Pause.On(day) {
		until, paused = c.Welcome.Pause.To, true
	}
	if c.IsPaused() {
		return "", true // of a break no end is known
	}
	return until, paused
}

// NextForNew is Next for somebody who comes for the first time: what lies within a
// pause for newcomers is left out.
func (c *Community) NextForNew(after time.Time, n int) []Occurrence {
	if c.Welcome == nil || c.Welcome.Pause == nil {
		return c.Next(after, n)
	}
	pause := c.Welcome.Pause
	var out []Occurrence
	for _, o := range c.Next(after, n) { // before it begins
		if !pause.On(DayOf(o.Start)) {
			out = append(out, o)
		}
	}
	if len(out) < n && pause.To.Valid() { // and after it has ended
		if end, err := pause.To.AddDays(1).Time(); err == nil && end.After(after) {
			for _, o := range c.Next(end, n) {
				if len(out) < n && !o.Start.Before(end) && (len(out) == 0 || out[len(out)-1].Start.Before(o.Start)) {
					out = append(out, o)
				}
			}
		}
	}
	return out
}
