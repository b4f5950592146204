// Package insync is the page "Synkronisering": whether this PC knows what the
// hub knows, what waits to be sent, and what a person has to look at – what the
// hub refused and why, and where two people changed the same. A PC without a hub
// is enrolled here.
//
// It knows the store's outbox and conflicts and, by a small interface, whoever
// speaks with the hub. It must not know how they speak.
package insync

import (
	"context"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/practice"
)

// Store is what the page needs of the local database.
type Store interface {
	Status() (localdb.Status, error)
	Setting(key string) (string, error)
	Waiting() ([]localdb.Waiting, error)
	Refused() ([]localdb.RefusedOp, error)
	Retry(counter uint64) error
	Discard(counter uint64) error
	Conflicts() ([]localdb.Conflict, error)
	Resolve(c localdb.Conflict, takeOther bool) error
	Contact() (localdb.Contact, error)
	Enrolment() (*localdb.Enrolment, error)
	Community(id string) (*directory.Community, error)
	Ambassadors() ([]directory.Ambassador, error)
	Meetings() ([]directory.Meeting, error)
	Sessions() ([]practice.Session, error)
	Subscribe(fn func(localdb.Change)) (cancel func())
}

// Hub is whoever speaks with the hub. Its methods may take as long as a network
// does; the page calls them beside the screen.
type Hub interface {
	// Enrol makes this PC a device of the hub with that address, by an invitation.
	Enrol(ctx context.Context, hub, invitation, name string) error
	// Nudge has it tried now what would be tried later.
	Nudge()
	// Under gives how far the first fetching of the directory is, from 0 to 1;
	// false where none is under way.
	Under() (part float64, ok bool)
	// Pause stops a fetching that is under way until Nudge; what came stays.
	Pause()
	// Verify holds everything here against the hub and fetches what differs.
	Verify(ctx context.Context, progress func(part float64)) (Verdict, error)
	// Problem gives the code of what is wrong, for the words of subject sync; ""
	// for an error it does not know.
	Problem(err error) string
}

// Verdict is what a check against the hub found.
type Verdict struct {
	Communities int
	Repaired    int // records that differed and were fetched
	Same        bool
}

// Deps is what the page is built with.
type Deps struct {
	Store Store
	Hub   Hub
	Lang  string
	Now   func() time.Time
	Post  func(f func()) // runs f on the screen's goroutine
}
