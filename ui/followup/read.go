package followup

import (
	"errors"
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// snapshot is what the page shows, read in one go away from the screen.
type snapshot struct {
	lives       []referral.Told // newest referral first; codes known by events alone too
	byCode      map[referral.Code]int
	next        map[referral.Code][]referral.Code // what was shown after, with this code as the previous one
	tasks       []referral.Task
	taskOf      map[referral.Code]int
	names       map[string]string // of ambassadors, by id
	sessions    []practice.Session
	book        *practice.Book
	waits       map[referral.Code]bool
	waitingIDs  map[string]bool
	suggestions []localdb.Suggestion // newest first
	due         int                  // late and today
}

// load reads all of it. It touches no screen.
func load(s Store, today directory.Day) (*snapshot, error) {
	x := &snapshot{byCode: map[referral.Code]int{}, next: map[referral.Code][]referral.Code{}, names: map[string]string{}}
	err := s.EachLife(func(r referral.Referral, evs []referral.Event) error {
		x.byCode[r.Code] = len(x.lives)
		if r.PreviousCode != "" {
			x.next[r.PreviousCode] = append(x.next[r.PreviousCode], r.Code)
		}
		x.lives = append(x.lives, referral.Told{Referral: r, Life: referral.StateOf(r, evs)})
		return nil
	})
	if err != nil {
		return nil, err
	}
	if x.sessions, err = s.Sessions(); err != nil {
		return nil, err
	}
	x.book = practice.NewBook(x.sessions)
	practice.Mark(x.lives, x.sessions)
	as, err := s.Ambassadors()
	if err != nil {
		return nil, err
	}
	for i := range as {
		x.names[as[i].ID] = as[i].Name
	}
	referral.MarkGone(x.lives, x.there)
	x.tasks = referral.Due(x.lives, today)
	x.taskOf = make(map[referral.Code]int, len(x.tasks))
	for i := range x.tasks {
		x.taskOf[x.tasks[i].Code] = i
		if w := x.tasks[i].When; w == referral.Overdue || w == referral.Today {
			x.due++
		}
	}
	return x, x.readWaiting(s)
}

// there says whether an ambassador is still on the list.
func (x *snapshot) there(ambassador string) bool { return x.names[ambassador] != "" }

// readWaiting reads what is not sent, and what desks have reported.
func (x *snapshot) readWaiting(s Store) error {
	waiting, err := s.Waiting()
	if err != nil {
		return err
	}
	x.waits, x.waitingIDs = map[referral.Code]bool{}, map[string]bool{}
	for _, w := range waiting {
		x.waitingIDs[w.ID] = true
		if w.Code != "" {
			x.waits[w.Code] = true
		}
	}
	if x.suggestions, err = s.Suggestions(); err != nil {
		return err
	}
	slices.Reverse(x.suggestions)
	return nil
}

// told gives one life, and whether anything is known of its code here.
func (x *snapshot) told(code referral.Code) (referral.Told, bool) {
	if x == nil {
		return referral.Told{}, false
	}
	i, ok := x.byCode[code]
	if !ok {
		return referral.Told{}, false
	}
	return x.lives[i], true
}

// task gives what is due in one life.
func (x *snapshot) task(code referral.Code) *referral.Task {
	if x == nil {
		return nil
	}
	if i, ok := x.taskOf[code]; ok {
		return &x.tasks[i]
	}
	return nil
}

// refresh reads one life anew, for what was recorded a moment ago.
func (x *snapshot) refresh(s Store, code referral.Code, today directory.Day) (referral.Told, *referral.Task, error) {
	r, evs, err := s.Referral(code)
	if err != nil && !notFound(err) {
		return referral.Told{}, nil, err
	}
	t := referral.Told{Referral: r, Life: referral.StateOf(r, evs)}
	t.Referral.Code = code
	tied := []referral.Told{t} // what is due depends on what was shown before and since
	if x != nil {
		before, after := x.chain(code)
		for _, c := range append(before, after...) {
			if l, ok := x.told(c); ok {
				tied = append(tied, l)
			}
		}
		practice.Mark(tied, x.sessions)
		referral.MarkGone(tied, x.there)
	}
	for _, k := range referral.Due(tied, today) {
		if k.Code == code {
			return tied[0], &k, nil
		}
	}
	return tied[0], nil, nil
}

// chain gives the codes that the citizen's own slips tie to this one: the codes
// before it, oldest first, and those after.
func (x *snapshot) chain(code referral.Code) (before, after []referral.Code) {
	if x == nil {
		return nil, nil
	}
	seen := map[referral.Code]bool{code: true}
	for c := code; ; {
		t, ok := x.told(c)
		if !ok || t.Referral.PreviousCode == "" || seen[t.Referral.PreviousCode] {
			break
		}
		c = t.Referral.PreviousCode
		seen[c] = true
		before = append(before, c)
	}
	slices.Reverse(before)
	for queue := x.next[code]; len(queue) > 0; queue = queue[1:] {
		if c := queue[0]; !seen[c] {
			seen[c] = true
			after = append(after, c)
			queue = append(queue, x.next[c]...)
		}
	}
	return before, after
}

func notFound(err error) bool { return errors.Is(err, localdb.ErrNotFound) }

// spaced sets a code with air between its symbols, so that it can be read out.
func spaced(c referral.Code) string {
	return strings.Join(strings.Split(string(c), ""), "\u2009")
}
