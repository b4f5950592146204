package localdb

import (
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/faellesskabsby/vejviser/localdb/referral"
)

// A screen that lists what is due reads every referral and event there is. Nearly
// all of them are a few short texts without an escape, as this program writes them;
// those are read here, several times faster than any object can be. Whatever is not
// just so is left to the package that reads all of JSON.

// unmarshalReferral reads a referral.
func unmarshalReferral(body []byte, r *referral.Referral) error {
	q := quickReader{s: string(body)}
	if q.referral(r) {
		return nil
	}
	*r = referral.Referral{}
	return json.Unmarshal(body, r, trusted)
}

// unmarshalEvent reads an event.
func unmarshalEvent(body []byte, e *referral.Event) error {
	q := quickReader{s: string(body)}
	if q.event(e) {
		return nil
	}
	*e = referral.Event{}
	return json.Unmarshal(body, e, trusted)
}

// quickReader reads an object of texts and lists of texts. Each of its methods says
// whether what stands there is what it reads. Texts are parts of s.
type quickReader struct {
	s string
	i int
}

func (q *quickReader) is(c byte) bool {
	if q.i < len(q.s) && q.s[q.i] == c {
		q.i++
		return true
	}
	return false
}

// text reads a text without an escape.
func (q *quickReader) text() (string, bool) {
	if !q.is('"') {
		return "", false
	}
	n := strings.IndexByte(q.s[q.i:], '"')
	if n < 0 {
		return "", false
	}
	t := q.s[q.i : q.i+n]
	if strings.IndexByte(t, '\\') >= 0 {
		return "", false
	}
	q.i += n + 1
	return t, true
}

func (q *quickReader) texts() ([]string, bool) {
	if !q.is('[') {
		return nil, false
	}
	if q.is(']') {
		return []string{}, true
	}
	out := make([]string, 0, 1+strings.Count(q.s[q.i:q.i+max(0, strings.IndexByte(q.s[q.i:], ']'))], ","))
	for {
		t, ok := q.text()
		if !ok {
			return nil, false
		}
		out = append(out, t)
		if q.is(']') {
			return out, true
		}
		if !q.is(',') {
			return nil, false
		}
	}
}

// members reads an object to its end: member reads the value of one, or says no.
func (q *quickReader) members(member func(name string) bool) bool {
	if !q.is('{') {
		return false
	}
	for {
		name, ok := q.text()
		if !ok || !q.is(':') || !member(name) {
			return false
		}
		if q.is('}') {
			return q.i == len(q.s)
		}
		if !q.is(',') {
			return false
		}
	}
}

// take reads a text into a member of any kind of text.
func take[T ~string](q *quickReader, to *T) bool {
	t, ok := q.text()
	*to = T(t)
	return ok
}

func (q *quickReader) event(e *referral.Event) bool {
	return q.members(func(name string) bool {
		switch name {
		case "id":
			return take(q, &e.ID)
		case "code":
			return take(q, &e.Code)
		case "referral":
			return take(q, &e.Referral)
		case "kind":
			return take(q, &e.Kind)
		case "on":
			return take(q, &e.On)
		}
		return false
	})
}

func (q *quickReader) referral(r *referral.Referral) bool {
	return q.members(func(name string) (ok bool) {
		switch name {
		case "id":
			return take(q, &r.ID)
		case "code":
			return take(q, &r.Code)
		case "at":
			return take(q, &r.At)
		case "organisation":
			return take(q, &r.Organisation)
		case "place":
			return take(q, &r.Place)
		case "depth":
			return take(q, &r.Depth)
		case "communities":
			r.Communities, ok = q.texts()
			return ok
		case "wishes":
			r.Wishes, ok = q.texts()
			return ok
		case "origin":
			return take(q, &r.Origin)
		case "shown_by":
			return take(q, &r.ShownBy)
		case "passed_on_from":
			return take(q, &r.PassedOnFrom)
		case "previous_code":
			return take(q, &r.PreviousCode)
		case "follow_up_on":
			return take(q, &r.FollowUpOn)
		}
		return false
	})
}
