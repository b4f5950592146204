package referral

import (
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

const maxWhere = 120

// Genders lists what may matter about who goes along.
var Genders = []string{"female", "male"}

// Normalize passes the texts of an event through the one gate for text. It may be
// called again. What was given is not changed: parts that differ are new ones.
func (e *Event) Normalize() {
	if e.Wanted != nil {
		w := *e.Wanted
		w.Area = clean.Line(w.Area, 0)
		e.Wanted = &w
	}
	if e.Plan != nil {
		p := *e.Plan
		p.Where, p.At = clean.Line(p.Where, 0), clean.Line(p.At, 0)
		e.Plan = &p
	}
}

// checkParts refuses what an event of this kind does not carry, and what could
// point at a person: everything but the meeting point is from a list, a day, an id
// or the name of a place.
func (e *Event) checkParts(k *checker) {
	if e.Wanted != nil {
		if e.Kind != AccompanimentWanted {
			k.refuse("wanted", "unknown_value", string(e.Kind))
		}
		e.Wanted.check(k)
	}
	if e.Plan != nil {
		if e.Kind != Arranged {
			k.refuse("plan", "unknown_value", string(e.Kind))
		}
		e.Plan.check(k)
	}
	if len(e.Instead) > 0 {
		if e.Kind != NoRoom && e.Kind != DidNotFit {
			k.refuse("instead", "unknown_value", string(e.Kind))
		}
		k.set("instead", e.Instead, maxCommunities)
		for i, id := range e.Instead {
			k.id(fmt.Sprintf("instead[%d]", i), id)
		}
	}
}

func (w *Wanted) check(k *checker) {
	k.name("wanted.area", w.Area)
	k.set("wanted.languages", w.Languages, 10)
	for i, l := range w.Languages {
		if l == "" || len(l) > 20 {
			k.refuse(fmt.Sprintf("wanted.languages[%d]", i), "unknown_value", "")
		}
	}
	k.set("wanted.times", w.Times, len(Times))
	for i, t := range w.Times {
		oneOf(k, fmt.Sprintf("wanted.times[%d]", i), t, Times...)
	}
	k.set("wanted.considerations", w.Considerations, len(directory.Considerations))
	for i, c := range w.Considerations {
		oneOf(k, fmt.Sprintf("wanted.considerations[%d]", i), c, directory.Considerations...)
	}
	oneOf(k, "wanted.gender", w.Gender, append([]string{""}, Genders...)...)
}

func (p *Plan) check(k *checker) {
	if p.With != "" {
		k.id("plan.with", p.With)
	}
	if p.To != "" {
		k.id("plan.to", p.To)
	}
	if utf8.RuneCountInString(p.Where) > maxWhere {
		k.refuse("plan.where", "too_long", "")
	}
	k.day("plan.on", p.On)
	if p.At != "" {
		if _, err := time.Parse("15:04", p.At); err != nil || len(p.At) != 5 {
			k.refuse("plan.at", "not_a_time", p.At)
		}
	}
}
