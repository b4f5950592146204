// Package readiness is the page "Parathed": how a desk says of itself whether it
// knows, may, has time, has tools and feels that it is right to show the way, twice a
// year; and what its organisation has agreed to – a goal, who answers for it, time,
// and the next talk.
//
// It knows self-checks, agreements and the month's figure through a small interface
// and reads them away from the screen. It ranks nobody: organisations and desks stand
// by name, answers are words, figures are the rounded ones (DESIGN §9). It must not
// know who works at a desk, nor who a citizen is.
package readiness

import (
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	rules "github.com/faellesskabsby/vejviser/localdb/readiness"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// Store is what the page needs of the local database.
type Store interface {
	ReadinessChecks() ([]rules.Check, error)
	Agreements() ([]rules.Agreement, error)
	EditReadiness(before, after *rules.Check) error
	EditAgreement(before, after *rules.Agreement) error
	EachLife(func(referral.Referral, []referral.Event) error) error
	Organisation() (string, error) // whose desk it is; "" where nobody has said
	Setting(key string) (string, error)
	Enrolment() (*localdb.Enrolment, error)
	Subscribe(func(localdb.Change)) (cancel func())
}

// Deps is what the page is built with.
type Deps struct {
	Store Store
	Lang  string
	Now   func() time.Time
	Post  func(f func()) // runs f on the screen's goroutine
}
