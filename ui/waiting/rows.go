package waiting

import (
	"errors"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// show is which part of the list is seen.
type part int

const (
	showAll part = iota
	showWaiting
	showSuggestions
)

// group is the heading under which a row stands.
type group string

const (
	groupToday   group = "group_today"
	groupWeek    group = "group_week"
	groupEarlier group = "group_earlier"
)

// row is one line of the list: a heading, a referral or a suggestion.
type row struct {
	heading    group
	referral   *referral.Referral
	suggestion *localdb.Suggestion
}

// figures are the large numbers on top.
type figures struct {
	waiting, waitingReferrals, waitingEvents, waitingSuggestions int
	oldest                                                       time.Time // zero where nothing waits
	week, total                                                  int
	refused                                                      int
	lastSync                                                     *time.Time
}

// snapshot is everything the page shows, loaded in one go away from the screen.
type snapshot struct {
	figures     figures
	referrals   []referral.Referral // newest first
	suggestions []localdb.Suggestion
	waits       map[referral.Code]bool // codes with something that is not sent
	waitingIDs  map[string]bool        // ids of what is not sent
}

// load reads a snapshot. It reads no single life: those are read for the rows
// that are seen, so that ten thousand referrals cost no more than ten.
func load(s Store, today directory.Day) (*snapshot, error) {
	waiting, err1 := s.Waiting()
	refs, err2 := s.Referrals()
	sugs, err3 := s.Suggestions()
	st, err4 := s.Status()
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return nil, err
	}
	out := &snapshot{referrals: refs, suggestions: sugs, waits: map[referral.Code]bool{}, waitingIDs: map[string]bool{}}
	f := &out.figures
	f.refused, f.lastSync, f.total = st.Refused, st.LastSync, len(refs)
	for _, r := range refs {
		if d := r.At.DaysUntil(today); d >= 0 && d < 7 {
			f.week++
		}
	}
	with := map[referral.Code]time.Time{} // events of the same time were recorded with the referral: no news of their own
	for _, w := range waiting {
		if w.Kind == "gap" {
			continue // a need without a person: nothing here is about it
		}
		if f.oldest.IsZero() || w.At.Before(f.oldest) {
			f.oldest = w.At
		}
		out.waitingIDs[w.ID] = true
		if w.Code != "" {
			out.waits[w.Code] = true
		}
		switch {
		case w.Kind == "referral":
			f.waitingReferrals++
			with[w.Code] = w.At
		case w.Kind == "event" && with[w.Code].Equal(w.At):
		case w.Kind == "event":
			f.waitingEvents++
		case w.Kind == "suggestion":
			f.waitingSuggestions++
		}
	}
	f.waiting = f.waitingReferrals + f.waitingEvents + f.waitingSuggestions
	return out, nil
}

// rows gives the lines to show, under headings by day.
func (s *snapshot) rows(which part, today directory.Day) []row {
	if which == showSuggestions {
		out := make([]row, 0, len(s.suggestions))
		for i := range s.suggestions {
			out = append(out, row{suggestion: &s.suggestions[i]})
		}
		return out
	}
	out := make([]row, 0, len(s.referrals)+3)
	last := group("")
	for i := range s.referrals {
		r := &s.referrals[i]
		if which == showWaiting && !s.waits[r.Code] {
			continue
		}
		if g := groupOf(r.At, today); g != last {
			out = append(out, row{heading: g})
			last = g
		}
		out = append(out, row{referral: r})
	}
	return out
}

// groupOf says under which heading a day stands: today, since Monday, or before.
func groupOf(d, today directory.Day) group {
	if d.DaysUntil(today) <= 0 {
		return groupToday
	}
	t, err := today.Time()
	if err != nil {
		return groupEarlier
	}
	if d.DaysUntil(today) <= (int(t.Weekday())+6)%7 {
		return groupWeek
	}
	return groupEarlier
}
