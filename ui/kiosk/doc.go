// Package kiosk is the screen that citizens use themselves: large things to touch,
// nine tiles and a search, what fits in plain words, and a sheet, a code or a word
// to the staff to take along.
//
// It knows the public directory, the search, a printer and a voice through the
// small interfaces below. It must not know a person: it has no place for one, and
// what a visitor types lies in one buffer that is overwritten when the visit ends.
// It writes no log, no file and no clipboard; only how often each tile was touched
// in a day is kept.
//
// A visit is what happens from the first touch until nobody has touched the screen
// for a while, or somebody begins anew. Everything that belongs to a visit lives in
// one value, and ends with it.
package kiosk

import (
	"context"
	"errors"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
)

// Finder searches the directory.
type Finder interface {
	Search(context.Context, match.Query) match.Result
}

// Directory gives the records that hits point to, and all of them.
type Directory interface {
	Community(id string) (*directory.Community, error)
	EachCommunity(func(*directory.Community) error) error
}

// Store is what the kiosk needs of the local database.
type Store interface {
	Setting(key string) (string, error)
	SetSetting(key, value string) error
	Organisation() (string, error)
	HasKioskPIN() (bool, error)
	SetKioskPIN(pin []byte) error
	TryKioskPIN(pin []byte) error
}

// PrintState is how far a print has come.
type PrintState int

// The states of a print.
const (
	PrintSent   PrintState = iota // handed over; nothing more is known yet
	PrintDone                     // the printer says it is printed
	PrintFailed                   // the printer does not answer, or refused
)

// Paper is the one printer that staff have chosen. Its methods may take long and
// are never called on the screen's goroutine.
type Paper interface {
	// Print sends a PDF so many times and follows it; state is told each change.
	Print(ctx context.Context, pdf []byte, title string, copies int, state func(PrintState)) error
	// Printers lists what staff can choose between.
	Printers(ctx context.Context) ([]string, error)
}

// ErrNoPrinter is what Paper.Print gives where staff have chosen none, or it is gone.
var ErrNoPrinter = errors.New("kiosk: no printer")

// Voice reads aloud.
type Voice interface {
	// Speaks says whether there is a voice for a language.
	Speaks(lang string) bool
	// Say speaks until it has said all or ctx ends.
	Say(ctx context.Context, lang, text string) error
}

// Deps is what the kiosk is built with.
type Deps struct {
	Store     Store
	Finder    func() Finder // nil until the directory is loaded
	Directory Directory
	Paper     Paper
	Voice     Voice    // nil where the system has none
	Lang      string   // a visit begins in it
	Languages []string // on offer, in order
	Now       func() time.Time
	// After runs f on the screen's goroutine once d has passed, unless it is stopped.
	After func(d time.Duration, f func()) (stop func())
	Post  func(f func()) // runs f on the screen's goroutine
	Go    func(f func()) // runs f beside it
	Leave func()         // staff leave the kiosk
	// Place is the municipality that the hub gives, "" where it gives none or several;
	// nil is the same.
	Place func() string
	// Standing says for staff how things stand: the directory's age, the hub.
	Standing func() []string
	// Failed is told of what did not work, for the log: never with a visitor's words.
	Failed func(error)
}

// shownHits is how many hits a page of results holds: more than anybody reads
// standing.
const shownHits = 30

// mostWords is how many letters can be typed.
const mostWords = 60
