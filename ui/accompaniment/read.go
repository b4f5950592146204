package accompaniment

import (
	"errors"
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/along"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// snapshot is what the page shows, read in one go away from the screen.
type snapshot struct {
	queue      []along.Waiting
	agreed     []along.Agreed
	places     map[referral.Code]place
	people     []directory.Ambassador
	names      map[string]string // of ambassadors, by id
	busy       map[string]along.Load
	areas      []string // that ambassadors go in
	languages  []string // that ambassadors speak
	toHearFrom int      // of agreed, those whose day is today or past
}

// place is where a code stands: in the queue, or in the agreements.
type place struct {
	waits bool
	at    int
}

// load reads all of it. It touches no screen.
func load(s Store, today directory.Day) (*snapshot, error) {
	x := &snapshot{places: map[referral.Code]place{}, names: map[string]string{}}
	var lives []referral.Told
	err := s.EachLife(func(r referral.Referral, evs []referral.Event) error {
		lives = append(lives, referral.Told{Referral: r, Life: referral.StateOf(r, evs)})
		return nil
	})
	if err != nil {
		return nil, err
	}
	x.queue, x.agreed, x.busy = along.Queue(lives), along.Agreements(lives), along.Loads(lives, today)
	for i := range x.queue {
		x.places[x.queue[i].Referral.Code] = place{true, i}
	}
	for i := range x.agreed {
		x.places[x.agreed[i].Referral.Code] = place{false, i}
		if x.agreed[i].Plan.On <= today {
			x.toHearFrom++
		}
	}
	if x.people, err = s.Ambassadors(); err != nil {
		return nil, err
	}
	for i := range x.people {
		a := &x.people[i]
		x.names[a.ID] = a.Name
		x.areas = append(x.areas, a.Areas...)
		x.languages = append(x.languages, a.Languages...)
	}
	x.areas, x.languages = distinct(x.areas), distinct(x.languages)
	return x, nil
}

// distinct sorts and gives each once, whatever its case.
func distinct(list []string) []string {
	slices.SortFunc(list, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return slices.CompactFunc(list, strings.EqualFold)
}

// told reads one life; of a code that is not known here it has the code alone.
func (p *Page) told(code referral.Code) (referral.Told, error) {
	r, evs, err := p.d.Store.Referral(code)
	if err != nil && !notFound(err) {
		return referral.Told{}, err
	}
	r.Code = code
	return referral.Told{Referral: r, Life: referral.StateOf(r, evs)}, nil
}

func notFound(err error) bool { return errors.Is(err, localdb.ErrNotFound) }

// spaced sets a code with air between its symbols, so that it can be read out.
func spaced(c referral.Code) string {
	return strings.Join(strings.Split(string(c), ""), "\u2009")
}
