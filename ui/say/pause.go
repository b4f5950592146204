package say

import "github.com/faellesskabsby/vejviser/localdb/directory"

// Paused says that a community asks newcomers to wait on a day, and how long:
// "holder pause for nye til 1. feb.". It is empty where it does not.
func (s *Speaker) Paused(c *directory.Community, today directory.Day) string {
	until, paused := c.PausedOn(today)
	switch {
	case !paused:
		return ""
	case until == "":
		return s.T("welcome.pause")
	}
	return s.T("welcome.pause_until", "day", s.ShortDay(until))
}

// WhyPaused says why newcomers are asked to wait, where it is told.
func (s *Speaker) WhyPaused(c *directory.Community, today directory.Day) string {
	if c.Welcome == nil || !c.Welcome.Pause.On(today) || c.Welcome.Pause.Why == "" {
		return ""
	}
	return s.T("welcome.pause_" + c.Welcome.Pause.Why)
}
