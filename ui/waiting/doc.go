// Package waiting is the page "Vejvisninger": what was recorded on this PC,
// what of it waits to be sent, and what happened since – a code comes back, and
// a person says how it went.
//
// It knows referrals, their events and the suggestions that this PC holds – its
// own, and for guides those of all desks – through a small Store interface, and loads them away from the screen. It must not know
// who a citizen is (nothing it reads could tell), nor how things are sent.
package waiting

import (
	"io"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// Store is what the page needs of the local database.
type Store interface {
	Waiting() ([]localdb.Waiting, error)
	Referrals() ([]referral.Referral, error)
	Referral(referral.Code) (referral.Referral, []referral.Event, error)
	RecordEvent(referral.Event) error
	Community(id string) (*directory.Community, error)
	Suggestions() ([]localdb.Suggestion, error)
	CloseSuggestion(id, outcome string) error
	Status() (localdb.Status, error)
	Subscribe(func(localdb.Change)) (cancel func())
}

// Deps is what the page is built with.
type Deps struct {
	Store Store
	Lang  string
	Now   func() time.Time
	Rand  io.Reader      // for the ids of events
	Post  func(f func()) // runs f on the screen's goroutine
	// MayEdit says whether the directory may be changed on this PC; Edit leads to
	// where a community is. Both may be nil.
	MayEdit func() bool
	Edit    func(community string)
}
