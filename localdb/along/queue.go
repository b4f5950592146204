package along

import (
	"cmp"
	"slices"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// Waiting is one who wants somebody along, and has nobody.
type Waiting struct {
	Referral referral.Referral
	Life     referral.Life
	Wanted   referral.Wanted // what was last wished for
	Since    directory.Day   // they have waited since then, whatever fell through meanwhile
	Fell     int             // how often it fell through since then
	FellOn   directory.Day   // the last time
	Unclear  bool            // somebody said that nobody knows how it stands
}

// Queue gives the waiting list, in the order of need and wait: first those whom it
// fell through for – they were promised something – then by who has waited longest;
// what fell through does not make a wait begin anew. Who nobody knows about stays on
// the list: only a person's word takes anybody off it.
func Queue(lives []referral.Told) []Waiting {
	var out []Waiting
	for i := range lives {
		if w, ok := waiting(&lives[i]); ok {
			out = append(out, w)
		}
	}
	order := make([]int, len(out))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := &out[i], &out[j]
		return cmp.Or(-cmp.Compare(min(a.Fell, 1), min(b.Fell, 1)), cmp.Compare(a.Since, b.Since),
			-cmp.Compare(a.Fell, b.Fell), cmp.Compare(a.Referral.Code, b.Referral.Code))
	})
	sorted := make([]Waiting, len(out))
	for k, i := range order {
		sorted[k] = out[i]
	}
	return sorted
}

func waiting(t *referral.Told) (Waiting, bool) {
	evs := t.Life.Events
	last := decisive(evs)
	if last == nil || last.Kind != referral.AccompanimentWanted && last.Kind != referral.FellThrough {
		return Waiting{}, false
	}
	w := Waiting{Referral: t.Referral, Life: t.Life, Unclear: t.Life.State == referral.State(referral.Unknown)}
	for i := range evs {
		e := &evs[i]
		switch e.Kind {
		case referral.CarriedOut, referral.Welcomed, referral.NoRoom, referral.DidNotFit, referral.DidNotWant:
			w.Since, w.Fell, w.FellOn = "", 0, ""
		case referral.AccompanimentWanted:
			if w.Since == "" {
				w.Since = e.On
			}
			if e.Wanted != nil {
				w.Wanted = *e.Wanted
			}
		case referral.FellThrough:
			if w.Since == "" {
				w.Since = e.On
			}
			w.Fell++
			w.FellOn = e.On
		}
	}
	return w, true
}

// Agreed is an arrangement that nobody has said the outcome of.
type Agreed struct {
	Referral referral.Referral
	Life     referral.Life
	Event    referral.Event // Arranged
	Plan     referral.Plan  // of the event; where it has none, the day alone
	Wanted   referral.Wanted
}

// Agreements gives what is agreed and not told of, by day and time.
func Agreements(lives []referral.Told) []Agreed {
	var out []Agreed
	for i := range lives {
		evs := lives[i].Life.Events
		last := decisive(evs)
		if last == nil || last.Kind != referral.Arranged {
			continue
		}
		a := Agreed{Referral: lives[i].Referral, Life: lives[i].Life, Event: *last, Plan: referral.Plan{On: last.On}}
		if last.Plan != nil {
			a.Plan = *last.Plan
		}
		for j := range evs {
			if evs[j].Wanted != nil {
				a.Wanted = *evs[j].Wanted
			}
		}
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b Agreed) int {
		return cmp.Or(cmp.Compare(a.Plan.On, b.Plan.On), cmp.Compare(a.Plan.At, b.Plan.At), cmp.Compare(a.Referral.Code, b.Referral.Code))
	})
	return out
}

// decisive is the last event that says how it stands: "nobody knows" changes nothing.
func decisive(evs []referral.Event) *referral.Event {
	for i := len(evs) - 1; i >= 0; i-- {
		if evs[i].Kind != referral.Unknown {
			return &evs[i]
		}
	}
	return nil
}
