// Package papers gathers from the store what the sheets for those who work with a
// vejvisning say: the companion's briefing, the host's note, an ambassador's page.
//
// It knows the store through a small interface and ui/print's values, and no screen.
// A citizen's first name and phone come out of it only where the citizen said yes to
// that person being told, and each time it is noted that the card was read.
package papers

import (
	"errors"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/print"
	"github.com/faellesskabsby/vejviser/ui/say"
)

// ErrNoPlan is the error for a code for which nothing is arranged.
var ErrNoPlan = errors.New("papers: nothing is arranged under this code")

// Store is what the sheets are gathered from.
type Store interface {
	Referral(referral.Code) (referral.Referral, []referral.Event, error)
	CardOf(referral.Code) (*card.Info, error)
	OpenCard(id, purpose string) (*card.Card, error)
	Community(id string) (*directory.Community, error)
	Ambassadors() ([]directory.Ambassador, error)
	Meetings() ([]directory.Meeting, error)
	Setting(key string) (string, error)
	Organisation() (string, error)
}

// From is who hands a sheet out, and when.
type From struct{ Desk, Phone, PublicURL string }

// Sender reads who hands sheets out.
func Sender(s Store) (f From, err error) {
	organisation, err := s.Organisation()
	if err != nil {
		return f, err
	}
	desk, err := s.Setting(localdb.SettingDesk)
	if err != nil {
		return f, err
	}
	f.Desk = say.Desk(organisation, desk)
	if f.Phone, err = s.Setting(localdb.SettingDeskPhone); err != nil {
		return f, err
	}
	f.PublicURL, err = s.Setting(localdb.SettingPublicURL)
	return f, err
}

// arranged is what stands of a code: its plan, where to, and with whom.
type arranged struct {
	from      From
	plan      referral.Plan
	wanted    referral.Wanted
	wishes    []string
	community *directory.Community
	with      string
}

func read(s Store, code referral.Code) (a arranged, err error) {
	if a.from, err = Sender(s); err != nil {
		return a, err
	}
	r, evs, err := s.Referral(code)
	if err != nil {
		return a, err
	}
	planned := false
	for _, e := range referral.StateOf(r, evs).Events {
		if e.Wanted != nil {
			a.wanted = *e.Wanted
		}
		if e.Plan != nil {
			a.plan, planned = *e.Plan, true
		}
		if e.Kind == referral.FellThrough {
			planned = false
		}
	}
	if !planned {
		return a, ErrNoPlan
	}
	a.wishes = r.Wishes
	to := a.plan.To
	if to == "" && len(r.Communities) > 0 {
		to = r.Communities[0]
	}
	if a.community, err = s.Community(to); err != nil {
		return a, err
	}
	as, err := s.Ambassadors()
	for _, x := range as {
		if x.ID == a.plan.With {
			a.with = x.Name
		}
	}
	return a, err
}

// told opens the contact card of a code for a purpose, where there is one and its
// citizen said yes to it. Without it all is well: the code is enough.
func told(s Store, code referral.Code, purpose string, yes func(card.Consent) bool) (name, phone string, err error) {
	i, err := s.CardOf(code)
	if err != nil || i == nil || !yes(i.Consent) {
		return "", "", err
	}
	c, err := s.OpenCard(i.ID, purpose)
	switch {
	case errors.Is(err, card.ErrKeyGone), errors.Is(err, localdb.ErrKeyAway), errors.Is(err, localdb.ErrNotFound):
		return "", "", nil // erased, or not here yet: the sheet is made without
	case err != nil:
		return "", "", err
	}
	return c.FirstName, c.Phone, nil
}

// Briefing gathers what who goes along is told.
func Briefing(s Store, code referral.Code, lang string, today directory.Day) (print.Briefing, error) {
	a, err := read(s, code)
	if err != nil {
		return print.Briefing{}, err
	}
	name, phone, err := told(s, code, "accompany", func(c card.Consent) bool { return c.TellCompanion })
	if err != nil {
		return print.Briefing{}, err
	}
	return print.Briefing{Language: lang, Desk: a.from.Desk, Phone: a.from.Phone, Date: today, PublicURL: a.from.PublicURL,
		Companion: a.with, FirstName: name, Call: phone, Code: code, Community: a.community, On: a.plan.On, At: a.plan.At, Where: a.plan.Where,
		Considerations: a.wanted.Considerations, Languages: a.wanted.Languages, Wishes: a.wishes}, nil
}

// HostNote gathers what the host is told of who comes.
func HostNote(s Store, code referral.Code, lang string, today directory.Day) (print.HostNote, error) {
	a, err := read(s, code)
	if err != nil {
		return print.HostNote{}, err
	}
	name, _, err := told(s, code, "host", func(c card.Consent) bool { return c.TellHost })
	if err != nil {
		return print.HostNote{}, err
	}
	return print.HostNote{Language: lang, Desk: a.from.Desk, Phone: a.from.Phone, Date: today, FirstName: name, Wishes: a.wishes, Companion: a.with,
		Community: a.community, On: a.plan.On, At: begins(a.community, a.plan.On), Code: code}, nil
}

// begins is when a community meets on a day, "" where that is not known: the plan
// says when the two meet on the way.
func begins(c *directory.Community, on directory.Day) string {
	t, err := on.Time()
	if err != nil {
		return ""
	}
	for _, o := range c.Next(t, 1) {
		if o.HasTime && directory.DayOf(o.Start) == on {
			return o.Start.In(directory.Copenhagen).Format("15:04")
		}
	}
	return ""
}

// Ambassador gathers what an ambassador's page says; the counts are the caller's.
func Ambassador(s Store, a directory.Ambassador, lang string, now time.Time) (print.AmbassadorPage, error) {
	from, err := Sender(s)
	if err != nil {
		return print.AmbassadorPage{}, err
	}
	p := print.AmbassadorPage{Language: lang, Desk: from.Desk, Phone: from.Phone, Date: directory.DayOf(now), Now: now, Ambassador: a}
	for _, id := range a.Communities {
		c, err := s.Community(id)
		if errors.Is(err, localdb.ErrNotFound) {
			continue // it left the directory since
		}
		if err != nil {
			return p, err
		}
		p.Carries = append(p.Carries, c)
	}
	for _, id := range a.Started {
		if c, err := s.Community(id); err == nil {
			p.Started = append(p.Started, c.Name)
		} else if !errors.Is(err, localdb.ErrNotFound) {
			return p, err
		}
	}
	p.Meetings, err = s.Meetings()
	return p, err
}
