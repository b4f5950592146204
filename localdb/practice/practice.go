// Package practice is about social practice grounds (sociale øvebaner): the times
// they were held, who came as a count and codes, and the way onward from them. It
// is pure, and a session names nobody: a code is all that ties two of them.
package practice

import (
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/referral"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
)

// Session is one time that a practice ground was held.
type Session struct {
	ID           string          `json:"id"`        // UUID
	Community    string          `json:"community"` // id of the practice ground
	On           directory.Day   `json:"on"`
	Came         int             `json:"came"`            // how many came, with or without a code
	Codes        []referral.Code `json:"codes,omitempty"` // of those who came and gave theirs
	Cancelled    bool            `json:"cancelled,omitzero"`
	Organisation string          `json:"organisation,omitzero"` // whose desk keeps it
	Area         string          `json:"area,omitzero"`         // municipality of the practice ground
	Unknown      jsontext.Value  `json:",embed"`
}

// MaxCame is the most that can come to one session.
const MaxCame = 500

// Validate says what in the session may not be kept: nil, or joined
// *directory.RefusedError.
func (s *Session) Validate() error {
	var errs []error
	refuse := func(field, reason, value string) {
		errs = append(errs, &directory.RefusedError{Field: field, Reason: reason, Value: value})
	}
	for field, id := range map[string]string{"id": s.ID, "community": s.Community} {
		if len(id) != 36 || uuid.Validate(id) != nil {
			refuse(field, "not_a_uuid", id)
		}
	}
	if !s.On.Valid() {
		refuse("on", "not_a_day", string(s.On))
	}
	if s.Came < len(s.Codes) {
		refuse("came", "too_few", fmt.Sprint(s.Came))
	}
	if s.Came < 0 || s.Came > MaxCame {
		refuse("came", "too_many", fmt.Sprint(s.Came))
	}
	for i, c := range s.Codes {
		if !c.Valid() {
			refuse(fmt.Sprintf("codes[%d]", i), "not_a_code", string(c))
		} else if slices.Contains(s.Codes[:i], c) {
			refuse(fmt.Sprintf("codes[%d]", i), "repeated", string(c))
		}
	}
	if utf8.RuneCountInString(s.Organisation) > directory.MaxName {
		refuse("organisation", "too_long", "")
	}
	if utf8.RuneCountInString(s.Area) > directory.MaxName {
		refuse("area", "too_long", "")
	}
	return errors.Join(errs...)
}
