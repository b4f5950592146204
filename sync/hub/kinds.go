package hub

import (
	"slices"
	"strings"

	"github.com/faellesskabsby/vejviser/localdb"
	"github.com/faellesskabsby/vejviser/localdb/directory"
	"github.com/faellesskabsby/vejviser/localdb/practice"
	"github.com/faellesskabsby/vejviser/localdb/readiness"
	"github.com/faellesskabsby/vejviser/localdb/record"
	"github.com/faellesskabsby/vejviser/sync/protocol"
	"github.com/go-json-experiment/json"
)

// rules are what an edit of one kind of record is held to.
type rules struct {
	// admit holds a body to the rules, and gives the tokens of the feeds it is in and
	// its form. was is the record as it stands; zero where it is new.
	admit func(d *draft, who *author, was record.Record, id string, body []byte) (in []string, out []byte, err error)
	// place is the member that says where the record belongs.
	place string
	// after plans what follows from a change elsewhere; nil: nothing.
	after func(d *draft, who *author, was record.Record, body []byte) error
}

// rulesOf names the kinds that can be edited.
var rulesOf = map[record.Kind]rules{
	record.Community:  {admit: admitCommunity, place: "places"},
	record.Ambassador: {admit: admitAmbassador, place: "areas", after: moveVolunteer},
	record.Volunteer:  {admit: admitVolunteer, place: "id"},
	record.Meeting:    {admit: admitMeeting, place: "area"},
	record.Session:    {admit: admitSession, place: "organisation"},
	record.Readiness:  {admit: admitReadiness, place: "organisation"},
	record.Agreement:  {admit: admitAgreement, place: "organisation"},
}

// kindOf is what an edit is of.
func kindOf(k record.Kind) record.Kind {
	if k == "" {
		return record.Community
	}
	return k
}

// body is a record that knows its rules.
type body[T any] interface {
	*T
	Normalize()
	Validate() error
}

// admitted reads a body, brings it into its form and holds it to its rules.
func admitted[T any, P body[T]](b []byte, set func(P)) (P, []byte, error) {
	v := P(new(T))
	if err := json.Unmarshal(b, v); err != nil {
		return nil, nil, &unfit{protocol.RefusedMalformed, "fields"}
	}
	if set != nil {
		set(v)
	}
	v.Normalize()
	if err := v.Validate(); err != nil {
		return nil, nil, fieldOf(err)
	}
	out, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return nil, nil, err
	}
	if len(out) > protocol.MaxOp {
		return nil, nil, &unfit{protocol.RefusedMalformed, "fields"}
	}
	return v, out, nil
}

func admitCommunity(_ *draft, _ *author, _ record.Record, id string, b []byte) ([]string, []byte, error) {
	c, out, err := admitted(b, func(c *directory.Community) { c.ID = id })
	if err != nil {
		return nil, nil, err
	}
	var in []string
	for _, p := range c.Places {
		in = append(in, record.Area(p.Municipality))
	}
	return record.Tokens(in...), out, nil
}

func admitAmbassador(_ *draft, _ *author, _ record.Record, _ string, b []byte) ([]string, []byte, error) {
	a, out, err := admitted[directory.Ambassador](b, nil)
	if err != nil {
		return nil, nil, err
	}
	return record.Tokens(areasOf(a.Areas)...), out, nil
}

// admitVolunteer gives a volunteer the tokens of their ambassador's areas, and of
// where they were registered.
func admitVolunteer(d *draft, who *author, was record.Record, id string, b []byte) ([]string, []byte, error) {
	_, out, err := admitted[directory.Volunteer](b, nil)
	if err != nil {
		return nil, nil, err
	}
	in := slices.Clone(was.In)
	if !alive(was) {
		in = slices.Clone([]string(who.areas))
	}
	a, err := d.get(refOf(record.Ambassador, id))
	if err != nil {
		return nil, nil, err
	}
	if alive(a) {
		in = append(in, a.In...)
	}
	return record.Tokens(in...), out, nil
}

// moveVolunteer lets a volunteer go where their ambassador goes.
func moveVolunteer(d *draft, who *author, was record.Record, b []byte) error {
	v, err := d.get(refOf(record.Volunteer, was.ID))
	if err != nil || !alive(v) {
		return err
	}
	now, err := d.get(refOf(record.Ambassador, was.ID))
	if err != nil {
		return err
	}
	in := slices.DeleteFunc(slices.Clone(v.In), func(t string) bool { return slices.Contains(was.In, t) })
	if in = record.Tokens(append(in, now.In...)...); slices.Equal(in, v.In) {
		return nil
	}
	v.In = in
	return d.put(v, who.op)
}

func admitMeeting(_ *draft, _ *author, _ record.Record, _ string, b []byte) ([]string, []byte, error) {
	m, out, err := admitted[directory.Meeting](b, nil)
	if err != nil {
		return nil, nil, err
	}
	return record.Tokens(record.Area(m.Area)), out, nil
}

// admitSession gives a session the tokens of whose desk keeps it, for good, and of
// where its practice ground is. Another organisation is taken from a guide's word alone.
func admitSession(_ *draft, who *author, was record.Record, _ string, b []byte) ([]string, []byte, error) {
	s, out, err := admitted[practice.Session](b, nil)
	if err != nil {
		return nil, nil, err
	}
	in := organisationsOf(was.In)
	if !alive(was) {
		in = []string{record.Organisation(who.hand.Organisation)}
	}
	if named := record.Organisation(s.Organisation); named != record.Nowhere && !slices.Contains(in, named) {
		if who.hand.Role != string(protocol.Guide) {
			return nil, nil, &unfit{protocol.RefusedRole, "organisation"}
		}
		in = append(in, named)
	}
	if area := record.Area(s.Area); area != record.Nowhere {
		in = append(in, area)
	} else {
		in = append(in, who.areas...)
	}
	return record.Tokens(in...), out, nil
}

func admitReadiness(_ *draft, who *author, was record.Record, _ string, b []byte) ([]string, []byte, error) {
	c, out, err := admitted[readiness.Check](b, nil)
	if err != nil {
		return nil, nil, err
	}
	return progressIn(who, was, c.Organisation), out, nil
}

func admitAgreement(_ *draft, who *author, was record.Record, id string, b []byte) ([]string, []byte, error) {
	a, out, err := admitted[readiness.Agreement](b, nil)
	if err != nil {
		return nil, nil, err
	}
	if id != readiness.AgreementID(record.Organisation(a.Organisation)) { // one for each organisation
		return nil, nil, &unfit{protocol.RefusedMalformed, "organisation"}
	}
	return progressIn(who, was, a.Organisation), out, nil
}

// progressIn gives the tokens of what an organisation says of itself: its own, and
// of where it was said first.
func progressIn(who *author, was record.Record, organisation string) []string {
	in := []string(who.areas)
	if alive(was) {
		in = slices.DeleteFunc(slices.Clone(was.In), isOrganisation)
	}
	return record.Tokens(append(slices.Clone(in), record.Organisation(organisation))...)
}

func alive(r record.Record) bool { return r.Kind != "" && !r.Deleted }

func isOrganisation(token string) bool { return strings.HasPrefix(token, "o-") }

func organisationsOf(in []string) []string {
	return slices.DeleteFunc(slices.Clone(in), func(t string) bool { return !isOrganisation(t) })
}

// mayEditKind refuses an edit of a kind that is not for the role, or for nobody.
func (t *taking) mayEditKind(e *localdb.Edit) error {
	k := kindOf(e.Kind)
	if _, known := rulesOf[k]; !known {
		return &unfit{protocol.RefusedUnknown, "kind"}
	}
	if !mayEdit[t.who.device.Role][k] {
		return &unfit{protocol.RefusedRole, "kind"}
	}
	return nil
}
