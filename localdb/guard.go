package localdb

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/privacy"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// exempt are places that hold numbers of organisations, or addresses of pages:
// they look like CPR numbers and are none (as in package interchange).
var exempt = map[string]bool{
	"/id": true, "/source": true, "/source_id": true, "/organiser/cvr": true, "/organiser/p_number": true, "/contact/web": true,
}

// dashed is the written form of a CPR number. A telephone number may have ten
// digits, but none is written so.
var dashed = regexp.MustCompile(`\b\d{6}-\d{4}\b`)

// GuardEdit looks for CPR numbers in what an edit brings, in names and values. A
// hub and its machines ask the same, so that none refuses what another let pass.
// Errors: *CPRError, and those of JSON.
func GuardEdit(e *Edit, today directory.Day) error {
	k := e.Ref().Kind
	for _, f := range e.Fields {
		if err := guardText(f.Name, today); err != nil {
			return err
		}
		if err := guardValue(k, f.Name, f.To, today); err != nil {
			return err
		}
	}
	return nil
}

func guardText(text string, today directory.Day) error {
	if f := privacy.CheckCPR(text, today); f.Verdict != privacy.Pass {
		return &CPRError{Ask: f.Verdict == privacy.Ask, Start: f.Start, End: f.End}
	}
	return nil
}

// phones are the places that hold telephone numbers.
var phones = map[record.Kind]string{record.Community: "/contact/phone", record.Volunteer: "/phone"}

func guardValue(k record.Kind, name string, v jsontext.Value, today directory.Day) error {
	if len(v) == 0 {
		return nil
	}
	top := jsontext.Pointer("").AppendToken(name)
	d := jsontext.NewDecoder(bytes.NewReader(v))
	for d.PeekKind() > 0 {
		t, err := d.ReadToken()
		if err != nil {
			return err
		}
		text := t.String()
		switch k := t.Kind(); {
		case k != '"' && k != '0', k == '0' && strings.ContainsAny(text, ".eE"):
			continue
		case k == '0' && len(text) == 9: // JSON knows no leading zero
			text = "0" + text
		}
		at := string(top + d.StackPointer())
		if k == record.Community && exempt[at] || at == phones[k] && !dashed.MatchString(text) || isUUID(text) {
			continue
		}
		if err := guardText(text, today); err != nil {
			return err
		}
	}
	return nil
}

// GuardEvent looks for CPR numbers in what an event says in words: where two people
// meet, and which place it is about. Errors: *CPRError, and those of JSON.
func GuardEvent(e *referral.Event, today directory.Day) error {
	if e.Wanted == nil && e.Plan == nil {
		return nil
	}
	for name, part := range map[string]any{"wanted": e.Wanted, "plan": e.Plan} {
		b, err := json.Marshal(part)
		if err == nil {
			err = guardValue(record.Event, name, b, today)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func isUUID(s string) bool { return len(s) == 36 && uuid.Validate(s) == nil }
