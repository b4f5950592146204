package localdb

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dgraph-io/badger/v4"

	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// SearchGap is a wish that found nothing good on one day: an anonymous need. It
// holds keys from fixed lists and an area, never the words that were typed, and
// neither an hour nor how often, so that nobody at the desk is told apart.
type SearchGap struct {
	ID     string        `json:"id"` // the same for the same gap on the same day
	Day    directory.Day `json:"day"`
	Wishes []string      `json:"wishes"` // match.IsGapWish, sorted
	Area   string        `json:"area,omitzero"`
}

// RecordGap records that a wish found nothing good today, once a day however
// often it is told. A wish that is not from the fixed lists, and an area that
// may be anything but a name, are refused.
func (s *Store) RecordGap(g match.Gap) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	today := directory.DayOf(s.now())
	r := SearchGap{Day: today, Wishes: slices.Sorted(slices.Values(g.Wishes)), Area: clean.Line(g.Area, 0)}
	if err := r.check(); err != nil {
		return err
	}
	r.ID = idFrom(append([]string{"gap", s.key.Store, string(r.Day), r.Area}, r.Wishes...)...)
	at, err := today.Time()
	if err != nil {
		return fmt.Errorf("localdb: gap: %w", err)
	}
	op, err := s.newOp(opGap, at, r) // the day alone: the hour could be somebody's
	if err != nil {
		return err
	}
	err = s.act(func(txn *badger.Txn) error {
		if here, err := isHere(txn, record.Gap, r.ID); err != nil || here {
			return errors.Join(err, errWhen(here, ErrDuplicate))
		}
		return nil
	}, op)
	if errors.Is(err, ErrDuplicate) {
		return nil
	}
	if err == nil {
		s.feed.send(Change{"gap", r.ID})
	}
	return err
}

// maxArea is the longest name of an area, in runes.
const maxArea = 60

func (g *SearchGap) check() error {
	if len(g.Wishes) == 0 {
		return &directory.RefusedError{Field: "wishes", Reason: "empty"}
	}
	for _, w := range g.Wishes {
		if !match.IsGapWish(w) {
			return &directory.RefusedError{Field: "wishes", Reason: "not_allowed", Value: w}
		}
	}
	digits := strings.Count(strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0'
		}
		return r
	}, g.Area), "0")
	if len([]rune(g.Area)) > maxArea || digits > 4 || privacy.CheckCPR(g.Area, g.Day).Verdict == privacy.Stop {
		return &directory.RefusedError{Field: "area", Reason: "too_long"}
	}
	return nil
}

// Gaps gives the search gaps that nobody has closed, oldest first.
func (s *Store) Gaps() ([]SearchGap, error) { return withConfirmed[SearchGap](s, record.Gap, spaceGap) }
