package practice

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// places is what is read of the directory: the practice grounds, and what their
// steps onward name.
type places struct {
	grounds []*directory.Community
	steps   map[string]*directory.Community // by id and by name
}

// snapshot is everything the page shows, read in one go away from the screen.
type snapshot struct {
	*places
	sessions []practice.Session
	book     *practice.Book
	people   []directory.Ambassador
	offers   map[string][]practice.Offer // by practice ground
	lives    map[referral.Code]referral.Told
	onward   map[referral.Code][]referral.Code // code → codes of the vejvisninger that followed from it
}

// readPlaces reads the practice grounds, those under way first, then those to come,
// then those that are over.
func readPlaces(s Store, lang string, today directory.Day) (*places, error) {
	out := &places{steps: map[string]*directory.Community{}}
	named := map[string]bool{}
	err := s.EachCommunity(func(c *directory.Community) error {
		if c.Kind == directory.KindPracticeGround || c.Practice != nil {
			out.grounds = append(out.grounds, c)
		}
		return nil
	})
	for _, g := range out.grounds {
		if g.Practice != nil {
			for _, v := range g.Practice.Onward {
				named[v] = true
			}
		}
	}
	if err == nil && len(named) > 0 {
		err = s.EachCommunity(func(c *directory.Community) error {
			if named[c.ID] {
				out.steps[c.ID] = c
			}
			if _, there := out.steps[c.Name]; named[c.Name] && !there {
				out.steps[c.Name] = c
			}
			return nil
		})
	}
	order := map[practice.Phase]int{practice.Under: 0, practice.Coming: 1, practice.Over: 2}
	col := collate.New(language.Make(lang), collate.IgnoreCase)
	slices.SortFunc(out.grounds, func(a, b *directory.Community) int {
		return cmp.Or(cmp.Compare(order[practice.PhaseOf(a, today)], order[practice.PhaseOf(b, today)]), col.CompareString(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return out, err
}

// read reads what the page shows; old are the places where they have not changed.
func read(s Store, old *places, lang string, today directory.Day) (*snapshot, error) {
	out := &snapshot{places: old, lives: map[referral.Code]referral.Told{}, onward: map[referral.Code][]referral.Code{}, offers: map[string][]practice.Offer{}}
	var err error
	if old == nil {
		if out.places, err = readPlaces(s, lang, today); err != nil {
			return nil, err
		}
	}
	var err1, err2 error
	out.sessions, err1 = s.Sessions()
	out.people, err2 = s.Ambassadors()
	var lives []referral.Told
	err3 := s.EachLife(func(r referral.Referral, evs []referral.Event) error {
		t := referral.Told{Referral: r, Life: referral.StateOf(r, evs)}
		lives = append(lives, t)
		out.lives[r.Code] = t
		if r.PreviousCode != "" {
			out.onward[r.PreviousCode] = append(out.onward[r.PreviousCode], r.Code)
		}
		return nil
	})
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	out.book = practice.NewBook(out.sessions)
	for _, o := range practice.Offers(lives, out.book) {
		out.offers[o.Ground] = append(out.offers[o.Ground], o)
	}
	return out, nil
}

// ground gives a practice ground; nil is none.
func (s *snapshot) ground(id string) *directory.Community {
	for _, g := range s.grounds {
		if g.ID == id {
			return g
		}
	}
	return nil
}

// chain gives a code and the codes before it.
func (s *snapshot) chain(c referral.Code) []referral.Code {
	return practice.Chain(c, func(c referral.Code) referral.Code { return s.lives[c].Referral.PreviousCode })
}

// also gives communities that resemble a practice ground, for a way onward that its
// frame does not name: those that answer well to what one does there, and that are
// for the same people.
func also(f Finder, find func(id string) (*directory.Community, error), g *directory.Community, steps []practice.Step, today directory.Day) []*directory.Community {
	text := does(g)
	if f == nil || text == "" {
		return nil
	}
	var out []*directory.Community
	for _, h := range f.Search(context.Background(), match.Query{Text: text, Today: today, Limit: 20}).Hits {
		if h.Score < leastAlso || len(out) == mostAlso {
			break
		}
		if h.ID == g.ID || slices.ContainsFunc(steps, func(s practice.Step) bool { return s.Community != nil && s.Community.ID == h.ID }) {
			continue
		}
		c, err := find(h.ID)
		if err == nil && c.Kind != directory.KindPracticeGround && genderOf(c) == genderOf(g) && (practice.Step{Community: c}).Open(today) {
			out = append(out, c)
		}
	}
	return out
}

// does is what one does at a practice ground, in the words of its activities; the
// word for the practice ground itself would find only others of them.
func does(g *directory.Community) string {
	var out []string
	for _, a := range g.Activities {
		if low := strings.ToLower(a); !strings.Contains(low, "øvebane") && !strings.Contains(low, "practice") {
			out = append(out, a)
		}
	}
	if len(out) == 0 {
		return g.Category
	}
	return strings.Join(out, " ")
}

func genderOf(c *directory.Community) directory.Gender {
	if c.Audience == nil {
		return ""
	}
	return c.Audience.Gender
}

// leastAlso is the score below which a community does not resemble.
const leastAlso = 0.5

// mostAlso bounds what is offered beside the frame's own steps.
const mostAlso = 3
