package card

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/google/uuid"
)

const (
	maxFirstName = 40
	maxPhone     = 20
	maxBox       = 1024
)

// Validate says what in the card may not be kept on this day: nil, or joined
// *directory.RefusedError.
func (c *Card) Validate(today directory.Day) error {
	var errs []error
	refuse := func(field, reason string) {
		errs = append(errs, &directory.RefusedError{Field: field, Reason: reason})
	}
	switch name := strings.TrimSpace(c.FirstName); {
	case name == "":
		refuse("first_name", "empty")
	case utf8.RuneCountInString(name) > maxFirstName:
		refuse("first_name", "too_long")
	}
	digits := 0
	for _, r := range c.Phone {
		if r >= '0' && r <= '9' {
			digits++
		} else if !strings.ContainsRune(" +()-", r) {
			refuse("phone", "not_a_phone")
			break
		}
	}
	if c.Phone != "" && (digits < 8 || len(c.Phone) > maxPhone) {
		refuse("phone", "not_a_phone")
	}
	return errors.Join(append(errs, c.Info.Validate(today))...)
}

// Validate says what in the part that is known to all may not be kept.
func (i *Info) Validate(today directory.Day) error {
	var errs []error
	refuse := func(field, reason, value string) {
		errs = append(errs, &directory.RefusedError{Field: field, Reason: reason, Value: value})
	}
	if len(i.ID) != 36 || uuid.Validate(i.ID) != nil {
		refuse("id", "not_a_uuid", i.ID)
	}
	if !i.Code.Valid() {
		refuse("code", "not_a_code", string(i.Code))
	}
	if i.Consent.Text == "" || len(i.Consent.Text) > 40 {
		refuse("consent.text", "empty", "")
	}
	if i.Consent.Language == "" || len(i.Consent.Language) > 20 {
		refuse("consent.language", "empty", "")
	}
	if !slices.Contains(Hows, i.Consent.How) {
		refuse("consent.how", "unknown_value", i.Consent.How)
	}
	if i.Consent.At.IsZero() {
		refuse("consent.at", "empty", "")
	}
	switch {
	case !i.DeleteBy.Valid():
		refuse("delete_by", "not_a_day", string(i.DeleteBy))
	case today.Valid() && i.DeleteBy > today.AddDays(MaxDays+1): // a day for clocks that differ
		refuse("delete_by", "too_late", string(i.DeleteBy))
	}
	return errors.Join(errs...)
}

// Validate says what in a sealed card may not be taken in.
func (s *Sealed) Validate(today directory.Day) error {
	err := s.Info.Validate(today)
	if len(s.Box) == 0 || len(s.Box) > maxBox {
		err = errors.Join(err, &directory.RefusedError{Field: "box", Reason: "too_long"})
	}
	return err
}
