package referral

import (
	"cmp"
	"fmt"
	"slices"
)

// State is where a referral stands: the kind of the last event that fits, or
// Draft before it is shown.
type State string

// Draft is the state of a referral without events.
const Draft State = "draft"

// Life is what follows from a referral's events.
type Life struct {
	State  State
	Events []Event // those that fit, in order
	Odd    []Event // those that do not fit: kept, and marked for a person
	Undone []Event // those that a person took back, and those that only took back
	from   State   // what the next event is measured against: unknown changes nothing
	inside bool    // was welcomed once: support goes on inside, and they may still be coming
}

// next says which kinds may follow a state. Nothing follows by itself: every
// event is set by a person. A fallen-through accompaniment leads back to the
// list; carried_out may repeat, because support goes on inside the community;
// somebody who left may come after all.
var next = map[State][]Kind{
	Draft:                      {Shown},
	State(Shown):               {AccompanimentWanted, Welcomed, NoRoom, DidNotFit, DidNotWant, Unknown},
	State(AccompanimentWanted): {Arranged, FellThrough, Welcomed, NoRoom, DidNotFit, DidNotWant, Unknown},
	State(Arranged):            {CarriedOut, FellThrough, Welcomed, NoRoom, DidNotFit, DidNotWant, Unknown},
	State(CarriedOut):          {CarriedOut, Welcomed, AccompanimentWanted, FellThrough, NoRoom, DidNotFit, DidNotWant, Unknown},
	State(FellThrough):         {AccompanimentWanted, Welcomed, NoRoom, DidNotFit, DidNotWant, Unknown},
	State(Welcomed):            {StillComing, CarriedOut, AccompanimentWanted, DidNotFit, DidNotWant, Unknown},
	State(StillComing):         {StillComing, CarriedOut, AccompanimentWanted, DidNotFit, DidNotWant, Unknown},
	State(NoRoom):              {AccompanimentWanted, Welcomed, Unknown},
	State(DidNotFit):           {AccompanimentWanted, Welcomed, Unknown},
	State(DidNotWant):          {AccompanimentWanted, Welcomed, Unknown},
}

// NotNowError says that an event of this kind does not fit a referral in this state.
type NotNowError struct {
	State State
	Kind  Kind
}

func (e *NotNowError) Error() string {
	return fmt.Sprintf("%s does not follow %s", e.Kind, e.State)
}

// StateOf gives the life that follows from a set of events: a pure function of
// the set, whatever order they are given in. An event that does not fit where it
// stands stays in Odd, unless a person recorded it as Late: they know better than
// this machine. One that a person took back counts no more; the showing itself
// cannot be taken back. No event is lost: Events, Odd and Undone hold all of
// Ordered.
func StateOf(_ Referral, evs []Event) Life {
	l := Life{State: Draft, from: Draft}
	evs = Ordered(evs)
	undone := takenBack(evs)
	if undone != nil {
		evs = inPlace(evs, undone)
	}
	for _, e := range evs {
		if e.Kind == Unknown && e.Undoes != "" || undone[e.ID] {
			l.Undone = append(l.Undone, e)
			continue
		}
		if !e.Late && !slices.Contains(Choices(l), e.Kind) {
			l.Odd = append(l.Odd, e)
			continue
		}
		l.Events = append(l.Events, e)
		l.State = State(e.Kind)
		if e.Kind != Unknown {
			l.from = l.State
		}
		switch e.Kind {
		case Welcomed, StillComing:
			l.inside = true
		case NoRoom, DidNotFit, DidNotWant:
			l.inside = false
		}
	}
	return l
}

// takenBack gives the ids of the events that others took the place of. One that was
// itself taken back takes nobody's place, so that taking back a correction brings
// back what was corrected. evs are ordered: then a ring of events that take each
// other back comes out the same everywhere.
func takenBack(evs []Event) map[string]bool {
	var by map[string][]int // who would take the place of an id
	for i := range evs {
		if u := evs[i].Undoes; u != "" {
			if by == nil {
				by = map[string][]int{}
			}
			by[u] = append(by[u], i)
		}
	}
	if by == nil {
		return nil
	}
	undone, asked := map[string]bool{}, map[string]bool{}
	var ask func(e *Event) bool
	ask = func(e *Event) bool {
		if asked[e.ID] || e.Kind == Shown {
			return undone[e.ID]
		}
		asked[e.ID] = true
		for _, i := range by[e.ID] {
			if !ask(&evs[i]) {
				undone[e.ID] = true
				break
			}
		}
		return undone[e.ID]
	}
	for i := range evs {
		ask(&evs[i])
	}
	return undone
}

// inPlace puts what takes the place of an event of its own day where that one stood:
// what happened after it that day, happened after.
func inPlace(evs []Event, undone map[string]bool) []Event {
	by, moved := map[string]int{}, map[int]bool{}
	for i := range evs {
		if e := &evs[i]; e.Undoes != "" && undone[e.Undoes] && !undone[e.ID] && e.Kind != Unknown {
			if _, taken := by[e.Undoes]; !taken {
				by[e.Undoes] = i
			}
		}
	}
	out := make([]Event, 0, len(evs))
	for i, e := range evs {
		if j, ok := by[e.ID]; ok && j != i && !moved[j] && evs[j].On == e.On && j > i {
			moved[j] = true
			out = append(out, e, evs[j])
		} else if !moved[i] {
			out = append(out, e)
		}
	}
	return out
}

// Ordered gives the events in the order in which they count: by day, the showing
// first on its day because it is what the others are about, then the hub's
// sequence (what the hub has confirmed comes before what it has not), then id.
// An event that is there twice, waiting and confirmed, is one event.
func Ordered(evs []Event) []Event { return Order(slices.Clone(evs)) }

// Order is Ordered in place, for whoever has no further use of the slice.
func Order(out []Event) []Event {
	if distinct(out) { // nearly all lives: what comes below would change nothing
		if !inOrder(out) {
			slices.SortStableFunc(out, func(a, b Event) int { return order(&a, &b) })
		}
		return out
	}
	slices.SortFunc(out, func(a, b Event) int {
		return cmp.Or(identical(a, b), cmp.Compare(unconfirmed(a), unconfirmed(b)), cmp.Compare(a.Seq, b.Seq), late(a)-late(b))
	})
	out = slices.CompactFunc(out, func(a, b Event) bool { return a.ID != "" && identical(a, b) == 0 })
	slices.SortStableFunc(out, func(a, b Event) int { return order(&a, &b) })
	return out
}

// order compares the places of two events in a life.
func order(a, b *Event) int {
	return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(rank(*a), rank(*b)),
		cmp.Compare(unconfirmed(*a), unconfirmed(*b)), cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.ID, b.ID))
}

// distinct says of few events that each has an id of its own.
func distinct(evs []Event) bool {
	if len(evs) > 16 {
		return false
	}
	for i := range evs {
		for j := range i {
			if evs[i].ID == evs[j].ID {
				return false
			}
		}
	}
	return true
}

func inOrder(evs []Event) bool {
	for i := 1; i < len(evs); i++ {
		if order(&evs[i-1], &evs[i]) > 0 {
			return false
		}
	}
	return true
}

// identical compares what makes two copies the same event: 0 where they are.
func identical(a, b Event) int {
	return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.On, b.On))
}

func rank(e Event) int {
	if e.Kind == Shown {
		return 0
	}
	return 1
}

func unconfirmed(e Event) int {
	if e.Seq > 0 {
		return 0
	}
	return 1
}

func late(e Event) int {
	if e.Late {
		return 1
	}
	return 0
}

// Allowed says whether an event of this kind fits now: nil or a *NotNowError.
func Allowed(l Life, k Kind) error {
	if slices.Contains(Choices(l), k) {
		return nil
	}
	return &NotNowError{State: l.State, Kind: k}
}

// Choices lists the kinds that fit now, the likely ones first.
func Choices(l Life) []Kind {
	out := slices.Clone(next[l.from])
	if l.inside && !slices.Contains(out, StillComing) {
		out = append(out, StillComing)
	}
	return out
}
