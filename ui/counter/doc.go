// Package counter is the page "Skranke": a citizen stands at the desk; a few
// words are typed, what fits is shown with its reasons, two or three
// communities are laid in the citizen's folder, a personal sheet is printed and
// the vejvisning is recorded.
//
// It knows the local database, the search and the printer through the small
// interfaces below, and makes the sheet with ui/print. What is typed about the
// citizen – first name, greeting, the words of the search – lives in the fields
// on the screen alone: it is never stored, logged, or kept after "Ny borger".
package counter

import (
	"context"
	"io"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// Finder searches the directory. It is replaced when the directory changes,
// hence the page asks for it at each key press.
type Finder interface {
	Search(context.Context, match.Query) match.Result
	Areas() []string
	Len() int
}

// Directory gives the records that hits point to; it must be quick (in memory).
type Directory interface {
	Community(id string) (*directory.Community, error)
}

// Store is what the page needs of the local database.
type Store interface {
	RecordReferralWith(referral.Referral, []referral.Event) error
	Suggest(localdb.Suggestion) error
	RecordGap(match.Gap) error
	SaveDraft(localdb.Draft) error
	LoadDraft() (*localdb.Draft, error)
	DropDraft() error
	Setting(key string) (string, error)
	SetSetting(key, value string) error
	Organisation() (string, error) // whose desk it is
}

// PrintState is how far a print has come.
type PrintState int

// The states of a print.
const (
	PrintSent   PrintState = iota // handed over; nothing more is known yet
	PrintDone                     // the printer says it is printed
	PrintFailed                   // the printer does not answer, or refused
)

// Paper is where a sheet goes. Its methods may take long and are never called
// on the screen's goroutine. A title names no citizen.
type Paper interface {
	// Print sends a PDF to the kept printer, or else the default one, and
	// follows it; state is told each change. ErrNoPrinter where there is none.
	Print(ctx context.Context, pdf []byte, title string, state func(PrintState)) error
	// Save writes a PDF under a name in the person's own documents and gives its path.
	Save(pdf []byte, name string) (path string, err error)
	// Open shows a saved file in the system's viewer.
	Open(path string) error
}

// Deps is what the page is built with.
type Deps struct {
	Finder    func() Finder
	Directory Directory
	Store     Store
	Paper     Paper
	Lang      string
	Now       func() time.Time
	Rand      io.Reader      // for codes and ids
	Post      func(f func()) // runs f on the screen's goroutine
	Go        func(f func()) // runs f beside it; nil is a goroutine
	Help      func()         // opens the conversation help
	// NewCard leads to where a contact card is made for a code, with consent; language
	// is that of the citizen's sheet. nil offers none.
	NewCard  func(code referral.Code, language string)
	OwnWords func() // opens the organisation's own words; nil where there are none to keep
}

// ErrNoPrinter is what Paper.Print gives where this PC has no printer.
var ErrNoPrinter = errNoPrinter{}

type errNoPrinter struct{}

func (errNoPrinter) Error() string { return "counter: no printer" }

// shownHits is how many hits the list holds; the count says how many there are.
const shownHits = 60
