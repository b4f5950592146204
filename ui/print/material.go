package print

import (
	"context"
	"fmt"
	"time"

	"github.com/faellesskabsby/vejviser/assets/translations"
	"github.com/faellesskabsby/vejviser/localdb/directory"
)

// Material is a selection of communities from which a guide makes printed things.
type Material struct {
	Language    string
	PublicURL   string
	Date        directory.Day
	Now         time.Time // next dates count from here; the start of Date where zero
	Brand       Brand
	Communities []*directory.Community
}

// The most communities that one file is made of.
const (
	maxPostcards = 200
	maxPosters   = 200
	maxMonth     = 5_000
	maxBooklet   = 20_000
)

// TooManyError says that a selection is larger than one file takes.
type TooManyError struct{ Have, Most int }

func (e *TooManyError) Error() string {
	return fmt.Sprintf("print: %d communities, at most %d", e.Have, e.Most)
}

// make makes a file of a selection. title is the key of what the file is called.
func (m Material) make(ctx context.Context, w, h float64, title string, most int, draw func(*job, look) error) (*job, []byte, error) {
	if len(m.Communities) > most {
		return nil, nil, &TooManyError{len(m.Communities), most}
	}
	s := Sheet{Language: m.Language, PublicURL: m.PublicURL, Date: m.Date, Now: m.Now}
	for _, c := range m.Communities {
		s.Cards = append(s.Cards, Card{Community: c})
	}
	return produce(s, w, h, title, func(j *job) error {
		if len(j.Cards) == 0 {
			return ErrNoCards
		}
		j.ctx = ctx
		l, err := j.brand(m.Brand)
		if err != nil {
			return err
		}
		return draw(j, l)
	})
}

// next is the next time of a community, "" where there is none.
func (j *job) next(c *directory.Community) string {
	from := startOf(j.Sheet)
	if from.IsZero() || c.IsClosed() {
		return ""
	}
	if next := c.Next(from, 1); len(next) > 0 {
		return j.say.Next(next[0])
	}
	return ""
}

// usually is when a community meets, else when it does next.
func (j *job) usually(c *directory.Community) string {
	if s := j.say.Schedule(c.Schedule); s != "" {
		return s
	}
	return j.next(c)
}

// openPlace is where a community meets, unless that is not to be told.
func (j *job) openPlace(c *directory.Community) string {
	p := c.PublicPlace()
	if p == nil || p.Confidential {
		return ""
	}
	return j.say.Place(p)
}

// Languages lists the languages in which what a guide hands out can be printed:
// postcards, posters, what is on, the guide to communities. Pages for those who work
// with it are in translations.Languages. A postcard has its stamp where the post looks
// for it and a book its back where it is bound, so that neither is a mirror image:
// languages from right to left have the citizen's sheet alone.
func Languages() (out []string) {
	for _, l := range translations.Sheets {
		if !translations.RightToLeft(l) && translations.Speaks(l, "sheet", "words", "outreach") {
			out = append(out, l)
		}
	}
	return out
}
