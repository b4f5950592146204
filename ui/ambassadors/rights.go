package ambassadors

import (
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/faellesskabsby/vejviser/localdb"
)

// mayEdit says whether the register may be changed on this PC: on a guide's, and on
// one without a hub. Others have no contact details, and see no buttons.
func mayEdit(e *localdb.Enrolment) bool { return e == nil || e.Role == "guide" }

func isGone(err error) bool { return errors.Is(err, localdb.ErrNotFound) }

func membersOf(v any) (map[string]jsontext.Value, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	out := map[string]jsontext.Value{}
	return out, json.Unmarshal(b, &out)
}

func clone[T any](v *T) (*T, error) {
	out := new(T)
	if v == nil {
		return out, nil
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return out, json.Unmarshal(b, out)
}

// differing gives the members in which two states of a record differ; nil is empty.
func differing[T any](a, b *T) []string {
	x, err1 := membersOf(a)
	y, err2 := membersOf(b)
	if err1 != nil || err2 != nil {
		return nil
	}
	var out []string
	for name, v := range x {
		if !localdb.SameValue(v, y[name]) {
			out = append(out, name)
		}
	}
	for name := range y {
		if _, ok := x[name]; !ok && !localdb.SameValue(nil, y[name]) {
			out = append(out, name)
		}
	}
	return out
}

// merge gives now, with the members that keep says as they were before.
func merge[T any](before, now *T, keep func(member string) bool) (*T, error) {
	was, err := membersOf(before)
	if err != nil {
		return nil, err
	}
	is, err := membersOf(now)
	if err != nil {
		return nil, err
	}
	for n := range is {
		if _, ok := was[n]; !ok && keep(n) {
			delete(is, n)
		}
	}
	for n, v := range was {
		if keep(n) {
			is[n] = v
		}
	}
	b, err := json.Marshal(is)
	if err != nil {
		return nil, err
	}
	out := new(T)
	return out, json.Unmarshal(b, out)
}
