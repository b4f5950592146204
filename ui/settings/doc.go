// Package settings is the page "Indstillinger": the desk, the language and the
// look, where the desk lies, the organisation's own words, the printer, how the
// data is kept safe, and what the program is built on.
//
// A change is kept at once. What cannot be kept is said beside its field, the
// typed text stays, and the earlier setting still applies. The page knows the
// store's settings by their keys; it must not know what others do with them:
// whoever shows the app in another language or look hears of it from the store.
package settings

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// Store is what the page needs of the local database.
type Store interface {
	Setting(key string) (string, error)
	Enrolment() (*localdb.Enrolment, error)
	SetSetting(key, value string) error
	EachCommunity(func(*directory.Community) error) error
	Status() (localdb.Status, error)
	Verify(ctx context.Context, repair bool) (localdb.Report, error)
	Subscribe(fn func(localdb.Change)) (cancel func())
	OwnWords() ([]localdb.OwnWord, error)
	PutOwnWord(was string, w localdb.OwnWord) error
	DropOwnWord(says string) error
	TakeOwnWords(list []localdb.OwnWord) (localdb.OwnWordsTaken, error)
}

// Section is a part of the page that another package makes.
type Section struct {
	Title, Hint string // in words; Hint may be empty
	Body        fyne.CanvasObject
}

// Deps is what the page is built with.
type Deps struct {
	Store   Store
	Lang    string
	Version string
	Now     func() time.Time
	Post    func(f func()) // runs f on the screen's goroutine
	// Printers lists the printers of this PC, the default first; nil where
	// printing goes through the system's viewer.
	Printers func(context.Context) ([]string, error)
	// More are sections that others make: they stand before how the data is kept.
	More []Section
	// Verified is told what a check that a person asked for has found; may be nil.
	Verified func(localdb.Report)
}
