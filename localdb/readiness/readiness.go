// Package readiness is about parathed: whether a desk knows, may, has time, has
// tools and feels that it is right to show the way; and what its organisation has
// agreed to. It is pure. It is about desks and organisations, never about a person,
// and it ranks nobody (DESIGN §1).
package readiness

import (
	"errors"
	"slices"
	"unicode/utf8"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
)

// Parts lists what is asked about, in the order in which it is shown: knowledge,
// mandate, time, tools and culture.
var Parts = []string{"knowledge", "mandate", "time", "tools", "culture"}

// Answers run from 1 (not yet) to 4 (in place).
const (
	Least = 1
	Most  = 4
)

// MonthsBetween is how long after one check the next is due.
const MonthsBetween = 6

// Check is one self-check of a desk.
type Check struct {
	ID           string         `json:"id"` // UUID
	Organisation string         `json:"organisation"`
	Desk         string         `json:"desk,omitzero"`
	On           directory.Day  `json:"on"`
	Answers      map[string]int `json:"answers"`            // part → 1–4; a part without one was passed over
	NextStep     string         `json:"next_step,omitzero"` // what they will do before the next one; guarded as all free text
	Unknown      jsontext.Value `json:",embed"`
}

// Agreement is what an organisation has agreed to. Its id is AgreementID of the
// organisation, so that there is one.
type Agreement struct {
	ID           string         `json:"id"`
	Organisation string         `json:"organisation"`
	Goal         int            `json:"goal,omitzero"`        // vejvisninger per month
	Responsible  string         `json:"responsible,omitzero"` // name or role of who answers for it
	Hours        float64        `json:"hours,omitzero"`       // set aside per week
	From         directory.Day  `json:"from,omitzero"`
	NextTalk     directory.Day  `json:"next_talk,omitzero"`
	Note         string         `json:"note,omitzero"`
	Unknown      jsontext.Value `json:",embed"`
}

const (
	maxText = 500
	maxGoal = 10000
)

// agreementSpace is the UUID under which the ids of agreements are made.
var agreementSpace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/faellesskabsby/vejviser/agreement"))

// AgreementID gives the id of an organisation's agreement, the same everywhere.
// organisation is given as record.Organisation makes it.
func AgreementID(organisation string) string {
	return uuid.NewSHA1(agreementSpace, []byte(organisation)).String()
}

type refusals []error

func (r *refusals) refuse(field, reason, value string) {
	*r = append(*r, &directory.RefusedError{Field: field, Reason: reason, Value: value})
}

func (r *refusals) id(v string) {
	if len(v) != 36 || uuid.Validate(v) != nil {
		r.refuse("id", "not_a_uuid", v)
	}
}

func (r *refusals) text(field, v string, most int) {
	if utf8.RuneCountInString(v) > most {
		r.refuse(field, "too_long", "")
	}
}

func (r *refusals) organisation(v string) {
	if v == "" {
		r.refuse("organisation", "empty", "")
	}
	r.text("organisation", v, directory.MaxName)
}

// Validate says what in the check may not be kept.
func (c *Check) Validate() error {
	var r refusals
	r.id(c.ID)
	r.organisation(c.Organisation)
	r.text("desk", c.Desk, directory.MaxName)
	r.text("next_step", c.NextStep, maxText)
	if !c.On.Valid() {
		r.refuse("on", "not_a_day", string(c.On))
	}
	if len(c.Answers) == 0 {
		r.refuse("answers", "empty", "")
	}
	for part, n := range c.Answers {
		if !slices.Contains(Parts, part) || n < Least || n > Most {
			r.refuse("answers."+part, "unknown_value", "")
		}
	}
	return errors.Join(r...)
}

// Validate says what in the agreement may not be kept.
func (a *Agreement) Validate() error {
	var r refusals
	r.id(a.ID)
	r.organisation(a.Organisation)
	r.text("responsible", a.Responsible, directory.MaxName)
	r.text("note", a.Note, maxText)
	if a.Goal < 0 || a.Goal > maxGoal {
		r.refuse("goal", "too_many", "")
	}
	if a.Hours < 0 || a.Hours > 168 {
		r.refuse("hours", "too_many", "")
	}
	for field, d := range map[string]directory.Day{"from": a.From, "next_talk": a.NextTalk} {
		if d != "" && !d.Valid() {
			r.refuse(field, "not_a_day", string(d))
		}
	}
	return errors.Join(r...)
}
