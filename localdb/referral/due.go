package referral

import (
	"cmp"
	"slices"

	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// TaskKind says what a person may ask about, or do, next in a referral's life.
type TaskKind string

// The kinds of task. None is ever done by itself: a task is a suggestion, and it
// goes when a person says what happened.
const (
	AskWelcomed    TaskKind = "ask_welcomed"    // were they met well?
	FindCompanion  TaskKind = "find_companion"  // somebody to go along is missing
	AskCarriedOut  TaskKind = "ask_carried_out" // did they go together?
	StillComing4w  TaskKind = "still_coming_4w" // four weeks after the welcome
	StillComing3m  TaskKind = "still_coming_3m" // three months after the welcome
	OfferOther     TaskKind = "offer_other"     // no room, or it did not fit: another place
	Unclear        TaskKind = "unclear"         // nobody knows yet: asked again
	PracticeGround TaskKind = "practice_ground" // fell out: the practice ground again
)

// TaskKinds lists the kinds of task.
var TaskKinds = []TaskKind{AskWelcomed, FindCompanion, AskCarriedOut, StillComing4w, StillComing3m, OfferOther, Unclear, PracticeGround}

// How many days pass before somebody asks.
const (
	askAfterShown   = 10 // where the referral names no day
	askAfterAlong   = 3
	askAgain        = 7
	askAfterMonth   = 28
	askAfterQuarter = 91
	quarterBegins   = 77 // an answer from here on is the answer of three months
	atOnce          = 7  // what is to be done at once is late after a week
	goneQuiet       = 60 // asked for so long in vain, it is unclear
)

// When says where a task stands in the days.
type When string

// The groups of tasks. Quiet holds what is unclear: it stays in sight, and nobody is
// counted as having stayed away.
const (
	Overdue  When = "late"
	Today    When = "today"
	ThisWeek When = "week" // until Sunday
	Later    When = "later"
	Quiet    When = "unclear"
)

// Whens lists the groups in the order in which they are shown.
var Whens = []When{Overdue, Today, ThisWeek, Later, Quiet}

// Told is a referral with its life, and where an elastic leads back to one, the id
// of the practice ground that may be offered again (localdb/practice knows).
type Told struct {
	Referral Referral
	Life     Life
	Ground   string
	Gone     bool // who was to go along is on no list any more: see MarkGone
}

// MarkGone notes for each agreement whether whom it names is still there: an
// ambassador takes back the yes to being on the list, and nobody else says so.
func MarkGone(lives []Told, there func(ambassador string) bool) {
	for i := range lives {
		evs := lives[i].Life.Events
		lives[i].Gone = false
		if len(evs) == 0 {
			continue
		}
		if last := &evs[len(evs)-1]; last.Kind == Arranged && last.Plan != nil && last.Plan.With != "" {
			lives[i].Gone = !there(last.Plan.With)
		}
	}
}

// Task is what may come next in one referral's life.
type Task struct {
	Code     Code          `json:"code"`
	Kind     TaskKind      `json:"kind"`
	On       directory.Day `json:"on"` // the day it is due
	When     When          `json:"when"`
	Since    directory.Day `json:"since"` // the day of what it follows from
	Life     *Life         `json:"-"`     // of the lives that were given
	Referral *Referral     `json:"-"`
	Ground   string        `json:"ground,omitzero"`
}

// Due gives what may be asked or done next, at most one task a life, by group, day
// and code. It is a pure function of the lives and the day; lives whose next step
// nobody can say (a code that is known by its events alone) have none. A life that
// another referral goes on from, by its previous code, needs no other offer.
func Due(lives []Told, today directory.Day) []Task {
	c := newCalendar(today)
	followed := map[Code]bool{}
	for i := range lives {
		if p := lives[i].Referral.PreviousCode; p != "" {
			followed[p] = true
		}
	}
	type place struct {
		task  step
		life  int
		group int
	}
	places := make([]place, 0, len(lives))
	for i := range lives {
		s, ok := c.stepOf(&lives[i], len(followed) > 0 && followed[lives[i].Referral.Code])
		if !ok {
			continue
		}
		s.when = c.when(s)
		places = append(places, place{s, i, slices.Index(Whens, s.when)})
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.task.on, b.task.on),
			cmp.Compare(lives[a.life].Referral.Code, lives[b.life].Referral.Code), cmp.Compare(a.life, b.life))
	})
	out := make([]Task, len(places))
	for i, p := range places {
		t := &lives[p.life]
		out[i] = Task{t.Referral.Code, p.task.kind, p.task.on, p.task.when, p.task.since, &t.Life, &t.Referral, t.Ground}
	}
	return out
}

// step is a task before it is put beside its life.
type step struct {
	kind      TaskKind
	on, since directory.Day
	light     bool // a postcard was handed out and no day agreed: asked once, and then let be
	when      When
}

// stepOf says what may come next in one life.
func (c *calendar) stepOf(t *Told, followed bool) (step, bool) {
	evs := t.Life.Events
	if t.Referral.ID == "" || len(evs) == 0 {
		return step{}, false
	}
	last := &evs[len(evs)-1]
	after := func(k TaskKind, days int) (step, bool) {
		return step{kind: k, on: c.add(last.On, days), since: last.On}, true
	}
	switch last.Kind {
	case Shown:
		if f := t.Referral.FollowUpOn; f != "" {
			return step{kind: AskWelcomed, on: f, since: last.On}, true
		}
		x, ok := after(AskWelcomed, askAfterShown)
		x.light = t.Referral.Depth == Postcard
		return x, ok
	case Unknown:
		return after(Unclear, askAgain)
	case AccompanimentWanted, FellThrough:
		return after(FindCompanion, 0)
	case Arranged:
		if p := last.Plan; p != nil {
			if t.Gone && p.On >= c.today { // once the day has passed they may have gone all the same
				return step{kind: FindCompanion, on: c.today, since: last.On}, true
			}
			return step{kind: AskCarriedOut, on: p.On, since: last.On}, true
		}
		return after(AskCarriedOut, 0)
	case CarriedOut:
		if !t.Life.inside {
			return after(AskWelcomed, askAfterAlong)
		}
		return c.stillComing(evs)
	case Welcomed, StillComing:
		return c.stillComing(evs)
	case NoRoom, DidNotFit, DidNotWant:
		switch {
		case followed || len(last.Instead) > 0:
		case t.Ground != "":
			return after(PracticeGround, 0)
		case last.Kind != DidNotWant:
			return after(OfferOther, 0)
		}
	}
	return step{}, false
}

// stillComing asks four weeks and three months after the welcome, each once; who
// was not asked in the first ten weeks is asked after three months alone.
func (c *calendar) stillComing(evs []Event) (step, bool) {
	var from, answered directory.Day
	for i := range evs {
		switch evs[i].Kind {
		case NoRoom, DidNotFit, DidNotWant:
			from, answered = "", ""
		case Welcomed:
			if from == "" {
				from = evs[i].On
			}
		case StillComing:
			if from == "" { // the welcome itself nobody told of
				from = evs[i].On
			}
			answered = evs[i].On
		}
	}
	switch {
	case from == "":
		return step{}, false
	case answered == "":
		return step{kind: StillComing4w, on: c.add(from, askAfterMonth), since: from}, true
	case answered < c.add(from, quarterBegins):
		return step{kind: StillComing3m, on: c.add(from, askAfterQuarter), since: from}, true
	}
	return step{}, false
}

// calendar holds the days that tasks are measured against, and those that were
// counted out already: ten thousand lives have a few hundred days between them.
type calendar struct {
	today, sunday, weekAgo, quiet directory.Day
	counted                       map[counted]directory.Day
}

type counted struct {
	from directory.Day
	days int
}

func (c *calendar) add(d directory.Day, days int) directory.Day {
	if days == 0 {
		return d
	}
	k := counted{d, days}
	out, ok := c.counted[k]
	if !ok {
		out = d.AddDays(days)
		c.counted[k] = out
	}
	return out
}

func newCalendar(today directory.Day) *calendar {
	c := &calendar{counted: map[counted]directory.Day{}, today: today, sunday: today, weekAgo: today.AddDays(-atOnce), quiet: today.AddDays(-goneQuiet)}
	if t, err := today.Time(); err == nil {
		c.sunday = today.AddDays((7 - int(t.Weekday())) % 7)
	}
	return c
}

// when puts a task into its group. Who wants somebody along stays in sight as late
// for as long as it takes; everything else that was asked in vain becomes unclear,
// a postcard at once: else those would bury the rest.
func (c *calendar) when(s step) When {
	immediate := s.kind == FindCompanion || s.kind == OfferOther || s.kind == PracticeGround
	switch {
	case s.kind == Unclear && s.on > c.today, s.kind != FindCompanion && s.on < c.quiet, s.light && s.on < c.today:
		return Quiet
	case immediate && s.on >= c.weekAgo && s.on <= c.today:
		return Today
	case s.on < c.today:
		return Overdue
	case s.on == c.today:
		return Today
	case s.on <= c.sunday:
		return ThisWeek
	}
	return Later
}

// Outcomes lists what may have happened, the suggested one first. Where the next
// step is something to do – find somebody, show another place – it holds what a
// person may say instead.
func (t Task) Outcomes() []Kind { return likely(t.Kind, *t.Life) }

// LikelyOutcomes lists the same for a life that nothing is due in.
func LikelyOutcomes(l Life) []Kind {
	kind := AskWelcomed
	switch Kind(l.from) {
	case AccompanimentWanted, FellThrough:
		kind = FindCompanion
	case Arranged:
		kind = AskCarriedOut
	case Welcomed, StillComing:
		kind = StillComing4w
	case NoRoom, DidNotFit, DidNotWant:
		kind = OfferOther
	}
	return likely(kind, l)
}

var expected = map[TaskKind][]Kind{
	AskWelcomed:    {Welcomed, NoRoom, DidNotFit, DidNotWant, Unknown, AccompanimentWanted},
	FindCompanion:  {Welcomed, NoRoom, DidNotFit, DidNotWant, Unknown},
	AskCarriedOut:  {CarriedOut, FellThrough, NoRoom, DidNotFit, Unknown},
	StillComing4w:  {StillComing, DidNotFit, DidNotWant, Unknown, AccompanimentWanted},
	StillComing3m:  {StillComing, DidNotFit, DidNotWant, Unknown, AccompanimentWanted},
	OfferOther:     {Welcomed, AccompanimentWanted, Unknown},
	PracticeGround: {Welcomed, AccompanimentWanted, Unknown},
}

// likely puts the expected kinds that fit first, then the others that fit.
func likely(kind TaskKind, l Life) []Kind {
	if kind == Unclear {
		return LikelyOutcomes(l)
	}
	fit := Choices(l)
	out := make([]Kind, 0, len(fit))
	first := expected[kind]
	if kind == FindCompanion && l.from == State(Arranged) { // nobody is behind the agreement any more
		first = expected[AskCarriedOut][1:]
	}
	for _, k := range first {
		if slices.Contains(fit, k) {
			out = append(out, k)
		}
	}
	for _, k := range fit {
		if !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}
