package localdb

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/record"
)

// FieldEdit changes one top-level member of a community. An absent member is null.
type FieldEdit struct {
	Name string         `json:"name"`
	From jsontext.Value `json:"from"`
	To   jsontext.Value `json:"to"`
}

// Edit is what a person changed in a community: only the members that differ,
// each with the value they saw, so that two edits of different members both
// stand and two of the same are seen by a person.
type Edit struct {
	Kind   record.Kind `json:"kind,omitzero"` // "" is record.Community
	ID     string      `json:"id"`            // of the record
	Fields []FieldEdit `json:"fields,omitempty"`
	Create bool        `json:"create,omitzero"`
	Remove bool        `json:"remove,omitzero"`
}

// EditCommunity records what a person changed: before is the community as they
// saw it, nil where it is new; after is what it is to be, nil where it is to go.
// It is shown at once, and waits for the hub where there is one. after is
// normalised and gets an id where it has none. It gives *directory.RefusedError
// for what may not enter a store and *CPRError for a text with a CPR number, or,
// as nobody is asked, one that may be one. Nothing changed is no edit.
func (s *Store) EditCommunity(before, after *directory.Community) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.end()
	e, err := s.editOf(before, after)
	if err != nil || e == nil {
		return err
	}
	return s.recordEdit(e)
}

func (s *Store) editOf(before, after *directory.Community) (*Edit, error) {
	e := &Edit{Create: before == nil, Remove: after == nil}
	if before == nil && after == nil {
		return nil, nil
	}
	if before != nil {
		e.ID = before.ID
	}
	if after == nil {
		return e, nil
	}
	after.Normalize()
	if err := after.Validate(); err != nil {
		return nil, err
	}
	if before == nil && after.ID == "" && after.SourceID == "" {
		var err error
		if after.ID, err = s.newID(); err != nil { // made here: known by nothing but its id
			return nil, err
		}
	}
	after.AssignID()
	if before != nil && after.ID != before.ID {
		return nil, &directory.RefusedError{Field: "id", Reason: "not_allowed", Value: after.ID}
	}
	e.ID = after.ID
	fields, err := between(before, after)
	if err != nil || len(fields) == 0 {
		return nil, err
	}
	e.Fields = fields
	return e, nil
}

// differences gives the members in which two objects differ, in the order of names.
func differences(was, is []byte) ([]FieldEdit, error) {
	a, err := membersOf(was)
	if err != nil {
		return nil, err
	}
	b, err := membersOf(is)
	if err != nil {
		return nil, err
	}
	var out []FieldEdit
	for _, m := range a {
		if to := b.get(m.name); !SameValue(m.value, to) {
			out = append(out, FieldEdit{m.name, m.value, orNull(to)})
		}
	}
	for _, m := range b {
		if a.get(m.name) == nil && !SameValue(nil, m.value) {
			out = append(out, FieldEdit{m.name, orNull(nil), m.value})
		}
	}
	out = slices.DeleteFunc(out, func(f FieldEdit) bool { return f.Name == "id" })
	slices.SortFunc(out, func(x, y FieldEdit) int { return bytes.Compare([]byte(x.Name), []byte(y.Name)) })
	return out, nil
}

func orNull(v jsontext.Value) jsontext.Value {
	if v == nil {
		return jsontext.Value("null")
	}
	return v
}

// SameValue compares two values as canonical JSON (RFC 8785); absent and null
// are the same.
func SameValue(a, b jsontext.Value) bool {
	a, b = orNull(a), orNull(b)
	if bytes.Equal(a, b) {
		return true
	}
	a, b = slices.Clone(a), slices.Clone(b)
	return a.Canonicalize() == nil && b.Canonicalize() == nil && bytes.Equal(a, b)
}

// Apply gives the community that an edit makes of body, nil where it goes; body
// nil is none. Where onTop is false a member that is neither as the person saw
// it nor as they want it stays as it is, and is named in clashes.
func (e *Edit) Apply(body []byte, onTop bool) (after []byte, clashes []FieldEdit, err error) {
	if e.Remove {
		return nil, nil, nil
	}
	if body == nil && !e.Create {
		return nil, nil, nil
	}
	ms, err := membersOf(body)
	if err != nil {
		return nil, nil, err
	}
	if ms.get("id") == nil {
		id, err := json.Marshal(e.ID)
		if err != nil {
			return nil, nil, err
		}
		ms = append(members{{"id", id}}, ms...)
	}
	for _, f := range e.Fields {
		now := ms.get(f.Name)
		if SameValue(now, f.To) {
			continue
		}
		if !onTop && !SameValue(now, f.From) {
			clashes = append(clashes, f)
			continue
		}
		ms = ms.with(f.Name, f.To)
	}
	after, err = ms.object()
	return after, clashes, err
}

// member and members are an object with its order and its values as written.
type member struct {
	name  string
	value jsontext.Value
}

type members []member

func membersOf(body []byte) (out members, err error) {
	if body == nil {
		return nil, nil
	}
	d := jsontext.NewDecoder(bytes.NewReader(body))
	if k := d.PeekKind(); k != '{' {
		return nil, fmt.Errorf("%w: not an object", ErrDamaged)
	}
	if _, err := d.ReadToken(); err != nil {
		return nil, err
	}
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		n := name.String()
		value, err := d.ReadValue()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		out = append(out, member{n, slices.Clone(value)})
	}
	return out, nil
}

func (ms members) get(name string) jsontext.Value {
	for _, m := range ms {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// with sets a member; null removes it.
func (ms members) with(name string, v jsontext.Value) members {
	i := slices.IndexFunc(ms, func(m member) bool { return m.name == name })
	gone := SameValue(v, nil)
	switch {
	case i < 0 && gone:
	case i < 0:
		ms = append(ms, member{name, v})
	case gone:
		ms = slices.Delete(ms, i, i+1)
	default:
		ms[i].value = v
	}
	return ms
}

func (ms members) object() ([]byte, error) {
	b := []byte{'{'}
	for i, m := range ms {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = jsontext.AppendQuote(b, m.name); err != nil {
			return nil, err
		}
		b = append(append(b, ':'), m.value...)
	}
	return append(b, '}'), nil
}
