// Package contact is where a contact card is made: a citizen hears or reads what it
// means, says yes or not, and only with a yes are a first name and a phone written
// down. Beside it stands the way without, which is as good: everything works by the
// code alone.
//
// It knows one code, the text of the consent, and the store as far as it keeps a
// card. What is typed lives in the fields on the screen alone until it is kept; it is
// in no draft, it is wiped when the form closes or is left, and it is shown nowhere
// again. It must not know who the citizen is otherwise, nor what was shown to them.
package contact

import (
	"time"

	cards "github.com/faellesskabsby/vejviser/localdb/card"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// TextVersion is the version of the text that a citizen says yes to; the text is in
// assets/translations (subject "card", "consent.<version>").
const TextVersion = "2026-11"

// leftAfter is how long the form stays when nobody does anything.
const leftAfter = 3 * time.Minute

// Store is what is needed of the local database.
type Store interface {
	CardOf(referral.Code) (*cards.Info, error)
	KeepCard(cards.Card) error
	Organisation() (string, error) // who answers for the card; "" where nobody has said
}

// Deps is what it is built with.
type Deps struct {
	Store Store
	Lang  string
	Now   func() time.Time
	Post  func(f func()) // runs f on the screen's goroutine
	// After runs f on the screen's goroutine once some time has passed, unless it is
	// stopped before. nil is the clock of the machine, with Post.
	After func(d time.Duration, f func()) (stop func())
}

func (d *Deps) after(t time.Duration, f func()) (stop func()) {
	if d.After != nil {
		return d.After(t, f)
	}
	post := d.Post
	timer := time.AfterFunc(t, func() { post(f) })
	return func() { timer.Stop() }
}
