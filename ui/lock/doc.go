// Package lock is what stands before the store where people share a PC: who am I,
// a PIN, the recovery words where no PIN opens; and the part of the settings in
// which people are added, changed and removed.
//
// It knows people by name and role and hands a PIN or words on, overwritten as
// soon as it was used. It must not know the store's key, what lies behind the
// lock, or how guesses are counted: it says in words what it is told.
package lock

import (
	"time"

	"github.com/faellesskabsby/vejviser/localdb/keys"
)

// Deps is what the screen is built with.
type Deps struct {
	Lang   string
	People keys.People
	Me     string // the id of who was there last; "" asks who it is
	// Open tries a PIN, and Recover the recovery words. done is called on the screen's
	// goroutine: with nil the screen is gone.
	Open    func(person string, pin []byte, done func(error))
	Recover func(words []byte, done func(error))
	// After runs f on the screen's goroutine once some time has passed, unless it is
	// stopped before.
	After func(d time.Duration, f func()) (stop func())
}

// Why says what was the reason that the PC was locked.
type Why int

// The reasons.
const (
	Started Why = iota // the program begins
	Asked              // a person locked it
	Idle               // nobody was there
)
