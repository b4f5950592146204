// Package print makes the sheets that a citizen takes along: PDF files drawn
// from communities, in the citizen's language, with text that is shaped and
// tagged so that a screen reader reads it too (PDF/UA).
//
// It knows gofpdf, which is used here and nowhere else, and ui/say for words.
// It knows no screen toolkit, no store and no clock: the same Sheet gives the
// same bytes. The citizen's name and greeting are drawn on the page and go
// nowhere else: not into the title, not into metadata.
//
// How it is built, from the paper up:
//
//	typeface, subset, embed   the fonts, cut to the letters that are used
//	text                      a paragraph becomes lines: shaped, bidi, UAX #14
//	direction                 what is read from right to left: order and mirror image
//	paper, qr                 draws lines, icons, codes, frames; records each box
//	tags, file                the logical structure, and the file written again
//	flow                      rows of a page: what does not fit goes on overleaf
//	facts, link               what a sheet says of a community, in words
//	a4, a5, large             one layout each
//	slip                      the welcome slip that a host tears off
//	leaf                      plain pages for those who work with it: briefing, host,
//	                          ambassador, words
//	material, brand, short    what a guide prints of a selection: postcard, poster,
//	                          month, booklet; impose and outline are for them
//
// A new sheet is a function like (*job).a4: begin pages with p.newPage, put
// items into a flow, and name each thing with an element of the structure. A
// text is never shrunk to fit and nothing is placed at a fixed spot below text
// of unknown length; the test of the package draws every layout with hostile
// texts and fails when two boxes touch. Add the layout's name to layouts.
package print

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/faellesskabsby/vejviser/localdb/clean"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/match"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/faellesskabsby/vejviser/ui/say"
)

// The layouts of a handout.
const (
	A4    = "a4"    // all communities on one sheet, the default
	A5    = "a5"    // a card for each community, with a plan to fill in
	Large = "large" // large print, a page for each community
)

// Sheet is what a handout is made from. Only Cards must hold something.
type Sheet struct {
	Layout           string // A4 where empty
	Language         string // of the sheet's own words: "da" where empty
	Name, Greeting   string // for the page alone
	Desk             string // who hands it out
	Date             directory.Day
	Now              time.Time // next dates count from here; the start of Date where zero
	Code             referral.Code
	PublicURL        string // where community pages live; QR codes lead there
	Cards            []Card
	DepthAccompanied bool // the citizen wants somebody to go along to all of them
	Slip             bool // a welcome slip for each host, to tear off
}

// Card is one community on a sheet.
type Card struct {
	Community          *directory.Community
	Reasons            []match.Reason
	WantsAccompaniment bool
}

// ErrNoCards is the error for a sheet without a community.
var ErrNoCards = errors.New("print: a sheet needs at least one community")

// Far beyond what anybody carries home or reads; they bound the time of a build.
const (
	maxCards   = 50
	maxSlots   = 30
	maxReasons = 40
)

// LayoutError says that a layout is not known.
type LayoutError struct{ Layout string }

func (e *LayoutError) Error() string { return fmt.Sprintf("print: no layout %q", e.Layout) }

// layouts holds every layout with its page size in mm.
var layouts = map[string]struct {
	w, h float64
	draw func(*job) error
}{
	A4:    {210, 297, (*job).a4},
	A5:    {148, 210, (*job).a5},
	Large: {210, 297, (*job).large},
}

// job is one sheet being made.
type job struct {
	Sheet
	*paper
	say   *say.Speaker
	links map[*directory.Community]*link // the QR codes, once they are made
	ctx   context.Context                // of a long build: it stops when this does
}

// Handout makes the PDF of a sheet. Any text is safe to print; whatever goes
// wrong is an error, never a panic.
func Handout(s Sheet) ([]byte, error) {
	_, out, err := build(s)
	return out, err
}

func build(s Sheet) (*job, []byte, error) {
	if s.Layout == "" {
		s.Layout = A4
	}
	layout, ok := layouts[s.Layout]
	if !ok {
		return nil, nil, &LayoutError{s.Layout}
	}
	return produce(s, layout.w, layout.h, "sheet.title", func(j *job) error {
		switch n := len(j.Cards); {
		case n == 0:
			return ErrNoCards
		case n > maxCards:
			return fmt.Errorf("print: %d communities on one sheet, at most %d", n, maxCards)
		}
		if err := layout.draw(j); err != nil || !j.Slip || j.Code == "" {
			return err
		}
		return j.slipsBehind()
	})
}

// produce makes one file of pages of w by h mm: s holds what they have in common,
// title is the key of what the file is called, draw draws the pages. Whatever goes
// wrong in it is an error.
func produce(s Sheet, w, h float64, title string, draw func(*job) error) (j *job, out []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			// The message may hold text from the sheet: only its type is told.
			j, out, err = nil, nil, fmt.Errorf("print: the sheet could not be drawn (%T)", r)
		}
	}()
	if s, err = cleaned(s); err != nil {
		return nil, nil, err
	}
	speaker := say.In(s.Language)
	p, err := newPaper(w, h, speaker.Lang())
	if err != nil {
		return nil, nil, err
	}
	j = &job{Sheet: s, paper: p, say: speaker}
	if err := draw(j); err != nil {
		return nil, nil, err
	}
	if err := j.pdf.Error(); err != nil {
		return nil, nil, fmt.Errorf("print: %w", err)
	}
	out, err = p.finish(speaker.T(title), s.day())
	return j, out, err
}

// day is the day that the file says it was made: a function of the input.
func (s Sheet) day() time.Time {
	if t, err := s.Date.Time(); err == nil {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	}
	if !s.Now.IsZero() {
		return s.Now.UTC().Truncate(24 * time.Hour)
	}
	return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
}

// cleaned passes the texts of a sheet through the gate, in copies; facts does
// the same for those of each community.
func cleaned(s Sheet) (Sheet, error) {
	s.Name = clean.Line(s.Name, 80)
	s.Greeting = clean.Text(s.Greeting, 600)
	s.Desk = clean.Line(s.Desk, 120)
	s.Code = referral.Code(clean.Line(string(s.Code), 20))
	var cards []Card
	for _, c := range s.Cards {
		if c.Community == nil {
			continue
		}
		copied := *c.Community // shared with others: lists are cut short in the copy, never changed
		copied.Name = clean.Line(copied.Name, 200)
		copied.Schedule = copied.Schedule[:min(len(copied.Schedule), maxSlots)]
		c.Community = &copied
		c.Reasons = c.Reasons[:min(len(c.Reasons), maxReasons)]
		cards = append(cards, c)
	}
	s.Cards = cards
	return s, nil
}
