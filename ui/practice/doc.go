// Package practice is the page "Øvebaner": the social practice grounds with their
// frame and period, how each time went – how many came, and the codes they gave –,
// the way onward from there, and the elastic: who fell out of a community can be
// offered the practice ground again.
//
// It knows practice grounds, sessions and lives through the store it is given. It
// must not know who a citizen is: all that ties two times together is a code that
// the citizen has.
package practice

import (
	"context"
	"io"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// Store is what the page needs of the local database.
type Store interface {
	Community(id string) (*directory.Community, error)
	EachCommunity(func(*directory.Community) error) error
	Ambassadors() ([]directory.Ambassador, error)
	Sessions() ([]practice.Session, error)
	EditSession(before, after *practice.Session) error
	EachLife(func(referral.Referral, []referral.Event) error) error
	Enrolment() (*localdb.Enrolment, error)
	Setting(key string) (string, error)
	Subscribe(func(localdb.Change)) (cancel func())
}

// Finder searches the directory as the counter does.
type Finder interface {
	Search(context.Context, match.Query) match.Result
}

// Deps is what the page is built with.
type Deps struct {
	Store  Store
	Finder Finder // may be nil: then only the steps of the frame are offered
	Lang   string
	Now    func() time.Time
	Rand   io.Reader      // for the ids of sessions
	Post   func(f func()) // runs f on the screen's goroutine
	// ShowOnward leads to the counter with the code that a citizen came back with,
	// which may be "", and the communities that were chosen here, in the folder.
	ShowOnward func(previous referral.Code, communities []string)
	// EditFrame leads to the form of the practice ground; nil is no such button, and
	// it stands only where MayEdit says that the directory may be changed.
	EditFrame func(community string)
	MayEdit   func() bool
	// NewGround leads to the form of a community that is not there yet; may be nil.
	NewGround func()
}
