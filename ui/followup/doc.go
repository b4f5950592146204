// Package followup is the page "Opfølgning": what is due today, this week and late
// in the vejvisninger that this PC holds, what a person may ask next, and what they
// say happened. A code comes back here – read out, or typed from a pile of slips –
// and one key says how it went.
//
// It knows lives, what is due in them and contact cards through small interfaces,
// and reads them away from the screen. It suggests and never decides: only a person
// says what happened, and what nobody knows is unclear. It must not know who a
// citizen is – a contact card is opened by a press, shown for a short while, and
// kept nowhere – nor how things are sent.
package followup

import (
	"io"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	cards "github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// Store is what the page needs of the local database.
type Store interface {
	EachLife(fn func(referral.Referral, []referral.Event) error) error
	Sessions() ([]practice.Session, error)
	Ambassadors() ([]directory.Ambassador, error)
	Referral(referral.Code) (referral.Referral, []referral.Event, error)
	RecordEvent(referral.Event) error
	Community(id string) (*directory.Community, error)
	Waiting() ([]localdb.Waiting, error)
	Suggestions() ([]localdb.Suggestion, error)
	CloseSuggestion(id, outcome string) error
	Subscribe(func(localdb.Change)) (cancel func())
}

// Cards is what the page needs of contact cards.
type Cards interface {
	CardOf(referral.Code) (*cards.Info, error)
	OpenCard(id, purpose string) (*cards.Card, error)
	EraseCard(id string) error
}

// Deps is what the page is built with.
type Deps struct {
	Store Store
	Cards Cards // nil hides everything about contact cards
	Lang  string
	Now   func() time.Time
	Rand  io.Reader      // for the ids of events
	Post  func(f func()) // runs f on the screen's goroutine
	// After runs f on the screen's goroutine once some time has passed, unless it is
	// stopped before. nil is the clock of the machine, with Post.
	After func(d time.Duration, f func()) (stop func())
	// Counted is told when another number may be due; may be nil.
	Counted func()

	// What leads to other pages; what is nil is not offered.
	Companion func(code referral.Code) // to where somebody to go along is found
	// ShowOther leads to the counter with this code as the previous one; shown is to
	// be called with the communities that were shown instead.
	ShowOther func(code referral.Code, shown func(communities []string))
	// ShowGround leads to the counter with this code as the previous one, and the
	// practice ground in the folder.
	ShowGround func(code referral.Code, ground string)
	NewCard    func(code referral.Code) // to where a contact card is made, with consent

	// MayEdit says whether the directory may be changed on this PC; Edit leads to
	// where a community is. Both may be nil.
	MayEdit func() bool
	Edit    func(community string)
}

// cardShown is how long an opened contact card stays in sight.
const cardShown = 2 * time.Minute

func (d *Deps) after(t time.Duration, f func()) (stop func()) {
	if d.After != nil {
		return d.After(t, f)
	}
	post := d.Post
	timer := time.AfterFunc(t, func() { post(f) })
	return func() { timer.Stop() }
}
