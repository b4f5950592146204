package referral

import (
	"errors"
	"slices"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/google/uuid"
)

// Validate says what in the referral may not be recorded: nil, or a joined
// error of *directory.RefusedError, one a field.
func (r *Referral) Validate() error {
	var errs []error
	refuse := func(field, reason, value string) {
		errs = append(errs, &directory.RefusedError{Field: field, Reason: reason, Value: value})
	}
	if uuid.Validate(r.ID) != nil {
		refuse("id", "not_a_uuid", r.ID)
	}
	if c, err := ParseCode(string(r.Code)); err != nil || c != r.Code {
		refuse("code", "not_a_code", string(r.Code))
	}
	if r.PreviousCode != "" {
		if c, err := ParseCode(string(r.PreviousCode)); err != nil || c != r.PreviousCode {
			refuse("previous_code", "not_a_code", string(r.PreviousCode))
		}
	}
	if !r.At.Valid() {
		refuse("at", "not_a_day", string(r.At))
	}
	if r.FollowUpOn != "" && !r.FollowUpOn.Valid() {
		refuse("follow_up_on", "not_a_day", string(r.FollowUpOn))
	}
	if !slices.Contains(Depths, r.Depth) {
		refuse("depth", "unknown_value", string(r.Depth))
	}
	if !slices.Contains([]Origin{"", AskedFor, ReachedOut, FromKiosk, Self}, r.Origin) {
		refuse("origin", "unknown_value", string(r.Origin))
	}
	if !slices.Contains([]ShownBy{"", ByProfessional, ByGuide, ByAmbassador, ByCitizen, ByCommunity}, r.ShownBy) {
		refuse("shown_by", "unknown_value", string(r.ShownBy))
	}
	if len(r.Communities) == 0 {
		refuse("communities", "empty", "")
	}
	for _, id := range r.Communities {
		if uuid.Validate(id) != nil {
			refuse("communities", "not_a_uuid", id)
		}
	}
	for _, w := range r.Wishes {
		if !slices.Contains(Wishes, w) {
			refuse("wishes", "unknown_value", w)
		}
	}
	return errors.Join(errs...)
}

// Validate says what in the event may not be recorded, as for Referral.
func (e *Event) Validate() error {
	var errs []error
	if uuid.Validate(e.ID) != nil {
		errs = append(errs, &directory.RefusedError{Field: "id", Reason: "not_a_uuid", Value: e.ID})
	}
	if c, err := ParseCode(string(e.Code)); err != nil || c != e.Code {
		errs = append(errs, &directory.RefusedError{Field: "code", Reason: "not_a_code", Value: string(e.Code)})
	}
	if !slices.Contains(Kinds, e.Kind) {
		errs = append(errs, &directory.RefusedError{Field: "kind", Reason: "unknown_value", Value: string(e.Kind)})
	}
	if !e.On.Valid() {
		errs = append(errs, &directory.RefusedError{Field: "on", Reason: "not_a_day", Value: string(e.On)})
	}
	return errors.Join(errs...)
}
