package referral

import (
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/google/uuid"
)

const (
	maxCommunities = 20
	maxName        = directory.MaxName
)

// Reasons lists every reason code that this package gives, in CodeError and in
// RefusedError; each has its text in assets/translations (subject "reasons").
var Reasons = []string{
	ReasonLength, ReasonSymbol, ReasonCheck,
	"not_a_uuid", "not_a_code", "not_a_day", "not_a_time", "too_early", "too_long", "too_many", "empty", "unknown_value", "repeated",
}

// checker collects what is wrong, in the order of the record.
type checker struct{ errs []error }

func (k *checker) refuse(field, reason, value string) {
	k.errs = append(k.errs, &directory.RefusedError{Field: field, Reason: reason, Value: value})
}

func (k *checker) id(field, v string) {
	if len(v) != 36 || uuid.Validate(v) != nil {
		k.refuse(field, "not_a_uuid", v)
	}
}

func (k *checker) code(field string, c Code) {
	if !c.Valid() {
		k.refuse(field, "not_a_code", string(c))
	}
}

func (k *checker) day(field string, d directory.Day) {
	if !d.Valid() {
		k.refuse(field, "not_a_day", string(d))
	}
}

func (k *checker) name(field, v string) {
	if utf8.RuneCountInString(v) > maxName {
		k.refuse(field, "too_long", "")
	}
}

// set refuses what is on a list twice, and lists longer than anybody means.
func (k *checker) set(field string, v []string, most int) {
	if len(v) > most {
		k.refuse(field, "too_many", "")
		return
	}
	for i, x := range v {
		if slices.Contains(v[:i], x) {
			k.refuse(fmt.Sprintf("%s[%d]", field, i), "repeated", x)
		}
	}
}

func oneOf[T ~string](k *checker, field string, v T, known ...T) {
	if !slices.Contains(known, v) {
		k.refuse(field, "unknown_value", string(v))
	}
}

// Validate says what in the referral may not be recorded: nil, or a joined
// error of *directory.RefusedError, one a field. Wishes are from the fixed list
// alone, so that no free text, and nothing about a person, can be kept.
func (r *Referral) Validate() error {
	k := &checker{}
	k.id("id", r.ID)
	k.code("code", r.Code)
	k.day("at", r.At)
	k.name("organisation", r.Organisation)
	k.name("place", r.Place)
	oneOf(k, "depth", r.Depth, Depths...)
	if len(r.Communities) == 0 {
		k.refuse("communities", "empty", "")
	}
	k.set("communities", r.Communities, maxCommunities)
	for i, id := range r.Communities {
		k.id(fmt.Sprintf("communities[%d]", i), id)
	}
	k.set("wishes", r.Wishes, len(Wishes))
	for i, w := range r.Wishes {
		oneOf(k, fmt.Sprintf("wishes[%d]", i), w, Wishes...)
	}
	oneOf(k, "origin", r.Origin, "", AskedFor, ReachedOut, FromKiosk, Self)
	oneOf(k, "shown_by", r.ShownBy, "", ByProfessional, ByGuide, ByAmbassador, ByCitizen, ByCommunity)
	k.name("passed_on_from", r.PassedOnFrom)
	if r.PreviousCode != "" {
		k.code("previous_code", r.PreviousCode)
	}
	if r.FollowUpOn != "" {
		k.day("follow_up_on", r.FollowUpOn)
		if r.FollowUpOn.Valid() && r.At.Valid() && r.FollowUpOn < r.At {
			k.refuse("follow_up_on", "too_early", string(r.FollowUpOn))
		}
	}
	return errors.Join(k.errs...)
}

// Validate says what in the event may not be recorded, as for Referral.
func (e *Event) Validate() error {
	k := &checker{}
	k.id("id", e.ID)
	k.code("code", e.Code)
	if e.Referral != "" {
		k.id("referral", e.Referral)
	}
	if e.Undoes != "" {
		k.id("undoes", e.Undoes)
	}
	oneOf(k, "kind", e.Kind, Kinds...)
	k.day("on", e.On)
	e.checkParts(k)
	return errors.Join(k.errs...)
}
