package readiness

import (
	"cmp"
	"slices"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	rules "github.com/faellesskabsby/vejviser/localdb/readiness"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// organisation is what is known of one.
type organisation struct {
	key       string // as record.Organisation makes it
	name      string // "" is this PC's own, which nobody has named yet
	desks     []rules.Desk
	agreement *rules.Agreement
	now, then rules.Progress // this month and the one before
	reminders []rules.Reminder
}

// snapshot is what was read.
type snapshot struct {
	may  rights
	list []organisation // by name
	at   map[string]int // key → index
}

// load reads what the person may see.
func load(s Store, today directory.Day) (*snapshot, error) {
	e, err := s.Enrolment()
	if err != nil {
		return nil, err
	}
	own, err := s.Organisation()
	if err != nil {
		return nil, err
	}
	checks, err := s.ReadinessChecks()
	if err != nil {
		return nil, err
	}
	agreements, err := s.Agreements()
	if err != nil {
		return nil, err
	}
	snap := &snapshot{may: rightsOf(e, own), at: map[string]int{}}
	tally := &rules.Tally{}
	if snap.may.counts() {
		if err := s.EachLife(func(r referral.Referral, _ []referral.Event) error { tally.Add(r); return nil }); err != nil {
			return nil, err
		}
	}
	snap.gather(own, checks, agreements, tally, today)
	return snap, nil
}

// gather puts together what belongs to one organisation. Their order is that of
// their names, which says nothing of how they come along.
func (s *snapshot) gather(own string, checks []rules.Check, agreements []rules.Agreement, tally *rules.Tally, today directory.Day) {
	all := map[string]*organisation{}
	of := func(name string) *organisation {
		key := record.Organisation(name)
		if !s.may.sees(name) {
			return &organisation{} // not theirs to see
		}
		if all[key] == nil {
			all[key] = &organisation{key: key, name: name}
		}
		return all[key]
	}
	if own != "" || s.may.role == "" {
		of(own)
	}
	for _, d := range rules.Desks(checks) {
		o := of(d.Organisation)
		o.desks = append(o.desks, d)
	}
	for i := range agreements {
		of(agreements[i].Organisation).agreement = &agreements[i]
	}
	if s.may.agree() {
		for _, name := range tally.Organisations() {
			of(name)
		}
	}
	if len(all) > 1 {
		delete(all, record.Nowhere) // nobody's, beside somebody's
	}
	for _, r := range rules.Reminders(checks, agreements, today) {
		o := of(r.Organisation)
		o.reminders = append(o.reminders, r)
	}
	for _, o := range all {
		goal := 0
		if o.agreement != nil {
			goal = o.agreement.Goal
		}
		o.now, o.then = tally.Progress(o.name, goal, today), tally.Progress(o.name, goal, rules.MonthBefore(today))
		s.list = append(s.list, *o)
	}
	slices.SortFunc(s.list, func(a, b organisation) int { return cmp.Compare(a.key, b.key) })
	for i := range s.list {
		s.at[s.list[i].key] = i
	}
}
