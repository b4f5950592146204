package ambassadors

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"github.com/faellesskabsby/vejviser/localdb/along"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/say"
)

// filter narrows the list.
type filter int

const (
	filterAll filter = iota
	filterFree
	filterFull
	filterPaused
	filterAtWork
	filterNoConsent
)

var filters = []filter{filterAll, filterFree, filterFull, filterPaused, filterAtWork, filterNoConsent}

// did is what an ambassador did, and came to: counts, shown through privacy.Shown.
type did struct{ arranged, carriedOut, meetings int }

// entry is one ambassador as the page shows them.
type entry struct {
	directory.Ambassador
	fit   along.Fit
	open  int                  // how many they go along with now
	reach *directory.Volunteer // nil where nobody has written down that they said yes
	did   did
	words string // what a search looks in
}

func (e *entry) is(f filter) bool {
	switch f {
	case filterFree:
		return e.fit.Can()
	case filterFull:
		return e.fit.Full && !e.fit.Paused
	case filterPaused:
		return e.fit.Paused
	case filterAtWork:
		return e.Role == directory.AtWork
	case filterNoConsent:
		return e.reach == nil || e.reach.ConsentOn == ""
	}
	return true
}

// roll is the register as it was read in one go, away from the screen.
type roll struct {
	people   []entry
	at       map[string]int // id → people
	count    map[filter]int
	meetings []directory.Meeting // those to come first, the next first; then those before, the newest first
	names    map[string]string   // id → name of communities
}

func loadRoll(s Store, speak *say.Speaker, lang string, today directory.Day) (*roll, error) {
	as, err1 := s.Ambassadors()
	vs, err2 := s.Volunteers()
	ms, err3 := s.Meetings()
	var lives []referral.Told
	err4 := s.EachLife(func(r referral.Referral, evs []referral.Event) error {
		if slices.ContainsFunc(evs, func(e referral.Event) bool { return e.Plan != nil }) {
			lives = append(lives, referral.Told{Referral: r, Life: referral.StateOf(r, evs)})
		}
		return nil
	})
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return nil, err
	}
	out := &roll{at: map[string]int{}, count: map[filter]int{}, names: map[string]string{}}
	if err := out.nameCommunities(s, as); err != nil {
		return nil, err
	}
	reach := map[string]*directory.Volunteer{}
	for i := range vs {
		reach[vs[i].ID] = &vs[i]
	}
	loads, done := along.Loads(lives, today), tally(lives, ms)
	for _, f := range along.Rank(along.Need{}, as, loads, today) {
		a := f.Ambassador
		e := entry{Ambassador: a, fit: f, open: loads[a.ID].Open, reach: reach[a.ID], did: done[a.ID]}
		e.words = out.wordsOf(&a, speak)
		out.people = append(out.people, e)
	}
	sortByName(out.people, lang, func(e *entry) (string, string) { return e.Name, e.ID })
	for i := range out.people {
		out.at[out.people[i].ID] = i
		for _, f := range filters {
			if out.people[i].is(f) {
				out.count[f]++
			}
		}
	}
	out.meetings = ms
	sortMeetings(out.meetings, today)
	return out, nil
}

// tally counts what each ambassador did: accompaniments that were arranged with
// them, and those of them that were carried out; and the meetings they came to.
func tally(lives []referral.Told, ms []directory.Meeting) map[string]did {
	out := map[string]did{}
	for _, l := range lives {
		with := ""
		for _, e := range l.Life.Events {
			switch {
			case e.Kind == referral.Arranged && e.Plan != nil:
				with = e.Plan.With
				d := out[with]
				d.arranged++
				out[with] = d
			case e.Kind == referral.CarriedOut && with != "":
				d := out[with]
				d.carriedOut++
				out[with] = d
			case e.Kind == referral.FellThrough:
				with = ""
			}
		}
	}
	for _, m := range ms {
		for _, id := range m.Came {
			d := out[id]
			d.meetings++
			out[id] = d
		}
	}
	return out
}

// nameCommunities reads the names of the communities that somebody carries or began.
func (r *roll) nameCommunities(s Store, as []directory.Ambassador) error {
	for _, a := range as {
		for _, id := range slices.Concat(a.Communities, a.Started) {
			if _, known := r.names[id]; known {
				continue
			}
			c, err := s.Community(id)
			switch {
			case err == nil:
				r.names[id] = c.Name
			case isGone(err):
				r.names[id] = ""
			default:
				return err
			}
		}
	}
	return nil
}

// carried gives the names of communities that are still on the list.
func (r *roll) carried(ids []string) []string {
	var out []string
	for _, id := range ids {
		if n := r.names[id]; n != "" {
			out = append(out, n)
		}
	}
	return out
}

func (r *roll) wordsOf(a *directory.Ambassador, speak *say.Speaker) string {
	parts := []string{a.Name}
	parts = append(parts, a.Areas...)
	for _, v := range a.Interests {
		parts = append(parts, speak.Label("wish", v))
	}
	for _, v := range a.Languages {
		parts = append(parts, speak.Label("language", v))
	}
	parts = append(parts, r.carried(slices.Concat(a.Communities, a.Started))...)
	return fold(strings.Join(parts, " "))
}

func fold(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// find gives the indices of those that hold every word of a text, and fit a filter.
func (r *roll) find(text string, which filter) []int {
	var out []int
	words := strings.Fields(fold(text))
	for i := range r.people {
		e := &r.people[i]
		if e.is(which) && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(e.words, w) }) {
			out = append(out, i)
		}
	}
	return out
}

func sortByName[T any](list []T, lang string, of func(*T) (name, id string)) {
	col := collate.New(language.Make(lang), collate.IgnoreCase)
	slices.SortFunc(list, func(a, b T) int {
		an, ai := of(&a)
		bn, bi := of(&b)
		return cmp.Or(col.CompareString(an, bn), cmp.Compare(ai, bi))
	})
}

// sortMeetings puts those to come first, the next first; then those before, the
// newest first.
func sortMeetings(ms []directory.Meeting, today directory.Day) {
	slices.SortFunc(ms, func(a, b directory.Meeting) int {
		x, y := isToCome(&a, today), isToCome(&b, today)
		switch {
		case x && !y:
			return -1
		case y && !x:
			return 1
		case x:
			return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.ID, b.ID))
		}
		return cmp.Or(cmp.Compare(b.On, a.On), cmp.Compare(a.ID, b.ID))
	})
}

// isToCome says whether a meeting is still ahead.
func isToCome(m *directory.Meeting, today directory.Day) bool { return !m.Held && m.On >= today }
