// Package communities is the page "Fællesskaber": the whole directory as a
// list that can be searched and narrowed to what is old, unconfirmed or reported
// to be wrong; a form where those who may write the facts of a community; and
// the way in and out of it – an import that shows how it understands a file
// before it runs and accounts for every row after, and an export.
//
// It knows the directory's records and localdb/interchange through the store it
// is given. It must not know how records are kept or sent, and it changes
// nothing by itself: only what a person keeps, confirms or brings in.
package communities

import (
	"context"
	"time"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
)

// Store is what the page needs of the local database.
type Store interface {
	Community(id string) (*directory.Community, error)
	EachCommunity(func(*directory.Community) error) error
	Import(context.Context, func(*localdb.ImportTx) error) error
	EditCommunity(before, after *directory.Community) error
	Suggestions() ([]localdb.Suggestion, error)
	Suggest(localdb.Suggestion) error
	CloseSuggestion(id, outcome string) error
	Enrolment() (*localdb.Enrolment, error)
	Subscribe(func(localdb.Change)) (cancel func())
}

// Finder searches the directory as the counter does. It is replaced when the
// directory changes, hence the page asks for it each time.
type Finder interface {
	Search(context.Context, match.Query) match.Result
}

// Deps is what the page is built with.
type Deps struct {
	Store  Store
	Finder Finder
	Lang   string
	Now    func() time.Time
	Post   func(f func()) // runs f on the screen's goroutine
	// Material makes printed things of communities, by id; nil is not offered.
	Material func(ids []string)
}
