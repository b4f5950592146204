package practice

import (
	"slices"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// Step is one way onward from a practice ground, and who may go along.
type Step struct {
	Name      string
	Community *directory.Community // nil where the directory does not know it
	With      []directory.Ambassador
}

// Open says whether somebody can be shown there on a day.
func (s Step) Open(today directory.Day) bool {
	c := s.Community
	return c != nil && !c.IsClosed() && !c.IsPaused() && !(c.Welcome != nil && pausing(c.Welcome.Pause, today))
}

// pausing says whether a community takes no newcomers on a day.
func pausing(p *directory.Pause, today directory.Day) bool {
	return p != nil && !(p.From.Valid() && today < p.From) && !(p.To.Valid() && p.To < today)
}

// Onward gives the steps that are written in a practice ground's frame, in its order.
// find gives a community by its id or its name, nil where there is none.
func Onward(ground *directory.Community, find func(idOrName string) *directory.Community, as []directory.Ambassador, today directory.Day) []Step {
	if ground.Practice == nil {
		return nil
	}
	var out []Step
	for _, v := range ground.Practice.Onward {
		s := Step{Name: v}
		if c := find(v); c != nil {
			s.Name, s.Community, s.With = c.Name, c, With(c.ID, as, today)
		}
		out = append(out, s)
	}
	return out
}

// With gives those who carry or have started a community and take no break on the
// day, in the order they are given.
func With(community string, as []directory.Ambassador, today directory.Day) []directory.Ambassador {
	var out []directory.Ambassador
	for _, a := range as {
		if !Resting(a, today) && (slices.Contains(a.Communities, community) || slices.Contains(a.Started, community)) {
			out = append(out, a)
		}
	}
	return out
}

// Resting says whether an ambassador takes a break on a day; the break ends by itself
// after its last day.
func Resting(a directory.Ambassador, today directory.Day) bool {
	return a.Paused && (!a.PausedTo.Valid() || today <= a.PausedTo)
}
