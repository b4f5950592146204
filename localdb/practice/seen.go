package practice

import (
	"cmp"
	"slices"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// Time is one time that a code was given at a practice ground.
type Time struct {
	On        directory.Day
	Community string
	Code      referral.Code // the one that was given: a citizen may have several
}

// Book is the sessions, arranged by code.
type Book struct{ by map[referral.Code][]Time }

// NewBook arranges sessions by code. Cancelled ones were no times.
func NewBook(sessions []Session) *Book {
	b := &Book{by: map[referral.Code][]Time{}}
	for i := range sessions {
		s := &sessions[i]
		if s.Cancelled {
			continue
		}
		for _, c := range s.Codes {
			b.by[c] = append(b.by[c], Time{s.On, s.Community, c})
		}
	}
	return b
}

// Seen gives the times at which any of a citizen's codes was given, oldest first;
// two codes of one day at one place are one time. It is all that is known of
// somebody, and it names nobody.
func (b *Book) Seen(codes ...referral.Code) []Time {
	var out []Time
	for _, c := range codes {
		out = append(out, b.by[c]...)
	}
	slices.SortFunc(out, byDay)
	return slices.CompactFunc(out, func(x, y Time) bool { return x.On == y.On && x.Community == y.Community })
}

func byDay(a, b Time) int {
	return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Community, b.Community), cmp.Compare(a.Code, b.Code))
}

// Line is one code's times at one practice ground.
type Line struct {
	Code referral.Code
	Days []directory.Day // oldest first
}

// Last is the newest day of the line.
func (l Line) Last() directory.Day { return l.Days[len(l.Days)-1] }

// Lines gives the codes that were given at a practice ground, the one that was there
// last first.
func (b *Book) Lines(community string) []Line {
	var out []Line
	for c := range b.by {
		l := Line{Code: c}
		for _, t := range b.Seen(c) {
			if t.Community == community {
				l.Days = append(l.Days, t.On)
			}
		}
		if len(l.Days) > 0 {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b Line) int {
		return cmp.Or(cmp.Compare(b.Last(), a.Last()), cmp.Compare(a.Code, b.Code))
	})
	return out
}
