package practice

import (
	"cmp"
	"slices"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// Offer says that somebody who practised and was shown on fell out of where they
// came, and that the practice ground can be offered again: the elastic.
type Offer struct {
	Code   referral.Code // of the vejvisning that did not hold
	Ground string        // the practice ground they were last at
	From   []string      // ids of the communities that they fell out of
	Why    referral.Kind // no_room did_not_fit did_not_want
	On     directory.Day // when
	Times  int           // how often they had been at the ground
}

// Elastic gives what can be offered again in one life: seen are the times at which
// its code, or a code before it, was given at practice grounds. There is nothing to
// offer where the life did not end in an exit, where something else was shown
// instead, where the vejvisning was to the ground itself, or where the citizen has
// been back since.
func Elastic(l referral.Told, seen []Time) (Offer, bool) {
	if len(l.Life.Events) == 0 || len(seen) == 0 {
		return Offer{}, false
	}
	last := l.Life.Events[len(l.Life.Events)-1]
	switch last.Kind {
	case referral.NoRoom, referral.DidNotFit, referral.DidNotWant:
	default:
		return Offer{}, false
	}
	if len(last.Instead) > 0 {
		return Offer{}, false
	}
	out := Offer{Code: l.Referral.Code, From: l.Referral.Communities, Why: last.Kind, On: last.On}
	for _, t := range seen {
		if t.On > last.On {
			return Offer{}, false
		}
		out.Ground = t.Community // the last one counts: they come in order
	}
	for _, t := range seen {
		if t.Community == out.Ground {
			out.Times++
		}
	}
	if slices.Contains(l.Referral.Communities, out.Ground) {
		return Offer{}, false
	}
	return out, true
}

// maxChain bounds how many vejvisninger of one citizen are followed back.
const maxChain = 50

// Chain gives a code and the codes before it, as the citizen's own slips tie them.
// before gives the previous code of one, "" where there is none.
func Chain(code referral.Code, before func(referral.Code) referral.Code) []referral.Code {
	out := []referral.Code{code}
	for c := before(code); c != "" && len(out) < maxChain && !slices.Contains(out, c); c = before(c) {
		out = append(out, c)
	}
	return out
}

// Offers gives everything that can be offered again, the newest first. A life from
// which the citizen was shown on since has nothing to offer.
func Offers(lives []referral.Told, b *Book) []Offer {
	previous, on := map[referral.Code]referral.Code{}, map[referral.Code]directory.Day{}
	for i := range lives {
		r := &lives[i].Referral
		if r.PreviousCode != "" {
			previous[r.Code] = r.PreviousCode
			on[r.PreviousCode] = max(on[r.PreviousCode], r.At)
		}
	}
	before := func(c referral.Code) referral.Code { return previous[c] }
	var out []Offer
	for _, l := range lives {
		seen := b.Seen(Chain(l.Referral.Code, before)...)
		if o, ok := Elastic(l, seen); ok && on[l.Referral.Code] < o.On {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b Offer) int { return cmp.Or(cmp.Compare(b.On, a.On), cmp.Compare(a.Code, b.Code)) })
	return out
}

// Mark writes into lives the practice grounds that can be offered again.
func Mark(lives []referral.Told, sessions []Session) {
	again := map[referral.Code]string{}
	for _, o := range Offers(lives, NewBook(sessions)) {
		again[o.Code] = o.Ground
	}
	for i := range lives {
		lives[i].Ground = again[lives[i].Referral.Code]
	}
}
