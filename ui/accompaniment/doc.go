// Package accompaniment is the page "Følgeskab": who waits for somebody to go along,
// who can go, and what is agreed. A person finds somebody, agrees who, where and
// when, and says afterwards whether they went together; whoever it falls through for
// stands on the list again, never nowhere.
//
// It knows lives, communities and ambassadors through a small interface and reads
// them away from the screen; the order and the reasons are localdb/along's. It ranks
// and never decides. It must not know who a citizen is: a code is all it has.
package accompaniment

import (
	"io"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	cards "github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// Store is what the page needs of the local database.
type Store interface {
	EachLife(fn func(referral.Referral, []referral.Event) error) error
	Ambassadors() ([]directory.Ambassador, error)
	Referral(referral.Code) (referral.Referral, []referral.Event, error)
	RecordEvent(referral.Event) error
	Community(id string) (*directory.Community, error)
	Subscribe(func(localdb.Change)) (cancel func())
}

// Cards says whether there is a contact card, and what its citizen said yes to.
type Cards interface {
	CardOf(referral.Code) (*cards.Info, error)
}

// Deps is what the page is built with.
type Deps struct {
	Store   Store
	Cards   Cards // may be nil
	Lang    string
	Now     func() time.Time
	Rand    io.Reader      // for the ids of events
	Post    func(f func()) // runs f on the screen's goroutine
	Counted func()         // told when another number may wait; may be nil

	// What leads to papers; what is nil is not offered.
	PrintBriefing func(code referral.Code) // the companion's sheet
	HostNote      func(code referral.Code) // "Hvem kommer", where the citizen said yes to it
	FollowUp      func(code referral.Code) // to the whole life of a code
	NewCard       func(code referral.Code) // to where a contact card is made, with consent
}
