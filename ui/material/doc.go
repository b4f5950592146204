// Package material is the dialog in which something is put on paper: which sheet,
// in which language, and then to the printer or into a file. Every page that prints
// anything but the citizen's own sheet leads here.
//
// It knows how a sheet is chosen and where it goes, through the functions and the
// paper it is given. It must not know what stands on a sheet, nor read the store.
package material

import (
	"context"

	"github.com/faellesskabsby/vejviser/ui/counter"
	"github.com/faellesskabsby/vejviser/ui/widget"
)

// Deps is what the dialog is built with.
type Deps struct {
	Paper counter.Paper
	Lang  string
	Post  func(f func()) // runs f on the screen's goroutine
}

// Doc is something that can be put on paper.
type Doc struct {
	Title, Lead string
	Choices     []Choice
	// Make makes the PDF of what is chosen, away from the screen. It stops when the
	// context does; progress, from 0 to 1, may be called often.
	Make func(ctx context.Context, chosen map[string]string, progress func(float32)) ([]byte, error)
	// File names the file of what is chosen, without its ending. It names nobody.
	File func(chosen map[string]string) string
	// Says explains an error of Make; "" where it cannot.
	Says func(error) string
}

// Choice is one thing to decide.
type Choice struct {
	Key, Label string
	Options    []widget.Option
	Value      string
	Hint       func(chosen map[string]string) string // a line below; may be nil
	// When says whether the choice is of any meaning; nil is always.
	When func(chosen map[string]string) bool
}
