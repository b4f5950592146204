// Package ambassadors is the page "Ambassadører": who shows the way and goes along,
// what they are glad to do and when they can, what they have done as counts, and
// their network meetings. It is the guides' register: an ambassador is in it because
// they said yes, and leaves it when they say so.
//
// It knows ambassadors, how they are reached, and their meetings through the store
// it is given. It must not know who a citizen is – nothing it reads could tell – nor
// how records are kept or sent.
package ambassadors

import (
	"context"
	"io"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// Store is what the page needs of the local database.
type Store interface {
	Ambassadors() ([]directory.Ambassador, error)
	Volunteers() ([]directory.Volunteer, error)
	Meetings() ([]directory.Meeting, error)
	EachLife(func(referral.Referral, []referral.Event) error) error
	EditAmbassador(before, after *directory.Ambassador) error
	EditVolunteer(before, after *directory.Volunteer) error
	EditMeeting(before, after *directory.Meeting) error
	EraseAmbassador(id string) error
	Community(id string) (*directory.Community, error)
	EachCommunity(func(*directory.Community) error) error
	Enrolment() (*localdb.Enrolment, error)
	Subscribe(func(localdb.Change)) (cancel func())
}

// Finder searches the directory as the counter does.
type Finder interface {
	Search(context.Context, match.Query) match.Result
}

// Deps is what the page is built with.
type Deps struct {
	Store  Store
	Finder Finder // may be nil: then names alone are searched
	Lang   string
	Now    func() time.Time
	Rand   io.Reader      // for the ids of new records
	Post   func(f func()) // runs f on the screen's goroutine
	// Print makes an ambassador's page on paper; nil is no such button.
	Print func(Sheet)
}

// Sheet is what an ambassador's page on paper says. How they are reached is not on
// it: that is the guides' to know.
type Sheet struct {
	Ambassador directory.Ambassador
	Carries    []string // names of communities
	Started    []string
	Arranged   privacy.Count
	CarriedOut privacy.Count
	Meetings   privacy.Count // network meetings they came to
}

// ConsentText is the version of the text that an ambassador says yes to; the text is
// in assets/translations (subject "ambassadors", "consent.<version>").
const ConsentText = "2026-1"
